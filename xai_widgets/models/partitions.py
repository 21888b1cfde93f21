"""A table in many parts, which may lie on many machines: a Dask data frame. It is never gathered as a whole."""

from __future__ import annotations

import copy
import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np

from .digests import digest
from .errors import InputError
from .tables import FrameTable, Kind, Table, check_not_empty, is_missing, sorted_unique

_KNOWN_RANKS = 257  # of a partition's values: between two of them lie so few that they can be sent


def is_dask(data: Any) -> bool:
    """Tell whether something is a Dask data frame, without importing Dask."""
    module = sys.modules.get("dask.dataframe")
    return module is not None and isinstance(data, module.DataFrame)


class PartitionedTable(Table):
    """A Dask data frame. Its rows are counted 0 to n - 1 in the order of its partitions.

    What is asked of all rows is computed where they lie, and only the answer comes here: the number of rows, the
    levels of categories, the values that a column takes, its ranks. For what is asked of a column, that column alone is
    read. `rows` brings the rows that it is asked for, and `values` one column. In another process, or unpickled, the
    table knows its columns and its partitions' lengths alone.

    Parameters
    ----------
    frame : dask.dataframe.DataFrame
        Nothing is computed before something is asked: the number of rows, which reads a column, or those of which the
        dtype does not say what they hold. Categories that Dask does not know are the exception.
    """

    def __init__(self, frame: Any) -> None:
        unknown = [name for name in frame.select_dtypes("category").columns if not frame[name].cat.known]
        self._frame = frame.categorize(columns=unknown) if unknown else frame
        self._partitions = self._frame.to_delayed()
        self._declared = FrameTable(self._frame._meta_nonempty)  # noqa: SLF001 (Dask's own stand-in for a partition)
        self.names = self._declared.names
        self.row_bytes = self._declared.row_bytes
        self._unclear = [name for name in self.names if self._declared.dtype(name) == "Object"]
        self._newest: tuple[str, np.ndarray] | None = None
        self._ranked: tuple[str, list[Any]] | None = None
        self._held: Any = None

    @functools.cached_property
    def _looks(self) -> list[tuple[int, dict[str, Kind]]]:
        """The number of rows of each partition, and what the unclear columns hold there."""
        return list(self._over_partitions(_look, self._unclear or self.names[:1]))

    @functools.cached_property
    def _template(self) -> FrameTable:
        """What is the same for all partitions."""
        if self._unclear:
            several = {name: [kinds[name] for _, kinds in self._looks if kinds] for name in self._unclear}
            self._declared.kinds.update({name: _joint(kinds) for name, kinds in several.items()})
        return self._declared

    @functools.cached_property
    def lengths(self) -> np.ndarray:
        """The number of rows of each partition."""
        lengths = np.array([length for length, _ in self._looks], dtype=np.int64)
        check_not_empty(int(lengths.sum()), len(self.names))
        return lengths

    @functools.cached_property
    def n_rows(self) -> int:  # type: ignore[override]  # as every table has it
        return int(self.lengths.sum())

    @functools.cached_property
    def fingerprint(self) -> str:
        return digest(self.names, self._frame._name, self.lengths)  # noqa: SLF001 (Dask's own digest)

    def read_fingerprint(self) -> Iterator[None]:
        return iter(())  # it is that of Dask's graph

    def __getstate__(self) -> dict[str, Any]:
        for known in ("_template", "n_rows", "fingerprint"):
            getattr(self, known)  # another process cannot compute them
        return {**vars(self), "_frame": None, "_partitions": None, "_newest": None, "_ranked": None}

    @property
    def is_far(self) -> bool:
        return True

    @property
    def executor(self) -> Executor | None:
        """The cluster that Dask works on now, if it does."""
        distributed = sys.modules.get("distributed")
        try:
            return None if distributed is None else distributed.default_client().get_executor()
        except ValueError:
            return None

    def partition(self, number: int) -> FrameTable:
        """Return a partition: the one that is held, or one that is read here."""
        partition = self._partitions[number] if self._held is None else self._held
        return self._template.of_same_columns(partition.compute() if hasattr(partition, "dask") else partition)

    def holding(self, partition: Any) -> PartitionedTable:
        """Return this table as a worker needs it that was given a partition by `lying`."""
        held = copy.copy(self)
        held._held = partition  # noqa: SLF001 (a copy of this)
        return held

    def lying(self, number: int, executor: Executor) -> Any:
        """Return what to give to an executor's worker for a partition; on a cluster it stays where it lies."""
        client = getattr(executor, "_client", None)
        return self._partitions[number] if client is None else client.compute(self._partitions[number])

    def kind(self, name: str) -> Kind:
        return (self._template if name in self._unclear else self._declared).kind(name)

    def dtype(self, name: str) -> str:
        return self._declared.dtype(name)

    def levels(self, name: str) -> np.ndarray | None:
        return self._declared.levels(name)

    def values(self, name: str) -> np.ndarray:
        """See `Table`. The column comes to this process; the newest one stays for the next call."""
        if self._newest is None or self._newest[0] != name:
            parts = list(self._over_partitions(_values, [name], name))
            self._newest = name, np.concatenate(parts)
            self._newest[1].flags.writeable = False
        return self._newest[1]

    def unique(self, name: str, most: int | None = None) -> np.ndarray | None:
        """See `Table`; `most` is for columns of numbers."""
        if most is not None:
            known = np.concatenate([values for _, _, values in self._known_ranks(name)])
            if len(np.unique(known)) > most:
                return None
        parts = list(self._over_partitions(_unique, [name], name, most))
        if any(part is None for part in parts):
            return None
        found = sorted_unique(np.concatenate([part for part in parts if len(part)] or parts[:1]))
        return found if most is None or len(found) <= most else None

    def n_present(self, name: str) -> int:
        return sum(count for count, _, _ in self._known_ranks(name))

    def nth(self, name: str, ranks: Sequence[int] | np.ndarray) -> np.ndarray:
        """See `Table`; exact, in two passes: between which values the ranks lie, then the values between."""
        known = self._known_ranks(name)
        between = [_bracket(known, rank) for rank in ranks]
        below, inside = zip(*self._over_partitions(_between, [name], name, between), strict=True)
        found = [
            np.sort(np.concatenate([part[place] for part in inside]))[rank - sum(part[place] for part in below)]
            for place, rank in enumerate(ranks)
        ]
        return np.array(found)

    def _known_ranks(self, name: str) -> list[tuple[int, np.ndarray, np.ndarray]]:
        if self._ranked is None or self._ranked[0] != name:
            self._ranked = name, list(self._over_partitions(_known_ranks, [name], name))
        return self._ranked[1]

    def rows(self, positions: Any) -> FrameTable:
        """See `Table`. The rows come to this process."""
        wanted, places = np.unique(np.asarray(positions, dtype=np.intp), return_inverse=True)
        return self._template.of_same_columns(self.take(wanted).compute()).rows(places)

    def columns(self, names: Sequence[str]) -> Table:
        return self.rows(np.arange(self.n_rows)).columns(names)

    def take(self, positions: Any) -> Any:
        """Return rows, sorted by position, as a Dask data frame that computes nothing before it is asked."""
        from dask.dataframe import from_delayed
        from dask.delayed import delayed

        wanted = np.unique(np.asarray(positions, dtype=np.intp))
        stops = np.cumsum(self.lengths)
        parts = np.split(wanted, np.searchsorted(wanted, stops[:-1]))
        meta = self._frame._meta  # noqa: SLF001 (what Dask calls it)
        holding = [number for number, part in enumerate(parts) if len(part)] or [0]
        some = [
            delayed(_some_rows)(self._partitions[number], parts[number] - stops[number] + self.lengths[number])
            for number in holding
        ]
        return from_delayed(some, meta=meta, verify_meta=False)

    def native(self) -> Any:
        return self._frame

    def _replaced(self, columns: dict[str, np.ndarray]) -> Any:
        raise InputError(
            "A table in parts is not copied as a whole.",
            given=f"new values of {', '.join(map(repr, columns))} for {self.n_rows} rows",
            expected="new values for some of its rows",
            do="take these rows first, with rows()",
        )

    def _over_partitions(self, function: Callable[..., Any], names: Sequence[str], *arguments: Any) -> Iterator[Any]:
        """Yield what a function gives for some columns of each partition; it is called where they lie."""
        from dask.base import compute
        from dask.delayed import delayed

        labels = [self._frame.columns[self.names.index(name)] for name in names]
        template = delayed(self._declared if function is _look else self._template)
        calls = [
            delayed(_call)(function, template, partition, *arguments) for partition in self._frame[labels].to_delayed()
        ]
        yield from compute(*calls)  # type: ignore[no-untyped-call]


def in_memory(table: Table) -> Table:
    """Return a table of this process: the rows of one in parts come here."""
    return table.rows(np.arange(table.n_rows)) if isinstance(table, PartitionedTable) else table


# -- what is done with a partition, where it lies ----------------------------------------------------------------------


def _call(function: Callable[..., Any], template: FrameTable, partition: Any, *arguments: Any) -> Any:
    return function(template.of_same_columns(partition), *arguments)


def _look(table: FrameTable) -> tuple[int, dict[str, Kind]]:
    return table.n_rows, FrameTable(table.native()).kinds if table.n_rows else {}


def _values(table: FrameTable, name: str) -> np.ndarray:
    return table.values(name)


def _unique(table: FrameTable, name: str, most: int | None) -> np.ndarray | None:
    return table.unique(name, most)


def _known_ranks(table: FrameTable, name: str) -> tuple[int, np.ndarray, np.ndarray]:
    """Return how many values are present, some of their ranks and the values there."""
    ordered = _ordered(table, name)
    ranks = np.unique(np.linspace(0, len(ordered) - 1, min(_KNOWN_RANKS, len(ordered))).astype(np.int64))
    return len(ordered), ranks, ordered[ranks]


def _between(table: FrameTable, name: str, ends: list[tuple[Any, Any]]) -> tuple[list[int], list[np.ndarray]]:
    """Return for each pair of values how many are below them, and those from one to the other."""
    ordered = _ordered(table, name)
    first = [int(np.searchsorted(ordered, low, "left")) for low, _ in ends]
    stop = [int(np.searchsorted(ordered, high, "right")) for _, high in ends]
    return first, [ordered[one:other] for one, other in zip(first, stop, strict=True)]


def _ordered(table: FrameTable, name: str) -> np.ndarray:
    values = table.values(name)
    return np.sort(values[~is_missing(values)])


def _some_rows(partition: Any, positions: np.ndarray) -> Any:
    return partition.iloc[positions]


# -- what is made of their answers -------------------------------------------------------------------------------------


def _bracket(known: list[tuple[int, np.ndarray, np.ndarray]], rank: int) -> tuple[Any, Any]:
    """Return two values between which the one at a rank of all lies, from the known ranks of each partition."""
    candidates = np.unique(np.concatenate([values for _, _, values in known]))
    at_most, below = np.zeros(len(candidates), np.int64), np.zeros(len(candidates), np.int64)
    for count, ranks, values in known:
        if count:  # at least `at_most` values are up to a candidate, and no more than `below` are less than it
            at_most += np.concatenate([[0], ranks + 1])[np.searchsorted(values, candidates, "right")]
            below += np.concatenate([ranks, [count]])[np.searchsorted(values, candidates, "left")]
    return candidates[np.flatnonzero(below <= rank)[-1]], candidates[np.flatnonzero(at_most > rank)[0]]


def _joint(kinds: list[Kind]) -> Kind:
    """Return what a column holds, from what it holds in each partition."""
    different = set(kinds)
    if len(different) == 1:
        return kinds[0]
    if "nested" in different:
        return "nested"
    return "numeric" if different == {"integer", "numeric"} else "text"
