"""Functions compiled by numba, kept on disk in the user's own folder.

That cache knows a function's own file, not those of the functions it calls: a compiled function calls only those of its
own file.

The first time on a machine the functions are compiled while somebody waits for a picture. What makes that long is what
numba compiles along: assignments to slices (with their error messages), reductions, a function for each type of its
arguments. So loops are written out, and positions have one type.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba.core import caching

from .compiling import tell_of_compiling

_ALONE = {"nogil": True, "no_cfunc_wrapper": True}
_CONTRACTED = {"fastmath": {"contract"}, "error_model": "numpy"}
_njit: Any = numba.njit  # whose declaration leaves out what wrappers there are
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _place(name: str) -> Any:
    return getattr(caching, name, None) or getattr(caching, f"_{name}")  # older numba has the underscore


class _Places(caching.CompileResultCacheImpl):
    _locator_classes = [_place("UserProvidedCacheLocator"), _place("UserWideCacheLocator")]  # noqa: RUF012 numba's form


class _UserCache(caching.FunctionCache):
    """numba's cache in the user's own folder; by itself numba would write beside this file first."""

    _impl_class = _Places

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        found = super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        if found is None:
            tell_of_compiling()
        return found


def compiled(function: _Function) -> _Function:
    """Return a function compiled for the types it is called with, which lets other threads run meanwhile."""
    return _cached(function, _njit(**_ALONE)(function))


def compiled_with_contraction(function: _Function) -> _Function:
    """Do as `compiled` does, for sums of products: a product may be added to something without being rounded first."""
    return _cached(function, _njit(**_ALONE, **_CONTRACTED)(function))


def part(function: _Function) -> _Function:
    """Return a function that compiled ones of its file call, and nobody else: it takes less time to compile."""
    made: _Function = _njit(**_ALONE, no_cpython_wrapper=True)(function)
    return made


def part_with_contraction(function: _Function) -> _Function:
    """Do as `part` does, for those that `compiled_with_contraction` makes."""
    made: _Function = _njit(**_ALONE, **_CONTRACTED, no_cpython_wrapper=True)(function)
    return made


def _cached(function: _Function, made: Any) -> _Function:
    make_cache: Any = _UserCache
    with contextlib.suppress(RuntimeError):  # where there is no such folder each process compiles
        made._cache = make_cache(function)  # noqa: SLF001 numba has no public name for this
    compiled: _Function = made
    return compiled
