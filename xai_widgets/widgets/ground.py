"""What the parts of a plot look at: its curves as they are shown now, and the rows that count."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .sent_curves import grid_of, places_of

if TYPE_CHECKING:
    from ..explainers.filtering import Filtering
    from .drawn import Look
    from .selection import RowSelection


@dataclass(frozen=True, eq=False)
class Ground:
    """A plot as it is now.

    Attributes
    ----------
    shown : tuple of (estimate, request, job) or None
        None before the first curves.
    asked : Look
        How they are to be drawn; see `look`.
    feature : str
        The one that is asked for, which may come after the one that is shown.
    filtering : Filtering
        Of the table.
    filters : dict
    selection : RowSelection
    """

    shown: tuple[Any, dict[str, Any], int] | None
    asked: Look
    feature: str
    filtering: Filtering
    filters: dict[str, Any]
    selection: RowSelection

    @property
    def estimate(self) -> Any:
        assert self.shown is not None
        return self.shown[0]

    @property
    def request(self) -> dict[str, Any]:
        assert self.shown is not None
        return self.shown[1]

    @property
    def look(self) -> Look:
        """How the curves that are shown are drawn."""
        return self.asked.fitting(self.request["content"], grid_of(self.estimate.state))

    @property
    def places(self) -> np.ndarray:
        """Where the points of the grid lie."""
        return places_of(self.estimate)

    @functools.cached_property
    def passing(self) -> np.ndarray:
        """Whether each row passes the filters."""
        return self.filtering.passing(self.filters)

    @property
    def chosen(self) -> np.ndarray:
        """The positions of the selected rows that pass the filters."""
        chosen = np.asarray(self.selection)
        return np.asarray(chosen[self.passing[chosen]])
