"""Dots of rows on a plane: which rows lie within shapes, and a picture of more dots than a browser draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ..explainers.brushing import combined
from ..explainers.lasso import inside

NOBODY = np.uint32(0xFFFFFFFF)  # what no row has, as the owner of an empty cell
_FULL = 0.99  # of the cells with dots are less than full


class Picture(NamedTuple):
    """What is seen in each cell of a plane.

    Attributes
    ----------
    codes : ndarray of uint8 of shape (cells up, cells across)
        Of the colour.
    owners : ndarray of uint32, shaped alike
        The row; 0xFFFFFFFF where there is none.
    shades : ndarray of uint8, shaped alike
        The cube root of the number of dots, 255 where it is full.
    """

    codes: np.ndarray
    owners: np.ndarray
    shades: np.ndarray


@dataclass(frozen=True)
class Cloud:
    """One dot or several for each row, drawn in the order of the rows here: the first one of a cell is seen.

    Attributes
    ----------
    x, y : ndarray of float of shape (dots of a row, rows)
        Places, in the units of the plot.
    codes : ndarray of uint8, shaped alike
        Of their colours.
    rows : ndarray of int of shape (rows,)
        Position in the table of each.
    ends : (float, float, float, float)
        The left, right, upper and lower end of the plane; beyond it nothing is drawn.
    size : (int, int)
        Cells of the picture, up and across.
    """

    x: np.ndarray = field(repr=False)
    y: np.ndarray = field(repr=False)
    codes: np.ndarray = field(repr=False)
    rows: np.ndarray = field(repr=False)
    ends: tuple[float, float, float, float]
    size: tuple[int, int]

    def brushed(self, shapes: Sequence[Mapping[str, Any]]) -> np.ndarray:
        """Return the positions of the rows that have a dot within shapes, sorted; each shape joined by its "op"."""

        def within(across: Sequence[float], up: Sequence[float]) -> np.ndarray:
            return np.asarray(inside(self.x, self.y, across, up).any(axis=0))

        return np.sort(self.rows[combined(shapes, within, len(self.rows))])

    @cached_property
    def picture(self) -> Picture:
        """Return what is seen of all dots."""
        count = self.size[0] * self.size[1]
        seen = np.full(count, -1)
        dots, cells = np.flatnonzero(self._cells >= 0)[::-1], self._cells[self._cells >= 0][::-1]
        seen[cells] = dots  # where several are of one cell the last one written stays, which is the first
        full = seen >= 0
        owners = np.full(count, NOBODY)
        owners[full] = self.rows[seen[full] % len(self.rows)]
        codes = np.zeros(count, np.uint8)
        codes[full] = self.codes.ravel()[seen[full]]
        most = np.quantile(self._counts[full], _FULL) if full.any() else 1.0
        shades = np.ceil(255 * np.cbrt(np.minimum(1.0, self._counts / most))).astype(np.uint8)
        return Picture(codes.reshape(self.size), owners.reshape(self.size), shades.reshape(self.size))

    def seen(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the places across and up of the cells of the picture that are not empty, their codes and rows."""
        left, right, top, bottom = self.ends
        height, width = self.size
        down, across = np.nonzero(self.picture.owners != NOBODY)
        x = left + (across + 0.5) * ((right - left) / width)
        y = top + (down + 0.5) * ((bottom - top) / height)
        return x, y, self.picture.codes[down, across], self.picture.owners[down, across]

    def shares(self, selection: np.ndarray) -> np.ndarray:
        """Return what share of each cell's dots are of these rows, 255 where all are."""
        chosen = np.isin(self.rows, selection)
        cells = self._cells.reshape(self.x.shape)[:, chosen].ravel()
        counts = np.bincount(cells[cells >= 0], minlength=len(self._counts))
        shares = counts / np.maximum(1, self._counts)
        return np.asarray(np.ceil(255 * shares).astype(np.uint8).reshape(self.size))

    @cached_property
    def _cells(self) -> np.ndarray:
        """The cell of each dot, row of cells after row; -1 beyond the plane."""
        left, right, top, bottom = self.ends
        height, width = self.size
        across = (self.x - left) * (width / (right - left))
        down = (self.y - top) * (height / (bottom - top))
        within = (across >= 0) & (across <= width) & (down >= 0) & (down <= height)  # NaN is not
        across, down = (np.minimum(np.floor(place), most - 1) for place, most in ((across, width), (down, height)))
        return np.where(within, down * width + across, -1).astype(np.int64).ravel()

    @cached_property
    def _counts(self) -> np.ndarray:
        return np.bincount(self._cells[self._cells >= 0], minlength=self.size[0] * self.size[1])
