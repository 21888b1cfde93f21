"""ICE curves in time: ours, against scikit-learn's `partial_dependence(kind="individual", method="brute")`.

Run as ``python -m tests.benchmarks.ice_speed CASE ...``, with the names of `CASES` and `EVERY_FEATURE`, by default all.
50 points of one feature; candidates take turns, figures are medians of the wall clock and, in brackets, the least time
of all processors, which other programs disturb less. Ours reads the trees and checks some rows against the model in
each round, as a first call does. "known model" is a call on a model whose trees are known, about a feature that is new,
so that rows are checked; "again" is that call once more, of which they have been. In the cases of `EVERY_FEATURE` it is
the mean curves of all features, and woodelf's those of its own points. What scikit-learn needs minutes for it does in
part, for some points or features, and its time is scaled; the table says so. Torch's network is scikit-learn's
estimator by a wrapper, and ours as it is. On two cores each case ends within three minutes.
"""

import contextlib
import functools
import io
import os
import statistics
import sys
import time
import weakref

import numpy as np
import pandas as pd
import torch
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.inspection import partial_dependence as theirs
from sklearn.neural_network import MLPRegressor
from torch import nn
from woodelf.pdp import woodelf_pdp

from xai_widgets.explainers import partial_dependence, partial_dependences, tree_walk

POINTS = 50
SECONDS = 20  # for each case
FEATURE, ASKED_BEFORE = 3, 4
SOME_POINTS = {"forest": 5}  # of scikit-learn's, where all take too long
SOME_FEATURES = 1  # of scikit-learn's, where all are asked for


def friedman(rows):
    return make_friedman1(rows, n_features=20, random_state=0)


CASES = {
    "hgb": (lambda: HistGradientBoostingRegressor(max_iter=300, early_stopping=False), lambda: friedman(10_000)),
    "hgb_diabetes": (
        lambda: HistGradientBoostingRegressor(max_iter=300, early_stopping=False),
        lambda: load_diabetes(return_X_y=True),
    ),
    "forest_diabetes": (lambda: RandomForestRegressor(300, n_jobs=2), lambda: load_diabetes(return_X_y=True)),
    "forest": (lambda: RandomForestRegressor(300, n_jobs=2), lambda: friedman(10_000)),
    "mlp": (lambda: MLPRegressor((128, 128), max_iter=20), lambda: friedman(10_000)),
}


EVERY_FEATURE = {"hgb_every_feature": "hgb", "hgb_diabetes_every_feature": "hgb_diabetes"}


class TorchNetwork(RegressorMixin, BaseEstimator):
    """A network of torch as an estimator of scikit-learn."""

    def fit(self, X, y):
        torch.manual_seed(0)
        layers = nn.Linear(X.shape[1], 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 1)
        self.module_ = nn.Sequential(*layers).eval()
        return self

    def predict(self, X):
        with torch.inference_mode():
            return self.module_(torch.as_tensor(np.asarray(X), dtype=torch.float32))[:, 0].numpy()


CASES["torch"] = (TorchNetwork, lambda: friedman(10_000))


def timed(run):
    """Return the seconds of the wall clock and of all processors, and what was found."""
    began = time.perf_counter(), time.process_time()
    found = run()
    return (time.perf_counter() - began[0], time.process_time() - began[1]), found


def forget(model, X):
    """Let nothing be known of a model."""
    tree_walk._READ = weakref.WeakKeyDictionary()


def ask_before(model, X):
    """Let a model be known by another feature alone."""
    forget(model, X)
    partial_dependence(model, X, [ASKED_BEFORE], kind="individual", grid_resolution=POINTS)


def change_nothing(model, X):
    pass


def of_one_feature(model, X, points):
    """Return the candidates, functions that give curves after another one has made things ready."""
    settings = {"features": [FEATURE], "kind": "individual", "grid_resolution": POINTS}

    def ours(model, X):
        return partial_dependence(model, X, **settings).individual

    def loop(_, X):
        if points == POINTS:
            return theirs(estimator, X, method="brute", **settings).individual
        some = {"features": [FEATURE], "kind": "individual", "custom_values": {FEATURE: grid[:points]}}
        return theirs(estimator, X, method="brute", **some).individual

    estimator, model = model, getattr(model, "module_", model)
    grid = partial_dependence(model, X, **settings).grid_values[0]
    mine = {"ours": (forget, ours), "known model": (ask_before, ours), "again": (change_nothing, ours)}
    return model, {"scikit-learn": (change_nothing, loop), **mine}


def of_every_feature(model, X):
    """Return the candidates as `of_one_feature` does."""
    table = pd.DataFrame(X, columns=[f"x{place}" for place in range(X.shape[1])])

    def loop(model, X):
        return [
            theirs(model, X, [feature], method="brute", kind="average", grid_resolution=POINTS).average
            for feature in range(SOME_FEATURES)
        ]

    def ours(model, X):
        return [found.average for found in partial_dependences(model, X, grid_resolution=POINTS).values()]

    def woodelf(model, _):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return woodelf_pdp(model, table, k=POINTS, centered=False)

    peers = {"scikit-learn": (change_nothing, loop), "woodelf": (change_nothing, woodelf)}
    return model, {**peers, "ours": (forget, ours), "again": (change_nothing, ours)}


def measured(model, X, candidates):
    """Return the time of each candidate, how many rounds there were, and by how much answers differ at most."""
    candidates["ours"][1](model, X)  # numba compiles
    times = {name: [] for name in candidates}
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times["ours"]) < 3:
        answers = {}
        for name, (make_ready, run) in candidates.items():
            make_ready(model, X)
            seconds, answers[name] = timed(functools.partial(run, model, X))
            times[name].append(seconds)
    pairs = zip(answers["ours"], answers["scikit-learn"], strict=False)
    worst = max(np.abs(ours[..., : of_peer.shape[-1]] - of_peer).max() for ours, of_peer in pairs)
    figures = {
        name: np.array([statistics.median(wall), min(cpu)])
        for name, (wall, cpu) in ((name, zip(*taken, strict=True)) for name, taken in times.items())
    }
    return figures, len(times["ours"]), worst


def main(names):
    ratios = []
    for name in names:
        make, data = CASES[EVERY_FEATURE.get(name, name)]
        X, y = data()
        points = SOME_POINTS.get(name, POINTS)
        part, whole = (SOME_FEATURES, X.shape[1]) if name in EVERY_FEATURE else (points, POINTS)
        estimator = make().fit(X, y)
        model, candidates = (
            of_every_feature(estimator, X) if name in EVERY_FEATURE else of_one_feature(estimator, X, points)
        )
        times, rounds, worst = measured(model, X, candidates)
        times["scikit-learn"] *= whole / part
        print(f"{name}: {len(X)} rows x {POINTS} points, {rounds} rounds, load {os.getloadavg()[0]:.1f}")
        if part < whole:
            what = "features" if name in EVERY_FEATURE else "points"
            print(f"  scikit-learn's time is that of {part} of {whole} {what}, times {whole / part:g}")
        for candidate, (wall, cpu) in times.items():
            print(f"  {candidate:16}{1e3 * wall:10.1f} ms ({1e3 * cpu:.1f} ms)")
        print(f"  largest difference {worst:.1e}", flush=True)
        for peer, ending in (("scikit-learn", ""), ("woodelf", "_woodelf")):
            if peer in times:
                ratios += [
                    (f"ice_{name}{ending}{how}{kind}", (times[peer] / times[mine])[place])
                    for how, mine in (("", "ours"), ("_known", "known model"), ("_again", "again"))
                    if mine in times
                    for place, kind in enumerate(("", "_cpu"))
                ]
    for name, value in ratios:
        print(f"RATIO {name} {value:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:] or [*CASES, *EVERY_FEATURE])
