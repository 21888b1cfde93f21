"""Shapley values by random orders: what a feature adds when it joins those before it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..checked import check_count
from .draws import generator_of, mean_of_draws
from .method import Progress, RowValues, ShapleyState
from .sampled import SampledMethod, SampledState


class PermutationSHAP(SampledMethod[np.ndarray]):
    """Shapley values of any model, from random orders of its features, each with the opposite order.

    Sources: Castro, Gomez, Tejada 2009, Computers & Operations Research 36(5); opposite orders Mitchell, Cooper,
    Frank, Holmes 2022, arXiv 2104.12199. Every order's contributions sum to the difference that is explained.

    Parameters
    ----------
    n_permutations : int, default 10
        Pairs of orders; an order and its opposite ask for 2 n - 2 coalitions of n features.
    **shared
        See `ShapleyMethod`.

    Examples
    --------
    >>> import numpy as np
    >>> explainer = PermutationSHAP(lambda X: X[:, 0] - 2 * X[:, 1], np.zeros((1, 2)), n_permutations=3)
    >>> explainer(np.array([[2.0, 3.0]])).values
    array([[ 2., -6.]])
    """

    def __init__(
        self,
        model: Any,
        background: Any = None,
        *,
        n_permutations: int = 10,
        **shared: Any,
    ) -> None:
        super().__init__(model, background, **shared)
        self.n_permutations = check_count("n_permutations", n_permutations)

    def _settings(self) -> dict[str, Any]:
        return {"n_permutations": self.n_permutations}

    def _n_draws(self, state: ShapleyState) -> int:  # noqa: ARG002 (as many for any table)
        return self.n_permutations

    def _drawn_progress(self, state: SampledState) -> Progress:
        return Progress("permutation", 2 * state.units, 2 * state.draws)

    def _draw(self, state: SampledState, rows: np.ndarray, first: int, stop: int) -> np.ndarray:
        """Return what each player adds, of shape (draws, rows, players, outputs)."""
        players = len(state.players)
        orders = np.stack([generator_of(self.seed, draw).permutation(players) for draw in range(first, stop)])
        joined = np.arange(1, players)[:, None] > np.argsort(orders)[:, None, :]  # who is there after each step
        asked = np.concatenate([joined, ~joined], axis=1).reshape(-1, players)
        assert state.ends is not None
        base, full = state.ends[0], state.ends[1][rows]
        earned = self._earned(state, rows, asked).reshape(len(rows), len(orders), 2, players - 1, len(base))
        none = np.broadcast_to(base, (*earned.shape[:2], 1, len(base)))
        everyone = np.broadcast_to(full[:, None, None], none.shape)
        forward = np.diff(np.concatenate([none, earned[:, :, 0], everyone], axis=2), axis=2)
        backward = -np.diff(np.concatenate([everyone, earned[:, :, 1], none], axis=2), axis=2)
        added = np.empty((len(orders), len(rows), players, len(base)))
        for draw, order in enumerate(orders):
            added[draw][:, order] = (forward[:, draw] + backward[:, draw]) / 2
        return added

    def _answer(self, state: SampledState, drawn: list[tuple[int, np.ndarray]], rows: np.ndarray) -> RowValues:
        assert state.ends is not None
        values, error = mean_of_draws([part for _, part in drawn])
        return RowValues(values, state.ends[0], state.ends[1][rows], error)
