"""Curves of models whose trees can be read: each row and tree walked once, whatever the number of points."""

from __future__ import annotations

import contextlib
import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..models.trees import TreeEnsemble, read_trees
from .tree_curves import curve_walk

if TYPE_CHECKING:
    from ..models.predictors import Predictor
    from ..models.tables import Table
    from .dependence import Curves
    from .grids import Grid

_METHODS = ("predict", "predict_proba", "decision_function")
_COMPARED = 3  # rows, one of them with a missing value where there is one
_WITHIN = {"float64": 1e-9, "float32": 1e-5}  # relative to the largest answer

_READ: weakref.WeakKeyDictionary[Any, tuple[str, TreeEnsemble | None]] = weakref.WeakKeyDictionary()


def trees_of(predictor: Predictor, fingerprint: str) -> TreeEnsemble | None:
    """Return the trees of a predictor's model, read once for each model and state of it; None where there are none."""
    if predictor.method not in _METHODS or (predictor.method == "predict" and hasattr(predictor.model, "classes_")):
        return None
    try:
        known = _READ.get(predictor.model)
    except TypeError:  # neither weak references nor hashes are a must
        return read_trees(predictor.model)
    if known is None or known[0] != fingerprint:
        _READ[predictor.model] = known = fingerprint, read_trees(predictor.model)
    return known[1]


@dataclass(eq=False)
class TreeWalk:
    """A way to compute curves, proved on the first rows that it is asked for.

    Where the model's own predictions are others, or anything fails, those are used from then on: a tree that was
    misread never shows.

    Parameters
    ----------
    ensemble : TreeEnsemble
        The model's trees.
    predictor : Predictor
        The model, and which of its answers is explained.
    predictions : Curves
        What the model itself says.
    """

    ensemble: TreeEnsemble
    predictor: Predictor
    predictions: Curves
    _proved: bool | None = None
    _walk: tuple[Grid, Callable[[Any], np.ndarray]] | None = None

    @property
    def method(self) -> str:
        return self.predictions.method if self._proved is False else "tree walk"

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_walk": None}

    def __call__(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        if self._proved is None:
            self._proved = self._is_right(table, rows, grid)
        return self._curves(table, rows, grid) if self._proved else self.predictions(table, rows, grid)

    def _is_right(self, table: Table, rows: np.ndarray, grid: Grid) -> bool:
        chosen = _with_a_missing_one(table, rows)
        with _without_jobs():
            expected = self.predictions(table, chosen, grid)
        try:
            found = self._curves(table, chosen, grid)
        except Exception:  # noqa: BLE001 (whatever it is, the model can be asked)
            return False
        within = _WITHIN[np.dtype(self.ensemble.precision).name] * max(1.0, float(np.abs(expected).max()))
        return found.shape == expected.shape and float(np.abs(found - expected).max()) <= within

    def _curves(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        given = table.rows(rows)
        matrix = self.ensemble.encode_columns([given.values(name) for name in table.names])
        raw = self._ready(table, grid)(matrix)
        answers = self.ensemble.respond(raw, self.predictor.method)
        scores = self.predictor.picked(answers.reshape(len(rows) * grid.points, -1))
        return np.ascontiguousarray(scores.reshape(len(rows), grid.points, -1).swapaxes(1, 2))

    def _ready(self, table: Table, grid: Grid) -> Callable[[Any], np.ndarray]:
        if self._walk is None or self._walk[0] is not grid:
            features = [table.names.index(name) for name in grid.columns]
            points = [self.ensemble.encode(place, grid.columns[table.names[place]]) for place in features]
            self._walk = grid, curve_walk(self.ensemble, features, np.column_stack(points))
        return self._walk[1]


def _without_jobs() -> contextlib.AbstractContextManager[Any]:
    """Keep scikit-learn's forests on this thread: to hand a few rows to others takes longer than to answer them."""
    joblib = sys.modules.get("joblib")
    return contextlib.nullcontext() if joblib is None else joblib.parallel_config(backend="sequential")


def _with_a_missing_one(table: Table, rows: np.ndarray) -> np.ndarray:
    from ..models.tables import is_missing

    given = table.rows(rows)
    gaps = np.zeros(len(rows), bool)
    for name in table.names:
        gaps |= is_missing(given.values(name))
    return np.unique(np.concatenate([rows[:_COMPARED], rows[gaps][:1]]))
