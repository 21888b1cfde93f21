"""Whether several methods say the same of one row: their parts on one scale, rank agreement, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Literal

import numpy as np

LEAST_SHARE = 0.05  # of a method's sum of magnitudes: what is smaller is not worth a dispute
_SURE = 2  # standard errors that a value must be away from zero for its sign to count
_TIMES = 2  # by which the larger of two shares exceeds the smaller, where their ranks are called far apart


@dataclass(frozen=True)
class Disagreement:
    """A feature of which two methods do not say the same.

    Attributes
    ----------
    feature, first, second : int
        Positions of the feature and of the two methods.
    kind : {"sign", "rank"}
        Opposite signs, or ranks far apart.
    """

    feature: int
    first: int
    second: int
    kind: Literal["sign", "rank"]


@dataclass(frozen=True)
class Pair:
    """How far two methods agree.

    Attributes
    ----------
    first, second : int
        Positions of the methods.
    spearman, kendall : float
        Rank correlation by magnitude; NaN where all magnitudes of one are equal.
    same_sign, signed : int
        Features with the same sign, of those to which both give something.
    """

    first: int
    second: int
    spearman: float
    kendall: float
    same_sign: int
    signed: int


@dataclass(frozen=True)
class Agreement:
    """What several methods say of one row, on one scale.

    Parameters
    ----------
    methods, feature_names : sequence of str
    values : ndarray of shape (methods, features)
        What each method gives to each feature, in the method's own units.
    standard_error : ndarray of shape (methods, features), optional
        The sampling error of the values; zero or NaN where there is none.

    Examples
    --------
    >>> import numpy as np
    >>> found = Agreement(["shap", "lime"], ["age", "bmi", "bp"], np.array([[6.0, 3.0, 1.0], [0.3, 0.1, -0.1]]))
    >>> found.shares
    array([[ 0.6,  0.3,  0.1],
           [ 0.6,  0.2, -0.2]])
    >>> found.disagreements
    [Disagreement(feature=2, first=0, second=1, kind='sign')]
    """

    methods: Sequence[str]
    feature_names: Sequence[str]
    values: np.ndarray
    standard_error: np.ndarray | None = None

    @cached_property
    def shares(self) -> np.ndarray:
        """Each value as a share of its method's sum of magnitudes, with its sign; zero where all are zero."""
        return _per_sum(self.values, self.values)

    @cached_property
    def share_errors(self) -> np.ndarray:
        """The sampling error of the shares, their sums taken as they are; zero where there is none."""
        if self.standard_error is None:
            return np.zeros_like(self.values)
        return _per_sum(np.nan_to_num(self.standard_error), self.values)

    @cached_property
    def ranks(self) -> np.ndarray:
        """The rank of each feature by magnitude, 1 for the largest; equal ones share the mean of their ranks."""
        return np.stack([mean_ranks(-np.abs(values)) for values in self.values])

    @cached_property
    def pairs(self) -> list[Pair]:
        """How far each two of the methods agree."""
        return [self._pair(first, second) for first, second in combinations(range(len(self.methods)), 2)]

    @property
    def far(self) -> int:
        """How far apart two ranks are called far: a third of the features, from 2 to 5."""
        return min(5, max(2, -(-len(self.feature_names) // 3)))

    @cached_property
    def disagreements(self) -> list[Disagreement]:
        """Where two methods do not say the same, the largest difference of shares first.

        Opposite signs count where both shares are at least 5 % and further than two standard errors from zero. Ranks
        count where they are `far` apart, the larger share is at least 5 %, at least twice the smaller, and further than
        two standard errors from it.
        """
        found: list[tuple[float, Disagreement]] = []
        for first, second in combinations(range(len(self.methods)), 2):
            pair = [first, second]
            shares, ranks, errors = self.shares[pair], self.ranks[pair], _SURE * self.share_errors[pair]
            small, large = np.sort(np.abs(shares), axis=0)
            opposite = (np.abs(shares) > errors).all(axis=0) & (small >= LEAST_SHARE) & (shares[0] * shares[1] < 0)
            apart = (np.abs(ranks[0] - ranks[1]) >= self.far) & (large >= np.maximum(LEAST_SHARE, _TIMES * small))
            apart &= large - small > np.hypot(*errors)
            for feature in np.flatnonzero(opposite | apart).tolist():
                kind: Literal["sign", "rank"] = "sign" if opposite[feature] else "rank"
                gap = abs(float(shares[0, feature] - shares[1, feature]))
                found.append((gap, Disagreement(feature, first, second, kind)))
        return [dispute for _, dispute in sorted(found, key=lambda one: -one[0])]

    def _pair(self, first: int, second: int) -> Pair:
        one, other = self.ranks[first], self.ranks[second]
        signs = np.sign(self.values[first]) * np.sign(self.values[second])
        same, opposite = int((signs > 0).sum()), int((signs < 0).sum())
        return Pair(first, second, correlation(one, other), kendall_tau(one, other), same, same + opposite)


def mean_ranks(values: np.ndarray) -> np.ndarray:
    """Return the ranks of values in ascending order, from 1; equal values share the mean of theirs.

    >>> mean_ranks(np.array([5.0, 1.0, 5.0]))
    array([2.5, 1. , 2.5])
    """
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    found: np.ndarray = (last - (counts - 1) / 2)[inverse]
    return found


def correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Return Pearson's correlation; NaN where one of them does not vary.

    >>> correlation(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0]))
    -1.0
    """
    first, second = one - one.mean(), other - other.mean()
    spread = float(np.sqrt((first @ first) * (second @ second)))
    return float(np.clip(first @ second / spread, -1, 1)) if spread else float("nan")


def kendall_tau(one: np.ndarray, other: np.ndarray) -> float:
    """Return Kendall's tau-b; NaN where one of them does not vary.

    >>> kendall_tau(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0]))
    0.3333333333333333
    """
    both = moved_one = moved_other = 0.0
    for place in range(1, len(one)):  # one row of the table of pairs at a time: the table of 5000 features is large
        first, second = np.sign(one[:place] - one[place]), np.sign(other[:place] - other[place])
        both += float(first @ second)
        moved_one += float(first @ first)
        moved_other += float(second @ second)
    spread = float(np.sqrt(moved_one * moved_other))
    return both / spread if spread else float("nan")


def _per_sum(parts: np.ndarray, values: np.ndarray) -> np.ndarray:
    sums = np.abs(values).sum(axis=1, keepdims=True)
    found: np.ndarray = np.divide(parts, sums, out=np.zeros_like(parts, dtype=float), where=sums > 0)
    return found
