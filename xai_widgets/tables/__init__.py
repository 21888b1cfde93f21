"""The words, colour maps and formulas that Python and the browser share.

Templates hold `{name}` fields. What goes into them is text already: numbers with a true minus (U+2212), three
significant digits at most, percentages as `15 %`.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Any


def _read(name: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((files(__name__) / f"{name}.json").read_text(encoding="utf-8"))
    return table


@cache
def words(language: str = "en") -> dict[str, str]:
    """Return the texts of a language ("en" or "ko"); a missing key falls back to English."""
    english = _read("words.en")
    return english if language == "en" else {**english, **_read(f"words.{language}")}


@cache
def colormaps() -> dict[str, Any]:
    """Return the stops of every colour map, from neutral outwards, per theme; a null neutral is the page."""
    return _read("colormaps")


@cache
def row_colours() -> dict[str, Any]:
    """Return per theme what rows are coloured with: stops for numbers, ten colours of categories, two greys."""
    return _read("row_colours")


@cache
def methods() -> dict[str, Any]:
    """Return what is known of every method: formula, unit, sign of its values, source."""
    return _read("methods")
