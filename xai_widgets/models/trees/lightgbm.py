"""Boosted trees and random forests of LightGBM."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from .grow import Tree, ensemble_of

if TYPE_CHECKING:
    from .ensemble import TreeEnsemble

_ESTIMATORS = {"LGBMRegressor", "LGBMClassifier", "LGBMRanker"}

_LINKS = {
    "regression": "identity",
    "regression_l1": "identity",
    "huber": "identity",
    "fair": "identity",
    "quantile": "identity",
    "mape": "identity",
    "lambdarank": "identity",
    "rank_xendcg": "identity",
    "poisson": "exp",
    "gamma": "exp",
    "tweedie": "exp",
    "cross_entropy": "sigmoid",
    "binary": "sigmoid",
    "multiclass": "softmax",
}

_CATEGORICAL, _MISSING_LEFT = 1, 2
_ZERO = 1  # in the bits above: zeros count as missing
_NEARLY_ZERO = float(np.float32(1e-35))  # what is not farther from zero LightGBM takes for it
_BELOW_ZERO = float(np.nextafter(-_NEARLY_ZERO, -np.inf))


def read(model: Any) -> TreeEnsemble | None:
    """Read a fitted LightGBM model, None where its trees are not all there is to it."""
    kind = type(model).__name__
    if kind == "Booster":
        return _read(model, None)
    if kind not in _ESTIMATORS or callable(model.objective_):
        return None
    return _read(model.booster_, getattr(model, "classes_", None))


def _read(booster: Any, classes: np.ndarray | None) -> TreeEnsemble | None:
    text = booster.model_to_string()
    head, *trees = text.partition("\nend of trees")[0].split("\nTree=")
    fields = _fields(head)
    objective, _, options = fields.get("objective", "").partition(" ")
    link = _LINKS.get(objective)
    if link is None or "sqrt" in options.split() or "[boosting: dart]" in text:
        return None
    if classes is not None and link not in ("sigmoid", "softmax"):
        return None
    grown = [_tree(_fields(tree)) for tree in trees]
    n_outputs = int(fields["num_tree_per_iteration"])
    return ensemble_of(
        grown,
        np.resize(np.arange(n_outputs), len(grown)).tolist(),
        base=np.zeros(n_outputs),
        n_features=int(fields["max_feature_idx"]) + 1,
        precision=np.dtype(np.float64),
        link=link,
        slope=float(options.removeprefix("sigmoid:")) if options.startswith("sigmoid:") else 1.0,
        n_averaged=len(grown) // n_outputs if "average_output" in fields else 1,
        classes=classes,
        categories=_categories(booster, fields["feature_infos"].split(" ")),
    )


def _fields(text: str) -> dict[str, str]:
    parts = (line.partition("=") for line in text.splitlines())
    return {name: value for name, _, value in parts}


def _tree(fields: dict[str, str]) -> Tree:
    """Read one tree: inner nodes come first, then leaves, then what zeros that count as missing need."""
    if int(fields["is_linear"]):
        raise ValueError("linear leaves")
    leaf_values = _numbers(fields["leaf_value"])
    n_inner = int(fields["num_leaves"]) - 1
    if n_inner == 0:
        return _leaf(leaf_values)
    kind = _numbers(fields["decision_type"]).astype(int)
    asks = kind & _CATEGORICAL != 0
    missing = kind >> 2
    threshold = _beside_zero(_numbers(fields["threshold"]))
    starts = _numbers(fields.get("cat_boundaries", "0")).astype(int)
    words = _numbers(fields.get("cat_threshold", "")).astype(np.uint32)
    # A NaN where none was seen is taken for 0, and as a category it is in no set.
    missing_left = np.where(missing == 0, threshold >= 0, kind & _MISSING_LEFT != 0) & ~asks
    tree = Tree(
        feature=np.concatenate([_numbers(fields["split_feature"]).astype(int), np.full(n_inner + 1, -1)]),
        threshold=np.concatenate([threshold, np.zeros(n_inner + 1)]),
        left=_children(fields["left_child"], n_inner),
        right=_children(fields["right_child"], n_inner),
        missing_left=np.concatenate([missing_left, np.zeros(n_inner + 1, bool)]),
        values=np.concatenate([np.zeros(n_inner), leaf_values])[:, None],
        category_set=np.concatenate([np.where(asks, threshold, -1).astype(int), np.full(n_inner + 1, -1)]),
        sets=[words[start:end] for start, end in itertools.pairwise(starts)],
        covers=np.concatenate([_numbers(fields["internal_count"]), _numbers(fields["leaf_count"])]),
    )
    return _with_missing_zeros(tree, np.flatnonzero((missing == _ZERO) & ~asks))


def _beside_zero(thresholds: np.ndarray) -> np.ndarray:
    """Move thresholds to where they part what LightGBM takes for zero as they part zero."""
    return np.where(np.abs(thresholds) > _NEARLY_ZERO, thresholds, np.where(thresholds < 0, _BELOW_ZERO, _NEARLY_ZERO))


def _leaf(value: np.ndarray) -> Tree:
    nothing = np.array([-1])
    return Tree(nothing, np.zeros(1), nothing, nothing, np.zeros(1, bool), value[:1, None], covers=np.ones(1))


def _children(text: str, n_inner: int) -> np.ndarray:
    """Return positions of children; a negative number is the complement of a leaf's."""
    children = _numbers(text).astype(int)
    return np.concatenate([np.where(children < 0, n_inner + ~children, children), np.full(n_inner + 1, -1)])


def _with_missing_zeros(tree: Tree, at: np.ndarray) -> Tree:
    """Let zeros go the missing way at some nodes: what is below zero, and what is above, meets the threshold apart.

    Such a node becomes three: left of zero it leads to a copy of itself, right of it to one that parts zero from the
    rest. A copy has two parents then, which no walk minds, and no cover of its own.
    """
    if not len(at):
        return tree
    n_nodes, n = len(tree.feature), len(at)
    copies, partings = n_nodes + np.arange(n), n_nodes + n + np.arange(n)
    feature, missing = tree.feature[at], tree.missing_left[at]
    left, right = tree.left.copy(), tree.right.copy()
    threshold, missing_left = tree.threshold.copy(), tree.missing_left.copy()
    threshold[at], left[at], right[at] = _BELOW_ZERO, copies, partings
    missing_left[at] = False
    assert tree.category_set is not None
    return Tree(
        feature=np.concatenate([tree.feature, feature, feature]),
        threshold=np.concatenate([threshold, tree.threshold[at], np.full(n, _NEARLY_ZERO)]),
        left=np.concatenate([left, tree.left[at], np.where(missing, tree.left[at], tree.right[at])]),
        right=np.concatenate([right, tree.right[at], copies]),
        missing_left=np.concatenate([missing_left, np.zeros(n, bool), np.ones(n, bool)]),
        values=np.concatenate([tree.values, np.zeros((2 * n, 1))]),
        category_set=np.concatenate([tree.category_set, np.full(2 * n, -1)]),
        sets=tree.sets,
    )


def _numbers(text: str) -> np.ndarray:
    return np.array(text.split(), dtype=np.float64)


def _categories(booster: Any, infos: list[str]) -> tuple[np.ndarray | None, ...]:
    """Return the values of each feature that a data frame had as categories; their positions are the codes."""
    known = booster.pandas_categorical or []
    if not known:
        return ()
    asks = [feature for feature, info in enumerate(infos) if not info.startswith("[") and info != "none"]
    categories: list[np.ndarray | None] = [None] * len(infos)
    for feature, values in zip(asks, known, strict=True):
        categories[feature] = np.array(values, dtype=object)
    return tuple(categories)
