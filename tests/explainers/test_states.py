"""States: resumed, merged, pickled, refused; never changed."""

import dataclasses
import functools
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from tests.models.nets import Two, convolutional, linear, noise, seeded
from xai_widgets.explainers import GradientXInput, SimpleGradient, SmoothGrad
from xai_widgets.explainers.gradient import GradientState
from xai_widgets.models import InputError, ModelError

from .test_smoothgrad import REDUCTIONS


def exact(make, seed=0):
    """A network in double precision, where rounding hides nothing."""
    return seeded(make, seed).double()


def assert_close(left, right):
    for name in ("value", "standard_error"):
        for ours, theirs in zip(*map(as_tuple, (getattr(left, name), getattr(right, name))), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-15)
    assert (left.done, left.total, left.finished) == (right.done, right.total, right.finished)


def as_tuple(value):
    return value if isinstance(value, tuple) else (value,)


def part_of(method, x, first, stop):
    """What a worker of a cluster does: units `first` to `stop` - 1."""
    return method.advance(method.start(x, 1, first_unit=first), stop - first)


@pytest.mark.parametrize("reduce", REDUCTIONS)
@pytest.mark.parametrize("make", [linear, Two])
def test_resuming_upwards_equals_one_go(make, reduce):
    net = exact(make)
    x = (noise(2, 6), noise(2, 4)) if make is Two else noise(2, 6)
    once = SmoothGrad(net, n_samples=40, reduce=reduce).attribute(x, target=1)
    few = SmoothGrad(net, n_samples=7, reduce=reduce).attribute(x, target=1)
    *_, more = SmoothGrad(net, n_samples=40, reduce=reduce).stream(
        x, target=1, state=pickle.loads(pickle.dumps(few.state))
    )
    assert few.done == 8
    assert_close(more, once)


def test_resuming_from_the_middle_of_a_stream_takes_only_what_is_missing():
    seen = []

    def model(x):
        seen.append(len(x))
        return torch.sin(x).sum(1)

    method = SmoothGrad(model, n_samples=30)
    stream = method.stream(noise(1, 6), target=0)
    next(stream)
    early = next(stream)
    seen.clear()
    *_, end = method.stream(noise(1, 6), target=0, state=early.state)
    assert sum(seen) == 30 - early.done
    assert end.done == 30


def test_resuming_what_is_finished_calls_no_model():
    net, x = exact(linear), noise(1, 6)
    calls = []
    net.register_forward_hook(lambda *_: calls.append(1))
    done = SmoothGrad(net, n_samples=10).attribute(x, target=1)
    calls.clear()
    (again,) = SmoothGrad(net, n_samples=10).stream(x, target=1, state=done.state)
    assert_close(again, done)
    assert not calls


def test_a_predicted_target_is_resumed_with_its_prediction():
    net, x = exact(linear), noise(3, 6)
    few = SmoothGrad(net, n_samples=4).attribute(x)
    *_, more = SmoothGrad(net, n_samples=20).stream(x, state=few.state)
    assert_close(more, SmoothGrad(net, n_samples=20).attribute(x))


@settings(max_examples=40)
@given(st.data(), st.sampled_from(REDUCTIONS))
def test_merged_parts_in_any_split_and_order_equal_one_run(data, reduce):
    units = data.draw(st.integers(2, 10))
    cuts = sorted(data.draw(st.sets(st.integers(1, units - 1), max_size=4)))
    spans = data.draw(st.permutations(list(zip([0, *cuts], [*cuts, units], strict=True))))
    net, x = exact(linear), noise(2, 6)
    method = SmoothGrad(net, n_samples=2 * units, reduce=reduce)
    joined, *rest = (part_of(method, x, first, stop) for first, stop in spans)
    for other in rest:
        joined = method.merge(joined, other) if data.draw(st.booleans()) else method.merge(other, joined)
    assert_close(method.estimate(joined), method.attribute(x, target=1))


def test_a_merged_state_with_a_gap_is_filled_when_it_is_resumed():
    method, x = SmoothGrad(exact(linear), n_samples=20), noise(2, 6)
    gap = method.merge(part_of(method, x, 7, 10), part_of(method, x, 0, 2))
    *_, end = method.stream(x, target=1, state=gap)
    assert_close(end, method.attribute(x, target=1))


def test_a_part_without_units_changes_nothing():
    method, x = SmoothGrad(exact(linear), n_samples=20), noise(2, 6)
    part, empty = part_of(method, x, 3, 6), method.start(x, 1)
    for joined in (method.merge(part, empty), method.merge(empty, part)):
        assert joined.units == 3
        assert np.array_equal(method.estimate(joined).value, method.estimate(part).value)


def test_more_parts_than_were_asked_for_count():
    method, x = SmoothGrad(exact(linear), n_samples=4), noise(2, 6)
    joined = method.merge(part_of(method, x, 0, 2), part_of(method, x, 2, 4))
    estimate = method.estimate(joined)
    assert (estimate.done, estimate.total, estimate.finished) == (8, 8, True)


@pytest.mark.parametrize(("left", "right"), [((0, 3), (2, 5)), ((0, 3), (0, 3)), ((2, 3), (0, 6))])
def test_parts_with_units_in_common_are_refused(left, right):
    method, x = SmoothGrad(exact(linear), n_samples=20), noise(2, 6)
    with pytest.raises(InputError, match="units in common"):
        method.merge(part_of(method, x, *left), part_of(method, x, *right))


def test_parts_of_different_runs_are_refused():
    x = noise(2, 6)
    left, right = (SmoothGrad(exact(linear), n_samples=20, seed=seed) for seed in (0, 1))
    with pytest.raises(InputError, match="another seed"):
        left.merge(part_of(left, x, 0, 2), part_of(right, x, 2, 4))


class_of = [lambda scores, k=k: scores[:, k] for k in range(2)]


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("model", {"net": exact(linear, 1)}),
        ("model", {"net": nn.Sequential(exact(linear)[0], nn.ReLU(), exact(linear)[2])}),
        ("inputs", {"x": noise(2, 6, seed=5)}),
        ("inputs", {"x": noise(2, 6).bfloat16()}),
        ("target", {"target": 2}),
        ("target", {"target": None}),
        ("target", {"target": class_of[1]}),
        ("seed", {"seed": 1}),
        ("noise", {"noise_level": 0.2}),
        ("noise", {"sigma": 0.1}),
        ("reduction", {"reduce": "square"}),
    ],
)
def test_a_state_of_another_run_is_refused_naming_what_differs(what, change):
    first = {"net": exact(linear), "x": noise(2, 6), "target": 1, "n_samples": 4}
    state = run(**first).state
    with pytest.raises(InputError, match=f"^This state belongs to another run. Given: a state with another {what}. "):
        run(**{**first, **change}, state=state)
    run(**first, state=state)


def run(net, x, target, state=None, **keywords):
    *_, end = SmoothGrad(net, **keywords).stream(x, target, state=state)
    return end


def of_class(k):
    return lambda scores: scores[:, k]


def test_a_target_function_written_again_is_the_same_target():
    net, x = exact(linear), noise(2, 6)
    state = run(net, x, of_class(1), n_samples=4).state
    assert run(net, x, of_class(1), state=state, n_samples=8).done == 8
    with pytest.raises(InputError, match="another target"):
        run(net, x, of_class(2), state=state, n_samples=8)


def test_of_two_targets_by_function_each_has_its_own_states():
    net, x = exact(linear), noise(2, 6)
    state = run(net, x, class_of[0], n_samples=4).state
    with pytest.raises(InputError, match="another target"):
        run(net, x, class_of[1], state=state, n_samples=4)
    assert run(net, x, functools.partial(lambda scores, k: scores[:, k], k=1), n_samples=4).done == 4


@pytest.mark.parametrize("write", [lambda w: w.data.mul_(1.0001), lambda w: w.data.copy_(w.data.flip(0))])
def test_a_state_from_before_the_weights_were_written_to_is_refused(write):
    net, x = exact(linear), noise(2, 6)
    method = SmoothGrad(net, n_samples=10)
    stream = method.stream(x, target=1)
    early = next(stream)
    write(net[0].weight)
    with pytest.raises(InputError, match="another model"):
        next(method.stream(x, target=1, state=early.state))
    with pytest.raises(ModelError, match="weights changed"):
        list(stream)


@pytest.mark.parametrize("make", [SimpleGradient, GradientXInput])
def test_a_state_of_another_method_is_refused(make):
    net, x = exact(linear), noise(2, 6)
    pair = SmoothGrad(net, n_samples=2).attribute(x, target=1).state
    with pytest.raises(InputError, match="another noise, another seed, another reduction"):
        make(net).stream(x, target=1, state=pair)
    with pytest.raises(InputError, match="another noise, another seed, another reduction"):
        SmoothGrad(net).stream(x, target=1, state=make(net).attribute(x, target=1).state)


def test_fewer_samples_than_are_done_are_refused():
    net, x = exact(linear), noise(2, 6)
    state = SmoothGrad(net, n_samples=20).attribute(x, target=1).state
    with pytest.raises(InputError, match="10 units done, 5 asked for"):
        SmoothGrad(net, n_samples=10).stream(x, target=1, state=state)


@pytest.mark.parametrize("reduce", REDUCTIONS)
def test_no_step_changes_a_state_or_an_estimate_that_was_given_out(reduce):
    stream = SmoothGrad(exact(linear), n_samples=40, reduce=reduce).stream(noise(2, 6), target=1)
    given_out = [(estimate, pickle.dumps(estimate)) for estimate in stream]
    assert len(given_out) > 2
    for estimate, before in given_out:
        assert pickle.dumps(estimate) == before


@pytest.mark.parametrize("reduce", REDUCTIONS)
def test_a_reader_cannot_write_into_the_run(reduce):
    estimate = next(SmoothGrad(exact(linear), n_samples=4, reduce=reduce).stream(noise(2, 6), target=1))
    with pytest.raises(ValueError, match="read-only"):
        estimate.value[:] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        estimate.value = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        estimate.state.moments = None


def test_a_state_is_plain_arrays_and_numbers():
    state = SmoothGrad(exact(linear), n_samples=4).attribute((noise(2, 6),), target=[0, 1]).state

    def check(value):
        if dataclasses.is_dataclass(value):
            value = [getattr(value, field.name) for field in dataclasses.fields(value)]
        if isinstance(value, dict):
            value = [*value, *value.values()]
        if isinstance(value, list | tuple):
            for item in value:
                check(item)
        else:
            assert value is None or isinstance(value, np.ndarray | str | int | float)

    check(state)
    assert isinstance(state, GradientState)


CLUSTER = """
import pickle, sys
from tests.models.nets import convolutional, noise, seeded
from xai_widgets.explainers import SmoothGrad
method, state = pickle.load(sys.stdin.buffer)
sys.stdout.buffer.write(pickle.dumps(method.advance(state, 3)))
"""


def test_another_process_does_a_part_of_the_work():
    method, x = SmoothGrad(exact(convolutional), n_samples=12, reduce="variance"), noise(2, 1, 6, 6)
    work = pickle.dumps((method, method.start(x, 1, first_unit=3)))
    there = subprocess.run([sys.executable, "-c", CLUSTER], input=work, capture_output=True, check=True).stdout
    joined = method.merge(part_of(method, x, 0, 3), pickle.loads(there))
    assert_close(method.estimate(joined), method.attribute(x, target=1))


def test_a_part_of_another_model_is_not_computed():
    method, other = (SmoothGrad(exact(linear, seed), n_samples=12) for seed in (0, 1))
    state = method.start(noise(2, 6), 1)
    with pytest.raises(ModelError, match="weights changed"):
        other.advance(state, 3)


def test_two_streams_of_one_model_do_not_hide_a_change_of_weights_from_each_other():
    net, x = exact(linear), noise(2, 6)
    method = SmoothGrad(net, n_samples=20)
    first = method.stream(x, target=1)
    next(first)
    net[0].weight.data.add_(1)
    second = method.attribute(x, target=1)
    assert_close(second, SmoothGrad(net, n_samples=20).attribute(x, target=1))
    with pytest.raises(ModelError, match="weights changed"):
        list(first)


def doubled(net):
    net.register_forward_hook(lambda _module, _given, made: 2 * made)


def patched(net):
    old = net.forward
    net.forward = lambda x: 2 * old(x)


def rescaled(net):
    net.scale = 2.0


def rescaled_in_place(net):
    net.offset.add_(1)


class Scaled(torch.nn.Module):
    """Its answer depends on attributes that are no weights."""

    def __init__(self):
        super().__init__()
        self.layer, self.scale, self.offset = linear(), 1.0, torch.ones(6)

    def forward(self, x):
        return self.scale * self.layer(x + self.offset)


@pytest.mark.parametrize("change", [doubled, patched, rescaled, rescaled_in_place])
def test_a_state_of_a_model_that_was_set_otherwise_is_refused(change):
    net, x = exact(Scaled), noise(1, 6, dtype=torch.float64)
    net.offset = net.offset.double()  # no buffer, which `double` would change
    method = SmoothGrad(net, n_samples=20)
    few = SmoothGrad(net, n_samples=10).attribute(x, target=1)
    assert [*method.stream(x, target=1, state=few.state)][-1].finished
    change(net)
    with pytest.raises(InputError, match="another model"):
        method.stream(x, target=1, state=few.state)
