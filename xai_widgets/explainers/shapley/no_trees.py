"""What is said of a model whose trees are not explained: whether it has any, where they are, and what to do."""

from __future__ import annotations

from typing import Any

from ...models import InputError
from ...models.trees import is_of_a_library, read_trees

_INSIDE = ("best_estimator_", "regressor_")  # of scikit-learn's searches, and of transformed targets
_WITH_TREES = ("sklearn.tree", "sklearn.ensemble", "xgboost", "lightgbm", "catboost")


def no_trees(model: Any) -> InputError:
    """Return the error for a model that `read_trees` does not read."""
    kind = type(model).__name__
    if _ends_in_another(model) and _has_trees(model[-1]):
        return InputError(
            "The trees are the last step of a pipeline, and know the columns that the steps before it make.",
            given=f"{kind} that ends in {type(model[-1]).__name__}",
            expected="the model of trees itself, and rows of the columns that it was fitted on",
            do="explain the last step, TreeSHAP(pipeline[-1])(pipeline[:-1].transform(X)); or the columns of X, by "
            "explainer_for(pipeline, X), which asks the whole pipeline",
        )
    for name in _INSIDE:
        inside = getattr(model, name, None)
        if inside is not None and _has_trees(inside):
            return InputError(
                "The trees are inside of another model.",
                given=f"{kind} with {type(inside).__name__} as its {name}",
                expected="the model of trees itself",
                do=f"pass model.{name}" if name == _INSIDE[0] else f"pass model.{name}, which predicts in its own unit",
            )
    if type(model).__module__.startswith(_WITH_TREES):
        return InputError(
            "The trees of this model are not understood.",
            given=kind,
            expected="fitted trees of scikit-learn, XGBoost, LightGBM or CatBoost, without parts of another kind",
            do="fit it first if it is not fitted; else use KernelSHAP, which asks any model",
        )
    return InputError(
        "This model has no trees that are known.",
        given=kind,
        expected="a model of trees of scikit-learn, XGBoost, LightGBM or CatBoost",
        do="use explainer_for, which chooses the method that fits a model",
    )


def ends_in_trees(model: Any) -> bool:
    """Whether the last step of a pipeline is of a library of trees."""
    return _ends_in_another(model) and type(model[-1]).__module__.startswith(_WITH_TREES)


def _ends_in_another(model: Any) -> bool:
    steps = getattr(model, "steps", None)
    return isinstance(steps, list) and bool(steps)


def _has_trees(model: Any) -> bool:
    return is_of_a_library(model) and read_trees(model) is not None
