"""A copy of the user's model that shares its weights and nothing else."""

from __future__ import annotations

import copy
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

_WRAPPED = {"OptimizedModule": "_orig_mod", "DataParallel": "module", "DistributedDataParallel": "module"}


class CannotShadowError(Exception):
    """The model cannot be copied: it has to be used itself."""


def unwrap(model: Any) -> Any:
    """Return the module inside `torch.compile`, `DataParallel` and `DistributedDataParallel`."""
    while type(model).__name__ in _WRAPPED and isinstance(model, nn.Module):
        model = getattr(model, _WRAPPED[type(model).__name__])
    return model


def modules_of(model: Any) -> list[nn.Module]:
    """Return the modules a callable stands on: itself, its `__self__`, or those its code names."""
    return [module for _, module in _references(model)]


def shadow(model: Callable[..., Any]) -> Callable[..., Any]:
    """Copy a model so that it can be run without touching the original.

    The copy is the same module tree in eval mode with frozen weights. Each parameter and buffer shares the storage
    of the original but has its own version counter, so an optimizer step in another thread neither waits for us
    nor breaks our backward pass. It takes a few milliseconds and no memory for weights.

    Parameters
    ----------
    model : torch.nn.Module or callable
        A module, a method bound to one, or a function whose closure or globals name one.

    Returns
    -------
    callable
        Called as the original.

    Raises
    ------
    CannotShadowError
        Where there is no module to be found, or it refuses to be copied.
    """
    model = unwrap(model)
    if isinstance(model, nn.Module):
        return _shadow_module(model)
    if not modules_of(model):
        raise CannotShadowError(f"no torch module was found in {model!r}")
    if isinstance(model, types.MethodType):
        return types.MethodType(model.__func__, _shadow_module(model.__self__))
    return _shadow_function(model)


def _shadow_module(module: nn.Module) -> nn.Module:
    module = unwrap(module)
    memo: dict[int, Any] = {}
    for value in _values(module):
        memo[id(value)] = _share(value)
    try:
        copied = copy.deepcopy(module, memo)
    except Exception as error:
        raise CannotShadowError(f"{type(module).__name__} refused to be copied: {error}") from error
    return copied.eval().requires_grad_(False)


def _shadow_function(function: types.FunctionType) -> types.FunctionType:
    shadows = {name: _shadow_module(module) for name, module in _references(function)}
    code = function.__code__
    closure = tuple(
        types.CellType(shadows[name]) if name in shadows else cell
        for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True)
    )
    copied = types.FunctionType(
        code, {**function.__globals__, **shadows}, function.__name__, function.__defaults__, closure
    )
    copied.__kwdefaults__ = function.__kwdefaults__
    return copied


def _references(model: Any) -> list[tuple[str, nn.Module]]:
    model = unwrap(model)
    if isinstance(model, nn.Module):
        return [("", model)]
    if isinstance(model, types.MethodType):
        return _references(model.__self__) if isinstance(model.__self__, nn.Module) else []
    if not isinstance(model, types.FunctionType):
        return []
    named = {name: model.__globals__.get(name) for name in model.__code__.co_names}
    for name, cell in zip(model.__code__.co_freevars, model.__closure__ or (), strict=True):
        try:
            named[name] = cell.cell_contents
        except ValueError:  # a free variable that has not been assigned yet
            continue
    return [(name, unwrap(value)) for name, value in named.items() if isinstance(value, nn.Module)]


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
