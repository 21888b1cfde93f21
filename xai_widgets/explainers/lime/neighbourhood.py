"""What is drawn around a row: each column on its own, as it is spread over the training data."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from ...models import InputError
from ...models.digests import digest
from ...models.tables import ArrayTable, Table, is_missing
from ..grids import categorical_names
from ..parts import Parts, finished
from ..row_values import plain, row_values
from .cells import Cells, Spread
from .discretize import Bins, bins_of, checked_discretizer

_VALUES_AT_ONCE = 500_000  # of columns that are read
_LEAST_OF_COLUMN = 2_000  # values, which take as long as few
_LARGEST = np.finfo(np.float64).max

if TYPE_CHECKING:
    from .points import Points


@dataclass(frozen=True)
class Column:
    """A column as LIME sees it: in bins, by its categories, or standardised where it has neither.

    Attributes
    ----------
    name : str
    bins : Bins or None
    levels : ndarray or None
        The categories, sorted.
    frequency : ndarray
        Of the bins or categories.
    mean, scale : float
        Of a standardised column.
    """

    name: str
    bins: Bins | None = None
    levels: np.ndarray | None = None
    frequency: np.ndarray = field(default_factory=lambda: np.ones(1))
    mean: float = 0.0
    scale: float = 1.0

    @property
    def standardised(self) -> bool:
        return self.bins is None and self.levels is None

    def place(self, value: Any) -> int:
        """Return the bin or category of a value; raise InputError where it is of no category seen in training."""
        if self.bins is not None:
            return self.bins.place(value)
        assert self.levels is not None, "a standardised column has no places"
        found = [index for index, level in enumerate(self.levels.tolist()) if level == value]
        if not found:
            raise InputError(
                f"The column {self.name!r} has no such category in the training data.",
                given=repr(value),
                expected=f"one of {', '.join(map(repr, self.levels[:12].tolist()))}",
                do="explain a row of known categories: of others LIME draws nothing that is alike",
            )
        return found[0]

    def label(self, value: Any) -> str:
        """Return what a weight of this column speaks of, in lime's words."""
        if self.bins is not None:
            return self.bins.label(self.name, self.place(value))
        if self.levels is None:
            return self.name
        level = plain(value)
        return f"{self.name}={int(level) if isinstance(level, float) and level.is_integer() else level}"

    def condition(self, value: Any) -> str:
        """Return the same without the name, and with the row's own value."""
        if self.bins is not None:
            return self.bins.condition(float(value))
        shown = f"{value:.4g}" if isinstance(value, float) else str(plain(value))
        return f"= {shown}".replace("-", "\u2212") if self.levels is None else f"= {shown}"


class Words(Sequence[str]):
    """What is said of each value of a row, made when it is read.

    Parameters
    ----------
    say : sequence of callable
        By column.
    values : sequence
    """

    def __init__(self, say: Sequence[Callable[[Any], str]], values: Sequence[Any]) -> None:
        self._say, self._values = say, values

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        return self._say[at](self._values[at])

    def __repr__(self) -> str:
        return repr(list(self))


@dataclass(frozen=True)
class Place:
    """The row that is explained, as the neighbourhood sees it.

    Attributes
    ----------
    values : list
        By column.
    numbers : ndarray of shape (columns,)
        The same, categories by their position.
    scaled : ndarray of shape (columns,)
        What the linear model gets: 1 for a bin or category.
    places : ndarray of int of shape (columns,)
        Bins and categories.
    """

    values: list[Any]
    numbers: np.ndarray
    scaled: np.ndarray
    places: np.ndarray


@dataclass(frozen=True)
class Draws:
    """What points stand for, whatever row is explained.

    Attributes
    ----------
    numbers : ndarray of shape (samples, columns)
        Values, categories by their position.
    places : ndarray of int of shape (samples, columns)
        Bins and categories.
    """

    numbers: np.ndarray
    places: np.ndarray

    @property
    def nbytes(self) -> int:
        return self.numbers.nbytes + self.places.nbytes


class Neighbourhood:
    """What turns points into rows like those of the training data: lime's own mixture for each column; see `Cells`.

    Parameters
    ----------
    X_train : table
        See `models.tables.Table`.
    discretizer : {"quartile", "decile", "entropy"} or None, default "quartile"
        None draws standardised normal numbers.
    categorical_features : sequence of names, positions or truth values, optional
        Numbers that are names; words, categories and truth values always are.
    training_labels : array of shape (rows,), optional
        For "entropy".
    seed : int, default 0
        Of the entropy's trees.

    Attributes
    ----------
    table : Table
    columns : tuple of Column
    binary : bool
        Whether the linear model sees only whether a sample is in the bin or category of the row.
    """

    def __init__(
        self,
        X_train: Any,  # noqa: N803 (as everywhere)
        *,
        discretizer: str | None = "quartile",
        categorical_features: Any = None,
        training_labels: Any = None,
        seed: int = 0,
    ) -> None:
        self._check(X_train, discretizer, categorical_features, training_labels, seed)
        finished(self.read())

    @classmethod
    def unread(cls, X_train: Any, **settings: Any) -> Neighbourhood:  # noqa: N803
        """Return one whose settings are checked, and whose columns are looked at by `read`."""
        made = cls.__new__(cls)
        made._check(X_train, **settings)  # noqa: SLF001 (ours)
        return made

    def _check(
        self,
        X_train: Any,  # noqa: N803
        discretizer: str | None = "quartile",
        categorical_features: Any = None,
        training_labels: Any = None,
        seed: int = 0,
    ) -> None:
        self.table = Table.of(X_train)
        self.discretizer, self._labels = checked_discretizer(discretizer, training_labels, self.table.n_rows)
        self._named = categorical_names(self.table, categorical_features)
        self._seed = seed
        self._plain = _plain_table(self.table)

    def read(self) -> Parts[None]:
        """Look at the columns, once, and yield between some of them."""
        if hasattr(self, "_cells"):
            return
        yield from self.table.read_fingerprint()
        columns, spreads, looked_at = [], [], 0
        for name in self.table.names:
            columns.append(self._column(name))
            spreads.append(self._spread(columns[-1]))
            looked_at += self.table.n_rows + _LEAST_OF_COLUMN
            if looked_at >= _VALUES_AT_ONCE:
                looked_at = 0
                yield
        self.columns = tuple(columns)
        self.binary = not any(column.standardised for column in self.columns)
        self._standardised = np.array([column.standardised for column in self.columns])
        self._mean = np.array([column.mean for column in self.columns])
        self._scale = np.array([column.scale for column in self.columns])
        self._cells = yield from Cells.in_parts(spreads)

    def _column(self, name: str) -> Column:
        if name in self._named or self.table.kind(name) not in ("numeric", "integer"):
            return _categories(self.table, name)
        return _numbers(self.table, name, self.discretizer, self._labels, self._seed)

    def _spread(self, column: Column) -> Spread:
        if column.bins is not None:
            return Spread(*(getattr(column.bins, part.name) for part in fields(Spread)))
        if column.levels is None:
            return Spread.of_levels(np.zeros(1), column.frequency)
        numbers = column.levels.astype(np.float64) if self._plain is not None else np.arange(len(column.levels))
        return Spread.of_levels(numbers, column.frequency)

    @functools.cached_property
    def fingerprint(self) -> str:
        """A digest of the training data and of how it is drawn from."""
        kinds = [(column.name, column.standardised, column.levels is None) for column in self.columns]
        edges = [None if column.bins is None else column.bins.edges.tolist() for column in self.columns]
        return digest(self.table.fingerprint, kinds, edges)

    def place(self, values: list[Any]) -> Place:
        """Return where a row of checked values stands."""
        places = [
            0 if column.standardised else column.place(value)
            for column, value in zip(self.columns, values, strict=True)
        ]
        numbers = np.array(
            [
                place if column.levels is not None and self._plain is None else float(value)
                for column, value, place in zip(self.columns, values, places, strict=True)
            ]
        )
        scaled = np.where(self._standardised, (numbers - self._mean) / self._scale, 1.0)
        return Place(values, numbers, scaled, np.array(places, self._cells.places_type))

    def draw(self, points: Points) -> Draws:
        """Return what points stand for, uint32 of shape (samples, columns)."""
        numbers, places = self._cells.draw(points)
        if not self.binary:
            from scipy.special import ndtri  # type: ignore[import-untyped]

            chosen = self._standardised
            numbers[:, chosen] = ndtri((points[:, chosen] + 0.5) / 2.0**32) * self._scale[chosen] + self._mean[chosen]
        return Draws(numbers, places)

    def around(self, place: Place, draws: Draws, *, with_row: bool) -> tuple[np.ndarray, Any]:
        """Return samples as the two models get them.

        Parameters
        ----------
        place : Place
            The row that is explained.
        draws : Draws
        with_row : bool
            Whether the first sample is the row itself.

        Returns
        -------
        design : ndarray of shape (samples, columns)
            What the linear model gets: whether each value is in the row's bin or category, or its standard score.
        samples : table
            What the model gets, of the training data's kind; the model may spoil it.
        """
        numbers, design = draws.numbers.copy(), draws.places == place.places
        if not self.binary:
            chosen = self._standardised
            design = design.astype(np.float64)
            design[:, chosen] = (numbers[:, chosen] - self._mean[chosen]) / self._scale[chosen]
        if with_row:
            design[0], numbers[0] = place.scaled, place.numbers
        return design, self._native(numbers)

    def _native(self, numbers: np.ndarray) -> Any:
        if self._plain is not None:
            return self._plain.of_numbers(numbers)
        return self.table.filled(
            {
                column.name: drawn if column.levels is None else column.levels[drawn.astype(np.intp)]
                for column, drawn in zip(self.columns, numbers.T, strict=True)
            }
        )

    def row(self, row: Any) -> list[Any]:
        """Check a row and return its values by column.

        Parameters
        ----------
        row : int, mapping, sequence, or table of one row
            An int is a position in the training data; a mapping or a Series with the columns' names goes by name.
        """
        if (
            self._plain is not None
            and isinstance(row, np.ndarray)
            and row.shape == (len(self.table.names),)
            and row.dtype.kind in "fiub"
        ):
            numbers = row.astype(np.float64)
            if np.isfinite(numbers).all():
                return list(numbers.tolist())
        values = row_values(row, self.table)
        if self.table.is_of_numbers and _are_finite_numbers(values):
            return values
        for name, value in zip(self.table.names, values, strict=True):
            if is_missing(np.array([value], dtype=object))[0] or _is_infinite(value):
                raise InputError(
                    f"The row has no finite value in the column {name!r}.",
                    given=repr(value),
                    expected="a value in each column: LIME draws others around it",
                    do="fill it in first, or explain a row without gaps",
                )
            given = np.array([value], dtype=None if isinstance(value, int | float) else object)
            self.table.check_values(name, given)
        return values


def _plain_table(table: Table) -> ArrayTable | None:
    """Return an array of numbers alone, which new rows are made for at once."""
    if not isinstance(table, ArrayTable):
        return None
    return table if all(table.kind(name) in ("numeric", "integer", "boolean") for name in table.names) else None


def _categories(table: Table, name: str) -> Column:
    levels = table.unique(name)
    values = table.values(name)
    assert levels is not None
    _check_present(name, is_missing(values))
    listed = levels.tolist()
    position = {level: index for index, level in enumerate(listed)}
    counts = np.bincount([position[value] for value in values.tolist()], minlength=len(listed))
    return Column(name, levels=levels, frequency=counts / len(values))


def _numbers(table: Table, name: str, discretizer: str | None, labels: np.ndarray | None, seed: int) -> Column:
    values = table.values(name).astype(np.float64)
    _check_present(name, ~np.isfinite(values))
    if discretizer is not None:
        bins = bins_of(values, discretizer, labels, seed)
        return Column(name, bins=bins, frequency=bins.frequency)
    mean, scale = float(values.mean()), float(values.std())
    constant = scale <= 10 * np.finfo(np.float64).eps * abs(mean)
    return Column(name, mean=mean, scale=1.0 if constant else scale)


def _check_present(name: str, bad: np.ndarray) -> None:
    if bad.any():
        raise InputError(
            f"The column {name!r} has values that are missing or infinite.",
            given=f"{int(bad.sum())} of {len(bad)} rows without a finite value",
            expected="a value in each row of the training data: LIME draws its samples from them",
            do="fill them in, or pass the rows that have all values",
        )


def _are_finite_numbers(values: list[Any]) -> bool:
    return all(type(value) in (int, float) and abs(value) <= _LARGEST for value in values)


def _is_infinite(value: Any) -> bool:
    return isinstance(value, float) and np.isinf(value)
