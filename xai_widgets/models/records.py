"""What is known of the user's models beyond one view of them, kept as long as the models live."""

from __future__ import annotations

import weakref
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from .pace import Pace
from .prepared import Prepared

if TYPE_CHECKING:
    from torch import nn


class Record:
    """What is known of one model.

    Attributes
    ----------
    paces : dict of tuple to Pace
        Fastest batch sizes, by everything that they depend on.
    bytes_per_row : dict of tuple to int
        Memory for activations, by the same.
    """

    def __init__(self) -> None:
        self.paces: defaultdict[tuple[Any, ...], Pace] = defaultdict(Pace)
        self.bytes_per_row: dict[tuple[Any, ...], int] = {}
        self._structure: list[Any] | None = None
        self._key: tuple[Any, ...] = ()
        self._prepared = Prepared()

    def prepared(self, structure: list[Any] | None, *key: Any) -> Prepared:
        """Return what was prepared from this very model and device, or begin anew and forget the rest.

        Where the structure does not tell whether the model is the same, it is taken for another.
        """
        if structure is None or (structure, key) != (self._structure, self._key):
            self._structure, self._key, self._prepared = structure, key, Prepared()
        return self._prepared

    def release(self) -> None:
        """Free the copies."""
        self._structure, self._key, self._prepared = None, (), Prepared()


_RECORDS: weakref.WeakKeyDictionary[nn.Module, Record] = weakref.WeakKeyDictionary()


def record_of(modules: list[nn.Module]) -> Record:
    """Return the record of a model that stands on these modules, kept with the first; a new one where there is none."""
    return _RECORDS.setdefault(modules[0], Record()) if modules else Record()
