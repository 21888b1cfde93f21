"""What the colours of rows mean, in lines that wrap. Twin: js/lib/legend.ts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables import words
from . import letters
from .marks import LINE, Box, Image, Mark, Text
from .text import quantity

if TYPE_CHECKING:
    from .colour import Bytes

BAR, SWATCH, SIZE = 120, 9, 11


def legend(
    header: Mapping[str, Any], name: str, inks: Bytes, ink: str, place: tuple[float, float], width: float, language: str
) -> tuple[list[Mark], float]:
    """Return the marks of a legend, and its height.

    Parameters
    ----------
    header : mapping
        Of the colours.
    name : str
        What they stand for.
    inks : ndarray of uint8 of shape (256, 3)
        The colour of each code.
    ink : str
        Of the words.
    place : (float, float)
        Its left end, and the base line of its first line.
    width : float
    language : {"en", "ko"}
    """
    left, base = place
    x, y = left, base
    marks: list[Mark] = []
    for width_of_item, draw in _items(header, name, inks, ink, language, width):
        if x > left and x + width_of_item > left + width:
            x, y = left, y + LINE
        marks += draw(x, y)
        x += width_of_item + 12
    return marks, y - base + LINE


def _items(
    header: Mapping[str, Any], name: str, inks: Bytes, ink: str, language: str, most: float
) -> Iterator[tuple[float, Any]]:
    table = words(language)

    def text(written: str, aside: float = 0.0) -> tuple[float, Any]:
        room = most - aside
        return (
            aside + min(room, letters.width_of(written, SIZE)),
            lambda x, y: [Text(x + aside, y, written, SIZE, ink, room)],
        )

    def swatch(written: str, code: int) -> tuple[float, Any]:
        wide, draw = text(written, SWATCH + 4)
        colour = "#" + bytes(inks[code]).hex()
        return wide, lambda x, y: [Box(x, y - SWATCH, SWATCH, SWATCH, colour), *draw(x, y)]

    yield text(name)
    if header["numeric"]:
        low, high = ends(header, language)
        before = letters.width_of(low, SIZE) + 6
        cells = inks[np.linspace(0, 254, BAR).round().astype(int)][None]
        yield (
            before + BAR + 6 + letters.width_of(high, SIZE),
            lambda x, y: [
                Text(x, y, low, SIZE, ink),
                Image(x + before, y - SWATCH, BAR, SWATCH, cells),
                Text(x + before + BAR + 6, y, high, SIZE, ink),
            ],
        )
    for code, category in enumerate(header["names"]):
        yield swatch(category, code)
    if header.get("others"):
        yield swatch(table["ice.legend.others"].format(count=header["others"]), len(header["names"]))
    if header["missing"]:
        yield swatch(table["ice.legend.missing"], 255)


def ends(header: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Write the ends of the colours of numbers, and that values lie beyond them."""
    table, low, high = words(language), quantity(header["low"]), quantity(header["high"])
    return (
        table["ice.legend.below"].format(value=low) if header["below"] else low,
        table["ice.legend.above"].format(value=high) if header["above"] else high,
    )
