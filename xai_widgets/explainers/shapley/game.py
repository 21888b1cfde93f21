"""What a coalition of a row's features earns: the mean answer with all others as in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...models.predictors import Predictor
    from ...models.tables import Table
    from .background import Background
    from .players import Players

_MOST_BYTES = 2 << 20  # of masked rows that the model sees at once: more leave the caches


@dataclass(frozen=True, eq=False)
class Game:
    """A cooperative game for each row: players are features, and what they earn is the model's mean answer.

    Parameters
    ----------
    predictor : Predictor
        The model.
    background : Background
        Where players outside of a coalition take their values from.
    players : Players
        The features, or groups of them.
    """

    predictor: Predictor
    background: Background
    players: Players

    def values(self, table: Table, rows: np.ndarray, coalitions: np.ndarray) -> np.ndarray:
        """Return what coalitions of some rows earn, float64 of shape (rows, coalitions, outputs).

        Parameters
        ----------
        table : Table
            The rows explained.
        rows : ndarray of int
            Positions in it.
        coalitions : ndarray of bool of shape (coalitions, players)
            Who is in them.
        """
        kept = self.players.kept(coalitions)
        rows_of_background = self.background.table.n_rows
        at_once = max(1, _MOST_BYTES // (self.background.table.row_bytes * rows_of_background))
        found = []
        for position in rows:
            row = table.rows([position])
            pieces = [self._answers(row, kept[first : first + at_once]) for first in range(0, len(kept), at_once)]
            found.append(np.concatenate(pieces))
        return np.stack(found)

    def base(self) -> np.ndarray:
        """Return what the empty coalition earns: the mean answer over the background, of shape (outputs,)."""
        return self.background.mean(self.predictor.scores(self.background.table.native()))

    def outputs(self, table: Table, rows: np.ndarray) -> np.ndarray:
        """Return what all players together earn: the answers for rows, of shape (rows, outputs)."""
        return self.predictor.scores(table.take(rows))

    def _answers(self, row: Table, kept: np.ndarray) -> np.ndarray:
        scores = self.predictor.scores(self.background.table.masked(row, kept))
        return self.background.mean(scores.reshape(len(kept), self.background.table.n_rows, -1))
