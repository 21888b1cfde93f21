"""What may be explained: finite floating point arrays, rows first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from .errors import InputError


def as_arrays(inputs: Any) -> tuple[np.ndarray, ...]:
    """Check inputs and return a copy of each as a plain array, rows first.

    A copy, because the reader may write to theirs in the next cell while we compute.

    Raises
    ------
    InputError
        For integer, complex, empty, NaN or infinite inputs, or inputs with different numbers of rows.
    """
    arrays = tuple(_as_array(value) for value in (inputs if isinstance(inputs, tuple) else (inputs,)))
    if not arrays:
        raise InputError(
            "There is no input.", given="an empty tuple", expected="one array or a tuple of arrays", do="pass one"
        )
    rows = [array.shape[0] if array.ndim else 0 for array in arrays]
    if min(rows) == 0 or any(array.size == 0 for array in arrays):
        raise InputError(
            "The batch is empty.",
            given=shapes_of(arrays),
            expected="at least one row, rows first: (rows, ...)",
            do="pass inputs[None] for a single one",
        )
    if len(set(rows)) > 1:
        raise InputError(
            "The inputs have different numbers of rows.",
            given=shapes_of(arrays),
            expected="the same first dimension everywhere",
            do="repeat the shorter one",
        )
    return arrays


def shapes_of(arrays: Sequence[Any]) -> str:
    """Return the shapes of arrays or tensors in words."""
    return " and ".join(str(tuple(array.shape)) for array in arrays)


def _as_array(value: Any) -> np.ndarray:
    if isinstance(value, torch.Tensor):
        if not value.is_floating_point():
            raise _not_float(str(value.dtype), ".float()")
        value = value.detach().cpu()
        array: np.ndarray = (value if value.dtype == torch.float64 else value.float()).numpy().copy()
    else:
        given = np.asarray(np.ma.filled(value, np.nan) if np.ma.is_masked(value) else value)
        if given.dtype.kind not in "fiubc":  # no conversion makes numbers of text and None
            raise InputError(
                "The input is not an array of numbers.",
                given=f"{type(value).__name__}, an array of type {given.dtype}",
                expected="floating point values, in an array or a tensor",
                do="load it first: a picture file as an array, for instance",
            )
        if given.dtype.kind != "f":
            raise _not_float(str(given.dtype), '.astype("float32"), or .float() on a tensor')
        array = given.astype(np.float64 if given.dtype == np.float64 else np.float32)
    bad = ~np.isfinite(array)
    if bad.any():
        first = tuple(int(index) for index in np.argwhere(bad)[0])
        raise InputError(
            "The input is not finite.",
            given=f"{np.count_nonzero(bad)} of {array.size} values are NaN or infinite, the first at {first}",
            expected="finite numbers",
            do="replace or mask them before explaining",
        )
    return array


def _not_float(dtype: str, how: str) -> InputError:
    return InputError(
        "The input is not floating point.",
        given=f"values of type {dtype}",
        expected="floating point values: a gradient is taken with respect to them",
        do=f"convert the input with {how}, or explain the embedding instead of the indices",
    )
