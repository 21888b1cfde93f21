"""Which batch size is fastest: the first batches of the work itself are timed."""

from __future__ import annotations

_TIMINGS = 2  # the first of a size also pays for making its kernels
_ENOUGH = 0.95  # another size has to be this much faster than the one that was expected to be the best
_NEARLY = 0.75  # equal parts of a step are rarely of the very size that was asked for


class Pace:
    """Seconds per row at the batch size that is expected to be the fastest, at half and at twice of it."""

    def __init__(self) -> None:
        self._seconds: dict[int, list[float]] = {}

    def rows(self, expected: int, available: int) -> int:
        """Return the size of the next batch of `available` rows: one to be tried, or the fastest."""
        for rows in (expected, max(1, expected // 2), 2 * expected):
            if rows <= available and len(self._seconds.setdefault(rows, [])) < _TIMINGS:
                return rows
        best = min(self._seconds, key=self._seconds_at, default=expected)
        return best if self._seconds_at(best) < _ENOUGH * self._seconds_at(expected) else expected

    def note(self, rows: int, seconds: float) -> None:
        """Learn from a batch; of a size that is not tried it says nothing."""
        for tried, timings in self._seconds.items():
            if _NEARLY * tried < rows <= tried:
                timings.append(seconds / rows)

    def seconds_per_row(self) -> float | None:
        """Return what a row takes, or None before the first."""
        timed = [self._seconds_at(rows) for rows, timings in self._seconds.items() if timings]
        return min(timed, default=None)

    def _seconds_at(self, rows: int) -> float:
        return min(self._seconds.get(rows, ()), default=float("inf"))
