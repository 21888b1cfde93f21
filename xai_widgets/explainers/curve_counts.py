"""How many curves lie on each pixel, and which meet a box: from 16 bits, compiled, in one file (`models.compiled`)."""

from __future__ import annotations

import numpy as np

from ..models.compiled import compiled

_AT_ONCE = 4096  # rows, that stay in the processor's cache


@compiled
def count_pairs(left: np.ndarray, right: np.ndarray, rows: np.ndarray, height: int, pairs: np.ndarray) -> int:
    """Count the rows of each pair of levels at two neighbouring points, and return the sum of what stands at the left.

    Parameters
    ----------
    left, right : ndarray of uint16 of shape (all rows,)
    rows : ndarray of uint32
        Which to count.
    height : int
        Levels: 65536 stored values are divided among them.
    pairs : ndarray of int32 of shape (height * height,)
        Written over.
    """
    pairs[:] = 0
    total = 0
    levels = np.uint32(height)
    for place in range(len(rows)):
        row = np.uintp(rows[place])
        total += left[row]
        low, high = (left[row] * levels) >> np.uint32(16), (right[row] * levels) >> np.uint32(16)
        pairs[np.uintp(low * levels + high)] += 1
    return total


@compiled
def draw_pairs(pairs: np.ndarray, height: int, start: int, stop: int, first: int, changes: np.ndarray) -> None:
    """Add the straight lines between two points to columns of pixels.

    Parameters
    ----------
    pairs : ndarray of int32 of shape (height * height,)
        See `count_pairs`.
    start, stop : int
        The columns of the points.
    first : int
        The first column to draw; the last one is `stop`.
    changes : ndarray of float64 of shape (columns, height + 1)
        By how much the count changes from pixel to pixel, upwards. A line is shared among the pixels that it passes
        since the column before, so that steep ones are not darker (Moritz, Fisher 2018, arXiv 1808.06019).
    """
    for low in range(height):
        for high in range(height):
            count = pairs[low * height + high]
            if count == 0:
                continue
            before = low + 0.5
            for column in range(first, stop + 1):
                share = (column - start) / (stop - start) if stop > start else 0.0
                now = low + 0.5 + (high - low) * share
                bottom, top = int(min(before, now)), int(max(before, now)) + 1
                changes[column, bottom] += count / (top - bottom)
                changes[column, top] -= count / (top - bottom)
                before = now


@compiled
def pass_box(
    stored: np.ndarray, ends: np.ndarray, shares: np.ndarray, first: int, stop: int, bottom: float, top: float
) -> np.ndarray:
    """Tell for each row whether its curve meets a height between two places.

    Parameters
    ----------
    stored : ndarray of uint16 of shape (points, rows)
    ends : ndarray of int of shape (n,)
        For each place that is no point of the grid the point after it.
    shares : ndarray of float32 of shape (n,)
        How far it is from the point before it to that one.
    first, stop : int
        The points between the places.
    bottom, top : float
        Of the height, which belong to it.
    """
    n_rows = stored.shape[1]
    passes = np.empty(n_rows, np.bool_)
    low, high = np.empty(_AT_ONCE, np.float32), np.empty(_AT_ONCE, np.float32)
    for begin in range(0, n_rows, _AT_ONCE):
        number = min(_AT_ONCE, n_rows - begin)
        low[:], high[:] = np.inf, -np.inf
        for end in range(len(ends)):
            before, after, share = stored[ends[end] - 1], stored[ends[end]], shares[end]
            for row in range(number):
                value = (np.float32(1) - share) * before[begin + row] + share * after[begin + row]
                low[row], high[row] = min(low[row], value), max(high[row], value)
        for point in range(first, stop):
            column = stored[point]
            for row in range(number):
                value = np.float32(column[begin + row])
                low[row], high[row] = min(low[row], value), max(high[row], value)
        for row in range(number):
            passes[begin + row] = low[row] <= top and high[row] >= bottom
    return passes
