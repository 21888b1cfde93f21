"""A row with other values: which values its features may have, those that are asked checked, the row made."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..models import InputError
from ..models.tables import Kind, Table, is_missing

_MOST_OPTIONS = 1000  # of a list that a person looks through
_MOST_TOLD = 12  # of categories in a sentence


class WhatIf:
    """What the features of a table's rows may be changed to.

    Parameters
    ----------
    table : Table
        The rows as they are; never changed.

    Examples
    --------
    >>> import numpy as np
    >>> rows = WhatIf(Table.of(np.array([[1.0, 2.0], [3.0, 4.0]])))
    >>> rows.ranges[1]
    {'kind': 'number', 'low': 2.0, 'high': 4.0, 'whole': False, 'missing': False}
    >>> rows.changed(0, rows.checked({"x1": 9})).native()
    array([[1., 9.]])
    """

    def __init__(self, table: Table) -> None:
        self.table = table

    @functools.cached_property
    def ranges(self) -> list[dict[str, Any] | None]:
        """What each feature may be set to by hand: a number, about from `low` to `high`, or one of some `options`.

        None for what cannot be chosen from a list: a column without values, or of very many words.
        """
        return [self._range(name) for name in self.table.names]

    def values(self, row: Table) -> list[float | int | str | None]:
        """Return the values of a table of one row as they are shown: numbers, words, None for what is missing."""
        return [_shown(row.values(name)[0], self._is_number(name)) for name in self.table.names]

    def checked(self, changes: Mapping[Any, Any]) -> dict[str, Any]:
        """Return values by feature as plain ones of its kind, a category by its own name.

        Raises
        ------
        InputError
            Where there is no such feature, or its column has no such value.
        """
        return {name: self._checked(name, value) for name, value in self._named(changes).items()}

    def changed(self, index: int, changes: Mapping[str, Any]) -> Table:
        """Return a table of one row of this table, with `checked` values in the place of its own."""
        row = self.table.rows([index])
        if not changes:
            return row
        native = row.replaced({name: self._column(name, value) for name, value in changes.items()})
        return Table.of(native, None if hasattr(native, "columns") else self.table.names)

    def _named(self, changes: Mapping[Any, Any]) -> dict[str, Any]:
        if not isinstance(changes, Mapping):
            raise InputError(
                "What is to be changed?",
                given=f"{changes!r}, of type {type(changes).__name__}",
                expected="a dict of values by feature",
                do=f"pass {{{self.table.names[0]!r}: ...}}, for instance",
            )
        return {self.table.column(feature): value for feature, value in changes.items()}

    def _checked(self, name: str, value: Any) -> Any:
        plain = value.item() if isinstance(value, np.generic) else value
        if plain is None:
            if is_missing(self.table.values(name)).any():
                return None
            raise self._refused(name, value, "a value: none is missing in the data")
        return self._number(name, plain) if self._is_number(name) else self._category(name, plain)

    def _number(self, name: str, value: Any) -> float | int:
        whole = self._kinds[name] == "integer"
        expected = "a whole number" if whole else "a finite number"
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
            raise self._refused(name, value, expected)
        if whole and value != int(value):
            raise self._refused(name, value, expected)
        return int(value) if whole else float(value)

    def _category(self, name: str, value: Any) -> Any:
        options = self._options(name)
        if str(value) in options:
            return _plain(options[str(value)])
        for option in options.values():  # 1 is the category 1.0, but True is none
            if not isinstance(value, bool) and not isinstance(option, bool) and value == option:
                return _plain(option)
        told = ", ".join(map(repr, list(options)[:_MOST_TOLD]))
        more = f" and {len(options) - _MOST_TOLD} more" if len(options) > _MOST_TOLD else ""
        raise self._refused(name, value, f"one of {told}{more}")

    def _refused(self, name: str, value: Any, expected: str) -> InputError:
        return InputError(
            f"The feature {name!r} cannot be that.",
            given=f"{value!r}, of type {type(value).__name__}",
            expected=expected,
            do="choose such a value, or leave the feature as it is",
        )

    def _column(self, name: str, value: Any) -> np.ndarray:
        if self._is_number(name):
            return np.array([np.nan if value is None else value])
        if value is None:
            return np.array([None], dtype=object)
        option = self._options(name)[str(value)]
        return np.array([option], dtype=bool if isinstance(option, bool | np.bool) else object)

    def _range(self, name: str) -> dict[str, Any] | None:
        values = self.table.values(name)
        missing = bool(is_missing(values).any())
        if self._is_number(name):
            finite = values[np.isfinite(values.astype(np.float64))]
            if not len(finite):
                return None
            ends = {"low": float(finite.min()), "high": float(finite.max())}
            return {"kind": "number", **ends, "whole": self._kinds[name] == "integer", "missing": missing}
        options = self._options(name)
        if not 0 < len(options) <= _MOST_OPTIONS:
            return None
        return {"kind": "category", "options": list(options), "missing": missing}

    def _options(self, name: str) -> dict[str, Any]:
        """Return the values that a column of categories may have, by their text."""
        if name not in self._known_options:
            if self._kinds[name] == "boolean":
                found: Any = [False, True]
            else:
                levels = self.table.levels(name)
                found = self.table.unique(name) if levels is None else levels
            self._known_options[name] = {str(option): option for option in found}
        return self._known_options[name]

    @functools.cached_property
    def _known_options(self) -> dict[str, dict[str, Any]]:
        return {}

    def _is_number(self, name: str) -> bool:
        return self._kinds[name] in ("numeric", "integer")

    @functools.cached_property
    def _kinds(self) -> dict[str, Kind]:
        return {name: self.table.kind(name) for name in self.table.names}


def _plain(option: Any) -> str | int | float | bool:
    """Return a category as JSON can carry it: by its text where it is neither word, number nor truth value."""
    plain = option.item() if isinstance(option, np.generic) else option
    return plain if isinstance(plain, str | int | float | bool) else str(option)


def _shown(value: Any, is_number: bool) -> float | int | str | None:  # noqa: FBT001 (of a column, not an option)
    if not is_number:
        return None if is_missing(np.array([value], dtype=object))[0] else str(value)
    number = value.item() if isinstance(value, np.generic) else value
    if math.isnan(number):
        return None
    return number if math.isfinite(number) else str(number)


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond all floats
        return False
