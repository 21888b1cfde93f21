"""Walks of rows through trees, compiled: straight to a leaf, or along every branch that some values take.

All of them are in this file, for the sake of their cache: see `compiled`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import numba
import numpy as np

from ..compiled import compiled

Arrays: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
_FEWEST = 64  # rows that are worth a thread


def _n_threads() -> int:
    settings: Any = numba.config
    return int(settings.NUMBA_NUM_THREADS)


def over_rows(n_rows: int, at_once: int, work: Callable[[slice], Any]) -> None:
    """Do work on equal parts of the rows, `at_once` at most, on as many threads as numba would take.

    Threads of ours: numba's own may be entered by one thread at a time on some machines, which end the process if two
    try.
    """
    n_threads = max(1, min(_n_threads(), n_rows // _FEWEST))
    n_parts = -(-n_rows // (at_once * n_threads)) * n_threads
    edges = [n_rows * part // max(1, n_parts) for part in range(n_parts + 1)]
    parts = [slice(*edge) for edge in itertools.pairwise(edges)]
    if n_threads == 1:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(n_threads, "xai_widgets trees") as pool:
        for _ in pool.map(work, parts):
            pass


# In the walks the two comparisons stand by themselves, each with its own way on, so that the processor may guess; and
# positions are unsigned, so that numba need not ask whether they count from the end. Both together halve their time.


@compiled
def _goes_left(node: Any, x: float, words: np.ndarray, word_starts: np.ndarray) -> bool:
    """Say where a value goes that is neither at most the threshold nor above it."""
    if np.isnan(x):
        return node.missing_left  # type: ignore[no-any-return]
    start = word_starts[node.category_set]
    n_codes = 32 * (word_starts[node.category_set + 1] - start)
    if x <= -1 or x >= n_codes:
        return False
    code = int(x)
    return (words[start + code // 32] >> np.uint32(code % 32)) & np.uint32(1) == 1  # type: ignore[no-any-return]


@compiled
def add_leaves(trees: Arrays, rows: np.ndarray, sums: np.ndarray) -> None:
    """Add the leaves of rows to `sums` of shape (rows, outputs)."""
    nodes, values, roots, outputs, words, word_starts = trees
    for tree in range(len(roots)):
        for row in range(len(rows)):
            node = nodes[roots[tree]]
            feature = node.feature
            while feature >= 0:
                x = rows[row, np.uint32(feature)]
                if x <= node.threshold:
                    node = nodes[node.left]
                elif x > node.threshold:
                    node = nodes[node.right]
                else:
                    node = nodes[node.left if _goes_left(node, x, words, word_starts) else node.right]
                feature = node.feature
            for k in range(values.shape[1]):
                sums[row, outputs[tree] + k] += values[node.left, k]


@compiled
def add_steps(  # noqa: C901, PLR0912 a function for a part of the innermost loop would double its time
    trees: Arrays, rows: np.ndarray, feature: int, n_left: np.ndarray, steps: np.ndarray
) -> None:
    """Add the steps of the curves of rows over a sorted grid of a feature's numbers.

    `n_left` says for each node that asks for the feature how many points go left: the first ones, as the grid is
    sorted. So a walk holds an interval of points, and a leaf that it ends in adds a step up at its first point and one
    down behind its last to `steps` of shape (rows, points + 1, outputs), whose running sum is the curves.
    """
    nodes, values, roots, outputs, words, word_starts = trees
    n_points = np.uint32(steps.shape[1] - 1)
    waiting = np.empty((3, n_points), np.uint32)  # intervals that wait are disjoint: never more than points
    for tree in range(len(roots)):
        for row in range(len(rows)):
            at, first, behind = roots[tree], np.uint32(0), n_points
            n_waiting = np.uint32(0)
            while True:
                node = nodes[at]
                asked = node.feature
                if asked < 0:
                    for k in range(values.shape[1]):
                        steps[row, first, outputs[tree] + k] += values[node.left, k]
                        steps[row, behind, outputs[tree] + k] -= values[node.left, k]
                    if n_waiting == 0:
                        break
                    n_waiting -= np.uint32(1)
                    at, first, behind = waiting[0, n_waiting], waiting[1, n_waiting], waiting[2, n_waiting]
                elif asked == feature:
                    middle = n_left[at]
                    if middle >= behind:
                        at = node.left
                    elif middle <= first:
                        at = node.right
                    else:
                        waiting[0, n_waiting], waiting[1, n_waiting], waiting[2, n_waiting] = node.right, middle, behind
                        n_waiting += np.uint32(1)
                        at, behind = node.left, middle
                else:
                    x = rows[row, np.uint32(asked)]
                    if x <= node.threshold:
                        at = node.left
                    elif x > node.threshold:
                        at = node.right
                    else:
                        at = node.left if _goes_left(node, x, words, word_starts) else node.right


@compiled
def points_left(trees: Arrays, columns: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return for each node which of at most 64 points of a grid go left, a bit for each.

    `columns` has for each feature its column in `points` of shape (points, features of the grid), -1 for the others.
    """
    nodes, _, _, _, words, word_starts = trees
    masks = np.zeros(len(nodes), np.uint64)
    for at in range(len(nodes)):
        node = nodes[at]
        if node.feature >= 0 and columns[node.feature] >= 0:
            for point in range(len(points)):
                x = points[point, columns[node.feature]]
                above = x > node.threshold
                if x <= node.threshold or (not above and _goes_left(node, x, words, word_starts)):
                    masks[at] |= np.uint64(1) << np.uint64(point)
    return masks


@compiled
def add_points(  # noqa: C901, PLR0912 as above
    trees: Arrays, rows: np.ndarray, columns: np.ndarray, masks: np.ndarray, sums: np.ndarray
) -> None:
    """Add the leaves of rows at each of at most 64 points to `sums` of shape (rows, points, outputs).

    For grids of any kind: `masks` are those of `points_left`, and a walk holds the set of points that come by.
    """
    nodes, values, roots, outputs, words, word_starts = trees
    n_points = np.uint64(sums.shape[1])
    waiting, sets_waiting = np.empty(n_points, np.uint32), np.empty(n_points, np.uint64)
    for tree in range(len(roots)):
        for row in range(len(rows)):
            at, here = roots[tree], np.uint64(0xFFFFFFFFFFFFFFFF) >> (np.uint64(64) - n_points)
            n_waiting = np.uint32(0)
            while True:
                node = nodes[at]
                asked = node.feature
                if asked < 0:
                    for point in range(n_points):
                        if (here >> np.uint64(point)) & np.uint64(1):
                            for k in range(values.shape[1]):
                                sums[row, point, outputs[tree] + k] += values[node.left, k]
                    if n_waiting == 0:
                        break
                    n_waiting -= np.uint32(1)
                    at, here = waiting[n_waiting], sets_waiting[n_waiting]
                elif columns[asked] >= 0:
                    to_left, to_right = here & masks[at], here & ~masks[at]
                    if to_right == 0:
                        at = node.left
                    elif to_left == 0:
                        at = node.right
                    else:
                        waiting[n_waiting], sets_waiting[n_waiting] = node.right, to_right
                        n_waiting += np.uint32(1)
                        at, here = node.left, to_left
                else:
                    x = rows[row, np.uint32(asked)]
                    if x <= node.threshold:
                        at = node.left
                    elif x > node.threshold:
                        at = node.right
                    else:
                        at = node.left if _goes_left(node, x, words, word_starts) else node.right
