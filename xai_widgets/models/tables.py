"""A table of any library: its columns read, its rows taken, copies of it made in kind."""

from __future__ import annotations

import difflib
import functools
import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .digests import digest
from .errors import InputError
from .references import is_tensor

if TYPE_CHECKING:
    import narwhals as nw

_LONG_ROW = 512  # numbers
_DIGESTED_AT_ONCE = 8 << 20  # bytes
_FEW_ROWS = 100  # of a table whose columns are kept as they were read

Kind = Literal["numeric", "integer", "category", "boolean", "text", "nested"]


class Table(ABC):
    """A snapshot of a caller's table, whatever library it is of; `Table.of` makes one.

    The caller's table is never changed, and later changes to it are not seen. What `native`, `take` and `replaced`
    give is of the caller's own kind and a copy: a model may spoil it.

    Attributes
    ----------
    names : tuple of str
        Of the columns; an array's are "x0", "x1" and so on.
    n_rows : int
        At least one.
    row_bytes : int
        About how much memory a row takes.

    Examples
    --------
    >>> import numpy as np
    >>> table = Table.of(np.array([[1.0, 2.0], [3.0, 4.0]]))
    >>> table.names, table.n_rows, table.kind("x1")
    (('x0', 'x1'), 2, 'numeric')
    >>> table.take([1])
    array([[3., 4.]])
    >>> table.replaced({"x0": np.zeros(2)})
    array([[0., 2.],
           [0., 4.]])
    """

    names: tuple[str, ...]
    n_rows: int
    row_bytes: int

    _fingerprint: str | None = None

    @staticmethod
    def of(data: Any, names: Sequence[str] | None = None) -> Table:
        """Take a snapshot of a pandas, polars, pyarrow, numpy, torch or Dask table; a Table is taken as it is.

        Parameters
        ----------
        data : data frame, 2-D array or tensor, or Table
            Rows first.
        names : sequence of str, optional
            Of the columns of an array; a data frame has its own.

        Raises
        ------
        InputError
            Where it is no table, has no rows or no columns, or two columns have one name.
        """
        from .partitions import PartitionedTable, is_dask

        if isinstance(data, Table):
            return data
        if is_dask(data):
            return PartitionedTable(data)
        return _array_table(data, names) if _is_array(data) else FrameTable(_copy_of_frame(data))

    @property
    def is_far(self) -> bool:
        """Whether the rows lie elsewhere, and to read a column takes its time."""
        return False

    @property
    def executor(self) -> Executor | None:
        """What works on the rows where they lie; None for a table of this process."""
        return None

    def column(self, feature: Any) -> str:
        """Return the name of a column given by its name or its position."""
        if isinstance(feature, str):
            if feature in self.names:
                return feature
            near = difflib.get_close_matches(feature, self.names, n=3, cutoff=0.5)
            raise InputError(
                f"There is no column {feature!r}.",
                given=f"the feature {feature!r}",
                expected=f"one of {_listed(self.names)}",
                do=f"did you mean {' or '.join(map(repr, near))}?" if near else "choose one of these",
            )
        if isinstance(feature, bool | np.bool) or not isinstance(feature, int | np.integer):
            raise InputError(
                "A feature is a column's name or position.",
                given=f"{feature!r}, of type {type(feature).__name__}",
                expected=f"one of {_listed(self.names)}, or its position",
                do="name the column",
            )
        if not 0 <= feature < len(self.names):
            raise InputError(
                "There is no such column.",
                given=f"the feature {feature}",
                expected=f"a position from 0 to {len(self.names) - 1}, or a name",
                do="count from 0, from the left",
            )
        return self.names[int(feature)]

    def replaced(self, columns: Mapping[str, np.ndarray]) -> Any:
        """Return a native copy with columns replaced; each keeps its dtype, or becomes float64 where that cannot hold.

        Parameters
        ----------
        columns : mapping of str to ndarray of shape (n_rows,)
            The new values by column name.

        Raises
        ------
        InputError
            Where words are put into a column of numbers, or a category that the column does not have.
        """
        for name, values in columns.items():
            self.check_values(name, np.asarray(values))
        return self._replaced({name: np.asarray(values) for name, values in columns.items()})

    def filled(self, columns: Mapping[str, np.ndarray]) -> Any:
        """Return a native table of new rows, whose values are given for every column."""
        rows = len(next(iter(columns.values())))
        return self.rows(np.zeros(rows, dtype=np.intp)).replaced(columns)

    def masked(self, row: Table, kept: np.ndarray) -> Any:
        """Return, for each mask, a native copy of all rows in which the kept columns have one row's values.

        Parameters
        ----------
        row : Table
            The one row, of the same columns.
        kept : ndarray of bool of shape (masks, columns)
            Which columns have its values.

        Returns
        -------
        table
            Of masks * n_rows rows, masks slowest.
        """
        masks = np.repeat(kept, self.n_rows, axis=0)
        copies = self.rows(np.tile(np.arange(self.n_rows), len(kept)))
        return copies.replaced(
            {
                name: np.where(masks[:, at], row.values(name), copies.values(name))
                for at, name in enumerate(self.names)
                if kept[:, at].any()
            }
        )

    def repeated(self, rows: Any, times: int) -> Table:
        """Return the table of some rows, each `times` times in a row."""
        return self.rows(np.repeat(np.asarray(rows, dtype=np.intp), times))

    def take(self, positions: Any) -> Any:
        """Return rows by position, as the kind of table that came in."""
        return self.rows(positions).native()

    def matrix(self) -> np.ndarray:
        """Return all columns as float64 of shape (n_rows, n_columns).

        Raises
        ------
        InputError
            Where a column holds words.
        """
        if self.words:
            raise InputError(
                "The model takes numbers alone.",
                given=f"columns that hold none: {_listed(self.words)}",
                expected="numbers in every column",
                do="encode them, or pass the pipeline that does",
            )
        return np.column_stack([self.values(name).astype(np.float64) for name in self.names])

    @property
    def is_of_numbers(self) -> bool:
        """Whether it is one block of numbers, of which `matrix` costs next to nothing."""
        return False

    def first_numbers(self) -> list[Any]:
        """Return the values of the first row of one block of numbers."""
        return list(self._numbers()[0].tolist())

    def _numbers(self) -> np.ndarray:
        """Return the one block of numbers, not to be written to."""
        raise NotImplementedError

    @functools.cached_property
    def words(self) -> tuple[str, ...]:
        """The names of the columns that hold words, categories or several values in each cell."""
        return tuple(name for name in self.names if self.kind(name) in ("category", "text", "nested"))

    def unique(self, name: str, most: int | None = None) -> np.ndarray | None:
        """Return the present values of a column, sorted, each once; None where there are more than `most`."""
        self.check_single(name)
        values = self.values(name)
        present = values[~is_missing(values)]
        if most is not None and len(sorted_unique(present[: 4 * (most + 1)])) > most:
            return None
        found = sorted_unique(present)
        return found if most is None or len(found) <= most else None

    def n_present(self, name: str) -> int:
        """Return how many values of a column are not missing."""
        return self.n_rows - int(np.count_nonzero(is_missing(self.values(name))))

    def nth(self, name: str, ranks: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return the present values of a column at some ranks, 0 that of the smallest."""
        values = self.values(name)
        wanted = np.asarray(ranks)
        return np.asarray(np.partition(values[~is_missing(values)], wanted)[wanted])

    @functools.cached_property
    def odd_rows(self) -> np.ndarray:
        """Positions of the first row without a value in each column, and of the first that is infinite there."""
        found: set[int] = set()
        if self.is_of_numbers:
            return _first_odd_rows(self._numbers())
        for name in self.names:
            values = self.values(name)
            infinite = np.isinf(values) if values.dtype.kind == "f" else np.zeros(0, bool)
            found |= {int(odd.argmax()) for odd in (is_missing(values), infinite) if odd.any()}
        return np.array(sorted(found), dtype=np.intp)

    @property
    def fingerprint(self) -> str:
        """A digest of names, kinds and values."""
        for _ in self.read_fingerprint():
            pass
        assert self._fingerprint is not None
        return self._fingerprint

    def read_fingerprint(self) -> Iterator[None]:
        """Make the fingerprint, once, and yield between its parts: of a large table it takes long."""
        if self._fingerprint is not None:
            return
        digests, size = [], 0
        for part in self._parts():
            digests.append(digest(part))
            size += getattr(part, "nbytes", 8 * self.n_rows)
            if size >= _DIGESTED_AT_ONCE:
                size = 0
                yield
        self._fingerprint = digest(digests)

    def _parts(self) -> Iterator[Any]:
        """Yield what a table is known by."""
        yield [(name, self.kind(name), self.dtype(name)) for name in self.names]
        yield from (_plain(self.values(name)) for name in self.names)

    @abstractmethod
    def kind(self, name: str) -> Kind:
        """Return what a column holds: "nested" are lists, records and the like, of which nothing is explained.

        Numbers that are all whole are "integer" by their dtype alone.
        """

    @abstractmethod
    def dtype(self, name: str) -> str:
        """Return a column's dtype as its library calls it."""

    @abstractmethod
    def values(self, name: str) -> np.ndarray:
        """Return a column as a read-only array; what is missing is NaN among numbers and None among other things."""

    @abstractmethod
    def levels(self, name: str) -> np.ndarray | None:
        """Return the categories that a column may have, None where its dtype does not say."""

    @abstractmethod
    def rows(self, positions: Any) -> Table:
        """Return the table of rows by position, repeated ones too."""

    @abstractmethod
    def columns(self, names: Sequence[str]) -> Table:
        """Return the table of some columns, in the order named."""

    @abstractmethod
    def native(self) -> Any:
        """Return a copy as the kind of table that came in."""

    @abstractmethod
    def _replaced(self, columns: dict[str, np.ndarray]) -> Any: ...

    def check_single(self, name: str) -> None:
        """Raise InputError where a column has several values in each cell."""
        if self.kind(name) == "nested":
            raise InputError(
                f"The values of {name!r} are neither numbers nor words.",
                given="several of them in each cell, as a list or a record",
                expected="one number, word or truth value in each",
                do="take out of them what the model needs, a column for each",
            )

    def check_values(self, name: str, values: np.ndarray) -> None:
        kind = self.kind(name)
        if kind in ("numeric", "integer", "boolean") and not _are_numbers(values):
            raise InputError(
                f"The column {name!r} holds numbers.",
                given=f"the values {_listed(values.tolist())}",
                expected="numbers",
                do="give numbers for this column",
            )
        levels = self.levels(name)
        if levels is not None:
            known = set(levels.tolist())
            unseen = [
                value for value in dict.fromkeys(values.tolist()) if value not in known and not _is_nothing(value)
            ]
            if unseen:
                raise InputError(
                    f"The column {name!r} has no such category.",
                    given=_listed(unseen),
                    expected=f"one of {_listed(levels.tolist())}",
                    do="choose among these, or add the category to the column",
                )


class ArrayTable(Table):
    """A numpy array or a torch tensor of two dimensions."""

    def __init__(
        self, array: np.ndarray, names: tuple[str, ...], like: Any = None, kinds: dict[str, Kind] | None = None
    ) -> None:
        self.names = names
        self.n_rows = len(array)
        self.row_bytes = array.itemsize * array.shape[1] * (8 if array.dtype.hasobject else 1)
        self._array = array
        self._like = like  # an empty tensor of the caller's dtype and device
        if kinds is not None:
            self.kinds = kinds

    @functools.cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @functools.cached_property
    def kinds(self) -> dict[str, Kind]:
        """What the columns hold: of some rows what they hold in all."""
        if not self._array.dtype.hasobject:
            return dict.fromkeys(self.names, _kind_of(self._array))
        return {name: _kind_of(column) for name, column in zip(self.names, self._array.T, strict=True)}

    @functools.cached_property
    def _signs(self) -> dict[str, Any]:
        """What stands where a value is missing, in each column of objects: also of some rows that of all."""
        if not self._array.dtype.hasobject:
            return {}
        missing = [is_missing(column) for column in self._array.T]
        places = {name: rows.argmax() for name, rows in zip(self.names, missing, strict=True) if rows.any()}
        return {name: self._array[row, self._places[name]] for name, row in places.items()}

    @functools.cached_property
    def words(self) -> tuple[str, ...]:
        return () if self.is_of_numbers else super().words

    def kind(self, name: str) -> Kind:
        return self.kinds[name]

    def dtype(self, name: str) -> str:  # noqa: ARG002 (an array has one for all)
        return str(self._array.dtype)

    def values(self, name: str) -> np.ndarray:
        return _tidied(self._array[:, self._places[name]], self.kind(name))

    def _parts(self) -> Iterator[Any]:
        if self._array.dtype.hasobject:
            return super()._parts()
        return itertools.chain([self.names, str(self._array.dtype)], _by_rows(self._array))

    @property
    def is_of_numbers(self) -> bool:
        return self._array.dtype.kind in "fiub"

    def matrix(self) -> np.ndarray:
        return self._array.astype(np.float64) if self.is_of_numbers else super().matrix()

    def _numbers(self) -> np.ndarray:
        return self._array

    def levels(self, name: str) -> None:  # noqa: ARG002 (an array names no categories)
        return None

    def rows(self, positions: Any) -> ArrayTable:
        some = self._array.take(np.asarray(positions, dtype=np.intp), axis=0)
        part = ArrayTable(some, self.names, self._like, self.kinds)
        part._signs = self._signs
        return part

    def columns(self, names: Sequence[str]) -> ArrayTable:
        some = self._array[:, [self._places[name] for name in names]]
        return ArrayTable(some, tuple(names), self._like, {name: self.kinds[name] for name in names})

    def masked(self, row: Table, kept: np.ndarray) -> Any:
        if not isinstance(row, ArrayTable):
            return super().masked(row, kept)
        together = _rows_together(self.n_rows, len(self.names))
        masks, values = np.tile(kept, together), np.tile(row._array[0], together)  # noqa: SLF001 (of this class)
        mixed = np.where(masks[:, None, :], values, self._array.reshape(-1, values.size))
        return self._in_kind(mixed.reshape(-1, len(self.names)))

    def native(self) -> Any:
        return self._in_kind(self._array.copy())

    def of_numbers(self, numbers: np.ndarray) -> Any:
        """Return a native table of new rows of numbers; of whole numbers alone only where all are whole."""
        dtype = _dtype_to_hold(self._array.dtype, numbers)
        return self._in_kind(numbers.astype(dtype, copy=False))

    def _replaced(self, columns: dict[str, np.ndarray]) -> Any:
        dtype = self._array.dtype
        for values in columns.values():
            dtype = _dtype_to_hold(dtype, values)
        array = self._array.astype(dtype)
        for name, values in columns.items():
            array[:, self._places[name]] = _signed(values, self._signs[name]) if name in self._signs else values
        return self._in_kind(array)

    def _in_kind(self, array: np.ndarray) -> Any:
        if self._like is None:
            return array
        import torch

        tensor = torch.from_numpy(array).to(self._like.device)
        return tensor.to(self._like.dtype) if array.dtype == self._array.dtype else tensor


class FrameTable(Table):
    """A data frame of any library that narwhals reads.

    Parameters
    ----------
    native : data frame
        Ours to keep: nobody writes to it.
    """

    def __init__(self, native: Any) -> None:
        self._native = native
        frame = self._frame
        self._labels = tuple(frame.columns)  # pandas has labels that are no strings
        self.names = _checked_names([str(label) for label in self._labels])
        self.n_rows = len(frame)
        check_not_empty(self.n_rows, len(self.names))

    @functools.cached_property
    def row_bytes(self) -> int:  # type: ignore[override]  # found where it is first asked for: it takes long
        least = 8 * len(self.names)
        return (
            least if self._block is not None else max(least, int(self._frame.estimated_size()) // max(1, self.n_rows))
        )

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in ("_frame", "_known", "_block")}

    @functools.cached_property
    def _frame(self) -> nw.DataFrame[Any]:
        import narwhals as nw

        return nw.from_native(self._native, eager_only=True)

    @functools.cached_property
    def _place_of(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @functools.cached_property
    def _label_of(self) -> dict[str, Any]:
        return dict(zip(self.names, self._labels, strict=True))

    def _series(self, name: str) -> nw.Series[Any]:
        return self._frame.get_column(self._label_of[name])

    @functools.cached_property
    def _block(self) -> np.ndarray | None:
        """The numbers, where pandas keeps all in one array of float64: to ask it for each column is dear."""
        whole = len(self._frame.columns) == len(self.names)  # of a partition only some columns may have come
        if (
            not whole
            or not self._frame.implementation.is_pandas()
            or set(self._native.dtypes) != {np.dtype(np.float64)}
        ):
            return None
        together = np.asarray(self._native.to_numpy())
        return together if np.may_share_memory(together, self._native.iloc[:, 0].to_numpy()) else None

    @property
    def is_of_numbers(self) -> bool:
        return self._block is not None

    def matrix(self) -> np.ndarray:
        return super().matrix() if self._block is None else self._block.copy()

    def _numbers(self) -> np.ndarray:
        assert self._block is not None
        return self._block

    def _parts(self) -> Iterator[Any]:
        return (
            super()._parts() if self._block is None else itertools.chain([self.names, "frame"], _by_rows(self._block))
        )

    def kind(self, name: str) -> Kind:
        return self.kinds[name]

    @functools.cached_property
    def kinds(self) -> dict[str, Kind]:
        if self._block is not None:
            return dict.fromkeys(self.names, _kind_of_series(self._series(self.names[0])))
        return {name: _kind_of_series(self._series(name)) for name in self.names}

    @functools.cached_property
    def _signs(self) -> dict[str, Any]:
        """What stands where a value is missing, in each column of objects: also of some rows that of all."""
        if not self._frame.implementation.is_pandas_like() or self._block is not None:
            return {}
        objects = [label for label, dtype in self._native.dtypes.items() if _is_of_objects(dtype)]
        missing = {label: self._native[label].isna().to_numpy() for label in objects}
        return {str(label): self._native[label].iloc[rows.argmax()] for label, rows in missing.items() if rows.any()}

    def dtype(self, name: str) -> str:
        return str(self._series(name).dtype)

    def values(self, name: str) -> np.ndarray:
        if self.n_rows > _FEW_ROWS:
            return self._read(name)
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    @functools.cached_property
    def _known(self) -> dict[str, np.ndarray]:
        """Columns of a small table, which is asked for them again and again."""
        return {}

    def _read(self, name: str) -> np.ndarray:
        if self._block is not None:
            return _tidied(self._block[:, self._place_of[name]], self.kind(name))
        values = self._numpy(name)
        return _tidied(values.astype(object) if values.dtype.kind == "U" else values, self.kind(name))

    def _numpy(self, name: str) -> np.ndarray:
        import narwhals as nw

        series = self._series(name)
        if self.kind(name) == "nested":
            return np.fromiter(series.to_list(), dtype=object, count=self.n_rows)
        if isinstance(series.dtype, nw.Categorical) and self._frame.implementation.is_pyarrow():
            return _decoded(series.to_native())
        return np.asarray(series.to_numpy())

    def levels(self, name: str) -> np.ndarray | None:
        import narwhals as nw

        dtype = self._series(name).dtype
        if isinstance(dtype, nw.Enum):
            return np.asarray(dtype.categories, dtype=object)
        if isinstance(dtype, nw.Categorical) and self._frame.implementation.is_pandas_like():
            categories = getattr(self._native[self._label_of[name]].dtype, "categories", None)
            return None if categories is None else np.asarray(categories)  # of Arrow's dictionaries any word is one
        return None  # what other libraries call categorical takes any word

    def rows(self, positions: Any) -> FrameTable:
        return self.of_same_columns(self._frame[np.asarray(positions, dtype=np.intp)].to_native())

    def of_same_columns(self, native: Any) -> FrameTable:
        """Return the table of other rows, without looking at what the columns hold again; it may have no rows."""
        part = FrameTable.__new__(FrameTable)
        part.__dict__.update({**self.__dict__, "_native": native, "kinds": self.kinds, "_signs": self._signs})
        part.n_rows = len(native)
        for of_rows in ("_fingerprint", "odd_rows", "_frame", "_known", "_block"):
            part.__dict__.pop(of_rows, None)
        return part

    def columns(self, names: Sequence[str]) -> FrameTable:
        labels = [self._label_of[name] for name in names]
        if self._frame.implementation.is_pandas_like():
            return FrameTable(self._native[labels])
        return FrameTable(self._frame.select(*labels).to_native())

    def masked(self, row: Table, kept: np.ndarray) -> Any:
        if self.is_of_numbers or not isinstance(row, FrameTable) or not self._is_alike(row):
            return super().masked(row, kept)
        import narwhals as nw

        every = np.tile(np.arange(self.n_rows), len(kept))
        places = np.where(np.repeat(kept, self.n_rows, axis=0), self.n_rows, every[:, None])
        both = nw.concat([self._frame, row._frame])  # noqa: SLF001 (of this class)
        # taken by position, what is missing stays what it is, NaN or null
        known = [both.get_column(self._labels[at])[places[:, at]] for at in np.flatnonzero(kept.any(axis=0))]
        return self._frame[every].with_columns(*known).to_native()

    def _is_alike(self, other: FrameTable) -> bool:
        """Whether another table is of the same library, and of columns of the same dtypes."""
        natives = self._native, other._native
        if type(natives[0]) is not type(natives[1]) or self._labels != other._labels:
            return False
        ours, theirs = (list(each.dtypes if hasattr(each, "dtypes") else each.schema) for each in natives)
        return ours == theirs

    def native(self) -> Any:
        return _copy_of_frame(self._native)

    def _replaced(self, columns: dict[str, np.ndarray]) -> Any:
        columns = {name: self._with_gaps(name, values) for name, values in columns.items()}
        if self._frame.implementation.is_pandas_like():
            return self._replaced_in_pandas(columns)
        if self._frame.implementation.is_pyarrow():
            return self._replaced_in_pyarrow(columns)
        import narwhals as nw

        frame = self._frame
        new = [
            nw.new_series(
                name,
                values.tolist() if values.dtype.hasobject or values.dtype.kind in "US" else values,
                frame.schema[name] if self._holds(name, values) else nw.Float64(),
                backend=frame.implementation,
            )
            for name, values in columns.items()
        ]
        return frame.with_columns(*new).to_native()

    def _replaced_in_pandas(self, columns: dict[str, np.ndarray]) -> Any:
        native = self._native.copy()
        for name, values in columns.items():
            label = self._label_of[name]
            if _is_of_objects(native[label].dtype) and self._holds(name, values):
                signed = _signed(values, self._signs.get(name, np.nan))
                native[label] = type(native[label])(signed, index=native.index, dtype=object)
                continue
            plain = type(native[label])(values, index=native.index)
            if values.dtype.kind == "M" and getattr(native[label].dtype, "tz", None) is not None:
                plain = plain.dt.tz_localize("UTC")  # as moments of a time zone are read
            native[label] = plain.astype(native[label].dtype if self._holds(name, values) else np.float64)
        return native

    def _replaced_in_pyarrow(self, columns: dict[str, np.ndarray]) -> Any:
        import pyarrow as pa  # type: ignore[import-untyped]

        native = self._native
        for name, values in columns.items():
            place = self._place_of[name]
            field = native.schema.field(place)
            kind = field.type if self._holds(name, values) else pa.float64()
            is_coded = pa.types.is_dictionary(kind)
            column = pa.array(values, type=kind.value_type if is_coded else kind, from_pandas=is_coded)
            if is_coded:  # numpy's own are made into no dictionary at once
                column = column.dictionary_encode().cast(kind)
            native = native.set_column(place, field.with_type(kind), column)
        return native

    def _holds(self, name: str, values: np.ndarray) -> bool:
        """Whether a column's dtype can hold values without changing them, rounding to its precision aside."""
        kind, dtype = self.kind(name), self.dtype(name).partition("(")[0]
        if kind not in ("integer", "boolean"):
            return dtype != "Decimal"  # which rounds to the digits that it has
        missing = is_missing(values)
        if missing.any():
            own = getattr(self._native[self._label_of[name]], "dtype", None)
            if isinstance(own, np.dtype) and not own.hasobject:  # pandas' own have no sign of absence
                return False
            values = values[~missing]
        if kind == "integer":
            return _are_whole(values, dtype.lower())
        return bool(np.isin(values.astype(np.float64), (0, 1)).all())

    def _with_gaps(self, name: str, values: np.ndarray) -> np.ndarray:
        """Return whole numbers or truth values of which some are missing as such, and None."""
        missing, kind = is_missing(values), self.kind(name)
        if kind not in ("integer", "boolean") or not missing.any() or not self._holds(name, values):
            return values
        found = np.full(len(values), None, dtype=object)
        found[~missing] = list(map(int if kind == "integer" else bool, values[~missing].tolist()))
        return found


def _decoded(column: Any) -> np.ndarray:
    """Return pyarrow's column of coded words; its own `to_numpy` gives one of the words where one is missing."""
    import pyarrow as pa

    pieces = [piece.dictionary_decode() for piece in column.chunks]
    return np.asarray(pa.chunked_array(pieces, type=column.type.value_type).to_numpy())


def _is_of_objects(dtype: Any) -> bool:
    return isinstance(dtype, np.dtype) and dtype.hasobject


def _signed(values: np.ndarray, sign: Any) -> np.ndarray:
    """Return values in which what is missing has a column's own sign of that: to a model NaN and None differ."""
    missing = is_missing(values)
    if not missing.any() or values.dtype.kind == "M":
        return values
    found = values.astype(object)
    found[missing] = sign
    return found


def is_missing(values: np.ndarray) -> np.ndarray:
    """Return which values are NaN, None or another sign of absence."""
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    if values.dtype.hasobject:
        return np.fromiter(map(_is_nothing, values), dtype=bool, count=len(values))
    missing: np.ndarray = np.isnat(values) if values.dtype.kind in "mM" else np.zeros(len(values), dtype=bool)
    return missing


def sorted_unique(present: np.ndarray) -> np.ndarray:
    """Return values sorted, each once."""
    if present.dtype.kind in "iu" and present.ndim == 1:  # numpy looks each whole number up, which takes far longer
        ordered = np.sort(present)
        found: np.ndarray = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
        return found
    try:
        return np.unique(present)
    except TypeError:  # words among numbers have no order but that of their kinds
        listed = sorted(set(present.tolist()), key=lambda value: (isinstance(value, str), str(value)))
        return np.asarray(listed, dtype=object)


def _is_nothing(value: Any) -> bool:
    signs = ("NAType", "NaTType")  # pandas' own
    return value is None or type(value).__name__ in signs or (isinstance(value, float) and math.isnan(value))


def _is_array(data: Any) -> bool:
    return isinstance(data, np.ndarray | list | tuple) or is_tensor(data)


def _rows_together(rows: int, columns: int) -> int:
    """Return in how many rows at once numbers are mixed: numpy is quicker with long rows than with many."""
    most = max(1, _LONG_ROW // columns)
    return next(count for count in range(min(most, rows), 0, -1) if rows % count == 0)


def _array_table(data: Any, names: Sequence[str] | None) -> ArrayTable:
    like = None
    if is_tensor(data):
        like = data.detach()[:0]
        tensor = data.detach().cpu()
        array = (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy().copy()
    else:
        array = np.array(data)
    if array.dtype.kind == "c":
        raise InputError(
            "The table holds complex numbers.",
            given=f"an array of type {array.dtype}",
            expected="real numbers",
            do="pass their real and imaginary parts, or magnitudes, as columns",
        )
    if array.ndim != 2:
        raise InputError(
            "This is not a table.",
            given=f"an array of {array.ndim} dimensions, of shape {array.shape}",
            expected="two dimensions: rows, columns",
            do="pass X[None] for a single row, X[:, None] for a single column"
            if array.ndim < 2
            else "make one row of numbers of each case: X.reshape(len(X), -1)",
        )
    check_not_empty(*array.shape)
    given = [f"x{position}" for position in range(array.shape[1])] if names is None else [str(name) for name in names]
    if len(given) != array.shape[1]:
        raise InputError(
            "There are not as many names as columns.",
            given=f"{len(given)} names for {array.shape[1]} columns",
            expected="a name for each column",
            do="name all columns, or none",
        )
    return ArrayTable(array, _checked_names(given), like)


def _copy_of_frame(data: Any) -> Any:
    import narwhals as nw

    try:
        frame = nw.from_native(data, eager_only=True)
    except nw.exceptions.DuplicateError:
        labels = data.column_names if hasattr(data, "column_names") else data.columns  # pyarrow's columns are the data
        _checked_names([str(label) for label in labels])
        raise
    except TypeError as error:
        raise InputError(
            "This is not a table.",
            given=_named_kind(data),
            expected="a pandas, polars or pyarrow table, or an array of two dimensions",
            do=_way_to_a_table(data),
        ) from error
    if frame.implementation.is_pandas_like():
        return data.copy()
    return data.clone() if frame.implementation.is_polars() else data  # pyarrow's never change


def _named_kind(data: Any) -> str:
    kind = type(data)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__.partition('.')[0]}'s {kind.__name__}"


def _way_to_a_table(data: Any) -> str:
    if hasattr(data, "toarray"):
        return "call .toarray() on it"
    if hasattr(data, "to_frame"):
        return "pass X.iloc[[10]] or X[10:11] for a single row, .to_frame() for a single column"
    return "convert it, to a pandas table for instance"


def _checked_names(names: list[str]) -> tuple[str, ...]:
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise InputError(
            "Two columns have one name.",
            given=f"more than one column named {_listed(twice)}",
            expected="a name of its own for each column",
            do="rename or drop one of them",
        )
    return tuple(names)


def check_not_empty(rows: int, columns: int) -> None:
    if rows == 0 or columns == 0:
        raise InputError(
            "The table is empty.",
            given=f"{rows} rows and {columns} columns",
            expected="at least one row and one column",
            do="pass the data that the model was trained on, or some like it",
        )


def _kind_of_series(series: nw.Series[Any]) -> Kind:
    import narwhals as nw

    dtype = series.dtype
    if dtype.is_nested() or _is_of_records(series):
        return "nested"
    if isinstance(dtype, nw.Categorical | nw.Enum):
        return "category"
    if isinstance(dtype, nw.Boolean):
        return "boolean"
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "numeric"
    return _kind_of(series.to_numpy()) if isinstance(dtype, nw.Object) else "text"


def _is_of_records(series: nw.Series[Any]) -> bool:
    """Whether a column holds records though its dtype does not say so: what pandas' intervals become elsewhere."""
    import narwhals as nw

    coded = getattr(getattr(series.to_native(), "type", None), "value_type", None)  # of pyarrow's dictionaries
    if coded is not None:
        return bool(getattr(coded, "storage_type", coded).num_fields)
    if not isinstance(series.dtype, nw.Unknown):
        return False
    values = np.asarray(series.to_numpy())
    return values.ndim > 1 or _kind_of(values) == "nested"


def _kind_of(values: np.ndarray) -> Kind:
    known: dict[str, Kind] = {"f": "numeric", "i": "integer", "u": "integer", "b": "boolean"}
    if not values.dtype.hasobject:
        return known.get(values.dtype.kind, "text")
    present = values[~is_missing(values)]
    types = {bool if issubclass(kind, bool | np.bool) else kind for kind in map(type, present)}
    if any(issubclass(kind, list | tuple | dict | set | np.ndarray) for kind in types):
        return "nested"
    if types == {bool}:
        return "boolean"
    if all(issubclass(kind, int | float | np.integer | np.floating) for kind in types):
        return "integer" if types and all(issubclass(kind, int | np.integer) for kind in types) else "numeric"
    return "text"


def _tidied(values: np.ndarray, kind: Kind) -> np.ndarray:
    """Return read-only values in which numbers are numbers, and what is missing is NaN or None."""
    if values.dtype.hasobject:
        missing = is_missing(values)
        if kind in ("numeric", "integer"):
            whole = kind == "integer" and not missing.any() and max(map(abs, values.tolist()), default=0) < 1 << 63
            values = np.where(missing, np.nan, values).astype(np.int64 if whole else np.float64)
        elif kind == "boolean" and not missing.any():
            values = values.astype(bool)
        else:
            values = values.copy()
            values[missing] = None
    values = values.view()
    values.flags.writeable = False
    return values


def _first_odd_rows(numbers: np.ndarray) -> np.ndarray:
    """Return the first row that is missing in each column, and the first that is infinite; see `Table.odd_rows`."""
    found: set[int] = set()
    if numbers.dtype.kind == "f":
        for is_odd in (np.isnan, np.isinf):
            seen, first = np.zeros(numbers.shape[1], bool), 0
            for block in _by_rows(numbers):
                odd = is_odd(block)
                new = odd.any(axis=0) & ~seen
                found |= set((first + odd.argmax(axis=0)[new]).tolist()) if new.any() else set()
                seen |= new
                first += len(block)
    return np.array(sorted(found), dtype=np.intp)


def _by_rows(numbers: np.ndarray) -> Iterator[np.ndarray]:
    """Yield blocks of rows."""
    rows = max(1, _DIGESTED_AT_ONCE // max(1, numbers[:1].nbytes))
    return (np.ascontiguousarray(numbers[first : first + rows]) for first in range(0, len(numbers), rows))


def _plain(values: np.ndarray) -> Any:
    return values.tolist() if values.dtype.hasobject else np.ascontiguousarray(values)


def _are_numbers(values: np.ndarray) -> bool:
    return values.dtype.kind in "fiub" or (
        values.dtype.hasobject and _kind_of(values) in ("numeric", "integer", "boolean")
    )


def _are_whole(values: np.ndarray, dtype: str) -> bool:
    """Whether values are whole numbers within the range of an integer dtype, or of Python's own, which has none."""
    numbers = values if values.dtype.kind in "iub" else values.astype(np.float64)
    if not (np.isfinite(numbers) & (numbers == np.floor(numbers))).all():
        return False
    if not len(numbers) or dtype == "object":
        return True
    limits = np.iinfo(dtype)
    return limits.min <= int(numbers.min()) and int(numbers.max()) <= limits.max


def _dtype_to_hold(dtype: np.dtype[Any], values: np.ndarray) -> np.dtype[Any]:
    if dtype.hasobject or (dtype.kind == "f" and _are_numbers(values)):
        return dtype
    if dtype.kind in "iu":
        return dtype if _are_whole(values, dtype.name) else np.dtype(np.float64)
    if dtype.kind == "b":
        return dtype if values.dtype.kind == "b" else np.result_type(dtype, values.dtype)
    return np.dtype(object)  # words of a fixed width would be cut


def _listed(names: Sequence[Any], most: int = 12) -> str:
    shown = ", ".join(map(repr, names[:most]))
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
