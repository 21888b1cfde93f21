"""What a model answers for each row of a table, asked in steps."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..models.predictors import Predictor
    from ..models.tables import Table

_FIRST_ROWS = 64


def answers(predictor: Predictor, table: Table, step_seconds: float) -> Generator[None, None, np.ndarray]:
    """Return one number for each row, after a yield for each step of about this length."""
    found, done, rows = np.empty(table.n_rows), 0, _FIRST_ROWS
    while done < table.n_rows:
        began = time.perf_counter()
        some = np.arange(done, min(done + rows, table.n_rows))
        found[some] = predictor(table.rows(some).native())
        done += len(some)
        seconds = max(time.perf_counter() - began, 1e-9)
        rows = max(1, min(2 * rows, int(rows * step_seconds / seconds)))
        yield
    return found
