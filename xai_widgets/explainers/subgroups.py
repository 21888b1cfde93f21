"""Subgroups of rows whose curves have the same shape, and what the rows of each have in common."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from ..models import InputError
from ..models.tables import Table
from .curves import derivative
from .rules import Rule, find_rule

By = Literal["centered", "derivative"]

MOST_GROUPS = 8
_MOST_CHOSEN = 6  # groups, where nobody says how many
_NO_STRUCTURE = 0.25  # mean silhouette: Kaufman, Rousseeuw 1990, Finding Groups in Data, table 4 of chapter 2
_LOOKED_AT = 2000  # curves by which their number is chosen
_COMPARED = 800  # of these, pair by pair
_SAME = 1e-9  # of the largest value: less is rounding


@dataclass(frozen=True, eq=False)
class Subgroup:
    """Rows whose curves are alike.

    Attributes
    ----------
    rows : ndarray of int
        Their positions in the table, sorted.
    mean : ndarray of shape (points,)
        Of their curves, in the unit of the prediction.
    rule : Rule
        What tells them from the other rows.
    """

    rows: np.ndarray
    mean: np.ndarray
    rule: Rule

    @property
    def size(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        return f"{self.size} rows: {self.rule}"

    def __repr__(self) -> str:
        return f"<Subgroup: {self}>"


def find_subgroups(
    table: Any,
    curves: np.ndarray,
    grid: np.ndarray,
    *,
    rows: np.ndarray | None = None,
    n_groups: int | None = None,
    by: By = "centered",
    avoid: Collection[str] = (),
    seed: int = 0,
) -> list[Subgroup]:
    """Group curves by their shape (k-means) and find the rule of each group.

    Where the number of groups is not given, it is the one from 2 to 6 with the largest mean silhouette (Rousseeuw 1987,
    Journal of Computational and Applied Mathematics 20) of a sample of the curves; one group alone where that is not
    above 0.25, which Kaufman and Rousseeuw (1990) call no substantial structure.

    Parameters
    ----------
    table : table
        See `models.tables.Table`.
    curves : ndarray of shape (rows, points)
        Of rows over one feature.
    grid : ndarray of shape (points,)
        The values of the feature.
    rows : ndarray of int of shape (rows,), optional
        The position of each curve's row in the table; by default all, in their order.
    n_groups : int, optional
        1 to 8. There are fewer where there are not as many shapes.
    by : {"centered", "derivative"}, default "centered"
        What makes curves alike: each curve less its own mean over the grid, so that no anchor has more say than the
        rest (as Herbinger, Bischl, Casalicchio 2022, arXiv 2202.07254, centre them), or its slopes, for numbers alone.
    avoid : collection of str
        See `find_rule`.
    seed : int, default 0
        Of the sample, and of where k-means begins.

    Returns
    -------
    list of Subgroup
        The largest first.

    Raises
    ------
    InputError
        For a number or a kind that is not known, or slopes where there are none.

    Examples
    --------
    >>> import numpy as np
    >>> X, grid = np.random.default_rng(0).uniform(-1, 1, (100, 2)), np.linspace(0, 1, 5)
    >>> curves = np.where(X[:, :1] >= 0.5, 1, -1) * grid + X[:, 1:]
    >>> for group in find_subgroups(X, curves, grid):
    ...     print(group)
    68 rows: x0 < 0.5 (precision 1, recall 1)
    32 rows: x0 >= 0.5 (precision 1, recall 1)
    """
    found = stream_subgroups(table, curves, grid, rows=rows, n_groups=n_groups, by=by, avoid=avoid, seed=seed)
    return deque(found, maxlen=1).pop()


def stream_subgroups(
    table: Any,
    curves: np.ndarray,
    grid: np.ndarray,
    *,
    rows: np.ndarray | None = None,
    n_groups: int | None = None,
    by: By = "centered",
    avoid: Collection[str] = (),
    seed: int = 0,
) -> Iterator[list[Subgroup]]:
    """Yield the groups whose rule is found so far, none while they are looked for; see `find_subgroups`."""
    _check(n_groups, by)
    table = Table.of(table)
    curves = np.asarray(curves, dtype=np.float64)
    rows = np.arange(len(curves)) if rows is None else np.asarray(rows)
    labels = np.zeros(len(curves), np.intp)
    for now in _labelled(_shapes(curves, grid, by), n_groups, seed):
        labels = now
        yield []
    numbers, sizes = np.unique(labels, return_counts=True)
    groups: list[Subgroup] = []
    for number in numbers[np.argsort(-sizes, kind="stable")]:
        inside = labels == number
        rule = find_rule(table, rows[inside], among=rows, avoid=avoid)
        groups = [*groups, Subgroup(np.sort(rows[inside]), curves[inside].mean(axis=0), rule)]
        yield groups


def _check(n_groups: int | None, by: str) -> None:
    if by not in get_args(By):
        raise InputError(
            "Curves are not grouped by this.",
            given=f"by={by!r}",
            expected=f"one of {', '.join(get_args(By))}",
            do="choose one",
        )
    if n_groups is not None and n_groups not in range(1, MOST_GROUPS + 1):
        raise InputError(
            "There cannot be so many groups.",
            given=f"n_groups={n_groups!r}",
            expected=f"a whole number from 1 to {MOST_GROUPS}",
            do="leave it at None to have it chosen",
        )


def _shapes(curves: np.ndarray, grid: np.ndarray, by: By) -> np.ndarray:
    if by == "derivative":
        return derivative(curves, grid)
    return np.asarray(curves - curves.mean(axis=1, keepdims=True))


def _labelled(shapes: np.ndarray, n_groups: int | None, seed: int) -> Iterator[np.ndarray]:
    """Yield each curve's group while it is better than those before."""
    from sklearn.cluster import KMeans  # type: ignore[import-untyped]

    draw = np.random.Generator(np.random.Philox(key=seed))
    sample = shapes[np.sort(draw.permutation(len(shapes))[:_LOOKED_AT])]
    step = _SAME * max(1e-300, float(np.abs(shapes).max()))
    most = min(len(np.unique(np.rint(sample / step), axis=0)), MOST_GROUPS if n_groups else _MOST_CHOSEN)
    tried = range(2, 1 + min(most, len(sample) - 1)) if n_groups is None else [min(most, int(n_groups))]
    best = _NO_STRUCTURE if n_groups is None else -2.0
    for number in tried:
        fitted = KMeans(number, n_init=4, random_state=draw.integers(2**31)).fit(sample)
        quality = _silhouette(sample[:_COMPARED], fitted.labels_[:_COMPARED]) if n_groups is None else 0.0
        if quality > best:
            best = quality
            yield fitted.predict(shapes).astype(np.intp)


def _silhouette(shapes: np.ndarray, labels: np.ndarray) -> float:
    from sklearn.metrics import silhouette_score  # type: ignore[import-untyped]

    together = 1 < len(np.unique(labels)) < len(labels)
    return float(silhouette_score(shapes, labels)) if together else -1.0
