"""What is explained in place of a tree's own sums: a probability or a loss, and how values are scaled to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_NEAR = 1e-5  # sums so near are as good as one: the difference of what is made of them would be rounding


@dataclass(frozen=True, eq=False)
class Probability:
    """The probability of a class whose log-odds are `slope` times a sum."""

    slope: float

    def __call__(self, sums: np.ndarray) -> np.ndarray:
        return np.exp(-np.logaddexp(0, -self.slope * sums))

    def derivative(self, sums: np.ndarray) -> np.ndarray:
        found = self(sums)
        return np.asarray(self.slope * found * (1 - found))


@dataclass(frozen=True, eq=False)
class LogLoss:
    """Minus the logarithm of the probability of the true class; sums have a row for each of `truth`, 0s and 1s."""

    slope: float
    truth: np.ndarray

    def __call__(self, sums: np.ndarray) -> np.ndarray:
        log_odds = self.slope * sums
        return np.asarray(np.logaddexp(0, log_odds) - self.truth[:, None] * log_odds)

    def derivative(self, sums: np.ndarray) -> np.ndarray:
        return np.asarray(self.slope * (Probability(self.slope)(sums) - self.truth[:, None]))


Link = Probability | LogLoss


def scales(link: Link, sums: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Return by how much the values of each row against each background row are scaled, of shape (rows, background).

    Parameters
    ----------
    link : Probability or LogLoss
    sums : ndarray of shape (rows,)
        Of the rows.
    background : ndarray of shape (background rows,)
        Of the background rows.
    """
    mine, theirs = np.broadcast_arrays(sums[:, None], background[None, :])
    apart = mine - theirs
    near = np.abs(apart) < _NEAR
    ratio = (link(mine) - link(theirs)) / np.where(near, 1.0, apart)
    return np.where(near, link.derivative((mine + theirs) / 2), ratio)
