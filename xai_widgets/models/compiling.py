"""Who is told that code is compiled before an answer can come: it takes seconds, the first time on a machine."""

from __future__ import annotations

import weakref
from typing import Protocol


class Waiting(Protocol):
    """What waits for an answer. It is told on the thread that compiles."""

    def on_compiling(self) -> None: ...


_WAITING: weakref.WeakSet[Waiting] = weakref.WeakSet()


def wait_for_code(waiting: Waiting) -> None:
    """Have something told when code is compiled, until `stop_waiting`."""
    _WAITING.add(waiting)


def stop_waiting(waiting: Waiting) -> None:
    _WAITING.discard(waiting)


def tell_of_compiling() -> None:
    """Tell all that wait that code is about to be compiled."""
    for waiting in list(_WAITING):
        waiting.on_compiling()
