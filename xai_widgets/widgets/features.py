"""What of a table can be explained: its columns, and one-hot columns in groups."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..models import InputError

if TYPE_CHECKING:
    import numpy as np

    from ..models.tables import Table


class Features:
    """The columns of a table, groups of one-hot columns in their place.

    Parameters
    ----------
    table : Table
        The data.
    groups : dict of str to sequence of columns
        Columns by name or position, by the group's name.

    Attributes
    ----------
    groups : dict of str to list of str
        The names of each group's columns.
    names : tuple of str
        What is offered: columns in the table's order, a group in the place of the first of its own. Not those that
        have several values in each cell, unless there are no others.

    Raises
    ------
    InputError
        Where a group is not one-hot, has the name of a column, or has a column of another group.

    Examples
    --------
    >>> import numpy as np
    >>> from xai_widgets.models.tables import Table
    >>> table = Table.of(np.array([[1, 0, 5], [0, 1, 6], [0, 0, 7]]))
    >>> features = Features(table, {"season": ["x0", "x1"]})
    >>> features.names, features.values("season")
    (('season', 'x2'), array(['x0', 'x1', None], dtype=object))
    """

    def __init__(self, table: Table, groups: Mapping[str, Sequence[Any]]) -> None:
        from ..explainers.grids import axis_of_group

        self._table = table
        self.groups = {name: list(axis_of_group(table, name, given).columns) for name, given in groups.items()}
        group_of: dict[str, str] = {}
        for name, columns in self.groups.items():
            taken = [column for column in columns if column in group_of]
            if taken or name in table.names:
                raise InputError(
                    f"The group {name!r} cannot be told apart.",
                    given=f"{taken[0]!r}, which is in another group too" if taken else "the name of a column",
                    expected="groups with names and columns of their own",
                    do="give each column to one group, and groups names that no column has",
                )
            group_of |= dict.fromkeys(columns, name)
        offered = [name for name in table.names if table.is_far or table.kind(name) != "nested"]
        self.names = tuple(dict.fromkeys(group_of.get(column, column) for column in offered or table.names))

    def name(self, feature: Any) -> str:
        """Return the name of a feature given by its name, or by its position in the table.

        Raises
        ------
        InputError
            Where there is none.
        """
        if isinstance(feature, str) and feature in self.groups:
            return feature
        near = difflib.get_close_matches(feature, self.groups, n=1, cutoff=0.5) if isinstance(feature, str) else []
        if near and feature not in self._table.names:
            raise InputError(
                f"There is no feature {feature!r}.",
                given=f"the feature {feature!r}",
                expected="a column or a group",
                do=f"did you mean {near[0]!r}?",
            )
        return self._table.column(feature)

    def columns(self, name: str) -> list[str]:
        """Return the columns that move with a feature."""
        return self.groups.get(name, [name])

    def values(self, name: str) -> np.ndarray:
        """Return each row's own value; see `explainers.grids.feature_values`."""
        from ..explainers.grids import feature_values

        return feature_values(self._table, name, self.groups)
