"""Arguments that several explainers have, checked."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from ..models import InputError

_MOST_SEED = 2**53 - 1  # what JavaScript can hold


def checked_seed(seed: Any) -> int:
    """Return a seed as a whole number; raise InputError where it is none that JavaScript can hold."""
    try:
        number = operator.index(seed)
    except TypeError:
        number = -1
    if not 0 <= number <= _MOST_SEED:
        raise InputError(
            "seed is out of range.",
            given=f"seed={seed!r}",
            expected=f"a whole number from 0 to {_MOST_SEED}",
            do="choose one",
        )
    return number


def check_choice(name: str, given: Any, choices: Sequence[str]) -> None:
    """Raise InputError where an argument is none of its choices."""
    if given not in choices:
        raise InputError(
            f"{name} is not known.",
            given=f"{name}={given!r}",
            expected=f"one of {', '.join(map(repr, choices))}",
            do="choose one",
        )


def check_count(name: str, given: Any) -> int:
    """Return an argument that counts; raise InputError where it is no whole number from 1 on."""
    try:
        number = 0 if isinstance(given, bool) else operator.index(given)
    except TypeError:
        number = 0
    if number < 1:
        raise InputError(
            f"{name} is out of range.",
            given=f"{name}={given!r}",
            expected="a whole number from 1 on",
            do="choose one",
        )
    return number
