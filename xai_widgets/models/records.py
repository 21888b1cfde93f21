"""What is known of the user's models beyond one view of them, kept as long as the models live."""

from __future__ import annotations

import weakref
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from .pace import Pace

if TYPE_CHECKING:
    from torch import nn


class Record:
    """What is known of one model: numbers alone, as what referred to the model would keep it alive.

    Attributes
    ----------
    paces : dict of tuple to Pace
        Fastest batch sizes, by everything that they depend on.
    bytes_per_row : dict of tuple to int
        Memory for activations, by the same.
    rounding : dict of tuple to Any
        What bfloat16 costs, by weights and device; see `explainers.precision`.
    """

    def __init__(self) -> None:
        self.paces: defaultdict[tuple[Any, ...], Pace] = defaultdict(Pace)
        self.bytes_per_row: dict[tuple[Any, ...], int] = {}
        self.rounding: dict[tuple[Any, ...], Any] = {}


_RECORDS: weakref.WeakKeyDictionary[nn.Module, Record] = weakref.WeakKeyDictionary()


def record_of(modules: list[nn.Module]) -> Record:
    """Return the record of a model that stands on these modules, kept with the first; a new one where there is none."""
    return _RECORDS.setdefault(modules[0], Record()) if modules else Record()
