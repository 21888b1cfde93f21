"""What the numbers of a model of tables are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..models import InputError
from ..render import curve_words

_RESPONSES = {"predict_proba": "output", "decision_function": "decision_function", "module": "output"}


def response_of(predictor: Any) -> tuple[str, str]:
    """Say what a predictor's answers are, and of which class."""
    if predictor.method == "predict_proba" and predictor.classes is not None:
        return "probability", str(predictor.classes[-1] if predictor.target is None else predictor.target)
    return _RESPONSES.get(predictor.method, "prediction"), ""


def label_in(language: str, response: str, name: str) -> str:
    """Say the same in words."""
    return curve_words.label_of(response, name, language)


def checked_names(given: Any) -> tuple[str, ...] | None:
    """Return the names of the outputs that were given, or None."""
    if given is None:
        return None
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        named = "class_names=[names[index] for index in sorted(names)]" if isinstance(given, Mapping) else None
        raise InputError(
            "The names of the outputs are no list.",
            given=f"class_names={given!r}"[:200],
            expected="a name for each output, in its order",
            do=f"pass {named or f'class_names=[{given!r}]'}",
        )
    return tuple(str(name) for name in given)


def wrong_names(given: Sequence[str], own: Sequence[str]) -> InputError:
    """Return the error that there are not as many names as outputs, which are called `own` themselves."""
    count = f"{len(own)} output{'s' * (len(own) != 1)}" if own else "one output, a number"
    named = ", ".join(repr(name) for name in own if name)
    return InputError(
        "There are not as many names as outputs.",
        given=f"{len(given)} class_names for {count}",
        expected=f"a name for each of {named}" if named else "a name for each output",
        do="pass as many, or leave class_names= out",
    )
