"""Whether a module tree is still put together as it was: cheaper than copying it again."""

from __future__ import annotations

import copy
import types
import weakref
from typing import Any

import torch
from torch import nn

_PLAIN = (bool, int, float, complex, str, bytes, type, type(None), torch.dtype, torch.device, types.BuiltinFunctionType)
_OWN = ("_parameters", "_buffers", "_modules")  # what torch keeps in dicts whose values are looked at one by one


def structure_of(model: Any) -> list[Any] | None:
    """Return what a module is put together from: equal lists mean that nothing was replaced, added or set.

    Modules, weights and buffers stand for themselves and where their values lie, not for those values. None where
    that does not tell: for functions and objects, and for modules with attributes that may change unseen.
    """
    if not isinstance(model, nn.Module):
        return None
    found: list[Any] = []
    for name, part in model.named_modules():
        found += [name, type(part), weakref.ref(part)]  # unlike its id, equal to no other's, and keeps nothing alive
        for attribute, value in vars(part).items():
            if attribute in _OWN:
                if any(isinstance(item, torch.Tensor) and item.is_inference() for item in value.values()):
                    return None  # the shadow has a copy of it
                found += [(key, _place(item)) for key, item in value.items() if not isinstance(item, nn.Module)]
            elif is_plain(value):
                changeable = bool(value) and isinstance(value, list | tuple | dict | set)
                found += [attribute, copy.deepcopy(value) if changeable else value or type(value)]
            else:
                return None
    return found


def _place(weight: torch.Tensor | None) -> Any:
    return (
        None
        if weight is None
        else (id(weight), weight.data_ptr(), weight.dtype, weight.device, weight.shape, weight.stride())
    )


def is_plain(value: Any) -> bool:
    """Whether a value is a number, a text, a type or a function of torch's, or a container of such."""
    if isinstance(value, list | tuple | set | frozenset):
        return all(is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(is_plain(item) for item in (*value, *value.values()))
    return isinstance(value, _PLAIN)
