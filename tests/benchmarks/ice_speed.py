"""ICE curves in time: ours, against scikit-learn's `partial_dependence(kind="individual", method="brute")`.

Run as ``python -m tests.benchmarks.ice_speed [hgb] [hgb_diabetes] [forest_diabetes] [forest] [mlp]``. 50 points of one
feature; candidates take turns, figures are medians. Ours reads the trees and checks the first rows against the model
in each round, as a first call does; "again" is a second call on the same model, whose trees are known.
"""

import os
import statistics
import sys
import time
import weakref

import numpy as np
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.inspection import partial_dependence as theirs
from sklearn.neural_network import MLPRegressor

from xai_widgets.explainers import partial_dependence, tree_walk

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


def timed(run):
    began = time.perf_counter()
    found = run()
    return time.perf_counter() - began, found


def measured(model, X):
    settings = {"features": [3], "kind": "individual", "grid_resolution": POINTS}
    candidates = {
        "scikit-learn": lambda: theirs(model, X, method="brute", **settings),
        "ours": lambda: partial_dependence(model, X, **settings),
        "ours, again": lambda: partial_dependence(model, X, **settings),
    }
    candidates["ours"]()  # numba compiles
    times = {name: [] for name in candidates}
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times["ours"]) < 3:
        tree_walk._READ = weakref.WeakKeyDictionary()
        curves = {}
        for name, run in candidates.items():
            seconds, curves[name] = timed(run)
            times[name].append(seconds)
    worst = np.abs(curves["ours"].individual - curves["scikit-learn"].individual).max()
    return {name: statistics.median(taken) for name, taken in times.items()}, len(times["ours"]), worst


def main(names):
    ratios = []
    for name in names:
        make, data = CASES[name]
        X, y = data()
        times, rounds, worst = measured(make().fit(X, y), X)
        print(f"{name}: {len(X)} rows x {POINTS} points, {rounds} rounds, load {os.getloadavg()[0]:.1f}")
        for candidate, seconds in times.items():
            print(f"  {candidate:16}{1e3 * seconds:10.1f} ms")
        print(f"  largest difference {worst:.1e}")
        ratios += [
            (f"ice_{name}{'_again' if again else ''}", times["scikit-learn"] / times[mine])
            for again, mine in enumerate(("ours", "ours, again"))
        ]
    for name, value in ratios:
        print(f"RATIO {name} {value:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:] or list(CASES))
