"""What tells one model, function or array from another: the same text in every process, another for other values."""

from __future__ import annotations

import functools
import hashlib
import re
import types
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .references import DEEPEST, HOOKS, is_module, is_object, is_tensor, modules_of, parts, unwrap

if TYPE_CHECKING:
    import torch
    from torch import nn

_BLOCK = 1 << 14  # bytes
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def fingerprint(*values: Any) -> str:
    """Return a digest of values: of arrays and weights, of code and of what it refers to, never of addresses."""
    return _digest(line for value in values for line in (*_lines(value), *_lines_of_weights(value)))


def fingerprint_of_code(model: Any) -> str:
    """Return a digest of what a model does with its weights: its modules, functions and the values they refer to."""
    return _digest(_lines(model))


def fingerprint_of_weights(model: Any) -> str:
    """Return a digest of the parameters and buffers of every module that a model reaches."""
    return _digest(_lines_of_weights(model))


def fingerprint_of_settings(model: Any) -> str:
    """Return a digest of what hangs on the modules that a model reaches besides weights: attributes, hooks, a forward.

    Of functions their code alone, and of objects their kind: what they refer to may be what they collect.
    """
    from torch import nn

    of_every_module = vars(nn.Module()).keys() - set(HOOKS)
    modules = (part for module in modules_of(model) for part in module.modules())
    return _digest(line for module in modules for line in _lines_of_settings(module, of_every_module))


def weights_of(model: Any) -> Iterator[torch.Tensor]:
    """Yield the parameters and buffers of every module that a model reaches."""
    for module in modules_of(model):
        yield from module.parameters()
        yield from module.buffers()


def _digest(lines: Iterable[str]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for line in lines:
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _lines(value: Any, path: tuple[int, ...] = (), *, depth: int = DEEPEST) -> Iterator[str]:
    value = unwrap(value)
    if isinstance(value, np.ndarray) or is_tensor(value):
        yield _line_of_array(value)
    elif is_module(value):
        yield from _lines_of_module(value)
    elif id(value) in path:  # a function that names itself
        yield "again"
    else:
        if isinstance(value, types.FunctionType):
            yield from _lines_of_code(value.__code__)
        else:
            yield _name_of(value)
        inside = parts(value, depth=depth)
        for name, part in inside.items():
            yield name
            yield from _lines(part, (*path, id(value)), depth=depth - is_object(value))
        if not (inside or is_object(value) or isinstance(value, types.ModuleType) or hasattr(value, "__qualname__")):
            yield _ADDRESS.sub("", repr(value))


def _lines_of_module(module: nn.Module) -> Iterator[str]:
    for name, part in module.named_modules():
        kind = type(part)
        yield f"{name} {_name_of(kind)} {part.extra_repr()}"
        if not kind.__module__.startswith("torch.") and isinstance(kind.forward, types.FunctionType):
            yield from _lines_of_code(kind.forward.__code__)
        yield from (own for own, _ in [*part.named_parameters(recurse=False), *part.named_buffers(recurse=False)])


def _lines_of_settings(module: nn.Module, but: set[str]) -> Iterator[str]:
    from .structure import is_plain

    for name, value in vars(module).items():
        if name in but:
            continue
        yield name
        if name in HOOKS:
            yield from (line for hook in value.values() for line in _lines_of_hook(hook))
        elif isinstance(value, np.ndarray) or (is_tensor(value) and _is_dense(value)):
            yield _line_of_array(value)
        elif is_tensor(value):
            yield str(value)
        elif is_plain(value):
            yield _ADDRESS.sub("", repr(sorted(map(repr, value)) if isinstance(value, set | frozenset) else value))
        else:
            yield from _lines_of_hook(value)


def _is_dense(tensor: torch.Tensor) -> bool:
    import torch

    return tensor.layout == torch.strided and not tensor.is_nested


def _lines_of_hook(value: Any) -> Iterator[str]:
    while isinstance(value, functools.partial | types.MethodType):
        value = value.func if isinstance(value, functools.partial) else value.__func__
    if isinstance(value, types.FunctionType):
        yield from _lines_of_code(value.__code__)
    else:
        yield _name_of(type(value))


def _lines_of_weights(model: Any) -> Iterator[str]:
    yield from map(_line_of_array, weights_of(model))


def _lines_of_code(code: types.CodeType) -> Iterator[str]:
    yield f"{code.co_code.hex()} {code.co_names}"
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _lines_of_code(constant)
        else:
            yield repr(sorted(map(repr, constant)) if isinstance(constant, frozenset) else constant)


def _line_of_array(array: torch.Tensor | np.ndarray) -> str:
    if isinstance(array, np.ndarray) and array.dtype.hasobject:
        return repr(array)
    octets = np.array(array).reshape(-1).view(np.uint8) if isinstance(array, np.ndarray) else _octets_of(array)
    # Added up by rows and by columns before they are read: quicker, and little leaves a GPU. By columns half a word
    # further on, because the highest bit, the sign of a float64, is lost in a sum of an even number of words.
    whole = max(0, len(octets) - 4) // _BLOCK * _BLOCK
    check = zlib.crc32(_read(octets[whole:]).data)
    for axis, first in ((1, 0), (0, 4)) if whole else ():
        check = zlib.crc32(_sum_of_words(octets[first : first + whole], axis).data, check)
    return f"{array.dtype} {tuple(array.shape)} {check:08x}"


def _octets_of(tensor: torch.Tensor) -> np.ndarray | torch.Tensor:
    """Return the octets of a tensor: of the CPU's as numpy has them."""
    import torch

    with torch.no_grad():
        octets = tensor.detach().flatten().view(torch.uint8)
    return octets.numpy() if octets.device.type == "cpu" else octets


def _read(numbers: np.ndarray | torch.Tensor) -> np.ndarray:
    return numbers if isinstance(numbers, np.ndarray) else numbers.cpu().numpy()


def _sum_of_words(octets: np.ndarray | torch.Tensor, axis: int) -> np.ndarray:
    shape = (-1, _BLOCK // 8)
    if isinstance(octets, np.ndarray):
        return np.asarray(octets.view(np.int64).reshape(shape).sum(axis))
    import torch

    if octets.storage_offset() % 8:
        octets = octets.clone()
    return _read(octets.view(torch.int64).view(shape).sum(axis))


def _name_of(value: Any) -> str:
    named = value if hasattr(value, "__qualname__") or isinstance(value, types.ModuleType) else type(value)
    return f"{getattr(named, '__module__', '')}.{getattr(named, '__qualname__', named.__name__)}"
