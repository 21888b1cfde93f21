"""Values that other libraries' tests and papers give for small networks and linear models."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression
from torch import nn

from xai_widgets.explainers.shapley import (
    DeepSHAP,
    ExactSHAP,
    GradientSHAP,
    KernelSHAP,
    LinearSHAP,
    PartitionSHAP,
    PermutationSHAP,
)


def network():
    """A network of sums: three inputs, four hidden units that see their sum, output -1 and 1 more than theirs."""
    first, second = nn.Linear(3, 4), nn.Linear(4, 2)
    with torch.no_grad():
        first.weight.fill_(1)
        second.weight.fill_(1)
        first.bias.copy_(torch.tensor([-10.0, 1, 1, 1]))
        second.bias.copy_(torch.tensor([-1.0, 1]))
    return nn.Sequential(first, nn.ReLU(), second).double()


def of_sum(X):
    total = X.reshape(len(X), -1, 3).sum(axis=(1, 2))
    return np.maximum(total - 10, 0) + 3 * np.maximum(total + 1, 0) - 1


def explained(method, row, background=None, **settings):
    rows = np.atleast_2d(np.asarray(row, dtype=float))
    background = np.zeros_like(rows) if background is None else np.broadcast_to(background, rows.shape).astype(float)
    explainer = method(network(), background, target=0, **settings)
    return explainer.explain(rows).value[0, :, 0]


EXACT = [ExactSHAP, KernelSHAP]
ALL = [*EXACT, lambda *given, **settings: PermutationSHAP(*given, n_permutations=200, **settings)]
FIRST_TWO = {"both": ["x0", "x1"]}


@pytest.mark.parametrize("method", EXACT)
@pytest.mark.parametrize(
    ("row", "background", "groups", "expected"),
    [
        ((20, 50, 30), None, None, (230 / 3, 590 / 3, 350 / 3)),
        ((20, 50, 30), (10, 20, 10), None, (40, 120, 80)),
        ((20, 50, 30), None, FIRST_TWO, (275, 115)),
        ((20, 50, 30), 4, FIRST_TWO, (248, 104)),
        ((2, 10, 3), None, None, (7, 32.5, 10.5)),
        ((2, 10, 3), None, FIRST_TWO, (39.5, 10.5)),
        ((10, 0, 10), None, FIRST_TWO, (35, 35)),
        ((10, 0, 10), 10, FIRST_TWO, (-40, 0)),
    ],
)
def test_a_network_of_sums(method, row, background, groups, expected):
    np.testing.assert_allclose(explained(method, row, background, groups=groups), expected, atol=1e-9)


def test_orders_of_a_network_of_sums_within_their_error():
    explainer = PermutationSHAP(network(), np.zeros((1, 3)), target=0, n_permutations=400)
    found = explainer.explain(np.array([[20.0, 50, 30]]))
    expected = np.array([230, 590, 350]) / 3
    assert found.gap < 1e-9
    assert (np.abs(found.value[0, :, 0] - expected) <= 4 * found.standard_error[0, :, 0] + 1e-9).all()


GROUPS = {"first": ["x3", "x6"], "second": ["x0", "x1", "x2", "x4", "x7"], "third": ["x5", "x8"]}


@pytest.mark.parametrize("method", EXACT)
@pytest.mark.parametrize(
    ("background", "expected"),
    [(np.zeros(9), (76.6666, 1088.6666, 156.6666)), (np.repeat([2.0, 3, 4], 3), (52, 1040, 132))],
)
def test_groups_over_three_inputs(method, background, expected):
    row = np.array([[23.0, 100, 0, 20, 50, 30, 0, 100, 10]])
    found = method(of_sum, background[None], groups=GROUPS).explain(row)
    by_name = dict(zip(found.feature_names, found.value[0, :, 0], strict=True))
    np.testing.assert_allclose([by_name[name] for name in GROUPS], expected, atol=1e-3)


@pytest.mark.parametrize("method", EXACT)
def test_nine_features_of_three_inputs(method):
    row = np.array([[23.0, 0, 0, 20, 0, 50, 0, 100, 10]])
    found = method(of_sum, np.zeros((1, 9))).explain(row).value[0, :, 0]
    np.testing.assert_allclose(found, [90, 0, 0, 78, 0, 198, 0, 398, 38], atol=0.5)


X = np.random.default_rng(0).normal(size=(50, 3))


@pytest.mark.parametrize("method", [*ALL, LinearSHAP])
def test_a_linear_function_is_coefficients_times_distances(method):
    model = LinearRegression().fit(X, X @ [1.0, 2.0, 0.0])
    found = method(model, X).explain(X)
    np.testing.assert_allclose(found.value[..., 0], (X - X.mean(axis=0)) * [1, 2, 0], atol=1e-12)


def test_features_that_tell_each_other_share():
    independent = np.random.default_rng(0).multivariate_normal(np.zeros(3), np.eye(3), 20_000)
    covariance = np.eye(3)
    covariance[0, 1] = covariance[1, 0] = 0.999999
    together = np.random.default_rng(0).multivariate_normal(np.zeros(3), covariance, 20_000)
    for background, expected in ((independent, [1, 0, 0]), (together, [0.5, 0.5, 0])):
        model = LinearRegression().fit(background, background[:, 0])
        model.coef_, model.intercept_ = np.array([1.0, 0, 0]), 0.0
        explainer = LinearSHAP(model, background, feature_perturbation="correlation_dependent")
        found = explainer.explain(np.ones((1, 3)))
        np.testing.assert_allclose(found.value[0, :, 0], expected, atol=0.05)
        assert found.gap < 1e-9


def smooth():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 2)).double()


@pytest.mark.parametrize(
    "make", [ExactSHAP, KernelSHAP, PermutationSHAP, DeepSHAP, PartitionSHAP], ids=lambda method: method.__name__
)
def test_values_add_up_to_the_output(make):
    found = make(smooth(), X[:20]).explain(X[20:25])
    reached = found.base_values + found.value.sum(axis=1)
    with torch.no_grad():
        outputs = smooth()(torch.tensor(X[20:25])).numpy()
    np.testing.assert_allclose(reached, outputs, atol=1e-9)
    np.testing.assert_allclose(found.outputs, outputs, atol=1e-12)
    assert found.gap == pytest.approx(0, abs=1e-9)


def test_there_may_be_as_many_rows_as_outputs():
    two = DeepSHAP(smooth(), X[:20]).explain(X[20:22])
    assert two.gap == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(two.value, DeepSHAP(smooth(), X[:20]).explain(X[20:25]).value[:2], atol=1e-12)


def test_expected_gradients_add_up_but_for_their_sampling_error():
    found = GradientSHAP(smooth(), X[:20], n_samples=4000).explain(X[20:22])
    assert 0 < found.gap < 6 * found.standard_error.max()
    assert found.gap == np.abs(found.base_values + found.value.sum(axis=1) - found.outputs).max()


def test_expected_gradients_of_a_sum_of_single_features_are_its_parts():
    class Sum(nn.Module):
        def forward(self, x):
            return (x**2).sum(dim=1, keepdim=True)

    found = GradientSHAP(Sum(), X[:20], n_samples=4000).explain(X[20:22])
    z = (found.value[..., 0] - (X[20:22] ** 2 - (X[:20] ** 2).mean(axis=0))) / found.standard_error[..., 0]
    assert np.abs(z).max() < 4
