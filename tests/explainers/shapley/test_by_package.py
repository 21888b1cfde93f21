"""The shap package behind our face: its randomness is its own, and what it cannot do is said at the start."""

import warnings

import numpy as np
import pytest
import shap

from xai_widgets.explainers.shapley import ExactSHAP, PackageSHAP, PartitionSHAP
from xai_widgets.models import InputError

X = np.random.default_rng(0).normal(size=(40, 4))


class Watched:
    """A model that notes numpy's global random state and the filters of warnings while it is asked."""

    def __init__(self):
        self.random, self.filters = [], []

    def __call__(self, rows):
        self.random.append((np.random.get_state()[1][:4].tolist(), np.random.get_state()[2]))
        self.filters.append(list(warnings.filters))
        return rows[:, 0] * rows[:, 1] - rows[:, 2]


METHODS = {
    "partition": PartitionSHAP,
    "sampling": lambda model, X, **more: PackageSHAP(model, X, explainer=shap.SamplingExplainer, **more),
    "kernel": lambda model, X, **more: PackageSHAP(model, X, explainer=shap.KernelExplainer, **more),
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_users_random_state_and_warnings_are_left_alone(method):
    model, filters = Watched(), list(warnings.filters)
    before = np.random.get_state()[1][:4].tolist(), np.random.get_state()[2]
    method(model, X[:10]).explain(X[:3])
    assert len(model.random) > 3
    assert all(each == before for each in model.random)
    assert all(each == filters for each in model.filters)
    assert (np.random.get_state()[1][:4].tolist(), np.random.get_state()[2]) == before


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_seed_says_what_is_drawn(method):
    first, second = (method(Watched(), X[:10], seed=3).explain(X[:3]).value for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("max_evals", [-1, 0, 1, 7, "x", 8.5])
def test_partition_refuses_too_few_evaluations(max_evals):
    with pytest.raises(InputError, match=r"max_evals|too few"):
        PartitionSHAP(Watched(), X[:10], max_evals=max_evals).start(X[:1])


@pytest.mark.parametrize(("columns", "rows"), [(1, 10), (4, 1)])
def test_partition_refuses_what_has_no_hierarchy(columns, rows):
    with pytest.raises(InputError, match="no hierarchy"):
        PartitionSHAP(lambda rows: rows[:, 0], X[:rows, :columns]).start(X[:1, :columns])


@pytest.mark.parametrize("max_evals", [8, 500, None])
def test_partition_gives_a_sum_of_single_features_its_parts(max_evals):
    model = lambda rows: rows @ [1.0, -2.0, 3.0, 0.5]  # noqa: E731
    found = PartitionSHAP(model, X[:10], max_evals=max_evals).explain(X[:3])
    if max_evals != 8:
        np.testing.assert_allclose(found.value, ExactSHAP(model, X[:10]).explain(X[:3]).value, atol=1e-9)
    assert found.gap < 1e-9
