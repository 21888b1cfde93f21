"""Local fits to very many columns, in parts of some hundredths of a second: whoever waits for one can stop in between.

The products of all columns with each other would take too long, and too much memory. Each function here yields between
two parts, and returns what it found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..parts import Parts

_PRODUCTS = 1 << 29  # that are added up in a part
_NUMBERS = 1 << 21  # that are written in a part
_PATH_END = 1e-10  # of the greatest gain: the rest is rounding
_BLOCK = 64  # of columns of a triangle


def centred(design: np.ndarray, answers: np.ndarray, weights: np.ndarray) -> Parts[tuple[np.ndarray, ...]]:
    """Return features and answers around their weighted means, times the roots of the weights; and the former means."""
    roots, share = np.sqrt(weights), weights / weights.sum()
    features, mean = np.empty(design.shape), np.zeros(design.shape[1])
    rows = max(1, _NUMBERS // design.shape[1])
    blocks = [slice(first, first + rows) for first in range(0, len(design), rows)]
    for block in blocks:
        mean += share[block] @ design[block]
        yield
    for block in blocks:
        np.subtract(design[block], mean, out=features[block])
        features[block] *= roots[block, None]
        yield
    return features, (answers - share @ answers) * roots, mean


def ridge(features: np.ndarray, answers: np.ndarray, penalty: float) -> Parts[np.ndarray]:
    """Return the coefficients of a ridge, by the products of features or of samples: whatever are fewer."""
    from scipy.linalg import solve_triangular  # type: ignore[import-untyped]

    by_samples = features.shape[1] > len(features)
    products = yield from _products(features if by_samples else features.T)
    products[np.diag_indices(len(products))] += penalty
    yield from _into_triangle(products)
    wanted = answers if by_samples else features.T @ answers
    yield
    half = solve_triangular(products, wanted, lower=True, check_finite=False)
    yield
    solved = solve_triangular(products, half, lower=True, trans="T", check_finite=False)
    yield
    return np.asarray(solved @ features if by_samples else solved)


def forward(features: np.ndarray, answers: np.ndarray, count: int, nothing_left: float) -> Parts[np.ndarray]:
    """Take, one by one, the feature that adds most to R2: the others are made orthogonal to it each time.

    Of a feature with no more than `nothing_left` of its own squares, nothing is left.
    """
    squares = yield from _times(features, None)
    gains = yield from _times(features, answers)
    left, own, base = squares.copy(), squares, np.zeros((len(features), 0))
    chosen: list[int] = []
    for _ in range(count):
        live = left > nothing_left * own
        gain = np.where(live, gains**2 / np.where(live, left, 1.0), 0.0)
        gain[chosen] = -1.0
        best = int(gain.argmax())
        chosen.append(best)
        if live[best]:
            direction = features[:, best] - base @ (base.T @ features[:, best])
            direction -= base @ (base.T @ direction)
            direction /= np.linalg.norm(direction)
            along = yield from _times(features, direction)
            left, gains = left - along**2, gains - along * (direction @ answers)
            base = np.column_stack([base, direction])
    return np.array(chosen, dtype=np.intp)


def lasso_path(features: np.ndarray, answers: np.ndarray, count: int, nothing_left: float) -> Parts[np.ndarray]:
    """Take the features of the last step of the lasso's path that has no more than asked for (LARS, Efron et al. 2004).

    The path is followed until there are twice as many, and ten: of these it does not come back to so few. Features of
    which those in the path leave no more than `nothing_left` of their own squares are not taken.
    """
    from scipy.linalg import solve_triangular

    squares = yield from _times(features, None)
    gains = yield from _times(features, answers)
    weak = nothing_left * squares.max()
    out = squares <= weak
    inside: list[int] = []
    weights, triangle, chosen = np.zeros(0), np.zeros((0, 0)), np.zeros(0, np.intp)
    height = start = float(np.abs(np.where(out, 0.0, gains)).max(initial=0.0))
    adds = True
    while height > _PATH_END * start and len(inside) < min(len(features), 2 * count + 10):
        if adds:
            best = int(np.where(out, -1.0, np.abs(gains)).argmax())
            if out[best]:
                break
            out[best] = True
            across = solve_triangular(triangle, features[:, inside].T @ features[:, best], lower=True)
            own = squares[best] - across @ across
            if own <= nothing_left * squares[best]:
                continue  # the others stand for it
            row = np.append(across, np.sqrt(own))
            triangle = np.vstack([np.column_stack([triangle, np.zeros(len(inside))]), row])
            inside, weights = [*inside, best], np.append(weights, 0.0)
        signs = np.sign(gains[inside])
        towards = solve_triangular(triangle, solve_triangular(triangle, signs, lower=True), lower=True, trans="T")
        along = yield from _times(features, features[:, inside] @ towards)
        step, adds, first = height, True, -1
        others = np.flatnonzero(~out)
        for sign in (1.0, -1.0):
            room, pace = height - sign * gains[others], 1 - sign * along[others]
            ahead = pace > nothing_left
            step = min(step, (np.maximum(room[ahead], 0.0) / pace[ahead]).min(initial=np.inf))
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = -weights / towards
        crossing = np.where(crossing > 0, crossing, np.inf)
        if crossing.min(initial=np.inf) < step:
            first = int(crossing.argmin())
            step, adds = float(crossing[first]), False
        weights, gains, height = weights + step * towards, gains - step * along, height - step
        if not adds:
            out[inside[first]] = False
            inside.pop(first)
            weights = np.delete(weights, first)
            triangle = np.linalg.cholesky(features[:, inside].T @ features[:, inside])
        if len(inside) <= count:
            chosen = np.array(sorted(inside), np.intp)
    return chosen


def _times(features: np.ndarray, numbers: np.ndarray | None) -> Parts[np.ndarray]:
    """Return the products of each feature with some numbers, or with itself."""
    found = np.zeros(features.shape[1])
    rows = max(1, 4 * _NUMBERS // features.shape[1])
    for first in range(0, len(features), rows):
        some = features[first : first + rows]
        found += np.einsum("ij,ij->j", some, some) if numbers is None else numbers[first : first + rows] @ some
        yield
    return found


def _products(rows: np.ndarray) -> Parts[np.ndarray]:
    """Return the products of rows with each other, in the lower triangle."""
    found, first = np.empty((len(rows), len(rows))), 0
    while first < len(rows):
        height = max(16, _PRODUCTS // (rows.shape[1] * (first + 256)))
        stop = min(len(rows), first + height)
        np.matmul(rows[first:stop], rows[:stop].T, out=found[first:stop, :stop])
        first = stop
        yield
    return found


def _into_triangle(products: np.ndarray) -> Parts[None]:
    """Put Cholesky's triangle into the place of products, of which the lower half is read."""
    from scipy.linalg import solve_triangular

    for first in range(0, len(products), _BLOCK):
        stop = first + _BLOCK
        panel = products[first:, first:stop]
        panel -= products[first:, :first] @ products[first:stop, :first].T
        corner = np.linalg.cholesky(panel[:_BLOCK])
        panel[:_BLOCK] = corner
        panel[_BLOCK:] = solve_triangular(corner, panel[_BLOCK:].T, lower=True, check_finite=False).T
        yield
