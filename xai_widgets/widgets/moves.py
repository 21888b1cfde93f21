"""How much the prediction moves with each feature of a table: what orders the list of features."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..jobs import Failure, Job, Outcome, Slot, Worker
from ..models import InputError, ModelError

if TYPE_CHECKING:
    from .features import Features

_ROWS, _POINTS = 200, 12  # a look, not a measurement
_FEATURES_AT_ONCE = 100


class Moves:
    """Measures, a feature at a time, the mean over some rows of a curve's highest minus its lowest value.

    Parameters
    ----------
    worker : Worker
        Where it runs, in turns with what is shown.
    table, features
        The data, and what of it can be explained.
    show : callable
        Takes the moves by the feature's name, when all are measured.

    Attributes
    ----------
    model : str or None
        The fingerprint of the model whose moves are measured.
    """

    def __init__(
        self,
        worker: Worker,
        table: Any,
        features: Features,
        show: Callable[[dict[str, float]], None],
    ) -> None:
        self._worker = worker
        self._table = table
        self._features = features
        self._show = show
        self._slot = Slot(self)
        self._moves: dict[str, float] = {}
        self.model: str | None = None

    def start(self, model: str, predictor: Any) -> None:
        """Measure a model, known by its fingerprint, in place of the one before."""
        self.model = model
        self._slot.submit(self._worker, predictor)

    def stop(self) -> None:
        """Measure no more; the next start begins anew."""
        self.model = None
        self._slot.cancel()

    def make_stream(self, request: Any) -> Iterator[tuple[str, float] | None]:
        from ..explainers.by_partition import row_order

        some = self._table.rows(np.sort(row_order(self._table, 0)[:_ROWS]))
        for each in _curves_of_each(request, some, self._features):
            yield None if each is None else (each[0], float(np.ptp(each[1], axis=-1).mean()))

    def on_start(self, job: Job) -> None:  # noqa: ARG002 (one at a time)
        self._moves = {}

    def on_step(self, job: Job, item: tuple[str, float]) -> None:  # noqa: ARG002
        name, moves = item
        self._moves[name] = moves

    def on_end(self, job: Job, outcome: Outcome, failure: Failure | None) -> None:  # noqa: ARG002
        if self._moves and not job.cancelled.is_set():
            self._show(self._moves)
        self._slot.end(job)


def _curves_of_each(predictor: Any, table: Any, features: Features) -> Iterator[tuple[str, np.ndarray] | None]:
    """Yield the curves of all rows, a feature at a time; those that cannot be moved are left out.

    None is yielded where very many features are made ready.
    """
    from ..explainers.dependence import StackedPredictions
    from ..explainers.each_feature import walk_in_parts
    from ..explainers.grids import make_grid

    grids = {}
    for count, name in enumerate(features.names, 1):
        if not count % _FEATURES_AT_ONCE:
            yield None
        with contextlib.suppress(InputError):
            grids[name] = make_grid(table, name, grid_resolution=_POINTS, groups=features.groups)
    walk = None
    with contextlib.suppress(InputError, ModelError):
        walk = yield from walk_in_parts(predictor, table, grids)
    curves = walk or StackedPredictions(predictor)
    for name, grid in grids.items():
        with contextlib.suppress(InputError, ModelError):
            yield name, curves(table, np.arange(table.n_rows), grid)
