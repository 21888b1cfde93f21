"""How a model is called: one small interface to torch modules and functions of tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import ExplainedError, InputError, ModelError
from .memory import is_out_of_memory

if TYPE_CHECKING:
    from .torch_model import Target, TorchModel

__all__ = ["ExplainedError", "InputError", "ModelError", "Target", "TorchModel", "is_out_of_memory"]


def __getattr__(name: str) -> Any:
    if name in ("Target", "TorchModel"):  # these need torch, the errors do not
        from . import torch_model

        return getattr(torch_model, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
