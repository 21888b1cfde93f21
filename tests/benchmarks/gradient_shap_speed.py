"""Expected gradients of one row in time: ours, against shap's `GradientExplainer`, with 200 gradients each.

Run as ``python -m tests.benchmarks.gradient_shap_speed [THREADS]``, by default 2. Torch networks with random weights: a
convolutional one on pictures of 3 x 32 x 32 numbers, of which the highest of ten outputs is explained, and one of two
hidden layers of 128 on 20 columns; 100 background rows. Ours also estimates the sampling error, checks that the model
stands still, and takes the places on the way stratified, so that its own error is less: the standard deviation over
seeds is printed beside the time. Candidates take turns; figures are the least of the rounds, in processor time, which
other work on the machine disturbs least, and by the clock.
"""

import os
import sys
import time

import numpy as np
import shap
import torch
from torch import nn

from xai_widgets.explainers.shapley import GradientSHAP

BACKGROUND, SAMPLES, ROUNDS, SEEDS = 100, 200, 15, 8


def networks():
    """Return networks, by name, with as many columns as they have."""
    torch.manual_seed(0)
    pictures = nn.Sequential(
        nn.Unflatten(1, (3, 32, 32)),
        *(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(2048, 64), nn.ReLU(), nn.Linear(64, 10)),
    )
    table = nn.Sequential(nn.Linear(20, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 1))
    return {"pictures": (pictures.eval(), 3 * 32 * 32), "table": (table.eval(), 20)}


def candidates(network, columns):
    """Return how each explains a row with a seed."""
    drawn = np.random.default_rng(0).random((BACKGROUND + 1, columns), dtype=np.float32)
    background, row = drawn[:-1], drawn[-1:]
    target = int(network(torch.tensor(row)).argmax())
    theirs = shap.GradientExplainer(network, torch.tensor(background))
    ours = [GradientSHAP(network, background, target=target, n_samples=SAMPLES, seed=seed) for seed in range(SEEDS)]

    def of_shap(seed):
        found, _ = theirs.shap_values(torch.tensor(row), nsamples=SAMPLES, ranked_outputs=1, rseed=seed)
        return np.asarray(found).ravel()

    return {"shap": of_shap, "ours": lambda seed: ours[seed].explain(row).value.ravel()}


def measured(runs):
    """Return the least processor time and time of each candidate, in seconds."""
    times = {name: [] for name in runs}
    for number in range(ROUNDS + 1):  # of which the first is not counted
        for name, run in runs.items():
            began = time.process_time(), time.perf_counter()
            run(number % SEEDS)
            if number:
                times[name].append((time.process_time() - began[0], time.perf_counter() - began[1]))
    return {name: [min(each) for each in zip(*taken, strict=True)] for name, taken in times.items()}


def main(threads):
    torch.set_num_threads(threads)
    for name, (network, columns) in networks().items():
        runs = candidates(network, columns)
        times = measured(runs)
        print(f"{name}: {ROUNDS} rounds, {threads} threads, load {os.getloadavg()[0]:.1f}, shap {shap.__version__}")
        for candidate, (processor, clock) in times.items():
            found = np.stack([runs[candidate](seed) for seed in range(SEEDS)])
            spread = np.linalg.norm(found.std(axis=0, ddof=1)) / np.linalg.norm(found.mean(axis=0))
            print(f"  {candidate:6}{1e3 * processor:9.1f} ms{1e3 * clock:9.1f} ms   spread over seeds {spread:.3f}")
        print(f"RATIO gradient_shap_{name} {times['shap'][0] / times['ours'][0]:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
