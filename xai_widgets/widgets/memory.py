"""How much memory curves take, told before it is taken."""

from __future__ import annotations

import re

from ..models import InputError

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}
_DRAWN = 4  # bytes of a point of a curve to brush and draw it: twice 16 bits


def bytes_of(given: int | str | None) -> int | None:
    """Return a number of bytes, given as one or as in "2 GB" and "512 MiB".

    Examples
    --------
    >>> bytes_of("1.5 GB"), bytes_of("2 KiB")
    (1500000000, 2048)
    """
    if given is None:
        return None
    found = re.fullmatch(r"\s*([0-9.]+)\s*([KMGT]?I?)B?\s*", str(given).upper())
    try:
        number = float(found[1]) * _UNITS[found[2]] if found else 0.0
    except (ValueError, KeyError):
        number = 0.0
    if isinstance(given, bool) or number < 1:
        raise InputError(
            "The memory limit is not a size.",
            given=f"max_memory={given!r}",
            expected='a number of bytes, or one with its unit, as in "2 GB"',
            do="leave it out for half of the memory that is free",
        )
    return int(number)


def check_memory(rows: int, points: int, each: int, most: int | None) -> None:
    """Refuse curves that take more than `most` bytes, by default half of the memory that is free.

    Parameters
    ----------
    rows, points : int
        How many curves, and of how many points.
    each : int
        Bytes of a point.
    most : int or None

    Raises
    ------
    InputError
        With how much they take, and what to do.
    """
    import psutil

    limit = int(psutil.virtual_memory().available) // 2 if most is None else most
    each += _DRAWN
    needed = rows * points * each
    if needed > limit:
        fitting = limit // (points * each)
        raise InputError(
            "The curves take more memory than they may.",
            given=f"{rows} rows x {points} points x {each} bytes = {_told(needed)}",
            expected=f"at most {_told(limit)}" + (", half of what is free" if most is None else ", max_memory"),
            do=f"pass a random sample of {fitting} rows, a smaller grid_resolution or a larger max_memory",
        )


def _told(size: int) -> str:
    unit = next((unit for unit in "TGMK" if size >= _UNITS[unit]), "")
    return f"{size / _UNITS[unit]:.3g} {unit.replace('K', 'k')}B"
