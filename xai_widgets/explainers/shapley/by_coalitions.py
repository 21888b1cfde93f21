"""Methods that ask what pairs of coalitions earn and solve for the values: all pairs, or a sample of them."""

from __future__ import annotations

import functools
from abc import abstractmethod

import numpy as np

from .coalitions import Coalitions
from .method import Progress, RowValues, ShapleyState
from .sampled import SampledMethod, SampledState

_STEPS_TO_ALL_SINGLES = 16  # pairs are taken in so many units until each player was alone once


class CoalitionMethod(SampledMethod[np.ndarray]):
    """The base of methods by weighted least squares over pairs of coalitions; see `coalitions.Solution`."""

    @abstractmethod
    def _pairs(self, players: int) -> int:
        """Return how many pairs are asked for."""

    def _per_unit(self, players: int) -> int:
        return max(1, players // _STEPS_TO_ALL_SINGLES)

    def _n_draws(self, state: ShapleyState) -> int:
        players = len(state.players)
        return max(1, -(-self._pairs(players) // self._per_unit(players)))

    def _first_draws(self, state: SampledState) -> int:
        players = len(state.players)
        return -(-players // self._per_unit(players))

    def _drawn_progress(self, state: SampledState) -> Progress:
        players = len(state.players)
        return Progress("coalition", 2 * self._pairs(players) + 2, 2 * self._per_unit(players))

    def _coalitions(self, players: int) -> Coalitions:
        return _coalitions(players, self._pairs(players), self.seed)

    def _draw(self, state: SampledState, rows: np.ndarray, first: int, stop: int) -> np.ndarray:
        """Return half of what coalitions earn more than their complements, of shape (rows, pairs, outputs)."""
        players = len(state.players)
        coalitions, per_unit = self._coalitions(players), self._per_unit(players)
        asked = coalitions.both(first * per_unit, stop * per_unit)
        assert state.ends is not None
        if not len(asked):  # of a single player there is nothing to ask
            return np.zeros((len(rows), 0, len(state.ends[0])))
        smaller, larger = np.split(self._game(state).values(state.table, rows, asked), 2, axis=1)
        return np.asarray((smaller - larger) / 2)

    def _answer(self, state: SampledState, drawn: list[tuple[int, np.ndarray]], rows: np.ndarray) -> RowValues:
        assert state.ends is not None
        base, outputs = state.ends[0], state.ends[1][rows]
        differences = np.concatenate([part for _, part in drawn], axis=1)
        solution = self._coalitions(len(state.players)).solution(differences.shape[1])
        values = solution.values(differences, outputs - base)
        return RowValues(values, base, outputs, solution.standard_error(differences, values))


@functools.lru_cache(maxsize=4)
def _coalitions(players: int, pairs: int, seed: int) -> Coalitions:
    return Coalitions.drawn(players, pairs, seed=seed)
