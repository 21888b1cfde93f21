"""Moments of a step, summed on the device of the gradients and copied from it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .moments import Moments

if TYPE_CHECKING:
    import numpy as np
    import torch


class Accumulator:
    """Means and comoments of one quantity, or of the two that a variance needs; see `Moments`.

    Sums are float64, on MPS, which has none, on the CPU.
    """

    def __init__(self) -> None:
        self._count = 0
        self._means: list[torch.Tensor] = []
        self._comoments: list[torch.Tensor] = []

    def add(self, quantities: list[torch.Tensor]) -> None:
        """Add pairs: for each quantity a tensor of shape (pairs, size), which is ours to write to."""
        copies = [double(quantity) for quantity in quantities]
        means = [copy.mean(dim=0) for copy in copies]
        deviations = [copy.sub_(mean) for copy, mean in zip(copies, means, strict=True)]
        if len(deviations) == 1:
            comoments = [deviations[0].square_().sum(dim=0)]
        else:
            comoments = [(deviations[i] * deviations[j]).sum(dim=0) for i, j in ((0, 0), (0, 1), (1, 1))]
        self._merge(len(quantities[0]), means, comoments)

    def moments(self, shift: np.ndarray | None) -> Moments:
        """Return what was added, with what had been subtracted from the gradients."""
        return Moments(
            self._count,
            tuple(mean.cpu().numpy() for mean in self._means),
            tuple(comoment.cpu().numpy() for comoment in self._comoments),
            shift,
        )

    def _merge(self, count: int, means: list[torch.Tensor], comoments: list[torch.Tensor]) -> None:
        """Join disjoint pairs, as `moments.merge` does."""
        if not self._count:
            self._count, self._means, self._comoments = count, means, comoments
            return
        weight = count / (self._count + count)
        steps = [after.sub_(before) for before, after in zip(self._means, means, strict=True)]
        pairs = [(0, 0)] if len(steps) == 1 else [(0, 0), (0, 1), (1, 1)]
        for (i, j), total, comoment in zip(pairs, self._comoments, comoments, strict=True):
            total.add_(comoment).addcmul_(steps[i], steps[j], value=self._count * weight)
        for mean, step in zip(self._means, steps, strict=True):
            mean.add_(step, alpha=weight)
        self._count += count


def double(values: torch.Tensor) -> torch.Tensor:
    """Return values in double precision, on the CPU where the device has none."""
    return (values.cpu() if values.device.type == "mps" else values).double()
