"""An ICEPlot of curves, or their means, that were computed before: brushed and selected, with no model behind them."""

from __future__ import annotations

from typing import Any, NoReturn

import traitlets

from ..models import InputError
from .computed import (
    checked_output,
    chosen_output,
    names_of,
    no_model,
    no_rows,
    not_given,
    read_computed,
    table_of,
    without_model,
)
from .ice_plot import ICEPlot


class ComputedICEPlot(ICEPlot):
    """What `ICEPlot.from_computed` makes; the features offered are those whose curves were given."""

    def __init__(self, found: Any, X: Any, feature: Any, target: Any, class_names: Any, **view: Any) -> None:  # noqa: N803
        table = table_of(X, found)
        if feature is None and not hasattr(found, "pd_results"):
            feature = "feature" if table is None else 0
        wanted = names_of(table, () if feature is None else (feature,))
        self._curves = {name: each for (name,), each in read_computed(found, table, wanted, 1, class_names).items()}
        self._rows_known = table is not None
        names = list(self._curves)
        counts = [each.n_rows for each in self._curves.values() if each.n_rows is not None]
        if table is None:
            table = no_rows(names, *counts[:1])
        output = chosen_output(found, self._curves[names[0]], target)
        drawn = getattr(found, "kind", "both") if counts else "average"  # a display may have a kind for each plot
        view.setdefault("kind", drawn if isinstance(drawn, str) else "both")
        super().__init__(no_model, table, names[0], target=output, **view)
        self.features, self.class_names = self._moved(output), self._curves[names[0]].output_names

    @property
    def content(self) -> str:
        """As an ICEPlot's; "average" where no curves of single rows were given."""
        content, computed = super().content, self._curves.get(self.feature)
        has_curves = computed is None or computed.individual is not None
        return content if content == "effects" or has_curves else "average"

    @property
    def selected(self) -> Any:
        """The selected rows of X, as the same kind of table that was given."""
        if not self._rows_known:
            raise InputError(
                "The rows of these curves are not known.",
                given="curves without the table they were computed of",
                expected="the table, too",
                do="pass X=, or read the positions in .selection",
            )
        return super().selected

    def surface(self, features: Any) -> NoReturn:  # noqa: ARG002 (none can be made)
        """Raise: a surface is computed by a model."""
        raise without_model()

    @traitlets.validate("target")
    def _valid_target(self, proposal: Any) -> int | None:
        return checked_output(proposal["value"], self._curves.values())

    def _explainer(self, request: dict[str, Any]) -> Any:
        if request["feature"] not in self._curves:
            raise not_given(repr(request["feature"]), [repr(name) for name in self._curves])
        if request["content"] == "effects":
            raise without_model()
        return self._curves[request["feature"]].shown(request)

    def _measure_moves(self, request: dict[str, Any]) -> None:
        """Take those of the curves that were given; a model would be needed for others."""
        self._publish(features=self._moved(request["target"]))

    def _moved(self, target: int | None) -> list[dict[str, Any]]:
        return [{"name": name, "moves": each.moves(target)} for name, each in self._curves.items()]

    def _code(self, request: dict[str, Any]) -> str:  # noqa: ARG002 (no call makes these curves)
        return ""
