"""An ICEPlot of curves that were computed before: brushed and selected, with no model behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from ..models import InputError
from .ice_plot import ICEPlot

if TYPE_CHECKING:
    from ..explainers.dependence import CurveEstimate, CurveState
    from ..models.tables import Table


class ComputedICEPlot(ICEPlot):
    """What `ICEPlot.from_computed` makes; the features offered are those whose curves were given."""

    def __init__(self, found: Any, X: Any, feature: Any, target: int | None, **view: Any) -> None:  # noqa: N803
        from ..models.tables import Table

        table = None if X is None else Table.of(X)
        self._curves = {
            name: Computed.of(name, bunch, target) for name, bunch in _bunches(found, table, feature).items()
        }
        names = list(self._curves)
        first = self._curves[names[0]]
        self._rows_known = table is not None
        if table is None:
            table = Table.of(np.full((first.n_rows, len(names)), np.nan), names)
        wrong = [name for name in names if self._curves[name].n_rows != table.n_rows]
        if wrong:
            raise InputError(
                "The curves are not those of these rows.",
                given=f"{self._curves[wrong[0]].n_rows} curves of {wrong[0]!r} and {table.n_rows} rows",
                expected="a curve for each row",
                do="pass the X that they were computed of, or none",
            )
        super().__init__(_no_model, table, names[0], **view)
        self.features = [{"name": name, "moves": self._curves[name].moves} for name in names]

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
        raise _without_model()

    def _explainer(self, request: dict[str, Any]) -> Any:
        if request["feature"] not in self._curves:
            raise InputError(
                f"There are no curves of {request['feature']!r}.",
                given=f"curves of {', '.join(map(repr, self._curves))}, and no model to compute others",
                expected="one of these features",
                do="choose one, or make an ICEPlot of the model",
            )
        if request["content"] == "effects":
            raise _without_model()
        request["class"], request["response"] = None, ("prediction", "")
        return replace(self._curves[request["feature"]], seed=request["seed"])

    def _measure_moves(self, request: dict[str, Any]) -> None:
        """Keep those of the curves that were given; a model would be needed for others."""

    def _code(self, request: dict[str, Any]) -> str:  # noqa: ARG002 (no call makes these curves)
        return ""


@dataclass(frozen=True)
class Computed:
    """Curves of one feature, in the place of an explainer: a stream of one estimate, which is finished.

    Attributes
    ----------
    name : str
        The feature.
    grid : ndarray of shape (points,)
        Its values.
    individual : ndarray of shape (rows, 1, points)
    average : ndarray of shape (1, points)
    seed : int
        Of the order of the rows: where a page does not hold all curves, it gets the first ones.
    """

    name: str
    grid: np.ndarray
    individual: np.ndarray
    average: np.ndarray
    seed: int = 0
    method: str = "given"

    @classmethod
    def of(cls, name: str, bunch: Any, target: int | None) -> Computed:
        """Read a Bunch of `partial_dependence`.

        Raises
        ------
        InputError
            Where it has no curves of single rows, not one feature alone, or several outputs of which none is named.
        """
        grids, individual = bunch.get("grid_values"), bunch.get("individual")
        if grids is None or len(grids) != 1 or individual is None:
            raise InputError(
                "These are not the curves of one feature.",
                given=f"a Bunch of {', '.join(sorted(bunch)) or 'nothing'}"
                + ("" if grids is None else f", of {len(grids)} features"),
                expected="`grid_values` of one feature and `individual`, a curve for each row",
                do="compute them with kind='both' for one feature",
            )
        curves = np.asarray(individual, dtype=np.float64)
        if target is None and len(curves) > 1:
            raise InputError(
                "Which output is to be shown?",
                given=f"curves of {len(curves)} outputs",
                expected=f"target=0 to {len(curves) - 1}",
                do="pass target=0 for the first one",
            )
        chosen = 0 if target is None or len(curves) == 1 else target
        if not 0 <= chosen < len(curves) or curves.ndim != 3 or curves.shape[2] != len(grids[0]):
            raise InputError(
                "These curves do not fit.",
                given=f"`individual` of shape {curves.shape}, {len(grids[0])} points and target={target}",
                expected="the shape (outputs, rows, points), and the position of an output",
                do="pass what partial_dependence gave",
            )
        one = curves[chosen][:, None]
        given = bunch.get("average")
        average = one.mean(axis=0) if given is None else np.asarray(given, dtype=np.float64)[chosen][None]
        bad = sum(int(np.count_nonzero(~np.isfinite(each))) for each in (one, average))
        if bad:
            raise InputError(
                "The curves are not finite.",
                given=f"{bad} of {one.size + average.size} numbers are NaN or infinite",
                expected="finite numbers",
                do="see what the model does with missing values, or leave these rows out, of X too",
            )
        grid = np.asarray(grids[0])
        order = np.argsort(grid, kind="stable") if grid.dtype.kind in "iuf" else np.arange(len(grid))
        return cls(name, grid[order], one[..., order], average[..., order])

    @property
    def n_rows(self) -> int:
        return len(self.individual)

    @property
    def predictor(self) -> NoReturn:
        """What interactions would ask."""
        raise _without_model()

    @property
    def moves(self) -> float:
        """The mean of each curve's highest minus its lowest value."""
        return float(np.ptp(self.individual, axis=-1).mean())

    def start(self, table: Table) -> CurveState:
        from ..explainers.dependence import CurveState
        from ..explainers.grids import Axis, Grid
        from ..explainers.weighted import WeightedMean

        is_category = self.grid.dtype.kind not in "iuf"
        grid = Grid((Axis(self.name, self.grid, {self.name: self.grid}, is_category),))
        rows = self.n_rows
        order = np.random.Generator(np.random.Philox(key=self.seed)).permutation(rows)
        return CurveState(
            table,
            grid,
            order,
            None,
            {"curves": self.name},
            ranges=((0, rows),),
            parts=((0, self.individual[order]),),
            mean=WeightedMean.of(self.individual),
        )

    def resume(self, state: CurveState, fresh: CurveState) -> CurveState:  # noqa: ARG002 (all is there)
        return fresh

    def steps(self, fresh: CurveState, *_: Any, **__: Any) -> Iterator[CurveEstimate]:
        from ..explainers.dependence import CurveEstimate

        yield CurveEstimate(self.average, None, self.n_rows, self.n_rows, "row", finished=True, state=fresh)


def _bunches(found: Any, table: Table | None, feature: Any) -> dict[str, Any]:
    """Return the Bunch of each feature in what scikit-learn, or we, made."""
    if hasattr(found, "pd_results"):  # a PartialDependenceDisplay
        single = [
            (positions[0], bunch)
            for positions, bunch in zip(found.features, found.pd_results, strict=True)
            if len(positions) == 1
        ]
        names = {str(found.feature_names[position]): bunch for position, bunch in single}
        if names:
            chosen = None if feature is None else str(feature)
            return dict(sorted(names.items(), key=lambda each: each[0] != chosen))
    elif hasattr(found, "get"):
        if feature is not None and table is not None:
            feature = table.column(feature)
        elif feature is None:
            feature = "feature" if table is None else table.column(0)
        return {str(feature): found}
    raise InputError(
        "These are no curves that can be shown.",
        given=f"{type(found).__module__}.{type(found).__name__}",
        expected="the Bunch of partial_dependence, or a PartialDependenceDisplay with a plot of one feature",
        do="compute them with kind='both'",
    )


def _no_model(_: Any) -> NoReturn:
    raise _without_model()


def _without_model() -> InputError:
    return InputError(
        "There is no model behind these curves.",
        given="curves that were computed before",
        expected="a model, for new predictions",
        do="make an ICEPlot of the model",
    )
