"""What crosses to the browser: frames of named arrays with a small header. Twin: js/lib/wire.ts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

VERSION = 1
_DTYPES = frozenset({"uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"})


@dataclass(frozen=True)
class Packed:
    """An array as it is sent: stored numbers, and what one of them is worth.

    Attributes
    ----------
    stored : ndarray
        One of the wire's dtypes, C order, little-endian, read-only.
    scale : float or None
        The real value is stored * scale; None: as it is.
    """

    stored: np.ndarray
    scale: float | None = None


def quantise(values: np.ndarray, dtype: str) -> Packed:
    """Round values to int16 around zero, or to uint8 from zero, over their own range.

    Parameters
    ----------
    values : ndarray of float
        Finite; at least zero for "uint8".
    dtype : {"int16", "uint8"}
        int16 keeps 1/32767 of the largest magnitude, uint8 1/255.

    Returns
    -------
    Packed
        With scale 0 where every value is zero.

    Raises
    ------
    ValueError
        For NaN and infinite values.
    """
    if not np.isfinite(values).all():
        raise ValueError("the wire carries finite numbers; NaN or infinity was given")
    most = int(np.iinfo(dtype).max)
    largest = float(np.abs(values).max(initial=0.0))
    scale = largest / most
    if scale < np.finfo(np.float64).tiny:  # all zero, or so small that float64 has no digits left for the scale
        return Packed(_sealed(np.zeros(values.shape, dtype)), 0.0)
    return Packed(_sealed(np.rint(values / scale).astype(dtype)), scale)


def quantise_between(values: np.ndarray) -> tuple[Packed, float]:
    """Round values to uint16 over their own range, from the lowest to the highest.

    Parameters
    ----------
    values : ndarray of float
        Finite.

    Returns
    -------
    Packed, float
        The lowest value, to be added to stored * scale.

    Raises
    ------
    ValueError
        For NaN and infinite values.
    """
    if not np.isfinite(values).all():
        raise ValueError("the wire carries finite numbers; NaN or infinity was given")
    low, high = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
    if not values.size or high - low < np.finfo(np.float64).tiny:
        return Packed(_sealed(np.zeros(values.shape, np.uint16)), 0.0), (low if values.size else 0.0)
    scale = (high - low) / np.iinfo(np.uint16).max
    return Packed(_sealed(np.rint(np.subtract(values, low, dtype=np.float64) / scale).astype(np.uint16)), scale), low


def as_is(values: np.ndarray) -> Packed:
    """Send an array of one of the wire's dtypes unchanged."""
    if values.dtype.name not in _DTYPES:
        raise TypeError(f"the wire carries {', '.join(sorted(_DTYPES))}, not {values.dtype}")
    return Packed(_sealed(values.copy()))


def frame(header: Mapping[str, Any], arrays: Mapping[str, Packed]) -> dict[str, Any]:
    """Make the form that a trait holds: ipywidgets sends its buffers in binary and atomically with the header.

    Parameters
    ----------
    header : mapping
        JSON values. Numbers must be finite: NaN would arrive as the text "nan".
    arrays : mapping of str to Packed
        By name.
    """
    return {
        "header": {"version": VERSION, **_finite(dict(header), "header")},
        "arrays": [
            {
                "name": name,
                "dtype": packed.stored.dtype.name,
                "shape": list(packed.stored.shape),
                "scale": packed.scale,
            }
            for name, packed in arrays.items()
        ],
        "buffers": [packed.stored.reshape(-1).view(np.uint8).data for packed in arrays.values()],
    }


def message(kind: str, framed: Mapping[str, Any]) -> tuple[dict[str, Any], list[memoryview]]:
    """Split a frame into the content and the buffers of a custom message."""
    return {"kind": kind, "header": framed["header"], "arrays": framed["arrays"]}, framed["buffers"]


def _sealed(array: np.ndarray) -> np.ndarray:
    # Sent by reference from another thread, later: a fresh array that nobody can write to.
    sealed = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    sealed.flags.writeable = False
    return sealed


def _finite(value: Any, where: str) -> Any:
    if isinstance(value, float) and not np.isfinite(value):
        raise ValueError(f"{where} is {value}: a header holds finite numbers or None")
    if isinstance(value, dict):
        return {key: _finite(part, f"{where}[{key!r}]") for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part, f"{where}[{index}]") for index, part in enumerate(value)]
    return value
