"""Marks as an SVG document."""

from __future__ import annotations

import base64
from xml.sax.saxutils import escape

from .letters import lines_of
from .marks import LINE, Drawing, Image, Line, Mark, Text
from .pixels import encode_cells

FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"


def write(drawing: Drawing, title: str, description: str) -> str:
    """Write a document with a title and a text alternative."""
    width, height = drawing.size
    attributes = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" font-family="{FONT}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {attributes} style="font-variant-numeric: tabular-nums">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(description)}</desc>",
            f'<rect width="{width}" height="{height}" fill="rgb{drawing.page}"/>',
            *map(element, drawing.marks),
            "</svg>",
        ]
    )


def element(mark: Mark) -> str:
    if isinstance(mark, Text):
        return write_text(mark)
    if isinstance(mark, Line):
        points = " ".join(f"{number(x)},{number(y)}" for x, y in mark.points)
        dash = f' stroke-dasharray="{number(mark.dash)}"' if mark.dash else ""
        return (
            f'<polyline points="{points}" fill="none" stroke="{mark.ink}" stroke-width="{number(mark.width)}"'
            f'{dash} stroke-linejoin="round"/>'
        )
    at = f'x="{number(mark.x)}" y="{number(mark.y)}" width="{number(mark.width)}" height="{number(mark.height)}"'
    if isinstance(mark, Image):
        data = base64.b64encode(encode_cells(mark.cells)).decode()
        crisp = "" if mark.smooth else ' style="image-rendering: pixelated"'
        return f'<image {at} preserveAspectRatio="none"{crisp} href="data:image/png;base64,{data}"/>'
    if mark.filled:
        return f'<rect {at} fill="{mark.ink}"/>'
    return f'<rect {at} fill="none" stroke="{mark.ink}"/>'


def write_text(mark: Text) -> str:
    anchor = ' text-anchor="end"' if mark.align == "right" else ""
    lines = [
        f'<tspan x="{number(mark.x)}" y="{number(mark.y + row * LINE)}">{escape(line)}</tspan>'
        for row, line in enumerate(lines_of(mark))
    ]
    return f'<text font-size="{mark.size}" fill="{mark.ink}"{anchor}>{"".join(lines)}</text>'


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
