"""A copy of the user's model that shares its weights and nothing else."""

from __future__ import annotations

import copy
import functools
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from .references import DEEPEST, globals_of, is_object, modules_of, parts, unwrap

_RECURRENT = (nn.RNN.forward, nn.LSTM.forward, nn.GRU.forward)


class CannotShadowError(Exception):
    """The model cannot be copied: it has to be used itself."""


def shadow(model: Callable[..., Any]) -> Callable[..., Any]:
    """Copy a model so that it can be run without touching the original.

    The copy is the same module tree in eval mode with frozen weights. Each parameter and buffer shares the storage
    of the original but has its own version counter, so an optimizer step in another thread neither waits for us
    nor breaks our backward pass. It takes a few milliseconds and no memory for weights.

    Parameters
    ----------
    model : torch.nn.Module or callable
        A module, or a function, method, partial or object that reaches one; see `references.modules_of`.

    Returns
    -------
    callable
        Called as the original.

    Raises
    ------
    CannotShadowError
        Where there is no module to be found, or it refuses to be copied.
    """
    if not modules_of(model):
        raise CannotShadowError(f"no torch module was found in {model!r}")
    try:
        with torch.inference_mode(mode=False):
            copied: Callable[..., Any] = _copy(model, {})
            return copied
    except Exception as error:
        raise CannotShadowError(f"{type(model).__name__} refused to be copied: {error}") from error


def _copy(value: Any, memo: dict[int, Any], *, depth: int = DEEPEST) -> Any:
    value = unwrap(value)
    if id(value) in memo:
        return memo[id(value)]
    if not modules_of(value, depth=depth):
        return value
    if isinstance(value, nn.Module):
        copied: Any = _copy_module(value, memo)
    elif isinstance(value, types.FunctionType):
        copied = _copy_function(value, memo, depth=depth)
    elif is_object(value):
        copied = copy.copy(value)
        if copied is value:
            raise CannotShadowError(f"{type(value).__name__} is its own copy")
        memo[id(value)] = copied  # before its parts, which may refer to it
        vars(copied).update(_copy_all(vars(value), memo, depth=depth - 1))
    else:
        copied = _rebuilt(value, _copy_all(parts(value, depth=depth), memo, depth=depth))
    memo[id(value)] = copied
    return copied


def _copy_all(values: dict[str, Any], memo: dict[int, Any], *, depth: int) -> dict[str, Any]:
    return {name: _copy(value, memo, depth=depth) for name, value in values.items()}


def _rebuilt(value: Any, copies: dict[str, Any]) -> Any:
    if isinstance(value, types.MethodType):
        return types.MethodType(copies["function"], copies["self"])
    if isinstance(value, functools.partial):
        return functools.partial(copies["function"], *copies["arguments"], **copies["keywords"])
    if isinstance(value, dict):
        return dict(zip(value, copies.values(), strict=True))
    return type(value)(copies.values())


def _copy_module(module: nn.Module, memo: dict[int, Any]) -> nn.Module:
    for value in _values(module):
        memo.setdefault(id(value), _share(value))
    for part in module.modules():
        if (inner := unwrap(part)) is not part:
            memo[id(part)] = copy.deepcopy(inner, memo)
    copied = copy.deepcopy(module, memo).eval()
    for part in copied.modules():
        for name, value in vars(part).items():
            if isinstance(value, types.FunctionType):  # a patched forward; deepcopy leaves functions as they are
                vars(part)[name] = _copy(value, memo)
        # cuDNN goes backward in train mode alone; a forward of the reader's own may look at the mode.
        if isinstance(part, nn.RNNBase) and type(part).forward in _RECURRENT:
            part.dropout = 0.0
            part.training = True
    return copied


def _copy_function(function: types.FunctionType, memo: dict[int, Any], *, depth: int) -> types.FunctionType:
    namespace = function.__globals__
    names: dict[str, Any] = {name: namespace[name] for name in ("__builtins__", "__name__") if name in namespace}
    cells = tuple(types.CellType() for _ in function.__closure__ or ())
    copied = types.FunctionType(function.__code__, names, function.__name__, None, cells)
    memo[id(function)] = copied  # before what it refers to, which may be itself
    names.update(_copy_all(globals_of(function), memo, depth=depth))
    for cell, original in zip(cells, function.__closure__ or (), strict=True):
        try:
            cell.cell_contents = _copy(original.cell_contents, memo, depth=depth)
        except ValueError:  # not assigned yet, and so for the copy
            continue
    copied.__defaults__ = _copy(function.__defaults__, memo, depth=depth)
    copied.__kwdefaults__ = _copy(function.__kwdefaults__, memo, depth=depth)
    return copied


def _values(module: nn.Module) -> Iterator[Any]:
    """Yield every tensor and array that hangs on the module tree, plain attributes included.

    Weight norm keeps its computed weight as a plain attribute, which deepcopy refuses ("only tensors created
    explicitly by the user").
    """
    seen: set[int] = set()
    waiting: list[Any] = [vars(part) for part in module.modules()]
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, torch.Tensor | np.ndarray):
            yield value
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple | set):
            waiting.extend(value)


def _share(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value
    # `.data`, not `.detach()`: the latter shares the version counter, so that an optimizer step in another thread
    # would make our backward pass fail.
    data = value.data.clone() if value.is_inference() else value.data
    return nn.Parameter(data, requires_grad=False) if isinstance(value, nn.Parameter) else data
