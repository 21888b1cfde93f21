"""What the values of a model are measured in, from what of it is called."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from ...models import InputError

if TYPE_CHECKING:
    from ...models.predictors import Predictor
    from .method import Units

OF_CLASSES = ("log_odds", "softmax_logit", "probability", "log_loss")  # units of nothing else


def units_of(predictor: Predictor) -> Units:
    """Return the units of a predictor's scores."""
    method, model = called(predictor)
    if method == "predict_proba":
        return "probability"
    return _of_decisions(model) if method == "decision_function" else "score"


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


def _of_decisions(model: Any) -> Units:
    """Return the units of a classifier's decision function, from how its probabilities are made of it."""
    steps: Any = getattr(model, "steps", None)
    if steps:
        return _of_decisions(steps[-1][1])
    name, several = type(model).__name__, len(getattr(model, "classes_", ())) > 2
    if name in ("LogisticRegression", "LogisticRegressionCV"):
        each_alone = getattr(model, "multi_class", None) == "ovr" or model.solver == "liblinear"
        joint_for_two = getattr(model, "multi_class", None) == "multinomial"  # of them it is half the log-odds
        if several:
            return "score" if each_alone else "softmax_logit"
        return "score" if joint_for_two else "log_odds"
    if name == "HistGradientBoostingClassifier" or (
        name == "GradientBoostingClassifier" and getattr(model, "loss", None) == "log_loss"
    ):
        return "softmax_logit" if several else "log_odds"
    if name == "SGDClassifier" and getattr(model, "loss", None) == "log_loss":
        return "score" if several else "log_odds"
    return "score"
