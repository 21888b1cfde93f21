"""Shapley values of trees in time: ours, against the shap package's `TreeExplainer`, and woodelf where it is there.

Run as ``python -m tests.benchmarks.tree_shap_speed CASE ...``, with the names of `CASES`, or `gpu`, by default all.
10 000 rows of 20 features; interventional values against 100 background rows. Candidates take turns on two threads;
figures are the best of the rounds, in time and in time of all processors, which is the better guide on a busy machine.
Shap explains `PEER_ROWS` rows, which is scaled, and calls XGBoost's and LightGBM's own code where values are
path-dependent; woodelf runs once.

Ours is a whole call with the trees, and tables, known from a call before: it takes the model's fingerprint, computes
values and checks that they are still the model's. "made ready" is what the first call does more: trees are read and
laid out, tables filled. "one row" is the next row of a stream; "one row, whole call" a call with a table of one row.

`gpu` explains `GPU_ROWS` rows of the XGBoost model with ``device="cuda"`` and with all processors: values alone, from
rows in memory to values in memory, and whole calls. Where there is no CUDA device it says so.
"""

import contextlib
import importlib.util
import io
import os
import sys
import time

import numpy as np
import shap
from sklearn.datasets import make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor

from xai_widgets.explainers import tree_walk
from xai_widgets.explainers.shapley import TreeSHAP

ROWS, PEER_ROWS, GPU_ROWS, ROUNDS = 10_000, 100, 1_000_000, 3
THREADS = 2


def _xgboost():
    import xgboost

    return xgboost.XGBRegressor(n_estimators=300, max_depth=6, learning_rate=0.1, n_jobs=THREADS)


def _lightgbm():
    import lightgbm

    return lightgbm.LGBMRegressor(n_estimators=300, n_jobs=THREADS, verbose=-1)


CASES = {
    "xgboost": _xgboost,
    "lightgbm": _lightgbm,
    "hgb": lambda: HistGradientBoostingRegressor(max_iter=300, early_stopping=False),
    "forest": lambda: RandomForestRegressor(300, max_depth=8, n_jobs=THREADS, random_state=0),
}


def timed(run):
    began, worked = time.perf_counter(), time.process_time()
    found = run()
    return np.array([time.perf_counter() - began, time.process_time() - worked]), found


def woodelf_explainer(model, background, columns):
    """Return woodelf's explainer as a function of rows, None where it is not installed."""
    if importlib.util.find_spec("woodelf") is None:
        return None
    import pandas as pd
    from woodelf import WoodelfExplainer

    rows = [] if background is None else [pd.DataFrame(background, columns=columns)]
    explainer = WoodelfExplainer(model, *rows)

    def explain(X):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return np.asarray(explainer.shap_values(pd.DataFrame(X, columns=columns)))

    return explain


def measured(model, X, background):
    """Return the best seconds, and processor seconds, of each candidate, and the largest difference to shap."""
    kind = "tree_path_dependent" if background is None else "interventional"
    peer = shap.TreeExplainer(model, data=background, feature_perturbation=kind)
    ours = TreeSHAP(model, background)
    ours(X[:20])  # numba compiles
    state = ours.start(X)
    some, scale = X[:PEER_ROWS], ROWS / PEER_ROWS
    candidates = {
        "shap": (lambda: peer.shap_values(some, check_additivity=False), scale),
        "ours": (lambda: ours(X).values, 1),
        "ours, made ready": (lambda: made_ready(model, background, X), 1),
        "ours, one row": (lambda: ours.advance(state, 1), 1),
        "ours, one row, whole call": (lambda: ours(X[:1]), 1),
    }
    woodelf = woodelf_explainer(model, background, [f"x{at}" for at in range(X.shape[1])])
    if woodelf is not None:
        candidates["woodelf"] = (lambda: woodelf(X), 1)
    ours(X)
    best, answers = dict.fromkeys(candidates, np.full(2, np.inf)), {}
    for round_ in range(ROUNDS):
        for name, (run, times) in candidates.items():
            if name == "woodelf" and round_ > 0:  # it takes longer than all others together
                continue
            seconds, answers[name] = timed(run)
            best[name] = np.minimum(best[name], times * seconds)
    return best, float(np.abs(np.reshape(answers["shap"], some.shape) - answers["ours"][:PEER_ROWS]).max())


def made_ready(model, background, X):
    tree_walk._READ.pop(model, None)
    fresh = TreeSHAP(model, background)
    state = fresh.start(X)
    games = fresh._games_of(state)
    if background is not None:
        games.of_all.tables  # noqa: B018 (made when it is asked for)


def on_gpu(model, X, background):
    """Return the best seconds of values and of whole calls, on the GPU and without, and their largest difference."""
    candidates, values = {}, {}
    for place, device in (("processors", None), ("gpu", "cuda")):
        ours = TreeSHAP(model, background, device=device)
        state = ours.start(X)
        ready, games = timed(lambda ours=ours, state=state: ours._games_of(state))
        columns = games.columns(state.table)
        ready += timed(lambda games=games, columns=columns: games.raw(columns[:, :20].copy()))[0]  # tables are filled
        print(f"  {place + ', made ready':28}{1e3 * ready[0]:12.2f} ms")
        values[place] = lambda games=games, columns=columns: games.raw(columns)[0]
        candidates[place] = values[place]
        candidates[f"{place}, whole call"] = lambda ours=ours: ours(X).values
    best = dict.fromkeys(candidates, np.inf)
    for _ in range(ROUNDS):
        for name, run in candidates.items():
            best[name] = min(best[name], timed(run)[0][0])
    return best, float(np.abs(values["gpu"]() - values["processors"]()).max())


def gpu_ratios():
    import torch

    if not torch.cuda.is_available():
        print("there is no CUDA device here, so gpu is left out")
        return []
    X, y = make_friedman1(GPU_ROWS, n_features=20, random_state=0)
    model = _xgboost().fit(X[:ROWS], y[:ROWS])
    ratios = []
    for kind, background in (("path-dependent", None), ("interventional", X[:100])):
        print(f"gpu, {kind}: {GPU_ROWS} rows, {ROUNDS} rounds, {torch.cuda.get_device_name()}, {os.cpu_count()} cores")
        best, worst = on_gpu(model, X, background)
        for candidate, seconds in best.items():
            print(f"  {candidate:28}{1e3 * seconds:12.2f} ms")
        print(f"  largest difference {worst:.1e}, memory at most {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB")
        label = f"tree_shap_gpu_{kind.replace('-', '_')}"
        ratios += [
            (f"{label}_values", best["processors"] / best["gpu"]),
            (f"{label}_whole_call", best["processors, whole call"] / best["gpu, whole call"]),
        ]
    return ratios


def main(names):
    X, y = make_friedman1(ROWS, n_features=20, random_state=0)
    X = X.astype(np.float32).astype(np.float64)  # shap compares in either precision
    ratios = gpu_ratios() if "gpu" in names else []
    for name in names:
        if name == "gpu":
            continue
        model = CASES[name]().fit(X, y)
        for kind, background in (("path-dependent", None), ("interventional", X[:100])):
            best, worst = measured(model, X, background)
            print(f"{name}, {kind}: {ROWS} rows, {ROUNDS} rounds, load {os.getloadavg()[0]:.1f}")
            for candidate, (seconds, worked) in best.items():
                print(f"  {candidate:28}{1e3 * seconds:12.2f} ms {1e3 * worked:12.2f} ms of processors")
            print(f"  largest difference to shap {worst:.1e}", flush=True)
            for peer in set(best) & {"shap", "woodelf"}:
                label = f"tree_shap_{name}_{kind.replace('-', '_')}_{peer}"
                both = best[peer] / best["ours"]
                ratios += [(label, both[0]), (f"{label}_processors", both[1])]
    if importlib.util.find_spec("woodelf") is None:
        print("woodelf is not installed, so it is left out")
    for name, value in ratios:
        print(f"RATIO {name} {value:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:] or [*CASES, "gpu"])
