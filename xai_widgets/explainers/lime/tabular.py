"""LIME for tables: lime's own definition, as a stream of more and more samples."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...models import InputError
from ...models.digests import digest
from ...models.predictors import Predictor
from ..checked import checked_seed
from ..labels import look_like_labels
from ..parts import Parts, drive_in_parts, finished
from ..runs import Ranges, check_same_run, count, joined, joined_disjoint, next_units
from ..stream import Estimate, Explainer, drive
from .explanation import Fitted, LocalExplanation, Mode
from .local_fit import LocalFit, checked_selection, fit_in_parts, kernel_weights
from .neighbourhood import Draws, Neighbourhood, Place, Words
from .points import PointSet, point_set

LEAST_WIDTH, MOST_WIDTH = 1e-3, 1e6  # of a kernel: its square, and what is divided by it, are numbers
_WIDTH = 0.75  # of the kernel, for each root of the number of columns
_SAMPLES = 128  # of a unit: fewer cost as much, as a linear model is fitted after each step
_LEAST_SHARE = 16  # of the samples done, in a step: each step fits to all of them again
_LEAST_AT_ONCE = 256
_MOST_BYTES = 8 << 20  # of samples that the model sees at once
_MOST_KEPT = 64 << 20  # bytes of draws
_MOST_SAMPLES = 10_000_000


@dataclass(frozen=True)
class LimeState:
    """Where the samples stand; see `stream.State`.

    Attributes
    ----------
    row : list
        The values of the row that is explained, by column.
    num_samples : int
        Samples asked for; those beyond are kept, and not used.
    num_features : int
        The most features of the linear model.
    identity : dict of str to str
        What must be the same for two states to be of one run, by name.
    ranges : tuple of (int, int)
        The units done, as sorted disjoint half-open ranges. A unit is 128 samples.
    parts : tuple of (int, ndarray, ndarray)
        By first sample: what the linear model gets, of shape (samples, columns), and the model's answers, of shape
        (samples, outputs).
    """

    row: list[Any]
    num_samples: int
    num_features: int
    identity: dict[str, str]
    ranges: Ranges = ((0, 0),)
    parts: tuple[tuple[int, np.ndarray, np.ndarray], ...] = ()

    @property
    def units(self) -> int:
        most = self.total_units
        return count(tuple((first, min(stop, most)) for first, stop in self.ranges if first < most))

    @property
    def total_units(self) -> int:
        return -(-self.num_samples // _SAMPLES)

    def samples(self, most: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return design and answers of the samples done, in their order, of at most the first `most`.

        Raises
        ------
        InputError
            Where the first of them, the row itself, is not among these.
        """
        limit = self.num_samples if most is None else min(most, self.num_samples)
        parts = sorted((part for part in self.parts if part[0] < limit), key=operator.itemgetter(0))
        if not parts or parts[0][0] > 0:
            raise InputError(
                "These samples are a part of a run, without the row itself.",
                given=f"a state of the units {self.ranges}",
                expected="the first unit, too",
                do="merge it with the state that began at first_unit=0",
            )
        return _together([(design[: limit - first], answers[: limit - first]) for first, design, answers in parts])


@dataclass(frozen=True)
class LimeEstimate(Estimate[LimeState]):
    """The local weights of the samples so far.

    `value`, of shape (columns,), holds the weights, 0 where a feature was not selected; `standard_error` alike.

    Attributes
    ----------
    explainer : LIMETabular
        What it is of.
    """

    explainer: LIMETabular

    def in_parts(
        self, *, labels: Sequence[int] | None = None, kernel_width: float | None = None
    ) -> Parts[LocalExplanation]:
        """Do as `explanation` does, and yield between two parts where there are very many columns."""
        return self.explainer.solve_in_parts(self.state, labels=labels, kernel_width=kernel_width)

    def explanation(
        self,
        *,
        labels: Sequence[int] | None = None,
        top_labels: int | None = None,
        num_features: int | None = None,
        kernel_width: float | None = None,
        num_samples: int | None = None,
    ) -> LocalExplanation:
        """Solve again from the stored answers, for other settings; the model is not called.

        Parameters
        ----------
        labels : sequence of int, optional
            Positions of classes, or of outputs; by default the target.
        top_labels : int, optional
            So many classes of the highest answers instead.
        num_features, kernel_width, num_samples : optional
            By default those of the stream; at most as many samples as are done.
        """
        return self.explainer.solve(
            self.state,
            labels=labels,
            top_labels=top_labels,
            num_features=num_features,
            kernel_width=kernel_width,
            num_samples=num_samples,
        )


class LIMETabular(Explainer[LimeState]):
    """Local weights of a row of a table: a linear model, weighted by nearness, of the model's answers around it.

    Source: Ribeiro, Singh, Guestrin 2016, arXiv 1602.04938, as the lime package does it for tables: values are drawn
    column by column as they are spread over the training data, the linear model sees whether each is in the row's bin
    (or has its category), samples count by sqrt(exp(-d^2 / kernel_width^2)), and a ridge with penalty 1 is fitted.

    The answers depend on the samples drawn. `standard_error` says by how much another seed would change the weights,
    and `score` how well the linear model fits at all: look at both before a weight is believed. Samples are drawn as
    if columns were independent, so many are like no row of the data.

    One thing is not lime's: where all training values of a bin are equal, lime 0.2 gives the model 0 instead of that
    value (`discretize.py`, `get_undiscretize_values`), and here it gets the value.

    Parameters
    ----------
    model : estimator, torch.nn.Module or callable
        See `models.predictors.Predictor`. A classifier gives probabilities or scores of its classes; a function with
        one column of numbers is a regression.
    X_train : table
        pandas, polars, pyarrow, numpy or torch; rows first. A `Neighbourhood`, which has been read before a row is
        explained, is taken as it is, with its bins.
    target : class or int, optional
        The class, or the output, to explain: by default the last, which of two classes is the positive one.
    mode : {"auto", "classification", "regression"}, default "auto"
        "auto" goes by the model, and refuses answers that look like labels.
    training_labels : array of shape (rows,), optional
        For bins by entropy.
    categorical_features : sequence of names, positions or truth values, optional
        Numbers that are names; words, categories and truth values always are.
    kernel_width : float, optional
        From 0.001 to a million; by default 0.75 times the root of the number of columns.
    feature_selection : {"auto", "forward_selection", "highest_weights", "lasso_path", "none"}, default "auto"
        See `local_fit.local_fit`.
    discretizer : {"quartile", "decile", "entropy"} or None, default "quartile"
        None gives the linear model standardised numbers.
    sampler : {"random", "sobol"}, default "random"
        "sobol" draws from the same distribution with evenly spread points: fewer than half of the samples do as well.
    response_method : str, default "auto"
        See `models.predictors.Predictor`.
    seed : int, default 0
        0 to 2^53 - 1.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(500, 3))
    >>> explainer = LIMETabular(lambda X: 2 * X[:, 0] - X[:, 2], X, discretizer=None)
    >>> found = explainer.explain_instance(X[0], num_features=2)
    >>> [(name, round(weight, 1)) for name, weight in found.as_list()]
    [('x0', 2.0), ('x2', -1.0)]
    >>> round(found.score, 2)
    1.0
    """

    def __init__(
        self,
        model: Any,
        X_train: Any,  # noqa: N803 (as everywhere)
        *,
        target: Any = None,
        mode: str = "auto",
        training_labels: Any = None,
        categorical_features: Any = None,
        kernel_width: float | None = None,
        feature_selection: str = "auto",
        discretizer: str | None = "quartile",
        sampler: str = "random",
        response_method: str = "auto",
        seed: int = 0,
    ) -> None:
        self.predictor, self._target = _predictor_of(model, response_method, target)
        self.mode = _checked_mode(mode, self.predictor)
        self.seed = checked_seed(seed)
        self.neighbourhood = (
            X_train
            if isinstance(X_train, Neighbourhood)
            else Neighbourhood(
                X_train,
                discretizer=discretizer,
                categorical_features=categorical_features,
                training_labels=training_labels,
                seed=self.seed,
            )
        )
        n_columns = len(self.neighbourhood.table.names)
        self.kernel_width = _WIDTH * np.sqrt(n_columns) if kernel_width is None else _checked_width(kernel_width)
        self.feature_selection = checked_selection(feature_selection)
        self.sampler = sampler
        self._points: PointSet = point_set(sampler, self.seed, n_columns)
        self._placed: Place | None = None
        self._kept: tuple[tuple[int, int], Draws] | None = None
        self._last_fit: tuple[LimeState, Any, LocalFit] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_placed": None, "_kept": None, "_last_fit": None}

    # -- lime's face ---------------------------------------------------------------------------------------------------

    def explain_instance(
        self,
        row: Any,
        num_features: int = 10,
        num_samples: int = 5000,
        *,
        labels: Sequence[int] | None = None,
        top_labels: int | None = None,
        distance_metric: str | Callable[..., float] = "euclidean",
        model_regressor: Any = None,
    ) -> LocalExplanation:
        """Return the local weights of a row, all samples in one go.

        Parameters
        ----------
        row : int, mapping, sequence, or table of one row
            A position in the training data, or values.
        num_features : int, default 10
            The most features of the linear model.
        num_samples : int, default 5000
            The row itself is the first.
        labels, top_labels
            See `LimeEstimate.explanation`.
        distance_metric : str or callable, default "euclidean"
            Of samples to the row: a name that scikit-learn knows, or a function of two. With another than this the lime
            package makes the fit, and there is no standard error.
        model_regressor : estimator, optional
            A linear model of scikit-learn to fit in place of the ridge, by the lime package, too.
        """
        if self.predictor.torch_model is not None:
            self.predictor.torch_model.refresh()  # it may have been trained since
        state = self._state(row, num_features, num_samples)
        whole = replace(state, parts=((0, *self._drawn(state, 0, state.num_samples)),))
        return self.solve(
            whole,
            labels=labels,
            top_labels=top_labels,
            distance_metric=distance_metric,
            model_regressor=model_regressor,
        )

    def stream(
        self,
        row: Any,
        *,
        num_features: int = 10,
        num_samples: int = 5000,
        state: LimeState | None = None,
        pauses: bool = False,
    ) -> Iterator[LimeEstimate]:
        """Yield estimates of more and more samples; see `stream.drive`.

        Parameters
        ----------
        row, num_features, num_samples
            See `explain_instance`.
        state : LimeState, optional
            Of an earlier estimate of the same row: go on from there. Where it has samples enough, the model is not
            called.
        pauses : bool, default False
            Whether None is yielded, too, between the parts of a fit to very many columns.

        Raises
        ------
        InputError, ModelError
            When it is called, for what cannot be explained; on the way, where the model fails.
        """
        fresh = self.start(row, num_features, num_samples)
        return self.steps(fresh if state is None else self.resume(state, fresh), pauses=pauses)

    def steps(self, begin: LimeState, *, step_seconds: float = 0.05, pauses: bool = False) -> Iterator[LimeEstimate]:
        """Yield the estimates of `stream` from a state on."""
        driver: Any = drive_in_parts if pauses else drive
        yield from driver(self, begin, step_seconds=step_seconds)

    # -- the stream ----------------------------------------------------------------------------------------------------

    def start(self, row: Any, num_features: int = 10, num_samples: int = 5000, *, first_unit: int = 0) -> LimeState:
        """Check everything and return the state before the first sample; the model is not called.

        Parameters
        ----------
        row, num_features, num_samples
            See `explain_instance`.
        first_unit : int, default 0
            Where this part of a spread run begins, in units of 128 samples; `merge` joins the parts.
        """
        state = self._state(row, num_features, num_samples)
        if not 0 <= first_unit <= state.total_units:
            raise InputError(
                "There is no such unit to begin with.",
                given=f"first_unit={first_unit}",
                expected=f"a whole number from 0 to {state.total_units}",
                do="divide the units that there are",
            )
        identity = {
            "model": self.predictor.fingerprint(),
            "data": self.neighbourhood.fingerprint,
            "row": digest(repr(state.row)),
            "sampler": self.sampler,
            "seed": str(self.seed),
        }
        return replace(state, identity=identity, ranges=((first_unit, first_unit),))

    def _state(self, row: Any, num_features: int, num_samples: int) -> LimeState:
        features, samples = _checked_count("num_features", num_features), _checked_count("num_samples", num_samples)
        return LimeState(self.neighbourhood.row(row), samples, features, {})

    @property
    def columns(self) -> tuple[Any, ...]:
        """The columns of the training data, as LIME sees them."""
        return self.neighbourhood.columns

    def advance(self, state: LimeState, units: int) -> LimeState:
        if state.units >= state.total_units:
            return state
        units = max(units, state.units // _LEAST_SHARE)
        first, stop = next_units(state.ranges, units, state.total_units)
        part = first * _SAMPLES, *self._drawn(state, first * _SAMPLES, stop * _SAMPLES)
        return replace(state, ranges=joined(((first, stop), *state.ranges)), parts=(*state.parts, part))

    def _drawn(self, state: LimeState, first: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw samples and ask the model; return what the linear model gets of them, and the answers."""
        place = self._place(state)
        at_once = max(_LEAST_AT_ONCE, _MOST_BYTES // self.neighbourhood.table.row_bytes)
        return _together([self._block(place, one, min(stop, one + at_once)) for one in range(first, stop, at_once)])

    def _block(self, place: Place, first: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        design, samples = self.neighbourhood.around(place, self._draws(first, stop), with_row=first == 0)
        answers = self.predictor.scores(samples)
        self._check_answers(answers)
        return design, answers

    def _draws(self, first: int, stop: int) -> Draws:
        """Return what is drawn, which no row changes: the last are kept for the next row."""
        kept = self._kept
        if kept is not None and kept[0] == (first, stop):
            return kept[1]
        draws = self.neighbourhood.draw(self._points(first, stop))
        if draws.nbytes <= _MOST_KEPT:
            self._kept = (first, stop), draws
        return draws

    def _place(self, state: LimeState) -> Place:
        placed = self._placed
        if placed is None or placed.values is not state.row:
            placed = self._placed = self.neighbourhood.place(state.row)
        return placed

    def _check_answers(self, answers: np.ndarray) -> None:
        if self.mode == "regression" and self._mode(answers) != "regression":
            raise InputError(
                "A regression has one output.",
                given=f'mode="regression", and a model of {len(self.class_names(answers.shape[1]))} classes or outputs',
                expected="one number for each row",
                do="pass a function of one of them, such as lambda X: f(X)[:, 1], or leave mode out",
            )
        if self.mode == "regression" or self.predictor.classes is not None or answers.shape[1] > 1:
            return
        if self.mode == "classification":
            raise labels_error("one number for each row")
        drawn_between = any(column.levels is None for column in self.columns)
        if drawn_between and look_like_labels(answers):
            raise labels_error(f"the numbers {', '.join(f'{value:g}' for value in np.unique(answers)[:12])} alone")

    def merge(self, left: LimeState, right: LimeState) -> LimeState:
        """Join two states of the same row with disjoint samples.

        Raises
        ------
        InputError
            Where they are of different runs, or have samples in common.
        """
        check_same_run(left.identity, right.identity)
        return replace(left, ranges=joined_disjoint(left.ranges, right.ranges), parts=left.parts + right.parts)

    def resume(self, state: LimeState, fresh: LimeState) -> LimeState:
        """Return `state` as a beginning of the run that `fresh` starts, with as many samples and features as that has.

        Raises
        ------
        InputError
            Where it is of another model, data, row, bins, sampler or seed.
        """
        check_same_run(state.identity, fresh.identity)
        return replace(state, num_samples=fresh.num_samples, num_features=fresh.num_features)

    def finish(self, state: LimeState) -> None:
        self.predictor.verify(state.identity["model"], self.neighbourhood.table)

    def estimate(self, state: LimeState) -> LimeEstimate:
        return finished(self.estimate_in_parts(state))

    def estimate_in_parts(self, state: LimeState) -> Parts[LimeEstimate]:
        """Do as `estimate` does, and yield between two parts where there are very many columns."""
        design, answers = state.samples()
        outputs = self._outputs(answers)
        fit = yield from self._fit(state, design, outputs, self._label(outputs), state.num_features, self.kernel_width)
        value, error = np.zeros(design.shape[1]), np.zeros(design.shape[1])
        value[fit.features] = fit.weights
        if fit.standard_error is not None:
            error[fit.features] = fit.standard_error
        value.flags.writeable = error.flags.writeable = False
        return LimeEstimate(
            value,
            None if fit.standard_error is None else error,
            min(state.units * _SAMPLES, state.num_samples),
            state.num_samples,
            "sample",
            state.units >= state.total_units,
            state,
            self,
        )

    # -- solving -------------------------------------------------------------------------------------------------------

    def solve(
        self,
        state: LimeState,
        *,
        labels: Sequence[int] | None = None,
        top_labels: int | None = None,
        num_features: int | None = None,
        kernel_width: float | None = None,
        num_samples: int | None = None,
        distance_metric: str | Callable[..., float] = "euclidean",
        model_regressor: Any = None,
    ) -> LocalExplanation:
        """Fit the linear models of some labels to the stored answers.

        See `LimeEstimate.explanation` and `explain_instance`.
        """
        return finished(
            self.solve_in_parts(
                state,
                labels=labels,
                top_labels=top_labels,
                num_features=num_features,
                kernel_width=kernel_width,
                num_samples=num_samples,
                distance_metric=distance_metric,
                model_regressor=model_regressor,
            )
        )

    def solve_in_parts(
        self,
        state: LimeState,
        *,
        labels: Sequence[int] | None = None,
        top_labels: int | None = None,
        num_features: int | None = None,
        kernel_width: float | None = None,
        num_samples: int | None = None,
        distance_metric: str | Callable[..., float] = "euclidean",
        model_regressor: Any = None,
    ) -> Parts[LocalExplanation]:
        """Do as `solve` does, and yield between two parts where there are very many columns."""
        num_features = state.num_features if num_features is None else _checked_count("num_features", num_features)
        width = self.kernel_width if kernel_width is None else _checked_width(kernel_width)
        design, answers = state.samples(num_samples)
        outputs = self._outputs(answers)
        wanted = self._wanted(outputs, labels, top_labels)
        fits: dict[int, LocalFit] = {}
        if distance_metric == "euclidean" and model_regressor is None:
            others: dict[str, Any] = {}
            for label in wanted:
                fits[label] = yield from self._fit(state, design, outputs, label, num_features, width)
        else:
            from .by_package import fit_by_package

            others = {"distance_metric": distance_metric, "model_regressor": model_regressor}
            for label in wanted:
                fits[label] = fit_by_package(
                    design,
                    outputs[:, label],
                    self._place(state).scaled,
                    width=width,
                    num_features=num_features,
                    feature_selection=self.feature_selection,
                    **others,
                )
        classification = self._mode(answers) == "classification"
        local_exp = {label: _pairs(fit) for label, fit in fits.items()}
        intercept = {label: fit.intercept for label, fit in fits.items()}
        fitted = {label: _fitted(fit, float(outputs[0, label])) for label, fit in fits.items()}
        if not classification:
            local_exp = {0: [(feature, -weight) for feature, weight in local_exp[0]], 1: local_exp[0]}
            intercept = {0: intercept[0], 1: intercept[0]}
            fitted = {1: fitted[0]}
        return LocalExplanation(
            mode="classification" if classification else "regression",
            local_exp=local_exp,
            intercept=intercept,
            label=wanted[0] if classification else 1,
            fitted=fitted,
            labels=Words([column.label for column in self.columns], state.row),
            feature_names=[column.name for column in self.columns],
            values=list(state.row),
            conditions=Words([column.condition for column in self.columns], state.row),
            class_names=self.class_names(outputs.shape[1]) if classification else None,
            predict_proba=outputs[0].copy() if classification else None,
            predicted_value=None if classification else float(outputs[0, 0]),
            min_value=None if classification else float(outputs.min()),
            max_value=None if classification else float(outputs.max()),
            top_labels=wanted if classification and top_labels else None,
            parameters={
                "num_features": num_features,
                "num_samples": len(design),
                "kernel_width": float(width),
                "discretizer": self.neighbourhood.discretizer,
                "sampler": self.sampler,
                "seed": self.seed,
                **others,
            },
        )

    def _fit(
        self, state: LimeState, design: np.ndarray, outputs: np.ndarray, label: int, num_features: int, width: float
    ) -> Parts[LocalFit]:
        """Return a fit; what an estimate shows is often asked for once more, as an explanation."""
        asked = len(design), label, num_features, width
        if self._last_fit is not None and self._last_fit[0] is state and self._last_fit[1] == asked:
            return self._last_fit[2]
        scaled = self._place(state).scaled
        found = yield from fit_in_parts(
            design,
            outputs[:, label],
            kernel_weights(design, scaled, width),
            scaled,
            num_features=num_features,
            feature_selection=self.feature_selection,
            groups=self._points.groups,
        )
        self._last_fit = state, asked, found
        return found

    def class_names(self, outputs: int) -> list[str]:
        """Return the names of the classes, or the positions of the outputs."""
        classes = self.predictor.classes
        return [str(name) for name in (range(outputs) if classes is None else classes.tolist())]

    def _mode(self, answers: np.ndarray) -> Mode:
        return "regression" if self.predictor.classes is None and answers.shape[1] == 1 else "classification"

    def _outputs(self, answers: np.ndarray) -> np.ndarray:
        """Return the answers with a column for each class: of two, the model's one speaks for both."""
        if self.predictor.classes is None or answers.shape[1] > 1:
            return answers
        other = 1 - answers if self.predictor.method == "predict_proba" else -answers
        return np.column_stack([other, answers])

    def _label(self, outputs: np.ndarray) -> int:
        """Return the position of what is explained."""
        if self._target is None:
            return int(outputs.shape[1]) - 1
        classes = self.predictor.classes
        label = int(self._target) if classes is None else classes.tolist().index(self._target)
        if label >= outputs.shape[1]:
            raise _no_output(f"target={self._target!r}", outputs.shape[1])
        return label

    def _wanted(self, outputs: np.ndarray, labels: Sequence[int] | None, top_labels: int | None) -> list[int]:
        count_ = outputs.shape[1]
        if count_ == 1:
            return [self._label(outputs)]
        if top_labels is not None:
            _checked_count("top_labels", top_labels)
            return [int(label) for label in np.argsort(-outputs[0], kind="stable")[:top_labels]]
        if labels is None:
            return [self._label(outputs)]
        try:
            wanted = [operator.index(label) for label in labels]
        except TypeError:
            wanted = []
        if not wanted or any(not 0 <= label < count_ for label in wanted):
            raise _no_output(f"labels={labels!r}", count_)
        return wanted


def _together(blocks: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Return designs and answers of some blocks as one."""
    if len(blocks) == 1:
        return blocks[0]
    designs, answers = zip(*blocks, strict=True)
    return np.concatenate(designs), np.concatenate(answers)


def _pairs(fit: LocalFit) -> list[tuple[int, float]]:
    return list(zip(fit.features.tolist(), fit.weights.tolist(), strict=True))


def _fitted(fit: LocalFit, prediction: float) -> Fitted:
    error = fit.standard_error
    return Fitted(
        fit.score,
        fit.prediction,
        prediction,
        None if error is None else tuple(error.tolist()),
        None if error is None else tuple((_student(fit.degrees) * error).tolist()),
        fit.effective_samples,
    )


@functools.cache
def _student(degrees: int) -> float:
    """Return how many standard errors reach to either side of a mean in 95 % of cases."""
    from scipy.special import stdtrit  # type: ignore[import-untyped]

    return float(stdtrit(degrees, 0.975))


def _predictor_of(model: Any, response_method: str, target: Any) -> tuple[Predictor, Any]:
    """Return the predictor of all outputs, and the one that is explained."""
    if isinstance(model, Predictor):
        method = model.method if model.method not in ("module", "function") else "auto"
        return _predictor_of(model.model, method, model.target if target is None else target)
    if target is not None:
        Predictor(model, response_method=response_method, target=target)  # checks it
    return Predictor(model, response_method=response_method, every_output=True), target


def _checked_mode(mode: str, predictor: Predictor) -> str:
    if mode not in ("auto", "classification", "regression"):
        raise InputError(
            "The mode is not known.",
            given=f"mode={mode!r}",
            expected="auto, classification or regression",
            do="leave it at auto",
        )
    owner = getattr(predictor.model, "__self__", predictor.model)
    called = predictor.method if owner is predictor.model else getattr(predictor.model, "__name__", "")
    if called != "predict" or mode == "regression":
        return mode
    if hasattr(owner, "classes_"):
        raise labels_error("the predict of a classifier")
    return "regression" if mode == "auto" else mode


def labels_error(given: str) -> InputError:
    return InputError(
        "The model gives labels where probabilities are needed.",
        given=given,
        expected="a probability for each class, (rows, classes), or a number that varies with the row",
        do='pass the classifier itself or its predict_proba; or mode="regression" to explain these numbers as they are',
    )


def _no_output(given: str, outputs: int) -> InputError:
    return InputError(
        "There is no such output.",
        given=given,
        expected=f"positions from 0 to {outputs - 1}",
        do="count from 0; several labels are a list, as in labels=[0, 1]",
    )


def _checked_count(name: str, given: Any) -> int:
    try:
        number = operator.index(given)
    except TypeError:
        number = 0
    if not 1 <= number <= _MOST_SAMPLES:
        raise InputError(
            f"{name} is out of range.",
            given=f"{name}={given!r}",
            expected=f"a whole number from 1 to {_MOST_SAMPLES}",
            do="choose one",
        )
    return number


def _checked_width(given: Any) -> float:
    try:
        width = float(given)
    except (OverflowError, TypeError, ValueError):
        width = np.nan
    if isinstance(given, bool) or not LEAST_WIDTH <= width <= MOST_WIDTH:
        raise InputError(
            "The kernel width is out of range.",
            given=f"kernel_width={given!r}",
            expected=f"a number from {LEAST_WIDTH:g} to {MOST_WIDTH:g}, on the scale of standardised columns",
            do="leave it at None for lime's own, 0.75 times the root of the number of columns",
        )
    return width
