"""What a figure is made of; `pixels` and `svg` draw it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .colour import Bytes


LINE = 17  # from one line of a wrapped text to the next


@dataclass(frozen=True)
class Text:
    """A text on a base line; what is wider than `most_width` wraps, or ends in an ellipsis."""

    x: float
    y: float
    text: str
    size: int
    ink: str
    most_width: float | None = None
    wraps: bool = False
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True)
class Image:
    """Cells of (height, width, 3 or 4) bytes, enlarged into a box."""

    x: float
    y: float
    width: int
    height: int
    cells: Bytes

    @property
    def smooth(self) -> bool:
        """Whether cells blend into each other; large ones are shown as they are."""
        rows, columns = self.cells.shape[:2]
        return bool(max(self.width / columns, self.height / rows) < 4)


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    ink: str
    filled: bool = True


@dataclass(frozen=True)
class Line:
    """Points joined in order; dashed where `dash` pixels are drawn and as many left out."""

    points: Sequence[tuple[float, float]]
    ink: str
    width: float = 1.0
    dash: float = 0.0


Mark = Text | Image | Box | Line


@dataclass(frozen=True)
class Drawing:
    """Marks on a page of (width, height) pixels."""

    size: tuple[int, int]
    page: tuple[int, int, int]
    marks: Sequence[Mark]


def dashes(line: Line) -> list[list[tuple[float, float]]]:
    """Return the parts of a line that are drawn."""
    if not line.dash:
        return [list(line.points)]
    parts: list[list[tuple[float, float]]] = []
    along = 0.0
    for (x, y), (x_after, y_after) in pairwise(line.points):
        length = math.hypot(x_after - x, y_after - y)
        at = 0.0
        while at < length:
            until = min(length, at + line.dash - along % line.dash)
            if along // line.dash % 2 == 0:
                first, last = at / length, until / length
                ends = [(x + share * (x_after - x), y + share * (y_after - y)) for share in (first, last)]
                parts.append(ends)
            along += max(until - at, 1e-9)
            at = until
    return parts
