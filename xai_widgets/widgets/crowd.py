"""More curves than a browser holds: the kernel draws and brushes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import wire
from ..explainers.curve_columns import Bundle, CurveColumns

HEIGHT, WIDTH = 400, 800  # of the images, about those of the plot
_FULL = 0.99  # of the pixels with curves are less than full; where curves meet one would be far fuller than all others


class Crowd:
    """The curves of a run, and how many of them pass each pixel.

    Parameters
    ----------
    blocks : sequence of ndarray of shape (rows, points)
        The curves.
    rows : ndarray of int of shape (rows,)
        Position in the table of each.
    places : ndarray of float of shape (points,)
        The grid.
    drawn : callable, optional
        What is drawn of some curves; by default they themselves.
    """

    def __init__(
        self,
        blocks: Sequence[np.ndarray],
        rows: np.ndarray,
        places: np.ndarray,
        drawn: Callable[[np.ndarray], np.ndarray] = np.asarray,
    ) -> None:
        self._rows = rows
        self._plain = CurveColumns.of(blocks, places, drawn)
        self._ground: tuple[bool, float | None] | None = None
        self.stand(centered=False, anchor=None)

    def stand(self, *, centered: bool, anchor: float | None) -> None:
        """Take the curves as they are, or as differences from their own value at a place."""
        ground = centered, anchor if centered else None
        if ground != self._ground:
            self._columns = self._plain.centered(anchor) if centered else self._plain
            self._all = self._columns.bundle(None, HEIGHT, WIDTH)
            self._ground = ground

    def brushed(self, boxes: Sequence[Mapping[str, Any]]) -> np.ndarray:
        """Return the positions of the rows whose curves pass through boxes, sorted."""
        chosen = np.zeros(int(self._rows.max()) + 1, bool)
        chosen[self._rows[self._columns.brushed(boxes)]] = True
        return np.flatnonzero(chosen)

    def frame(self, header: Mapping[str, Any], selection: np.ndarray | None = None) -> dict[str, Any]:
        """Return the image of all curves, or of some rows', with their mean: a pixel is the cube root of its count."""
        bundle = self._all if selection is None else self._of(selection)
        counts = bundle.density
        mean = self._columns.mean(bundle)
        full = _quantile(counts[counts > 0], _FULL) if bundle.count else 1.0
        shades = np.ceil(255 * np.cbrt(np.minimum(1, counts / full, dtype=np.float32))).astype(np.uint8)
        told = {
            "low": self._columns.low,
            "high": self._columns.high,
            "count": bundle.count,
            "mean": None if mean is None else mean.tolist(),
        }
        return wire.frame({**header, **told}, {"shades": wire.as_is(shades)})

    def _of(self, selection: np.ndarray) -> Bundle:
        chosen = np.zeros(int(self._rows.max()) + 1, bool)
        chosen[selection[selection < len(chosen)]] = True
        return self._columns.bundle(chosen[self._rows], HEIGHT, WIDTH, self._all)


def _quantile(values: np.ndarray, share: float) -> float:
    """Return the largest of the values that so many do not exceed, without sorting them."""
    place = int(share * (len(values) - 1))
    return float(np.partition(values, place)[place])
