"""What a coalition of a row's features earns: the mean answer with all others as in the background."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ...models.pace import Pace
from ..labels import has_fractions, look_like_labels
from ..proved import agree, some_rows
from .torch_game import TorchGame, torch_game

if TYPE_CHECKING:
    from ...models.predictors import Predictor
    from ...models.tables import Table
    from .background import Background
    from .paused import Work
    from .players import Players

_LIKELY_ROWS = 4096  # at once: of a small network what it makes of them stays in the caches
_MOST_BYTES = 16 << 20  # of masked rows at once: memory of larger blocks is new each time, and slow
_BYTES_OF_ROWS = 8 << 20  # that are explained, at once
_PROVED_ON = 8  # coalitions


@dataclass(eq=False)
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
    _pace: Pace = field(default_factory=Pace)
    _quick: TorchGame | None = field(init=False)
    _proved: bool = False

    def __post_init__(self) -> None:
        self._quick = torch_game(self.predictor, self.background)

    def values(self, table: Table, rows: np.ndarray, coalitions: np.ndarray, work: Work | None = None) -> np.ndarray:
        """Return what coalitions of some rows earn, float64 of shape (rows, coalitions, outputs).

        Parameters
        ----------
        table : Table
            The rows explained.
        rows : ndarray of int
            Positions in it.
        coalitions : ndarray of bool of shape (coalitions, players)
            Who is in them.
        work : Work, optional
            What is known of these already; it may raise Paused.
        """
        kept = self.players.kept(coalitions)
        if self._quick is not None and not self._proved:
            self._prove(table)
        if self._quick is not None:
            found = self._quickly(self._quick, table, rows, kept, work)
            if np.isfinite(found.sum()):
                return found
            if work is not None:
                work.pieces.clear()
        return self._predicted(table, rows, kept, work)  # which says what is wrong with numbers that are not finite

    def base(self) -> np.ndarray:
        """Return what the empty coalition earns: the mean answer over the background, of shape (outputs,)."""
        return self.background.mean(self._of_background)

    @functools.cached_property
    def _of_background(self) -> np.ndarray:
        return self.predictor.scores(self.background.table.native())

    def gives_labels(self, outputs: np.ndarray) -> bool:
        """Whether a function's answers, for the background and some rows, look like labels of classes."""
        if self.predictor.of_classes is not None:
            return False
        answers = np.concatenate([self._of_background, outputs])
        return look_like_labels(answers) and has_fractions(self.background.table)

    def outputs(self, table: Table, rows: np.ndarray) -> np.ndarray:
        """Return what all players together earn: the answers for rows, of shape (rows, outputs)."""
        at_once = max(1, _BYTES_OF_ROWS // table.row_bytes)
        blocks = np.split(rows, range(at_once, len(rows), at_once))
        return np.concatenate([self.predictor.scores(table.take(some)) for some in blocks])

    def _quickly(
        self, quick: TorchGame, table: Table, rows: np.ndarray, kept: np.ndarray, work: Work | None
    ) -> np.ndarray:
        """Ask the quick way, where that takes long for one row after the other and for some coalitions at a time."""
        if work is None:
            return quick.values(table, rows, kept)
        total, done = len(rows) * len(kept), sum(map(len, work.pieces))
        while done < total:
            at, first = divmod(done, len(kept))
            at_once = work.at_once(self.background.table.n_rows)
            began = time.perf_counter()
            if at_once >= total and not done:
                found = quick.values(table, rows, kept)
            else:
                found = quick.values(table, rows[at : at + 1], kept[first : first + _power_of_two(at_once)])
            found = found.reshape(-1, found.shape[-1])
            done += len(found)
            work.note(found, time.perf_counter() - began)
        return np.concatenate(work.pieces).reshape(len(rows), len(kept), -1)

    def _predicted(self, table: Table, rows: np.ndarray, kept: np.ndarray, work: Work | None = None) -> np.ndarray:
        pieces = [] if work is None else work.pieces
        done = sum(map(len, pieces))  # coalitions of one row after the other
        while done < len(rows) * len(kept):
            at, first = divmod(done, len(kept))
            at_once = self._at_once(len(kept) - first)
            if work is not None:
                at_once = min(at_once, work.at_once(self.background.table.n_rows))
            began = time.perf_counter()
            found = self._answers(table.rows([rows[at]]), kept[first : first + at_once])
            seconds = time.perf_counter() - began
            self._pace.note(at_once, seconds)
            done += at_once
            if work is None:
                pieces.append(found)
            else:
                work.note(found, seconds)
        return np.concatenate(pieces).reshape(len(rows), len(kept), -1)

    def _at_once(self, available: int) -> int:
        rows = self.background.table.n_rows
        most = max(1, _MOST_BYTES // (self.background.table.row_bytes * rows))
        return min(available, most, self._pace.rows(max(1, _LIKELY_ROWS // rows), min(available, most)))

    def _answers(self, row: Table, kept: np.ndarray) -> np.ndarray:
        scores = self.predictor.scores(self.background.table.masked(row, kept))
        return self.background.mean(scores.reshape(len(kept), self.background.table.n_rows, -1))

    def _prove(self, table: Table) -> None:
        """Compare the quick way with predictions, on a few rows from all over the table; forget it if it is wrong."""
        assert self._quick is not None
        kept = np.random.default_rng(0).random((_PROVED_ON, len(table.names))) < 0.5
        rows = some_rows(table)
        expected = self._predicted(table, rows, kept)
        try:
            right = agree(self._quick.values(table, rows, kept), expected, self._quick.precision)
        except Exception:  # noqa: BLE001 (whatever it is, the model can be asked)
            right = False
        self._proved = True
        if not right:
            self._quick = None


def _power_of_two(most: int) -> int:
    """Return the largest one up to `most`: of the same coalitions, asked again for other rows, much is kept."""
    return 1 << (most.bit_length() - 1)
