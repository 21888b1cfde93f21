"""Partial dependence and individual conditional expectation: how the prediction moves with a feature, row by row."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

import numpy as np

from ..models import InputError, ModelError
from ..models.digests import digest
from ..models.partitions import PartitionedTable
from ..models.predictors import Predictor
from ..models.tables import Table
from .by_partition import PartitionOrder, PartitionPieces, partition_curves, row_order, sample_size
from .checked import checked_seed
from .grids import Grid, make_grid
from .runs import Ranges, check_same_run, count, joined, joined_disjoint, next_units
from .spread import check_executor, spread
from .stream import Estimate, Explainer, drive, last
from .weighted import WeightedMean

if TYPE_CHECKING:
    from .proved import QuickCurves

Kind = Literal["average", "individual", "both"]
_MOST_BYTES = 8 << 20  # of copied rows that the model sees at once: more leave the caches
_MOST_PASSING_BYTES = 64 << 20  # of curves that are not kept
_UNWATCHED_SECONDS = 0.5  # a step where nobody waits for a picture
_DOUBLE = np.dtype(np.float64)


@dataclass(frozen=True)
class CurveState:
    """Where the curves stand; see `stream.State`.

    Attributes
    ----------
    table : Table
        The data, a snapshot. Never written to.
    grid : Grid
        Where the curves are computed.
    order : ndarray of int of shape (rows,), or PartitionOrder
        Unit k is row order[k].
    weights : ndarray of float of shape (rows,), or None
        Of the rows in the mean.
    identity : dict of str to str
        What must be the same for two states to be of one run, by name.
    ranges : tuple of (int, int)
        The units done, as sorted disjoint half-open ranges.
    parts : tuple of (int, ndarray of shape (units, outputs, points))
        The curves done, by their first unit; empty where only the mean is wanted. Of a table in parts those of a random
        sample of its rows, where all would take more than 32 MiB.
    mean : WeightedMean or None
        Of the curves done.
    dtype : numpy.dtype
        Of the curves that are kept: float32 of a torch module of that precision, else float64.
    """

    table: Table
    grid: Grid
    order: np.ndarray | PartitionOrder
    weights: np.ndarray | None
    identity: dict[str, str]
    ranges: Ranges = ((0, 0),)
    parts: tuple[tuple[int, np.ndarray], ...] = ()
    mean: WeightedMean | None = None
    dtype: np.dtype[Any] = _DOUBLE

    @property
    def units(self) -> int:
        return count(self.ranges)

    @property
    def total_units(self) -> int:
        return len(self.order)

    @property
    def draws(self) -> int:
        """How many rows, or partitions of rows, the mean is made of in the end."""
        return self.order.n_partitions if isinstance(self.order, PartitionOrder) else len(self.order)

    @property
    def n_curves(self) -> int:
        """How many curves there are."""
        return sum(len(part) for _, part in self.parts)

    @property
    def most_curves(self) -> int:
        """About how many there are in the end, of one output."""
        whole = self.total_units
        return min(whole, sample_size(self.grid, self.dtype)) if isinstance(self.order, PartitionOrder) else whole

    @property
    def curve_bytes(self) -> int:
        """Memory that the curves done take."""
        return sum(part.nbytes for _, part in self.parts)


@dataclass(frozen=True)
class CurveEstimate(Estimate[CurveState]):
    """The curves done and their mean, in scikit-learn's shapes: outputs first, one even where there is one alone.

    `value`, of shape (outputs, *grid), is the mean of the curves done: NaN while none of these has weight. Its
    `standard_error` is that of the mean of all rows of the table, and so zero at the end.
    """

    @property
    def grid_values(self) -> list[np.ndarray]:
        """The values of each feature."""
        return [axis.values for axis in self.state.grid.axes]

    @functools.cached_property
    def rows(self) -> np.ndarray:
        """The positions in the table of the rows of `individual`, sorted; without such curves, of the rows done."""
        spans = [(first, first + len(part)) for first, part in self.state.parts] or self.state.ranges
        return _read_only(np.sort(np.concatenate([self.state.order[slice(*span)] for span in spans])))

    @functools.cached_property
    def individual(self) -> np.ndarray | None:
        """The curve of each of `rows`, of shape (outputs, rows, *grid), as `CurveState.parts` hold it.

        None for `kind="average"`.
        """
        if not self.state.parts:
            return None
        curves = np.concatenate([part for _, part in self.state.parts])
        positions = [self.state.order[first : first + len(part)] for first, part in self.state.parts]
        ordered = np.moveaxis(curves[np.argsort(np.concatenate(positions))], 1, 0)
        return _read_only(ordered.reshape(*ordered.shape[:2], *self.state.grid.shape))

    def bunch(self, kind: Kind = "both") -> Any:
        """Return scikit-learn's Bunch of `grid_values`, `average` and `individual`, of the rows done."""
        from sklearn.utils import Bunch  # type: ignore[import-untyped]

        found = Bunch(grid_values=self.grid_values)
        if kind != "individual":
            found["average"] = self.value
        if kind != "average":
            found["individual"] = self.individual
        return found


class Curves(Protocol):
    """A way to compute curves: exact, and to rounding the same for each row whatever the other rows are."""

    @property
    def method(self) -> str:
        """What it is called."""

    def __call__(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        """Return the curves of some rows, of shape (rows, outputs, points)."""


@dataclass(frozen=True)
class StackedPredictions:
    """Curves of any model: it is asked about copies of the rows, many points of the grid in one call.

    Parameters
    ----------
    predictor : Predictor
        The model.
    most_bytes : int, default 8 MiB
        Of copied rows in one call.
    """

    predictor: Predictor
    most_bytes: int = _MOST_BYTES
    method: str = "predictions"

    def __call__(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        at_once = max(1, self.most_bytes // table.row_bytes)
        points = min(grid.points, at_once)
        copies = max(1, at_once // points)
        blocks = [
            self._block(table, rows[first : first + copies], grid, points) for first in range(0, len(rows), copies)
        ]
        return np.concatenate(blocks)

    def _block(self, table: Table, rows: np.ndarray, grid: Grid, points: int) -> np.ndarray:
        columns = grid.columns
        pieces = []
        for first in range(0, grid.points, points):
            setting = {name: values[first : first + points] for name, values in columns.items()}
            width = min(points, grid.points - first)
            asked = table.repeated(rows, width).replaced(
                {name: np.tile(values, len(rows)) for name, values in setting.items()}
            )
            scores = self.predictor.scores(asked)
            pieces.append(scores.reshape(len(rows), width, -1).swapaxes(1, 2))
        return np.concatenate(pieces, axis=2)


class PartialDependence(Explainer[CurveState]):
    """The mean prediction over the rows of a table when some features are set to each value of a grid, and each row's.

    Sources: Friedman 2001, Annals of Statistics 29(5), section 8.2 (the mean); Goldstein, Kapelner, Bleich, Pitkin
    2015, arXiv 1309.6392 (the curve of each row). Rows are taken in a random order, so that the mean of those done
    estimates the mean of all, with a standard error.

    Parameters
    ----------
    model, response_method, target
        See `models.predictors.Predictor`; a ready one is taken as it is.
    features : int, str, sequence of them, or Grid
        One feature, or two and more for their common grid; by name or position, or names of `groups`. A `grids.Grid`
        is taken as it is.
    kind : {"average", "individual", "both"}, default "both"
        "average" keeps no curves of single rows, and so takes no memory for them.
    grid_resolution : int, default 100
        The most points of a feature that is not categorical.
    percentiles : (float, float), default (0.05, 0.95)
        The ends of its grid.
    custom_values : dict of feature to values, optional
        The grid of some features.
    categorical_features : sequence of names, positions or truth values, optional
        Features that take the values they have; categories, words and truth values always do.
    sample_weight : array of shape (rows,), optional
        Of the rows in the mean.
    seed : int, default 0
        0 to 2^53 - 1: of the order of the rows.
    groups : dict of str to sequence of columns, optional
        One-hot columns that move together, by the group's name.
    every_output : bool, default False
        All classes of more than two, or all outputs, where there is no target.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0, 1.0], [1.0, 3.0]])
    >>> estimate = PartialDependence(lambda X: X[:, 0] * X[:, 1], 0).explain(X)
    >>> estimate.grid_values[0], estimate.value
    (array([0., 1.]), array([[0., 2.]]))
    >>> estimate.individual
    array([[[0., 1.],
            [0., 3.]]])
    """

    def __init__(
        self,
        model: Any,
        features: Any,
        *,
        kind: Kind = "both",
        grid_resolution: int = 100,
        percentiles: tuple[float, float] = (0.05, 0.95),
        custom_values: Mapping[Any, Any] | None = None,
        categorical_features: Any = None,
        sample_weight: Any = None,
        response_method: str = "auto",
        target: Any = None,
        seed: int = 0,
        groups: Mapping[str, Sequence[Any]] | None = None,
        every_output: bool = False,
    ) -> None:
        if kind not in get_args(Kind):
            raise InputError(
                "The kind is not known.",
                given=f"kind={kind!r}",
                expected=f"one of {', '.join(get_args(Kind))}",
                do="choose one",
            )
        self.kind = kind
        self.features = features
        self.predictor = (
            model
            if isinstance(model, Predictor)
            else Predictor(model, response_method=response_method, target=target, every_output=every_output)
        )
        self.sample_weight = sample_weight
        self.seed = checked_seed(seed)
        self._make_grid = functools.partial(
            make_grid,
            features=features,
            grid_resolution=grid_resolution,
            percentiles=percentiles,
            custom_values=custom_values,
            categorical_features=categorical_features,
            groups=groups,
        )
        self._chosen: tuple[dict[str, str], Curves] | None = None

    @property
    def method(self) -> str | None:
        """How the curves of the run started last are computed: "predictions"; None before there is one."""
        return None if self._chosen is None else self._chosen[1].method

    def explain(self, X: Any, *, executor: Executor | None = None) -> CurveEstimate:  # noqa: N803 (as everywhere)
        """Return the last estimate of `stream`, in as few steps as can be: nobody sees those before."""
        if executor is not None:
            return last(self.stream(X, executor=executor))  # type: ignore[no-any-return]
        state = self.start(X)
        estimate: CurveEstimate = last(
            drive(self, state, step_seconds=_UNWATCHED_SECONDS, first_units=state.total_units)
        )
        return estimate

    def stream(
        self,
        X: Any,  # noqa: N803
        *,
        state: CurveState | None = None,
        executor: Executor | None = None,
    ) -> Iterator[CurveEstimate]:
        """Yield estimates of more and more rows; see `stream.drive`.

        Parameters
        ----------
        X : table
            See `models.tables.Table`; a Table that was made once serves many streams.
        state : CurveState, optional
            Of an earlier estimate of the same run: go on from there.
        executor : concurrent.futures.Executor, optional
            Its workers compute; see `spread.spread`. By default this thread, and for a Dask table the cluster that Dask
            works on.

        Raises
        ------
        InputError, ModelError
            When it is called, for what cannot be explained; on the way, where the model fails.
        """
        fresh = self.start(X)
        begin = fresh if state is None else self.resume(state, fresh)
        return (estimate for estimate in self.steps(fresh, begin, executor) if estimate is not None)

    def steps(
        self, fresh: CurveState, begin: CurveState, executor: Executor | None = None, *, step_seconds: float = 0.05
    ) -> Iterator[CurveEstimate | None]:
        """Yield the estimates of `stream`, and None where an executor has sent nothing for a moment."""
        check_executor(executor)
        executor = executor or fresh.table.executor
        if executor is None:
            return drive(self, begin, step_seconds=step_seconds)  # type: ignore[return-value]  # `estimate` makes them
        pieces = (
            PartitionPieces(fresh.table, fresh.order)  # type: ignore[arg-type]  # the one has the other
            if isinstance(fresh.order, PartitionOrder)
            else None
        )
        return spread(self, fresh, executor, state=begin, pieces=pieces)  # type: ignore[return-value]

    def holding(self, state: CurveState, piece: Any) -> CurveState:
        """Return a state of a table in parts that holds the part which is next: see `spread.Pieces`."""
        return replace(state, table=state.table.holding(piece))  # type: ignore[attr-defined]  # no other is in parts

    def start(self, X: Any, *, first_unit: int = 0) -> CurveState:  # noqa: N803
        """Check everything and return the state before the first row; the model is not called.

        Parameters
        ----------
        X : table
            See `stream`.
        first_unit : int, default 0
            Where this part of a spread run begins; `merge` joins the parts.
        """
        table = Table.of(X)
        grid = self._make_grid(table)
        for axis in grid.axes:
            for name, values in axis.columns.items():
                table.check_values(name, values)
        weights = checked_weights(self.sample_weight, table.n_rows)
        identity = {
            "model": self.predictor.fingerprint(),
            "data": table.fingerprint,
            "grid": digest([(axis.name, axis.values.tolist(), sorted(axis.columns)) for axis in grid.axes]),
            "weights": digest(weights),
            "seed": str(self.seed),
            "kind": "average" if self.kind == "average" else "individual",
        }
        order = row_order(table, self.seed)
        if not 0 <= first_unit <= table.n_rows:
            raise InputError(
                "There is no such row to begin with.",
                given=f"first_unit={first_unit}",
                expected=f"a whole number from 0 to {table.n_rows}",
                do="divide the rows that there are",
            )
        self._chosen = identity, self._way(table, identity)
        ranges = ((first_unit, first_unit),)
        return CurveState(table, grid, order, weights, identity, ranges, dtype=self.predictor.dtype)

    def _way(self, table: Table, identity: dict[str, str]) -> Curves:
        """Choose how curves are computed: from inside where the model can be read."""
        from .proved import ProvedCurves

        asked = _predictions(self.predictor)
        quick = _quick(self.predictor, table, identity["model"])
        if quick is None:
            return asked
        is_whole = not isinstance(table, PartitionedTable)  # of one in parts each part is proved
        return ProvedCurves(quick, asked, digest(identity["data"], identity["grid"]) if is_whole else None)

    def _curves(self, state: CurveState) -> Curves:
        """Return the way chosen for a state; chosen anew where another run, or another process, started it."""
        if self._chosen is None or self._chosen[0] != state.identity:
            self._chosen = state.identity, self._way(state.table, state.identity)
        return self._chosen[1]

    def advance(self, state: CurveState, units: int) -> CurveState:
        if state.units >= state.total_units:
            return state
        if self.kind == "average":
            units = max(1, min(units, _MOST_PASSING_BYTES // (8 * state.grid.points)))
        first, stop = next_units(state.ranges, units, state.total_units)
        keep = self.kind != "average"
        if isinstance(state.order, PartitionOrder):
            stop = state.order.stop(first)
            curves, mean = partition_curves(self._curves(state), state, first, keep=keep)
        else:
            rows = state.order[first:stop]
            curves = self._curves(state)(state.table, rows, state.grid)
            mean = WeightedMean.of(curves, None if state.weights is None else state.weights[rows])
        _check_outputs(state, mean)
        kept = (first, _read_only(curves.astype(state.dtype, copy=False))) if keep else None
        return replace(
            state,
            ranges=joined(((first, stop), *state.ranges)),
            parts=state.parts if kept is None else (*state.parts, kept),
            mean=mean if state.mean is None else state.mean + mean,
        )

    def merge(self, left: CurveState, right: CurveState) -> CurveState:
        """Join two states of the same run with disjoint rows.

        Raises
        ------
        InputError
            Where they are of different runs, or have rows in common.
        """
        check_same_run(left.identity, right.identity)
        ranges = joined_disjoint(left.ranges, right.ranges)
        if left.mean is None or right.mean is None:
            done = right if left.mean is None else left
            return replace(left, ranges=ranges, parts=done.parts, mean=done.mean)
        _check_outputs(left, right.mean)
        return replace(left, ranges=ranges, parts=left.parts + right.parts, mean=left.mean + right.mean)

    def resume(self, state: CurveState, fresh: CurveState) -> CurveState:
        """Return `state` as a beginning of the run that `fresh` starts.

        Raises
        ------
        InputError
            Where it is of another model, data, grid, weights, seed or kind.
        """
        check_same_run(state.identity, fresh.identity)
        return replace(state, table=fresh.table)  # a table in parts is left behind by pickle

    def finish(self, state: CurveState) -> None:
        self.predictor.verify(state.identity["model"], state.table)

    def estimate(self, state: CurveState) -> CurveEstimate:
        assert state.mean is not None, "an estimate needs at least one row"
        shape = (-1, *state.grid.shape)
        error = state.mean.standard_error(state.draws)
        mean = state.mean.mean if state.mean.weight else np.full_like(state.mean.mean, np.nan)
        return CurveEstimate(
            _read_only(mean.reshape(shape)),
            None if error is None else _read_only(error.reshape(shape)),
            state.units,
            state.total_units,
            "row",
            state.units >= state.total_units,
            state,
        )


def partial_dependence(
    estimator: Any,
    X: Any,  # noqa: N803
    features: Any,
    *,
    kind: Kind = "average",
    grid_resolution: int = 100,
    percentiles: tuple[float, float] = (0.05, 0.95),
    custom_values: Mapping[Any, Any] | None = None,
    categorical_features: Any = None,
    sample_weight: Any = None,
    response_method: str = "auto",
    target: Any = None,
    feature_names: Sequence[str] | None = None,
) -> Any:
    """Compute the partial dependence of features, as `sklearn.inspection.partial_dependence(method="brute")` does.

    Parameters
    ----------
    estimator, X, features, kind, grid_resolution, percentiles, custom_values, categorical_features, sample_weight, \
response_method
        As scikit-learn's; tables of any library, any model (see `PartialDependence`).
    target : class or int, optional
        Keep one class of more than two, or one output of several; by default all, as scikit-learn does.
    feature_names : sequence of str, optional
        Of the columns of an array.

    Returns
    -------
    sklearn.utils.Bunch
        `grid_values`, a list of an array for each feature; `average` of shape (outputs, *grid) and `individual` of
        shape (outputs, rows, *grid), as `kind` asks. All float64, but for `individual` of a torch module of single
        precision, which is float32 as its answers are.

    Examples
    --------
    >>> import numpy as np
    >>> found = partial_dependence(lambda X: X[:, 0] * X[:, 1], np.array([[0.0, 1.0], [1.0, 3.0]]), [0])
    >>> found.average, found.grid_values
    (array([[0., 2.]]), [array([0., 1.])])
    """
    explainer = PartialDependence(
        estimator,
        features,
        kind=kind,
        grid_resolution=grid_resolution,
        percentiles=percentiles,
        custom_values=custom_values,
        categorical_features=categorical_features,
        sample_weight=sample_weight,
        response_method=response_method,
        target=target,
        every_output=target is None,
    )
    return explainer.explain(Table.of(X, feature_names)).bunch(kind)


def _predictions(predictor: Predictor) -> Curves:
    if predictor.torch_model is None:
        return StackedPredictions(predictor)
    from .torch_curves import RowsOnce

    return RowsOnce(predictor)


def _quick(predictor: Predictor, table: Table, fingerprint: str) -> QuickCurves | None:
    if predictor.method == "module":
        from .first_layer import has_linear_start
        from .torch_curves import FirstLayerOnce

        return FirstLayerOnce(predictor) if has_linear_start(predictor.model) else None
    from .tree_walk import TreeWalk, trees_of

    trees = trees_of(predictor, fingerprint)
    return None if trees is None or trees.n_features != len(table.names) else TreeWalk(trees, predictor)


def checked_weights(given: Any, rows: int) -> np.ndarray | None:
    """Return sample weights as numbers; raise InputError where they do not fit."""
    if given is None:
        return None
    try:
        weights = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        weights = np.array(np.nan)
    if weights.shape != (rows,) or not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
        raise InputError(
            "The sample weights do not fit.",
            given=f"weights of shape {weights.shape} for {rows} rows"
            + (", negative, missing or all zero" if weights.shape == (rows,) else ""),
            expected="a finite number of at least 0 for each row, not all of them 0",
            do="give one weight for each row",
        )
    return weights


def _check_outputs(state: CurveState, mean: WeightedMean) -> None:
    if state.mean is not None and mean.mean.shape != state.mean.mean.shape:
        raise ModelError(
            "The model's answers have different numbers of outputs.",
            given=f"{len(mean.mean)} outputs after {len(state.mean.mean)}",
            expected="the same number for all rows",
            do="see that the model answers for each row alone",
        )


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
