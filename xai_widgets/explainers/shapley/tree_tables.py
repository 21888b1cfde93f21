"""Shapley values of trees against background rows: what each leaf gives, tabulated once for every pattern of a row."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .tree_paths import TreePaths, some_trees

if TYPE_CHECKING:
    from .tree_kernels import Paths

MOST_SLOTS = 64  # bits of a pattern
_MOST_TABULATED = 9
_TABLE_BYTES = 256 << 20
_FILLED_AT_ONCE = 4 << 20  # numbers
_ROWS_AT_ONCE = 1024
_FEW = 4  # rows: those that are quicker one by one
_PAIRED_ROWS_AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class BackgroundTables:
    """The games of an ensemble's leaves against the mean of background rows.

    Whether a row takes all steps of a feature on the path to a leaf is a bit; these bits are the row's pattern there,
    and all that its Shapley values depend on. Leaves of few features have a table with a value for each pattern and
    feature, whatever the number of background rows; those of many features meet the patterns that do occur.

    Parameters
    ----------
    paths : TreePaths
        Of at most `MOST_SLOTS` features each.
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
        leaves = self.paths.steps[self.paths.steps["leaf"] >= 0]
        slots = leaves["slots"].astype(np.int64)
        sizes = slots << np.minimum(slots, _MOST_TABULATED)
        total = np.cumsum(np.bincount(slots, sizes, minlength=_MOST_TABULATED + 1))
        most = np.flatnonzero(total[: _MOST_TABULATED + 1] <= _TABLE_BYTES // 8).max(initial=0)
        has_table = slots <= most
        ends = np.cumsum(np.where(has_table, sizes, 0))
        starts = np.full(len(self.paths.ensemble.values), -1)
        starts[leaves["leaf"]] = np.where(has_table, ends - sizes, -1)
        return starts

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
        from ...models.trees.walks import over_rows
        from .tree_kernels import fill_tables

        if "tables" in vars(self):
            return
        steps, trees, *_ = self.paths.arrays
        slots = np.where((steps["leaf"] >= 0) & (self.starts[steps["leaf"]] >= 0), steps["slots"], 0).astype(np.int64)
        ends = np.concatenate([[0], np.cumsum(slots << slots)])  # of what there is up to a step
        tables = np.zeros(ends[-1])
        background = self.background, self.weights
        edges = np.searchsorted(ends[trees[:, 1]], np.arange(_FILLED_AT_ONCE, ends[-1], _FILLED_AT_ONCE))
        for some in np.split(np.arange(len(trees)), edges):
            arrays = some_trees(self.paths.arrays, some)

            def work(part: slice, arrays: Paths = arrays) -> None:
                fill_tables(some_trees(arrays, part), self.paths.rules, background, self.starts, tables)

            over_rows(len(some), max(1, len(some)), work)
            yield
        vars(self)["tables"] = tables

    def values(self, columns: np.ndarray) -> np.ndarray:
        """Return the interventional Shapley values of rows, of shape (rows, features, outputs)."""
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
        return self.paths.over_blocks(columns, (columns.shape[0],), work, _ROWS_AT_ONCE)

    def scaled_values(self, columns: np.ndarray, scales: np.ndarray) -> np.ndarray:
        """Return sums of the values of rows against each background row alone, times what is given for each pair.

        `scales` is of shape (rows, background rows, outputs).
        """
        from .tree_kernels import add_pair_values

        def work(part: slice, some: np.ndarray, found: np.ndarray) -> None:
            given = np.ascontiguousarray(scales[part].transpose(2, 1, 0))
            add_pair_values(self.paths.arrays, self.fractions, self.background, given, self.paths.places, some, found)

        return self.paths.over_blocks(columns, (columns.shape[0],), work, _PAIRED_ROWS_AT_ONCE)

    def interactions(self, columns: np.ndarray) -> np.ndarray:
        """Return half of what pairs of features do together; see `TreePaths.interactions`."""
        from .tree_kernels import add_pair_interactions

        background = self.background, self.weights

        def work(_: slice, some: np.ndarray, found: np.ndarray) -> None:
            add_pair_interactions(self.paths.arrays, self.fractions, background, self.paths.places, some, found)

        return self.paths.over_blocks(columns, (columns.shape[0],) * 2, work, _PAIRED_ROWS_AT_ONCE)

    @functools.cached_property
    def fractions(self) -> np.ndarray:
        """In row a, column b: (a - 1)! b! / (a + b)!."""
        n = self.paths.most_slots + 1
        found = np.zeros((n + 1, n + 1))
        for a in range(1, n + 1):
            for b in range(n + 1):
                found[a, b] = 1 / (a * math.comb(a + b, a))
        return found
