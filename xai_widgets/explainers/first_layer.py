"""Torch modules that begin with a linear layer: what it makes of sums is the sum of what it makes of each part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import nn


def has_linear_start(module: Any) -> bool:
    """Whether a module is plainly a chain that begins with a linear layer, so that the two can be told apart."""
    from torch import nn

    return (
        type(module) is nn.Sequential
        and len(module) > 1
        and type(module[0]) is nn.Linear
        and all("forward" not in vars(part) and not _has_hooks(part) for part in (module, module[0]))
    )


class SplitModule:
    """A module for which `has_linear_start` is true, in two: its first layer, and the rest.

    Raises
    ------
    ValueError
        For any other.
    """

    def __init__(self, module: Any) -> None:
        from ..models.fused import fused

        if not has_linear_start(module):
            raise ValueError("not a chain that begins with a linear layer")
        self.first: nn.Linear = module[0]
        parts = list(module)
        self._rest, self._later = fused(parts[1:]), fused(parts[3:])

    def parts(self, given: torch.Tensor) -> torch.Tensor:
        """Return what the first layer makes of parts of rows: its bias is not in it."""
        return given @ self.first.weight.T

    def answers(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return what the rest makes of the first layer's answers, which it may write over."""
        return _through(self._rest, hidden)

    def later_answers(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return what the parts from the fourth on make of the third's answers, which they may write over."""
        return _through(self._later, hidden)


def _through(parts: list[Callable[[torch.Tensor], torch.Tensor]], hidden: torch.Tensor) -> torch.Tensor:
    for part in parts:
        hidden = part(hidden)
    return hidden


def _has_hooks(module: nn.Module) -> bool:
    return bool(module._forward_hooks or module._forward_pre_hooks)  # noqa: SLF001 there is no public name
