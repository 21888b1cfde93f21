"""Shapley values of trees against background rows: what each leaf gives, tabulated once for every pattern of a row."""

from __future__ import annotations

import functools
import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .tree_paths import TreePaths, some_trees

if TYPE_CHECKING:
    from .tree_kernels import Paths

Background: TypeAlias = tuple[np.ndarray, np.ndarray]
"""What the trees compare of background rows, features first, and the weights of the rows, which sum to 1."""

MOST_SLOTS = 64  # bits of a pattern
_MOST_TABULATED = 9
_TABLE_BYTES = 256 << 20
_FILLED_AT_ONCE = 4 << 20  # numbers
_ROWS_AT_ONCE = 1024
_FEW = 4  # rows: those that are quicker one by one
_PAIRED_ROWS_AT_ONCE = 64


def table_sizes(paths: TreePaths, most_slots: int) -> np.ndarray:
    """Return how many numbers the tables of an ensemble's leaves hold, for leaves of 0, 1 .. `most_slots` players."""
    slots = paths.steps["slots"][paths.steps["leaf"] >= 0]
    each = np.arange(most_slots + 1)
    return np.bincount(slots, minlength=most_slots + 1)[: most_slots + 1] * (each << each)


def table_starts(paths: TreePaths, most_slots: int) -> np.ndarray:
    """Return where the table of each leaf begins, -1 for those of more than `most_slots` players."""
    leaves = paths.steps[paths.steps["leaf"] >= 0]
    slots = leaves["slots"].astype(np.int64)
    has_table = slots <= most_slots
    sizes = np.where(has_table, slots << np.minimum(slots, most_slots), 0)
    starts = np.full(len(paths.ensemble.values), -1)
    starts[leaves["leaf"]] = np.where(has_table, np.cumsum(sizes) - sizes, -1)
    return starts


def filled_tables(paths: TreePaths, starts: np.ndarray, background: Background | None) -> np.ndarray:
    """Return the tables that begin at `starts`, one behind the other: path-dependent where there is no background."""
    filling = filling_tables(paths, starts, background)
    while True:
        try:
            next(filling)
        except StopIteration as filled:
            return np.asarray(filled.value)


def filling_tables(
    paths: TreePaths, starts: np.ndarray, background: Background | None
) -> Generator[None, None, np.ndarray]:
    """Do as `filled_tables` does, and stop after the tables of some trees each."""
    from ...models.trees.walks import over_rows
    from .tree_kernels import fill_tables

    steps, trees, *_ = paths.arrays
    slots = np.where((steps["leaf"] >= 0) & (starts[steps["leaf"]] >= 0), steps["slots"], 0).astype(np.int64)
    ends = np.concatenate([[0], np.cumsum(slots << slots)])  # of what there is up to a step
    tables = np.zeros(ends[-1])
    rows = background or (np.zeros((paths.ensemble.n_features, 0)), np.zeros(0))
    edges = np.searchsorted(ends[trees[:, 1]], np.arange(_FILLED_AT_ONCE, ends[-1], _FILLED_AT_ONCE))
    for some in np.split(np.arange(len(trees)), edges):
        arrays = some_trees(paths.arrays, some)

        def work(part: slice, arrays: Paths = arrays) -> None:
            fill_tables(some_trees(arrays, part), paths.rules, rows, starts, tables)

        over_rows(len(some), max(1, len(some)), work)
        yield
    return tables


@dataclass(frozen=True, eq=False)
class BackgroundTables:
    """The games of an ensemble's leaves against the mean of background rows.

    Whether a row takes all steps of a player on the path to a leaf is a bit; these bits are the row's pattern there,
    and all that its Shapley values depend on. Leaves of few players have a table with a value for each pattern and
    player, whatever the number of background rows; those of many players meet the patterns that do occur.

    Parameters
    ----------
    paths : TreePaths
        Of at most `MOST_SLOTS` players each.
    background : ndarray of shape (features, background rows)
        What the trees compare.
    weights : ndarray of shape (background rows,)
        Of the background rows; their sum is 1.
    """

    paths: TreePaths
    background: np.ndarray
    weights: np.ndarray

    @functools.cached_property
    def starts(self) -> np.ndarray:
        """Where in `tables` each leaf's begins, -1 where it has none."""
        total = np.cumsum(table_sizes(self.paths, _MOST_TABULATED))
        most = np.flatnonzero(total <= _TABLE_BYTES // 8).max(initial=0)
        return table_starts(self.paths, int(most))

    @functools.cached_property
    def arrays(self) -> Paths:
        """The paths' arrays; trees have one column more, the number of their leaves without a table."""
        steps, trees, values, words, word_starts = self.paths.arrays
        without = (steps["leaf"] >= 0) & (self.starts[steps["leaf"]] < 0)
        before = np.concatenate([[0], np.cumsum(without)])
        counted = np.column_stack([trees, before[trees[:, 1]] - before[trees[:, 0]]])
        return steps, counted, values, words, word_starts

    @functools.cached_property
    def tables(self) -> np.ndarray:
        """All tables, one behind the other."""
        for _ in self.filling():
            pass
        return self.tables  # they are there now

    def filling(self) -> Iterator[None]:
        """Fill the tables, if they are not, and stop after those of some trees each."""
        if "tables" not in vars(self):
            assert self.arrays is not None  # which takes as long as some tables
            yield
            vars(self)["tables"] = yield from filling_tables(self.paths, self.starts, (self.background, self.weights))

    def values(self, columns: np.ndarray) -> np.ndarray:
        """Return the interventional Shapley values of rows, of shape (rows, players, outputs)."""
        from .tree_kernels import add_table_values, add_table_values_singly

        is_long = self.arrays[1][:, -1] > 0
        tables, background, places = (self.starts, self.tables), (self.background, self.weights), self.paths.places

        def work(_: slice, some: np.ndarray, found: np.ndarray) -> None:
            add_table_values(self.arrays, tables, self.fractions, background, places, some, found)

        def work_singly(part: slice, found: np.ndarray) -> None:
            of_part = some_trees(self.arrays, part)
            short, long = some_trees(of_part, ~is_long[part]), some_trees(of_part, is_long[part])
            add_table_values_singly(short, tables, places, columns, found)
            if len(long[1]):  # else it need not even be compiled
                add_table_values(long, tables, self.fractions, background, places, columns, found)

        if columns.shape[1] <= _FEW:
            return self.paths.over_trees(columns, work_singly)
        return self.paths.over_blocks(columns, (self.paths.n_players,), work, _ROWS_AT_ONCE)

    def scaled_values(self, columns: np.ndarray, scales: np.ndarray) -> np.ndarray:
        """Return sums of the values of rows against each background row alone, times what is given for each pair.

        `scales` is of shape (rows, background rows, outputs).
        """
        from .tree_kernels import add_pair_values

        def work(part: slice, some: np.ndarray, found: np.ndarray) -> None:
            given = np.ascontiguousarray(scales[part].transpose(2, 1, 0))
            add_pair_values(self.paths.arrays, self.fractions, self.background, given, self.paths.places, some, found)

        return self.paths.over_blocks(columns, (self.paths.n_players,), work, _PAIRED_ROWS_AT_ONCE)

    def interactions(self, columns: np.ndarray) -> np.ndarray:
        """Return half of what pairs of players do together; see `TreePaths.interactions`."""
        from .tree_kernels import add_pair_interactions

        background = self.background, self.weights

        def work(_: slice, some: np.ndarray, found: np.ndarray) -> None:
            add_pair_interactions(self.paths.arrays, self.fractions, background, self.paths.places, some, found)

        return self.paths.over_blocks(columns, (self.paths.n_players,) * 2, work, _PAIRED_ROWS_AT_ONCE)

    @functools.cached_property
    def fractions(self) -> np.ndarray:
        """In row a, column b: (a - 1)! b! / (a + b)!."""
        n = self.paths.most_slots + 1
        found = np.zeros((n + 1, n + 1))
        for a in range(1, n + 1):
            for b in range(n + 1):
                found[a, b] = 1 / (a * math.comb(a + b, a))
        return found
