"""Functions compiled by numba, kept on disk in the user's own folder.

That cache knows a function's own file, not those of the functions it calls: a compiled function calls only those of its
own file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba.core import caching

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _place(name: str) -> Any:
    return getattr(caching, name, None) or getattr(caching, f"_{name}")  # older numba has the underscore


class _Places(caching.CompileResultCacheImpl):
    _locator_classes = [_place("UserProvidedCacheLocator"), _place("UserWideCacheLocator")]  # noqa: RUF012 numba's form


class _UserCache(caching.FunctionCache):
    """numba's cache in the user's own folder; by itself numba would write beside this file first."""

    _impl_class = _Places


def compiled(function: _Function) -> _Function:
    """Return a function compiled for the types it is called with, which lets other threads run meanwhile."""
    return _cached(function, numba.njit(nogil=True)(function))


def compiled_with_contraction(function: _Function) -> _Function:
    """Do as `compiled` does, for sums of products: a product may be added to something without being rounded first."""
    return _cached(function, numba.njit(nogil=True, fastmath={"contract"}, error_model="numpy")(function))


def _cached(function: _Function, made: Any) -> _Function:
    make_cache: Any = _UserCache
    with contextlib.suppress(RuntimeError):  # where there is no such folder each process compiles
        made._cache = make_cache(function)  # noqa: SLF001 numba has no public name for this
    compiled: _Function = made
    return compiled
