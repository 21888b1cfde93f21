"""Columns of a table as the browser gets them: it filters by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import wire

if TYPE_CHECKING:
    from ..explainers.filtering import Column

FARTHEST = np.finfo(np.float64).max / 4  # that an axis reaches: the way to its other end is a number, too


def columns_frame(columns: Mapping[str, Column]) -> dict[str, Any]:
    """Make the frame of columns, exact: one array for each, of numbers or of places among its categories.

    Parameters
    ----------
    columns : mapping of str to Column
        By name.
    """
    header = {
        name: {"categories": None if column.categories is None else list(column.categories)}
        for name, column in columns.items()
    }
    return wire.frame(
        {"columns": header}, {name: wire.as_is(as_sent(column.values)) for name, column in columns.items()}
    )


def as_sent(values: np.ndarray) -> np.ndarray:
    """Return numbers in single precision where that changes none."""
    if values.dtype.kind != "f":
        return values
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    return single if np.array_equal(single, values, equal_nan=True) else values
