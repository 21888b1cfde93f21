"""Where the parts of a figure stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..tables import words
from . import colour, text
from .letters import lines_of
from .marks import LINE, Box, Drawing, Image, Mark, Text

if TYPE_CHECKING:
    from .figure import Figure

TALLEST = 1.25  # of a panel, times its width
EDGE = 16
HEAD = 46
BAR = 12
RAIL = 132
LABELS = 40
BINS = 48

INKS = {
    "light": {"ink": "#212121", "pale": "#5f6368", "rule": "#e2e4e7", "all": "#d5d9dd"},
    "dark": {"ink": "#e3e3e3", "pale": "#a3a9b0", "rule": "#2d3033", "all": "#3a3f44"},
}


def arrange(figure: Figure, width: int, language: str) -> Drawing:
    """Arrange a figure whose panels are at most `width` pixels wide."""
    rows, columns = figure.values.shape
    height = max(1, round(width * min(TALLEST, rows / columns)))
    width = max(1, min(width, round(height * columns / rows)))
    over = figure.picture is not None
    rail = EDGE + (width + EDGE) * (2 if over else 1)
    room = rail + RAIL - EDGE
    inks = INKS[figure.theme]
    title = Text(EDGE, 20, text.title(figure.header, language), 13, inks["ink"], room)
    sentence = text.status_line(figure.header, figure.status, language)
    status = Text(EDGE, HEAD + height + 48, sentence, 12, inks["pale"], room, wraps=True)
    marks = [title, status, *panel(figure, "map", rail - EDGE - width, width, height, language)]
    if over:
        marks += panel(figure, "over", EDGE, width, height, language)
    marks += bar(figure, rail, height, language) if figure.end > 0 else no_signal(figure, rail, language)
    size = (rail + RAIL + EDGE, int(status.y) + LINE * len(lines_of(status)))
    return Drawing(size, colour.PAGES[figure.theme], marks)


def panel(figure: Figure, name: str, x: int, width: int, height: int, language: str) -> Iterator[Mark]:
    yield Text(x, HEAD - 7, words(language)[f"title.{name}"], 11, INKS[figure.theme]["pale"])
    if name == "over" and figure.picture is not None:
        yield Image(x, HEAD, width, height, colour.faded(figure.picture, figure.theme))
        over = colour.overlay(figure.values, figure.end, figure.arms, figure.opacity, figure.threshold)
        yield Image(x, HEAD, width, height, over)
    else:
        yield Image(x, HEAD, width, height, colour.opaque(figure.values, figure.end, figure.arms))
    yield Box(x, HEAD, width, height, INKS[figure.theme]["rule"], filled=False)


def bar(figure: Figure, x: int, height: int, language: str) -> Iterator[Mark]:
    """Arrange the colour bar: its range in numbers, and the histogram of what it colours."""
    table, inks = words(language), INKS[figure.theme]
    low, high = figure.domain
    values = np.linspace(high, low, 2 * height + 1)[1::2]  # at the middle of every row
    yield Image(x, HEAD, BAR, height, colour.opaque(values[:, None], figure.end, figure.arms))
    yield Box(x, HEAD, BAR, height, inks["rule"], filled=False)

    shown = np.abs(figure.values) if figure.sign == "absolute" else figure.values
    counts = np.histogram(shown.clip(low, high), BINS, (low, high))[0]
    step = height / BINS
    for row, length in enumerate(np.log1p(counts[::-1]) / np.log1p(counts.max())):
        yield Box(x + BAR + 4, HEAD + row * step, float(length) * (RAIL - BAR - LABELS - 8), step - 0.6, inks["all"])

    digits = text.Digits.of(figure.end)
    write = digits.signed if figure.header["signed"] else digits.plain
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = min(HEAD + height, max(HEAD + 8, HEAD + height * (1 - share) + 4))
        yield Text(x + RAIL, y, write(low + share * (high - low)), 11, inks["pale"], align="right")
    yield Text(x, HEAD - 7, text.unit_of(figure.header, language) + digits.power, 11, inks["ink"], RAIL + EDGE)

    percentile = text.without_zeros(text.fixed(figure.clip_percentile, 1))
    clip = table["clip"].format(percent=f"{percentile} %") if figure.clip_percentile < 100 else table["clip.none"]
    either = "±" if low < 0 < high else ""
    threshold = table["threshold"].format(value=either + digits.plain(figure.threshold * figure.end))
    yield Text(x, HEAD + height + 14, clip, 11, inks["pale"], RAIL + EDGE)
    if figure.picture is not None:
        yield Text(x, HEAD + height + 28, threshold, 11, inks["pale"], RAIL + EDGE)


def no_signal(figure: Figure, x: int, language: str) -> Iterator[Mark]:
    yield Text(x, HEAD + 10, words(language)["state.no_signal"], 12, INKS[figure.theme]["ink"], RAIL, wraps=True)
