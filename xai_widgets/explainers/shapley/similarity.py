"""An order in which rows that are explained alike stand side by side."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..parts import Parts

MOST_EXACT = 300  # rows, or clusters of them: the time of an optimal order grows with the cube of their number
_NUMBERS_AT_ONCE = 400_000  # that are looked at: some ten milliseconds
_NUMBERS_OF_DIRECTION = 200_000
_DIFFERENCES_AT_ONCE = 1 << 25


def similarity_order(values: np.ndarray) -> np.ndarray:
    """Return the positions of rows so that neighbours have similar values.

    Up to 300 rows, the leaves of Ward's clustering in their optimal order: the one of all orders that the tree allows
    with the least sum of distances between neighbours. Of more rows, clusters of near ones are ordered so, and the rows
    of a cluster along the way from the cluster before it to the one after.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_features)
        Finite.

    Returns
    -------
    ndarray of int
        A permutation.

    Examples
    --------
    >>> import numpy as np
    >>> similarity_order(np.array([[1.0], [9.0], [1.1], [8.9]])).tolist()
    [1, 3, 2, 0]
    """
    *_, order = find_similarity_order(values)
    assert order is not None
    return order


def find_similarity_order(values: np.ndarray) -> Iterator[np.ndarray | None]:
    """Yield None after each piece of the work, and `similarity_order` at its end."""
    values = np.ascontiguousarray(values)
    if len(values) <= MOST_EXACT:
        yield (yield from _optimal_order(values))
        return
    clusters = yield from _clusters(values, MOST_EXACT)
    centres = np.array([values[rows].mean(axis=0) for rows in clusters])
    yield None
    order = yield from _optimal_order(centres)
    ways = centres[np.append(order[1:], order[-1])] - centres[np.append(order[0], order[:-1])]
    found = [
        clusters[cluster][np.argsort(values[clusters[cluster]] @ way, kind="stable")]
        for cluster, way in zip(order, ways, strict=True)
    ]
    yield np.concatenate(found)


def _optimal_order(points: np.ndarray) -> Parts[np.ndarray]:
    from scipy.cluster.hierarchy import (  # type: ignore[import-untyped]
        leaves_list,
        linkage,
        optimal_leaf_ordering,
    )
    from scipy.spatial.distance import cdist, squareform  # type: ignore[import-untyped]

    yield
    if len(points) < 3:
        return np.arange(len(points))
    between, at_once = np.empty((len(points), len(points))), max(1, _DIFFERENCES_AT_ONCE // points.size)
    for first in range(0, len(points), at_once):
        between[first : first + at_once] = cdist(points[first : first + at_once], points)
        yield
    distances = squareform(between, checks=False)
    tree = linkage(distances, "ward")
    yield
    return np.asarray(leaves_list(optimal_leaf_ordering(tree, distances)), dtype=np.intp)


def _clusters(values: np.ndarray, most: int) -> Parts[list[np.ndarray]]:
    """Part the rows into at most so many clusters of near ones.

    The cluster whose rows are together the farthest from their mean is halved, again and again, at the median along
    the direction in which it is longest.
    """
    every = np.arange(len(values))
    heap = [(-_spread(values), 0, every)]
    yield
    number = looked_at = 0
    while len(heap) < most and heap[0][0] < 0:
        _, _, rows = heapq.heappop(heap)
        for half in _halves(values, rows):
            number += 1
            heapq.heappush(heap, (-_spread(values[half]), number, half))
            looked_at += len(half) * values.shape[1]
            if looked_at >= _NUMBERS_AT_ONCE:
                looked_at = 0
                yield
    return [rows for _, _, rows in heap]


def _spread(points: np.ndarray) -> float:
    return float(points.var(axis=0).sum() * len(points))


def _halves(values: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Halve a cluster across its longest direction, found by a few steps of power iteration on some of its rows."""
    some = values[rows[:: 1 + len(rows) * values.shape[1] // _NUMBERS_OF_DIRECTION]]
    centred = some - some.mean(axis=0)
    direction = centred[np.argmax((centred**2).sum(axis=1))]
    for _ in range(3):
        direction = centred.T @ (centred @ direction)
        direction = direction / max(float(np.abs(direction).max()), np.finfo(np.float64).tiny)
    along = values @ direction if len(rows) == len(values) else values[rows] @ direction
    order = np.argsort(along, kind="stable")
    return rows[order[: len(rows) // 2]], rows[order[len(rows) // 2 :]]
