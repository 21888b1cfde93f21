"""Trees one by one, as the readers find them, and how they become an ensemble's arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .ensemble import NODE, TreeEnsemble

NO_CATEGORIES = np.zeros(0, np.uint32)


@dataclass(frozen=True)
class Tree:
    """One tree: arrays over its nodes, the root first; children are positions in it.

    `feature` is -1 at leaves. `values` of shape (n_nodes, width) count at leaves alone. `category_set` is the position
    in `sets` of the codes that go left, -1 where a node compares numbers.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    missing_left: np.ndarray
    values: np.ndarray
    category_set: np.ndarray | None = None
    sets: Sequence[np.ndarray] = ()


def ensemble_of(trees: Sequence[Tree], outputs: Sequence[int], **parts: Any) -> TreeEnsemble:
    """Join trees; `outputs` says which output each adds to, `parts` are the ensemble's other attributes."""
    starts = np.cumsum([0, *(len(tree.feature) for tree in trees)])
    set_starts = np.cumsum([0, *(len(tree.sets) for tree in trees)])
    if starts[-1] > np.iinfo(np.int32).max:
        raise ValueError("too many nodes")
    nodes = np.zeros(starts[-1], NODE)
    for tree, start, set_start in zip(trees, starts[:-1], set_starts[:-1], strict=True):
        part = nodes[start : start + len(tree.feature)]
        part["threshold"], part["feature"], part["missing_left"] = tree.threshold, tree.feature, tree.missing_left
        part["left"], part["right"] = tree.left + start, tree.right + start
        part["category_set"] = -1
        if tree.category_set is not None:
            asks = tree.category_set >= 0
            part["category_set"][asks] = tree.category_set[asks] + set_start
            part["threshold"][asks] = np.nan
    leaf = nodes["feature"] < 0
    nodes["left"][leaf] = np.arange(leaf.sum())
    nodes["right"][leaf] = 0
    sets = [codes for tree in trees for codes in tree.sets]
    return TreeEnsemble(
        nodes=nodes,
        values=np.ascontiguousarray(np.concatenate([tree.values for tree in trees])[leaf], dtype=np.float64),
        roots=starts[:-1].astype(np.uint32),
        outputs=np.asarray(outputs, dtype=np.uint32),
        words=np.concatenate([NO_CATEGORIES, *sets]),
        word_starts=np.cumsum([0, *map(len, sets)], dtype=np.int64),
        **parts,
    )


def bits(codes: Sequence[int]) -> np.ndarray:
    """Return words with the bits of codes set."""
    words = np.zeros(max(codes, default=-1) // 32 + 1, np.uint32)
    for code in codes:
        words[code // 32] |= np.uint32(1 << code % 32)
    return words
