"""Whether a model that is asked twice says the same."""

from __future__ import annotations

import numpy as np

_SAME = 1e-4  # relative to the largest answer: a device may add up in another order


def are_alike(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two answers to one question differ by no more than rounding.

    >>> are_alike(np.array([1.0, 0.0]), np.array([1.0, 1e-7])), are_alike(np.array([1.0]), np.array([0.99]))
    (True, False)
    """
    return bool(np.abs(first - second).max() <= _SAME * np.abs(first).max())
