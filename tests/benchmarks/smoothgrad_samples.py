"""How many draws the two tricks of SmoothGrad save on trained networks: pairs of +e and -e, and noise that is kept.

Run as ``python -m tests.benchmarks.smoothgrad_samples [lenet] [resnet20] [squeezenet]``. Each figure is a ratio of
squared errors at equal numbers of draws, and so of the draws needed for equal error. Errors are those of estimates of
16 draws against a reference of 1024, whose own error is subtracted; "spread" is the same ratio from the variances of
the draws themselves, which needs no reference. A quarter of an hour on two cores, nearly all of it for SqueezeNet.

- pairs: plain draws against pairs, for the mean; and for the means of |g| and g^2, of which nothing is promised
- kept: fresh noise against kept noise, for the change of the map when sigma grows by a third
- error: of the mean of 16 draws, relative to the map
"""

import sys
import time

import numpy as np
import torch

from tests import data
from xai_widgets.explainers import SmoothGrad
from xai_widgets.explainers.noise import UnitNoise
from xai_widgets.models import TorchModel

LEVELS = (0.05, 0.15)
REFERENCE = 1024
DRAWS = 16  # of each estimate that is judged


def cases(name):
    """The model and a few pictures of one of the three, each with its predicted class."""
    if name == "lenet":
        model, images = data.lenet(), data.digits()[0][[0, 7, 31]]
    elif name == "resnet20":
        model, images = data.resnet20(), data.cifar()[0][[3, 45, 72]]
    else:
        model, images = data.squeezenet(), torch.cat([data.photo("cat"), data.photo("coffee")])
    ready = TorchModel(model)
    return ready, images, ready.predicted((images.numpy(),))


def gradients(model, image, target, sigma, first, pairs, seed):
    """The gradients at x + e and at x - e, float64 of shape (pairs, 2, size)."""
    (noise,) = UnitNoise(seed, (tuple(image.shape),)).pairs(first, first + pairs, model.device)
    x = torch.stack([image + sigma * noise, image - sigma * noise], 1).flatten(0, 2)
    (found,) = model.gradients((x,), np.full(len(x), target))
    return found.double().reshape(pairs, 2, -1).numpy()


def spread(values):
    """The variance of independent rows, summed over their entries."""
    return values.var(axis=0, ddof=1).sum()


def gains_by_spread(model, image, target, level, pairs, seed=0):
    """The gains from the variances of the draws themselves: needs no reference, and so fewer draws.

    An estimate of n draws has the variance of a draw / n, or that of a pair / (n / 2).
    """
    sigma = level * float(image.max() - image.min())
    low, high = (gradients(model, image, target, s, 0, pairs, seed) for s in (sigma, 4 / 3 * sigma))

    def pairs_gain(function):
        plain = spread(function(low)[:, 0]) + spread(function(low)[:, 1])
        return plain / 2 / (2 * spread(function(low).mean(1)))

    fresh = spread(low.mean(1)) + spread(high.mean(1))
    return {
        "pairs": pairs_gain(np.positive),
        "pairs |g|": pairs_gain(np.abs),
        "pairs g^2": pairs_gain(np.square),
        "kept": fresh / spread(high.mean(1) - low.mean(1)),
    }


def gains_by_reference(model, image, target, level, repeats, reference=REFERENCE):
    """The gains from errors against a reference of many draws, through `SmoothGrad` itself."""

    def estimate(sigma, n_samples, seed):
        method = SmoothGrad(model, sigma=sigma, n_samples=n_samples, seed=seed)
        return method.attribute(image, target=target).value.ravel()

    low = level * float(image.max() - image.min())
    high = 4 / 3 * low
    truth = estimate(low, reference, seed=10**6)
    change = estimate(high, reference, seed=10**6) - truth
    plain, paired, kept, fresh = [], [], [], []
    for seed in range(repeats):
        draws = gradients(model, image, target, low, 0, DRAWS, seed)
        plain += [squared(draws[:, side].mean(0) - truth) for side in (0, 1)]
        paired += [squared(half.mean((0, 1)) - truth) for half in np.split(draws, 2)]
        first = estimate(low, DRAWS, seed)
        kept.append(squared(estimate(high, DRAWS, seed) - first - change))
        fresh.append(squared(estimate(high, DRAWS, seed + repeats) - first - change))
    of_reference = DRAWS / (DRAWS + reference)  # its share of the squared error of an estimate of its own kind
    of_truth, of_change = np.mean(paired) * of_reference, np.mean(kept) * of_reference
    return {
        "pairs": (np.mean(plain) - of_truth) / (np.mean(paired) - of_truth),
        "kept": (np.mean(fresh) - of_change) / (np.mean(kept) - of_change),
        "error": np.sqrt((np.mean(paired) - of_truth) / squared(truth)),
    }


def squared(difference):
    return float(np.square(difference).sum())


def main(names):
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads; estimates of {DRAWS}, reference {REFERENCE}")
    columns = ("pairs", "kept", "error", "spread: pairs", "kept", "pairs |g|", "pairs g^2", "seconds")
    print(f"{'':26}" + "".join(f"{column:>14}" for column in columns))
    ratios = {}
    for name in names:
        model, images, targets = cases(name)
        repeats, pairs = (4, 32) if name == "squeezenet" else (16, 256)
        for level in LEVELS:
            found = []
            for number, (image, target) in enumerate(zip(images, targets, strict=True), 1):
                began = time.perf_counter()
                errors = gains_by_reference(model, image[None], target, level, repeats)
                spreads = gains_by_spread(model, image[None], target, level, pairs)
                found.append(errors)
                cells = [errors["pairs"], errors["kept"], errors["error"]]
                cells += [spreads["pairs"], spreads["kept"], spreads["pairs |g|"], spreads["pairs g^2"]]
                cells.append(time.perf_counter() - began)
                case = f"{name} {level:.0%}, picture {number}"
                print(f"{case:26}" + "".join(f"{cell:14.2f}" for cell in cells), flush=True)
            for what in ("pairs", "kept"):
                ratios[f"{what}_{name}_{100 * level:.0f}"] = min(errors[what] for errors in found)
    print("the least of the pictures:")
    for name, value in ratios.items():
        print(f"RATIO {name} {value:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:] or ["lenet", "resnet20", "squeezenet"])
