"""What a widget of curves or surfaces explains: a model on a table, how it is asked, and the code for it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from .code import call_as_code, notebook_expressions
from .labels import response_of
from .sent_curves import ascending

if TYPE_CHECKING:
    from ..explainers.dependence import PartialDependence
    from ..models.predictors import Predictor
    from ..models.tables import Table

PERCENTILES = (0.05, 0.95)


class Explained:
    """A model and a table, and with what arguments `PartialDependence` explains them.

    Parameters
    ----------
    model, X
        As the widget was given them.
    table : Table
        Of X.
    target : class or int, optional
        The one asked for first; it is checked.
    response_method, executor
        See `ICEPlot`.
    percentiles, custom_values, categorical_features
        See `PartialDependence`; those that are not its defaults are part of the code.
    ascend : bool, default False
        Whether custom numbers are put in order, each once.

    Attributes
    ----------
    classes : list
        Of a classifier, else empty.
    grid : dict
        The arguments of PartialDependence that say which values a feature takes.
    categorical : set of str
        The names of the features that are declared categorical.
    """

    def __init__(
        self,
        model: Any,
        X: Any,  # noqa: N803 (as everywhere)
        table: Table,
        *,
        target: Any,
        response_method: str,
        executor: Executor | None,
        percentiles: tuple[float, float],
        custom_values: Mapping[Any, Any] | None,
        categorical_features: Any,
        ascend: bool = False,
    ) -> None:
        from ..explainers.grids import categorical_names
        from ..explainers.spread import check_executor
        from ..models.predictors import Predictor

        check_executor(executor)
        self.model, self.X = model, X
        self.table = table
        self.executor = executor
        self.grid = {
            "percentiles": percentiles,
            "custom_values": ascending(custom_values) if custom_values and ascend else custom_values,
            "categorical_features": categorical_features,
        }
        self.categorical = categorical_names(table, categorical_features)
        self.response_method = response_method
        self._given = {"model": model, "X": X}
        objects = {"custom_values": custom_values, "categorical_features": categorical_features}
        self._objects = {name: value for name, value in objects.items() if value is not None}
        first = Predictor(model, response_method=response_method, target=target, every_output=target is None)
        self.classes: list[Any] = [] if first.classes is None else first.classes.tolist()

    @property
    def class_names(self) -> list[str]:
        return [str(name) for name in self.classes]

    @property
    def device(self) -> str:
        """Whose worker answers: an executor is waited for, and holds up no other table."""
        return "tables" if self.executor is None and self.table.executor is None else "executors"

    def position_of(self, target: Any) -> int | None:
        """Return the position of a class, or of an output; of more than two classes by default the last."""
        if target is None:
            return len(self.classes) - 1 if len(self.classes) > 2 else None
        return self.classes.index(target) if self.classes else target

    def target_at(self, position: int | None) -> Any:
        """Return the class at a position, or the position of an output itself; None is for the default."""
        place = self.position_of(None) if position is None else position
        return self.classes[place] if self.classes and place is not None else place

    def predictor(self, request: dict[str, Any]) -> Predictor:
        """Return how the model is asked for a request's target, and note in the request what it answers."""
        from ..models.predictors import Predictor

        request["class"] = self.target_at(request["target"])
        predictor = Predictor(self.model, response_method=self.response_method, target=request["class"])
        request["response"] = response_of(predictor)
        return predictor

    def dependence(self, request: dict[str, Any], features: Any, **settings: Any) -> PartialDependence:
        """Return what computes the curves, or the surface, of features for a request."""
        from ..explainers.dependence import PartialDependence

        run = {"grid_resolution": request["grid_resolution"], "seed": request["seed"], **self.grid}
        return PartialDependence(self.predictor(request), features, **run, **settings)

    def note_names(self, request: dict[str, Any]) -> None:
        """Note in a request what the reader's notebook calls the model and the data."""
        request["names"] = notebook_expressions(self._given | self._objects)

    def code(self, widget: str, request: dict[str, Any], parameters: Mapping[str, Any]) -> str:
        """Write the call that gives a widget again, with the target of a request and these parameters."""
        named = dict(parameters)
        if request["class"] is not None:
            named["target"] = request["class"]
        if self.response_method != "auto":
            named["response_method"] = self.response_method
        if tuple(self.grid["percentiles"]) != PERCENTILES:
            named["percentiles"] = list(self.grid["percentiles"])
        return call_as_code(widget, request["names"], named | self._objects)
