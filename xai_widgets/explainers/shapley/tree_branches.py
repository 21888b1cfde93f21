"""Trees cut into branches small enough that each has a table with all states that a row can have in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .tree_paths import TreePaths


@dataclass(frozen=True, eq=False)
class Branches:
    """Trees cut into branches; see `tree_kernels.lay_branches`.

    Attributes
    ----------
    conditions : structured ndarray
        See `tree_kernels.CONDITION`.
    bits : ndarray of int of shape (branches, most bits)
        Which condition each bit of a state is; -1 where there are fewer bits.
    trees, n_bits : ndarray of int of shape (branches,)
        The tree of each branch, and how many bits its states have.
    steps, of_leaf : ndarray of int of shape (leaves,)
        The step to each leaf, and its branch.
    slots : ndarray of int of shape (leaves,)
        How many players the path to each leaf asks for.
    asked : ndarray of int of shape (leaves, most slots, 3)
        For each of them its position, which bits of the state it takes, and what these are where the row takes all
        steps of the player.
    """

    conditions: np.ndarray
    bits: np.ndarray
    trees: np.ndarray
    n_bits: np.ndarray
    steps: np.ndarray
    of_leaf: np.ndarray
    slots: np.ndarray
    asked: np.ndarray

    @classmethod
    def of(cls, paths: TreePaths, most_bits: int) -> Branches:
        from .tree_kernels import CONDITION, lay_branches

        n_steps = len(paths.steps)
        n_leaves = int(np.count_nonzero(paths.steps["leaf"] >= 0))
        conditions = np.zeros(2 * n_steps, CONDITION)
        bits = np.full((n_leaves, max(most_bits, paths.most_slots)), -1)
        branches, leaves = np.zeros((n_leaves, 2), np.int64), np.zeros((n_leaves, 2), np.int64)
        asked = np.zeros((n_leaves, paths.most_slots, 3), np.int64)
        n_conditions, n_branches = lay_branches(
            paths.steps, paths.trees, most_bits, conditions, bits, branches, leaves, asked
        )
        trees, n_bits = branches[:n_branches].T.copy()
        steps, of_leaf = leaves.T.copy()
        slots = paths.steps["slots"][steps].astype(np.int64)
        return cls(conditions[:n_conditions], bits[:n_branches], trees, n_bits, steps, of_leaf, slots, asked)

    @property
    def sizes(self) -> np.ndarray:
        """How many states each branch has."""
        return np.int64(1) << self.n_bits

    def alike(self, most: int) -> Iterator[tuple[int, int, np.ndarray]]:
        """Yield how many bits and players some leaves have, and which they are: `most` states of them at once."""
        both = np.column_stack([self.n_bits[self.of_leaf], self.slots])
        for n_bits, n_slots in np.unique(both, axis=0).tolist():
            leaves = np.flatnonzero((both == (n_bits, n_slots)).all(axis=1))
            at_once = max(1, most >> n_bits)
            for first in range(0, len(leaves), at_once):
                yield n_bits, n_slots, leaves[first : first + at_once]
