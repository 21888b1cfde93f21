"""ICE curves in time: ours, against scikit-learn's `partial_dependence(kind="individual", method="brute")`.

Run as ``python -m tests.benchmarks.ice_speed CASE ...``, with the names of `CASES` and `EVERY_FEATURE`, by default all.
50 points of one feature; candidates take turns, figures are medians of the wall clock and, in brackets, the least time
of all processors, which other programs disturb less. Ours reads the trees and checks the first rows against the model
in each round, as a first call does; "again" is a second call on the same model, whose trees are known. In the cases of
`EVERY_FEATURE` it is the mean curves of all features, where scikit-learn's time is that of two features, scaled, and
woodelf's those of its own points. Torch's network is scikit-learn's estimator by a wrapper, and ours as it is.
"""

import contextlib
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


def of_one_feature(model, X):
    """Return the candidates: functions that give curves."""
    settings = {"features": [3], "kind": "individual", "grid_resolution": POINTS}
    explained = getattr(model, "module_", model)
    return {
        "scikit-learn": lambda: theirs(model, X, method="brute", **settings).individual,
        "ours": lambda: partial_dependence(explained, X, **settings).individual,
        "ours, again": lambda: partial_dependence(explained, X, **settings).individual,
    }


def of_every_feature(model, X):
    """Return the candidates; scikit-learn's takes two features alone."""
    table = pd.DataFrame(X, columns=[f"x{place}" for place in range(X.shape[1])])

    def loop():
        return [
            theirs(model, X, [feature], method="brute", kind="average", grid_resolution=POINTS).average
            for feature in range(2)
        ]

    def ours():
        return [found.average for found in partial_dependences(model, X, grid_resolution=POINTS).values()]

    def woodelf():
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return woodelf_pdp(model, table, k=POINTS, centered=False)

    return {"scikit-learn": loop, "woodelf": woodelf, "ours": ours, "ours, again": ours}


def measured(candidates):
    candidates["ours"]()  # numba compiles
    times = {name: [] for name in candidates}
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times["ours"]) < 3:
        tree_walk._READ = weakref.WeakKeyDictionary()
        answers = {}
        for name, run in candidates.items():
            seconds, answers[name] = timed(run)
            times[name].append(seconds)
    pairs = zip(answers["ours"], answers["scikit-learn"], strict=False)
    worst = max(np.abs(ours - of_peer).max() for ours, of_peer in pairs)
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
        candidates = (of_every_feature if name in EVERY_FEATURE else of_one_feature)(make().fit(X, y), X)
        times, rounds, worst = measured(candidates)
        if name in EVERY_FEATURE:
            times["scikit-learn"] *= X.shape[1] / 2
        print(f"{name}: {len(X)} rows x {POINTS} points, {rounds} rounds, load {os.getloadavg()[0]:.1f}")
        for candidate, (wall, cpu) in times.items():
            print(f"  {candidate:16}{1e3 * wall:10.1f} ms ({1e3 * cpu:.1f} ms)")
        print(f"  largest difference {worst:.1e}")
        for peer, ending in (("scikit-learn", ""), ("woodelf", "_woodelf")):
            if peer in times:
                ratios += [
                    (f"ice_{name}{ending}{again}{kind}", (times[peer] / times[mine])[place])
                    for again, mine in (("", "ours"), ("_again", "ours, again"))
                    for place, kind in enumerate(("", "_cpu"))
                ]
    for name, value in ratios:
        print(f"RATIO {name} {value:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:] or [*CASES, *EVERY_FEATURE])
