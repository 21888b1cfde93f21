"""A linear layer and the ReLU after it in one call, where this machine is faster at that."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn.functional import linear

_ROWS, _ROUNDS = 2048, 9
_ENOUGH = 0.9  # it has to be this much faster: it is no public operator
_WITHIN = 1e-4  # relative; both compute in float32


def fused(parts: list[nn.Module]) -> list[Callable[[torch.Tensor], torch.Tensor]]:
    """Return what a chain of modules does, as functions of which the first may write over what it is given.

    Only plain layers are changed: a linear layer takes a ReLU after it along, and a ReLU writes over what nobody else
    can hold.
    """
    functions: list[Callable[[torch.Tensor], torch.Tensor]] = []
    before: nn.Module | None = None
    for part in parts:
        is_linear = before is not None and is_plain(before, nn.Linear)
        if not is_plain(part, nn.ReLU) or not (is_linear or before is None):
            functions.append(part)
        elif isinstance(before, nn.Linear) and _is_quicker_fused(before):
            functions[-1] = functools.partial(_linear_relu, before)
        else:
            functions.append(torch.relu_)
        before = part
    return functions


def is_plain(part: nn.Module, kind: type[nn.Module]) -> bool:
    """Whether a part is of a kind itself, with nothing hung on it."""
    has_hooks = part._forward_hooks or part._forward_pre_hooks  # noqa: SLF001 (there is no public name)
    return type(part) is kind and "forward" not in vars(part) and not has_hooks


def _linear_relu(layer: nn.Linear, given: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = torch.ops.mkldnn._linear_pointwise(given, layer.weight, layer.bias, "relu", [], "")  # noqa: SLF001 (as above)
    return found


def _is_quicker_fused(layer: nn.Linear) -> bool:
    if layer.weight.device.type != "cpu" or layer.weight.dtype != torch.float32:
        return False
    return _is_quicker(layer.in_features, layer.out_features, layer.bias is not None, torch.get_num_threads())


@functools.cache
def _is_quicker(columns: int, outputs: int, bias: bool, threads: int) -> bool:  # noqa: ARG001, FBT001 (known by them)
    """Whether oneDNN's layer gives the same in less time than torch's own: tried once for each size of a layer."""
    generator = torch.Generator().manual_seed(0)
    given, weight = (torch.randn(rows, columns, generator=generator) for rows in (_ROWS, outputs))
    layer = nn.Linear(1, 1, bias=bias)
    layer.weight = nn.Parameter(weight, requires_grad=False)
    if bias:
        layer.bias = nn.Parameter(weight[:, 0].clone(), requires_grad=False)
    try:
        expected, found = linear(given, layer.weight, layer.bias).relu_(), _linear_relu(layer, given)
        if not torch.allclose(found, expected, rtol=_WITHIN, atol=_WITHIN * float(expected.abs().max())):
            return False
        plain, together = [], []
        for _ in range(_ROUNDS):
            plain.append(_seconds(lambda: linear(given, layer.weight, layer.bias).relu_()))
            together.append(_seconds(lambda: _linear_relu(layer, given)))
    except (RuntimeError, AttributeError, NotImplementedError):  # torch of another version, or built without oneDNN
        return False
    return min(together) < _ENOUGH * min(plain)


def _seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
