"""The one loop: it drives every explainer and yields an estimate after each step."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from ..models import is_out_of_memory

Values = np.ndarray | tuple[np.ndarray, ...]


class State(Protocol):
    """What an explainer knows so far: plain arrays and numbers, picklable, never changed in place.

    Attributes
    ----------
    units, total_units : int
        How many units of work are done, and how many there are.
    """

    @property
    def units(self) -> int: ...

    @property
    def total_units(self) -> int: ...


AnyState = TypeVar("AnyState", bound=State)


@dataclass(frozen=True)
class Estimate(Generic[AnyState]):
    """The answer so far.

    Attributes
    ----------
    value : ndarray or tuple of ndarray, float64
        One array for each input, of exactly its shape. Read-only, as all of an estimate: `value.copy()` is yours.
    standard_error : ndarray, tuple of ndarray, or None
        The sampling error of `value`, shaped alike. None for exact methods, and before there are two independent
        draws to estimate it from.
    done, total : int
        Units of work in the reader's words: how many of how many `unit`.
    unit : str
        "sample" or "pass".
    finished : bool
        Whether this is the last estimate of its stream.
    state : State
        Hand it to `stream(..., state=)` to go on from here.
    """

    value: Values
    standard_error: Values | None
    done: int
    total: int
    unit: str
    finished: bool
    state: AnyState


class Explainer(ABC, Generic[AnyState]):
    """Three functions; the loop is `drive`."""

    @abstractmethod
    def advance(self, state: AnyState, units: int) -> AnyState:
        """Return the state after (at most) `units` more units of work."""

    @abstractmethod
    def estimate(self, state: AnyState) -> Estimate[AnyState]:
        """Read the answer off a state with at least one unit done."""

    def finish(self, state: AnyState) -> None:
        """Check, after the last unit, that the answer may be given; raise where it may not."""


def drive(
    explainer: Explainer[AnyState],
    state: AnyState,
    *,
    step_seconds: float = 0.05,
    first_units: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> Iterator[Estimate[AnyState]]:
    """Advance `state` to its end and yield an estimate after each step.

    The first step is `first_units`, so that there is a picture at once; then as many units as take `step_seconds`, at
    most twice as many as in the step before. Where it takes longer than half of that to read the answer, as it does of
    very many rows, the work takes as long as the reading. When memory runs out a step is halved. Nothing is held over a
    yield.

    Parameters
    ----------
    explainer : Explainer
        What is computed.
    state : State
        Where to start: fresh, or from an earlier estimate.
    step_seconds : float, default 0.05
        Aim for the length of a step; the longest time a cancel waits, unless one unit takes longer.
    first_units : int, default 1
        Length of the first step.
    clock : callable, default time.perf_counter
        Seconds that only go forward.

    Yields
    ------
    Estimate
        At least one; the last has `finished` set.
    """
    if state.units >= state.total_units:
        yield explainer.estimate(state)
        return
    units, ceiling = max(1, first_units), state.total_units
    while state.units < state.total_units:
        began = clock()
        advanced = attempt(explainer, state, units)
        if advanced is None:
            units = ceiling = max(1, units // 2)
            continue
        state = advanced
        if state.units >= state.total_units:
            explainer.finish(state)
        worked = max(clock() - began, 1e-9)
        estimate = explainer.estimate(state)
        reading = clock() - began - worked
        aim = max(step_seconds - reading, reading)
        units = max(1, min(2 * units, int(units * aim / worked), ceiling))
        yield estimate


def attempt(explainer: Explainer[AnyState], state: AnyState, units: int) -> AnyState | None:
    """Advance, or return None when memory ran out and fewer units can be tried.

    The caller retries outside of the except block: inside, the traceback would keep the failed step's arrays alive.
    """
    try:
        return explainer.advance(state, units)
    except Exception as error:
        if units > 1 and is_out_of_memory(error):
            return None
        raise


def last(estimates: Iterator[Any]) -> Any:
    """Drain a stream and return its last estimate."""
    return deque(estimates, maxlen=1).pop()
