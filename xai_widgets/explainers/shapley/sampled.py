"""Methods that sample: of few rows all are refined together, many are filled one after the other."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np

from ..runs import joined, next_units
from ..stream import drive
from .game import Game
from .method import Progress, RowValues, ShapleyEstimate, ShapleyMethod, ShapleyState
from .paused import PausingMethod, Work

FEW_ROWS = 32
_ROWS_AT_ONCE = 256  # whose draws are in memory
Drawn = TypeVar("Drawn")


@dataclass(frozen=True)
class SampledState(ShapleyState):
    """Where the values stand; see `ShapleyState`.

    Attributes
    ----------
    draws : int
        How many units of draws refine all rows together; 0 where units are rows.
    ends : tuple of (ndarray of shape (outputs,), ndarray of shape (rows, outputs)), or None
        What no player earns, and what all do; None before the first unit.
    gives_labels : bool
        Whether the model's answers look like labels of classes.
    work : Work or None
        Of a step in parts, while it is done.
    """

    draws: int = 0
    ends: tuple[np.ndarray, np.ndarray] | None = None
    gives_labels: bool = False
    work: Work | None = None

    @property
    def total_units(self) -> int:
        return self.draws or len(self.order)


class SampledMethod(ShapleyMethod[SampledState], Generic[Drawn]):
    """The base of methods that draw; a method says what some draws give, and what all of them together say."""

    _game_of: tuple[dict[str, str], Game] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_game_of": None}

    def steps(
        self, begin: SampledState, *, step_seconds: float = 0.05, pauses: bool = False
    ) -> Iterator[ShapleyEstimate[SampledState]]:
        first = self._first_draws(begin) if begin.draws and not begin.units else 1
        explainer = PausingMethod(self) if pauses else self
        return drive(explainer, begin, step_seconds=step_seconds, first_units=first)  # type: ignore[return-value]  # `estimate` makes them

    def advance(self, state: SampledState, units: int) -> SampledState:
        if state.units >= state.total_units:
            return state
        state = self.with_ends(state)
        if not state.draws:
            return super().advance(state, min(units, _ROWS_AT_ONCE))
        first, stop = next_units(state.ranges, units, state.total_units)
        drawn = self._draw(state, np.arange(state.table.n_rows), first, stop)
        return replace(state, ranges=joined(((first, stop), *state.ranges)), parts=(*state.parts, (first, drawn)))

    def with_ends(self, state: SampledState) -> SampledState:
        """Return the state with what no player earns and what all do."""
        if state.ends is not None:
            return state
        game = self._game(state)
        outputs = game.outputs(state.table, np.arange(state.table.n_rows))
        return replace(state, ends=(game.base(), outputs), gives_labels=game.gives_labels(outputs))

    def merge(self, left: SampledState, right: SampledState) -> SampledState:
        gives_labels = left.gives_labels or right.gives_labels
        return replace(super().merge(left, right), ends=left.ends or right.ends, gives_labels=gives_labels)

    @abstractmethod
    def _n_draws(self, state: ShapleyState) -> int:
        """Return how many units of draws there are."""

    @abstractmethod
    def _draw(self, state: SampledState, rows: np.ndarray, first: int, stop: int) -> Drawn:
        """Return what some units of draws give for some rows."""

    @abstractmethod
    def _answer(self, state: SampledState, drawn: list[tuple[int, Drawn]], rows: np.ndarray) -> RowValues:
        """Return what draws, by their first unit, say about some rows."""

    def _first_draws(self, state: SampledState) -> int:  # noqa: ARG002 (some need more to say anything)
        """Return how many units make the first picture."""
        return 1

    def _first_state(self, state: ShapleyState) -> SampledState:
        few = state.table.n_rows <= FEW_ROWS
        return SampledState(**vars(state), draws=self._n_draws(state) if few else 0)

    def _progress(self, state: SampledState) -> Progress:
        return self._drawn_progress(state) if state.draws else super()._progress(state)

    def _drawn_progress(self, state: SampledState) -> Progress:
        return Progress("sample", state.units, state.draws)

    def _known(self, state: SampledState) -> list[tuple[np.ndarray, RowValues]]:
        if not state.draws:
            return super()._known(state)
        rows = np.arange(state.table.n_rows)
        return [(rows, self._answer(state, sorted(state.parts, key=lambda part: part[0]), rows))]

    def _explain(self, state: ShapleyState, rows: np.ndarray) -> RowValues:
        assert isinstance(state, SampledState)
        return self._answer(state, [(0, self._draw(state, rows, 0, self._n_draws(state)))], rows)

    def _earned(self, state: SampledState, rows: np.ndarray, coalitions: np.ndarray) -> np.ndarray:
        """Return what coalitions of some rows earn, of shape (rows, coalitions, outputs)."""
        assert state.ends is not None
        if not len(coalitions):  # of a single player there is nothing to ask
            return np.zeros((len(rows), 0, len(state.ends[0])))
        return self._game(state).values(state.table, rows, coalitions, state.work)

    def _game(self, state: ShapleyState) -> Game:
        """Return the game of a run, which learns how the model is asked best."""
        assert state.background is not None
        known_by = {name: state.identity[name] for name in ("model", "background", "features")}
        if self._game_of is None or self._game_of[0] != known_by:
            self._game_of = known_by, Game(self.predictor, state.background, state.players)
        return self._game_of[1]
