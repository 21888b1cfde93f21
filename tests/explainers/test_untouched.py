"""The model, the data and the machine are the user's: nothing of them changes, nothing is held over a yield."""

import copy
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn

from tests.models.nets import NETS, InPlaceFirst, Unsharable, convolutional, linear, noise, seeded
from xai_widgets.explainers import GradientXInput, SimpleGradient, SmoothGrad
from xai_widgets.models import ModelError
from xai_widgets.models.references import unwrap
from xai_widgets.models.torch_model import _LOCKS

METHODS = {
    "gradient": SimpleGradient,
    "gradient times input": GradientXInput,
    "smoothgrad": SmoothGrad,
    "vargrad": lambda model: SmoothGrad(model, n_samples=20, reduce="variance"),
}


def condition_of(model):
    """All there is to see of a model from outside."""
    parts = list(model.modules())
    weights = [*model.parameters(), *model.buffers()]
    return {
        "values": [weight.clone() for weight in weights],
        "objects": [id(weight) for weight in weights],
        "versions": [weight._version for weight in weights],
        "memory": [weight.data_ptr() for weight in weights],
        "wants gradient": [weight.requires_grad for weight in weights],
        "gradients": [weight.grad for weight in weights],
        "modes": [part.training for part in parts],
        "hooks": [[list(hooks) for name, hooks in vars(part).items() if name.endswith("_hooks")] for part in parts],
        "attributes": [sorted(vars(part)) for part in parts],
    }


def assert_as_before(model, before):
    after = condition_of(model)
    assert all(torch.equal(left, right) for left, right in zip(after["values"], before["values"], strict=True))
    assert {**after, "values": None} == {**before, "values": None}


def assert_close(left, right):
    """Equal to float32 rounding: how many rows are evaluated at once depends on the clock."""
    np.testing.assert_allclose(left, right, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize(("make", "shape"), NETS.values(), ids=NETS)
def test_the_model_is_as_it_was_after_a_run(make, shape, method):
    model = seeded(make).train()
    own = unwrap(model)
    own.register_forward_hook(lambda *_: None)
    next(own.parameters()).requires_grad_(requires_grad=False)
    before = condition_of(own)
    method(model).attribute(noise(*shape))
    assert_as_before(own, before)


@pytest.mark.parametrize("make", [convolutional, Unsharable])
@pytest.mark.parametrize("end", ["abandoned", "closed", "failed", "failed at the first"])
def test_the_model_is_as_it_was_after_a_run_that_did_not_end(make, end):
    model, x = seeded(make).train(), noise(2, 6) if make is Unsharable else noise(2, 1, 6, 6)
    calls = []

    def fail(*_):
        calls.append(1)
        if len(calls) > (0 if end == "failed at the first" else 3):
            raise ValueError("no")

    if "failed" in end:
        model.register_forward_hook(fail)
    before = condition_of(model)
    stream = SmoothGrad(model, n_samples=100).stream(x, target=0)
    if "failed" in end:
        with pytest.raises(ModelError):
            list(stream)
    else:
        next(stream)
        next(stream)
    if end == "closed":
        stream.close()
    assert_as_before(model, before)
    del stream
    assert_as_before(model, before)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_inputs_are_as_they_were_and_their_gradients_too(method):
    for model, x in ((seeded(InPlaceFirst), noise(2, 6)), (lambda x: x.mul_(2).sum(1), noise(2, 6))):
        given = x.clone().requires_grad_()
        array = x.numpy().copy()
        method(model).attribute(given)
        method(model).attribute(array)
        assert torch.equal(given, x)
        assert given.grad is None
        assert given._version == 0
        assert np.array_equal(array, x.numpy())


def test_what_the_reader_writes_into_the_input_meanwhile_does_not_count():
    net, x = seeded(linear), noise(2, 6)
    expected = SmoothGrad(net, n_samples=40).attribute(x, target=1).value
    stream = SmoothGrad(net, n_samples=40).stream(x, target=1)
    next(stream)
    x.zero_()
    *_, end = stream
    assert_close(end.value, expected)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_random_numbers_of_the_user_come_as_if_we_had_not_been(method):
    torch.manual_seed(5)
    np.random.seed(5)
    random.seed(5)
    before = torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()
    method(seeded(convolutional).train()).attribute(noise(2, 1, 6, 6))
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1])
    assert random.getstate() == before[2]


def mode():
    return {
        "grad": torch.is_grad_enabled(),
        "inference": torch.is_inference_mode_enabled(),
        "autocast": torch.is_autocast_enabled("cpu"),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "threads": torch.get_num_threads(),
        "dtype": torch.get_default_dtype(),
        "hooks": torch._C._autograd._saved_tensors_hooks_is_enabled(),
    }


def is_free(lock):
    taken = lock.acquire(timeout=1)
    if taken:
        lock.release()
    return taken


@pytest.mark.parametrize("make", [linear, Unsharable])
def test_nothing_is_held_over_a_yield(make):
    model = seeded(make).train()
    expected, modes = mode(), [part.training for part in model.modules()]
    for _ in SmoothGrad(model, n_samples=40).stream(noise(2, 6)):
        assert mode() == expected
        assert [part.training for part in model.modules()] == modes
        with ThreadPoolExecutor(1) as another_thread:
            free = list(another_thread.map(is_free, list(_LOCKS.values())))
        assert all(free)
        assert torch.ones(1, requires_grad=True).exp().grad_fn is not None


@pytest.mark.parametrize(
    "caller",
    [
        torch.no_grad,
        torch.inference_mode,
        lambda: torch.autocast("cpu", dtype=torch.bfloat16),
        lambda: torch.set_grad_enabled(mode=False),
        lambda: torch.device("meta"),
    ],
    ids=["no_grad", "inference_mode", "autocast", "set_grad_enabled", "default device"],
)
@pytest.mark.parametrize("make", [linear, Unsharable])
def test_the_callers_mode_changes_nothing(make, caller):
    method, x = SmoothGrad(seeded(make), n_samples=10), noise(2, 6)
    expected = method.attribute(x).value
    with caller():
        inside = mode()
        value = method.attribute(x * 1).value
        stream = method.stream(x * 1)
        next(stream)
        assert mode() == inside
    *_, end = stream
    assert_close(value, expected)
    assert_close(end.value, expected)


def test_a_model_made_in_inference_mode_is_explained():
    expected = SmoothGrad(seeded(convolutional), n_samples=10).attribute(noise(2, 1, 6, 6)).value
    with torch.inference_mode():
        model, x = seeded(convolutional), noise(2, 1, 6, 6) * 1
        inside = SmoothGrad(model, n_samples=10).attribute(x).value
    assert_close(inside, expected)
    assert_close(SmoothGrad(model, n_samples=10).attribute(x).value, expected)


@pytest.mark.parametrize("reduce", ["mean", "variance"])
def test_a_function_over_a_module_in_train_mode_is_explained_in_eval_mode(reduce):
    net = seeded(convolutional).train()
    x = noise(2, 1, 6, 6)
    expected = SmoothGrad(copy.deepcopy(net).eval(), n_samples=10, reduce=reduce).attribute(x, target=1)
    for model in (lambda x: 1 * net(x), net.forward, lambda x: (net(x), None)[0]):
        estimate = SmoothGrad(model, n_samples=10, reduce=reduce).attribute(x, target=1)
        assert_close(estimate.value, expected.value)
    assert isinstance(net[1], nn.BatchNorm2d)
    assert net[1].num_batches_tracked == 0
