"""Which of two ways to compute the same takes less time on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def is_quicker(ours: Callable[[], Any], theirs: Callable[[], Any], *, rounds: int, enough: float) -> bool:
    """Whether our way takes less than `enough` of the time of theirs, both tried in turn and at their best."""
    times = [(_seconds(theirs), _seconds(ours)) for _ in range(rounds)]
    return min(own for _, own in times) < enough * min(plain for plain, _ in times)


def _seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
