"""The server extension: no delay on a kernel's websocket, whatever class makes it, and never in the way."""

import json
import logging
import subprocess
import sys
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from xai_widgets.server import _jupyter_server_extension_points, _load_jupyter_server_extension

SETTING = "kernel_websocket_connection_class"


class Handler:
    def __init__(self, *, broken=False):
        self.no_delay, self.broken = None, broken

    def set_nodelay(self, value):
        if self.broken:
            raise OSError("closed")
        self.no_delay = value


class Connection:
    log = logging.getLogger("connection")

    def __init__(self, handler):
        self.websocket_handler = handler

    def connect(self):
        return "connected"


def server(**settings):
    return SimpleNamespace(web_app=SimpleNamespace(settings=settings), log=logging.getLogger("server"))


def test_it_sets_no_delay_on_the_class_that_stands_there():
    running = server(**{SETTING: Connection})
    _load_jupyter_server_extension(running)
    made, handler = running.web_app.settings[SETTING], Handler()
    assert issubclass(made, Connection)
    assert made(handler).connect() == "connected"
    assert handler.no_delay is True


def test_a_socket_that_refuses_is_connected_all_the_same(caplog):
    running = server(**{SETTING: Connection})
    _load_jupyter_server_extension(running)
    assert running.web_app.settings[SETTING](Handler(broken=True)).connect() == "connected"
    assert "keep their delay" in caplog.text


@pytest.mark.parametrize("settings", [{}, {SETTING: None}])
def test_a_server_it_does_not_know_starts_all_the_same(settings, caplog):
    running = server(**settings)
    _load_jupyter_server_extension(running)
    assert running.web_app.settings == settings
    assert "keep their delay" in caplog.text


def test_it_takes_the_class_of_this_jupyter_server():
    running = server(**{SETTING: ZMQChannelsWebsocketConnection})
    _load_jupyter_server_extension(running)
    assert issubclass(running.web_app.settings[SETTING], ZMQChannelsWebsocketConnection)


def test_it_is_found_by_its_name():
    assert _jupyter_server_extension_points() == [{"module": "xai_widgets.server"}]


def test_the_server_does_not_pay_for_torch():
    code = "import xai_widgets.server, sys, json; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert not {"torch", "numpy", "anywidget"} & set(loaded)
