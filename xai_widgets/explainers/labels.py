"""Labels of classes where numbers are needed: how they are told from numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..models.tables import Table

_LABELS_ALONE = 32  # answers which, where all are whole numbers, look like labels
_MOST_LABELS = 100


def look_like_labels(answers: np.ndarray) -> bool:
    """Whether all answers are whole numbers, and a few of them come again and again.

    Examples
    --------
    >>> look_like_labels(np.arange(64) % 2), look_like_labels(np.arange(64) / 2)
    (True, False)
    """
    if len(answers) < _LABELS_ALONE or (answers != np.rint(answers)).any():
        return False
    return 1 < len(np.unique(answers)) <= min(_MOST_LABELS, len(answers) // 4)


def has_fractions(table: Table) -> bool:
    """Whether a column has numbers that are not whole: of whole numbers the answers may be whole, too."""
    numbers = (table.values(name) for name in table.names if table.kind(name) == "numeric")
    return any((np.nan_to_num(values) % 1 != 0).any() for values in numbers)
