"""Expected gradients: integrated gradients averaged over the background."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...models import InputError
from ..checked import check_count
from .draws import generator_of, mean_of_draws
from .method import Progress, RowValues, ShapleyState
from .sampled import SampledMethod, SampledState

_STRATA = 8  # of the way from a background row to the row: a draw has a place in each
_MOST_BYTES = 32 << 20  # of points at once


class GradientSHAP(SampledMethod[np.ndarray]):
    """Expected gradients of a torch module: the mean gradient on the way from background rows, times the way.

    Source: Erion, Janizek, Sturmfels, Lundberg, Lee 2021, arXiv 1906.10670. These are the Aumann-Shapley values of
    the mean over the background, not the Shapley values; the two agree for linear models and for sums of functions of
    one feature each. The values of a row add up to its output but for sampling error, which `gap` shows.

    Parameters
    ----------
    model : torch.nn.Module
        Differentiable, of one tensor of all columns.
    background, target, seed
        See `ShapleyMethod`.
    n_samples : int, default 200
        Gradients for each row and output, rounded up to a multiple of 8: draws have one place in each eighth of the
        way, and a background row for each.

    Examples
    --------
    >>> import numpy as np, torch
    >>> model = torch.nn.Linear(2, 1, bias=False)
    >>> _ = model.weight.data.copy_(torch.tensor([[1.0, -2.0]]))
    >>> GradientSHAP(model, np.zeros((1, 2)))(np.array([[3.0, 4.0]])).values
    array([[ 3., -8.]])
    """

    def __init__(
        self, model: Any, background: Any = None, *, target: Any = None, seed: int = 0, n_samples: int = 200
    ) -> None:
        super().__init__(model, background, target=target, seed=seed)
        self.n_samples = check_count("n_samples", n_samples)
        if self.predictor.method != "module":
            raise InputError(
                "The model has no gradients.",
                given=type(self.predictor.model).__name__,
                expected="a torch module",
                do="use KernelSHAP, which asks for predictions alone",
            )

    def _settings(self) -> dict[str, Any]:
        return {"n_samples": self.n_samples}

    def _n_draws(self, state: ShapleyState) -> int:  # noqa: ARG002 (as many for any table)
        return -(-self.n_samples // _STRATA)

    def _drawn_progress(self, state: SampledState) -> Progress:
        return Progress("sample", state.units * _STRATA, state.draws * _STRATA)

    def _draw(self, state: SampledState, rows: np.ndarray, first: int, stop: int) -> np.ndarray:
        """Return the mean of each draw's places, of shape (draws, rows, features, outputs)."""
        assert state.ends is not None
        given, outputs = state.table.rows(rows).matrix(), len(state.ends[0])
        at_once = max(1, _MOST_BYTES // (given.nbytes * _STRATA))
        drawn = []
        for start in range(first, stop, at_once):
            away, places = self._ways(state, given, range(start, min(stop, start + at_once)))
            points = given[:, None] - places[:, None, :, None] * away
            gradients = self._gradients(points.reshape(-1, given.shape[1]), outputs).reshape(*away.shape, outputs)
            drawn.append((gradients * away[..., None]).mean(axis=2))
        return np.concatenate(drawn)

    def _ways(self, state: SampledState, given: np.ndarray, draws: range) -> tuple[np.ndarray, np.ndarray]:
        """Return how far rows are from background rows, (draws, rows, strata, features), and places on the way."""
        assert state.background is not None
        background, weights = state.background.matrix(), state.background.weights
        away, places = [], []
        for draw in draws:
            rng = generator_of(self.seed, draw)
            places.append((rng.permutation(_STRATA) + rng.random(_STRATA)) / _STRATA)
            away.append(given[:, None] - background[_systematic(weights, rng)])
        return np.stack(away), np.stack(places)

    def _gradients(self, rows: np.ndarray, n_outputs: int) -> np.ndarray:
        """Return the gradients of what is explained, of shape (rows, features, outputs)."""
        model, target = self.predictor.torch_model, self.predictor.target
        tensors = model.tensors((rows,))
        outputs = [target] if target is not None else range(n_outputs)
        found = [model.gradients(tensors, np.full(len(rows), output))[0].double().cpu().numpy() for output in outputs]
        return np.stack(found, axis=-1)

    def _answer(self, state: SampledState, drawn: list[tuple[int, np.ndarray]], rows: np.ndarray) -> RowValues:
        assert state.ends is not None
        values, error = mean_of_draws([part for _, part in drawn])
        return RowValues(values, state.ends[0], state.ends[1][rows], error)


def _systematic(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return background rows, one for each place, spread over the background by its weights."""
    order = rng.permutation(len(weights))
    points = (np.arange(_STRATA) + rng.random()) / _STRATA
    return np.asarray(order[np.searchsorted(np.cumsum(weights[order]), points).clip(max=len(weights) - 1)])
