"""Boosted trees and random forests of XGBoost."""

from __future__ import annotations

import itertools
import json
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from .grow import Tree, bits, ensemble_of

if TYPE_CHECKING:
    from .ensemble import TreeEnsemble

_ESTIMATORS = {"XGBRegressor", "XGBClassifier", "XGBRFRegressor", "XGBRFClassifier", "XGBRanker"}

_LINKS = {
    "reg:squarederror": "identity",
    "reg:squaredlogerror": "identity",
    "reg:pseudohubererror": "identity",
    "reg:absoluteerror": "identity",
    "reg:quantileerror": "identity",
    "rank:ndcg": "identity",
    "rank:map": "identity",
    "rank:pairwise": "identity",
    "count:poisson": "exp",
    "reg:gamma": "exp",
    "reg:tweedie": "exp",
    "reg:logistic": "sigmoid",
    "binary:logistic": "sigmoid",
    "multi:softprob": "softmax",
}


def read(model: Any) -> TreeEnsemble | None:
    """Read a fitted XGBoost model, None where its trees are not all there is to it."""
    kind = type(model).__name__
    if kind == "Booster":
        return _read(model, None, None)
    if kind not in _ESTIMATORS or callable(model.objective) or not np.isnan(model.missing):
        return None
    n_rounds = model._get_iteration_range(None)[1]  # noqa: SLF001 the best round after early stopping
    return _read(model.get_booster(), getattr(model, "classes_", None), n_rounds or None)


def known_by(model: Any) -> list[Any] | None:
    """Return what tells a fitted model from another, less than its pickle holds; None for what is of another kind."""
    kind = type(model).__name__
    if kind != "Booster" and kind not in _ESTIMATORS:
        return None
    trees = (model if kind == "Booster" else model.get_booster()).save_raw("ubj")
    rest = {} if kind == "Booster" else {key: value for key, value in vars(model).items() if key != "_Booster"}
    return [kind, rest, len(trees), zlib.crc32(trees)]


def _read(booster: Any, classes: np.ndarray | None, n_rounds: int | None) -> TreeEnsemble | None:
    learner = json.loads(booster.save_raw("json"))["learner"]
    parameters, boosted = learner["learner_model_param"], learner["gradient_booster"]
    link = _LINKS.get(learner["objective"]["name"])
    if boosted["name"] != "gbtree" or link is None or int(parameters["num_target"]) > 1:
        return None
    if classes is not None and link not in ("sigmoid", "softmax"):
        return None
    model = boosted["model"]
    n_trees = model["iteration_indptr"][n_rounds] if n_rounds else len(model["trees"])
    if any(int(tree["tree_param"]["size_leaf_vector"]) > 1 for tree in model["trees"][:n_trees]):
        return None
    return ensemble_of(
        [_tree(tree) for tree in model["trees"][:n_trees]],
        model["tree_info"][:n_trees],
        base=_base(parameters, link),
        n_features=int(parameters["num_feature"]),
        precision=np.dtype(np.float32),
        link=link,
        classes=classes,
        categories=_categories(model),
        others_are_missing=False,
    )


def _base(parameters: dict[str, str], link: str) -> np.ndarray:
    """Return the scores before any tree: the file has them after the link of one output."""
    given = np.atleast_1d(json.loads(parameters["base_score"])).astype(np.float32).astype(np.float64)
    if link == "sigmoid":
        given = -np.log(1 / given - 1)
    elif link == "exp":
        given = np.log(given)
    return np.resize(given, max(1, int(parameters["num_class"])))


def _tree(tree: dict[str, Any]) -> Tree:
    left, right = np.asarray(tree["left_children"]), np.asarray(tree["right_children"])
    leaf = left < 0
    asks = (np.asarray(tree["split_type"]) == 1) & ~leaf
    condition = np.asarray(tree["split_conditions"], dtype=np.float32)
    missing_left = np.asarray(tree["default_left"]) != 0
    category_set = np.full(len(left), -1)
    category_set[np.asarray(tree["categories_nodes"], dtype=np.intp)] = np.arange(len(tree["categories_nodes"]))
    return Tree(
        feature=np.where(leaf, -1, tree["split_indices"]),
        threshold=np.nextafter(condition, np.float32(-np.inf)),  # left is what is below, not equal
        left=np.where(asks, right, left),  # the set's codes go right
        right=np.where(asks, left, right),
        missing_left=missing_left ^ asks,
        values=condition[:, None].astype(np.float64),
        category_set=np.where(asks, category_set, -1),
        sets=[
            bits(tree["categories"][start : start + size])
            for start, size in zip(tree["categories_segments"], tree["categories_sizes"], strict=True)
        ],
        covers=np.asarray(tree["sum_hessian"], dtype=np.float32),
    )


def _categories(model: dict[str, Any]) -> tuple[np.ndarray | None, ...]:
    """Return the values of each feature that a data frame had as categories; their positions are the codes."""
    return tuple(_values(part) for part in model.get("cats", {}).get("enc", []))


def _values(part: dict[str, Any]) -> np.ndarray | None:
    if not part["values"]:
        return None
    if "offsets" not in part:
        return np.asarray(part["values"])
    text = bytes(part["values"]).decode("ascii")  # of other letters XGBoost counts characters where it keeps octets
    return np.array([text[start:end] for start, end in itertools.pairwise(part["offsets"])], dtype=object)
