"""Shapley values of some rows in one form, whatever form they come in."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ...models import InputError
from ...models.tables import Table
from .units import OF_CLASSES

if TYPE_CHECKING:
    from .method import ShapleyEstimate


@dataclass(frozen=True)
class ShapleyValues:
    """What each feature adds to the model's output, for some rows; read-only.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_features, n_outputs), float64
        A row that is not computed, or lacked a value, is NaN throughout.
    base_values : ndarray of shape (n_rows, n_outputs)
        What the values of a row are added to; NaN where it is not known.
    data : Table or None
        The rows; its columns are the features, by position.
    feature_names : tuple of str
    output_names : tuple of str
        "" for a single output without a name.
    standard_error : ndarray, shaped as `values`, or None
        None for exact values.
    units : {"log_odds", "softmax_logit", "probability", "log_loss", "log_score", "score"} or None
        Of the values; None where nobody has said.
    of_classes : bool or None
        Whether the outputs are classes; None where nobody has said.
    interactions : ndarray of shape (n_rows, n_features, n_features, n_outputs), or None
        Their sums over the second feature are the values.
    """

    values: np.ndarray
    base_values: np.ndarray
    data: Table | None
    feature_names: tuple[str, ...]
    output_names: tuple[str, ...]
    standard_error: np.ndarray | None = None
    units: str | None = None
    of_classes: bool | None = None
    interactions: np.ndarray | None = None

    @classmethod
    def of(cls, explanation: Any) -> Self:
        """Read a `shap.Explanation`, a list of arrays (one for each output), an array, or what looks like these.

        A single row, or a single feature that is named, is taken with or without its own axis. Values of three axes
        whose last two are alike, and symmetric, are interactions, unless base values or names speak of as many outputs.

        Raises
        ------
        InputError
            Where shapes do not fit each other, there is no row or no feature, a value is infinite, or no row is whole.

        Examples
        --------
        >>> import numpy as np
        >>> two_outputs = [np.ones((5, 3)), -np.ones((5, 3))]
        >>> ShapleyValues.of(two_outputs).values.shape
        (5, 3, 2)
        """
        if isinstance(explanation, cls):
            return explanation
        given = _Given.of(explanation)
        values, interactions = given.values, None
        if given.interacting:
            interactions = values if values.ndim == 4 else values[..., None]
            values = interactions.sum(axis=2)
        elif values.ndim == 2:
            values = values[..., None]
        n_rows, n_features, n_outputs = values.shape
        if not values.size:
            raise InputError(
                "There are no values to show.",
                given=f"values of shape {given.shape}",
                expected="at least one row and one feature",
                do="explain some rows",
            )
        _check_finite(values)
        lacking = np.isnan(values).any(axis=(1, 2))
        if lacking.any():
            values = np.where(lacking[:, None, None], np.nan, values)
        data = _table_of(given.data, n_rows, n_features)
        return cls(
            _sealed(values),
            _sealed(_base_values(given.base_values, n_rows, n_outputs)),
            data,
            _feature_names(given.feature_names, data, n_features),
            _output_names(given.output_names, n_outputs),
            _standard_error(given.standard_error, values.shape),
            given.units,
            True if given.units in OF_CLASSES else None,
            None if interactions is None else _sealed(interactions),
        )

    @classmethod
    def of_estimate(cls, estimate: ShapleyEstimate[Any]) -> Self:
        """Return the values of an estimate, those of rows that are not computed yet as NaN."""
        table, names = estimate.state.table, tuple(estimate.feature_names)
        assert isinstance(estimate.value, np.ndarray)
        interactions = estimate.value if estimate.value.ndim == 4 else None
        values = estimate.value if interactions is None else interactions.sum(axis=2)
        n_rows, _, n_outputs = values.shape
        error = estimate.standard_error
        return cls(
            _sealed(values),
            _sealed(_base_values(estimate.base_values, n_rows, n_outputs)),
            table if tuple(table.names) == names else None,  # of groups there is no one value
            names,
            _output_names(estimate.own_output_names, n_outputs),
            None if error is None else _sealed(np.asarray(error)),
            estimate.units,
            estimate.of_classes,
            None if interactions is None else _sealed(interactions),
        )

    @property
    def n_rows(self) -> int:
        return len(self.values)

    @property
    def n_features(self) -> int:
        return int(self.values.shape[1])

    @property
    def n_outputs(self) -> int:
        return int(self.values.shape[2])

    @functools.cached_property
    def known(self) -> np.ndarray:
        """Which rows are computed."""
        known: np.ndarray = ~np.isnan(self.values[:, 0, 0])
        return known

    @functools.cached_property
    def outputs(self) -> np.ndarray:
        """What base value and values add up to, of shape (n_rows, n_outputs)."""
        outputs: np.ndarray = self.base_values + self.values.sum(axis=1)
        return outputs

    def column(self, feature: int) -> np.ndarray | None:
        """Return the values that the rows have of a feature, by its position; None without data."""
        return None if self.data is None else self.data.values(self.data.names[feature])

    def rows(self, positions: Any) -> Self:
        """Return the values of some rows, by position."""
        at = np.asarray(positions, dtype=np.intp)
        return dataclasses.replace(
            self,
            values=self.values[at],
            base_values=self.base_values[at],
            data=None if self.data is None else self.data.rows(at),
            standard_error=None if self.standard_error is None else self.standard_error[at],
            interactions=None if self.interactions is None else self.interactions[at],
        )

    def taken_from(self, explanation: Any, positions: Any) -> Any:
        """Return some rows of the data of the explanation that this was read from, by position.

        A frame comes back as a frame. Of an array, which is what an explainer makes of a frame too, a pandas frame with
        the names of the features and the positions; where nobody named them, an array.

        Raises
        ------
        InputError
            Where the explanation came without its data.
        """
        kept = [getattr(explanation, name, None) for name in ("data", "display_data") if hasattr(explanation, "values")]
        data = _dense(next((each for each in kept if each is not None), None))
        table = data if isinstance(data, Table) else _table_of(data, self.n_rows, self.n_features)
        if table is None:
            raise InputError(
                "The rows of this explanation are not known.",
                given="an explanation without data",
                expected="the table, too",
                do="pass X=, or read the positions in .selection",
            )
        found = table.take(positions)
        if not isinstance(found, np.ndarray) or getattr(explanation, "feature_names", None) is None:
            return found
        import pandas as pd  # type: ignore[import-untyped]

        return pd.DataFrame(found, columns=list(self.feature_names), index=np.asarray(positions)).infer_objects()

    def with_data(self, data: Any) -> Self:
        """Return the same values beside other data, whose names count where it has names."""
        names = None if hasattr(data, "columns") or isinstance(data, Table) else self.feature_names
        table = _table_of(data, self.n_rows, self.n_features)
        return dataclasses.replace(self, data=table, feature_names=_feature_names(names, table, self.n_features))

    def explanation(self) -> Any:
        """Return a `shap.Explanation` of the rows that are computed, of as few axes as shap makes."""
        import shap  # type: ignore[import-untyped]

        known = self.known
        one = self.n_outputs == 1
        data = None if self.data is None else _as_array(self.data)[known]
        found = shap.Explanation(
            self.values[known][..., 0] if one else self.values[known],
            base_values=self.base_values[known][..., 0] if one else self.base_values[known],
            data=data,
            feature_names=list(self.feature_names),
            output_names=None if one else list(self.output_names),
        )
        found.units = self.units
        return found


@dataclass(frozen=True)
class _Given:
    """The parts of an explanation, as arrays with an axis of rows."""

    values: np.ndarray
    base_values: np.ndarray | None
    data: Any
    feature_names: Any
    output_names: Any
    standard_error: np.ndarray | None
    units: str | None
    interacting: bool
    shape: tuple[int, ...]

    @classmethod
    def of(cls, explanation: Any) -> Self:
        wrapped = hasattr(explanation, "values") and not callable(explanation.values)
        stored = explanation.values if wrapped else explanation
        values = _numbers(stored, "values")

        def part(name: str) -> Any:
            return getattr(explanation, name, None) if wrapped else None

        base_values = part("base_values")
        base = None if base_values is None else _numbers(base_values, "base values")
        data = part("display_data")
        data = _dense(part("data") if data is None else data)
        names, outputs = part("feature_names"), part("output_names")
        units = part("units")
        if not 1 <= values.ndim <= 4 or (values.ndim == 4 and values.shape[1] != values.shape[2]):
            raise _misshapen("values", values.shape, "(rows, features, outputs), or fewer axes; interactions have four")
        error = part("error_std")
        error = None if error is None else _numbers(error, "standard errors")
        shape = values.shape
        if isinstance(names, str) and values.ndim <= 2:  # one feature of many rows, as explanation[:, "age"] gives it
            values, error = values[:, None], None if error is None else error[:, None]
        elif _is_single(values, base, data, names):
            values, error = values[None], None if error is None else error[None]
        return cls(
            values,
            base,
            data,
            names,
            outputs,
            error,
            units if isinstance(units, str) else None,
            values.ndim == 4 or (not _is_of_outputs(stored) and _is_interaction(values, base, outputs)),
            shape,
        )


def _is_single(values: np.ndarray, base: np.ndarray | None, data: Any, names: Any) -> bool:
    """Whether the values are those of one row, without an axis of rows."""
    if values.ndim != 2:
        return values.ndim == 1 or (values.ndim == 3 and data is not None and np.ndim(data) == 1)
    if data is not None:
        return np.ndim(data) == 1 and (values.shape[1] != 1 or len(data) == len(values))
    rows, columns = values.shape
    named = isinstance(names, Sequence | np.ndarray) and not isinstance(names, str) and len(names)
    per_output = base is not None and base.shape == (columns,) and columns > 1
    return bool(named and named == rows != columns and per_output)


def _is_interaction(values: np.ndarray, base: np.ndarray | None, outputs: Any) -> bool:
    if values.ndim != 3 or values.shape[1] != values.shape[2]:
        return False
    features = values.shape[2]
    named = not isinstance(outputs, str) and outputs is not None and len(outputs) == features
    based = base is not None and base.ndim and base.shape[-1] == features and base.shape != (len(values),)
    if named or based or features < 2:
        return False
    by_row = base is not None and base.shape == (len(values),)  # which says that there is one output
    single = by_row and len(values) not in (1, features)
    near = 1e-5 * np.nanmax(np.abs(values), initial=0.0)  # trees of single precision are summed in different order
    return bool(single or np.allclose(values, values.transpose(0, 2, 1), rtol=1e-5, atol=near, equal_nan=True))


def _is_of_outputs(given: Any) -> bool:
    """Whether it is a list of arrays, one for each output."""
    return isinstance(given, list | tuple) and any(hasattr(each, "shape") for each in given)


def _numbers(given: Any, what: str) -> np.ndarray:
    """Return numbers as an array; a list of arrays, one for each output, gets an axis of outputs at its end."""
    given = _dense(given)
    try:
        if isinstance(given, list | tuple) and given and all(np.ndim(_dense(each)) for each in given):
            arrays = [_real(_dense(each), what) for each in given]
            return np.stack(arrays, axis=-1 if _is_of_outputs(given) else 0)
        return _real(given, what)
    except InputError:
        raise
    except (TypeError, ValueError) as error:
        raise InputError(
            f"The {what} of this explanation are no table of numbers.",
            given=f"{type(given).__name__}: {error}",
            expected="a shap.Explanation, an array of (rows, features), or a list of these, one for each output",
            do="pass what a SHAP explainer returned for a table",
        ) from None


def _real(given: Any, what: str) -> np.ndarray:
    array = np.asarray(given)
    if np.iscomplexobj(array):
        raise InputError(
            f"The {what} of this explanation are complex.",
            given=f"numbers of the type {array.dtype}",
            expected="real numbers",
            do="explain a real number, such as the magnitude or one of the parts",
        )
    return array.astype(np.float64, copy=False)


def _dense(given: Any) -> Any:
    if hasattr(given, "toarray"):  # scipy's sparse matrices
        return given.toarray()
    return given.detach().cpu().numpy() if hasattr(given, "detach") else given


def _check_finite(values: np.ndarray) -> None:
    infinite, missing = np.isinf(values).any(axis=(1, 2)), np.isnan(values).any(axis=(1, 2))
    if infinite.any() or missing.all():
        raise InputError(
            "The values of this explanation are not finite.",
            given=f"NaN or infinity in {int((infinite | missing).sum())} of {len(values)} rows",
            expected="a number for each feature",
            do="see what the model says of these rows, or leave them out",
        )


def _base_values(given: Any, n_rows: int, n_outputs: int) -> np.ndarray:
    if given is None:
        return np.full((n_rows, n_outputs), np.nan)
    base = np.asarray(given, dtype=np.float64)
    if base.size == 1:
        base = base.reshape(1, 1)
    elif base.shape == (n_outputs,):
        base = base[None]
    elif base.shape == (n_rows,) and n_outputs == 1:
        base = base[:, None]
    if base.ndim != 2 or base.shape not in ((1, 1), (1, n_outputs), (n_rows, n_outputs)):
        raise _misshapen(
            "base values",
            np.shape(given),
            f"one number, one for each of {n_outputs} outputs, or ({n_rows}, {n_outputs}): one for each row and output",
        )
    if np.isinf(base).any():
        raise InputError(
            "A base value is not finite.", given="an infinite one", expected="finite numbers", do="see the background"
        )
    return np.broadcast_to(base, (n_rows, n_outputs))


def _standard_error(given: np.ndarray | None, shape: tuple[int, ...]) -> np.ndarray | None:
    if given is None:
        return None
    if given.shape not in (shape, shape[:2]):
        raise _misshapen("standard errors", given.shape, f"that of the values, {shape}")
    return _sealed(
        given.reshape(shape) if shape[2] == 1 or given.shape == shape else given[..., None].repeat(shape[2], 2)
    )


def _table_of(data: Any, n_rows: int, n_features: int) -> Table | None:
    if data is None:
        return None
    if isinstance(data, list | tuple):
        data = np.array(data, dtype=None if _are_numbers(data) else object)
    if hasattr(data, "ndim") and data.ndim == 1:
        data = np.asarray(data)[None] if n_rows == 1 else np.asarray(data)[:, None]
    shape = (len(data), data.shape[1]) if np.ndim(data) == 2 else np.shape(data)
    if shape != (n_rows, n_features):
        raise InputError(
            "These rows are not those of the explanation.",
            given=f"data of shape {tuple(shape)} beside values of {n_rows} rows and {n_features} features",
            expected=f"the shape ({n_rows}, {n_features})",
            do="pass the rows that were explained, in their order, with the columns that have values",
        )
    return Table.of(data)


def _are_numbers(data: Any) -> bool:
    return np.asarray(data, dtype=object).ravel().tolist() != [] and all(
        isinstance(each, int | float | np.number) for each in np.asarray(data, dtype=object).ravel()
    )


def _feature_names(given: Any, data: Table | None, n_features: int) -> tuple[str, ...]:
    if given is None:
        return tuple(f"x{position}" for position in range(n_features)) if data is None else tuple(data.names)
    names = [given] if isinstance(given, str) else [str(name) for name in given]
    if len(names) != n_features:
        raise InputError(
            "There are not as many names as features.",
            given=f"{len(names)} names for {n_features} features",
            expected="a name for each feature",
            do="name all features, or none",
        )
    return tuple(_told_apart(names))


def _told_apart(names: list[str]) -> list[str]:
    """Give a number to names that stand more than once, as the words of a text may."""
    if len(set(names)) == len(names):
        return names
    taken, told = set(names), []
    for position, name in enumerate(names):
        count = names[: position + 1].count(name)
        while count > 1 and f"{name} ({count})" in taken:
            count += 1
        told.append(name if count == 1 else f"{name} ({count})")
        taken.add(told[-1])
    return told


def _output_names(given: Any, n_outputs: int) -> tuple[str, ...]:
    if given is not None:
        names = (given,) if isinstance(given, str) else tuple(str(name) for name in given)
        if len(names) == n_outputs:
            return names
        if n_outputs > 1:
            raise InputError(
                "There are not as many names as outputs.",
                given=f"{len(names)} names for {n_outputs} outputs",
                expected="a name for each output",
                do="name all outputs, or none",
            )
    return ("",) if n_outputs == 1 else tuple(f"output {position}" for position in range(n_outputs))


def _as_array(table: Table) -> np.ndarray:
    return np.column_stack([table.values(name) for name in table.names])


def _misshapen(what: str, shape: tuple[int, ...], expected: str) -> InputError:
    return InputError(
        f"The {what} of this explanation do not fit.",
        given=f"{what} of shape {tuple(shape)}",
        expected=expected,
        do="pass an explanation as its explainer made it",
    )


def _sealed(array: np.ndarray) -> np.ndarray:
    """Return a snapshot that nobody can write to; what is read-only for good is taken as it is."""
    owner: Any = array if array.base is None else array.base
    if isinstance(owner, np.ndarray) and owner.dtype == np.float64 and not owner.flags.writeable:
        return array
    sealed = np.array(array, dtype=np.float64)
    sealed.flags.writeable = False
    return sealed
