"""Numbers to pixels, as the browser does it. Twins: js/lib/colour.ts, js/lib/range.ts and js/views/pixels.ts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..tables import colormaps

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

LEVELS = 256
PAGES = {"light": (255, 255, 255), "dark": (17, 17, 17)}
FADED = 0.6  # contrast that the picture keeps under the map
SOFT = 0.45  # share of the range over which the overlay becomes opaque
OVERLAY_LEVELS = (128, 204)  # colours that stay apart from a grey picture

LINEAR_TO_CONE = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
CONE_TO_LAB = np.array(
    [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.808675766],
    ]
)
LAB_TO_CONE = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.291485548],
    ]
)
CONE_TO_LINEAR = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.707614701],
    ]
)


@dataclass(frozen=True)
class Arms:
    """Colours from neutral (0) to the end of the range (255), above and below zero; None where a sign is not shown."""

    positive: Bytes | None
    negative: Bytes | None

    @property
    def neutral(self) -> Bytes:
        arm = self.negative if self.positive is None else self.positive
        assert arm is not None
        return arm[:1]


def arms_of(colormap: str, theme: str, sign: str, *, signed: bool) -> Arms:
    """Return the colours in use: a magnitude has one arm, a sign that is not wanted has none.

    Parameters
    ----------
    colormap : str
        A name in the table of colour maps.
    theme : {"light", "dark"}
    sign : {"all", "positive", "negative", "absolute"}
    signed : bool
        Whether the values can be negative.
    """
    stops: dict[str, Any] = colormaps()[colormap][theme]
    page = PAGES[theme]
    if not signed or sign == "absolute":
        magnitude = interpolate([page, *map(parse_hex, stops["magnitude"])])
        return Arms(magnitude, magnitude)
    centre = parse_hex(stops["neutral"]) if stops["neutral"] else page
    positive, negative = (interpolate([centre, *map(parse_hex, stops[arm])]) for arm in ("positive", "negative"))
    return Arms(None if sign == "negative" else positive, None if sign == "positive" else negative)


def interpolate(stops: list[tuple[int, ...]]) -> Bytes:
    """Return 256 colours in even steps of OKLab between the stops."""
    points = to_oklab(np.array(stops))
    position = np.arange(LEVELS) / (LEVELS - 1) * (len(points) - 1)
    left = np.minimum(len(points) - 2, position.astype(int))
    share = (position - left)[:, None]
    return from_oklab(points[left] + (points[left + 1] - points[left]) * share)


def parse_hex(text: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(text.removeprefix("#")))


def to_oklab(rgb: NDArray[Any]) -> Floats:
    value = rgb / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    lab: Floats = np.cbrt(linear @ LINEAR_TO_CONE.T) @ CONE_TO_LAB.T
    return lab


def from_oklab(lab: Floats) -> Bytes:
    cone: Floats = (lab @ LAB_TO_CONE.T) ** 3
    linear = (cone @ CONE_TO_LINEAR.T).clip(0, 1)
    value = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return round_half_up(255 * value).astype(np.uint8)


def round_half_up(values: Floats) -> Floats:
    """Round as JavaScript's Math.round does."""
    return np.floor(values + 0.5)


def clip_of(values: Floats, percentile: float) -> float:
    """Return the smallest magnitude that `percentile` percent of the values do not exceed; the largest if it is 0."""
    magnitudes = np.abs(values).ravel()
    rank = max(1, int(np.ceil(percentile / 100 * magnitudes.size)))
    return float(np.partition(magnitudes, rank - 1)[rank - 1] or magnitudes.max())


def levels_of(values: Floats, end: float) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the level from 0 to 255 of every value in a range that ends at `end`, and whether it is negative."""
    scaled = values * ((LEVELS - 1) / end if end > 0 else 0.0)
    return np.minimum(LEVELS - 1, round_half_up(np.abs(scaled))).astype(np.intp), scaled < 0


def opaque(values: Floats, end: float, arms: Arms) -> Bytes:
    """Colour a map that stands alone: (height, width, 3)."""
    tables = [np.tile(arms.neutral, (LEVELS, 1)) if arm is None else arm for arm in (arms.positive, arms.negative)]
    levels, negative = levels_of(values, end)
    return np.where(negative[..., None], tables[1][levels], tables[0][levels])


def overlay(values: Floats, end: float, arms: Arms, opacity: float, threshold: float) -> Bytes:
    """Colour a map that lies over a picture: (height, width, 4), the stronger the less transparent."""
    tables = [overlay_table(arm, opacity, threshold) for arm in (arms.positive, arms.negative)]
    levels, negative = levels_of(values, end)
    return np.where(negative[..., None], tables[1][levels], tables[0][levels])


def overlay_table(arm: Bytes | None, opacity: float, threshold: float) -> Bytes:
    table = np.zeros((LEVELS, 4), np.uint8)
    if arm is None:
        return table
    value = np.arange(LEVELS) / (LEVELS - 1)
    rise = ((value - threshold) / max(1 / LEVELS, min(SOFT, 1 - threshold))).clip(0, 1)
    table[:, :3] = arm[np.arange(LEVELS).clip(*OVERLAY_LEVELS)]
    alpha = round_half_up(255 * opacity * rise * rise * (3 - 2 * rise))
    table[:, 3] = alpha
    table[(value < threshold) | (value == 0)] = 0
    return table


def faded(picture: Bytes, theme: str) -> Bytes:
    """Return a picture in grey, its contrast reduced towards the page."""
    grey: Floats = picture @ np.array([0.299, 0.587, 0.114])
    page = np.array(PAGES[theme], float)
    shown: Bytes = np.rint(page + (grey[..., None] - page) * FADED).astype(np.uint8)
    return shown
