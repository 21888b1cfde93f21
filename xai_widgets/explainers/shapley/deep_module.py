"""A torch module as the shap package's DeepLIFT can take it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch import nn

from ...models.scores import by_row, pick_output
from ...models.shadow import shadow

if TYPE_CHECKING:
    import numpy as np

    from ...models.torch_model import TorchModel

_ROUNDINGS = 16  # from layer to layer


class DeepModule(nn.Module):
    """A copy of a module that gives its scores alone, one row for each row of its input.

    The package hangs hooks on it, remembers one call of each layer, which must not write over what it is given, and
    makes arrays of gradients, which those in half precision cannot be.
    """

    def __init__(self, model: TorchModel) -> None:
        super().__init__()
        self.own = shadow(model.model)
        self.device, dtype = model.device, model.dtype
        self.dtype = torch.float32 if dtype is None or dtype.itemsize < 4 else dtype
        self.to(self.dtype)
        _set_apart(self)
        for part in self.modules():
            if getattr(part, "inplace", None) is True:
                part.inplace = False  # type: ignore[assignment]  # torch's stubs take it for a weight

    def tensor(self, rows: np.ndarray) -> torch.Tensor:
        return torch.tensor(rows, device=self.device, dtype=self.dtype)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return by_row(pick_output(self.own(rows), "score"), len(rows))


def rounding_of(model: TorchModel) -> float:
    """Return what a module's scores are rounded by, relative to the greatest of them."""
    return _ROUNDINGS * torch.finfo(model.dtype or torch.float32).eps


def _set_apart(module: nn.Module) -> None:
    """Put copies where a layer without weights, such as a ReLU, has several places."""
    seen: set[int] = set()
    for parent in list(module.modules()):
        for name, child in parent._modules.items():  # noqa: SLF001 (named_children leaves out what it had before)
            if child is None or child.state_dict():
                continue
            if id(child) in seen:
                parent._modules[name] = copy.deepcopy(child)  # noqa: SLF001
            seen.add(id(child))
