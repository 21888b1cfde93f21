"""Draws that depend on the seed and their number alone, and the mean of what they give."""

from __future__ import annotations

import math

import numpy as np


def generator_of(seed: int, draw: int) -> np.random.Generator:
    """Return the generator of a draw: the same whatever draws came before it."""
    return np.random.Generator(np.random.Philox(key=seed, counter=draw << 192))


def mean_of_draws(parts: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the mean of independent draws, whose first axis counts them, and its standard error; None for one draw.

    Examples
    --------
    >>> mean_of_draws([np.array([1.0, 3.0])])
    (np.float64(2.0), np.float64(1.0))
    """
    draws = np.concatenate(parts)
    mean = draws.mean(axis=0)
    return mean, draws.std(axis=0, ddof=1) / math.sqrt(len(draws)) if len(draws) > 1 else None
