"""How many curves lie on each pixel, from columns of 16 bits. Compiled, and in one file: see `models.compiled`."""

from __future__ import annotations

import numpy as np

from ..models.compiled import compiled


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
