"""Rows that a person has chosen: in Python an array of positions that can be linked, on the wire its bytes."""

from __future__ import annotations

import reprlib
from collections.abc import Sized
from typing import Any, Self

import numpy as np
import traitlets

from ..models import InputError
from ..models.tables import sorted_unique

_ON_THE_WIRE = np.dtype("<u4")
_MOST_SHAPES, _MOST_CORNERS = 100, 500


class RowSelection(np.ndarray):
    """Positions of rows, 0 to n - 1, sorted and unique; read-only.

    Compared as a whole, so that `traitlets.link`, `ipywidgets.link` and `jslink` work: `==` is one truth value.

    Parameters
    ----------
    positions : array_like of int or bool
        In any order, repeated or not; or a mask, a truth value for each row.

    Examples
    --------
    >>> from xai_widgets.widgets.selection import RowSelection
    >>> RowSelection([3, 1, 3])
    RowSelection([1, 3])
    >>> RowSelection([3, 1]) == [1, 3]
    True
    """

    def __new__(cls, positions: Any = ()) -> Self:
        given = np.asarray(positions)
        if given.dtype == bool and given.ndim == 1:
            given = np.flatnonzero(given)
        if given.size and (given.ndim != 1 or given.dtype.kind not in "iu" or given.min() < 0):
            raise ValueError(f"a selection is a list of row positions, 0 or larger; {_shortly(positions)} was given")
        positions = given.astype(np.int64)
        ordered = positions if (np.diff(positions) > 0).all() else sorted_unique(positions)
        chosen = ordered.view(cls)
        chosen.flags.writeable = False
        return chosen

    def __eq__(self, other: object) -> bool:
        try:
            return bool(np.array_equal(np.asarray(self), np.asarray(other)))
        except (TypeError, ValueError):
            return False

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # as for every array


class Selection(traitlets.TraitType[RowSelection, Any]):
    """Row positions; on the wire little-endian uint32."""

    info_text = "positions of rows, whole numbers of at least 0 in any order, or a truth value for each row"

    def __init__(self, **keywords: Any) -> None:
        super().__init__(RowSelection(), **keywords)
        self.tag(to_json=lambda chosen, _: to_wire(chosen), from_json=lambda data, _: from_wire(data))

    def validate(self, obj: Any, value: Any) -> RowSelection:
        if isinstance(value, RowSelection):
            return value
        rows, given = getattr(obj, "n_rows", 0), np.asarray(value) if isinstance(value, Sized) else None
        if given is not None and given.dtype == bool and rows and given.shape != (rows,):
            raise traitlets.TraitError(
                f"A mask of other rows. Given: {_shortly(value)}. Expected: {rows} truth values, one for each row. "
                "Do: pass one of all rows, or positions."
            )
        try:
            return RowSelection(value)
        except (TypeError, ValueError):
            raise traitlets.TraitError(
                f"These are no positions of rows. Given: {_shortly(value)}. Expected: {self.info_text}. "
                "Do: pass a list of positions, or a mask."
            ) from None


def _shortly(given: Any) -> str:
    shape = getattr(given, "shape", None)
    if shape is not None:
        return f"{type(given).__name__} of shape {tuple(shape)} and type {getattr(given, 'dtype', 'unknown')}"
    return reprlib.repr(given)


def to_wire(chosen: RowSelection) -> memoryview:
    """Return the bytes of a selection."""
    return memoryview(chosen.astype(_ON_THE_WIRE).tobytes())


def from_wire(data: Any) -> RowSelection:
    """Return the selection in what a browser sent."""
    try:
        octets = memoryview(data)
    except TypeError:
        raise traitlets.TraitError(f"a selection as {type(data).__name__}; expected the bytes of positions") from None
    if octets.nbytes % _ON_THE_WIRE.itemsize:
        raise traitlets.TraitError(f"a selection of {octets.nbytes} bytes; expected four for each row")
    return RowSelection(np.frombuffer(octets, _ON_THE_WIRE))


class NoRowError(InputError, traitlets.TraitError):
    """A trait, or what is asked of a table, is of a row that is not there."""


def no_row(row: int, rows: int) -> NoRowError:
    """Return the error that there is no such row."""
    return NoRowError(
        f"There is no row {row}.",
        given=f"row {row} of {rows} rows",
        expected=f"a position from 0 to {rows - 1}",
        do="choose one of these",
    )


class Brush(traitlets.TraitType[list[dict[str, Any]], Any]):
    """Boxes in data units: a list of {"x": [low, high], "y": [low, high], "op": "and" | "or" | "not"}."""

    info_text = 'a list of boxes {"x": [low, high], "y": [low, high], "op": "and" | "or" | "not"}'

    def validate(self, obj: Any, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list | tuple):
            self.error(obj, value)
        boxes = [_box(each) for each in value]
        if None in boxes:
            self.error(obj, value)
        return [box for box in boxes if box is not None]


def _box(given: Any) -> dict[str, Any] | None:
    if not isinstance(given, dict) or not {"x", "y"} <= set(given) <= {"x", "y", "op"}:
        return None
    operation = given.get("op", "and")
    sides = [_interval(given[side]) for side in ("x", "y")]
    if operation not in ("and", "or", "not") or None in sides:
        return None
    return {"x": sides[0], "y": sides[1], "op": operation}


def _interval(given: Any) -> list[float] | None:
    try:
        low, high = (float(end) for end in given)
    except (TypeError, ValueError):
        return None
    return [low, high] if np.isfinite([low, high]).all() and low <= high else None


class Shapes(traitlets.TraitType[list[dict[str, Any]], Any]):
    """Boxes and lassos in the units of a plot: a list of {"x": [...], "y": [...], "op": "and" | "or" | "not"}.

    A box has the lower and the upper end on each axis, a lasso the corners on each.
    """

    info_text = 'a list of shapes {"x": [...], "y": [...], "op": "and" | "or" | "not"}, as many numbers up as across'

    def __init__(self, **keywords: Any) -> None:
        super().__init__([], **keywords)

    def validate(self, obj: Any, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list | tuple) or len(value) > _MOST_SHAPES:
            self.error(obj, value)
        shapes = [_shape(each) for each in value]
        if None in shapes:
            self.error(obj, value)
        return [shape for shape in shapes if shape is not None]


def _shape(given: Any) -> dict[str, Any] | None:
    if not isinstance(given, dict) or not {"x", "y"} <= set(given) <= {"x", "y", "op"}:
        return None
    if given.get("op", "or") not in ("and", "or", "not"):
        return None
    try:
        x, y = ([float(place) for place in given[side]] for side in ("x", "y"))
    except (TypeError, ValueError):
        return None
    if not 2 <= len(x) == len(y) <= _MOST_CORNERS or not np.isfinite([*x, *y]).all():
        return None
    return {"x": x, "y": y, "op": given.get("op", "or")}
