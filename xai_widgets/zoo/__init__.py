"""Small trained models, and data with known truth."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .shape_classifier import Pictures, ShapesNet, clever_hans, shapes

__all__ = ["Pictures", "ShapesNet", "clever_hans", "shapes"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(".shape_classifier", __name__), name)  # needs torch
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
