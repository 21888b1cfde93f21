"""What coalitions earn with torch modules that begin with a linear layer: it sees each part of a row once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
_MOST_OF_ROWS = 64 << 20  # bytes of the first layer's answers for masked rows that are explained


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
        self._kept: dict[bytes, list[torch.Tensor]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_kept": {}}

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
        of_one = split.first.out_features * rows.element_size()
        at_once = max(1, _BYTES.get(rows.device.type, _BYTES["cpu"]) // (of_one * len(background)))
        hidden = rows.new_empty((min(at_once, len(kept)), len(background), split.first.out_features))
        found: list[torch.Tensor] = []
        for some in torch.split(rows, max(1, _MOST_OF_ROWS // (of_one * len(kept)))):
            of_rows = torch.split(split.parts(some[:, None] * kept), at_once, dim=1)
            means: list[list[torch.Tensor]] = [[] for _ in some]
            of_background = self._of_background(split, background, torch.split(kept, at_once), known_by)
            for known, unknown in zip(of_rows, of_background, strict=True):
                written_over = hidden[: len(unknown)]  # by all: new memory is slow
                for of_row, mean in zip(known[:, :, None], means, strict=True):
                    torch.add(unknown, of_row, out=written_over)
                    answers = split.answers(written_over.flatten(0, 1)).view(*unknown.shape[:2], -1)
                    mean.append(torch.matmul(weights, answers.double()))
            found.extend(torch.cat(mean) for mean in means)
        return torch.stack(found)

    def _of_background(
        self, split: SplitModule, background: torch.Tensor, blocks: Sequence[torch.Tensor], known_by: np.ndarray
    ) -> Iterable[torch.Tensor]:
        """Return what the first layer makes of masked background rows, by blocks of coalitions.

        Each is of shape (coalitions, background rows, features). Those of the last coalitions are kept.
        """
        key = np.packbits(known_by).tobytes()
        if key in self._kept:
            return self._kept[key]
        made = (split.first((1 - kept)[:, None] * background) for kept in blocks)
        size = len(known_by) * len(background) * split.first.out_features * background.element_size()
        if size > _MOST_KEPT:
            return made
        self._kept[key] = list(made)
        self._forget_oldest()
        return self._kept[key]

    def _forget_oldest(self) -> None:
        sizes = {key: sum(block.nbytes for block in blocks) for key, blocks in self._kept.items()}
        for key in list(sizes):
            if sum(sizes.values()) <= _MOST_KEPT:
                return
            del self._kept[key], sizes[key]
