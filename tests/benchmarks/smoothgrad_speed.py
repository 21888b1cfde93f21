"""SmoothGrad of 50 draws in time: ours, against captum as it comes and at its best batch size.

Run as ``python -m tests.benchmarks.smoothgrad_speed [lenet] [resnet20] [squeezenet] [small] [resnet18] [resnet50]``,
with ``--seconds 120`` for each network. All run on the GPU where there is one. After a first round, which is not
counted but chooses captum's two best batch sizes, candidates take turns (A, B, C, A, B, C ...); figures are medians
over the rounds. Ours includes all that it does beside the draws: fingerprints, the estimates with their standard
errors, and comparing its faster copy with the model. A picture is cold on a model that it has not seen.
"""

import argparse
import copy
import os
import statistics
import time
import warnings
from functools import partial

import captum
import torch
from captum.attr import NoiseTunnel, Saliency

from tests import data
from tests.benchmarks import nets
from xai_widgets import SaliencyMap
from xai_widgets.explainers import SmoothGrad
from xai_widgets.models.bfloat16 import has_bfloat16

DRAWS = 50
BATCHES = (1, 2, 5, 10, 25, 50)
CASES = {
    "lenet": (data.lenet, lambda: data.digits()[0][:1]),
    "resnet20": (data.resnet20, lambda: data.cifar()[0][3:4]),
    "squeezenet": (data.squeezenet, lambda: data.photo("cat")),
    "small": (nets.small, lambda: nets.picture(32)),
    "resnet18": (nets.resnet18, lambda: nets.picture(224)),
    "resnet50": (nets.resnet50, lambda: nets.picture(224)),
}
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def ours(method, x, target):
    method.attribute(x, target=target)


def first_picture(method, x, target):
    next(method.stream(x, target=target))


def cold_picture(model, x, target, **options):
    unseen = copy.deepcopy(model)
    began = time.perf_counter()
    next(SmoothGrad(unseen, **options).stream(x, target=target))
    return time.perf_counter() - began


def captums(tunnel, x, sigma, target, batch):
    settings = {"nt_samples": DRAWS, "nt_samples_batch_size": batch, "stdevs": sigma, "target": target, "abs": False}
    tunnel.attribute(x.clone().requires_grad_(), **settings).cpu()


def published(widget):
    """From a request to its final, which the widget has made ready to send."""
    widget.noise_level = 0.3 - widget.noise_level
    widget.wait()


def seconds(candidate):
    began = time.perf_counter()
    told = candidate()
    return told or time.perf_counter() - began


def candidates_of(model, x):
    options = {"sigma": 0.15 * float(x.max() - x.min()), "n_samples": DRAWS}
    target = int(model(x).argmax())
    tunnel = NoiseTunnel(Saliency(model))
    method = SmoothGrad(model, **options)
    candidates = {
        "ours, float32": partial(ours, method, x, target),
        "first picture": partial(first_picture, method, x, target),
        "first picture, cold": partial(cold_picture, model, x, target, **options),
    }
    if has_bfloat16(DEVICE):
        halved = SmoothGrad(model, precision="bfloat16", **options)
        candidates["ours, bfloat16"] = partial(ours, halved, x, target)
    if DEVICE.type == "cuda":
        for precision in ("float32", "bfloat16"):
            widget = SaliencyMap(model, x, target=target, precision=precision, n_samples=DRAWS, noise_level=0.1)
            candidates[f"request to final, {precision}"] = partial(published, widget)
    candidates["captum, default (one batch)"] = partial(captums, tunnel, x, options["sigma"], target, None)
    for batch in BATCHES:
        candidates[f"captum, batches of {batch}"] = partial(captums, tunnel, x, options["sigma"], target, batch)
    return candidates


def measured(model, x, budget):
    """Return the seconds of each candidate in each round."""
    candidates = candidates_of(model, x)
    first = {name: seconds(run) for name, run in candidates.items()}
    batches = sorted((name for name in first if name.startswith("captum, batches")), key=first.get)
    for slow in batches[2:]:
        del candidates[slow]
    times = {name: [] for name in candidates}
    end = time.perf_counter() + budget - sum(first.values())
    while time.perf_counter() < end or len(times["ours, float32"]) < 3:
        for name, run in candidates.items():
            times[name].append(seconds(run))
    return times


def ratios_of(name, times):
    median = {candidate: statistics.median(taken) for candidate, taken in times.items()}
    default = median["captum, default (one batch)"]
    best = min(value for candidate, value in median.items() if candidate.startswith("captum, batches"))
    for precision in ("float32", "bfloat16"):
        if (mine := median.get(f"ours, {precision}")) is not None:
            yield f"{name}_{precision}_against_captum_best", best / mine
            yield f"{name}_{precision}_against_captum_default", default / mine
    yield f"{name}_captum_best_over_first_picture", best / median["first picture"]
    yield f"{name}_captum_best_over_cold_first_picture", best / median["first picture, cold"]
    yield f"{name}_captum_default_over_first_picture", default / median["first picture"]
    yield f"{name}_captum_default_over_cold_first_picture", default / median["first picture, cold"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=list(CASES))
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    warnings.filterwarnings("ignore", module="captum")
    device = torch.cuda.get_device_name() if DEVICE.type == "cuda" else f"{torch.get_num_threads()} CPU threads"
    print(f"torch {torch.__version__}, captum {captum.__version__}, {device}")
    print(f"{DRAWS} draws, sigma 15 % of the range, one class; captum: NoiseTunnel(Saliency(abs=False))")
    ratios = []
    for name in given.names:
        make, picture = CASES[name]
        times = measured(make().to(DEVICE), picture().to(DEVICE), given.seconds)
        rounds = len(times["ours, float32"])
        print(f"{name}, {rounds} rounds, load {os.getloadavg()[0]:.1f}")
        for candidate, taken in times.items():
            print(f"  {candidate:30}{1e3 * statistics.median(taken):10.1f} ms   least {1e3 * min(taken):10.1f} ms")
        ratios += ratios_of(name, times)
    for name, value in ratios:
        print(f"RATIO {name} {value:.3f}")


if __name__ == "__main__":
    main()
