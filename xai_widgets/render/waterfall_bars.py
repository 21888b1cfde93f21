"""Contributions as bars: the strongest on top, the others joined. Twin: js/lib/waterfall_bars.ts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from .colour import Floats

ROUNDING = 1e-9  # of the largest contribution
VISIBLE_GAP = 0.005  # of the length of all bars


@dataclass(frozen=True)
class Bar:
    """A step of the way from the mean to the prediction.

    Attributes
    ----------
    kind : {"feature", "others", "gap"}
        One feature, several joined, or what the model says beyond the sum of all.
    features : tuple of int
        The features it stands for, by position.
    value, start, stop : float
        What it adds, and the running sums before and after.
    error : float or None
        The standard error of the value.
    before : Bar or None
        The same of the row as it is, where something is changed.
    """

    kind: Literal["feature", "others", "gap"]
    features: tuple[int, ...]
    value: float
    start: float
    stop: float
    error: float | None = None
    before: Bar | None = None


def bars_of(
    values: Floats,
    base: float,
    *,
    errors: Floats | None = None,
    before: Floats | None = None,
    changed: Collection[int] = (),
    prediction: float | None = None,
    max_display: int = 10,
) -> list[Bar]:
    """Return the bars from the top to the bottom.

    Parameters
    ----------
    values : ndarray of shape (features,)
    base : float
        Where the lowest bar begins.
    errors : ndarray of shape (features,), optional
        Standard errors; those of rounding alone are left away.
    before : ndarray of shape (features,), optional
        The values of the row as it is, where something is changed: the order is then theirs.
    changed : collection of int
        The features that are changed: they have a bar of their own.
    prediction : float, optional
        What the model says; what the values miss of it is a bar where it can be seen.
    max_display : int, default 10
        Features with a bar of their own; one alone is never joined.
    """
    order = np.argsort(-np.abs(values if before is None else before), kind="stable").tolist()
    shown = _shown(order, values, before, set(changed), max_display)
    groups = [(feature,) for feature in order if feature in shown]
    if len(groups) < len(order):
        groups.append(tuple(feature for feature in order if feature not in shown))
    if errors is not None and not (errors > ROUNDING * np.abs(values).max()).any():
        errors = None
    bars: list[Bar] = []
    at = at_before = base
    for features in reversed(groups):
        kind: Literal["feature", "others"] = "feature" if len(features) == 1 else "others"
        bar = _step(kind, features, values, at)
        at = bar.stop
        if before is not None:
            earlier = _step(kind, features, before, at_before)
            at_before = earlier.stop
            bar = replace(bar, before=earlier)
        if errors is not None and kind == "feature" and np.isfinite(errors[features[0]]):
            bar = replace(bar, error=float(errors[features[0]]))
        bars.insert(0, bar)
    gap = 0.0 if prediction is None else prediction - at
    if prediction is not None and abs(gap) > VISIBLE_GAP * sum(abs(bar.value) for bar in bars):
        bars.insert(0, Bar("gap", (), gap, at, prediction))
    return bars


def _step(kind: Literal["feature", "others"], features: tuple[int, ...], values: Floats, start: float) -> Bar:
    value = float(values[list(features)].sum())
    return Bar(kind, features, value, start, start + value)


def _shown(order: list[int], values: Floats, before: Floats | None, changed: set[int], most: int) -> set[int]:
    """Return the features with a bar of their own: what is changed, and the strongest before or after."""
    if len(order) <= most + 1:
        return set(order)
    strength = np.abs(values) if before is None else np.maximum(np.abs(values), np.abs(before))
    strongest = sorted(order, key=lambda feature: np.inf if feature in changed else strength[feature], reverse=True)
    return set(strongest[:most])
