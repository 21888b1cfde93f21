"""Curves of tree ensembles: scores of rows where features take many values, each row and tree walked once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ..models.trees import TreeEnsemble

_STEP_BYTES = 1 << 20
_FEWEST_ROWS, _MOST_ROWS = 256, 8192
_FEWEST_SHARED = 64  # rows for which threads share trees
_LARGE, _ROWS_OF_LARGE = 2048, 16384  # nodes of a tree, and the rows that share one


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
    points = np.ascontiguousarray(ensemble.rounded(grid).reshape(-1, len(features)).T)
    order = np.lexsort(points[::-1])  # points that go one way are neighbours then
    points = points.take(order, axis=1)  # in C's order, as the walk is compiled for
    places = np.full(ensemble.n_features, -1)
    places[features] = np.arange(len(features))

    def curves_of(matrix: Any) -> np.ndarray:
        from ..models.trees.walks import add_steps, over_rows

        columns = ensemble.columns(matrix)
        n_rows, n_points = columns.shape[1], len(order)
        # Rows that are alike in one large tree are so in the others: what is read and written of them lies together.
        rows = _rows_by_leaf(ensemble, columns) if _has_large_trees(ensemble) else np.arange(n_rows)
        curves = np.empty((n_rows, ensemble.n_outputs, n_points))

        def steps_of(some: np.ndarray, trees: slice) -> np.ndarray:
            nodes, values, roots, outputs, words, word_starts = ensemble.arrays
            steps = np.zeros((n_points + 1, ensemble.n_outputs, some.shape[1]))
            add_steps((nodes, values, roots[trees], outputs[trees], words, word_starts), some, places, points, steps)
            return steps

        def finish(part: slice, steps: np.ndarray) -> None:
            sums = np.cumsum(steps[:-1], axis=0, out=steps[:-1]).transpose(2, 0, 1)
            curves[rows[part, None], :, order] = ensemble.scores(sums)

        def work(part: slice) -> None:
            finish(part, steps_of(columns.take(rows[part], axis=1), slice(None)))

        at_once, n_trees = _rows_at_once(ensemble, n_points), len(ensemble.roots)
        if _FEWEST_SHARED <= n_rows <= at_once and curves.size:  # threads share the trees: each node is met once
            some = columns.take(rows, axis=1)
            finish(slice(None), np.sum(over_rows(n_trees, n_trees, lambda trees: steps_of(some, trees)), axis=0))
        elif curves.size:
            over_rows(n_rows, at_once, work)
        return curves.swapaxes(1, 2)

    return curves_of


def mean_tree_curves(
    ensemble: TreeEnsemble, matrix: Any, grids: Mapping[int, Any], weights: np.ndarray | None = None
) -> dict[int, np.ndarray]:
    """Return the mean scores of rows for each of some features alone, all from one pass.

    Parameters
    ----------
    ensemble, matrix
        As `tree_curves` takes them.
    grids : mapping of int to array-like of shape (n_points,)
        The values that each feature takes, by its position.
    weights : ndarray of shape (n_rows,), optional
        Of the rows in the mean.

    Returns
    -------
    dict of int to ndarray of shape (n_points, n_outputs), float64
    """
    from ..models.trees.walks import add_mean_steps, over_rows

    columns = ensemble.columns(matrix)
    n_rows = columns.shape[1]
    weights = np.ones(n_rows) if weights is None else np.ascontiguousarray(weights, dtype=np.float64)
    ordered = {feature: np.sort(ensemble.rounded(grid)) for feature, grid in grids.items()}
    n_points = max(map(len, ordered.values()))
    # Grids of one length: the last point of the shorter ones stands for more.
    points = np.stack([np.pad(grid, (0, n_points - len(grid)), mode="edge") for grid in ordered.values()])
    places = np.full(ensemble.n_features, -1)
    places[list(ordered)] = np.arange(len(ordered))

    def work(part: slice) -> tuple[np.ndarray, np.ndarray]:
        steps, sums = np.zeros((len(points), n_points + 1, ensemble.n_outputs)), np.zeros(ensemble.n_outputs)
        some = np.ascontiguousarray(columns[:, part])
        add_mean_steps(ensemble.arrays, some, weights[part], places, points, steps, sums)
        return steps, sums

    parts = over_rows(n_rows, _MOST_ROWS, work)
    steps, sums = (np.sum(each, axis=0) for each in zip(*parts, strict=True))
    means = ensemble.scores((np.cumsum(steps[:, :-1], axis=1) + sums) / weights.sum())
    return {
        feature: means[place, np.searchsorted(ordered[feature], ensemble.rounded(grid))]
        for place, (feature, grid) in enumerate(grids.items())
    }


def _rows_at_once(ensemble: TreeEnsemble, n_points: int) -> int:
    """Return how many rows go down together: their steps stay in the processor's cache, or many share large trees."""
    if _has_large_trees(ensemble):
        return _ROWS_OF_LARGE
    return min(_MOST_ROWS, max(_FEWEST_ROWS, _STEP_BYTES // (8 * (n_points + 1) * ensemble.n_outputs)))


def _rows_by_leaf(ensemble: TreeEnsemble, columns: np.ndarray) -> np.ndarray:
    """List rows so that those in one leaf of the first tree are neighbours."""
    from ..models.trees.walks import add_leaves

    nodes, values, roots, outputs, words, word_starts = ensemble.arrays
    sums = np.zeros((ensemble.n_outputs, columns.shape[1]))  # which nobody asks for
    return add_leaves((nodes, values, roots[:1], outputs, words, word_starts), columns, sums)


def _has_large_trees(ensemble: TreeEnsemble) -> bool:
    return len(ensemble.nodes) > _LARGE * len(ensemble.roots)
