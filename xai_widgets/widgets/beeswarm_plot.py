"""BeeswarmPlot: which features matter most, and whether high or low values of them raise the output."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import numpy as np

from ..render.swarm import BeeswarmFigure
from ..render.swarm_layout import stacked
from .cloud import Cloud
from .dots_plot import DotsPlot, Feature, Scatter, order_by_importance, widened
from .row_colours import MISSING

if TYPE_CHECKING:
    from ..explainers.shapley.values import ShapleyValues

_STATIC = pathlib.Path(__file__).parent.parent / "static"
_WIDTH, _BAND = 600, 27  # cells across, and up for each feature
_MOST_BYTES, _DOT_BYTES, _CELL_BYTES = 6_500_000, 13, 7  # of all lines in a page, of a dot, and of a cell


class BeeswarmPlot(DotsPlot):
    """A dot for each row and feature at its Shapley value, the most important features above, coloured by their values.

    Parameters
    ----------
    max_display : int, default 10
        The most features that have a line each; the others are joined: the sums of their values are the last line.
    **view
        `brush`, `selection`, `language`.
    **shared
        See `SHAPPlot`.

    Attributes
    ----------
    brush : list of dict
        The shapes that select, {"x": [...], "y": [...], "op": "and" | "or" | "not"}: a box has the lower and the upper
        end on each axis, a lasso the corners. Across are Shapley values; downwards, line k goes from k - 0.5 to
        k + 0.5.

    Notes
    -----
    Lines are ordered by the mean magnitude of their values. Colours go from the 5th to the 95th percentile of each
    feature, of one that hardly varies from the 1st to the 99th or from end to end, as in the shap package; categories
    and missing values are grey. The stacks of a line have one scale, so that their heights show the density.

    A page draws the dots of 3000 rows. Of more the kernel draws all, and answers a brush among all. Of so many rows a
    page holds 57 lines, of 3000 rows 166.

    Examples
    --------
    >>> import numpy as np
    >>> import xai_widgets as xw
    >>> X = np.random.default_rng(0).uniform(-1, 1, (100, 3))
    >>> w = xw.BeeswarmPlot(lambda X: 2 * X[:, 0] - X[:, 2], X).wait()
    >>> [band["name"] for band in w.result["header"]["bands"]]
    ['x0', 'x2', 'x1']
    >>> w.brush = [{"x": [0, 5], "y": [-0.5, 0.5]}]
    >>> bool((w.selected[:, 0] > 0).all())
    True
    >>> w.close()
    """

    _esm = (_STATIC / "beeswarm_plot.js").read_text(encoding="utf-8")
    _css = (_STATIC / "beeswarm_plot.css").read_text(encoding="utf-8")
    _drawn_by = ("max_display",)

    def _scatter(self, values: ShapleyValues, rows: np.ndarray) -> Scatter:
        of_output = values.values[..., self._output(values)]
        order, importance = order_by_importance(of_output, values.known)
        order = np.array(self._standing(tuple(order.tolist())))
        most = min(self.max_display, self._most_lines(len(rows)))
        count = most if len(order) - most > 1 else len(order)  # one alone is no rest
        shown, rest = order[:count], order[count:]
        features = [self._feature(values, position) for position in shown]
        bands = [
            {"name": feature.name, "importance": float(importance[position]), "joined": 0}
            for position, feature in zip(shown, features, strict=True)
        ]
        lines = np.empty((len(shown) + bool(len(rest)), len(rows)))
        for line, position in enumerate(shown):
            of_output[:, position].take(rows, out=lines[line])
        if len(rest):
            (of_output @ np.isin(np.arange(len(order)), rest).astype(np.float64)).take(rows, out=lines[-1])
            features.append(Feature.of("", None, values.n_rows))
            bands.append({"name": "", "importance": float(importance[rest].sum()), "joined": len(rest)})
        left, right = widened(min(0.0, float(lines.min())), max(0.0, float(lines.max())))
        columns = np.floor((lines - left) * (_WIDTH / (right - left))).astype(np.int16)  # short ones are sorted fast
        heights = [band + stacked(line, _BAND - 2) / _BAND for band, line in enumerate(columns)]
        codes = np.stack([feature.codes.take(rows) for feature in features])
        ends = (left, right, -0.5, len(bands) - 0.5)
        cloud = Cloud(lines, np.stack(heights), codes, rows, ends, (_BAND * len(bands), _WIDTH))
        grey = bool((codes[: len(shown)] == MISSING).any())
        return Scatter({"bands": bands, "grey": grey}, cloud, features, lines)

    def _most_lines(self, rows: int) -> int:
        """Return how many lines a page holds: of dots, or of the cells of a picture."""
        is_many = rows > self._most_rows
        return int(_MOST_BYTES // (_CELL_BYTES * _BAND * _WIDTH if is_many else _DOT_BYTES * max(1, rows)))

    def _figure(self, estimate: Any, request: dict[str, Any], job: int, theme: str) -> Any:
        scatter = self._scatter_of(estimate)
        selection = np.asarray(self.selection)
        x, y, codes, rows = scatter.cloud.seen() if self._is_many(scatter) else (None, None, *_all(scatter.cloud))
        return BeeswarmFigure(
            self._header(estimate, request, job, 0) | scatter.header,
            scatter.values,
            codes,
            np.isin(rows, selection),
            scatter.cloud.ends[:2],
            cells=None if x is None or y is None else (x, y),
            theme=theme,
            language=self.language,
        )


def _all(cloud: Cloud) -> tuple[np.ndarray, np.ndarray]:
    """Return the codes of all dots, and their rows."""
    return cloud.codes.ravel(), np.tile(cloud.rows, len(cloud.x))
