"""Where a curve is computed: the values of each feature, as scikit-learn 1.9 chooses them."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..models import InputError
from ..models.tables import is_missing

if TYPE_CHECKING:
    from ..models.tables import Table


_CLOSE = 1e-8  # of the larger one: no two percentiles of a grid
_LEAST_SPAN, _MOST_SPAN = sys.float_info.min, sys.float_info.max


@dataclass(frozen=True)
class Axis:
    """The values of one feature, or the levels of a group of one-hot columns.

    Attributes
    ----------
    name : str
        Of the feature or of the group.
    values : ndarray of shape (points,)
        What the axis shows; a group's are the names of its columns.
    columns : dict of str to ndarray of shape (points,)
        What each column is set to at each point.
    categorical : bool, default False
        Whether the values stand side by side, and are no numbers though they may look like some.
    """

    name: str
    values: np.ndarray
    columns: dict[str, np.ndarray]
    categorical: bool = False


@dataclass(frozen=True)
class Grid:
    """The points of one or more axes, the last axis fastest.

    Examples
    --------
    >>> import numpy as np
    >>> x, y = np.array([0.0, 1.0]), np.array([5.0, 6.0])
    >>> Grid((Axis("x", x, {"x": x}), Axis("y", y, {"y": y}))).columns
    {'x': array([0., 0., 1., 1.]), 'y': array([5., 6., 5., 6.])}
    """

    axes: tuple[Axis, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def points(self) -> int:
        return math.prod(self.shape)

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """What each column is set to at each point of the grid."""
        found = {}
        for place, axis in enumerate(self.axes):
            inside, outside = math.prod(self.shape[place + 1 :]), math.prod(self.shape[:place])
            for name, values in axis.columns.items():
                found[name] = np.tile(np.repeat(values, inside), outside)
        return found


def make_grid(
    table: Table,
    features: Any,
    *,
    grid_resolution: int = 100,
    percentiles: tuple[float, float] = (0.05, 0.95),
    custom_values: Mapping[Any, Any] | None = None,
    categorical_features: Any = None,
    groups: Mapping[str, Sequence[Any]] | None = None,
) -> Grid:
    """Return the grid that scikit-learn's `partial_dependence` makes of these.

    All values of a feature where they are fewer than `grid_resolution` or where it is categorical, else evenly spaced
    values between two percentiles. Three things are ours: categories, words and truth values are always categorical,
    missing values are on no grid unless `custom_values` puts them there, and an integer column, which scikit-learn
    refuses, gets the values it has that are nearest to the evenly spaced ones.

    Parameters
    ----------
    table : Table
        The data.
    features : int, str, sequence of them, or Grid
        The features, by name or position, or names of groups; a grid is taken as it is.
    grid_resolution, percentiles, custom_values, categorical_features
        As scikit-learn's.
    groups : mapping of str to sequence of columns, optional
        One-hot columns that move together, by the name of the group.

    Raises
    ------
    InputError
        Where there is no such feature, or no grid can be made of it.
    """
    if isinstance(features, Grid):
        return features
    _check_settings(percentiles, grid_resolution)
    names = _features_of(table, features, groups or {})
    custom = _custom(table, custom_values or {}, groups or {})
    categorical = categorical_names(table, categorical_features)
    axes = []
    for name in names:
        if groups and name in groups:
            axes.append(axis_of_group(table, name, groups[name]))
            continue
        if name in custom:
            values = custom[name]
        else:
            values = _values(table, name, grid_resolution, percentiles, categorical=name in categorical)
        _check_finite(name, values, given=name in custom)
        is_category = name in categorical or table.kind(name) not in ("numeric", "integer")
        axes.append(Axis(name, values, {name: values}, is_category))
    _check_apart(axes)
    return Grid(tuple(axes))


def _check_settings(percentiles: Any, grid_resolution: Any) -> None:
    given = tuple(percentiles) if isinstance(percentiles, Sequence | np.ndarray) else ()
    if len(given) != 2 or not 0 <= given[0] < given[1] <= 1:
        raise InputError(
            "The percentiles are no range.",
            given=f"percentiles={percentiles!r}",
            expected="two numbers from 0 to 1, the smaller one first",
            do="choose (0.05, 0.95), for instance",
        )
    if not isinstance(grid_resolution, int | np.integer) or grid_resolution < 2:
        raise InputError(
            "The grid has too few points.",
            given=f"grid_resolution={grid_resolution!r}",
            expected="a whole number of at least 2",
            do="choose 50, for instance",
        )


def check_span(name: str, low: float, high: float) -> None:
    """Raise InputError where two values are so far apart, or so close, that double precision cannot part them."""
    span = float(high) - float(low)
    if span == 0 or _LEAST_SPAN <= span < math.inf:
        return
    raise InputError(
        f"The values of {name!r} are too {'close to each other' if span < 1 else 'far apart'} for an axis.",
        given=f"values from {low:g} to {high:g}",
        expected=f"values that differ by {_LEAST_SPAN:.2g} to {_MOST_SPAN:.2g}",
        do="give the column in another unit, or put NaN where such a value means that there is none",
    )


def _check_finite(name: str, values: np.ndarray, *, given: bool) -> None:
    if values.dtype.kind == "f" and np.isinf(values).any():
        source = "the custom values" if given else "the column's values from percentile to percentile"
        raise InputError(
            f"The grid of {name!r} is not finite.",
            given=f"infinity among {source}",
            expected="finite numbers",
            do="pass finite custom_values" + ("" if given else ", or put NaN where a value is not known"),
        )


def _features_of(table: Table, features: Any, groups: Mapping[str, Sequence[Any]]) -> list[str]:
    if isinstance(features, str | int | np.integer):
        features = [features]
    listed = list(features) if isinstance(features, Sequence | np.ndarray) else [features]
    if len(listed) == 1 and isinstance(listed[0], Sequence | np.ndarray) and not isinstance(listed[0], str):
        listed = list(listed[0])  # scikit-learn takes [(0, 1)] too
    if len(listed) == len(table.names) and all(isinstance(each, bool | np.bool) for each in listed):
        listed = [name for name, chosen in zip(table.names, listed, strict=True) if chosen]
    if not listed:
        raise InputError(
            "There is no feature.",
            given="an empty list of features",
            expected="one feature, or two",
            do="name a column",
        )
    return [feature_name(table, each, groups) for each in listed]


def feature_name(table: Table, feature: Any, groups: Mapping[str, Sequence[Any]]) -> str:
    """Return the name of a column given by its name or position, or of a group."""
    return feature if isinstance(feature, str) and feature in groups else table.column(feature)


def feature_values(table: Table, name: str, groups: Mapping[str, Sequence[Any]]) -> np.ndarray:
    """Return each row's own value; of a group the name of its one column that is 1, None where that is not one."""
    if name not in groups:
        table.check_single(name)
        return table.values(name)
    columns = [table.column(each) for each in groups[name]]
    ones = np.column_stack([table.values(each).astype(np.float64) == 1 for each in columns])
    values: np.ndarray = np.asarray(columns, dtype=object)[ones.argmax(axis=1)]
    values[ones.sum(axis=1) != 1] = None
    return values


def _custom(table: Table, custom_values: Mapping[Any, Any], groups: Mapping[str, Any]) -> dict[str, np.ndarray]:
    custom = {}
    for feature, given in custom_values.items():
        if feature in groups:
            raise InputError(
                f"The group {feature!r} has its columns as values.",
                given=f"custom_values for {feature!r}",
                expected="custom values for single columns alone",
                do="leave them away",
            )
        listed = given.tolist() if isinstance(given, np.ndarray) and given.dtype.hasobject else given
        values = np.asarray(
            listed, dtype=object if np.ndim(listed) and any(isinstance(v, str) for v in listed) else None
        )
        if values.ndim != 1 or not len(values):
            raise InputError(
                f"The custom values of {feature!r} are no list.",
                given=f"values of shape {values.shape}",
                expected="a list of one dimension, with at least one value",
                do="flatten it",
            )
        if values.dtype.hasobject:
            values = values.copy()
            values[is_missing(values)] = None  # pandas' own sign of absence too
        name = table.column(feature)
        table.check_values(name, values)
        custom[name] = values
    return custom


def categorical_names(table: Table, categorical_features: Any) -> set[str]:
    """Return the names of the columns that are called categorical, by name, position or truth value."""
    if categorical_features is None:
        return set()
    listed = np.asarray(categorical_features).ravel()
    if listed.size == 0 or listed.dtype.kind not in "biuOU":
        raise InputError(
            "The categorical features are no list of features.",
            given=f"categorical_features={categorical_features!r}",
            expected="names, positions, or one truth value for each column",
            do="leave it at None where there are none",
        )
    if listed.dtype.kind == "b":
        if len(listed) != len(table.names):
            raise InputError(
                "The categorical features are not one truth value for each column.",
                given=f"{len(listed)} truth values for {len(table.names)} columns",
                expected="as many as there are columns",
                do="name the columns instead",
            )
        return set(itertools.compress(table.names, listed))
    return {table.column(feature) for feature in listed.tolist()}


def _values(
    table: Table,
    name: str,
    resolution: int,
    percentiles: tuple[float, float],
    *,
    categorical: bool,
) -> np.ndarray:
    kind = table.kind(name)
    by_values = categorical or kind not in ("numeric", "integer")
    unique = table.unique(name, None if by_values or kind == "integer" else resolution - 1)
    if unique is not None and not len(unique):
        raise InputError(
            f"The column {name!r} has no values.",
            given=f"{table.n_rows} rows, all of them missing",
            expected="at least one value",
            do="explain another column, or pass custom_values",
        )
    if unique is not None and (by_values or len(unique) < resolution):
        return unique
    low, high = quantiles(lambda ranks: table.nth(name, ranks), table.n_present(name), percentiles)
    if np.isinf([low, high]).any():
        return np.array([low, high])
    check_span(name, low, high)
    if np.isclose(low, high, rtol=_CLOSE, atol=0):  # whatever the unit is
        raise InputError(
            f"The percentiles of {name!r} are too close to each other.",
            given=f"percentiles={tuple(percentiles)}, where the column is {low} and {high}",
            expected="two different values",
            do="choose percentiles further apart, (0, 1) for instance, or pass custom_values",
        )
    even = np.linspace(low, high, num=resolution, endpoint=True)
    return even if unique is None else _nearest(unique, even)


def quantiles(nth: Callable[[np.ndarray], np.ndarray], n: int, probabilities: Sequence[float]) -> np.ndarray:
    """Return quantiles as scipy's `mquantiles` does by default (alphap = betap = 0.4).

    Parameters
    ----------
    nth : callable
        Gives the values at ranks, 0 that of the smallest.
    n : int
        How many values there are.
    probabilities : sequence of float
        0 to 1.
    """
    if n == 1:
        return np.resize(nth(np.array([0])), len(probabilities))
    places = n * np.asarray(probabilities) + (0.4 + np.asarray(probabilities) * (1.0 - 0.4 - 0.4))
    below = np.floor(places.clip(1, n - 1)).astype(int)
    share = (places - below).clip(0, 1)
    ends = nth(np.concatenate([below - 1, below])).reshape(2, -1)
    found: np.ndarray = (1.0 - share) * ends[0] + share * ends[1]
    return found


def _nearest(unique: np.ndarray, even: np.ndarray) -> np.ndarray:
    right = np.searchsorted(unique, even).clip(1, len(unique) - 1)
    left = right - 1
    nearer = np.where(even - unique[left] <= unique[right] - even, left, right)
    found: np.ndarray = unique[np.unique(nearer)]
    return found


def axis_of_group(table: Table, name: str, group: Sequence[Any]) -> Axis:
    """Return the axis of a group: at each point one of its columns is 1 and the others are 0."""
    columns = [table.column(each) for each in group]
    wrong = [each for each in columns if not np.isin(table.values(each).astype(np.float64), (0, 1)).all()]
    if len(columns) < 2 or wrong:
        raise InputError(
            f"The group {name!r} is not one-hot.",
            given=f"the columns {', '.join(map(repr, wrong or columns))}",
            expected="two columns or more of zeros and ones",
            do="name the columns that one category was made into",
        )
    values = {each: np.eye(len(columns), dtype=int)[place] for place, each in enumerate(columns)}
    return Axis(name, np.asarray(columns, dtype=object), values, categorical=True)


def _check_apart(axes: list[Axis]) -> None:
    columns = [column for axis in axes for column in axis.columns]
    if len(set(columns)) < len(columns):
        raise InputError(
            "The features have a column in common.",
            given=", ".join(repr(axis.name) for axis in axes),
            expected="different features",
            do="name two different ones, or one alone",
        )
