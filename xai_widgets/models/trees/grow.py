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
    """One tree, or several one behind the other: arrays over nodes, a root first; children are positions in their tree.

    `feature` is -1 at leaves. `values` of shape (n_nodes, width) count at leaves alone. `category_set` is the position
    in `sets` of the codes that go left, -1 where a node compares numbers. `covers` is what of the training data came
    by, None where that is not known.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    missing_left: np.ndarray
    values: np.ndarray
    category_set: np.ndarray | None = None
    sets: Sequence[np.ndarray] = ()
    covers: np.ndarray | None = None


def ensemble_of(trees: Sequence[Tree], outputs: Sequence[int], **parts: Any) -> TreeEnsemble:
    """Join trees; `outputs` says which output each adds to, `parts` are the ensemble's other attributes."""
    set_starts = np.cumsum([0, *(len(tree.sets) for tree in trees)])
    together = Tree(
        feature=np.concatenate([tree.feature for tree in trees]),
        threshold=np.concatenate([tree.threshold for tree in trees]),
        left=np.concatenate([tree.left for tree in trees]),
        right=np.concatenate([tree.right for tree in trees]),
        missing_left=np.concatenate([tree.missing_left for tree in trees]),
        values=np.concatenate([tree.values for tree in trees]),
        category_set=np.concatenate([_in_all_sets(*each) for each in zip(trees, set_starts[:-1], strict=True)]),
        sets=[codes for tree in trees for codes in tree.sets],
        covers=_joined([tree.covers for tree in trees]),
    )
    return ensemble_of_joined(together, [len(tree.feature) for tree in trees], outputs, **parts)


def ensemble_of_joined(trees: Tree, sizes: Sequence[int], outputs: Sequence[int], **parts: Any) -> TreeEnsemble:
    """Do as `ensemble_of` does for trees that are joined already, of so many nodes each."""
    starts = np.cumsum([0, *sizes])
    if starts[-1] > np.iinfo(np.int32).max:
        raise ValueError("too many nodes")
    leaf = trees.feature < 0
    root = np.repeat(starts[:-1], sizes)
    nodes = np.zeros(starts[-1], NODE)
    nodes["feature"], nodes["missing_left"] = trees.feature, trees.missing_left
    nodes["left"] = np.where(leaf, np.cumsum(leaf) - 1, trees.left + root)
    nodes["right"] = np.where(leaf, 0, trees.right + root)
    if trees.category_set is None:
        nodes["threshold"], nodes["category_set"] = trees.threshold, -1
    else:
        nodes["threshold"] = np.where(trees.category_set < 0, trees.threshold, np.nan)
        nodes["category_set"] = trees.category_set
    return TreeEnsemble(
        nodes=nodes,
        values=np.ascontiguousarray(trees.values[leaf], dtype=np.float64),
        roots=starts[:-1].astype(np.uint32),
        outputs=np.asarray(outputs, dtype=np.uint32),
        words=np.concatenate([NO_CATEGORIES, *trees.sets]),
        word_starts=np.cumsum([0, *map(len, trees.sets)], dtype=np.int64),
        covers=None if trees.covers is None else np.ascontiguousarray(trees.covers, dtype=np.float64),
        **parts,
    )


def _joined(parts: Sequence[np.ndarray | None]) -> np.ndarray | None:
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if len(known) == len(parts) else None


def _in_all_sets(tree: Tree, start: int) -> np.ndarray:
    if tree.category_set is None:
        return np.full(len(tree.feature), -1)
    return np.where(tree.category_set < 0, -1, tree.category_set + start)


def bits(codes: Sequence[int]) -> np.ndarray:
    """Return words with the bits of codes set."""
    words = np.zeros(max(codes, default=-1) // 32 + 1, np.uint32)
    for code in codes:
        words[code // 32] |= np.uint32(1 << code % 32)
    return words
