"""The paths of an ensemble's trees, laid out once, and the Shapley values that follow from the trees alone."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..parts import Parts, finished

if TYPE_CHECKING:
    from ...models.trees import TreeEnsemble
    from .tree_kernels import Paths

_ROWS_AT_ONCE = 256
_STEPS_AT_ONCE = 1 << 18  # that are laid out
_FEW = 2  # rows: those that are quicker one by one
_BLOCK_BYTES = 8 << 20  # of what a block of rows adds up

Work = Callable[[slice, np.ndarray, np.ndarray], None]


def are_apart(ensemble: TreeEnsemble) -> bool:
    """Whether no two nodes share a child, as they do where zeros count as missing: there paths are too many."""
    inner = ensemble.nodes[ensemble.nodes["feature"] >= 0]
    return int(np.bincount(np.concatenate([inner["left"], inner["right"], ensemble.roots])).max()) == 1


def some_trees(arrays: Paths, chosen: slice | np.ndarray) -> Paths:
    """Return the arrays of some trees."""
    steps, trees, values, words, word_starts = arrays
    return steps, trees[chosen], values, words, word_starts


@dataclass(frozen=True, eq=False)
class TreePaths:
    """The steps of all paths of an ensemble; `TreePaths.of` lays them out.

    Attributes
    ----------
    ensemble : TreeEnsemble
        The trees.
    steps : structured ndarray
        See `tree_kernels.STEP`.
    trees : ndarray of int of shape (n_trees, 5)
        See `tree_kernels.add_path_values`.
    wanted : tuple of int
        The ensemble's outputs that are explained.
    players : ndarray of int of shape (features,)
        Which player each feature is of: one of its own, or that of a group.
    """

    ensemble: TreeEnsemble
    steps: np.ndarray
    trees: np.ndarray
    wanted: tuple[int, ...]
    players: np.ndarray

    @classmethod
    def of(cls, ensemble: TreeEnsemble, wanted: tuple[int, ...], players: np.ndarray) -> TreePaths:
        """Lay out the trees of an ensemble whose nodes `are_apart`."""
        return finished(cls.in_parts(ensemble, wanted, players))

    @classmethod
    def in_parts(cls, ensemble: TreeEnsemble, wanted: tuple[int, ...], players: np.ndarray) -> Parts[TreePaths]:
        """Do as `of` does, and yield between the trees of large ensembles."""
        from .tree_kernels import STEP, lay_out

        assert are_apart(ensemble)
        nodes = ensemble.nodes
        steps = np.zeros(2 * np.count_nonzero(nodes["feature"] >= 0), STEP)
        trees = np.zeros((len(ensemble.roots), 5), np.int64)
        covers = np.ones(len(nodes)) if ensemble.covers is None else ensemble.covers
        at = 0
        for tree, (root, output) in enumerate(zip(ensemble.roots, ensemble.outputs, strict=True)):
            stop, deepest, slots = lay_out(nodes, np.int64(root), covers, players, steps, at)
            trees[tree] = at, stop, output, deepest, slots
            if stop // _STEPS_AT_ONCE > at // _STEPS_AT_ONCE:
                yield
            at = stop
        return cls(ensemble, steps[:at], trees, wanted, players)

    @property
    def n_players(self) -> int:
        return int(self.players.max()) + 1

    @property
    def most_slots(self) -> int:
        """The most players of one path."""
        return int(self.trees[:, 4].max())

    @property
    def arrays(self) -> Paths:
        """What the kernels take."""
        ensemble = self.ensemble
        return self.steps, self.trees, ensemble.values, ensemble.words, ensemble.word_starts

    @functools.cached_property
    def places(self) -> np.ndarray:
        """Where in what is computed each output of the ensemble is; -1 where it is not wanted."""
        places = np.full(self.ensemble.n_outputs, -1)
        places[list(self.wanted)] = np.arange(len(self.wanted))
        return places

    @functools.cached_property
    def rules(self) -> tuple[np.ndarray, np.ndarray]:
        """Points and weights of Gauss and Legendre on [0, 1]: in row n those of the rule of n points."""
        most = max(1, (self.most_slots + 1) // 2)
        points, weights = np.full((most + 1, most), 0.5), np.zeros((most + 1, most))
        for n in range(1, most + 1):
            x, w = np.polynomial.legendre.leggauss(n)
            points[n, :n], weights[n, :n] = (x + 1) / 2, w / 2
        return points, weights

    @functools.cached_property
    def base_values(self) -> np.ndarray:
        """What the trees expect of a row of which nothing is known, by the covers of their leaves."""
        from .tree_kernels import add_expected

        sums = np.zeros(self.ensemble.n_outputs)
        add_expected(self.arrays, sums)
        return self.ensemble.scores(sums + self.constants)[list(self.wanted)]

    @functools.cached_property
    def constants(self) -> np.ndarray:
        """What trees that never ask add to the sums of all outputs."""
        sums = np.zeros(self.ensemble.n_outputs)
        for root, output in zip(self.ensemble.roots, self.ensemble.outputs, strict=True):
            node = self.ensemble.nodes[root]
            if node["feature"] < 0:
                sums[output : output + self.ensemble.values.shape[1]] += self.ensemble.values[node["left"]]
        return sums

    def values(self, columns: np.ndarray) -> np.ndarray:
        """Return the path-dependent Shapley values of rows, of shape (rows, players, outputs)."""
        from .tree_kernels import add_path_values, add_path_values_singly

        points, weights = self.rules
        rule = points, weights / (1 - points)

        def work(_: slice, some: np.ndarray, found: np.ndarray) -> None:
            add_path_values(self.arrays, rule, self.places, some, found)

        def work_singly(part: slice, found: np.ndarray) -> None:
            add_path_values_singly(some_trees(self.arrays, part), rule, self.places, columns, found)

        if columns.shape[1] <= _FEW:
            return self.over_trees(columns, work_singly)
        return self.over_blocks(columns, (self.n_players,), work)

    def interactions(self, columns: np.ndarray) -> np.ndarray:
        """Return half of what pairs of players do together, of shape (rows, players, players, outputs).

        Written is where the first player has the higher position.
        """
        from .tree_kernels import add_path_interactions

        def work(_: slice, some: np.ndarray, found: np.ndarray) -> None:
            add_path_interactions(self.arrays, self.rules, self.places, some, found)

        return self.over_blocks(columns, (self.n_players,) * 2, work)

    def over_trees(self, columns: np.ndarray, work: Callable[[slice, np.ndarray], None]) -> np.ndarray:
        """Return what `work` adds up for some trees, of shape (rows, players, outputs)."""
        from ...models.trees.walks import over_rows

        def do(part: slice) -> np.ndarray:
            found = np.zeros((len(self.wanted), self.n_players, columns.shape[1]))
            work(part, found)
            return found

        found = np.sum(over_rows(len(self.trees), len(self.trees), do), axis=0)
        return np.asarray(np.moveaxis(found, (0, -1), (-1, 0)) / self.ensemble.n_averaged)

    def over_blocks(
        self, columns: np.ndarray, shape: tuple[int, ...], work: Work, most: int = _ROWS_AT_ONCE
    ) -> np.ndarray:
        """Return what `work` adds up for blocks of rows, of shape (rows, *shape, outputs).

        Parameters
        ----------
        columns : ndarray of shape (features, rows)
        shape : tuple of int
            Of what there is for each output and row.
        work : callable
            Is called with some rows, their columns, and zeros of shape (outputs, *shape, rows) to add to.
        most : int
            Rows at once.
        """
        from ...models.trees.walks import over_rows

        n_rows, n_outputs = columns.shape[1], len(self.wanted)
        result = np.empty((n_rows, *shape, n_outputs))

        def do(part: slice) -> None:
            some = np.ascontiguousarray(columns[:, part])
            found = np.zeros((n_outputs, *shape, part.stop - part.start))
            work(part, some, found)
            result[part] = np.moveaxis(found, (0, -1), (-1, 0))

        row_bytes = 8 * n_outputs * int(np.prod(shape))
        over_rows(n_rows, max(1, min(most, _BLOCK_BYTES // row_bytes)), do)
        if self.ensemble.n_averaged != 1:
            result /= self.ensemble.n_averaged
        return result
