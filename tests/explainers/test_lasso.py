"""Which points lie within shapes, and how swarms are stacked: closed forms, a peer, and the browser's twins."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path

from tests.fixtures.swarm import write
from xai_widgets.explainers.lasso import inside
from xai_widgets.render.swarm_layout import stacked

PLACES = st.integers(-8, 8).map(lambda place: place / 2)


def test_the_browser_is_held_to_the_same():
    assert write.FILE.read_text(encoding="utf-8") == write.as_json(), "run: python -m tests.fixtures.swarm.write"


def test_the_edge_of_a_box_belongs_to_it():
    x, y = np.meshgrid([-1.0, 0.0, 0.5, 1.0, 1.5], [0.0, 1.0, 2.0, 2.5])
    expected = (x >= 0) & (x <= 1) & (y >= 1) & (y <= 2)
    assert np.array_equal(inside(x, y, [0, 1], [1, 2]), expected)
    assert np.array_equal(inside(x, y, [1, 0], [2, 1]), expected)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(PLACES, PLACES), min_size=3, max_size=9), st.integers(0, 2**32 - 1))
def test_a_simple_lasso_holds_what_matplotlib_says(corners, seed):
    middle = np.mean(corners, axis=0)
    corners = sorted(corners, key=lambda corner: np.arctan2(*(np.array(corner) - middle)[::-1]))
    points = np.random.default_rng(seed).uniform(-5, 5, (200, 2))
    found = inside(*points.T, [x for x, _ in corners], [y for _, y in corners])
    theirs = Path([*corners, corners[0]]).contains_points(points)
    convex = _is_convex(corners)
    if convex:
        assert np.array_equal(found, theirs)
    assert found.sum() <= 200
    assert not found[np.abs(points).max(axis=1) > 4].any()


def _is_convex(corners):
    ring = np.array([*corners, *corners[:2]])
    sides = np.diff(ring, axis=0)
    turns = sides[:-1, 0] * sides[1:, 1] - sides[:-1, 1] * sides[1:, 0]
    return len({tuple(corner) for corner in corners}) == len(corners) and (turns > 1e-9).all()


def test_a_lasso_that_crosses_itself_has_a_hole():
    star = [np.exp(2j * np.pi * 2 * k / 5) for k in range(5)]
    found = inside(np.array([0.0, 0.7]), np.array([0.0, 0.0]), [z.real for z in star], [z.imag for z in star])
    assert found.tolist() == [False, True]


def test_nowhere_is_within_nothing():
    assert not inside(np.array([np.nan, 1.0]), np.array([0.0, np.nan]), [-9, 9], [-9, 9]).any()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=120), st.floats(1, 40))
def test_stacks_are_centred_and_keep_to_their_room(columns, room):
    columns = np.array(columns)
    offsets = stacked(columns, room)
    assert np.ptp(offsets) <= max(room - 1, 0) + 1e-9
    for column in np.unique(columns):
        own = offsets[columns == column]
        assert abs(own.mean()) < 1e-9
        assert (np.diff(own) >= 0).all()
    if np.bincount(columns + 5).max() <= room:
        gaps = [np.diff(offsets[columns == column]) for column in np.unique(columns)]
        assert all(np.allclose(gap, 1) for gap in gaps)


def test_heights_show_the_density_and_one_tall_stack_does_not_flatten_the_others():
    columns = np.repeat(np.arange(5), [10, 20, 40, 20, 10])
    heights = [np.ptp(stacked(columns, 20)[columns == column]) for column in range(5)]
    np.testing.assert_allclose(np.array(heights) / heights[2], np.array([9, 19, 39, 19, 9]) / 39)
    spiked = np.r_[columns, np.full(400, 9)]
    assert np.ptp(stacked(np.r_[columns, np.full(20, 9)], 20)[:100]) == heights[2]
    assert np.ptp(stacked(spiked, 20)[spiked == 9]) <= 19 + 1e-9
