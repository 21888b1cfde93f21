"""How much features count as a figure: a bar for each with its interval, and the same of selected rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables import words
from . import colour, letters, shap_words
from .marks import LINE, Box, Drawing, Line, Mark, Text
from .plot_figure import ALL, CHOSEN, PlotFigure, hex_of
from .text import Digits, integer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .colour import Floats

WIDTH, LEAST_WIDTH = 640, 320
HEAD, EDGE, GAP, BESIDE = 34, 14, 8, 6
SINGLE, DOUBLE = (24, 13), (34, 12)  # from feature to feature, and of a bar
WIDEST = 0.42  # of the width, for names
ERRORS = 2  # standard errors to either side of a mean
PALER = 0.55  # share of the page in a bar of joined features
LEAST = 1  # pixels of an interval that can be seen
NAMED = 5  # features in the text alternative


@dataclass(frozen=True)
class Bar:
    """One line of the figure: its name, and a mean with its standard error for each group of rows."""

    name: str
    means: list[float]
    errors: list[float]
    joined: bool = False


@dataclass(frozen=True, eq=False)
class ImportanceFigure(PlotFigure):
    """What a view of importances shows, ready to be drawn without a browser. Twin: js/views/importance.

    Parameters
    ----------
    header : mapping
        Of the frame; see js/lib/importance_frame.ts for its fields.
    order : ndarray of int of shape (features,)
        The features, the most important first.
    mean, error, rest, rest_error : ndarray of shape (groups, features)
        Of all rows and, where there are any, of the selected ones; NaN where an error is not known.
    max_display : int, default 10
        Features with a bar of their own.
    feature : str, optional
        The chosen one.
    theme : {"light", "dark"}, default "light"
    language : {"en", "ko"}, default "en"
    status : str, default "done"
        Of the widget.
    """

    _WIDTHS = WIDTH, LEAST_WIDTH

    header: Mapping[str, Any]
    order: NDArray[np.integer] = field(repr=False)
    mean: Floats = field(repr=False)
    error: Floats = field(repr=False)
    rest: Floats = field(repr=False)
    rest_error: Floats = field(repr=False)
    max_display: int = 10
    feature: str | None = None
    theme: str = "light"
    language: str = "en"
    status: str = "done"

    @property
    def title(self) -> str:
        units = shap_words.units_of(self.header, self.language)
        return words(self.language)["importance.title"].format(units=units) + self._digits.power

    @property
    def description(self) -> str:
        """The text alternative, made from the numbers."""
        table = words(self.language)
        if not self.mean[0].any():
            return f"{self.title}. {table['contribution.none']}"

        def told(group: int) -> str:
            return ", ".join(f"{bar.name} {self._interval(bar, group)}" for bar in self.bars[:NAMED])

        parts = [table["importance.describe"].format(title=self.title, features=told(0))]
        if len(self.mean) > 1:
            count = integer(self.header["rows"][1])
            parts.append(table["importance.describe.selected"].format(count=count, features=told(1)))
        return " ".join(parts)

    @property
    def status_line(self) -> str:
        sampled, table = self.header["sampled"], words(self.language)
        phrases = shap_words.phrases(self.header, self.status, self.language)
        if self.header["rows"][0] > 1:
            phrases.append(table["importance.intervals.both" if sampled else "importance.intervals.rows"])
        elif sampled:
            phrases.append(table["importance.intervals.samples"])
        return ", ".join(phrases)

    @cached_property
    def bars(self) -> list[Bar]:
        """The strongest features each by itself, the rest joined; one alone is never called the rest."""
        count = len(self.order)
        shown = self.max_display if count - self.max_display > 1 else count
        bars = [
            Bar(self.header["features"][each], self.mean[:, each].tolist(), self.error[:, each].tolist())
            for each in self.order[:shown]
        ]
        if shown < count:
            name = words(self.language)["importance.rest"].format(count=integer(count - shown))
            bars.append(Bar(name, self.rest[:, shown].tolist(), self.rest_error[:, shown].tolist(), joined=True))
        return bars

    def arrange(self, width: int) -> Drawing:
        step, _ = self._sizes
        foot = HEAD + step * len(self.bars) + 10
        status = Text(EDGE, foot + 14, self.status_line, 12, self._ink("pale"), width - 2 * EDGE, wraps=True)
        nothing = Text(
            EDGE, HEAD + 16, words(self.language)["contribution.none"], 13, self._ink("ink"), width - 2 * EDGE
        )
        marks = [*self._head(width), *(self._bars(width) if self.mean[0].any() else [nothing]), status]
        size = (width, int(status.y) + LINE * len(letters.lines_of(status)))
        return Drawing(size, colour.PAGES[self.theme], marks)

    def _head(self, width: int) -> Iterator[Mark]:
        """Arrange the title, and which rows the bars are of, where there are two kinds."""
        at = float(width - EDGE)
        if len(self.header["rows"]) > 1:
            table, (every, chosen) = words(self.language), map(integer, self.header["rows"])
            for key, count, ink in (
                ("importance.chosen", chosen, CHOSEN[self.theme][0]),
                ("importance.all", every, self._ink("pale")),
            ):
                text = table[key].format(count=count)
                yield Text(at, 18, text, 12, ink, align="right")
                at -= letters.width_of(text, 12) + 12
        yield Text(EDGE, 18, self.title, 13, self._ink("ink"), at - EDGE)

    def _bars(self, width: int) -> Iterator[Mark]:
        step, thickness = self._sizes
        room = min(WIDEST * width, max(letters.width_of(bar.name, 12) for bar in self.bars) + 2)
        left = EDGE + room + GAP
        most = max(self._end(bar, group) for bar in self.bars for group in range(len(bar.means)))
        numbers = max(letters.width_of(self._print(mean), 12) for bar in self.bars for mean in bar.means)
        scale = (width - EDGE - left - BESIDE - numbers) / most
        for place, bar in enumerate(self.bars):
            middle = HEAD + step * (place + 0.5)
            ink = CHOSEN[self.theme][0] if bar.name == self.feature else self._ink("pale" if bar.joined else "ink")
            yield Text(left - GAP, middle + 4, letters.shortened(bar.name, 12, room), 12, ink, align="right")
            for group, mean in enumerate(bar.means):
                y = middle + ((group - 0.5) * (thickness + 2) if len(bar.means) > 1 else 0.0)
                yield Box(left, y - thickness / 2, scale * mean, thickness, self._fill(group, joined=bar.joined))
                yield from self._whiskers(left, scale, y, bar, group)
                at = left + scale * self._end(bar, group) + BESIDE
                yield Text(at, y + 4, self._print(mean), 12, CHOSEN[self.theme][0] if group else self._ink("ink"))
        yield Line([(left, HEAD), (left, HEAD + step * len(self.bars))], self._ink("pale"))

    def _whiskers(self, left: float, scale: float, y: float, bar: Bar, group: int) -> Iterator[Mark]:
        mean, reach = bar.means[group], ERRORS * np.nan_to_num(bar.errors[group])
        if 2 * reach * scale < LEAST:
            return
        low, high = left + scale * max(0.0, mean - reach), left + scale * (mean + reach)
        yield Line([(low, y), (high, y)], hex_of(colour.PAGES[self.theme]), 2.5)
        yield Line([(low, y), (high, y)], self._ink("ink"))
        yield Line([(low, y - 3), (low, y + 3)], self._ink("ink"))
        yield Line([(high, y - 3), (high, y + 3)], self._ink("ink"))

    @property
    def _sizes(self) -> tuple[int, int]:
        return DOUBLE if len(self.mean) > 1 else SINGLE

    @staticmethod
    def _end(bar: Bar, group: int) -> float:
        return bar.means[group] + ERRORS * float(np.nan_to_num(bar.errors[group]))

    @cached_property
    def _digits(self) -> Digits:
        return Digits.of(self._largest, 3)

    @cached_property
    def _largest(self) -> float:
        return max(mean for bar in self.bars for mean in bar.means)

    def _print(self, mean: float) -> str:
        return self._digits.magnitude(mean, self._largest)

    def _interval(self, bar: Bar, group: int) -> str:
        reach = self._print(ERRORS * float(np.nan_to_num(bar.errors[group])))
        spread = f" ± {reach}" if reach != "0" else ""
        return f"{self._print(bar.means[group])}{spread}{self._digits.power}"

    def _fill(self, group: int, *, joined: bool) -> str:
        """Return the ink of a bar: grey of all rows, amber of selected ones, paler where features are joined."""
        rgb = np.array(CHOSEN[self.theme][1] if group else ALL[self.theme], dtype=float)
        page = np.array(colour.PAGES[self.theme], dtype=float)
        shown = rgb + (page - rgb) * (PALER if joined else 0.0)
        return "#" + bytes(colour.round_half_up(shown).astype(np.uint8)).hex()
