"""What the values of a model are measured in, from what of it is called."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from ...models import InputError

if TYPE_CHECKING:
    from ...models.predictors import Predictor
    from .method import Units


def units_of(predictor: Predictor) -> Units:
    """Return the units of a predictor's scores."""
    method, model = called(predictor)
    if method == "predict_proba":
        return "probability"
    return "log_odds" if method == "decision_function" and _is_logistic(model) else "score"


def called(predictor: Predictor) -> tuple[str, Any]:
    """Return the name of what is called and the model that has it; a model's method may be passed as a function."""
    model = predictor.model
    if predictor.method == "function" and isinstance(model, types.MethodType):
        return model.__name__, model.__self__
    return predictor.method, model


def check_no_labels(predictor: Predictor) -> None:
    """Raise InputError where a classifier's labels would be explained."""
    from ...models.predictors import is_classifier

    method, model = called(predictor)
    if method != "predict" or not is_classifier(model):
        return
    better = [name for name in ("predict_proba", "decision_function") if callable(getattr(model, name, None))]
    raise InputError(
        "The model gives labels where numbers are needed.",
        given=f"predict of {type(model).__name__}, a classifier: its answers are names of classes, which have no mean",
        expected="probabilities or scores",
        do=f"pass {'the model itself' if predictor.method == 'predict' else f'its {better[0]}'}"
        if better
        else "pass a classifier with predict_proba or decision_function, or a function that gives a score",
    )


def _is_logistic(model: Any) -> bool:
    """Whether a classifier's decision function is the log-odds of its probabilities."""
    name = type(model).__name__
    if name in ("LogisticRegression", "LogisticRegressionCV", "HistGradientBoostingClassifier"):
        return True
    if name in ("GradientBoostingClassifier", "SGDClassifier"):
        return getattr(model, "loss", None) == "log_loss"
    steps: Any = getattr(model, "steps", None)
    return bool(steps) and _is_logistic(steps[-1][1])
