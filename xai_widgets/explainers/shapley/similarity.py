"""An order in which rows that are explained alike stand side by side."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import numpy as np

MOST_EXACT = 400  # rows, or clusters of them: the time of an optimal order grows with the cube of their number
_HALVED_AT_ONCE = 20_000  # rows: some ten milliseconds


def similarity_order(values: np.ndarray) -> np.ndarray:
    """Return the positions of rows so that neighbours have similar values.

    Up to 400 rows, the leaves of Ward's clustering in their optimal order: the one of all orders that the tree allows
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
    clusters = [np.arange(len(values))]
    if len(values) <= MOST_EXACT:
        yield _optimal_order(values)
        return
    for clusters in _clusters(values, MOST_EXACT):  # noqa: B007 (the last ones count)
        yield None
    centres = np.array([values[rows].mean(axis=0) for rows in clusters])
    order = _optimal_order(centres)
    yield None
    ways = centres[np.append(order[1:], order[-1])] - centres[np.append(order[0], order[:-1])]
    found = [
        clusters[cluster][np.argsort(values[clusters[cluster]] @ way, kind="stable")]
        for cluster, way in zip(order, ways, strict=True)
    ]
    yield np.concatenate(found)


def _optimal_order(points: np.ndarray) -> np.ndarray:
    from scipy.cluster.hierarchy import (  # type: ignore[import-untyped]
        leaves_list,
        linkage,
        optimal_leaf_ordering,
    )
    from scipy.spatial.distance import pdist  # type: ignore[import-untyped]

    if len(points) < 3:
        return np.arange(len(points))
    distances = pdist(points)
    tree = linkage(distances, "ward")
    return np.asarray(leaves_list(optimal_leaf_ordering(tree, distances)), dtype=np.intp)


def _clusters(values: np.ndarray, most: int) -> Iterator[list[np.ndarray]]:
    """Part the rows into clusters of near ones, more and more of them, at most so many.

    The cluster whose rows are together the farthest from their mean is halved, again and again, at the median along
    the direction in which it is longest.
    """
    every = np.arange(len(values))
    heap = [(-_spread(values[every]), 0, every)]
    number = halved = 0
    while len(heap) < most and heap[0][0] < 0:
        _, _, rows = heapq.heappop(heap)
        for half in _halves(values, rows):
            number += 1
            heapq.heappush(heap, (-_spread(values[half]), number, half))
        halved += len(rows)
        if halved >= _HALVED_AT_ONCE:
            halved = 0
            yield [rows for _, _, rows in heap]
    yield [rows for _, _, rows in heap]


def _spread(points: np.ndarray) -> float:
    return float(points.var(axis=0).sum() * len(points))


def _halves(values: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Halve a cluster across its longest direction, found by a few steps of power iteration."""
    centred = values[rows] - values[rows].mean(axis=0)
    direction = centred[np.argmax((centred**2).sum(axis=1))]
    for _ in range(3):
        direction = centred.T @ (centred @ direction)
        direction = direction / max(float(np.abs(direction).max()), np.finfo(np.float64).tiny)
    order = np.argsort(centred @ direction, kind="stable")
    return rows[order[: len(rows) // 2]], rows[order[len(rows) // 2 :]]
