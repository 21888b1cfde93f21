"""Trees of scikit-learn: single ones, forests, bags, both kinds of gradient boosting, and votes of AdaBoost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .grow import Tree, ensemble_of

if TYPE_CHECKING:
    from .ensemble import TreeEnsemble

_SINGLE = {"DecisionTreeRegressor", "DecisionTreeClassifier", "ExtraTreeRegressor", "ExtraTreeClassifier"}
_FOREST = {"RandomForestRegressor", "RandomForestClassifier", "ExtraTreesRegressor", "ExtraTreesClassifier"}
_BAGGED = {"BaggingRegressor", "BaggingClassifier"}
_VOTING = {"AdaBoostClassifier"}
_BOOSTING = {"GradientBoostingRegressor", "GradientBoostingClassifier"}
_HISTOGRAM = {"HistGradientBoostingRegressor", "HistGradientBoostingClassifier"}

_LINKS = {"IdentityLink": "identity", "LogLink": "exp", "LogitLink": "sigmoid", "HalfLogitLink": "sigmoid"}


def read(model: Any) -> TreeEnsemble | None:
    """Read a fitted scikit-learn model, None where it is not made of trees that are understood."""
    kind = type(model).__name__
    if kind in _SINGLE | _FOREST:
        return _averaged(model, [model] if kind in _SINGLE else _estimators(model))
    if kind in _BAGGED:
        return _bagged(model)
    if kind in _VOTING:
        return _voted(model)
    if kind in _BOOSTING:
        return _boosted(model)
    return _histogram(model) if kind in _HISTOGRAM else None


def known_by(model: Any) -> list[Any] | None:
    """Return what tells a fitted ensemble from another, less than its pickle holds; None for what is no ensemble.

    Its trees stand as a checksum of their arrays, the rest as it is.
    """
    from .passes import checksum

    kind = type(model).__name__
    if kind in _HISTOGRAM:
        name, grown = "_predictors", _predictors(model)
        arrays = [array for each in grown for array in (each.nodes, each.raw_left_cat_bitsets)]
    elif kind in _FOREST | _BAGGED | _VOTING | _BOOSTING:
        name, grown = "estimators_", _estimators(model)
        states = [each.tree_.__getstate__() for each in grown]
        arrays = [state[part] for state in states for part in ("nodes", "values")]
    else:
        return None
    rest = {key: value for key, value in vars(model).items() if key != name}
    kinds, shapes = list({type(each).__name__ for each in grown}), [array.shape for array in arrays]
    return [kind, rest, kinds, shapes, checksum(arrays)]


def _averaged(model: Any, estimators: Sequence[Any]) -> TreeEnsemble | None:
    if model.n_outputs_ != 1:
        return None
    return _mean_of([_tree(estimator) for estimator in estimators], model)


def _mean_of(trees: list[Tree], model: Any) -> TreeEnsemble:
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


def _bagged(model: Any) -> TreeEnsemble | None:
    """Read an average of trees, each of which sees some of the columns, and of a classifier maybe some of the classes.

    A classifier numbers its classes before it hands them on, so that those of its trees are positions.
    """
    estimators = _estimators(model)
    if not _are_single(estimators) or len(estimators) != model.n_estimators:
        return None
    classes = getattr(model, "classes_", None)
    width = 1 if classes is None else len(classes)
    trees = []
    for estimator, columns in zip(estimators, model.estimators_features_, strict=True):
        tree = _tree(estimator)
        values = np.zeros((len(tree.values), width))
        values[:, [0] if classes is None else estimator.classes_.astype(np.intp)] = tree.values
        feature = np.where(tree.feature < 0, -1, np.asarray(columns)[np.maximum(tree.feature, 0)])
        trees.append(replace(tree, feature=feature, values=values))
    return _mean_of(trees, model)


def _voted(model: Any) -> TreeEnsemble | None:
    """Read a sum of votes for classes, each by its weight; one for a class is one against all others."""
    estimators, n_classes = _estimators(model), len(model.classes_)
    if not _are_single(estimators) or n_classes < 2 or getattr(model, "algorithm", "SAMME") == "SAMME.R":
        return None
    weights = model.estimator_weights_[: len(estimators)] / model.estimator_weights_.sum()
    trees = []
    for estimator, weight in zip(estimators, weights, strict=True):
        tree = _tree(estimator)
        voted = np.searchsorted(model.classes_, estimator.classes_)[tree.values.argmax(axis=1)]
        votes = np.where(voted[:, None] == np.arange(n_classes), weight, -weight / (n_classes - 1))
        trees.append(replace(tree, values=votes if n_classes > 2 else votes[:, 1:] - votes[:, :1]))
    return ensemble_of(
        trees,
        [0] * len(trees),
        base=np.zeros(trees[0].values.shape[1]),
        n_features=model.n_features_in_,
        precision=np.dtype(np.float32),
        classes=model.classes_,
        link="softmax" if n_classes > 2 else "sigmoid",
        slope=1 / (n_classes - 1),
    )


def _are_single(estimators: Sequence[Any]) -> bool:
    return all(type(each).__name__ in _SINGLE and each.n_outputs_ == 1 for each in estimators)


def _boosted(model: Any) -> TreeEnsemble | None:
    if model.init not in (None, "zero"):  # an estimator of the user's may start each row elsewhere
        return None
    link = _link(model)
    if link is None:
        return None
    n_outputs = model.estimators_.shape[1]
    trees = [_tree(estimator, model.learning_rate) for estimator in _estimators(model)]
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
    trees = _trees_of_histograms(_predictors(model), given)
    return ensemble_of(
        [trees],
        np.resize(np.arange(model.n_trees_per_iteration_), len(trees.all_sizes)).tolist(),
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


def _estimators(model: Any) -> list[Any]:
    return list(np.ravel(model.estimators_))


def _predictors(model: Any) -> list[Any]:
    return [predictor for round_ in model._predictors for predictor in round_]  # noqa: SLF001


def _tree(estimator: Any, scale: float = 1.0) -> Tree:
    state = estimator.tree_.__getstate__()
    nodes = state["nodes"]
    return Tree(
        feature=nodes["feature"],
        threshold=nodes["threshold"],
        left=nodes["left_child"],
        right=nodes["right_child"],
        missing_left=nodes["missing_go_to_left"],
        values=scale * state["values"][:, 0, :],
        covers=nodes["weighted_n_node_samples"],
    )


def _trees_of_histograms(predictors: Sequence[Any], given: np.ndarray) -> Tree:
    """Read the trees; `given` says where the model's features are in its table."""
    sizes = np.array([len(predictor.nodes) for predictor in predictors])
    nodes = np.frombuffer(b"".join(predictor.nodes for predictor in predictors), predictors[0].nodes.dtype)
    sets = [codes for predictor in predictors for codes in predictor.raw_left_cat_bitsets]
    set_starts = np.cumsum([0, *(len(predictor.raw_left_cat_bitsets) for predictor in predictors)])[:-1]
    leaf = nodes["is_leaf"] != 0
    in_sets = nodes["bitset_idx"] + np.repeat(set_starts, sizes)
    return Tree(
        feature=np.where(leaf, -1, given[np.where(leaf, 0, nodes["feature_idx"])]),
        threshold=nodes["num_threshold"].copy(),
        left=nodes["left"],
        right=nodes["right"],
        missing_left=nodes["missing_go_to_left"],
        values=nodes["value"][:, None].copy(),
        category_set=np.where((nodes["is_categorical"] != 0) & ~leaf, in_sets, -1),
        sets=sets,
        covers=nodes["count"],
        sizes=sizes,
    )


def _categories(model: Any, given: np.ndarray) -> tuple[np.ndarray | None, ...]:
    categories: list[np.ndarray | None] = [None] * len(given)
    known = model._preprocessor.named_transformers_["encoder"].categories_  # noqa: SLF001
    for feature, values in zip(given[: len(known)], known, strict=True):
        categories[feature] = values
    return tuple(categories)
