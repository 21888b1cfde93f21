"""A real JupyterLab or Notebook 7 on loopback, and a notebook open in it."""

import ast
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import nbformat
from playwright.sync_api import Locator, Page

START_SECONDS = 60
PAGE_MILLISECONDS = 60_000

QUIET = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

CONTEXT = "window.jupyterapp.shell.currentWidget.sessionContext"

IDLE = f"""async () => {{
    const context = window.jupyterapp?.shell?.currentWidget && {CONTEXT};
    if (!context) return false;
    await context.ready;
    const kernel = context.session?.kernel;
    return kernel?.status === "idle" && kernel.connectionStatus === "connected";
}}"""

EXECUTE = f"""async ([code, expressions]) => {{
    const future = {CONTEXT}.session.kernel.requestExecute({{
        code, user_expressions: expressions, store_history: false, allow_stdin: false,
    }});
    let printed = "";
    future.onIOPub = ({{ header, content }}) => {{ if (header.msg_type === "stream") printed += content.text; }};
    return [(await future.done).content, printed];
}}"""


class FrontEnd(NamedTuple):
    """Where a notebook is shown: ``kind`` is "lab" or "notebook", ``theme`` is "light" or "dark".

    ``delayed`` has our server extension disabled, so that kernel messages travel as Jupyter ships it.
    """

    kind: str = "lab"
    theme: str = "light"
    delayed: bool = False

    def __str__(self):
        return "-".join([self.kind, self.theme, *["delayed"] * self.delayed])


FRONT_ENDS = [FrontEnd(kind, theme) for kind in ("lab", "notebook") for theme in THEMES]


@dataclass(frozen=True)
class Server:
    front_end: FrontEnd
    url: str
    root: Path
    log: Path

    def request(self, method: str, path: str) -> Any:
        with urlopen(Request(f"{self.url}api/{path}", method=method), timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def shut_down(self, path: str) -> None:
        """End the kernel of the notebook at ``path``."""
        for session in self.request("GET", "sessions"):
            if session["path"] == path:
                self.request("DELETE", f"sessions/{session['id']}")


@contextmanager
def serve(front_end: FrontEnd, scratch: Path):
    """Run a Jupyter server in ``scratch``, with no state or configuration from outside it."""
    folders = {name: scratch / name for name in ("home", "config", "data", "runtime", "settings", "workspaces", "root")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    settings = {**QUIET, "@jupyterlab/apputils-extension/themes": {"theme": THEMES[front_end.theme]}}
    for name, content in settings.items():
        file = folders["settings"] / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))
    if front_end.delayed:
        disabled = 'c.ServerApp.jpserver_extensions = {"xai_widgets.server": False}'
        (folders["config"] / "jupyter_server_config.py").write_text(disabled)

    command = [sys.executable, "-m", "jupyter", front_end.kind, "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={folders['root']}"]
    command += ["--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True"]
    command += ["--expose-app-in-browser", "--LabApp.extension_manager=readonly"]
    environment = {
        **os.environ,
        "HOME": str(folders["home"]),
        "IPYTHONDIR": str(folders["home"] / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folders["config"]),
        "JUPYTER_DATA_DIR": str(folders["data"]),
        "JUPYTER_RUNTIME_DIR": str(folders["runtime"]),
        "JUPYTERLAB_SETTINGS_DIR": str(folders["settings"]),
        "JUPYTERLAB_WORKSPACES_DIR": str(folders["workspaces"]),
    }
    log = scratch / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True)
    try:
        yield Server(front_end, wait_for_url(process, folders["runtime"], log), folders["root"], log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for_url(process: subprocess.Popen, runtime: Path, log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                url = json.loads(file.read_text())["url"]
                urlopen(f"{url}api/status", timeout=5).close()
            except (OSError, ValueError):
                continue
            return url
        time.sleep(0.1)
    raise RuntimeError(f"Jupyter did not start:\n{log.read_text()[-4000:]}")


class Notebook:
    """A notebook open in a page, with a live kernel.

    Attributes
    ----------
    page : Page
        The Playwright page; find controls by their aria-label with ``page.get_by_label``.
    server : Server
        The server behind it.
    path : str
        The notebook's file name in ``server.root``.
    """

    def __init__(self, page: Page, server: Server, path: str) -> None:
        self.page, self.server, self.path = page, server, path

    def write(self, *cells: str) -> None:
        """Write ``cells`` of code to the file."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        (self.server.root / self.path).write_text(nbformat.writes(notebook))

    def open(self) -> None:
        """Show the notebook and wait for its kernel; a cell run before that would be lost without a word."""
        lab = f"lab/workspaces/{Path(self.path).stem}/tree"  # of its own, so that no other notebook is restored with it
        folder = lab if self.server.front_end.kind == "lab" else "notebooks"
        self.page.goto(f"{self.server.url}{folder}/{self.path}")
        self.wait_until_idle()

    def reload(self) -> None:
        """Save, then reload the page, as a person would; the kernel lives on."""
        self.command("docmanager:save")
        self.page.reload()
        self.wait_until_idle()

    def restart(self) -> None:
        """Restart the kernel with the page open."""
        self.page.evaluate(f"() => {CONTEXT}.session.kernel.restart()")
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=PAGE_MILLISECONDS)
        self.page.wait_for_function(IDLE, timeout=PAGE_MILLISECONDS)

    def run_all(self) -> None:
        """Start all cells and return at once."""
        self.page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")

    def run_cell(self, index: int) -> None:
        """Start one cell and return at once; running it again replaces its output."""
        self.page.evaluate(
            """index => {
                window.jupyterapp.shell.currentWidget.content.activeCellIndex = index;
                window.jupyterapp.commands.execute("notebook:run-cell");
            }""",
            index,
        )

    def command(self, name: str) -> None:
        """Run a command of the front end and wait for its end."""
        self.page.evaluate("name => window.jupyterapp.commands.execute(name).then(() => null)", name)

    def view(self, index: int = 0) -> Locator:
        """Return the root element of the ``index``-th view of ours on the page."""
        return self.page.locator(".xw").nth(index)

    def execute(self, code: str) -> str:
        """Run ``code`` in the kernel, after what it is busy with, and return what it printed."""
        return self._execute(code, {})[1]

    def python(self, expression: str) -> Any:
        """Return the value of an expression in the kernel; it must survive JSON.

        >>> notebook.python("w.noise_level")  # doctest: +SKIP
        0.15
        """
        reply, _ = self._execute("", {"value": f"__import__('json').dumps({expression})"})
        value = reply["user_expressions"]["value"]
        if value["status"] != "ok":
            raise RuntimeError(f"{expression}: {value['ename']}: {value['evalue']}")
        return json.loads(ast.literal_eval(value["data"]["text/plain"]))

    def expect(self, expression: str, value: Any) -> None:
        """Wait until an expression in the kernel has a value: what a view sends may arrive after what a test asks."""
        deadline = time.monotonic() + START_SECONDS
        while (found := self.python(expression)) != value:
            assert time.monotonic() < deadline, f"{expression} is {found!r}, not {value!r}"

    def _execute(self, code: str, expressions: dict[str, str]) -> tuple[dict[str, Any], str]:
        reply, printed = self.page.evaluate(EXECUTE, [code, expressions])
        if reply["status"] != "ok":
            raise RuntimeError(f"{reply.get('ename')}: {reply.get('evalue')}\n{code}")
        return reply, printed
