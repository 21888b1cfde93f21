"""Methods that ask what pairs of coalitions earn and solve for the values: all pairs, or a sample of them."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from .coalitions import Coalitions, Solution
from .method import Progress, RowValues, ShapleyState
from .sampled import SampledMethod, SampledState

_MANY_PLAYERS, _FIRST_OF_MANY = 32, 8  # of fewer all are in the first picture, of more so many
_LEAST_SHARE = 32  # of the pairs beyond single players, in a step: to solve for the values takes longer with each


class CoalitionMethod(SampledMethod[np.ndarray]):
    """The base of methods by weighted least squares over pairs of coalitions; see `coalitions.Solution`."""

    _drawn: tuple[tuple[int, int], Coalitions] | None = None
    _solved: tuple[tuple[int, bytes], Solution] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_drawn": None, "_solved": None}

    @abstractmethod
    def _pairs(self, players: int) -> int:
        """Return how many pairs are asked for."""

    def _n_draws(self, state: ShapleyState) -> int:
        return max(1, self._pairs(len(state.players)))

    def _first_draws(self, state: SampledState) -> int:
        players = len(state.players)
        return _FIRST_OF_MANY if players > _MANY_PLAYERS else players

    def _drawn_progress(self, state: SampledState) -> Progress:
        pairs = self._pairs(len(state.players))
        return Progress("coalition", 2 * min(state.units, pairs) + 2, 2 * pairs + 2)  # with none and all of the players

    def advance(self, state: SampledState, units: int) -> SampledState:
        beyond = state.units - len(state.players) if state.draws else 0
        return super().advance(state, max(units, beyond // _LEAST_SHARE))

    def with_ends(self, state: SampledState) -> SampledState:
        self._coalitions(len(state.players))  # a part of the work by itself, where there are very many players
        return super().with_ends(state)

    def _coalitions(self, players: int) -> Coalitions:
        key = players, self._pairs(players)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = key, Coalitions.drawn(*key, seed=self.seed)
        return self._drawn[1]

    def _solution(self, players: int, pairs: np.ndarray) -> Solution:
        key = players, pairs.tobytes()
        if self._solved is None or self._solved[0] != key:
            self._solved = key, Solution.of(self._coalitions(players), pairs)
        return self._solved[1]

    def _draw(self, state: SampledState, rows: np.ndarray, first: int, stop: int) -> np.ndarray:
        """Return half of what coalitions earn more than their complements, of shape (rows, pairs, outputs)."""
        asked = self._coalitions(len(state.players)).both(first, stop)
        smaller, larger = np.split(self._earned(state, rows, asked), 2, axis=1)
        return np.asarray((smaller - larger) / 2)

    def _answer(self, state: SampledState, drawn: list[tuple[int, np.ndarray]], rows: np.ndarray) -> RowValues:
        assert state.ends is not None
        base, outputs = state.ends[0], state.ends[1][rows]
        differences = np.concatenate([part for _, part in drawn], axis=1)
        pairs = np.concatenate([np.arange(first, first + part.shape[1]) for first, part in drawn])
        solution = self._solution(len(state.players), pairs)
        values = solution.values(differences, outputs - base)
        return RowValues(values, base, outputs, solution.standard_error(differences, values))
