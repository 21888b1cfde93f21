"""Who sets a trait: a browser, or Python."""

from __future__ import annotations

import threading
from typing import Any

from .live import LiveWidget


class ToldWidget(LiveWidget):
    """A widget that knows whether what happens was told by a browser, which may have done its part already."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        self._telling = threading.local()  # what a browser sets, by thread
        super().__init__(*arguments, **keywords)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        self._telling.names = frozenset(sync_data)
        try:
            super().set_state(sync_data)
        finally:
            self._telling.names = frozenset()

    @property
    def _told(self) -> bool:
        """Whether what happens on this thread was told by a browser."""
        return bool(self._told_names)

    @property
    def _told_names(self) -> frozenset[str]:
        """The traits that a browser sets at once, on this thread."""
        return getattr(self._telling, "names", frozenset())
