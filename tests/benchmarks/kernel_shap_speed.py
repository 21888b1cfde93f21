"""Kernel SHAP in time and error: ours, against shap's `KernelExplainer`, on a network 20-128-128-1 of torch.

Run as ``python -m tests.benchmarks.kernel_shap_speed [THREADS]``, by default 2. 100 background rows; candidates take
turns, on another row in every round; figures are the best of one row's times, since on a busy machine a median says
more about the others. Errors are relative to 32 768 coalitions of another seed, over three rows. Ours makes its
coalitions and what the first layer makes of the background once for all rows, in a first call that is not timed, as is
shap's own start. "Black box" is the network behind a function of arrays. "At shap's error" is the smallest of `BUDGETS`
with an error of at most shap's.
"""

import os
import sys
import time

import numpy as np
import shap
import torch
from torch import nn

from xai_widgets.explainers.shapley import KernelSHAP

FEATURES, BACKGROUND, ROWS = 20, 100, 3
SHAPS_BUDGET, BUDGETS = 2048, (96, 128, 144, 160, 176, 192, 256, 384, 512, 768, 1024, 1536, 2048)
SECONDS = 15
REFERENCE = 1 << 15  # coalitions


def trained():
    """Return a network that has learned a function with interactions, and rows."""
    torch.manual_seed(0)
    X = np.random.default_rng(0).normal(size=(4000, FEATURES)).astype(np.float32)
    y = np.sin(X[:, 0] * X[:, 1]) + X[:, 2] ** 2 + X[:, 3] * (X[:, 4] > 0) + X[:, 5] / 2 + 0.3 * X[:, 6] * X[:, 7]
    layers = nn.Linear(FEATURES, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 1)
    network = nn.Sequential(*layers)
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    inputs, targets = torch.tensor(X), torch.tensor(y)[:, None]
    for _ in range(600):
        some = torch.randint(len(X), (256,))
        loss = nn.functional.mse_loss(network(inputs[some]), targets[some])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network.eval().requires_grad_(requires_grad=False), X


def error(found, truth):
    return float(np.linalg.norm(found - truth) / np.linalg.norm(truth))


def values(explainer, rows):
    return np.concatenate([explainer.explain(row[None]).value[..., 0] for row in rows])


def measured(candidates, rows):
    """Return the least seconds of each candidate for a row, and how many rounds there were."""
    times = {name: [] for name in candidates}
    for run in candidates.values():
        run(rows[:1])
    end, rounds = time.perf_counter() + SECONDS, 0
    while time.perf_counter() < end or rounds < 5:
        for name, run in candidates.items():
            row = rows[rounds % len(rows)][None]
            began = time.perf_counter()
            run(row)
            times[name].append(time.perf_counter() - began)
        rounds += 1
    return {name: min(taken) for name, taken in times.items()}, rounds


def main(threads):
    torch.set_num_threads(1)  # for small steps
    network, X = trained()
    torch.set_num_threads(threads)
    background, rows = X[:BACKGROUND], X[200:]

    def function(given):
        with torch.inference_mode():
            return network(torch.as_tensor(np.asarray(given), dtype=torch.float32))[:, 0].numpy()

    theirs = shap.KernelExplainer(function, background)

    def of_shap(some):
        return theirs.shap_values(some, nsamples=SHAPS_BUDGET, silent=True)

    truth = values(KernelSHAP(network, background, n_samples=REFERENCE, seed=9), rows[:ROWS])
    ours = {budget: KernelSHAP(network, background, n_samples=budget) for budget in BUDGETS}
    errors = {budget: error(values(explainer, rows[:ROWS]), truth) for budget, explainer in ours.items()}
    np.random.seed(0)
    of_shap_error = error(of_shap(rows[:ROWS]), truth)
    enough = next(budget for budget in BUDGETS if errors[budget] <= of_shap_error)
    black_box = KernelSHAP(function, background, n_samples=SHAPS_BUDGET)
    candidates = {
        "shap": of_shap,
        "ours": ours[SHAPS_BUDGET].explain,
        f"ours, {enough} coalitions": ours[enough].explain,
        "ours, black box": black_box.explain,
    }
    times, rounds = measured(candidates, rows)
    print(f"{rounds} rounds, {threads} threads, load {os.getloadavg()[0]:.1f}, shap {shap.__version__}")
    for name, seconds in times.items():
        budget = enough if str(enough) in name else SHAPS_BUDGET
        print(f"  {name:24}{1e3 * seconds:9.1f} ms   error {of_shap_error if name == 'shap' else errors[budget]:.4f}")
    print(f"RATIO kernel_shap_at_shaps_error {times['shap'] / times[f'ours, {enough} coalitions']:.1f}")
    print(f"RATIO kernel_shap_same_budget {times['shap'] / times['ours']:.1f}")
    print(f"RATIO kernel_shap_same_budget_error {of_shap_error / errors[SHAPS_BUDGET]:.1f}")
    print(f"RATIO kernel_shap_black_box {times['shap'] / times['ours, black box']:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
