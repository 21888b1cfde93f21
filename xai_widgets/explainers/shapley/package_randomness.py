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
    """Return a function, or an explainer of the shap package, that draws from its own random state.

    The global one is the user's: other threads draw from it meanwhile. What is returned are copies of the functions,
    and of an explainer an object of a class with copies of its methods; the package stays as it is.

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
    methods = {
        name: _copied(method, numpy)
        for kind in reversed(type(given).__mro__)
        if kind.__module__.partition(".")[0] == "shap"
        for name, method in vars(kind).items()
        if isinstance(method, types.FunctionType) and "np" in method.__globals__
    }
    if methods:
        given.__class__ = type(type(given).__name__, (type(given),), methods)
    return given


def _copied(function: types.FunctionType, numpy: _Numpy) -> types.FunctionType:
    seen = {**function.__globals__, "np": numpy}
    copied = types.FunctionType(function.__code__, seen, function.__name__, function.__defaults__, function.__closure__)
    copied.__kwdefaults__ = function.__kwdefaults__
    return copied
