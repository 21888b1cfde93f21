"""LIME of one row in time: ours, against the lime package, at equal samples and at equal spread over seeds.

Run as ``python -m tests.benchmarks.lime_speed``. A torch network of two hidden layers of 128 on 20 columns, all 20
features in the linear model, 5000 samples, quartile bins: lime's defaults. Both ask the same function of the same
network and are made before; ours also estimates the error of each weight, which lime does not, and keeps its draws from
row to row. Candidates take turns; figures are the least of the rounds, which other work on the machine disturbs least.
A RATIO is by the clock; with `_cpu` it is by processor time, of all threads, also of those that wait in a loop.
Spread is the standard deviation of a weight over seeds, its mean over all features and some rows; of ours the least
number of Sobol points is taken whose spread is no more than that of lime's 5000 samples. That takes about a minute.
"""

import os
import time

import numpy as np
import torch
from lime.lime_tabular import LimeTabularExplainer
from torch import nn

from xai_widgets.explainers.lime import LIMETabular
from xai_widgets.explainers.lime.neighbourhood import Neighbourhood
from xai_widgets.explainers.stream import last

FEATURES, SAMPLES, SEEDS, ROUNDS = 20, 5000, 32, 60
ROWS = range(0, 120, 10)
FEWER = (1024, 1536, 1664, 1792, 1856, 1920, 1984, 2048, 2560)


def trained():
    """Return a table, and a function that gives the probabilities of a network trained on it."""
    X = np.random.default_rng(0).normal(size=(5000, FEATURES))
    y = torch.tensor(X[:, 0] * X[:, 1] + X[:, 2] > 0).long()
    torch.manual_seed(0)
    layers = nn.Linear(FEATURES, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 2)
    network = nn.Sequential(*layers)
    descent = torch.optim.Adam(network.parameters(), 3e-3)
    inputs = torch.tensor(X, dtype=torch.float32)
    for _ in range(300):
        rows = torch.randint(len(X), (256,))
        descent.zero_grad()
        nn.functional.cross_entropy(network(inputs[rows]), y[rows]).backward()
        descent.step()

    def probabilities(table):
        with torch.inference_mode():
            return torch.softmax(network(torch.as_tensor(table, dtype=torch.float32)), 1).double().numpy()

    return X, probabilities


def weights(explanation):
    """Return the weights by feature."""
    found = np.zeros(FEATURES)
    for feature, weight in explanation.as_map()[1]:
        found[feature] = weight
    return found


def spread(explain):
    """Return the standard deviation over seeds of a weight."""
    found = [[weights(explain(seed, row)) for row in ROWS] for seed in range(SEEDS)]  # of a seed draws are kept
    return float(np.std(found, axis=0, ddof=1).mean())


def measured(candidates):
    """Return the least time by the clock and processor time of each candidate, in seconds."""
    times = {name: [] for name in candidates}
    for run in candidates.values():
        run()
    for _ in range(ROUNDS):
        for name, run in candidates.items():
            began = time.perf_counter(), time.process_time()
            run()
            times[name].append((time.perf_counter() - began[0], time.process_time() - began[1]))
    return {name: [min(each) for each in zip(*taken, strict=True)] for name, taken in times.items()}


def main():
    X, model = trained()
    hood = Neighbourhood(X)
    theirs = {seed: LimeTabularExplainer(X, random_state=seed) for seed in range(SEEDS)}
    ours = {
        sampler: {seed: LIMETabular(model, hood, sampler=sampler, seed=seed) for seed in range(SEEDS)}
        for sampler in ("random", "sobol")
    }

    def of_lime(seed, row, samples=SAMPLES):
        return theirs[seed].explain_instance(X[row], model, num_features=FEATURES, num_samples=samples)

    def of_ours(sampler, seed, row, samples=SAMPLES):
        return ours[sampler][seed].explain_instance(X[row], FEATURES, samples)

    wanted, of_random = spread(of_lime), spread(lambda *at: of_ours("random", *at))
    print(f"spread over {SEEDS} seeds, {len(ROWS)} rows: lime {wanted:.4f}, random {of_random:.4f}")
    found = {number: spread(lambda *at, number=number: of_ours("sobol", *at, number)) for number in (*FEWER, SAMPLES)}
    print("  Sobol " + ", ".join(f"{number}: {each:.4f}" for number, each in found.items()))
    enough = next(number for number, each in found.items() if each <= wanted)
    estimate = last(ours["random"][0].stream(X[7], num_features=FEATURES, num_samples=SAMPLES))
    random, sobol, fewer = (LIMETabular(model, hood, sampler=each) for each in ("random", "sobol", "sobol"))
    candidates = {
        "lime": lambda: of_lime(0, 7),
        "random": lambda: random.explain_instance(X[7], FEATURES, SAMPLES),
        "sobol": lambda: sobol.explain_instance(X[7], FEATURES, SAMPLES),
        f"sobol, {enough}": lambda: fewer.explain_instance(X[7], FEATURES, enough),
        "model alone": lambda: model(X),
        "solved again": lambda: estimate.explanation(kernel_width=2.0, num_features=10),
    }
    times = measured(candidates)
    print(f"{ROUNDS} rounds, {torch.get_num_threads()} threads, load {os.getloadavg()[0]:.1f}; clock, processor")
    for name, (clock, processor) in times.items():
        print(f"  {name:14}{1e3 * clock:8.2f} ms{1e3 * processor:8.2f} ms")
    for name, candidate in (
        ("lime_equal_samples", "random"),
        ("lime_equal_samples_sobol", "sobol"),
        ("lime_equal_spread", f"sobol, {enough}"),
    ):
        for place, kind in enumerate(("", "_cpu")):
            print(f"RATIO {name}{kind} {times['lime'][place] / times[candidate][place]:.1f}")


if __name__ == "__main__":
    main()
