"""Whether methods agree on a row: shares, rank agreement against scipy, and the disputes that are named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xai_widgets.explainers.agreement import Agreement, Disagreement, correlation, kendall_tau, mean_ranks

NUMBERS = st.lists(st.integers(-4, 4), min_size=2, max_size=12)


def agreement(*values, **more):
    values = np.array(values, dtype=float)
    methods = ["shap", "lime", "gradient_x_input"][: len(values)]
    return Agreement(methods, [f"x{number}" for number in range(values.shape[1])], values, **more)


@given(NUMBERS)
def test_ranks_are_those_of_scipy(values):
    np.testing.assert_allclose(mean_ranks(np.array(values)), stats.rankdata(values))


@given(st.data())
def test_correlations_are_those_of_scipy(data):
    one = data.draw(NUMBERS)
    other = data.draw(st.lists(st.integers(-4, 4), min_size=len(one), max_size=len(one)))
    one, other = np.array(one, float), np.array(other, float)
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert np.isnan(kendall_tau(one, other))
        assert np.isnan(correlation(mean_ranks(one), mean_ranks(other)))
        return
    assert kendall_tau(one, other) == pytest.approx(stats.kendalltau(one, other).statistic)
    assert correlation(mean_ranks(one), mean_ranks(other)) == pytest.approx(stats.spearmanr(one, other).statistic)


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=8), st.floats(0.01, 100))
def test_a_method_agrees_with_itself_in_any_units(values, factor):
    found = agreement(values, [factor * value for value in values])
    assert found.disagreements == []
    np.testing.assert_allclose(found.shares[0], found.shares[1], atol=1e-9)
    assert np.abs(found.shares).sum(axis=1) == pytest.approx([1, 1] if any(values) else [0, 0])


def test_opposite_signs_are_named_and_trifles_are_not():
    assert agreement([6, -3, 1], [6, 3, -0.1]).disagreements == [Disagreement(1, 0, 1, "sign")]
    assert agreement([60, 30, 4], [60, 30, -4]).disagreements == []


def test_a_sign_that_is_not_sure_is_no_dispute():
    values = [6.0, -3.0, 1.0], [6.0, 3.0, 1.0]
    unsure = np.array([[0.1, 2.0, 0.1], [np.nan, np.nan, np.nan]])
    assert agreement(*values, standard_error=unsure).disagreements == []
    assert len(agreement(*values, standard_error=unsure / 4).disagreements) == 1


def test_ranks_far_apart_are_named_where_the_shares_are_too():
    found = agreement([10, 5, 4, 3, 2, 1], [0.5, 5, 4, 3, 2, 1])
    assert found.far == 2
    assert found.disagreements == [Disagreement(0, 0, 1, "rank")]
    assert agreement([5.5, 5.4, 5.3, 5.2, 5.1, 5], [5, 5.1, 5.2, 5.3, 5.4, 5.5]).disagreements == []


def test_ranks_that_are_not_sure_are_no_dispute():
    values = [10, 5, 4, 3, 2, 1], [0.5, 5, 4, 3, 2, 1]
    unsure = np.zeros((2, 6))
    unsure[0, 0] = 6
    assert agreement(*values, standard_error=unsure).disagreements == []
    assert len(agreement(*values, standard_error=unsure / 4).disagreements) == 1


@pytest.mark.parametrize(("features", "far"), [(1, 2), (4, 2), (7, 3), (10, 4), (13, 5), (5000, 5)])
def test_far_grows_with_the_features(features, far):
    assert agreement(range(features)).far == far


def test_the_largest_dispute_comes_first_and_every_pair_is_looked_at():
    found = agreement([5, -2, 2, 1], [5, 2, -1.5, 1], [-5, 2, 2, 1]).disagreements
    assert [(each.feature, each.first, each.second) for each in found[:2]] == [(0, 1, 2), (0, 0, 2)]
    assert {(each.first, each.second) for each in found} == {(0, 1), (0, 2), (1, 2)}


def test_pairs_count_signs_where_both_have_one():
    (pair,) = agreement([3, -2, 0, 1], [1, 2, 3, 4]).pairs
    assert (pair.first, pair.second, pair.same_sign, pair.signed) == (0, 1, 2, 3)
    assert pair.kendall == pytest.approx(stats.kendalltau([3, 2, 0, 1], [1, 2, 3, 4]).statistic)
    assert pair.spearman == pytest.approx(stats.spearmanr([3, 2, 0, 1], [1, 2, 3, 4]).statistic)
    assert len(agreement([1, 2], [3, 4], [5, 6]).pairs) == 3


def test_what_gives_nothing_has_no_ranks_to_compare():
    found = agreement([0, 0, 0], [1, 2, 3])
    assert (found.shares[0] == 0).all()
    assert np.isnan([found.pairs[0].spearman, found.pairs[0].kendall]).all()
    assert found.pairs[0].signed == 0
    assert agreement([3]).pairs == []


def test_values_are_not_written_to():
    values = np.array([[1.0, -2.0], [3.0, 4.0]])
    values.flags.writeable = False
    found = Agreement(["a", "b"], ["x", "y"], values)
    assert found.disagreements
