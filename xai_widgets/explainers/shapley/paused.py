"""Steps of slow models, done in parts: whoever waits for one can stop in between."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..stream import Explainer

if TYPE_CHECKING:
    from .sampled import SampledMethod, SampledState

_SECONDS = 0.1
_FIRST_ROWS = 256  # that a model is asked for, before it is known how long it takes


class Paused(Exception):  # noqa: N818 (nothing went wrong)
    """The time of a part is over; what was asked is kept."""


@dataclass
class Work:
    """What was asked of the model in a step that is not done."""

    pieces: list[np.ndarray] = field(default_factory=list)
    seconds_each: float | None = None
    _until: float = 0.0

    def begin(self) -> None:
        self._until = time.perf_counter() + _SECONDS

    @property
    def is_over(self) -> bool:
        """Whether the time of this part is."""
        return time.perf_counter() > self._until

    def at_once(self, rows_of_each: int) -> int:
        """Return how many coalitions, each of some rows, take no longer than a part."""
        if self.seconds_each is None:
            return max(1, _FIRST_ROWS // rows_of_each)
        return max(1, int(_SECONDS / self.seconds_each))

    def note(self, found: np.ndarray, seconds: float) -> None:
        """Keep some answers; raise Paused where the time is over."""
        self.pieces.append(found)
        self.seconds_each = max(seconds, 1e-9) / len(found)
        if self.is_over:
            raise Paused


class PausingMethod(Explainer[Any]):
    """A method whose steps may end before they are done: then the state is the same, and there is no estimate."""

    def __init__(self, method: SampledMethod[Any]) -> None:
        self._method, self._work = method, Work()
        self._interrupted = 0  # units of the step that is not done
        self._most: float = np.inf

    def advance(self, state: SampledState, units: int) -> SampledState:
        units = self._interrupted or int(min(units, self._most))
        self._work.begin()
        state = self._method.with_ends(state)
        if self._work.is_over:
            self._interrupted = units
            return state
        try:
            done = self._method.advance(replace(state, work=self._work), units)
        except Paused:
            self._interrupted, self._most = units, max(1, units // 2)
            return state
        self._interrupted = 0
        self._work.pieces.clear()
        return replace(done, work=None)

    def estimate(self, state: SampledState) -> Any:
        return None if self._interrupted else self._method.estimate(state)

    def finish(self, state: SampledState) -> None:
        self._method.finish(state)
