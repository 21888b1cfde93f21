"""scikit-learn's way to ask for a plot: which of its arguments mean something here, and why others do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..models import InputError

_ELSEWHERE = {
    "sample_weight": "show curves of equal rows; weights are in explainers.partial_dependence",
    "n_cols": "put several plots into an ipywidgets box",
    "method": "leave it away: trees are walked exactly, for these very rows, wherever they can be read",
    "n_jobs": "pass executor=, a pool or a cluster",
    "verbose": "see the widget's own progress",
    "line_kw": "leave it away: the view has its own lines",
    "ice_lines_kw": "leave it away: the view has its own lines",
    "pd_line_kw": "leave it away: the view has its own lines",
    "contour_kw": "leave it away: PDPSurface has its own contours",
    "centered": "leave it away: a surface is of predictions, not of differences",
    "ax": "take w.snapshot() for a still picture",
    "subsample": "leave it away: all curves are drawn, and the mean is of all",
}


def refuse(arguments: Mapping[str, Any]) -> None:
    """Raise for arguments of `PartialDependenceDisplay.from_estimator` that mean nothing here."""
    for name in arguments:
        if name not in _ELSEWHERE:
            raise TypeError(f"from_estimator() got an unexpected keyword argument {name!r}")
        raise InputError(
            f"{name!r} has no meaning here.",
            given=f"{name}={arguments[name]!r}",
            expected="arguments of what is computed, not of how scikit-learn draws it",
            do=_ELSEWHERE[name],
        )


def one_feature(features: Any) -> Any:
    """Return the feature to begin with: the first of several, of which none may be a pair."""
    several = not isinstance(features, str | int | np.integer)
    listed = list(features) if several else [features]
    first = listed[0] if listed else None
    pairs = [each for each in listed if not isinstance(each, str | int | np.integer)]
    if first is None or pairs:
        raise InputError(
            "A plot begins with one feature.",
            given=f"features={features!r}",
            expected="a name or a position, or a list of these",
            do="use PDPSurface for two features" if pairs else "name a column",
        )
    return first


def one_pair(features: Any) -> Any:
    """Return the pair to begin with: the one given, or the first of several."""
    several = isinstance(features, Sequence | np.ndarray) and not isinstance(features, str)
    pairs = [each for each in (features if several else ()) if not isinstance(each, str | int | np.integer)]
    return pairs[0] if pairs else features


def average_alone(kind: Any) -> None:
    """Raise for kinds that a surface does not have."""
    if kind != "average":
        raise InputError(
            "A surface is of averages.",
            given=f"kind={kind!r}",
            expected="kind='average'",
            do="use ICEPlot for the curves of single rows",
        )
