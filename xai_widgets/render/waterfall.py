"""The way from the mean to one prediction as a figure: a bar for each feature, from sum to sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..tables import words
from . import colour, letters, shap_words
from .curve_words import decimals_of
from .marks import LINE, Box, Drawing, Line, Mark, Text
from .plot_figure import ALL, CHOSEN, LOWERS, RAISES, PlotFigure, hex_of
from .text import Digits, fixed, grouped, integer, quantity, without_zeros
from .ticks import nice_ticks
from .waterfall_bars import Bar, bars_of

if TYPE_CHECKING:
    from .colour import Floats

WIDTH, LEAST_WIDTH = 420, 160  # of the ground of the bars
EDGE, GAP, BESIDE = 14, 12, 5
HEAD, ROW, HALF, POINT = 66, 24, 8, 6
LONGEST = 260  # name and value
FOOT = 48
NAMED = 5  # bars in the text alternative


@dataclass(frozen=True, eq=False)
class WaterfallFigure(PlotFigure):
    """What a view of a waterfall shows, ready to be drawn without a browser.

    Parameters
    ----------
    header : mapping
        Of the frame; see js/lib/waterfall_frame.ts for its fields.
    values : ndarray of shape (features,)
        What each adds.
    errors, before : ndarray of shape (features,), optional
        Their standard errors; what each adds in the row as it is, where something is changed.
    max_display : int, default 10
    theme : {"light", "dark"}, default "light"
    language : {"en", "ko"}, default "en"
    """

    _WIDTHS = WIDTH, LEAST_WIDTH

    header: Mapping[str, Any]
    values: Floats = field(repr=False)
    errors: Floats | None = field(default=None, repr=False)
    before: Floats | None = field(default=None, repr=False)
    max_display: int = 10
    theme: str = "light"
    language: str = "en"

    @property
    def title(self) -> str:
        told = shap_words.units_of(self.header, self._language)
        return self._say["waterfall.title"].format(row=integer(self.header["index"]), units=told) + self.digits.power

    @property
    def description(self) -> str:
        """The text alternative, made from the numbers."""
        plain, signed = self.digits.plain, self.digits.signed
        told = [
            f"{self._name(bar)}{self._value(bar)} {signed(bar.value)}"
            for bar in self.bars
            if bar.kind != "gap" and bar.value
        ]
        ends = {"base": plain(self.base), "prediction": plain(self.prediction)}
        parts = [
            f"{self.title}.",
            self._say["waterfall.describe"].format(**ends),
            self._say["waterfall.describe.bars"].format(bars="; ".join(told[:NAMED]))
            if told
            else self._say["contribution.none"],
        ]
        if self.prediction_before is not None:
            parts.append(self._say["waterfall.describe.before"].format(value=plain(self.prediction_before)))
        return " ".join(parts)

    @property
    def status_line(self) -> str:
        return ", ".join(shap_words.made_by(self.header, self.language))

    @cached_property
    def bars(self) -> list[Bar]:
        """From the top to the bottom."""
        names = list(self.header["features"])
        return bars_of(
            self.values,
            self.base,
            errors=self.errors,
            before=self.before,
            changed=[names.index(name) for name in self.header["what_if"]],
            prediction=self.header["prediction"],
            max_display=self.max_display,
        )

    @property
    def base(self) -> float:
        return 0.0 if self.header["base"] is None else float(self.header["base"])

    @property
    def prediction(self) -> float:
        known = self.header["prediction"]
        return self.base + float(self.values.sum()) if known is None else float(known)

    @property
    def prediction_before(self) -> float | None:
        if self.before is None:
            return None
        known = self.header["prediction_before"]
        return self.base + float(self.before.sum()) if known is None else float(known)

    @cached_property
    def digits(self) -> Digits:
        return Digits.of(max(abs(bar.value) for bar in self.bars), 3)

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest sum."""
        ends = [self.base, self.prediction]
        ends += [] if self.prediction_before is None else [self.prediction_before]
        for bar in self.bars:
            error = bar.error or 0.0
            ends += [bar.start, bar.stop, bar.stop - error, bar.stop + error]
            ends += [] if bar.before is None else [bar.before.start, bar.before.stop]
        low, high = min(ends), max(ends)
        return (low, high) if high > low else (low - 1.0, high + 1.0)

    def arrange(self, width: int) -> Drawing:
        labels = [self._label(bar) for bar in self.bars]
        named = EDGE + max(letters.width_of("".join(parts), 12) for parts in labels)
        room = BESIDE + max(letters.width_of(self.digits.signed(bar.value), 12) for bar in self.bars)
        ground = Ground(named + GAP + room, width, *self.range)
        end = int(ground.right + room + EDGE)
        bottom = HEAD + ROW * len(self.bars)
        status = Text(EDGE, bottom + FOOT + 24, self.status_line, 12, self._ink("pale"), end - 2 * EDGE, wraps=True)
        marks = [
            Text(EDGE, 18, self.title, 13, self._ink("ink"), end - 2 * EDGE),
            *self._ends(ground, bottom, end),
            *(mark for index, bar in enumerate(self.bars) for mark in self._bar(bar, index, ground)),
            *(mark for index, parts in enumerate(labels) for mark in self._words(parts, index, named)),
            *self._axis(ground, bottom),
            status,
        ]
        return Drawing((end, int(status.y) + LINE * len(letters.lines_of(status))), colour.PAGES[self.theme], marks)

    def _bar(self, bar: Bar, index: int, ground: Ground) -> Iterator[Mark]:
        middle = HEAD + ROW * (index + 0.5)
        start, stop = ground.place(bar.start), ground.place(bar.stop)
        tone = self._tone(bar)
        if index:
            yield Line([(stop, middle - HALF), (stop, middle - ROW + HALF)], self._ink("pale"))
        if bar.before is not None and (bar.before.start, bar.before.stop) != (bar.start, bar.stop):
            was = [(ground.place(each), middle + HALF + 2) for each in (bar.before.start, bar.before.stop)]
            yield Line(was, hex_of(ALL[self.theme]), 1.5)
        yield from _arrow(start, stop, middle, tone)
        reach = [stop]
        if bar.error:
            reach = [ground.place(bar.stop - bar.error), ground.place(bar.stop + bar.error)]
            yield Line([(reach[0], middle), (reach[1], middle)], self._ink("ink"), 1.2)
        text = self.digits.signed(bar.value)
        tone = hex_of(ALL[self.theme]) if text == "0" else tone
        if bar.value < 0:
            yield Text(min(start, stop, *reach) - BESIDE, middle + 4, text, 12, tone, align="right")
        else:
            yield Text(max(start, stop, *reach) + BESIDE, middle + 4, text, 12, tone)

    def _ends(self, ground: Ground, bottom: float, end: float) -> Iterator[Mark]:
        """Arrange the mean below the bars, and above them the prediction and what it was before a change."""
        base, top = ground.place(self.base), ground.place(self.prediction)
        if not any(bar.value or (bar.before and bar.before.value) for bar in self.bars):
            yield Text(EDGE, 38, self._say["contribution.none"], 12, self._ink("ink"), end - 2 * EDGE)
        yield Line([(base, bottom - ROW / 2 + HALF), (base, bottom + 22)], self._ink("pale"), dash=3)
        if self.header["base"] is None:
            told = self._say["waterfall.zero"]
        else:
            told = self._say["waterfall.mean"].format(value=self.digits.plain(self.base))
        yield _beside(base, bottom + 16, told, 12, self._ink("pale"), end)
        yield Line([(top, HEAD - 8), (top, HEAD + ROW / 2 - HALF)], self._ink("ink"), 1.5)
        told = self._say["waterfall.prediction"].format(value=self.digits.plain(self.prediction))
        if self.prediction_before is not None:
            was = ground.place(self.prediction_before)
            yield Line([(was, HEAD - 8), (was, HEAD + ROW / 2 - HALF)], self._ink("pale"), dash=3)
            yield Line([(was, HEAD - 4.5), (top, HEAD - 4.5)], self._ink("ink"))
            told += f"  ({self._say['waterfall.before'].format(value=self.digits.plain(self.prediction_before))})"
        width = letters.width_of(told, 15)
        yield Text(max(EDGE, min(end - EDGE - width, top - width / 2)), HEAD - 14, told, 15, self._ink("ink"))

    def _axis(self, ground: Ground, bottom: float) -> Iterator[Mark]:
        yield Line([(ground.left, bottom + 24), (ground.right, bottom + 24)], self._ink("rule"))
        scale = 10.0**-self.digits.exponent
        ticks = nice_ticks(ground.low, ground.high)
        decimals = decimals_of([scale * tick for tick in ticks])
        for value in ticks:
            place = ground.place(value)
            text = grouped(without_zeros(fixed(scale * value, decimals)))
            yield Line([(place, bottom + 24), (place, bottom + 28)], self._ink("pale"))
            yield Text(place - letters.width_of(text, 11) / 2, bottom + 41, text, 11, self._ink("pale"))

    def _label(self, bar: Bar) -> tuple[str, str]:
        """Return name and value of a bar, the name as short as its room."""
        value = letters.shortened(self._value(bar), 12, LONGEST / 2) if self._value(bar) else ""
        return letters.shortened(self._name(bar), 12, LONGEST - letters.width_of(value, 12)), value

    def _words(self, parts: tuple[str, str], index: int, named: float) -> Iterator[Mark]:
        name, value = parts
        bar, y = self.bars[index], HEAD + ROW * (index + 0.5) + 4
        changed = bar.kind == "feature" and self.header["features"][bar.features[0]] in self.header["what_if"]
        yield Text(named, y, value, 12, CHOSEN[self.theme][0] if changed else self._ink("ink"), align="right")
        yield Text(named - letters.width_of(value, 12), y, name, 12, self._ink("pale"), align="right")

    def _name(self, bar: Bar) -> str:
        if bar.kind == "feature":
            return str(self.header["features"][bar.features[0]])
        return self._say["waterfall.others" if bar.kind == "others" else "waterfall.gap"].format(
            count=len(bar.features)
        )

    def _value(self, bar: Bar) -> str:
        if bar.kind != "feature" or self.header["row"] is None:
            return ""
        feature = bar.features[0]
        name, own = self.header["features"][feature], self.header["row"][feature]
        if name in self.header["what_if"]:
            return f" = {self._printed(own)} → {self._printed(self.header['what_if'][name])}"
        return f" = {self._printed(own)}"

    def _printed(self, value: Any) -> str:
        if value is None:
            return self._say["shap.missing"]
        return quantity(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)

    @cached_property
    def _say(self) -> Mapping[str, str]:
        return words(self._language)

    @property
    def _language(self) -> str:
        return self.language if letters.has_hangul() else "en"

    def _tone(self, bar: Bar) -> str:
        if bar.kind == "gap" or not bar.value:
            return hex_of(ALL[self.theme])
        return (LOWERS if bar.value < 0 else RAISES)[self.theme]


@dataclass(frozen=True)
class Ground:
    """Where sums lie."""

    left: float
    width: float
    low: float
    high: float

    @property
    def right(self) -> float:
        return self.left + self.width

    def place(self, value: float) -> float:
        return self.left + self.width * (value - self.low) / (self.high - self.low)


def _arrow(start: float, stop: float, middle: float, tone: str) -> Iterator[Mark]:
    """Arrange a bar whose end points where it goes."""
    way = 1 if stop >= start else -1
    stop = start + way * max(1.0, abs(stop - start))
    neck = stop - way * min(POINT, abs(stop - start))
    yield Box(min(start, neck), middle - HALF, abs(neck - start), 2 * HALF, tone)
    for line in range(2 * HALF):  # the point, line by line
        reach = (1 - abs(line + 0.5 - HALF) / HALF) * abs(stop - neck)
        yield Box(min(neck, neck + way * reach), middle - HALF + line, reach, 1, tone)


def _beside(place: float, y: float, text: str, size: int, ink: str, end: float) -> Text:
    fits = place + 6 + letters.width_of(text, size) <= end - EDGE
    return Text(place + 6, y, text, size, ink) if fits else Text(place - 6, y, text, size, ink, align="right")
