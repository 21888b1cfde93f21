"""The search for the rule of at most three conditions that tells a set of rows best from others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from .rule_columns import Choice, RuleColumn

LEAST = 0.5  # precision, recall and correlation of a rule worth telling
_MOST_CONDITIONS = 3
_BEAM = 6  # rules that are made longer at a time
_COARSE = 64  # thresholds of a column that are tried at first
_WORTH = 0.03  # of correlation, that one more condition must add
_ROUNDING = 1e-12


def correlation(hits: Any, others: Any, n: float, rest: float) -> Any:
    """Return the correlation of rules with a set of `n` rows beside `rest` others, of each of which they name some."""
    hits, others = np.asarray(hits, dtype=np.float64), np.asarray(others, dtype=np.float64)
    named = hits + others
    spread = named * (n + rest - named) * n * rest
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 0, (hits * rest - others * n) / np.sqrt(spread), 0.0)


def merit(hits: Any, others: Any, n: float, rest: float) -> Any:
    """Return the correlation; much less where precision or recall falls short of what a rule must have to be told."""
    precision = hits / np.maximum(hits + others, 1e-12)
    short = np.minimum(1, precision / LEAST) * np.minimum(1, hits / n / LEAST)
    return correlation(hits, others, n, rest) * np.where(short < 1, short / 2, 1)


class RuleSearch:
    """A beam search among the rules that columns allow.

    Parameters
    ----------
    columns : list of RuleColumn
    belongs : ndarray of bool of shape (rows,)
        Whether each row is of the set.
    n, rest : int
        How many rows the set and the others have in all, where those of the columns are a sample of both.
    """

    def __init__(self, columns: list[RuleColumn], belongs: np.ndarray, n: int, rest: int) -> None:
        self._columns = {column.name: column for column in columns}
        self._coarse = [column.coarse(_COARSE) for column in columns]
        self._belongs = belongs
        self._n, self._rest = n, rest
        self._weights = n / belongs.sum(), rest / (~belongs).sum()
        self.n_choices = max(2, sum(column.n_choices for column in columns))

    def deepen(self) -> Iterator[tuple[Choice, ...]]:
        """Yield the best rule of one condition, then that of two at most, and so on."""
        beam: list[tuple[Choice, ...]] = [()]
        best: tuple[float, tuple[Choice, ...]] = (0.0, ())
        for length in range(1, _MOST_CONDITIONS + 1):
            longer = [one for parts in beam for one in self._extended(parts, self._coarse)]
            beam = [self._polished(parts) for parts in self._different(longer)[:_BEAM]]
            if not beam:
                return
            top = max(beam, key=self._value)
            value = self._value(top)
            if value - _WORTH * length > best[0]:
                best = value - _WORTH * length, top
            if best[1]:
                yield tuple(sorted(best[1], key=lambda choice: -self._value((choice,))))
            if value >= 1 - _ROUNDING:
                return

    def _polished(self, parts: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """Choose each condition anew among all that its column offers, given the others, as long as that helps."""
        value, place, unchanged = self._value(parts), 0, 0
        while unchanged < len(parts):
            rest = parts[:place] + parts[place + 1 :]
            column = self._columns[parts[place].column.name]
            found = max(self._extended(rest, [column]), key=lambda one: one[0], default=None)
            if found is not None and found[0] > value + _ROUNDING:
                value, unchanged = found[0], 0
                parts = (*parts[:place], found[1][-1], *parts[place + 1 :])
            else:
                unchanged += 1
            place = (place + 1) % len(parts)
        return parts

    def _extended(self, parts: tuple[Choice, ...], columns: list[RuleColumn]) -> list[tuple[float, tuple[Choice, ...]]]:
        """Return the rules that one more condition makes, the best of each kind for each column, with their values."""
        named = self._rows(parts)
        ours, others = named & self._belongs, named & ~self._belongs
        offers = [
            (column, *offer)
            for column in columns
            for offer in column.offers(column.counts(ours) * self._weights[0], column.counts(others) * self._weights[1])
        ]
        if not offers:
            return []
        hits, misses = (np.concatenate([offer[place] for offer in offers]) for place in (3, 4))
        ends = np.cumsum([len(offer[3]) for offer in offers])
        found = []
        for (column, operator, choices, *_), values in zip(
            offers, np.split(merit(hits, misses, self._n, self._rest), ends[:-1]), strict=True
        ):
            place = int(np.argmax(values))
            if values[place] > 0:
                found.append((float(values[place]), (*parts, Choice(column, operator, choices(place)))))
        return found

    def _different(self, rules: list[tuple[float, tuple[Choice, ...]]]) -> list[tuple[Choice, ...]]:
        """Return rules, the best first, without those that name the same rows as one before."""
        kept: dict[bytes, tuple[Choice, ...]] = {}
        for _, parts in itertools.islice(sorted(rules, key=lambda one: -one[0]), 4 * _BEAM):
            kept.setdefault(np.packbits(self._rows(parts)).tobytes(), parts)
        return list(kept.values())

    def _rows(self, parts: tuple[Choice, ...]) -> np.ndarray:
        named = np.ones(len(self._belongs), bool)
        for choice in parts:
            named &= choice.rows
        return named

    def _value(self, parts: tuple[Choice, ...]) -> float:
        named = self._rows(parts)
        hits = self._weights[0] * (named & self._belongs).sum()
        others = self._weights[1] * (named & ~self._belongs).sum()
        return float(merit(hits, others, self._n, self._rest))
