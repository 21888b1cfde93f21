"""SimpleGradient and GradientXInput: published values, exact in one estimate."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from tests.models.nets import Two, linear, noise, seeded
from xai_widgets.explainers import GradientXInput, SimpleGradient, SmoothGrad


def b1(x):
    """f(x) = 1 - relu(1 - x), captum's BasicModel."""
    return 1 - functional.relu(1 - x)


KINKED = torch.tensor([1.0, 2.0, 3.0, 0.0, -1.0, 7.0])[:, None]


def test_s1_the_absolute_gradient_of_b1():
    value = SimpleGradient(b1).attribute(KINKED, target=0).value
    assert np.abs(value).ravel().tolist() == [0, 0, 0, 1, 1, 0]


def test_s2_a_function_with_partials_5_2y_cos_z():
    def function(x):
        return 5 * x[:, 0] + x[:, 1] ** 2 + torch.sin(x[:, 2])

    value = SimpleGradient(function).attribute(torch.tensor([[3.0, 2.0, 1.0]]), target=0).value
    np.testing.assert_allclose(value, [[5, 4, 0.5403023]], rtol=1e-6)


def test_s3_the_absolute_gradient_of_a_softmax_network():
    net = nn.Sequential(seeded(lambda: nn.Linear(6, 10)), nn.Softmax(1))
    leaf = noise(4, 6).requires_grad_()
    expected = torch.autograd.grad(net(leaf)[:, 5].sum(), leaf)[0]
    value = SimpleGradient(net, batch_size=4).attribute(noise(4, 6), target=5).value
    assert np.array_equal(np.abs(value), expected.abs().numpy())


def test_ixg_gradient_times_input_of_b1():
    value = GradientXInput(b1).attribute(KINKED, target=0).value
    np.testing.assert_allclose(value.ravel(), [0, 0, 0, 0, -1, 0], atol=1e-7)


def test_gradient_times_input_is_the_score_of_a_network_without_biases():
    net = nn.Sequential(nn.Linear(6, 8, bias=False), nn.ReLU(), nn.Linear(8, 3, bias=False))
    x = noise(5, 6)
    value = GradientXInput(net).attribute(x, target=2).value
    np.testing.assert_allclose(value.sum(1), net(x)[:, 2].detach().numpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("make", [SimpleGradient, GradientXInput])
def test_an_exact_method_yields_once_and_has_no_error(make):
    (estimate,) = make(seeded(linear)).stream(noise(3, 6), target=[0, 1, 2])
    assert estimate.finished
    assert estimate.standard_error is None
    assert (estimate.done, estimate.total, estimate.unit) == (1, 1, "pass")


@pytest.mark.parametrize("shape", [(1,), (2, 3), (2, 3, 4), (1, 2, 3, 4, 5)])
@pytest.mark.parametrize("method", [SimpleGradient, GradientXInput, SmoothGrad])
def test_the_map_has_exactly_the_shape_of_the_input(method, shape):
    x = noise(*shape)
    value = method(lambda x: (x**2).reshape(len(x), -1).sum(1)).attribute(x, target=0).value
    assert value.shape == x.shape
    assert value.dtype == np.float64


@pytest.mark.parametrize("method", [SimpleGradient, GradientXInput, SmoothGrad])
def test_a_tuple_of_inputs_gives_a_tuple_and_each_is_explained(method):
    net, inputs = seeded(Two), (noise(3, 6), noise(3, 4))
    left, right = method(net).attribute(inputs, target=1).value
    assert (left.shape, right.shape) == ((3, 6), (3, 4))
    assert left.any()
    assert right.any()
    (single,) = method(net.left).attribute((inputs[0],), target=1).value
    assert single.shape == (3, 6)


def test_no_target_is_the_predicted_one_of_each_row():
    net, x = seeded(linear), noise(8, 6)
    predicted = net(x).argmax(1).tolist()
    assert len(set(predicted)) > 1
    value = SimpleGradient(net).attribute(x).value
    assert np.array_equal(value, SimpleGradient(net).attribute(x, target=predicted).value)


@pytest.mark.parametrize("target", [1, np.int64(1), [1, 1], torch.tensor(1), torch.tensor([1, 1]), np.array([1, 1])])
def test_a_target_may_be_one_number_or_one_for_each_row(target):
    net, x = seeded(linear), noise(2, 6)
    value = SimpleGradient(net).attribute(x, target=target).value
    assert np.array_equal(value, SimpleGradient(net).attribute(x, target=lambda scores: scores[:, 1]).value)


def test_multiplied_by_inputs_it_is_gradient_times_input():
    net, x = seeded(linear), noise(2, 6)
    switched = SimpleGradient(net, multiply_by_inputs=True).attribute(x, target=0).value
    assert np.array_equal(switched, GradientXInput(net).attribute(x, target=0).value)
    np.testing.assert_array_equal(switched, SimpleGradient(net).attribute(x, target=0).value * x.numpy())
