"""An optional Jupyter server extension: small messages of a kernel leave at once.

Jupyter Server leaves Nagle's algorithm on for the websocket of a kernel, so each small update waits about 40 ms for the
browser's acknowledgement of the one before. Enabled on installation, for all kernels of the server; switched off by
`jupyter server extension disable xai_widgets.server`.
"""

from __future__ import annotations

from typing import Any

_SETTING = "kernel_websocket_connection_class"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "xai_widgets.server"}]


def _load_jupyter_server_extension(server: Any) -> None:
    try:
        settings = server.web_app.settings
        settings[_SETTING] = without_delay(settings[_SETTING])
    except Exception:  # a server must start without us
        server.log.warning("xai_widgets: kernel messages keep their delay", exc_info=True)


def without_delay(connection: type[Any]) -> type[Any]:
    """Return a subclass of a kernel's websocket connection that sends small messages at once."""

    class NoDelay(connection):  # type: ignore[misc]
        def connect(self) -> Any:
            try:
                self.websocket_handler.set_nodelay(True)
            except Exception:  # a slower connection is better than none
                self.log.warning("xai_widgets: this kernel's messages keep their delay", exc_info=True)
            return super().connect()

    return NoDelay
