"""Curves of rows as a figure: all of them, their mean, the selected ones, and the data beneath."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from . import colour, letters, pixels, svg
from .figure import MOST_BYTES
from .marks import LINE, Box, Drawing, Image, Line, Mark, Text
from .text import Digits, fixed, integer, without_zeros

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .colour import Floats

WIDTH, HEIGHT, LEAST_WIDTH = 460, 280, 160  # of the plot
HEAD, LEFT, RIGHT, BARS = 40, 56, 128, 46
COLUMNS = 4  # at which a curve is looked at, for each pixel
INK = 0.08  # of one curve, over the page
DIM = 0.02  # of one that does not pass the filters
INKS = {
    "light": {"ink": "#212121", "pale": "#5f6368", "rule": "#e2e4e7", "bars": "#d5d9dd"},
    "dark": {"ink": "#e3e3e3", "pale": "#a3a9b0", "rule": "#2d3033", "bars": "#3a3f44"},
}
ALL = {"light": (139, 146, 154), "dark": (125, 132, 140)}
CHOSEN = {"light": ("#8f5300", (209, 124, 0)), "dark": ("#ffb84a", (255, 174, 43))}


@dataclass(frozen=True, eq=False)
class CurvesFigure:
    """What a view of curves shows, ready to be drawn without a browser.

    Parameters
    ----------
    header : mapping
        Of the frame: `feature`, `grid`, `mean`, `few`, `histogram`, `label`, `done`, `total`, `method`.
    curves : ndarray of shape (rows, points)
        In the unit of the prediction.
    selected : ndarray of bool of shape (rows,), optional
        The rows that are chosen.
    theme : {"light", "dark"}, default "light"
    rule : str, default ""
        What the chosen rows have in common, in words.
    shown : ndarray of bool of shape (rows,), optional
        The rows that pass the filters, all by default: the others are dim. The mean is of these, None without any.
    """

    header: Mapping[str, Any]
    curves: Floats = field(repr=False)
    selected: NDArray[np.bool_] | None = field(default=None, repr=False)
    theme: str = "light"
    rule: str = ""
    shown: NDArray[np.bool_] | None = field(default=None, repr=False)

    def png(self, most_bytes: int = MOST_BYTES) -> bytes:
        """Draw the figure as a PNG of at most this size, smaller and in 256 colours if it must be."""
        return pixels.png_within(self.arrange, WIDTH, LEAST_WIDTH, most_bytes)

    def svg(self) -> str:
        """Draw the figure as an SVG document: real text, the curves as a picture."""
        return svg.write(self.arrange(WIDTH), self.title, self.description)

    @property
    def title(self) -> str:
        return f"{self.header['label']} as {self.header['feature']} moves"

    @property
    def description(self) -> str:
        """The text alternative, made from the numbers."""
        mean, grid = self.header["mean"], self.header["grid"]
        if mean is None:
            return f"{self.title}: none of {integer(len(self.curves))} rows passes the filters."
        digits = Digits.of(max(map(abs, mean)), 3)
        lowest, highest = int(np.argmin(mean)), int(np.argmax(mean))
        ends = " to ".join(tick_text(grid[place]) for place in (0, -1))
        return (
            f"{self.title}, {ends}: {self._count} curves. Their mean goes from "
            f"{digits.plain(mean[lowest])} at {tick_text(grid[lowest])} to {digits.plain(mean[highest])} "
            f"at {tick_text(grid[highest])}{digits.power}." + (f" {self.rule}." if self.rule else "")
        )

    @property
    def status_line(self) -> str:
        done, total, method = self.header["done"], self.header["total"], self.header["method"]
        return f"{integer(done)} of {integer(total)} rows, {len(self.header['grid'])} points; {method}"

    def arrange(self, width: int) -> Drawing:
        height = HEIGHT * width // WIDTH
        low, high = self._range()
        axes = Axes(places_of(self.header["grid"]), low, high, width, height)
        status = Text(
            LEFT, HEAD + height + BARS + 54, self.status_line, 12, self._ink("pale"), width + RIGHT, wraps=True
        )
        marks = [
            Text(LEFT, 18, self.title, 13, self._ink("ink"), width + RIGHT),
            *([Text(LEFT, 34, self.rule, 11, self._ink("pale"), width + RIGHT)] if self.rule else []),
            *self._scale(axes),
            *self._lines(axes),
            *self._labels(axes),
            *self._bars(axes),
            status,
        ]
        size = (LEFT + width + RIGHT, int(status.y) + LINE * len(letters.lines_of(status)))
        return Drawing(size, colour.PAGES[self.theme], marks)

    def _range(self) -> tuple[float, float]:
        low, high = float(self.curves.min()), float(self.curves.max())
        room = 0.04 * (high - low) or 0.5 * abs(high) or 1.0
        return low - room, high + room

    def _scale(self, axes: Axes) -> Iterator[Mark]:
        ticks = nice_ticks(axes.low, axes.high)
        decimals = decimals_of(ticks)
        for tick in ticks:
            y = axes.y(tick)
            yield Line([(LEFT, y), (LEFT + axes.width, y)], self._ink("rule"))
            yield Text(LEFT - 8, y + 4, fixed(tick, decimals), 11, self._ink("pale"), align="right")

    def _lines(self, axes: Axes) -> Iterator[Mark]:
        shown = self._shown()
        if not shown.all():
            dim = axes.density(self.curves[~shown])
            yield Image(LEFT, HEAD, axes.width, axes.height, inked(dim, ALL[self.theme], DIM))
        yield Image(LEFT, HEAD, axes.width, axes.height, inked(axes.density(self.curves[shown]), ALL[self.theme]))
        if self._chosen().any():
            chosen = axes.density(self.curves[self._chosen()])
            yield Image(LEFT, HEAD, axes.width, axes.height, inked(chosen, CHOSEN[self.theme][1], 3 * INK))
            yield from self._mean(axes, self.curves[self._chosen()].mean(axis=0), CHOSEN[self.theme][0])
        if self.header["mean"] is not None:
            yield from self._mean(axes, np.asarray(self.header["mean"]), self._ink("ink"))

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
        named = []
        if self.header["mean"] is not None:
            every = f"all {integer(self.header['done'])}" if self._shown().all() else self._count
            named.append((float(axes.y(self.header["mean"][-1])), f"PDP, {every}", self._ink("ink")))
        if self._chosen().any():
            y = float(axes.y(self.curves[self._chosen(), -1].mean()))
            number = self.header.get("selected", int(self._chosen().sum()))  # of which `curves` may be a sample
            named.append((y, f"selected, {integer(number)}", CHOSEN[self.theme][0]))
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
        for x, text in axes.ticks(self.header["grid"]):
            half = letters.width_of(text, 11) / 2
            yield Text(x - half, foot + 16, text, 11, self._ink("pale"))
        yield Text(LEFT + axes.width + 8, foot + 16, str(self.header["feature"]), 12, self._ink("ink"), RIGHT - 12)

    @property
    def _count(self) -> str:
        if self._shown().all():
            return integer(self.header["done"])  # of which `curves` may be a sample
        return f"{integer(int(self._shown().sum()))} of {integer(len(self.curves))}"

    def _shown(self) -> NDArray[np.bool_]:
        return np.ones(len(self.curves), bool) if self.shown is None else self.shown

    def _chosen(self) -> NDArray[np.bool_]:
        return np.zeros(len(self.curves), bool) if self.selected is None else self.selected

    def _ink(self, name: str) -> str:
        return INKS[self.theme][name]


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
    """

    places: Floats
    low: float
    high: float
    width: int
    height: int

    @property
    def xs(self) -> Floats:
        span = self.places[-1] - self.places[0]
        shares = (self.places - self.places[0]) / span if span else np.full(len(self.places), 0.5)
        xs: Floats = LEFT + shares * (self.width - 1)
        return xs

    def y(self, value: Any) -> Any:
        return HEAD + (self.high - np.asarray(value)) / (self.high - self.low) * (self.height - 1)

    def density(self, curves: Floats) -> Floats:
        """Return how many curves pass each pixel."""
        columns = np.arange(COLUMNS * self.width) / COLUMNS + LEFT
        if len(self.places) == 1:
            heights = np.repeat(self.y(curves), len(columns), axis=1)
        else:
            right = np.searchsorted(self.xs, columns).clip(1, len(self.xs) - 1)
            share = (columns - self.xs[right - 1]) / (self.xs[right] - self.xs[right - 1])
            heights = self.y(curves[:, right - 1] * (1 - share) + curves[:, right] * share)
        rows = np.rint(heights - HEAD).astype(np.int64).clip(0, self.height - 1)
        cells = rows * self.width + np.arange(COLUMNS * self.width) // COLUMNS
        counts = np.bincount(cells.ravel(), minlength=self.width * self.height) / COLUMNS
        return counts.reshape(self.height, self.width)

    def ticks(self, grid: Sequence[Any]) -> list[tuple[float, str]]:
        """Return where the feature's values are written, as far as they have room."""
        if isinstance(grid[0], str):
            room = self.width / len(grid)
            return [
                (float(x), letters.shortened(text, 11, max(24.0, room - 4)))
                for x, text in zip(self.xs, grid, strict=True)
            ]
        inside = [tick for tick in nice_ticks(float(grid[0]), float(grid[-1])) if grid[0] <= tick <= grid[-1]]
        decimals = decimals_of(inside)
        span = (grid[-1] - grid[0]) or 1.0
        return [
            (LEFT + (tick - grid[0]) / span * (self.width - 1), without_zeros(fixed(tick, decimals))) for tick in inside
        ]


def places_of(grid: Sequence[Any]) -> Floats:
    """Return where the points of a grid lie: numbers at their value, categories side by side."""
    return np.arange(len(grid), dtype=np.float64) if isinstance(grid[0], str) else np.asarray(grid, dtype=np.float64)


def inked(density: Floats, rgb: tuple[int, int, int], ink: float = INK) -> colour.Bytes:
    """Turn counts into a picture that is as opaque as many thin lines over each other."""
    cells = np.empty((*density.shape, 4), np.uint8)
    cells[..., :3] = rgb
    cells[..., 3] = np.rint(255 * (1 - (1 - ink) ** density))
    return cells


def nice_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round values between two, at most so many."""
    span = high - low
    if not span > 0:
        return [low]
    step = 10 ** math.floor(math.log10(span / most))
    step = next(step * factor for factor in (1, 2, 5, 10, 20) if span / (step * factor) <= most)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [place * step for place in range(first, last + 1)]


def decimals_of(ticks: Sequence[float]) -> int:
    step = abs(ticks[1] - ticks[0]) if len(ticks) > 1 else abs(ticks[0]) if ticks else 1.0
    return max(0, -math.floor(math.log10(step) + 1e-9)) if step else 0


def tick_text(value: Any) -> str:
    return value if isinstance(value, str) else without_zeros(fixed(value, decimals_of([value]) + 2))
