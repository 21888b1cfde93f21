"""Shapley values of the features of a table: what each adds to a model's answer for a row."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .background import Background
    from .by_package import DeepSHAP, PackageSHAP, PartitionSHAP
    from .choose import explainer_for
    from .exact_shap import ExactSHAP
    from .gradient_shap import GradientSHAP
    from .kernel_shap import KernelSHAP
    from .linear_shap import LinearSHAP
    from .method import ShapleyEstimate, ShapleyMethod
    from .permutation_shap import PermutationSHAP
    from .tree_shap import TreeSHAP

_HOMES = {
    "Background": "background",
    "DeepSHAP": "by_package",
    "ExactSHAP": "exact_shap",
    "GradientSHAP": "gradient_shap",
    "KernelSHAP": "kernel_shap",
    "LinearSHAP": "linear_shap",
    "PackageSHAP": "by_package",
    "PartitionSHAP": "by_package",
    "PermutationSHAP": "permutation_shap",
    "ShapleyEstimate": "method",
    "ShapleyMethod": "method",
    "TreeSHAP": "tree_shap",
    "explainer_for": "choose",
}

__all__ = [
    "Background",
    "DeepSHAP",
    "ExactSHAP",
    "GradientSHAP",
    "KernelSHAP",
    "LinearSHAP",
    "PackageSHAP",
    "PartitionSHAP",
    "PermutationSHAP",
    "ShapleyEstimate",
    "ShapleyMethod",
    "TreeSHAP",
    "explainer_for",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
