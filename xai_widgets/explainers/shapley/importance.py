"""How much each feature counts over many rows: the mean magnitude of its SHAP values, and how sure that mean is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..moments import Moments, mean_and_error, merge

_NUMBERS_AT_ONCE = 1 << 17  # they stay in the cache
_USUAL = 1e-100, 1e100


@dataclass(frozen=True)
class Importance:
    """The mean magnitude of the SHAP values of each feature, over the rows that are computed.

    Attributes
    ----------
    n_rows : int
        Rows that are computed, which the means are of.
    order : ndarray of int of shape (features,)
        Positions of the features, the most important first.
    mean : ndarray of shape (features,)
        The mean of the magnitudes, by feature.
    error : ndarray of shape (features,) or None
        Its standard error: of the rows as a sample of others like them, and of sampled SHAP values. Of one row, of the
        sampling alone, and None where its values are exact.
    rest : ndarray of shape (features,)
        By place in `order`: the sum of the means from this feature to the last.
    rest_error : ndarray of shape (features,) or None
        The standard error of `rest`.

    Examples
    --------
    >>> import numpy as np
    >>> found = Importance.of(np.array([[1.0, -4.0], [3.0, 2.0]]))
    >>> found.order, found.mean, found.error
    (array([1, 0]), array([2., 3.]), array([1., 1.]))
    """

    n_rows: int
    order: np.ndarray
    mean: np.ndarray
    error: np.ndarray | None
    rest: np.ndarray
    rest_error: np.ndarray | None

    @classmethod
    def of(
        cls, values: np.ndarray, standard_error: np.ndarray | None = None, order: np.ndarray | None = None
    ) -> Importance | None:
        """Measure how much features count; None where no row is computed yet.

        Parameters
        ----------
        values : ndarray of shape (rows, features)
            SHAP values; rows with NaN are not computed yet.
        standard_error : ndarray, optional
            The sampling error of the values, shaped alike. All rows may share their draws, so their errors are taken
            to have one sign: the error of a mean is at most the mean of the errors.
        order : ndarray of int of shape (features,), optional
            The order to be used; by default the most important first.
        """
        computed = np.flatnonzero(~np.isnan(values).any(axis=1))
        if not computed.size:
            return None
        unit = _unit_of(values, computed)
        mean, error = mean_and_error(_moments_of(np.abs(part) for part in _parts(values, computed, unit)))
        if order is None:
            order = np.argsort(-mean, kind="stable")
        rest, rest_error = mean_and_error(
            _moments_of(_sums_to_the_last(np.abs(part[:, order])) for part in _parts(values, computed, unit))
        )
        if standard_error is not None:
            drawn = sum(part.sum(axis=0) for part in _parts(standard_error, computed, unit)) / computed.size
            error = _together(error, drawn)
            rest_error = _together(rest_error, _sums_to_the_last(drawn[None, order])[0])
        error, rest_error = (None if each is None else unit * each for each in (error, rest_error))
        return cls(computed.size, order, unit * mean, error, unit * rest, rest_error)


def mean_magnitudes(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the mean magnitude of each feature over some rows of values of shape (rows, features)."""
    sums = sum(np.abs(part).sum(axis=0) for part in _parts(values, rows))
    return np.asarray(sums / len(rows))


def _parts(values: np.ndarray, rows: np.ndarray, unit: float = 1.0) -> Iterator[np.ndarray]:
    """Yield the rows in parts that are small beside the whole, in some unit."""
    step = max(1, _NUMBERS_AT_ONCE // values.shape[1])
    for first in range(0, rows.size, step):
        part = values[rows[first : first + step]]
        yield part if unit == 1 else part / unit


def _unit_of(values: np.ndarray, rows: np.ndarray) -> float:
    """Return 1, or a power of two in which values so large, or so small, have squares that are numbers."""
    largest = max(float(np.abs(part).max(initial=0.0)) for part in _parts(values, rows))
    return 1.0 if largest == 0 or _USUAL[0] < largest < _USUAL[1] else math.ldexp(1.0, math.frexp(largest)[1] - 1)


def _moments_of(parts: Iterator[np.ndarray]) -> Moments:
    found: Moments | None = None
    for part in parts:
        mean = part.mean(axis=0)
        moments = Moments(len(part), (mean,), (((part - mean) ** 2).sum(axis=0),))
        found = moments if found is None else merge(found, moments)
    assert found is not None, "there is a row"
    return found


def _sums_to_the_last(magnitudes: np.ndarray) -> np.ndarray:
    return magnitudes[:, ::-1].cumsum(axis=1)[:, ::-1]


def _together(of_rows: np.ndarray | None, of_draws: np.ndarray) -> np.ndarray:
    return of_draws if of_rows is None else np.hypot(of_rows, of_draws)
