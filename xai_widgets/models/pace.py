"""Which batch size is fastest: the first batches of the work itself are timed."""

from __future__ import annotations

_TIMINGS = 3  # of each size; the least counts, because the first also pays for making its kernels
_ENOUGH = 0.97  # a size has to be this much faster than a smaller or a likelier one
_NEARLY = 0.75  # equal parts of a step are rarely of the very size that was asked for


class Pace:
    """Seconds per row at the batch size that is expected to be the fastest, at half, twice and four times of it."""

    def __init__(self) -> None:
        self._seconds: dict[int, list[float]] = {}

    def rows(self, expected: int, available: int) -> int:
        """Return the size of the next batch of `available` rows: one to be tried, or the fastest."""
        half = max(1, expected // 2)
        for rows in (expected, half):
            if self._is_open(rows, available):
                return rows
        if self._is_faster(half, expected):
            return half
        best = expected
        for rows in (2 * expected, 4 * expected):
            if self._is_open(rows, available):
                return rows
            if not self._is_faster(rows, best):
                break
            best = rows
        return best

    def note(self, rows: int, seconds: float) -> None:
        """Learn from a batch; of a size that is not tried, or has been often enough, it says nothing."""
        for tried, timings in self._seconds.items():
            if _NEARLY * tried < rows <= tried and len(timings) < _TIMINGS:
                timings.append(seconds / rows)

    def _is_open(self, rows: int, available: int) -> bool:
        return _NEARLY * rows < available and len(self._seconds.setdefault(rows, [])) < _TIMINGS

    def _is_faster(self, rows: int, than: int) -> bool:
        return self._seconds_at(rows) < _ENOUGH * self._seconds_at(than)

    def _seconds_at(self, rows: int) -> float:
        return min(self._seconds.get(rows, ()), default=float("inf"))
