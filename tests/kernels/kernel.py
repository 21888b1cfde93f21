"""A kernel of one version of ipykernel, driven as a front end would, and the widget messages it sends."""

import json
import os
import queue
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ipywidgets.widgets.widget import _put_buffers, _remove_buffers
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

VERSIONS = ["6.31.0", "7.3.0", "7.4.0"]
PATIENCE = 2  # seconds


class CommMessage(NamedTuple):
    """A message of a widget.

    ``kind`` is "open", "update", "echo_update", "custom" or "close". ``content`` is the state for the first three, its
    buffers put back in place, and what ``widget.send`` was given for "custom"; ``buffers`` came with the message.
    """

    comm: str
    kind: str
    content: dict[str, Any]
    buffers: list[memoryview]


class Kernel:
    """A running kernel.

    Attributes
    ----------
    version : str
        The version of ipykernel asked for.
    subshells : bool
        Whether it knows subshells (ipykernel 7).
    comm_messages : list of CommMessage
        What the kernel's widgets have sent, as far as it has been read.
    """

    def __init__(self, version: str, client: Any) -> None:
        self.version, self.comm_messages = version, []
        self._client = client
        self._replies: dict[str, dict[str, Any]] = {}
        self._printed: dict[str, str] = {}
        self._idle: set[str] = set()
        client.wait_for_ready(timeout=60)
        information = client.kernel_info(reply=True, timeout=30)["content"]
        self.subshells = "kernel subshells" in information.get("supported_features", [])

    def run(self, code: str, timeout: float = 30) -> str:
        """Run a cell to its end and return what it printed."""
        return self.finish(self.start(code), timeout)

    def start(self, code: str) -> str:
        """Start a cell and return at once; give the result to ``finish``."""
        return self._client.execute(code, store_history=False)

    def finish(self, cell: str, timeout: float = 30) -> str:
        """Wait for the end of a started cell and return what it printed."""
        self._read_until(lambda: cell in self._idle, timeout)
        if error := self._replies.pop(cell, None):
            raise RuntimeError("\n".join(error["traceback"]))
        return self._printed.pop(cell, "")

    def python(self, expression: str) -> Any:
        """Return the value of an expression in the kernel; it must survive JSON."""
        return json.loads(self.run(f"print(__import__('json').dumps({expression}))"))

    def create_subshell(self) -> str:
        """Start a subshell and return its id."""
        request = self._client.session.msg("create_subshell_request")
        self._client.control_channel.send(request)
        return self._client.get_control_msg(timeout=30)["content"]["subshell_id"]

    def delete_subshell(self, subshell: str) -> None:
        """End a subshell, as a page does when it is left."""
        self._client.control_channel.send(
            self._client.session.msg("delete_subshell_request", {"subshell_id": subshell})
        )
        self._client.get_control_msg(timeout=30)

    def set_state(self, comm: str, state: dict[str, Any], subshell: str | None = None) -> str:
        """Set traits of a widget as its view does; ``comm`` is its ``model_id``. Returns the message's id."""
        state, paths, buffers = _remove_buffers(state)
        data = {"method": "update", "state": state, "buffer_paths": paths}
        return self.send_comm(comm, data, buffers, subshell)

    def send_custom(self, comm: str, content: dict[str, Any], buffers=(), subshell: str | None = None) -> str:
        """Send a custom message to a widget as its view does. Returns the message's id."""
        return self.send_comm(comm, {"method": "custom", "content": content}, buffers, subshell)

    def send_comm(self, comm: str, data: dict[str, Any], buffers=(), subshell: str | None = None) -> str:
        """Send a ``comm_msg``, to a subshell when one is named. Returns the message's id."""
        message = self._client.session.msg("comm_msg", {"comm_id": comm, "data": data})
        if subshell:
            message["header"]["subshell_id"] = subshell
        self._client.session.send(self._client.shell_channel.socket, message, buffers=list(buffers))
        return message["header"]["msg_id"]

    def handled(self, message: str, timeout: float = 30) -> None:
        """Wait until the kernel has handled a message sent by ``set_state``, ``send_custom`` or ``send_comm``."""
        self._read_until(lambda: message in self._idle, timeout)

    def wait_for(self, wanted, timeout: float = 30, *, after: int = 0) -> CommMessage:
        """Return the first widget message, from index ``after`` on, for which ``wanted(message)`` holds."""

        def found():
            return next(filter(wanted, self.comm_messages[after:]), None)

        self._read_until(lambda: found() is not None, timeout)
        return found()

    def listen(self, seconds: float) -> None:
        """Read what arrives in the next ``seconds``."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._read(left)

    def _read_until(self, condition, timeout: float) -> None:
        now = time.monotonic()
        deadline, impatient = now + timeout, now + PATIENCE
        while not condition():
            now = time.monotonic()
            if now >= deadline:
                raise TimeoutError(f"not within {timeout} s; last of the widgets: {self.comm_messages[-3:]}")
            if now >= impatient:  # however much the widgets send in the meantime
                self._wake()
                impatient = now + PATIENCE
            self._read(min(deadline, impatient) - now)

    def _wake(self) -> None:
        """Connect once more: ipykernel 7.3 now and then leaves a request unread until then (its issue 1554)."""
        socket = self._client.connect_shell()
        self._client.session.send(socket, "kernel_info_request")
        socket.poll(1000)
        socket.close()

    def _read(self, timeout: float) -> None:
        """Read a message, if one comes in time."""
        try:
            message = self._client.get_iopub_msg(timeout=timeout)
        except queue.Empty:
            return
        parent, content = message["parent_header"].get("msg_id"), message["content"]
        match message["header"]["msg_type"]:
            case "stream":
                self._printed[parent] = self._printed.get(parent, "") + content["text"]
            case "error":
                self._replies[parent] = content
            case "status" if content["execution_state"] == "idle":
                self._idle.add(parent)
            case "comm_open" | "comm_msg" | "comm_close" as kind:
                self.comm_messages.append(read_comm(kind.removeprefix("comm_"), content, message["buffers"]))


def read_comm(kind: str, content: dict[str, Any], buffers: list[memoryview]) -> CommMessage:
    data = content["data"]
    kind = data.get("method", kind)
    body = data.get("content", {}) if kind == "custom" else data.get("state", {})
    _put_buffers(body, data.get("buffer_paths", []), buffers)
    return CommMessage(content["comm_id"], kind, body, buffers)


@contextmanager
def start_kernel(version: str, python: Path, scratch: Path, source: Path):
    """Run a kernel with the ``python`` of an environment, importing xai_widgets from ``source``."""
    specification = scratch / "specs" / "matrix"
    specification.mkdir(parents=True)
    command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (specification / "kernel.json").write_text(json.dumps({"argv": command, "display_name": version}))
    finder = KernelSpecManager(kernel_dirs=[str(specification.parent)])
    manager = KernelManager(kernel_name="matrix", kernel_spec_manager=finder)
    manager.connection_file = str(scratch / "connection.json")
    environment = {**os.environ, "PYTHONPATH": str(source), "IPYTHONDIR": str(scratch / "ipython")}
    manager.start_kernel(env=environment, cwd=str(scratch))
    client = manager.client()
    client.start_channels()
    try:
        yield Kernel(version, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
