"""Shapley values by their definition: every coalition is asked for."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...models import InputError
from ..checked import check_count
from .by_coalitions import CoalitionMethod
from .coalitions import pairs_in_all
from .method import RowValues
from .sampled import SampledState

if TYPE_CHECKING:
    from .method import ShapleyState


class ExactSHAP(CoalitionMethod):
    """Exact Shapley values of any model, from all 2^n coalitions of its n features.

    Source: Shapley 1953, "A value for n-person games"; as explanations Lundberg, Lee 2017, arXiv 1705.07874. What a
    coalition earns is the model's mean answer where its features have the row's values and all others those of the
    background rows. Of few rows all are refined together: coalitions are asked for in a random order, and before the
    last one an estimate is that of Kernel SHAP, with its standard error.

    Parameters
    ----------
    max_features : int, default 12
        With more features, or groups of them, it refuses: each one doubles the work.
    interactions : bool, default False
        Whether Shapley interaction values are given, of shape (features, features) for each row and output, row by row:
        the index that `TreeSHAP` describes and gives (Lundberg, Erion, Lee 2018, arXiv 1802.03888, section 4, after
        Fujimoto et al. 2006). `shap.explainers.Exact` gives another, the Shapley-Taylor index: from three features on
        its numbers differ.
    **shared
        See `ShapleyMethod`.

    Examples
    --------
    >>> import numpy as np
    >>> explainer = ExactSHAP(lambda X: X[:, 0] * X[:, 1], np.zeros((1, 2)))
    >>> explainer(np.array([[2.0, 3.0]])).values
    array([[3., 3.]])
    >>> ExactSHAP(lambda X: X[:, 0] * X[:, 1], np.zeros((1, 2)), interactions=True)(np.array([[2.0, 3.0]])).values
    array([[[0., 3.],
            [3., 0.]]])
    """

    def __init__(
        self,
        model: Any,
        background: Any = None,
        *,
        max_features: int = 12,
        interactions: bool = False,
        **shared: Any,
    ) -> None:
        super().__init__(model, background, **shared)
        self.interactions = interactions
        self.max_features = check_count("max_features", max_features)

    def start(self, X: Any) -> SampledState:  # noqa: N803 (as everywhere)
        state = super().start(X)
        if len(state.players) > self.max_features:
            raise InputError(
                "There are too many features to ask for every coalition.",
                given=f"{len(state.players)} features, which have 2^{len(state.players)} coalitions",
                expected=f"at most {self.max_features}",
                do="use KernelSHAP, put features together with groups=, or raise max_features",
            )
        return state

    def _settings(self) -> dict[str, Any]:
        return {"interactions": self.interactions}

    def _first_state(self, state: ShapleyState) -> SampledState:
        found = super()._first_state(state)
        return replace(found, draws=0) if self.interactions else found  # row by row, as they need every coalition

    def _explain(self, state: ShapleyState, rows: np.ndarray) -> RowValues:
        if not self.interactions:
            return super()._explain(state, rows)
        assert isinstance(state, SampledState)
        assert state.ends is not None
        coalitions = all_coalitions(len(state.players))
        earned = self._earned(state, rows, coalitions)
        values = np.stack([shapley_interactions(coalitions, of_row) for of_row in earned])
        return RowValues(values, state.ends[0], state.ends[1][rows])

    def _pairs(self, players: int) -> int:
        return pairs_in_all(players)

    def _answer(self, state: SampledState, drawn: list[tuple[int, np.ndarray]], rows: np.ndarray) -> RowValues:
        found = super()._answer(state, drawn, rows)
        is_exact = sum(part.shape[1] for _, part in drawn) == self._pairs(len(state.players))
        return replace(found, standard_error=None) if is_exact else found


def all_coalitions(players: int) -> np.ndarray:
    """Return all coalitions, the empty one first and the full one last, bool of shape (2^players, players)."""
    return ((np.arange(2**players)[:, None] >> np.arange(players)) & 1).astype(bool)


def shapley_values(coalitions: np.ndarray, earned: np.ndarray) -> np.ndarray:
    """Return the Shapley values of players, of shape (..., players, outputs), from what all coalitions earn.

    Parameters
    ----------
    coalitions : ndarray of bool of shape (coalitions, players)
        All there are.
    earned : ndarray of shape (..., coalitions, outputs)
        What they earn.

    Examples
    --------
    >>> shapley_values(all_coalitions(2), np.array([[0.0], [1.0], [3.0], [8.0]]))[:, 0]
    array([3., 5.])
    """
    players = coalitions.shape[1]
    sizes = coalitions.sum(axis=1)
    weights = np.array([1 / (players * math.comb(players - 1, size)) for size in range(players)])
    joining = np.where(sizes > 0, weights[sizes - 1], 0.0)  # of a coalition, where the player is in it
    without = np.where(sizes < players, weights[np.minimum(sizes, players - 1)], 0.0)
    projection = np.where(coalitions.T, joining, -without)
    return np.asarray(projection @ earned)


def shapley_interactions(coalitions: np.ndarray, earned: np.ndarray) -> np.ndarray:
    """Return the interaction values of players, of shape (players, players, outputs); arguments as of `shapley_values`.

    Examples
    --------
    >>> shapley_interactions(all_coalitions(2), np.array([[0.0], [2.0], [3.0], [8.0]]))[..., 0]
    array([[2. , 1.5],
           [1.5, 3. ]])
    """
    players = coalitions.shape[1]
    sizes = coalitions.sum(axis=1)
    of_pair = [1 / ((players - 1) * math.comb(players - 2, size)) / 2 for size in range(players - 1)]
    weights = np.array([0.0, 0.0, *of_pair, 0.0, 0.0])
    both, one, none = (weights[sizes + 2 - present] for present in (2, 1, 0))
    inside, outside = coalitions.T.astype(float), (~coalitions.T).astype(float)
    found = np.empty((players, players, earned.shape[-1]))
    for output, values in enumerate(earned.T):
        mixed = (inside * (one * values)) @ outside.T
        found[..., output] = (
            (inside * (both * values)) @ inside.T + (outside * (none * values)) @ outside.T - mixed - mixed.T
        )
    diagonal = np.arange(players)
    found[diagonal, diagonal] = 0
    found[diagonal, diagonal] = shapley_values(coalitions, earned) - found.sum(axis=1)
    return found
