"""Whether bfloat16 is good enough for a mean: its error against the sampling error that the mean has anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

Precision = Literal["float32", "bfloat16", "auto"]

COMPARED_PAIRS = 4
_UNSEEN = 0.1  # of what the compared pairs' own spread hides, assumed to be there


@dataclass(frozen=True)
class Rounding:
    """What bfloat16 costs, measured on a few pairs in both precisions.

    Attributes
    ----------
    sampling : float
        Variance of a pair's mean gradient, summed over all elements.
    spread : float
        The same of its rounding error.
    shared : float
        Square of the rounding error that all pairs share.
    noise : float
        Standard deviation of the noise that it was measured at.
    """

    sampling: float
    spread: float
    shared: float
    noise: float

    @classmethod
    def of(cls, exact: torch.Tensor, rough: torch.Tensor, noise: float) -> Rounding:
        """Measure it on mean gradients of the same pairs in float32 and in bfloat16, each of shape (pairs, size)."""
        exact, errors = exact.double(), (rough - exact).double()
        spread = _variance(errors)
        hidden = spread / len(exact)  # how much of the mean error's square comes from spread alone
        shared = max(float(errors.mean(dim=0).square().sum()) - hidden, _UNSEEN * hidden)
        return cls(_variance(exact), spread, shared, noise)

    def most_pairs(self, noise: float) -> float:
        """Return up to how many pairs the rounding error stays under half of the sampling error, at some noise.

        Over n pairs the sampling error squared falls as s / n; the rounding error falls as r / n down to what all pairs
        share, b. So b + r / n <= (s / n) / 4 holds up to n = (s / 4 - r) / b. Less noise than was measured at is taken
        to lower s as it does for a smooth function, with its square; more is not taken to raise it.
        """
        weaker = min(1.0, noise / self.noise) if self.noise > 0 else 0.0
        room = weaker**2 * self.sampling / 4 - self.spread
        if room <= 0:
            return 0.0
        return room / self.shared if self.shared > 0 else float("inf")


def _variance(values: torch.Tensor) -> float:
    return float((values - values.mean(dim=0)).square().sum()) / (len(values) - 1)
