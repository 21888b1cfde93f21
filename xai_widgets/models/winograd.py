"""Convolutions of 3 x 3 with a quarter of the multiplications, where this machine is faster at that."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from .memory import has_room

_SIDE = 4  # of a tile, in pixels of the output
_AT_ONCE = 96  # tiles: they stay in the caches of one core
_MOST_TRIED, _MOST_PIXELS, _ROUNDS = 4, 28, 4  # rows and their sides when it is tried, and how often
_ENOUGH = 0.95  # it has to be this much faster
_TIMES = 4  # as many numbers as the weights have
_MOST_WEIGHTS = 16 << 20  # bytes of a layer's transformed weights: of few rows, reading more takes what they save
# What 3 x 3 weights are multiplied with from both sides (Lavin and Gray 2016, arXiv 1509.09308, section 4.3).
_FILTER = (
    (1 / 4, 0, 0),
    (-1 / 6, -1 / 6, -1 / 6),
    (-1 / 6, 1 / 6, -1 / 6),
    (1 / 24, 1 / 12, 1 / 6),
    (1 / 24, -1 / 12, 1 / 6),
    (0, 0, 1),
)


class WinogradConvolution(nn.Conv2d):
    """A convolution of 3 x 3, of our own copy, computed in tiles of 4 x 4 pixels.

    With `transformed`, the weights of shape (36, channels, outputs), a tile takes 36 multiplications for each pair of
    an input and an output channel in place of 144. The gradient of the input is the same convolution read backwards.
    All is done on the calling thread: where torch would use more, its own convolution is taken.
    """

    transformed: torch.Tensor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not (_is_usual(x) and _is_quicker(self, x)):
            return super().forward(x)
        made: torch.Tensor = _InTiles.apply(x, self)  # type: ignore[no-untyped-call]
        return made


class _InTiles(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, layer: WinogradConvolution) -> torch.Tensor:
        ctx.layer = layer
        return _convolved(x, layer.transformed, layer.bias, int(layer.padding[0]))

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        weights, padding = ctx.layer.transformed.transpose(1, 2), 2 - int(ctx.layer.padding[0])
        given = gradient.contiguous(memory_format=torch.channels_last)
        return _convolved(given, weights, None, padding, backwards=True), None


def use_tiles(modules: Iterable[nn.Module]) -> None:
    """Make those that are plain 3 x 3 convolutions in steps of one pixel a `WinogradConvolution`, in place.

    They are of our own copy. Transformed weights take four times the memory of the others: very large ones are left as
    they are, and where there is no room for the rest nothing is done.
    """
    layers = [module for module in modules if isinstance(module, nn.Conv2d) and _can_be_tiled(module)]
    if layers and has_room(_TIMES * sum(layer.weight.nbytes for layer in layers), torch.device("cpu")):
        for layer in layers:
            layer.register_buffer("transformed", _transformed(layer.weight.detach()), persistent=False)
            layer.__class__ = WinogradConvolution


def _can_be_tiled(layer: nn.Conv2d) -> bool:
    return (
        type(layer) is nn.Conv2d
        and layer.kernel_size == (3, 3)
        and layer.stride == layer.dilation == (1, 1)
        and layer.padding in {(0, 0), (1, 1), (2, 2)}
        and layer.padding_mode == "zeros"
        and layer.groups == 1
        and layer.weight.dtype == torch.float32
        and layer.weight.device.type == "cpu"
        and _TIMES * layer.weight.nbytes <= _MOST_WEIGHTS
    )


def _transformed(weight: torch.Tensor) -> torch.Tensor:
    both = torch.tensor(_FILTER)
    return torch.einsum("ia,kcab,jb->ijck", both, weight, both).flatten(0, 1).contiguous()


def _is_usual(x: torch.Tensor) -> bool:
    return (
        x.dtype == torch.float32
        and x.is_contiguous(memory_format=torch.channels_last)
        and torch.get_num_threads() == 1
        and not torch.is_autocast_enabled("cpu")
    )


def _convolved(
    x: torch.Tensor, weights: torch.Tensor, bias: torch.Tensor | None, padding: int, *, backwards: bool = False
) -> torch.Tensor:
    from .tiles import cut, join  # numba takes a while

    rows, channels, height, width = x.shape
    outputs, height, width = weights.shape[2], height + 2 * padding - 2, width + 2 * padding - 2
    made = torch.empty((rows, outputs, height, width), memory_format=torch.channels_last)
    pictures, joined = (tensor.detach().permute(0, 2, 3, 1).numpy() for tensor in (x, made))
    shift = (torch.zeros(outputs) if bias is None else bias.detach()).numpy()
    down, across = -(-height // _SIDE), -(-width // _SIDE)
    layout = np.array([down, across, padding, backwards])
    tiles = rows * down * across
    size = -(-tiles // -(-tiles // _AT_ONCE))  # equal parts
    before, after = torch.empty(36, size, channels), torch.empty(36, size, outputs)
    for first in range(0, tiles, size):
        last = min(first + size, tiles)
        cut(pictures, before.numpy(), first, last, layout)
        torch.bmm(before, weights, out=after)
        join(after.numpy(), shift, joined, first, last, layout)
    return made


def _is_quicker(layer: WinogradConvolution, x: torch.Tensor) -> bool:
    height, width = (min(side, _MOST_PIXELS) for side in x.shape[2:])
    return _is_quicker_at(layer.in_channels, height, width, layer.out_channels, int(layer.padding[0]))


@functools.cache
def _is_quicker_at(channels: int, height: int, width: int, outputs: int, padding: int) -> bool:
    """Whether tiles take less time than torch's own convolution: tried once for each size."""
    rows = max(1, min(_MOST_TRIED, _MOST_PIXELS**2 // (height * width)))
    generator = torch.Generator().manual_seed(0)
    given, weight = (
        torch.randn(shape, generator=generator).contiguous(memory_format=torch.channels_last)
        for shape in ((rows, channels, height, width), (outputs, channels, 3, 3))
    )
    transformed = _transformed(weight)
    plain, tiled = [], []
    with torch.no_grad():
        for _ in range(_ROUNDS):
            plain.append(_seconds(lambda: functional.conv2d(given, weight, padding=padding)))
            tiled.append(_seconds(lambda: _convolved(given, transformed, None, padding)))
    return min(tiled) < _ENOUGH * min(plain)


def _seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
