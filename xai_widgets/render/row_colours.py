"""The colours of rows, by the code of each. Twin: js/lib/row_colours.ts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..tables import row_colours
from .colour import LEVELS, Bytes, interpolate, parse_hex


def inks_of(header: Mapping[str, Any], theme: str) -> Bytes:
    """Return the colour of every code, (256, 3).

    Parameters
    ----------
    header : mapping
        Of the colours; see `widgets.row_colours.RowColours`.
    theme : {"light", "dark"}
    """
    table = row_colours()[theme]
    if header["numeric"]:
        inks = interpolate([parse_hex(stop) for stop in table["numbers"]])
    else:
        names = len(header["names"])
        inks = np.tile(np.array(parse_hex(table["others"]), np.uint8), (LEVELS, 1))
        inks[:names] = [parse_hex(colour) for colour in table["categories"][:names]]
    inks[-1] = parse_hex(table["missing"])
    return inks
