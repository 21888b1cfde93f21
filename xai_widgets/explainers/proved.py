"""A quick way to compute curves, used as long as it is shown to give the model's own."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ..models.tables import is_missing

if TYPE_CHECKING:
    from ..models.tables import Table
    from .dependence import Curves
    from .grids import Grid

_COMPARED = 3  # rows, one of them with a missing value where there is one
_WITHIN = {"float64": 1e-9, "float32": 1e-5}  # relative to the largest answer


class QuickCurves(Protocol):
    """A way to compute curves that knows the model from inside; what it gives has to be proved."""

    @property
    def method(self) -> str:
        """What it is called."""

    @property
    def precision(self) -> str:
        """What the model computes in: "float32" or "float64"."""

    def __call__(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        """Return the curves of some rows, float64 of shape (rows, outputs, points)."""


@dataclass(eq=False)
class ProvedCurves:
    """A quick way to compute curves, proved on the first rows that it is asked for.

    Where the model's own predictions are others, or anything fails, those are used from then on: a model that was
    misread never shows.

    Parameters
    ----------
    quick : QuickCurves
        The quick way.
    predictions : Curves
        What the model itself says.
    """

    quick: QuickCurves
    predictions: Curves
    _is_right: bool | None = None

    @property
    def method(self) -> str:
        return self.predictions.method if self._is_right is False else self.quick.method

    def __call__(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        if self._is_right is None:
            self._is_right = self._prove(table, first_rows(table, rows), grid)
        if self._is_right:
            curves = self.quick(table, rows, grid)
            if np.isfinite(curves.sum()):
                return curves
        return self.predictions(table, rows, grid)  # which says what is wrong with numbers that are not finite

    def _prove(self, table: Table, rows: np.ndarray, grid: Grid) -> bool:
        with without_jobs():
            expected = self.predictions(table, rows, grid)
        try:
            return agree(self.quick(table, rows, grid), expected, self.quick.precision)
        except Exception:  # noqa: BLE001 (whatever it is, the model can be asked)
            return False


def agree(found: np.ndarray, expected: np.ndarray, precision: str) -> bool:
    """Whether numbers are those of the model, to the rounding of its precision."""
    within = _WITHIN[precision] * max(1.0, float(np.abs(expected).max()))
    return found.shape == expected.shape and float(np.abs(found - expected).max()) <= within


def first_rows(table: Table, rows: np.ndarray) -> np.ndarray:
    """Return the first rows, and the first with a missing value: those that a quick way is proved on."""
    given = table.rows(rows)
    gaps = np.zeros(len(rows), bool)
    for name in table.names:
        gaps |= is_missing(given.values(name))
    return np.unique(np.concatenate([rows[:_COMPARED], rows[gaps][:1]]))


def without_jobs() -> contextlib.AbstractContextManager[Any]:
    """Keep scikit-learn's forests on this thread: to hand a few rows to others takes longer than to answer them."""
    joblib = sys.modules.get("joblib")
    return contextlib.nullcontext() if joblib is None else joblib.parallel_config(backend="sequential")
