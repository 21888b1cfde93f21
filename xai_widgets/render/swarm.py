"""Shapley values of many rows as dots, with no browser: a beeswarm, and a dependence plot."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables import words
from . import colour, letters, shap_words
from .legend import legend
from .marks import LINE, Box, Drawing, Image, Line, Mark, Text
from .plot_figure import CHOSEN, PlotFigure
from .row_colours import inks_of
from .swarm_layout import stacked
from .text import Digits, integer, quantity
from .ticks import Ticks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .colour import Bytes, Floats

WIDTH, LEAST_WIDTH = 560, 220  # of the plot
EDGE, HEAD = 14, 34
BAND, DENSE = 30, 22  # the height of a line of a beeswarm, where there are few, and where there are many
MOST_NAME = 170
TALL, STRIP, FOOT = 300, 40, 44  # of a dependence plot, its histogram, and the words under an axis
FINER = 2  # cells for each pixel
FEW = 3000  # more dots are smaller
GREY = {"light": "#868d95", "dark": "#8a9199"}  # no number: as visible as the others
NUMBERS: Mapping[str, Any] = {"numeric": True, "names": []}


@dataclass(frozen=True, eq=False)
class DotsFigure(PlotFigure):
    """What two plots share.

    Parameters
    ----------
    header : mapping
        Of the frame.
    """

    _WIDTHS = WIDTH, LEAST_WIDTH

    header: Mapping[str, Any]

    theme: str = field(default="light", kw_only=True)
    language: str = field(default="en", kw_only=True)

    @property
    def units(self) -> str:
        """What the values are measured in."""
        return shap_words.units_of(self.header, self._language)

    @property
    def status_line(self) -> str:
        return ", ".join(shap_words.phrases(self.header, "done", self._language))

    def _say(self, key: str, **fields: Any) -> str:
        return words(self._language)[key].format(**fields)

    @property
    def _language(self) -> str:
        return self.language if letters.has_hangul() else "en"

    def _end(self, marks: list[Mark], left: float, y: float, width: float) -> Drawing:
        """Add title and status, and close the drawing."""
        told = f"{self._say('contribution.none')} {self.status_line}" if self._is_zero else self.status_line
        status = Text(left, y, told, 12, self._ink("pale"), width, wraps=True)
        title = Text(left, 18, self.title, 13, self._ink("ink"), width)
        size = (int(width + 2 * EDGE), int(y + LINE * len(letters.lines_of(status)) + 4))
        return Drawing(size, colour.PAGES[self.theme], [title, *marks, status])

    @property
    @abstractmethod
    def _is_zero(self) -> bool:
        """Whether no feature adds anything to any row."""

    @property
    @abstractmethod
    def _crowded(self) -> bool:
        """Whether there are so many dots that they are drawn smaller."""

    def _dots(self, size: tuple[int, int], x: Floats, y: Floats, codes: Any, chosen: Any, inks: Bytes) -> Bytes:
        """Paint dots at places in pixels: the first ones above the others, the chosen ones above all."""
        cells = np.zeros((size[0] * FINER, size[1] * FINER, 4), np.uint8)
        reach = 2 if self._crowded else 4
        down, across = (np.floor(place * FINER).astype(np.int64) for place in (y, x))
        amber = np.array(CHOSEN[self.theme][1], np.uint8)
        for which, wide, ring in ((~chosen, reach, None), (chosen, reach + 2, amber), (chosen, reach, None)):
            rows, columns, own = (each[which][::-1] for each in (down, across, codes))
            colours = inks[own] if ring is None else ring
            _paint(cells, rows, columns, wide, colours)
        return cells


def _paint(cells: Bytes, rows: Any, columns: Any, reach: int, rgb: Any) -> None:
    for up in range(-reach, reach + 1):
        for aside in range(-reach, reach + 1):
            if up * up + aside * aside <= reach * reach + 1:
                at = (rows + up).clip(0, len(cells) - 1), (columns + aside).clip(0, cells.shape[1] - 1)
                cells[(*at, slice(0, 3))] = rgb
                cells[(*at, 3)] = 255


@dataclass(frozen=True, eq=False)
class BeeswarmFigure(DotsFigure):
    """What a beeswarm shows.

    Parameters
    ----------
    values : ndarray of shape (lines, rows)
    codes : ndarray of uint8 of shape (dots,)
        Of the colours of all dots, line after line.
    chosen : ndarray of bool of shape (dots,)
    ends : (float, float)
        Of the axis.
    cells : (ndarray, ndarray), optional
        Where the dots stand, across and in lines downwards, of a picture of many; by default all are stacked here.
    theme : {"light", "dark"}, default "light"
    language : {"en", "ko"}, default "en"
    """

    values: Floats = field(repr=False)
    codes: NDArray[np.uint8] = field(repr=False)
    chosen: NDArray[np.bool_] = field(repr=False)
    ends: tuple[float, float]
    cells: tuple[Floats, Floats] | None = field(default=None, repr=False)

    @property
    def title(self) -> str:
        return self._say("beeswarm.title", units=self.units) + self._ticks.power

    @property
    def description(self) -> str:
        bands, digits = self.header["bands"], Digits.of(float(np.abs(self.values).max()), 3)
        if self._is_zero:
            return f"{self.title}. {self._say('contribution.none')}"
        told = [
            self._say(
                "beeswarm.describe.line",
                name=self._name(band),
                importance=quantity(band["importance"]),
                low=digits.signed(float(line.min())) + digits.power,
                high=digits.signed(float(line.max())) + digits.power,
            )
            for band, line in zip(bands, self.values, strict=True)
        ]
        rows = shap_words.rows_of(self.values.shape[1], self._language)
        return f"{self.title}. {self._say('beeswarm.describe', rows=rows)} {'; '.join(told)}."

    def arrange(self, width: int) -> Drawing:
        bands = self.header["bands"]
        tall = BAND if len(bands) <= 15 else DENSE
        names = [letters.shortened(self._name(band), 12, MOST_NAME) for band in bands]
        left = EDGE + max(letters.width_of(name, 12) for name in names) + 12
        bottom = HEAD + tall * len(bands)

        def place(value: Any) -> Any:
            return (np.asarray(value) - self.ends[0]) * (width / (self.ends[1] - self.ends[0]))

        marks: list[Mark] = [
            Line([(left, HEAD + tall * (k + 0.5)), (left + width, HEAD + tall * (k + 0.5))], self._ink("rule"))
            for k in range(len(bands))
        ]
        zero = left + float(place(0.0))
        marks.append(Line([(zero, HEAD), (zero, bottom)], self._ink("bars")))
        inks = _numbers(self.theme)
        marks.append(Image(left, HEAD, width, bottom - HEAD, self._swarm((bottom - HEAD, width), tall, place, inks)))
        for k, name in enumerate(names):
            marks.append(Text(left - 12, HEAD + tall * (k + 0.5) + 4, name, 12, self._ink("ink"), align="right"))
        marks.append(Line([(left, bottom), (left + width, bottom)], self._ink("bars")))
        for tick in self._ticks.values:
            text = self._ticks.plain(tick)
            at = left + float(place(tick)) - letters.width_of(text, 11) / 2
            marks.append(Text(at, bottom + 17, text, 11, self._ink("pale")))
        marks += self._importances(left + width + 12, tall)
        marks += self._legend(left, bottom + 38, inks)
        return self._end(marks, EDGE, bottom + 64, left + width + 12 + self._beside - EDGE)

    def _importances(self, left: float, tall: int) -> Iterator[Mark]:
        """Write the mean magnitude of each line behind it."""
        end = left + self._beside
        yield Text(end, HEAD - 4, self._heading, 11, self._ink("pale"), align="right")
        for k, text in enumerate(self._means):
            yield Text(end, HEAD + tall * (k + 0.5) + 4, text, 11, self._ink("pale"), align="right")

    def _legend(self, left: float, y: float, inks: Bytes) -> Iterator[Mark]:
        """Say what the colours mean."""
        for key, ink in (("swarm.colour", "ink"), ("swarm.low", "pale")):
            yield Text(left, y, self._say(key), 11, self._ink(ink))
            left += letters.width_of(self._say(key), 11) + (12 if ink == "ink" else 6)
        bar = inks[np.linspace(0, 254, 120).round().astype(int)][None]
        yield Image(left, y - 9, 120, 9, bar)
        yield Text(left + 126, y, self._say("swarm.high"), 11, self._ink("pale"))
        if self.header["grey"]:
            left += 126 + letters.width_of(self._say("swarm.high"), 11) + 16
            yield Box(left, y - 8, 8, 8, GREY[self.theme])
            yield Text(left + 14, y, self._say("swarm.grey"), 11, self._ink("pale"))

    @cached_property
    def _ticks(self) -> Ticks:
        return Ticks(*self.ends, signed=True)

    @cached_property
    def _digits(self) -> Digits:
        return Digits.of(max(band["importance"] for band in self.header["bands"]), 3)

    @cached_property
    def _means(self) -> list[str]:
        means = [band["importance"] for band in self.header["bands"]]
        return [self._digits.magnitude(mean, max(means)) for mean in means]

    @property
    def _heading(self) -> str:
        return self._say("swarm.importance") + self._digits.power

    @property
    def _beside(self) -> float:
        """The width of the column of means."""
        return max(letters.width_of(text, 11) for text in (self._heading, *self._means))

    @property
    def _is_zero(self) -> bool:
        return not self.values.any()

    @property
    def _crowded(self) -> bool:
        return self.values.size > FEW

    def _swarm(self, size: tuple[int, int], tall: int, place: Any, inks: Bytes) -> Bytes:
        if self.cells is not None:
            x, y = place(self.cells[0]), (self.cells[1] + 0.5) * tall
        else:
            dot = 2 if self._crowded else 3  # pixels from dot to dot
            x = place(self.values)
            offsets = [stacked(line, (tall - 4) / dot) for line in np.floor(x / dot).astype(np.int16)]
            y = np.stack(offsets) * dot + tall * (np.arange(len(x))[:, None] + 0.5)
        return self._dots(size, x.ravel(), y.ravel(), self.codes, self.chosen, inks)

    def _name(self, band: Mapping[str, Any]) -> str:
        return self._say("swarm.rest", count=integer(band["joined"])) if band["joined"] else band["name"]


@dataclass(frozen=True, eq=False)
class DependenceFigure(DotsFigure):
    """What a dependence plot shows.

    Parameters
    ----------
    x, y : ndarray of shape (rows,)
        Where the rows stand on the axis, and their Shapley values.
    codes : ndarray of uint8 of shape (rows,)
        Of their colours.
    chosen : ndarray of bool of shape (rows,)
    theme : {"light", "dark"}, default "light"
    language : {"en", "ko"}, default "en"
    """

    x: Floats = field(repr=False)
    y: Floats = field(repr=False)
    codes: NDArray[np.uint8] = field(repr=False)
    chosen: NDArray[np.bool_] = field(repr=False)

    @property
    def title(self) -> str:
        title = self._say("dependence.title", feature=self.header["feature"], units=self.units)
        return title + self._ticks.power

    @property
    def description(self) -> str:
        if self._is_zero:
            return f"{self.title}. {self._say('contribution.none')}"
        digits = Digits.of(float(np.abs(self.y).max()), 3)
        parts = [f"{self.title}.", f"{shap_words.rows_of(len(self.y), self._language)}."]
        parts += [
            self._say("dependence.describe", where=where, mean=digits.signed(mean) + digits.power)
            for where, mean in self._thirds
        ]
        if self.header["color_by"] is not None:
            parts.append(self._say("dependence.describe.colour", name=self.header["color_by"]))
        return " ".join(parts)

    @property
    def status_line(self) -> str:
        told, name = super().status_line, self.header["color_by"]
        if name is None or not self.header["auto"]:
            return told
        key = "dependence.status.interactions" if self.header["by_interactions"] else "dependence.status.auto"
        return f"{told}, {self._say(key, name=name)}"

    @property
    def _is_zero(self) -> bool:
        return not self.y.any()

    @property
    def _crowded(self) -> bool:
        return self.y.size > FEW

    @cached_property
    def _ticks(self) -> Ticks:
        _, _, top, bottom = self.header["ends"]
        return Ticks(bottom, top, signed=True)

    @cached_property
    def _thirds(self) -> list[tuple[str, float]]:
        """Where some of the rows are, and the mean of their values: by category, or by thirds of the numbers."""
        axis = self.header["axis"]
        last = axis["edges"][-1] if axis["names"] is None else len(axis["names"]) - 0.5
        known = self.x <= last
        feature, found = self.header["feature"], []
        if axis["names"] is not None:
            places = np.rint(self.x)
            for k, name in enumerate(axis["names"][:12]):
                if (own := self.y[known & (places == k)]).size:
                    found.append((f"{feature} = {name}", float(own.mean())))
        else:
            order = np.flatnonzero(known)[np.argsort(self.x[known], kind="stable")]
            for part in np.array_split(order, 3):
                if part.size:
                    low, high = quantity(float(self.x[part[0]])), quantity(float(self.x[part[-1]]))
                    where = self._say("dependence.range", feature=feature, low=low, high=high)
                    found.append((where, float(self.y[part].mean())))
        if not known.all():
            found.append((self._say("dependence.missing", feature=feature), float(self.y[~known].mean())))
        return found

    def arrange(self, width: int) -> Drawing:
        first, last, top, bottom = self.header["ends"]
        texts = [self._ticks.plain(tick) for tick in self._ticks.values]
        left = EDGE + max(letters.width_of(text, 11) for text in texts) + 10
        base = HEAD + TALL

        def across(value: Any) -> Any:
            return (np.asarray(value) - first) * (width / (last - first))

        def down(value: Any) -> Any:
            return (top - np.asarray(value)) * (TALL / (top - bottom))

        marks: list[Mark] = []
        for tick, text in zip(self._ticks.values, texts, strict=True):
            y = HEAD + float(down(tick))
            marks.append(Line([(left, y), (left + width, y)], self._ink("bars" if tick == 0 else "rule")))
            marks.append(Text(left - 8, y + 4, text, 11, self._ink("pale"), align="right"))
        colours = self.header["colors"]
        inks = _numbers(self.theme) if colours is None else inks_of(colours, self.theme)
        cells = self._dots((TALL, width), across(self.x), down(self.y), self.codes, self.chosen, inks)
        marks.append(Image(left, HEAD, width, TALL, cells))
        marks += self._histogram(left, base + 6, across)
        marks += self._under(left, base + 6 + STRIP, width, across)
        y = base + 6 + STRIP + FOOT + 16
        if colours is not None:
            made, height = legend(
                colours, self.header["color_by"], inks, self._ink("pale"), (left, y), width, self._language
            )
            marks += made
            y += int(height)
        return self._end(marks, EDGE, y + 6, left + width - EDGE)

    def _histogram(self, left: float, top: float, across: Any) -> Iterator[Mark]:
        axis = self.header["axis"]
        counts = axis["counts"]
        edges = axis["edges"] if axis["names"] is None else [k - 0.5 for k in range(len(counts) + 1)]
        bars = [(low, high, count) for low, high, count in zip(edges, edges[1:], counts, strict=False)]
        if axis["missing"] is not None:
            reach = 0.5 if axis["names"] is not None else 0.6 * (self.header["ends"][1] - axis["missing"])
            bars.append((axis["missing"] - reach, axis["missing"] + reach, axis["lacking"]))
        most = max([count for *_, count in bars] or [1]) or 1
        for low, high, count in bars:
            x, end = (left + float(across(each)) for each in (low, high))
            tall = STRIP * count / most
            yield Box(x, top + STRIP - tall, max(1.0, end - x - 0.6), tall, self._ink("bars"))

    def _under(self, left: float, base: float, width: float, across: Any) -> Iterator[Mark]:
        axis, (first, last, *_), power = self.header["axis"], self.header["ends"], ""
        if axis["names"] is None:
            ends = (axis["edges"][0], axis["edges"][-1])
            ticks = Ticks(*ends)
            told: Sequence[tuple[float, str]] = [(tick, ticks.plain(tick)) for tick in ticks.values]
            power = ticks.power
            room = width
        else:
            told = list(enumerate(axis["names"]))
            room = width / (last - first) - 6
        if axis["missing"] is not None:
            told = [*told, (axis["missing"], self._say("shap.missing"))]
        every = max(1, int(np.ceil(26 / max(1.0, room))))
        for place, text in told[::every]:
            short = letters.shortened(text, 11, max(room, 26))
            x = left + float(across(place)) - letters.width_of(short, 11) / 2
            yield Text(min(x, left + width - letters.width_of(short, 11)), base + 17, short, 11, self._ink("pale"))
        name = letters.shortened(self.header["feature"], 12, width - letters.width_of(power, 12)) + power
        yield Text(left + (width - letters.width_of(name, 12)) / 2, base + 36, name, 12, self._ink("ink"))


def _numbers(theme: str) -> Bytes:
    """Return the colours from low to high; the last one is of what is no number."""
    inks = inks_of(NUMBERS, theme)
    inks[-1] = colour.parse_hex(GREY[theme])
    return inks
