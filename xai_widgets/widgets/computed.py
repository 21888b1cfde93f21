"""Curves and surfaces that were computed before, read from a Bunch or a display, in the place of an explainer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn, Self

import numpy as np
import traitlets

from ..models import InputError
from .labels import checked_names, wrong_names

if TYPE_CHECKING:
    from ..explainers.dependence import CurveEstimate, CurveState
    from ..explainers.grids import Grid
    from ..models.tables import Table

Names = tuple[str, ...]
_COUNTED = {1: "one feature", 2: "two features"}
_ELSEWHERE = {1: "ICEPlot", 2: "PDPSurface"}


@dataclass(frozen=True)
class Computed:
    """What was computed of one or two features, in the place of an explainer: a stream of one finished estimate.

    Attributes
    ----------
    grid : Grid
        Numbers in ascending order.
    average : ndarray of shape (outputs, *grid)
    individual : ndarray of shape (outputs, rows, *grid), or None
        None where there are averages alone.
    rows_known : bool
        Whether the table is what it was computed of.
    target : int
        The position of the output that is shown.
    seed : int
        Of the order of the rows: where a page does not hold all curves, it gets the first ones.
    output_names : list of str
        Their positions, where no names were given; of one alone there is nothing to choose.
    """

    grid: Grid
    average: np.ndarray
    individual: np.ndarray | None
    rows_known: bool = True
    target: int = 0
    seed: int = 0
    output_names: list[str] = field(default_factory=list)
    method: str = "given"

    @classmethod
    def of(
        cls, names: Names, bunch: Any, categorical: Sequence[bool], class_names: Any = None, *, rows_known: bool
    ) -> Computed:
        """Read a Bunch of `partial_dependence`, whose outputs may be given names.

        Raises
        ------
        InputError
            Where it is of more or fewer features than there are names, or its parts do not fit each other.
        """
        from ..explainers.grids import Axis, Grid

        grids, given = bunch.get("grid_values"), {}
        for name in ("average", "individual"):
            if bunch.get(name) is not None:
                given[name] = _numbers(bunch[name])
        if grids is None or len(grids) != len(names) or not given:
            raise _other_features(len(names), bunch)
        values = [np.asarray(each) for each in grids]
        shape = tuple(map(len, values))
        average, individual = given.get("average"), given.get("individual")
        outputs = next(iter(given.values())).shape[:1]
        rows = () if individual is None else individual.shape[1:2]
        fitting = {"average": (*outputs, *shape), "individual": (*outputs, *rows, *shape)}
        if not all(array.shape == fitting[name] and array.size for name, array in given.items()):
            shapes = " and ".join(f"`{name}` of shape {array.shape}" for name, array in given.items())
            raise InputError(
                "The parts of this Bunch do not fit.",
                given=f"{shapes}, on a grid of {' by '.join(map(str, shape))} points",
                expected="`average` of shape (outputs, *grid), `individual` of shape (outputs, rows, *grid)",
                do="pass what partial_dependence gave",
            )
        _check_finite([*given.values(), *(each for each in values if each.dtype.kind == "f")])
        if average is None:
            assert individual is not None
            average = individual.mean(axis=1)
        axes = []
        for side, (name, points, is_category) in enumerate(zip(names, values, categorical, strict=True)):
            is_number = points.dtype.kind in "iuf"
            order = np.argsort(points, kind="stable") if is_number else np.arange(len(points))
            average = average.take(order, axis=1 + side)
            individual = None if individual is None else individual.take(order, axis=2 + side)
            axes.append(Axis(name, points[order], {name: points[order]}, is_category or not is_number))
        named = _output_names(class_names, len(average))
        return cls(Grid(tuple(axes)), average, individual, rows_known, output_names=named)

    def shown(self, request: dict[str, Any]) -> Self:
        """Return it with the output and the seed of a request, and note in the request what it is of."""
        target, request["class"] = self.position(request["target"]), None
        names = self.output_names
        request["response"] = ("numbered", names[target]) if names else ("prediction", "")
        return replace(self, target=target, seed=request["seed"])

    def transposed(self) -> Self:
        """Return a surface with its two features changed over."""
        from ..explainers.grids import Grid

        return replace(self, grid=Grid(self.grid.axes[::-1]), average=self.average.swapaxes(1, 2), individual=None)

    @property
    def outputs(self) -> int:
        return len(self.average)

    @property
    def n_rows(self) -> int | None:
        """Of how many rows there are curves; None without such."""
        return None if self.individual is None else self.individual.shape[1]

    @property
    def predictor(self) -> NoReturn:
        """What interactions would ask."""
        raise without_model()

    def position(self, target: int | None) -> int:
        """Return the output that a target means: by default the last, as of classes."""
        return self.outputs - 1 if target is None else target

    def moves(self, target: int | None) -> float | None:
        """Return the mean of each curve's highest minus its lowest value."""
        if self.individual is None:
            return None
        return float(np.ptp(self.individual[self.position(target)], axis=-1).mean())

    def start(self, table: Table) -> CurveState:
        from ..explainers.dependence import CurveState
        from ..explainers.weighted import WeightedMean

        known = table.n_rows if self.rows_known or self.individual is not None else 0
        order = np.random.Generator(np.random.Philox(key=self.seed)).permutation(known)
        state = CurveState(table, self.grid, order, None, {"curves": " ".join(each.name for each in self.grid.axes)})
        if self.individual is None or len(self.grid.axes) > 1:
            return replace(state, ranges=((0, known),))
        curves = self.individual[self.target][:, None]
        return replace(state, ranges=((0, known),), parts=((0, curves[order]),), mean=WeightedMean.of(curves))

    def resume(self, state: CurveState, fresh: CurveState) -> CurveState:  # noqa: ARG002 (all is there)
        return fresh

    def steps(self, fresh: CurveState, *_: Any, **__: Any) -> Iterator[CurveEstimate]:
        from ..explainers.dependence import CurveEstimate

        total = fresh.total_units
        yield CurveEstimate(
            self.average[self.target : self.target + 1], None, total, total, "row", finished=True, state=fresh
        )


def read_computed(
    found: Any, table: Table | None, wanted: Names, how_many: int, class_names: Any = None
) -> dict[Names, Computed]:
    """Read all of one feature, or of two, that scikit-learn, or we, computed.

    Parameters
    ----------
    found : Bunch or PartialDependenceDisplay
    table : Table, optional
        Of the rows.
    wanted : tuple of str
        The features of a Bunch, which does not name them. Of a display, those that come first, which may be none.
    how_many : {1, 2}
    class_names : sequence of str, optional
        Of the outputs.
    """
    if hasattr(found, "pd_results"):  # a PartialDependenceDisplay
        names = [str(name) for name in found.feature_names]
        kinds = found.is_categorical or [(False,) * len(positions) for positions in found.features]
        given = {
            tuple(names[place] for place in positions): (bunch, is_category)
            for positions, bunch, is_category in zip(found.features, found.pd_results, kinds, strict=True)
            if len(positions) == how_many
        }
        if given and wanted and set(wanted) not in map(set, given):
            raise not_given(told(wanted), [told(each) for each in given])
        given = dict(sorted(given.items(), key=lambda each: set(each[0]) != set(wanted)))
    elif hasattr(found, "get"):
        given = {wanted: (found, (False,) * how_many)}
    else:
        given = {}
    if not given:
        features, others = _COUNTED[how_many], _COUNTED[3 - how_many]
        raise InputError(
            f"There is nothing of {features} to be shown.",
            given=f"{type(found).__module__}.{type(found).__name__}",
            expected=f"the Bunch of partial_dependence, or a PartialDependenceDisplay with a plot of {features}",
            do=f"show those of {others} with {_ELSEWHERE[3 - how_many]}.from_computed"
            if hasattr(found, "pd_results")
            else "pass what partial_dependence or PartialDependenceDisplay gave",
        )
    read = {
        names: Computed.of(names, bunch, is_category, class_names, rows_known=table is not None)
        for names, (bunch, is_category) in given.items()
    }
    _check_rows(read, table)
    return read


def chosen_output(found: Any, computed: Computed, target: Any) -> int:
    """Return the position of the output to begin with: the one asked for, else the one of a display.

    Raises
    ------
    InputError
        Where there is no such output, or there are several and none is named.
    """
    names, count = computed.output_names, computed.outputs
    chosen = getattr(found, "target_idx", None) if target is None else target
    if count == 1 and target is None:
        return 0
    if isinstance(chosen, str) and chosen in names:
        return names.index(chosen)
    if not isinstance(chosen, int | np.integer) or not 0 <= chosen < count:
        are_named = names and names != _positions(count)
        raise InputError(
            "Which output is to be shown?",
            given=f"target={target!r}, and {count} output{'s' if count > 1 else ''}",
            expected=(f"one of {', '.join(map(repr, names))}, or " if are_named else "")
            + (f"target=0 to {count - 1}" if count > 1 else "target=0, or none"),
            do=f"pass target={names[0] if are_named else 0!r} for the first one",
        )
    return int(chosen)


def _output_names(given: Any, outputs: int) -> list[str]:
    names, own = checked_names(given), _positions(outputs)
    if names is None:
        return own if outputs > 1 else []
    if len(names) != outputs:
        raise wrong_names(names, own)
    return list(names)


def _positions(outputs: int) -> list[str]:
    return [str(position) for position in range(outputs)]


def checked_output(position: int | None, given: Iterable[Computed]) -> int | None:
    """Return the position of an output, where all have such a one."""
    outputs = min(each.outputs for each in given)
    if position is not None and position >= outputs:
        raise traitlets.TraitError(f"target={position} of {outputs} outputs")
    return position


def names_of(table: Table | None, features: Sequence[Any]) -> Names:
    """Return features given by name, or by position in a table."""
    return tuple(str(each) if table is None else table.column(each) for each in features)


def told(names: Names) -> str:
    return " and ".join(map(repr, names))


def table_of(X: Any, found: Any) -> Table | None:  # noqa: N803 (as everywhere)
    """Return a table of the rows, the columns of an array called as a display calls them; None where none is given."""
    from ..models.tables import Table

    names = getattr(found, "feature_names", None)
    return None if X is None else Table.of(X, None if names is None else [str(name) for name in names])


def no_rows(names: Sequence[str], rows: int = 1) -> Table:
    """Return what stands for a table that was not given: its values are missing."""
    from ..models.tables import Table

    return Table.of(np.full((rows, len(names)), np.nan), names)


def no_model(_: Any) -> NoReturn:
    raise without_model()


def without_model() -> InputError:
    return InputError(
        "There is no model behind these curves.",
        given="curves that were computed before",
        expected="a model, for new predictions",
        do="make the plot of the model",
    )


def not_given(wanted: str, given: Sequence[str]) -> InputError:
    """Return what to raise where other features are asked for."""
    return InputError(
        f"There is nothing of {wanted}.",
        given=f"what was computed of {', '.join(given)}, and no model to compute more",
        expected="one of these",
        do="choose one, or make the plot of the model",
    )


def _numbers(given: Any) -> np.ndarray:
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(
            "These are no numbers.",
            given=f"{type(given).__name__} of what cannot be an array of numbers",
            expected="an array of predictions",
            do="pass what partial_dependence gave",
        ) from None


def _other_features(how_many: int, bunch: Any) -> InputError:
    grids = bunch.get("grid_values")
    count = 0 if grids is None else len(grids)
    if count in _COUNTED and count != how_many:
        do = f"show it with {_ELSEWHERE[count]}.from_computed"
    else:
        do = f"compute the partial dependence of {_COUNTED[how_many]}"
    return InputError(
        f"This is not of {_COUNTED[how_many]}.",
        given=f"a Bunch of {', '.join(sorted(bunch)) or 'nothing'}" + (f", of {count} features" if count else ""),
        expected=f"`grid_values` of {_COUNTED[how_many]}, and `average` or `individual`",
        do=do,
    )


def _check_rows(read: dict[Names, Computed], table: Table | None) -> None:
    counts = {names: each.n_rows for names, each in read.items() if each.n_rows is not None}
    rows = next(iter(counts.values()), 0) if table is None else table.n_rows
    wrong = [names for names in counts if counts[names] != rows]
    if wrong:
        raise InputError(
            "The curves are not those of these rows.",
            given=f"{counts[wrong[0]]} curves of {told(wrong[0])} and {rows} rows",
            expected="a curve for each row",
            do="pass the X that they were computed of, or none",
        )


def _check_finite(arrays: Sequence[np.ndarray]) -> None:
    bad = sum(int(np.count_nonzero(~np.isfinite(each))) for each in arrays)
    if bad:
        raise InputError(
            "These numbers are not finite.",
            given=f"{bad} of {sum(each.size for each in arrays)} numbers are NaN or infinite",
            expected="finite numbers",
            do="see what the model does with missing values, or leave these rows out, of X too",
        )
