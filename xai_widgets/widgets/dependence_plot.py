"""DependencePlot: how the Shapley value of a feature goes with the feature, and which other one parts the rows."""

from __future__ import annotations

import difflib
import pathlib
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from ..models import InputError
from ..render.swarm import DependenceFigure
from .cloud import Cloud
from .dots_plot import DotsPlot, Feature, Scatter, order_by_importance, widened
from .row_colours import MISSING
from .shap_plot import is_explanation

if TYPE_CHECKING:
    from ..explainers.shapley.values import ShapleyValues

_STATIC = pathlib.Path(__file__).parent.parent / "static"
_HEIGHT, _WIDTH = 300, 600  # cells of a picture
_BARS = 40
_JITTER = 0.6  # of the distance of two categories
_ASIDE, _WIDE = 0.08, 0.05  # of the axis: how far beyond its numbers rows without one stand, and how wide
_MOST_CATEGORIES = 40  # that stand by themselves
_MOST_COMPARED = 100  # features whose interaction is estimated
AUTO = "auto"


class DependencePlot(DotsPlot):
    """A dot for each row: across its value of a feature, up the Shapley value, coloured by another feature.

    Parameters
    ----------
    X : table, optional
        The rows: needed with a model; beside an explanation, in place of its own data. The values of the rows
        are needed.
    feature : str or int, optional
        By its name or position; by default the most important one.
    color_by : str, int or None, default "auto"
        The feature that colours the dots, or None. "auto" is the one with the strongest interaction by the measure of
        `shap.utils.approximate_interactions` (see `explainers.shapley.interacting`), or by the interaction values
        where the explanation has them, as that of `TreeSHAP(model, interactions=True)(X)`.
    **view
        `brush`, `selection`, `language`.
    **shared
        See `SHAPPlot`.

    Attributes
    ----------
    brush : list of dict
        The shapes that select, {"x": [...], "y": [...], "op": "and" | "or" | "not"}: a box has the lower and the upper
        end on each axis, a lasso the corners. Categories are at 0, 1 and so on.

    Notes
    -----
    Categories stand side by side, their rows spread at random within them; rows whose value is missing have a column
    of their own at the right. A page draws the dots of 10 000 rows. Of more the kernel draws all, darker where
    there are more of them, and answers a brush among all.

    Examples
    --------
    >>> import numpy as np
    >>> import xai_widgets as xw
    >>> X = np.random.default_rng(0).uniform(-1, 1, (200, 3))
    >>> w = xw.DependencePlot(lambda X: X[:, 0] * X[:, 2] + X[:, 1], X, "x0").wait()
    >>> w.result["header"]["color_by"]
    'x2'
    >>> w.brush = [{"x": [0, 1], "y": [0.1, 2]}]
    >>> bool((w.selected[:, 2] > 0).all())
    True
    >>> w.close()
    """

    _esm = (_STATIC / "dependence_plot.js").read_text(encoding="utf-8")
    _css = (_STATIC / "dependence_plot.css").read_text(encoding="utf-8")
    _drawn_by = ("feature", "color_by")
    _without = ("max_display",)
    _most_rows = 10_000

    feature = traitlets.Any(None, allow_none=True).tag(sync=True, resettable=True)
    color_by = traitlets.Any(AUTO, allow_none=True).tag(sync=True, resettable=True)

    def __init__(
        self,
        explanation_or_model: Any,
        X: Any = None,  # noqa: N803 (as everywhere)
        feature: str | int | None = None,
        *,
        color_by: str | int | None = AUTO,
        **shared: Any,
    ) -> None:
        self._strengths: tuple[Any, tuple[int, int], np.ndarray] | None = None  # of values, a feature and an output
        _check_data(explanation_or_model, X)
        try:
            super().__init__(explanation_or_model, X, feature=feature, color_by=color_by, **shared)
        except traitlets.TraitError as error:
            raise error.__cause__ or error from None

    @traitlets.validate("feature", "color_by")
    def _valid_feature(self, proposal: Any) -> str | None:
        name, of_colour = proposal["value"], proposal["trait"].name == "color_by"
        if name is None or (of_colour and name == AUTO):
            return name  # type: ignore[no-any-return]
        try:
            return self._name_of(name)
        except InputError as error:
            raise traitlets.TraitError(str(error)) from error

    # -- what is drawn -------------------------------------------------------------------------------------------------

    def _scatter(self, values: ShapleyValues, rows: np.ndarray) -> Scatter:
        of_output = values.values[..., self._output(values)]
        order, importance = order_by_importance(of_output, values.known)
        position = self._standing(int(order[0]) if self.feature is None else values.feature_names.index(self.feature))
        feature = self._feature(values, position)
        strengths = self._strengths_of(values, position, order)
        beside = self._beside(values, position, strengths)
        x, axis, bars = self._across(feature, rows)
        y = of_output[rows, position]
        bottom, top = widened(min(0.0, float(y.min())), max(0.0, float(y.max())))
        colours = None if beside is None else beside.colours
        codes = np.full(len(rows), MISSING, np.uint8) if colours is None else colours.codes[rows]
        cloud = Cloud(x[None], y[None], codes[None], rows, (*axis.pop("ends"), top, bottom), (_HEIGHT, _WIDTH))
        names = values.feature_names
        header = {
            "feature": feature.name,
            "ranked": [{"name": names[each], "importance": float(importance[each])} for each in order],
            "color_by": None if beside is None else beside.name,
            "colors": None if colours is None else colours.header,
            "interacting": [
                {"name": names[each], "strength": float(strengths[each])}
                for each in np.argsort(-strengths, kind="stable")
                if each != position
            ],
            "by_interactions": values.interactions is not None,
            "axis": axis,
        }
        return Scatter(header, cloud, [feature], y[None], beside, bars)

    def _beside(self, values: ShapleyValues, position: int, strengths: np.ndarray) -> Feature | None:
        """Return the feature that gives the colour."""
        if self.color_by is None or (self.color_by == AUTO and not self._can_interact(values, position)):
            return None
        if self.color_by != AUTO:
            return self._feature(values, values.feature_names.index(self.color_by))
        others = np.where(np.arange(len(strengths)) == position, -np.inf, strengths)
        return self._feature(values, int(others.argmax()))

    def _can_interact(self, values: ShapleyValues, position: int) -> bool:
        """Whether there is another feature, and among several rows a value to explain."""
        own = values.values[values.known, position, self._output(values)]
        return values.n_features > 1 and len(own) > 1 and bool(own.any())

    def _strengths_of(self, values: ShapleyValues, position: int, order: np.ndarray) -> np.ndarray:
        """Return how strongly the feature interacts with the most important others, found once; 0 for the rest."""
        from ..explainers.shapley.interacting import interaction_strengths

        output = self._output(values)
        of = (position, output)
        if self._strengths is None or self._strengths[0] is not values or self._strengths[1] != of:
            known = np.flatnonzero(values.known)
            others = order[order != position][:_MOST_COMPARED]
            found = np.zeros(values.n_features)
            if values.interactions is not None:
                found[others] = np.abs(values.interactions[known][:, position, others, output]).mean(axis=0)
            else:
                found[others] = interaction_strengths(
                    values.values[known, position, output],
                    _column(values, position)[known],
                    (_column(values, each)[known] for each in others),
                    seed=self.seed,
                )
            self._strengths = values, of, found
        return self._strengths[2]

    def _across(self, feature: Feature, rows: np.ndarray) -> tuple[np.ndarray, dict[str, Any], np.ndarray]:
        """Return where the rows stand on the axis, what the axis is, and the bar of each row; the last is of none."""
        own = feature.numbers[rows]
        known = np.isfinite(own)
        jitter = np.random.default_rng(self.seed).uniform(-0.5, 0.5, len(own))
        names = feature.names
        if names is not None and len(names) > _MOST_CATEGORIES:
            own, names = _joined(own, names)
        axis: dict[str, Any] = {"names": names, "missing": None, "lacking": int((~known).sum())}
        if names is not None:
            count = len(names)
            low, high, missing, wide = -0.5, count - 0.5, float(count), _JITTER
            x = own + _JITTER * jitter
            bars = own
            axis |= {"edges": None}
        else:
            low, high = (float(own[known].min()), float(own[known].max())) if known.any() else (0.0, 0.0)
            x = own
            span = widened(low, high)
            missing, wide = high + _ASIDE * (span[1] - span[0]), _WIDE * (span[1] - span[0])
            ends = (low, high) if high > low else span
            bars = np.minimum((own - ends[0]) * (_BARS / (ends[1] - ends[0])), _BARS - 1)
            axis |= {"edges": np.linspace(*ends, _BARS + 1).tolist()}
            low, high = span
        n_bars = _BARS if names is None else len(names)
        bars = np.where(known, bars, n_bars).astype(np.int64)
        axis["counts"] = np.bincount(bars, minlength=n_bars)[:n_bars].tolist()
        if not known.all():
            axis["missing"] = missing
            x = np.where(known, x, missing + wide * jitter)
            high = missing + (0.5 if names is not None else wide)
        return x, axis | {"ends": (low, high)}, bars

    def _name_of(self, feature: Any) -> str:
        """Return the name of a feature given by its name or its position."""
        if isinstance(feature, str) and feature in self.feature_names:
            return feature
        whole = isinstance(feature, int | np.integer) and not isinstance(feature, bool)
        if whole and 0 <= feature < len(self.feature_names):
            return str(self.feature_names[int(feature)])
        shown = ", ".join(map(repr, self.feature_names[:12]))
        near = (
            difflib.get_close_matches(feature, self.feature_names, n=3, cutoff=0.5) if isinstance(feature, str) else []
        )
        raise InputError(
            f"There is no feature {feature!r}.",
            given=f"the feature {feature!r}",
            expected=f"one of {shown}, or its position" if len(self.feature_names) <= 12 else f"one of {shown}, ...",
            do=f"did you mean {' or '.join(map(repr, near))}?" if near else "choose one of these",
        )

    def _figure(self, estimate: Any, request: dict[str, Any], job: int, theme: str) -> Any:
        scatter = self._scatter_of(estimate)
        return DependenceFigure(
            self._header(estimate, request, job, 0)
            | scatter.header
            | {"drawn": len(scatter.cloud.rows), "ends": scatter.cloud.ends, "auto": self.color_by == AUTO},
            scatter.cloud.x[0],
            scatter.values[0],
            scatter.cloud.codes[0],
            np.isin(scatter.cloud.rows, np.asarray(self.selection)),
            theme=theme,
            language=self.language,
        )

    def _free(self) -> None:
        super()._free()
        self._strengths = None


def _check_data(explanation: Any, X: Any) -> None:  # noqa: N803
    of_array = isinstance(explanation, np.ndarray | list | tuple)  # an array's own `data` are its bytes
    known = any(getattr(explanation, name, None) is not None for name in ("data", "display_data"))
    if X is None and is_explanation(explanation) and (of_array or not known):
        raise InputError(
            "The values of the features are not known.",
            given="an explanation without data",
            expected="the rows that were explained: they are one axis of this plot",
            do="pass X=, the rows in the order of the explanation",
        )


def _column(values: ShapleyValues, position: int) -> np.ndarray:
    column = values.column(position)
    assert column is not None, "checked when the plot was made"
    return column


def _joined(places: np.ndarray, names: list[str]) -> tuple[np.ndarray, list[str]]:
    """Return places among the most frequent categories, in their order; the others stand together at the end."""
    counts = np.bincount(places[np.isfinite(places)].astype(np.int64), minlength=len(names))
    kept = np.sort(np.argsort(-counts, kind="stable")[: _MOST_CATEGORIES - 1])
    place_of = np.full(len(names) + 1, float(len(kept)))
    place_of[kept] = np.arange(len(kept))
    place_of[-1] = np.nan
    told = [*(names[each] for each in kept), f"+ {len(names) - len(kept)}"]
    return place_of[np.where(np.isnan(places), -1, places).astype(np.int64)], told
