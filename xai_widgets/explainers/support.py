"""Where the data lie on a grid of two features, and where there are too few rows to believe what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ..models.tables import Table
    from .grids import Axis, Grid

REACH = 0.1  # of an axis, to either side: what is near
_FEW, _FEW_OF_ALL = 5, 100  # rows, or one of so many where that is less
_MOST_AT_ONCE = 1 << 21  # rows times points


@dataclass(frozen=True)
class PlacedAxis:
    """One side of a surface, and where on it the rows of the table lie.

    Attributes
    ----------
    name : str
        Of the feature.
    values : ndarray of float, or list of str
        Ascending numbers, or the names of categories.
    points : ndarray of int
        Which points of the grid these are.
    own : ndarray of float of shape (rows,)
        Each row's own value, or the position of its category in `values`; NaN for what is missing or elsewhere.
    whole : bool
        Whether there are whole numbers alone, and nothing between them.
    """

    name: str
    values: np.ndarray | list[str]
    points: np.ndarray
    own: np.ndarray
    whole: bool = False

    @property
    def categorical(self) -> bool:
        return isinstance(self.values, list)

    @property
    def places(self) -> np.ndarray:
        """Where the points lie: numbers at their value, categories side by side."""
        return np.arange(len(self.values), dtype=np.float64) if self.categorical else np.asarray(self.values)

    @property
    def inside(self) -> np.ndarray:
        """Of each row, whether it lies between the ends."""
        places = self.places
        found: np.ndarray = (self.own >= places[0]) & (self.own <= places[-1])
        return found

    @property
    def middle(self) -> float | str:
        """The median of the rows between the ends, or the most frequent category."""
        own, places = self.own[self.inside], self.places
        if isinstance(self.values, list):
            return self.values[int(np.bincount(own.astype(np.int64), minlength=len(places)).argmax())]
        median = np.median(own if len(own) else places)
        return float(places[np.abs(places - median).argmin()] if self.whole else median)

    def near(self, rows: slice) -> np.ndarray:
        """Return, of shape (rows, points), whether a row is near a point: in reach of it, or of its category."""
        with np.errstate(over="ignore"):  # of a row whose value no axis reaches
            apart = np.abs(self.own[rows, None] - self.places)
        if self.categorical:
            return np.asarray(apart == 0)
        return np.asarray(apart <= REACH * (self.places[-1] - self.places[0]))


@dataclass(frozen=True)
class Support:
    """How the rows of a table lie on a grid of two features.

    A point is `near` a row that is no further from it than a tenth of each axis of numbers, and of its category on each
    axis of categories. Where fewer than `least` rows are near, the model is asked about combinations that it has hardly
    seen, and its answers there are extrapolation. It takes five, or a hundredth of all rows where that is less.

    Examples
    --------
    >>> import numpy as np
    >>> from xai_widgets.explainers.grids import make_grid
    >>> from xai_widgets.models.tables import Table
    >>> table = Table.of(np.column_stack([np.arange(100.0), np.arange(100.0)]))
    >>> support = Support.of(table, make_grid(table, [0, 1], grid_resolution=3))
    >>> support.near
    array([[14,  0,  0],
           [ 0, 18,  0],
           [ 0,  0, 14]])
    >>> support.few.sum()
    np.int64(6)
    """

    axes: tuple[PlacedAxis, PlacedAxis]
    near: np.ndarray
    least: int

    @classmethod
    def of(cls, table: Table, grid: Grid) -> Support:
        """Lay the rows of a table on a grid."""
        first, second = (_placed(table, axis) for axis in grid.axes)
        near = np.zeros((len(first.places), len(second.places)), np.int64)
        at_once = max(1, _MOST_AT_ONCE // max(near.shape))
        for begin in range(0, table.n_rows, at_once):
            rows = slice(begin, begin + at_once)
            near += (first.near(rows).T.astype(np.float32) @ second.near(rows)).astype(np.int64)
        return cls((first, second), near, min(_FEW, -(-table.n_rows // _FEW_OF_ALL)))

    @property
    def few(self) -> np.ndarray:
        """Of each point, whether fewer rows are near than it takes."""
        found: np.ndarray = self.near < self.least
        return found

    def of_points(self, values: np.ndarray) -> np.ndarray:
        """Return what was computed on the grid, of shape (..., *grid), at the points that the axes show."""
        return np.asarray(values[..., self.axes[0].points[:, None], self.axes[1].points])

    def some_rows(self, rows: np.ndarray) -> np.ndarray:
        """Return the places of those of some rows that lie on the surface, of shape (rows, 2)."""
        first, second = self.axes
        chosen = rows[(first.inside & second.inside)[rows]]
        return np.column_stack([first.own[chosen], second.own[chosen]])


def _placed(table: Table, axis: Axis) -> PlacedAxis:
    own = table.values(axis.name)
    if axis.values.dtype.kind in "iuf" and not axis.categorical:
        values, points = np.unique(axis.values.astype(np.float64), return_index=True)
        numbers = own.astype(np.float64)
        known = np.isfinite(values)
        if not _is_switch(values[known], numbers):
            return PlacedAxis(axis.name, values[known], points[known], numbers, table.kind(axis.name) == "integer")
    listed = axis.values.tolist()
    places = {value: place for place, value in enumerate(listed)}
    found = np.array([places.get(value, np.nan) for value in own.tolist()], dtype=np.float64)
    return PlacedAxis(axis.name, [_named(value) for value in listed], np.arange(len(listed)), found)


def _is_switch(values: np.ndarray, own: np.ndarray) -> bool:
    """Whether there is nothing between the values: one alone, or two and no row elsewhere."""
    return len(values) < 2 or (len(values) == 2 and bool(np.isin(own[~np.isnan(own)], values).all()))


def _named(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
