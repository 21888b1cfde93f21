"""Curves of rows as a figure: all of them, their mean, the selected ones, and the data beneath."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables import words
from . import colour, curve_words, letters
from .legend import legend
from .marks import LINE, Box, Drawing, Image, Line, Mark, Text
from .plot_figure import ALL, CHOSEN, PlotFigure, hex_of
from .row_colours import inks_of
from .rule import rule_sentence
from .text import integer, without_zeros
from .ticks import Ticks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .colour import Floats

WIDTH, HEIGHT, LEAST_WIDTH = 460, 280, 160  # of the plot
HEAD, LEFT, RIGHT, BARS = 40, 56, 128, 46
COLUMNS = 4  # at which a curve is looked at, for each pixel
MOST_FINE = 2000  # curves; those of more fill each other's gaps
INK = 0.08  # of one curve, over the page
COLOURED = 6.0, 0.15  # the same in a colour of its own: of one curve, and at least
NAMED = 15.0, 0.4  # where the colours are those of categories
FADED = 0.45  # of that, where some are selected
MOST_NAMED = 8  # of highlighted rows
DIM = 0.02  # of one that does not pass the filters
HIGHLIGHT = {"light": "#b3127e", "dark": "#ff7ac6"}


@dataclass(frozen=True, eq=False)
class CurvesFigure(PlotFigure):
    """What a view of curves shows, ready to be drawn without a browser.

    Parameters
    ----------
    header : mapping
        Of the frame, its `mean` as drawn; see js/lib/ice_curves.ts for its fields.
    curves : ndarray of shape (curves, points)
        As drawn: centred, or slopes; none of effects, or of averages alone.
    rows : ndarray of int of shape (curves,), optional
        The row of each curve; by default their positions.
    kind, asked : {"both", "individual", "average", "derivative", "ale"}
        What is drawn, and what was asked for.
    anchor : float, optional
        Where centred curves meet.
    bands : bool, default False
        Draw what 10 % and 90 % of the curves do not exceed.
    selected, highlighted : ndarray of bool of shape (curves,), optional
        The curves that are chosen, and those that are drawn above the others with their row's number.
    codes : ndarray of uint8 of shape (curves,), optional
        The colour of each curve, where the header tells what `colors` mean.
    theme : {"light", "dark"}, default "light"
    language : {"en", "ko"}, default "en"
    status : str, default "done"
        Of the widget.
    rule : mapping, optional
        What the chosen rows have in common; see `rule.rule_sentence`.
    shown : ndarray of bool of shape (curves,), optional
        The curves of rows that pass the filters, all by default: the others are dim. The mean is of these, None without
        any.
    """

    _WIDTHS = WIDTH, LEAST_WIDTH

    header: Mapping[str, Any]
    curves: Floats = field(repr=False)
    rows: NDArray[np.integer] | None = field(default=None, repr=False)
    kind: str = "both"
    asked: str = "both"
    anchor: float | None = None
    bands: bool = False
    selected: NDArray[np.bool_] | None = field(default=None, repr=False)
    highlighted: NDArray[np.bool_] | None = field(default=None, repr=False)
    codes: NDArray[np.uint8] | None = field(default=None, repr=False)
    theme: str = "light"
    language: str = "en"
    status: str = "done"
    rule: Mapping[str, Any] | None = None
    shown: NDArray[np.bool_] | None = field(default=None, repr=False)

    @property
    def title(self) -> str:
        return curve_words.title(self.header, self.kind, self.anchor, self.language)

    @property
    def description(self) -> str:
        """The text alternative, made from the numbers."""
        count, shown, chosen = self.header["done"], self._n_shown, self._chosen_mean()
        told = curve_words.describe(self.header, count, shown, chosen, self._n_chosen, self.title, self.language)
        return f"{told} {self._rule_told}." if self._rule_told else told

    @property
    def status_line(self) -> str:
        return curve_words.status_line(self.header, self.kind, self.asked, self.status, self.language)

    def arrange(self, width: int) -> Drawing:
        height = HEIGHT * width // WIDTH
        low, high = self._range()
        grid = self.header["grid"]
        axes = Axes(places_of(grid), low, high, width, height, 0.5 if isinstance(grid[0], str) else 0.0)
        foot = HEAD + height + BARS + 38
        legend_marks, tall = self._legend(foot, width)
        status = Text(LEFT, foot + tall + 16, self.status_line, 12, self._ink("pale"), width + RIGHT, wraps=True)
        marks = [
            Text(LEFT, 18, self.title + axes.ticks.power, 13, self._ink("ink"), width + RIGHT),
            Text(LEFT, 34, self._rule_told, 11, self._ink("pale"), width + RIGHT),
            *self._scale(axes),
            *self._lines(axes),
            *self._labels(axes),
            *self._bars(axes),
            *legend_marks,
            status,
        ]
        size = (LEFT + width + RIGHT, int(status.y) + LINE * len(letters.lines_of(status)))
        return Drawing(size, colour.PAGES[self.theme], marks)

    def _range(self) -> tuple[float, float]:
        bands = self._bands()
        mean = [] if self.header["mean"] is None else [np.asarray(self.header["mean"])]
        drawn = [*mean, *([] if bands is None else bands)]
        if self._has_curves:
            drawn = [self.curves]
        elif self._chosen.any():
            drawn.append(self.curves[self._chosen].mean(axis=0))
        if not drawn:
            return 0.0, 1.0
        low, high = float(min(map(np.min, drawn))), float(max(map(np.max, drawn)))
        room = 0.04 * (high - low) or 0.5 * abs(high) or 1.0
        return low - room, high + room

    def _scale(self, axes: Axes) -> Iterator[Mark]:
        ticks = axes.ticks
        for tick in ticks.values:
            y = axes.y(tick)
            yield Line([(LEFT, y), (LEFT + axes.width, y)], self._ink("rule"))
            yield Text(LEFT - 8, y + 4, ticks.plain(tick), 11, self._ink("pale"), align="right")

    def _lines(self, axes: Axes) -> Iterator[Mark]:
        chosen, shown = self._chosen, self._shown
        if self._has_curves:
            if not shown.all():
                dim = axes.density(self.curves[~shown])
                yield Image(LEFT, HEAD, axes.width, axes.height, inked(dim, ALL[self.theme], DIM))
            if shown.any():
                yield Image(LEFT, HEAD, axes.width, axes.height, self._inked(axes))
            if chosen.any():
                cells = inked(axes.density(self.curves[chosen]), CHOSEN[self.theme][1], 3 * INK)
                yield Image(LEFT, HEAD, axes.width, axes.height, cells)
        for band in self._bands() or ():
            yield Line(list(zip(axes.xs, axes.y(band), strict=True)), self._ink("pale"))
        if self._has_mean:
            chosen_mean = self._chosen_mean()
            if chosen_mean is not None:
                yield from self._mean(axes, np.asarray(chosen_mean), CHOSEN[self.theme][0])
            if self.header["mean"] is not None:
                yield from self._mean(axes, np.asarray(self.header["mean"]), self._ink("ink"))
        for place in self._highlighted:
            points = list(zip(axes.xs, axes.y(self.curves[place]), strict=True))
            yield Line(points, hex_of(colour.PAGES[self.theme]), 4.5)
            yield Line(points, HIGHLIGHT[self.theme], 2.0)

    def _inked(self, axes: Axes) -> colour.Bytes:
        curves = self.curves[self._shown]
        if self.codes is None:
            return inked(axes.density(curves), ALL[self.theme])
        codes, inks = self.codes[self._shown], inks_of(self.header["colors"], self.theme)
        numeric = self.header["colors"]["numeric"]
        strength, least = COLOURED if numeric else NAMED
        ink = min(0.9, max(least, strength / math.sqrt(len(curves))))
        cells = inked(axes.density(curves), (0, 0, 0), ink * (FADED if self._chosen.any() else 1))
        cells[..., :3] = axes.mean_colour(curves, inks[codes]) if numeric else axes.main_colour(curves, codes, inks)
        return cells

    def _mean(self, axes: Axes, mean: Floats, ink: str) -> Iterator[Mark]:
        points = list(zip(axes.xs, axes.y(mean), strict=True))
        if len(points) == 1:
            yield Box(points[0][0] - 3, points[0][1] - 3, 6, 6, ink)
            return
        few = self.header["few"]
        start = 0
        for place in range(1, len(points)):
            thin = few[place - 1] or few[place]
            if place + 1 < len(points) and (few[place] or few[place + 1]) == thin:
                continue
            yield Line(points[start : place + 1], ink, 1.4 if thin else 2.4, dash=3.0 if thin else 0.0)
            start = place

    def _labels(self, axes: Axes) -> Iterator[Mark]:
        table = words(self.language)
        named = []
        if self._has_mean:
            done, shown = self.header["done"], self._n_shown
            texts = curve_words.labels(
                self.kind, done, None if shown == done else shown, done, self._n_chosen, self.language
            )
            if self.header["mean"] is not None:
                named.append((float(axes.y(self.header["mean"][-1])), texts[0], self._ink("ink")))
            chosen = self._chosen_mean()
            if chosen is not None:
                named.append((float(axes.y(chosen[-1])), texts[1], CHOSEN[self.theme][0]))
        for percent, band in zip((10, 90), self._bands() or (), strict=False):
            text = table["ice.label.band"].format(percent=f"{percent} %")
            named.append((float(axes.y(band[-1])), text, self._ink("pale")))
        rows = np.arange(len(self.curves)) if self.rows is None else self.rows
        for place in self._highlighted[:MOST_NAMED]:
            text = table["ice.label.row"].format(row=integer(int(rows[place])))
            named.append((float(axes.y(self.curves[place, -1])), text, HIGHLIGHT[self.theme]))
        last = -math.inf
        for y, text, ink in sorted(named):
            last = max(y, last + LINE - 2)
            yield Text(LEFT + axes.width + 8, last + 4, text, 12, ink, RIGHT - 12)

    def _bars(self, axes: Axes) -> Iterator[Mark]:
        counts = self.header["histogram"]["counts"]
        foot, most = HEAD + axes.height + BARS, max(1, *counts)
        step = axes.width / len(counts)
        for place, count in enumerate(counts):
            tall = (BARS - 12) * count / most
            yield Box(LEFT + place * step, foot - tall, max(1.0, step - 1), tall, self._ink("bars"))
        yield Line([(LEFT, foot + 0.5), (LEFT + axes.width, foot + 0.5)], self._ink("pale"))
        named, power = axes.named(self.header["grid"])
        for x, text in named:
            half = letters.width_of(text, 11) / 2
            yield Text(x - half, foot + 16, text, 11, self._ink("pale"))
        feature = f"{self.header['feature']}{power}"
        yield Text(LEFT + axes.width + 8, foot + 16, feature, 12, self._ink("ink"), RIGHT - 12)

    @property
    def _rule_told(self) -> str:
        return rule_sentence(self.rule, self.language) if self.rule else ""

    def _legend(self, y: int, width: int) -> tuple[list[Mark], float]:
        if self.codes is None:
            return [], 0.0
        header, name = self.header["colors"], curve_words.colour_name(self.header, self.language)
        inks = inks_of(header, self.theme)
        return legend(header, name, inks, self._ink("pale"), (LEFT, y), width + RIGHT - 12, self.language)

    @property
    def _has_curves(self) -> bool:
        return self.kind not in ("average", "ale")

    @property
    def _has_mean(self) -> bool:
        return self.kind != "individual"

    @property
    def _shown(self) -> NDArray[np.bool_]:
        return np.ones(len(self.curves), bool) if self.shown is None else self.shown

    @property
    def _chosen(self) -> NDArray[np.bool_]:
        return np.zeros(len(self.curves), bool) if self.selected is None else self.selected

    @property
    def _n_shown(self) -> int:
        """How many rows pass the filters, of which the curves may be a sample."""
        return int(self.header.get("passing", self.header["done"] if self._shown.all() else self._shown.sum()))

    @property
    def _n_chosen(self) -> int:
        return int(self.header.get("selected", self._chosen.sum()))  # of which `curves` may be a sample

    def _chosen_mean(self) -> list[float] | None:
        if self.header.get("selected_mean") is not None:
            return list(self.header["selected_mean"])
        return self.curves[self._chosen].mean(axis=0).tolist() if self._chosen.any() and len(self.curves) else None

    @property
    def _highlighted(self) -> NDArray[np.intp]:
        if self.highlighted is None or not self._has_curves:
            return np.empty(0, np.intp)
        return np.flatnonzero(self.highlighted)

    def _bands(self) -> tuple[Floats, Floats] | None:
        if not self.bands or not self._shown.any():
            return None
        low, high = np.percentile(self.curves[self._shown], [10, 90], axis=0)
        return low, high


@dataclass(frozen=True)
class Axes:
    """Where values lie in the plot.

    Parameters
    ----------
    places : ndarray of shape (points,)
        Of the points of the grid, ascending.
    low, high : float
        Of the prediction.
    width, height : int
        In pixels.
    margin : float, default 0
        At either end, in the unit of the places.
    """

    places: Floats
    low: float
    high: float
    width: int
    height: int
    margin: float = 0.0

    @property
    def xs(self) -> Floats:
        first, span = self.places[0] - self.margin, self.places[-1] - self.places[0] + 2 * self.margin
        shares = (self.places - first) / span if span else np.full(len(self.places), 0.5)
        xs: Floats = LEFT + shares * (self.width - 1)
        return xs

    def y(self, value: Any) -> Any:
        return HEAD + (self.high - np.asarray(value)) / (self.high - self.low) * (self.height - 1)

    def density(self, curves: Floats) -> Floats:
        """Return how many curves pass each pixel."""
        counts = np.zeros((self.width, self.height))
        for column, rows in self._passed(curves):
            counts[column] += np.bincount(rows, minlength=self.height)
        return counts.T / _columns(curves)

    def mean_colour(self, curves: Floats, inks: colour.Bytes) -> colour.Bytes:
        """Return the mean colour of the curves that pass each pixel."""
        counts, sums = np.zeros((self.width, self.height)), np.zeros((3, self.width, self.height))
        for column, rows in self._passed(curves):
            counts[column] += np.bincount(rows, minlength=self.height)
            for channel, weights in zip(sums, inks.T, strict=True):
                channel[column] += np.bincount(rows, weights, self.height)
        return np.rint(sums / np.maximum(1, counts)).astype(np.uint8).T

    def main_colour(self, curves: Floats, codes: NDArray[np.uint8], inks: colour.Bytes) -> colour.Bytes:
        """Return the colour of most of the curves that pass each pixel: those between categories mean nothing."""
        used = np.unique(codes)
        counts = np.stack([self.density(curves[codes == code]) for code in used])
        main: colour.Bytes = inks[used[counts.argmax(axis=0)]]
        return main

    def _passed(self, curves: Floats) -> Iterator[tuple[int, NDArray[np.intp]]]:
        """Yield, for each column at which curves are looked at, the column of its pixel and the curves' rows there."""
        heights = np.ascontiguousarray((self.y(curves) - HEAD + 0.5).T.clip(0, self.height - 1), np.float32)
        columns = np.arange(_columns(curves) * self.width) / _columns(curves) + LEFT
        if len(self.places) == 1:
            passed: Iterable[Any] = itertools.repeat(heights[0])
        else:
            columns = columns[(columns >= self.xs[0]) & (columns <= self.xs[-1])]
            right = np.searchsorted(self.xs, columns).clip(1, len(self.xs) - 1)
            steps = self.xs[right] - self.xs[right - 1]
            shares = (columns - self.xs[right - 1]) / np.where(steps > 0, steps, 1)  # points may fall together
            shares = shares.astype(np.float32)
            pairs = zip(right, shares, strict=True)
            passed = (heights[place - 1] * (1 - share) + heights[place] * share for place, share in pairs)
        for x, each in zip(columns, passed, strict=False):
            yield int(x - LEFT), each.astype(np.intp)

    @property
    def ticks(self) -> Ticks:
        """Of the prediction."""
        return Ticks(self.low, self.high)

    def named(self, grid: Sequence[Any]) -> tuple[list[tuple[float, str]], str]:
        """Return where the feature's values are written, as far as they have room, and the power of ten left out."""
        if isinstance(grid[0], str):
            room = self.width / len(grid)
            texts = [letters.shortened(text, 11, max(24.0, room - 4)) for text in grid]
            return list(zip(self.xs.tolist(), texts, strict=True)), ""
        ticks = Ticks(float(grid[0]), float(grid[-1]))
        span = (grid[-1] - grid[0]) or 1.0
        places = [LEFT + (tick - grid[0]) / span * (self.width - 1) for tick in ticks.values]
        return list(zip(places, map(without_zeros, map(ticks.plain, ticks.values)), strict=True)), ticks.power


def _columns(curves: Floats) -> int:
    return COLUMNS if len(curves) <= MOST_FINE else 1


def places_of(grid: Sequence[Any]) -> Floats:
    """Return where the points of a grid lie: numbers at their value, categories side by side."""
    return np.arange(len(grid), dtype=np.float64) if isinstance(grid[0], str) else np.asarray(grid, dtype=np.float64)


def inked(density: Floats, rgb: tuple[int, int, int], ink: float = INK) -> colour.Bytes:
    """Turn counts into a picture that is as opaque as many thin lines over each other."""
    cells = np.empty((*density.shape, 4), np.uint8)
    cells[..., :3] = rgb
    cells[..., 3] = np.rint(255 * (1 - (1 - ink) ** density))
    return cells
