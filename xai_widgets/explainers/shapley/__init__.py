"""Shapley values of the features of a table: what each adds to a model's answer for a row."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .background import Background
    from .choose import explainer_for
    from .exact_shap import ExactSHAP
    from .kernel_shap import KernelSHAP
    from .linear_shap import LinearSHAP
    from .method import ShapleyEstimate, ShapleyMethod

_HOMES = {
    "Background": "background",
    "ExactSHAP": "exact_shap",
    "KernelSHAP": "kernel_shap",
    "LinearSHAP": "linear_shap",
    "ShapleyEstimate": "method",
    "ShapleyMethod": "method",
    "explainer_for": "choose",
}

__all__ = ["Background", "ExactSHAP", "KernelSHAP", "LinearSHAP", "ShapleyEstimate", "ShapleyMethod", "explainer_for"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
