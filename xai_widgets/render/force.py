"""What pushes a model's output up and down as a figure: a bar for one row, a stack of bands for many."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from . import colour, letters, shap_words
from .curves import nice_ticks
from .marks import LINE, Box, Drawing, Image, Line, Mark, Text
from .plot_figure import CHOSEN, LOWERS, RAISES, PlotFigure, hex_of
from .text import MINUS, THIN, integer, quantity, short

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .colour import Bytes, Floats

WIDTH, LEAST_WIDTH, HEIGHT = 560, 240, 220
EDGE, HEAD, LEFT = 14, 46, 56
BAR = 26  # height of the arrows of one row
MOST_NAMED, NUMBER = 5, 44  # features of a side, and the room of their numbers
PALEST = 0.72  # how much of the page is in the colour of the weakest band


@dataclass(frozen=True, eq=False)
class ForceFigure(PlotFigure):
    """What a force plot shows, ready to be drawn without a browser.

    Parameters
    ----------
    header : mapping
        Of the frame; for many rows `columns` are the names of the rows of `stack`.
    record : mapping or None
        Of the one row.
    stack : (ndarray of shape (columns + 2, rows), ndarray of shape (rows,), ndarray of shape (rows,)), or None
        Values, outputs and base values of many rows, in the order in which they are shown.
    chosen : ndarray of bool of shape (rows,), optional
        Which of many rows are selected.
    max_display : int, default 10
        The most features that have a band of their own.
    theme : {"light", "dark"}, default "light"
    """

    _WIDTHS = WIDTH, LEAST_WIDTH

    header: Mapping[str, Any]
    record: Mapping[str, Any] | None
    stack: tuple[Floats, Floats, Floats] | None = field(repr=False)
    chosen: NDArray[np.bool_] | None = field(default=None, repr=False)
    max_display: int = 10
    theme: str = "light"

    @property
    def title(self) -> str:
        return shap_words.units_of(self.header, "en")

    @property
    def description(self) -> str:
        """The text alternative, made from the numbers."""
        if self.record is not None:
            base = self.record["base"]
            begin = "" if base is None else f", from a base value of {self._plain(base)}"
            strongest = [f"{name} {self._signed(value)}" for name, value in list(self._contributions())[:5] if value]
            told = f" Strongest: {', '.join(strongest)}." if strongest else " No feature contributes."
            return f"{self.title}: {self._plain(self.record['value'])}{begin}.{told}"
        assert self.stack is not None
        values, outputs, _ = self.stack
        low, high = self._plain(float(outputs.min())), self._plain(float(outputs.max()))
        strongest = [str(name) for name in self.header["columns"][:3]]
        named = f" Strongest features: {', '.join(strongest)}." if np.any(values) else " No feature contributes."
        return f"{self.title} of {integer(len(outputs))} rows, from {low} to {high}.{named}"

    @property
    def status_line(self) -> str:
        count = self.header["n_rows"]
        rows = "1 row" if count == 1 else f"{integer(self.header['done'])} of {integer(count)} rows"
        method = self.header["method"] or "values as given"
        return f"{rows}, {integer(len(self.header['features']))} features; {method}"

    def arrange(self, width: int) -> Drawing:
        marks = [Text(EDGE, 20, self.title[:1].upper() + self.title[1:], 13, self._ink("ink"), width - 2 * EDGE)]
        body, bottom = self._bar(width) if self.record is not None else self._stacked(width)
        status = Text(EDGE, bottom + 24, self.status_line, 12, self._ink("pale"), width - 2 * EDGE, wraps=True)
        height = int(status.y) + LINE * len(letters.lines_of(status))
        return Drawing((width, height), colour.PAGES[self.theme], [*marks, *body, status])

    # -- one row -------------------------------------------------------------------------------------------------------

    def _contributions(self) -> Iterator[tuple[str, float]]:
        assert self.record is not None
        for feature, value in zip(self.record["features"], self.record["values"], strict=True):
            yield self.header["features"][feature], value

    def _bar(self, width: int) -> tuple[list[Mark], float]:
        """Arrange what raises to the left of the output, what lowers to its right, the strongest next to it."""
        assert self.record is not None
        record, rest = self.record, self.record["rest"]
        output, base = record["value"], record["base"]
        raised = [*(value for value in record["values"] if value > 0), rest["raised"]]
        lowered = [*(value for value in record["values"] if value < 0), rest["lowered"]]
        low, high = output - sum(raised), output - sum(lowered)
        ends = [low, high] if base is None else [min(low, base), max(high, base)]
        span = (ends[1] - ends[0]) or 1.0

        def place(value: float) -> float:
            return float(EDGE + (value - ends[0]) / span * (width - 2 * EDGE))

        top = HEAD + 28
        marks: list[Mark] = []
        for parts, sign, ink in ((raised, -1, RAISES[self.theme]), (lowered, 1, LOWERS[self.theme])):
            at = output
            for value in parts:
                after = at + sign * abs(value)
                left, right = sorted((place(at), place(after)))
                if right - left >= 1:
                    marks.append(Box(left + 0.5, top, max(1.0, right - left - 1), BAR, ink))
                at = after
        marks += self._marks_of(place, output, base, top, width)
        labels = list(self._labels(top + BAR + 22, width))
        return [*marks, *labels], max([top + BAR + 4, *(label.y for label in labels)])

    def _marks_of(self, place: Any, output: float, base: float | None, top: float, width: int) -> Iterator[Mark]:
        x = place(output)
        yield Line([(x, top - 8), (x, top + BAR + 4)], self._ink("ink"), 1.5)
        yield from self._centred(f"output {self._plain(output)}", x, top - 14, 15, "ink", width)
        if base is not None:
            at = place(base)
            yield Line([(at, top - 2), (at, top + BAR + 2)], self._ink("ink"), 1.0, 2.0)
            mine = letters.width_of(f"base value {self._plain(base)}", 11)
            if abs(at - x) > mine / 2 + letters.width_of(f"output {self._plain(output)}", 15) / 2 + 12:
                yield from self._centred(f"base value {self._plain(base)}", at, top - 14, 11, "pale", width)

    def _labels(self, top: float, width: int) -> Iterator[Text]:
        """Name the strongest features: at the left those that raise, at the right those that lower."""
        half = width / 2
        count = {1: 0, -1: 0}
        for name, value in list(self._contributions())[: self.max_display]:
            sign = 1 if value > 0 else -1
            if not value or count[sign] == MOST_NAMED:
                continue
            y = top + LINE * count[sign]
            count[sign] += 1
            ink = (RAISES if sign > 0 else LOWERS)[self.theme]
            number, left = self._signed(value), EDGE if sign > 0 else half + EDGE
            yield Text(left + NUMBER, y, number, 11, ink, align="right")
            yield Text(left + NUMBER + 8, y, name, 11, self._ink("ink"), half - NUMBER - 2 * EDGE - 8)

    def _centred(self, text: str, x: float, y: float, size: int, ink: str, width: int) -> Iterator[Mark]:
        wide = letters.width_of(text, size)
        yield Text(min(max(EDGE, x - wide / 2), width - EDGE - wide), y, text, size, self._ink(ink))

    # -- many rows -----------------------------------------------------------------------------------------------------

    def _stacked(self, width: int) -> tuple[list[Mark], float]:
        assert self.stack is not None
        columns, height = width - LEFT - EDGE, HEIGHT
        bands, outputs, base = self._columns(columns)
        low = float((outputs - bands.clip(min=0).sum(axis=0)).min())
        high = float((outputs - bands.clip(max=0).sum(axis=0)).max())
        low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
        scale = (height - 1) / (high - low)

        def place(values: Any) -> Any:
            return HEAD + (high - values) * scale

        marks: list[Mark] = [Image(LEFT, HEAD, columns, height, self._painted(bands, outputs, place, columns, height))]
        for value in nice_ticks(low, high):
            y = place(value)
            marks.append(Line([(LEFT - 4, y), (LEFT, y)], self._ink("pale")))
            marks.append(Text(LEFT - 8, y + 4, quantity(value), 11, self._ink("pale"), align="right"))
        marks.append(Line([*zip(LEFT + np.arange(columns) + 0.5, place(outputs), strict=True)], self._ink("ink"), 1.0))
        if np.isfinite(base).all():
            middle = place(float(base.mean()))
            marks.append(Line([(LEFT, middle), (LEFT + columns, middle)], self._ink("ink"), 1.0, 2.0))
        return [*marks, *self._selected(columns, HEAD + height + 3)], HEAD + height + 7

    def _selected(self, columns: int, top: float) -> Iterator[Mark]:
        """Mark the pixels that have a selected row."""
        if self.chosen is None or not self.chosen.any():
            return
        pixels_across = np.flatnonzero(self.chosen) * columns // len(self.chosen)
        for pixel in np.unique(pixels_across):
            yield Box(LEFT + int(pixel), top, max(1, columns // len(self.chosen)), 4, hex_of(CHOSEN[self.theme][1]))

    def _columns(self, count: int) -> tuple[Floats, Floats, Floats]:
        """Return the means of the rows that share a column: bands, outputs, base values."""
        assert self.stack is not None
        values, outputs, base = self.stack
        shown = min(self.max_display, len(values) - 2)
        joined = values[shown:]
        bands = np.vstack([values[:shown], joined.clip(min=0).sum(axis=0), joined.clip(max=0).sum(axis=0)])
        edges = np.linspace(0, len(outputs), count + 1)
        first = np.minimum(edges[:-1].astype(np.intp), len(outputs) - 1)
        last = np.maximum(first + 1, edges[1:].astype(np.intp))

        def means(numbers: Floats) -> Floats:
            sums = np.concatenate([np.zeros((*numbers.shape[:-1], 1)), np.cumsum(numbers, axis=-1)], axis=-1)
            found: Floats = (sums[..., last] - sums[..., first]) / (last - first)
            return found

        return means(bands), means(outputs), means(base)

    def _painted(self, bands: Floats, outputs: Floats, place: Any, columns: int, height: int) -> Bytes:
        """Paint the bands: below the output what raises it, above it what lowers it, the strongest next to it."""
        cells = np.empty((height, columns, 3))
        cells[:] = colour.PAGES[self.theme]
        pixels_down = HEAD + np.arange(height)[:, None] + 0.5
        for sign, inks in ((1, RAISES), (-1, LOWERS)):
            at = outputs.copy()
            for rank, band in enumerate(bands):
                after = at - (band.clip(min=0) if sign > 0 else band.clip(max=0))
                above, below = np.minimum(place(at), place(after)), np.maximum(place(at), place(after))
                cells[(pixels_down >= above) & (pixels_down < below)] = self._tint(inks[self.theme], rank, len(bands))
                at = after
        return colour.round_half_up(cells).astype(np.uint8)

    def _tint(self, ink: str, rank: int, count: int) -> Floats:
        share = PALEST * min(1.0, rank / max(1, count - 1))
        full, page = np.array(colour.parse_hex(ink), float), np.array(colour.PAGES[self.theme], float)
        found: Floats = full + (page - full) * share
        return found

    @cached_property
    def _span(self) -> float:
        if self.record is not None:
            return float(np.abs(self.record["values"]).sum())
        assert self.stack is not None
        return float(np.ptp(self.stack[1])) or float(np.abs(self.stack[1]).max())

    def _plain(self, value: float) -> str:
        """Write a value as finely as a hundredth of the span asks. Twin: printerFor of js/lib/shap_words.ts."""
        exponent = math.floor(math.log10(self._span)) if self._span > 0 else 0
        if not -4 <= exponent <= 8:
            return short(value)
        text = f"{abs(value):,.{max(0, 2 - exponent)}f}".replace(",", THIN)
        if not text.strip("0."):
            return "0"
        return MINUS + text if value < 0 else text

    def _signed(self, value: float) -> str:
        text = self._plain(value)
        return f"+{text}" if value > 0 and text != "0" else text
