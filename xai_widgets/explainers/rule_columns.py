"""A column as rules see it: its values numbered, and the conditions that it offers."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from ..models.tables import is_missing

_FEW = 12  # values of a whole number that are named one by one
_MOST_NAMED = 3  # categories in one condition

Operator = Literal["=", "≠", "in", "<", ">="]
Offer = tuple[Operator, Callable[[int], tuple[int, ...]], np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class RuleColumn:
    """The values of some rows.

    Attributes
    ----------
    name : str
    codes : ndarray of int of shape (rows,)
        The number of each row's value among `levels`.
    levels : list
        The values there are: numbers ascending, and None at the end where some are missing.
    ordered : bool
        Whether thresholds are offered.
    named : bool
        Whether single values are.
    """

    name: str
    codes: np.ndarray
    levels: list[Any]
    ordered: bool
    named: bool

    @property
    def n_known(self) -> int:
        return len(self.levels) - (self.levels[-1] is None)

    @property
    def n_choices(self) -> int:
        """How many conditions it offers."""
        return 2 * self.n_known * (self.ordered + self.named) + (self.n_known < len(self.levels))

    def coarse(self, most: int) -> RuleColumn:
        """Return the column with at most so many levels, of about as many rows each; itself where it has no more."""
        known = self.n_known
        if not self.ordered or known <= most:
            return self
        below = np.cumsum(np.bincount(self.codes, minlength=known)[:known])
        bins = (most * (below - 1)) // below[-1]  # of the last row of each level
        kept, places = np.unique(bins, return_inverse=True)
        levels = [self.levels[first] for first in np.searchsorted(bins, kept).tolist()]
        missing = self.levels[known:]
        return replace(self, codes=np.append(places, len(kept))[self.codes], levels=levels + missing, named=False)

    def counts(self, chosen: np.ndarray) -> np.ndarray:
        """Return how many of the chosen rows have each level."""
        return np.bincount(self.codes[chosen], minlength=len(self.levels))

    def offers(self, ours: np.ndarray, others: np.ndarray) -> Iterator[Offer]:
        """Yield kinds of conditions: operator, what makes each, and how many rows it names of ours and of the others.

        Parameters
        ----------
        ours, others : ndarray of shape (levels,)
            How many rows have each level.
        """
        known = self.n_known
        if self.ordered and known > 1:
            below = np.cumsum(ours[: known - 1]), np.cumsum(others[: known - 1])
            yield "<", lambda place: (place + 1,), *below
            yield ">=", lambda place: (place + 1,), ours[:known].sum() - below[0], others[:known].sum() - below[1]
        levels = np.arange(0 if self.named else known, len(self.levels))
        if len(levels) and len(self.levels) > 1:
            yield "=", lambda place: (int(levels[place]),), ours[levels], others[levels]
            if len(self.levels) > 2 or known < 2:
                rest = ours.sum() - ours[levels], others.sum() - others[levels]
                yield "≠", lambda place: (int(levels[place]),), *rest
        if self.named and known > 3:
            share = ours[:known] / np.maximum(ours[:known] + others[:known], 1e-12)
            best = np.lexsort((np.arange(known), -ours[:known], -share))[:_MOST_NAMED]
            several = np.cumsum(ours[best])[1:], np.cumsum(others[best])[1:]
            yield "in", lambda place: tuple(sorted(int(level) for level in best[: place + 2])), *several


@dataclass(frozen=True, eq=False)
class Choice:
    """One condition of a column."""

    column: RuleColumn
    operator: Operator
    levels: tuple[int, ...]

    @functools.cached_property
    def rows(self) -> np.ndarray:
        """Which rows satisfy it."""
        codes, level = self.column.codes, self.levels[0]
        match self.operator:
            case "<":
                return np.asarray(codes < level)
            case ">=":
                return np.asarray((codes >= level) & (codes < self.column.n_known))
            case "≠":
                return np.asarray(codes != level)
        return np.isin(codes, self.levels)

    @property
    def value(self) -> Any:
        """What the condition compares with, in the column's unit."""
        levels = self.column.levels
        if self.operator in ("<", ">="):
            return levels[self.levels[0]]
        named = tuple(levels[level] for level in self.levels)
        return named if self.operator == "in" else named[0]


def read_column(name: str, kind: str, values: np.ndarray) -> RuleColumn:
    """Return a column of some kind (see `models.tables.Table.kind`) with its values numbered."""
    missing = is_missing(values)
    if kind in ("numeric", "integer"):
        found, places = np.unique(values[~missing], return_inverse=True)
        levels, few = found.tolist(), len(found) <= (_FEW if (found == np.floor(found)).all() else 2)
        ordered = len(found) > 2
    else:
        known = values[~missing]
        listed = list(known) if known.dtype.kind in "mM" else known.tolist()  # which makes numbers of dates
        numbers: dict[Any, int] = {}
        places = np.array([numbers.setdefault(value, len(numbers)) for value in listed], np.intp)
        levels = sorted(numbers, key=lambda value: (isinstance(value, str), str(value)))
        order = {value: place for place, value in enumerate(levels)}
        places = np.array([order[value] for value in numbers], np.intp)[places] if numbers else places
        few, ordered = True, False
    codes = np.full(len(values), len(levels), np.intp)
    codes[~missing] = places
    return RuleColumn(name, codes, [*levels, None] if missing.any() else levels, ordered, few)


def roundest(low: float, high: float) -> float | int:
    """Return the roundest number above `low` and at most `high`; a whole one where these are.

    Examples
    --------
    >>> roundest(0.6085, 0.6142), roundest(-0.003, 0.02), roundest(17, 23), roundest(1234.1, 1234.2)
    (0.61, 0.0, 20, 1234.2)
    """
    whole = isinstance(low, int) and isinstance(high, int)
    reach = max(1.0, min(abs(low), abs(high)))
    near, far = max(low, high - reach), min(high, low + reach)  # no further than need be from either
    if not (math.isfinite(near) and math.isfinite(far)):
        return high
    middle = near + (far - near) / 2
    first = math.floor(math.log10(max(abs(near), abs(far), 1e-300))) + 1
    for place in range(first, -1 if whole else first - 18, -1):
        for value in (round(middle, -place), math.floor(far * 10.0**-place) * 10.0**place):
            tidy = int(value) if whole else float(f"{value:.15g}") + 0.0
            if low < tidy <= high:
                return tidy
    return high
