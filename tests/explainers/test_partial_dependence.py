"""Partial dependence and ICE: scikit-learn's numbers, closed forms, streams, and what is refused."""

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_diabetes, make_classification, make_friedman1
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.inspection import partial_dependence as theirs
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler
from torch import nn

from xai_widgets.explainers.curves import centered, derivative
from xai_widgets.explainers.dependence import PartialDependence, StackedPredictions, partial_dependence
from xai_widgets.explainers.grids import quantiles
from xai_widgets.models import InputError, ModelError
from xai_widgets.models.tables import Table

ROWS = 60


@pytest.fixture(scope="module")
def regression():
    X, y = make_friedman1(n_samples=ROWS, n_features=6, random_state=0)
    return HistGradientBoostingRegressor(max_iter=8, min_samples_leaf=3).fit(X, y), X


def classes(number):
    return make_classification(ROWS, n_features=5, n_informative=4, n_redundant=0, n_classes=number, random_state=1)


def cars():
    """A table of all kinds of columns, and what a model should say of it."""
    generator = np.random.default_rng(3)
    n = 80
    table = pd.DataFrame(
        {
            "weight": generator.normal(size=n),
            "doors": generator.integers(2, 6, size=n),
            "fuel": pd.Categorical(
                generator.choice(["gas", "diesel", "none"], n), categories=["none", "gas", "diesel"]
            ),
            "town": generator.choice(["Ulm", "Bonn", "Kiel"], n),
            "new": generator.random(n) < 0.5,
        },
        index=[f"car {i}" for i in range(n)],
    )
    effect = table["fuel"].map({"none": 0.0, "gas": 2.0, "diesel": 5.0}).astype(float)
    return table, (table["weight"] + table["doors"] + effect + 3 * table["new"]).to_numpy()


@pytest.fixture(scope="module")
def mixed():
    table, y = cars()
    encoder = make_column_transformer((OneHotEncoder(), ["fuel", "town"]), remainder="passthrough")
    return make_pipeline(encoder, LinearRegression()).fit(table, y), table


def assert_same(ours, expected):
    assert sorted(ours) == sorted(expected)
    for our, their in zip(ours.grid_values, expected.grid_values, strict=True):
        assert np.array_equal(our, their)
        assert our.dtype.kind == their.dtype.kind
    for name in {"average", "individual"} & set(expected):
        assert ours[name].shape == expected[name].shape
        np.testing.assert_allclose(ours[name], expected[name], rtol=1e-9, atol=1e-12)


def both(model, X, features, **keywords):
    """Ours and scikit-learn's, by brute force: its recursion weights by the training rows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return (
            partial_dependence(model, X, features, **keywords),
            theirs(model, X, features, method="brute", **keywords),
        )


class TestAsScikitLearn:
    @pytest.mark.parametrize("kind", ["average", "individual", "both"])
    @pytest.mark.parametrize("features", [0, [3], (0, 3), [(1, 2)]])
    def test_regression(self, regression, kind, features):
        assert_same(*both(*regression, features, kind=kind, grid_resolution=7))

    @pytest.mark.parametrize("response_method", ["auto", "predict_proba", "decision_function"])
    @pytest.mark.parametrize("number", [2, 3])
    def test_classes_of_numbers_and_words(self, number, response_method):
        X, y = classes(number)
        for labels in (y, np.array(["low", "mid", "high"])[y]):
            model = LogisticRegression().fit(X, labels)
            assert_same(*both(model, X, [1], kind="both", grid_resolution=5, response_method=response_method))

    @pytest.mark.parametrize("number", [2, 3])
    @pytest.mark.parametrize(
        "make", [lambda: HistGradientBoostingClassifier(max_iter=3), RidgeClassifier, lambda: MLPClassifier(max_iter=3)]
    )
    @pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
    def test_other_classifiers(self, make, number):
        X, y = classes(number)
        assert_same(*both(make().fit(X, y), X, 0, kind="both", grid_resolution=4))

    def test_one_class_of_three_is_that_row_of_all(self):
        X, y = classes(3)
        model = LogisticRegression().fit(X, np.array(["low", "mid", "high"])[y])
        every = partial_dependence(model, X, 0, kind="both", grid_resolution=4)
        one = partial_dependence(model, X, 0, kind="both", grid_resolution=4, target="low")
        place = model.classes_.tolist().index("low")
        assert np.array_equal(one.individual[0], every.individual[place])
        assert np.array_equal(one.average[0], every.average[place])

    def test_the_negative_class_of_two_mirrors_the_positive(self):
        X, y = classes(2)
        model = LogisticRegression().fit(X, y)
        for method, total in (("predict_proba", 1), ("decision_function", 0)):
            one, other = (partial_dependence(model, X, 0, response_method=method, target=k).average for k in (0, 1))
            np.testing.assert_allclose(one + other, total, atol=1e-12)

    def test_several_outputs_of_a_regressor(self):
        X, y = make_friedman1(n_samples=40, random_state=0)
        model = LinearRegression().fit(X, np.column_stack([y, -y]))
        assert_same(*both(model, X, (0, 1), kind="both", grid_resolution=3))

    @pytest.mark.parametrize("percentiles", [(0, 1), (0.1, 0.5), (0.05, 0.95)])
    def test_percentiles(self, regression, percentiles):
        assert_same(*both(*regression, 2, percentiles=percentiles, grid_resolution=11))

    def test_weights(self, regression):
        model, X = regression
        weights = np.random.default_rng(0).random(len(X)) * (np.arange(len(X)) % 3)
        assert_same(*both(model, X, (0, 1), sample_weight=weights, kind="both", grid_resolution=4))

    def test_custom_values(self, regression):
        model, X = regression
        assert_same(*both(model, X, (0, 1), custom_values={0: [0.1, 0.9], 1: np.array([0.5])}, grid_resolution=4))
        frame = pd.DataFrame(X, columns=list("abcdef"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert_same(*both(model, frame, ["b"], custom_values={"b": [0.3, 0.2]}, kind="both"))

    @pytest.mark.parametrize("categorical", [["fuel", "town"], [2, 3], [False, False, True, True, False]])
    def test_categories(self, mixed, categorical):
        model, table = mixed
        for features in ("fuel", "town", ("fuel", "town"), ("weight", "fuel")):
            assert_same(*both(model, table, features, kind="both", grid_resolution=5, categorical_features=categorical))

    def test_categories_are_known_without_being_named(self, mixed):
        model, table = mixed
        named = theirs(model, table, ("fuel", "new"), categorical_features=["fuel", "new"])
        assert_same(partial_dependence(model, table, ("fuel", "new")), named)

    def test_whole_numbers_named_categorical(self, mixed):
        model, table = mixed
        assert_same(*both(model, table, "doors", kind="both", categorical_features=["doors"]))

    @pytest.mark.parametrize("make", [pl.from_pandas, pa.Table.from_pandas])
    def test_a_table_of_any_library_gives_the_same(self, mixed, make):
        model, table = mixed

        def answer(native):
            back = native.to_pandas()[list(table.columns)]
            return model.predict(back.astype({"fuel": table["fuel"].dtype}))

        for feature in table.columns:
            ours = partial_dependence(answer, make(table), feature, kind="both", grid_resolution=5)
            expected = partial_dependence(model, table, feature, kind="both", grid_resolution=5)
            assert_same(ours, expected)

    def test_a_pipeline_fitted_on_polars(self):
        table, y = cars()
        frame = pl.from_pandas(table)
        encoder = make_column_transformer(
            (OneHotEncoder(sparse_output=False), ["fuel", "town"]), remainder="passthrough"
        )
        model = make_pipeline(encoder.set_output(transform="polars"), LinearRegression()).fit(frame, y)
        twin = make_pipeline(
            make_column_transformer((OneHotEncoder(), ["fuel", "town"]), remainder="passthrough"), LinearRegression()
        ).fit(table, y)
        for feature in ("town", "fuel", "weight"):
            assert_same(
                partial_dependence(model, frame, feature, grid_resolution=5),
                partial_dependence(twin, table, feature, grid_resolution=5),
            )

    def test_float32_and_lists(self, regression):
        model, X = regression
        assert_same(*both(model, X.astype(np.float32), 0, kind="both", grid_resolution=5))
        assert_same(*both(model, X.astype(np.float32), 0, kind="both"))
        assert_same(partial_dependence(model, X.tolist(), 0), partial_dependence(model, X, 0))

    @settings(max_examples=60)
    @given(st.data())
    def test_quantiles_are_those_of_scipy(self, data):
        from scipy.stats.mstats import mquantiles

        values = np.array(data.draw(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)))
        at = data.draw(st.lists(st.floats(0, 1), min_size=2, max_size=2))
        assert np.array_equal(quantiles(np.sort(values).__getitem__, len(values), at), mquantiles(values, prob=at))


class TestOracles:
    def test_IC1_three_rows_of_a_weighted_sum(self):  # noqa: N802
        found = partial_dependence(
            lambda X: X @ np.array([1.0, 2.0, 3.0]), np.eye(3), 2, kind="individual", custom_values={2: [0, 0.5, 1]}
        )
        assert found.individual.tolist() == [[[1, 2.5, 4], [2, 3.5, 5], [0, 1.5, 3]]]

    def test_IC2_a_product(self):  # noqa: N802
        found = partial_dependence(lambda X: X[:, 0] * X[:, 1], np.eye(2), 0, kind="individual")
        assert found.individual.tolist() == [[[0, 0], [0, 1]]]

    def test_IC4_goldsteins_hidden_interaction(self):  # noqa: N802
        X = np.random.default_rng(0).uniform(-1, 1, (1000, 3))
        at = np.array([-1, -0.5, 0, 0.5, 1])

        def model(X):
            return 0.2 * X[:, 0] - 5 * X[:, 1] + 10 * X[:, 1] * (X[:, 2] >= 0)

        found = partial_dependence(model, X, 1, kind="both", custom_values={1: at})
        up = X[:, 2] >= 0
        np.testing.assert_allclose(derivative(found.individual[0], at), np.where(up, 5, -5)[:, None] * np.ones(5))
        np.testing.assert_allclose(centered(found.individual[0], at)[:, -1], np.where(up, 10, -10))
        expected = (10 * up.mean() - 5) * at + 0.2 * X[:, 0].mean()
        np.testing.assert_allclose(found.average[0], expected, atol=1e-12)
        np.testing.assert_allclose(found.average[0], [0.0178, 0.0078, -0.0022, -0.0122, -0.0222], atol=5e-5)

    def test_PD1_friedman(self):  # noqa: N802
        def model(X):
            a, b, c, d, e = X.T[:5]
            return 10 * np.sin(np.pi * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e

        middle = (np.arange(4000) + 0.5) / 4000  # each column uniform on its own, and independent of the others
        X = np.column_stack([np.random.default_rng(k).permutation(middle) for k in range(10)])
        at = [0, 0.25, 0.5, 0.75, 1]
        expected = {
            0: [9.1667, 12.8959, 15.5329, 16.4119, 15.5329],
            2: [17.7466, 13.9966, 12.7466, 13.9966, 17.7466],
            3: [9.4133, 11.9133, 14.4133, 16.9133, 19.4133],
            4: [11.9133, 13.1633, 14.4133, 15.6633, 16.9133],
            7: [14.4133] * 5,
        }
        for feature, values in expected.items():
            found = partial_dependence(model, X, feature, custom_values={feature: at}).average[0]
            np.testing.assert_allclose(found, values, atol=0.15)  # of the sine's mean over 4000 rows
            np.testing.assert_allclose(found - found[0], np.array(values) - values[0], atol=1e-4 if feature else 0.15)

    def test_PD2_a_linear_model(self):  # noqa: N802
        X, y = make_friedman1(n_samples=50, random_state=0)
        model = LinearRegression().fit(X, y)
        found = partial_dependence(model, X, 3, kind="both", grid_resolution=9)
        grid = found.grid_values[0]
        np.testing.assert_allclose(derivative(found.average, grid), model.coef_[3])
        np.testing.assert_allclose(np.ptp(centered(found.individual[0], grid), axis=0), 0, atol=1e-12)

    def test_PD3_fewer_values_than_points(self):  # noqa: N802
        found = partial_dependence(lambda X: X[:, 0], np.array([[1.0, 2.0], [3.0, 4.0]]), (0, 1))
        assert [values.tolist() for values in found.grid_values] == [[1, 3], [2, 4]]
        assert found.average.tolist() == [[[1, 1], [3, 3]]]

    def test_PD6_weights(self, regression):  # noqa: N802
        model, X = regression
        one = np.eye(len(X))[7]
        found = partial_dependence(model, X, 0, kind="both", sample_weight=one, grid_resolution=6)
        np.testing.assert_allclose(found.average[0], found.individual[0, 7], rtol=1e-12)
        weights = np.random.default_rng(1).random(len(X))
        single, double = (partial_dependence(model, X, 0, sample_weight=k * weights).average for k in (1, 2))
        np.testing.assert_allclose(single, double, rtol=1e-12)

    @pytest.mark.parametrize("power", [1, 2])
    def test_PD7_a_power_is_found_again(self, power):  # noqa: N802
        generator = np.random.default_rng(0)
        X = generator.normal(size=(200, 3))
        model = make_pipeline(StandardScaler(), PolynomialFeatures(power), LinearRegression()).fit(X, X[:, 1] ** power)
        found = partial_dependence(model, X, 1)
        grid, curve = found.grid_values[0], found.average[0]
        rest = curve - np.polyval(np.polyfit(grid, curve, power), grid)
        assert 1 - rest.var() / curve.var() > 0.99

    def test_PD8_centred_by_the_mean(self):  # noqa: N802
        X = np.random.default_rng(0).random((500, 2))
        for feature, expected in ((0, lambda x: 2 * x - 1), (1, lambda x: 2 - 4 * x)):
            found = partial_dependence(
                lambda X: 3 + 2 * X[:, 0] - 4 * X[:, 1], X, feature, custom_values={feature: np.linspace(0, 1, 11)}
            )
            curve = found.average[0]
            np.testing.assert_allclose(curve - curve.mean(), expected(found.grid_values[0]), atol=1e-12)

    def test_PD9_a_curve_for_each_row(self):  # noqa: N802
        X, y = load_diabetes(return_X_y=True)
        found = partial_dependence(LinearRegression().fit(X, y), X, 2, kind="both", grid_resolution=5)
        assert found.individual.shape == (1, 442, 5)
        assert found.average.shape == (1, 5)


class TestTheMeanOfTheCurves:
    @settings(max_examples=25)
    @given(st.data())
    def test_is_the_partial_dependence(self, data):
        """PD5, by two ways: the stream's merged means, and single predictions of one row at one point."""
        rows = data.draw(st.integers(1, 12))
        generator = np.random.default_rng(data.draw(st.integers(0, 99)))
        X = generator.normal(size=(rows, 3)).round(data.draw(st.integers(0, 3)))
        weights = data.draw(st.none() | st.just(generator.random(rows) + 0.01))
        features = data.draw(st.sampled_from([[0], [2], [0, 1]]))
        method = PartialDependence(wavy, features, grid_resolution=4, percentiles=(0, 1), sample_weight=weights)
        state = method.start(X)
        while state.units < state.total_units:
            state = method.advance(state, data.draw(st.integers(1, 5)))
        estimate = method.estimate(state)
        point = tuple(data.draw(st.integers(0, size - 1)) for size in estimate.value.shape[1:])
        changed = X.copy()
        for feature, values, place in zip(features, estimate.grid_values, point, strict=True):
            changed[:, feature] = values[place]
        single = [wavy(row[None])[0] for row in changed]
        np.testing.assert_allclose(estimate.individual[(0, slice(None), *point)], single, rtol=1e-12)
        np.testing.assert_allclose(
            estimate.value[(0, *point)], np.average(single, weights=weights), rtol=1e-9, atol=1e-12
        )

    def test_for_every_kind_of_model(self, regression, mixed):
        X, y = classes(3)
        net = nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 2))
        for model, data, feature, target in (
            (*regression, 1, None),
            (*mixed, "fuel", None),
            (LogisticRegression().fit(X, y), X, 0, 2),
            (net, X.astype(np.float32), 0, 1),
        ):
            estimate = PartialDependence(model, feature, grid_resolution=5, target=target).explain(data)
            average = PartialDependence(model, feature, grid_resolution=5, target=target, kind="average").explain(data)
            np.testing.assert_allclose(estimate.individual.mean(axis=1, dtype=np.float64), average.value, rtol=1e-9)
            assert average.individual is None


def wavy(X):
    return np.sin(X[:, 0] * X[:, 1]) + X[:, 2] ** 2


def part_of(method, X, first, stop):
    return method.advance(method.start(X, first_unit=first), stop - first)


class TestStreams:
    def test_any_prefix_is_exact_for_its_rows(self):
        X = np.random.default_rng(0).normal(size=(50, 3))
        method = PartialDependence(wavy, 0, grid_resolution=6, seed=4)
        whole = method.explain(X)
        assert whole.rows.tolist() == list(range(50))
        assert whole.state.curve_bytes == 50 * 6 * 8
        assert method.method == "predictions"
        state = method.start(X)
        for units in (1, 2, 7, 20):
            state = method.advance(state, units)
            estimate = method.estimate(state)
            assert len(estimate.rows) == estimate.done == state.units
            np.testing.assert_allclose(estimate.individual, whole.individual[:, estimate.rows], rtol=1e-12)
            np.testing.assert_allclose(estimate.value, estimate.individual.mean(axis=1), rtol=1e-9, atol=1e-12)
        assert not estimate.finished

    def test_the_stream_ends_with_what_explain_gives(self):
        X = np.random.default_rng(0).normal(size=(40, 3))
        estimates = list(PartialDependence(wavy, 0, grid_resolution=6).stream(X))
        whole = PartialDependence(wavy, 0, grid_resolution=6).explain(X)
        assert [estimate.finished for estimate in estimates] == [False] * (len(estimates) - 1) + [True]
        assert estimates[0].done == 1
        assert estimates[0].standard_error is None
        np.testing.assert_allclose(estimates[-1].value, whole.value, rtol=1e-12)
        assert np.array_equal(estimates[-1].individual, whole.individual)
        assert not estimates[-1].standard_error.any()

    def test_the_order_is_of_the_seed_alone(self):
        X = np.random.default_rng(0).normal(size=(40, 3))
        one, again, other = (PartialDependence(wavy, 0, seed=seed).start(X).order for seed in (1, 1, 2))
        assert np.array_equal(one, again)
        assert not np.array_equal(one, other)
        assert np.array_equal(np.sort(other), np.arange(40))

    @pytest.mark.parametrize("weighted", [False, True])
    def test_the_standard_error_is_the_spread_of_the_mean_over_orders(self, weighted):
        generator = np.random.default_rng(0)
        X = generator.normal(size=(120, 3))
        weights = generator.random(120) + 0.2 if weighted else None
        means, errors = [], []
        for seed in range(400):
            method = PartialDependence(wavy, 0, kind="average", grid_resolution=2, seed=seed, sample_weight=weights)
            estimate = method.estimate(part_of(method, X, 0, 40))
            means.append(estimate.value)
            errors.append(estimate.standard_error)
        whole = PartialDependence(wavy, 0, grid_resolution=2, sample_weight=weights).explain(X).value
        spread = np.sqrt(np.mean((np.array(means) - whole) ** 2, axis=0))
        np.testing.assert_allclose(np.mean(errors, axis=0), spread, rtol=0.15)

    @pytest.mark.parametrize("kind", ["average", "both"])
    def test_resuming_equals_one_go(self, kind):
        X = np.random.default_rng(0).normal(size=(30, 3))
        method = PartialDependence(wavy, (0, 1), kind=kind, grid_resolution=4)
        early = pickle.loads(pickle.dumps(method.estimate(part_of(method, X, 0, 11)).state))
        *_, end = PartialDependence(wavy, (0, 1), kind=kind, grid_resolution=4).stream(X, state=early)
        assert_equal(end, method.explain(X))

    @settings(max_examples=30)
    @given(st.data())
    def test_merged_parts_in_any_split_and_order_equal_one_run(self, data):
        X = np.random.default_rng(0).normal(size=(12, 3))
        cuts = sorted(data.draw(st.sets(st.integers(1, 11), max_size=4)))
        spans = data.draw(st.permutations(list(zip([0, *cuts], [*cuts, 12], strict=True))))
        weights = data.draw(st.none() | st.just(np.arange(12) % 4))
        method = PartialDependence(wavy, 0, grid_resolution=4, sample_weight=weights)
        joined, *rest = (part_of(method, X, first, stop) for first, stop in spans)
        for other in rest:
            joined = method.merge(joined, other) if data.draw(st.booleans()) else method.merge(other, joined)
        assert_equal(method.estimate(joined), method.explain(X))

    def test_a_gap_is_filled_when_it_is_resumed(self):
        X = np.random.default_rng(0).normal(size=(20, 3))
        method = PartialDependence(wavy, 0, grid_resolution=4)
        for state in (
            method.merge(part_of(method, X, 7, 10), part_of(method, X, 0, 2)),
            part_of(method, X, 15, 20),
            method.merge(method.start(X), part_of(method, X, 3, 6)),
        ):
            *_, end = method.stream(X, state=state)
            assert_equal(end, method.explain(X))

    def test_there_are_no_more_rows_than_there_are(self):
        X = np.random.default_rng(0).normal(size=(20, 3))
        method = PartialDependence(wavy, 0, grid_resolution=4)
        state = part_of(method, X, 15, 99)
        assert state.ranges == ((15, 20),)
        state = method.advance(state, 99)
        assert method.advance(state, 1) is state
        with pytest.raises(InputError, match="no such row"):
            method.start(X, first_unit=21)

    def test_two_streams_of_one_explainer_do_not_mix(self):
        method = PartialDependence(wavy, 0, grid_resolution=4)
        tables = [np.random.default_rng(seed).normal(size=(20, 3)) for seed in (0, 1)]
        streams = [method.stream(X) for X in tables]
        ends = [list(pair)[-1] for pair in streams]
        for X, end in zip(tables, ends, strict=True):
            assert_equal(end, PartialDependence(wavy, 0, grid_resolution=4).explain(X))

    def test_rows_in_common_are_refused(self):
        X = np.random.default_rng(0).normal(size=(20, 3))
        method = PartialDependence(wavy, 0)
        with pytest.raises(InputError, match="units in common"):
            method.merge(part_of(method, X, 0, 5), part_of(method, X, 4, 6))

    @pytest.mark.parametrize(
        ("what", "change"),
        [
            ("model", {"model": np.cos}),
            ("model", {"target": 0}),
            ("data", {"X": np.ones((20, 3))}),
            ("grid", {"features": 1}),
            ("grid", {"custom_values": {0: [0.0, 1.0]}}),
            ("weights", {"sample_weight": np.ones(20)}),
            ("seed", {"seed": 3}),
            ("kind", {"kind": "average"}),
        ],
    )
    def test_a_state_of_another_run_is_refused_naming_what_differs(self, what, change):
        first = {"model": wavy, "features": 0, "X": np.random.default_rng(0).normal(size=(20, 3)), "grid_resolution": 3}

        def run(X, state=None, **keywords):
            return list(
                PartialDependence(keywords.pop("model"), keywords.pop("features"), **keywords).stream(X, state=state)
            )

        state = run(**first)[0].state
        with pytest.raises(InputError, match=f"another run.*another {what}"):
            run(**{**first, **change}, state=state)
        run(**first, state=state)

    def test_a_refitted_model_is_another_model(self, regression):
        _, X = regression
        model = LinearRegression().fit(X, X[:, 0])
        state = PartialDependence(model, 0).explain(X).state
        list(PartialDependence(model, 0).stream(X, state=state))
        model.coef_ += 1
        with pytest.raises(InputError, match="another model"):
            PartialDependence(model, 0).stream(X, state=state)

    def test_another_process_does_a_part_of_the_work(self, regression):
        model, X = regression
        method = PartialDependence(model, 0, grid_resolution=4)
        work = pickle.dumps((method, method.start(X, first_unit=20)))
        there = subprocess.run([sys.executable, "-c", CLUSTER], input=work, capture_output=True, check=True).stdout
        joined = method.merge(part_of(method, X, 0, 20), pickle.loads(there))
        assert_equal(method.estimate(joined), method.explain(X))

    def test_no_step_changes_what_was_given_out(self):
        X = np.random.default_rng(0).normal(size=(30, 3))
        given_out = [(e, pickle.dumps(e)) for e in PartialDependence(wavy, 0, grid_resolution=5).stream(X)]
        assert len(given_out) > 2
        for estimate, before in given_out:
            assert pickle.dumps(estimate) == before
        with pytest.raises(ValueError, match="read-only"):
            estimate.value[:] = 0
        with pytest.raises(ValueError, match="read-only"):
            estimate.individual[:] = 0

    def test_weights_of_zero_leave_the_mean_absent(self):
        X = np.random.default_rng(0).normal(size=(5, 3))
        method = PartialDependence(wavy, 0)
        last = method.start(X).order[-1]
        method = PartialDependence(wavy, 0, sample_weight=np.eye(5)[last])
        first = method.estimate(part_of(method, X, 0, 4))
        assert np.isnan(first.value).all()
        assert first.standard_error is None
        np.testing.assert_allclose(method.explain(X).value[0], first.bunch().individual.mean() * 0 + curve(X, last))

    def test_blocks_of_any_size_give_the_same(self, regression):
        from xai_widgets.models.predictors import Predictor

        model, X = regression
        method = PartialDependence(model, (0, 1), grid_resolution=5)
        state = method.start(X)
        rows = np.arange(9)
        whole = StackedPredictions(Predictor(model))(state.table, rows, state.grid)
        for most in (1, 5 * state.table.row_bytes, 60 * state.table.row_bytes):
            few = StackedPredictions(Predictor(model), most)(state.table, rows, state.grid)
            np.testing.assert_allclose(few, whole, rtol=1e-12)


def curve(X, row):
    found = partial_dependence(wavy, X, 0, kind="individual")
    return found.individual[0, row]


CLUSTER = """
import pickle, sys
method, state = pickle.load(sys.stdin.buffer)
sys.stdout.buffer.write(pickle.dumps(method.advance(state, 40)))
"""


def assert_equal(left, right):
    np.testing.assert_allclose(left.value, right.value, rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(left.standard_error, right.standard_error, atol=1e-12)
    assert (left.done, left.total, left.finished) == (right.done, right.total, right.finished)
    if right.individual is None:
        assert left.individual is None
    else:
        np.testing.assert_allclose(left.individual, right.individual, rtol=1e-12)
        assert np.array_equal(left.rows, right.rows)


class TestGrids:
    def test_whole_numbers_stay_whole(self, mixed):
        model, table = mixed
        (grid,) = partial_dependence(model, table, "doors").grid_values
        assert grid.tolist() == [2, 3, 4, 5]
        X = np.random.default_rng(0).integers(0, 1000, (400, 2))
        (grid,) = partial_dependence(lambda X: X[:, 0], X, 0, grid_resolution=10).grid_values
        assert grid.dtype.kind == "i"
        assert len(grid) == 10
        assert set(grid) <= set(X[:, 0])

    def test_a_fraction_is_not_cut_in_a_column_of_whole_numbers(self):
        X = np.arange(10).reshape(5, 2)
        found = partial_dependence(lambda X: X[:, 0] * 1.0, X, 0, custom_values={0: [0.5, 2]})
        assert found.average.tolist() == [[0.5, 2]]

    def test_a_constant_column_has_one_point(self):
        found = partial_dependence(lambda X: X.sum(1), np.array([[1.0, 2.0], [1.0, 3.0]]), 0, kind="both")
        assert found.average.shape == (1, 1)

    def test_missing_values_are_on_no_grid(self):
        X = np.array([[1.0, 0.0], [np.nan, 1.0], [3.0, 2.0]])

        def model(X):
            return np.nan_to_num(X[:, 0]) + X[:, 1]

        assert partial_dependence(model, X, 0).grid_values[0].tolist() == [1, 3]
        even = partial_dependence(model, X, 0, grid_resolution=2, percentiles=(0, 1)).grid_values[0]
        assert even.tolist() == [1, 3]
        asked = partial_dependence(model, X, 0, custom_values={0: [1, np.nan]})
        assert asked.average.tolist() == [[2, 1]]

    @pytest.mark.parametrize("nothing", [None, np.nan, pd.NA])
    def test_every_sign_of_absence_may_be_asked_for(self, nothing):
        X = pd.DataFrame({"a": pd.array([1, 2, None], dtype="Int64"), "b": [0.0, 1.0, 2.0]})
        found = partial_dependence(
            lambda X: X["a"].fillna(-5).to_numpy(dtype=float), X, "a", custom_values={"a": [nothing, 7]}
        )
        assert found.average.tolist() == [[-5, 7]]

    def test_a_missing_word_is_no_category(self):
        X = pd.DataFrame({"a": ["u", None, "w"], "b": pd.Categorical(["p", "q", None], categories=["q", "p", "r"])})

        def model(X):
            assert list(X["b"].cat.categories) == ["q", "p", "r"]
            return (X["a"] == "w") + (X["b"] == "q") * 2.0

        assert partial_dependence(model, X, "a").grid_values[0].tolist() == ["u", "w"]
        found = partial_dependence(model, X, "b", kind="both")
        assert found.grid_values[0].tolist() == ["p", "q"]
        assert found.individual.tolist() == [[[0, 2], [0, 2], [1, 3]]]

    def test_a_group_of_one_hot_columns_moves_together(self):
        X = pd.get_dummies(pd.DataFrame({"x": [0.0, 1.0, 2.0], "season": ["w", "s", "w"]}), dtype=float)
        seen = []

        def model(X):
            seen.append(X[["season_s", "season_w"]].sum(axis=1))
            return X["x"] + 10 * X["season_s"]

        groups = {"season": ["season_s", "season_w"]}
        estimate = PartialDependence(model, "season", groups=groups).explain(X)
        assert estimate.grid_values[0].tolist() == ["season_s", "season_w"]
        assert estimate.individual.tolist() == [[[10, 0], [11, 1], [12, 2]]]
        assert all((sums == 1).all() for sums in seen)
        both = PartialDependence(model, ("season", "x"), groups=groups).explain(X)
        assert both.value.tolist() == [[[10, 11, 12], [0, 1, 2]]]


class TestTheDataIsTheUsers:
    @pytest.mark.parametrize(
        "make", [np.asarray, pd.DataFrame, lambda X: pd.DataFrame(X, index=range(10, 30)), torch.from_numpy]
    )
    def test_a_predict_may_spoil_what_it_gets(self, make):
        array = np.random.default_rng(0).normal(size=(20, 3))
        X, before = make(array.copy()), make(array.copy())

        def spoils(X):
            values = X.numpy().copy() if isinstance(X, torch.Tensor) else np.array(X)
            if hasattr(X, "iloc"):
                X.iloc[:, :] = -7
            else:
                X[:] = -7
            return wavy(values)

        estimate = PartialDependence(spoils, 0, grid_resolution=4).explain(X)
        assert np.array_equal(np.asarray(X), np.asarray(before))
        np.testing.assert_allclose(estimate.value, partial_dependence(wavy, array, 0, grid_resolution=4).average)

    @pytest.mark.parametrize("make", [np.asarray, pd.DataFrame, torch.from_numpy])
    def test_a_change_in_mid_run_is_not_seen(self, make):
        X = make(np.random.default_rng(0).normal(size=(40, 3)))
        whole = PartialDependence(numbers_of, 0, grid_resolution=4).explain(X).individual
        stream = PartialDependence(numbers_of, 0, grid_resolution=4).stream(X)
        next(stream)
        if isinstance(X, pd.DataFrame):
            X.loc[:, :] = 0.0
        else:
            X[:] = 0
        *_, end = stream
        np.testing.assert_allclose(end.individual, whole)

    def test_a_torch_module_is_left_as_it_was(self):
        net = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.5), nn.Linear(8, 1)).train()
        X = torch.randn(20, 3, generator=torch.Generator().manual_seed(0))
        one, two = (PartialDependence(net, 1, grid_resolution=4).explain(X).value for _ in range(2))
        assert np.array_equal(one, two)
        assert net.training
        assert all(module.training for module in net)
        grid = PartialDependence(net, 1, grid_resolution=4).explain(X).grid_values[0]
        moved = X.repeat(len(grid), 1)
        moved[:, 1] = torch.from_numpy(grid).float().repeat_interleave(20)
        with torch.no_grad():
            expected = net.eval()(moved).reshape(len(grid), 20).mean(1)
        np.testing.assert_allclose(one[0], expected.numpy(), rtol=1e-5, atol=1e-6)

    def test_the_global_random_state_is_left_alone(self):
        np.random.seed(0)
        before = np.random.get_state()[1].copy()
        partial_dependence(wavy, np.ones((4, 3)), 0)
        assert np.array_equal(before, np.random.get_state()[1])

    def test_an_index_that_is_not_the_default_does_not_matter(self, mixed):
        model, table = mixed
        plain = partial_dependence(model, table.reset_index(drop=True), "town", kind="both")
        twice = partial_dependence(model, table.set_axis([0] * len(table)), "town", kind="both")
        assert np.array_equal(twice.individual, plain.individual)


def numbers_of(X):
    return wavy(np.asarray(X))


class TestBadInput:
    X = np.random.default_rng(0).normal(size=(20, 3))

    @pytest.mark.parametrize(
        ("sentence", "keywords"),
        [
            ("no column 'tmp'.*did you mean 'temp'", {"features": "tmp"}),
            ("no such column.*position from 0 to 2", {"features": 3}),
            ("no such column", {"features": -1}),
            ("name or position", {"features": [1.5]}),
            ("no feature", {"features": []}),
            ("column in common", {"features": (0, "temp")}),
            ("percentiles are no range", {"percentiles": (0.9, 0.1)}),
            ("percentiles are no range", {"percentiles": (-0.1, 0.9)}),
            ("percentiles are no range", {"percentiles": (0.1, 0.9, 1)}),
            ("percentiles are no range", {"percentiles": 0.1}),
            ("too close", {"percentiles": (0.5, 0.5 + 1e-12), "grid_resolution": 5}),
            ("too few points", {"grid_resolution": 1}),
            ("too few points", {"grid_resolution": 2.5}),
            ("are no list", {"custom_values": {"temp": [[1, 2]]}}),
            ("are no list", {"custom_values": {"temp": []}}),
            ("holds numbers", {"custom_values": {"temp": ["warm"]}}),
            ("not finite.*custom values", {"custom_values": {"temp": [1.0, np.inf]}}),
            ("categorical features", {"categorical_features": []}),
            ("categorical features", {"categorical_features": [True]}),
            ("no column 'x'", {"categorical_features": ["x"]}),
            ("weights do not fit", {"sample_weight": np.ones(3)}),
            ("weights do not fit", {"sample_weight": -np.ones(20)}),
            ("weights do not fit", {"sample_weight": np.zeros(20)}),
            ("weights do not fit", {"sample_weight": ["a"] * 20}),
            ("kind is not known", {"kind": "all"}),
            ("seed is out of range", {"seed": -1}),
            ("not one-hot", {"features": "g", "groups": {"g": ["temp", "hum"]}}),
            ("response method is not known", {"response_method": "transform"}),
            ("does not have this response method", {"response_method": "predict_proba"}),
        ],
    )
    def test_each_has_its_sentence(self, sentence, keywords):
        frame = pd.DataFrame(self.X, columns=["temp", "hum", "wind"])
        keywords = {"features": "temp", **keywords}
        with pytest.raises(InputError, match=sentence):
            PartialDependence(lambda X: X["temp"], **keywords).start(frame)

    @pytest.mark.parametrize(
        ("sentence", "data"),
        [
            ("table is empty", np.empty((0, 3))),
            ("table is empty", pd.DataFrame({"a": []})),
            ("one name", pd.DataFrame([[1.0, 2.0]], columns=["a", "a"])),
            ("not a table", np.zeros(3)),
            ("not a table", "table.csv"),
            ("has no values", np.full((4, 1), np.nan)),
            ("not finite.*the column's values", np.array([[np.inf], [0.0]])),
            ("not finite.*the column's values", np.r_[np.full(20, -np.inf), np.arange(200.0)][:, None]),
            ("complex numbers", np.ones((4, 1), complex)),
            ("neither numbers nor words.*a list", pd.DataFrame({"a": [[1], [2]]})),
            ("has no values", pd.DataFrame({"a": pd.Series([None, None], dtype=object)})),
        ],
    )
    def test_of_tables(self, sentence, data):
        with pytest.raises(InputError, match=sentence):
            PartialDependence(lambda X: X[:, 0], 0).start(data)

    def test_infinity_beyond_the_percentiles_is_on_no_grid(self):
        X = np.r_[np.inf, np.arange(200.0)][:, None]
        (grid,) = partial_dependence(lambda X: np.minimum(X[:, 0], 9.0), X, 0, grid_resolution=5).grid_values
        assert np.isfinite(grid).all()

    def test_of_executors(self):
        with pytest.raises(InputError, match=r"not an executor.*'dask'.*ThreadPoolExecutor"):
            PartialDependence(wavy, 0).explain(self.X, executor="dask")

    def test_one_output_has_no_second(self):
        with pytest.raises(InputError, match=r"target=3 and a model of one output.*Do: leave target out"):
            PartialDependence(wavy, 0, target=3).explain(self.X)

    def test_percentiles_that_coincide_are_refused_only_where_they_are_needed(self):
        X = np.r_[np.zeros(195), np.arange(1.0, 6.0)][:, None]
        with pytest.raises(InputError, match=r"too close.*\(0, 1\) for instance"):
            partial_dependence(lambda X: X[:, 0], X, 0, grid_resolution=5)
        every = partial_dependence(lambda X: X[:, 0], X, 0, grid_resolution=12)
        assert every.grid_values[0].tolist() == list(range(6))
        ends = partial_dependence(lambda X: X[:, 0], X, 0, grid_resolution=5, percentiles=(0, 1))
        assert ends.grid_values[0].tolist() == [0, 1.25, 2.5, 3.75, 5]

    def test_no_even_steps_lie_between_percentiles_too_far_apart(self):
        X = np.linspace(-1.0, 1.0, 200)[:, None] * 1.7e308
        with pytest.raises(InputError, match=r"'x0' are too far apart .*Do: give the column in another unit"):
            partial_dependence(lambda X: np.sign(X[:, 0]), X, 0, grid_resolution=5)

    @pytest.mark.parametrize(("start", "unit"), [(0.0, 1e-12), (1.7e9, 1e3), (0.0, 1e12)])
    def test_a_grid_is_made_in_any_unit(self, start, unit):
        X = start + unit * np.arange(200.0)[:, None]
        found = partial_dependence(lambda X: X[:, 0], X, 0, grid_resolution=5, percentiles=(0, 1))
        np.testing.assert_allclose(found.grid_values[0] - start, unit * np.linspace(0, 199, 5), rtol=1e-6)

    @pytest.mark.parametrize("values", [(0.0, 1.0), (3.0, 7.0), ("no", "yes"), (False, True)])
    def test_two_values_are_the_grid_as_in_scikit_learn(self, values):
        X = pd.DataFrame({"a": np.array(values)[np.arange(20) % 2], "b": np.arange(20.0)})

        class Model(RegressorMixin, BaseEstimator):
            def fit(self, X, y=None):
                self.fitted_ = True
                return self

            def predict(self, X):
                return (np.asarray(X["a"]) == values[1]) * 2.0 + X["b"].to_numpy()

        words = {"categorical_features": ["a"]} if isinstance(values[0], str | bool) else {}
        found = partial_dependence(Model().fit(X), X, "a", kind="both", **words)
        expected = theirs(Model().fit(X), X, "a", kind="both", method="brute", **words)
        assert found.grid_values[0].tolist() == expected["grid_values"][0].tolist() == list(values)
        np.testing.assert_allclose(found.individual, expected["individual"])

    def test_one_row_is_explained(self):
        estimate = PartialDependence(wavy, 0).explain(self.X[:1])
        assert estimate.individual.shape == (1, 1, 1)
        assert estimate.standard_error is None

    def test_an_unseen_category(self, mixed):
        model, table = mixed
        with pytest.raises(InputError, match=r"no such category.*'coal'.*'none', 'gas', 'diesel'"):
            partial_dependence(model, table, "fuel", custom_values={"fuel": ["gas", "coal"]})
        with pytest.raises(ModelError, match=r"failed on copies.*Berlin"):
            partial_dependence(model, table, "town", custom_values={"town": ["Ulm", "Berlin"]})

    def test_a_grid_beyond_the_data_is_computed(self):
        found = partial_dependence(wavy, self.X, 2, custom_values={2: [100.0]})
        assert found.average[0, 0] > 9000

    @pytest.mark.parametrize(
        ("sentence", "model"),
        [
            ("not finite.*20 of 20|not finite", lambda X: np.full(len(X), np.nan)),
            ("not one row", lambda X: np.ones(len(X) + 1)),
            ("not one row", lambda X: 3.0),
            ("not made of numbers", lambda X: ["a"] * len(X)),
            ("not made of numbers", lambda X: None),
            ("failed on copies.*KeyError", lambda X: {}["nothing"]),
        ],
    )
    def test_of_models(self, sentence, model):
        with pytest.raises(ModelError, match=sentence):
            PartialDependence(model, 0).explain(self.X)

    def test_a_class_must_be_named_among_three(self):
        X, y = classes(3)
        model = LogisticRegression().fit(X, y)
        with pytest.raises(InputError, match=r"Which class.*0, 1, 2"):
            PartialDependence(model, 0)
        with pytest.raises(InputError, match=r"no such class.*0, 1, 2"):
            PartialDependence(model, 0, target=3)

    def test_memory_that_runs_out_halves_the_step(self):
        asked = []

        def model(X):
            asked.append(len(X))
            if len(X) > 12:
                raise MemoryError
            return X[:, 0]

        estimate = PartialDependence(model, 0, grid_resolution=4).explain(self.X)
        assert estimate.done == 20
        assert max(asked[-5:]) <= 12


class TestHelpers:
    def test_centred_at_any_place(self):
        grid, curves = np.array([0.0, 1.0, 3.0]), np.array([[1.0, 2.0, 6.0], [0.0, 0.0, 0.0]])
        assert centered(curves, grid).tolist() == [[0, 1, 5], [0, 0, 0]]
        assert centered(curves, grid, 2).tolist() == [[-3, -2, 2], [0, 0, 0]]
        assert centered(curves, np.array(["a", "b", "c"], dtype=object), "b")[0].tolist() == [-1, 0, 4]
        for values, anchor in ((grid, 4), (np.array(["a", "b", "c"]), "d")):
            with pytest.raises(InputError, match="not on the grid"):
                centered(curves, values, anchor)

    def test_a_slope_needs_numbers_in_order(self):
        large = np.array([2**53, 2**53 + 1])
        for grid in (np.array([1.0]), np.array([1.0, 1.0]), np.array(["a", "b"]), large, np.array([0, 5e-324])):
            with pytest.raises(InputError, match="no slope"):
                derivative(np.zeros((2, len(grid))), grid)

    @pytest.mark.parametrize("unit", [1e-280, 1.0, 1e300])
    def test_slopes_are_of_any_unit(self, unit):
        grid = np.array([0.0, 1.0, 3.0, 4.0])
        np.testing.assert_allclose(derivative(grid**2, unit * grid) * unit, [1, 2, 6, 7])


def test_a_table_made_once_serves_many_streams(regression):
    model, X = regression
    table = Table.of(X)
    assert PartialDependence(model, 0).start(table).table is table


def test_random_forests_agree_too():
    X, y = load_diabetes(return_X_y=True)
    model = RandomForestRegressor(5, random_state=0).fit(X[:100], y[:100])
    assert_same(*both(model, X[:50], 8, kind="both", grid_resolution=10))
