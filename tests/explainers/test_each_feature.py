"""The curves of many features at once are those of each alone, and never those of trees that the model is not."""

import numpy as np
import pytest
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression

from xai_widgets.explainers import each_feature, partial_dependence, partial_dependences
from xai_widgets.explainers.each_feature import proved_walk, walk_in_parts
from xai_widgets.explainers.grids import make_grid
from xai_widgets.models import InputError
from xai_widgets.models.predictors import Predictor
from xai_widgets.models.tables import Table

from ..models.forests import TREES
from ..models.test_trees import frame, of_categories

BY_NAME = {str(case): case for case in TREES}
ONE_PASS = [
    "HistGradientBoostingRegressor-positive-squared_error",
    "HistGradientBoostingRegressor-number-categories",
    "RandomForestRegressor-number-missing=True",
    "RandomForestClassifier-three",
    "XGBRegressor-number-categories",
    "LGBMRegressor-number-zero_as_missing",
    "CatBoostRegressor-number-nan last",
]


@pytest.fixture
def passes(monkeypatch):
    """Return a list that grows with each pass through trees."""
    made = []
    once = each_feature.mean_tree_curves
    monkeypatch.setattr(each_feature, "mean_tree_curves", lambda *given: made.append(1) or once(*given))
    return made


def assert_those_of_each(model, X, together, within=1e-9, **settings):
    for name, found in together.items():
        alone = partial_dependence(model, X, name, **settings)
        np.testing.assert_array_equal(found.grid_values[0], alone.grid_values[0])
        np.testing.assert_allclose(found.average, alone.average, rtol=within, atol=within)


@pytest.mark.parametrize("name", ONE_PASS)
@pytest.mark.parametrize("weighted", [False, True])
def test_one_pass_gives_the_mean_of_each_feature(name, weighted, passes):
    case = BY_NAME[name]
    model, X = case.fitted(), case.rows
    settings = {
        "sample_weight": np.random.default_rng(0).random(len(X)) if weighted else None,
        "grid_resolution": 9,
        "custom_values": {"x0": [1.0, np.nan, -2.0, 1.0]} if case.missing else None,
    }
    together = partial_dependences(model, X, **settings)
    assert list(together) == ["x0", "x1", "x2", "x3", "x4"]
    assert passes
    assert_those_of_each(model, X, together, 1e-5 if case.module == "xgboost" else 1e-9, **settings)


@pytest.mark.parametrize("response", ["decision_function", "predict_proba"])
def test_a_mean_of_probabilities_is_not_that_of_scores(response, passes):
    case = BY_NAME["GradientBoostingClassifier-two"]
    settings = {"response_method": response, "grid_resolution": 9}
    together = partial_dependences(case.fitted(), case.rows, ["x1", 0], **settings)
    assert list(together) == ["x1", "x0"]
    assert bool(passes) == (response == "decision_function")
    assert_those_of_each(case.fitted(), case.rows, together, **settings)


def test_words(passes):
    model, X = of_categories("HistGradientBoostingRegressor"), frame()
    together = partial_dependences(model, X, grid_resolution=9)
    assert passes
    assert_those_of_each(model, X, together, grid_resolution=9)


def test_curves_of_rows():
    case = BY_NAME["RandomForestRegressor-number-missing=True"]
    together = partial_dependences(case.fitted(), case.rows, [0, 3], kind="both", grid_resolution=9)
    for found in together.values():
        np.testing.assert_allclose(found.individual.mean(axis=1), found.average, atol=1e-12)


def test_what_has_no_trees_is_asked(passes):
    X = np.random.default_rng(0).normal(size=(40, 3))
    model = LinearRegression().fit(X, X @ [1, 2, 3])
    together = partial_dependences(model, X, grid_resolution=5)
    assert not passes
    assert_those_of_each(model, X, together, grid_resolution=5)


@pytest.mark.parametrize("kind", [HistGradientBoostingRegressor, RandomForestRegressor])
def test_a_model_that_says_otherwise_than_its_trees_is_asked(kind, passes):
    X = np.random.default_rng(0).normal(size=(60, 3))
    model = kind(random_state=0).fit(X, X[:, 0])
    truth = partial_dependences(model, X, grid_resolution=5)
    own = model.predict
    model.predict = lambda rows: 2 * own(rows)
    together = partial_dependences(model, X, grid_resolution=5)
    assert len(passes) == 1
    for name, found in together.items():
        np.testing.assert_allclose(found.average, 2 * truth[name].average, rtol=1e-12)


def test_trees_that_err_at_one_feature_alone_are_not_shown(passes):
    X = np.random.default_rng(0).normal(size=(60, 3))
    model = HistGradientBoostingRegressor(max_iter=9, random_state=0).fit(X, X[:, 2])
    own = model.predict
    highest = X[:, 1].max()
    model.predict = lambda rows: own(rows) + (rows[:, 1] == highest)
    settings = {"grid_resolution": 5, "percentiles": (0, 1)}
    together = partial_dependences(model, X[X[:, 1] < highest], custom_values={1: [0, highest]}, **settings)
    assert not passes
    assert np.ptp(together["x1"].average) > 0.9


def _leaf_of_forest(model):
    model.estimators_[3].tree_.value[...] += 1


def _threshold_of_forest(model):
    model.estimators_[0].tree_.threshold[0] += 10


def _leaf_of_histograms(model):
    model._predictors[2][0].nodes["value"] += 1


def _start(model):
    model._baseline_prediction += 1


def _rate(model):
    model.learning_rate *= 2


CHANGES = [
    (RandomForestRegressor, _leaf_of_forest),
    (RandomForestClassifier, _threshold_of_forest),
    (HistGradientBoostingRegressor, _leaf_of_histograms),
    (HistGradientBoostingClassifier, _start),
    (GradientBoostingClassifier, _rate),
]


@pytest.mark.parametrize(("kind", "change"), CHANGES)
def test_a_model_changed_in_place_is_read_again(kind, change):
    X, noise = np.random.default_rng(0).normal(size=(80, 3)), np.random.default_rng(1).normal(size=80)
    y = X[:, 0] + noise if "Regressor" in kind.__name__ else (X[:, 0] + noise > 0).astype(int)
    model = kind(random_state=0).fit(X, y)
    before = partial_dependences(model, X, grid_resolution=5)["x0"].average
    change(model)
    found = partial_dependences(model, X, grid_resolution=5)["x0"]
    assert np.abs(found.average - before).max() > 1e-4
    expected = [
        np.mean(_asked(model, np.column_stack([np.full(len(X), value), X[:, 1:]]))) for value in found.grid_values[0]
    ]
    np.testing.assert_allclose(found.average[0], expected, atol=1e-9)


def _asked(model, X):
    return model.predict_proba(X)[:, 1] if hasattr(model, "predict_proba") else model.predict(X)


def test_bad_input_is_said():
    X = np.random.default_rng(0).normal(size=(20, 2))
    model = RandomForestRegressor(2, random_state=0).fit(X, X[:, 0])
    with pytest.raises(InputError, match="There is no column 'x7'"):
        partial_dependences(model, X, ["x7"])
    with pytest.raises(InputError, match="sample weights"):
        partial_dependences(model, X, sample_weight=[1, 2])


def test_a_walk_of_very_many_features_is_proved_some_at_a_time(monkeypatch):
    case = BY_NAME["RandomForestRegressor-number-missing=True"]
    model, table = case.fitted(), Table.of(case.rows)
    grids = {name: make_grid(table, name) for name in table.names}
    asked, scores = [], Predictor.scores
    monkeypatch.setattr(Predictor, "scores", lambda self, rows: asked.append(len(rows)) or scores(self, rows))
    assert len(list(walk_in_parts(Predictor(model), table, grids))) == 1
    whole = sum(asked)
    monkeypatch.setattr(each_feature, "_BYTES_OF_COPIES", 1)
    asked.clear()
    assert len(list(walk_in_parts(Predictor(model), table, grids))) == 5
    assert sum(asked) == whole
    assert max(asked) <= whole / 4
    assert proved_walk(Predictor(model), table, grids) is not None
