"""Kernel SHAP: the linear model of who is there that is nearest to what coalitions earn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...models import InputError
from ..checked import check_count
from .by_coalitions import CoalitionMethod
from .coalitions import pairs_in_all

if TYPE_CHECKING:
    from .sampled import SampledState


class KernelSHAP(CoalitionMethod):
    """Shapley values of any model, by weighted least squares over coalitions of features.

    Source: Lundberg, Lee 2017, arXiv 1705.07874, theorem 2, without its regularisation. Coalitions are distinct and
    come in pairs with their complements (Covert, Lee 2021, arXiv 2012.01536, section 5): all of the small sizes, and a
    stratified sample of the others. They are the same for all rows.

    Parameters
    ----------
    n_samples : int, optional
        Coalitions, by default 2 n + 2048 as in shap; all that there are where these are fewer, and the values exact.
    **shared
        See `ShapleyMethod`.

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
        n_samples: int | None = None,
        **shared: Any,
    ) -> None:
        super().__init__(model, background, **shared)
        self.n_samples = None if n_samples is None else check_count("n_samples", n_samples)

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
