"""When and where work runs: one worker for each device, the newest request of each widget, cancel between steps."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, cast

import numpy as np
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

Outcome = Literal["done", "failed", "cancelled", "replaced"]

_EXIT_SECONDS = 2.0
_YOUNG_SECONDS = 0.25  # of a run: what is done by then shares the machine with the page, the rest takes all of it

_LARGEST_BLOCK = 2**25 - 2**16  # bytes; glibc learns nothing from those above DEFAULT_MMAP_THRESHOLD_MAX

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """Who answers a request and is told what becomes of it, all on the worker's thread.

    A stream that waits for others yields None in the meantime: it is then the other jobs' turn.
    """

    def make_stream(self, request: Any) -> Iterator[Any]: ...

    def on_start(self, job: Job) -> None: ...

    def on_step(self, job: Job, item: Any) -> None: ...

    def on_end(self, job: Job, outcome: Outcome, failure: Failure | None) -> None: ...


@dataclass(frozen=True)
class Failure:
    """An exception without its frames, which would keep the model's activations alive, and its traceback as text."""

    error: Exception
    traceback: str

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        text = "".join(traceback.format_exception(error))
        waiting, seen = [error], set()
        while waiting:
            each = waiting.pop()
            each.__traceback__ = None
            seen.add(id(each))
            causes = (each.__cause__, each.__context__)
            waiting.extend(cause for cause in causes if cause is not None and id(cause) not in seen)
        if not isinstance(error, Exception):  # SystemExit, raised by `wait`, would end the reader's kernel
            error = RuntimeError(f"{type(error).__name__}: {error}")
        return cls(error, text)


@dataclass(eq=False)
class Job:
    """One request, its number, and where its answer stands."""

    number: int
    request: Any
    listener: Listener
    cancelled: threading.Event = field(default_factory=threading.Event)
    replaced: bool = False
    steps: int = 0
    started: float = 0.0
    stream: Iterator[Any] | None = None


class _Threads:
    """How many threads OpenMP gives to work that the calling thread begins; for other threads nothing changes."""

    def __init__(self) -> None:
        self._controller: ThreadpoolController | None = None
        self._modules = 0

    def leaving_a_core(self) -> AbstractContextManager[Any]:
        """Leave one core of the process to others.

        Threads of libgomp with nothing to do spin for a while. Where cores are few, they spin on the one that the
        server and the browser need to bring the last picture to the eye.
        """
        if "torch" in sys.modules:
            sys.modules["torch"].get_num_threads()  # or `torch.set_num_threads` would take effect within, and be lost
        if self._controller is None or self._modules != len(sys.modules):  # imports bring libraries
            self._controller = ThreadpoolController().select(user_api="openmp")
            self._modules = len(sys.modules)
        most = max(1, _cores() - 1)
        each = self._controller.lib_controllers
        limits = {library.prefix: min(library.num_threads, most) for library in each}
        return cast("AbstractContextManager[Any]", self._controller.limit(limits=limits))


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _keep_freed_memory() -> None:
    """Let glibc keep up to 64 MiB of what is freed, as it does once a program has freed a block of half of that.

    Else it gives the memory of every step back to the system and asks for it anew, page by page: for small pictures a
    quarter of the time of a step. Nothing is written to the block, so that it never takes memory of the machine. Where
    ``MALLOC_TRIM_THRESHOLD_`` or its kin are set, as dask sets them for its workers, glibc keeps to those.
    """
    np.empty(_LARGEST_BLOCK, np.uint8)


class Worker:
    """A thread that advances jobs in turn, one step at a time; those with nothing to show yet go first.

    Parameters
    ----------
    name : str
        Of the thread.
    clock : callable, default time.monotonic
        Seconds that only go forward.
    """

    def __init__(self, name: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._changed = threading.Condition()
        self._jobs: list[Job] = []
        self._alarms: dict[Hashable, tuple[float, Callable[[], None]]] = {}
        self._threads = _Threads()
        self._thread: threading.Thread | None = None
        self._stopping = False

    @property
    def active(self) -> int:
        """How many jobs wait or run."""
        return len(self._jobs)

    @property
    def is_current(self) -> bool:
        """Whether the caller is on this worker's thread."""
        return threading.current_thread() is self._thread

    def submit(self, job: Job) -> None:
        with self._changed:
            self._jobs.append(job)
            self._awake()

    def call_at(self, key: Hashable, seconds: float, function: Callable[[], None]) -> None:
        """Call `function` on the worker's thread in `seconds`, unless `key` is set again or cleared before."""
        with self._changed:
            self._alarms[key] = (self._clock() + seconds, function)
            self._awake()

    def clear(self, key: Hashable) -> None:
        with self._changed:
            self._alarms.pop(key, None)

    def stop(self) -> None:
        """Cancel everything and take nothing more; `join` waits for the end."""
        with self._changed:
            self._stopping = True
            for job in self._jobs:
                job.cancelled.set()
            self._changed.notify_all()

    def join(self, seconds: float) -> None:
        """Wait for a stopped worker's thread, at most `seconds`."""
        if self._thread is not None and not self.is_current:
            self._thread.join(seconds)

    def _awake(self) -> None:
        if self._stopping:  # at interpreter exit a new thread would never start
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _run(self) -> None:
        _keep_freed_memory()
        while self._turn():  # a call of its own: what waits keeps no widget alive
            pass

    def _turn(self) -> bool:
        with self._changed:
            while not self._jobs and not self._due() and not self._stopping:
                self._changed.wait(self._seconds_to_alarm())
            if self._stopping and not self._jobs:
                return False
            alarms = [self._alarms.pop(key)[1] for key in self._due()]
            job = min(self._jobs, key=_urgency, default=None)
        for alarm in alarms:
            _tell(alarm)
        if job is not None:
            self._step(job)
        return True

    def _is_young(self, job: Job) -> bool:
        if job.stream is None:
            job.started = self._clock()
        return self._clock() - job.started < _YOUNG_SECONDS

    def _due(self) -> list[Hashable]:
        now = self._clock()
        return [key for key, (when, _) in list(self._alarms.items()) if when <= now]

    def _seconds_to_alarm(self) -> float | None:
        if not self._alarms:
            return None
        return max(0.0, min(when for when, _ in list(self._alarms.values())) - self._clock())

    def _step(self, job: Job) -> None:
        item = outcome = failure = None
        if job.cancelled.is_set():
            outcome = "replaced" if job.replaced else "cancelled"
        else:
            if job.stream is None:
                _tell(job.listener.on_start, job)
            try:
                with self._threads.leaving_a_core() if self._is_young(job) else nullcontext():
                    if job.stream is None:
                        job.stream = job.listener.make_stream(job.request)
                    item = next(job.stream)
            except StopIteration:
                outcome = "done"
            except BaseException as error:  # noqa: BLE001 (a panic in a model's Rust code is no Exception)
                outcome, failure = "failed", Failure.of(error)
        if outcome is None:
            job.steps += 1
            if item is not None:
                _tell(job.listener.on_step, job, item)
        with self._changed:
            self._jobs.remove(job)
            if outcome is None:
                self._jobs.append(job)  # the others' turn
        if outcome is not None:
            job.stream = None
            _tell(job.listener.on_end, job, outcome, failure)


class Slot:
    """A widget's place at a worker: holds its newest request; an older one is cancelled.

    Parameters
    ----------
    listener : Listener
        Answers the requests.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._worker: Worker | None = None
        self._number = 0
        self._ended = threading.Event()
        self._ended.set()

    @property
    def number(self) -> int:
        """The number of the newest request, 0 before the first."""
        return self._number

    def submit(self, worker: Worker, request: Any) -> int:
        """Take a request in place of the one before and return its number. Returns at once, on any thread.

        The worker of an unfinished request takes this one too: two of them would run one listener at the same time.
        """
        with self._lock:
            if self._job is not None:
                self._job.replaced = True
                self._job.cancelled.set()
                worker = self._worker or worker
            self._worker = worker
            self._number += 1
            self._job = Job(self._number, request, self._listener)
            self._ended.clear()
            job = self._job
        worker.submit(job)
        return job.number

    def cancel(self) -> None:
        """Stop the newest request after its current step."""
        with self._lock:
            if self._job is not None:
                self._job.cancelled.set()

    def is_newest(self, job: Job) -> bool:
        """Whether no newer request has come since."""
        return job.number == self._number

    def end(self, job: Job) -> None:
        """Let those who wait go on; called by the listener when all that the job leaves is in place."""
        with self._lock:
            if job is self._job:
                self._job = None
                self._ended.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the newest request to end; False when `timeout` seconds pass before. The job runs on either way."""
        return self._ended.wait(timeout)


def _urgency(job: Job) -> tuple[bool, bool]:
    """Order of turns: cancelled jobs end at once, then those with nothing to show, then the longest waiting."""
    return not job.cancelled.is_set(), job.steps > 0


_WORKERS: dict[str, Worker] = {}
_WORKERS_LOCK = threading.RLock()  # a collection in here may close a widget, which asks for its worker


def worker_for(device: str) -> Worker:
    """Return the worker of a device, shared by all widgets of the process and made at first use."""
    with _WORKERS_LOCK:
        if device not in _WORKERS:
            _WORKERS[device] = Worker(f"xai_widgets {device}")
        return _WORKERS[device]


@atexit.register
def _stop_workers() -> None:
    workers, end = list(_WORKERS.values()), time.monotonic() + _EXIT_SECONDS
    for worker in workers:
        worker.stop()
    for worker in workers:
        worker.join(max(0.0, end - time.monotonic()))


def _tell(function: Callable[..., None], *arguments: Any) -> None:
    """Call a listener; what it raises is logged, because the worker serves other widgets too."""
    try:
        function(*arguments)
    except BaseException:  # noqa: BLE001 (whatever it is, the worker lives on)
        _log.exception("a listener of xai_widgets.jobs failed")
