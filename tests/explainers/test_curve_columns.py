import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xai_widgets.explainers.brushing import brushed
from xai_widgets.explainers.curve_columns import CurveColumns
from xai_widgets.explainers.curves import centered, derivative

GRID = np.array([0.0, 1.0, 3.0, 4.0])
HEIGHT, WIDTH = 20, 33


def some_curves(rows=200, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, len(GRID))).cumsum(axis=1)


def columns_of(curves):
    return CurveColumns.of([curves[:3], curves[3:]] if len(curves) > 3 else [curves], GRID)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_curves_are_stored_to_the_nearest_of_65536_steps(dtype, monkeypatch):
    monkeypatch.setattr("xai_widgets.explainers.curve_columns._AT_ONCE", 7)  # curves
    monkeypatch.setattr("xai_widgets.explainers.curve_columns._ALONE", 10)
    curves = some_curves(100).astype(dtype)
    columns = CurveColumns.of([curves[:33], curves[33:34], curves[34:]], GRID)
    assert (columns.low, columns.high) == pytest.approx((curves.min(), curves.max()))
    assert (columns.stored.min(), columns.stored.max()) == (0, 65535)
    found = columns.low + columns.scale * columns.stored.T
    np.testing.assert_allclose(found, curves, atol=0.501 * columns.scale)


def test_of_curves_what_is_drawn_is_stored_and_made_of_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr("xai_widgets.explainers.curve_columns._AT_ONCE", 7)
    curves, sizes = some_curves(20), []
    drawn = CurveColumns.of([curves], GRID, lambda some: sizes.append(len(some)) or derivative(some, GRID))
    assert max(sizes) == 7
    np.testing.assert_array_equal(drawn.stored, CurveColumns.of([derivative(curves, GRID)], GRID).stored)


def test_a_range_that_single_precision_cannot_hold():
    curves = np.array([[-3e38, 0.0, 3e38, 3e38], [0.0, 0.0, 0.0, 0.0]], np.float32)
    assert CurveColumns.of([curves], GRID).stored.T.tolist() == [[0, 32768, 65535, 65535], [32768] * 4]


numbers = st.floats(-4, 5, allow_nan=False)


@settings(max_examples=60)
@given(numbers, numbers, numbers, numbers, st.sampled_from(["and", "or", "not"]))
def test_a_brush_finds_what_it_finds_among_exact_curves(x0, x1, y0, y1, operation):
    curves = some_curves()
    columns = columns_of(curves)
    first = {"x": [0.5, 1.5], "y": [0.0, 1.0], "op": "and"}
    (left, right), (low, high) = sorted((x0, x1)), sorted((y0, y1))

    def exact(margin):
        box = {"x": [left, right], "y": [low - margin, high + margin], "op": operation}
        return brushed(curves, GRID, [first, box])

    rounding = 2 * columns.scale
    found = columns.brushed([first, {"x": [left, right], "y": [low, high], "op": operation}])
    sure = exact(rounding) == exact(-rounding)
    assert sure.mean() > 0.9
    assert (found == exact(0))[sure].all()


def by_hand(columns, curves):
    """Share each line, column by column, among the pixels that it passes since the column before."""
    counts = np.zeros((HEIGHT, WIDTH))
    at = np.linspace(GRID[0], GRID[-1], WIDTH)
    for curve in np.floor((curves - columns.low) / columns.scale + 0.5) * HEIGHT // 65536:
        heights = np.interp(at, GRID, curve + 0.5)
        for column in range(WIDTH):
            low, high = sorted(heights[[max(0, column - 1), column]].astype(int))
            counts[HEIGHT - 1 - high : HEIGHT - low, column] += 1 / (high - low + 1)
    return counts


def test_the_density_counts_the_curves_on_each_pixel():
    curves = some_curves(40)
    columns = columns_of(curves)
    found, expected = columns.bundle(None, HEIGHT, WIDTH).density, by_hand(columns, curves)
    assert found.shape == (HEIGHT, WIDTH)
    np.testing.assert_allclose(found.sum(axis=0), 40)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_level_curves_lie_on_their_own_row():
    curves = np.repeat([[0.0], [0.9], [0.9], [3.0]], len(GRID), axis=1)
    density = columns_of(curves).bundle(None, 3, 5).density
    assert density.tolist() == [[1] * 5, [0] * 5, [3] * 5]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.9, 1.0])
def test_what_is_taken_from_all_is_what_is_counted(share):
    curves = some_curves()
    columns = columns_of(curves)
    marks = np.random.default_rng(1).random(len(curves)) < share
    everything = columns.bundle(None, HEIGHT, WIDTH)
    quick, counted = (columns.bundle(marks, HEIGHT, WIDTH, all_) for all_ in (everything, None))
    assert quick.count == counted.count == marks.sum()
    np.testing.assert_allclose(quick.density, counted.density, atol=1e-6)
    mean = columns.mean(quick)
    assert (mean is None) == (not marks.any())
    if mean is not None:
        np.testing.assert_allclose(mean, curves[marks].mean(axis=0), atol=columns.scale)


@pytest.mark.parametrize("anchor", [None, 0.0, 2.2, 4.0])
@pytest.mark.parametrize("alone", [10, 1000])
def test_centred_curves_are_differences_from_their_anchor(anchor, alone, monkeypatch):
    monkeypatch.setattr("xai_widgets.explainers.curve_columns._ALONE", alone)
    curves = some_curves()
    columns = columns_of(curves)
    moved = columns.centered(anchor)
    expected = centered(curves, GRID, anchor)
    found = moved.low + moved.scale * moved.stored.T
    np.testing.assert_allclose(found, expected, atol=3 * columns.scale)
    assert moved.high == pytest.approx(expected.max(), abs=3 * columns.scale)


def test_one_point_and_one_value():
    single = CurveColumns.of([np.array([[2.0], [2.0]])], np.array([7.0]))
    assert single.brushed([{"x": [6, 8], "y": [1, 3], "op": "and"}]).tolist() == [True, True]
    assert single.brushed([{"x": [6, 8], "y": [3, 4], "op": "and"}]).tolist() == [False, False]
    bundle = single.bundle(None, 4, 6)
    assert bundle.density[:, 0].tolist() == [0, 0, 0, 2]
    assert bundle.density[:, 1:].sum() == 0
    assert single.mean(bundle).tolist() == [2.0]
