"""What traitlets and ipywidgets keep on a widget while they hold its notifications, kept for each thread apart."""

from __future__ import annotations

import functools
import threading
from typing import Any

import anywidget


class _Held(threading.local):
    def __init__(self) -> None:
        self.holding_sync = False
        self.states_to_send: set[str] = set()
        self.property_lock: dict[str, Any] = {}
        self.cross_validation_lock = False
        self.notify_change: Any = None


def _of_this_thread(name: str) -> Any:
    def read(widget: ThreadsApart) -> Any:
        return getattr(widget._held, name)  # noqa: SLF001 (the widget's own part)

    def write(widget: ThreadsApart, value: Any) -> None:
        setattr(widget._held, name, value)  # noqa: SLF001

    return property(read, write)


class ThreadsApart(anywidget.AnyWidget):
    """A widget that threads may set at once: what one of them holds back is not held for the others.

    Traitlets and ipywidgets note on the widget itself that they hold its notifications, so that two threads would end
    each other's holding and roll back each other's changes. A lock around it would be held while observers are told,
    and these set other widgets: two widgets that are linked and set from two threads would wait for each other.
    """

    _holding_sync = _of_this_thread("holding_sync")
    _states_to_send = _of_this_thread("states_to_send")
    _property_lock = _of_this_thread("property_lock")
    _cross_validation_lock = _of_this_thread("cross_validation_lock")

    @functools.cached_property
    def _held(self) -> _Held:
        return _Held()

    @functools.cached_property
    def _sending(self) -> threading.RLock:
        return threading.RLock()

    @property
    def notify_change(self) -> Any:
        return self._held.notify_change or super().notify_change

    @notify_change.setter
    def notify_change(self, hold: Any) -> None:
        self._held.notify_change = hold

    @notify_change.deleter
    def notify_change(self) -> None:
        self._held.notify_change = None

    def send_state(self, key: Any = None) -> None:
        with self._sending:  # what was read last is sent last
            super().send_state(key)
