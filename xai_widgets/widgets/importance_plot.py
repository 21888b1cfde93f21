"""ImportancePlot: how much each feature counts, over all rows and over the selected ones."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from .. import wire
from ..render.importance import ImportanceFigure
from .shap_plot import SHAPPlot

if TYPE_CHECKING:
    from ..explainers.shapley.importance import Importance
    from ..explainers.shapley.values import ShapleyValues

_STATIC = pathlib.Path(__file__).parent.parent / "static"


class ImportancePlot(SHAPPlot):
    """How much each feature counts: the mean magnitude of its SHAP values, with an interval.

    The interval is two standard errors to either side: of the rows, taken as a sample of others like them, and of SHAP
    values that are sampled themselves. While rows are selected, here or in a linked plot, their bars stand beside those
    of all.

    Parameters
    ----------
    max_display : int, default 10
        The most features that have a bar each; the others are joined in one.
    **view
        `feature` (by name), `selection`, `language`.
    **shared
        See `SHAPPlot`.

    Attributes
    ----------
    feature : str or None
        The chosen feature, by name; a click on a bar chooses it. `traitlets.link((dependence, "feature"), (importance,
        "feature"))` opens it in a DependencePlot, and in an ICEPlot alike.

    Examples
    --------
    >>> import numpy as np
    >>> import xai_widgets as xw
    >>> w = xw.ImportancePlot(np.array([[1.0, -4.0], [3.0, 2.0]])).wait()
    >>> w.importance.mean
    array([2., 3.])
    >>> w.close()
    """

    _esm = (_STATIC / "importance_plot.js").read_text(encoding="utf-8")
    _css = (_STATIC / "importance_plot.css").read_text(encoding="utf-8")
    _drawn_by = ("feature",)

    feature = traitlets.Unicode(None, allow_none=True).tag(sync=True, resettable=True)

    _measured: tuple[ShapleyValues, int, Importance | None] | None = None  # of values and an output

    @traitlets.observe("selection")
    def _on_selection(self, _: Any) -> None:
        self._on_worker(self._show_again)

    @traitlets.validate("feature")
    def _valid_feature(self, proposal: Any) -> str | None:
        name = proposal["value"]
        if name is not None and self.feature_names and name not in self.feature_names:
            raise traitlets.TraitError(f"there is no feature {name!r}; they are {', '.join(self.feature_names[:12])}")
        return name  # type: ignore[no-any-return]

    @property
    def importance(self) -> Importance | None:
        """How much each feature counts over all rows that are computed, as arrays; None before the first."""
        return None if self._shown is None else self._of_all(self._values(self._shown[0]))

    # -- answering: the worker's thread --------------------------------------------------------------------------------

    def _of_all(self, values: ShapleyValues) -> Importance | None:
        from ..explainers.shapley.importance import Importance

        output, measured = self._output(values), self._measured
        if measured is None or measured[0] is not values or measured[1] != output:
            found = Importance.of(values.values[..., output], _errors(values, output))
            measured = self._measured = (values, output, found)
        return measured[2]

    def _of_selected(self, values: ShapleyValues, everything: Importance) -> Importance | None:
        from ..explainers.shapley.importance import Importance

        rows, output = np.asarray(self.selection), self._output(values)
        if not rows.size:
            return None
        errors = _errors(values, output)
        chosen = None if errors is None else errors[rows]
        return Importance.of(values.values[rows, :, output], chosen, everything.order)

    # -- showing -------------------------------------------------------------------------------------------------------

    def _frame(self, estimate: Any, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        header, groups = self._groups(estimate, request, job, sequence)
        arrays = {
            "order": wire.as_is(groups[0].order.astype(np.uint32)),
            **{name: wire.as_is(numbers) for name, numbers in _stacked(groups).items()},
        }
        return wire.frame(header, arrays)

    def _groups(
        self, estimate: Any, request: dict[str, Any], job: int, sequence: int
    ) -> tuple[dict[str, Any], list[Importance]]:
        """Return what the picture says, and how much features count over all rows, then over the selected ones."""
        values = self._values(estimate)
        everything = self._of_all(values)
        assert everything is not None, "an estimate has rows"
        selected = self._of_selected(values, everything)
        groups = [everything] if selected is None else [everything, selected]
        counts = {
            "sampled": values.standard_error is not None,
            "rows": [group.n_rows for group in groups],
            "n_selected": len(self.selection),
        }
        return self._header(estimate, request, job, sequence) | counts, groups

    def _figure(self, estimate: Any, request: dict[str, Any], job: int, theme: str) -> Any:
        header, groups = self._groups(estimate, request, job, 0)
        return ImportanceFigure(
            header,
            groups[0].order,
            **_stacked(groups),
            max_display=self.max_display,
            feature=self.feature,
            theme=theme,
            language=self.language,
            status=self.status,
        )


def _errors(values: ShapleyValues, output: int) -> np.ndarray | None:
    return None if values.standard_error is None else values.standard_error[..., output]


def _stacked(groups: list[Importance]) -> dict[str, np.ndarray]:
    """Return the numbers of each feature for each group, by name; NaN where one is not known."""

    def of(name: str) -> np.ndarray:
        found = [getattr(group, name) for group in groups]
        return np.stack([np.full_like(groups[0].mean, np.nan) if each is None else each for each in found])

    return {name: of(name) for name in ("mean", "error", "rest", "rest_error")}
