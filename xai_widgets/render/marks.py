"""What a figure is made of; `pixels` and `svg` draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


Mark = Text | Image | Box


@dataclass(frozen=True)
class Drawing:
    """Marks on a page of (width, height) pixels."""

    size: tuple[int, int]
    page: tuple[int, int, int]
    marks: Sequence[Mark]
