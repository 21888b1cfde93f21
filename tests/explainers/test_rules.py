"""Rules that say which rows: closed forms, exhaustive search, and rows that have nothing in common."""

import itertools

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sklearn.tree import DecisionTreeClassifier

from tests.data import FOLDER
from xai_widgets.explainers import find_rule
from xai_widgets.explainers.rule_columns import roundest
from xai_widgets.models import InputError


def uniform(rows=300, columns=3, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (rows, columns))


def rule_for(table, mask):
    return find_rule(table, np.flatnonzero(mask))


def test_a_threshold_is_told_as_the_roundest_number_that_names_the_same_rows():
    X = uniform()
    rule = rule_for(X, X[:, 2] >= 0)
    assert str(rule) == "x2 >= 0 (precision 1, recall 1)"
    assert rule.n == (X[:, 2] >= 0).sum()
    assert np.array_equal(rule.rows(X), np.flatnonzero(X[:, 2] >= 0))


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_columns_of_several_values_in_a_cell_are_in_no_rule(library):
    X = uniform(columns=1)[:, 0]
    rule = rule_for(library({"pair": [[x, -x] for x in X.tolist()], "x": X}), X >= 0.5)
    assert str(rule) == "x >= 0.5 (precision 1, recall 1)"


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_conditions_of_several_kinds_are_found_together(library):
    draw = np.random.default_rng(1)
    season = draw.choice(["winter", "spring", "summer", "fall"], 800)
    hum, age = draw.uniform(0, 1, 800), draw.integers(18, 90, 800)
    X = library({"noise": draw.normal(size=800), "season": season, "hum": hum, "age": age})
    both = (season == "winter") & (hum < 0.6)
    assert str(rule_for(X, both)).startswith("season = winter and hum < 0.6 ")
    assert str(rule_for(X, age >= 40)) == "age >= 40 (precision 1, recall 1)"
    cold = np.isin(season, ["fall", "winter"]) & (age < 30)
    told = rule_for(X, cold)
    assert {(each.feature, each.operator) for each in told.conditions} == {("season", "in"), ("age", "<")}
    assert np.array_equal(told.rows(X), np.flatnonzero(cold))


def test_thresholds_of_whole_numbers_are_whole_and_few_of_them_are_named():
    draw = np.random.default_rng(2)
    X = pd.DataFrame({"month": draw.integers(1, 13, 500), "income": draw.integers(10_000, 90_000, 500)})
    assert str(rule_for(X, X["month"] == 7)).startswith("month = 7 ")
    (condition,) = rule_for(X, X["income"] >= 40_321).conditions
    assert isinstance(condition.value, int)
    assert str(condition).removeprefix("income >= ").isdigit()


def test_what_is_missing_can_be_the_rule_and_is_on_neither_side_of_a_threshold():
    draw = np.random.default_rng(3)
    age = np.where(draw.random(400) < 0.2, np.nan, draw.uniform(0, 80, 400))
    town = draw.choice(["Busan", "Seoul", None], 400)
    X = pd.DataFrame({"age": age, "town": town})
    assert str(rule_for(X, np.isnan(age))) == "age is missing (precision 1, recall 1)"
    assert str(rule_for(X, X["town"].notna())) == "town is known (precision 1, recall 1)"
    for old in (age >= 40, age < 40):
        rule = rule_for(X, old)
        assert np.array_equal(rule.rows(X), np.flatnonzero(old))
    assert str(rule_for(X, town == "Seoul")).startswith("town = Seoul ")
    assert str(rule_for(X, town != "Seoul")).startswith("town ≠ Seoul ")


def test_truth_values_and_categories_that_are_numbers():
    draw = np.random.default_rng(4)
    X = pd.DataFrame({"holiday": draw.random(200) < 0.4, "zone": pd.Categorical(draw.integers(1, 6, 200))})
    assert str(rule_for(X, X["holiday"])).startswith("holiday = True ")
    assert str(rule_for(X, X["zone"] == 3)).startswith("zone = 3 ")


def test_dates_are_named():
    days = pd.to_datetime(["2024-01-01", "2024-03-01", None])
    X = pd.DataFrame({"day": np.resize(days, 90), "noise": np.arange(90.0)})
    for wanted in (X["day"] == days[1], X["day"].isna()):
        rule = rule_for(X, wanted)
        assert [each.feature for each in rule.conditions] == ["day"]
        assert np.array_equal(rule.rows(X), np.flatnonzero(wanted))


def test_rows_picked_at_random_have_no_rule():
    for seed, size in itertools.product(range(3), (1, 3, 10, 100, 250)):
        X = uniform(500, 20, seed)
        rule = find_rule(X, np.random.default_rng(seed + 10).choice(500, size, replace=False))
        assert rule.conditions == ()
        assert str(rule) == "no short rule describes these rows"
        assert (rule.precision, rule.recall) == (size / 500, 1)
        assert len(rule.rows(X)) == 500, "it names every row"


def test_all_rows_and_columns_that_say_nothing():
    X = np.zeros((20, 2))
    assert str(find_rule(X, range(20))) == "all rows"
    assert find_rule(X, range(10)).conditions == ()


def test_fewer_conditions_are_preferred_when_nearly_as_good():
    X = uniform(1000)
    chosen = (X[:, 0] >= 0.5) & ~((X[:, 1] < -0.98) & (X[:, 2] < 0))
    assert [each.feature for each in rule_for(X, chosen).conditions] == ["x0"]


def test_a_feature_to_avoid_is_used_only_where_nothing_else_tells():
    X = uniform()
    X[:, 1] = X[:, 0] + 0.3 * X[:, 1]
    rows = np.flatnonzero(X[:, 0] >= 0.2)
    assert [each.feature for each in find_rule(X, rows, avoid=["x0"]).conditions] == ["x1"]
    X[:, 1:] = uniform(seed=9)[:, 1:]
    assert str(find_rule(X, rows, avoid=["x0"])) == "x0 >= 0.2 (precision 1, recall 1)"


def test_only_the_rows_that_count_are_told_apart():
    X = uniform()
    among = np.flatnonzero(X[:, 0] >= 0)
    rows = np.flatnonzero((X[:, 0] >= 0) & (X[:, 1] < 0.25))
    assert [each.feature for each in find_rule(X, rows, among=among).conditions] == ["x1"]
    assert [each.feature for each in find_rule(X, rows).conditions] == ["x0", "x1"]


def correlated(named, chosen):
    deviations = named - named.mean(), chosen - chosen.mean()
    return (
        deviations[0]
        @ deviations[1]
        / max(1e-12, np.sqrt((deviations[0] @ deviations[0]) * (deviations[1] @ deviations[1])))
    )


@settings(max_examples=10, deadline=None)
@given(some.integers(0, 10**6), some.floats(0, 0.15))
def test_no_pair_of_thresholds_is_much_better(seed, noise):
    draw = np.random.default_rng(seed)
    X = draw.uniform(-1, 1, (60, 2))
    low, high = draw.uniform(-0.6, 0.6, 2)
    chosen = ((X[:, 0] >= low) & (X[:, 1] < high)) ^ (draw.random(60) < noise)
    if not chosen.any() or chosen.all():
        return
    cuts = [np.vstack([side(column, column[:, None]) for side in (np.less, np.greater_equal)]) for column in X.T]
    named = (cuts[0][:, None] & cuts[1]).reshape(-1, 60)
    best = max(correlated(one, chosen) for one in np.unique(named, axis=0))
    rule = rule_for(X, chosen)
    if rule.conditions:
        named = np.isin(np.arange(60), rule.rows(X))
        assert correlated(named, chosen) >= best - 0.05
        assert rule.precision == pytest.approx(chosen[named].mean())
        assert rule.recall == pytest.approx(named[chosen].mean())
    else:
        assert best < 0.95 or chosen.sum() < 5 or chosen.sum() > 55


@settings(max_examples=200, deadline=None)
@given(some.floats(-1e9, 1e9), some.floats(1e-9, 1e9))
def test_round_numbers_lie_where_they_must(low, gap):
    high = low + gap
    if high > low:
        assert low < roundest(low, high) <= high


@given(some.integers(-(10**6), 10**6), some.integers(1, 10**6))
def test_round_whole_numbers_are_whole(low, gap):
    value = roundest(low, low + gap)
    assert isinstance(value, int)
    assert low < value <= low + gap


def test_many_rows_are_judged_by_all_of_them():
    X = uniform(60_000)
    chosen = (X[:, 0] >= 0.5) & (X[:, 1] < 0)
    rule = rule_for(X, chosen)
    named = np.isin(np.arange(len(X)), rule.rows(X))
    assert rule.precision == pytest.approx(chosen[named].mean(), abs=1e-12)
    assert min(rule.precision, rule.recall) > 0.99
    assert [str(each) for each in rule.conditions] == ["x0 >= 0.5", "x1 < 0"]


def test_the_same_rule_each_time_and_nothing_is_changed():
    X = pd.DataFrame(uniform(500, 6), columns=list("abcdef"))
    before, state = X.copy(), np.random.get_state()[1].copy()
    rows = np.flatnonzero((X["a"] > 0) ^ (X["b"] > 0.8))
    assert find_rule(X, rows) == find_rule(X, rows[::-1])
    pd.testing.assert_frame_equal(X, before)
    assert np.array_equal(np.random.get_state()[1], state)


@pytest.fixture(scope="module")
def days():
    return pd.read_csv(FOLDER / "tabular/bike_sharing_day.csv")


def weather(days):
    return days[["season", "yr", "mnth", "holiday", "weekday", "weathersit", "temp", "hum", "windspeed"]]


def test_days_of_many_casual_rides_are_warm_weekends(days):
    rule = rule_for(weather(days), days["casual"] > 1500)
    assert [(each.feature, each.operator) for each in rule.conditions] == [("weekday", "in"), ("temp", ">=")]
    assert rule.conditions[0].value == (0, 6)
    assert min(rule.precision, rule.recall) > 0.7


@pytest.mark.parametrize("wanted", ["few", "many", "casual"])
def test_a_rule_is_as_good_as_the_best_branch_of_trees_of_its_depth(days, wanted):
    X = weather(days)
    chosen = {"few": days["cnt"] < 3000, "many": days["cnt"] > 6000, "casual": days["casual"] > 1500}[wanted].to_numpy()
    branches = [
        tree.fit(X, chosen).decision_path(X).toarray().astype(bool).T
        for tree in (DecisionTreeClassifier(max_depth=3, class_weight=weight) for weight in (None, "balanced"))
    ]
    best = max(correlated(named, chosen) for named in np.concatenate(branches))
    rule = rule_for(X, chosen)
    assert correlated(np.isin(np.arange(len(X)), rule.rows(X)), chosen) >= best - 1e-9


@pytest.mark.parametrize("rows", [[], [300], [-1], [0.5]])
def test_rows_that_are_none_are_refused(rows):
    with pytest.raises(InputError, match="rows that a rule can describe"):
        find_rule(uniform(), rows)
