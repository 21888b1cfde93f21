"""Pictures cut into tiles and put together again, both in the form in which a 3 x 3 convolution is a product.

Of Winograd's convolution F(4 x 4, 3 x 3) (Lavin and Gray 2016, arXiv 1509.09308, section 4.3): the transforms of the
input's and of the output's tiles. A tile is 4 x 4 pixels of the output, and 6 x 6 of the input; its transform has 36
numbers for each channel.

Lengths of inner loops and steps between numbers are constants, and positions are unsigned where they are not: else
the compiler does not see that eight channels may be taken at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import uintp

from .compiled import compiled_with_contraction, part_with_contraction

CHANNELS = 64  # at a time, so that what is worked on stays in the nearest cache
_ROW = 6 * CHANNELS
_TILE = 6 * _ROW


@compiled_with_contraction
def cut(pictures: Any, made: Any, first: int, last: int, layout: Any) -> None:
    """Transform the tiles `first` to `last`.

    Parameters
    ----------
    pictures : ndarray
        Of float32, shape (N, height, width, channels).
    made : ndarray
        Of float32, shape (36, tiles, channels), where tile `first` comes first.
    first, last : int
        Tiles are counted through all pictures.
    layout : ndarray
        Of int64: how many tiles lie below and beside each other in a picture, how many pixels of zeros are put before
        its first, and whether it is read backwards (1).
    """
    channels, numbers, tiles, written = (
        pictures.shape[3],
        np.zeros(2 * _TILE, np.float32),
        made.shape[1],
        made.reshape(-1),
    )
    for tile in range(first, last):
        for channel in range(0, channels, CHANNELS):
            size = min(CHANNELS, channels - channel)
            _read(pictures, numbers, tile, channel, size, layout)
            _transform(numbers, 0, _TILE)
            _transform(numbers, _TILE, 0)
            for k in range(36):
                to = (k * tiles + tile - first) * channels + channel
                for c in range(size):
                    written[uintp(to + c)] = numbers[uintp(k * CHANNELS + c)]


@compiled_with_contraction
def join(made: Any, bias: Any, pictures: Any, first: int, last: int, layout: Any) -> None:
    """Put the tiles `first` to `last` together, and add the bias of each channel.

    The parameters are those of `cut`; `made` is read here, and `pictures` are written. No zeros were put before them.
    """
    channels, numbers, tiles, read = pictures.shape[3], np.zeros(2 * _TILE, np.float32), made.shape[1], made.reshape(-1)
    for tile in range(first, last):
        for channel in range(0, channels, CHANNELS):
            size = min(CHANNELS, channels - channel)
            for k in range(36):
                at = (k * tiles + tile - first) * channels + channel
                for c in range(size):
                    numbers[uintp(k * CHANNELS + c)] = read[uintp(at + c)]
            _transform_back(numbers, 0, _TILE, 6)
            _transform_back(numbers, _TILE, 0, 4)
            _write(pictures, numbers, bias, tile, channel, size, layout)


@part_with_contraction
def _transform(numbers: Any, at: int, to: int) -> None:
    """Transform the columns of 6 x 6 numbers, and make them rows."""
    for column in range(6):
        for c in range(CHANNELS):
            k = at + column * CHANNELS + c
            a, b, d = numbers[k], numbers[k + _ROW], numbers[k + 2 * _ROW]
            e, f, g = numbers[k + 3 * _ROW], numbers[k + 4 * _ROW], numbers[k + 5 * _ROW]
            k = to + column * _ROW + c
            numbers[k] = np.float32(4) * a - np.float32(5) * d + f
            numbers[k + CHANNELS] = (f - np.float32(4) * d) + (e - np.float32(4) * b)
            numbers[k + 2 * CHANNELS] = (f - np.float32(4) * d) - (e - np.float32(4) * b)
            numbers[k + 3 * CHANNELS] = (f - d) + np.float32(2) * (e - b)
            numbers[k + 4 * CHANNELS] = (f - d) - np.float32(2) * (e - b)
            numbers[k + 5 * CHANNELS] = np.float32(4) * b - np.float32(5) * e + g


@part_with_contraction
def _transform_back(numbers: Any, at: int, to: int, columns: int) -> None:
    """Make four numbers of the six in each column, and rows of the columns."""
    for column in range(columns):
        for c in range(CHANNELS):
            k = at + column * CHANNELS + c
            a, b, d = numbers[k], numbers[k + _ROW], numbers[k + 2 * _ROW]
            e, f, g = numbers[k + 3 * _ROW], numbers[k + 4 * _ROW], numbers[k + 5 * _ROW]
            k = to + column * _ROW + c
            numbers[k] = a + (b + d) + (e + f)
            numbers[k + CHANNELS] = (b - d) + np.float32(2) * (e - f)
            numbers[k + 2 * CHANNELS] = (b + d) + np.float32(4) * (e + f)
            numbers[k + 3 * CHANNELS] = (b - d) + np.float32(8) * (e - f) + g


@part_with_contraction
def _read(pictures: Any, numbers: Any, tile: int, channel: int, size: int, layout: Any) -> None:
    """Read some channels of a tile's 6 x 6 pixels; there are zeros around a picture."""
    picture, top, left = _place(tile, layout)
    height, width, channels, read = pictures.shape[1], pictures.shape[2], pictures.shape[3], pictures.reshape(-1)
    for i in range(6):
        y = top - layout[2] + i
        y = height - 1 - y if layout[3] else y
        for j in range(6):
            x = left - layout[2] + j
            x = width - 1 - x if layout[3] else x
            to = i * _ROW + j * CHANNELS
            if 0 <= y < height and 0 <= x < width:
                at = ((picture * height + y) * width + x) * channels + channel
                for c in range(size):
                    numbers[uintp(to + c)] = read[uintp(at + c)]
            else:
                for c in range(size):
                    numbers[uintp(to + c)] = 0


@part_with_contraction
def _write(pictures: Any, numbers: Any, bias: Any, tile: int, channel: int, size: int, layout: Any) -> None:
    """Write some channels of a tile's 4 x 4 pixels, those that are in the picture."""
    picture, top, left = _place(tile, layout)
    height, width, channels, written = pictures.shape[1], pictures.shape[2], pictures.shape[3], pictures.reshape(-1)
    for i in range(min(4, height - top)):
        y = height - 1 - top - i if layout[3] else top + i
        for j in range(min(4, width - left)):
            x = width - 1 - left - j if layout[3] else left + j
            at, to = i * _ROW + j * CHANNELS, ((picture * height + y) * width + x) * channels + channel
            for c in range(size):
                written[uintp(to + c)] = numbers[uintp(at + c)] + bias[uintp(channel + c)]


@part_with_contraction
def _place(tile: int, layout: Any) -> Any:
    down, across = layout[0], layout[1]
    place = tile % (down * across)
    return tile // (down * across), 4 * (place // across), 4 * (place % across)
