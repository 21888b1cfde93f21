"""What a method computes: arrays and a model in, a stream of estimates out."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .accumulated_effects import AccumulatedLocalEffects, accumulated_local_effects
    from .attribution import Attribution
    from .dependence import PartialDependence, partial_dependence
    from .each_feature import partial_dependences
    from .gradient import GradientXInput, SimpleGradient
    from .interaction import HStatistic, Interaction, h_statistic
    from .lime.explanation import LocalExplanation
    from .lime.tabular import LIMETabular
    from .rules import Rule, find_rule
    from .smoothgrad import SmoothGrad
    from .stream import Estimate
    from .subgroups import Subgroup, find_subgroups

_HOMES = {
    "AccumulatedLocalEffects": "accumulated_effects",
    "Attribution": "attribution",
    "Estimate": "stream",
    "GradientXInput": "gradient",
    "HStatistic": "interaction",
    "Interaction": "interaction",
    "LIMETabular": "lime.tabular",
    "LocalExplanation": "lime.explanation",
    "PartialDependence": "dependence",
    "Rule": "rules",
    "SimpleGradient": "gradient",
    "SmoothGrad": "smoothgrad",
    "Subgroup": "subgroups",
    "accumulated_local_effects": "accumulated_effects",
    "find_rule": "rules",
    "find_subgroups": "subgroups",
    "h_statistic": "interaction",
    "partial_dependence": "dependence",
    "partial_dependences": "each_feature",
}

__all__ = [
    "AccumulatedLocalEffects",
    "Attribution",
    "Estimate",
    "GradientXInput",
    "HStatistic",
    "Interaction",
    "LIMETabular",
    "LocalExplanation",
    "PartialDependence",
    "Rule",
    "SimpleGradient",
    "SmoothGrad",
    "Subgroup",
    "accumulated_local_effects",
    "find_rule",
    "find_subgroups",
    "h_statistic",
    "partial_dependence",
    "partial_dependences",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:  # the methods import torch
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
