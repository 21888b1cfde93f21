"""The one loop: how it sizes its steps, what it does when memory runs out, and what it holds on to."""

import gc
import weakref
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xai_widgets.explainers.stream import Estimate, Explainer, drive, last


@dataclass(frozen=True)
class CountState:
    units: int
    total_units: int


@dataclass
class Count(Explainer):
    """Counts; one unit takes `seconds` on its clock, and more than `most` do not fit."""

    seconds: float = 0.001
    reading: float = 0.0
    most: int = 10**9
    error: type[Exception] = MemoryError
    now: float = 0.0
    steps: list = field(default_factory=list)
    failed: list = field(default_factory=list)
    finished: int = 0

    def advance(self, state, units):
        assert not any(reference() is not None for reference in self.failed), "the failed step is still in memory"
        large = np.zeros(10)
        self.steps.append(units)
        if units > self.most:
            self.failed.append(weakref.ref(large))
            raise self.error("out of memory")
        self.now += units * self.seconds
        return replace(state, units=min(state.units + units, state.total_units))

    def estimate(self, state):
        self.now += self.reading
        finished = state.units >= state.total_units
        return Estimate(np.array(state.units), None, state.units, state.total_units, "unit", finished, state)

    def finish(self, state):
        self.finished += 1

    def run(self, total, first=0):
        return drive(self, CountState(first, total), clock=lambda: self.now)


def test_the_first_step_is_one_unit_and_steps_grow_to_50_ms_at_most_twofold():
    count = Count(seconds=0.001)
    estimates = list(count.run(200))
    assert count.steps == [1, 2, 4, 8, 16, 32, 50, 50, 50]
    assert [estimate.done for estimate in estimates][:4] == [1, 3, 7, 15]
    assert [estimate.finished for estimate in estimates] == [False] * 8 + [True]


@pytest.mark.parametrize(("reading", "longest"), [(0.01, 40), (0.3, 300)])
def test_what_takes_long_to_read_is_not_read_after_every_unit(reading, longest):
    count = Count(seconds=0.001, reading=reading)
    list(count.run(10_000))
    assert max(count.steps) == longest
    assert len(count.steps) < 20 + 10_000 / longest


@given(st.floats(1e-7, 10.0), st.integers(1, 2000))
def test_no_step_takes_more_than_50_ms_unless_one_unit_does(seconds, total):
    count = Count(seconds=seconds)
    *_, end = count.run(total)
    assert end.done == end.total == total
    assert all(step == 1 or step * seconds <= 0.05 * (1 + 1e-9) for step in count.steps)
    assert all(after <= 2 * before for before, after in zip(count.steps, count.steps[1:], strict=False))


def test_a_machine_that_slows_down_gets_smaller_steps():
    count = Count(seconds=0.001)
    stream = count.run(1000)
    for _ in range(8):
        next(stream)
    count.seconds = 0.01
    next(stream)
    next(stream)
    assert count.steps[-2:] == [50, 5]


@pytest.mark.parametrize("most", [1, 3, 20])
def test_a_full_memory_halves_the_step_and_is_not_tried_again(most):
    count = Count(most=most)
    gc.disable()  # what reference cycles keep must not count as freed
    try:
        *_, end = count.run(100)
    finally:
        gc.enable()
    assert end.done == 100
    assert len(count.failed) == 1
    after = count.steps[count.steps.index(next(step for step in count.steps if step > most)) + 1 :]
    assert max(after) <= most


def test_a_memory_too_small_for_one_unit_ends_the_stream():
    with pytest.raises(MemoryError):
        list(Count(most=0).run(5))


def test_other_errors_are_not_tried_again():
    count = Count(most=4, error=ValueError)
    stream = count.run(100)
    with pytest.raises(ValueError, match="out of memory"):
        list(stream)
    assert len(count.failed) == 1


def test_an_answer_is_checked_once_and_before_it_is_given():
    count = Count()
    finished = [(count.finished, estimate.finished) for estimate in count.run(20)]
    assert finished == [(0, False)] * (len(finished) - 1) + [(1, True)]


def test_a_finished_state_is_one_estimate_and_no_work():
    count = Count()
    (estimate,) = count.run(5, first=5)
    assert (estimate.done, estimate.finished, count.steps) == (5, True, [])


def test_an_abandoned_stream_does_no_more_work():
    count = Count()
    stream = count.run(100)
    next(stream)
    stream.close()
    assert count.steps == [1]


def test_last_keeps_only_the_newest_estimate_alive():
    alive, most = weakref.WeakSet(), 0

    class Item:
        pass

    def items():
        nonlocal most
        for _ in range(10):
            item = Item()
            alive.add(item)
            most = max(most, len(alive))
            yield item

    assert last(items()) in alive
    assert most <= 3
