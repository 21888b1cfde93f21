"""Which batch size is fastest: the first batches of the work itself are timed."""

from __future__ import annotations

_TIMINGS = 2  # the first of a size also pays for making its kernels
_ENOUGH = 0.95  # another size has to be this much faster than the one that was expected to be the best


class Pace:
    """Seconds per row at the batch size that is expected to be the fastest, at twice and at half of it."""

    def __init__(self) -> None:
        self._seconds: dict[int, list[float]] = {}

    def rows(self, expected: int) -> int:
        """Return the batch size to use next: one to be tried, or the fastest."""
        for rows in (expected, 2 * expected, expected // 2):
            if rows and len(self._seconds.setdefault(rows, [])) < _TIMINGS:
                return rows
        best = min(self._seconds, key=self._seconds_at)
        return best if self._seconds_at(best) < _ENOUGH * self._seconds_at(expected) else expected

    def note(self, rows: int, seconds: float) -> None:
        """Learn from a batch; of a size that is not to be tried it says nothing."""
        if rows in self._seconds:
            self._seconds[rows].append(seconds / rows)

    def seconds_per_row(self) -> float | None:
        """Return what a row takes, or None before the first."""
        return min(map(self._seconds_at, self._seconds), default=None)

    def _seconds_at(self, rows: int) -> float:
        return min(self._seconds[rows], default=float("inf"))
