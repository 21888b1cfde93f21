"""Steps that take long, done in parts: whoever waits for one can stop in between."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import Any, Generic, Protocol, TypeVar

from .stream import AnyState, Explainer, drive

Found = TypeVar("Found")
Parts = Generator[None, None, Found]
"""Yields between two parts, and returns what was found."""

_PART_SECONDS = 0.05


def finished(parts: Parts[Found]) -> Found:
    """Do all parts and return what was found."""
    while True:
        try:
            next(parts)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


class InParts(Protocol[AnyState]):
    """A method whose estimates can be read in parts."""

    def advance(self, state: AnyState, units: int) -> AnyState: ...

    def estimate_in_parts(self, state: AnyState) -> Parts[Any]: ...

    def finish(self, state: AnyState) -> None: ...


def drive_in_parts(
    method: InParts[AnyState], state: AnyState, *, step_seconds: float = 0.05, first_units: int = 1
) -> Iterator[Any]:
    """Do as `drive` does, and yield None, too, between the parts of a step that takes long."""
    if state.units >= state.total_units:
        yield (yield from method.estimate_in_parts(state))
    else:
        yield from drive(_Pausing(method), state, step_seconds=step_seconds, first_units=first_units)


class _Pausing(Explainer[AnyState], Generic[AnyState]):
    """A method whose steps may end before they are done: then the state is the same, and there is no estimate.

    Where an estimate takes more than a part, the next one is of twice as many units: each is read off all of them.
    """

    def __init__(self, method: InParts[AnyState]) -> None:
        self._method = method
        self._ahead: AnyState | None = None  # of the step that is not done
        self._goal = 0
        self._reading: Parts[Any] | None = None
        self._estimate: Any = None
        self._slow = False

    def advance(self, state: AnyState, units: int) -> AnyState:
        if self._ahead is None:
            self._ahead, self._reading, self._estimate = state, None, None
            self._goal = min(state.units + max(units, state.units if self._slow else 0), state.total_units)
        until = time.perf_counter() + _PART_SECONDS
        while True:
            began = time.perf_counter()
            if self._ahead.units < self._goal:
                self._ahead = self._method.advance(self._ahead, min(units, self._goal - self._ahead.units))
                if time.perf_counter() - began < _PART_SECONDS / 4:
                    units *= 2
            else:
                self._reading = self._reading or self._method.estimate_in_parts(self._ahead)
                try:
                    next(self._reading)
                except StopIteration as end:
                    self._estimate, done = end.value, self._ahead
                    self._ahead = self._reading = None
                    return done
            if time.perf_counter() >= until:
                self._slow = self._slow or self._reading is not None
                return state

    def estimate(self, state: AnyState) -> Any:  # noqa: ARG002 (that of the last step)
        return self._estimate

    def finish(self, state: AnyState) -> None:
        self._method.finish(state)
