"""What coalitions earn with torch modules that begin with a linear layer: it sees each part of a row once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..first_layer import SplitModule, has_linear_start

if TYPE_CHECKING:
    import torch

    from ...models.predictors import Predictor
    from ...models.tables import Table
    from .background import Background

_BYTES = {"cpu": 3 << 19, "cuda": 1 << 28}  # of the first layer's answers at once: what stays in the caches, or fills
_MOST_KEPT = 256 << 20  # bytes of the first layer's answers for masked background rows


def torch_game(predictor: Predictor, background: Background) -> TorchGame | None:
    """Return the quick way for a module, or None where there is none."""
    if predictor.method != "module" or not has_linear_start(predictor.model):
        return None
    return TorchGame(predictor, background)


class TorchGame:
    """What coalitions earn, as the sum of what the first layer makes of a row and of the background.

    Of a masked row the columns that are kept come from the row, and all others from the background: to a linear layer
    it is the sum of two, of which one is the same for all background rows and the other for all rows. The latter is
    kept for the next rows. All on the module's device.

    Parameters
    ----------
    predictor : Predictor
        Of a module for which `has_linear_start` is true.
    background : Background
        Where features outside of a coalition take their values from.
    """

    def __init__(self, predictor: Predictor, background: Background) -> None:
        self.predictor = predictor
        self.background = background
        self._kept: dict[bytes, torch.Tensor] = {}
        self._kept_bytes = 0

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_kept": {}, "_kept_bytes": 0}

    @property
    def precision(self) -> str:
        return str(self.predictor.torch_model.dtype).removeprefix("torch.")

    def values(self, table: Table, rows: np.ndarray, kept: np.ndarray) -> np.ndarray:
        """Return what coalitions of some rows earn, float64 of shape (rows, coalitions, outputs); see `Game`."""
        model = self.predictor.torch_model
        given = model.tensors((table.rows(rows).matrix(), self.background.matrix(), kept.astype(np.float64)))
        weights = model.tensors((self.background.weights,))[0].double()
        means = model.ask(lambda module: self._means(module, given, weights, kept)).cpu().numpy()
        return self.predictor.picked(means.reshape(-1, means.shape[-1])).reshape(*means.shape[:2], -1)

    def _means(
        self,
        module: Callable[..., Any],
        given: tuple[torch.Tensor, ...],
        weights: torch.Tensor,
        known_by: np.ndarray,
    ) -> torch.Tensor:
        import torch

        rows, background, kept = given
        split = SplitModule(module)
        features, length = split.first.out_features, len(background)
        most = _BYTES.get(rows.device.type, _BYTES["cpu"])
        at_once = max(1, most // (features * rows.element_size() * length))
        written_over = rows.new_empty((min(at_once, len(kept)) * length, features))  # by all: new memory is slow
        found = []
        for first in range(0, len(kept), at_once):
            some = kept[first : first + at_once]
            of_background = self._of_background(split, background, some, known_by[first : first + at_once])
            hidden = written_over[: len(some) * length]
            means = []
            for of_row in split.parts(rows[:, None] * some):
                torch.add(of_background, of_row[:, None], out=hidden.view(of_background.shape))
                answers = split.answers(hidden).reshape(len(some), length, -1)
                means.append(torch.einsum("cko,k->co", answers.double(), weights))
            found.append(torch.stack(means))
        return torch.cat(found, dim=1)

    def _of_background(
        self, split: SplitModule, background: torch.Tensor, kept: torch.Tensor, known_by: np.ndarray
    ) -> torch.Tensor:
        """Return what the first layer makes of masked background rows: (coalitions, background rows, features)."""
        key = np.packbits(known_by).tobytes()
        if (ready := self._kept.get(key)) is not None:
            return ready
        found: torch.Tensor = split.first((1 - kept)[:, None] * background)
        size = found.element_size() * found.nelement()
        if self._kept_bytes + size <= _MOST_KEPT:
            self._kept[key] = found
            self._kept_bytes += size
        return found
