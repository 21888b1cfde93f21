"""A rule in words, as the browser says it. Twin: js/views/ice/rule_words.ts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..tables import words
from .text import MINUS, fixed, integer


def rule_sentence(rule: Mapping[str, Any], language: str = "en") -> str:
    """Say what rows have in common.

    Parameters
    ----------
    rule : mapping
        `n`, `precision`, `recall`, and `conditions`, each a mapping of `feature`, `operator` and `values`.
    language : str, default "en"

    Examples
    --------
    >>> condition = {"feature": "hum", "operator": "<", "values": ["0.61"]}
    >>> rule_sentence({"n": 312, "precision": 0.94, "recall": 0.88, "conditions": [condition]})
    '312 rows, mostly: hum < 0.61, precision 0.94, recall 0.88'
    """
    say, count = words(language), integer(rule["n"])
    if not rule["conditions"]:
        return say["ice.rule.all" if rule["precision"] == 1 else "ice.rule.none"].format(count=count)
    told = f" {say['ice.rule.and']} ".join(_condition(each, say) for each in rule["conditions"])
    if rule["precision"] == rule["recall"] == 1:
        return f"{say['ice.rule.exact'].format(count=count)} {told}"
    quality = say["ice.rule.quality"].format(precision=_share(rule["precision"]), recall=_share(rule["recall"]))
    return f"{say['ice.rule.head'].format(count=count)} {told}, {quality}"


def _condition(condition: Mapping[str, Any], say: Mapping[str, str]) -> str:
    feature, operator, values = condition["feature"], condition["operator"], condition["values"]
    if not values:
        return say["ice.rule.missing" if operator == "=" else "ice.rule.known"].format(feature=feature)
    if operator in ("<", ">="):
        return f"{feature} {'<' if operator == '<' else '≥'} {values[0].replace('-', MINUS)}"
    return f"{feature} {'≠' if operator == '≠' else '='} {(' ' + say['ice.rule.or'] + ' ').join(values)}"


def _share(value: float) -> str:
    """Write two decimals; only what is whole is written as 1."""
    return "1" if value == 1 else fixed(min(value, 0.99), 2)
