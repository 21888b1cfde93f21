"""Rows go down trees, many at once, compiled: to a leaf, or to every leaf that points of a grid lead to.

All of them are in this file, for the sake of their cache: see `compiled`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar

import numba
import numpy as np

from ..compiled import compiled, part

Arrays: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
_FEWEST = 64  # rows that are worth a thread
_Result = TypeVar("_Result")


def _n_threads() -> int:
    settings: Any = numba.config
    return int(settings.NUMBA_NUM_THREADS)


def over_rows(n_rows: int, at_once: int, work: Callable[[slice], _Result]) -> list[_Result]:
    """Do work on equal parts of the rows, `at_once` at most, on as many threads as numba would take.

    Threads of ours: numba's own may be entered by one thread at a time on some machines, which end the process if two
    try.
    """
    n_threads = max(1, min(_n_threads(), n_rows // _FEWEST))
    n_parts = -(-n_rows // (at_once * n_threads)) * n_threads
    edges = [n_rows * part // max(1, n_parts) for part in range(n_parts + 1)]
    parts = [slice(*edge) for edge in itertools.pairwise(edges)]
    if n_threads == 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(n_threads, "xai_widgets trees") as pool:
        return list(pool.map(work, parts))


# Rows that have come to a node part there without a branch that the processor would have to guess: they stay in one
# list, those that go left before the others, so that all that come to a node later are neighbours in it. At a node that
# asks for a moving feature it is the points of the grid that part, and all rows go both ways: their list is used twice,
# in whatever order the first use left it. Positions are unsigned, so that numba need not ask whether they count from
# the end.


@part
def _goes_left(node: Any, x: float, words: np.ndarray, word_starts: np.ndarray) -> bool:
    """Say where a value goes at a node with a set of categories."""
    if np.isnan(x):
        return node.missing_left  # type: ignore[no-any-return]
    start = word_starts[node.category_set]
    n_codes = 32 * (word_starts[node.category_set + 1] - start)
    if x <= -1 or x >= n_codes:
        return False
    code = int(x)
    return (words[start + code // 32] >> np.uint32(code % 32)) & np.uint32(1) == 1  # type: ignore[no-any-return]


@part
def _part(
    node: Any,
    words: np.ndarray,
    word_starts: np.ndarray,
    values: np.ndarray,
    place: Any,
    listed: np.ndarray,
    aside: np.ndarray,
    first: Any,
    behind: Any,
) -> Any:
    """Bring those listed whose values go left at a node before the others, in order; return where these begin."""
    threshold, left = node.threshold, np.uint64(first)
    if node.category_set >= 0:
        for at in range(first, behind):
            one = listed[at]
            goes = _goes_left(node, values[place, one], words, word_starts)
            listed[left], aside[np.uint64(at) - left] = one, one
            left += np.uint64(goes)
    elif node.missing_left:
        for at in range(first, behind):
            one = listed[at]
            goes = not values[place, one] > threshold  # as NaN is
            listed[left], aside[np.uint64(at) - left] = one, one
            left += np.uint64(goes)
    else:
        for at in range(first, behind):
            one = listed[at]
            goes = values[place, one] <= threshold  # as NaN is not
            listed[left], aside[np.uint64(at) - left] = one, one
            left += np.uint64(goes)
    for at in range(np.uint64(behind) - left):
        listed[left + at] = aside[at]
    return left


@part
def _neighbours(points: np.ndarray, low: Any, high: Any) -> Any:
    """Return how many of some points, from the first on, are neighbours."""
    one = np.uint64(1)
    if points[high - one] - points[low] == high - low - one:
        return high - low
    n = one
    while points[low + n] == points[low] + n:
        n += one
    return n


@part
def _add_leaf(
    steps: np.ndarray,
    output: Any,
    value: float,
    rows: np.ndarray,
    first: Any,
    behind: Any,
    points: np.ndarray,
    low: Any,
    high: Any,
) -> None:
    """Let the curves of rows step up at the first of neighbouring points, and down behind the last."""
    n_points = len(steps) - 1
    while low < high:
        n = _neighbours(points, low, high)
        start, stop = points[low], points[low] + n
        low += n
        for at in range(first, behind):
            steps[start, output, rows[at]] += value
        if stop < n_points:
            for at in range(first, behind):
                steps[stop, output, rows[at]] -= value


@part
def _doubled(points: np.ndarray, low: Any, high: Any) -> np.ndarray:
    """Return the points with those from `low` to `high` once more behind them, to be parted: their order counts."""
    if high + (high - low) > len(points):
        points = _longer(points)
    for place in range(low, high):
        points[place + (high - low)] = points[place]
    return points


@part
def _count(rows: np.ndarray) -> None:
    """List all rows in order, so that those which come to a node lie in order in memory too."""
    for row in range(len(rows)):
        rows[row] = row


@part
def _longer(listed: np.ndarray) -> np.ndarray:
    """Return a list twice as long that begins as it is."""
    longer = np.empty(2 * len(listed), np.uint32)
    for place in range(len(listed)):
        longer[place] = listed[place]
    return longer


@part
def _grown(waiting: np.ndarray) -> np.ndarray:
    """Return a list of those that wait, twice as long, that begins as it is."""
    longer = np.empty((2 * len(waiting), waiting.shape[1]), np.uint32)
    for at in range(len(waiting)):
        for place in range(waiting.shape[1]):
            longer[at, place] = waiting[at, place]
    return longer


@compiled
def add_leaves(trees: Arrays, columns: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Add the leaves of rows, given as in `add_steps`, to `sums` of shape (outputs, rows).

    Return the rows in a list in which those of one leaf of the last tree are neighbours.
    """
    nodes, values, roots, outputs, words, word_starts = trees
    one, n_rows = np.uint64(1), np.uint64(columns.shape[1])
    rows, aside = np.empty(n_rows, np.uint32), np.empty(n_rows, np.uint32)
    waiting = np.empty((64, 3), np.uint32)
    for tree in range(len(roots)):
        n_waiting = np.uint64(0)
        _count(rows)
        at, first, behind = roots[tree], np.uint64(0), n_rows
        while True:
            node = nodes[at]
            if node.feature < 0:
                for k in range(values.shape[1]):
                    output, value = outputs[tree] + np.uint32(k), values[node.left, k]
                    for place in range(first, behind):
                        sums[output, rows[place]] += value
                if n_waiting == 0:
                    break
                n_waiting -= one
                at, first, behind = waiting[n_waiting, 0], waiting[n_waiting, 1], waiting[n_waiting, 2]
                continue
            if n_waiting == len(waiting):
                waiting = _grown(waiting)
            feature = np.uint32(node.feature)
            middle = _part(node, words, word_starts, columns, feature, rows, aside, first, behind)
            if middle == first:
                at = node.right
            elif middle == behind:
                at = node.left
            else:
                waiting[n_waiting, 0], waiting[n_waiting, 1], waiting[n_waiting, 2] = node.right, middle, behind
                n_waiting += one
                at, behind = node.left, middle
    return rows


@compiled
def add_steps(  # noqa: C901, PLR0912 one loop: what is done at a node is too little for more functions
    trees: Arrays, columns: np.ndarray, places: np.ndarray, grid: np.ndarray, steps: np.ndarray
) -> None:
    """Add the steps of the curves of rows to `steps` of shape (points + 1, outputs, rows).

    The rows are `columns` of shape (features, rows). `grid` of shape (moving features, points) has in its row
    `places[feature]` what a feature is set to; that is -1 for the others. The running sum of the steps is the curves.
    """
    nodes, values, roots, outputs, words, word_starts = trees
    one, n_points, n_rows = np.uint64(1), np.uint64(grid.shape[1]), np.uint64(columns.shape[1])
    rows, aside = np.empty(n_rows, np.uint32), np.empty(max(n_rows, n_points), np.uint32)
    points = np.arange(np.uint32(4) * n_points, dtype=np.uint32)  # those at the root, then those of nodes below it
    waiting = np.empty((64, 5), np.uint32)
    for tree in range(len(roots)):
        n_waiting = np.uint64(0)
        _count(rows)
        at, first, behind, low, high = roots[tree], np.uint64(0), n_rows, np.uint64(0), n_points
        while True:
            node = nodes[at]
            if node.feature < 0:
                for k in range(values.shape[1]):
                    output, value = outputs[tree] + np.uint32(k), values[node.left, k]
                    _add_leaf(steps, output, value, rows, first, behind, points, low, high)
                if n_waiting == 0:
                    break
                n_waiting -= one
                at, first, behind = waiting[n_waiting, 0], waiting[n_waiting, 1], waiting[n_waiting, 2]
                low, high = waiting[n_waiting, 3], waiting[n_waiting, 4]
                continue
            if n_waiting == len(waiting):
                waiting = _grown(waiting)
            moving = places[np.uint32(node.feature)]
            if moving < 0:
                feature = np.uint32(node.feature)
                middle = _part(node, words, word_starts, columns, feature, rows, aside, first, behind)
                if middle == first:
                    at = node.right
                elif middle == behind:
                    at = node.left
                else:
                    waiting[n_waiting, 0], waiting[n_waiting, 1], waiting[n_waiting, 2] = node.right, middle, behind
                    waiting[n_waiting, 3], waiting[n_waiting, 4] = low, high
                    n_waiting += one
                    at, behind = node.left, middle
            else:
                end, points = high + (high - low), _doubled(points, low, high)
                middle = _part(node, words, word_starts, grid, np.uint32(moving), points, aside, high, end)
                if middle == high:
                    at = node.right
                elif middle == end:
                    at = node.left
                else:  # on the right first: its points lie above those of the left
                    waiting[n_waiting, 0], waiting[n_waiting, 1], waiting[n_waiting, 2] = node.left, first, behind
                    waiting[n_waiting, 3], waiting[n_waiting, 4] = high, middle
                    n_waiting += one
                    at, low, high = node.right, middle, end


@compiled
def add_mean_steps(  # noqa: C901, PLR0912, PLR0915 as above
    trees: Arrays,
    columns: np.ndarray,
    weights: np.ndarray,
    places: np.ndarray,
    grid: np.ndarray,
    steps: np.ndarray,
    sums: np.ndarray,
) -> None:
    """Add weighted sums of rows' steps to `steps` of shape (moving, points + 1, outputs), each feature moving alone.

    Rows, places and grid are as in `add_steps`. To `sums` of shape (outputs,) go the leaves of the rows as they are;
    `steps` have what a moving feature adds to those. So a tree is left to the rows as they are but below the first node
    that asks for a feature, where all rows that come by go on with that feature moving too.
    """
    nodes, values, roots, outputs, words, word_starts = trees
    one, n_points, n_rows = np.uint64(1), np.uint64(grid.shape[1]), np.uint64(columns.shape[1])
    nothing = np.uint32(len(grid))  # moves
    rows, aside = np.empty(n_rows, np.uint32), np.empty(max(n_rows, n_points), np.uint32)
    points = np.arange(np.uint32(4) * n_points, dtype=np.uint32)
    waiting = np.empty((64, 7), np.uint32)
    path = np.empty(64, np.uint32)  # what was first asked for on the way, of rows as they are
    for tree in range(len(roots)):
        n_waiting, n_path = np.uint64(0), np.uint64(0)
        _count(rows)
        at, first, behind, low, high = roots[tree], np.uint64(0), n_rows, np.uint64(0), n_points
        moving = nothing
        while True:
            node = nodes[at]
            if node.feature < 0:
                weight = 0.0
                for place in range(first, behind):
                    weight += weights[rows[place]]
                for k in range(values.shape[1]):
                    output, value = outputs[tree] + np.uint32(k), weight * values[node.left, k]
                    if moving == nothing:
                        sums[output] += value
                        for place in range(n_path):
                            steps[path[place], 0, output] -= value
                    else:
                        some = low
                        while some < high:
                            n = _neighbours(points, some, high)
                            steps[moving, points[some], output] += value
                            steps[moving, points[some] + n, output] -= value
                            some += n
                if n_waiting == 0:
                    break
                n_waiting -= one
                at, first, behind = waiting[n_waiting, 0], waiting[n_waiting, 1], waiting[n_waiting, 2]
                low, high = waiting[n_waiting, 3], waiting[n_waiting, 4]
                moving, n_path = waiting[n_waiting, 5], waiting[n_waiting, 6]
                continue
            if n_waiting + one >= len(waiting):
                waiting = _grown(waiting)
            place = places[np.uint32(node.feature)]
            if moving == nothing and place >= 0:
                is_new = True
                for step in range(n_path):
                    is_new &= path[step] != np.uint32(place)
                if is_new:
                    waiting[n_waiting, 0], waiting[n_waiting, 1], waiting[n_waiting, 2] = at, first, behind
                    waiting[n_waiting, 3], waiting[n_waiting, 4] = low, high
                    waiting[n_waiting, 5], waiting[n_waiting, 6] = np.uint32(place), n_path
                    n_waiting += one
                    if n_path == len(path):
                        path = _longer(path)
                    path[n_path] = np.uint32(place)
                    n_path += one
            if moving == nothing or place != np.int64(moving):
                feature = np.uint32(node.feature)
                middle = _part(node, words, word_starts, columns, feature, rows, aside, first, behind)
                if middle == first:
                    at = node.right
                elif middle == behind:
                    at = node.left
                else:
                    waiting[n_waiting, 0], waiting[n_waiting, 1], waiting[n_waiting, 2] = node.right, middle, behind
                    waiting[n_waiting, 3], waiting[n_waiting, 4] = low, high
                    waiting[n_waiting, 5], waiting[n_waiting, 6] = moving, n_path
                    n_waiting += one
                    at, behind = node.left, middle
            else:
                end, points = high + (high - low), _doubled(points, low, high)
                middle = _part(node, words, word_starts, grid, moving, points, aside, high, end)
                if middle == high:
                    at = node.right
                elif middle == end:
                    at = node.left
                else:
                    waiting[n_waiting, 0], waiting[n_waiting, 1], waiting[n_waiting, 2] = node.left, first, behind
                    waiting[n_waiting, 3], waiting[n_waiting, 4] = high, middle
                    waiting[n_waiting, 5], waiting[n_waiting, 6] = moving, n_path
                    n_waiting += one
                    at, low, high = node.right, middle, end
