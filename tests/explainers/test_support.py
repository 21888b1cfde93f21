"""Where the data lie on a grid of two features."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from xai_widgets.explainers import support
from xai_widgets.explainers.grids import make_grid
from xai_widgets.explainers.support import REACH, Support
from xai_widgets.models.tables import Table


def support_of(X, **settings):
    table = Table.of(X)
    return Support.of(table, make_grid(table, [0, 1], **settings))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.integers(3, 60), st.integers(3, 8))
def test_rows_near_are_those_counted_one_by_one(seed, rows, resolution):
    X = np.random.default_rng(seed).normal(size=(rows, 2))
    found = support_of(X, grid_resolution=resolution)
    spans = [np.ptp(axis.places) for axis in found.axes]
    for (i, j), near in np.ndenumerate(found.near):
        apart = np.abs(X - [found.axes[0].places[i], found.axes[1].places[j]])
        assert near == (apart <= REACH * np.array(spans)).all(axis=1).sum()


def test_rows_are_counted_in_parts(monkeypatch):
    X = np.random.default_rng(0).normal(size=(100, 2))
    whole = support_of(X, grid_resolution=5).near
    monkeypatch.setattr(support, "_MOST_AT_ONCE", 35)
    assert np.array_equal(support_of(X, grid_resolution=5).near, whole)


def test_the_empty_corners_of_two_that_go_together_are_extrapolation():
    x = np.random.default_rng(0).uniform(0, 1, 1000)
    few = support_of(np.column_stack([x, x]), grid_resolution=21).few
    i, j = np.indices(few.shape)
    assert not few[np.abs(i - j) <= 2].any()
    assert few[np.abs(i - j) >= 5].all()


def test_full_data_have_no_extrapolation():
    assert not support_of(np.random.default_rng(0).uniform(0, 1, (3000, 2)), grid_resolution=30).few.any()


def test_few_rows_are_judged_by_fewer():
    assert support_of(np.random.default_rng(0).uniform(0, 1, (50, 2))).least == 1
    assert support_of(np.random.default_rng(0).uniform(0, 1, (201, 2))).least == 3
    assert support_of(np.random.default_rng(0).uniform(0, 1, (5000, 2))).least == 5


def test_categories_that_no_row_joins_are_extrapolation():
    X = pd.DataFrame({"a": ["x"] * 30 + ["y"] * 30, "b": ["p"] * 30 + ["q"] * 30})
    found = support_of(X)
    assert found.near.tolist() == [[30, 0], [0, 30]]
    assert found.few.tolist() == [[False, True], [True, False]]
    assert [axis.middle for axis in found.axes] == ["x", "p"]


def test_what_is_missing_is_near_nothing():
    X = np.array([[0.0, 1.0], [np.nan, 1.0], [1.0, np.nan], [1.0, 2.0], [2.0, 3.0]])
    found = support_of(X)
    assert found.near.sum() == 3
    assert found.some_rows(np.arange(5)).tolist() == [[0, 1], [1, 2], [2, 3]]
