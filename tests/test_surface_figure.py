"""The picture of a surface with no browser."""

import io

import numpy as np
import pytest
from PIL import Image

from xai_widgets.render.letters import width_of
from xai_widgets.render.marks import Text
from xai_widgets.render.surface import LEFT, Frame, SurfaceFigure

NUMBERS = [0.0, 1.0, 2.0]


def figure(values, axes=(NUMBERS, NUMBERS), **changes):
    values = np.asarray(values, dtype=float)
    header = {
        "features": ["temp", "hum"],
        "axes": [list(axis) for axis in axes],
        "middle": [axis[len(axis) // 2] for axis in axes],
        "label": "Rentals",
        "done": 10,
        "total": 10,
        "method": "predictions",
    }
    few = np.zeros(values.shape, bool)
    return SurfaceFigure(header, values, **({"few": few, "dots": np.empty((0, 2))} | changes))


def pixels(drawn):
    return np.asarray(Image.open(io.BytesIO(drawn.png())).convert("RGB")).astype(int)


PLANE = np.add.outer(NUMBERS, NUMBERS)


@pytest.mark.parametrize(("theme", "falls"), [("light", True), ("dark", False)])
def test_colours_go_from_the_lowest_to_the_highest(theme, falls):
    image = pixels(figure(PLANE, theme=theme, contours=False))
    frame = Frame([NUMBERS, NUMBERS], 380)
    at = [
        image[round(frame.y(place)) + (3 if place == 1 else 0), round(frame.x(place)) + 3].sum()
        for place in (0.05, 1, 1.9)
    ]
    assert (np.diff(at) < 0).all() if falls else (np.diff(at) > 0).all()


def test_the_text_alternative_is_made_of_the_numbers():
    few = np.zeros((3, 3), bool)
    few[0] = True
    drawn = figure(PLANE * 2, few=few)
    assert drawn.description == (
        "Rentals as temp and hum move: lowest 0 at temp = 0, hum = 0, highest 8.00 at temp = 2, hum = 2."
        " Few rows are near 33 % of the points."
    )
    assert drawn.status_line == "10 of 10 rows, 3 by 3 points; predictions; hatched where few rows are near"


def test_hatching_and_contours_are_seen_where_they_belong():
    plain = pixels(figure(PLANE, contours=False))
    few = np.zeros((3, 3), bool)
    few[:2, :2] = True
    hatched = pixels(figure(PLANE, contours=False, few=few))
    frame = Frame([NUMBERS, NUMBERS], 380)
    changed = np.abs(plain - hatched).max(axis=-1)[frame.top : frame.bottom, 84 : 84 + frame.width] > 8
    half, tall = frame.width // 2, frame.height // 2
    assert changed[tall + 20 :, : half - 20].mean() > 0.95
    assert not changed[: tall // 2, half + half // 2 :].any()
    contours = np.abs(plain - pixels(figure(PLANE))).max(axis=-1) > 8
    assert 500 < contours.sum() < 12_000


def test_the_cursor_is_clipped_to_the_axes_and_may_name_a_category():
    assert figure(PLANE, cursor=[-5, 99]).place == (0.0, 2.0)
    assert figure(PLANE, cursor=["winter", 1.5]).place == (1.0, 1.5)
    seasons = ["spring", "sum</b>", "winter"]
    drawn = figure(PLANE, (seasons, NUMBERS), cursor=["sum</b>", 0.5])
    assert drawn.place == (1.0, 0.5)
    assert "sum&lt;/b&gt;" in drawn.svg()


@pytest.mark.parametrize(
    ("values", "axes"),
    [
        ([[5.0, 5.0], [5.0, 5.0]], (NUMBERS[:2], NUMBERS[:2])),
        ([[1.0], [2.0]], (["a", "b"], ["only"])),
        ([[1e-9, -1e9, 3.0]], (["only"], NUMBERS)),
    ],
)
def test_flat_narrow_and_wild_surfaces_are_drawn(values, axes):
    drawn = figure(values, axes)
    assert len(drawn.png()) <= 150_000
    assert drawn.description


def test_tiles_say_their_values():
    text = figure([[1.0, 2.0], [3.0, 1234.0]], (["a", "b"], ["c", "d"])).svg()
    assert ">1\u2009234<" in text


@pytest.mark.parametrize(("unit", "power"), [(2e8, "10⁸"), (2e30, "10³⁰"), (2e-9, "10⁻⁹")])
def test_numbers_of_any_size_have_room_beside_the_axes(unit, power):
    numbers = [unit * value for value in NUMBERS]
    drawn = figure(unit * PLANE, axes=(numbers, numbers))
    texts = [mark for mark in drawn.arrange(380).marks if isinstance(mark, Text)]
    assert all(width_of(text.text, 11) < LEFT - 8 for text in texts if text.align == "right")
    for start in ("Rentals", "across: temp", "up: hum"):
        assert any(text.text.startswith(start) and power in text.text for text in texts)
    assert drawn.png()
