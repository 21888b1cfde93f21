"""Curves of a table in parts: one partition after the other, where it lies."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..models.partitions import PartitionedTable
from .weighted import WeightedMean

if TYPE_CHECKING:
    from ..models.tables import Table
    from .dependence import Curves, CurveState
    from .grids import Grid

_MOST_CURVE_BYTES = 32 << 20  # of all the rows' curves that come to one place
_BLOCK_BYTES = 4 << 20  # of curves, or of rows, at a time


class PartitionOrder:
    """The order in which rows are taken: partitions at random, and in each its rows at random.

    An array without the memory of one: `order[first:stop]` are the positions of rows, which a mean of whole partitions
    and a sample of each need.

    Parameters
    ----------
    lengths : ndarray of int of shape (partitions,)
        Their numbers of rows.
    seed : int
        Of both orders.

    Examples
    --------
    >>> import numpy as np
    >>> order = PartitionOrder(np.array([3, 0, 2]), seed=0)
    >>> len(order), sorted(order[0:5].tolist())
    (5, [0, 1, 2, 3, 4])
    """

    def __init__(self, lengths: np.ndarray, seed: int) -> None:
        self._seed = seed
        self._lengths = lengths
        self._starts = np.cumsum(lengths) - lengths
        some = np.random.Generator(np.random.Philox(key=seed)).permutation(len(lengths))
        self._numbers = some[lengths[some] > 0]
        self._stops = np.cumsum(lengths[self._numbers])

    def __len__(self) -> int:
        return int(self._stops[-1])

    def __getitem__(self, span: slice) -> np.ndarray:
        first, stop, _ = span.indices(len(self))
        found = [np.empty(0, dtype=np.int64)]
        while first < stop:
            place = self._place(first)
            start = int(self._stops[place] - self._lengths[self._numbers[place]])
            number = self._numbers[place]
            here = self.within(number)[first - start : stop - start]
            found.append(self._starts[number] + here)
            first += len(here)
        return np.concatenate(found)

    @property
    def n_partitions(self) -> int:
        """How many partitions have rows."""
        return len(self._numbers)

    def partition(self, unit: int) -> int:
        """Return which partition a unit is of."""
        return int(self._numbers[self._place(unit)])

    def stop(self, unit: int) -> int:
        """Return the unit after the last one of the same partition."""
        return int(self._stops[self._place(unit)])

    def within(self, number: int) -> np.ndarray:
        """Return the order of a partition's rows, counted from its own first."""
        bits = np.random.Philox(key=self._seed, counter=[0, 0, 0, number + 1])
        return np.random.Generator(bits).permutation(int(self._lengths[number]))

    def _place(self, unit: int) -> int:
        return int(np.searchsorted(self._stops, unit, "right"))


def row_order(table: Table, seed: int) -> np.ndarray | PartitionOrder:
    """Return the order in which a table's rows are taken: at random, those of a partition together."""
    if isinstance(table, PartitionedTable):
        return PartitionOrder(table.lengths, seed)
    return np.random.Generator(np.random.Philox(key=seed)).permutation(table.n_rows)


@dataclass(frozen=True)
class PartitionPieces:
    """See `spread.Pieces`: whole partitions, which are worked on where they lie."""

    table: PartitionedTable
    order: PartitionOrder

    def stop(self, first: int) -> int:
        return self.order.stop(first)

    def lying(self, first: int, executor: Executor) -> Any:
        return self.table.lying(self.order.partition(first), executor)


def sample_size(grid: Grid, dtype: np.dtype[Any], outputs: int = 1) -> int:
    """Return how many curves of a table in parts are kept."""
    return max(1, _MOST_CURVE_BYTES // (dtype.itemsize * outputs * grid.points))


def partition_curves(way: Curves, state: CurveState, first: int, *, keep: bool) -> tuple[np.ndarray, WeightedMean]:
    """Return curves of some rows of a partition, in its random order, and the mean of all of them.

    Rows of one partition may be alike. So it is the partitions that are a random sample of the table, each with its
    mean and its weight; the standard error is that of a sample of clusters (Cochran 1977, Sampling Techniques, eq. 9.1
    and 2.45), and knows of no rows.

    Parameters
    ----------
    way : Curves
        How curves are computed.
    state : CurveState
        Of a table in parts.
    first : int
        The first unit of the partition.
    keep : bool
        Whether curves are wanted: a random sample of the rows, so many that those of all partitions take 32 MiB. The
        first one comes in any case.
    """
    order: Any = state.order
    table: Any = state.table
    number = order.partition(first)
    partition = table.partition(number)
    within, whole = order.within(number), order[first : order.stop(first)]
    at_once = max(1, _BLOCK_BYTES // max(8 * state.grid.points, table.row_bytes))
    kept: list[np.ndarray] = []
    mean: WeightedMean | None = None
    for start in range(0, len(within), at_once):
        curves = way(partition, within[start : start + at_once], state.grid)
        weights = None if state.weights is None else state.weights[whole[start : start + at_once]]
        block = WeightedMean.of(curves, weights)
        mean = block if mean is None else mean + block
        share = min(1.0, sample_size(state.grid, state.dtype, curves.shape[1]) / state.total_units)
        wanted = (int(np.ceil(share * len(within))) if keep else 1) - start
        if wanted > 0:
            kept.append(curves[:wanted].copy() if wanted < len(curves) else curves)
    assert mean is not None, "a partition of the order has rows"
    cluster = WeightedMean.of(mean.mean[None], np.array([float(mean.weight)]))
    return np.concatenate(kept), cluster
