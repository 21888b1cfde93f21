"""Convolutions of 3 x 3 with a quarter of the multiplications, where this machine is faster at that."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.autograd.function import once_differentiable
from torch.nn import functional

from .memory import has_room
from .quicker import is_quicker

_SIDE = 4  # of a tile, in pixels of the output
_AT_ONCE, _FEWEST = 7 << 19, 48  # bytes of tiles before and after their product: they stay in the caches; tiles
_MOST_TRIED, _MOST_PIXELS, _ROUNDS = 4, 28, 4  # rows and their sides when it is tried, and how often
_ENOUGH = 0.95  # of the time of torch's own convolution
_TIMES = 4  # as many numbers as the weights have
_MOST_WEIGHTS = 16 << 20  # bytes of a layer's transformed weights: of few rows, reading more takes what they save
_CPU = torch.device("cpu")
_FLOAT: dict[str, Any] = {"dtype": torch.float32, "device": _CPU}  # whatever the reader's defaults are
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

    With transformed weights, of shape (36, channels, outputs), a tile takes 36 multiplications for each pair of an
    input and an output channel in place of 144. The gradient of the input is the same convolution read backwards.
    """

    transformed: torch.Tensor | None = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not (_is_usual(x) and self._is_quicker(x)):
            return super().forward(x)
        if self.transformed is None:
            self.transformed = _transformed(self.weight.detach())
        made: torch.Tensor = _InTiles.apply(x, self)  # type: ignore[no-untyped-call]
        return made

    def _is_quicker(self, x: torch.Tensor) -> bool:
        height, width = (min(side, _MOST_PIXELS) for side in x.shape[2:])
        return _is_quicker_at(self.in_channels, height, width, self.out_channels, int(self.padding[0]))


class _InTiles(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, layer: WinogradConvolution) -> torch.Tensor:
        ctx.layer = layer
        return _convolved(x, layer.transformed, layer.bias, int(layer.padding[0]))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        weights, padding = ctx.layer.transformed.transpose(1, 2), 2 - int(ctx.layer.padding[0])
        given = gradient.contiguous(memory_format=torch.channels_last)
        return _convolved(given, weights, None, padding, backwards=True), None


def are_tiles_ready() -> bool:
    """Whether the code for tiles is loaded; the first who asks has it loaded, on a thread of its own."""
    return _loading().is_set()


def for_tiles(modules: Iterable[nn.Module]) -> list[nn.Conv2d]:
    """Return the plain 3 x 3 convolutions in steps of one pixel, where there is room for their weights a second time.

    Transformed weights take four times the memory of the others: very large ones are left as they are.
    """
    layers = [module for module in modules if isinstance(module, nn.Conv2d) and _can_be_tiled(module)]
    return layers if has_room(_TIMES * sum(layer.weight.nbytes for layer in layers), _CPU) else []


def use_tiles(layers: Iterable[nn.Conv2d]) -> None:
    """Have convolutions that are `for_tiles` computed in tiles. They are of our own copy, and changed in place."""
    for layer in layers:
        layer.__class__ = WinogradConvolution


def without_tiles(modules: Iterable[nn.Module]) -> bool:
    """Take back what `use_tiles` did, and say whether there was any."""
    layers = [module for module in modules if isinstance(module, WinogradConvolution)]
    for layer in layers:
        layer.transformed = None
        layer.__class__ = nn.Conv2d  # type: ignore[assignment]
    return bool(layers)


@functools.cache
def _loading() -> threading.Event:
    """Load the code: it takes a second, and some more the first time on a machine."""
    loaded = threading.Event()

    def load() -> None:
        with contextlib.suppress(Exception):  # without numba nothing is lost but time
            _convolved(torch.zeros((1, 1, 4, 4), **_FLOAT), torch.zeros((36, 1, 1), **_FLOAT), None, 1)
            loaded.set()

    # Not as a daemon: a process that ends while one is in the compiler is aborted. It waits for the rest of a second.
    threading.Thread(target=load, name="xai_widgets tiles", daemon=False).start()
    return loaded


@functools.cache
def _kept() -> threading.local:
    """Return what each thread writes its tiles in: asked for anew at every call, it would scatter the other memory."""
    return threading.local()


def _room(numbers: int) -> torch.Tensor:
    room: torch.Tensor | None = getattr(_kept(), "room", None)
    if room is None or len(room) < numbers:
        room = _kept().room = torch.empty(numbers, **_FLOAT)
    return room[:numbers]


def _can_be_tiled(layer: nn.Conv2d) -> bool:
    return (
        type(layer) is nn.Conv2d
        and layer.kernel_size == (3, 3)
        and layer.stride == layer.dilation == (1, 1)
        and layer.padding in {(0, 0), (1, 1), (2, 2)}
        and layer.padding_mode == "zeros"
        and layer.groups == 1
        and layer.weight.dtype == torch.float32
        and layer.weight.device == _CPU
        and _TIMES * layer.weight.nbytes <= _MOST_WEIGHTS
    )


def _transformed(weight: torch.Tensor) -> torch.Tensor:
    both = torch.tensor(_FILTER, **_FLOAT)
    return torch.einsum("ia,kcab,jb->ijck", both, weight, both).flatten(0, 1).contiguous()


def _is_usual(x: torch.Tensor) -> bool:
    return (
        x.dtype == torch.float32
        and len(x) > 0
        and x.is_contiguous(memory_format=torch.channels_last)
        and not torch.is_autocast_enabled("cpu")
    )


def _convolved(
    x: torch.Tensor, weights: torch.Tensor | None, bias: torch.Tensor | None, padding: int, *, backwards: bool = False
) -> torch.Tensor:
    from .tiles import cut, join  # numba takes a while

    assert weights is not None
    rows, channels, height, width = x.shape
    outputs, height, width = weights.shape[2], height + 2 * padding - 2, width + 2 * padding - 2
    made = torch.empty((rows, outputs, height, width), memory_format=torch.channels_last, **_FLOAT)
    pictures, joined = (tensor.detach().permute(0, 2, 3, 1).numpy() for tensor in (x, made))
    shift = (torch.zeros(outputs, **_FLOAT) if bias is None else bias.detach()).numpy()
    down, across = -(-height // _SIDE), -(-width // _SIDE)
    layout = np.array([down, across, padding, backwards])
    tiles = rows * down * across
    most = max(_FEWEST, _AT_ONCE // (4 * 36 * (channels + outputs)))
    size = -(-tiles // -(-tiles // most))  # equal parts
    room = _room(36 * size * (channels + outputs))
    before, after = (part.view(36, size, -1) for part in room.tensor_split([36 * size * channels]))
    for first in range(0, tiles, size):
        last = min(first + size, tiles)
        cut(pictures, before.numpy(), first, last, layout)
        torch.bmm(before, weights, out=after)
        join(after.numpy(), shift, joined, first, last, layout)
    return made


@functools.cache
def _is_quicker_at(channels: int, height: int, width: int, outputs: int, padding: int) -> bool:
    """Whether tiles take less time than torch's own convolution: tried once for each size."""
    rows = max(1, min(_MOST_TRIED, _MOST_PIXELS**2 // (height * width)))
    generator = torch.Generator().manual_seed(0)
    given, weight = (
        torch.randn(shape, generator=generator, **_FLOAT).contiguous(memory_format=torch.channels_last)
        for shape in ((rows, channels, height, width), (outputs, channels, 3, 3))
    )
    transformed = _transformed(weight)
    with torch.no_grad():
        return is_quicker(
            lambda: _convolved(given, transformed, None, padding),
            lambda: functional.conv2d(given, weight, padding=padding),
            rounds=_ROUNDS,
            enough=_ENOUGH,
        )
