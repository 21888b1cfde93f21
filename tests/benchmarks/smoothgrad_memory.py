"""SmoothGrad of 50 draws in memory: the highest resident memory above that of the imports, ours and captum's.

Run as ``python -m tests.benchmarks.smoothgrad_memory [small] [resnet18] [resnet50]``. Each candidate runs in a process
of its own, twice: the second run is on a prepared model.
"""

import resource
import subprocess
import sys

import torch
from captum.attr import NoiseTunnel, Saliency

from tests.benchmarks import nets
from xai_widgets.explainers import SmoothGrad

CASES = {"small": (nets.small, 32), "resnet18": (nets.resnet18, 224), "resnet50": (nets.resnet50, 224)}
CANDIDATES = ("nothing", "ours", "ours in bfloat16", "captum")
DRAWS, SIGMA, TARGET = 50, 0.15, 3


def run(candidate, model, x):
    if candidate.startswith("ours"):
        precision = "bfloat16" if candidate.endswith("bfloat16") else "float32"
        SmoothGrad(model, sigma=SIGMA, n_samples=DRAWS, precision=precision).attribute(x, target=TARGET)
    elif candidate == "captum":
        tunnel = NoiseTunnel(Saliency(model))
        tunnel.attribute(x.requires_grad_(), nt_samples=DRAWS, stdevs=SIGMA, target=TARGET, abs=False)


def highest_resident():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def alone(name, candidate):
    """Print the MiB by which the highest resident memory has grown since the imports."""
    make, pixels = CASES[name]
    torch.manual_seed(0)
    before = highest_resident()
    model, x = make(), nets.picture(pixels)
    for _ in range(2):
        run(candidate, model, x)
    print(highest_resident() - before)


def main(names):
    ratios = []
    for name in names:
        grown = {}
        for candidate in CANDIDATES:
            command = [sys.executable, "-m", "tests.benchmarks.smoothgrad_memory", name, candidate]
            grown[candidate] = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            print(f"{name:10}{candidate:20}{grown[candidate]:10.0f} MiB above the imports")
        for candidate in CANDIDATES[1:3]:
            ratios += [(f"memory_{name}_{candidate.replace(' ', '_')}", grown[candidate] / grown["captum"])]
    for name, value in ratios:
        print(f"RATIO {name} {value:.3f}")


if __name__ == "__main__":
    if sys.argv[2:] and sys.argv[2] in CANDIDATES:
        alone(*sys.argv[1:])
    else:
        main(sys.argv[1:] or list(CASES))
