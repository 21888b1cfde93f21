"""What is made of curves once they are there: centred ones, slopes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..models import InputError

_LEAST_STEP = 1e-290  # a slope over less may be no number


def centered(curves: np.ndarray, grid: np.ndarray, anchor: float | None = None) -> np.ndarray:
    """Return curves minus their own value at `anchor`, by default the first point of the grid.

    Each curve is centred before any averaging, so that bands are of the centred curves. Between two points of the grid
    a curve is taken as a straight line.

    Parameters
    ----------
    curves : ndarray of shape (..., points)
        Curves over one feature.
    grid : ndarray of shape (points,)
        Its values.
    anchor : float, optional
        Within the grid; a category where the grid holds those.

    Examples
    --------
    >>> import numpy as np
    >>> centered(np.array([[1.0, 3.0, 7.0]]), np.array([0.0, 1.0, 2.0]), anchor=1.5)
    array([[-4., -2.,  2.]])
    """
    curves = np.asarray(curves, dtype=np.float64)
    if anchor is None:
        return np.asarray(curves - curves[..., :1])
    if np.asarray(grid).dtype.kind not in "fiu":
        places = np.flatnonzero(np.asarray(grid) == anchor)
        if not len(places):
            raise _anchor_outside(anchor, f"one of {', '.join(map(repr, np.asarray(grid).tolist()))}")
        return np.asarray(curves - curves[..., places[:1]])
    order = np.argsort(grid, kind="stable")
    values = np.asarray(grid, dtype=np.float64)[order]
    if not values[0] <= anchor <= values[-1]:
        raise _anchor_outside(anchor, f"a number from {values[0]} to {values[-1]}")
    right = int(np.searchsorted(values, anchor))
    left = max(right - 1, 0)
    gap = values[right] - values[left]
    share = (anchor - values[left]) / gap if gap else 0.0
    at = (1 - share) * curves[..., order[left]] + share * curves[..., order[right]]
    centred: np.ndarray = curves - at[..., None]
    return centred


def derivative(curves: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Return the slope of each curve at each point of its grid: second-order differences within, first-order at ends.

    Of a model of trees, whose curves are steps, the slopes are spikes where the grid is fine: they say where it steps.

    Parameters
    ----------
    curves : ndarray of shape (..., points)
        Curves over one numeric feature.
    grid : ndarray of shape (points,)
        Its values, ascending, at least two.

    Examples
    --------
    >>> import numpy as np
    >>> derivative(np.array([[0.0, 1.0, 4.0]]), np.array([0.0, 1.0, 2.0]))
    array([[1., 2., 3.]])
    """
    values = np.asarray(grid)
    if not has_slopes(values):
        raise InputError(
            "There is no slope along this grid.",
            given=f"{len(values)} values of type {values.dtype}",
            expected="at least two numbers, ascending",
            do="use the curves themselves",
        )
    places = values.astype(np.float64)
    _, exponent = np.frexp(places[-1] - places[0])  # of 2: products of steps are numbers then, and digits stay
    slopes = np.gradient(np.asarray(curves, dtype=np.float64), np.ldexp(places, -exponent), axis=-1)
    return np.asarray(np.ldexp(slopes, -exponent))


def has_slopes(grid: np.ndarray) -> bool:
    """Whether a grid is of two numbers or more, ascending in double precision by steps that can be divided by."""
    if grid.dtype.kind not in "fiu" or len(grid) < 2:
        return False
    return bool((np.diff(grid.astype(np.float64)) > _LEAST_STEP).all())


def _anchor_outside(anchor: Any, expected: str) -> InputError:
    return InputError(
        "The anchor is not on the grid.", given=f"anchor={anchor!r}", expected=expected, do="choose one on the grid"
    )
