"""Curves of models whose trees can be read: each row and tree walked once, whatever the number of points."""

from __future__ import annotations

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
    from .grids import Grid

_METHODS = ("predict", "predict_proba", "decision_function")
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
    """A way to compute curves: each row goes down each tree once.

    Parameters
    ----------
    ensemble : TreeEnsemble
        The model's trees.
    predictor : Predictor
        The model, and which of its answers is explained.
    """

    ensemble: TreeEnsemble
    predictor: Predictor
    method: str = "tree walk"
    _ready: tuple[Grid, Callable[[Any], np.ndarray]] | None = None

    @property
    def precision(self) -> str:
        return str(np.dtype(self.ensemble.precision))

    @property
    def was_read(self) -> TreeEnsemble:
        return self.ensemble

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_ready": None}

    def knows(self, table: Table) -> bool:
        """Whether the trees know what to do with the categories of a table."""
        for place, categories in enumerate(self.ensemble.categories):
            if categories is not None and not self.ensemble.others_are_missing:
                name = table.names[place]
                levels = table.levels(name)
                if not self.ensemble.knows(place, table.unique(name) if levels is None else levels):
                    return False
        return True

    def __call__(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        given = table.rows(rows)
        matrix = self.ensemble.encode_table(given)
        raw = self._walk(table, grid)(matrix)
        answers = self.ensemble.respond(raw, self.predictor.method)
        scores = self.predictor.picked(answers.reshape(len(rows) * grid.points, -1))
        return np.ascontiguousarray(scores.reshape(len(rows), grid.points, -1).swapaxes(1, 2))

    def _walk(self, table: Table, grid: Grid) -> Callable[[Any], np.ndarray]:
        if self._ready is None or self._ready[0] is not grid:
            features = [table.names.index(name) for name in grid.columns]
            points = [self.ensemble.encode(place, grid.columns[table.names[place]]) for place in features]
            self._ready = grid, curve_walk(self.ensemble, features, np.column_stack(points))
        return self._ready[1]
