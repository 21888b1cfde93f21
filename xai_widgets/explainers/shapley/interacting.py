"""Which other feature a feature's Shapley values depend on: what a dependence plot is coloured by."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ...models.tables import is_missing

_MOST_ROWS = 10_000
_MOST_WINDOW = 50  # rows


def interaction_strengths(
    values: np.ndarray, feature: np.ndarray, others: Iterable[np.ndarray], *, seed: int = 0
) -> np.ndarray:
    """Estimate how strongly a feature interacts with others, as `shap.utils.approximate_interactions` does.

    The rows are ordered by the feature. Among at most 50 neighbours, which hardly differ in it, its Shapley values
    differ only by what else they depend on: the strength is the sum over such windows of the absolute correlation
    between the Shapley values and the other feature, or whether that is missing if this correlates more.

    Parameters
    ----------
    values : ndarray of shape (rows,)
        The Shapley values of the feature.
    feature : ndarray of shape (rows,)
        Its own values: numbers or categories.
    others : iterable of ndarray of shape (rows,)
        Those of the other features.
    seed : int, default 0
        Of the 10 000 rows that are looked at where there are more.

    Returns
    -------
    ndarray of float of shape (others,)
        Comparable with each other alone.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).uniform(-1, 1, (200, 3))
    >>> strengths = interaction_strengths(X[:, 0] * X[:, 2], X[:, 0], [X[:, 1], X[:, 2]])
    >>> bool(strengths[1] > 2 * strengths[0])
    True
    """
    rows = np.arange(len(values))
    if len(rows) > _MOST_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(len(rows), _MOST_ROWS, replace=False))
    rows = rows[np.argsort(as_numbers(feature[rows]), kind="stable")]
    window = max(min(len(rows) // 10, _MOST_WINDOW), 1)
    strengths = []
    for other in others:
        numbers = as_numbers(other[rows])
        missing = np.isnan(numbers)
        strengths.append(
            max(_correlations(values[rows], each, window) for each in (numbers, missing.astype(np.float64)))
        )
    return np.array(strengths, dtype=np.float64)


def as_numbers(values: np.ndarray) -> np.ndarray:
    """Return values as float64: categories as their places in ascending order, what is missing as NaN."""
    if values.dtype.kind in "iufb":
        return values.astype(np.float64)
    numbers = np.full(len(values), np.nan)
    known = ~is_missing(values)
    numbers[known] = np.unique(values[known].astype(str), return_inverse=True)[1]
    return numbers


def _correlations(values: np.ndarray, other: np.ndarray, window: int) -> float:
    """Return the sum over windows of the absolute correlation; without spread, or with a value missing, it is none."""
    whole = len(values) // window * window
    parts = [(values[:whole].reshape(-1, window), other[:whole].reshape(-1, window))]
    if whole < len(values):
        parts.append((values[None, whole:], other[None, whole:]))
    total = 0.0
    for one, another in parts:
        left, right = (part - part.mean(axis=1, keepdims=True) for part in (one, another))
        with np.errstate(invalid="ignore", divide="ignore"):
            correlations = (left * right).sum(axis=1) / np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1))
        spread = (np.ptp(one, axis=1) > 0) & (np.ptp(another, axis=1) > 0)
        total += float(np.abs(correlations[spread & np.isfinite(correlations)]).sum())
    return total
