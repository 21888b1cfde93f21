"""A surface over two features as a figure: a map, its cross-sections at a cursor, and a colour bar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from . import colour, letters
from .curve_words import tick_text
from .marks import LINE, Box, Drawing, Image, Line, Mark, Text
from .plot_figure import PlotFigure
from .text import Digits, integer, percent, without_zeros
from .ticks import Ticks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .colour import Bytes, Floats

WIDTH, LEAST_WIDTH = 380, 160  # of the map
HEAD, LEFT, GAP, LABELS, BAR = 34, 84, 10, 46, 12
FOOT = 42
FINER = 2  # cells for each pixel of the map
PALEST = 24  # the colour of the lowest value, which is not the page's
VEIL, HATCH = 0.5, 0.55  # of the page over few rows, of ink in the hatching
CONTOUR = 0.55  # of ink
MOST = 16  # cross-sections that can be told apart
EVERY = 6  # pixels from line to line of the hatching


@dataclass(frozen=True, eq=False)
class SurfaceFigure(PlotFigure):
    """What a view of a surface shows, ready to be drawn without a browser.

    Parameters
    ----------
    header : mapping
        Of the frame: `features`, `axes`, `middle`, `label`, `done`, `total`, `method`.
    values : ndarray of shape (across, up)
        In the unit of the prediction.
    few : ndarray of bool of shape (across, up)
        Where too few rows are near.
    dots : ndarray of shape (rows, 2)
        Places of rows; categories by their position.
    cursor : (number or str, number or str), optional
        Where the cross-sections are; by default at `middle`.
    colormap : str, default "red_blue"
    contours : bool, default True
    theme : {"light", "dark"}, default "light"
    """

    _WIDTHS = WIDTH, LEAST_WIDTH

    header: Mapping[str, Any]
    values: Floats = field(repr=False)
    few: NDArray[np.bool_] = field(repr=False)
    dots: Floats = field(repr=False)
    cursor: Sequence[Any] | None = None
    colormap: str = "red_blue"
    contours: bool = True
    theme: str = "light"

    @property
    def title(self) -> str:
        return self._titled()

    def _titled(self, power: str = "") -> str:
        across, up = self.header["features"]
        return f"{self.header['label']}{power} as {across} and {up} move"

    @property
    def description(self) -> str:
        """The text alternative, made from the numbers."""
        digits = Digits.of(float(np.abs(self.values).max()), 3)

        def at(cell: int) -> str:
            places = np.unravel_index(cell, self.values.shape)
            named = [
                f"{name} = {tick_text(axis[place])}"
                for name, axis, place in zip(self.header["features"], self.header["axes"], places, strict=True)
            ]
            return f"{digits.plain(float(self.values.flat[cell]))}{digits.power} at {', '.join(named)}"

        hatched = f" Few rows are near {percent(float(self.few.mean()))} of the points." if self.few.any() else ""
        return (
            f"{self.title}: lowest {at(int(self.values.argmin()))}, highest {at(int(self.values.argmax()))}.{hatched}"
        )

    @property
    def status_line(self) -> str:
        done, total = integer(self.header["done"]), integer(self.header["total"])
        rows = f"{done} of {total} rows, " if self.header["total"] else ""
        across, up = self.values.shape
        hatched = "; hatched where few rows are near" if self.few.any() else ""
        return f"{rows}{across} by {up} points; {self.header['method']}{hatched}"

    @cached_property
    def range(self) -> tuple[float, float]:
        return float(self.values.min()), float(self.values.max())

    @cached_property
    def levels(self) -> list[float]:
        """Round values, of the contours and of the colour bar."""
        return self._ticks.values

    @cached_property
    def _ticks(self) -> Ticks:
        return Ticks(*self.range)

    @property
    def tiled(self) -> bool:
        """Whether both features are categories."""
        return all(isinstance(axis[0], str) for axis in self.header["axes"])

    @cached_property
    def place(self) -> tuple[float, float]:
        """Where the cursor is, numbers at their value and categories at their position."""
        wanted = self.header["middle"] if self.cursor is None else self.cursor
        across, up = (
            _place_on(axis, one, middle)
            for axis, one, middle in zip(self.header["axes"], wanted, self.header["middle"], strict=True)
        )
        return across, up

    def arrange(self, width: int) -> Drawing:
        frame = Frame(self.header["axes"], width)
        x, y = frame.x(self.place[0]), frame.y(self.place[1])
        status = Text(14, frame.bottom + 62, self.status_line, 12, self._ink("pale"), frame.end - 14, wraps=True)
        marks = [
            Text(14, 18, self._titled(self._ticks.power), 13, self._ink("ink"), frame.end - 14),
            *self._sections(frame),
            Image(LEFT, frame.top, frame.width, frame.height, self._painted(frame)),
            Box(LEFT, frame.top, frame.width, frame.height, self._ink("rule"), filled=False),
            *self._numbers(frame),
            Line([(x, HEAD), (x, frame.bottom)], self._ink("ink")),
            Line([(LEFT, y), (frame.side + frame.beside, y)], self._ink("ink")),
            *self._axes(frame),
            *self._bar(frame),
            status,
        ]
        size = (frame.end, int(status.y) + LINE * len(letters.lines_of(status)))
        return Drawing(size, colour.PAGES[self.theme], marks)

    def _painted(self, frame: Frame) -> Bytes:
        """Paint the map: colours, contours, hatching, dots; clear between categories."""
        across = _sampled(self.header["axes"][0], FINER * frame.width)
        up = _sampled(self.header["axes"][1], FINER * frame.height)
        heat = _blended(self.values, across, up).T[::-1]
        cells = np.empty((*heat.shape, 4))
        cells[..., :3] = self._colours[self._level(heat)]
        page, ink = (np.array(rgb, float) for rgb in (colour.PAGES[self.theme], colour.parse_hex(self._ink("ink"))))
        if self.contours and not self.tiled:
            _mix(cells, _edges(np.digitize(heat, self.levels)), ink, CONTOUR)
        few = _blended(self.few.astype(float), across, up).T[::-1] > 0.5
        lines = np.add.outer(np.arange(heat.shape[0]), np.arange(heat.shape[1])) % (FINER * EVERY) < FINER
        _mix(cells, few, page, VEIL)
        _mix(cells, few & lines, ink, HATCH)
        if not self.tiled:
            _dot(cells, self._dots_in(heat.shape), page, ink)
        cells[..., 3] = 255 * np.outer(up.within[::-1], across.within)
        return colour.round_half_up(cells).astype(np.uint8)

    def _dots_in(self, shape: tuple[int, ...]) -> NDArray[np.intp]:
        """Return rows and columns of the dots; those of one category are spread over its band."""
        found = []
        for side, axis in enumerate(self.header["axes"]):
            shares = _share_of(axis, self.dots[:, side])
            if isinstance(axis[0], str):
                scattered = (np.arange(len(self.dots)) * (0.7548776662, 0.5698402909)[side]) % 1  # the R2 sequence
                shares = shares + 0.7 * (scattered - 0.5) / len(axis)
            found.append(shares)
        rows, columns = (1 - found[1]) * (shape[0] - 1), found[0] * (shape[1] - 1)
        return np.rint([rows, columns]).astype(np.intp)

    def _sections(self, frame: Frame) -> Iterator[Mark]:
        """Arrange the cross-sections: those at all points faint, that at the cursor strong."""
        xs, ys = frame.x(frame.places(0)), frame.y(frame.places(1))
        for left, top, right, bottom in (
            (LEFT, HEAD, LEFT + frame.width, frame.top - GAP),
            (frame.side, frame.top, frame.side + frame.beside, frame.bottom),
        ):
            yield Box(left, top, right - left, bottom - top, self._ink("rule"), filled=False)
        for row in self.values.T[:: -(-self.values.shape[1] // MOST)]:
            yield Line([*zip(xs, self._height(frame, row), strict=True)], self._ink("bars"))
        for row in self.values[:: -(-self.values.shape[0] // MOST)]:
            yield Line([*zip(self._depth(frame, row), ys, strict=True)], self._ink("bars"))
        across, up = self.place
        along_x = [float(np.interp(up, frame.places(1), row)) for row in self.values]
        along_y = [float(np.interp(across, frame.places(0), row)) for row in self.values.T]
        for axis, points in zip(
            self.header["axes"],
            (
                [*zip(xs, self._height(frame, along_x), strict=True)],
                [*zip(self._depth(frame, along_y), ys, strict=True)],
            ),
            strict=True,
        ):
            named = isinstance(axis[0], str)
            yield Line(points, self._ink("ink"), 1.2 if named else 2.2)
            yield from (Box(x - 3, y - 3, 6, 6, self._ink("ink")) for x, y in points if named)
        for value in self.levels[:: max(1, len(self.levels) - 1)]:
            y = float(self._height(frame, value))
            yield Text(LEFT - 8, y + 4, self._ticks.plain(value), 11, self._ink("pale"), align="right")

    def _height(self, frame: Frame, values: Any) -> Any:
        return frame.top - GAP - 4 - (frame.top - GAP - HEAD - 8) * self._share(values)

    def _depth(self, frame: Frame, values: Any) -> Any:
        return frame.side + 4 + (frame.beside - 8) * self._share(values)

    def _numbers(self, frame: Frame) -> Iterator[Mark]:
        """Arrange the values of a map of two categories, where they have room."""
        if not self.tiled:
            return
        wide, tall = (size / count for size, count in zip((frame.width, frame.height), self.values.shape, strict=True))
        digits = Digits.of(float(np.abs(self.values).max()), 3)
        for column, row in np.ndindex(self.values.shape):
            value = float(self.values[column, row])
            text, rgb = digits.plain(value), self._colours[self._level(value)]
            if letters.width_of(text, 11) > wide - 8 or tall < 18:
                continue
            shown = rgb + (np.array(colour.PAGES[self.theme]) - rgb) * (VEIL if self.few[column, row] else 0)
            ink = "#000000" if shown @ np.array([0.299, 0.587, 0.114]) > 128 else "#ffffff"
            yield Text(LEFT + wide * column + 5, frame.bottom - tall * (row + 1) + 14, text, 11, ink)

    def _axes(self, frame: Frame) -> Iterator[Mark]:
        names_x, names_y = self.header["axes"]
        ticks_x, power_x = _ticks(names_x, max(24.0, frame.width / len(names_x) - 4))
        ticks_y, power_y = _ticks(names_y, LEFT - 20.0)
        across, up = (f"{name}{power}" for name, power in zip(self.header["features"], (power_x, power_y), strict=True))
        for place, text in ticks_x:
            half = letters.width_of(text, 11) / 2
            yield Text(float(frame.x(place)) - half, frame.bottom + 17, text, 11, self._ink("pale"))
        for place, text in ticks_y:
            yield Text(LEFT - 8, float(frame.y(place)) + 4, text, 11, self._ink("pale"), align="right")
        yield Text(LEFT, frame.bottom + 36, f"across: {across}", 12, self._ink("ink"), frame.width / 2 - 8)
        yield Text(LEFT + frame.width / 2, frame.bottom + 36, f"up: {up}", 12, self._ink("ink"), frame.width / 2)

    def _bar(self, frame: Frame) -> Iterator[Mark]:
        left, tall = frame.side + frame.beside + 2 * GAP, frame.bottom - HEAD
        cells = self._colours[np.linspace(colour.LEVELS - 1, PALEST, tall).astype(int)][:, None]
        yield Image(left, HEAD, BAR, tall, cells)
        yield Box(left, HEAD, BAR, tall, self._ink("rule"), filled=False)
        for value in self.levels:
            y = frame.bottom - 0.5 - (tall - 1) * float(self._share(value))
            yield Text(left + BAR + 6, y + 4, without_zeros(self._ticks.plain(value)), 11, self._ink("pale"), LABELS)

    @cached_property
    def _colours(self) -> Bytes:
        arm = colour.arms_of(self.colormap, self.theme, "all", signed=False).positive
        assert arm is not None, "a magnitude has one arm"
        return arm

    def _share(self, values: Any) -> Any:
        low, high = self.range
        return (np.asarray(values) - low) / (high - low) if high > low else np.full(np.shape(values), 0.5)

    def _level(self, values: Any) -> Any:
        return colour.round_half_up(PALEST + self._share(values) * (colour.LEVELS - 1 - PALEST)).astype(np.intp)


@dataclass(frozen=True)
class Frame:
    """Where the parts stand, for a map of so many pixels across."""

    axes: Sequence[Sequence[Any]]
    width: int

    @property
    def height(self) -> int:
        return 7 * self.width // 10

    @property
    def top(self) -> int:
        """Of the map."""
        return HEAD + self.height // 4 + GAP

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def side(self) -> int:
        """The left edge of what stands beside the map."""
        return LEFT + self.width + GAP

    @property
    def beside(self) -> int:
        return self.width // 4

    @property
    def end(self) -> int:
        return self.side + self.beside + 2 * GAP + BAR + 6 + LABELS

    def places(self, side: int) -> Floats:
        axis = self.axes[side]
        return np.arange(len(axis), dtype=float) if isinstance(axis[0], str) else np.asarray(axis, dtype=float)

    def x(self, place: Any) -> Any:
        return LEFT + (self.width - 1) * _share_of(self.axes[0], place)

    def y(self, place: Any) -> Any:
        return self.bottom - 1 - (self.height - 1) * _share_of(self.axes[1], place)


@dataclass(frozen=True)
class Sampled:
    """For each pixel along an axis: the point before it, the way to the next (0 to 1), and whether it is painted."""

    left: NDArray[np.intp]
    share: Floats
    within: NDArray[np.bool_]


def _sampled(axis: Sequence[Any], count: int) -> Sampled:
    if isinstance(axis[0], str):
        bands = (np.arange(count) + 0.5) / count * len(axis)
        left = bands.astype(np.intp)
        gap = FINER * len(axis) / count if len(axis) > 1 else 0.0
        return Sampled(left, np.zeros(count), np.abs(bands - left - 0.5) < 0.5 - gap / 2)
    values = np.asarray(axis, dtype=float)
    at = np.linspace(values[0], values[-1], count)
    left = (np.searchsorted(values, at, side="right") - 1).clip(0, len(values) - 2)
    return Sampled(left, (at - values[left]) / (values[left + 1] - values[left]), np.ones(count, bool))


def _blended(values: Floats, across: Sampled, up: Sampled) -> Floats:
    """Read a surface between its points, of shape (pixels across, pixels up)."""

    def along(rows: Floats, at: Sampled) -> Floats:
        after = np.minimum(at.left + 1, len(rows) - 1)
        return rows[at.left] + (rows[after] - rows[at.left]) * at.share[:, None]

    return along(along(values, across).T, up).T


def _edges(bins: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Mark the cells whose right or lower neighbour is of another bin."""
    found = np.zeros(bins.shape, bool)
    found[:, :-1] |= bins[:, 1:] != bins[:, :-1]
    found[:-1] |= bins[1:] != bins[:-1]
    return found


def _mix(cells: Floats, where: NDArray[np.bool_], rgb: Floats, share: float) -> None:
    cells[where, :3] += (rgb - cells[where, :3]) * share


def _dot(cells: Floats, places: NDArray[np.intp], page: Floats, ink: Floats) -> None:
    rows, columns = places
    for reach, rgb in ((2, page), (1, ink)):
        for down in range(-reach, reach + 1):
            for aside in range(-reach, reach + 1):
                if abs(down) + abs(aside) <= reach + (reach > 1):
                    inside = (rows + down).clip(0, cells.shape[0] - 1), (columns + aside).clip(0, cells.shape[1] - 1)
                    cells[(*inside, slice(0, 3))] = rgb


def _share_of(axis: Sequence[Any], place: Any) -> Any:
    """Return how far along an axis a place is, 0 to 1: numbers from end to end, categories in the middle of theirs."""
    if isinstance(axis[0], str):
        return (np.asarray(place) + 0.5) / len(axis)
    return (np.asarray(place) - axis[0]) / (axis[-1] - axis[0])


def _place_on(axis: Sequence[Any], wanted: Any, middle: Any) -> float:
    if isinstance(axis[0], str):
        return float(axis.index(wanted if wanted in axis else middle))
    return float(np.clip(middle if isinstance(wanted, str) else wanted, axis[0], axis[-1]))


def _ticks(axis: Sequence[Any], room: float) -> tuple[list[tuple[float, str]], str]:
    """Return where the values of an axis are written, and the power of ten that is left out of them."""
    if isinstance(axis[0], str):
        return [(float(place), letters.shortened(text, 11, room)) for place, text in enumerate(axis)], ""
    ticks = Ticks(axis[0], axis[-1])
    return [(tick, without_zeros(ticks.plain(tick))) for tick in ticks.values], ticks.power
