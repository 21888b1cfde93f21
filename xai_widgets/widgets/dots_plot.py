"""What plots of Shapley values as dots share: brushes and lassos, what is under the pointer, pictures of many dots."""

from __future__ import annotations

import dataclasses
import threading
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from .. import wire
from ..models.tables import is_missing
from .live import kernel_owned
from .row_colours import MISSING, RowColours
from .selection import RowSelection, Shapes
from .shap_plot import SHAPPlot
from .told import ToldWidget

if TYPE_CHECKING:
    from ..explainers.shapley.values import ShapleyValues
    from .cloud import Cloud

_MARGIN = 0.03  # of an axis, beyond its values


@dataclass(frozen=True)
class Feature:
    """The values that some rows have of a feature: what is read at their dots, and what colours them.

    Attributes
    ----------
    name : str
    numbers : ndarray of float of shape (rows,)
        Numbers, or of categories their place among `names`; NaN where there is none.
    names : list of str or None
        Of the categories; None for numbers.
    colours : RowColours or None
        None without data.
    """

    name: str
    numbers: np.ndarray = field(repr=False)
    names: list[str] | None = None
    colours: RowColours | None = None

    @classmethod
    def of(cls, name: str, values: np.ndarray | None, n_rows: int) -> Feature:
        """Read the values of a feature, or none where they are not known."""
        if values is None:
            return cls(name, np.full(n_rows, np.nan))
        colours = RowColours.of(name, values)
        if values.dtype.kind in "iuf":
            return cls(name, values.astype(np.float64), None, colours)
        known = ~is_missing(values)
        names, places = np.unique(values[known].astype(str), return_inverse=True)
        numbers = np.full(n_rows, np.nan)
        numbers[known] = places
        return cls(name, numbers, names.tolist(), colours)

    @cached_property
    def codes(self) -> np.ndarray:
        """The colour of each row from low to high; that of a missing value where there is no number."""
        if self.colours is None or self.names is not None:
            return np.full(len(self.numbers), MISSING, np.uint8)
        return self.colours.codes

    def told(self, row: int) -> float | str | None:
        """Return the value of a row as a header may hold it."""
        number = float(self.numbers[row])
        if np.isnan(number):
            return None
        if self.names is not None:
            return self.names[int(number)]
        return number if np.isfinite(number) else str(number)


@dataclass(frozen=True)
class Scatter:
    """What a plot draws of an estimate.

    Attributes
    ----------
    header : dict
        What the frame says beside what all plots say.
    cloud : Cloud
        All dots.
    features : list of Feature
        What is read at the dots of a row, one after the other.
    values : ndarray of shape (features, rows)
        Their Shapley values.
    beside : Feature or None
        What else is read: the feature that gives the colour.
    bars : ndarray of int of shape (rows,), or None
        The bar of a histogram that each row is in.
    serial : int
        Tells one picture from another.
    """

    header: dict[str, Any]
    cloud: Cloud = field(repr=False)
    features: Sequence[Feature] = field(repr=False)
    values: np.ndarray = field(repr=False)
    beside: Feature | None = field(default=None, repr=False)
    bars: np.ndarray | None = field(default=None, repr=False)
    serial: int = 0


class DotsPlot(SHAPPlot, ToldWidget):
    """The base of `BeeswarmPlot` and `DependencePlot`; a subclass says in `_scatter` where the dots lie.

    A page draws the dots of some thousand rows by itself. Of more the kernel makes a picture, answers brushes, and says
    what is under the pointer.

    While rows are on their way the plot keeps the lines, or the feature, that shapes lie on, and each frame selects
    among the rows drawn. With the last of them the kernel selects among all; the shapes stay where their ground does.
    """

    _most_rows = 3000  # whose dots a page draws

    brush = Shapes().tag(sync=True, resettable=True)
    chosen = traitlets.Dict().tag(**kernel_owned())
    hovered = traitlets.Dict(default_value=None, allow_none=True).tag(**kernel_owned())

    def __init__(self, explanation_or_model: Any, X: Any = None, **shared: Any) -> None:  # noqa: N803 (as everywhere)
        self._scattered: tuple[tuple[Any, list[Any]] | None, Scatter | None] = None, None  # of what, and as how drawn
        self._scattering = threading.Lock()
        self._serial = 0
        self._features_read: dict[tuple[int, int], Feature] = {}
        self._answered: RowSelection | None = None  # the newest answer to a brush
        self._ground: Any = None  # what shapes lie on: the order of lines, or the feature
        self._on_the_way = False  # whether a page has a preview
        super().__init__(explanation_or_model, X, **shared)
        self.observe(self._on_brush, names=["brush"])
        self.observe(self._on_selection, names=["selection"])
        self.observe(self._on_hover, names=["hover"])
        self.observe(self._on_ground, names=["output", *self._drawn_by])

    # -- what is drawn -------------------------------------------------------------------------------------------------

    @abstractmethod
    def _scatter(self, values: ShapleyValues, rows: np.ndarray) -> Scatter:
        """Return the dots of rows that are computed, in the order in which they are drawn."""

    def _scatter_of(self, estimate: Any) -> Scatter:
        """Return the dots of an estimate as they are drawn now, made once."""
        drawn = [getattr(self, name) for name in ("output", *self._drawn_by)]
        with self._scattering:
            before, made = self._scattered
            same = before is not None and before[0] is estimate and before[1] == drawn
            if not same:
                self._serial += 1
            if made is None or not same:
                values = self._values(estimate)
                made = self._scatter(values, self._drawing_order(values))
                made = dataclasses.replace(made, serial=self._serial)
                self._scattered = (estimate, drawn), made
            return made

    def _standing(self, found: Any) -> Any:
        """Return the ground that was found; while rows are on their way, and shapes lie on one, that one."""
        if not (self._on_the_way and self.brush and self._ground is not None):
            self._ground = found
        return self._ground

    def _drawing_order(self, values: ShapleyValues) -> np.ndarray:
        """Return the rows that are computed, shuffled: of dots on one place none is seen for being first in a table."""
        return np.random.default_rng(self.seed).permutation(np.flatnonzero(values.known))

    def _feature(self, values: ShapleyValues, position: int) -> Feature:
        """Return what the rows have of a feature, read once."""
        key = (id(values.data), position)
        if key not in self._features_read:
            column = values.column(position)
            self._features_read[key] = Feature.of(values.feature_names[position], column, values.n_rows)
        return self._features_read[key]

    def _is_many(self, scatter: Scatter) -> bool:
        return len(scatter.cloud.rows) > self._most_rows

    def _frame(self, estimate: Any, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        return self._framed(self._scatter_of(estimate), self._header(estimate, request, job, sequence))

    def _preview(self, estimate: Any, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        """Send the dots of some rows on the way: a picture of very many would take time from them."""
        self._on_the_way = True
        values = self._values(estimate)
        rows = self._drawing_order(values)
        some = self._scatter(values, rows[: self._most_rows])
        self._select_brushed(some)
        header = self._header(estimate, request, job, sequence)
        return self._framed(some, header, some=len(rows) > self._most_rows)

    def _framed(self, scatter: Scatter, header: dict[str, Any], *, some: bool = False) -> dict[str, Any]:
        cloud, many = scatter.cloud, self._is_many(scatter)
        told = {
            "many": many,
            "some": some,
            "drawn": len(cloud.rows),
            "serial": scatter.serial,
            "ends": list(cloud.ends),
            "zero": not scatter.values.any(),
        }
        if many:
            arrays = cloud.picture._asdict()
        else:
            arrays = {
                "rows": cloud.rows.astype(np.uint32),
                "values": scatter.values.astype(np.float32),
                "codes": cloud.codes,
                "data": np.stack([feature.numbers[cloud.rows] for feature in scatter.features]),
            }
            if cloud.x is not scatter.values:
                arrays["x"] = cloud.x
            if scatter.beside is not None:
                arrays["beside"] = scatter.beside.numbers[cloud.rows]
            told["names"] = [feature.names for feature in scatter.features]
            told["names_beside"] = None if scatter.beside is None else scatter.beside.names
        return wire.frame(
            {**header, **scatter.header, **told}, {name: wire.as_is(array) for name, array in arrays.items()}
        )

    def _publish_answer(self) -> None:
        came_on_the_way = self._on_the_way
        if came_on_the_way:
            self._leave_ground()
        super()._publish_answer()
        scatter = self._shown_scatter
        if scatter is not None and (self._is_many(scatter) or not came_on_the_way):  # else a browser selects by itself
            self._select_brushed(scatter)

    def _leave_ground(self) -> None:
        """Select among all rows where shapes lie; then they go, unless what they lie on is the same in the end."""
        brushed = bool(self.brush)
        if brushed:
            self._select_brushed(self._shown_scatter)
        self._on_the_way, before = False, self._ground
        if brushed:
            self._scattered = None, None
            if self._shown_scatter is not None and self._ground != before:
                self._publish(brush=[])

    def _after_answer(self) -> None:
        self._show_chosen()

    # -- what is chosen ------------------------------------------------------------------------------------------------

    def _on_brush(self, _: Any) -> None:
        scatter = self._shown_scatter
        if scatter is None or not self.brush:
            return
        if not self._told:
            self._select_brushed(scatter)
        elif self._is_many(scatter) and not self._on_the_way:  # else a browser selects by itself
            self._on_worker(self._answer_brush)

    def _answer_brush(self) -> None:
        self._select_brushed(self._shown_scatter)

    def _select_brushed(self, scatter: Scatter | None) -> None:
        """Select the rows that have a dot within the shapes."""
        if scatter is not None and self.brush:
            self._answered = RowSelection(scatter.cloud.brushed(self.brush))
            self._publish(selection=self._answered)

    def _on_selection(self, change: Any) -> None:
        """Draw a selection that a browser cannot; shapes that did not give it go.

        A browser takes them away itself, but while rows are on their way it cannot tell a selection of a linked plot
        from one that the kernel has made.
        """
        by_hand = self._told and ("brush" in self._told_names or not self._on_the_way)
        if change["new"] is not self._answered and self.brush and not by_hand:
            self.brush = []
        if self._shown is not None:
            self._on_worker(self._show_chosen)

    def _on_ground(self, _: Any) -> None:
        """Take away shapes whose units are of another picture; what they selected stays."""
        if self.brush and not self._told:
            self.brush = []

    def _on_hover(self, _: Any) -> None:
        scatter = self._shown_scatter
        if scatter is not None and self._is_many(scatter):
            self._on_worker(self._show_hovered)

    @property
    def _shown_scatter(self) -> Scatter | None:
        return None if self._shown is None else self._scatter_of(self._shown[0])

    def _show_chosen(self) -> None:
        scatter, selection = None if self._on_the_way else self._shown_scatter, self.selection
        if scatter is None or not self._is_many(scatter):
            if self.chosen:
                self._publish(chosen={})
            return
        if self.brush and selection is not self._answered:
            self._publish(brush=[])
        among = np.isin(scatter.cloud.rows, selection)
        bars = None if scatter.bars is None else np.bincount(scatter.bars[among]).tolist()
        told = {"count": int(among.sum()), "serial": scatter.serial, "bars": bars}
        shares = wire.as_is(scatter.cloud.shares(np.asarray(selection)))
        self._publish(chosen=wire.frame(told, {"shares": shares} if len(selection) else {}))

    def _show_hovered(self) -> None:
        """Say what a page that has only a picture cannot know of a row."""
        scatter, row = self._shown_scatter, self.hover
        self._publish(hovered=None if scatter is None or row is None else _reading(scatter, row))

    def _free(self) -> None:
        self._scattered = self._scattered[0], None
        self._features_read.clear()


def _reading(scatter: Scatter, row: int) -> dict[str, Any] | None:
    found = np.flatnonzero(scatter.cloud.rows == row)
    if not len(found):
        return None
    place = int(found[0])
    return {
        "row": row,
        "serial": scatter.serial,
        "x": scatter.cloud.x[:, place].tolist(),
        "y": scatter.cloud.y[:, place].tolist(),
        "values": scatter.values[:, place].tolist(),
        "data": [feature.told(row) for feature in scatter.features],
        "beside": None if scatter.beside is None else scatter.beside.told(row),
    }


def widened(low: float, high: float) -> tuple[float, float]:
    """Return the ends of an axis that holds these values, with a margin; from -1 to 1 where both are zero."""
    room = _MARGIN * (high - low) or abs(high) or 1.0
    return low - room, high + room


def order_by_importance(values: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the features, the most important first, and the mean magnitude of each.

    Parameters
    ----------
    values : ndarray of shape (rows, features)
    known : ndarray of bool of shape (rows,)
        The rows that count.
    """
    from ..explainers.shapley.importance import mean_magnitudes

    importance = mean_magnitudes(values, np.flatnonzero(known))
    return np.argsort(-importance, kind="stable"), importance
