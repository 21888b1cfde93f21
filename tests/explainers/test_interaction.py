"""The H-statistic: closed forms, brute force, and pairs that do not matter."""

import itertools

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression

from tests.data import FOLDER
from xai_widgets.explainers import HStatistic, h_statistic
from xai_widgets.models import InputError

FACTORIAL = np.array(list(itertools.product([-1.0, 1.0], repeat=4)))


def values(model, X, **settings):
    return {one.features: one.value for one in h_statistic(model, X, **settings)}


def brute_force(model, X, first, second):
    """Friedman and Popescu's equation 44, row by row."""

    def dependence(columns):
        means = []
        for row in X:
            moved = X.copy()
            moved[:, columns] = row[columns]
            means.append(model(moved).mean())
        return np.array(means) - np.mean(means)

    joint = dependence([first, second])
    rest = joint - dependence([first]) - dependence([second])
    return np.sqrt((rest**2).sum() / (joint**2).sum()), np.sqrt(np.mean(rest**2))


def test_a_product_is_all_interaction_and_a_sum_is_none():
    product = values(lambda X: X[:, 0] * X[:, 1] + 2 * X[:, 2], FACTORIAL)
    assert product["x0", "x1"] == pytest.approx(1)
    assert all(value == 0 for pair, value in product.items() if pair != ("x0", "x1"))


@pytest.mark.parametrize("b", [0.1, 1.0, 5.0])
def test_main_effects_beside_an_interaction(b):
    found = h_statistic(lambda X: X[:, 0] + X[:, 1] + b * X[:, 0] * X[:, 1], FACTORIAL)[0]
    assert found.features == ("x0", "x1")
    assert found.value == pytest.approx(np.sqrt(b**2 / (2 + b**2)))
    assert found.strength == pytest.approx(b)


def test_it_is_what_the_paper_says_row_by_row():
    X = np.random.default_rng(0).normal(size=(40, 3))

    def model(table):
        return np.exp(0.3 * table[:, 0] * table[:, 1]) + np.maximum(table[:, 2], table[:, 0])

    for one in h_statistic(model, X, n_rows=40):
        places = [int(name[1]) for name in one.features]
        assert (one.value, one.strength) == pytest.approx(brute_force(model, X, *places))


@pytest.mark.parametrize("offset", [0, 1e9])
def test_features_that_do_not_matter_have_no_interaction(offset):
    X = np.random.default_rng(1).normal(size=(80, 4))

    def model(table):
        return offset + table[:, 0] + 1e-9 * np.sin(1e6 * table[:, 2] * table[:, 3])

    assert set(values(model, X).values()) == {0.0}


def test_trees_words_and_classes():
    draw = np.random.default_rng(2)
    X = draw.uniform(-1, 1, (400, 3))
    trees = HistGradientBoostingRegressor(max_iter=60).fit(X, 5 * (X[:, 0] > 0) * (X[:, 1] > 0) + X[:, 2])
    best = h_statistic(trees, X)[0]
    assert best.features == ("x0", "x1")
    assert best.value > 0.5
    frame = pd.DataFrame({"town": draw.choice(["a", "b"], 60), "size": draw.uniform(0, 1, 60)})
    (told,) = h_statistic(lambda table: (table["town"] == "a") * table["size"], frame)
    assert told.features == ("town", "size")
    assert 0.1 < told.value < 1
    classes = LogisticRegression().fit(X, np.array(["ant", "bee", "cat"])[draw.integers(0, 3, 400)])
    assert len(h_statistic(classes, X, target="bee")) == 3
    with pytest.raises(InputError, match="'ant', 'bee', 'cat'"):
        h_statistic(classes, X)


def test_the_list_fills_pair_by_pair_and_goes_on_where_it_stopped():
    X = np.random.default_rng(3).uniform(-1, 1, (50, 4))
    explainer = HStatistic(lambda table: table[:, 0] * table[:, 1] * table[:, 2] + table[:, 3], seed=7)
    estimates = list(explainer.stream(X))
    assert estimates[0].done == 1
    assert (estimates[-1].done, estimates[-1].total, estimates[-1].finished) == (6, 6, True)
    *_, resumed = explainer.stream(X, state=estimates[0].state)
    assert resumed.ranked == estimates[-1].ranked == explainer.explain(X).ranked
    with pytest.raises(InputError, match="another data"):
        next(explainer.stream(X + 1, state=estimates[0].state))


def test_bike_sharing_rides_interact_by_year_or_temperature():
    days = pd.read_csv(FOLDER / "tabular/bike_sharing_day.csv")
    X = days[["season", "yr", "weekday", "weathersit", "temp", "hum", "windspeed"]]
    model = HistGradientBoostingRegressor(max_iter=60, random_state=0).fit(X, days["cnt"])
    ranked = h_statistic(model, X, ["temp", "season", "hum", "weekday"], n_rows=60)
    assert len(ranked) == 6
    assert all(0 <= one.value < 1 and one.strength < days["cnt"].std() for one in ranked)
    assert [one.strength for one in ranked] == sorted((one.strength for one in ranked), reverse=True)


@pytest.mark.parametrize("features", [["x0"], ["x0", "x0"], ["x0", 0], []])
def test_features_that_make_no_pair_are_refused(features):
    with pytest.raises(InputError, match="make no pairs"):
        h_statistic(lambda X: X[:, 0], FACTORIAL, features)


@pytest.mark.parametrize("n_rows", [1, 0, "all"])
def test_a_sample_of_no_rows_is_refused(n_rows):
    with pytest.raises(InputError, match="cannot be sampled"):
        h_statistic(lambda X: X[:, 0], FACTORIAL, n_rows=n_rows)
