"""What points stand for: the bin or category by its exact frequency, and the value within it, looked up in tables."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np

from ..parts import Parts, finished

if TYPE_CHECKING:
    from .points import Points

_FEWEST_CELLS, _CELLS, _MOST_CELLS = 10, 13, 22  # powers of two: of one column, among very many, usual, of words
_ALL_CELLS = 1 << 21
_COLUMNS_AT_ONCE = 256
_CELLS_FOR_EACH_PLACE = 16
_WHOLE = 1 << 32  # as many points there are


@dataclass(frozen=True)
class Spread:
    """How the values of columns are spread: over places, and in each place by a normal, truncated to it.

    Attributes
    ----------
    low, high, mean, deviation, frequency : ndarray of shape (places,)
    """

    low: np.ndarray
    high: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    frequency: np.ndarray

    @classmethod
    def of_levels(cls, levels: np.ndarray, frequency: np.ndarray) -> Self:
        """Return places of a single value each."""
        numbers = levels.astype(np.float64)
        return cls(numbers, numbers, numbers, np.ones(len(numbers)), frequency)

    @classmethod
    def joined(cls, spreads: Sequence[Spread]) -> Self:
        """Return the places of all, one behind the other."""
        return cls(*(np.concatenate([getattr(each, part.name) for each in spreads]) for part in fields(cls)))

    def ends(self) -> np.ndarray:
        """Return the first point, of those of 32 bits, behind each place."""
        ends = np.cumsum(self.frequency)
        return np.asarray(np.rint(ends / ends[-1] * _WHOLE), np.int64)

    @functools.cached_property
    def _shares(self) -> tuple[np.ndarray, np.ndarray]:
        """How much of the untruncated normal is below each place, and within it."""
        from scipy.special import ndtr  # type: ignore[import-untyped]

        below = np.asarray(ndtr((self.low - self.mean) / self.deviation))
        return below, np.asarray(ndtr((self.high - self.mean) / self.deviation) - below)

    def values(self, places: np.ndarray, shares: np.ndarray) -> np.ndarray:
        """Return the quantiles, from 0 to 1, of what is drawn in some places."""
        from scipy.special import ndtri

        found = self.low[places]
        wide = np.flatnonzero(found < self.high[places])
        if len(wide):
            at, (below, within) = places[wide], self._shares
            drawn = self.mean[at] + self.deviation[at] * ndtri(below[at] + within[at] * shares[wide])
            found[wide] = np.clip(drawn, self.low[at], self.high[at])
        return np.asarray(found)


class Cells:
    """Tables of what points stand for, in each column.

    One number of 32 bits says both the place of a column and the value within it. Points next to each other are of one
    cell. Where all of a cell are of one place, the cell has a value, the quantile in its middle; where a place ends
    within it, each point is looked at by itself. So a place is drawn as often as its frequency says, however rare.

    Parameters
    ----------
    spreads : sequence of Spread
        By column.
    """

    def __init__(self, spreads: Sequence[Spread]) -> None:
        finished(self._made(spreads))

    @classmethod
    def in_parts(cls, spreads: Sequence[Spread]) -> Parts[Cells]:
        """Make them, and yield between some columns."""
        made = cls.__new__(cls)
        yield from made._made(spreads)  # noqa: SLF001 (ours)
        return made

    def _made(self, spreads: Sequence[Spread]) -> Parts[None]:
        usual = min(_CELLS, max(_FEWEST_CELLS, (_ALL_CELLS // len(spreads)).bit_length() - 1))
        powers = np.array([_power_of(len(spread.low), usual) for spread in spreads])
        self._offsets = np.cumsum(1 << powers) - (1 << powers)
        self._shifts = (32 - powers).astype(np.uint32)
        self._spread = Spread.joined(spreads)
        yield
        ends = []
        for spread in spreads:
            ends.append(spread.ends())
            if not len(ends) % _COLUMNS_AT_ONCE:
                yield
        self._counts = np.array([len(each) for each in ends])
        self._first_place = np.cumsum(self._counts) - self._counts
        self._ends = np.concatenate([each + column * _WHOLE for column, each in enumerate(ends)])
        self._starts = np.concatenate([[0], self._ends[:-1]])
        self._mixed = int(self._counts.max())  # a place that there is not
        self.places_type = np.min_scalar_type(self._mixed)
        self._values = np.empty(int((1 << powers).sum()))
        self._places = np.empty(len(self._values), self.places_type)
        for column, power in enumerate(powers.tolist()):
            cells = slice(self._offsets[column], self._offsets[column] + (1 << power))
            self._values[cells], self._places[cells] = self._table(column, power)
            if column % _COLUMNS_AT_ONCE == _COLUMNS_AT_ONCE - 1:
                yield

    def _table(self, column: int, power: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the value and the place of each cell of a column."""
        width = _WHOLE >> power
        first = np.arange(1 << power) * width + column * _WHOLE
        ends = self._ends[self._first_place[column] :][: self._counts[column]]
        places = np.searchsorted(ends, first, side="right")
        mixed = first + width > ends[places]
        values = self._values_of(first + (width - 1) / 2, places + self._first_place[column])
        return values, np.where(mixed, self._mixed, places).astype(self.places_type)

    def _values_of(self, points: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Return the values of points in places of all columns; points of column k begin at k times 2^32."""
        start = self._starts[places]
        return self._spread.values(places, (points - start + 0.5) / (self._ends[places] - start))

    def draw(self, points: Points) -> tuple[np.ndarray, np.ndarray]:
        """Return values and places of points of shape (samples, columns)."""
        cells = (points >> self._shifts) + self._offsets
        values, places = self._values.take(cells), self._places.take(cells)
        mixed = np.flatnonzero(places.ravel() == self._mixed)
        rows, columns = np.divmod(mixed, points.shape[1])
        alone = points[rows, columns] + columns * _WHOLE
        exact = np.searchsorted(self._ends, alone, side="right")
        values.ravel()[mixed] = self._values_of(alone, exact)
        places.ravel()[mixed] = exact - self._first_place[columns]
        return values, places


def _power_of(places: int, usual: int) -> int:
    return min(_MOST_CELLS, max(usual, (_CELLS_FOR_EACH_PLACE * places - 1).bit_length()))
