"""Which coalitions KernelSHAP asks for, a stratified sample of pairs, and the least squares of what they earn."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_LISTED = 4  # a size is listed in full to draw from, where it has at most this many times the pairs wanted
_MOST_LEVERAGE = 0.9
_FEWEST = 4  # pairs of a stratum that is drawn from: fewer do not tell how they spread


@dataclass(frozen=True, eq=False)
class Coalitions:
    """Distinct coalitions of at most half of the players, each standing for itself and for its complement.

    Their sizes are divided into strata with the kernel's weights (Lundberg, Lee 2017, arXiv 1705.07874, theorem 2).
    Small sizes are strata of their own, in full: size one always is. Of the others pairs are drawn without repetition;
    where few are drawn, neighbouring sizes are one stratum. The order is such that every beginning is a stratified
    sample itself: size one first, then all others in proportion.

    Attributes
    ----------
    members : ndarray of bool of shape (pairs, players)
        Who is in the smaller coalition of each pair.
    strata : tuple of Stratum
        What the pairs are drawn from.
    stratum : ndarray of int of shape (pairs,)
        Which of `strata` each pair is of.
    """

    members: np.ndarray
    strata: tuple[Stratum, ...]
    stratum: np.ndarray

    @classmethod
    def drawn(cls, players: int, pairs: int, *, seed: int = 0) -> Coalitions:
        """Return `pairs` pairs, or all that there are; at least one for each player, where there are so many.

        Examples
        --------
        >>> coalitions = Coalitions.drawn(4, 6)
        >>> coalitions.members.sum(axis=1).tolist()
        [1, 1, 1, 1, 2, 2]
        """
        rng = np.random.default_rng(seed)
        strata = _strata(players, pairs)
        members = [stratum.draw(players, rng) for stratum in strata]
        if not members:
            return cls(np.zeros((0, players), dtype=bool), (), np.zeros(0, dtype=np.intp))
        stratum = np.repeat(np.arange(len(strata)), [each.count for each in strata])
        places = np.concatenate([(np.arange(each.count) + rng.random()) / each.count for each in strata])
        order = np.argsort(np.where(stratum == 0, -1.0, places), kind="stable")
        return cls(np.concatenate(members)[order], strata, stratum[order])

    def __len__(self) -> int:
        return len(self.members)

    @functools.cached_property
    def alone(self) -> np.ndarray:
        """Which player is alone in each of the first pairs."""
        return np.asarray(self.members[self.stratum == 0].argmax(axis=1))

    @functools.cached_property
    def design(self) -> np.ndarray:
        """1/2 for who is in the smaller coalition of a pair, -1/2 for who is not; of all but those first pairs."""
        return self.members[len(self.alone) :] - 0.5

    def products(self, count: int) -> np.ndarray:
        """Return the products of the first rows of `design` with each other; those known before are not made again."""
        known = self._products[0]
        if len(known) < count:
            added = self.design[len(known) : count] @ self.design[:count].T
            above = np.concatenate([known, added[:, : len(known)].T], axis=1)
            known = self._products[0] = np.concatenate([above, added])
        return known[:count, :count]

    @functools.cached_property
    def _products(self) -> list[np.ndarray]:
        return [np.zeros((0, 0))]

    def both(self, first: int, stop: int) -> np.ndarray:
        """Return some pairs as coalitions: all smaller ones, then their complements; the last ones are kept."""
        if (first, stop) not in self._joined:
            part = self.members[first:stop]
            self._joined.clear()
            self._joined[first, stop] = np.concatenate([part, ~part])
        return self._joined[first, stop]

    @functools.cached_property
    def _joined(self) -> dict[tuple[int, int], np.ndarray]:
        return {}


@dataclass(frozen=True)
class Stratum:
    """Pairs of some neighbouring sizes.

    Attributes
    ----------
    sizes : tuple of int
        Of the smaller coalition.
    mass : float
        The kernel's weight of all of them.
    number : float
        How many pairs there are, infinitely many where nobody could ask for them.
    count : int
        How many of them are asked for.
    """

    sizes: tuple[int, ...]
    mass: float
    number: float
    count: int

    def draw(self, players: int, rng: np.random.Generator) -> np.ndarray:
        """Return distinct pairs in random order: of each size as many as its weight says, by systematic sampling."""
        masses = np.cumsum([_mass(players, size) for size in self.sizes])
        places = (np.arange(self.count) + rng.random()) / self.count * masses[-1]
        counts = np.bincount(np.searchsorted(masses, places, side="right"), minlength=len(masses))
        parts = [_of_size(players, size, int(count), rng) for size, count in zip(self.sizes, counts, strict=True)]
        drawn = np.concatenate(parts)
        return drawn if len(self.sizes) == 1 else rng.permutation(drawn)


@dataclass(frozen=True, eq=False)
class Solution:
    """The weighted least squares of KernelSHAP, solved once for all rows and outputs.

    With a coalition goes its complement, so that only half the difference of what the two earn matters, and the sum of
    the values is that of all players together.

    Attributes
    ----------
    alone : ndarray of int of shape (singles,)
        The players of the first pairs, in which one is alone.
    others : ndarray of shape (pairs - singles, players)
        Of all pairs after them, 1/2 for who is in the smaller coalition and -1/2 for who is not.
    weights : ndarray of shape (pairs,)
        Of the squares; they sum to 1.
    solve : callable
        Solves the normal equations, but for a part that is the same for all players.
    of_total : ndarray of shape (players,)
        How what all players earn more than none is shared where the pairs say nothing.
    sampled : tuple of (ndarray of int, float)
        For each stratum that is not there in full its pairs, and how much of the spread of their residuals counts;
        of none without an error.
    has_error : bool
        Whether there is a pair of every stratum, and beside the single players one for each of them: without, the
        sampling error is not known, as what is left is little and the fit is off.
    """

    alone: np.ndarray
    others: np.ndarray
    weights: np.ndarray
    solve: Callable[[np.ndarray], np.ndarray]
    of_total: np.ndarray
    sampled: tuple[tuple[np.ndarray, float], ...]
    has_error: bool

    @classmethod
    def of(cls, coalitions: Coalitions, pairs: np.ndarray) -> Solution:
        """Return the least squares of some pairs, by their positions, which ascend."""
        singles = int(np.searchsorted(pairs, len(coalitions.alone)))
        places = pairs[singles:] - len(coalitions.alone)
        stratum, alone = coalitions.stratum[pairs], coalitions.alone[pairs[:singles]]
        counts = np.bincount(stratum, minlength=len(coalitions.strata))
        weights = np.array([each.mass for each in coalitions.strata])[stratum] / counts[stratum]
        weights /= weights.sum()
        first = len(places) and places[-1] == len(places) - 1  # they are the first ones
        others = coalitions.design[: len(places)] if first else coalitions.design[places]
        players = others.shape[1]
        if not len(places):
            solve, of_total = _of_few(alone, players)
        elif len(alone) == players > len(places):
            products = coalitions.products(len(places)) if first else others @ others.T
            solve, of_total = _by_rank(products, others, weights)
        else:
            solve, of_total = _of_many(alone, others, weights)
        numbers = np.array([each.number for each in coalitions.strata])
        has_error = bool(counts.all()) and (bool((counts == numbers).all()) or len(places) >= players)
        sampled = tuple(
            (np.flatnonzero(stratum == at), float(1 - counts[at] / numbers[at]))
            for at in np.flatnonzero(counts < numbers)
            if has_error
        )
        return cls(alone, others, weights, solve, of_total, sampled, has_error)

    def values(self, differences: np.ndarray, total: np.ndarray) -> np.ndarray:
        """Return values of shape (rows, players, outputs).

        Parameters
        ----------
        differences : ndarray of shape (rows, pairs, outputs)
            Half of what a coalition earns more than its complement.
        total : ndarray of shape (rows, outputs)
            What all players earn more than none.
        """
        if self.has_error:  # which needs the projection, too
            shared = self._projection @ differences
        else:
            singles, weighted = len(self.alone), differences * self.weights[:, None]
            moments = self.others.T @ weighted[:, singles:]
            moments[:, self.alone] += weighted[:, :singles]
            shared = self._summing_to_zero(moments)
        return np.asarray(shared + self.of_total[:, None] * total[:, None, :])

    def standard_error(self, differences: np.ndarray, values: np.ndarray) -> np.ndarray | None:
        """Return the sampling error of values, from what the least squares leave of each pair drawn; None if unknown.

        To first order an error is a sum of independent draws within each stratum, of which there are finitely many;
        residuals are enlarged by what a pair has drawn the fit to itself, as in the jackknife.
        """
        if not self.has_error:
            return None
        variance = np.zeros_like(values)
        projection = self._projection
        design = _design(self.alone, self.others)
        leverage = np.minimum(np.einsum("pj,jp->p", design, projection), _MOST_LEVERAGE)
        left = (differences - design @ values) / (1 - leverage)[:, None]
        for pairs, missing in self.sampled:
            spread = projection[:, pairs] ** 2 @ left[:, pairs] ** 2
            if len(pairs) > 1:
                mean = projection[:, pairs] @ left[:, pairs] / len(pairs)
                spread = (spread - mean**2 * len(pairs)) * len(pairs) / (len(pairs) - 1)
            variance += missing * spread
        return np.asarray(np.sqrt(np.maximum(variance, 0)))

    @functools.cached_property
    def _projection(self) -> np.ndarray:
        """What turns half differences into values, of shape (players, pairs)."""
        return self._summing_to_zero(_design(self.alone, self.others).T * self.weights)

    def _summing_to_zero(self, moments: np.ndarray) -> np.ndarray:
        solved = self.solve(moments)
        return np.asarray(solved - self.of_total[:, None] * solved.sum(axis=-2, keepdims=True))


Solved = tuple[Callable[[np.ndarray], np.ndarray], np.ndarray]


def _of_few(alone: np.ndarray, players: int) -> Solved:
    """Return what solves the normal equations of single players alone, and `Solution.of_total`.

    Their values are known, and all players that are not among them share the rest equally.
    """
    rest = np.flatnonzero(np.bincount(alone, minlength=players) == 0)
    if not len(rest):
        return (lambda moments: np.asarray(moments * players)), np.full(players, 1 / players)

    def solve(moments: np.ndarray) -> np.ndarray:
        solved = np.asarray((moments - moments[..., rest[:1], :]) * len(alone))
        solved[..., rest, :] = -solved.sum(axis=-2, keepdims=True) / len(rest)
        return solved

    of_total = np.full(players, 0.5)
    of_total[rest] = (1 - len(alone) / 2) / len(rest)
    return solve, of_total


def _of_many(alone: np.ndarray, others: np.ndarray, weights: np.ndarray) -> Solved:
    """Return what solves the normal equations for moments of shape (..., players, any), and `Solution.of_total`.

    What the values sum to is known, so that the matrix may be changed along that direction.
    """
    design = _design(alone, others)
    matrix = (design * weights[:, None]).T @ design + 1.0 / others.shape[1]
    is_whole = len(alone) == others.shape[1]
    inverse = np.linalg.inv(matrix) if is_whole else np.linalg.pinv(matrix, hermitian=True)
    return (lambda moments: np.asarray(inverse @ moments)), inverse.sum(axis=1) / inverse.sum()


def _by_rank(products: np.ndarray, others: np.ndarray, weights: np.ndarray) -> Solved:
    """Return the same where all single players are there, and fewer others, of which the products are known.

    But for that direction the pairs of single players are a multiple of the identity, and the matrix is one plus one of
    the rank of all others: by Woodbury's formula a matrix of their size is to be solved.
    """
    players = others.shape[1]
    own = weights[:players].sum() / players
    between = products + np.diag(own / weights[players:])

    def solve(moments: np.ndarray) -> np.ndarray:
        return np.asarray((moments - others.T @ np.linalg.solve(between, others @ moments)) / own)

    of_total = solve(np.ones((players, 1)))[:, 0]
    return solve, of_total / of_total.sum()


def _design(alone: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.concatenate([np.eye(others.shape[1])[alone] - 0.5, others])


def pairs_in_all(players: int) -> int:
    """Return how many pairs of a coalition and its complement there are, the empty one aside."""
    return int(2 ** (players - 1)) - 1


def _strata(players: int, pairs: int) -> tuple[Stratum, ...]:
    """Divide the sizes: in full are those whose share of what is left has room for all their pairs."""
    left = min(pairs, pairs_in_all(players))
    sizes = list(range(1, players // 2 + 1))
    strata: list[Stratum] = []
    while sizes:
        whole = sum(_mass(players, size) for size in sizes)
        number = _number(players, sizes[0])  # the larger a size is, the more pairs there are for its weight
        if strata and left * _mass(players, sizes[0]) / whole < number:
            break
        strata.append(_stratum(players, (sizes.pop(0),), int(min(left, number))))
        left -= strata[-1].count
    return tuple(strata) + _shared(players, sizes, left)


def _shared(players: int, sizes: list[int], left: int) -> tuple[Stratum, ...]:
    """Return strata of sizes that share what is left by their weights, and so that each has some pairs."""
    if not sizes or not left:
        return ()
    shares = left * np.cumsum([_mass(players, size) for size in sizes])
    shares /= shares[-1] / left
    strata, taken, first = [], 0, 0
    for at, share in enumerate(shares):
        count = round(share) - taken
        rest = left - taken - count
        if at + 1 < len(sizes) and (count < _FEWEST or rest < _FEWEST):
            continue
        strata.append(_stratum(players, tuple(sizes[first : at + 1]), count))
        taken, first = taken + count, at + 1
    return tuple(strata)


def _stratum(players: int, sizes: tuple[int, ...], count: int) -> Stratum:
    mass, number = (sum(of(players, size) for size in sizes) for of in (_mass, _number))
    return Stratum(sizes, mass, number, count)


def _mass(players: int, size: int) -> float:
    """Return the kernel's weight of a size and of the one that completes it."""
    return (players - 1) / (size * (players - size)) * (1 if 2 * size == players else 2)


def _number(players: int, size: int) -> float:
    """Return how many pairs of a size there are; infinity for more than 2^50."""
    if size * math.log2(players / size) > 50:
        return math.inf
    return math.comb(players, size) // (2 if 2 * size == players else 1)


def _of_size(players: int, size: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return distinct pairs of a size in random order, by one of the two: of halves that of the first player."""
    if not count:
        return np.zeros((0, players), dtype=bool)
    number = _number(players, size)
    if number <= _LISTED * count:
        chosen = rng.choice(int(number), count, replace=False)
        combinations = list(itertools.islice(itertools.combinations(range(players), size), int(number)))
        members = np.zeros((count, players), dtype=bool)
        np.put_along_axis(members, np.array(combinations)[chosen], values=True, axis=1)
        return members
    found = np.zeros((0, players), dtype=bool)
    while len(found) < count:
        order = rng.random((count, players)).argpartition(size - 1, axis=1)[:, :size]
        drawn = np.zeros((count, players), dtype=bool)
        drawn[np.arange(count)[:, None], order] = True
        if 2 * size == players:
            drawn ^= ~drawn[:, [0]]
        found = np.concatenate([found, drawn])
        firsts = {row.tobytes(): at for at, row in reversed(list(enumerate(np.packbits(found, axis=1))))}
        found = found[sorted(firsts.values())]
    return found[:count]
