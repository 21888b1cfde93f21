"""What a callable stands on: the modules it will run, however it names them."""

from __future__ import annotations

import dis
import functools
import sys
import sysconfig
import types
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

if TYPE_CHECKING:
    import torch
    from torch import nn

_WRAPPED = {"OptimizedModule": "_orig_mod", "DataParallel": "module", "DistributedDataParallel": "module"}
HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")  # of a module
_MOST_ITEMS = 10_000  # a longer list holds data, not models
DEEPEST = 3  # objects in objects in objects; further down lies what trained the model, not the model
_LIBRARIES = tuple(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
_OPAQUE = (np.ndarray, np.generic, type, types.ModuleType, types.CodeType, str, bytes)


def is_module(value: Any) -> TypeGuard[nn.Module]:
    """Whether a value is a module of torch, which is not imported for it."""
    nn = getattr(sys.modules.get("torch"), "nn", None)  # another thread may be importing it
    return isinstance(value, getattr(nn, "Module", ()))


def is_tensor(value: Any) -> TypeGuard[torch.Tensor]:
    """Whether a value is a tensor of torch, which is not imported for it."""
    return isinstance(value, getattr(sys.modules.get("torch"), "Tensor", ()))


def unwrap(model: Any) -> Any:
    """Return the module inside `torch.compile`, `DataParallel` and `DistributedDataParallel`."""
    while type(model).__name__ in _WRAPPED and is_module(model):
        model = getattr(model, _WRAPPED[type(model).__name__])
    return model


def modules_of(model: Any, *, depth: int = DEEPEST) -> list[nn.Module]:
    """Return the modules a callable stands on: itself, or those it reaches.

    The way leads through bound methods, partials, the globals, closures and defaults of functions, lists and dicts,
    and the attributes of objects, `depth` of them in each other.
    """
    found: list[nn.Module] = []
    seen: dict[int, Any] = {}  # keeps what it has seen, so that no id is given twice
    waiting = [(model, depth)]
    while waiting:
        value, depth = waiting.pop()
        value = unwrap(value)
        if id(value) in seen:
            continue
        seen[id(value)] = value
        if is_module(value):
            found.append(value)
        else:
            waiting.extend((part, depth - is_object(value)) for part in parts(value, depth=depth).values())
    return found


def parts(value: Any, *, depth: int) -> dict[str, Any]:
    """Return what a function, method, partial, container or object refers to, by name."""
    if isinstance(value, types.FunctionType):
        return {**globals_of(value), **_closure_of(value), "defaults": value.__defaults__, "only": value.__kwdefaults__}
    if isinstance(value, types.MethodType):
        return {"self": value.__self__, "function": value.__func__}
    if isinstance(value, functools.partial):
        return {"function": value.func, "arguments": value.args, "keywords": value.keywords}
    if isinstance(value, list | tuple | dict):
        if len(value) > _MOST_ITEMS:
            return {}
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {str(key): item for key, item in items}
    return dict(vars(value)) if depth > 0 and is_object(value) else {}


def is_object(value: Any) -> bool:
    """Whether a value is an object with attributes, and nothing this file knows better."""
    known = (types.FunctionType, types.MethodType, functools.partial, list, tuple, dict, *_OPAQUE)
    return hasattr(value, "__dict__") and not (isinstance(value, known) or is_module(value) or is_tensor(value))


def globals_of(function: types.FunctionType) -> dict[str, Any]:
    """Return the global variables that a function, or one defined inside it, reads; none of a library's."""
    if function.__code__.co_filename.startswith(_LIBRARIES):
        return {}
    known = function.__globals__
    return {name: known[name] for name in _global_names(function.__code__) if name in known}


@functools.lru_cache(1024)
def _global_names(code: types.CodeType) -> tuple[str, ...]:
    names = {each.argval for each in dis.get_instructions(code) if each.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    inside = [_global_names(constant) for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return tuple(sorted(names.union(*inside)))


def _closure_of(function: types.FunctionType) -> dict[str, Any]:
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # a free variable that has not been assigned yet
            continue
    return found
