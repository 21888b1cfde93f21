"""What sampling costs: errors are as large as they are said to be, and get smaller."""

import numpy as np
import pytest
import torch
from torch import nn

from xai_widgets.explainers.shapley import ExactSHAP, GradientSHAP, KernelSHAP, PermutationSHAP
from xai_widgets.explainers.shapley.coalitions import Coalitions, Solution, pairs_in_all

FEATURES = 10
DRAWS = np.random.default_rng(0)
X = DRAWS.normal(size=(40, FEATURES))
MIXING = DRAWS.normal(size=(FEATURES, 6))


def model(X):
    return np.tanh(X @ MIXING * 0.4).sum(axis=1) + X[:, 0] * X[:, 1]


EXACT = ExactSHAP(model, X[:10]).explain(X[10:12]).value


def scores_of(make, seeds=25, expected=EXACT):
    """Return how many of its standard errors each value is off."""
    found = [make(seed).explain(X[10:12]) for seed in range(seeds)]
    return np.array([(each.value - expected) / each.standard_error for each in found])


@pytest.mark.parametrize(
    "make",
    [
        lambda seed: KernelSHAP(model, X[:10], seed=seed, n_samples=100),
        lambda seed: KernelSHAP(model, X[:10], seed=seed, n_samples=400),
        lambda seed: PermutationSHAP(model, X[:10], seed=seed, n_permutations=20),
    ],
)
def test_standard_errors_are_true(make):
    z = scores_of(make)
    assert 0.8 < np.sqrt(np.mean(z**2)) < 1.25
    assert np.abs(z.mean(axis=0)).max() < 5 / np.sqrt(25)


def test_standard_errors_of_expected_gradients_are_true():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(FEATURES, 8), nn.Tanh(), nn.Linear(8, 1)).double()
    expected = GradientSHAP(module, X[:10], n_samples=20_000, seed=99).explain(X[10:12])
    z = scores_of(lambda seed: GradientSHAP(module, X[:10], seed=seed, n_samples=240), expected=expected.value)
    assert 0.75 < np.sqrt(np.mean(z**2)) < 1.25


def test_the_error_shrinks_while_it_refines():
    estimates, explainer = [], KernelSHAP(model, X[:10], n_samples=600)
    state = explainer.start(X[10:12])
    while state.units < state.total_units:
        state = explainer.advance(state, 50)
        estimates.append(explainer.estimate(state))
    off = [np.abs(each.value - EXACT).max() for each in estimates]
    said = [each.standard_error.max() for each in estimates]
    assert off[-1] < off[0] / 2
    assert said == sorted(said, reverse=True)
    assert all(each.gap < 1e-12 for each in estimates)


def test_the_first_picture_has_each_feature_alone():
    first = next(KernelSHAP(lambda X: X @ np.arange(FEATURES), np.zeros((1, FEATURES))).stream(X[:3]))
    np.testing.assert_allclose(first.value[..., 0], X[:3] * np.arange(FEATURES), atol=1e-12)
    assert first.done == 2 * FEATURES + 2


def test_steps_and_order_of_rows_change_nothing():
    explainer = KernelSHAP(model, X[:10], n_samples=100)
    whole, state = explainer.explain(X[10:12]), explainer.start(X[10:12])
    while state.units < state.total_units:
        state = explainer.advance(state, 7)
    np.testing.assert_allclose(explainer.estimate(state).value, whole.value, atol=1e-13)
    filled = explainer.explain(X[::-1])
    assert filled.unit == "row"
    np.testing.assert_allclose(filled.value[::-1][10:12], whole.value, atol=1e-13)
    np.testing.assert_allclose(filled.standard_error[::-1][10:12], whole.standard_error, atol=1e-13)


def test_the_same_seed_draws_the_same():
    one, same, other = (KernelSHAP(model, X[:10], n_samples=60, seed=seed).explain(X[:1]).value for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("players", range(1, 9))
def test_all_pairs_are_all_coalitions(players):
    drawn = Coalitions.drawn(players, 10**6)
    assert len(drawn) == pairs_in_all(players)
    both = drawn.both(0, len(drawn))
    assert len(np.unique(both, axis=0)) == len(both) == 2**players - 2


@pytest.mark.parametrize(("players", "pairs"), [(12, 300), (20, 1044), (60, 500), (300, 900)])
def test_coalitions_are_distinct_and_singles_come_first(players, pairs):
    drawn = Coalitions.drawn(players, pairs, seed=3)
    both = drawn.both(0, pairs)
    assert len(drawn) == pairs
    assert len(np.unique(both, axis=0)) == 2 * pairs
    assert (drawn.members[:players].sum(axis=1) == 1).all()
    assert sum(stratum.mass for stratum in drawn.strata) == pytest.approx(
        sum((players - 1) / (size * (players - size)) for size in range(1, players))
    )


@pytest.mark.parametrize("players", [40, 300])
def test_linear_functions_are_exact_however_few_coalitions(players):
    weights, row = np.random.default_rng(0).normal(size=(2, players))
    found = KernelSHAP(lambda X: X @ weights, np.zeros((1, players)), n_samples=2 * players + 40).explain(row[None])
    np.testing.assert_allclose(found.value[0, :, 0], weights * row, atol=1e-9)


def test_a_wide_table_has_a_first_picture_after_few_coalitions_and_not_many_after_it():
    """Each picture solves for all values again, which takes longer the more pairs there are beside single players."""
    explainer = KernelSHAP(lambda X: X[:, 0], np.zeros((1, 800)), n_samples=2400)
    counted = [estimate.done for estimate in explainer.stream(np.ones((1, 800)))]
    assert counted[0] == 18
    assert len(counted) < 250
    late = explainer.advance(explainer.start(np.ones((1, 800))), 1000)
    assert explainer.advance(late, 1).units == 1000 + (1000 - 800) // 32


def test_of_few_single_players_the_values_are_known_and_the_others_share_the_rest():
    weights, row = np.random.default_rng(0).normal(size=(2, 60))
    first = next(KernelSHAP(lambda X: X @ weights, np.zeros((1, 60))).stream(row[None]))
    found, exact = first.value[0, :, 0], weights * row
    known = np.isclose(found, exact, atol=1e-12)
    assert known.sum() == 8
    np.testing.assert_allclose(found[~known], exact[~known].mean(), atol=1e-12)
    assert first.standard_error is None
    assert first.gap < 1e-12


@pytest.mark.parametrize("pairs", [range(40), range(47), range(100), range(30, 45), [0, 3, 50, 80], range(40, 90)])
def test_values_are_those_of_the_weighted_least_squares_of_any_pairs(pairs):
    """Minimised under the constraint, by numpy; of several solutions the one with the smallest squares."""
    coalitions, pairs = Coalitions.drawn(40, 100, seed=2), np.array(pairs)
    solution = Solution.of(coalitions, pairs)
    rng = np.random.default_rng(0)
    differences, total = rng.normal(size=(2, len(pairs), 3)), rng.normal(size=(2, 3))
    design, root = coalitions.members[pairs] - 0.5, np.sqrt(solution.weights)
    for row in range(2):
        heavy = np.vstack([design * root[:, None], np.full((1, 40), 1e6)])
        wanted = np.vstack([differences[row] * root[:, None], 1e6 * total[row]])
        expected = np.linalg.lstsq(heavy, wanted)[0]
        np.testing.assert_allclose(solution.values(differences, total)[row], expected, atol=1e-6)


def test_no_error_is_claimed_of_hardly_any_coalitions():
    """With few pairs beside the single players the fit is off by more than what it leaves can tell."""
    weights = np.random.default_rng(1).normal(size=14)
    wide = np.random.default_rng(0).normal(size=(20, 14))
    few, enough = (
        KernelSHAP(lambda X: np.tanh(X @ weights), wide[:5], n_samples=n_samples).explain(wide[:1])
        for n_samples in (40, 60)
    )
    assert few.standard_error is None
    assert (enough.standard_error > 0).all()
