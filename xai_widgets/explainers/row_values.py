"""One row of a table, in any of the forms that people pass one in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..models import InputError
from ..models.tables import ArrayTable, Table


def row_values(row: Any, table: Table) -> list[Any]:
    """Return the values of a row by the columns of a table, missing ones as they are.

    Parameters
    ----------
    row : int, mapping, sequence, or table of one row
        An int is a position in the table; a mapping or a Series with the columns' names goes by name.
    table : Table

    Raises
    ------
    InputError
        Where there is no such row, or it has other columns.

    Examples
    --------
    >>> table = Table.of(np.array([[1.0, 2.0], [3.0, 4.0]]))
    >>> row_values(1, table), row_values({"x1": 6, "x0": 5}, table)
    ([3.0, 4.0], [5, 6])
    """
    names = table.names
    if is_position(row, table):
        return _first_of(table.rows([int(row)]), names)
    if isinstance(row, Mapping) or (hasattr(row, "to_dict") and np.ndim(row) == 1):
        named = {str(name): value for name, value in dict(row).items()}
        if set(named) == set(names):
            return [plain(named[name]) for name in names]
        if isinstance(row, Mapping) or not _is_counted(named):
            raise _other_columns(list(named), names)
        row = list(named.values())
    if np.ndim(row) == 1 and not hasattr(row, "columns"):
        values = [plain(value) for value in (row.tolist() if hasattr(row, "tolist") else row)]
        if len(values) != len(names):
            raise InputError(
                "The row has not one value for each column.",
                given=f"{len(values)} values",
                expected=f"{len(names)}: {', '.join(names[:12])}{', ...' if len(names) > 12 else ''}",
                do="pass a row like those of the training data",
            )
        return values
    return _of_one(row, names)


def is_position(row: Any, table: Table) -> bool:
    """Whether a row is given by its position; raise InputError where there is none at it."""
    if not isinstance(row, int | np.integer) or isinstance(row, bool):
        return False
    if not 0 <= row < table.n_rows:
        raise InputError(
            "There is no such row.",
            given=f"row={row}",
            expected=f"a position from 0 to {table.n_rows - 1}, or the row's values",
            do="count from 0",
        )
    return True


def plain(value: Any) -> Any:
    """Return a number of numpy as one of Python's."""
    return value.item() if isinstance(value, np.generic) else value


def _of_one(row: Any, names: tuple[str, ...]) -> list[Any]:
    """Return the values of a table of one row."""
    if np.ndim(row) == 0 and not hasattr(row, "columns"):
        raise InputError(
            "This is not a row.",
            given=repr(row) if isinstance(row, str | float | bool) else type(row).__name__,
            expected="a position, or a value for each column: a mapping, a sequence or a table of one row",
            do="pass a position in the training data, or X.iloc[[0]]",
        )
    table = Table.of(row)
    if table.n_rows != 1:
        raise InputError(
            "One row is explained.",
            given=f"{table.n_rows} rows",
            expected="a row",
            do="pass X.iloc[[0]], for instance, or a position in the training data",
        )
    counted = isinstance(table, ArrayTable) and len(table.names) == len(names)
    if not counted and set(table.names) != set(names):
        raise _other_columns(list(table.names), names)
    return _first_of(table, table.names if set(table.names) != set(names) else names)


def _first_of(table: Table, names: tuple[str, ...]) -> list[Any]:
    if table.is_of_numbers and table.names == names:
        return table.first_numbers()
    return [plain(table.values(name)[0]) for name in names]


def _other_columns(given: list[str], names: tuple[str, ...]) -> InputError:
    lacks = [name for name in names if name not in given]
    extra = [name for name in given if name not in names]
    told = [f"{word} {', '.join(map(repr, some[:6]))}" for word, some in (("without", lacks), ("with", extra)) if some]
    return InputError(
        "The row has other columns than the training data.",
        given=f"a row {' and '.join(told)}",
        expected=f"the columns {', '.join(names[:12])}",
        do="pass a row of the same table",
    )


def _is_counted(named: dict[str, Any]) -> bool:
    return list(named) == [str(position) for position in range(len(named))]
