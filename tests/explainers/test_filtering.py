import doctest

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xai_widgets.explainers import filtering as module
from xai_widgets.explainers.filtering import Column, Filtering
from xai_widgets.models import InputError
from xai_widgets.models.tables import Table


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "temp": [0.1, 0.2, 0.3, np.nan],
            "day": [20240101, 20240102, 20240103, 20240104],
            "season": pd.Categorical(["winter", "summer", None, "winter"], categories=["winter", "spring", "summer"]),
            "open": [True, False, True, True],
            "city": ["b", "a", None, "b"],
        }
    )


@pytest.fixture
def filtering(frame):
    return Filtering(Table.of(frame))


def rows(filtering, given):
    return np.flatnonzero(filtering.passing(filtering.checked(given))).tolist()


def test_what_passes(filtering):
    assert rows(filtering, {}) == [0, 1, 2, 3]
    assert rows(filtering, {"temp": [0.2, 0.3]}) == [1, 2]
    assert rows(filtering, {"day": [20240103, 20240103]}) == [2]
    assert rows(filtering, {"season": ["winter"]}) == [0, 3]
    assert rows(filtering, {"open": [True]}) == [0, 2, 3]
    assert rows(filtering, {"city": ["a", "b"]}) == [0, 1, 3]
    assert rows(filtering, {"city": ["b"], "temp": [0, 1]}) == [0]
    assert rows(filtering, {"season": []}) == []


def test_rows_without_a_value_pass_where_none_is_wanted(filtering):
    assert rows(filtering, {"temp": [0.2, 0.3, None]}) == [1, 2, 3]
    assert rows(filtering, {"temp": [None]}) == [3]
    assert rows(filtering, {"season": [None, "summer"]}) == [1, 2]
    assert rows(filtering, {"city": [None], "temp": [0, 1]}) == [2]
    assert filtering.checked({"temp": (None, 0, 1), "season": [None, "summer", "winter"]}) == {
        "temp": [0, 1, None],
        "season": ["winter", "summer", None],
    }


def test_checked_filters_are_plain_and_in_the_order_of_the_categories(filtering):
    given = {0: (np.float32(0.5), np.int64(2)), "season": ("summer", "winter"), "open": np.array([True])}
    assert filtering.checked(given) == {"temp": [0.5, 2], "season": ["winter", "summer"], "open": [True]}
    assert filtering.checked({"temp": [0, 10**30]}) == {"temp": [0, 10**30]}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"tmp": [0, 1]}, "There is no column 'tmp'.*did you mean 'temp'"),
        ({"temp": [1, 0]}, "'temp' holds numbers: its filter is a range"),
        ({"temp": [0, 1, 2]}, "is a range"),
        ({"temp": ["low", "high"]}, "is a range"),
        ({"temp": [0, np.nan]}, "is a range"),
        ({"temp": [10**400, 10**401]}, "is a range"),
        ({"temp": [True, True]}, "is a range"),
        ({"temp": []}, "is a range"),
        ({"temp": [None, 1]}, "is a range"),
        ({"temp": 3}, "is a range"),
        ({"season": ["autumn"]}, "no such category.*'autumn'.*'winter', 'spring', 'summer'"),
        ({"season": "winter"}, "no list of categories"),
        ([("temp", 1)], "Filters are a dict"),
    ],
)
def test_what_cannot_be_a_filter_is_a_sentence(filtering, given, sentence):
    with pytest.raises(InputError, match=f"(?s){sentence}"):
        filtering.checked(given)


def test_columns_are_numbers_or_places_among_categories(frame):
    table = Table.of(frame)
    temp, season = Column.of(table, "temp"), Column.of(table, "season")
    assert temp.categories is None
    np.testing.assert_array_equal(temp.values, frame["temp"])
    assert season.categories == ("winter", "spring", "summer")
    np.testing.assert_array_equal(season.values, [0, 2, -1, 0])
    assert Column.of(table, "open").categories == (False, True)
    times = Table.of(pl.DataFrame({"when": np.array(["2024-02-01", "2024-01-01"], "M8[D]")}))
    assert Column.of(times, "when").categories == ("2024-01-01", "2024-02-01")


@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=False, width=32), min_size=1, max_size=20),
    st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=2).map(sorted),
)
def test_a_range_is_what_pandas_says(values, ends):
    filtering = Filtering(Table.of(np.array(values)[:, None]))
    expected = pd.Series(values, dtype=float).between(*ends).to_numpy()
    assert filtering.passing({"x0": ends}).tolist() == expected.tolist()


def test_the_example_runs():
    assert doctest.testmod(module) == (0, 3)
