"""Very many curves, held so that brushing and drawing them takes no longer than a hand waits."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from .brushing import combined

_MOST = np.iinfo(np.uint16).max
_ROUNDING = 1e-9  # of sums and differences of shares
_ALONE = 50_000  # curves that are counted sooner than threads begin
_MOST_THREADS = 4
_AT_ONCE = 4096  # curves, that stay in the processor's cache


@dataclass(frozen=True)
class Bundle:
    """What is drawn of some curves.

    Attributes
    ----------
    count : int
    sums : ndarray of float of shape (points,)
        Of the curves' stored values.
    changes : ndarray of float64 of shape (columns, height + 1)
        By how much the count of curves changes from pixel to pixel, upwards.
    """

    count: int
    sums: np.ndarray
    changes: np.ndarray

    @property
    def density(self) -> np.ndarray:
        """How many curves lie on each pixel, of shape (height, columns), the highest values first.

        In a column a curve is shared among the pixels that it passes since the column before.
        """
        counts: np.ndarray = self.changes.cumsum(axis=1)[:, -2::-1].T
        return np.where(counts > _ROUNDING * self.count, counts, 0.0)

    def __sub__(self, other: Bundle) -> Bundle:
        return Bundle(self.count - other.count, self.sums - other.sums, self.changes - other.changes)


@dataclass(frozen=True, eq=False)
class CurveColumns:
    """Curves in 16 bits of their common range, point after point; `CurveColumns.of` makes them.

    Parameters
    ----------
    stored : ndarray of uint16 of shape (points, rows)
        The value is `low + stored * scale`.
    low, scale : float
    places : ndarray of float of shape (points,)
        The grid, ascending.

    Examples
    --------
    >>> import numpy as np
    >>> columns = CurveColumns.of([np.array([[0.0, 1.0], [0.0, -1.0]])], np.array([0.0, 1.0]))
    >>> columns.brushed([{"x": [0.4, 0.6], "y": [0.3, 0.5], "op": "and"}])
    array([ True, False])
    >>> columns.bundle(None, 3, 4).density
    array([[0. , 0. , 0.5, 1. ],
           [2. , 2. , 1. , 0. ],
           [0. , 0. , 0.5, 1. ]])
    """

    stored: np.ndarray
    low: float
    scale: float
    places: np.ndarray

    @classmethod
    def of(
        cls, blocks: Sequence[np.ndarray], places: np.ndarray, drawn: Callable[[np.ndarray], np.ndarray] = np.asarray
    ) -> CurveColumns:
        """Take curves, in blocks of shape (rows, points).

        Parameters
        ----------
        blocks : sequence of ndarray
        places : ndarray of float of shape (points,)
        drawn : callable, optional
            What is taken of some of them; it is asked twice, and its answers are not kept.
        """
        pieces = [block[first : first + _AT_ONCE] for block in blocks for first in range(0, len(block), _AT_ONCE)]
        stops = np.cumsum(list(map(len, pieces)))
        stored = np.empty((len(places), stops[-1]), np.uint16)
        parts = np.split(stored.T, stops[:-1])
        with ThreadPoolExecutor(_threads(stops[-1])) as pool:
            low, scale = _range(pool.map(lambda piece: _ends(drawn(piece)), pieces))
            list(pool.map(lambda piece, part: _store(_double(drawn(piece)), low, scale, part), pieces, parts))
        return cls(stored, low, scale, np.asarray(places, dtype=np.float64))

    @property
    def high(self) -> float:
        return self.low + _MOST * self.scale

    def centered(self, anchor: float | None) -> CurveColumns:
        """Return the differences of curves from their own value at a place, by default the first."""
        place = self.places[0] if anchor is None else min(max(anchor, self.places[0]), self.places[-1])
        zero = self._at(place)
        stored = np.empty_like(self.stored)
        with ThreadPoolExecutor(_threads(len(zero))) as pool:
            low, scale = _range(pool.map(lambda column: _ends(column - zero), self.stored))
            list(pool.map(lambda column, part: _store(column - zero, low, scale, part), self.stored, stored))
        return CurveColumns(stored, low * self.scale, scale * self.scale, self.places)

    def brushed(self, boxes: Sequence[Mapping[str, Any]]) -> np.ndarray:
        """Tell for each curve whether it passes through boxes, as `brushing.brushed` does."""
        return combined(boxes, self._passes, self.stored.shape[1])

    def mean(self, bundle: Bundle) -> np.ndarray | None:
        """Return the mean of the curves of a bundle; None where there are none."""
        return self.low + self.scale * bundle.sums / bundle.count if bundle.count else None

    def bundle(self, marks: np.ndarray | None, height: int, width: int, everything: Bundle | None = None) -> Bundle:
        """Count curves on an image whose corners are the ends of the grid and of the curves' range.

        Parameters
        ----------
        marks : ndarray of bool of shape (rows,), optional
            Which curves; by default all.
        height, width : int
            Of the image, in pixels.
        everything : Bundle, optional
            Of all curves on such an image: where most are marked, the others are taken from it.
        """
        if marks is None:
            return self._counted(np.arange(self.stored.shape[1], dtype=np.uint32), height, width)
        few = everything is None or 2 * np.count_nonzero(marks) <= len(marks)
        counted = self._counted(np.flatnonzero(marks if few else ~marks).astype(np.uint32), height, width)
        return counted if few or everything is None else everything - counted

    def _counted(self, rows: np.ndarray, height: int, width: int) -> Bundle:
        """Count rows, the lines after each point by a thread: no two draw on the same columns."""
        n_points = len(self.places)
        changes, sums = np.zeros((width, height + 1)), np.empty(n_points)
        count = functools.partial(self._count, rows, height, self._columns(width).tolist(), changes, sums)
        threads = _threads(len(rows))
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(count, np.array_split(np.arange(n_points), threads)))
        return Bundle(len(rows), sums, changes)

    def _count(
        self,
        rows: np.ndarray,
        height: int,
        columns: list[int],
        changes: np.ndarray,
        sums: np.ndarray,
        points: np.ndarray,
    ) -> None:
        from .curve_counts import count_pairs, draw_pairs

        last = len(self.places) - 1
        pairs = np.empty(height * height, np.int32)
        for point in points.tolist():
            right = min(point + 1, last)
            sums[point] = count_pairs(self.stored[point], self.stored[right], rows, height, pairs)
            if right > point or last == 0:
                first = columns[point] + (point > 0)  # a point's own column ends the line before it
                draw_pairs(pairs, height, columns[point], columns[right], first, changes)

    def _columns(self, width: int) -> np.ndarray:
        """Return the column of pixels nearest to each point."""
        span = self.places[-1] - self.places[0]
        shares = (self.places - self.places[0]) / span if span else np.zeros(len(self.places))
        columns: np.ndarray = np.rint(shares * (width - 1)).astype(np.int64)
        return columns

    def _passes(self, x: Sequence[float], y: Sequence[float]) -> np.ndarray:
        from .curve_counts import pass_box

        left, right = max(x[0], self.places[0]), min(x[1], self.places[-1])
        if left > right:
            return np.zeros(self.stored.shape[1], bool)
        first, stop = np.searchsorted(self.places, left), np.searchsorted(self.places, right, "right")
        between = [end for end in (left, right) if end not in self.places]
        after = np.searchsorted(self.places, between)
        steps = self.places[after] - self.places[after - 1]
        shares = ((between - self.places[after - 1]) / steps).astype(np.float32)
        bottom, top = ((end - self.low) / self.scale for end in y)
        return pass_box(self.stored, after, shares, first, stop, bottom, top)

    def _at(self, x: float) -> np.ndarray:
        """Return the stored height of each curve at a place within the grid."""
        right = int(np.searchsorted(self.places, x))
        if self.places[right] == x:
            return np.asarray(self.stored[right], dtype=np.float32)
        share = np.float32((x - self.places[right - 1]) / (self.places[right] - self.places[right - 1]))
        between: np.ndarray = (1 - share) * self.stored[right - 1] + share * self.stored[right]
        return between


def _double(values: np.ndarray) -> np.ndarray:
    """Return a copy in double precision: the range of single ones may be too large for theirs."""
    return np.array(values, dtype=np.float64)


def _ends(values: np.ndarray) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _range(ends: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Return the lowest of all values, and how far apart the 65536 are that stand for them."""
    lows, highs = zip(*ends, strict=True)
    return min(lows), (max(highs) - min(lows)) / _MOST or 1.0


def _store(values: np.ndarray, low: float, scale: float, stored: np.ndarray) -> None:
    """Write what stands for values, which are written over."""
    values -= low
    values /= scale
    stored[:] = np.rint(values, out=values)


def _threads(rows: int) -> int:
    """Return how many threads work on so many curves."""
    return min(_MOST_THREADS, os.cpu_count() or 1) if rows > _ALONE else 1
