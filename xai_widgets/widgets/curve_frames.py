"""The frame of a plot of curves: its header, and the arrays of the curves that are sent. Twin: js/lib/ice_curves.ts."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import wire
from .columns import as_sent
from .labels import label_in
from .sent_curves import curves_sent, grid_of, named, rows_of_line


def curves_frame(
    estimate: Any, request: dict[str, Any], numbered: dict[str, Any], highlight: Any, language: str
) -> dict[str, Any]:
    """Make the frame of an estimate.

    Parameters
    ----------
    estimate, request
        What is shown, and what the stream has noted of it.
    numbered : dict
        `job`, `sequence`, and `first`: how many curves the page has already.
    highlight : RowSelection
        Rows whose curves are sent however many there are.
    language : {"en", "ko"}
    """
    header = {**numbered, "low": 0.0, **header_of(estimate, request, language)}
    first, arrays = numbered["first"], {}
    if request["content"] != "curves":
        rows = rows_of_line(estimate)
    else:
        curves, rows = curves_sent(estimate, first, () if first else highlight)
        arrays["curves"], header["low"] = wire.quantise_between(curves)
    arrays["rows"] = wire.as_is(rows.astype(np.uint32))
    arrays["own"] = wire.as_is(as_sent(request["own"][rows]))
    if request["colors"] is not None:
        arrays["colors"] = wire.as_is(request["colors"].codes[rows])
    return wire.frame(header, arrays)


def header_of(estimate: Any, request: dict[str, Any], language: str) -> dict[str, Any]:
    """Return what is told of an estimate beside its curves."""
    grid = grid_of(estimate.state)
    error = estimate.standard_error
    categorical = grid.dtype.kind not in "iuf"
    return {
        "content": request["content"],
        "finished": estimate.finished,
        "done": estimate.done,
        "total": estimate.total,
        "feature": request["feature"],
        "feature_kind": "category" if categorical else "numeric",
        "grid": [named(value) for value in grid.tolist()] if categorical else [float(value) for value in grid],
        "label": label_in(language, *request["response"]),
        "target_name": None if request["class"] is None else str(request["class"]),
        "mean": [float(value) for value in np.asarray(estimate.value)[0]],
        "standard_error": None if error is None else [float(value) for value in np.asarray(error)[0]],
        **request["spread"],
        "method": request["method"],
        "colors": None if request["colors"] is None else request["colors"].header,
    }


def own_places(values: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Return where each row's own value lies: a number, or the place of its category on the grid."""
    if grid.dtype.kind in "iuf":
        return np.asarray(values, dtype=np.float64)
    places = {value: place for place, value in enumerate(grid.tolist())}
    return np.array([places.get(value, np.nan) for value in values.tolist()], dtype=np.float64)
