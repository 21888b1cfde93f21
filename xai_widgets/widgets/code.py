"""Copy-as-code: the Python call that reproduces what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def call_as_code(function: str, arguments: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
    """Write a call.

    Parameters
    ----------
    function : str
        What is called.
    arguments : mapping of str to object
        The positional arguments, by the name they get when the notebook has no name of its own for the object.
    parameters : mapping of str to object
        The keyword arguments; each value is written by `repr`, a function by its name.
    """
    given = [notebook_name(value) or name for name, value in arguments.items()]
    given += [f"{name}={_written(value)}" for name, value in parameters.items()]
    one_line = f"{function}({', '.join(given)})"
    if len(one_line) <= 100:
        return one_line
    return f"{function}(\n    " + ",\n    ".join(given) + ",\n)"


def notebook_name(value: Any) -> str | None:
    """Return the name that `value` has in the notebook, if it has one."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    names = dict(shell.user_ns) if shell is not None else {}
    return next((name for name, known in names.items() if known is value and not name.startswith("_")), None)


def _written(value: Any) -> str:
    if callable(value):
        return notebook_name(value) or str(getattr(value, "__name__", type(value).__name__))
    return repr(value)
