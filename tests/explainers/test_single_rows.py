"""Rows explained one by one, among the others: their background, and a model that is not looked at each time."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression

from xai_widgets.explainers.shapley.exact_shap import ExactSHAP
from xai_widgets.explainers.shapley.tree_shap import TreeSHAP
from xai_widgets.explainers.shapley.values import ShapleyValues
from xai_widgets.models import ModelError
from xai_widgets.models.predictors import Predictor
from xai_widgets.models.tables import Table


def numbers():
    return np.random.default_rng(0).normal(size=(30, 3))


def product(X):
    return X[:, 0] * X[:, 1] + X[:, 2]


@pytest.mark.parametrize("background", [None, 10], ids=str)
def test_a_row_has_the_values_that_it_has_among_all(background):
    X = numbers()
    whole = ExactSHAP(product, background, seed=3).explain(X)
    alone = ExactSHAP(product, background, seed=3).among(X)
    for row in (0, 17):
        found = alone.explain(X[[row]])
        np.testing.assert_allclose(found.value[0], whole.value[row], atol=1e-12)
        np.testing.assert_allclose(found.base_values, whole.base_values)
        assert found.background.text == whole.background.text


def test_a_model_that_changed_is_found_when_it_is_looked_for():
    X = numbers()
    model = LinearRegression().fit(X, product(X))
    alone = ExactSHAP(model).among(X)
    state = alone.start(X[:1])
    alone.verify(state)
    model.fit(X, -product(X))
    with pytest.raises(ModelError, match="changed"):
        alone.verify(state)


def test_values_of_some_rows():
    X = pd.DataFrame(numbers(), columns=list("abc"))
    values = ShapleyValues.of_estimate(ExactSHAP(lambda T: product(T.to_numpy())).explain(X))
    some = values.rows([4, 2])
    assert some.values.tolist() == values.values[[4, 2]].tolist()
    assert some.data.values("b").tolist() == X["b"].iloc[[4, 2]].tolist()
    np.testing.assert_allclose(some.outputs, values.outputs[[4, 2]])


def test_a_table_that_was_read_can_be_sent_and_taken_apart():
    table = Table.of(pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": ["x", "y", "z"]}))
    assert table.values("a").tolist() == [1.0, 2.0, 3.0]
    again = pickle.loads(pickle.dumps(table))
    assert (again.values("b").tolist(), again.fingerprint) == (["x", "y", "z"], table.fingerprint)
    part = table.rows([2])
    assert part.values("a").tolist() == [3.0]
    with pytest.raises(ValueError, match="read-only"):
        table.values("a")[0] = 9


def forest(X, y):
    return RandomForestRegressor(5, max_depth=3, random_state=0).fit(X, y)


@pytest.mark.parametrize("background", [None, numbers()[:10]], ids=["path-dependent", "interventional"])
def test_rows_of_a_model_that_was_fitted_again_are_of_the_new_trees(background):
    X = numbers()
    model = forest(X, product(X))
    explainer = TreeSHAP(model, background)
    before = explainer.explain(X[:2])
    model.fit(X, -product(X))
    after = explainer.explain(X[:2])
    np.testing.assert_array_equal(after.value, TreeSHAP(forest(X, -product(X)), background).explain(X[:2]).value)
    assert not np.allclose(before.value, after.value)
    wider = np.column_stack([X, X[:, 0]])
    model.fit(wider, product(X))
    if background is None:
        assert explainer.explain(wider[:2]).value.shape == (2, 4, 1)
    model.fit(X, product(X))
    np.testing.assert_array_equal(explainer.explain(X[:2]).value, before.value)


def test_one_more_row_looks_at_the_model_once(monkeypatch):
    X = numbers()
    explainer = TreeSHAP(forest(X, product(X)))
    explainer.explain(X[:1])
    looked, digest = [], Predictor.fingerprint
    monkeypatch.setattr(Predictor, "fingerprint", lambda self: looked.append(1) or digest(self))
    found = explainer.explain(X[4:5])
    assert len(looked) == 1
    np.testing.assert_allclose(found.value[0], TreeSHAP(explainer.model).explain(X).value[4], atol=1e-12)


def test_a_booster_that_grew_in_place_is_noticed():
    xgboost = pytest.importorskip("xgboost")
    X = numbers()
    model = xgboost.XGBRegressor(n_estimators=3, max_depth=2, n_jobs=1).fit(X, product(X))
    explainer = TreeSHAP(model)
    before = explainer.explain(X[:1])
    model.get_booster().update(xgboost.DMatrix(X, label=product(X)), 3)
    after = explainer.explain(X[:1])
    assert not np.allclose(before.outputs, after.outputs)
    np.testing.assert_allclose(after.outputs[:, 0], model.predict(X[:1]), rtol=1e-5)
