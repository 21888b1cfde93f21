"""What all figures of plots have: a PNG that is small enough, an SVG document, the inks of a theme."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from . import letters, pixels, svg
from .figure import MOST_BYTES

if TYPE_CHECKING:
    from .marks import Drawing

INKS = {
    "light": {"ink": "#212121", "pale": "#5f6368", "rule": "#e2e4e7", "bars": "#d5d9dd"},
    "dark": {"ink": "#e3e3e3", "pale": "#a3a9b0", "rule": "#2d3033", "bars": "#3a3f44"},
}
ALL = {"light": (139, 146, 154), "dark": (125, 132, 140)}
CHOSEN = {"light": ("#8f5300", (209, 124, 0)), "dark": ("#ffb84a", (255, 174, 43))}  # of text, of marks
RAISES = {"light": "#d00d4b", "dark": "#ff6484"}
LOWERS = {"light": "#1f5fd0", "dark": "#5ea6ff"}


class PlotFigure(ABC):
    """A plot, ready to be drawn without a browser.

    Korean is drawn where the machine has a font with Hangul, else the words are English.
    """

    _WIDTHS: ClassVar[tuple[int, int]]  # as it is drawn, and the least that fits

    theme: str
    language = "en"

    @property
    @abstractmethod
    def title(self) -> str: ...

    @property
    @abstractmethod
    def description(self) -> str:
        """The text alternative, made from the numbers."""

    @abstractmethod
    def arrange(self, width: int) -> Drawing:
        """Say what stands where in a figure of this width."""

    def png(self, most_bytes: int = MOST_BYTES) -> bytes:
        """Draw the figure as a PNG of at most this size, smaller and in 256 colours if it must be."""
        figure: Any = self
        if self.language == "ko" and not letters.has_hangul():
            figure = replace(figure, language="en")
        return pixels.png_within(figure.arrange, *self._WIDTHS, most_bytes)

    def svg(self) -> str:
        """Draw the figure as an SVG document: real text, what has too many marks as a picture."""
        return svg.write(self.arrange(self._WIDTHS[0]), self.title, self.description)

    def _ink(self, name: str) -> str:
        return INKS[self.theme][name]


def hex_of(rgb: tuple[int, ...]) -> str:
    return "#" + bytes(rgb).hex()
