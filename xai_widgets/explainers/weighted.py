"""The running weighted mean of rows drawn from a table without replacement, and its standard error."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass

import numpy as np

_AT_ONCE = 1 << 16  # numbers, that stay in the processor's cache


@dataclass(frozen=True)
class WeightedMean:
    """Sums from which the mean of a table's rows is estimated, some of its rows seen; `+` joins disjoint rows.

    Attributes
    ----------
    count : int
        Rows seen, those without weight too.
    weight : float
        The sum of their weights w.
    mean : ndarray
        Of the rows, weighted by w.
    square_weight : float
        The sum of w^2.
    square_mean, square_deviations : ndarray
        The rows' mean weighted by w^2, and the sum of squared deviations from that, each times its w^2.

    Examples
    --------
    >>> import numpy as np
    >>> seen = WeightedMean.of(np.array([1.0, 3.0])) + WeightedMean.of(np.array([5.0]))
    >>> float(seen.mean), float(seen.standard_error(10).round(4))
    (3.0, 0.9661)
    """

    count: int
    weight: float
    mean: np.ndarray
    square_weight: float
    square_mean: np.ndarray
    square_deviations: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, weights: np.ndarray | None = None) -> WeightedMean:
        """Return the sums of rows, the first axis of `values`: in double precision, whatever theirs is."""
        at_once = max(1, _AT_ONCE * len(values) // values.size)
        blocks = (slice(first, first + at_once) for first in range(0, len(values), at_once))
        sums = (cls._of(values[each], None if weights is None else weights[each]) for each in blocks)
        return functools.reduce(operator.add, sums)

    @classmethod
    def _of(cls, given: np.ndarray, weights: np.ndarray | None) -> WeightedMean:
        values = given.astype(np.float64)  # a copy, which is written over
        squares = np.ones(len(values)) if weights is None else weights**2
        square_mean, square_weight = _mean(values, squares)
        mean, weight = (square_mean, square_weight) if weights is None else _mean(values, weights)
        values -= square_mean
        deviations = np.tensordot(squares, np.square(values, out=values), axes=1)
        return cls(len(values), weight, mean, square_weight, square_mean, deviations)

    def __add__(self, other: WeightedMean) -> WeightedMean:
        """Join disjoint rows (Chan, Golub, LeVeque 1983, eq. 2.1b, with weights)."""
        weight, share = _share(self.weight, other.weight)
        square_weight, square_share = _share(self.square_weight, other.square_weight)
        step = other.square_mean - self.square_mean
        between = self.square_weight * square_share * np.square(step)
        return WeightedMean(
            self.count + other.count,
            weight,
            self.mean + share * (other.mean - self.mean),
            square_weight,
            self.square_mean + square_share * step,
            self.square_deviations + other.square_deviations + between,
        )

    def standard_error(self, total: int) -> np.ndarray | None:
        """Return the standard error of `mean` for the mean of all `total` rows of the table; None below two rows.

        The rows are a sample without replacement, so it is zero when all are seen. Weights make a ratio of two means,
        linearised (Cochran 1977, Sampling Techniques, eq. 2.45 and 6.12).
        """
        if self.count < 2 or self.weight == 0:
            return None
        squares = self.square_deviations + self.square_weight * np.square(self.square_mean - self.mean)
        unseen = 1 - self.count / total
        error: np.ndarray = np.sqrt(unseen * self.count / (self.count - 1) * squares) / self.weight
        return error


def _mean(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, float]:
    weight = float(weights.sum())
    return np.tensordot(weights, values, axes=1) / (weight or 1.0), weight


def _share(left: float, right: float) -> tuple[float, float]:
    together = left + right
    return together, right / together if together else 0.0
