"""The same numbers as the shap package, where it asks for all coalitions or reads coefficients."""

import numpy as np
import pytest
import shap
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor

from xai_widgets.explainers.shapley import ExactSHAP, KernelSHAP, LinearSHAP


@pytest.mark.parametrize("method", [ExactSHAP, KernelSHAP])
def test_kernel_explainer_of_all_classes(method):
    X, y = load_iris(return_X_y=True)
    model = RandomForestClassifier(20, random_state=0).fit(X, y)
    theirs = shap.KernelExplainer(model.predict_proba, X[::10]).shap_values(X[5:8], silent=True)
    found = method(model, X[::10]).explain(X[5:8])
    np.testing.assert_allclose(found.value, theirs, atol=1e-9)


def test_kernel_explainer_of_a_regressor():
    X, y = load_diabetes(return_X_y=True)
    model = KNeighborsRegressor().fit(X, y)
    theirs = shap.KernelExplainer(model.predict, X[:20])
    found = ExactSHAP(model, X[:20])(X[50:52])
    expected = theirs.shap_values(X[50:52], nsamples=2**10, l1_reg=False, silent=True)
    np.testing.assert_allclose(found.values, expected, atol=1e-7)
    np.testing.assert_allclose(found.base_values, theirs.expected_value)


def test_interactions_of_a_product():
    """Of a sum of products of two features the interaction is the whole product, shared, whatever the index is."""
    rows, background = np.array([[2.0, 3.0, 5.0]]), np.zeros((1, 3))
    found = ExactSHAP(lambda X: X[:, 0] * X[:, 1] + X[:, 2], background, interactions=True)(rows).values
    np.testing.assert_allclose(found[0], [[0, 3, 0], [3, 0, 0], [0, 0, 5]], atol=1e-12)


@pytest.mark.parametrize("data", [load_breast_cancer, load_iris])
def test_linear_explainer_of_classes(data):
    X, y = data(return_X_y=True)
    model = LogisticRegression(max_iter=10_000).fit(X, y)
    theirs = shap.LinearExplainer(model, X[::5])(X[:10]) if len(X) < 500 else None
    ours = LinearSHAP(model, X[::5])(X[:10])
    expected = (X[:10] - X[::5].mean(axis=0)) * model.coef_[0] if theirs is None else theirs.values
    np.testing.assert_allclose(ours.values, expected, atol=1e-9)


def test_linear_explainer_of_correlated_features():
    X, y = load_diabetes(return_X_y=True)
    model = Ridge(0.1).fit(X, y)
    np.random.seed(0)
    theirs = shap.LinearExplainer(model, shap.maskers.Impute(X), nsamples=4000)(X[:3]).values
    ours = LinearSHAP(model, X, feature_perturbation="correlation_dependent")(X[:3]).values
    assert np.abs(ours - theirs).max() < 0.03 * np.abs(ours).max()
