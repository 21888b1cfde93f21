"""Curves of torch modules that begin with a linear layer: what it makes of a row is computed once for all points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch
    from torch import nn

    from ..models.predictors import Predictor
    from ..models.tables import Table
    from .grids import Grid

_BYTES = {"cpu": 1 << 20, "cuda": 1 << 28}  # of the first layer's answers at once: what stays in the caches, or fills


@dataclass(eq=False)
class FirstLayerOnce:
    """A way to compute curves: the first layer sees each row once, and each point of the grid once.

    The layer is linear, so that its answer for a row with moved features is its answer for the row without them plus
    its answer for what they are set to. The rest of the module sees the sums. All on the module's device.

    Parameters
    ----------
    predictor : Predictor
        Of a module for which `has_linear_start` is true.
    """

    predictor: Predictor
    method: str = "first layer once"

    @property
    def precision(self) -> str:
        return str(self.predictor.torch_model.dtype).removeprefix("torch.")

    def knows(self, table: Table) -> bool:  # noqa: ARG002 (all numbers are one to it)
        return True

    def __call__(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        places = [table.names.index(name) for name in grid.columns]
        still = table.rows(rows).matrix()
        still[:, places] = 0
        moved = np.zeros((grid.points, still.shape[1]))
        moved[:, places] = np.column_stack(list(grid.columns.values()))
        given = self.predictor.torch_model.tensors((still, moved))
        answers = self.predictor.torch_model.ask(lambda module: _answers(module, *given))
        scores = self.predictor.picked(answers.double().cpu().numpy().reshape(len(rows) * grid.points, -1))
        return np.ascontiguousarray(scores.reshape(len(rows), grid.points, -1).swapaxes(1, 2))


def has_linear_start(module: Any) -> bool:
    """Whether a module is plainly a chain that begins with a linear layer, so that the two can be told apart."""
    from torch import nn

    return (
        type(module) is nn.Sequential
        and len(module) > 1
        and type(module[0]) is nn.Linear
        and all("forward" not in vars(part) and not _has_hooks(part) for part in (module, module[0]))
    )


def _has_hooks(module: nn.Module) -> bool:
    return bool(module._forward_hooks or module._forward_pre_hooks)  # noqa: SLF001 there is no public name


def _answers(module: Any, still: torch.Tensor, moved: torch.Tensor) -> torch.Tensor:
    """Return a module's answers for rows with each of some moved features added, rows slowest."""
    import torch

    if not has_linear_start(module):
        raise ValueError("not a chain that begins with a linear layer")
    first, *rest = module
    of_rows, of_points = first(still), moved @ first.weight.T
    at_once = max(1, _BYTES.get(of_points.device.type, _BYTES["cpu"]) // of_points.nbytes)
    found = []
    for some in of_rows.split(at_once):
        answers = (some[:, None] + of_points).flatten(0, 1)
        for part in rest:
            answers = part(answers)
        found.append(answers)
    return torch.cat(found)
