"""Copy-as-code: the Python call that reproduces what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

_MOST_ITEMS = 1000  # of a container that is searched for the reader's object


def call_as_code(function: str, names: Mapping[str, str | None], parameters: Mapping[str, Any]) -> str:
    """Write a call.

    Parameters
    ----------
    function : str
        What is called.
    names : mapping of str to str or None
        How the notebook calls the reader's own objects; see `notebook_expressions`. The first two, the model
        and the data, are the positional arguments. What has no name is named in a comment, for the reader to fill in.
    parameters : mapping of str to object
        The keyword arguments; plain values are written by `repr`, the reader's objects by their name.
    """
    plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in parameters.items()}
    own = {name for name, value in plain.items() if callable(value) or not _is_plain(value)}
    asked = [*list(names)[:2], *(name for name in plain if name in own)]
    written = [names[name] or name for name in asked[:2]]
    written += [f"{name}={(names.get(name) or name) if name in own else repr(value)}" for name, value in plain.items()]
    unnamed = [name for name in asked if names.get(name) is None]
    comment = f"# {', '.join(unnamed)}: what was given to this view\n" if unnamed else ""
    one_line = f"{function}({', '.join(written)})"
    if len(one_line) <= 100:
        return comment + one_line
    return f"{comment}{function}(\n    " + ",\n    ".join(written) + ",\n)"


def notebook_expressions(values: Mapping[str, Any]) -> dict[str, str | None]:
    """Return for each object the expression that gives it in the notebook: its name, or its place in a named container.

    None where there is none.
    """
    namespace = _namespace()
    return {name: None if _is_plain(value) else _expression(value, namespace) for name, value in values.items()}


def _namespace() -> dict[str, Any]:
    try:
        from IPython import get_ipython
    except ImportError:
        return {}
    shell = get_ipython()
    names = dict(shell.user_ns) if shell is not None else {}
    return {name: value for name, value in names.items() if not name.startswith("_")}


def _expression(wanted: Any, namespace: dict[str, Any]) -> str | None:
    for name, value in namespace.items():
        if value is wanted:
            return name
    for name, value in namespace.items():
        place = _place_in(value, wanted)
        if place is not None:
            return f"{name}[{place}]"
    return None


def _place_in(value: Any, wanted: Any) -> int | None:
    try:
        if _is_container(value) and 0 < len(value) <= _MOST_ITEMS:
            return next((index for index in range(len(value)) if _is_same(value[index], wanted)), None)
    except Exception:  # noqa: BLE001 (a sparse tensor, a list of files that are gone: it is the reader's)
        return None
    return None


def _is_container(value: Any) -> bool:
    if isinstance(value, str | bytes):
        return False
    return isinstance(value, Sequence) or (_memory_of(value) is not None and value.ndim > 0)


def _is_same(value: Any, wanted: Any) -> bool:
    """Whether two objects are one, or two views of the same numbers."""
    if value is wanted:
        return True
    memory = _memory_of(value)
    return memory is not None and memory == _memory_of(wanted)


def _memory_of(value: Any) -> tuple[Any, ...] | None:
    if isinstance(value, np.ndarray):
        return value.__array_interface__["data"][0], value.shape, value.strides
    if type(value).__module__ == "torch" and hasattr(value, "data_ptr"):
        return value.data_ptr(), tuple(value.shape), value.stride()
    return None


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value)) and not isinstance(value, tuple)
    if isinstance(value, dict):
        return all(map(_is_plain, (*value, *value.values())))
    return isinstance(value, str | int | float | bool | type(None))
