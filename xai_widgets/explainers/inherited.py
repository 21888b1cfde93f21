"""Parameters that a class hands to its base: written once, and shown by the class as its own."""

from __future__ import annotations

import inspect
import re
from typing import Any

_SHARED = "shared"
_SECTION = re.compile(r"(?s)(?<=Parameters\n----------\n).*?(?=\n\n|\Z)")


def show_inherited(kind: type, without: tuple[str, ...] = ()) -> None:
    """Let a class whose `__init__` takes `**shared` show in their place what its base takes.

    They stand in its signature, and in its docstring where that has `**shared` among the parameters. What the class
    describes itself, it says otherwise than its base.

    Parameters
    ----------
    kind : type
    without : tuple of str
        What the base takes and the class has no use for.

    Examples
    --------
    >>> class Base:
    ...     '''A base.
    ...
    ...     Parameters
    ...     ----------
    ...     seed : int
    ...         Of what is drawn.
    ...     '''
    ...     def __init__(self, *, seed=0):
    ...         self.seed = seed
    >>> class Derived(Base):
    ...     '''One of its kind.
    ...
    ...     Parameters
    ...     ----------
    ...     size : int
    ...         How many.
    ...     **shared
    ...         See `Base`.
    ...     '''
    ...     def __init__(self, size, **shared):
    ...         super().__init__(**shared)
    >>> show_inherited(Derived)
    >>> inspect.signature(Derived)
    <Signature (size, *, seed=0)>
    >>> "Of what is drawn." in Derived.__doc__
    True
    """
    base: Any = super(kind, kind)
    initialise = vars(kind).get("__init__")
    if initialise is not None and _SHARED in inspect.signature(initialise).parameters:
        initialise.__signature__ = _joined(initialise, base.__init__, without)
    if kind.__doc__ and f"**{_SHARED}" in kind.__doc__:
        described = next(each.__doc__ for each in kind.__mro__[1:] if each.__doc__ and _described(each.__doc__))
        named = list(inspect.signature(kind.__init__).parameters.values())  # type: ignore[misc]
        blocks = _described(described) | _described(kind.__doc__)
        parts = [blocks[str(each).partition(":")[0].partition("=")[0].strip()] for each in named[1:]]
        kind.__doc__ = _SECTION.sub(lambda _: "\n".join(dict.fromkeys(parts)), inspect.cleandoc(kind.__doc__), count=1)


def _joined(own: Any, inherited: Any, without: tuple[str, ...]) -> inspect.Signature:
    signature = inspect.signature(own)
    parameters = {name: each for name, each in signature.parameters.items() if name != _SHARED}
    for name, each in inspect.signature(inherited).parameters.items():
        if each.kind in (each.KEYWORD_ONLY, each.VAR_KEYWORD) and name not in without:
            parameters.setdefault(name, each)
    return signature.replace(parameters=list(parameters.values()))


def _described(documentation: str) -> dict[str, str]:
    """Return the description of each parameter, by its name; of several in one line by each name."""
    section = _SECTION.search(inspect.cleandoc(documentation))
    blocks = re.split(r"\n(?=\S)", section.group()) if section else []
    return {name: block for block in blocks for name in re.split(r", ", block.partition(" : ")[0].partition("\n")[0])}
