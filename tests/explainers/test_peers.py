"""Equal noise, equal numbers: captum's NoiseTunnel and PAIR's GetSmoothedMask, handed our draws."""

import numpy as np
import pytest
import saliency.core as pair
import torch
from captum.attr import InputXGradient, NoiseTunnel, Saliency

from tests.models.nets import convolutional, noise, seeded
from xai_widgets.explainers import GradientXInput, SimpleGradient, SmoothGrad
from xai_widgets.explainers.noise import UnitNoise

SIGMA, PAIRS, SEED = 0.4, 8, 3


@pytest.fixture(scope="module")
def net():
    return seeded(convolutional).eval()


@pytest.fixture(scope="module")
def x():
    return noise(1, 1, 6, 6)


@pytest.fixture(scope="module")
def draws(x):
    """The noise of +e, then of -e, for each of our pairs: (2 * pairs, *picture)."""
    (unit,) = UnitNoise(SEED, (tuple(x.shape),)).pairs(0, PAIRS, torch.device("cpu"))
    return SIGMA * torch.cat([unit, -unit])[:, 0]


@pytest.fixture
def leaf(x):
    """What captum takes without a warning; it marks what it is given."""
    return x.clone().requires_grad_()


def ours(net, x, reduce):
    return SmoothGrad(net, sigma=SIGMA, n_samples=2 * PAIRS, seed=SEED, reduce=reduce).attribute(x, target=1).value


def close(left, right):
    np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    ("reduce", "kind"),
    [("mean", "smoothgrad"), ("square", "smoothgrad_sq"), ("variance", "vargrad")],
)
@pytest.mark.parametrize("batch", [None, 5])
def test_captum(net, x, leaf, draws, reduce, kind, batch, monkeypatch):
    left = iter(draws)
    monkeypatch.setattr(torch, "normal", lambda mean, std: torch.stack([next(left) for _ in range(len(std))]))
    tunnel = NoiseTunnel(Saliency(net))
    theirs = tunnel.attribute(
        leaf, nt_type=kind, nt_samples=2 * PAIRS, nt_samples_batch_size=batch, stdevs=SIGMA, target=1, abs=False
    )
    close(ours(net, x, reduce), theirs.detach())
    assert next(left, None) is None, "captum drew as often as we handed out"


def test_captums_mean_of_absolute_gradients(net, x, leaf, draws, monkeypatch):
    monkeypatch.setattr(torch, "normal", lambda mean, std: draws)
    theirs = NoiseTunnel(Saliency(net)).attribute(leaf, nt_samples=2 * PAIRS, stdevs=SIGMA, target=1, abs=True)
    close(ours(net, x, "absolute"), theirs.detach())


@pytest.mark.parametrize(("reduce", "magnitude"), [("mean", False), ("square", True)])
def test_pair(net, x, draws, reduce, magnitude, monkeypatch):
    def call_model(batch, call_model_args, expected_keys):
        leaf = torch.from_numpy(batch).float().requires_grad_()
        gradient = torch.autograd.grad(net(leaf)[:, 1].sum(), leaf)[0]
        return {pair.base.INPUT_OUTPUT_GRADIENTS: gradient.numpy()}

    left = iter(draws.numpy())
    monkeypatch.setattr(np.random, "normal", lambda mean, deviation, shape: next(left))
    spread = SIGMA / float(x.max() - x.min())
    theirs = pair.GradientSaliency().GetSmoothedMask(
        x[0].numpy(), call_model, None, stdev_spread=spread, nsamples=2 * PAIRS, magnitude=magnitude
    )
    close(ours(net, x, reduce)[0], theirs)


def test_pairs_noise_level_is_ours(net, x, monkeypatch):
    seen = []
    monkeypatch.setattr(np.random, "normal", lambda mean, deviation, shape: seen.append(deviation) or np.zeros(shape))
    gradients = {pair.base.INPUT_OUTPUT_GRADIENTS: np.zeros((1, 1, 6, 6))}
    pair.GradientSaliency().GetSmoothedMask(x[0].numpy(), lambda *_, **__: gradients, stdev_spread=0.15, nsamples=1)
    state = SmoothGrad(net, noise_level=0.15).start(x, 1)
    np.testing.assert_allclose(state.sigma[0], seen, rtol=1e-6)


def test_captums_input_times_gradient(net, x, leaf):
    theirs = InputXGradient(net).attribute(leaf, target=2)
    close(GradientXInput(net).attribute(x, target=2).value, theirs.detach())


def test_captums_saliency(net, x, leaf):
    theirs = Saliency(net).attribute(leaf, target=2, abs=False)
    close(SimpleGradient(net).attribute(x, target=2).value, theirs.detach())
