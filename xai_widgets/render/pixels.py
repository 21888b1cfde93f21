"""Marks drawn by Pillow."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import PIL.Image
import PIL.ImageDraw

from .letters import font_for, lines_of
from .marks import LINE, Box, Drawing, Image, Text

if TYPE_CHECKING:
    from .colour import Bytes


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
        else:
            write(pen, mark)
    return canvas


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
