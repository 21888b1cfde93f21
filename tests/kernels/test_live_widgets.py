"""A live widget in kernels of three versions: where its handlers run differs, what a person sees does not."""

import pytest

from .kernel import VERSIONS

MAKE = "from tests.widgets.fake import CounterWidget\nw = CounterWidget({arguments})"

matrix = pytest.mark.parametrize("version", VERSIONS)


@pytest.fixture
def widget(kernel):
    """``widget(version, "seconds=0.01")`` makes a widget in a kernel; returns the kernel and the widget's id."""

    def make(version, arguments=""):
        running = kernel(version)
        running.run(MAKE.format(arguments=arguments))
        return running, running.python("w.model_id")

    return make


def is_result(level):
    def check(message):
        header = message.content.get("result", {}).get("header", {}) if message.kind == "update" else {}
        return header.get("level") == level and header.get("finished")

    return check


def is_preview(message):
    return message.kind == "custom" and message.content["kind"] == "preview"


@matrix
def test_the_result_arrives_whole_and_in_binary(widget, version):
    running, _ = widget(version, "level=2.0")
    result = running.wait_for(is_result(2.0)).content["result"]
    (record,) = result["arrays"]
    assert record["shape"] == [2, 3]
    stored = memoryview(result["buffers"][0]).cast("B").cast("h")
    assert [value * record["scale"] for value in stored] == pytest.approx([2.0] * 6)


@matrix
def test_previews_and_result_arrive_while_a_cell_blocks_the_kernel(widget, version):
    running, comm = widget(version)
    running.wait_for(is_result(1.0))
    running.handled(running.send_custom(comm, {"kind": "visible", "view": "v", "visible": True}))
    before = len(running.comm_messages)
    busy = running.start("w.seconds = 0.05; w.steps = 10; import time; time.sleep(2)")
    running.wait_for(is_preview, after=before)
    running.wait_for(is_result(1.0), after=before)
    assert busy not in running._idle, "the cell is still running"
    running.finish(busy)


@matrix
@pytest.mark.parametrize("through", ["main", "subshell"])
def test_the_last_of_many_slider_moves_is_the_one_shown(widget, version, through):
    running, comm = widget(version, "seconds=0.002")
    subshell = running.create_subshell() if through == "subshell" and running.subshells else None
    messages = [running.set_state(comm, {"level": float(level)}, subshell) for level in range(2, 30)]
    for message in messages:
        running.handled(message)
    running.wait_for(is_result(29.0))
    assert running.python("w.wait(10).explanation") == {"level": 29.0, "done": 3}
    assert running.python("w.status") == "done"


@matrix
def test_a_page_that_is_left_in_mid_run_leaves_the_widget_alive(widget, version):
    running, comm = widget(version, "seconds=0.05, steps=10")
    running.wait_for(is_result(1.0))
    old = running.create_subshell() if running.subshells else None
    running.handled(running.set_state(comm, {"level": 2.0}, old))
    if old:
        running.delete_subshell(old)
    running.wait_for(is_result(2.0))
    new = running.create_subshell() if running.subshells else None
    running.set_state(comm, {"level": 3.0}, new)
    running.wait_for(is_result(3.0), timeout=5)


@matrix
def test_moves_made_while_a_cell_blocks_are_answered_at_the_latest_after_it(widget, version):
    running, comm = widget(version)
    running.wait_for(is_result(1.0))
    subshell = running.create_subshell() if running.subshells else None
    busy = running.start("import time; time.sleep(1); w.steps = 4; value = w.wait(10).explanation['done']")
    for level in range(2, 12):
        running.set_state(comm, {"level": float(level)}, subshell)
    running.finish(busy)
    assert running.python("value") == 4
    running.wait_for(is_result(11.0))
    assert running.python("w.wait(10).explanation") == {"level": 11.0, "done": 4}


@matrix
def test_wait_in_the_cell_that_asks(widget, version):
    running, _ = widget(version, "seconds=0.01, steps=20")
    assert running.run("w.level = 5.0; print(w.wait(20).explanation)") == "{'level': 5.0, 'done': 20}\n"


@matrix
def test_cancel_reaches_a_running_job(widget, version):
    running, comm = widget(version, "seconds=0.01, steps=100_000")
    running.handled(running.send_custom(comm, {"kind": "cancel"}))
    running.wait_for(lambda message: message.content.get("status") == "cancelled", timeout=5)


@matrix
def test_kernel_owned_traits_are_not_echoed(widget, version):
    running, comm = widget(version)
    running.wait_for(is_result(1.0))
    running.handled(running.set_state(comm, {"level": 3.0}))
    running.wait_for(is_result(3.0))
    echoed = {name for message in running.comm_messages if message.kind == "echo_update" for name in message.content}
    assert echoed == {"level"}


@matrix
def test_a_cell_run_again_and_again_starts_no_more_threads(widget, version):
    running, _ = widget(version)
    running.run("w.wait(10)")
    before = running.python("__import__('threading').active_count()")
    for _ in range(20):
        running.run("w = CounterWidget(); w.wait(10)")
    assert running.python("__import__('threading').active_count()") == before


@matrix
def test_nothing_of_ours_needs_torch(widget, version):
    running, _ = widget(version)
    running.run("w.wait(10)")
    assert running.python("'torch' in __import__('sys').modules") is False
