"""What is found out beside the picture, in turns with it, without holding it up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from ..jobs import Failure, Job, Outcome, Slot, Worker

_SHOWING_SECONDS = 0.25  # between two answers that are not the last


class Aside:
    """A question that a worker answers by a stream, in turns with the picture; a newer question replaces it.

    Parameters
    ----------
    worker : Worker
        Where it runs.
    answer : callable
        Makes the stream of answers to a question, on the worker's thread.
    show : callable
        Takes an answer, on the worker's thread.
    fail : callable
        Takes what was raised instead of an answer, on the worker's thread.
    """

    def __init__(
        self,
        worker: Worker,
        answer: Callable[[Any], Iterator[Any]],
        show: Callable[[Any], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._worker = worker
        self._show = show
        self._fail = fail
        self._slot = Slot(self)
        self._lock = threading.Lock()
        self._asked: object = None  # what was asked last, until it is stopped
        self._answer: Any = None
        self._shown = float("-inf")
        self.make_stream = answer

    def ask(self, question: Any = None, *, after: float = 0.0) -> None:
        """Ask in so many seconds, in place of what was asked before, which is answered no more."""
        with self._lock:
            self._asked = asked = object()
            self._slot.cancel()
            self._worker.call_at(self, after, lambda: self._begin(question, asked))

    def stop(self) -> None:
        """Give no more answers."""
        with self._lock:
            self._asked = None
            self._worker.clear(self)
            self._slot.cancel()

    def _begin(self, question: Any, asked: object) -> None:
        with self._lock:
            if asked is self._asked:  # else it was stopped when its alarm had gone off
                self._answer, self._shown = None, time.monotonic()
                self._slot.submit(self._worker, question)

    def on_start(self, job: Job) -> None:
        pass

    def on_step(self, job: Job, item: Any) -> None:
        self._answer = item
        if not job.cancelled.is_set() and time.monotonic() - self._shown >= _SHOWING_SECONDS:
            self._shown = time.monotonic()
            self._show(item)

    def on_end(self, job: Job, outcome: Outcome, failure: Failure | None) -> None:
        if not job.cancelled.is_set():
            if outcome == "done":
                self._show(self._answer)
            elif failure is not None:
                self._fail(failure.error)
        self._slot.end(job)
