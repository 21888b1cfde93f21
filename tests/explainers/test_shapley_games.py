"""Known games, and what every Shapley method has in common."""

import itertools
import math
import pickle
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xai_widgets.explainers.shapley import ExactSHAP, KernelSHAP, PermutationSHAP
from xai_widgets.explainers.shapley.exact_shap import all_coalitions, shapley_interactions, shapley_values
from xai_widgets.models import InputError


def exact(game, players, **settings):
    return ExactSHAP(game, np.zeros((1, players)), max_features=16, **settings)(np.ones((1, players))).values[0]


def test_the_right_glove_is_worth_as_much_as_both_left_ones():
    gloves = exact(lambda X: np.minimum(X[:, 0] + X[:, 1], X[:, 2]), 3)
    np.testing.assert_allclose(gloves, [1 / 6, 1 / 6, 2 / 3])


def test_the_power_of_the_members_of_the_security_council():
    power = exact(lambda X: (X[:, :5].all(axis=1) & (X.sum(axis=1) >= 9)).astype(float), 15)
    np.testing.assert_allclose(power, [421 / 2145] * 5 + [4 / 2145] * 10)


def test_each_airline_pays_its_part_of_the_runway():
    np.testing.assert_allclose(exact(lambda X: (X * [8, 11, 13, 18]).max(axis=1), 4), [2, 3, 4, 9])


def test_two_players_share_their_interaction():
    def game(X):
        first, second = X.astype(bool).T
        one = 2.0 * first + 3.0 * second + 3.0 * (first & second)
        other = 10.0 * first + 30.0 * second + 40.0 * (first & second)
        return np.column_stack([one, other])

    found = ExactSHAP(game, np.zeros((1, 2)), interactions=True)(np.ones((1, 2))).values
    np.testing.assert_allclose(found[0, ..., 0], [[2, 1.5], [1.5, 3]])
    np.testing.assert_allclose(found[0, ..., 1], [[10, 20], [20, 30]])


def test_exact_values_are_the_mean_over_all_orders():
    rng = np.random.default_rng(0)
    table = rng.normal(size=(6, 4))

    def model(X):
        return np.sin(X[:, 0] * X[:, 1]) + X[:, 2] ** 2 * X[:, 3]

    expected = np.zeros((2, 4))
    for order in itertools.permutations(range(4)):
        masked = np.repeat(table[None, 2:], 2, axis=0)
        before = model(masked.reshape(-1, 4)).reshape(2, 4).mean(axis=1)
        for player in order:
            masked[:, :, player] = table[:2, [player]]
            after = model(masked.reshape(-1, 4)).reshape(2, 4).mean(axis=1)
            expected[:, player] += (after - before) / 24
            before = after
    found = ExactSHAP(model, table[2:]).explain(table[:2])
    np.testing.assert_allclose(found.value[..., 0], expected, atol=1e-14)
    assert found.gap < 1e-14


@pytest.mark.parametrize("method", [ExactSHAP, KernelSHAP, PermutationSHAP])
def test_a_function_that_gives_labels_is_explained_with_a_warning(method):
    X = np.random.default_rng(0).normal(size=(60, 3))
    with pytest.warns(UserWarning, match="labels of classes"):
        method(lambda rows: (rows[:, 0] > 0).astype(int), X)(X[:1])
    with pytest.warns(UserWarning, match="labels of classes"):
        method(lambda rows: np.eye(2)[(rows[:, 0] > 0).astype(int)], X)(X[:1])


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        (lambda X: X[:, 0] * X[:, 1], np.random.default_rng(0).integers(0, 3, (60, 3))),  # whole, of whole numbers
        (lambda X: np.rint(100 * X[:, 0]), np.random.default_rng(0).normal(size=(60, 3))),  # whole, and all different
        (lambda X: np.full(len(X), 2.0), np.random.default_rng(0).normal(size=(60, 3))),
    ],
)
def test_whole_amounts_are_no_labels(model, rows):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ExactSHAP(model, rows)(rows[:1])


def test_of_many_rows_those_done_are_there_and_the_others_absent():
    X = np.random.default_rng(0).normal(size=(40, 3))
    explainer = ExactSHAP(lambda X: X[:, 0] * X[:, 1], X)
    state = explainer.advance(explainer.start(X), 5)
    some = explainer.estimate(state)
    assert (some.done, some.total, some.unit, some.finished) == (5, 40, "row", False)
    assert np.isnan(some.value).all(axis=(1, 2)).sum() == 35
    np.testing.assert_array_equal(some.rows, np.flatnonzero(~np.isnan(some.value[:, 0, 0])))
    assert some.explanation().values.shape == (5, 3)
    np.testing.assert_array_equal(some.explanation().data, X[some.rows])
    *_, last = explainer.stream(X, state=state)
    assert last.finished
    np.testing.assert_array_equal(last.value, explainer.explain(X).value)


def test_few_rows_are_refined_together_until_they_are_exact():
    X = np.random.default_rng(0).normal(size=(3, 10))
    explainer = ExactSHAP(lambda X: np.tanh(X.sum(axis=1)) + X[:, 0] * X[:, 1], np.zeros((1, 10)))
    state = explainer.advance(explainer.start(X), 100)
    some, last = explainer.estimate(state), explainer.explain(X)
    assert (some.done, some.total, some.unit) == (202, 1024, "coalition")
    assert some.gap < 1e-12
    assert 0 < np.abs(some.value - last.value).max() < 4 * some.standard_error.max()
    assert last.standard_error is None
    assert last.finished
    assert last.done == last.total == 1024


def test_states_of_disjoint_draws_are_joined():
    X = np.random.default_rng(0).normal(size=(2, 5))
    explainer = KernelSHAP(lambda X: np.tanh(X.sum(axis=1)), np.zeros((1, 5)))
    start = explainer.start(X)
    half = replace(start, ranges=((7, 7),))
    later = explainer.advance(half, 4)
    assert np.isfinite(explainer.estimate(later).value).all()
    joined = explainer.merge(explainer.advance(start, 7), explainer.advance(half, 100))
    assert joined.units == joined.total_units
    np.testing.assert_allclose(explainer.estimate(joined).value, explainer.explain(X).value, atol=1e-12)


def test_draws_are_known_by_their_number_not_by_their_place():
    row, weights = np.ones((1, 20)), np.arange(20.0)
    explainer = KernelSHAP(lambda X: X @ weights, np.zeros((1, 20)))
    start = explainer.start(row)
    holes = explainer.merge(explainer.advance(start, 20), explainer.advance(replace(start, ranges=((300, 300),)), 50))
    np.testing.assert_allclose(explainer.estimate(holes).value[0, :, 0], weights, atol=1e-9)


def test_an_explainer_is_sent_elsewhere():
    explainer = KernelSHAP(of_first, np.zeros((1, 5)))
    state = explainer.advance(explainer.start(np.ones((1, 5))), 3)
    explainer.estimate(state)
    explainer, state = pickle.loads(pickle.dumps((explainer, state)))
    found = explainer.estimate(explainer.advance(state, 100))
    np.testing.assert_allclose(found.value[0, :, 0], [1, 0, 0, 0, 0], atol=1e-12)


def test_a_state_of_another_run_is_refused():
    X = np.random.default_rng(0).normal(size=(2, 5))
    state = KernelSHAP(lambda X: X[:, 0], X, seed=1).explain(X).state
    with pytest.raises(InputError, match="another seed"):
        KernelSHAP(lambda X: X[:, 0], X, seed=2).stream(X, state=state)


@st.composite
def games(draw):
    """What all coalitions of two to five players earn."""
    players = draw(st.integers(2, 5))
    earned = draw(st.lists(st.floats(-10, 10, width=32), min_size=2**players, max_size=2**players))
    return players, np.array(earned)


def model_of(players, earned):
    def model(X):
        return earned[(X.astype(int) << np.arange(players)).sum(axis=1)]

    return model


METHODS = [ExactSHAP, KernelSHAP]


def of_first(X):
    return X[:, 0]


def values_of(method, players, earned):
    return method(model_of(players, earned), np.zeros((1, players))).explain(np.ones((1, players))).value[0, :, 0]


@pytest.mark.parametrize("method", [*METHODS, PermutationSHAP])
@given(game=games())
def test_efficiency(method, game):
    _, earned = game
    assert values_of(method, *game).sum() == pytest.approx(earned[-1] - earned[0], abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(game=games(), other=games())
def test_additivity(method, game, other):
    players = min(game[0], other[0])
    one, two = game[1][: 2**players], other[1][: 2**players]
    both = values_of(method, players, one + two)
    apart = values_of(method, players, one) + values_of(method, players, two)
    np.testing.assert_allclose(both, apart, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(game=games())
def test_who_adds_nothing_gets_nothing(method, game):
    players, earned = game
    earned = earned.copy()
    inside = (np.arange(2**players) & 1).astype(bool)
    earned[inside] = earned[~inside]
    np.testing.assert_allclose(values_of(method, players, earned)[0], 0, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(game=games())
def test_who_adds_the_same_gets_the_same(method, game):
    players, earned = game
    codes = np.arange(2**players)
    swapped = codes & ~3 | (codes & 1) << 1 | (codes & 2) >> 1
    values = values_of(method, players, earned + earned[swapped])
    assert values[0] == pytest.approx(values[1], abs=1e-9)


@given(game=games())
def test_kernel_values_of_all_coalitions_are_the_exact_ones(game):
    players, earned = game
    expected = shapley_values(all_coalitions(players), earned[:, None])[:, 0]
    np.testing.assert_allclose(values_of(KernelSHAP, players, earned), expected, atol=1e-9)


@given(game=games())
def test_interactions_sum_to_the_values_and_are_symmetric(game):
    players, earned = game
    coalitions = all_coalitions(players)
    found = shapley_interactions(coalitions, earned[:, None])[..., 0]
    np.testing.assert_allclose(found, found.T, atol=1e-9)
    np.testing.assert_allclose(found.sum(axis=1), shapley_values(coalitions, earned[:, None])[:, 0], atol=1e-9)
    one, other = 0, players - 1
    without = ~(coalitions[:, one] | coalitions[:, other])
    codes, bits = np.arange(2**players)[without], (1 << one, 1 << other)
    joint = earned[codes | bits[0] | bits[1]] - earned[codes | bits[0]] - earned[codes | bits[1]] + earned[codes]
    sizes = coalitions[without].sum(axis=1)
    shares = [1 / ((players - 1) * math.comb(players - 2, size)) for size in sizes]
    assert found[one, other] == pytest.approx(joint @ shares / 2, abs=1e-9)


def test_too_many_features_are_refused_with_a_way_out():
    with pytest.raises(InputError, match=r"2\^13.*KernelSHAP"):
        ExactSHAP(lambda X: X[:, 0], np.zeros((1, 13))).stream(np.zeros((1, 13)))
