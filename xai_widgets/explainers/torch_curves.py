"""Curves of torch modules: each row crosses to their device once, and a linear first layer is computed once for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .bent_lines import FEWEST_POINTS, bends, bent_lines
from .first_layer import SplitModule

if TYPE_CHECKING:
    import torch

    from ..models.predictors import Predictor
    from ..models.tables import Table
    from .grids import Grid

_BYTES = {"cpu": 1 << 20}  # of the first layer's answers at once: what stays in the caches
_BYTES_ELSEWHERE = 1 << 28  # what fills an accelerator


@dataclass(frozen=True)
class RowsOnce:
    """A way to compute curves of any torch module: its rows are repeated for the points of the grid on its device.

    Parameters
    ----------
    predictor : Predictor
        Of the module.
    """

    predictor: Predictor
    method: str = "predictions"

    def __call__(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        answers = self.predictor.torch_model.scores_at(table.rows(rows).matrix(), *_set_to(table, grid))
        return _curves(self.predictor.picked(answers), rows, grid)


@dataclass(eq=False)
class FirstLayerOnce:
    """A way to compute curves: the first layer sees each row once, and each point of the grid once.

    The layer is linear, so that its answer for a row with moved features is its answer for the row without them plus
    its answer for what they are set to. The rest of the module sees the sums. All on the module's device. Where one
    feature moves and a ReLU and a linear layer follow, that one sees each row once too: see `bent_lines`.

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

    @property
    def was_read(self) -> None:
        return None

    def knows(self, table: Table) -> bool:  # noqa: ARG002 (all numbers are one to it)
        return True

    def __call__(self, table: Table, rows: np.ndarray, grid: Grid) -> np.ndarray:
        places, points = _set_to(table, grid)
        still = table.rows(rows).matrix()
        still[:, places] = 0
        moved = np.zeros((grid.points, still.shape[1]))
        moved[:, places] = points
        given = self.predictor.torch_model.tensors((still, moved))
        answers = self.predictor.torch_model.ask(lambda module: _answers(module, places, *given))
        return _curves(self.predictor.picked(answers.cpu().numpy().reshape(len(rows) * grid.points, -1)), rows, grid)


def _set_to(table: Table, grid: Grid) -> tuple[list[int], np.ndarray]:
    """Return which columns of a table are set, and to what at each point of a grid."""
    points = np.column_stack([values.astype(np.float64) for values in grid.columns.values()])
    return [table.names.index(name) for name in grid.columns], points


def _curves(scores: np.ndarray, rows: np.ndarray, grid: Grid) -> np.ndarray:
    """Return the scores of each row at each point, the rows slowest, as curves: (rows, outputs, points)."""
    return np.ascontiguousarray(scores.reshape(len(rows), grid.points, -1).swapaxes(1, 2))


def _answers(module: Any, places: list[int], still: torch.Tensor, moved: torch.Tensor) -> torch.Tensor:
    """Return a module's answers for rows with each of some points added, where features move; rows slowest."""
    import torch

    split = SplitModule(module)
    of_rows, of_points = split.first(still), split.parts(moved)
    at_once = max(1, _BYTES.get(of_points.device.type, _BYTES_ELSEWHERE) // of_points.nbytes)
    if not _is_line(moved[:, places]) or not bends(module):
        pieces = of_rows.split(at_once)
        return torch.cat([split.answers((some[:, None] + of_points).flatten(0, 1)) for some in pieces])
    line = moved[:, places[0]]
    direction = split.first.weight[:, places[0]].detach()
    hidden = bent_lines(module[2], of_rows + of_points[0], direction, line - line[0], at_once)
    return torch.cat([split.later_answers(some.flatten(0, 1)) for some in hidden])


def _is_line(points: torch.Tensor) -> bool:
    """Whether points are many enough to be followed as one line upwards."""
    return points.shape[1] == 1 and len(points) >= FEWEST_POINTS and bool((points.diff(dim=0) >= 0).all())
