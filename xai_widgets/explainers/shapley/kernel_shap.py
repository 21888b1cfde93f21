"""Kernel SHAP: the linear model of who is there that is nearest to what coalitions earn."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...models import InputError
from .coalitions import Coalitions, pairs_in_all
from .method import Progress, RowValues, ShapleyState
from .sampled import SampledMethod, SampledState

_STEPS_TO_ALL_SINGLES = 16  # pairs are taken in so many units until each player was alone once


class KernelSHAP(SampledMethod[np.ndarray]):
    """Shapley values of any model, by weighted least squares over coalitions of features.

    Source: Lundberg, Lee 2017, arXiv 1705.07874, theorem 2, without its regularisation. Coalitions are distinct and
    come in pairs with their complements (Covert, Lee 2021, arXiv 2012.01536, section 5): all of the small sizes, and a
    stratified sample of the others. They are the same for all rows.

    Parameters
    ----------
    model, background, target, seed, groups
        See `ShapleyMethod`.
    n_samples : int, optional
        Coalitions, by default 2 n + 2048 as in shap; all that there are where these are fewer, and the values exact.

    Examples
    --------
    >>> import numpy as np
    >>> explainer = KernelSHAP(lambda X: X[:, 0] * X[:, 1] - X[:, 2], np.zeros((1, 3)))
    >>> explainer(np.array([[2.0, 3.0, 1.0]])).values.round(12)
    array([[ 3.,  3., -1.]])
    """

    def __init__(
        self,
        model: Any,
        background: Any = None,
        *,
        target: Any = None,
        seed: int = 0,
        groups: Mapping[str, Sequence[Any]] | None = None,
        n_samples: int | None = None,
    ) -> None:
        super().__init__(model, background, target=target, seed=seed, groups=groups)
        self.n_samples = n_samples

    def start(self, X: Any) -> SampledState:  # noqa: N803 (as everywhere)
        state = super().start(X)
        players = len(state.players)
        if self._pairs(players) < min(players, pairs_in_all(players)):
            raise InputError(
                "There are too few coalitions for so many features.",
                given=f"n_samples={self.n_samples!r} for {players} features",
                expected=f"at least {2 * players}: each feature alone, and all but it",
                do="leave n_samples out, or put features together with groups=",
            )
        return state

    def _settings(self) -> dict[str, Any]:
        return {"n_samples": self.n_samples}

    def _pairs(self, players: int) -> int:
        wanted = 2 * players + 2048 if self.n_samples is None else self.n_samples
        return min(wanted // 2, pairs_in_all(players))

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
        return Progress("coalition", 2 * self._pairs(players), 2 * self._per_unit(players))

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
