"""What every widget shares, seen from Python and through a recording comm."""

import gc
import threading
import time
import weakref

import pytest
import traitlets

from tests.widgets.fake import CounterWidget


class Sent:
    """Records what a widget sends."""

    def __init__(self, widget):
        self.updates, self.messages = [], []
        widget.send_state = self._state(widget, widget.send_state)
        widget.send = lambda content, buffers=None: self.messages.append((content, buffers))

    def _state(self, widget, send_state):
        def record(key=None):
            keys = {key} if isinstance(key, str) else set(key or ())
            self.updates.append({name: getattr(widget, name) for name in keys})
            send_state(key)

        return record

    def previews(self):
        return [content["header"] for content, _ in self.messages if content["kind"] == "preview"]

    def values(self, name):
        return [update[name] for update in self.updates if name in update]


@pytest.fixture
def gate():
    return threading.Semaphore(0)


@pytest.fixture
def make():
    made = []

    def make(**keywords):
        made.append(CounterWidget(**keywords))
        return made[-1]

    yield make
    for widget in made:
        if widget.gate is not None:
            widget.gate.release(10_000)
        widget.close()


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.005)


def receive(widget, **content):
    widget._handle_custom_msg(content, [])


def test_a_job_starts_when_the_widget_is_made_and_runs_whether_anyone_looks_or_not(make):
    widget = make()
    assert widget.wait(10) is widget
    assert widget.status == "done"
    assert widget.progress == 1.0
    assert widget.explanation == {"level": 1.0, "done": 3}
    assert widget.result["header"]["finished"]


def test_explanation_is_none_before_the_first_estimate(make, gate):
    widget = make(gate=gate)
    assert widget.explanation is None
    assert widget.result == {}
    with pytest.raises(TimeoutError, match=r"still (idle|running)"):
        widget.wait(0.05)
    gate.release(3)
    assert widget.wait(10).explanation["done"] == 3


def test_status_is_done_after_the_explanation_is_set(make, gate):
    widget = make(gate=gate)
    seen = []
    widget.observe(lambda change: seen.append((change.new, widget.explanation, widget.result != {})), names=["status"])
    gate.release(3)
    widget.wait(10)
    assert seen[-1] == ("done", {"level": 1.0, "done": 3}, True)


def test_setting_a_parameter_asks_again_and_wait_means_the_newest(make):
    widget = make().wait(10)
    widget.level = 2.0
    assert widget.wait(10).explanation["level"] == 2.0
    assert widget.job == 2


def test_cancel_keeps_the_last_estimate(make, gate):
    widget = make(gate=gate, steps=100)
    gate.release(2)
    until(lambda: widget._shown is not None and widget._shown[0].done == 2)
    widget.cancel()
    gate.release(1)  # the step that was under way
    widget.wait(10)
    assert widget.status == "cancelled"
    assert widget.explanation["done"] == 3
    assert widget.result["header"]["done"] == 3
    assert not widget.result["header"]["finished"]
    widget.gate = None
    receive(widget, kind="compute")
    assert widget.wait(10).explanation["done"] == 100
    assert widget.status == "done"


def test_a_failure_is_raised_by_wait_and_the_last_good_picture_stays(make):
    widget = make().wait(10)
    widget.fail_at = 1
    before = widget.result
    widget.level = 5.0
    with pytest.raises(ValueError, match="no step 1"):
        widget.wait(10)
    assert widget.status == "failed"
    assert widget.error["title"] == "ValueError: no step 1"
    assert "make_stream" in widget.last_error.traceback
    assert widget.result is before
    assert widget.explanation["level"] == 1.0
    widget.fail_at = None
    widget.level = 6.0
    assert widget.wait(10).error is None
    assert widget.last_error is None


def test_what_was_computed_before_a_failure_is_shown_for_what_it_is(make):
    widget = make(fail_at=3)
    with pytest.raises(ValueError, match="no step 3"):
        widget.wait(10)
    assert widget.status == "failed"
    assert widget.result["header"]["done"] == 2
    assert not widget.result["header"]["finished"]
    assert widget.explanation["done"] == 2


def test_a_keyboard_interrupt_in_wait_leaves_the_job_running(make, gate, monkeypatch):
    widget = make(gate=gate)

    def interrupted(timeout=None):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(widget._slot, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            widget.wait()
    gate.release(3)
    assert widget.wait(10).status == "done"


def test_no_previews_while_no_view_is_visible(make, gate):
    widget = make(gate=gate, steps=5)
    sent = Sent(widget)
    gate.release(5)
    widget.wait(10)
    assert sent.previews() == []
    assert len(sent.values("result")) == 1


def test_at_most_two_previews_are_unacknowledged(make, gate, monkeypatch):
    for limit in ("_PREVIEWS_PER_SECOND", "_REFINEMENTS_PER_SECOND", "_PREVIEWS_OF_ALL_WIDGETS"):
        monkeypatch.setattr(f"xai_widgets.widgets.live.{limit}", 1e9)
    widget = make(gate=gate, steps=20)
    sent = Sent(widget)
    receive(widget, kind="visible", view="a", visible=True)

    def step(number):
        gate.release()
        until(lambda: widget._shown is not None and widget._shown[0].done == number)
        time.sleep(0.01)

    for number in range(1, 6):
        step(number)
    assert [header["done"] for header in sent.previews()] == [1, 2]
    first = sent.previews()[0]
    receive(widget, kind="ack", job=first["job"], sequence=first["sequence"])
    step(6)
    step(7)
    assert [header["done"] for header in sent.previews()] == [1, 2, 6]
    receive(widget, kind="visible", view="b", visible=True)  # another page: the first never answers again
    step(8)
    assert [header["done"] for header in sent.previews()] == [1, 2, 6, 8]
    receive(widget, kind="visible", view="a", visible=False)
    receive(widget, kind="visible", view="b", visible=False)
    for header in sent.previews():
        receive(widget, kind="ack", job=header["job"], sequence=header["sequence"])
    step(9)
    assert len(sent.previews()) == 4


def test_a_hand_that_never_rests_sees_pictures(make, gate, monkeypatch):
    """A newer request comes before each first step is done, and that step is shown all the same."""
    for limit in ("_PREVIEWS_PER_SECOND", "_REFINEMENTS_PER_SECOND", "_PREVIEWS_OF_ALL_WIDGETS"):
        monkeypatch.setattr(f"xai_widgets.widgets.live.{limit}", 1e9)
    widget = make(gate=gate)
    sent = Sent(widget)
    receive(widget, kind="visible", view="a", visible=True)
    until(lambda: widget.status == "running")
    for number in range(1, 6):
        widget.set_state({"level": 1.0 + number})  # which is also an acknowledgement
        gate.release()
        until(lambda newest=number + 1: widget.job == newest)
    assert [header["level"] for header in sent.previews()] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert {header["done"] for header in sent.previews()} == {1}
    assert sent.values("result") == []
    gate.release(3)
    widget.wait(10)
    assert widget.explanation == {"level": 6.0, "done": 3}


def test_the_first_picture_of_a_stream_that_paused_before_it_is_shown_to_a_hand_that_never_rests(make, gate):
    """Its step is under way when the newer request comes."""
    widget = make().wait(10)
    sent, stream, entered = Sent(widget), widget.make_stream, threading.Event()

    def paused(request):
        yield None
        entered.set()
        yield from stream(request)

    widget.make_stream, widget.gate = paused, gate
    receive(widget, kind="visible", view="a", visible=True)
    widget.level = 2.0
    assert entered.wait(10)
    widget.level = 3.0
    gate.release()
    until(lambda: widget.job == 3)
    assert [header["level"] for header in sent.previews()] == [2.0]
    gate.release(6)
    widget.wait(10)


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_what_a_hand_saw_on_its_way_is_what_stays_when_the_newest_request_shows_nothing(make, gate, monkeypatch, end):
    widget = make().wait(10)
    widget.gate = gate
    monkeypatch.setattr("xai_widgets.widgets.live._PREVIEWS_PER_SECOND", 1e9)
    sent = Sent(widget)
    receive(widget, kind="visible", view="a", visible=True)
    widget.level = 2.0
    until(lambda: widget.job == 2)
    widget.level = 3.0
    if end == "cancelled":
        widget.cancel()
    gate.release()
    if end == "failed":
        until(lambda: widget.job == 3)
        widget.fail_at = 1
        gate.release()
    until(lambda: widget.status == end)
    assert [header["level"] for header in sent.previews()] == [2.0]
    assert widget.explanation == {"level": 2.0, "done": 1}
    assert widget.result["header"]["level"] == 2.0
    assert not widget.result["header"]["finished"]


def test_at_most_thirty_previews_a_second(make):
    widget = make(seconds=0.001, steps=400)
    sent = Sent(widget)
    receive(widget, kind="visible", view="a", visible=True)
    began = time.monotonic()
    while widget.status != "done" and time.monotonic() - began < 20:
        for header in sent.previews():
            receive(widget, kind="ack", job=header["job"], sequence=header["sequence"])
        time.sleep(0.002)
    seconds = time.monotonic() - began
    assert 2 <= len(sent.previews()) <= 30 * seconds + 2
    assert len(sent.values("progress")) <= 4 * seconds + 3
    sequences = [header["sequence"] for header in sent.previews()]
    assert sequences == sorted(set(sequences))


def test_the_result_is_one_atomic_update(make):
    widget = make()
    sent = Sent(widget)
    widget.level = 3.0
    widget.wait(10)
    (result,) = sent.values("result")
    assert result["header"]["level"] == 3.0
    assert [record["name"] for record in result["arrays"]] == ["map"]
    assert bytes(result["buffers"][0])


def test_a_parameter_set_to_what_it_was_asks_nothing(make):
    widget = make().wait(10)
    with widget.hold_trait_notifications():
        widget.level = 2.0
        widget.steps = 4
    widget.wait(10)
    assert widget.job == 2, "two changes of one message are one request"


def test_a_browser_cannot_write_what_the_kernel_owns(make):
    widget = make().wait(10)
    result = widget.result
    widget.set_state({"result": {"header": {}}, "status": "failed", "error": {"title": "x"}, "level": 4.0})
    assert widget.level == 4.0
    assert widget.wait(10).status == "done"
    assert widget.error is None
    assert widget.result["header"]["level"] == 4.0
    assert result["header"]["level"] == 1.0


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "cancel",
        {},
        {"kind": "__class__"},
        {"kind": "ack", "job": [1], "sequence": {}},
        {"kind": "visible", "view": {"a": 1}, "visible": "yes"},
        {"kind": ["cancel"]},
    ],
)
def test_odd_messages_are_ignored(make, content):
    widget = make().wait(10)
    widget._handle_custom_msg(content, [])
    assert widget.status == "done"


def test_views_are_bounded(make):
    widget = make().wait(10)
    for number in range(1000):
        receive(widget, kind="visible", view=str(number) * 100, visible=True)
    assert len(widget._visible) <= 64
    assert max(map(len, widget._visible)) <= 64


def test_reset_brings_back_the_constructors_values(make):
    widget = make(level=7.0)
    widget.level = 1.0
    receive(widget, kind="reset")
    assert widget.level == 7.0
    assert widget.wait(10).explanation["level"] == 7.0


def test_an_observer_that_raises_does_not_stop_the_widget(make, caplog):
    widget = make().wait(10)

    def broken(_):
        raise RuntimeError("mine")

    widget.observe(broken, names=["progress"])
    widget.level = 2.0
    widget.wait(10)
    widget.unobserve(broken, names=["progress"])
    widget.level = 3.0
    assert widget.wait(10).explanation["level"] == 3.0


def test_idle_and_unseen_it_frees_what_can_be_made_again(make, monkeypatch):
    monkeypatch.setattr(CounterWidget, "_release_seconds", 0.05)
    widget = make()
    widget.wait(10)
    until(lambda: widget.freed == 1)
    receive(widget, kind="visible", view="a", visible=True)
    widget.level = 2.0
    widget.wait(10)
    time.sleep(0.15)
    assert widget.freed == 1, "a view is visible"
    receive(widget, kind="visible", view="a", visible=False)
    until(lambda: widget.freed == 2)


def test_close_cancels_frees_and_lets_go(gate):
    def run():
        widget = CounterWidget(gate=gate, steps=1000)
        gate.release()
        until(lambda: widget._shown is not None)
        widget.close()
        gate.release(5)
        assert widget.wait(10)
        until(lambda: widget.freed >= 1)
        return weakref.ref(widget)

    gone = run()
    for _ in range(200):
        gc.collect()
        if gone() is None:
            break
        time.sleep(0.01)
    assert gone() is None


def test_with_closes(gate):
    with CounterWidget() as widget:
        widget.wait(10)
    assert widget.comm is None


def test_two_threads_set_traits_at_once(make):
    widget = make(steps=2)

    def turn(first):
        for number in range(50):
            widget.level = first + number

    threads = [threading.Thread(target=turn, args=(first,)) for first in (0.0, 1000.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert widget.wait(10).explanation["level"] == widget.level
    assert widget.status == "done"


def test_links(make):
    class Slider(traitlets.HasTraits):
        value = traitlets.Float(0.0)

    widget, slider = make(), Slider()
    traitlets.link((slider, "value"), (widget, "level"))
    slider.value = 9.0
    assert widget.wait(10).explanation["level"] == 9.0


@pytest.mark.parametrize(("setting", "language"), [(None, "en"), ("ko", "ko"), ("tlh", "en")])
def test_the_language_is_a_setting_and_a_trait(make, monkeypatch, setting, language):
    if setting is None:
        monkeypatch.delenv("XAI_WIDGETS_LANGUAGE", raising=False)
    else:
        monkeypatch.setenv("XAI_WIDGETS_LANGUAGE", setting)
    assert make().language == language
    assert make(language="ko").language == "ko"
    with pytest.raises(traitlets.TraitError):
        make(language="tlh")


def test_a_job_that_ends_while_traits_are_held_and_rolled_back_is_not_lost(make, gate):
    widget = make(gate=gate)
    gate.release(2)
    until(lambda: widget._shown is not None and widget._shown[0].done == 2)

    def hold_and_fail():
        with widget.hold_trait_notifications():
            gate.release()
            time.sleep(0.1)  # the last step ends now, and its result has to wait for us
            widget.language = "tlh"

    with pytest.raises(traitlets.TraitError):
        hold_and_fail()
    assert widget.wait(10).status == "done"
    assert widget.result["header"]["finished"]
    assert widget.progress == 1.0


def test_a_picture_shown_anew_after_a_failure_is_newer_than_the_one_before(make):
    widget = make().wait(10)
    before = widget.result["header"]
    widget.fail_at = 1
    widget.level = 2.0
    with pytest.raises(ValueError, match="no step 1"):
        widget.wait(10)
    widget._show_again()
    after = widget.result["header"]
    assert after["job"] == before["job"]
    assert after["sequence"] > before["sequence"], "the browser drops what is not newer"


def test_showing_anew_does_not_make_a_partial_estimate_the_explanation(make, gate):
    widget = make(gate=gate)
    gate.release()
    until(lambda: widget._shown is not None)
    widget._show_again()
    assert widget.explanation is None


@pytest.mark.parametrize("name", ["result", "status", "job", "progress", "error"])
@pytest.mark.parametrize("end", ["done", "cancelled", "failed"])
def test_an_observer_that_raises_never_makes_the_status_untrue(make, gate, name, end):
    def broken(_):
        raise RuntimeError("mine")

    widget = make(gate=gate, fail_at=2 if end == "failed" else None)
    widget.observe(broken, names=[name])
    gate.release()
    until(lambda: widget._shown is not None)
    if end == "cancelled":
        widget.cancel()
    gate.release(5)
    assert widget._slot.wait(10)
    assert widget.status == end


def test_wait_in_an_observer_says_so_instead_of_waiting_for_itself(make, gate):
    widget, said = make(gate=gate), []

    def observer(_):
        with pytest.raises(RuntimeError, match=r"read \.explanation there"):
            widget.wait()
        said.append(True)

    widget.observe(observer, names=["result"])
    gate.release(3)
    widget.wait(10)
    assert said == [True]


def test_a_failure_is_not_raised_for_the_next_job(make, gate):
    widget = make(fail_at=1)
    with pytest.raises(ValueError, match="no step 1"):
        widget.wait(10)
    other = make(gate=gate)  # keeps the worker busy, so that the next job is cancelled before it starts
    time.sleep(0.05)
    widget.level = 9.0
    widget.cancel()
    gate.release(3)
    assert widget.wait(10).status == "cancelled"
    assert widget.error is None
    assert widget.last_error is None
    other.wait(10)


def test_an_answer_that_cannot_be_shown_is_a_failure(make):
    widget = make().wait(10)
    widget._explain = lambda *_: 1 / 0
    widget.level = 2.0
    with pytest.raises(ZeroDivisionError):
        widget.wait(10)
    assert widget.status == "failed"


@pytest.mark.parametrize("name", ["_esm", "_css", "_view_name", "layout", "comm", "keys"])
def test_a_browser_writes_our_own_traits_alone(make, name):
    widget = make().wait(10)
    before = getattr(widget, name, None)
    widget.set_state({name: "alert(1)"})
    assert getattr(widget, name, None) is before


def test_a_view_among_many_stays_visible(make):
    widget = make().wait(10)
    for number in range(70):
        receive(widget, kind="visible", view=str(number), visible=True)
    receive(widget, kind="visible", view="69", visible=True)
    assert "69" in widget._visible
    assert len(widget._visible) == 64


def test_a_closed_widget_takes_no_more_requests(make):
    widget = make().wait(10)
    job = widget.job
    widget.close()
    widget.level = 4.0
    assert widget.wait(10).job == job


class Pictured(CounterWidget):
    """Whose picture takes its time."""

    def __init__(self, *, drawing=0.0, **keywords):
        self.drawing, self.drawn_by = drawing, []
        super().__init__(**keywords)

    def _figure(self, estimate, request, job, theme):
        self.drawn_by.append(threading.current_thread().name)
        time.sleep(self.drawing)
        return self

    def png(self):
        return b"a picture"


def still_of(widget):
    bundle = widget._repr_mimebundle_()
    return (bundle[0] if isinstance(bundle, tuple) else bundle).get("image/png")


def test_the_still_of_a_cell_is_drawn_by_the_worker_when_the_first_picture_comes(gate):
    with Pictured(gate=gate) as widget:
        threading.Timer(0.05, gate.release).start()
        assert still_of(widget)
        assert (widget.status, set(widget.drawn_by)) == ("running", {widget._worker()._name})
        gate.release(10)


def test_a_cell_waits_for_its_still_no_longer_than_it_may(gate):
    def assert_there_is_none_within(seconds):
        began = time.monotonic()
        assert still_of(widget) is None
        assert seconds - 0.05 < time.monotonic() - began < seconds + 0.5

    with Pictured(gate=gate, drawing=2.0) as widget:
        assert_there_is_none_within(0.3)
        gate.release(10)
        widget.wait(10)._catch_up()
        assert widget.drawn_by == [], "what nobody waits for is not drawn"
        assert_there_is_none_within(1.0)  # where there is a picture, it need only be drawn
        widget._catch_up()
        assert len(widget.drawn_by) == 1


def test_a_job_that_fails_leaves_no_cell_waiting():
    with Pictured(fail_at=1, seconds=0.05) as widget:
        began = time.monotonic()
        assert still_of(widget) is None
        assert time.monotonic() - began < 0.25
        assert widget._worker()._name not in widget.drawn_by


def test_as_text_a_widget_is_its_name_and_how_it_stands(make):
    assert repr(make().wait(10)) == "CounterWidget(status='done')"
