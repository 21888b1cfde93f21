"""Running means and (co)moments of paired draws: exact to merge, whatever the batches were."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Moments:
    """Means and sums of products of deviations of one or two quantities over `count` pairs, elementwise.

    Two quantities are kept for the variance of gradients: the mean of a pair, `a`, and the mean of its squares, `u`,
    both of gradients from which `shift` was subtracted, so that squares of nearly equal gradients do not cancel.

    Attributes
    ----------
    count : int
        Pairs seen.
    means : tuple of ndarray of shape (size,), float64
        Of the quantity, or of `a` and `u`.
    comoments : tuple of ndarray of shape (size,), float64
        Sums over pairs of products of deviations: of the quantity with itself, or `aa`, `au`, `uu`.
    shift : ndarray of shape (size,) or None
        What was subtracted from the gradients, where there are two quantities.
    """

    count: int
    means: tuple[np.ndarray, ...]
    comoments: tuple[np.ndarray, ...]
    shift: np.ndarray | None = None


def merge(left: Moments, right: Moments) -> Moments:
    """Join the moments of disjoint pairs (Chan, Golub, LeVeque 1983, eq. 2.1b)."""
    if left.shift is not None and right.shift is not None and left.shift is not right.shift:
        right = _shifted(right, left.shift)
    count = left.count + right.count
    weight = right.count / count
    steps = [after - before for before, after in zip(left.means, right.means, strict=True)]
    pairs = [(0, 0)] if len(steps) == 1 else [(0, 0), (0, 1), (1, 1)]
    return Moments(
        count,
        tuple(mean + weight * step for mean, step in zip(left.means, steps, strict=True)),
        tuple(
            before + after + left.count * weight * steps[i] * steps[j]
            for (i, j), before, after in zip(pairs, left.comoments, right.comoments, strict=True)
        ),
        left.shift,
    )


def _shifted(moments: Moments, shift: np.ndarray) -> Moments:
    """Rewrite a variance's moments as if `shift` had been subtracted: `a` moves by d, `u` by 2 d a + d^2."""
    assert moments.shift is not None
    d = moments.shift - shift
    a, u = moments.means
    aa, au, uu = moments.comoments
    return Moments(
        moments.count,
        (a + d, u + 2 * d * a + d * d),
        (aa, au + 2 * d * aa, uu + 4 * d * au + 4 * d * d * aa),
        shift,
    )


def mean_and_error(moments: Moments) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the mean over pairs and its standard error, None below two pairs."""
    (mean,), (square,) = moments.means, moments.comoments
    return mean, _standard_error(square, moments.count)


def variance_and_error(moments: Moments) -> tuple[np.ndarray, np.ndarray | None]:
    """Return avg u - (avg a)^2 over pairs and its standard error by the delta method, None below two pairs."""
    (a, u), (aa, au, uu) = moments.means, moments.comoments
    square = uu - 4 * a * au + 4 * a * a * aa
    return np.maximum(u - a * a, 0.0), _standard_error(np.maximum(square, 0.0), moments.count)


def _standard_error(squared_deviations: np.ndarray, count: int) -> np.ndarray | None:
    if count < 2:
        return None
    error: np.ndarray = np.sqrt(squared_deviations / (count - 1) / count)
    return error
