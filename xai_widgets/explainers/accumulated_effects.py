"""Accumulated local effects: how the prediction moves with a feature among the rows that have such values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..models import InputError
from ..models.predictors import Predictor
from ..models.tables import Table, is_missing

_MOST_BYTES = 8 << 20  # of copied rows that the model sees at once


@dataclass(frozen=True)
class AccumulatedEffects:
    """The effect of one feature, its mean over the rows zero.

    Attributes
    ----------
    grid_values : ndarray of shape (points,)
        The edges of the bins, or the categories in the order of the accumulation.
    effects : ndarray of shape (outputs, points)
        At each of these.
    steps : ndarray of shape (outputs, points - 1)
        The mean difference between the model's answers at each value and at the one before.
    counts : ndarray of int of shape (points - 1,) or (points,)
        Rows in each bin, or of each category.
    """

    grid_values: np.ndarray
    effects: np.ndarray
    steps: np.ndarray
    counts: np.ndarray


def accumulated_local_effects(
    model: Any,
    X: Any,  # noqa: N803
    feature: Any,
    *,
    n_bins: int = 40,
    order: Sequence[Any] | None = None,
    response_method: str = "auto",
    target: Any = None,
) -> AccumulatedEffects:
    """Compute the accumulated local effects of one feature.

    Source: Apley, Zhu 2020, JRSS B 82(4), arXiv 1612.08468, eq. 15 and 16. In each bin of the feature, the rows in it
    are moved to its two edges; the mean differences are added up from the left, and the mean over all rows is taken
    off. Rows are not moved further than that, so that correlated features make no rows that could not be. The edges
    are quantiles of the data; those that coincide are merged, so that no bin is empty. Rows without a value are left
    out.

    Parameters
    ----------
    model, response_method, target
        See `models.predictors.Predictor`.
    X : table
        See `models.tables.Table`.
    feature : int or str
        By name or position.
    n_bins : int, default 40
        At most; a numeric feature's.
    order : sequence of categories, optional
        The order in which categories are accumulated: neighbours should be alike. By default that of the column's
        levels, or else the sorted one. The effects depend on it.

    Raises
    ------
    InputError, ModelError
        For what cannot be explained, and where the model fails.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.linspace(0, 1, 5)[:, None]
    >>> found = accumulated_local_effects(lambda X: 2 * X[:, 0], X, 0, n_bins=2)
    >>> found.grid_values, found.effects, found.counts
    (array([0. , 0.5, 1. ]), array([[-0.9,  0.1,  1.1]]), array([3, 2]))
    """
    table = Table.of(X)
    name = table.column(feature)
    predictor = (
        model if isinstance(model, Predictor) else Predictor(model, response_method=response_method, target=target)
    )
    values = table.values(name)
    present = np.flatnonzero(~is_missing(values))
    if not len(present):
        raise InputError(
            f"The column {name!r} has no values.",
            given=f"{len(values)} rows, all of them missing",
            expected="at least one value",
            do="explain another column",
        )
    if table.kind(name) in ("numeric", "integer") and order is None:
        return _of_numbers(predictor, table, name, present, n_bins)
    return _of_categories(predictor, table, name, present, order)


def _of_numbers(predictor: Predictor, table: Table, name: str, present: np.ndarray, n_bins: Any) -> AccumulatedEffects:
    if not isinstance(n_bins, int | np.integer) or n_bins < 1:
        raise InputError(
            "There are too few bins.",
            given=f"n_bins={n_bins!r}",
            expected="a whole number of at least 1",
            do="choose 40, for instance",
        )
    values = table.values(name)[present]
    edges = np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1), method="inverted_cdf"))
    if len(edges) == 1:
        return _flat(predictor, table, edges, np.array([len(present)]), present)
    step = np.searchsorted(edges[1:-1], values)  # of bins that own their right edge; the first owns both
    counts = np.bincount(step, minlength=len(edges) - 1)
    steps = _mean_steps(_differences(predictor, table, name, present, edges[step], edges[step + 1]), step)
    effects = _accumulated(steps)
    mean = ((effects[:, 1:] + effects[:, :-1]) / 2) @ counts / len(present)
    return AccumulatedEffects(edges, effects - mean[:, None], steps, counts)


def _of_categories(
    predictor: Predictor, table: Table, name: str, present: np.ndarray, order: Sequence[Any] | None
) -> AccumulatedEffects:
    values = table.values(name)[present]
    ordered = _ordered(table, name, values, order)
    place = np.array([ordered.index(value) for value in values.tolist()])
    levels = np.empty(len(ordered), dtype=object)
    levels[:] = ordered
    levels = levels.astype(values.dtype) if not values.dtype.hasobject else levels
    counts = np.bincount(place, minlength=len(ordered))
    if len(ordered) == 1:
        return _flat(predictor, table, levels, counts, present)
    up, down = place < len(ordered) - 1, place > 0  # a row takes part in the steps to both its neighbours
    rows = np.concatenate([present[up], present[down]])
    step = np.concatenate([place[up], place[down] - 1])
    steps = _mean_steps(_differences(predictor, table, name, rows, levels[step], levels[step + 1]), step)
    effects = _accumulated(steps)
    mean = effects @ counts / len(present)
    return AccumulatedEffects(levels, effects - mean[:, None], steps, counts)


def _ordered(table: Table, name: str, values: np.ndarray, order: Sequence[Any] | None) -> list[Any]:
    seen = set(values.tolist())
    if order is None:
        levels = table.levels(name)
        return [value for value in (np.unique(values) if levels is None else levels).tolist() if value in seen]
    given = list(order)
    if set(given) != seen or len(given) != len(seen):
        raise InputError(
            f"The order is not one of the values of {name!r}.",
            given=f"order={given!r}",
            expected=f"each of {', '.join(sorted(map(repr, seen)))} once",
            do="put these in an order in which neighbours are alike",
        )
    return given


def _differences(
    predictor: Predictor, table: Table, name: str, rows: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Return what moving each row from its low to its high value adds, of shape (rows, outputs)."""
    at_once = max(1, _MOST_BYTES // table.row_bytes)
    found = []
    for first in range(0, len(rows), at_once):
        part = slice(first, first + at_once)
        block = table.rows(rows[part])
        ends = [predictor.scores(block.replaced({name: values[part]})) for values in (low, high)]
        found.append(ends[1] - ends[0])
    return np.concatenate(found)


def _mean_steps(differences: np.ndarray, step: np.ndarray) -> np.ndarray:
    counts = np.bincount(step)
    return np.stack([np.bincount(step, weights=column) / counts for column in differences.T])


def _accumulated(steps: np.ndarray) -> np.ndarray:
    return np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)


def _flat(
    predictor: Predictor, table: Table, values: np.ndarray, counts: np.ndarray, present: np.ndarray
) -> AccumulatedEffects:
    """Return the effect of a feature that has one value: none."""
    outputs = predictor.scores(table.take(present[:1])).shape[1]
    return AccumulatedEffects(values, np.zeros((outputs, 1)), np.zeros((outputs, 0)), counts)
