"""Two linear layers with a ReLU between them along a line: what they make of it is straight but where a unit switches.

So the second layer is asked about the line's first point and its direction alone, instead of every point: what a unit
adds to both is added or taken away where it switches on or off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..models.compiled import compiled_with_contraction

if TYPE_CHECKING:
    import torch

FEWEST_POINTS = 8  # fewer are asked about one by one in less time


def bends(module: Any) -> bool:
    """Whether a chain's second and third part are a plain ReLU and a plain linear layer, in this machine's memory."""
    import torch
    from torch import nn

    from ..models.fused import is_plain

    return (
        len(module) > 2
        and is_plain(module[1], nn.ReLU)
        and is_plain(module[2], nn.Linear)
        and module[2].weight.device.type == "cpu"
        and module[2].weight.dtype in (torch.float32, torch.float64)
    )


def bent_lines(
    layer: torch.nn.Linear, starts: torch.Tensor, direction: torch.Tensor, distances: torch.Tensor, at_once: int
) -> Iterator[torch.Tensor]:
    """Yield what a linear layer makes of the ReLU of points on lines, one line for each row.

    Parameters
    ----------
    layer : torch.nn.Linear
    starts : Tensor of shape (rows, units)
        Where the lines begin.
    direction : Tensor of shape (units,)
        The same for all.
    distances : Tensor of shape (points,)
        Where the points are on each line, from 0 on in ascending order.
    at_once : int
        Rows of what is yielded.

    Yields
    ------
    Tensor of shape (at_once or fewer, points, outputs)
    """
    import torch
    from torch.nn.functional import linear

    values = layer(starts.relu()).detach()
    slopes = linear(torch.where(starts > 0, direction, 0), layer.weight).detach()
    along, points, weights = (each.detach().contiguous().numpy() for each in (direction, distances, layer.weight.T))
    for first in range(0, len(starts), at_once):
        begin, value, slope = (each[first : first + at_once].numpy() for each in (starts, values, slopes))
        found = torch.empty(len(begin), len(points), values.shape[1], dtype=values.dtype)
        _follow(begin, along, points, weights, value, slope, found.numpy())
        yield found


@compiled_with_contraction
def _follow(
    starts: np.ndarray,
    direction: np.ndarray,
    distances: np.ndarray,
    weights: np.ndarray,
    values: np.ndarray,
    slopes: np.ndarray,
    found: np.ndarray,
) -> None:
    """Follow each row's line; `values` and `slopes` are the layer's at its start, `weights` of shape (units, outputs).

    Both are written over.
    """
    first_at, next_one = np.empty(len(distances), np.int64), np.empty(len(direction), np.int64)
    for row in range(len(starts)):
        value, slope = values[row], slopes[row]
        _list_switches(starts[row], direction, distances, first_at, next_one)
        for point in range(len(distances)):
            unit = first_at[point]
            while unit >= 0:
                start, rise = starts[row, unit], direction[unit]
                if start > 0:
                    start, rise = -start, -rise
                for k in range(len(value)):
                    value[k] += start * weights[unit, k]
                    slope[k] += rise * weights[unit, k]
                unit = next_one[unit]
            distance = distances[point]
            for k in range(len(value)):
                found[row, point, k] = value[k] + distance * slope[k]


@compiled_with_contraction
def _list_switches(
    starts: np.ndarray, direction: np.ndarray, distances: np.ndarray, first_at: np.ndarray, next_one: np.ndarray
) -> None:
    """Chain the units that switch at a point: from `first_at` of the point by `next_one` of each unit to -1."""
    first_at[:] = -1
    end = len(distances) - 1
    for unit in range(len(direction)):
        start, rise = starts[unit], direction[unit]
        was_on = start > 0
        if (start + distances[end] * rise > 0) != was_on:
            before, point = 0, end
            while point - before > 1:
                middle = (before + point) // 2
                if (start + distances[middle] * rise > 0) == was_on:
                    before = middle
                else:
                    point = middle
            next_one[unit], first_at[point] = first_at[point], unit
