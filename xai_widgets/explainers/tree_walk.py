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
    if predictor.method not in _METHODS:
        return None
    trees = _read_once(predictor.model, fingerprint)
    labels = trees is not None and trees.classes is not None and predictor.method == "predict"
    return None if labels else trees


def _read_once(model: Any, fingerprint: str) -> TreeEnsemble | None:
    try:
        known = _READ.get(model)
    except TypeError:  # neither weak references nor hashes are a must
        return read_trees(model)
    if known is None or known[0] != fingerprint:
        _READ[model] = known = fingerprint, read_trees(model)
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
        return self.curves(table, rows, grid) if self._proved else self.predictions(table, rows, grid)

    def _is_right(self, table: Table, rows: np.ndarray, grid: Grid) -> bool:
        chosen = first_rows(table, rows)
        with without_jobs():
            expected = self.predictions(table, chosen, grid)
        try:
            found = self.curves(table, chosen, grid)
        except Exception:  # noqa: BLE001 (whatever it is, the model can be asked)
            return False
        return self.agrees(found, expected)

    def agrees(self, found: np.ndarray, expected: np.ndarray) -> bool:
        """Whether what was found is what the model said, to the rounding of its own precision."""
        within = _WITHIN[np.dtype(self.ensemble.precision).name] * max(1.0, float(np.abs(expected).max()))
        return found.shape == expected.shape and float(np.abs(found - expected).max()) <= within

    def curves(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        """Return the curves of some rows, from the trees, proved or not."""
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


def without_jobs() -> contextlib.AbstractContextManager[Any]:
    """Keep scikit-learn's forests on this thread: to hand a few rows to others takes longer than to answer them."""
    joblib = sys.modules.get("joblib")
    return contextlib.nullcontext() if joblib is None else joblib.parallel_config(backend="sequential")


def first_rows(table: Table, rows: np.ndarray) -> np.ndarray:
    """Return the first rows, and the first with a missing value: those that trees are proved on."""
    from ..models.tables import is_missing

    given = table.rows(rows)
    gaps = np.zeros(len(rows), bool)
    for name in table.names:
        gaps |= is_missing(given.values(name))
    return np.unique(np.concatenate([rows[:_COMPARED], rows[gaps][:1]]))
