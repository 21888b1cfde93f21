"""What SHAP, LIME and, where there is a gradient, gradient x input say of one row, in one stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..models import InputError
from ..models.predictors import Predictor
from ..models.tables import Table
from .agreement import Agreement
from .lime.neighbourhood import Neighbourhood
from .lime.tabular import LIMETabular
from .row_values import row_values
from .shapley.background import DEFAULT_ROWS, Background, Source
from .shapley.choose import MOST_EXACT, explainer_for
from .shapley.exact_shap import ExactSHAP
from .shapley.kernel_shap import KernelSHAP
from .shapley.tree_shap import TreeSHAP
from .shapley.units import units_of

if TYPE_CHECKING:
    from .shapley.method import ShapleyMethod

METHODS = ("shap", "lime", "gradient_x_input")
_SHARE = 1000  # of the work of one method, for progress


@dataclass(frozen=True)
class Answer:
    """What one method says of the row so far.

    Attributes
    ----------
    method : {"shap", "lime", "gradient_x_input"}
    explainer : str
        The name of what computed it.
    values : ndarray of shape (features,)
    standard_error : ndarray of shape (features,) or None
        The sampling error; None where the values are exact.
    units : {"log_odds", "softmax_logit", "probability", "log_loss", "log_score", "score"}
        What the values are measured in.
    done, total, unit, finished
        See `stream.Estimate`.
    fit : float or None
        Of LIME, R2 of its linear model.
    background : Source or None
        Of SHAP, where the rows come from that absent features are drawn from.
    """

    method: str
    explainer: str
    values: np.ndarray
    standard_error: np.ndarray | None
    units: str
    done: int
    total: int
    unit: str
    finished: bool
    fit: float | None = None
    background: Source | None = None


@dataclass(frozen=True)
class AnswersEstimate:
    """The answers so far.

    Attributes
    ----------
    feature_names : tuple of str
    answers : tuple of Answer
        Of the methods that have begun, in the order of `METHODS`.
    refused : dict of str to InputError
        Why a method has no answer for this row, by method.
    methods : tuple of str
        All that are asked.
    finished : bool
        Whether this is the last estimate of its stream.
    """

    feature_names: tuple[str, ...]
    answers: tuple[Answer, ...]
    refused: dict[str, InputError]
    methods: tuple[str, ...]
    finished: bool

    @property
    def done(self) -> int:
        parts = [_SHARE if answer.finished else _SHARE * answer.done // max(1, answer.total) for answer in self.answers]
        return sum(parts) + _SHARE * len(self.refused)

    @property
    def total(self) -> int:
        return _SHARE * len(self.methods)

    @cached_property
    def agreement(self) -> Agreement:
        """The answers on one scale."""
        none = np.zeros(len(self.feature_names))
        errors = [none if answer.standard_error is None else answer.standard_error for answer in self.answers]
        return Agreement(
            tuple(answer.method for answer in self.answers),
            self.feature_names,
            np.stack([answer.values for answer in self.answers]),
            np.stack(errors),
        )


@dataclass(frozen=True)
class Training:
    """A table, and how LIME draws from it: read once, and only where LIME is asked."""

    table: Table

    @cached_property
    def neighbourhood(self) -> Neighbourhood:
        return Neighbourhood.unread(self.table)


class OneRow:
    """Ask several methods about one row of a table, one after the other.

    All explain the same output. SHAP takes the method that fits the model, against rows of the training data, and of
    a probability one that explains the probability; LIME its own defaults, over all features; gradient x input is asked
    of torch modules.

    Parameters
    ----------
    model : estimator, torch.nn.Module or callable
        See `models.predictors.Predictor`.
    row : int, mapping, sequence, or table of one row
        A position in the training data, or values.
    X_train : table or Training
        See `models.tables.Table`. LIME explains no row, and draws from no table, with missing values.
    target : class or int, optional
        The class or output to explain; by default the last, which of two classes is the positive one.
    seed : int, default 0

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(300, 3))
    >>> *_, last = OneRow(lambda X: 3 * X[:, 0] - X[:, 2], 0, X).stream()
    >>> last.agreement.methods, last.finished
    (('shap', 'lime'), True)
    """

    def __init__(
        self,
        model: Any,
        row: Any,
        X_train: Any,  # noqa: N803 (as everywhere)
        *,
        target: Any = None,
        seed: int = 0,
    ) -> None:
        self._model = model
        self._seed = seed
        self._training = X_train if isinstance(X_train, Training) else Training(Table.of(X_train))
        table = self._training.table
        self.feature_names = table.names
        self.row = _row_of(table, row)
        self._target = target
        self.predictor = Predictor(model, target=target, every_output=True)

    @property
    def methods(self) -> tuple[str, ...]:
        """Those that can be asked of this model."""
        return METHODS if self.predictor.torch_model is not None else METHODS[:-1]

    @cached_property
    def target(self) -> Any:
        """The class or output that is explained; None where there is one alone, or one speaks for two."""
        if self._target is not None:
            return self._target
        classes = self.predictor.classes
        if classes is not None:
            return classes.tolist()[-1] if len(classes) > 2 else None
        outputs = self.predictor.scores(self.row.native()).shape[1]
        return outputs - 1 if outputs > 1 else None

    @property
    def target_name(self) -> str | None:
        """The name of the class or output that is explained; None where there is one alone."""
        classes = self.predictor.classes
        if self.target is None and classes is not None:
            return str(classes[-1])
        if self.target is None:
            return None
        return str(self.target) if classes is not None else f"output {self.target}"

    @cached_property
    def prediction(self) -> float:
        """What the model says of the row."""
        predictor = self.predictor
        if self.target is not None:
            predictor = Predictor(self._model, target=self.target)
        return float(predictor(self.row.native())[0])

    @property
    def units(self) -> str:
        """What the prediction is measured in."""
        return units_of(self.predictor)

    def stream(self, *, pauses: bool = False) -> Iterator[AnswersEstimate]:
        """Yield what the methods say, each in turn.

        A method that cannot explain the row says why in `refused`; where none can, the first reason is raised.

        Parameters
        ----------
        pauses : bool, default False
            Whether None is yielded, too, while a step of a slow model takes longer than a tenth of a second.
        """
        estimate = AnswersEstimate(self.feature_names, (), {}, self.methods, finished=False)
        for method in self.methods:
            before = estimate
            try:
                for answer in self._answers(method, pauses=pauses):
                    if answer is None:
                        if pauses:
                            yield None  # type: ignore[misc]  # where that is asked for
                        continue
                    last = method == self.methods[-1] and answer.finished
                    estimate = replace(before, answers=(*before.answers, answer), finished=last)
                    yield estimate
            except InputError as error:
                estimate = replace(before, refused=before.refused | {method: error})
        if not estimate.answers:
            raise next(iter(estimate.refused.values()))
        if not estimate.finished:  # the last one refused
            yield replace(estimate, finished=True)

    def _answers(self, method: str, *, pauses: bool) -> Iterator[Answer | None]:
        if method == "shap":
            return self._shap(pauses=pauses)
        return self._lime(pauses=pauses) if method == "lime" else self._gradient()

    def _shap(self, *, pauses: bool) -> Iterator[Answer | None]:
        table = self._training.table
        background = Background.drawn(table, min(DEFAULT_ROWS, table.n_rows), seed=self._seed)
        explainer = self._shapley_method(background)
        estimates: Iterator[Any] = explainer.stream(self.row, pauses=pauses)
        for estimate in estimates:
            if estimate is None:
                yield None
                continue
            error = estimate.standard_error
            yield Answer(
                "shap",
                explainer.name,
                np.asarray(estimate.value)[0, :, 0],
                None if error is None else np.asarray(error)[0, :, 0],
                estimate.units,
                estimate.done,
                estimate.total,
                estimate.unit,
                estimate.finished,
                background=None if estimate.background is None else estimate.background.source,
            )

    def _shapley_method(self, background: Background) -> ShapleyMethod[Any]:
        """Return the method that fits the model; of a probability one that explains the probability, as LIME does."""
        settings = {"target": self.target, "seed": self._seed}
        fitting = explainer_for(self._model, self.row, background, **settings)
        if self.units != "probability" or fitting.units == self.units:
            return fitting
        if isinstance(fitting, TreeSHAP):
            try:
                scaled = TreeSHAP(self._model, background, model_output="probability", **settings)
                scaled.start(self.row)
            except InputError:  # trees of more than two classes
                pass
            else:
                return scaled
        any_model = ExactSHAP if len(self.feature_names) <= MOST_EXACT else KernelSHAP
        return any_model(self._model, background, **settings)

    def _lime(self, *, pauses: bool) -> Iterator[Answer | None]:
        neighbourhood = self._training.neighbourhood
        yield from neighbourhood.read()
        explainer = LIMETabular(self._model, neighbourhood, target=self.target, seed=self._seed)
        values = [self.row.values(name)[0] for name in self.feature_names]
        estimates: Iterator[Any] = explainer.stream(values, num_features=len(self.feature_names), pauses=pauses)
        for estimate in estimates:
            if estimate is None:
                yield None
                continue
            yield Answer(
                "lime",
                type(explainer).__name__,
                np.asarray(estimate.value),
                None if estimate.standard_error is None else np.asarray(estimate.standard_error),
                self.units,
                estimate.done,
                estimate.total,
                estimate.unit,
                estimate.finished,
                fit=estimate.explanation().score,
            )

    def _gradient(self) -> Iterator[Answer]:
        from .gradient import GradientXInput

        explainer = GradientXInput(self.predictor.torch_model)
        target = 0 if self.target is None else self.target
        for estimate in explainer.stream(self.row.matrix(), target):
            yield Answer(
                "gradient_x_input",
                type(explainer).__name__,
                np.asarray(estimate.value)[0],
                None,
                self.units,
                estimate.done,
                estimate.total,
                estimate.unit,
                estimate.finished,
            )


def _row_of(table: Table, row: Any) -> Table:
    """Return a row of the training data, or of its columns, as a table of one."""
    values = row_values(row, table)
    if isinstance(row, int | np.integer):
        return table.rows([int(row)])
    native = table.rows([0]).replaced(
        {name: np.array([value]) for name, value in zip(table.names, values, strict=True)}
    )
    return Table.of(native, table.names)
