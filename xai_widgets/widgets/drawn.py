"""What a plot draws of curves: as they are, centred at an anchor, or their slopes. Twin: js/lib/ice_kinds.ts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Look:
    """How curves are drawn; the traits of the same names.

    Parameters
    ----------
    kind : {"both", "individual", "average", "derivative", "ale"}
        What is asked for; see `fitting`.
    centered : bool
    anchor : float or None
        On the axis; its nearest end where it lies beyond.
    """

    kind: str
    centered: bool = False
    anchor: float | None = None

    def fitting(self, content: str, grid: np.ndarray) -> Look:
        """Return the look that these numbers can have.

        Effects are drawn as "ale" alone, and not centred elsewhere, averages as "average". Slopes are not centred
        either, and need two numbers or more in ascending order: without, the curves are drawn as they are.

        Parameters
        ----------
        content : {"curves", "average", "effects"}
        grid : ndarray of shape (points,)
            Numbers or categories.
        """
        from ..explainers.curves import has_slopes

        if content == "effects":
            return Look("ale")
        if content == "average":
            return Look("average", self.centered, self.anchor)
        if self.kind == "derivative" and has_slopes(grid):
            return Look("derivative")
        kind = "both" if self.kind in ("derivative", "ale") else self.kind
        return Look(kind, self.centered, self.anchor)

    def of(self, curves: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Return curves as they are drawn, float64.

        Parameters
        ----------
        curves : ndarray of shape (..., points)
        places : ndarray of float of shape (points,)
            Of the points on the axis, ascending.
        """
        from ..explainers.curves import centered, derivative

        if self.kind == "derivative":
            return derivative(curves, places)
        if self.centered:
            return centered(curves, places, self.anchor_on(places))
        return np.asarray(curves, dtype=np.float64)

    def anchor_on(self, places: np.ndarray) -> float:
        """Return where centred curves meet: within the grid, its first point unless one is given."""
        return float(places[0] if self.anchor is None else np.clip(self.anchor, places[0], places[-1]))
