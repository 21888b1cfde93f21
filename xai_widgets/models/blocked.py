"""The gradient of a convolution's input of few channels, as a convolution with many."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional
from torch.nn.grad import conv2d_input

_FEW = 4  # channels: oneDNN computes 16 at a time, and throws away those that are not there


def input_gradient(layer: nn.Conv2d, shape: tuple[int, ...], gradient: torch.Tensor) -> torch.Tensor:
    """Return the gradient of the input, which has `shape`, from that of the output.

    The same as `conv2d_input`. Of pictures on a CPU, each block of pixels is computed as the channels of one pixel (Shi
    et al. 2016, arXiv 1609.05158, section 3), in a half to a third of the time for the usual first layers.
    """
    weight = layer.weight.to(gradient.dtype)
    if gradient.device.type == "cpu" and shape[1] <= _FEW and _is_usual(layer):
        return _in_blocks(layer, weight, shape, gradient)
    form = layer.stride, layer.padding, layer.dilation, layer.groups
    given: torch.Tensor = conv2d_input(shape, weight, gradient, *form)  # type: ignore[no-untyped-call]
    return given


def _is_usual(layer: nn.Conv2d) -> bool:
    return layer.stride[0] == layer.stride[1] and layer.groups == 1 and set(layer.dilation) == {1}


def _in_blocks(layer: nn.Conv2d, weight: torch.Tensor, shape: tuple[int, ...], gradient: torch.Tensor) -> torch.Tensor:
    stride = layer.stride[0]
    block = stride if stride > 1 else 2
    high, wide = (_Axis(axis, layer, shape, gradient, block) for axis in (0, 1))
    taps = functional.pad(weight, (0, 1, 0, 1))[:, :, high.taps][..., wide.taps]
    kernel = taps.permute(1, 2, 4, 0, 3, 5).flatten(0, 2).contiguous(memory_format=torch.channels_last)
    made = functional.conv2d(gradient, kernel, stride=block // stride, padding=(high.padding, wide.padding))
    blocks = made[:, :, high.skipped : high.skipped + high.blocks, wide.skipped : wide.skipped + wide.blocks]
    return functional.pixel_shuffle(blocks, block)[:, :, : shape[2], : shape[3]]


class _Axis:
    """Which taps of a kernel take part along one axis, and where the convolution over the gradient begins.

    Pixel p of the input is weighed by tap k in output o where stride o = p + padding - k. Of the block q of pixels
    p = block q + a this is o = (block / stride) q + t, for the same steps t in every block.

    Attributes
    ----------
    taps : Tensor
        Of int, shape (block, steps): the tap for each pixel of a block and each step; one more than there are stands
        for none.
    padding, skipped, blocks : int
        Of the gradient, on both sides; how many blocks this makes before the first, and how many there are from it on.
    """

    def __init__(self, axis: int, layer: nn.Conv2d, shape: tuple[int, ...], gradient: torch.Tensor, block: int) -> None:
        length, stride, before = layer.weight.shape[2 + axis], layer.stride[axis], int(layer.padding[axis])
        ahead = block // stride
        first, last = -(-(before - length + 1) // stride), (block - 1 + before) // stride
        taps = torch.arange(block)[:, None] + before - stride * torch.arange(first, last + 1)
        self.taps = torch.where((taps >= 0) & (taps < length), taps, length)
        self.blocks = -(-shape[2 + axis] // block)
        after = ahead * (self.blocks - 1) + last - (gradient.shape[2 + axis] - 1)
        least = max(0, -first, after)
        self.padding = least + (-first - least) % ahead
        self.skipped = (self.padding + first) // ahead
