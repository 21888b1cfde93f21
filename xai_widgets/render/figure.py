"""A frame as a figure: title, map over the picture, map alone, colour bar, status line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import colour, text

if TYPE_CHECKING:
    from .colour import Bytes, Floats

MOST_BYTES = 150_000
WIDTH, LEAST_WIDTH = 320, 64  # of one panel


@dataclass(frozen=True, eq=False)
class Figure:
    """What a saliency view shows, ready to be drawn without a browser.

    Colours, range, numbers and sentences are those of the browser. Korean is drawn where the machine has a font with
    Hangul, else the words are English.

    Parameters
    ----------
    header : mapping
        Of the frame; see js/lib/attribution.ts for its fields.
    values : ndarray of shape (height, width)
        The frame's map in its own unit.
    picture : ndarray of shape (height, width, 3), uint8, optional
        What lies under the map.
    sign, colormap, clip_percentile, opacity, threshold, language
        As the widget's traits.
    theme : {"light", "dark"}, default "light"
    status : str, default "done"
        Of the widget.
    """

    header: Mapping[str, Any]
    values: Floats
    picture: Bytes | None = field(default=None, repr=False)
    sign: str = "all"
    colormap: str = "red_blue"
    clip_percentile: float = 99.5
    opacity: float = 0.9
    threshold: float = 0.05
    theme: str = "light"
    language: str = "en"
    status: str = "done"

    def png(self, most_bytes: int = MOST_BYTES) -> bytes:
        """Draw the figure as a PNG of at most this size, smaller and in 256 colours if it must be."""
        from . import layout, letters, pixels

        language = self.language if self.language != "ko" or letters.has_hangul() else "en"
        width = WIDTH
        while True:
            drawn = pixels.draw(layout.arrange(self, width, language))
            for image in (drawn, pixels.in_few_colours(drawn)):
                png = pixels.encode(image)
                if len(png) <= most_bytes:
                    return png
            if width == LEAST_WIDTH:
                raise ValueError(f"most_bytes={most_bytes}, but the smallest picture takes {len(png)}; allow as many")
            width = max(LEAST_WIDTH, int(width * min(0.9, (most_bytes / len(png)) ** 0.5)))

    def svg(self) -> str:
        """Draw the figure as an SVG document: real text, the pictures in the map's own cells."""
        from . import layout, svg

        return svg.write(layout.arrange(self, WIDTH, self.language), self.title, self.description)

    @property
    def title(self) -> str:
        return text.title(self.header, self.language)

    @property
    def description(self) -> str:
        """The text alternative, made from the numbers."""
        return text.describe(self.header, self.values, self.end, self.language)

    @property
    def status_line(self) -> str:
        return text.status_line(self.header, self.status, self.language)

    @cached_property
    def end(self) -> float:
        """The end of the colour range, in the map's unit."""
        return colour.clip_of(self.values, self.clip_percentile)

    @cached_property
    def arms(self) -> colour.Arms:
        return colour.arms_of(self.colormap, self.theme, self.sign, signed=self.header["signed"])

    @property
    def domain(self) -> tuple[float, float]:
        """The values that the colour bar runs over."""
        if not self.header["signed"] or self.sign in ("absolute", "positive"):
            return 0.0, self.end
        return -self.end, 0.0 if self.sign == "negative" else self.end
