"""The rows that stand in for what a coalition does not know: which they are, and what they are called."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from ...models import InputError
from ...models.digests import digest
from ...models.partitions import in_memory
from ...models.tables import Table, is_missing

DEFAULT_ROWS = 100


class Source(NamedTuple):
    """Where the rows of a background come from.

    Attributes
    ----------
    kind : {"given", "weighted", "drawn", "all", "kmeans"}
        Rows as they were given, weighted or not; some or all of a table; or centres of its clusters.
    rows : int
    of : int or None
        Rows of the table that they are drawn or made from.
    """

    kind: Literal["given", "weighted", "drawn", "all", "kmeans"]
    rows: int
    of: int | None = None

    @property
    def text(self) -> str:
        if self.kind in ("given", "weighted"):
            return f"{_counted(self.rows)} given" + (", weighted" if self.kind == "weighted" else "")
        if self.kind == "all":
            return f"all {_counted(self.rows)} of X"
        of = _counted(self.of or 0)
        return f"{self.rows:,} of the {of} of X" if self.kind == "drawn" else f"{self.rows:,} k-means centres of {of}"


@dataclass(frozen=True, eq=False)
class Background:
    """Rows that features outside of a coalition take their values from, each with a weight.

    `Background.of` makes one from what people pass; all rows given are used.

    Attributes
    ----------
    table : Table
        The rows.
    weights : ndarray of float64 of shape (rows,)
        At least 0; they sum to 1.
    source : Source
        Where they come from; `text` says it, as in "100 of the 442 rows of X".

    Examples
    --------
    >>> import numpy as np
    >>> X = np.arange(12.0).reshape(6, 2)
    >>> Background.of(X[:3], Table.of(X)).text
    '3 rows given'
    >>> Background.of(4, Table.of(X), seed=1).text
    '4 of the 6 rows of X'
    >>> Background.kmeans(X, 2).text
    '2 k-means centres of 6 rows'
    """

    table: Table
    weights: np.ndarray
    source: Source

    @classmethod
    def of(cls, given: Any, table: Table, *, seed: int = 0) -> Background:
        """Return the background for the rows of a table.

        Parameters
        ----------
        given : table, int, Background or None
            Rows; how many to draw from `table`; one made before; or None for at most 100 rows of `table`. What
            `shap.kmeans`, `shap.sample` and the shap package's maskers give is taken too.
        table : Table
            The rows that are explained.
        seed : int, default 0
            Of the rows that are drawn.

        Raises
        ------
        InputError
            Where its columns are not those of `table`.
        """
        if isinstance(given, Background):
            ordered = _in_order(given.table, table)
            return given if ordered is given.table else cls(ordered, given.weights, given.source)
        if given is None:
            return cls.drawn(table, min(DEFAULT_ROWS, table.n_rows), seed=seed)
        if isinstance(given, int | np.integer) and not isinstance(given, bool):
            return cls.drawn(table, int(given), seed=seed)
        rows, weights = _of_shap(given, table) if type(given).__module__.startswith("shap.") else (given, None)
        background = in_memory(
            Table.of(rows, None if _has_names(rows) else table.names if _same_width(rows, table) else None)
        )
        return cls(
            _in_order(background, table),
            _checked_weights(weights, background.n_rows),
            Source("given" if weights is None else "weighted", background.n_rows),
        )

    @classmethod
    def drawn(cls, X: Any, n_rows: int, *, seed: int = 0) -> Background:  # noqa: N803 (as everywhere)
        """Return rows of a table drawn without repetition; all of them where `n_rows` is their number."""
        table = in_memory(Table.of(X))
        if table.n_rows == 1:
            raise InputError(
                "One row cannot be compared with itself.",
                given="a table of 1 row, and no other rows to take absent features from",
                expected="a background of other rows",
                do="pass background=, the training data for instance",
            )
        if not 1 <= n_rows <= table.n_rows:
            raise InputError(
                "So many background rows cannot be drawn.",
                given=f"background={n_rows} and a table of {_counted(table.n_rows)}",
                expected=f"a number from 1 to {table.n_rows}",
                do="pass a number in this range, or rows",
            )
        if n_rows == table.n_rows:
            return cls(table, _equal(n_rows), Source("all", n_rows))
        chosen = np.sort(np.random.default_rng(seed).choice(table.n_rows, n_rows, replace=False))
        return cls(table.rows(chosen), _equal(n_rows), Source("drawn", n_rows, table.n_rows))

    @classmethod
    def kmeans(cls, X: Any, n_centres: int, *, seed: int = 0) -> Background:  # noqa: N803
        """Return the centres of k-means clusters, each weighted by its cluster's size.

        As `shap.kmeans` does, each number of a centre is moved to the nearest that the column has.
        """
        from sklearn.cluster import KMeans  # type: ignore[import-untyped]

        table = in_memory(Table.of(X))
        matrix = table.matrix()
        if not 1 <= n_centres <= table.n_rows:
            raise InputError(
                "So many centres cannot be found.",
                given=f"{n_centres} centres of {_counted(table.n_rows)}",
                expected=f"a number from 1 to {table.n_rows}",
                do="pass a number in this range",
            )
        if not np.isfinite(matrix).all():
            raise InputError(
                "k-means needs a number in every place.",
                given="a table with missing or infinite values",
                expected="finite numbers",
                do="pass rows or their number as the background instead",
            )
        found = KMeans(n_centres, n_init=10, random_state=seed % 2**32).fit(matrix)
        nearest = {name: _nearest(matrix[:, at], found.cluster_centers_[:, at]) for at, name in enumerate(table.names)}
        sizes = np.bincount(found.labels_, minlength=n_centres)
        centres = table.rows(np.zeros(n_centres, dtype=np.intp)).replaced(nearest)
        source = Source("kmeans", n_centres, table.n_rows)
        return cls(Table.of(centres, None if _has_names(centres) else table.names), sizes / sizes.sum(), source)

    @property
    def text(self) -> str:
        """What it is called, as in "100 of the 442 rows of X"."""
        return self.source.text

    @functools.cached_property
    def fingerprint(self) -> str:
        """A digest of rows and weights."""
        return digest(self.table.fingerprint, self.weights)

    def matrix(self) -> np.ndarray:
        """Return the rows as float64, read-only; see `Table.matrix`."""
        return self._matrix

    @functools.cached_property
    def _matrix(self) -> np.ndarray:
        found = self.table.matrix()
        found.flags.writeable = False
        return found

    def mean(self, scores: np.ndarray) -> np.ndarray:
        """Return the weighted mean over the background of scores of shape (..., rows, outputs)."""
        found: np.ndarray = np.einsum("...ko,k->...o", scores, self.weights)
        return found


def _in_order(background: Table, table: Table) -> Table:
    """Return the background with columns in the order of a table's; raise InputError where they are others."""
    ours, theirs = set(table.names), set(background.names)
    missing = [name for name in table.names if name not in theirs]
    extra = [name for name in background.names if name not in ours]
    if missing or extra:
        raise InputError(
            "The background has other columns than X.",
            given=" and ".join(
                f"{count} columns {relation} the background{_some(names)}"
                for count, relation, names in (
                    (len(missing), "that are missing in", missing),
                    (len(extra), "that are only in", extra),
                )
                if names
            ),
            expected=f"the {len(table.names)} columns of X, tables of one kind",
            do="take the background from the table that X is of",
        )
    differing = set(background.words) ^ set(table.words)
    if differing:
        name = next(name for name in table.names if name in differing)
        raise InputError(
            "The background holds other things than X.",
            given=f"the column {name!r}, {background.dtype(name)} in the background and {table.dtype(name)} in X",
            expected="numbers in both, or words in both",
            do="prepare both in the same way",
        )
    for name in table.words:
        background.check_values(name, _present(table, name))
    if background.names == table.names:
        return background
    return background.columns(table.names)


def _present(table: Table, name: str) -> np.ndarray:
    values = table.values(name)
    return np.asarray(values[~is_missing(values)])


def _some(names: list[str]) -> str:
    return f" ({', '.join(map(repr, names[:4]))}{', ...' if len(names) > 4 else ''})"


def _has_names(rows: Any) -> bool:
    return isinstance(rows, Table) or hasattr(rows, "columns") or hasattr(rows, "column_names")


def _same_width(rows: Any, table: Table) -> bool:
    """Whether rows without names may take those of a table that has none of its own either."""
    own = tuple(f"x{position}" for position in range(len(table.names)))
    return table.names == own and np.ndim(rows) == 2 and np.shape(rows)[1] == len(own)


def _of_shap(given: Any, table: Table) -> tuple[Any, Any]:
    """Return rows and weights of an object of the shap package: a table like ours where its names are the same."""
    rows: Any = getattr(given, "data", None)
    if np.ndim(rows) != 2:
        raise InputError(
            "This object of the shap package holds no background rows.",
            given=f"{type(given).__module__}.{type(given).__name__}",
            expected="rows, or what shap.kmeans, shap.sample or a masker of tables holds",
            do="pass the rows themselves",
        )
    found = (getattr(given, names, None) for names in ("group_names", "feature_names"))
    names = next((names for names in found if names is not None), ())
    named = {str(name): column for name, column in zip(names, np.asarray(rows).T, strict=False)}
    if set(named) == set(table.names) and len(named) == np.shape(rows)[1]:
        rows = table.filled({name: _as_in(table, name, values) for name, values in named.items()})
    return rows, getattr(given, "weights", None)


def _as_in(table: Table, name: str, values: np.ndarray) -> np.ndarray:
    """Return a column of an array, which may be of objects, as numbers where that of the table is."""
    return values if name in table.words else values.astype(np.float64)


def _checked_weights(given: Any, n_rows: int) -> np.ndarray:
    if given is None:
        return _equal(n_rows)
    weights = np.asarray(given, dtype=np.float64)
    if weights.shape != (n_rows,) or not np.isfinite(weights).all() or weights.min() < 0 or not weights.sum():
        raise InputError(
            "The background's weights are not understood.",
            given=f"weights of shape {weights.shape} for {_counted(n_rows)}, the least {weights.min(initial=np.inf):g}",
            expected="a number for each row, none below 0 and not all 0",
            do="pass rows without weights, or what shap.kmeans gives",
        )
    return np.asarray(weights / weights.sum())


def _equal(n_rows: int) -> np.ndarray:
    return np.full(n_rows, 1 / n_rows)


def _nearest(values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return np.asarray(values[np.abs(values[:, None] - wanted).argmin(axis=0)])


def _counted(n_rows: int) -> str:
    return "1 row" if n_rows == 1 else f"{n_rows:,} rows"
