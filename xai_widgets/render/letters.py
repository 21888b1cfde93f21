"""Fonts of this machine, and texts broken into lines."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import PIL.ImageFont

if TYPE_CHECKING:
    from .marks import Text

Font = PIL.ImageFont.FreeTypeFont | PIL.ImageFont.ImageFont

# By file name in the folders of the system; the first that has every letter of a text draws it.
FILES = (
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "NotoSans-Regular.ttf",
    "Helvetica.ttc",
    "segoeui.ttf",
    "arial.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansKR-Regular.otf",
    "NanumGothic.ttf",
    "UnDotum.ttf",
    "AppleSDGothicNeo.ttc",
    "malgun.ttf",
    "Arial Unicode.ttf",
)
ASCII = str.maketrans("\u2212\u00d7\u2009\u00a0⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-x  -0123456789", "") | {ord("±"): "+/-", ord("…"): "..."}
ABSENT = "\uffff"  # no font has it: what is drawn for it is drawn for every missing letter


def has_hangul() -> bool:
    """Tell whether this machine can draw Korean."""
    return find("한국어", 12) is not None


def font_for(text: str, size: int) -> tuple[Font, str]:
    """Return a font that draws a text, and the text as that font can write it."""
    for written in (text, text.translate(ASCII)):  # one font may have Hangul, but no superscripts
        font = find(written, size)
        if font is not None:
            return font, written
    plain = unicodedata.normalize("NFKD", text.translate(ASCII)).encode("ascii", "replace").decode()
    return PIL.ImageFont.load_default(size), plain  # Pillow's own has little more than ASCII


def find(text: str, size: int) -> Font | None:
    letters = {letter for letter in text if not letter.isascii()}
    return next((font for name in FILES if (font := load(name, size)) is not None and covers(font, letters)), None)


@cache
def load(name: str, size: int) -> PIL.ImageFont.FreeTypeFont | None:
    try:
        return PIL.ImageFont.truetype(name, size)
    except OSError:
        return None


def covers(font: PIL.ImageFont.FreeTypeFont, letters: set[str]) -> bool:
    missing = bytes(font.getmask(ABSENT))
    return all(bytes(font.getmask(letter)) != missing for letter in letters)


def lines_of(mark: Text) -> list[str]:
    """Break a text that wraps; shorten the last line, or the only one, with an ellipsis."""
    if mark.most_width is None:
        return [mark.text]
    if not mark.wraps:
        return [shortened(mark.text, mark.size, mark.most_width)]
    lines: list[str] = []
    for word in mark.text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, mark.size) <= mark.most_width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [shortened(line, mark.size, mark.most_width) for line in lines]


def shortened(text: str, size: int, most_width: float) -> str:
    """Shorten a text in its middle: names that begin alike are told apart by their ends."""
    if width_of(text, size) <= most_width:
        return text
    for count in range(len(text) - 1, 1, -1):
        head, tail = (count + 1) // 2, count // 2
        short = f"{text[:head].rstrip()}…{text[len(text) - tail :].lstrip()}"
        if width_of(short, size) <= most_width:
            return short
    return f"{text[:1]}…"


def width_of(text: str, size: int) -> float:
    font = find(text, size)
    if font is not None:
        return font.getlength(text)
    return sum(size if unicodedata.east_asian_width(letter) in "WF" else 0.6 * size for letter in text)
