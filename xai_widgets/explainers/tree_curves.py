"""Curves of tree ensembles: scores of rows where features take many values, each row and tree walked once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ..models.trees import TreeEnsemble

_AT_ONCE = (1024, 8192)  # rows: their curves stay in the processor's cache, or else, where trees are large, these do
_LARGE = 2048  # nodes
_BITS = 64


def tree_curves(ensemble: TreeEnsemble, matrix: Any, feature: int | Sequence[int], grid: Any) -> np.ndarray:
    """Return the scores of rows whose feature takes the values of a grid.

    Parameters
    ----------
    ensemble : TreeEnsemble
    matrix : array-like of shape (n_rows, n_features)
        As `TreeEnsemble.raw` takes it.
    feature : int or sequence of int
        Position of a feature, or of several that move together.
    grid : array-like of shape (n_points,), or (n_points, n_moving) for several features
        Values as `matrix` has them, codes of categories included, in any order; NaN is what is missing.

    Returns
    -------
    ndarray of shape (n_rows, n_points, n_outputs), float64
        What `raw` gives for each row with each point put in, to rounding of sums.
    """
    return curve_walk(ensemble, feature, grid)(matrix)


def curve_walk(ensemble: TreeEnsemble, feature: int | Sequence[int], grid: Any) -> Callable[[Any], np.ndarray]:
    """Return `tree_curves` as a function of rows alone, for many calls: what all rows share is made ready once."""
    features = np.atleast_1d(np.asarray(feature, dtype=np.intp))
    if features.min() < 0 or features.max() >= ensemble.n_features:
        raise ValueError(f"features are 0 to {ensemble.n_features - 1}, given was {feature}")
    points = ensemble.rounded(grid).reshape(-1, len(features))
    if len(features) == 1 and _is_ordered(ensemble, features[0], points):
        work = _by_intervals(ensemble, features[0], points[:, 0])
    else:
        work = _by_points(ensemble, features, points)

    at_once = _AT_ONCE[len(ensemble.nodes) > _LARGE * len(ensemble.roots)]

    def curves_of(matrix: Any) -> np.ndarray:
        from ..models.trees.walks import over_rows

        rows = ensemble.rows(matrix)
        curves = np.empty((len(rows), len(points), ensemble.n_outputs))
        if curves.size:
            over_rows(len(rows), at_once, lambda part: work(rows[part], curves[part]))
        return curves

    return curves_of


def _is_ordered(ensemble: TreeEnsemble, feature: int, points: np.ndarray) -> bool:
    """Whether each node sends the points up to some number left and the others right."""
    asks_categories = (ensemble.nodes["feature"] == feature) & (ensemble.nodes["category_set"] >= 0)
    return not (np.isnan(points).any() or asks_categories.any())


def _by_intervals(ensemble: TreeEnsemble, feature: int, points: np.ndarray) -> Callable[[np.ndarray, np.ndarray], None]:
    """Return what fills in curves of rows; sorted points that go one way are neighbours."""
    from ..models.trees.walks import add_steps

    order = np.argsort(points, kind="stable")
    n_left = np.zeros(len(ensemble.nodes), np.uint32)
    asks = np.flatnonzero(ensemble.nodes["feature"] == feature)
    n_left[asks] = np.searchsorted(points[order], ensemble.nodes["threshold"][asks], side="right")

    def work(rows: np.ndarray, curves: np.ndarray) -> None:
        steps = np.zeros((len(rows), len(points) + 1, ensemble.n_outputs))
        add_steps(ensemble.arrays, rows, feature, n_left, steps)
        curves[:, order] = ensemble.scores(np.cumsum(steps[:, :-1], axis=1))

    return work


def _by_points(
    ensemble: TreeEnsemble, features: np.ndarray, points: np.ndarray
) -> Callable[[np.ndarray, np.ndarray], None]:
    """Return what fills in curves of rows; any points may go one way."""
    from ..models.trees.walks import add_points, points_left

    columns = np.full(ensemble.n_features, -1)
    columns[features] = np.arange(len(features))
    some = [slice(first, first + _BITS) for first in range(0, len(points), _BITS)]
    masks = [points_left(ensemble.arrays, columns, points[these]) for these in some]

    def work(rows: np.ndarray, curves: np.ndarray) -> None:
        for these, mask in zip(some, masks, strict=True):
            sums = np.zeros((len(rows), len(points[these]), ensemble.n_outputs))
            add_points(ensemble.arrays, rows, columns, mask, sums)
            curves[:, these] = ensemble.scores(sums)

    return work
