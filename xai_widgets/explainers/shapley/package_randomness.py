"""Functions of the shap package that draw from numpy's global random state, with a state of their own instead."""

from __future__ import annotations

import types
from typing import Any

import numpy as np


class _Numpy:
    """The numpy module as a function sees it, with another `numpy.random`."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.RandomState(seed % 2**32)  # what the package's functions know

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def own_randomness(given: Any, seed: int) -> Any:
    """Return a function, a class or an explainer of the shap package, so that it draws from its own random state.

    The global one is the user's: other threads draw from it meanwhile. What is returned are copies of the functions,
    and of an explainer an object of a class with copies of its methods; the package stays as it is. Of a class, what
    its own `__init__` draws is meant.

    Examples
    --------
    >>> import shap
    >>> hierarchy = own_randomness(shap.utils.hclust, 0)(np.eye(3), metric="correlation")
    >>> hierarchy.shape
    (2, 4)
    """
    numpy = _Numpy(seed)
    if isinstance(given, types.FunctionType):
        return _copied(given, numpy)
    return _maker(given, numpy) if isinstance(given, type) else _taught(given, numpy)


def _maker(kind: Any, numpy: _Numpy) -> Any:
    """Return what makes an object of a class by a copy of its `__init__`."""

    def make(*given: Any, **named: Any) -> Any:
        made = kind.__new__(kind)
        initialise = kind.__init__
        (_copied(initialise, numpy) if _draws(initialise) else initialise)(made, *given, **named)
        return made

    return make


def _taught(given: Any, numpy: _Numpy) -> Any:
    """Return an explainer, it and those within it of classes with copies of the methods that draw."""
    methods = {
        name: _copied(method, numpy)
        for kind in reversed(type(given).__mro__)
        for name, method in vars(kind).items()
        if _draws(method)
    }
    if methods:
        given.__class__ = type(type(given).__name__, (type(given),), methods)
    for part in list(getattr(given, "__dict__", {}).values()):
        if _is_of_shap(type(part)):
            _taught(part, numpy)
    return given


def _draws(function: Any) -> bool:
    """Whether a function of the package, or one that it calls by name, draws from `np.random`."""
    plain = _plain(function)
    return plain is not None and any("random" in each.__code__.co_names for each in _called(plain))


def _called(function: types.FunctionType) -> list[types.FunctionType]:
    """Return a function and all of the package that it calls by name, directly or not."""
    found = [function]
    for each in found:
        named = (_plain(each.__globals__.get(name)) for name in each.__code__.co_names)
        found += [one for one in dict.fromkeys(named) if one is not None and one not in found]
    return found


def _plain(function: Any) -> types.FunctionType | None:
    """Return a function of the package as Python runs it, even where numba compiles it."""
    plain = getattr(function, "py_func", function)
    return plain if isinstance(plain, types.FunctionType) and _is_of_shap(plain) else None


def _is_of_shap(thing: Any) -> bool:
    return str(thing.__module__).partition(".")[0] == "shap"


def _copied(function: types.FunctionType, numpy: _Numpy) -> types.FunctionType:
    """Return a copy that draws, as those it calls by name do, from a state of its own."""
    copies: dict[types.FunctionType, types.FunctionType] = {}
    for each in _called(function):
        if _draws(each):
            copied = types.FunctionType(
                each.__code__, {**each.__globals__, "np": numpy}, each.__name__, each.__defaults__, each.__closure__
            )
            copied.__kwdefaults__ = each.__kwdefaults__
            copies[each] = copied
    for copied in copies.values():
        seen = copied.__globals__
        for name in copied.__code__.co_names:
            called = _plain(seen.get(name))
            if called in copies:
                seen[name] = copies[called]
    return copies.get(function, function)
