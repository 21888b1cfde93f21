"""What of the curves of a run is sent to a browser, and how the data lie under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..models import InputError

if TYPE_CHECKING:
    from ..explainers.accumulated_effects import EffectsEstimate
    from ..explainers.dependence import CurveEstimate, CurveState
    from ..explainers.grids import Axis

MOST_SENT = 7_000_000  # bytes of curves and their rows; of more a sample is sent, and the kernel draws and brushes all
_SAMPLE = 10_000  # curves
_MOST_HIGHLIGHTED = 100  # curves beside a sample
_ROW_BYTES = 17  # its position, its own value, its colour; and its position once more where it is selected
_BARS = 40
_FEW = 10  # rows within a bar's width on either side


def axis_of(state: Any) -> Axis:
    """Return the axis of the one feature of a run."""
    axis: Axis = state.axis if hasattr(state, "axis") else state.grid.axes[0]
    return axis


def grid_of(state: Any) -> np.ndarray:
    """Return the values of the one feature of a run: numbers, or objects where they are categories."""
    axis = axis_of(state)
    return axis.values.astype(object) if axis.categorical else axis.values


def check_drawable(axes: Iterable[Axis]) -> None:
    """Raise InputError where the numbers of an axis cannot be told apart on a drawing."""
    from ..explainers.grids import check_span

    for axis in axes:
        if axis.values.dtype.kind in "iuf" and not axis.categorical:
            known = axis.values[~np.isnan(axis.values)]
            if len(known):
                check_span(axis.name, known.min(), known.max())


def ascending(custom_values: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return custom values as an axis has them: numbers in ascending order, each once.

    Raises
    ------
    InputError
        Where one of them is missing: it has no place on an axis.
    """
    found = {}
    for feature, given in custom_values.items():
        values = np.asarray(given)
        if values.ndim != 1 or values.dtype.kind not in "iuf":
            found[feature] = given
        elif np.isnan(values).any():
            raise InputError(
                f"A missing value has no place on the axis of {feature!r}.",
                given=f"{int(np.isnan(values).sum())} of {len(values)} custom values missing",
                expected="numbers",
                do="leave the missing ones away; explainers.partial_dependence takes them",
            )
        else:
            found[feature] = np.unique(values)
    return found


def named(category: Any) -> str:
    return f"{category:g}" if isinstance(category, float) else str(category)


def curves_sent(estimate: CurveEstimate, first: int = 0, always: Any = ()) -> tuple[np.ndarray, np.ndarray]:
    """Return the curves that are drawn and their rows, those before `first` left out.

    They are all, or as many as may be sent, which are a random sample, and those of rows that are `always` drawn, 100
    at most.
    """
    done, stop = rows_done(estimate.state), most_sent(estimate.state)
    blocks, begin = [estimate.state.parts[0][1][:0, 0]], 0
    for _, part in estimate.state.parts:
        blocks.append(part[max(0, first - begin) : max(0, stop - begin), 0])
        begin += len(part)
    left_out = np.flatnonzero(np.isin(done[stop:], always))[:_MOST_HIGHLIGHTED] + stop
    if len(left_out):
        blocks.append(_curves_at(estimate.state, left_out))
    return np.concatenate(blocks), np.concatenate([done[first:stop], done[left_out]])


def rows_of_line(estimate: EffectsEstimate | CurveEstimate) -> np.ndarray:
    """Return the rows that effects, or averages alone, are of, as many as may be sent."""
    return estimate.state.order[: MOST_SENT // _ROW_BYTES]


def mean_of(state: CurveState, chosen: np.ndarray) -> np.ndarray | None:
    """Return the mean of the curves of the rows that are chosen, bool of shape (rows,); None where there are none."""
    parts = ((part[:, 0], chosen[state.order[first : first + len(part)]]) for first, part in state.parts)
    sums = [(curves[inside].sum(axis=0, dtype=np.float64), np.count_nonzero(inside)) for curves, inside in parts]
    total, count = (sum(each) for each in zip(*sums, strict=True))
    return np.asarray(total / count) if count else None


def _curves_at(state: CurveState, places: np.ndarray) -> np.ndarray:
    """Return some of the curves done, by their places in the order in which they were done, ascending."""
    found, begin = [], 0
    for _, part in state.parts:
        first, stop = np.searchsorted(places, [begin, begin + len(part)])
        found.append(part[places[first:stop] - begin, 0])
        begin += len(part)
    return np.concatenate(found)


def most_sent(state: CurveState) -> int:
    """Return how many curves a browser gets of a run."""
    most = max(1, MOST_SENT // (2 * state.grid.points + _ROW_BYTES))
    return most if state.total_units <= most else min(most, _SAMPLE)


def is_sampled(shown: tuple[Any, dict[str, Any], int] | None) -> bool:
    """Tell whether a browser gets only a sample of what is shown: an estimate, its request and its job."""
    if shown is None or shown[1]["content"] != "curves":
        return False
    state = shown[0].state
    return bool(state.total_units > most_sent(state))


def rows_done(state: CurveState) -> np.ndarray:
    """Return the positions of the rows in the order in which their curves came."""
    return np.concatenate([state.order[first : first + len(part)] for first, part in state.parts])


def places_of(estimate: CurveEstimate) -> np.ndarray:
    """Return where the points of the grid lie: numbers at their value, categories side by side."""
    grid = grid_of(estimate.state)
    return grid.astype(np.float64) if grid.dtype.kind in "iuf" else np.arange(len(grid), dtype=np.float64)


def spread_of(own: np.ndarray, grid: np.ndarray) -> dict[str, Any]:
    """Say how the data lie along the grid: a histogram, and where there are few rows."""
    known = own[~np.isnan(own)]
    if grid.dtype.kind not in "iuf":
        counts = np.bincount(known.astype(np.int64), minlength=len(grid))
        return {"histogram": {"counts": counts.tolist()}, "few": (counts < (_FEW if len(known) else 0)).tolist()}
    grid = grid.astype(np.float64)
    low, high = float(grid.min()), float(grid.max())
    ends = (low, high) if high > low else (low - 0.5, low + 0.5)
    if (np.diff(np.linspace(*ends, _BARS + 1)) > 0).all():
        counts, edges = np.histogram(known, _BARS, ends)
    else:  # there are fewer numbers between the ends than bars
        counts, edges = np.histogram(known, np.nextafter([low, high], [-np.inf, np.inf]))
    reach = edges[1] - edges[0]
    ordered = np.sort(known)
    near = np.searchsorted(ordered, grid + reach, "right") - np.searchsorted(ordered, grid - reach)
    enough = min(_FEW, len(known) / 20)
    return {"histogram": {"edges": edges.tolist(), "counts": counts.tolist()}, "few": (near < enough).tolist()}
