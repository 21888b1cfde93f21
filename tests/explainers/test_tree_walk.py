"""Curves through the trees: the model's own numbers, or else the model itself is asked."""

import pickle

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from xai_widgets.explainers import PartialDependence
from xai_widgets.explainers.dependence import StackedPredictions
from xai_widgets.explainers.tree_walk import TreeWalk, trees_of
from xai_widgets.models import trees
from xai_widgets.models.predictors import Predictor
from xai_widgets.models.tables import Table


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 4))
    X[random.uniform(size=300) < 0.1, 1] = np.nan
    return X, X[:, 0] * np.nan_to_num(X[:, 1]) + X[:, 2]


def brute(explainer, X):
    state = explainer.start(X)
    return StackedPredictions(explainer.predictor)(state.table, np.arange(len(X)), state.grid)


@pytest.mark.parametrize("features", [0, 1, (0, 2)])
def test_the_walk_gives_the_models_own_numbers(data, features):
    X, y = data
    model = HistGradientBoostingRegressor(max_iter=30).fit(X, y)
    explainer = PartialDependence(model, features, grid_resolution=12)
    found = explainer.explain(X)
    assert explainer.method == "tree walk"
    expected = brute(explainer, X).swapaxes(0, 1).reshape(found.individual.shape)
    np.testing.assert_allclose(found.individual, expected, atol=1e-9)


def test_the_chosen_class_is_that_of_the_model(data):
    X, y = data
    filled = np.nan_to_num(X)
    model = RandomForestClassifier(20, random_state=0).fit(filled, np.digitize(y, [-0.5, 0.5]))
    explainer = PartialDependence(model, 0, target=2, grid_resolution=12)
    found = explainer.explain(filled)
    assert explainer.method == "tree walk"
    np.testing.assert_allclose(found.individual[0], brute(explainer, filled)[:, 0], atol=1e-9)


def test_trees_that_were_misread_are_never_shown(data, monkeypatch):
    X, y = data
    model = HistGradientBoostingRegressor(max_iter=30).fit(X, y)
    read = trees.read_trees(model)
    read.values[:] *= 1.001
    monkeypatch.setattr("xai_widgets.explainers.tree_walk.read_trees", lambda model: read)
    explainer = PartialDependence(model, 0, grid_resolution=12)
    found = explainer.explain(X)
    assert explainer.method == "predictions"
    np.testing.assert_array_equal(found.individual[0], brute(explainer, X)[:, 0])


def test_a_walk_that_fails_is_never_missed(data):
    X, y = data
    model = HistGradientBoostingRegressor(max_iter=5).fit(X, y)
    explainer = PartialDependence(model, 0, grid_resolution=12)
    state = explainer.start(X)
    walk = explainer._chosen[1]
    walk.quick.ensemble = None
    assert explainer.advance(state, 10).units == 10
    assert walk.method == "predictions"


def test_a_model_fitted_again_is_read_again(data):
    X, y = data
    model = HistGradientBoostingRegressor(max_iter=10).fit(X, y)
    first = PartialDependence(model, 0).explain(X).value
    model.fit(X, -y)
    second = PartialDependence(model, 0).explain(X)
    assert np.abs(second.value - first).max() > 0.01
    predictor = Predictor(model)
    assert trees_of(predictor, predictor.fingerprint()) is trees_of(predictor, predictor.fingerprint())


@pytest.mark.parametrize("make", [LinearRegression, lambda: make_pipeline(StandardScaler(), LinearRegression())])
def test_what_has_no_trees_is_asked(data, make):
    X, y = data
    explainer = PartialDependence(make().fit(np.nan_to_num(X), y), 0)
    explainer.explain(np.nan_to_num(X))
    assert explainer.method == "predictions"


def test_a_walk_can_be_sent(data):
    X, y = data
    model = HistGradientBoostingRegressor(max_iter=10).fit(X, y)
    explainer = PartialDependence(model, 0, grid_resolution=12)
    state = explainer.start(X)
    walk = pickle.loads(pickle.dumps(explainer._chosen[1]))
    assert isinstance(walk.quick, TreeWalk)
    rows = np.arange(20)
    np.testing.assert_allclose(walk(Table.of(X), rows, state.grid), brute(explainer, X)[:20], atol=1e-9)
