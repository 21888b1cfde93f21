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
    from .smoothgrad import SmoothGrad
    from .stream import Estimate

_HOMES = {
    "AccumulatedLocalEffects": "accumulated_effects",
    "Attribution": "attribution",
    "Estimate": "stream",
    "GradientXInput": "gradient",
    "PartialDependence": "dependence",
    "SimpleGradient": "gradient",
    "SmoothGrad": "smoothgrad",
    "accumulated_local_effects": "accumulated_effects",
    "partial_dependence": "dependence",
    "partial_dependences": "each_feature",
}

__all__ = [
    "AccumulatedLocalEffects",
    "Attribution",
    "Estimate",
    "GradientXInput",
    "PartialDependence",
    "SimpleGradient",
    "SmoothGrad",
    "accumulated_local_effects",
    "partial_dependence",
    "partial_dependences",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:  # the methods import torch
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
