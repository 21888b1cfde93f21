"""Curves through the trees: the model's own numbers, or else the model itself is asked."""

import pickle

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from xai_widgets.explainers import PartialDependence, partial_dependences
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


@pytest.mark.parametrize(("known", "new"), [(["u", "v", "w"], "new"), ([3, 5, 9], 7)])
def test_the_model_is_asked_about_categories_that_it_was_not_fitted_on(known, new):
    xgboost, pd = pytest.importorskip("xgboost"), pytest.importorskip("pandas")
    random = np.random.default_rng(0)
    X = pd.DataFrame({"a": random.normal(size=400), "c": pd.Categorical(random.choice(known, size=400))})
    y = X["a"] + 3.0 * (X["c"] == known[0]) - 2.0 * (X["c"] == known[2])
    model = xgboost.XGBRegressor(enable_categorical=True, n_estimators=10).fit(X, y)
    other = X.assign(c=X["c"].cat.add_categories([new]))
    other.loc[200:259, "c"] = new
    explainer = PartialDependence(model, "a", grid_resolution=10)
    *_, found = explainer.stream(other)
    assert explainer.method == "predictions"
    np.testing.assert_allclose(found.individual[0], brute(explainer, other)[:, 0], atol=1e-5)
    averages = partial_dependences(model, other, grid_resolution=10)
    np.testing.assert_allclose(averages["a"].average, found.value, atol=1e-5)
    explainer.explain(X)
    assert explainer.method == "tree walk"


def test_categories_of_a_library_that_names_none_are_looked_for_in_the_rows():
    xgboost, pd, pl = (pytest.importorskip(name) for name in ("xgboost", "pandas", "polars"))
    words = ["u", "v", "w", None] * 20
    frame = pd.DataFrame({"a": np.arange(80.0), "c": pd.Categorical(words)})
    model = xgboost.XGBRegressor(enable_categorical=True, n_estimators=3).fit(frame, np.arange(80.0) % 4)
    walk = TreeWalk(trees.read_trees(model), Predictor(model))
    known = pl.DataFrame({"a": np.arange(80.0), "c": pl.Series(words, dtype=pl.Categorical)})
    other = pl.DataFrame({"a": np.arange(80.0), "c": pl.Series([*words[:-1], "new"], dtype=pl.Categorical)})
    assert walk.knows(Table.of(known))
    assert not walk.knows(Table.of(other))
    with pytest.raises(ValueError, match="not fitted on"):
        walk.ensemble.encode(1, Table.of(other).values("c"))


@pytest.mark.parametrize("seed", range(3))
def test_what_was_misread_of_one_row_is_found_whatever_rows_come_first(data, monkeypatch, seed):
    X, y = data
    model = HistGradientBoostingRegressor(max_iter=30).fit(X, y)
    read = trees.read_trees(model)
    read.nodes["missing_left"] ^= read.nodes["feature"] == 1
    monkeypatch.setattr("xai_widgets.explainers.tree_walk.read_trees", lambda model: read)
    rows = np.nan_to_num(X)
    rows[177, 1] = np.nan
    explainer = PartialDependence(model, 0, grid_resolution=12, seed=seed)
    *_, found = explainer.stream(rows)
    assert explainer.method == "predictions"
    np.testing.assert_array_equal(found.individual[0], brute(explainer, rows)[:, 0])


def test_the_proof_is_of_the_same_rows_whatever_rows_come_first(data):
    X, y = data
    proofs = []
    for first_units in (1, 50):
        model = HistGradientBoostingRegressor(max_iter=5).fit(X, y)
        explainer = PartialDependence(model, 0, grid_resolution=12)
        state = explainer.start(X)
        asked = []
        proof = explainer._chosen[1]
        predictions = proof.predictions
        proof.predictions = lambda *given, asked=asked, own=predictions: asked.append(given[1].tolist()) or own(*given)
        explainer.advance(explainer.advance(state, first_units), 10)
        proofs.append(asked)
    assert proofs[0] == proofs[1] == [[int(np.flatnonzero(np.isnan(X[:, 1]))[0])], [0, 149, 299]]


def test_a_proof_is_made_once_for_each_model_table_and_grid(data, monkeypatch):
    X, y = data
    asked = []
    own = StackedPredictions.__call__
    monkeypatch.setattr(StackedPredictions, "__call__", lambda *given: asked.append(given[2]) or own(*given))
    model = HistGradientBoostingRegressor(max_iter=5).fit(X, y)

    def questions(feature=0, rows=X, **more):
        asked.clear()
        PartialDependence(model, feature, grid_resolution=12, **more).explain(rows)
        return len(asked)

    assert questions() == 2  # the odd rows, and some of all
    assert questions() == questions(kind="average") == questions(seed=1) == 0
    assert questions(feature=2) == questions(rows=X[:150]) == questions(percentiles=(0.1, 0.9)) == 2
    assert questions() == 0
    model.fit(X, -y)
    assert questions() == 2


def test_what_was_misread_is_found_each_time(data, monkeypatch):
    X, y = data
    model = HistGradientBoostingRegressor(max_iter=5).fit(X, y)
    read = trees.read_trees(model)
    read.values[:] *= 1.001
    monkeypatch.setattr("xai_widgets.explainers.tree_walk.read_trees", lambda model: read)
    for _ in range(2):
        explainer = PartialDependence(model, 0, grid_resolution=12)
        explainer.explain(X)
        assert explainer.method == "predictions"


def test_each_part_of_a_table_is_proved(data, monkeypatch):
    dd, pd = pytest.importorskip("dask.dataframe"), pytest.importorskip("pandas")
    X, y = data
    rows = pd.DataFrame(np.nan_to_num(X), columns=list("abcd"))
    model = HistGradientBoostingRegressor(max_iter=30).fit(X, y)
    model.feature_names_in_ = np.array(rows.columns, dtype=object)
    read = trees.read_trees(model)
    read.nodes["missing_left"] ^= read.nodes["feature"] == 1
    monkeypatch.setattr("xai_widgets.explainers.tree_walk.read_trees", lambda model: read)
    for odd in (20, 170, 280):  # whichever part comes first
        table = rows.copy()
        table.loc[odd, "b"] = np.nan
        explainer = PartialDependence(model, "a", grid_resolution=12)
        found = explainer.explain(dd.from_pandas(table, npartitions=3))
        assert explainer.method == "predictions"
        expected = StackedPredictions(explainer.predictor)(Table.of(table), np.arange(300), found.state.grid)
        np.testing.assert_allclose(found.value, expected.mean(axis=0), atol=1e-9)
