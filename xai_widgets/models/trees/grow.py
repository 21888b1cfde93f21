"""Trees one by one, as the readers find them, and how they become an ensemble's arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .ensemble import NODE, TreeEnsemble

NO_CATEGORIES = np.zeros(0, np.uint32)
NO_SETS = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Tree:
    """One tree, or several one behind the other: arrays over nodes, a root first; children are positions in their tree.

    `feature` is negative at leaves. `values` of shape (n_nodes, width) count at leaves alone. `category_set` is the
    position in `sets` of the codes that go left, -1 where a node compares numbers. `covers` is what of the training
    data came by, None where that is not known. `sizes` are the numbers of nodes of several trees.
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
    sizes: np.ndarray | None = None

    @property
    def all_sizes(self) -> np.ndarray:
        """The number of nodes of each tree."""
        return np.array([len(self.feature)]) if self.sizes is None else self.sizes


def ensemble_of(trees: Sequence[Tree], outputs: Sequence[int], **parts: Any) -> TreeEnsemble:
    """Join trees; `outputs` says which output each adds to, `parts` are the ensemble's other attributes."""
    from .passes import fill

    roots = np.cumsum([0, *(size for tree in trees for size in tree.all_sizes)])
    starts = np.cumsum([0, *(len(tree.feature) for tree in trees)])
    if starts[-1] > np.iinfo(np.int32).max:
        raise ValueError("too many nodes")
    nodes = np.zeros(starts[-1], NODE)
    values = np.empty((starts[-1], trees[0].values.shape[1]))
    covers = np.empty(0 if any(tree.covers is None for tree in trees) else starts[-1])
    n_leaves = n_sets = 0
    for start, tree in zip(starts[:-1].tolist(), trees, strict=True):
        n_leaves = fill(
            nodes,
            values,
            covers,
            (start, n_leaves, n_sets),
            tree.all_sizes,
            np.asarray(tree.feature, np.int64),
            np.asarray(tree.threshold, np.float64),
            np.asarray(tree.left, np.int64),
            np.asarray(tree.right, np.int64),
            np.asarray(tree.missing_left, np.bool_),
            NO_SETS if tree.category_set is None else np.asarray(tree.category_set, np.int64),
            np.asarray(tree.values, np.float64),
            np.asarray(tree.covers if len(covers) else (), np.float64),
        )
        n_sets += len(tree.sets)
    sets = [codes for tree in trees for codes in tree.sets]
    return TreeEnsemble(
        nodes=nodes,
        values=values[:n_leaves],
        roots=roots[:-1].astype(np.uint32),
        outputs=np.asarray(outputs, dtype=np.uint32),
        words=np.concatenate([NO_CATEGORIES, *sets]),
        word_starts=np.cumsum([0, *map(len, sets)], dtype=np.int64),
        covers=covers if len(covers) else None,
        **parts,
    )


def bits(codes: Sequence[int]) -> np.ndarray:
    """Return words with the bits of codes set."""
    words = np.zeros(max(codes, default=-1) // 32 + 1, np.uint32)
    for code in codes:
        words[code // 32] |= np.uint32(1 << code % 32)
    return words
