"""What rows of a table have in common that the other rows lack: a short rule that a person can read."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..models import InputError
from ..models.tables import Table, is_missing
from .rule_columns import Choice, Operator, read_column, roundest
from .rule_search import LEAST, RuleSearch, correlation

_SEARCHED = 10_000  # rows of either side at most


@dataclass(frozen=True)
class Condition:
    """What one feature of a row must be.

    Attributes
    ----------
    feature : str
        A column.
    operator : {"=", "≠", "in", "<", ">="}
    value : object
        A number for "<" and ">=", a tuple for "in"; None is what is missing, and satisfies "≠" of all else.

    Examples
    --------
    >>> print(Condition("hum", "<", 0.61), "|", Condition("season", "in", ("fall", "winter")))
    hum < 0.61 | season = fall or winter
    >>> print(Condition("age", "=", None), "|", Condition("age", "≠", None))
    age is missing | age is known
    """

    feature: str
    operator: Operator
    value: Any

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.feature} is {'missing' if self.operator == '=' else 'known'}"
        operator = "=" if self.operator == "in" else self.operator
        return f"{self.feature} {operator} {' or '.join(self.texts)}"

    @property
    def texts(self) -> list[str]:
        """The value, or each of several, as a person reads it; none for what is missing."""
        if self.value is None:
            return []
        values = self.value if self.operator == "in" else (self.value,)
        return [f"{value:.15g}" if isinstance(value, float) else str(value) for value in values]

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Tell of each value of the feature whether it satisfies the condition."""
        missing = is_missing(values)
        if self.operator in ("<", ">="):
            numbers = values.astype(np.float64)  # a missing number is on neither side
            return np.asarray(numbers < self.value if self.operator == "<" else numbers >= self.value)
        if self.value is None:
            return missing if self.operator == "=" else ~missing
        wanted = self.value if self.operator == "in" else (self.value,)
        same = np.zeros(len(values), bool)
        for value in wanted:
            same |= np.asarray(values == value, dtype=bool)
        same &= ~missing
        return ~same if self.operator == "≠" else same


@dataclass(frozen=True)
class Rule:
    """A rule for a set of rows: its conditions, and how far they name these rows and no others.

    Attributes
    ----------
    conditions : tuple of Condition
        All must hold. None where no short rule describes the rows: then it names every row.
    precision : float
        The share, of the rows that it names, that are of the set.
    recall : float
        The share of the set that it names.
    n : int
        Rows in the set.
    """

    conditions: tuple[Condition, ...]
    precision: float
    recall: float
    n: int

    def __str__(self) -> str:
        if self.conditions:
            told = " and ".join(map(str, self.conditions))
            return f"{told} (precision {_share(self.precision)}, recall {_share(self.recall)})"
        return "all rows" if self.precision == 1 else "no short rule describes these rows"

    def rows(self, table: Any) -> np.ndarray:
        """Return the positions of the rows of a table that the rule names, sorted."""
        return np.flatnonzero(_named(self.conditions, Table.of(table)))


def _share(value: float) -> str:
    """Write a share with two decimals; only what is whole is written as 1."""
    return "1" if value == 1 else f"{min(value, 0.99):.2f}"


def find_rule(table: Any, rows: Any, *, among: Any = None, avoid: Collection[str] = ()) -> Rule:
    """Find the short rule that tells some rows of a table best from the others.

    Rules of at most three conditions are compared by the correlation of what they name with the set (Matthews 1975,
    the phi coefficient), which is 0 for a rule no better than chance, whatever the share of the set; one more condition
    must add at least 0.03. A beam search makes the best few rules longer, by 64 thresholds of a column at most; the
    thresholds are then chosen anew among all there are, each given the others, and told as the roundest numbers that
    name the same of the rows searched.

    A rule is told only where its precision, recall and correlation are at least 0.5, and where writing it down takes
    fewer bits than it saves in writing down the set (minimum description length: Quinlan, Rivest 1989, Information and
    Computation 80), so that a few rows picked at random have none. Else it has no conditions.

    Parameters
    ----------
    table : table
        See `models.tables.Table`.
    rows : array_like of int
        Positions of the set.
    among : array_like of int, optional
        Positions of all rows that count, those of the set among them; by default all of the table. Of more than 10 000
        in the set, or 10 000 others, the search sees a random sample; precision and recall are of all.
    avoid : collection of str
        Columns that are used only where no rule without them is told.

    Raises
    ------
    InputError
        Where the set is empty, or holds what is no row.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).uniform(-1, 1, (200, 3))
    >>> print(find_rule(X, np.flatnonzero((X[:, 2] >= 0.25) & (X[:, 0] < 0.5))))
    x2 >= 0.25 and x0 < 0.5 (precision 1, recall 1)
    >>> print(find_rule(X, [3, 5, 11]))
    no short rule describes these rows
    """
    return deque(stream_rules(table, rows, among=among, avoid=avoid), maxlen=1).pop()


def stream_rules(table: Any, rows: Any, *, among: Any = None, avoid: Collection[str] = ()) -> Iterator[Rule]:
    """Yield the best rule of one condition, then of two at most, and so on; the last is what `find_rule` returns."""
    table = Table.of(table)
    marked = _marked(table, rows)
    chosen = np.flatnonzero(marked)
    counted = np.arange(table.n_rows) if among is None else np.flatnonzero(_marked(table, among) | marked)
    belongs = marked[counted]
    everything = Rule((), len(chosen) / len(counted), 1.0, len(chosen))
    if belongs.all():
        yield everything
        return
    seen = _sample(belongs)
    judged = table if len(counted) == table.n_rows else table.rows(counted)
    part = judged if len(seen) == len(counted) else judged.rows(seen)
    kinds = {name: part.kind(name) for name in table.names}
    columns = [read_column(name, kind, part.values(name)) for name, kind in kinds.items() if kind != "nested"]
    liked = [column for column in columns if column.name not in avoid]
    for allowed in (liked, columns) if len(liked) < len(columns) else (columns,):
        search = RuleSearch(allowed, belongs[seen], len(chosen), len(counted) - len(chosen))
        rule = everything
        for best in search.deepen():
            rule = _told(best, part, judged, belongs, search.n_choices) or everything
            yield rule
        if rule.conditions:
            return
    yield everything


def _marked(table: Table, rows: Any) -> np.ndarray:
    """Tell of each row of the table whether it is one of these."""
    positions = np.asarray(rows).ravel()
    ends = (positions.min(), positions.max()) if len(positions) else None
    if ends is None or positions.dtype.kind not in "iu" or ends[0] < 0 or ends[1] >= table.n_rows:
        raise InputError(
            "These are not rows that a rule can describe.",
            given=f"{len(positions)} positions" + (f" from {ends[0]} to {ends[1]}" if ends else ""),
            expected=f"at least one position from 0 to {table.n_rows - 1}",
            do="select some rows",
        )
    marks = np.zeros(table.n_rows, bool)
    marks[positions] = True
    return marks


def _sample(belongs: np.ndarray) -> np.ndarray:
    """Return the places of the rows that are searched, sorted: all, or some of either side."""
    draw = np.random.Generator(np.random.Philox(key=0))
    sides = [np.flatnonzero(belongs), np.flatnonzero(~belongs)]
    kept = [draw.permutation(side)[:_SEARCHED] if len(side) > _SEARCHED else side for side in sides]
    return np.sort(np.concatenate(kept))


def _named(conditions: tuple[Condition, ...], table: Table) -> np.ndarray:
    named = np.ones(table.n_rows, bool)
    for condition in conditions:
        named &= condition.holds(table.values(condition.feature))
    return named


def _told(parts: tuple[Choice, ...], searched: Table, table: Table, belongs: np.ndarray, n_choices: int) -> Rule | None:
    """Return a rule as it is told, judged by all rows; None where it is not worth telling."""
    exact = tuple(Condition(choice.column.name, choice.operator, choice.value) for choice in parts)
    conditions = _rounded(exact, searched)
    named = _named(conditions, table)
    hits, n = int((named & belongs).sum()), int(belongs.sum())
    if not hits:
        return None
    rule = Rule(conditions, hits / int(named.sum()), hits / n, n)
    found = float(correlation(hits, named.sum() - hits, n, len(belongs) - n))
    saved = _bits(n, len(belongs)) - _bits(hits, named.sum()) - _bits(n - hits, len(belongs) - named.sum())
    price = sum(len(choice.levels) for choice in parts) * math.log2(n_choices)
    good = min(rule.precision, rule.recall, found) >= LEAST and saved > price
    return rule if good else None


def _rounded(conditions: tuple[Condition, ...], table: Table) -> tuple[Condition, ...]:
    """Make thresholds round, as far as the rule as a whole names the same rows."""
    for place, condition in enumerate(conditions):
        if condition.operator not in ("<", ">="):
            continue
        others = conditions[:place] + conditions[place + 1 :]
        values = table.values(condition.feature)[_named(others, table)]
        below, above = values[values < condition.value], values[values >= condition.value]
        if len(below) and len(above):
            value = roundest(below.max().item(), above.min().item())
            conditions = (*conditions[:place], replace(condition, value=value), *conditions[place + 1 :])
    return conditions


def _bits(some: Any, total: Any) -> float:
    """Return how many bits say which of `total` rows are the `some`, each on its own."""
    parts = [float(count) for count in (some, total - some) if count > 0]
    return sum(count * math.log2(float(total) / count) for count in parts)
