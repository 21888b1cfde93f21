"""How a model is called: one small interface to torch modules and functions of tensors."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .errors import ExplainedError, InputError, ModelError
from .memory import is_out_of_memory

if TYPE_CHECKING:
    from .scores import Target
    from .torch_model import TorchModel

_HOMES = {"Target": "scores", "TorchModel": "torch_model"}

__all__ = ["ExplainedError", "InputError", "ModelError", "Target", "TorchModel", "is_out_of_memory"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:  # these need torch, the errors do not
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
