"""How much features count: means of magnitudes, their errors, and what the rest adds up to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xai_widgets.explainers.shapley import importance
from xai_widgets.explainers.shapley.importance import Importance


def values_of(rows, features, seed=0):
    return np.random.default_rng(seed).normal(0, np.arange(1, features + 1), (rows, features))


def test_means_and_errors_are_those_of_the_magnitudes():
    values = values_of(50, 4)
    found = Importance.of(values)
    magnitudes = np.abs(values)
    np.testing.assert_allclose(found.mean, magnitudes.mean(axis=0))
    np.testing.assert_allclose(found.error, magnitudes.std(axis=0, ddof=1) / np.sqrt(50))
    assert found.order.tolist() == np.argsort(-found.mean).tolist()
    for place in range(4):
        rest = magnitudes[:, found.order[place:]].sum(axis=1)
        assert found.rest[place] == pytest.approx(rest.mean())
        assert found.rest_error[place] == pytest.approx(rest.std(ddof=1) / np.sqrt(50))


@settings(max_examples=20)
@given(st.integers(1, 40), st.integers(1, 6), st.integers(0, 99), st.integers(1, 60))
def test_parts_change_nothing(rows, features, seed, at_once):
    values = values_of(rows, features, seed)
    whole = Importance.of(values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importance, "_NUMBERS_AT_ONCE", at_once)
        parts = Importance.of(values)
    for name in ("order", "mean", "rest"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name))
    if rows > 1:
        np.testing.assert_allclose(parts.error, whole.error, atol=1e-12)
        np.testing.assert_allclose(parts.rest_error, whole.rest_error, atol=1e-12)
    else:
        assert parts.error is whole.error is None


def test_rows_to_come_are_left_out():
    values = values_of(20, 3)
    waiting = values.copy()
    waiting[5:] = np.nan
    np.testing.assert_array_equal(Importance.of(waiting).mean, Importance.of(values[:5]).mean)
    assert Importance.of(waiting).n_rows == 5
    assert Importance.of(np.full((3, 2), np.nan)) is None


def test_equal_features_stand_in_their_own_order():
    assert Importance.of(np.ones((3, 4))).order.tolist() == [0, 1, 2, 3]


def test_the_error_of_draws_that_all_rows_share_covers_them():
    """The rows' errors have one sign here; an interval of two errors must hold the truth."""
    truth = np.full((400, 1), 5.0)
    shift = 0.3
    found = Importance.of(truth + shift, np.full_like(truth, shift))
    assert abs(found.mean[0] - 5.0) <= 2 * found.error[0]
    assert Importance.of(truth + shift).error[0] < 1e-6


def test_one_row_has_the_error_of_its_draws_alone():
    values, error = np.array([[1.0, -4.0]]), np.array([[0.25, 0.5]])
    found = Importance.of(values, error)
    np.testing.assert_allclose(found.error, [0.25, 0.5])
    np.testing.assert_allclose(found.rest_error, [0.75, 0.25])


def test_selected_rows_may_keep_the_order_of_all():
    values = values_of(30, 3)
    everything = Importance.of(values)
    some = Importance.of(values[:4], order=everything.order)
    np.testing.assert_array_equal(some.order, everything.order)
    assert some.rest[0] == pytest.approx(np.abs(values[:4]).sum(axis=1).mean())


def test_an_error_covers_the_mean_of_the_population_as_often_as_it_says():
    random = np.random.default_rng(3)
    truth = np.sqrt(2 / np.pi)
    held = 0
    for _ in range(400):
        found = Importance.of(random.normal(size=(60, 1)))
        held += abs(found.mean[0] - truth) <= 2 * found.error[0]
    assert 0.92 < held / 400 < 0.98


@pytest.mark.parametrize("power", [1000, 1020, -1000])
def test_values_whose_squares_are_no_numbers_have_the_same_errors_in_their_unit(power):
    values = values_of(50, 4)
    spread = np.abs(values_of(50, 4, seed=1))
    usual = Importance.of(values, spread)
    found = Importance.of(np.ldexp(values, power), np.ldexp(spread, power))
    for name in ("mean", "error", "rest", "rest_error"):
        np.testing.assert_allclose(np.ldexp(getattr(found, name), -power), getattr(usual, name), rtol=1e-12)
