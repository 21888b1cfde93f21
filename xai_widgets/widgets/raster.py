"""From arrays of a model to pictures of at most a given number of cells."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..models import InputError

_OTHER_COLOURS = {"1", "P", "PA", "LA", "CMYK", "YCbCr", "HSV", "LAB"}  # a PIL image's, whose numbers are no RGB
MOST_CELLS = 400 * 400  # map, error and picture take 6 bytes a cell: under 1 MB


def shrink(values: np.ndarray, most_cells: int = MOST_CELLS) -> np.ndarray:
    """Average neighbours of (height, width, ...) until there are at most `most_cells` cells; small ones stay."""
    height, width = values.shape[:2]
    if height * width <= most_cells:
        return values
    ratio = (most_cells / (height * width)) ** 0.5
    for axis, size in ((0, height), (1, width)):
        cells = max(1, int(size * ratio))
        edges = -(-np.arange(cells + 1) * size // cells)  # index i falls into cell i * cells // size, as the view reads
        sums = np.add.reduceat(values.astype(np.float64), edges[:-1], axis=axis)
        counts = np.diff(edges).reshape(-1, *[1] * (values.ndim - 1 - axis))
        values = np.asarray(sums / counts)
    return values


def reduce_channels(values: np.ndarray, errors: np.ndarray | None, how: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Reduce (channels, height, width) to (height, width).

    Parameters
    ----------
    values : ndarray
        Signed values.
    errors : ndarray or None
        Their standard errors. Those of a sum or a mean are bounded from above (channels may err together).
    how : {"sum", "mean", "max_abs"}
        "max_abs" takes the channel with the largest magnitude, with its sign.
    """
    if how == "max_abs":
        strongest = np.abs(values).argmax(axis=0)[None]
        picked = [None if part is None else np.take_along_axis(part, strongest, 0)[0] for part in (values, errors)]
        assert picked[0] is not None
        return picked[0], picked[1]
    if how == "mean":
        return values.mean(axis=0), None if errors is None else errors.mean(axis=0)
    return values.sum(axis=0), None if errors is None else errors.sum(axis=0)


def picture_of(image: np.ndarray) -> np.ndarray:
    """Show an input (channels, height, width) as uint8 (height, width, 3).

    Its own range is stretched to 0..255. Three channels are red, green, blue; any other number is averaged to grey.
    """
    image = np.asarray(image, dtype=np.float64)
    if len(image) != 3:
        image = image.mean(axis=0, keepdims=True).repeat(3, axis=0)
    low, high = image.min(), image.max()
    scaled = (image - low) / (high - low) if high > low else np.full_like(image, 0.5)
    pixels: np.ndarray = np.rint(scaled.transpose(1, 2, 0) * 255).astype(np.uint8)
    return pixels


def given_picture(picture: Any) -> np.ndarray:
    """Check a picture that the caller gave and return it as uint8 (height, width, 3).

    Parameters
    ----------
    picture : array_like, tensor or PIL image
        (height, width), (height, width, 1 or 3 or 4) or (1 or 3, height, width); uint8, or float in [0, 1].
    """
    if getattr(picture, "mode", None) in _OTHER_COLOURS:
        picture = picture.convert("RGB")
    array = np.asarray(picture.detach().cpu() if hasattr(picture, "detach") else picture)
    given = f"a picture of shape {array.shape} and type {array.dtype}"
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim == 3 and array.shape[2] not in (1, 3, 4) and array.shape[0] in (1, 3):
        array = array.transpose(1, 2, 0)
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4) or array.size == 0:
        raise _not_a_picture(given)
    array = array[..., :3]
    if array.dtype.kind == "f" and np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1:
        array = np.rint(array * 255).astype(np.uint8)
    if array.dtype != np.uint8:
        raise _not_a_picture(given)
    return np.asarray(np.broadcast_to(array, (*array.shape[:2], 3)))


def _not_a_picture(given: str) -> InputError:
    return InputError(
        "The picture cannot be shown.",
        given=given,
        expected="(height, width), (height, width, 3) or (3, height, width), uint8 or float in [0, 1]",
        do="pass the photograph before it was normalised, or leave picture= out",
    )
