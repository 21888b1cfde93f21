"""What goes wrong is said in a sentence, and what was right before stays right."""

import gc
import pickle
import weakref

import numpy as np
import pytest
import torch
from torch import nn

from tests.models.nets import convolutional, linear, noise, seeded
from xai_widgets.explainers import GradientXInput, SimpleGradient, SmoothGrad
from xai_widgets.models import InputError, ModelError

METHODS = [SimpleGradient, GradientXInput, SmoothGrad]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("x", "target", "message"),
    [
        (torch.ones(2, 6, dtype=torch.int64), 0, r"not floating point.*int64.*\.float\(\)"),
        (torch.ones(2, 6, dtype=torch.complex64), 0, "not floating point.*complex64"),
        (torch.ones(0, 6), 0, "empty.*rows first"),
        (torch.tensor([[1.0, torch.nan, 0, 0, 0, 0]]), 0, r"not finite.*first at \(0, 1\)"),
        (torch.tensor([[1.0, 0, 0, 0, 0, -torch.inf]]), 0, r"not finite.*first at \(0, 5\)"),
        ((torch.ones(2, 6), torch.ones(3, 6)), 0, r"different numbers of rows.*\(2, 6\) and \(3, 6\)"),
        (torch.ones(2, 6), [0, 1, 2], "target is not understood.*a list of 2 of them"),
        (torch.ones(2, 6), 0.5, "target is not understood"),
        (torch.ones(2, 6), True, "target is not understood"),
        (torch.ones(2, 6), "cat", "target is not understood"),
        (torch.ones(2, 6), [[0, 1]], "target is not understood"),
    ],
)
def test_bad_input_is_refused_when_the_stream_is_asked_for(method, x, target, message):
    net = seeded(linear)
    net.register_forward_hook(lambda *_: pytest.fail("the model was called"))
    with pytest.raises(InputError, match=message):
        method(net).stream(x, target)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("make", "x", "target", "message"),
    [
        (linear, torch.ones(2, 5), 0, r"The model raised RuntimeError.*\(2, 5\).*mat1 and mat2"),
        (convolutional, torch.ones(2, 3, 6, 6), 0, r"The model raised RuntimeError.*\(2, 3, 6, 6\).*3 channels"),
        (convolutional, torch.ones(1, 6, 6), 0, r"The model raised (Runtime|Value)Error.*\(\d, 6, 6\)"),
        (linear, torch.ones(2, 6), 3, "out of range.*index from 0 to 2: the model has 3 outputs"),
        (linear, torch.ones(2, 6), -1, "out of range.*target -1"),
        (linear, torch.ones(2, 6), lambda scores: scores, "one number for each row"),
        (lambda: lambda x: x.detach().sum(1), torch.ones(2, 6), 0, "does not depend on the input through torch"),
        (lambda: torch.no_grad()(lambda x: x.sum(1)), torch.ones(2, 6), 0, "does not depend on the input"),
        (lambda: lambda x: x.sum(1).log(), -torch.ones(2, 6), 0, "The score is not finite"),
        (lambda: lambda x: (x - x.detach()).abs().sqrt().sum(1), torch.ones(2, 6), 0, "The gradient is not finite"),
        (lambda: lambda x: {"a": x, "b": x}, torch.ones(2, 6), 0, r"output= one of \['a', 'b'\]"),
    ],
)
def test_what_the_model_does_wrong_is_said_with_the_shape(method, make, x, target, message):
    with pytest.raises((InputError, ModelError), match=message) as caught:
        method(make()).attribute(x, target)
    parts = (caught.value.title, caught.value.given, caught.value.expected, caught.value.do)
    assert all(parts)
    assert all(part in str(pickle.loads(pickle.dumps(caught.value))) for part in parts)


def test_a_model_that_raises_on_the_7th_batch_leaves_the_estimates_before_right_and_resumable():
    net, x, shown, batches = seeded(linear), noise(1, 6), [], []

    def hook(*_):
        batches.append(1)
        if len(batches) == 7:
            raise ValueError("I am tired")

    net.register_forward_hook(hook)
    method = SmoothGrad(net, n_samples=40, batch_size=2)
    with pytest.raises(ModelError, match=r"The model raised ValueError.*\(2, 6\).*I am tired") as caught:
        shown.extend(method.stream(x, target=1))
    assert isinstance(caught.value.__cause__, ValueError)
    early = shown[-1]
    *_, end = method.stream(x, target=1, state=early.state)
    for estimate, samples in ((early, early.done), (end, 40)):
        expected = SmoothGrad(seeded(linear), n_samples=samples).attribute(x, target=1)
        np.testing.assert_allclose(estimate.value, expected.value, rtol=1e-4)


class Narrow:
    """Has room for `most` rows; knows whether a failed batch is still in memory."""

    def __init__(self, most):
        self.most, self.net, self.failed, self.rows = most, seeded(linear), [], []

    def __call__(self, x):
        assert not any(reference() is not None for reference in self.failed), "the failed batch is still in memory"
        hidden = x * 1
        self.rows.append(len(x))
        if len(x) > self.most:
            self.failed.append(weakref.ref(hidden))
            raise RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory")
        return self.net(hidden)


@pytest.mark.parametrize("most", [1, 2, 5])
@pytest.mark.parametrize("rows", [1, 8])
def test_out_of_memory_at_the_first_batch_backs_off_and_gives_the_same_map(most, rows):
    x = noise(rows, 6)
    expected = SmoothGrad(seeded(linear), n_samples=40).attribute(x, target=1)
    narrow = Narrow(most)
    gc.disable()  # what reference cycles keep must not count as freed
    try:
        estimate = SmoothGrad(narrow, n_samples=40).attribute(x, target=1)
    finally:
        gc.enable()
    assert narrow.failed or most >= max(narrow.rows)
    np.testing.assert_allclose(estimate.value, expected.value, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(estimate.standard_error, expected.standard_error, rtol=1e-3, atol=1e-6)


def test_out_of_memory_with_one_row_is_an_error_in_words():
    narrow = Narrow(0)
    with pytest.raises(ModelError, match=r"Out of memory, even with one row.*can't allocate memory"):
        SmoothGrad(narrow).attribute(noise(1, 6), target=1)


@pytest.mark.parametrize("thing", [None, 3, "resnet", nn.Parameter(torch.ones(2))])
def test_what_is_no_model_is_refused(thing):
    with pytest.raises(InputError, match="This is not a model"):
        SmoothGrad(thing)


def test_a_target_function_that_raises_is_named():
    with pytest.raises(ModelError, match="The target function raised IndexError"):
        SmoothGrad(seeded(linear)).attribute(noise(1, 6), target=lambda scores: scores[:, 9])


def test_nothing_of_a_run_stays_in_memory():
    seen = []

    class Watched(nn.Module):
        def forward(self, x):
            seen.append(weakref.ref(x))
            return (x**2).sum(1)

    estimate = SmoothGrad(Watched(), n_samples=40).attribute(noise(1, 6), target=0)
    assert estimate.done == 40
    assert [reference for reference in seen if reference() is not None] == []
