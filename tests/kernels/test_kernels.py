"""The kernel matrix itself: the right kernels, and widget messages both ways."""

import pytest

from .kernel import VERSIONS

COUNTER = """
import anywidget, threading, traitlets

class Counter(anywidget.AnyWidget):
    _esm = "export default {}"
    count = traitlets.Int(0).tag(sync=True)
    block = traitlets.Bytes(b"").tag(sync=True, echo_update=False)

    def __init__(self):
        super().__init__()
        self.on_msg(lambda _, content, buffers: self.send({"kind": "sum"}, [bytes([sum(b"".join(buffers))])]))

    @traitlets.observe("count")
    def _count(self, change):
        self.thread = threading.current_thread().name
        self.block = bytes([change.new])

w = Counter()
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_the_kernel_is_the_one_asked_for(kernel, version):
    running = kernel(version)
    assert running.python("__import__('ipykernel').__version__") == version
    assert running.python("__import__('importlib.util').util.find_spec('torch') is None")
    assert running.python("__import__('xai_widgets').__version__")
    assert running.subshells == (version >= "7")


@pytest.mark.parametrize("version", VERSIONS)
def test_widget_messages_go_both_ways(kernel, version):
    running = kernel(version)
    running.run(COUNTER)
    comm = running.python("w.model_id")
    assert running.wait_for(lambda message: message.comm == comm).content["count"] == 0

    running.handled(running.set_state(comm, {"count": 3}))
    assert (
        bytes(
            running.wait_for(lambda message: "block" in message.content and message.kind == "update").content["block"]
        )
        == b"\x03"
    )
    running.send_custom(comm, {}, [b"\x01\x02", b"\x04"])
    answer = running.wait_for(lambda message: message.kind == "custom")
    assert answer.content == {"kind": "sum"}
    assert bytes(answer.buffers[0]) == b"\x07"

    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        running.run("1 / 0")


@pytest.mark.parametrize("version", [version for version in VERSIONS if version >= "7"])
def test_a_subshell_takes_a_message(kernel, version):
    running = kernel(version)
    running.run(COUNTER)
    comm = running.python("w.model_id")
    running.handled(running.set_state(comm, {"count": 3}, running.create_subshell()))
    assert running.python("w.count") == 3
