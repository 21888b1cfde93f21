import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures.brush import write
from xai_widgets.explainers.brushing import brushed

GRID = np.array([0.0, 1.0, 3.0])


def box(x, y, op="and"):
    return {"x": list(x), "y": list(y), "op": op}


def test_a_curve_passes_between_its_points_too():
    curves = np.array([[0.0, 2.0, 0.0], [5.0, 5.0, 5.0]])
    assert brushed(curves, GRID, [box((0.4, 0.6), (0.9, 1.0))]).tolist() == [True, False]
    assert brushed(curves, GRID, [box((0.4, 0.6), (1.3, 2.0))]).tolist() == [False, False]
    assert brushed(curves, GRID, [box((1.9, 2.1), (0.9, 1.0))]).tolist() == [True, False]
    assert brushed(curves, GRID, [box((0, 3), (4, 6))]).tolist() == [False, True]


def test_boxes_combine_in_their_order():
    curves = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
    start, end = box((0, 0), (-0.1, 0.1)), box((3, 3), (0.9, 1.1))
    assert brushed(curves, GRID, []).tolist() == [False] * 3
    assert brushed(curves, GRID, [start, end]).tolist() == [False, True, False]
    assert brushed(curves, GRID, [start, end | {"op": "or"}]).tolist() == [True, True, True]
    assert brushed(curves, GRID, [start, end | {"op": "not"}]).tolist() == [True, False, False]
    assert brushed(curves, GRID, [end | {"op": "not"}]).tolist() == [False, True, True]


CASES = json.loads(write.FILE.read_text(encoding="utf-8"))


def test_the_cases_are_those_that_are_written():
    assert json.loads(write.as_json()) == CASES


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_the_cases_that_the_browser_knows_too(case):
    found = brushed(np.array(case["curves"]), np.array(case["grid"], dtype=float), case["brushes"])
    assert found.tolist() == case["passing"]


def test_a_box_beside_the_grid_and_a_grid_of_one_point():
    assert not brushed(np.ones((2, 3)), GRID, [box((4, 5), (0, 2))]).any()
    assert brushed(np.array([[1.0], [3.0]]), np.array([2.0]), [box((1, 3), (0, 2))]).tolist() == [True, False]


numbers = st.floats(-2, 4, allow_nan=False)


@given(st.lists(numbers, min_size=3, max_size=3), numbers, numbers, numbers, numbers)
def test_it_is_what_a_fine_walk_along_the_curve_finds(heights, x0, x1, y0, y1):
    (left, right), (low, high) = sorted((x0, x1)), sorted((y0, y1))
    along = np.unique(np.concatenate([np.linspace(0, 3, 3001), np.array([left, right]).clip(0, 3)]))
    curve = np.interp(along, GRID, heights)
    inside = (along >= left) & (along <= right)
    found = bool(brushed(np.array([heights]), GRID, [box((left, right), (low, high))])[0])
    passes = bool((inside & (curve >= low) & (curve <= high)).any())
    grazes = bool((inside & (curve >= low - 0.02) & (curve <= high + 0.02)).any())
    assert passes <= found <= grazes


def test_of_points_that_coincide_as_doubles_all_are_met():
    grid = np.array([2**53, 2**53 + 1, 2**53 + 2], dtype=float)
    curves = np.array([[0.0, 5.0, 1.0], [2.0, 2.0, 2.0]])
    assert brushed(curves, grid, [box((grid[0], grid[0]), (4, 6))]).tolist() == [True, False]
    assert brushed(curves, grid, [box((0, grid[0]), (-1, 0.5))]).tolist() == [True, False]
