"""The same numbers on every device there is."""

import copy

import numpy as np
import pytest
import torch

from tests.models.nets import Recurrent, convolutional, linear, noise, seeded
from xai_widgets.explainers import PartialDependence, SimpleGradient, SmoothGrad

from .test_smoothgrad import REDUCTIONS

DEVICES = [
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")),
    pytest.param("mps", marks=pytest.mark.skipif(not torch.backends.mps.is_available(), reason="no Apple GPU")),
]


@pytest.mark.parametrize("device", DEVICES)
def test_a_gpu_gives_the_maps_of_the_cpu_to_rounding(device):
    for make, shape in ((convolutional, (2, 1, 6, 6)), (linear, (2, 6)), (Recurrent, (2, 6))):
        for reduce in REDUCTIONS:
            x = noise(*shape)
            here = SmoothGrad(seeded(make), n_samples=20, reduce=reduce).attribute(x)
            there = SmoothGrad(seeded(make).to(device), n_samples=20, reduce=reduce).attribute(x)
            for left, right in ((here.value, there.value), (here.standard_error, there.standard_error)):
                np.testing.assert_allclose(left, right, rtol=0, atol=1e-4 * np.abs(left).max() + 1e-7)


@pytest.mark.parametrize("device", DEVICES)
def test_inputs_and_model_may_be_on_different_devices(device):
    x = noise(2, 6)
    value = SimpleGradient(seeded(linear)).attribute(x.to(device), target=0).value
    moved = SimpleGradient(seeded(linear).to(device)).attribute(x, target=0).value
    np.testing.assert_allclose(value, moved, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("wrap", [lambda net: net, lambda net: torch.nn.Sequential(torch.nn.Identity(), net)])
def test_a_gpu_gives_the_curves_of_the_cpu_to_rounding(device, wrap):
    X = np.random.default_rng(0).normal(size=(500, 4))
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.ReLU(), torch.nn.Linear(16, 8), torch.nn.Linear(8, 1))
    here, there = (PartialDependence(wrap(copy.deepcopy(net).to(each)), 1).explain(X) for each in ("cpu", device))
    np.testing.assert_allclose(here.individual, there.individual, atol=1e-5)
    np.testing.assert_allclose(here.value, there.value, atol=1e-6)
