"""Marks drawn by Pillow."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import PIL.Image
import PIL.ImageDraw

from .letters import font_for, lines_of
from .marks import LINE, Box, Drawing, Image, Line, Text, dashes

if TYPE_CHECKING:
    from .colour import Bytes


FINER = 4


def png_within(arrange: Callable[[int], Drawing], width: int, least_width: int, most_bytes: int) -> bytes:
    """Draw what `arrange` makes of a width as a PNG of at most this size, smaller and in 256 colours if it must be."""
    while True:
        drawn = draw(arrange(width))
        for image in (drawn, in_few_colours(drawn)):
            png = encode(image)
            if len(png) <= most_bytes:
                return png
        if width == least_width:
            raise ValueError(f"most_bytes={most_bytes}, but the smallest picture takes {len(png)}; allow as many")
        width = max(least_width, int(0.8 * width))


def draw(drawing: Drawing) -> PIL.Image.Image:
    canvas = PIL.Image.new("RGB", drawing.size, drawing.page)
    pen = PIL.ImageDraw.Draw(canvas)
    for mark in drawing.marks:
        if isinstance(mark, Image):
            enlarged = enlarge(mark)
            canvas.paste(enlarged, (round(mark.x), round(mark.y)), enlarged if enlarged.mode == "RGBA" else None)
        elif isinstance(mark, Box):
            left, top = round(mark.x), round(mark.y)
            right, bottom = round(mark.x + mark.width) - 1, round(mark.y + mark.height) - 1
            if right >= left and bottom >= top:
                fill = mark.ink if mark.filled else None
                pen.rectangle((left, top, right, bottom), fill, outline=mark.ink)
        elif isinstance(mark, Line):
            trace(canvas, mark)
        else:
            write(pen, mark)
    return canvas


def trace(canvas: PIL.Image.Image, mark: Line) -> None:
    """Draw a line smoothly: on a larger sheet, as Pillow's own lines are jagged."""
    left, top = (int(min(point[axis] for point in mark.points) - mark.width - 1) for axis in (0, 1))
    right, bottom = (int(max(point[axis] for point in mark.points) + mark.width + 2) for axis in (0, 1))
    sheet = PIL.Image.new("L", (FINER * (right - left), FINER * (bottom - top)))
    pen = PIL.ImageDraw.Draw(sheet)
    for part in dashes(mark):
        pen.line(
            [(FINER * (x - left), FINER * (y - top)) for x, y in part], 255, round(FINER * mark.width), joint="curve"
        )
    canvas.paste(mark.ink, (left, top), sheet.resize((right - left, bottom - top), PIL.Image.Resampling.BOX))


def enlarge(mark: Image) -> PIL.Image.Image:
    how = PIL.Image.Resampling.BICUBIC if mark.smooth else PIL.Image.Resampling.NEAREST
    return PIL.Image.fromarray(mark.cells).resize((mark.width, mark.height), how)


def write(pen: PIL.ImageDraw.ImageDraw, mark: Text) -> None:
    for row, line in enumerate(lines_of(mark)):
        font, text = font_for(line, mark.size)
        anchor = "rs" if mark.align == "right" else "ls"
        pen.text((mark.x, mark.y + row * LINE), text, fill=mark.ink, font=font, anchor=anchor)


def encode(image: PIL.Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def in_few_colours(image: PIL.Image.Image) -> PIL.Image.Image:
    return image.quantize(256, dither=PIL.Image.Dither.NONE)


def encode_cells(cells: Bytes) -> bytes:
    return encode(PIL.Image.fromarray(cells))
