"""The units of a run: which are done, which are next, and whether two states belong together."""

from __future__ import annotations

from ..models import InputError

Ranges = tuple[tuple[int, int], ...]


def next_units(ranges: Ranges, units: int, total: int) -> tuple[int, int]:
    """Return at most `units` missing units, first and stop: those after the first range, then the lowest."""
    missing = gaps(ranges, total)
    first, stop = next((gap for gap in missing if gap[0] >= ranges[0][1]), missing[0])
    return first, min(stop, first + units)


def gaps(ranges: Ranges, total: int) -> list[tuple[int, int]]:
    """Return the units below `total` that sorted disjoint ranges lack."""
    edges = [0, *(edge for span in ranges for edge in span), total]
    return [(first, stop) for first, stop in zip(edges[::2], edges[1::2], strict=True) if first < stop]


def joined(ranges: Ranges) -> Ranges:
    """Return half-open ranges sorted, those that touch made one."""
    together: list[tuple[int, int]] = []
    for first, stop in sorted(ranges):
        if together and first <= together[-1][1]:
            together[-1] = (together[-1][0], max(stop, together[-1][1]))
        else:
            together.append((first, stop))
    return tuple(together)


def joined_disjoint(left: Ranges, right: Ranges) -> Ranges:
    """Return the units of two states together.

    Raises
    ------
    InputError
        Where they have units in common.
    """
    ranges = joined(left + right)
    if count(ranges) < count(left) + count(right):
        raise InputError(
            "These states have units in common.",
            given=f"units {left} and {right}",
            expected="disjoint units",
            do="start each part at its own first_unit",
        )
    return ranges


def count(ranges: Ranges) -> int:
    """Return how many units disjoint ranges hold."""
    return sum(stop - first for first, stop in ranges)


def check_same_run(state: dict[str, str], run: dict[str, str]) -> None:
    """Raise InputError, naming what differs, where two identities are of two runs."""
    names = list({**run, **state})
    different = [name for name in names if state.get(name) != run.get(name)]
    if different:
        raise InputError(
            "This state belongs to another run.",
            given=f"a state with another {', another '.join(different)}",
            expected=f"the same {', '.join(names)}",
            do="start without state=, or with what the state was made from",
        )
