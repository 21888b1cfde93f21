"""Rules, subgroups and interactions as a view gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .selection import RowSelection, to_wire

if TYPE_CHECKING:
    from ..explainers.interaction import Interaction
    from ..explainers.rules import Rule
    from ..explainers.subgroups import Subgroup


def rule_record(rule: Rule) -> dict[str, Any]:
    """Return a rule as plain values: `n`, `precision`, `recall`, and the texts of each of its `conditions`."""
    conditions = [
        {"feature": each.feature, "operator": each.operator, "values": each.texts} for each in rule.conditions
    ]
    return {"n": rule.n, "precision": rule.precision, "recall": rule.recall, "conditions": conditions}


def subgroup_record(group: Subgroup) -> dict[str, Any]:
    """Return a subgroup as plain values: `rows` as a selection's bytes, `mean`, `rule`."""
    rows = bytes(to_wire(RowSelection(group.rows)))
    return {"rows": rows, "mean": group.mean.tolist(), "rule": rule_record(group.rule)}


def interaction_record(found: Interaction) -> dict[str, Any]:
    """Return a pair of features as plain values."""
    return {"features": list(found.features), "value": found.value, "strength": found.strength}
