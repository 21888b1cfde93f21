"""SmoothGrad of 50 draws in time: ours as it comes, against captum as it comes and at its best batch size.

Run as ``python -m tests.benchmarks.smoothgrad_speed [lenet] [resnet20] [squeezenet]``. Candidates take turns (A, B, C,
A, B, C ...) after one round that is not counted; figures are medians over the rounds. Ours includes all it does beside
the draws: the shadow, fingerprints, an estimate with its standard error after every step of 50 ms.
"""

import functools
import statistics
import sys
import time
import warnings

import captum
import torch
from captum.attr import NoiseTunnel, Saliency

from tests import data
from xai_widgets.explainers import SmoothGrad

DRAWS = 50
CASES = {
    "lenet": (data.lenet, lambda: data.digits()[0][:1], 30, (5, 10, 25)),
    "resnet20": (data.resnet20, lambda: data.cifar()[0][3:4], 11, (5, 10, 25)),
    "squeezenet": (data.squeezenet, lambda: data.photo("cat"), 5, (2, 5, 10)),
}


def ours(model, x, sigma, target):
    SmoothGrad(model, sigma=sigma, n_samples=DRAWS).attribute(x, target=target)


def first_estimate(model, x, sigma, target):
    next(SmoothGrad(model, sigma=sigma, n_samples=DRAWS).stream(x, target=target))


def captums(model, x, sigma, target, batch):
    leaf = x.clone().requires_grad_()
    tunnel = NoiseTunnel(Saliency(model))
    tunnel.attribute(leaf, nt_samples=DRAWS, nt_samples_batch_size=batch, stdevs=sigma, target=target, abs=False)


def seconds(candidate):
    began = time.perf_counter()
    candidate()
    return time.perf_counter() - began


def main(names):
    warnings.filterwarnings("ignore", module="captum")
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, captum {captum.__version__}")
    print(f"{DRAWS} draws, sigma 15 % of the range, one class")
    ratios = []
    for name in names:
        make, picture, rounds, batches = CASES[name]
        model, x = make(), picture()
        given = {"sigma": 0.15 * float(x.max() - x.min()), "target": int(model(x).argmax())}
        candidates = {
            "ours": functools.partial(ours, model, x, **given),
            "ours, first estimate": functools.partial(first_estimate, model, x, **given),
            "captum, default (one batch)": functools.partial(captums, model, x, **given, batch=None),
        }
        for batch in batches:
            candidates[f"captum, batches of {batch}"] = functools.partial(captums, model, x, **given, batch=batch)
        times = {candidate: [] for candidate in candidates}
        for number in range(rounds + 1):
            for candidate, run in candidates.items():
                taken = seconds(run)
                if number:
                    times[candidate].append(taken)
        median = {candidate: statistics.median(taken) for candidate, taken in times.items()}
        print(f"{name}, {rounds} rounds")
        for candidate, value in median.items():
            print(f"  {candidate:30}{1e3 * value:10.1f} ms   least {1e3 * min(times[candidate]):10.1f} ms")
        best = min(value for candidate, value in median.items() if candidate.startswith("captum, batches"))
        ratios += [
            (f"captum_default_{name}", median["captum, default (one batch)"] / median["ours"]),
            (f"captum_best_{name}", best / median["ours"]),
            (f"first_estimate_share_{name}", median["ours, first estimate"] / median["ours"]),
        ]
    for name, value in ratios:
        print(f"RATIO {name} {value:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:] or list(CASES))
