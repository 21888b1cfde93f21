"""Which curves pass through boxes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


def brushed(curves: np.ndarray, grid: np.ndarray, boxes: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Tell for each curve whether it passes through the boxes, each joined to those before by its own "op".

    Between the points of the grid a curve is a straight line, so it passes through a box where its range over the
    box's width meets the box's height.

    Parameters
    ----------
    curves : ndarray of shape (rows, points)
    grid : ndarray of shape (points,)
        Ascending.
    boxes : sequence of mapping
        {"x": [low, high], "y": [low, high], "op": "and" | "or" | "not"}; the first one starts the set, whatever its op.

    Returns
    -------
    ndarray of bool of shape (rows,)
        None of them without a box.

    Examples
    --------
    >>> import numpy as np
    >>> curves = np.array([[0.0, 1.0], [0.0, -1.0]])
    >>> brushed(curves, np.array([0.0, 1.0]), [{"x": [0.4, 0.6], "y": [0.3, 0.5], "op": "and"}])
    array([ True, False])
    """
    return combined(boxes, functools.partial(_passes, curves, grid), len(curves))


def combined(
    boxes: Sequence[Mapping[str, Any]], passes: Callable[[Sequence[float], Sequence[float]], np.ndarray], rows: int
) -> np.ndarray:
    """Join the answers to boxes; `passes` tells for each of the rows whether it passes between x and y."""
    chosen = np.zeros(rows, bool)
    for place, box in enumerate(boxes):
        inside = passes(box["x"], box["y"])
        operation = box["op"] if place else "or"
        chosen = {"and": chosen & inside, "or": chosen | inside, "not": chosen & ~inside}[operation]
    return chosen


def _passes(curves: np.ndarray, grid: np.ndarray, x: Sequence[float], y: Sequence[float]) -> np.ndarray:
    low, high = max(x[0], grid[0]), min(x[1], grid[-1])
    if low > high:
        return np.zeros(len(curves), bool)
    inside = curves[:, (grid >= low) & (grid <= high)]
    over = np.column_stack([_at(curves, grid, low), inside, _at(curves, grid, high)])
    return np.asarray((over.min(axis=1) <= y[1]) & (over.max(axis=1) >= y[0]))


def _at(curves: np.ndarray, grid: np.ndarray, x: float) -> np.ndarray:
    """Return the height of each curve at a place within the grid; of points that coincide, that of the first."""
    right = int(np.searchsorted(grid, x).clip(1, len(grid) - 1)) if len(grid) > 1 else 0
    left = max(0, right - 1)
    gap = grid[right] - grid[left]
    share = (x - grid[left]) / gap if gap else 0.0
    return np.asarray((1 - share) * curves[:, left] + share * curves[:, right])
