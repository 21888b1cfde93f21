"""What colours the curves: a number or a category of each row, in one byte."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..models.tables import is_missing
from .columns import FARTHEST

TARGET = "target"  # the model's answer for the row, where no feature has this name
MISSING = 255
_HIGHEST = 254
_MOST_CATEGORIES = 10
_PERCENTILES = ((5, 95), (1, 99), (0, 100))  # of the ends; the first that differ, so that no outlier takes all colours


@dataclass(frozen=True)
class RowColours:
    """The colour of each row of a table.

    Attributes
    ----------
    header : dict
        `by`, the feature, and whether it stands for the model's answer, `of_target`; `numeric`; of numbers the ends
        `low` and `high` of the colours, and whether values lie `below` or `above` them; the `names` of categories,
        and how many `others` have one colour; whether some are `missing`.
    codes : ndarray of uint8 of shape (rows,)
        Of numbers 0 at the low end to 254 at the high one; of categories the place of its name, `len(names)` for
        others. 255 where the value is missing.

    Examples
    --------
    >>> import numpy as np
    >>> RowColours.of("temp", np.array([0.0, 5.0, 10.0, np.nan])).codes
    array([  0, 127, 254, 255], dtype=uint8)
    >>> colours = RowColours.of("sky", np.array(["clear", "rain", "clear"], dtype=object))
    >>> colours.header["names"], colours.codes
    (['clear', 'rain'], array([0, 1, 0], dtype=uint8))
    """

    header: dict[str, Any]
    codes: np.ndarray = field(repr=False)

    @classmethod
    def of(cls, by: str, values: np.ndarray, *, of_target: bool = False) -> RowColours:
        """Colour the rows by these values, one for each."""
        header, codes = _by_number(values) if values.dtype.kind in "iuf" else _by_category(values)
        return cls({"by": by, "of_target": of_target, **header, "missing": bool((codes == MISSING).any())}, codes)


def _by_number(values: np.ndarray) -> tuple[dict[str, Any], np.ndarray]:
    known = ~is_missing(values)
    numbers = np.asarray(values, dtype=np.float64)[known]
    reached = numbers[np.abs(numbers) <= FARTHEST]
    ends = np.percentile(reached, _PERCENTILES) if len(reached) else np.zeros((1, 2))
    low, high = next((pair for pair in ends.tolist() if pair[0] < pair[1]), ends[-1].tolist())
    codes = np.full(len(values), MISSING, np.uint8)
    below, above = numbers < low, numbers > high
    share = (numbers.clip(low, high) - low) / (high - low) if high > low else np.where(above, 1.0, 0.5 - 0.5 * below)
    codes[known] = np.rint(_HIGHEST * share)
    told = {"low": low, "high": high, "below": bool(below.any()), "above": bool(above.any())}
    return {"numeric": True, "names": [], **told}, codes


def _by_category(values: np.ndarray) -> tuple[dict[str, Any], np.ndarray]:
    known = ~is_missing(values)
    names, places, counts = np.unique(values[known].astype(str), return_inverse=True, return_counts=True)
    most = np.sort(np.argsort(-counts, kind="stable")[:_MOST_CATEGORIES])
    code_of = np.full(len(names), len(most), np.uint8)
    code_of[most] = np.arange(len(most))
    codes = np.full(len(values), MISSING, np.uint8)
    codes[known] = code_of[places]
    return {"numeric": False, "names": names[most].tolist(), "others": len(names) - len(most)}, codes
