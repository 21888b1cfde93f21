"""The curves of many features, each moving alone: what they share is done once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..models.partitions import PartitionedTable
from ..models.predictors import Predictor
from ..models.tables import Table
from .dependence import Kind, PartialDependence, checked_weights
from .grids import Grid, make_grid
from .parts import Parts, finished
from .proved import agree, some_points, some_rows, without_jobs
from .tree_curves import mean_tree_curves
from .tree_walk import TreeWalk, trees_of

if TYPE_CHECKING:
    from ..models.trees import TreeEnsemble

_BYTES_OF_COPIES = 16 << 20  # of rows that a walk is proved on, at once


def partial_dependences(
    estimator: Any,
    X: Any,  # noqa: N803
    features: Iterable[Any] | None = None,
    *,
    kind: Kind = "average",
    grid_resolution: int = 100,
    percentiles: tuple[float, float] = (0.05, 0.95),
    custom_values: Mapping[Any, Any] | None = None,
    categorical_features: Any = None,
    sample_weight: Any = None,
    response_method: str = "auto",
    target: Any = None,
    feature_names: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Compute the partial dependence of many features, each alone.

    The numbers are those of `partial_dependence` for each feature. Where the model's trees can be read they come from
    one pass, which takes about as long as that of three features.

    Parameters
    ----------
    features : sequence of int or str, optional
        By name or position; by default all columns.
    estimator, X, kind, grid_resolution, percentiles, custom_values, categorical_features, sample_weight, \
response_method, target, feature_names
        See `partial_dependence`.

    Returns
    -------
    dict of str to sklearn.utils.Bunch
        What `partial_dependence` returns, by the feature's name.

    Raises
    ------
    InputError, ModelError
        As `partial_dependence` does, for any of the features.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0, 1.0], [1.0, 3.0]])
    >>> found = partial_dependences(lambda X: X[:, 0] * X[:, 1], X)
    >>> {name: each.average.tolist() for name, each in found.items()}
    {'x0': [[0.0, 2.0]], 'x1': [[0.5, 1.5]]}
    """
    table = Table.of(X, feature_names)
    names = [table.column(feature) for feature in (table.names if features is None else features)]
    predictor = Predictor(estimator, response_method=response_method, target=target, every_output=target is None)
    settings: dict[str, Any] = {
        "grid_resolution": grid_resolution,
        "percentiles": percentiles,
        "custom_values": custom_values,
        "categorical_features": categorical_features,
    }
    grids = {name: make_grid(table, name, **settings) for name in names}
    if kind == "average" and (walk := proved_walk(predictor, table, grids)) and _is_mean_of_scores(walk):
        return _bunches(grids, _means(walk, table, grids, checked_weights(sample_weight, table.n_rows)))
    return {
        name: PartialDependence(predictor, name, kind=kind, sample_weight=sample_weight, **settings)
        .explain(table)
        .bunch(kind)
        for name in names
    }


def proved_walk(predictor: Predictor, table: Table, grids: Mapping[str, Grid]) -> TreeWalk | None:
    """Return a walk through the model's trees, proved for each grid on some rows of a table.

    None where the trees cannot be read, or the model's own predictions are others, and for a table in parts.
    """
    return finished(walk_in_parts(predictor, table, grids))


def walk_in_parts(predictor: Predictor, table: Table, grids: Mapping[str, Grid]) -> Parts[TreeWalk | None]:
    """Do as `proved_walk` does, and yield between some features of very wide tables."""
    if isinstance(table, PartitionedTable) or not grids:
        return None
    trees = trees_of(predictor, predictor.fingerprint())
    if trees is None or trees.n_features != len(table.names):
        return None
    walk = TreeWalk(trees, predictor)
    if not walk.knows(table):
        return None
    rows = np.union1d(some_rows(table), table.odd_rows)
    some = [some_points(grid) for grid in grids.values()]
    at_once = max(1, _BYTES_OF_COPIES // (table.row_bytes * sum(len(rows) * grid.points for grid in some[:1])))
    expected, found = [], []
    for first in range(0, len(some), at_once):
        block = some[first : first + at_once]
        with without_jobs():
            expected.append(predictor.scores(_copies(table, rows, block)))
        try:
            found += [_scores(walk(table, rows, grid)) for grid in block]
        except Exception:  # noqa: BLE001 (whatever it is, the model can be asked)
            return None
        yield
    return walk if agree(np.concatenate(found), np.concatenate(expected), walk.precision) else None


def _copies(table: Table, rows: np.ndarray, grids: Sequence[Grid]) -> Any:
    """Return the native table of some rows for each point of each grid, so that one call answers for all."""
    block = [len(rows) * grid.points for grid in grids]
    starts = np.cumsum([0, *block])
    copies = table.rows(np.concatenate([np.tile(rows, grid.points) for grid in grids]))
    columns = {}
    for start, size, grid in zip(starts[:-1], block, grids, strict=True):
        for name, points in grid.columns.items():
            values = copies.values(name)
            moved = np.repeat(points, len(rows))
            columns[name] = np.concatenate([values[:start], moved, values[start + size :]])
    return copies.replaced(columns)


def _scores(curves: np.ndarray) -> np.ndarray:
    """Return curves as the rows of `_copies` lie, of shape (points x rows, outputs)."""
    return curves.transpose(2, 0, 1).reshape(-1, curves.shape[1])


def _is_mean_of_scores(walk: TreeWalk) -> bool:
    """Whether the mean of the model's answers is its answer for the mean of scores."""
    method = walk.predictor.method
    return method == "decision_function" or (
        walk.ensemble.link == "identity" and (method == "predict_proba" or walk.ensemble.classes is None)
    )


def _means(
    walk: TreeWalk, table: Table, grids: Mapping[str, Grid], weights: np.ndarray | None
) -> dict[str, np.ndarray]:
    trees: TreeEnsemble = walk.ensemble
    matrix = trees.encode_table(table)
    places = {name: table.names.index(name) for name in grids}
    points = {place: trees.encode(place, grids[name].columns[name]) for name, place in places.items()}
    means = mean_tree_curves(trees, matrix, points, weights)
    answers = {name: trees.respond(means[place], walk.predictor.method) for name, place in places.items()}
    return {name: walk.predictor.picked(found.reshape(len(found), -1)).T for name, found in answers.items()}


def _bunches(grids: Mapping[str, Grid], means: Mapping[str, np.ndarray]) -> dict[str, Any]:
    from sklearn.utils import Bunch  # type: ignore[import-untyped]

    return {
        name: Bunch(grid_values=[grid.axes[0].values], average=np.ascontiguousarray(means[name]))
        for name, grid in grids.items()
    }
