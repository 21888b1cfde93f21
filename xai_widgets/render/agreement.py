"""What several methods say of one row as a figure: their shares on one axis, their numbers, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..tables import words
from . import colour, letters, shap_words
from .marks import LINE, Drawing, Image, Line, Mark, Text
from .plot_figure import ALL, CHOSEN, LOWERS, RAISES, PlotFigure, hex_of
from .text import MINUS, fixed, integer, quantity
from .ticks import nice_ticks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .colour import Bytes, Floats

WIDTH, LEAST_WIDTH = 640, 360
HEAD, STEP, LANE, EDGE, GAP = 26, 26, 6, 14, 12
MARK, FINER = 9, 4  # pixels of a mark, and cells of each
WIDEST = 0.3  # of the width, for names
ERRORS = 2  # standard errors to either side
POOR_FIT = 0.5  # R2 of LIME below which its linear model explains the smaller part
NAMELESS = {"outputs": [""], "output": 0, "of_classes": False}
NAMED = 3  # disputes in the sentence, and features in the text alternative


@dataclass(frozen=True, eq=False)
class AgreementFigure(PlotFigure):
    """What a view of several methods shows, ready to be drawn without a browser. Twin: js/views/agreement.

    Parameters
    ----------
    header : mapping
        Of the frame; see js/lib/agreement_frame.ts for its fields.
    order : ndarray of int of shape (features,)
        The features, the largest shares first.
    shares, errors, ranks : ndarray of shape (methods, features)
    max_display : int, default 10
        The most features.
    feature : str, optional
        The chosen one.
    theme : {"light", "dark"}, default "light"
    language : {"en", "ko"}, default "en"
    """

    _WIDTHS = WIDTH, LEAST_WIDTH

    header: Mapping[str, Any]
    order: NDArray[np.integer] = field(repr=False)
    shares: Floats = field(repr=False)
    errors: Floats = field(repr=False)
    ranks: Floats = field(repr=False)
    max_display: int = 10
    feature: str | None = None
    theme: str = "light"
    language: str = "en"

    @property
    def title(self) -> str:
        index, named = self.header["index"], {"outputs": [self.header["target_name"] or ""], "output": 0}
        what = shap_words.units_of({**self.header, **named}, self.language)
        told = {"what": what, "value": quantity(self.header["prediction"]), "row": "" if index is None else index}
        return words(self.language)["agree.title" if index is None else "agree.title.row"].format(**told)

    @property
    def sentence(self) -> str:
        """Say where the methods disagree, or that they do not; nothing while one alone has answered."""
        table, methods = words(self.language), self.header["methods"]
        if not self.shares.any():
            return table["contribution.none"]
        if len(methods) < 2:
            return ""
        poor = any(method["fit"] is not None and method["fit"] < POOR_FIT for method in methods)
        told = f"{self._verdict} {table['agree.but_poor']}" if poor else self._verdict
        return told if self.header["finished"] else table["agree.so_far"].format(told=told)

    @property
    def _verdict(self) -> str:
        table, disputes = words(self.language), self.header["disagreements"]
        if not disputes:
            return table["agree.none"]
        largest: dict[int, Any] = {}  # of each feature
        for each in disputes:
            largest.setdefault(each["feature"], each)
        told = table["agree.some"].format(list="; ".join(self._dispute(**each) for each in [*largest.values()][:NAMED]))
        more = len(largest) - NAMED
        return f"{told} {table['agree.more'].format(count=more)}" if more > 0 else told

    @property
    def description(self) -> str:
        """The text alternative, made from the numbers."""
        table = words(self.language)
        pairs = [
            table["agree.pair.told"].format(
                first=self._method(pair["first"]),
                second=self._method(pair["second"]),
                spearman=_correlation(pair["spearman"]),
                kendall=_correlation(pair["kendall"]),
                signs=table["agree.signs.of"].format(same=integer(pair["same_sign"]), count=integer(pair["signed"])),
            )
            for pair in self.header["pairs"]
        ]
        lines = "; ".join(self._line(feature) for feature in self.shown[:NAMED])
        return " ".join(part for part in [f"{self.title}.", self.sentence, *pairs, f"{lines}."] if part)

    @property
    def status_line(self) -> str:
        """Say how far any two methods agree, and what each of them is."""
        return ". ".join(filter(None, [self._agreed, ", ".join(self._made)]))

    @property
    def _agreed(self) -> str:
        table = words(self.language)
        return "; ".join(
            f"{self._method(pair['first'])} \u2013 {self._method(pair['second'])}: "
            f"{table['agree.spearman']} {_correlation(pair['spearman'])}, "
            f"{table['agree.kendall']} {_correlation(pair['kendall'])}"
            for pair in self.header["pairs"]
        )

    @property
    def _made(self) -> Iterator[str]:
        """Say by what each method was computed, in which units, and from how much."""
        table, language = words(self.language), self.language
        for place, method in enumerate(self.header["methods"]):
            done, total = integer(method["done"]), integer(method["total"])
            counted = "agree.samples" if method["finished"] else "shap.status.samples"
            parts = [
                *([shap_words.method_of(method["explainer"], language)] if method["name"] == "shap" else []),
                shap_words.units_of({**method, **NAMELESS}, language),
                *([table[counted].format(count=total, done=done, total=total)] if method["sampled"] else []),
                *([] if method["fit"] is None else [f"R² {method['fit']:.2f}"]),
                *([] if method["background"] is None else [shap_words.background_of(method["background"], language)]),
            ]
            yield table["agree.status"].format(method=self._method(place), parts=", ".join(parts))
        if any(method["explainer"] == "TreeSHAP, interventional" for method in self.header["methods"]):
            yield table["agree.kind"]

    @cached_property
    def shown(self) -> list[int]:
        return [int(feature) for feature in self.order[: self.max_display]]

    def arrange(self, width: int) -> Drawing:
        ink, pale, room = self._ink("ink"), self._ink("pale"), width - 2 * EDGE
        title = Text(EDGE, 18, self.title, 13, ink, room)
        sentence = Text(EDGE, 38, self.sentence, 12, ink, room, wraps=True)
        top = 38 + LINE * len(letters.lines_of(sentence)) - 6 if self.sentence else 30
        frame = self._frame(width, top)
        scale = words(self.language)["agree.scale"]
        status = Text(
            EDGE, frame.bottom + 46, f"{scale[:1].upper()}{scale[1:]}. {self.status_line}", 12, pale, room, wraps=True
        )
        marks = [
            title,
            *([sentence] if self.sentence else []),
            *self._axis(frame),
            *self._heads(frame),
            *(mark for place, feature in enumerate(self.shown) for mark in self._marks(frame, place, feature)),
            status,
        ]
        size = (width, int(status.y) + LINE * len(letters.lines_of(status)))
        return Drawing(size, colour.PAGES[self.theme], marks)

    def _frame(self, width: int, top: int) -> Frame:
        count = len(self.header["methods"])
        names = [letters.width_of(self.header["features"][feature], 12) + 2 for feature in self.shown]
        room = min(WIDEST * width, max(48.0, *names))
        numbers = letters.width_of(f"{MINUS}88 %", 12)
        heads = [letters.width_of(self._method(method), 12) + MARK + 6 for method in range(count)]
        columns = [max(numbers, head) + GAP for head in heads]
        shares, errors = self.shares[:, self.shown], ERRORS * self.errors[:, self.shown]
        low, high = float((shares - errors).min()), float((shares + errors).max())
        reach = max(0.02, high, -low)
        left, right = EDGE + room + GAP + MARK, width - EDGE - sum(columns) - MARK
        side = max(letters.width_of(text, 11) for text in self._sides) + 8
        least = max(0.15, side / max(1.0, right - left - side))
        return Frame(
            EDGE + room,
            left,
            right,
            [width - EDGE - sum(columns[method + 1 :]) for method in range(count)],
            top + HEAD,
            top + HEAD + STEP * len(self.shown),
            min(low, -least * reach),
            max(high, least * reach),
        )

    @property
    def _sides(self) -> tuple[str, str]:
        table = words(self.language)
        return f"\u2190 {table['agree.lowers']}", f"{table['agree.raises']} \u2192"

    def _axis(self, frame: Frame) -> Iterator[Mark]:
        zero, (lowers, raises) = frame.x(0.0), self._sides
        if letters.width_of(lowers, 11) < zero - frame.left:
            yield Text(zero - 6, frame.top - 8, lowers, 11, LOWERS[self.theme], align="right")
        if letters.width_of(raises, 11) < frame.right - zero:
            yield Text(zero + 6, frame.top - 8, raises, 11, RAISES[self.theme])
        for tick in nice_ticks(100 * frame.low, 100 * frame.high, 5):
            x = frame.x(tick / 100)
            sign = "+" if tick > 0 else ""
            text = f"{sign}{fixed(tick, 0 if abs(tick) >= 1 or not tick else 1)} %" if tick else "0"
            yield Line([(x, frame.top - 4), (x, frame.bottom + 4)], self._ink("rule" if tick else "pale"))
            yield Text(x - letters.width_of(text, 11) / 2, frame.bottom + 18, text, 11, self._ink("pale"))

    def _heads(self, frame: Frame) -> Iterator[Mark]:
        for method, right in enumerate(frame.columns):
            name = self._method(method)
            yield Text(right, frame.top - 8, name, 12, self._ink("ink"), align="right")
            at = right - letters.width_of(name, 12) - 6 - MARK / 2
            yield self._mark(method, self._ink("pale"), at, frame.top - 12)

    def _marks(self, frame: Frame, place: int, feature: int) -> Iterator[Mark]:
        """Arrange the line of a feature: its name, the marks of all methods joined, and their numbers."""
        middle = frame.top + STEP * (place + 0.5)
        disputed = any(each["feature"] == feature for each in self.header["disagreements"])
        name = self.header["features"][feature]
        ink = CHOSEN[self.theme][0] if name == self.feature else self._ink("ink")
        room = frame.names - EDGE
        yield Text(frame.names, middle + 4, letters.shortened(name, 12, room), 12, ink, align="right")
        lanes = [middle + LANE * (method - (len(self.shares) - 1) / 2) for method in range(len(self.shares))]
        points = [(frame.x(share), y) for share, y in zip(self.shares[:, feature], lanes, strict=True)]
        if len(points) > 1:
            yield Line(points, self._ink("ink" if disputed else "bars"), 1.5)
        for method, (x, y) in enumerate(points):
            share, error = float(self.shares[method, feature]), ERRORS * float(self.errors[method, feature])
            tone = self._tone(share)
            if error:
                yield Line([(frame.x(share - error), y), (frame.x(share + error), y)], tone)
            yield self._mark(method, tone, x, y)
            text = tone if share else self._ink("pale")
            yield Text(frame.columns[method], middle + 4, print_share(share), 12, text, align="right")

    def _mark(self, method: int, ink: str, x: float, y: float) -> Image:
        cells = np.empty((FINER * MARK, FINER * MARK, 4), np.uint8)
        cells[..., :3] = colour.parse_hex(ink)
        cells[..., 3] = 255 * form_of(self.header["methods"][method]["name"])
        return Image(round(x - MARK / 2), round(y - MARK / 2), MARK, MARK, cells)

    def _tone(self, share: float) -> str:
        if share == 0:
            return hex_of(ALL[self.theme])
        return (RAISES if share > 0 else LOWERS)[self.theme]

    def _method(self, method: int) -> str:
        return words(self.language)[f"agree.method.{self.header['methods'][method]['name']}"]

    def _dispute(self, feature: int, first: int, second: int, kind: str) -> str:
        table, name = words(self.language), self.header["features"][feature]
        if kind == "rank":
            one, other = (integer(round(self.ranks[method, feature])) for method in (first, second))
            told = {"first": self._method(first), "one": one, "second": self._method(second), "other": other}
            return table["agree.rank"].format(feature=name, **told)
        up, down = (first, second) if self.shares[first, feature] > 0 else (second, first)
        raises, lowers = (print_share(float(self.shares[method, feature])) for method in (up, down))
        told = {"up": self._method(up), "raises": raises, "down": self._method(down), "lowers": lowers}
        return table["agree.sign"].format(feature=name, **told)

    def _line(self, feature: int) -> str:
        told = [
            words(self.language)["agree.reading"].format(
                method=self._method(method),
                share=print_share(float(self.shares[method, feature])),
                rank=quantity(float(self.ranks[method, feature])),
            )
            for method in range(len(self.shares))
        ]
        return f"{self.header['features'][feature]}: {', '.join(told)}"


@dataclass(frozen=True)
class Frame:
    """Where the parts stand: names end, the axis begins and ends, columns of numbers end; and the axis' own ends."""

    names: float
    left: float
    right: float
    columns: list[float]
    top: int
    bottom: int
    low: float
    high: float

    def x(self, share: float) -> float:
        return self.left + (float(share) - self.low) / (self.high - self.low) * (self.right - self.left)


def form_of(method: str) -> Bytes:
    """Return which cells a method's mark covers: a disc for SHAP, a rhombus for LIME, else a triangle."""
    count = FINER * MARK
    across, down = np.meshgrid(*(np.linspace(-1, 1, count),) * 2)
    forms = {"shap": across**2 + down**2 <= 0.9, "lime": np.abs(across) + np.abs(down) <= 1.0}
    covered = forms.get(method, np.abs(across) <= (down + 1) / 2)
    return covered.astype(np.uint8)


def print_share(share: float) -> str:
    """Write a share with its sign, in percent; what is not zero is not called zero."""
    percent = abs(100 * share)
    text = fixed(percent, 0 if percent >= 9.95 else 1)
    if float(text) == 0:
        return "0 %" if share == 0 else "<0.1 %"
    return f"{MINUS if share < 0 else '+'}{text} %"


def _correlation(value: float | None) -> str:
    return "\u2013" if value is None else fixed(value, 2)
