"""Numbered points, evenly spread whole numbers of 32 bits: those of a unit depend on the seed and its number alone."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ...models import InputError

Sampler = Literal["random", "sobol"]
Points = NDArray[np.uint32]

SCRAMBLES = 8  # of Sobol points: independent of each other, so that they tell how far the seed matters
RANDOM_GROUPS = 32
_MOST_DIMENSIONS = 21_201  # that direction numbers are known for


class PointSet(Protocol):
    """Points of as many dimensions as there are columns.

    Attributes
    ----------
    groups : int
        Unit k is of group k modulo this; groups are independent of each other.
    """

    groups: int

    def __call__(self, first: int, stop: int) -> Points:
        """Return the points of units `first` to `stop` - 1, of shape (units, dimensions)."""


def point_set(sampler: str, seed: int, dimensions: int) -> PointSet:
    """Return the points of a sampler; raise InputError where it is not known."""
    if sampler == "random":
        return RandomPoints(seed, dimensions)
    if sampler == "sobol":
        return SobolPoints(seed, dimensions)
    raise InputError(
        "The sampler is not known.",
        given=f"sampler={sampler!r}",
        expected="random or sobol",
        do="choose one",
    )


class RandomPoints:
    """Independent points, drawn by numpy's Philox: a unit has its own stretch of the counter."""

    groups = RANDOM_GROUPS

    def __init__(self, seed: int, dimensions: int) -> None:
        self._seed, self._dimensions = seed, dimensions
        self._steps = -(-dimensions // 8)  # of the counter, each of which gives eight numbers

    def __call__(self, first: int, stop: int) -> Points:
        generator = np.random.Philox(key=self._seed, counter=first * self._steps)
        words = generator.random_raw((stop - first) * self._steps * 4)
        return words.view(np.uint32).reshape(stop - first, -1)[:, : self._dimensions]


class SobolPoints:
    """Sobol points under several independent scrambles, which take turns; drawn once and kept.

    Source: Owen 1998, Journal of Complexity 14(4) (scrambling); the matrices are scipy's, scrambled by its linear
    scramble and digital shift.
    """

    groups = SCRAMBLES

    def __init__(self, seed: int, dimensions: int) -> None:
        if dimensions > _MOST_DIMENSIONS:
            raise InputError(
                "There are more columns than Sobol points have dimensions.",
                given=f"{dimensions} columns",
                expected=f"at most {_MOST_DIMENSIONS}",
                do='choose sampler="random"',
            )
        self._seed, self._dimensions = seed, dimensions
        self._drawn: Points = np.empty((0, dimensions), np.uint32)

    def __call__(self, first: int, stop: int) -> Points:
        if stop > len(self._drawn):
            self._drawn = self._draw(-(-stop // self.groups))
        return self._drawn[first:stop]

    def _draw(self, of_each: int) -> Points:
        from scipy.stats import qmc  # type: ignore[import-untyped]

        power = max(4, (of_each - 1).bit_length())
        scrambles = [
            qmc.Sobol(self._dimensions, rng=np.random.default_rng([self._seed, number])).random_base2(power)
            for number in range(self.groups)
        ]
        turns = np.stack(scrambles, axis=1).reshape(-1, self._dimensions)
        return np.asarray(turns * 2.0**32, dtype=np.uint32)
