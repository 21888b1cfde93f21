"""Rows explained one by one, among the others: their background, and a model that is not looked at each time."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from xai_widgets.explainers.shapley.exact_shap import ExactSHAP
from xai_widgets.explainers.shapley.values import ShapleyValues
from xai_widgets.models import ModelError
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
