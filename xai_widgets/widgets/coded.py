"""Copy-as-code of a widget: the call that makes what it shows."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import traitlets

from .live import LiveWidget, kernel_owned

if TYPE_CHECKING:
    from ..jobs import Job


class CodedWidget(LiveWidget):
    """A widget that tells, with each picture, the call that makes it."""

    code = traitlets.Unicode("").tag(**kernel_owned())

    @abstractmethod
    def _code(self, request: dict[str, Any]) -> str: ...

    def _publish_preview(self, estimate: Any, job: Job, *, first: bool) -> None:
        self._show_code()
        super()._publish_preview(estimate, job, first=first)

    def _next_frame(self, estimate: Any, request: dict[str, Any], job: int) -> dict[str, Any]:
        self._show_code()
        return super()._next_frame(estimate, request, job)

    def _show_code(self) -> None:
        if self._shown is not None:
            self._publish(code=self._code(self._shown[1]))
