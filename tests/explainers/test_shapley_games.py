"""Known games, and what every Shapley method has in common."""

import itertools

import numpy as np
import pytest

from xai_widgets.explainers.shapley import ExactSHAP
from xai_widgets.models import InputError

NOBODY = np.zeros((1, 3))
EVERYBODY = np.ones((1, 3))


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

    found = ExactSHAP(game, np.zeros((1, 2))).interactions(np.ones((1, 2)))
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


def test_rows_fill_and_what_is_not_computed_is_absent():
    X = np.random.default_rng(0).normal(size=(9, 3))
    first, *_, last = list(ExactSHAP(lambda X: X[:, 0] * X[:, 1], X).stream(X))
    assert np.isnan(first.value).all(axis=(1, 2)).sum() == 9 - first.done
    np.testing.assert_array_equal(first.rows, np.flatnonzero(~np.isnan(first.value[:, 0, 0])))
    assert first.explanation().values.shape == (first.done, 3)
    np.testing.assert_array_equal(first.explanation().data, X[first.rows])
    assert last.finished
    assert not np.isnan(last.value).any()


def test_too_many_features_are_refused_with_a_way_out():
    with pytest.raises(InputError, match=r"2\^13.*KernelSHAP"):
        ExactSHAP(lambda X: X[:, 0], np.zeros((1, 13))).stream(np.zeros((1, 13)))
