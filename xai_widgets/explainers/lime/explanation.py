"""What LIME found: the object that the lime package gives, with what it leaves out."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from ...models import InputError

Mode = Literal["classification", "regression"]
Weights = list[tuple[int, float]]
_LEAST_SAMPLES = 3  # for each number that is fitted


@dataclass(frozen=True)
class Fitted:
    """The linear model of one output.

    Attributes
    ----------
    score : float or None
        R2: how well it fits the samples.
    local_pred : float or None
        What it predicts for the row.
    prediction : float or None
        What the model predicts.
    standard_error : tuple of float, or None
        Of each weight, in the order of the explanation, over seeds.
    interval : tuple of float, or None
        Half the width of the interval that holds 95 % of them.
    effective_samples : float or None
        As many samples of equal weight would say as much. The row itself is one of them.
    """

    score: float | None = None
    local_pred: float | None = None
    prediction: float | None = None
    standard_error: tuple[float, ...] | None = None
    interval: tuple[float, ...] | None = None
    effective_samples: float | None = None

    def is_starved(self, weights: int) -> bool:
        """Whether hardly any sample counts: fewer than three for each weight and the constant say nothing of a fit."""
        return self.effective_samples is not None and self.effective_samples < _LEAST_SAMPLES * (weights + 1)


@dataclass(frozen=True)
class LocalExplanation:
    """Local weights of one row, with the methods and attributes of lime's `Explanation`.

    Attributes
    ----------
    mode : {"classification", "regression"}
        A regression has one output: under 1, and negated under 0, as in lime.
    local_exp, intercept : dict
        By label: pairs of feature and weight, by falling size; and the constant of the linear model.
    label : int
        What `as_list()`, `score` and `local_pred` are of.
    fitted : dict of int to Fitted
        By label, as far as it is known: lime keeps `score` and `local_pred` of the last label alone.
    class_names : list of str or None
    labels : sequence of str
        What a weight of each feature speaks of, such as "5.10 < sepal length (cm) <= 5.80".
    conditions : sequence of str, or None
        The same without the name, with the row's own value: "5.1 < 5.6 ≤ 5.8". None where lime made it.
    feature_names : list of str
    values : list
        Of the row, as text where it is lime's own.
    predict_proba : ndarray or None
        The model's answers for the row; None for a regression, which has `predicted_value`.
    min_value, max_value : float or None
        Of the model's answers for the samples of a regression.
    top_labels : list of int or None
    parameters : dict
        What it was made with.

    Examples
    --------
    >>> import numpy as np
    >>> from xai_widgets.explainers.lime import LIMETabular
    >>> X = np.random.default_rng(0).uniform(size=(200, 3))
    >>> found = LIMETabular(lambda X: X[:, 1], X).explain_instance(X[0], num_features=2, num_samples=500)
    >>> [name for name, _ in found.as_list()][0]
    'x1 <= 0.32'
    >>> found.score > 0.5, found.local_pred.shape
    (True, (1,))
    """

    mode: Mode
    local_exp: dict[int, Weights]
    intercept: dict[int, float]
    label: int
    fitted: dict[int, Fitted]
    labels: Sequence[str]
    feature_names: list[str]
    values: list[Any]
    conditions: Sequence[str] | None = None
    class_names: list[str] | None = None
    predict_proba: np.ndarray | None = None
    predicted_value: float | None = None
    min_value: float | None = None
    max_value: float | None = None
    top_labels: list[int] | None = None
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def score(self) -> float | None:
        """R2 of the linear model over the weighted samples."""
        return self.fitted[self.label].score

    @property
    def local_pred(self) -> np.ndarray | None:
        """What the linear model predicts for the row, of shape (1,) as in lime."""
        predicted = self.fitted[self.label].local_pred
        return None if predicted is None else np.array([predicted])

    def available_labels(self) -> list[int]:
        """Return the labels that are explained, the highest predicted first where these were asked for."""
        if self.mode == "regression":
            raise NotImplementedError("Not supported for regression explanations.")  # lime's own answer
        return list(self.top_labels or self.local_exp)

    def as_list(self, label: int | None = None) -> list[tuple[str, float]]:
        """Return pairs of what a weight speaks of and the weight, by falling size.

        Parameters
        ----------
        label : int, optional
            By default the one that was asked for. Of a regression it is always its output.
        """
        return [(self.labels[feature], weight) for feature, weight in self.local_exp[self._known(label)]]

    def as_map(self) -> dict[int, Weights]:
        """Return, by label, pairs of feature and weight."""
        return self.local_exp

    def _known(self, label: int | None) -> int:
        try:
            wanted = self.label if label is None or self.mode == "regression" else operator.index(label)
        except TypeError:
            wanted = None
        if wanted not in self.local_exp:
            raise InputError(
                "This label is not explained.",
                given=f"label={label!r}",
                expected=f"one of {', '.join(map(str, self.local_exp))}",
                do="ask for it with labels=, or explain again",
            )
        return wanted

    @classmethod
    def of(cls, explanation: Any) -> LocalExplanation:
        """Return any explanation of rows or texts, ours or the lime package's, in this form.

        Raises
        ------
        InputError
            Where it is none, or has no weights.
        """
        if isinstance(explanation, LocalExplanation):
            return explanation
        if not is_lime(explanation):
            raise InputError(
                "This is no explanation of a row.",
                given=f"{type(explanation).__module__}.{type(explanation).__qualname__}",
                expected="what LIMETabular or the lime package's tabular and text explainers give",
                do="pass the result of explain_instance, or a model, a row and the training data",
            )
        return _of_lime(explanation)


def is_lime(value: Any) -> bool:
    """Tell whether something is an explanation with named weights of the lime package, without importing it."""
    return (
        isinstance(getattr(value, "local_exp", None), Mapping)
        and callable(getattr(value, "as_list", None))
        and hasattr(value, "intercept")
    )


def _of_lime(given: Any) -> LocalExplanation:
    regression = given.mode == "regression"
    known = {int(label): _pairs(weights) for label, weights in given.local_exp.items()}
    if not known:
        raise InputError(
            "The explanation has no weights.",
            given="an explanation of no label",
            expected="at least one label",
            do="ask lime for labels=(1,) or top_labels=1",
        )
    label = 1 if regression else list(known)[-1]  # lime keeps score and local_pred of the one it explained last
    names = _names_of(given, known)
    answers = None if regression else getattr(given, "predict_proba", None)
    predicted = getattr(given, "predicted_value", None) if regression else None
    fitted = {each: Fitted(prediction=_of_label(answers, each)) for each in known}
    fitted[label] = Fitted(
        _number(given.score),
        _number(given.local_pred),
        _number(predicted) if regression else _of_label(answers, label),
    )
    classes = None if regression else getattr(given, "class_names", None)
    mapper = given.domain_mapper
    return LocalExplanation(
        mode="regression" if regression else "classification",
        local_exp=known,
        intercept={int(each): float(value) for each, value in given.intercept.items()},
        label=label,
        fitted=fitted,
        labels=names,
        feature_names=[str(name) for name in getattr(mapper, "feature_names", names)],
        values=[str(value) for value in getattr(mapper, "feature_values", None) or ()],
        class_names=None if classes is None else [str(name) for name in classes],
        predict_proba=None if answers is None else np.asarray(answers, dtype=np.float64),
        predicted_value=_number(predicted),
        min_value=_number(getattr(given, "min_value", None)) if regression else None,
        max_value=_number(getattr(given, "max_value", None)) if regression else None,
        top_labels=None if regression or not given.top_labels else [int(each) for each in given.top_labels],
    )


def _pairs(weights: Any) -> Weights:
    return [(int(feature), float(weight)) for feature, weight in weights]


def _names_of(given: Any, known: dict[int, Weights]) -> list[str]:
    """Return what the weight of each feature is called, by asking for it as lime does."""
    count = 1 + max((feature for pairs in known.values() for feature, _ in pairs), default=-1)
    asked = given.domain_mapper.map_exp_ids([(feature, 0.0) for feature in range(count)])
    return [str(name) for name, *_ in asked]


def _of_label(answers: Any, label: int) -> float | None:
    return None if answers is None or not 0 <= label < len(answers) else float(answers[label])


def _number(value: Any) -> float | None:
    if value is None:
        return None
    found = np.asarray(value, dtype=np.float64).ravel()
    return float(found[0]) if found.size else None
