"""LinearSHAP of correlated features beyond those whose coalitions are all gone through."""

import time

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from xai_widgets.explainers.shapley import LinearSHAP
from xai_widgets.explainers.shapley.linear_shap import _Known, _OrderPair

RNG = np.random.default_rng(0)


def correlated(features, rows=400, told=0):
    X = RNG.normal(size=(rows, features)) @ RNG.normal(size=(features, features))
    X[:, features - told :] = X[:, :told]
    return X


@pytest.mark.parametrize("told", [0, 2])
def test_orders_are_those_of_conditional_means(told):
    covariance = np.cov(correlated(7, told=told).T)
    coefficients, order = RNG.normal(size=(7, 2)), RNG.permutation(7)
    expected = np.zeros((7, 2, 7))
    for each in (order, order[::-1]):
        known = _Known.nothing(covariance)
        for feature in each:
            gain = known.gains()[:, feature]
            expected[feature] += np.outer(coefficients.T @ gain, known.news()[feature]) / 2
            known = known.then(feature)
    found = _OrderPair.of(coefficients, covariance, order).values(np.eye(7))  # of rows that move one feature each
    np.testing.assert_allclose(found.transpose(1, 2, 0), expected, atol=1e-8)


def test_many_features_take_a_moment_and_can_be_cancelled():
    X = correlated(120)
    explainer = LinearSHAP(
        LinearRegression().fit(X, X @ RNG.normal(size=120)), X, feature_perturbation="correlation_dependent"
    )
    estimates, began, steps = explainer.stream(X[:3], pauses=True), time.process_time(), 1
    while next(estimates) is None:
        steps += 1
    assert steps == 101
    assert time.process_time() - began < 4
    found = explainer.explain(X[:3])
    assert found.gap < 1e-6
    assert np.isfinite(found.standard_error).all()


def test_values_and_errors_are_those_of_all_draws():
    X = correlated(20)
    model = LinearRegression().fit(X, X @ RNG.normal(size=(20, 3)))
    explainer = LinearSHAP(model, X, feature_perturbation="correlation_dependent")
    found = explainer.explain(X[:4])
    draws = np.stack([share.values(X[:4] - X.mean(axis=0)) for share in explainer._shares[1]])
    assert draws.shape == (100, 4, 20, 3)
    np.testing.assert_allclose(found.value, draws.mean(axis=0), atol=1e-9)
    np.testing.assert_allclose(found.standard_error, draws.std(axis=0, ddof=1) / 10, rtol=1e-6, atol=1e-12)


def test_what_is_kept_does_not_grow_with_the_outputs():
    X = correlated(30)
    kept = []
    for outputs in (1, 8):
        model = LinearRegression().fit(X, X @ RNG.normal(size=(30, outputs)))
        explainer = LinearSHAP(model, X, feature_perturbation="correlation_dependent")
        explainer.explain(X[:2])
        kept.append(sum(share.news.nbytes for share in explainer._shares[1]))
    assert kept == [100 * 30 * 30 * 8] * 2


@pytest.mark.parametrize("features", [5, 14])
def test_rows_that_contradict_a_background_of_few_add_up_whatever_the_order_of_columns(features):
    rng = np.random.default_rng(features)
    background, X = rng.normal(size=(3, features)), rng.normal(size=(4, features))
    model = LinearRegression().fit(rng.normal(size=(60, features)), rng.normal(size=(60, 2)))
    order = rng.permutation(features)
    there = LinearRegression()
    there.coef_, there.intercept_ = model.coef_[:, order], model.intercept_

    def explained(model, columns):
        explainer = LinearSHAP(model, background[:, columns], feature_perturbation="correlation_dependent")
        return explainer.explain(X[:, columns])

    found, other = explained(model, np.arange(features)), explained(there, order)
    assert found.gap < 1e-9
    if features == 5:  # from orders they are within their error
        np.testing.assert_allclose(other.value, found.value[:, order], atol=1e-9)


def test_what_features_say_apart_from_each_other_is_their_own():
    background = np.repeat(np.random.default_rng(0).normal(size=(50, 1)), 2, axis=1)
    model = LinearRegression()
    model.coef_, model.intercept_ = np.array([1.0, 3.0]), 0.0
    rows = np.add(background.mean(axis=0), [[2.0, 2.0], [1.0, -1.0]])
    found = LinearSHAP(model, background, feature_perturbation="correlation_dependent").explain(rows)
    np.testing.assert_allclose(found.value[..., 0], [[4.0, 4.0], [1.0, -3.0]], atol=1e-9)
