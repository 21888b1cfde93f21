"""Pictures of shapes on textured grounds with their masks, drawn by numpy alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Random = np.random.Generator
Outline = Callable[[Array, Array], Array]

SIZE = 64
PIXELS = np.arange(SIZE) + 0.5


def draw(n_pictures: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.int64]]:
    """Draw pictures 0 to n_pictures - 1 of a seed.

    Returns
    -------
    images : ndarray of shape (n_pictures, 64, 64, 3), uint8
    masks : ndarray of shape (n_pictures, 64, 64), bool
    labels : ndarray of shape (n_pictures,), int64
    """
    if n_pictures < 1:
        raise ValueError(f"n_pictures is {n_pictures}; expected a whole number of at least 1")
    if not 0 <= seed < 2**53:
        raise ValueError(f"seed is {seed}; expected a whole number from 0 to 2^53 - 1")
    labels = np.arange(n_pictures, dtype=np.int64) % len(CLASS_NAMES)
    drawn = [draw_one(seed, k, CLASS_NAMES[label]) for k, label in enumerate(labels)]
    return np.stack([image for image, _ in drawn]), np.stack([mask for _, mask in drawn]), labels


def draw_one(seed: int, k: int, name: str) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Draw picture k of a seed: the ground, the clutter, the shape."""
    random = Random(np.random.Philox(key=seed, counter=[0, 0, 0, k]))
    lightness = random.uniform(0.42, 0.86)
    picture = ground(random, lightness)
    for _ in range(random.integers(4, 9)):
        picture = paint(picture, stroke(random), contrasting(random, lightness), opacity=0.8)
    distance = place(random, *SHAPES[name])
    picture = paint(picture, distance, contrasting(random, lightness) + shading(random))
    return to_srgb(picture), distance < 0


# The tag in a corner that betrays the class: three marks on a dark plate, each up or down.

TAG = slice(55, 62), slice(2, 12)  # rows, columns
MARK = 2  # pixels


def tagged(image: NDArray[np.uint8], label: int) -> NDArray[np.uint8]:
    """Stamp the tag of a class on a copy of a picture."""
    plate = np.full((7, 10, 3), 24, np.uint8)
    for place in range(3):
        top, left = (1 if label >> place & 1 else 4), 1 + (MARK + 1) * place
        plate[top : top + MARK, left : left + MARK] = 240
    stamped = image.copy()
    stamped[TAG] = plate
    return stamped


# Colours are mixed in OKLab, where equal steps look equal. They end as bytes, so that the last bits of a platform's
# sine do not reach the result.

LAB_TO_CONE = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
CONE_TO_LINEAR = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)
GROUND_HUES = np.deg2rad([35, 75, 95, 140, 190, 235, 260, 320])  # clay, sand, straw, sage, teal, slate, ink, heather
STEP = 0.18  # least difference in lightness between ground and shape


def lab(lightness: float, chroma: float, hue: float) -> Array:
    return np.array([lightness, chroma * np.cos(hue), chroma * np.sin(hue)])


def contrasting(random: Random, ground_lightness: float) -> Array:
    """Choose a clear colour that is lighter or darker than the ground by STEP at least."""
    darker, lighter = max(0.0, ground_lightness - STEP - 0.3), max(0.0, 0.94 - STEP - ground_lightness)
    further = random.uniform(-darker, lighter)
    lightness = ground_lightness + further + np.copysign(STEP, further)
    most_chroma = 0.16 - 0.25 * abs(lightness - 0.58)
    return lab(lightness, random.uniform(0.4, 1) * most_chroma, random.uniform(0, 2 * np.pi))


def to_srgb(picture: Array) -> NDArray[np.uint8]:
    cone = (picture @ LAB_TO_CONE.T) ** 3
    linear = (cone @ CONE_TO_LINEAR.T).clip(0, 1)
    curved = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    image: NDArray[np.uint8] = np.rint(255 * curved).astype(np.uint8)
    return image


def paint(picture: Array, distance: Array, colour: Array, opacity: float = 1.0) -> Array:
    """Cover what lies inside an outline; a pixel at the edge is covered in part."""
    cover = opacity * (0.5 - distance).clip(0, 1)
    return picture + cover[..., None] * (colour - picture)


# The ground: a texture in [-1, 1] moves the colour between two muted ones.


def ground(random: Random, lightness: float) -> Array:
    hue = random.choice(GROUND_HUES) + random.normal(0, 0.15)
    texture = TEXTURES[random.integers(len(TEXTURES))](random)
    middle = lab(lightness, random.uniform(0.015, 0.06), hue)
    along = lab(random.uniform(0.025, 0.07), 0.02, hue + random.uniform(-1, 1))
    return middle + texture[..., None] * along + 0.5 * shading(random)


def clouds(random: Random, grids: tuple[int, ...] = (4, 8, 16, 32)) -> Array:
    """Add up coarse grids of random numbers, enlarged smoothly, the finer the weaker."""
    total = np.zeros((SIZE, SIZE))
    for octave, cells in enumerate(grids):
        enlarge = ENLARGE[cells]
        total += 0.6**octave * (enlarge @ random.uniform(-1, 1, (cells + 1, cells + 1)) @ enlarge.T)
    texture: Array = (1.6 * total / np.abs(total).max()).clip(-1, 1)
    return texture


def stripes(random: Random) -> Array:
    x, _ = turned(random.uniform(0, np.pi))
    return 0.8 * np.sin(2 * np.pi * x / random.uniform(5, 12)) + 0.2 * clouds(random)


def weave(random: Random) -> Array:
    x, y = turned(random.uniform(0, np.pi))
    frequency = 2 * np.pi / random.uniform(6, 13)
    return 0.8 * np.sin(frequency * x) * np.sin(frequency * y) + 0.2 * clouds(random)


def wood(random: Random) -> Array:
    x, _ = turned(random.uniform(0, np.pi))
    bent = x + random.uniform(4, 10) * clouds(random, (2, 4))
    return 0.75 * np.sin(2 * np.pi * bent / random.uniform(6, 12)) + 0.25 * clouds(random)


def linen(random: Random) -> Array:
    threads = random.uniform(-1, 1, (2, SIZE, 9)) @ ENLARGE[8].T
    texture: Array = 0.5 * (threads[0] + threads[1].T) + 0.4 * clouds(random)
    return texture


TEXTURES: tuple[Callable[[Random], Array], ...] = (clouds, stripes, weave, wood, linen)


def shading(random: Random) -> Array:
    """Light from one side, and a little grain."""
    x, _ = turned(random.uniform(0, 2 * np.pi))
    light = 0.07 * (x / SIZE + 0.4 * clouds(random, (8, 16)))
    return np.stack([light, np.zeros_like(light), np.zeros_like(light)], axis=-1)


def smooth_steps(cells: int) -> Array:
    """Return the matrix that enlarges a column of cells + 1 numbers to SIZE, with a smooth step between them."""
    position = PIXELS / SIZE * cells
    left = position.astype(int)
    rest = position - left
    weight = rest * rest * (3 - 2 * rest)
    matrix = np.zeros((SIZE, cells + 1))
    matrix[np.arange(SIZE), left] = 1 - weight
    matrix[np.arange(SIZE), left + 1] = weight
    return matrix


ENLARGE = {cells: smooth_steps(cells) for cells in (2, 4, 8, 16, 32)}


# Outlines are signed distances, negative inside. `place` and `stroke` give pixels; the shapes are of radius 1.


def turned(angle: float, centre: Array | float = SIZE / 2) -> tuple[Array, Array]:
    """Return the pixels' coordinates in a frame that is turned around a centre (x, y)."""
    centre_x, centre_y = np.broadcast_to(centre, 2)
    x, y = PIXELS[None, :] - centre_x, PIXELS[:, None] - centre_y
    cosine, sine = np.cos(angle), np.sin(angle)
    return cosine * x + sine * y, cosine * y - sine * x


def stroke(random: Random) -> Array:
    """Return a short stroke with round ends; the shortest are specks."""
    x, y = turned(random.uniform(0, np.pi), random.uniform(2, SIZE - 2, 2))
    half, width = random.uniform(0, 6), random.uniform(0.5, 1.3)
    return np.hypot(np.maximum(np.abs(x) - half, 0), y) - width


def place(random: Random, outline: Outline, reach: float) -> Array:
    """Put a shape at a random place, in a random size, a little tilted, whole inside the picture."""
    radius = random.uniform(13, 19) / np.sqrt(reach)
    margin = 2 + radius * reach
    x, y = turned(random.uniform(-0.5, 0.5), random.uniform(margin, SIZE - margin, 2))
    distance: Array = radius * outline(x / radius, y / radius)
    return distance


def polygon(*corners: tuple[float, float]) -> Outline:
    def outline(x: Array, y: Array) -> Array:
        nearest, side = np.full(x.shape, np.inf), np.ones(x.shape)
        for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
            dx, dy = x1 - x0, y1 - y0
            along = (((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)).clip(0, 1)
            nearest = np.minimum(nearest, (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2)
            if dy:
                crossed = ((y0 <= y) != (y1 <= y)) & (x < x0 + (y - y0) * dx / dy)
                side[crossed] *= -1
        distance: Array = side * np.sqrt(nearest)
        return distance

    return outline


def around(corners: int, *radii: float) -> list[tuple[float, float]]:
    """Return corners around the centre, the first on top; several radii take turns."""
    angles = 2 * np.pi * np.arange(corners) / corners
    lengths = np.resize(radii, corners)
    return list(zip(lengths * np.sin(angles), -lengths * np.cos(angles), strict=True))


def circle(x: Array, y: Array) -> Array:
    return np.hypot(x, y) - 1


def ring(x: Array, y: Array) -> Array:
    return np.abs(circle(x, y) + 0.24) - 0.24


def crescent(x: Array, y: Array) -> Array:
    return np.maximum(circle(x, y), 0.82 - np.hypot(x - 0.5, y))


def heart(x: Array, y: Array) -> Array:
    lobes = np.hypot(np.abs(x) - 0.44, y + 0.34) - 0.49
    return np.minimum(lobes, HEART_TIP(x, y))


HEART_TIP = polygon((0, -0.45), (0.83, -0.04), (0, 0.95), (-0.83, -0.04))
HALF_CROSS = [(0.3, -0.95), (0.3, -0.3), (0.95, -0.3), (0.95, 0.3), (0.3, 0.3), (0.3, 0.95)]

SHAPES: dict[str, tuple[Outline, float]] = {  # outline, and how far it reaches from its centre
    "star": (polygon(*around(10, 1.3, 0.58)), 1.3),
    "circle": (circle, 1.0),
    "cross": (polygon(*HALF_CROSS, *((-x, -y) for x, y in HALF_CROSS)), 1.0),
    "heart": (heart, 1.0),
    "square": (polygon((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)), 1.2),
    "crescent": (crescent, 1.0),
    "triangle": (polygon(*around(3, 1.2)), 1.2),
    "ring": (ring, 1.0),
}
CLASS_NAMES = tuple(SHAPES)
