"""What all Shapley methods have in common: rows in, values that fill in a random order, a `shap.Explanation` out."""

from __future__ import annotations

import copy
import functools
import warnings
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Generic, Literal, NamedTuple, Self, TypeVar

import numpy as np

from ...models import ModelError
from ...models.digests import digest
from ...models.partitions import in_memory
from ...models.predictors import Predictor
from ...models.tables import Table
from ..checked import checked_seed
from ..inherited import show_inherited
from ..parts import Parts, drive_in_parts, finished
from ..runs import Ranges, check_same_run, count, joined, joined_disjoint, next_units
from ..stream import Estimate, Explainer, drive, last
from .background import Background
from .players import Players
from .units import OF_CLASSES

Units = Literal["log_odds", "softmax_logit", "probability", "log_loss", "log_score", "score"]
_NAMELESS = ("output 0",)  # what a single output without a name is called
_BYTES_AT_ONCE = 4 << 20  # of values
_LABELS = (
    "The model's answers are a few whole numbers alone. Where they are labels of classes, this explains the mean "
    "label: pass a function that gives probabilities, or the classifier itself."
)
_UNWATCHED_SECONDS = 0.5  # a step where nobody waits for a picture


@dataclass(frozen=True)
class RowValues:
    """What is known of some rows.

    Attributes
    ----------
    values : ndarray of float64 of shape (rows, features, outputs), or (rows, features, features, outputs)
        The Shapley values, or interaction values.
    base_values : ndarray of float64 of shape (outputs,) or (rows, outputs)
        What the model says where nothing is known.
    outputs : ndarray of float64 of shape (rows, outputs)
        What it says of each row.
    standard_error : ndarray of float64 of shape (rows, features, outputs), or None
        The sampling error of `values`; None for exact ones.
    """

    values: np.ndarray
    base_values: np.ndarray
    outputs: np.ndarray
    standard_error: np.ndarray | None = None

    def __getitem__(self, some: slice) -> RowValues:
        base_values, error = self.base_values, self.standard_error
        return RowValues(
            self.values[some],
            base_values[some] if base_values.ndim == 2 else base_values,
            self.outputs[some],
            None if error is None else error[some],
        )

    def put(self, rows: np.ndarray, part: RowValues) -> None:
        """Write what is known of some rows."""
        self.values[rows], self.outputs[rows] = part.values, part.outputs
        if self.base_values.ndim == 2:
            self.base_values[rows] = part.base_values
        if self.standard_error is not None:
            self.standard_error[rows] = part.standard_error

    def leave_out(self, rows: np.ndarray) -> None:
        """Write that nothing is known of some rows."""
        self.values[rows] = np.nan
        if self.standard_error is not None:
            self.standard_error[rows] = np.nan

    def gap(self) -> float:
        """Return the largest distance between an output and what base value and values add up to."""
        of_features = tuple(range(1, self.values.ndim - 1))
        gaps = np.abs(self.base_values + self.values.sum(axis=of_features) - self.outputs)
        return float(gaps[~np.isnan(self.outputs)].max(initial=0.0))


class Progress(NamedTuple):
    """What a reader counts: how many of how many are done."""

    unit: str
    done: int
    total: int


@dataclass(frozen=True)
class ShapleyState:
    """Where the values stand; see `stream.State`.

    Attributes
    ----------
    table : Table
        The rows explained, a snapshot. Never written to.
    players : Players
        What shares the answer: the columns, or groups of them.
    background : Background or None
        What stands in for the unknown; None for methods that need none.
    order : ndarray of int of shape (rows,)
        Unit k is row order[k].
    identity : dict of str to str
        What must be the same for two states to be of one run, by name.
    ranges : tuple of (int, int)
        The units done, as sorted disjoint half-open ranges.
    parts : tuple of (int, RowValues)
        What is done, by its first unit.
    """

    table: Table
    players: Players
    background: Background | None
    order: np.ndarray
    identity: dict[str, str]
    ranges: Ranges = ((0, 0),)
    parts: tuple[tuple[int, Any], ...] = ()

    @property
    def units(self) -> int:
        return count(self.ranges)

    @property
    def total_units(self) -> int:
        return len(self.order)


AnyShapleyState = TypeVar("AnyShapleyState", bound=ShapleyState)


@dataclass(frozen=True)
class ShapleyEstimate(Estimate[AnyShapleyState], Generic[AnyShapleyState]):
    """The Shapley values so far; rows that are not computed yet are NaN.

    `value` and `standard_error` are of shape (rows, features, outputs), a `value` of interactions of shape (rows,
    features, features, outputs).

    Attributes
    ----------
    base_values : ndarray of float64 of shape (outputs,) or (rows, outputs)
        What the values of a row are added to.
    outputs : ndarray of float64 of shape (rows, outputs)
        The model's answers, NaN for rows that are not computed yet. Those of TreeSHAP are what the trees that were read
        add up to, which are compared with the model's own answers for some rows.
    output_names : tuple of str
        The classes of a classifier, else "output 0" and so on.
    units : {"log_odds", "softmax_logit", "probability", "log_loss", "log_score", "score"}
        What the values are measured in. "log_odds" are those of one of two classes; a "softmax_logit" is what softmax
        makes the probability of one of several classes of; "log_score" is the logarithm of what the model predicts;
        "score" is what it predicts, in the target's own units, or a classifier's score without a scale.
    of_classes : bool or None
        Whether the outputs are classes; None of a function, or a torch module, which does not say.
    gives_labels : bool
        Whether the model is a function whose answers look like labels of classes, where probabilities are needed: a
        few whole numbers again and again. Methods that ask for predictions look.
    gap : float
        The largest distance between an output and its base value plus the sum of its values, over the rows done:
        zero to rounding, or the values do not add up.
    """

    base_values: np.ndarray
    outputs: np.ndarray
    output_names: tuple[str, ...]
    units: Units
    of_classes: bool | None
    gives_labels: bool
    gap: float

    @property
    def feature_names(self) -> tuple[str, ...]:
        return self.state.players.names

    @property
    def background(self) -> Background | None:
        return self.state.background

    @functools.cached_property
    def rows(self) -> np.ndarray:
        """The positions of the rows that are computed, sorted."""
        return np.flatnonzero(~np.isnan(self.outputs).any(axis=1))

    @property
    def own_output_names(self) -> tuple[str, ...] | None:
        """The names of the outputs; None of a single one that has no name."""
        return None if self.output_names == _NAMELESS else self.output_names

    def explanation(self) -> Any:
        """Return a `shap.Explanation` of the rows done, in the order of the table.

        Its values are of shape (rows, features) where there is one output, else (rows, features, outputs); interactions
        have an axis of features more.
        """
        import shap  # type: ignore[import-untyped]

        rows = self.rows
        assert isinstance(self.value, np.ndarray)
        base = np.broadcast_to(self.base_values, self.outputs.shape)
        error = self.standard_error
        one, names = self.outputs.shape[1] == 1, self.own_output_names

        def squeezed(values: Any) -> np.ndarray:
            return np.array(values[rows][..., 0] if one else values[rows])

        found = shap.Explanation(
            values=squeezed(self.value),
            base_values=squeezed(base),
            data=self.state.players.data(self.state.table, rows),
            feature_names=list(self.feature_names),
            output_names=names and (names[0] if one else list(names)),
            error_std=None if error is None else squeezed(error),
        )
        found.units = self.units  # the package has no place for it
        return found


class ShapleyMethod(Explainer[AnyShapleyState]):
    """The base of all methods; a method says how some rows are explained, in `_explain`.

    Rows are taken in a seeded random order, so that those done are a sample of all.

    Parameters
    ----------
    model : estimator, torch.nn.Module, callable or Predictor
        See `models.predictors.Predictor`. All classes of more than two, or all outputs, are explained at once where
        there is no target.
    background : table, int, Background or None
        See `Background.of`.
    target : class or int, optional
        The class or the output to explain.
    seed : int, default 0
        0 to 2^53 - 1: of the order of the rows, and of what is drawn.
    groups : dict of str to sequence of columns, optional
        Columns that are known or unknown together and share one value, by the group's name.
    """

    needs_background: ClassVar[bool] = True
    response_method: ClassVar[str] = "auto"

    _standing: str | None = None  # the model that is explained, where it is not looked at with every table

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        show_inherited(cls)

    def __init__(
        self,
        model: Any,
        background: Any = None,
        *,
        target: Any = None,
        seed: int = 0,
        groups: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        self.model = model
        self.seed = checked_seed(seed)
        self.groups = groups
        self.predictor = self._make_predictor(model, target)
        self._given_background = background

    @property
    def units(self) -> Units:
        """What the values are measured in."""
        from .units import units_of

        return units_of(self.predictor)

    @property
    def name(self) -> str:
        """What the method is called."""
        return type(self).__name__

    def __call__(self, X: Any) -> Any:  # noqa: N803 (as everywhere)
        """Return the `shap.Explanation` of all rows of a table, in as few steps as can be.

        Its `units` are what the values are measured in; the package forgets them where an explanation is sliced. Where
        the model's answers look like labels of classes, it warns.
        """
        found = self.explain(X)
        if found.gives_labels:
            warnings.warn(_LABELS, stacklevel=2)
        return found.explanation()

    def explain(self, X: Any) -> ShapleyEstimate[AnyShapleyState]:  # noqa: N803
        """Return the last estimate of `stream`."""
        return self._explained(self.start(X))

    def _explained(self, state: AnyShapleyState) -> ShapleyEstimate[AnyShapleyState]:
        steps = drive(self, state, step_seconds=_UNWATCHED_SECONDS, first_units=state.total_units)
        found: ShapleyEstimate[AnyShapleyState] = last(steps)
        return found

    def among(self, X: Any) -> Self:  # noqa: N803
        """Return the same method for single rows: with the background it takes of a table, for the model as it is now.

        It does not look at the model with every row; `verify` does.
        """
        state = self.start(X)
        fixed = copy.copy(self)
        fixed._given_background, fixed._standing = state.background, state.identity["model"]  # noqa: SLF001 (ours)
        return fixed

    def verify(self, state: AnyShapleyState) -> None:
        """Raise ModelError where the model is no longer the one that a state is of."""
        self.predictor.verify(state.identity["model"], state.table)

    def stream(
        self,
        X: Any,  # noqa: N803
        *,
        state: AnyShapleyState | None = None,
        pauses: bool = False,
    ) -> Iterator[ShapleyEstimate[AnyShapleyState]]:
        """Yield estimates of more and more; see `stream.drive`.

        Parameters
        ----------
        X : table
            See `models.tables.Table`.
        state : ShapleyState, optional
            Of an earlier estimate of the same run: go on from there.
        pauses : bool, default False
            Whether None is yielded, too, while a step of a slow model takes longer than a tenth of a second.

        Raises
        ------
        InputError, ModelError
            When it is called, for what cannot be explained; on the way, where the model fails.
        """
        fresh = self.start(X)
        return self.steps(fresh if state is None else self.resume(state, fresh), pauses=pauses)

    def steps(
        self,
        begin: AnyShapleyState,
        *,
        step_seconds: float = 0.05,
        pauses: bool = False,
    ) -> Iterator[ShapleyEstimate[AnyShapleyState]]:
        """Yield the estimates of `stream` from a state on."""
        if pauses and begin.units < begin.total_units:
            yield from self._prepared(begin)  # type: ignore[misc]  # None, where that is asked for
        found = drive_in_parts(self, begin, step_seconds=step_seconds, first_units=self._first_units())
        yield from found if pauses else (estimate for estimate in found if estimate is not None)

    def start(self, X: Any) -> AnyShapleyState:  # noqa: N803
        """Check everything and return the state before the first row; the model is not called."""
        return self._start(X, self._standing or self.predictor.fingerprint())

    def _start(self, X: Any, model: str) -> AnyShapleyState:  # noqa: N803
        """Return the state before the first row of a run with the model of a fingerprint."""
        table = in_memory(Table.of(X))
        players = Players.of(table, self.groups)
        background = self._background(table)
        identity = {
            "model": model,
            "data": table.fingerprint,
            "background": "" if background is None else background.fingerprint,
            "features": players.fingerprint,
            "seed": str(self.seed),
            "settings": digest(self.name, sorted(self._settings().items())),
        }
        order = np.random.Generator(np.random.Philox(key=self.seed)).permutation(table.n_rows)
        return self._first_state(ShapleyState(table, players, background, order, identity))

    def advance(self, state: AnyShapleyState, units: int) -> AnyShapleyState:
        if state.units >= state.total_units:
            return state
        first, stop = next_units(state.ranges, units, state.total_units)
        found = self._explain(state, state.order[first:stop])
        return replace(state, ranges=joined(((first, stop), *state.ranges)), parts=(*state.parts, (first, found)))

    def merge(self, left: AnyShapleyState, right: AnyShapleyState) -> AnyShapleyState:
        """Join two states of the same run with disjoint units."""
        check_same_run(left.identity, right.identity)
        return replace(left, ranges=joined_disjoint(left.ranges, right.ranges), parts=left.parts + right.parts)

    def resume(self, state: AnyShapleyState, fresh: AnyShapleyState) -> AnyShapleyState:
        """Return `state` as a beginning of the run that `fresh` starts; refuse one of another run."""
        check_same_run(state.identity, fresh.identity)
        return state

    def finish(self, state: AnyShapleyState) -> None:
        if self._standing is None:
            self.verify(state)

    def estimate(self, state: AnyShapleyState) -> ShapleyEstimate[AnyShapleyState]:
        return finished(self.estimate_in_parts(state))

    def estimate_in_parts(self, state: AnyShapleyState) -> Parts[ShapleyEstimate[AnyShapleyState]]:
        """Do as `estimate` does, and yield between two parts where there are very many values."""
        found, gap = yield from self._filled(state)
        progress, error = self._progress(state), found.standard_error
        return ShapleyEstimate(
            value=_read_only(found.values),
            standard_error=None if error is None else _read_only(error),
            done=progress.done,
            total=progress.total,
            unit=progress.unit,
            finished=state.units >= state.total_units,
            state=state,
            base_values=_read_only(found.base_values),
            outputs=_read_only(found.outputs),
            output_names=self._output_names(found.outputs.shape[1]),
            units=self.units,
            of_classes=self.units in OF_CLASSES or self.predictor.of_classes,
            gives_labels=getattr(state, "gives_labels", False),
            gap=gap,
        )

    @abstractmethod
    def _explain(self, state: AnyShapleyState, rows: np.ndarray) -> RowValues:
        """Return the values of some rows of `state.table`, by position."""

    def _make_predictor(self, model: Any, target: Any) -> Predictor:
        from .units import check_no_labels

        if isinstance(model, Predictor):
            predictor = model
        else:
            predictor = Predictor(model, response_method=self.response_method, target=target, every_output=True)
        check_no_labels(predictor)
        return predictor

    def _background(self, table: Table) -> Background | None:
        if self._standing is not None:
            of_all: Background | None = self._given_background  # looked at before
            return of_all
        if not self.needs_background and self._given_background is None:
            return None
        background = Background.of(self._given_background, table, seed=self.seed)
        if self._given_background is not None and not isinstance(self._given_background, int | np.integer):
            self._given_background = background  # a snapshot, read once
        return background

    def _settings(self) -> dict[str, Any]:
        """Return what else the values depend on, by name."""
        return {}

    def _first_state(self, state: ShapleyState) -> AnyShapleyState:
        return state  # type: ignore[return-value]  # methods with more to remember make their own

    def _prepared(self, state: AnyShapleyState) -> Iterator[None]:  # noqa: ARG002 (most have nothing to prepare)
        """Do what comes before the first row, and stop after each part of it."""
        return iter(())

    def _first_units(self) -> int:
        """Return how many rows make the first picture."""
        return 1

    def _progress(self, state: AnyShapleyState) -> Progress:
        """Return how the units of a state are counted for a reader."""
        return Progress("row", state.units, state.total_units)

    def _output_names(self, outputs: int) -> tuple[str, ...]:
        return self.predictor.output_names(outputs)

    def _known(self, state: AnyShapleyState) -> list[tuple[np.ndarray, RowValues]]:
        """Return what is known, each part with the positions of its rows."""
        return [(state.order[first : first + len(part.values)], part) for first, part in state.parts]

    def _filled(self, state: AnyShapleyState) -> Parts[tuple[RowValues, float]]:
        """Return what is known of all rows of the table, NaN where nothing is, and the largest gap."""
        known = self._known(state)
        assert known, "an estimate needs at least one row"
        rows, like = state.table.n_rows, known[0][1]
        values = np.empty((rows, *like.values.shape[1:]))
        outputs = np.full((rows, *like.outputs.shape[1:]), np.nan)
        base = np.full_like(outputs, np.nan) if like.base_values.ndim == 2 else like.base_values.copy()
        found = RowValues(values, base, outputs, None if like.standard_error is None else np.empty_like(values))
        at_once = max(1, _BYTES_AT_ONCE // max(1, values[:1].nbytes))
        gap = 0.0
        for at, part in known:
            for first in range(0, len(at), at_once):
                some = slice(first, first + at_once)
                found.put(at[some], part[some])
                gap = max(gap, self._checked_gap(part[some]))
                yield
        unknown = np.setdiff1d(np.arange(rows), np.concatenate([at for at, _ in known]))
        for first in range(0, len(unknown), at_once):
            found.leave_out(unknown[first : first + at_once])
            yield
        return found, gap

    def _checked_gap(self, part: RowValues) -> float:
        gap = part.gap()
        if np.isnan(gap):
            raise ModelError(
                "The values are no numbers.",
                given=f"NaN among the values or the base values of {self.name}",
                expected="finite numbers for each row that is computed",
                do="see what the model does with missing values and with very large numbers",
            )
        return gap


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
