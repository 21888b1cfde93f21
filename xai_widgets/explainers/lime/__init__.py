"""LIME: a weighted linear model of a model's answers around one row."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .explanation import LocalExplanation
    from .tabular import LIMETabular

_HOMES = {"LIMETabular": "tabular", "LocalExplanation": "explanation"}

__all__ = ["LIMETabular", "LocalExplanation"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
