"""Jobs: the newest request wins, turns are fair, cancel is answered, failures leave nothing behind."""

import json
import os
import platform
import subprocess
import sys
import threading
import time
import weakref

import pytest

from xai_widgets.jobs import Failure, Slot, Worker


class Recorder:
    """A listener whose streams are given by the requests themselves."""

    def __init__(self):
        self.steps, self.ends, self.threads = [], [], set()
        self.slot = Slot(self)

    def make_stream(self, request):
        return request()

    def on_start(self, job):
        self.threads.add(threading.current_thread())

    def on_step(self, job, item):
        self.steps.append((job.number, item))

    def on_end(self, job, outcome, failure):
        self.ends.append((job.number, outcome, failure))
        self.slot.end(job)


class Gate:
    """A stream of numbers, one each time it is let through."""

    def __init__(self):
        self.asked, self._let = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self):
        for number in range(1000):
            self.asked.release()
            assert self._let.acquire(timeout=10)
            yield number

    def step(self, count=1):
        for _ in range(count):
            assert self.asked.acquire(timeout=10)
            self._let.release()


@pytest.fixture
def worker():
    worker = Worker("test")
    yield worker
    worker.stop()
    worker.join(2.0)


@pytest.fixture
def recorder():
    return Recorder()


def numbers(count):
    return lambda: iter(range(count))


def test_a_job_runs_to_its_end_on_the_worker(worker, recorder):
    assert recorder.slot.submit(worker, numbers(3)) == 1
    assert recorder.slot.wait(10)
    assert recorder.steps == [(1, 0), (1, 1), (1, 2)]
    assert recorder.ends == [(1, "done", None)]
    assert threading.current_thread() not in recorder.threads


def test_the_newest_request_wins(worker, recorder):
    gate = Gate()
    recorder.slot.submit(worker, gate)
    gate.step()
    assert gate.asked.acquire(timeout=10)  # the first job is in the middle of its second step
    for _ in range(5):
        recorder.slot.submit(worker, numbers(1))
    gate._let.release()
    assert recorder.slot.wait(10)
    assert [end[:2] for end in recorder.ends if end[1] == "done"] == [(6, "done")]
    assert sorted(number for number, outcome, _ in recorder.ends if outcome == "replaced") == [1, 2, 3, 4, 5]
    assert not {number for number, _ in recorder.steps} & {2, 3, 4, 5}, "a replaced job does no work"


def test_two_workers_never_run_one_listener_at_the_same_time(worker, recorder):
    """A model moved to another device in the midst of a run asks for that device's worker."""
    other, gate = Worker("other"), Gate()
    try:
        recorder.slot.submit(worker, gate)
        assert gate.asked.acquire(timeout=10)
        recorder.slot.submit(other, numbers(2))
        time.sleep(0.05)
        assert recorder.steps == []
        gate._let.release()
        assert recorder.slot.wait(10)
        assert [outcome for _, outcome, _ in recorder.ends] == ["replaced", "done"]
        recorder.slot.submit(other, numbers(1))
        assert recorder.slot.wait(10)
        assert {thread.name for thread in recorder.threads} == {"test", "other"}
    finally:
        other.stop()
        other.join(2.0)


def test_submit_returns_while_a_step_runs(worker, recorder):
    gate = Gate()
    recorder.slot.submit(worker, gate)
    assert gate.asked.acquire(timeout=10)
    recorder.slot.submit(worker, numbers(1))  # returns although the worker is in a step: this line is reached
    assert not recorder.slot.wait(0.01)
    gate._let.release()
    assert recorder.slot.wait(10)


def test_cancel_ends_a_job_after_its_step(worker, recorder):
    gate = Gate()
    recorder.slot.submit(worker, gate)
    gate.step(2)
    assert gate.asked.acquire(timeout=10)
    recorder.slot.cancel()
    gate._let.release()
    assert recorder.slot.wait(10)
    assert recorder.steps == [(1, 0), (1, 1), (1, 2)]
    assert recorder.ends == [(1, "cancelled", None)]


def test_a_cancelled_job_is_not_kept_waiting_by_the_others(worker):
    first, second, third = Recorder(), Recorder(), Recorder()
    gates = [Gate(), Gate(), Gate()]
    for each, gate in zip((first, second, third), gates, strict=True):
        each.slot.submit(worker, gate)
    for gate in gates:
        gate.step()
    assert gates[0].asked.acquire(timeout=10)
    third.slot.cancel()  # its turn would come after the second's
    gates[0]._let.release()
    assert third.slot.wait(10)
    assert len(second.steps) == 1


def test_jobs_take_turns_and_first_estimates_go_first(worker):
    order = []

    def stream(name, count):
        def run():
            for _ in range(count):
                order.append(name)
                yield name

        return run

    gate, blocked = Gate(), Recorder()
    blocked.slot.submit(worker, gate)
    assert gate.asked.acquire(timeout=10)
    old, new = Recorder(), Recorder()
    old.slot.submit(worker, stream("old", 3))
    new.slot.submit(worker, stream("new", 3))
    blocked.slot.cancel()
    gate._let.release()
    assert old.slot.wait(10)
    assert new.slot.wait(10)
    assert order == ["old", "new"] * 3

    order.clear()
    again, late = Recorder(), Recorder()

    def running():
        order.append("running")
        yield 0
        late.slot.submit(worker, stream("late", 1))
        order.append("running")
        yield 1
        order.append("running")
        yield 2

    again.slot.submit(worker, running)
    assert again.slot.wait(10)
    assert late.slot.wait(10)
    assert order == ["running", "running", "late", "running"]


def test_a_failure_is_kept_without_its_frames(worker, recorder):
    alive = []

    class Heavy:
        pass

    def failing():
        heavy = Heavy()
        alive.append(weakref.ref(heavy))
        yield 0
        try:
            raise KeyError("cause")
        except KeyError as cause:
            raise ValueError("no such shape") from cause

    recorder.slot.submit(worker, failing)
    assert recorder.slot.wait(10)
    ((_, outcome, failure),) = recorder.ends
    assert outcome == "failed"
    assert isinstance(failure.error, ValueError)
    assert "no such shape" in failure.traceback
    assert "KeyError" in failure.traceback
    assert alive[0]() is None
    assert recorder.steps == [(1, 0)]


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_what_is_no_exception_ends_the_job_and_not_the_worker(worker, recorder, kind):
    def failing():
        yield 0
        raise kind("from the model")

    recorder.slot.submit(worker, failing)
    assert recorder.slot.wait(10)
    ((_, outcome, failure),) = recorder.ends
    assert outcome == "failed"
    assert isinstance(failure.error, RuntimeError)
    assert kind.__name__ in str(failure.error)
    recorder.slot.submit(worker, numbers(1))
    assert recorder.slot.wait(10)


def test_the_frames_of_causes_and_contexts_go_too():
    try:
        try:
            raise KeyError("context")
        except KeyError as context:
            kept = context
            raise ValueError("error") from OSError("cause")
    except ValueError as error:
        error.__cause__.__context__ = error  # a cycle
        failure = Failure.of(error)
    assert failure.error.__traceback__ is None
    assert kept.__traceback__ is None


def test_a_listener_that_raises_does_not_stop_the_others(worker, recorder, caplog):
    class Broken(Recorder):
        def on_step(self, job, item):
            raise RuntimeError("an observer of the reader's")

    broken = Broken()
    broken.slot.submit(worker, numbers(2))
    assert broken.slot.wait(10)
    recorder.slot.submit(worker, numbers(1))
    assert recorder.slot.wait(10)
    assert broken.ends[0][1] == "done"
    assert "an observer of the reader's" in caplog.text


def test_an_ended_job_is_not_kept_alive(worker, recorder):
    class Request:
        def __call__(self):
            return iter([1])

    request = Request()
    gone = weakref.ref(request)
    recorder.slot.submit(worker, request)
    del request
    assert recorder.slot.wait(10)
    recorder.steps.clear()
    worker.call_at("tick", 0.0, lambda: None)
    for _ in range(100):
        if gone() is None:
            break
        time.sleep(0.01)
    assert gone() is None


def test_alarms_go_off_on_the_worker_once_and_can_be_moved_or_cleared(worker):
    rang, done = [], threading.Event()
    worker.call_at("a", 0.01, lambda: rang.append("early"))
    worker.call_at("a", 0.02, lambda: rang.append(threading.current_thread().name))
    worker.call_at("b", 0.01, lambda: rang.append("cleared"))
    worker.clear("b")
    worker.call_at("c", 0.1, done.set)
    assert done.wait(10)
    assert rang == ["test"]


def test_many_jobs_need_one_thread(worker):
    before = threading.active_count()
    recorders = [Recorder() for _ in range(20)]
    for each in recorders:
        each.slot.submit(worker, numbers(5))
    assert all(each.slot.wait(10) for each in recorders)
    assert threading.active_count() == before + 1


def test_a_young_run_leaves_a_core_to_the_page_and_a_longer_one_takes_all():
    """In a process of its own: pytest's has one thread, and which there are is decided when torch is loaded."""
    found = _run_with_threads(3, 2)
    assert found == {"young": 1, "old": 3, "after": 3, "elsewhere": [3, 3]}


def test_threads_are_never_raised_above_what_torch_was_told():
    assert _run_with_threads(1, 8) == {"young": 1, "old": 1, "after": 1, "elsewhere": [1, 1]}


def _run_with_threads(threads, cores):
    source = f"""
import json, threading, torch
from xai_widgets import jobs
torch.set_num_threads({threads})
jobs._cores = lambda: {cores}
now, found = [0.0], {{"elsewhere": []}}

def elsewhere():
    thread = threading.Thread(target=lambda: found["elsewhere"].append(torch.get_num_threads()))
    thread.start()
    thread.join()

class Listener:
    def make_stream(self, request):
        for age in ("young", "old"):
            found[age] = torch.get_num_threads()
            elsewhere()
            now[0] += 10
            yield age
    def on_start(self, job): pass
    def on_step(self, job, item): pass
    def on_end(self, job, outcome, failure):
        found["after"] = torch.get_num_threads()
        slot.end(job)

worker = jobs.Worker("test", clock=lambda: now[0])
slot = jobs.Slot(Listener())
slot.submit(worker, None)
assert slot.wait(30)
print(json.dumps(found))
"""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_steps_do_not_ask_the_system_for_the_same_memory_again():
    """In a fresh process, as a user's: what other tests have freed, or dask sets for its workers, would hide it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_"))}
    code = """
import resource
import numpy as np
from xai_widgets.jobs import Slot, worker_for
class Steps:
    def make_stream(self, request):
        for number in range(20):
            blocks = [np.ones(1 << 19) for _ in range(8)]
            del blocks
            yield resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    faults = []
    on_start = lambda self, job: None
    on_step = lambda self, job, faults: self.faults.append(faults)
    on_end = lambda self, job, outcome, failure: slot.end(job)
slot = Slot(Steps())
slot.submit(worker_for("cpu"), None)
assert slot.wait(30)
print(Steps.faults[-1] - Steps.faults[9])
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, env=environment
    )
    assert int(ran.stdout) < 100  # of 8192 pages in each step


def test_the_interpreter_exits_with_a_job_running():
    code = """
import itertools, time
from xai_widgets.jobs import Slot, worker_for
class Quiet:
    make_stream = on_start = on_step = on_end = lambda self, *a: (time.sleep(0.01) for _ in itertools.count())
slot = Slot(Quiet())
slot.submit(worker_for("cpu"), None)
time.sleep(0.2)
print("last line", time.monotonic(), flush=True)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    last = float(ran.stdout.split()[-1])
    assert time.monotonic() - last < 5
    assert ran.stderr == ""
