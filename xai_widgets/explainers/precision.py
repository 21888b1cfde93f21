"""Whether bfloat16 is good enough for a mean: its error against the sampling error that the mean has anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

Precision = Literal["float32", "bfloat16", "auto"]

COMPARED_PAIRS = 4
_UNSEEN = 0.1  # of what the compared pairs' own spread hides, assumed to be there


def most_pairs(exact: torch.Tensor, rough: torch.Tensor) -> float:
    """Return up to how many pairs the error of bfloat16 stays under half of the sampling error.

    Over n pairs the sampling error squared falls as s / n, with s the variance of a pair; the error of rounding
    falls as r / n down to what all pairs share, b. So b + r / n <= (s / n) / 4 holds up to n = (s / 4 - r) / b.

    Parameters
    ----------
    exact, rough : torch.Tensor of shape (pairs, size)
        Mean gradients of the same pairs in float32 and in bfloat16.
    """
    pairs = len(exact)
    exact, errors = exact.double(), (rough - exact).double()
    sampling, rounding = _variance(exact), _variance(errors)
    hidden = rounding / pairs  # how much of the mean error's square comes from spread alone
    shared = max(float(errors.mean(dim=0).square().sum()) - hidden, _UNSEEN * hidden)
    room = sampling / 4 - rounding
    if room <= 0:
        return 0.0
    return room / shared if shared > 0 else float("inf")


def _variance(values: torch.Tensor) -> float:
    return float((values - values.mean(dim=0)).square().sum()) / (len(values) - 1)
