"""Rows of a batch shared out among threads, each with a copy of the model."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Generic, TypeVar

import torch
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

_Copy = TypeVar("_Copy")
_Result = TypeVar("_Result")
_FEWEST = 2  # rows that are worth a thread: a pair
_MOST_THREADS = 256  # they are made when they are needed


class Beside(Generic[_Copy]):
    """Copies that work beside each other, each on a thread with one of OpenMP's.

    OpenMP shares out the work of each operation, and waits for all of its threads at the end of each. Rows are
    independent from the first operation to the last: nobody waits for anybody but at the end.

    Parameters
    ----------
    own : object
        The first of them, which the calling thread uses where there is nothing to be shared out.
    copied : callable
        Makes another that can be used at the same time.
    """

    def __init__(self, own: _Copy, copied: Callable[[_Copy], _Copy]) -> None:
        self.own = own
        self._copied = copied
        self._copies = [own]
        self._pool = ThreadPoolExecutor(_MOST_THREADS, "xai_widgets rows", _take_one_thread)

    @property
    def threads(self) -> int:
        """On how many threads rows are shared out: as many as torch would use for each operation."""
        threads = torch.get_num_threads()
        return threads if threads > 1 and self._can_share else 1

    @functools.cached_property
    def _can_share(self) -> bool:
        return self._pool.submit(torch.get_num_threads).result() == 1  # torch may be built with other threads

    def alone(self, work: Callable[[_Copy], _Result]) -> _Result:
        """Return what a part of the rows would get: that of one thread."""
        return work(self.own) if self.threads == 1 else self._pool.submit(work, self.own).result()

    def each(self, rows: int, work: Callable[[_Copy, slice], _Result]) -> list[_Result]:
        """Return what becomes of the rows' parts, in order; where they are too few, there is one."""
        threads = self.threads
        if rows < _FEWEST * threads or threads == 1:
            return [work(self.own, slice(None))]
        self._copies += [self._copied(self.own) for _ in range(threads - len(self._copies))]
        pairs = rows // _FEWEST
        edges = [_FEWEST * (pairs * part // threads) for part in range(threads)] + [rows]
        parts = [
            self._pool.submit(work, copy, slice(*ends))
            for copy, ends in zip(self._copies, itertools.pairwise(edges), strict=False)
        ]
        wait(parts)  # of all, also where one has failed: nobody may come back to copies that are in use
        return [part.result() for part in parts]


def _take_one_thread() -> None:
    torch.get_num_threads()  # or what `torch.set_num_threads` was told would take effect after this
    ThreadpoolController().select(user_api="openmp").limit(limits=1)
