"""What pushes a model's output up and down as a figure: a bar for one row, a stack of bands for many."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables import words
from . import colour, letters, shap_words
from .marks import LINE, Box, Drawing, Image, Line, Mark, Text
from .plot_figure import CHOSEN, LOWERS, RAISES, PlotFigure, hex_of
from .text import MINUS, THIN, integer, quantity, short
from .ticks import nice_ticks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .colour import Bytes, Floats

WIDTH, LEAST_WIDTH, HEIGHT = 560, 240, 220
EDGE, HEAD, LEFT = 14, 46, 56
BAR = 26  # height of the arrows of one row
MOST_NAMED, NUMBER = 5, 44  # features of a side, and the room of their numbers
GAP = 14
ORDERS = ("similarity", "output", "original")
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
    language : {"en", "ko"}, default "en"
    order : str, default "similarity"
        Of many rows.
    """

    _WIDTHS = WIDTH, LEAST_WIDTH

    header: Mapping[str, Any]
    record: Mapping[str, Any] | None
    stack: tuple[Floats, Floats, Floats] | None = field(repr=False)
    chosen: NDArray[np.bool_] | None = field(default=None, repr=False)
    max_display: int = 10
    theme: str = "light"

    language: str = "en"
    order: str = "similarity"

    @property
    def title(self) -> str:
        units = shap_words.units_of(self.header, self._language)
        outputs = self.header["outputs"]
        named = units == outputs[self.header["output"]]  # the reader's own spelling
        return units if named else units[:1].upper() + units[1:]

    @property
    def description(self) -> str:
        """The text alternative, made from the numbers."""
        strengths = self.stack[0] if self.record is None and self.stack is not None else list(self._contributions())
        values = strengths if self.record is None else [value for _, value in strengths]
        if not np.any(values):
            return f"{self.title}. {self._say('contribution.none')}"
        if self.record is not None:
            base = self.record["base"]
            strongest = [f"{name} {self._signed(value)}" for name, value in strengths[:5] if value]
            told = {"title": self.title, "output": self._plain(self.record["value"]), "features": ", ".join(strongest)}
            if base is None:
                return self._say("force.describe.row.sum", **told)
            return self._say("force.describe.row", base=self._plain(base), **told)
        assert self.stack is not None
        outputs = self.stack[1]
        return self._say(
            "force.describe.rows",
            title=self.title,
            count=integer(len(outputs)),
            low=self._plain(float(outputs.min())),
            high=self._plain(float(outputs.max())),
            order=self._say(f"force.order.{self.order}") if self.order in ORDERS else self.order,
            features=", ".join(str(name) for name in self.header["columns"][:3]),
        )

    @property
    def status_line(self) -> str:
        return ", ".join(shap_words.phrases(self.header, "done", self._language))

    def arrange(self, width: int) -> Drawing:
        body, bottom = self._bar(width) if self.record is not None else self._stacked(width)
        status = Text(EDGE, bottom + 24, self.status_line, 12, self._ink("pale"), width - 2 * EDGE, wraps=True)
        height = int(status.y) + LINE * len(letters.lines_of(status))
        return Drawing((width, height), colour.PAGES[self.theme], [*self._head(width), *body, status])

    def _head(self, width: int) -> Iterator[Mark]:
        """Arrange the title, and behind it what the colours mean."""
        told = [("force.raises", RAISES[self.theme]), ("force.lowers", LOWERS[self.theme])]
        wide = sum(letters.width_of(self._say(key), 12) + GAP for key, _ in told)
        room = width - 2 * EDGE - wide
        yield Text(EDGE, 20, self.title, 13, self._ink("ink"), room)
        at = EDGE + min(room, letters.width_of(self.title, 13)) + GAP
        for key, ink in told:
            yield Text(at, 20, self._say(key), 12, ink)
            at += letters.width_of(self._say(key), 12) + GAP

    def _say(self, key: str, **fields: Any) -> str:
        return words(self._language)[key].format(**fields)

    @property
    def _language(self) -> str:
        return self.language if letters.has_hangul() else "en"

    # -- one row -------------------------------------------------------------------------------------------------------

    def _contributions(self) -> Iterator[tuple[str, float]]:
        assert self.record is not None
        for feature, value in zip(self.record["features"], self.record["values"], strict=True):
            yield self.header["features"][feature], value

    @property
    def _data(self) -> list[Any]:
        """What the row has of each feature, None where it is not known."""
        assert self.record is not None
        return list(self.record.get("data") or [None] * len(self.record["values"]))

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
        if span and ends[1] > ends[0]:
            marks += self._axis(place, ends, top + BAR + 8)
        labels = list(self._labels(top + BAR + 48, width))
        return [*marks, *labels], max([top + BAR + 26, *(label.y for label in labels)])

    def _marks_of(self, place: Any, output: float, base: float | None, top: float, width: int) -> Iterator[Mark]:
        x = place(output)
        yield Line([(x, top - 8), (x, top + BAR + 4)], self._ink("ink"), 1.5)
        yield from self._centred(self._output_text(output), x, top - 14, 15, "ink", width)
        if base is not None:
            at = place(base)
            yield Line([(at, top - 2), (at, top + BAR + 2)], self._ink("ink"), 1.0, 2.0)
            mine = letters.width_of(self._base_text(base), 11)
            if abs(at - x) > mine / 2 + letters.width_of(self._output_text(output), 15) / 2 + 12:
                yield from self._centred(self._base_text(base), at, top - 14, 11, "pale", width)

    def _output_text(self, output: float) -> str:
        known = self.record is not None and self.record["base"] is not None
        return f"{self._say('force.output' if known else 'force.sum')} {self._plain(output)}"

    def _base_text(self, base: float) -> str:
        return f"{self._say('force.base_value')} {self._plain(base)}"

    def _axis(self, place: Any, ends: list[float], y: float) -> Iterator[Mark]:
        yield Line([(place(ends[0]), y), (place(ends[1]), y)], self._ink("rule"))
        for tick in nice_ticks(ends[0], ends[1]):
            if ends[0] <= tick <= ends[1]:
                text, at = quantity(tick), place(tick)
                yield Line([(at, y), (at, y + 4)], self._ink("pale"))
                half = letters.width_of(text, 11) / 2
                last = place(ends[1]) - half
                yield Text(min(max(EDGE, at - half), last - half), y + 16, text, 11, self._ink("pale"))

    def _labels(self, top: float, width: int) -> Iterator[Text]:
        """Name the strongest features: at the left those that raise, at the right those that lower."""
        half = width / 2
        count = {1: 0, -1: 0}
        for (name, value), datum in list(zip(self._contributions(), self._data, strict=True))[: self.max_display]:
            sign = 1 if value > 0 else -1
            if not value or count[sign] == MOST_NAMED:
                continue
            y = top + LINE * count[sign]
            count[sign] += 1
            ink = (RAISES if sign > 0 else LOWERS)[self.theme]
            number, left = self._signed(value), EDGE if sign > 0 else half + EDGE
            yield Text(left + NUMBER, y, number, 11, ink, align="right")
            told = name if datum is None else f"{name} = {quantity(datum) if isinstance(datum, int | float) else datum}"
            yield Text(left + NUMBER + 8, y, told, 11, self._ink("ink"), half - NUMBER - 2 * EDGE - 8)

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
            text = self._base_text(float(base.mean()))
            y = min(max(HEAD + 12.0, middle - 4), HEAD + height - 4.0)
            at = LEFT + columns - letters.width_of(text, 11) - 3
            marks.append(Box(at - 3, y - 11, LEFT + columns - at + 3, 14, hex_of(colour.PAGES[self.theme])))
            marks.append(Text(at, y, text, 11, self._ink("ink")))
        foot = HEAD + height + 24
        marks += self._selected(columns, HEAD + height + 3)
        if not np.any(bands):
            marks.append(Text(LEFT, foot, self._say("contribution.none"), 12, self._ink("ink"), columns))
            return marks, foot
        names = ", ".join(str(name) for name in self.header["columns"][: min(MOST_NAMED, self.max_display)])
        told = Text(LEFT, foot, self._say("force.bands", features=names), 12, self._ink("ink"), columns, wraps=True)
        return [*marks, told], foot + LINE * (len(letters.lines_of(told)) - 1)

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
