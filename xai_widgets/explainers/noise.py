"""Unit noise that depends on (seed, pair) alone, so that batches, order, devices and resuming do not matter."""

from __future__ import annotations

import numpy as np
import torch


class UnitNoise:
    """Standard normal noise of numbered pairs, drawn again or kept.

    Pair k is drawn by numpy's Philox with the seed as key and k in the highest word of the counter: each pair has
    2^192 numbers of its own.

    Parameters
    ----------
    seed : int
        0 to 2^53 - 1.
    shapes : tuple of tuple of int
        The shape of each input, rows included.
    kept_bytes : int, default 64 MiB
        Pairs beyond this are drawn again each time they are asked for.
    """

    def __init__(self, seed: int, shapes: tuple[tuple[int, ...], ...], *, kept_bytes: int = 64 << 20) -> None:
        self.seed = seed
        self.shapes = shapes
        self._most_kept = kept_bytes // max(1, 4 * sum(int(np.prod(shape)) for shape in shapes))
        self._kept: dict[tuple[int, torch.device], tuple[torch.Tensor, ...]] = {}

    def pairs(self, first: int, stop: int, device: torch.device) -> tuple[torch.Tensor, ...]:
        """Return the noise of pairs `first` to `stop` - 1: for each input float32 of shape (pairs, *shape)."""
        drawn = [self._pair(number, device) for number in range(first, stop)]
        return tuple(torch.stack(parts) for parts in zip(*drawn, strict=True))

    def _pair(self, number: int, device: torch.device) -> tuple[torch.Tensor, ...]:
        if (kept := self._kept.get((number, device))) is not None:
            return kept
        generator = np.random.Generator(np.random.Philox(key=self.seed, counter=number << 192))
        pair = tuple(
            torch.from_numpy(generator.standard_normal(shape, dtype=np.float32)).to(device) for shape in self.shapes
        )
        if len(self._kept) < self._most_kept:
            self._kept[number, device] = pair
        return pair
