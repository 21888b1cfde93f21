"""A first convolution that goes backward once for two rows: it is linear, so the mean may be taken before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from .blocked import input_gradient
from .fold import all_modules


class PairedConvolution(nn.Conv2d):
    """A convolution of a model's input, of our own copy.

    While it is `paired`, the gradient of each two neighbouring rows is their mean gradient.
    """

    paired = False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = _OfPairs.apply(x, self) if self.paired else super().forward(x)  # type: ignore[no-untyped-call]
        return made


class _OfPairs(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, convolution: PairedConvolution) -> torch.Tensor:
        ctx.convolution, ctx.shape, ctx.dtype = convolution, x.shape, x.dtype
        return nn.Conv2d.forward(convolution, x)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        means = (gradient[::2] + gradient[1::2]).div_(2)
        of_pairs = input_gradient(ctx.convolution, (len(means), *ctx.shape[1:]), means)
        both = torch.empty((len(means), 2, *ctx.shape[1:]), dtype=ctx.dtype, device=means.device)
        both[:, 0] = both[:, 1] = of_pairs  # quicker than repeat_interleave
        return both.flatten(0, 1), None


def pair(call: Callable[..., Any], first: int) -> None:
    """Make the convolution that `Watch.first` found able to be paired, in place: `call` is our own copy."""
    all_modules(call)[first].__class__ = PairedConvolution


def paired_in(call: Callable[..., Any]) -> PairedConvolution | None:
    """Return what `pair` made in this copy, or in what it is a copy of."""
    return next((module for module in all_modules(call) if isinstance(module, PairedConvolution)), None)
