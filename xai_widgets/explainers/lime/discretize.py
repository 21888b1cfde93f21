"""Where a column of numbers is cut into bins, and what is drawn from each, as the lime package does it."""

from __future__ import annotations

import bisect
import functools
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np

from ...models import InputError
from ...models.tables import is_missing

Discretizer = Literal["quartile", "decile", "entropy"]
_PERCENTILES = {"quartile": (25, 50, 75), "decile": (10, 20, 30, 40, 50, 60, 70, 80, 90)}
_MOST_DECIMALS = 12
_LEAST_DEVIATION = 1e-11  # added to each bin's, as lime does


@dataclass(frozen=True)
class Bins:
    """The bins of one column: the lowest takes all up to the first edge, the highest all above the last.

    Attributes
    ----------
    edges : ndarray of shape (bins - 1,)
        Ascending; an edge belongs to the bin below it.
    low, high, mean, deviation, frequency : ndarray of shape (bins,)
        Of the training data in each bin: what is drawn there is normal, truncated to the bin.
    """

    edges: np.ndarray
    low: np.ndarray
    high: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    frequency: np.ndarray

    def place(self, value: float) -> int:
        """Return the bin of a value."""
        return bisect.bisect_left(self._listed_edges, value)

    def label(self, name: str, bin_: int) -> str:
        """Return a bin in lime's words, such as "5.10 < sepal length (cm) <= 5.80"."""
        low, high = self.bounds(bin_)
        if low is None:
            return f"{name} <= {high:.2f}"
        return f"{name} > {low:.2f}" if high is None else f"{low:.2f} < {name} <= {high:.2f}"

    def condition(self, value: float) -> str:
        """Return a value between the edges of its bin, with digits enough to tell them apart: "5.1 < 5.6 ≤ 5.8"."""
        low, high = self.bounds(self.place(value))
        decimals = _decimals_for([each for each in (low, value, high) if each is not None])
        lower, own, upper = (None if each is None else _printed(each, decimals) for each in (low, value, high))
        return (
            f"{own} ≤ {upper}" if lower is None else f"{lower} < {own}" + (f" ≤ {upper}" if upper is not None else "")
        )

    def bounds(self, bin_: int) -> tuple[float | None, float | None]:
        """Return the edges below and above a bin; None at the ends."""
        edges = self._listed_edges
        return edges[bin_ - 1] if bin_ else None, edges[bin_] if bin_ < len(edges) else None

    @functools.cached_property
    def _listed_edges(self) -> list[float]:
        """The edges, quicker to look up one by one."""
        return [float(edge) for edge in self.edges]


def _decimals_for(ascending: list[float]) -> int:
    """Return how many decimals tell numbers apart, and show two digits of the way from first to last."""
    span = ascending[-1] - ascending[0] or abs(ascending[0]) or 1.0
    least = min(_MOST_DECIMALS, max(0, 1 - math.floor(math.log10(span))))
    for decimals in range(least, _MOST_DECIMALS):
        shown = [round(each, decimals) for each in ascending]
        if all(a < b or c == d for (a, b), (c, d) in zip(pairwise(shown), pairwise(ascending), strict=True)):
            return decimals
    return _MOST_DECIMALS


def _printed(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}".replace(",", "\u2009").replace("-", "\u2212")


def bins_of(values: np.ndarray, discretizer: str, labels: np.ndarray | None = None, seed: int = 0) -> Bins:
    """Cut a column of finite numbers into bins.

    Parameters
    ----------
    values : ndarray of float of shape (rows,)
    discretizer : {"quartile", "decile", "entropy"}
        At its percentiles, or where a decision tree of depth 3 tells the labels apart.
    labels : ndarray of shape (rows,), optional
        For "entropy".
    seed : int, default 0
        Of that tree, where two splits are as good.
    """
    edges = np.unique(
        _entropy_edges(values, labels, seed) if discretizer == "entropy" else _percentiles(values, discretizer)
    )
    bins = np.searchsorted(edges, values)
    counts = np.bincount(bins, minlength=len(edges) + 1)
    present = np.maximum(counts, 1)
    mean = np.bincount(bins, values, len(counts)) / present
    deviation = np.sqrt(np.bincount(bins, (values - mean[bins]) ** 2, len(counts)) / present)
    return Bins(
        edges,
        np.concatenate([[values.min()], edges]),
        np.concatenate([edges, [values.max()]]),
        mean,
        deviation + _LEAST_DEVIATION,
        counts / len(values),
    )


def _percentiles(values: np.ndarray, discretizer: str) -> np.ndarray:
    return np.asarray(np.percentile(values, _PERCENTILES[discretizer]))


def _entropy_edges(values: np.ndarray, labels: np.ndarray | None, seed: int) -> np.ndarray:
    from sklearn.tree import DecisionTreeClassifier  # type: ignore[import-untyped]

    tree = DecisionTreeClassifier(criterion="entropy", max_depth=3, random_state=seed % 2**32)
    tree.fit(values[:, None], labels)
    edges: np.ndarray = tree.tree_.threshold[tree.tree_.children_left > -1]
    return edges if len(edges) else np.array([np.median(values)])


def checked_discretizer(discretizer: Any, labels: Any, rows: int) -> tuple[str | None, np.ndarray | None]:
    """Return a discretizer and its labels; raise InputError where they do not fit."""
    if discretizer is not None and discretizer not in get_args(Discretizer):
        raise InputError(
            "The discretizer is not known.",
            given=f"discretizer={discretizer!r}",
            expected=f"one of {', '.join(get_args(Discretizer))}, or None",
            do="choose one",
        )
    if discretizer != "entropy":
        return discretizer, None
    given = None if labels is None else np.asarray(labels)
    if given is None or given.shape != (rows,):
        raise InputError(
            "Bins by entropy need the label of each training row.",
            given="no training_labels" if given is None else f"training_labels of shape {given.shape}",
            expected=f"the shape ({rows},)",
            do="pass training_labels=y, or another discretizer",
        )
    return discretizer, _numbered(given)


def _numbered(labels: np.ndarray) -> np.ndarray:
    """Return labels as positions among the sorted ones; raise InputError where they are no names of classes."""
    missing = int(is_missing(labels).sum())
    try:
        fractions = labels.dtype.kind == "f" and (labels != np.rint(labels)).any()
        found = None if missing or fractions else np.unique(labels, return_inverse=True)[1]
    except TypeError:  # words and numbers have no order
        found = None
    if found is None:
        raise InputError(
            "Bins by entropy need a class for each training row.",
            given=f"training_labels, {missing} of them missing"
            if missing
            else "labels such as " + ", ".join(map(repr, labels[:4].tolist())),
            expected="words, or whole numbers, in each row",
            do="fill them in, or write all of them as words",
        )
    return found
