"""What every widget shares: a request goes to a worker, previews and results come back, and Python can wait."""

from __future__ import annotations

import base64
import difflib
import inspect
import logging
import os
import pathlib
import threading
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, Self, cast

import anywidget
import traitlets

from .. import export, wire
from ..jobs import Failure, Job, Outcome, Slot, Worker, worker_for
from ..models.compiling import stop_waiting, wait_for_code
from ..models.errors import InputError
from ..tables import words
from .asked_twice import AskedTwice
from .each_thread import ThreadsApart
from .traits import Choice

if TYPE_CHECKING:
    from IPython.display import Image

    from ..render import Figure

_LANGUAGES = ("en", "ko")
_THEMES = ("light", "dark")
_PREVIEWS_PER_SECOND = 30  # of new requests; a hand feels each
_REFINEMENTS_PER_SECOND = 10  # of what is shown already; each takes time from the computation
_PREVIEWS_OF_ALL_WIDGETS = 60
_PROGRESS_SECONDS = 0.25
_MOST_UNACKNOWLEDGED = 2
_MOST_VIEWS = 64
_STILL_SECONDS = 0.3  # that the output of a cell waits for its first picture
_DRAWING_SECONDS = 1.0  # for the drawing of one that there is

_COMPILING = "compiling"  # a notice

_OF_EVERY_WIDGET = {*anywidget.AnyWidget.class_trait_names(sync=True), "_esm", "_css", "_anywidget_id"}

_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

_log = logging.getLogger(__name__)


def kernel_owned() -> dict[str, bool]:
    """Return the tags of a trait that only the kernel writes: no echo, and what a browser sends is ignored."""
    return {"sync": True, "echo_update": False, "kernel_owned": True}


class LiveWidget(ThreadsApart):
    """A widget whose picture is computed by a stream on a worker thread.

    A subclass says what a request is and how it is answered:

    - `_parameters`: names of the traits that make up a request; a change of one asks for a new picture.
    - `make_stream(request)`: runs on the worker; yields estimates (see `explainers.stream.Estimate`).
    - `_frame(estimate, request, job, sequence)`: the frame of an estimate (see `wire.frame`).
    - `_explain(estimate, request)`: what `.explanation` gives.
    - `_figure(estimate, request, job)`: the same picture with no browser.

    Everything is published by the worker's thread. Trait handlers, which may run on any thread, only take the newest
    request.
    """

    status = Choice(["idle", "running", "done", "failed", "cancelled"], "idle").tag(**kernel_owned())
    progress = traitlets.Float(0.0, min=0.0, max=1.0).tag(**kernel_owned())
    job = traitlets.Int(0).tag(**kernel_owned())
    result = traitlets.Dict().tag(**kernel_owned())
    error = traitlets.Dict(default_value=None, allow_none=True).tag(**kernel_owned())
    notice = traitlets.Unicode("").tag(**kernel_owned())
    language = Choice(_LANGUAGES, "en").tag(sync=True)

    _parameters: tuple[str, ...] = ()
    _release_seconds = 30.0
    _instead: Mapping[str, str] = {}  # of keywords that there are not: what to do

    def __new__(cls, *arguments: Any, **keywords: Any) -> Self:
        for name in keywords:
            cls._check_keyword(name)
        return cast("Self", super().__new__(cls, *arguments, **keywords))

    def __init__(self, **traits: Any) -> None:
        self._slot = Slot(self)
        self._taking = threading.Lock()
        self._closed = False
        self._newest: dict[str, Any] | None = None
        self._failure: Failure | None = None
        self._shown: tuple[Any, dict[str, Any], int] | None = None  # estimate, request, job
        self._last_answer = (0, 0)  # job and units done of what `explanation` and `result` hold
        self._explanation: Any = None
        self._asked_twice = AskedTwice(self._warn)
        self._warning = self._other_notice = ""
        self._stills: deque[Future[bytes]] = deque()  # that outputs of cells wait for
        self._visible: dict[str, None] = {}  # in the order they came
        self._outstanding: set[tuple[int, int]] = set()
        self._sequence = 0
        self._last_preview = self._last_progress = float("-inf")
        super().__init__(**traits)
        self._first_values = {name: getattr(self, name) for name in self.trait_names(resettable=True)}
        self.on_msg(self._on_message)
        self.observe(self._on_parameter, names=list(self._parameters))
        self.observe(self._on_language, names=["language"])

    @traitlets.default("language")
    def _default_language(self) -> str:
        wanted = os.environ.get("XAI_WIDGETS_LANGUAGE", "en")
        return wanted if wanted in _LANGUAGES else "en"

    @property
    def explanation(self) -> Any:
        """The newest answer: None before the first, after a cancel or a failure the last estimate before it."""
        return self._explanation

    @property
    def last_error(self) -> Failure | None:
        """The exception that ended the newest job and its traceback as text, or None."""
        return self._failure

    def wait(self, timeout: float | None = None) -> Self:
        """Wait for the newest request and return the widget.

        Parameters
        ----------
        timeout : float, optional
            Seconds. By default as long as it takes.

        Raises
        ------
        TimeoutError
            When `timeout` passes; the job runs on, as it does after a KeyboardInterrupt.
        RuntimeError
            In an observer of this widget: it is told by the thread that would have to do the work.
        Exception
            What made the job fail.
        """
        if self._worker().is_current:
            raise RuntimeError("wait() in an observer would wait for itself. Do: read .explanation there instead.")
        end = None if timeout is None else time.monotonic() + timeout
        while not self._slot.wait(0.2 if end is None else max(0.0, min(0.2, end - time.monotonic()))):
            if end is not None and time.monotonic() >= end:
                raise TimeoutError(f"the widget is still {self.status} after {timeout} s; the job runs on")
        if self._failure is not None:
            raise self._failure.error.with_traceback(None)
        return self

    def cancel(self) -> None:
        """Stop the running job after its current step; the last estimate stays."""
        self._slot.cancel()

    def open(self) -> None:
        super().open()
        # ipykernel 7.4 leads what a browser says to the subshell that was the last to be asked when we published. A
        # page ends its subshells when it is reloaded, and from then on the widget would hear nothing.
        if hasattr(self.comm, "_reply_subshell_for"):
            self.comm._reply_subshell_for = lambda _, subshell: subshell  # noqa: SLF001 (there is no public way)

    def close(self) -> None:
        """Cancel the job, free what it held and take the widget out of the page."""
        # ipywidgets closes again what is collected, and what its constructor refused.
        if "_slot" in vars(self) and not self._closed:
            self._closed = True
            self._release_seconds = 0.0
            self._visible.clear()
            self._slot.cancel()
            self._plan_release()
        super().close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(status={self.status!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        # What a browser sends is untrusted: it may set our own traits, and of those not what only the kernel writes.
        allowed = set(self.trait_names(sync=True, kernel_owned=None)) - _OF_EVERY_WIDGET
        self._outstanding.clear()  # who asks for more has received what was sent before it last asked
        super().set_state({name: value for name, value in sync_data.items() if name in allowed})

    def __setattr__(self, name: str, value: Any) -> None:
        complete = "_first_values" in vars(self)
        if complete and not name.startswith("_") and not hasattr(self, name):  # a misspelt trait would change nothing
            close = difflib.get_close_matches(name, self.trait_names(sync=True), 1)
            advice = f" Did you mean {close[0]}?" if close else ""
            raise AttributeError(f"{type(self).__name__} has no {name!r} to set.{advice}")
        super().__setattr__(name, value)

    @classmethod
    def _check_keyword(cls, name: str) -> None:
        """Raise where a keyword is neither an argument nor a trait to set: it would change nothing."""
        signatures = [inspect.signature(base) for base in cls.__mro__ if issubclass(base, LiveWidget)]
        parameters = [each for signature in signatures for each in signature.parameters.values()]
        arguments = [each.name for each in parameters if each.kind in _NAMED]
        if name in arguments or name in cls.class_trait_names(kernel_owned=None):
            return
        known = set(cls.class_trait_names(sync=True, kernel_owned=None)) - _OF_EVERY_WIDGET
        close = difflib.get_close_matches(name, sorted({*arguments, *known}), 1)
        advice = f"; did you mean {close[0]}?" if close else ""
        instead = cls._instead.get(name)
        raise TypeError(f"{cls.__name__} has no parameter {name!r}{f'. Do: {instead}.' if instead else advice}")

    # -- what a subclass says ----------------------------------------------------------------------------------------

    def _device(self) -> str:
        return "cpu"

    @abstractmethod
    def make_stream(self, request: dict[str, Any]) -> Iterator[Any]: ...

    @abstractmethod
    def _frame(self, estimate: Any, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]: ...

    def _preview(self, estimate: Any, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        """Return the frame of an estimate on the way; it may build on those sent before of the same job."""
        return self._frame(estimate, request, job, sequence)

    @abstractmethod
    def _explain(self, estimate: Any, request: dict[str, Any]) -> Any: ...

    @abstractmethod
    def _figure(self, estimate: Any, request: dict[str, Any], job: int, theme: str) -> Figure: ...

    def _describe_error(self, error: Exception) -> dict[str, str]:
        """Return the parts of an error that the view shows: title, given, expected, do."""
        parts = {name: str(getattr(error, name, "")) for name in ("title", "given", "expected", "do")}
        if not parts["title"]:
            parts["title"] = f"{type(error).__name__}: {error}"
            parts["do"] = "see the traceback in last_error"
        return parts

    def _before_export(self) -> None:
        """Wait for what the file has to hold; called before the state is read for it."""

    def _free(self) -> None:
        """Free what can be made again; called when nobody has looked for a while, and by close."""

    # -- requests: any thread ----------------------------------------------------------------------------------------

    def _on_parameter(self, _: Any) -> None:
        self._request()

    def _request(self, *, again: bool = False) -> None:
        """Take the traits as they are as the newest request; `again` even if it is the one that was answered."""
        with self._taking:
            request = {name: getattr(self, name) for name in self._parameters}
            if self._closed or (_is_same(request, self._newest) and not again):
                return
            self._newest = request
            worker = self._worker()
            worker.clear(self)
            self._slot.submit(worker, dict(request))

    def _on_message(self, _: Any, content: Any, __: Any) -> None:
        if not isinstance(content, dict):
            return
        kind = content.get("kind")
        if kind == "ack":
            job, sequence = content.get("job"), content.get("sequence")
            if isinstance(job, int) and isinstance(sequence, int):
                received = [sent for sent in tuple(self._outstanding) if sent <= (job, sequence)]
                self._outstanding.difference_update(received)
        elif kind == "visible":
            self._on_visible(str(content.get("view"))[:64], visible=content.get("visible") is True)
        elif kind == "cancel":
            self.cancel()
        elif kind == "compute":
            self._request(again=True)
        elif kind == "reset":
            with self.hold_trait_notifications():
                for name, value in self._first_values.items():
                    setattr(self, name, value)

    def _on_visible(self, view: str, *, visible: bool) -> None:
        if not visible:
            self._visible.pop(view, None)
            self._plan_release()
            return
        self._visible[view] = None
        while len(self._visible) > _MOST_VIEWS:  # pages that went without a word
            del self._visible[next(iter(self._visible))]
        self._outstanding.clear()  # a page that was closed never acknowledges
        self._worker().clear(self)

    def _worker(self) -> Worker:
        return worker_for(self._device())

    # -- publishing: the worker's thread -----------------------------------------------------------------------------

    def on_start(self, job: Job) -> None:
        if self._slot.is_newest(job):
            self._failure = None
            self._publish(job=job.number, progress=0.0, error=None, status="running")
        if self._shown is None:
            wait_for_code(self)

    def on_compiling(self) -> None:
        self._publish(notice=_COMPILING)

    def _stop_waiting(self) -> None:
        stop_waiting(self)
        if self.notice == _COMPILING:
            self._publish(notice="")

    def on_step(self, job: Job, item: Any) -> None:
        newest = self._slot.is_newest(job)
        first = self._shown is None or self._shown[2] != job.number
        if not newest and not first:
            return  # a first picture is shown all the same: a hand that never rests still sees some
        if self._shown is None:
            self._stop_waiting()
        self._shown = (item, job.request, job.number)
        try:
            if item.finished and newest:
                self._publish_answer()
            else:
                self._publish_preview(item, job, first=first)
        except Exception as error:  # noqa: BLE001 (an answer that cannot be shown is a failed one)
            self._failure = Failure.of(error)
            job.cancelled.set()
        if self._stills:
            self._on_worker(self._draw_stills)

    def on_end(self, job: Job, outcome: Outcome, failure: Failure | None) -> None:
        self._stop_waiting()
        try:
            if self._slot.is_newest(job) and outcome != "replaced":
                self._end(job, failure)
        finally:
            self._slot.end(job)
            if self._slot.is_newest(job) and self._shown is None:
                for still in tuple(self._stills):
                    still.cancel()
            self._plan_release()

    def _end(self, job: Job, failure: Failure | None) -> None:
        estimate, _, shown = self._shown or (None, None, 0)
        finished = estimate is not None and estimate.finished and shown == job.number
        started = self.job == job.number
        failure = failure or (self._failure if started else None)
        if estimate is not None and self._last_answer != (shown, estimate.done):
            try:
                self._publish_answer()  # what there is stays, and says how much it is, also that of a hand on its way
            except Exception as error:  # noqa: BLE001 (an answer that cannot be shown is a failed one)
                failure = failure or Failure.of(error)
        self._failure = failure
        if failure is not None:
            self._publish(error=self._describe_error(failure.error), status="failed")
        else:
            self._publish(error=None, status="done" if finished else "cancelled")

    def _warn(self, warning: str) -> None:
        """Show a warning, by its key, in the place of all notices, until it is taken back by an empty one."""
        if warning != self._warning:
            self._warning = warning
            self._show_warning()

    def _on_language(self, _: Any) -> None:
        if self._warning:
            self._on_worker(self._show_warning)

    def _show_warning(self) -> None:
        self._publish(notice=self._other_notice)

    def _publish(self, **traits: Any) -> None:
        """Set traits, in one message; what an observer of the reader's raises is logged and stops nothing."""
        if "notice" in traits:
            self._other_notice = traits["notice"]
            if self._warning:
                traits["notice"] = words(self.language)[f"warning.{self._warning}"]
        with self.hold_sync():
            for name, value in traits.items():
                try:
                    setattr(self, name, value)
                except Exception:  # noqa: BLE001 (it is the reader's)
                    _log.exception("an observer of %s.%s failed", type(self).__name__, name)

    def _publish_answer(self) -> None:
        assert self._shown is not None
        estimate, request, job = self._shown
        explanation, result = self._explain(estimate, request), self._next_frame(estimate, request, job)
        self._explanation, self._last_answer = explanation, (job, estimate.done)
        self._publish(result=result, progress=min(1.0, estimate.done / max(1, estimate.total or estimate.done)))
        self._after_answer()

    def _publish_preview(self, estimate: Any, job: Job, *, first: bool) -> None:
        now = time.monotonic()
        rate = _PREVIEWS_PER_SECOND if first else _REFINEMENTS_PER_SECOND
        pause = max(1 / rate, self._worker().active / _PREVIEWS_OF_ALL_WIDGETS)
        if self._visible and len(self._outstanding) < _MOST_UNACKNOWLEDGED and now - self._last_preview >= pause:
            self._last_preview = now
            assert self._shown is not None
            self._sequence += 1
            frame = self._preview(*self._shown, self._sequence)
            self._outstanding.add((job.number, self._sequence))
            content, buffers = wire.message("preview", frame)
            self.send(content, buffers)
        if now - self._last_progress >= _PROGRESS_SECONDS and estimate.total:
            self._last_progress = now
            self._publish(progress=min(1.0, estimate.done / estimate.total))

    def _show_again(self) -> None:
        """Publish the shown picture anew, because how it is reduced has changed; the answer is the same."""
        if self._shown is not None:
            self._publish(result=self._next_frame(*self._shown))
            self._after_answer()

    def _after_answer(self) -> None:
        """Do what follows where an answer is shown, or shown anew."""

    def _next_frame(self, estimate: Any, request: dict[str, Any], job: int) -> dict[str, Any]:
        self._sequence += 1
        return self._frame(estimate, request, job, self._sequence)

    def _on_worker(self, function: Callable[[], None]) -> None:
        """Have the worker call a function of this widget soon, because only the worker publishes."""
        self._worker().call_at((self, function.__name__), 0.0, function)

    def _catch_up(self) -> None:
        """Wait until the worker has done what it was given to do soon."""
        if not self._worker().is_current:
            done = threading.Event()
            self._worker().call_at(done, 0.0, done.set)
            done.wait()

    def _plan_release(self) -> None:
        if not self._visible:
            self._worker().call_at(self, self._release_seconds, self._release)

    def _release(self) -> None:
        if not self._visible and self._slot.wait(0.0):
            self._free()

    # -- without a browser -------------------------------------------------------------------------------------------

    def snapshot(self, theme: str = "light") -> Image:
        """Return the picture as it is now as an ordinary image, which stays when the kernel is gone.

        Parameters
        ----------
        theme : {"light", "dark"}, default "light"
            What page it is made for.

        Raises
        ------
        InputError
            For another theme.
        RuntimeError
            Before the first estimate; `w.wait().snapshot()` waits for it.
        """
        from IPython.display import Image

        if theme not in _THEMES:
            raise InputError(
                "The theme is not known.", given=f"theme={theme!r}", expected="light or dark", do="choose one of them"
            )
        figure = self._figure(*self._picture_now("snapshot"), theme)
        return Image(data=figure.png(), format="png", alt=figure.description)  # type: ignore[no-untyped-call]

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Write one file that shows the view as it is now, without a kernel and without a network.

        Whatever the browser does alone still works in it; the controls that need the kernel are greyed out.

        Parameters
        ----------
        path : str or path
            Where to; an existing file is replaced.

        Raises
        ------
        RuntimeError
            Before the first estimate; `w.wait().to_html(path)` waits for it.
        """
        estimate, request, job = self._picture_now("to_html")
        self._before_export()
        names = {name for name in self.traits(sync=True) if name not in _OF_EVERY_WIDGET}
        state = self.get_state(names) | {"result": self._frame(estimate, request, job, self._sequence)}
        page = export.to_html(
            self._esm,
            self._css,
            state,
            title=type(self).__name__,
            language=self.language,
            figure=self._figure(estimate, request, job, "light"),
        )
        pathlib.Path(path).write_text(page, encoding="utf-8")

    def _picture_now(self, wanted: str) -> tuple[Any, dict[str, Any], int]:
        if self._shown is None:
            raise RuntimeError(f"There is no picture yet. Do: w.wait() before w.{wanted}().")
        return self._shown

    def _repr_mimebundle_(self, **keywords: Any) -> Any:
        bundle = super()._repr_mimebundle_(**keywords)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if not data:
            return bundle
        seconds = _STILL_SECONDS if self._shown is None else _DRAWING_SECONDS
        still = self._still()
        try:
            data["image/png"] = base64.b64encode(still.result(seconds)).decode("ascii")
        except (TimeoutError, CancelledError):
            still.cancel()
        except Exception:  # noqa: BLE001 (the live view is worth more than its still)
            _log.exception("the still picture of %s could not be drawn", type(self).__name__)
        return bundle

    def _still(self) -> Future[bytes]:
        """Ask the worker for the picture as a PNG, or for the first that there will be, unless it is cancelled."""
        still: Future[bytes] = Future()
        self._stills.append(still)
        if self._worker().is_current:
            self._draw_stills()
            still.cancel()  # there is none yet, and to wait here is to wait for oneself
        else:
            self._on_worker(self._draw_stills)
        return still

    def _draw_stills(self) -> None:
        if self._shown is None:
            return
        asked = [self._stills.popleft() for _ in range(len(self._stills))]
        waiting = [still for still in asked if still.set_running_or_notify_cancel()]
        if not waiting:
            return
        try:
            png = self._figure(*self._shown, "light").png()
        except Exception as error:  # noqa: BLE001 (who waits is told)
            for still in waiting:
                still.set_exception(error)
        else:
            for still in waiting:
                still.set_result(png)


def _is_same(request: dict[str, Any], other: dict[str, Any] | None) -> bool:
    """Compare plain values by value and the reader's own objects by identity, whose == may be anything."""
    plain = (str, int, float, bool, list, type(None))
    return other is not None and all(
        value is other[name] or (isinstance(value, plain) and isinstance(other[name], plain) and value == other[name])
        for name, value in request.items()
    )
