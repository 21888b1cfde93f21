"""Which rows of a table pass filters on its columns."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..models import InputError
from ..models.tables import Table, is_missing, sorted_unique
from .grids import feature_name, feature_values

_NO_GROUPS: Mapping[str, Sequence[str]] = {}

Category = str | bool | int | float
Filters = dict[str, list[Any]]


@dataclass(frozen=True)
class Column:
    """A column as filters read it.

    Attributes
    ----------
    values : ndarray of shape (rows,)
        Numbers, float64 with NaN where one is missing; or places among the categories, int32 with -1 there.
    categories : tuple or None
        Words, truth values or numbers, as JSON has them; None for numbers.
    """

    values: np.ndarray
    categories: tuple[Category, ...] | None

    @staticmethod
    def of(table: Table, name: str, groups: Mapping[str, Sequence[str]] = _NO_GROUPS) -> Column:
        """Read a column of a table, or a group of one-hot columns as the names of these."""
        values = feature_values(table, name, groups)
        if _holds_numbers(table, name, groups):
            return Column(values.astype(np.float64), None)
        if values.dtype.kind in "mM":  # times are told as words
            times, values = values, values.astype(str).astype(object)
            values[is_missing(times)] = None
        levels = _levels(table, name, groups)
        known = sorted_unique(values[~is_missing(values)]) if levels is None else levels
        places = {value: place for place, value in enumerate(known.tolist())}
        codes = np.fromiter((places.get(value, -1) for value in values.tolist()), np.int32, len(values))
        return Column(codes, tuple(map(_plain, places)))

    def passing(self, wanted: list[Any]) -> np.ndarray:
        """Tell for each row whether it passes; one whose value is missing where None is wanted."""
        known = [each for each in wanted if each is not None]
        if self.categories is None:
            low, high = known or (np.inf, -np.inf)
            missing = np.isnan(self.values) & (None in wanted)
            return np.asarray(((self.values >= low) & (self.values <= high)) | missing)
        passes = np.zeros(len(self.categories) + 1, bool)
        passes[[self.categories.index(category) for category in known]] = True
        passes[-1] = None in wanted
        return np.asarray(passes[self.values])


class Filtering:
    """Filters on the columns of one table, checked and applied.

    Parameters
    ----------
    table : Table
        Its columns are read at first use: of numbers and of known categories to apply a filter, of others to check one.
    groups : dict of str to sequence of str, optional
        One-hot columns that are one feature, by its name.

    Examples
    --------
    >>> import numpy as np
    >>> filtering = Filtering(Table.of(np.array([[1.0], [2.0], [3.0]])))
    >>> filtering.passing(filtering.checked({"x0": (1.5, 3)}))
    array([False,  True,  True])
    """

    def __init__(self, table: Table, groups: Mapping[str, Sequence[str]] = _NO_GROUPS) -> None:
        self._table = table
        self._groups = groups
        self.column = functools.cache(functools.partial(Column.of, table, groups=self._groups))

    def checked(self, given: Any) -> Filters:
        """Return filters by column name: [low, high] for numbers, a list of categories for others, in their order.

        None at the end of either lets rows pass that have no value.

        Raises
        ------
        InputError
            For a feature that is not there, a range that is none, a category that the column does not have.
        """
        if not isinstance(given, Mapping):
            raise InputError(
                "Filters are a dict.",
                given=f"{given!r}, of type {type(given).__name__}",
                expected="a feature's name, and [low, high] or a list of categories, for each filter",
                do='write {"temp": [0, 20]} for instance, {} for no filter',
            )
        names = {feature: feature_name(self._table, feature, self._groups) for feature in given}
        return {name: self._checked(name, given[feature]) for feature, name in names.items()}

    def passing(self, filters: Filters) -> np.ndarray:
        """Tell for each row whether it passes all filters, which have been checked."""
        passes = np.ones(self._table.n_rows, bool)
        for name, wanted in filters.items():
            passes &= self.column(name).passing(wanted)
        return passes

    def _checked(self, name: str, given: Any) -> list[Any]:
        if _holds_numbers(self._table, name, self._groups):
            return _checked_range(name, given)
        levels = _levels(self._table, name, self._groups)
        known = self.column(name).categories if levels is None else tuple(map(_plain, levels.tolist()))
        return _checked_categories(name, given, known or ())


def _holds_numbers(table: Table, name: str, groups: Mapping[str, Sequence[str]]) -> bool:
    return name not in groups and table.kind(name) in ("numeric", "integer")


def _levels(table: Table, name: str, groups: Mapping[str, Sequence[str]]) -> np.ndarray | None:
    """Return the categories that are known without reading the column."""
    return np.asarray(groups[name], dtype=object) if name in groups else table.levels(name)


def _checked_range(name: str, given: Any) -> list[Any]:
    ends, missing = _parted(given)
    numbers = all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends)
    if missing and not ends:
        return missing
    if len(ends) != 2 or not numbers or not all(map(_is_finite, ends)) or ends[0] > ends[1]:
        raise InputError(
            f"{name!r} holds numbers: its filter is a range.",
            given=f"{given!r}",
            expected="[low, high], two finite numbers in ascending order; both belong to it",
            do="for an open end give the column's own lowest or highest value; add None for rows without a value",
        )
    return ends + missing


def _checked_categories(name: str, given: Any, categories: tuple[Category, ...]) -> list[Any]:
    listed, missing = _parted(given)
    wanted = set(listed) if _is_list(given) else None
    unknown = None if wanted is None else sorted(wanted.difference(categories), key=str)
    if wanted is None or unknown:
        shown = ", ".join(map(repr, categories[:12])) + (", ..." if len(categories) > 12 else "")
        raise InputError(
            f"{name!r} has no such category." if unknown else f"The filter of {name!r} is no list of categories.",
            given=", ".join(map(repr, unknown)) if unknown else f"{given!r}",
            expected=f"a list of some of {shown}",
            do="choose among these; an empty list lets no row pass",
        )
    return [category for category in categories if category in wanted] + missing


def _parted(given: Any) -> tuple[list[Any], list[None]]:
    """Return the values of a list as JSON has them, and [None] where None is among them."""
    listed = list(given) if _is_list(given) else []
    return [_plain(each) for each in listed if each is not None], [None][: any(each is None for each in listed)]


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number beyond all floats
        return False


def _is_list(given: Any) -> bool:
    return isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    value = value.item() if isinstance(value, np.generic) else value
    return value if isinstance(value, str | bool | int | float) else str(value)
