"""Accumulated local effects: how the prediction moves with a feature among the rows that have such values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..models import InputError
from ..models.digests import digest
from ..models.partitions import PartitionedTable
from ..models.predictors import Predictor
from ..models.tables import Table, is_missing, sorted_unique
from .grids import Axis, axis_of_group, feature_name, feature_values
from .runs import Ranges, check_same_run, count, joined, next_units
from .stream import Estimate, Explainer, drive, last

_MOST_BYTES = 8 << 20  # of copied rows that the model sees at once


@dataclass(frozen=True)
class AccumulatedEffects:
    """The effect of one feature, its mean over the rows zero.

    Attributes
    ----------
    grid_values : ndarray of shape (points,)
        The edges of the bins, or the categories in the order of the accumulation.
    effects : ndarray of shape (outputs, points)
        At each of these.
    steps : ndarray of shape (outputs, points - 1)
        The mean difference between the model's answers at each value and at the one before.
    counts : ndarray of int of shape (points - 1,) or (points,)
        Rows in each bin, or of each category.
    """

    grid_values: np.ndarray
    effects: np.ndarray
    steps: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class EffectsState:
    """Where the effects stand; see `stream.State`.

    Attributes
    ----------
    table : Table
        The data, a snapshot. Never written to.
    axis : Axis
        The edges of the bins, or the categories, and what the columns are set to at each.
    binned : bool
        Whether rows lie between two values of the axis, or on one.
    order : ndarray of int of shape (rows,)
        Unit k is row order[k]; rows without a value are left out.
    place : ndarray of int of shape (rows,)
        The bin or category of each unit.
    identity : dict of str to str
        What must be the same for two states to be of one run, by name.
    ranges : tuple of (int, int)
        The units done, as sorted disjoint half-open ranges.
    moved : ndarray of int of shape (points - 1,)
        How many rows were moved over each step.
    sums, squares : ndarray of shape (outputs, points - 1)
        Of the differences that the moves made to the model's answers.
    """

    table: Table
    axis: Axis
    binned: bool
    order: np.ndarray
    place: np.ndarray
    identity: dict[str, str]
    ranges: Ranges = ((0, 0),)
    moved: np.ndarray | None = None
    sums: np.ndarray | None = None
    squares: np.ndarray | None = None

    @property
    def units(self) -> int:
        return count(self.ranges)

    @property
    def total_units(self) -> int:
        return len(self.order)

    @property
    def counts(self) -> np.ndarray:
        """Rows in each bin, or of each category, done or not."""
        return np.bincount(self.place, minlength=len(self.axis.values) - self.binned)

    def moves(self, units: slice) -> tuple[np.ndarray, np.ndarray]:
        """Return which rows are moved, and over which step: a category's to both its neighbours."""
        rows, place = self.order[units], self.place[units]
        if len(self.axis.values) == 1:
            return rows[:0], place[:0]
        if self.binned:
            return rows, place
        up, down = place < len(self.axis.values) - 1, place > 0
        return np.concatenate([rows[up], rows[down]]), np.concatenate([place[up], place[down] - 1])


@dataclass(frozen=True)
class EffectsEstimate(Estimate[EffectsState]):
    """The effects by the rows done, `value` of shape (outputs, points); its `standard_error` is zero at the end."""

    @property
    def grid_values(self) -> list[np.ndarray]:
        """The edges of the bins, or the categories."""
        return [self.state.axis.values]

    @property
    def effects(self) -> AccumulatedEffects:
        assert isinstance(self.value, np.ndarray)
        return AccumulatedEffects(self.state.axis.values, self.value, np.diff(self.value, axis=1), self.state.counts)


class AccumulatedLocalEffects(Explainer[EffectsState]):
    """The accumulated local effects of one feature, by more and more rows of a table.

    Source: Apley, Zhu 2020, JRSS B 82(4), arXiv 1612.08468, eq. 15 and 16. In each bin of the feature, the rows in it
    are moved to its two edges; the mean differences are added up from the left, and the mean over all rows is taken
    off. Rows are not moved further than that, so that correlated features make no rows that could not be. The edges
    are quantiles of the data; those that coincide are merged, so that no bin is empty. Rows without a value are left
    out. Rows are taken in a random order, one of each bin first.

    Parameters
    ----------
    model, response_method, target
        See `models.predictors.Predictor`; a ready one is taken as it is.
    feature : int or str
        By name or position, or the name of one of `groups`.
    n_bins : int, default 40
        At most; a numeric feature's.
    order : sequence of categories, optional
        The order in which categories are accumulated: neighbours should be alike. By default that of the column's
        levels or of the group's columns, or else the sorted one. The effects depend on it.
    seed : int, default 0
        Of the order of the rows.
    groups : dict of str to sequence of columns, optional
        One-hot columns that move together, by the group's name.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.linspace(0, 1, 5)[:, None]
    >>> *_, estimate = AccumulatedLocalEffects(lambda X: 2 * X[:, 0], 0, n_bins=2).stream(X)
    >>> estimate.value, estimate.done
    (array([[-0.9,  0.1,  1.1]]), 5)
    """

    method = "accumulated local effects"

    def __init__(
        self,
        model: Any,
        feature: Any,
        *,
        n_bins: int = 40,
        order: Sequence[Any] | None = None,
        response_method: str = "auto",
        target: Any = None,
        seed: int = 0,
        groups: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        self.predictor = (
            model if isinstance(model, Predictor) else Predictor(model, response_method=response_method, target=target)
        )
        self.feature = feature
        self.n_bins = n_bins
        self.order = order
        self.seed = seed
        self.groups = groups or {}

    def stream(self, X: Any, *, state: EffectsState | None = None) -> Iterator[EffectsEstimate]:  # noqa: N803
        """Yield estimates by more and more rows; see `stream.drive`.

        Raises
        ------
        InputError, ModelError
            When it is called, for what cannot be explained; on the way, where the model fails.
        """
        fresh = self.start(X)
        return drive(self, fresh if state is None else self.resume(state, fresh))  # type: ignore[return-value]

    def start(self, X: Any) -> EffectsState:  # noqa: N803
        """Check everything and return the state before the first row; the model is not called."""
        table = Table.of(X)
        if isinstance(table, PartitionedTable):
            raise InputError(
                "Accumulated effects need the rows at hand.",
                given=f"a table in parts, of {table.n_rows} rows",
                expected="a table of this process",
                do="compute some of its rows, X.sample(frac=0.01).compute() for instance",
            )
        name = feature_name(table, self.feature, self.groups)
        values = feature_values(table, name, self.groups)
        present = np.flatnonzero(~is_missing(values))
        if not len(present):
            raise InputError(
                f"The column {name!r} has no values.",
                given=f"{len(values)} rows, all of them missing",
                expected="at least one value",
                do="explain another column",
            )
        binned = name not in self.groups and self.order is None and table.kind(name) in ("numeric", "integer")
        if binned:
            grid, place = _bins(values[present], self.n_bins)
            axis = Axis(name, grid, {name: grid})
        else:
            axis, place = _levels(table, name, values[present], self.order, self.groups)
        identity = {
            "model": self.predictor.fingerprint(),
            "data": table.fingerprint,
            "effects": digest([axis.name, axis.values.tolist(), sorted(axis.columns)]),
            "seed": str(self.seed),
        }
        taken = _one_of_each_first(place, self.seed)
        return EffectsState(table, axis, binned and len(grid) > 1, present[taken], place[taken], identity)

    def resume(self, state: EffectsState, fresh: EffectsState) -> EffectsState:
        """Return `state` as a beginning of the run that `fresh` starts.

        Raises
        ------
        InputError
            Where it is of another model, data, feature, grid or seed.
        """
        check_same_run(state.identity, fresh.identity)
        return state

    def advance(self, state: EffectsState, units: int) -> EffectsState:
        if state.moved is None:
            units = max(units, len(state.counts))  # a row of each bin: no step is unknown
        first, stop = next_units(state.ranges, units, state.total_units)
        rows, step = state.moves(slice(first, stop))
        found = _differences(self.predictor, state, rows, step)
        steps = len(state.axis.values) - 1
        moved = np.bincount(step, minlength=steps)
        sums, squares = (
            np.stack([np.bincount(step, weights=column, minlength=steps) for column in part.T])
            for part in (found, found**2)
        )
        ranges = joined(((first, stop), *state.ranges))
        if state.moved is None or state.sums is None or state.squares is None:
            return replace(state, ranges=ranges, moved=moved, sums=sums, squares=squares)
        return replace(
            state,
            ranges=ranges,
            moved=state.moved + moved,
            sums=state.sums + sums,
            squares=state.squares + squares,
        )

    def finish(self, state: EffectsState) -> None:
        self.predictor.verify(state.identity["model"], state.table)

    def estimate(self, state: EffectsState) -> EffectsEstimate:
        assert state.sums is not None, "an estimate needs at least one row of each bin"
        assert state.moved is not None
        effects = _accumulated(state.sums / state.moved, state)
        effects.flags.writeable = False
        finished = state.units >= state.total_units
        error = np.zeros_like(effects) if finished else _standard_error(state)
        return EffectsEstimate(effects, error, state.units, state.total_units, "row", finished, state)


def accumulated_local_effects(
    model: Any,
    X: Any,  # noqa: N803
    feature: Any,
    *,
    n_bins: int = 40,
    order: Sequence[Any] | None = None,
    response_method: str = "auto",
    target: Any = None,
    groups: Mapping[str, Sequence[Any]] | None = None,
) -> AccumulatedEffects:
    """Compute the accumulated local effects of one feature, by all rows.

    Parameters
    ----------
    model, feature, n_bins, order, response_method, target, groups
        See `AccumulatedLocalEffects`.
    X : table
        See `models.tables.Table`.

    Raises
    ------
    InputError, ModelError
        For what cannot be explained, and where the model fails.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.linspace(0, 1, 5)[:, None]
    >>> found = accumulated_local_effects(lambda X: 2 * X[:, 0], X, 0, n_bins=2)
    >>> found.grid_values, found.effects, found.counts
    (array([0. , 0.5, 1. ]), array([[-0.9,  0.1,  1.1]]), array([3, 2]))
    """
    explainer = AccumulatedLocalEffects(
        model, feature, n_bins=n_bins, order=order, response_method=response_method, target=target, groups=groups
    )
    state = explainer.start(X)
    estimate: EffectsEstimate = last(drive(explainer, state, first_units=state.total_units))
    return estimate.effects


def _bins(values: np.ndarray, n_bins: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges of the bins, and the bin of each value: it owns its right edge, the first one both."""
    if not isinstance(n_bins, int | np.integer) or n_bins < 1:
        raise InputError(
            "There are too few bins.",
            given=f"n_bins={n_bins!r}",
            expected="a whole number of at least 1",
            do="choose 40, for instance",
        )
    edges = np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1), method="inverted_cdf"))
    return edges, np.searchsorted(edges[1:-1], values)


def _levels(
    table: Table, name: str, values: np.ndarray, order: Sequence[Any] | None, groups: Mapping[str, Sequence[Any]]
) -> tuple[Axis, np.ndarray]:
    """Return the categories that there are as an axis, and the place of each value on it."""
    group = axis_of_group(table, name, groups[name]) if name in groups else None
    ordered = _ordered(name, values, order, table.levels(name) if group is None else group.values)
    place = np.array([ordered.index(value) for value in values.tolist()])
    if group is not None:
        kept = [group.values.tolist().index(value) for value in ordered]
        columns = {column: given[kept] for column, given in group.columns.items()}
        return Axis(name, group.values[kept], columns, categorical=True), place
    levels = np.empty(len(ordered), dtype=object)
    levels[:] = ordered
    levels = levels if values.dtype.hasobject else levels.astype(values.dtype)
    return Axis(name, levels, {name: levels}, categorical=True), place


def _ordered(name: str, values: np.ndarray, order: Sequence[Any] | None, levels: np.ndarray | None) -> list[Any]:
    seen = set(values.tolist())
    if order is None:
        return [value for value in (sorted_unique(values) if levels is None else levels).tolist() if value in seen]
    given = list(order)
    if set(given) != seen or len(given) != len(seen):
        raise InputError(
            f"The order is not one of the values of {name!r}.",
            given=f"order={given!r}",
            expected=f"each of {', '.join(sorted(map(repr, seen)))} once",
            do="put these in an order in which neighbours are alike",
        )
    return given


def _one_of_each_first(place: np.ndarray, seed: int) -> np.ndarray:
    """Return a random order in which every bin has had its first row before any has its second, and so on."""
    shuffled = np.random.Generator(np.random.Philox(key=seed)).permutation(len(place))
    by_place = np.argsort(place[shuffled], kind="stable")
    counts = np.bincount(place)
    turn = np.empty(len(place), dtype=np.intp)
    turn[by_place] = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
    found: np.ndarray = shuffled[np.argsort(turn, kind="stable")]
    return found


def _differences(predictor: Predictor, state: EffectsState, rows: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Return what moving each row from the low to the high end of its step adds, of shape (rows, outputs)."""
    if not len(rows):
        return np.zeros((0, predictor.scores(state.table.take(state.order[:1])).shape[1]))
    at_once = max(1, _MOST_BYTES // state.table.row_bytes)
    found = []
    for first in range(0, len(rows), at_once):
        part = slice(first, first + at_once)
        block = state.table.rows(rows[part])
        low, high = (
            predictor.scores(block.replaced({name: given[end[part]] for name, given in state.axis.columns.items()}))
            for end in (step, step + 1)
        )
        found.append(high - low)
    return np.concatenate(found)


def _accumulated(steps: np.ndarray, state: EffectsState) -> np.ndarray:
    """Add up the steps of each output, and take off the mean over all rows."""
    effects = np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)
    at_rows = (effects[:, 1:] + effects[:, :-1]) / 2 if state.binned else effects
    centred: np.ndarray = effects - (at_rows @ state.counts / len(state.place))[:, None]
    return centred


def _standard_error(state: EffectsState) -> np.ndarray | None:
    """Return the error for the effects by all rows: those of each step are a sample without replacement."""
    assert state.moved is not None
    assert state.sums is not None
    assert state.squares is not None
    moved = state.moved
    total = np.bincount(state.moves(slice(None))[1], minlength=len(moved))
    if ((moved < 2) & (moved < total)).any():
        return None
    deviations = (state.squares - state.sums**2 / moved).clip(min=0)
    variance = deviations / np.maximum(moved - 1, 1) / moved * (1 - moved / total)
    error: np.ndarray = np.sqrt(variance @ _accumulated(np.eye(len(moved)), state) ** 2)
    return error
