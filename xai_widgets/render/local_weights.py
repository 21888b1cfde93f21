"""Local weights of one row as a figure: bars around zero with their intervals, and how well the linear model fits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..tables import words
from . import colour, letters
from .curve_words import decimals_of
from .marks import LINE, Box, Drawing, Line, Mark, Text
from .plot_figure import LOWERS, RAISES, PlotFigure
from .text import Digits, alike, fixed, integer, percent, quantity, without_zeros
from .ticks import nice_ticks

WIDTH, LEAST_WIDTH = 620, 320
MARGIN, GAP = 14, 10
HEAD = 62  # title and fit
ROW, BAR = 26, 14
FOOT = 26  # ticks
TICK = 52  # from one number to the next, at least
SMALL = 3.5  # the first digit of the largest weight below which it has three
POOR = 0.5  # R2 below which the linear model explains the smaller part


@dataclass(frozen=True, eq=False)
class LocalWeightsFigure(PlotFigure):
    """What a view of local weights shows, ready to be drawn without a browser.

    Parameters
    ----------
    header : mapping
        Of the frame; see js/lib/lime_frame.ts for its fields.
    theme : {"light", "dark"}, default "light"
    language : {"en", "ko"}, default "en"
    """

    _WIDTHS = WIDTH, LEAST_WIDTH

    header: Mapping[str, Any] = field(repr=False)
    theme: str = "light"
    language: str = "en"

    @property
    def title(self) -> str:
        index, label = self.header["index"], self.header["label"]
        return self._say("lime.title" if index is None else "lime.title.row", label=label, row=integer(index or 0))

    @property
    def fit(self) -> str:
        """What model and linear model say of the row, and how well the one follows the other."""
        print_one = alike([self.header["prediction"], self.header["local_prediction"]])
        told = [
            self._say(f"lime.{name}", value=print_one(self.header[key]))
            for name, key in (("model", "prediction"), ("local", "local_prediction"))
            if self.header[key] is not None
        ]
        score = self.header["score"]
        if score is not None:
            told.append(self._say("lime.score", value=without_zeros(fixed(max(-9.99, score), 2))))
        return ", ".join(told)

    @property
    def description(self) -> str:
        """The text alternative, made from the numbers."""
        weights = "; ".join(
            f"{_named(weight)}: {self._number(weight)}{self._digits.power}" for weight in self.header["weights"]
        )
        return f"{self.title}: {self._nothing if self.is_flat else weights + '.'} {self.fit}."

    @property
    def status_line(self) -> str:
        made = self.header["parameters"]
        if not made:
            return self._say("lime.status.given")
        told = [
            self._say("status.samples", done=integer(self.header["done"]), total=integer(self.header["total"])),
            self._say("lime.status.width", width=quantity(_rounded(made["kernel_width"]))),
            self._say(f"lime.status.{made['sampler']}"),
        ]
        others = self.header["columns"] - len(self.header["weights"])
        if others > 0 and not self.header["starved"]:
            told.append(self._say("lime.status.others", count=integer(others)))
        if self.header["starved"]:
            count = integer(round(self.header["effective_samples"]))
            told.append(self._say("lime.status.starved", count=count, total=integer(self.header["done"])))
        score = self.header["score"]
        if score is not None and score < POOR and not self.is_flat:
            told.append(self._say("lime.status.poor", percent=percent(max(0.0, score))))
        if self.unsure:
            told.append(self._say("lime.status.unsure", count=self.unsure, total=len(self.header["weights"])))
        return ", ".join(told)

    @property
    def unsure(self) -> int:
        """How many weights another seed could turn around."""
        return sum(
            weight["interval"] is not None and weight["interval"] >= abs(weight["weight"]) > 0
            for weight in self.header["weights"]
        )

    @property
    def is_flat(self) -> bool:
        """Whether there is no weight but zero."""
        return not any(weight["weight"] for weight in self.header["weights"])

    @property
    def _nothing(self) -> str:
        return self._say("lime.starved" if self.header["starved"] else "contribution.none")

    @cached_property
    def range(self) -> tuple[float, float]:
        """From the lowest to the highest end of bars and intervals, zero included."""
        ends = [(weight["weight"], weight["interval"] or 0.0) for weight in self.header["weights"]]
        return min(0.0, *(value - half for value, half in ends), 0.0), max(
            0.0, *(value + half for value, half in ends), 0.0
        )

    @cached_property
    def _digits(self) -> Digits:
        end = max(-self.range[0], self.range[1])
        leading = end / 10 ** math.floor(math.log10(end)) if end > 0 else 1.0
        return Digits.of(end, 3 if leading < SMALL else 2)

    def _number(self, weight: Mapping[str, Any]) -> str:
        half = weight["interval"]
        return self._digits.signed(weight["weight"]) + ("" if half is None else f" ± {self._digits.plain(half)}")

    def arrange(self, width: int) -> Drawing:
        numbers = max((letters.width_of(self._number(weight), 12) for weight in self.header["weights"]), default=0.0)
        frame = Frame(width, len(self.header["weights"]), self.range, self._names_width(width), numbers)
        status = Text(MARGIN, frame.bottom + FOOT + 24, self.status_line, 12, self._ink("pale"), width - 28, wraps=True)
        marks = [
            Text(MARGIN, 20, self.title, 13, self._ink("ink"), width - 2 * MARGIN),
            Text(MARGIN, 42, self.fit, 12, self._ink("pale"), width - 2 * MARGIN),
            *self._grid(frame),
            *(mark for row, weight in enumerate(self.header["weights"]) for mark in self._bar(frame, row, weight)),
            self._zero(frame),
            Text(width - MARGIN, HEAD - 3, self._digits.power.strip(), 11, self._ink("pale"), align="right"),
            status,
        ]
        size = (width, int(status.y) + LINE * len(letters.lines_of(status)))
        return Drawing(size, colour.PAGES[self.theme], marks)

    def _names_width(self, width: int) -> float:
        widest = max(
            (
                letters.width_of(weight["name"], 12) + letters.width_of(f"  {weight['condition']}", 11) + GAP
                for weight in self.header["weights"]
            ),
            default=0.0,
        )
        return min(widest, 0.5 * width)

    def _grid(self, frame: Frame) -> Iterator[Mark]:
        low, high = self.range
        if low == high:
            return
        unit = 10.0**self._digits.exponent  # one power of ten for numbers and axis, told over the numbers
        ticks = nice_ticks(low / unit, high / unit, max(2, int(frame.right - frame.left) // TICK))
        decimals = decimals_of(ticks)
        for tick in ticks:
            text = without_zeros(fixed(tick, decimals))
            x = frame.x(tick * unit)
            yield Line([(x, HEAD), (x, frame.bottom)], self._ink("rule"))
            yield Text(x - letters.width_of(text, 11) / 2, frame.bottom + 17, text, 11, self._ink("pale"))

    def _zero(self, frame: Frame) -> Mark:
        if self.is_flat:
            return Text(MARGIN, frame.bottom + 17, self._nothing, 12, self._ink("ink"))
        return Line([(frame.x(0), HEAD), (frame.x(0), frame.bottom)], self._ink("ink"))

    def _bar(self, frame: Frame, row: int, weight: Mapping[str, Any]) -> Iterator[Mark]:
        value, interval = weight["weight"], weight["interval"]
        middle = HEAD + ROW * row + ROW / 2
        ink = (RAISES if value > 0 else LOWERS)[self.theme]
        rest = frame.names - letters.width_of(weight["name"], 12) - GAP
        condition = letters.shortened(weight["condition"], 11, max(frame.names / 2, rest))
        aside = letters.width_of(condition, 11) + 8 if condition else 0
        name = letters.shortened(weight["name"], 12, frame.names - aside)
        yield Text(frame.left - GAP - aside, middle + 4, name, 12, self._ink("ink"), align="right")
        yield Text(frame.left - GAP, middle + 4, condition, 11, self._ink("pale"), align="right")
        from_, to = sorted((frame.x(0), frame.x(value)))
        yield Box(from_, middle - BAR / 2, to - from_, BAR, ink)
        if interval:
            low, high = frame.x(value - interval), frame.x(value + interval)
            page = "#{:02x}{:02x}{:02x}".format(*colour.PAGES[self.theme])
            yield Line([(low, middle), (high, middle)], page, 3.5)
            yield Line([(low, middle), (high, middle)], self._ink("ink"), 1.2)
            for end in (low, high):
                yield Line([(end, middle - 3), (end, middle + 3)], self._ink("ink"), 1.2)
        yield Text(frame.width - MARGIN, middle + 4, self._number(weight), 12, self._ink("ink"), align="right")

    def _say(self, key: str, **fields: Any) -> str:
        return words(self.language)[key].format(**fields)


@dataclass(frozen=True)
class Frame:
    """Where the parts stand."""

    width: int
    rows: int
    range: tuple[float, float]
    names: float
    numbers: float

    @property
    def left(self) -> float:
        return MARGIN + self.names + GAP

    @property
    def right(self) -> float:
        return self.width - self.numbers - MARGIN - GAP

    @property
    def bottom(self) -> float:
        return HEAD + ROW * max(1, self.rows)

    def x(self, value: float) -> float:
        low, high = self.range
        share = (value - low) / (high - low) if high > low else 0.5
        return self.left + (self.right - self.left) * share


def _named(weight: Mapping[str, Any]) -> str:
    return f"{weight['name']} ({weight['condition']})" if weight["condition"] else str(weight["name"])


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")
