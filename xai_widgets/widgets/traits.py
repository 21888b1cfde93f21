"""Traits that Python's own do not check: numbers, targets and methods as people give them."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import traitlets


class Number(traitlets.Float[float, float]):
    """A float within bounds, also one of NumPy; NaN, which slips through traitlets' own bounds, is none."""

    def validate(self, obj: Any, value: Any) -> Any:
        number = float(value) if isinstance(value, np.floating | np.integer) else value
        if isinstance(number, float) and np.isnan(number):
            return self.error(obj, value)
        return super().validate(obj, number)


class Whole(traitlets.Int[Any, Any]):
    """A whole number within bounds, also one of NumPy; a truth value, which Python counts as 0 or 1, is none."""

    info_text = "a whole number"

    def validate(self, obj: Any, value: Any) -> Any:
        if isinstance(value, bool | np.bool_):
            return self.error(obj, value)
        return super().validate(obj, int(value) if isinstance(value, np.integer) else value)


class Choice(traitlets.TraitType[Any, Any]):
    """One of some words; where a word means one of them, that one is told.

    Parameters
    ----------
    words : collection of str
    default : str
    known_as : mapping, optional
        What to set instead of a word that others use, in small letters.
    """

    def __init__(self, words: Collection[str], default: str, known_as: Mapping[str, str] | None = None) -> None:
        super().__init__(default)
        self.words = list(words)
        self._known_as = known_as or {}

    def validate(self, obj: Any, value: Any) -> Any:  # noqa: ARG002 (as of every trait)
        if isinstance(value, str) and value in self.words:
            return value
        word = value.lower() if isinstance(value, str) else ""
        near = difflib.get_close_matches(word, self.words, n=1)
        meant = self._known_as.get(word) or (f"{self.name}={near[0]!r}" if near else "")
        raise traitlets.TraitError(
            f"There is no {self.name} {value!r}. Given: {self.name}={value!r}. "
            f"Expected: one of {', '.join(map(repr, self.words))}. "
            f"Do: {f'did you mean {meant}?' if meant else 'choose one of these.'}"
        )


class Row(Whole):
    """The position of a row in its table, or None; not its label."""

    info_text = "the position of a row, as X.index.get_loc(label) gives it, or None"
    allow_none = True

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, min=0, **keywords)


class Position(Whole):
    """The position of one of the names that the widget lists in another attribute; the name itself is read as that."""

    info_text = "a position, a name or None"
    allow_none = True

    def __init__(self, names: str, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, min=0, **keywords)
        self._names = names

    def validate(self, obj: Any, value: Any) -> Any:
        names = [str(name) for name in getattr(obj, self._names, ())]  # none before the model is read
        position = names.index(value) if isinstance(value, str) and value in names else value
        if names and (isinstance(position, str) or (_is_index(position) and position >= len(names))):
            shown = ", ".join(map(repr, names[:12])) + (", ..." if len(names) > 12 else "")
            raise traitlets.TraitError(
                f"There is no {self.name} {value!r}. Given: {self.name}={value!r} of {len(names)}. "
                f"Expected: one of {shown}, or a position from 0 to {len(names) - 1}. Do: choose one of these."
            )
        return super().validate(obj, position)


class Finite(Number):
    """A float that is neither NaN nor infinite."""

    info_text = "a finite number"

    def validate(self, obj: Any, value: Any) -> Any:
        if isinstance(value, int | float | np.floating) and _finite(value) is None:
            return self.error(obj, value)
        return super().validate(obj, value)


class Target(traitlets.TraitType[Any, Any]):
    """An output's index, one for each row, a function of the output, or None for the predicted one.

    On the wire a function is its name; what comes back by name is the function that is set.
    """

    info_text = "an output's index, a list of them, a function of the output, or None for the predicted one"

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.tag(to_json=_target_to_json, from_json=_target_from_json)

    def validate(self, obj: Any, value: Any) -> Any:
        if value is None or callable(value):
            return value
        plain = value.tolist() if hasattr(value, "tolist") else value
        if _is_index(plain):
            return plain
        if isinstance(plain, list | tuple) and plain and all(map(_is_index, plain)):
            return list(plain)
        return self.error(obj, value)


class Method(traitlets.TraitType[Any, Any]):
    """The name of a method, or an object with `.attribute(inputs, target=)`.

    On the wire an object is "custom"; what comes back as "custom" is the widget's `custom_method`.
    """

    def __init__(self, names: Collection[str], *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.names = names
        self.info_text = f"one of {', '.join(names)}, or an object with .attribute(inputs, target=)"
        self.tag(to_json=lambda method, _: method_to_json(method), from_json=_method_from_json)

    def validate(self, obj: Any, value: Any) -> Any:
        if isinstance(value, str):
            return value if value in self.names else self.error(obj, value)
        return value if callable(getattr(value, "attribute", None)) else self.error(obj, value)


def method_to_json(method: Any) -> str:
    return method if isinstance(method, str) else "custom"


def name_of_function(function: Any) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _method_from_json(method: Any, widget: Any) -> Any:
    return widget.custom_method if method == "custom" else method


def _target_to_json(target: Any, _: Any) -> Any:
    return {"name": name_of_function(target)} if callable(target) else target


def _target_from_json(target: Any, widget: Any) -> Any:
    return widget.target if isinstance(target, dict) else target


def _is_index(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


class Cursor(traitlets.TraitType[Any, Any]):
    """A place on two axes, [x, y]: a number each, or the name of a category; None is none."""

    info_text = "a place [x, y], each a finite number or the name of a category, or None"
    allow_none = True
    default_value = None

    def validate(self, obj: Any, value: Any) -> list[float | str] | None:
        if value is None:
            return None
        given = list(value) if isinstance(value, list | tuple | np.ndarray) else []
        places = [place for each in given if (place := each if isinstance(each, str) else _finite(each)) is not None]
        return places if len(given) == len(places) == 2 else self.error(obj, value)


def _finite(value: Any) -> float | None:
    try:
        number = float(value)
    except (OverflowError, TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None
