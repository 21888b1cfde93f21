"""Work spread over an executor: parts of a run are done by its workers, and their states joined as they come."""

from __future__ import annotations

import dataclasses
import os
import pickle
import threading
import time
import uuid
from collections import OrderedDict, deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import Any, Protocol, TypeVar

from ..models import InputError, ModelError
from .runs import Ranges, gaps
from .stream import Estimate, State, attempt

_FIRST_UNITS = 16
_PART_SECONDS = 0.25  # short enough to show progress, long enough to be worth the way
_PARTS_A_WORKER = 2  # one at work, one that waits
_MOST_TRIES = 3
_LOOK_SECONDS = 0.05  # how long a cancel waits
_MOST_KEPT = 2  # runs of which a worker keeps explainer and data
_IDLE_SECONDS = 60  # after which it keeps none


class SpreadState(State, Protocol):
    """A dataclass whose units done are `ranges`."""

    @property
    def ranges(self) -> Ranges: ...


AnyState = TypeVar("AnyState", bound=SpreadState)


class SpreadExplainer(Protocol[AnyState]):
    """An explainer that can join states of disjoint units: `PartialDependence` and `SmoothGrad` are such."""

    def advance(self, state: AnyState, units: int) -> AnyState: ...

    def merge(self, left: AnyState, right: AnyState) -> AnyState: ...

    def estimate(self, state: AnyState) -> Estimate[AnyState]: ...

    def finish(self, state: AnyState) -> None: ...


class Pieces(Protocol):
    """Where the data of units lie, when these are in pieces; a piece is worked on as a whole.

    The explainer's `holding(state, lying)` returns the state of a worker that was given a piece.
    """

    def stop(self, first: int) -> int:
        """Return the unit after the last one of a unit's piece."""

    def lying(self, first: int, executor: Executor) -> Any:
        """Return what to give to an executor's worker for the piece of a unit."""


def spread(
    explainer: SpreadExplainer[AnyState],
    fresh: AnyState,
    executor: Executor,
    *,
    state: AnyState | None = None,
    pieces: Pieces | None = None,
) -> Iterator[Estimate[AnyState] | None]:
    """Have an executor's workers do what is left of a run, and yield an estimate whenever parts of it have come.

    The result is that of `drive`, to the rounding of sums in another order. The explainer and its data are sent once
    to each worker that lacks them, then no more than the numbers of the units; a worker sends back what it has found.
    Two parts a worker are under way at a time, and a part that is lost with its worker is done again. When the stream
    is closed, parts that have not begun are cancelled.

    Parameters
    ----------
    explainer : explainer with `merge`
        What is computed. Outside of this process a copy of it, by pickle.
    fresh : state
        That of its `start`, with no units done.
    executor : concurrent.futures.Executor
        Threads, processes, or a cluster: `dask.distributed.Client.get_executor()`, for instance.
    state : state, optional
        Of the same run: go on from there.
    pieces : Pieces, optional
        Where the data lie, if not in the state.

    Yields
    ------
    Estimate or None
        None where nothing has come for a moment, so that who reads may do other work. The last has `finished` set.

    Raises
    ------
    ModelError
        Where the executor takes no work, or has lost a part again and again.
    Exception
        What the explainer raises in a worker.

    Examples
    --------
    >>> import numpy as np
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from xai_widgets.explainers import PartialDependence
    >>> explainer, X = PartialDependence(lambda X: X[:, 0] * X[:, 1], 0), np.array([[0.0, 1.0], [1.0, 3.0]])
    >>> with ThreadPoolExecutor(2) as executor:
    ...     *_, estimate = spread(explainer, explainer.start(X), executor)
    >>> estimate.value, estimate.finished
    (array([[0., 2.]]), True)
    """
    reached = fresh if state is None else state
    if reached.units >= reached.total_units:
        yield explainer.estimate(reached)
        return
    work = _Work(explainer, fresh, executor, gaps(reached.ranges, reached.total_units), pieces)
    try:
        while reached.units < reached.total_units:
            before = reached
            for found in work.come():
                reached = explainer.merge(reached, dataclasses.replace(fresh, **found))  # type: ignore[type-var]
            if reached.units >= reached.total_units:
                explainer.finish(reached)
            yield None if reached is before else explainer.estimate(reached)
    finally:
        work.stop()


@dataclasses.dataclass
class _Part:
    """Units, first to stop, and how often they have been lost."""

    first: int
    stop: int
    lost: int = 0
    with_shared: bool = False


class _Work:
    """The parts of a run: those to be done, and those under way."""

    def __init__(
        self,
        explainer: Any,
        fresh: Any,
        executor: Executor,
        missing: list[tuple[int, int]],
        pieces: Pieces | None,
    ) -> None:
        self._shared = explainer, fresh
        self._executor = executor
        self._client = getattr(executor, "_client", None)  # of a Dask cluster
        self._workers = _workers_of(executor)
        self._missing = deque(missing)
        self._pieces = pieces
        self._again: deque[_Part] = deque()
        self._under_way: dict[Future[Any], _Part] = {}
        self._most_units = max(1, sum(stop - first for first, stop in missing) // (4 * self._workers))
        self._units = min(_FIRST_UNITS, self._most_units)
        self._run = uuid.uuid4().hex
        self._sent: Any = None
        _LED[self._run] = self._shared  # threads of this process need not be sent anything

    def come(self) -> Iterator[dict[str, Any]]:
        """Give out parts, wait a moment, and yield what has come."""
        while len(self._under_way) < _PARTS_A_WORKER * self._workers and (part := self._next()):
            self._under_way[self._submitted(part)] = part
        for future in wait(self._under_way, _LOOK_SECONDS, FIRST_COMPLETED).done:
            part = self._under_way.pop(future)
            answer = self._answer(future, part)
            if isinstance(answer, _Found):
                self._pace(part, answer.seconds)
                yield answer.changes
            elif isinstance(answer, _Unknown):
                self._again.append(dataclasses.replace(part, with_shared=True))
            elif isinstance(answer, Exception):
                raise answer

    def stop(self) -> None:
        """Cancel what has not begun."""
        for future in self._under_way:
            future.cancel()
        _LED.pop(self._run, None)

    def _next(self) -> _Part | None:
        if self._again:
            return self._again.popleft()
        if not self._missing:
            return None
        first, end = self._missing.popleft()
        stop = min(end, first + self._units if self._pieces is None else self._pieces.stop(first))
        if stop < end:
            self._missing.appendleft((stop, end))
        return _Part(first, stop)

    def _submitted(self, part: _Part) -> Future[Any]:
        shared = self._to_send() if part.with_shared or self._client else None
        lying = None if self._pieces is None else self._pieces.lying(part.first, self._executor)
        try:
            return self._executor.submit(advance_part, self._run, shared, part.first, part.stop, lying, part.lost)
        except RuntimeError as error:  # a pool that is broken or was shut down
            raise ModelError(
                "The executor takes no more work.",
                given=f"{type(self._executor).__name__}, which raised {type(error).__name__}: {error}",
                expected="an executor that is open, with workers that live",
                do="make a new one; the last estimate's state can be resumed",
            ) from error

    def _to_send(self) -> Any:
        """Return explainer and data as bytes; for a Dask cluster as their name there, where they cannot get lost."""
        if self._sent is None:
            import cloudpickle  # type: ignore[import-untyped]

            octets = cloudpickle.dumps(self._shared)
            self._sent = octets if self._client is None else self._client.submit(bytes, octets, pure=False)
        return self._sent

    def _answer(self, future: Future[Any], part: _Part) -> Any:
        try:
            return future.result()
        except Exception as error:
            if part.lost + 1 == _MOST_TRIES:
                raise ModelError(
                    "A part of the work was lost again and again.",
                    given=f"units {part.first} to {part.stop}, lost {_MOST_TRIES} times, "
                    f"the last time by {type(error).__name__}: {error}",
                    expected="workers that live long enough to do a part",
                    do="see the workers' logs: memory may have run out, or this package may be missing there",
                ) from error
        self._again.append(dataclasses.replace(part, lost=part.lost + 1))
        return None

    def _pace(self, part: _Part, seconds: float) -> None:
        """Choose the length of parts by the last one: at most twice as long."""
        units = part.stop - part.first
        self._units = max(1, min(2 * units, int(units * _PART_SECONDS / max(seconds, 1e-9)), self._most_units))


@dataclasses.dataclass(frozen=True)
class _Found:
    """What a worker found: the fields of the state that are other than those of the fresh one."""

    changes: dict[str, Any]
    seconds: float


@dataclasses.dataclass(frozen=True)
class _Unknown:
    """What a worker says that has not been sent the explainer and the data."""


_LED: dict[str, tuple[Any, Any]] = {}  # runs of this process, as long as they last
_KEPT: OrderedDict[str, tuple[Any, Any]] = OrderedDict()  # runs of others, by their newest


def advance_part(
    run: str,
    shared: bytes | None,
    first: int,
    stop: int,
    lying: Any,
    lost: int,  # noqa: ARG001 (makes another call of it)
) -> Any:
    """Do the units of a part in a worker.

    Parameters
    ----------
    run : str
        Names the run.
    shared : bytes or None
        Its explainer and fresh state, for a worker that has said that it does not have them.
    first, stop : int
        The units.
    lying : object or None
        Their data, where these are in pieces.
    lost : int
        How often they have been lost before.
    """
    kept = _LED.get(run) or _KEPT.get(run)
    if kept is None and shared is None:
        return _Unknown()
    try:
        began = time.perf_counter()
        explainer, fresh = kept or _keep(run, pickle.loads(shared))  # type: ignore[arg-type]  # noqa: S301 (from `spread`)
        begin = fresh if lying is None else explainer.holding(fresh, lying)
        state = dataclasses.replace(begin, ranges=((first, first),))
        units = stop - first
        while state.units < stop - first:
            advanced = attempt(explainer, state, min(units, stop - first - state.units))
            units = units if advanced is not None else max(1, units // 2)
            state = state if advanced is None else advanced
        return _Found(_changes(begin, state), time.perf_counter() - began)
    except Exception as error:  # noqa: BLE001 (raised where the run is led: it is no loss of a worker)
        return _sendable(error)
    finally:
        if _KEPT:
            _IDLENESS.begin()


def _keep(run: str, shared: tuple[Any, Any]) -> tuple[Any, Any]:
    _KEPT[run] = shared
    while len(_KEPT) > _MOST_KEPT:
        _KEPT.popitem(last=False)
    return shared


class _Idleness:
    """Lets go of what a worker keeps when nothing has been asked of it for a while."""

    def __init__(self) -> None:
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(_IDLE_SECONDS, _KEPT.clear)
        self._timer.daemon = True
        self._timer.start()


_IDLENESS = _Idleness()


def _changes(begin: Any, state: Any) -> dict[str, Any]:
    names = [field.name for field in dataclasses.fields(state)]
    return {name: getattr(state, name) for name in names if getattr(state, name) is not getattr(begin, name)}


def _sendable(error: Exception) -> Exception:
    error.__traceback__ = None
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 (our own)
    except Exception:  # noqa: BLE001 (whatever it is that it cannot be sent as)
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def check_executor(executor: Any) -> None:
    """Raise InputError for what takes no work."""
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise InputError(
            "This is not an executor.",
            given=f"executor={executor!r}",
            expected="a concurrent.futures.Executor",
            do="pass concurrent.futures.ThreadPoolExecutor(), or client.get_executor() of a Dask cluster",
        )


def _workers_of(executor: Executor) -> int:
    """Return how many parts an executor does at once."""
    client = getattr(executor, "_client", None)
    if client is not None:
        return max(1, sum(map(int, client.nthreads().values())))
    return int(getattr(executor, "_max_workers", None) or os.cpu_count() or 1)
