"""A quick way to compute curves, used as long as it is shown to give the model's own."""

from __future__ import annotations

import contextlib
import sys
import weakref
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from .grids import Axis, Grid

if TYPE_CHECKING:
    from ..models.tables import Table
    from .dependence import Curves

_COMPARED = 3  # rows from all over the table
_WITHIN = {"float64": 1e-9, "float32": 1e-5}  # relative to the largest answer
_PROOFS: weakref.WeakKeyDictionary[Any, set[str]] = weakref.WeakKeyDictionary()  # of what was read of a model


class QuickCurves(Protocol):
    """A way to compute curves that knows the model from inside; what it gives has to be proved."""

    @property
    def method(self) -> str:
        """What it is called."""

    @property
    def precision(self) -> str:
        """What the model computes in: "float32" or "float64"."""

    @property
    def was_read(self) -> Any:
        """What was read of the model, of which proofs are remembered; None where the model itself is run."""

    def knows(self, table: Table) -> bool:
        """Whether all values of a table have a meaning to it."""

    def __call__(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        """Return the curves of some rows, in the model's own precision, of shape (rows, outputs, points)."""


@dataclass(eq=False)
class ProvedCurves:
    """A quick way to compute curves, proved on some rows of each table that it is asked for.

    These are the same whatever rows come first: a few from all over the table, and its odd ones. Where the model's own
    predictions are others, or anything fails, those are used from then on: a model that was misread never shows.

    Parameters
    ----------
    quick : QuickCurves
        The quick way.
    predictions : Curves
        What the model itself says.
    run : str, optional
        What tells the table and the grid from others: what was proved of them once is not asked for again.
    """

    quick: QuickCurves
    predictions: Curves
    run: str | None = None
    _is_wrong: bool = False
    _proved_on: weakref.ref[Table] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_proved_on": None}

    @property
    def method(self) -> str:
        return self.predictions.method if self._is_wrong else self.quick.method

    def __call__(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        if self._is_proved(table, grid):
            curves = self.quick(table, rows, grid)
            if np.isfinite(curves.sum()):
                return curves
        return self.predictions(table, rows, grid)  # which says what is wrong with numbers that are not finite

    def _is_proved(self, table: Table, grid: Grid) -> bool:
        if self._is_wrong:
            return False
        if self._proved_on is None or self._proved_on() is not table:
            proofs = self._remembered()
            if self.run not in proofs:
                if not self._prove(table, grid):
                    self._is_wrong = True
                    return False
                proofs.add(self.run or "")
            self._proved_on = weakref.ref(table)
        return True

    def _remembered(self) -> set[str]:
        read = self.quick.was_read
        return set() if read is None or self.run is None else _PROOFS.setdefault(read, set())

    def _prove(self, table: Table, grid: Grid) -> bool:
        asked = (table.odd_rows, some_points(grid)), (some_rows(table), grid)
        return self._knows(table) and all(self._agrees(table, rows, points) for rows, points in asked if len(rows))

    def _knows(self, table: Table) -> bool:
        try:
            return self.quick.knows(table)
        except Exception:  # noqa: BLE001 (as below)
            return False

    def _agrees(self, table: Table, rows: np.ndarray, grid: Grid) -> bool:
        with without_jobs():
            expected = self.predictions(table, rows, grid)
        try:
            return agree(self.quick(table, rows, grid), expected, self.quick.precision)
        except Exception:  # noqa: BLE001 (whatever it is, the model can be asked)
            return False


def agree(found: np.ndarray, expected: np.ndarray, precision: str, scale: float = 0.0) -> bool:
    """Whether numbers are those of the model, to the rounding of its precision.

    Rounding is relative to the largest answer, or to `scale` where answers may be small because large terms cancel.
    """
    if found.shape != expected.shape:
        return False
    within = _WITHIN[precision] * max(scale, float(np.abs(expected).max()))
    return float(np.abs(found - expected).max()) <= within


def some_rows(table: Table) -> np.ndarray:
    """Return a few rows from all over a table: with its `odd_rows` those that a quick way is proved on."""
    return np.unique(np.linspace(0, table.n_rows - 1, _COMPARED).astype(np.intp))


def some_points(grid: Grid) -> Grid:
    """Return the first, the middle and the last point of each axis of a grid."""
    return Grid(tuple(map(_some_of, grid.axes)))


def _some_of(axis: Axis) -> Axis:
    places = sorted({0, len(axis.values) // 2, len(axis.values) - 1})
    columns = {column: values[places] for column, values in axis.columns.items()}
    return replace(axis, values=axis.values[places], columns=columns)


def without_jobs() -> contextlib.AbstractContextManager[Any]:
    """Keep scikit-learn's forests on this thread: to hand a few rows to others takes longer than to answer them."""
    joblib = sys.modules.get("joblib")
    return contextlib.nullcontext() if joblib is None else joblib.parallel_config(backend="sequential")
