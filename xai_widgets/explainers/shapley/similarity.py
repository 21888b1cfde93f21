"""An order in which rows that are explained alike stand side by side."""

from __future__ import annotations

import numpy as np

MOST_EXACT = 500  # rows, or clusters of them: the time of an optimal order grows with the cube of their number
_LEAST_PARTED = 2


def similarity_order(values: np.ndarray) -> np.ndarray:
    """Return the positions of rows so that neighbours have similar values.

    Up to 500 rows, the leaves of Ward's clustering in their optimal order: the one of all orders that the tree allows
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
    n_rows = len(values)
    if n_rows <= MOST_EXACT:
        return _optimal_order(values)
    clusters = _clusters(values, MOST_EXACT)
    centres = np.array([values[rows].mean(axis=0) for rows in clusters])
    order = _optimal_order(centres)
    ordered = []
    for place, cluster in enumerate(order):
        before, after = centres[order[max(0, place - 1)]], centres[order[min(len(order) - 1, place + 1)]]
        rows = clusters[cluster]
        ordered.append(rows[np.argsort(values[rows] @ (after - before), kind="stable")])
    return np.concatenate(ordered)


def _optimal_order(points: np.ndarray) -> np.ndarray:
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering  # type: ignore[import-untyped]
    from scipy.spatial.distance import pdist  # type: ignore[import-untyped]

    if len(points) <= _LEAST_PARTED:
        return np.arange(len(points))
    distances = pdist(points)
    tree = linkage(distances, "ward")
    return np.asarray(leaves_list(optimal_leaf_ordering(tree, distances)), dtype=np.intp)


def _clusters(values: np.ndarray, most: int) -> list[np.ndarray]:
    """Part the rows into at most so many clusters of near ones.

    The cluster whose rows are together the farthest from their mean is halved, again and again, at the median along
    the direction in which it is longest.
    """
    import heapq

    def entry(rows: np.ndarray, number: int) -> tuple[float, int, np.ndarray]:
        return -float(values[rows].var(axis=0).sum() * len(rows)), number, rows

    heap = [entry(np.arange(len(values)), 0)]
    number = 1
    while len(heap) < most and -heap[0][0] > 0:
        _, _, rows = heapq.heappop(heap)
        low, high = _halves(values, rows)
        heapq.heappush(heap, entry(low, number))
        heapq.heappush(heap, entry(high, number + 1))
        number += 2
    return [rows for _, _, rows in heap]


def _halves(values: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Halve a cluster across its longest direction, found by a few steps of power iteration."""
    centred = values[rows] - values[rows].mean(axis=0)
    direction = centred[np.argmax((centred**2).sum(axis=1))]
    for _ in range(3):
        direction = centred.T @ (centred @ direction)
        direction = direction / max(float(np.abs(direction).max()), np.finfo(np.float64).tiny)
    order = np.argsort(centred @ direction, kind="stable")
    return rows[order[: len(rows) // 2]], rows[order[len(rows) // 2 :]]
