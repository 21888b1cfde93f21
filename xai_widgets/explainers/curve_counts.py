"""How many curves pass each pixel, from columns of 16 bits. Compiled, and in one file: see `models.compiled`."""

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
def draw_pairs(
    pairs: np.ndarray, height: int, start: float, stop: float, first: int, last: int, changes: np.ndarray
) -> None:
    """Add the straight lines between two points to the columns of pixels from `first` to `last`.

    Parameters
    ----------
    pairs : ndarray of int32 of shape (height * height,)
        See `count_pairs`.
    start, stop : float
        Where the points lie, in columns.
    changes : ndarray of int64 of shape (columns, height + 1)
        By how much the count changes from pixel to pixel, upwards. A line fills what it passes since the column before.
    """
    span = max(stop - start, 1e-9)
    for low in range(height):
        for high in range(height):
            count = pairs[low * height + high]
            if count == 0:
                continue
            before = low + (high - low) * max(0.0, (first - 1 - start) / span)
            for column in range(first, last + 1):
                now = low + (high - low) * min(1.0, max(0.0, (column - start) / span))
                changes[column, int(min(before, now))] += count
                changes[column, int(max(before, now)) + 1] -= count
                before = now
