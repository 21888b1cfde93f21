r"""Fixtures for tests in a real JupyterLab and Notebook 7, in a real Chromium.

``notebook(*cells)`` writes a notebook, opens it and runs its cells::

    from .jupyter import FRONT_ENDS

    @pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)   # leave it out for JupyterLab, light
    def test_drag(notebook):
        opened = notebook("import xai_widgets as xw\nw = ...\nw")
        opened.page.get_by_label("noise level").press("ArrowRight")
        expect(opened.view()).to_have_attribute("data-finished", "true")
        assert opened.python("w.noise_level") == 0.16

One server per front end serves the whole session; each test has a notebook and a kernel of its own, which end with it.
An error in the browser's console or a request to another host fails the test; ``trouble`` is the list of them.
"""

import os
import re
import shutil
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from .jupyter import FrontEnd, Notebook, serve

CHROMIUM_NAMES = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Notebook 7.6: a change of settings before its shortcuts have loaded.
KNOWN_TROUBLE = re.compile(r"reading 'schema'\).*/static/notebook/", re.DOTALL)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    found = [path for name in CHROMIUM_NAMES if (path := shutil.which(name))]
    chromium = os.environ.get("CHROMIUM") or next(iter(found), None)
    if chromium is None:
        pytest.fail("No Chromium: install Chromium or Chrome, or name it in $CHROMIUM.", pytrace=False)
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def trouble():
    """Errors in the browser's console and requests to other hosts; a test that provokes some clears the list."""
    return []


@pytest.fixture
def page(page, trouble):
    """A page that fails its test when ``trouble`` is not empty at the end."""

    def check_host(url):
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            trouble.append(f"request to {url}")

    def check_error(text):
        if not KNOWN_TROUBLE.search(text):
            trouble.append(text)

    page.on("console", lambda message: check_error(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: check_error(error.stack or str(error)))
    page.on("request", lambda request: check_host(request.url))
    page.on("websocket", lambda socket: check_host(socket.url))
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    assert trouble == []


@pytest.fixture(scope="session")
def servers(tmp_path_factory):
    """``servers(front_end)`` starts the server of a front end once a session."""
    running = {}
    with ExitStack() as stack:

        def server(front_end):
            if front_end not in running:
                running[front_end] = stack.enter_context(serve(front_end, tmp_path_factory.mktemp(str(front_end))))
            return running[front_end]

        yield server


@pytest.fixture
def front_end():
    """Where ``notebook`` opens: JupyterLab in its light theme; parametrize ``front_end`` for more."""
    return FrontEnd()


@pytest.fixture
def notebook(request, page, servers, front_end):
    """``notebook(*cells, run=True)`` opens a notebook of these cells and starts them; returns a ``Notebook``."""
    server = servers(front_end)
    opened = []

    def open_notebook(*cells, run=True):
        path = re.sub(r"\W+", "-", f"{request.node.name} {len(opened)}") + ".ipynb"
        opened.append(Notebook(page, server, path))
        opened[-1].write(*cells)
        opened[-1].open()
        if run:
            opened[-1].run_all()
        return opened[-1]

    yield open_notebook
    page.close()
    for each in opened:
        server.shut_down(each.path)
