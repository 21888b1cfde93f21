"""Histograms of the columns of a table as bqplot figures: an interval or some bars chosen in one is a filter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import bqplot  # type: ignore[import-untyped]
import ipywidgets  # type: ignore[import-untyped]
import numpy as np

from ..render.curve_words import decimals_of
from ..render.text import fixed, without_zeros
from ..render.ticks import nice_ticks
from ..tables import words
from .columns import FARTHEST

if TYPE_CHECKING:
    from ..explainers.filtering import Column

_BARS = 30  # of numbers
_MOST_TICKS = 6
_MOST_BARS = 12  # of categories that are seen without scrolling
_BAR_HEIGHT = 17  # pixels of a category
_LABEL = 14  # letters of a category's name

# bqplot knows JupyterLab's colours in part: text and axes are given the rest here, bars what suits both of its themes.
_CHOSEN, _PASSING, _OTHERS = "#e08a00", "#8b929a", "rgba(139, 146, 154, 0.28)"
_FONT = "var(--jp-ui-font-family, system-ui, sans-serif)"
_PALE = {"fill": "var(--jp-ui-font-color2, #6f757b)", "font": f"11px {_FONT}"}
_TITLE = {"fill": "var(--jp-ui-font-color1, #6f757b)", "font": f"600 12px {_FONT}"}
_RULE = "var(--jp-border-color1, #9aa0a6)"


class Histogram(ABC):
    """How many rows have which value of a feature: all, those that pass the filters, those of them selected.

    Parameters
    ----------
    feature : str
        Its name.
    column : Column
        Its values.
    change : callable
        Takes a new filter, or None for no filter, when a hand sets one.

    Attributes
    ----------
    figure : bqplot.Figure
    view : Widget
        The figure as it is placed beside others: one of many bars scrolls.
    """

    figure: bqplot.Figure

    @property
    def view(self) -> Any:
        return self.figure

    def __init__(self, feature: str, column: Column, change: Callable[[list[Any] | None], None]) -> None:
        self.feature = feature
        self._change = change
        self._shown: list[Any] | None = None  # the filter that the figure shows
        self._showing = False  # what we set ourselves is no hand's
        self._places, self._count = self._binned(column)

    def show(self, wanted: list[Any] | None, passing: np.ndarray, chosen: np.ndarray, language: str = "en") -> None:
        """Show a filter, and how many rows are in each bar.

        Parameters
        ----------
        wanted : list or None
            The filter on this feature.
        passing, chosen : ndarray of bool of shape (rows,)
            Rows that pass all filters; those of them that are selected.
        language : str, default "en"
            Of the title.
        """
        self.figure.marks[0].y = self._stacked(passing, chosen)
        if wanted != self._shown:
            self._shown = wanted
            if not self._is_held:
                self._draw_filter()
        told = self._told(wanted, words(language))
        self.figure.title = f"{self.feature}: {told}" if told else self.feature

    def _draw_filter(self) -> None:
        self._showing = True
        try:
            self._show_filter(self._shown)
        finally:
            self._showing = False

    def close(self) -> None:
        figure = self.figure
        parts = [*figure.marks, *figure.axes, figure.interaction, figure.scale_x, figure.scale_y, figure]
        scales = [scale for mark in figure.marks for scale in mark.scales.values()]
        for part in (*parts, *scales):
            if part is not None:
                part.close()

    @property
    def _is_held(self) -> bool:
        """Whether a hand is at it, which is not disturbed."""
        return False

    @abstractmethod
    def _binned(self, column: Column) -> tuple[np.ndarray, int]:
        """Return each row's bar, -1 where its value is missing, and the number of bars."""

    @abstractmethod
    def _show_filter(self, wanted: list[Any] | None) -> None: ...

    @abstractmethod
    def _told(self, wanted: list[Any] | None, words: Mapping[str, str]) -> str: ...

    def _take(self, wanted: list[Any] | None) -> None:
        """Hand on what a hand has set."""
        if wanted != self._shown and not self._showing:
            self._shown = wanted
            self._change(wanted)

    def _stacked(self, passing: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        known = self._places >= 0
        groups = (known & chosen, known & passing & ~chosen, known & ~passing)
        return np.array([np.bincount(self._places[group], minlength=self._count) for group in groups])


class NumberHistogram(Histogram):
    """Of numbers: an interval is drawn, moved and resized, and a click beside it takes it away."""

    def __init__(self, feature: str, column: Column, change: Callable[[list[Any] | None], None]) -> None:
        super().__init__(feature, column, change)
        low, high, count = self._low, self._high, self._count
        half = 0.5 if self._whole else (high - low) / count / 2
        middles = np.linspace(low, high, count) if self._whole else low + half * (1 + 2 * np.arange(count))
        ends = (low - 0.5, high + 0.5) if self._whole else (low, high)
        x = bqplot.LinearScale(min=float(ends[0]), max=float(ends[1]), allow_padding=False)
        self.figure = _figure(feature, middles, x, count)
        ticks = nice_ticks(low, high, min(_MOST_TICKS, int(high - low)) if self._whole else _MOST_TICKS)
        axis = self.figure.axes[0]
        axis.tick_values, axis.tick_format = np.array(ticks), f".{decimals_of(ticks)}f"
        self._selector = bqplot.interacts.BrushIntervalSelector(scale=x, color=_PASSING)
        self._selector.observe(self._on_selected, "selected")
        self._selector.observe(self._on_released, "brushing")
        self.figure.interaction = self._selector

    def _binned(self, column: Column) -> tuple[np.ndarray, int]:
        reached = np.abs(column.values) <= FARTHEST
        known = column.values[reached]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
        whole = bool((known == np.floor(known)).all()) and high - low < _BARS
        if high - low < np.finfo(np.float64).tiny and not whole:
            low, high = low - 0.5, high + 0.5
        self._low: float = int(low) if whole else low
        self._high: float = int(high) if whole else high
        self._whole = whole
        count = int(high - low) + 1 if whole else _BARS
        scale = 1.0 if whole else _BARS / (high - low)
        places = np.where(reached, (np.where(reached, column.values, low) - low) * scale, -1)
        return np.floor(places).astype(np.int64).clip(-1, count - 1), count

    def _on_selected(self, change: Any) -> None:
        self._take(None if change.new is None or len(change.new) != 2 else self._rounded(*map(float, change.new)))

    @property
    def _is_held(self) -> bool:
        return bool(self._selector.brushing)

    def _on_released(self, change: Any) -> None:
        """Let the interval lie around the bars that pass, once the hand is gone."""
        if not change.new and self._selector.selected is not None:  # else a click has taken it away
            self._draw_filter()

    def _rounded(self, low: float, high: float) -> list[Any] | None:
        """Return an interval in no more digits than are seen; None where it holds all."""
        if self._whole:
            ends: list[float] = [int(np.ceil(low)), int(np.floor(high))]
            ends = ends if ends[0] <= ends[1] else [round(low), round(low)]
        else:
            digits = 3 - int(np.floor(np.log10(self._high - self._low)))
            ends = [round(low, digits), round(high, digits)]
        ends = [max(self._low, ends[0]), min(self._high, ends[1])]
        return None if ends == [self._low, self._high] else ends

    def _show_filter(self, wanted: list[Any] | None) -> None:
        room = 0.5 if self._whole else 0.0
        ends = _known(wanted)
        self._selector.selected = np.array([ends[0] - room, ends[1] + room]) if ends else None

    def _told(self, wanted: list[Any] | None, words: Mapping[str, str]) -> str:
        ends = [_number(end) for end in _known(wanted)]
        if not ends or ends[0] == ends[1]:
            return "".join(ends[:1])
        return words["ice.range.signed"].format_map({"from": ends[0], "to": ends[1]})


class CategoryHistogram(Histogram):
    """Of categories: a click chooses one, with Control further ones, and a click on the only one takes it away."""

    def __init__(self, feature: str, column: Column, change: Callable[[list[Any] | None], None]) -> None:
        super().__init__(feature, column, change)
        assert column.categories is not None
        self._categories = column.categories
        labels = _shortened([str(category) for category in column.categories])
        y = bqplot.OrdinalScale(domain=labels, reverse=True)
        self.figure = _figure(feature, labels, y, self._count, horizontal=True)
        tall = _height_of(min(self._count, _MOST_BARS))
        scrolling = {"max_height": f"{tall}px", "overflow": "hidden auto", "display": "block"}
        self._view = ipywidgets.Box([self.figure], layout=scrolling)
        self._bars = self.figure.marks[0]
        self._bars.interactions = {"click": "select"}
        self._bars.unselected_style = {"opacity": "0.35"}
        self._bars.observe(self._on_selected, "selected")

    @property
    def view(self) -> Any:
        return self._view

    def close(self) -> None:
        self._view.close()
        super().close()

    def _binned(self, column: Column) -> tuple[np.ndarray, int]:
        assert column.categories is not None
        return column.values, len(column.categories)

    def _on_selected(self, change: Any) -> None:
        chosen = [] if change.new is None else [int(place) for place in change.new]
        wanted = [category for place, category in enumerate(self._categories) if place in chosen]
        self._take(wanted if 0 < len(wanted) < len(self._categories) else None)

    def _show_filter(self, wanted: list[Any] | None) -> None:
        places = [self._categories.index(category) for category in _known(wanted)]
        self._bars.selected = None if wanted is None else places

    def _told(self, wanted: list[Any] | None, words: Mapping[str, str]) -> str:
        if wanted is None:
            return ""
        return words["ice.explorer.categories"].format(count=len(_known(wanted)), total=len(self._categories))


def _known(wanted: list[Any] | None) -> list[Any]:
    """Return what a filter wants of the rows that have a value."""
    return [each for each in wanted or () if each is not None]


def make_histogram(feature: str, column: Column, change: Callable[[list[Any] | None], None]) -> Histogram:
    """Make the histogram that suits a column; see `Histogram`."""
    kind = NumberHistogram if column.categories is None else CategoryHistogram
    return kind(feature, column, change)


def _figure(feature: str, places: Any, scale: bqplot.Scale, count: int, *, horizontal: bool = False) -> bqplot.Figure:
    bars = bqplot.Bars(
        x=places,
        y=np.zeros((3, count)),
        scales={"x": scale, "y": bqplot.LinearScale(min=0)},
        colors=[_CHOSEN, _PASSING, _OTHERS],
        orientation="horizontal" if horizontal else "vertical",
        padding=0.25 if horizontal else 0.1,
        stroke="transparent",
    )
    axis = bqplot.Axis(
        scale=scale,
        side="left" if horizontal else "bottom",
        grid_lines="none",
        color="transparent" if horizontal else _RULE,
        tick_style=_PALE,
    )
    tall = _height_of(count) if horizontal else 128
    return bqplot.Figure(
        marks=[bars],
        axes=[axis],
        title=feature,
        title_style=_TITLE,
        background_style={"fill": "transparent", "stroke": "none"},
        fig_margin={"top": 36, "bottom": 4 if horizontal else 24, "left": 96 if horizontal else 10, "right": 14},
        padding_y=0.0,
        display_toolbar=False,
        layout={"width": "100%", "height": f"{tall}px", "min_width": "0"},
    )


def _height_of(bars: int) -> int:
    """Return how many pixels a figure of so many categories takes."""
    return 44 + _BAR_HEIGHT * bars


def _shortened(names: Sequence[str]) -> list[str]:
    """Return names of at most so many letters, all different."""
    short = [name if len(name) <= _LABEL else f"{name[: _LABEL - 1].rstrip()}…" for name in names]
    return [name if short.count(name) == 1 else f"{name[: _LABEL - 4]}… {place}" for place, name in enumerate(short)]


def _number(value: float) -> str:
    return without_zeros(fixed(value, 0 if value == int(value) else 3))
