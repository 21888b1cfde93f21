"""The picture of curves with no browser."""

import io

import numpy as np
import pytest
from PIL import Image

from xai_widgets.render.curves import HEAD, LEFT, MOST_FINE, Axes, CurvesFigure
from xai_widgets.render.letters import width_of
from xai_widgets.render.marks import Line, Text, dashes
from xai_widgets.render.ticks import nice_ticks

from .fixtures.curves import write

GRID = [0.0, 0.5, 1.0]


def figure(curves, **changes):
    curves = np.asarray(curves, dtype=float)
    header = {
        "feature": "temp",
        "grid": GRID[: curves.shape[1]],
        "mean": curves.mean(axis=0).tolist() if len(curves) else [],
        "few": [False] * curves.shape[1],
        "histogram": {"counts": [3, 1]},
        "label": "Rentals",
        "done": len(curves),
        "total": len(curves),
        "method": "predictions",
        "content": "curves",
        "finished": True,
        "standard_error": None,
        "colors": None,
    } | changes.pop("header", {})
    return CurvesFigure(header, curves, **changes)


def pixels(drawn):
    return np.asarray(Image.open(io.BytesIO(drawn.png())).convert("RGB")).astype(int)


def is_amber(image):
    return (image[..., 0] > 150) & (image[..., 2] < 90) & (image[..., 0] - image[..., 2] > 80)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_selected_curves_are_amber_and_the_mean_is_ink(theme):
    curves = [[0, 1, 2]] * 30 + [[2, 1, 0]] * 30
    plain = pixels(figure(curves, theme=theme))
    chosen = pixels(figure(curves, theme=theme, selected=np.arange(60) < 30))
    assert not is_amber(plain).any()
    assert is_amber(chosen).sum() > 200
    ink = 33 if theme == "light" else 227
    assert (np.abs(plain - ink).max(axis=-1) < 12).sum() > 300


def test_the_text_alternative_is_made_of_the_numbers():
    drawn = figure([[1.0, 2.0, 4.0], [1.0, 2.0, 8.0]])
    assert drawn.description == (
        "Rentals against temp, 2 curves. "
        "Their mean goes from 1.00 at 0 to 6.00 at 1; lowest 1.00 at 0, highest 6.00 at 1."
    )
    assert drawn.status_line == "2 of 2 rows, 3 points, stacked predictions"


@pytest.mark.parametrize("curves", [[[1.0, 1.0, 1.0]], [[5.0]], [[0.0, 1e-9, -1e9]], [[0, 5e-324, 1e-323]]])
def test_flat_single_and_wild_curves_are_drawn(curves):
    drawn = figure(curves)
    assert len(drawn.png()) <= 150_000
    assert "<polyline" in drawn.svg()


@pytest.mark.parametrize("grid", [[0.0, 1e-20, 1.0], [1 << 60, (1 << 60) + 1, (1 << 60) + 2]])
def test_points_that_fall_together_are_drawn(grid):
    drawn = figure([[1.0, 2.0, 0.0], [1.0, 1.0, 3.0]], header={"grid": grid})
    assert np.isfinite(
        [point for line in drawn.arrange(400).marks if isinstance(line, Line) for point in line.points]
    ).all()
    assert len(np.unique(pixels(drawn).reshape(-1, 3), axis=0)) > 2


def test_categories_are_named_under_their_points():
    drawn = figure([[1.0, 2.0, 3.0]], header={"grid": ["win</b>", "sum", "aut"]})
    assert "win&lt;/b&gt;" in drawn.svg()


def test_a_large_picture_is_made_smaller():
    random = np.random.default_rng(0).normal(size=(400, 3))
    assert len(figure(random).png(30_000)) <= 30_000
    with pytest.raises(ValueError, match="allow as many"):
        figure(random).png(100)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3.2, 8.9), (1e-6, 3e-6), (5, 5), (1000, 1e6)])
def test_ticks_are_round_few_and_inside(low, high):
    ticks = nice_ticks(low, high)
    assert 1 <= len(ticks) <= 7
    assert all(low - 1e-12 <= tick <= high + 1e-12 for tick in ticks)
    steps = np.diff(ticks)
    assert len(steps) == 0 or np.allclose(steps, steps[0])


def test_dashes_cover_half_of_a_line():
    whole = Line([(0, 0), (30, 0), (30, 30)], "red", dash=3)
    drawn = sum(np.hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in dashes(whole))
    assert drawn == pytest.approx(30)


def test_twins_of_the_browser_are_current():
    assert write.FILE.read_text(encoding="utf-8") == write.as_json(), "run: python -m tests.fixtures.curves.write"


def test_a_curve_has_the_colour_of_its_row():
    colors = {"by": "sky", "of_target": False, "numeric": False, "names": ["clear", "rain"], "others": 0}
    header = {"colors": colors | {"missing": True}}
    curves, codes = [[0, 0, 0], [1, 1, 1], [2, 2, 2]], np.array([0, 1, 255], np.uint8)
    image = pixels(figure(curves, header=header, codes=codes, kind="individual"))
    blue, plum = (image[..., 2] - image[..., 0] > 60).sum(), (image[..., 0] - image[..., 1] > 40).sum()
    assert blue > 300
    assert plum > 300


def test_highlighted_rows_are_named():
    drawn = figure([[0, 1, 2], [2, 1, 0]], rows=np.array([7, 1234]), highlighted=np.array([False, True]))
    assert "row 1\u2009234" in drawn.svg()
    assert "row 7" not in drawn.svg()


def test_effects_are_one_line():
    header = {"content": "effects", "mean": [-1.0, 0.0, 1.0], "grid": GRID, "few": [False] * 3, "done": 9, "total": 9}
    drawn = figure(np.empty((0, 3)), header=header, kind="ale", bands=True, selected=np.empty(0, bool))
    assert drawn.title == "Accumulated local effect on Rentals, zero on average"
    assert "It goes from \u22121.00 at 0 to 1.00 at 1" in drawn.description
    assert "ALE, 9 rows" in drawn.svg()
    assert "of curves" not in drawn.svg()


def test_centred_curves_say_where_they_meet():
    assert figure([[0.0, 1.0, 2.0]], anchor=0.5).title == "Change in Rentals, from temp = 0.5"
    named = figure([[0.0, 1.0, 2.0]], header={"grid": ["win", "sum", "aut"]}, anchor=1.0)
    assert named.title == "Change in Rentals, from temp = sum"


def test_a_pixel_has_the_colour_of_most_of_its_categories_and_the_mean_colour_of_numbers():
    axes = Axes(np.array([0.0, 1.0]), 0.0, 3.0, 20, 30)
    curves, codes = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [2.0, 2.0]]), np.array([0, 1, 1, 0], np.uint8)
    inks = np.array([[200, 0, 0], [0, 0, 100]], np.uint8)
    row, other = (round(float(axes.y(value)) - HEAD) for value in (1.0, 2.0))
    main = axes.main_colour(curves, codes, inks)
    assert (main[row] == [0, 0, 100]).all()
    assert (main[other] == [200, 0, 0]).all()
    mixed = axes.mean_colour(curves, inks[codes])
    assert np.abs(mixed[row].astype(int) - [67, 0, 67]).max() <= 1
    assert axes.density(curves)[row, :-1].tolist() == [3] * 19


@pytest.mark.parametrize("rows", [100, MOST_FINE + 1])
def test_each_curve_is_counted_once_in_each_column(rows):
    curves = np.random.default_rng(0).normal(size=(rows, 7))
    axes = Axes(np.arange(7.0), curves.min(), curves.max(), 50, 40)
    np.testing.assert_allclose(axes.density(curves).sum(axis=0)[:-1], rows)


@pytest.mark.parametrize(("unit", "power"), [(3e8, "10⁸"), (2e30, "10³⁰"), (2e-9, "10⁻⁹"), (1e-310, "10⁻³⁰⁰")])
def test_numbers_of_any_size_have_room_beside_the_axes(unit, power):
    grid = [0.0, unit / 2, unit]
    drawn = figure([[-unit, 0, unit], [-unit, unit, unit]], header={"grid": grid})
    texts = [mark for mark in drawn.arrange(460).marks if isinstance(mark, Text)]
    beside = [text for text in texts if text.align == "right"]
    assert len(beside) > 2
    assert all(width_of(text.text, 11) < LEFT - 8 for text in beside) or unit < 1e-300
    assert texts[0].text.endswith(power)
    assert next(text.text for text in texts if text.text.startswith("temp")).endswith(power)
    assert drawn.png()
