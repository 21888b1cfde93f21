"""Accumulated local effects against closed forms."""

import doctest

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from xai_widgets.explainers import accumulated_effects
from xai_widgets.explainers.accumulated_effects import AccumulatedLocalEffects, accumulated_local_effects
from xai_widgets.explainers.stream import drive
from xai_widgets.models import InputError
from xai_widgets.models.predictors import Predictor


@pytest.mark.parametrize(("feature", "expected"), [(0, lambda x: 2 * x - 1), (1, lambda x: 2 - 4 * x)])
def test_PD8_a_sum(feature, expected):  # noqa: N802
    X = np.column_stack([np.random.default_rng(k).permutation((np.arange(2000) + 0.5) / 2000) for k in range(2)])
    found = accumulated_local_effects(lambda X: 3 + 2 * X[:, 0] - 4 * X[:, 1], X, feature)
    assert len(found.grid_values) == 41
    np.testing.assert_allclose(found.effects[0], expected(found.grid_values), atol=2e-3)  # edges are rows, not 0 and 1


def test_correlated_features_are_not_torn_apart():
    x = np.linspace(0, 1, 4001)
    found = accumulated_local_effects(lambda X: X[:, 0] * X[:, 1], np.column_stack([x, x]), 0, n_bins=100)
    np.testing.assert_allclose(
        found.effects[0], found.grid_values**2 / 2 - 1 / 6, atol=1e-3
    )  # partial dependence: x / 2


def test_a_product_of_independent_features():
    generator = np.random.default_rng(0)
    X = np.column_stack([generator.permutation(np.linspace(0, 1, 3000)), generator.random(3000)])
    found = accumulated_local_effects(lambda X: X[:, 0] * X[:, 1], X, 0)
    np.testing.assert_allclose(found.effects[0], 0.5 * (found.grid_values - 0.5), atol=0.02)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(1, 10))
def test_of_any_values_a_linear_effect_is_found_and_no_bin_is_empty(values, n_bins):
    X = np.column_stack([np.array(values, dtype=float), np.ones(len(values))])
    found = accumulated_local_effects(lambda X: 3 * X[:, 0], X, 0, n_bins=n_bins)
    assert (np.diff(found.grid_values) > 0).all()
    assert (found.counts > 0).all()
    assert found.counts.sum() == len(values)
    np.testing.assert_allclose(found.effects[0] - found.effects[0, 0], 3 * (found.grid_values - found.grid_values[0]))
    middles = (found.effects[0, 1:] + found.effects[0, :-1]) / 2
    if len(middles):
        np.testing.assert_allclose(np.average(middles, weights=found.counts), 0, atol=1e-12)


def effect_of_colour(X):
    return X["colour"].map({"red": 1.0, "blue": 4.0, "green": 9.0}).astype(float) + X["size"]


def test_categories_in_their_order():
    colours = pd.Categorical(["red", "blue", "red", "green", "blue"], categories=["none", "red", "blue", "green"])
    X = pd.DataFrame({"colour": colours, "size": np.arange(5.0)})
    found = accumulated_local_effects(effect_of_colour, X, "colour")
    assert found.grid_values.tolist() == ["red", "blue", "green"]
    assert found.counts.tolist() == [2, 2, 1]
    np.testing.assert_allclose(found.effects[0], np.array([1, 4, 9]) - 19 / 5)
    words = X.assign(colour=X["colour"].astype(str))
    assert accumulated_local_effects(effect_of_colour, words, "colour").grid_values.tolist() == ["blue", "green", "red"]
    other = accumulated_local_effects(effect_of_colour, words, "colour", order=["green", "red", "blue"])
    np.testing.assert_allclose(other.effects[0], np.array([9, 1, 4]) - 19 / 5)
    with pytest.raises(InputError, match="each of 'blue', 'green', 'red' once"):
        accumulated_local_effects(effect_of_colour, words, "colour", order=["green", "red"])


def test_words_among_numbers_have_an_order():
    X = pd.DataFrame({"size": np.array([10, "large", 9, "small", 10], dtype=object)})
    found = accumulated_local_effects(lambda X: (X["size"] == "large").to_numpy() * 1.0, X, "size")
    assert found.grid_values.tolist() == [10, 9, "large", "small"]
    np.testing.assert_allclose(found.effects[0], [-0.2, -0.2, 0.8, -0.2])


def test_missing_values_are_left_out():
    x = np.array([0.0, np.nan, 1.0, 2.0])
    found = accumulated_local_effects(lambda X: 2 * np.nan_to_num(X[:, 0]), x[:, None], 0)
    assert found.grid_values.tolist() == [0, 1, 2]
    assert found.counts.sum() == 3
    with pytest.raises(InputError, match="has no values"):
        accumulated_local_effects(lambda X: X[:, 0], np.full((3, 1), np.nan), 0)


def test_one_value_has_no_effect():
    for X in (np.ones((4, 2)), np.array([["a", 1.0]], dtype=object)):
        found = accumulated_local_effects(lambda X: np.ones(len(X)), X, 0)
        assert found.effects.tolist() == [[0]]
        assert found.counts.tolist() == [len(X)]


def test_whole_numbers_stay_whole():
    X = np.random.default_rng(0).integers(0, 50, (300, 1))

    def model(X):
        assert X.dtype == np.int64
        return X[:, 0] * 1.0

    found = accumulated_local_effects(model, X, 0, n_bins=5)
    assert found.grid_values.dtype == np.int64


def test_a_class_of_three():
    X = np.random.default_rng(0).normal(size=(60, 2))
    model = LogisticRegression().fit(X, np.digitize(X[:, 0], [-0.5, 0.5]))
    found = accumulated_local_effects(model, X, 0, target=2)
    assert (np.diff(found.effects[0]) > 0).all()
    with pytest.raises(InputError, match="Which class"):
        accumulated_local_effects(model, X, 0)


@pytest.mark.parametrize("n_bins", [0, 2.5])
def test_bins_are_counted(n_bins):
    with pytest.raises(InputError, match="too few bins"):
        accumulated_local_effects(lambda X: X[:, 0], np.arange(4.0)[:, None], 0, n_bins=n_bins)


def wavy(X):
    return np.sin(3 * X[:, 0]) + X[:, 0] * X[:, 1]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**53 - 1), st.integers(1, 12), st.integers(2, 120))
def test_a_stream_ends_at_the_effects_by_all_rows(seed, n_bins, rows):
    X = np.random.default_rng(seed % 1000).normal(size=(rows, 2)).round(1)
    explainer = AccumulatedLocalEffects(wavy, 0, n_bins=n_bins, seed=seed)
    estimates = list(explainer.stream(X))
    exact = accumulated_local_effects(wavy, X, 0, n_bins=n_bins)
    np.testing.assert_allclose(estimates[-1].value, exact.effects, atol=1e-9)
    assert [estimate.finished for estimate in estimates] == [False] * (len(estimates) - 1) + [True]
    assert all(np.isfinite(estimate.value).all() for estimate in estimates), "no step is ever unknown"
    assert not estimates[-1].standard_error.any()


def test_the_standard_error_tells_how_far_the_effects_by_all_rows_are():
    X = np.random.default_rng(0).normal(size=(3000, 2))
    exact = accumulated_local_effects(wavy, X, 0, n_bins=8).effects
    scores = []
    for seed in range(60):
        explainer = AccumulatedLocalEffects(wavy, 0, n_bins=8, seed=seed)
        estimate = explainer.estimate(explainer.advance(explainer.start(X), 300))
        assert estimate.done == 300
        scores.append(((estimate.value - exact) / estimate.standard_error)[0, [0, 2, 4, 8]])
    assert 0.8 < np.std(scores) < 1.2
    assert np.abs(np.mean(scores, axis=0)).max() < 0.5


def test_what_was_done_is_not_done_again(monkeypatch):
    X = np.random.default_rng(0).normal(size=(200, 2))
    seen, scores = [], Predictor.scores
    monkeypatch.setattr(Predictor, "scores", lambda self, data: seen.append(len(data)) or scores(self, data))
    explainer = AccumulatedLocalEffects(wavy, 0, n_bins=5)
    half = explainer.advance(explainer.start(X), 100)
    assert sum(seen) == 200
    *_, last = drive(explainer, explainer.resume(half, explainer.start(X)))
    assert sum(seen) == 400
    np.testing.assert_allclose(last.value, accumulated_local_effects(wavy, X, 0, n_bins=5).effects)
    with pytest.raises(InputError, match="another seed"):
        AccumulatedLocalEffects(wavy, 0, n_bins=5, seed=1).stream(X, state=half)


def test_a_group_of_one_hot_columns_is_one_category():
    X = pd.DataFrame({"red": [1, 0, 0, 1], "blue": [0, 1, 0, 0], "green": [0, 0, 1, 0], "size": np.arange(4.0)})
    groups = {"colour": ["red", "blue", "green"]}
    found = accumulated_local_effects(
        lambda X: X["red"] * 1.0 + X["blue"] * 4 + X["green"] * 9 + X["size"], X, "colour", groups=groups
    )
    assert found.grid_values.tolist() == groups["colour"]
    assert found.counts.tolist() == [2, 1, 1]
    np.testing.assert_allclose(found.effects[0], np.array([1, 4, 9]) - 15 / 4)


def test_the_examples_give_what_they_say():
    failed, attempted = doctest.testmod(accumulated_effects)
    assert attempted
    assert not failed
