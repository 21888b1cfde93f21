"""Trees of CatBoost over numbers: oblivious ones, and those of other policies of growing."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .grow import Tree, ensemble_of

if TYPE_CHECKING:
    from .ensemble import TreeEnsemble

_MOST_LEAVES = 1 << 24
_LINKS_OF_PREDICTIONS = {"RawFormulaVal": "identity", "Exponent": "exp"}
_LINKS_OF_CLASSES = {"Logloss": "sigmoid", "CrossEntropy": "sigmoid", "MultiClass": "softmax"}


def read(model: Any) -> TreeEnsemble | None:
    """Read a fitted CatBoost model, None where it has more than trees over numbers."""
    kind = type(model).__name__
    if kind == "CatBoostClassifier":
        link, classes = _LINKS_OF_CLASSES.get(model.get_all_params()["loss_function"].partition(":")[0]), model.classes_
    elif kind == "CatBoostRegressor":
        link, classes = _LINKS_OF_PREDICTIONS.get(model._get_default_prediction_type()), None  # noqa: SLF001
    else:
        return None
    described = _described(model)
    floats = described["features_info"]["float_features"]
    scale, base = described["scale_and_bias"]
    oblivious, nested = described.get("oblivious_trees", []), [_nodes(tree) for tree in described.get("trees", [])]
    splits = [split for tree in oblivious for split in tree["splits"]]
    splits += [node["split"] for nodes in nested for node in nodes if "split" in node]
    if (
        link is None
        or any(kind != "float_features" and found for kind, found in described["features_info"].items())
        or any(split["split_type"] != "FloatFeature" for split in splits)
        or sum(1 << len(tree["splits"]) for tree in oblivious) > _MOST_LEAVES
        or (len(base) > 1) != (link == "softmax")
    ):
        return None
    by_index = {found["feature_index"]: found for found in floats}
    trees = [_tree(tree, by_index, scale, len(base)) for tree in oblivious]
    trees += [_grown(nodes, by_index, scale, len(base)) for nodes in nested]
    return ensemble_of(
        trees,
        [0] * len(trees),
        base=np.asarray(base, dtype=np.float64),
        n_features=model.n_features_in_,
        precision=np.dtype(np.float32),
        link=link,
        classes=classes,
    )


def _described(model: Any) -> dict[str, Any]:
    """Return CatBoost's own description of a model, which it gives as a file alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        model.save_model(str(path), format="json")
        described: dict[str, Any] = json.loads(path.read_text())
        return described


def _nodes(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the nodes of a tree, the root first and the two children of each beside each other, in order."""
    nodes = [tree]
    for node in nodes:
        if "split" in node:
            nodes += [node["left"], node["right"]]
    return nodes


def _grown(nodes: list[dict[str, Any]], features: dict[int, dict[str, Any]], scale: float, n_outputs: int) -> Tree:
    """Lay out a tree that asks another question at each node."""
    inner = np.array(["split" in node for node in nodes])
    left = np.where(inner, 2 * np.cumsum(inner) - 1, -1)
    asked = [features[node["split"]["float_feature_index"]] for node in nodes if "split" in node]
    feature, missing_left = np.full(len(nodes), -1), np.zeros(len(nodes), bool)
    threshold, values, covers = np.zeros(len(nodes)), np.zeros((len(nodes), n_outputs)), np.zeros(len(nodes))
    feature[inner] = [found["flat_feature_index"] for found in asked]
    missing_left[inner] = [found["nan_value_treatment"] != "AsTrue" for found in asked]
    threshold[inner] = np.array([node["split"]["border"] for node in nodes if "split" in node], np.float32)
    values[~inner] = scale * np.reshape([node["value"] for node in nodes if "split" not in node], (-1, n_outputs))
    covers[~inner] = [node["weight"] for node in nodes if "split" not in node]
    for node in np.flatnonzero(inner)[::-1]:
        covers[node] = covers[left[node]] + covers[left[node] + 1]
    return Tree(feature, threshold, left, np.where(inner, left + 1, -1), missing_left, values, covers=covers)


def _tree(tree: dict[str, Any], features: dict[int, dict[str, Any]], scale: float, n_outputs: int) -> Tree:
    """Spell an oblivious tree out: a full binary one, level by level, the last question at the root.

    A leaf's number has a bit for each split, the first split's the lowest, set where the value is above its border.
    """
    splits = tree["splits"][::-1]
    n_inner, n_leaves = (1 << len(splits)) - 1, 1 << len(splits)
    asked = [features[split["float_feature_index"]] for split in splits]
    sizes = [1 << level for level in range(len(splits))]
    inner = np.arange(n_inner)
    nothing = np.full(n_leaves, -1)
    leaves = scale * np.reshape(tree["leaf_values"], (n_leaves, n_outputs))
    return Tree(
        feature=np.concatenate(
            [np.repeat([found["flat_feature_index"] for found in asked], sizes).astype(int), nothing]
        ),
        threshold=np.concatenate(
            [np.repeat(np.array([split["border"] for split in splits], np.float32), sizes), np.zeros(n_leaves)]
        ),
        left=np.concatenate([2 * inner + 1, nothing]),
        right=np.concatenate([2 * inner + 2, nothing]),
        missing_left=np.concatenate(
            [
                np.repeat([found["nan_value_treatment"] != "AsTrue" for found in asked], sizes).astype(bool),
                np.zeros(n_leaves, bool),
            ]
        ),
        values=np.concatenate([np.zeros((n_inner, n_outputs)), leaves]),
        covers=_covers(tree.get("leaf_weights"), n_leaves),
    )


def _covers(leaf_weights: list[float] | None, n_leaves: int) -> np.ndarray | None:
    """Return the weight of what came by each node: the sum over its leaves; models of old files have none."""
    if leaf_weights is None or len(leaf_weights) != n_leaves:
        return None
    levels = [np.asarray(leaf_weights, dtype=np.float64)]
    while len(levels[0]) > 1:
        levels.insert(0, levels[0].reshape(-1, 2).sum(axis=1))
    return np.concatenate(levels)
