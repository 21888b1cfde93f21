"""Trees of scikit-learn: single ones, forests, and both kinds of gradient boosting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .grow import Tree, ensemble_of

if TYPE_CHECKING:
    from .ensemble import TreeEnsemble

_SINGLE = {"DecisionTreeRegressor", "DecisionTreeClassifier", "ExtraTreeRegressor", "ExtraTreeClassifier"}
_FOREST = {"RandomForestRegressor", "RandomForestClassifier", "ExtraTreesRegressor", "ExtraTreesClassifier"}
_BOOSTING = {"GradientBoostingRegressor", "GradientBoostingClassifier"}
_HISTOGRAM = {"HistGradientBoostingRegressor", "HistGradientBoostingClassifier"}

_LINKS = {"IdentityLink": "identity", "LogLink": "exp", "LogitLink": "sigmoid", "HalfLogitLink": "sigmoid"}


def read(model: Any) -> TreeEnsemble | None:
    """Read a fitted scikit-learn model, None where it is not made of trees that are understood."""
    kind = type(model).__name__
    if kind in _SINGLE:
        return _averaged(model, [model])
    if kind in _FOREST:
        return _averaged(model, model.estimators_)
    if kind in _BOOSTING:
        return _boosted(model)
    if kind in _HISTOGRAM:
        return _histogram(model)
    return None


def _averaged(model: Any, estimators: Sequence[Any]) -> TreeEnsemble | None:
    if model.n_outputs_ != 1:
        return None
    trees = [_tree(estimator.tree_) for estimator in estimators]
    return ensemble_of(
        trees,
        [0] * len(trees),
        base=np.zeros(trees[0].values.shape[1]),
        n_features=model.n_features_in_,
        precision=np.dtype(np.float32),
        link="identity",
        n_averaged=len(trees),
        classes=getattr(model, "classes_", None),
    )


def _boosted(model: Any) -> TreeEnsemble | None:
    if model.init not in (None, "zero"):  # an estimator of the user's may start each row elsewhere
        return None
    link = _link(model)
    if link is None:
        return None
    n_outputs = model.estimators_.shape[1]
    trees = [_tree(estimator.tree_, model.learning_rate) for estimator in model.estimators_.flat]
    return ensemble_of(
        trees,
        np.resize(np.arange(n_outputs), len(trees)).tolist(),
        base=np.ravel(model._raw_predict_init(np.zeros((1, model.n_features_in_), np.float32))),  # noqa: SLF001
        n_features=model.n_features_in_,
        precision=np.dtype(np.float32),
        classes=getattr(model, "classes_", None),
        **link,
    )


def _histogram(model: Any) -> TreeEnsemble | None:
    link = _link(model)
    if link is None:
        return None
    n_features = model.n_features_in_
    given = np.arange(n_features)
    categories: tuple[np.ndarray | None, ...] = ()
    if model.is_categorical_ is not None:  # the model puts categorical columns first and numbers their values
        given = np.argsort(~model.is_categorical_, kind="stable")
        categories = _categories(model, given)
    predictors = [predictor for round_ in model._predictors for predictor in round_]  # noqa: SLF001
    trees = [_tree_of_histograms(predictor, given) for predictor in predictors]
    return ensemble_of(
        trees,
        np.resize(np.arange(model.n_trees_per_iteration_), len(trees)).tolist(),
        base=np.ravel(model._baseline_prediction),  # noqa: SLF001
        n_features=n_features,
        precision=np.dtype(np.float64),
        classes=getattr(model, "classes_", None),
        categories=categories,
        **link,
    )


def _link(model: Any) -> dict[str, Any] | None:
    """Return the ensemble's link and slope, None for one that is not known."""
    name = type(model._loss.link).__name__  # noqa: SLF001
    if name == "MultinomialLogit":
        return {"link": "softmax"}
    if name not in _LINKS:
        return None
    return {"link": _LINKS[name], "slope": 2.0 if name == "HalfLogitLink" else 1.0}


def _tree(tree: Any, scale: float = 1.0) -> Tree:
    leaf = tree.children_left < 0
    return Tree(
        feature=np.where(leaf, -1, tree.feature),
        threshold=tree.threshold,
        left=tree.children_left,
        right=tree.children_right,
        missing_left=tree.missing_go_to_left,
        values=scale * tree.value[:, 0, :],
    )


def _tree_of_histograms(predictor: Any, given: np.ndarray) -> Tree:
    nodes = predictor.nodes
    leaf = nodes["is_leaf"] != 0
    return Tree(
        feature=np.where(leaf, -1, given[np.where(leaf, 0, nodes["feature_idx"])]),
        threshold=nodes["num_threshold"],
        left=nodes["left"].astype(np.int64),
        right=nodes["right"].astype(np.int64),
        missing_left=nodes["missing_go_to_left"],
        values=nodes["value"][:, None],
        category_set=np.where((nodes["is_categorical"] != 0) & ~leaf, nodes["bitset_idx"].astype(np.int64), -1),
        sets=list(predictor.raw_left_cat_bitsets),
    )


def _categories(model: Any, given: np.ndarray) -> tuple[np.ndarray | None, ...]:
    categories: list[np.ndarray | None] = [None] * len(given)
    known = model._preprocessor.named_transformers_["encoder"].categories_  # noqa: SLF001
    for feature, values in zip(given[: len(known)], known, strict=True):
        categories[feature] = values
    return tuple(categories)
