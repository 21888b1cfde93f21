"""Real tables with words, categories and gaps: what trees say of them is what all coalitions say."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestRegressor

from xai_widgets.explainers import LIMETabular
from xai_widgets.explainers.shapley import ExactSHAP, KernelSHAP, TreeSHAP


def table(data, name, target, words=()):
    rows = pd.read_csv(data / "tabular" / f"{name}.csv").dropna(subset=[target])
    return rows.drop(columns=target).astype(dict.fromkeys(words, "category")), rows[target]


def test_the_titanic(data):
    X, y = table(data, "titanic", "Survived", ["Sex", "Embarked"])
    assert X["Age"].isna().any()
    model = HistGradientBoostingClassifier(max_iter=20, categorical_features="from_dtype").fit(X, y)
    found = TreeSHAP(model, X[:40]).explain(X[40:52])
    expected = ExactSHAP(model.decision_function, X[:40]).explain(X[40:52])
    np.testing.assert_allclose(found.value, expected.value, atol=1e-9)
    assert found.units == "log_odds"
    assert TreeSHAP(model).explain(X).gap < 1e-9


def test_the_penguins(data):
    lightgbm = pytest.importorskip("lightgbm")
    X, y = table(data, "penguins", "species", ["island", "sex"])
    X = X.drop(columns=["rowid", "year"])
    assert X["sex"].isna().any()
    model = lightgbm.LGBMClassifier(n_estimators=10, n_jobs=1, verbose=-1, min_data_per_group=5).fit(X, y)
    found = TreeSHAP(model, X[:30]).explain(X[::30])
    raw = ExactSHAP(lambda rows: model.predict(rows, raw_score=True), X[:30]).explain(X[::30])
    np.testing.assert_allclose(found.value, raw.value, atol=1e-9)
    assert found.output_names == ("Adelie", "Chinstrap", "Gentoo")


@pytest.fixture(scope="module")
def days(data):
    X, y = table(data, "bike_sharing_day", "cnt")
    X = X[["season", "yr", "workingday", "weathersit", "temp", "hum", "windspeed"]]
    return RandomForestRegressor(10, max_depth=5, random_state=0).fit(X, y), X


def test_days_of_hired_bicycles(days):
    model, X = days
    trees = TreeSHAP(model, X[:50]).explain(X[::90]).value
    np.testing.assert_allclose(KernelSHAP(model, X[:50]).explain(X[::90]).value, trees, atol=1e-6)
    sampled = KernelSHAP(model, X[:50], n_samples=60).explain(X[::90])
    far = np.abs(sampled.value - trees) / np.maximum(sampled.standard_error, 1e-9 * np.abs(trees).max())
    assert (far < 4).mean() > 0.95


def test_lime_finds_what_the_days_depend_on(days):
    model, X = days
    found = LIMETabular(model, X).explain_instance(X.iloc[10], num_features=2)
    assert {X.columns[feature] for feature, _ in found.as_map()[1]} == {"yr", "temp"}
