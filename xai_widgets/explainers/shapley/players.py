"""Who shares the model's answer: each column for itself, or columns together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...models import InputError
from ...models.digests import digest

if TYPE_CHECKING:
    from ...models.tables import Table


@dataclass(frozen=True, eq=False)
class Players:
    """The features, as the game sees them: groups of columns that are known or unknown together.

    Attributes
    ----------
    names : tuple of str
        Of the players.
    columns : tuple of tuple of int
        The positions of each player's columns in the table.
    n_columns : int
        Of the table.

    Examples
    --------
    >>> import numpy as np
    >>> from xai_widgets.models.tables import Table
    >>> table = Table.of(np.zeros((1, 3)))
    >>> Players.of(table, {"both": ["x0", "x1"]}).names
    ('both', 'x2')
    """

    names: tuple[str, ...]
    columns: tuple[tuple[int, ...], ...]
    n_columns: int

    @classmethod
    def of(cls, table: Table, groups: Mapping[str, Sequence[Any]] | None = None) -> Players:
        """Return the players of a table: groups first met in their first column's place, then each column left over.

        Raises
        ------
        InputError
            Where a group is empty, or a column is in two.
        """
        if not groups:
            return cls(table.names, tuple((place,) for place in range(len(table.names))), len(table.names))
        grouped: dict[str, tuple[str, ...]] = {
            str(name): tuple(table.column(column) for column in members) for name, members in groups.items()
        }
        taken = [column for members in grouped.values() for column in members]
        twice = sorted({column for column in taken if taken.count(column) > 1})
        clashing = [name for name in grouped if name in table.names and name not in grouped[name]]
        if twice or clashing or not all(grouped.values()):
            raise InputError(
                "The groups do not divide the columns.",
                given=f"the column {twice[0]!r} twice" if twice else f"the groups {list(grouped)}",
                expected="groups of one column or more, with names of their own, no column in two of them",
                do="give each column to one group, or to none",
            )
        owner = {column: name for name, members in grouped.items() for column in members}
        names = dict.fromkeys(owner.get(column, column) for column in table.names)
        places = {name: place for place, name in enumerate(table.names)}
        columns = tuple(tuple(places[column] for column in grouped.get(name, (name,))) for name in names)
        return cls(tuple(names), columns, len(places))

    def __len__(self) -> int:
        return len(self.names)

    @property
    def single(self) -> bool:
        """Whether each player is one column."""
        return len(self.names) == self.n_columns

    @property
    def of_columns(self) -> np.ndarray:
        """The position of each column's player."""
        found = np.empty(self.n_columns, np.int64)
        for player, columns in enumerate(self.columns):
            found[list(columns)] = player
        return found

    @property
    def fingerprint(self) -> str:
        return digest(self.names, self.columns)

    def kept(self, coalitions: np.ndarray) -> np.ndarray:
        """Return which columns coalitions know, of shape (coalitions, columns), from which players are in them."""
        if self.single:
            return coalitions
        kept = np.zeros((len(coalitions), self.n_columns), dtype=bool)
        for player, columns in enumerate(self.columns):
            kept[:, list(columns)] = coalitions[:, [player]]
        return kept

    def data(self, table: Table, rows: np.ndarray) -> np.ndarray:
        """Return the values of rows, of shape (rows, players); those of a group in words."""
        part = table.rows(rows) if len(rows) != table.n_rows else table
        columns = [part.values(name) for name in table.names]
        if self.single:
            numbers = all(column.dtype.kind in "fiub" for column in columns)
            return np.column_stack([column.astype(np.float64 if numbers else object) for column in columns])
        found = np.empty((part.n_rows, len(self)), dtype=object)
        for player, members in enumerate(self.columns):
            if len(members) == 1:
                found[:, player] = columns[members[0]]
            else:
                found[:, player] = [
                    ", ".join(f"{table.names[at]} = {columns[at][row]}" for at in members) for row in range(part.n_rows)
                ]
        return found
