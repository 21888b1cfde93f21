"""Which points lie within shapes that a hand has drawn. Twin: js/lib/swarm_brush.ts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def inside(x: np.ndarray, y: np.ndarray, across: Sequence[float], up: Sequence[float]) -> np.ndarray:
    """Tell for each point whether it lies within a shape.

    Parameters
    ----------
    x, y : ndarray, shaped alike
        The points. One that is NaN lies nowhere.
    across, up : sequence of float
        The corners of the shape: the lower and the upper end of a box on each axis, its edge included; or three or
        more corners of a lasso, where it crosses itself by the even-odd rule.

    Returns
    -------
    ndarray of bool, shaped as x

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.array([0.5, 0.9, 2.0]), np.array([0.2, 0.9, 0.5])
    >>> inside(x, y, [0, 1], [0, 1])
    array([ True,  True, False])
    >>> inside(x, y, [0, 1, 0], [0, 0, 1])
    array([ True, False, False])
    """
    within = (x >= min(across)) & (x <= max(across)) & (y >= min(up)) & (y <= max(up))
    if len(across) == 2:
        return np.asarray(within)
    some = np.nonzero(within)
    px, py = x[some], y[some]
    odd = np.zeros(len(px), bool)
    for x0, y0, x1, y1 in zip(across, up, [*across[1:], across[0]], [*up[1:], up[0]], strict=True):
        if y0 != y1:  # a level side is crossed by its neighbours
            between = (y0 > py) != (y1 > py)
            odd ^= between & (px < x0 + (x1 - x0) * ((py - y0) / (y1 - y0)))
    within[some] = odd
    return np.asarray(within)
