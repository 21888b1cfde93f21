"""The shap package behind our face: its randomness is its own, and what it cannot do is said at the start."""

import functools
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shap
import torch

import xai_widgets as xw
from xai_widgets.explainers.shapley import DeepSHAP, ExactSHAP, KernelSHAP, PackageSHAP, PartitionSHAP
from xai_widgets.explainers.shapley.package_randomness import own_randomness
from xai_widgets.models import InputError, ModelError

X = np.random.default_rng(0).normal(size=(40, 4))


class Watched:
    """A model that notes numpy's global random state and the filters of warnings while it is asked."""

    def __init__(self):
        self.random, self.filters = [], []

    def __call__(self, rows):
        self.random.append((np.random.get_state()[1][:4].tolist(), np.random.get_state()[2]))
        self.filters.append(list(warnings.filters))
        return rows[:, 0] * rows[:, 1] - rows[:, 2]


def by(explainer):
    return functools.partial(PackageSHAP, explainer=explainer)


METHODS = {
    "partition": PartitionSHAP,
    "kernel": by(shap.KernelExplainer),
    "sampling": by(shap.SamplingExplainer),
    "permutation": by(shap.PermutationExplainer),
    "permutation with options": by(functools.partial(shap.PermutationExplainer, seed=7)),
    "partition as a class": by(shap.PartitionExplainer),
    "random": by(shap.explainers.other.Random),
    "any": by(shap.Explainer),
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_users_random_state_and_warnings_are_left_alone(method):
    model, filters = Watched(), list(warnings.filters)
    before = np.random.get_state()[1][:4].tolist(), np.random.get_state()[2]
    method(model, X[:10]).explain(X[:3])
    assert len(model.random) > 1
    assert all(each == before for each in model.random)
    assert all(each == filters for each in model.filters)
    assert (np.random.get_state()[1][:4].tolist(), np.random.get_state()[2]) == before


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_seed_says_what_is_drawn(method):
    first, second = (method(Watched(), X[:10], seed=3).explain(X[:3]).value for _ in range(2))
    np.testing.assert_array_equal(first, second)


def gradients_of_the_package():
    """Call an explainer that holds another one, which draws."""
    rows = torch.tensor(X[:10], dtype=torch.float32)
    explainer = own_randomness(shap.GradientExplainer(NET, rows), 0)
    return explainer.shap_values(rows[:3], nsamples=50)


NET = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))


@pytest.mark.parametrize(
    "explain",
    [
        lambda: PartitionSHAP(product, X[:10])(X[:3]),
        lambda: DeepSHAP(NET, X[:10])(X[:3]),
        lambda: by(shap.PermutationExplainer)(product, X[:10])(X[:3]),
        lambda: by(shap.SamplingExplainer)(product, X[:10])(X[:3]),
        gradients_of_the_package,
        lambda: xw.AgreementPlot(NET, 0, X).wait(60).close(),
        lambda: xw.WaterfallPlot(product, X).wait(60).close(),
        lambda: xw.BeeswarmPlot(KernelSHAP(product, X[:10], n_samples=20)(X[:5])).wait(60).close(),
    ],
    ids=["partition", "deep", "permutation", "sampling", "gradients", "AgreementPlot", "WaterfallPlot", "BeeswarmPlot"],
)
def test_another_thread_draws_on_meanwhile_as_if_it_were_alone(explain):
    before = np.random.get_state()
    explain()  # what is imported and compiled at first use takes no turns

    try:
        np.random.seed(11)
        drawn = []
        with ThreadPoolExecutor(1) as worker:
            working = worker.submit(explain)
            while not working.done() or len(drawn) < 10:
                drawn.append(np.random.standard_normal())
            working.result()
    finally:
        np.random.set_state(before)
    np.testing.assert_array_equal(drawn, np.random.RandomState(11).standard_normal(len(drawn)))


def product(rows):
    return rows[:, 0] * rows[:, 1] - rows[:, 2]


def test_what_is_drawn_by_compiled_functions_is_of_the_seed():
    masker = shap.maskers.Partition(X[:10], clustering=own_randomness(shap.utils.hclust, 0)(X[:10]))

    def explained(seed):
        explainer = own_randomness(own_randomness(shap.PermutationExplainer, seed)(product, masker), seed)
        return explainer(X[:3], max_evals=10, silent=True).values  # orders are shuffles of the hierarchy

    np.testing.assert_array_equal(explained(3), explained(3))
    assert not np.array_equal(explained(3), explained(4))


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


def test_a_hierarchy_takes_no_background_with_gaps_and_rows_with_gaps_add_up():
    gaps = X[:12, :3].copy()
    gaps[::3, 1] = np.nan

    def model(rows):
        return rows[:, 0] * 2 + np.nan_to_num(rows[:, 1], nan=5.0) * rows[:, 2]

    with pytest.raises(InputError, match="missing values in 4 of 12"):
        PartitionSHAP(model, gaps).start(X[:2, :3])
    assert PartitionSHAP(model, X[:10, :3]).explain(gaps).gap < 1e-9


RELU = torch.nn.ReLU()
WRITES_OVER = torch.nn.ReLU(inplace=True)


def chain(*between, outputs=2):
    torch.manual_seed(0)
    layers = [layer for each in between for layer in (each, torch.nn.Linear(6, 6))]
    return torch.nn.Sequential(torch.nn.Linear(4, 6), *layers, torch.nn.ReLU(), torch.nn.Linear(6, outputs))


class Ends(torch.nn.Module):
    """A chain, and what is made of its scores."""

    def __init__(self, end, **sizes):
        super().__init__()
        self.chain, self.end = chain(torch.nn.ReLU(), **sizes), end

    def forward(self, rows):
        return self.end(self.chain(rows))


class Computed(torch.nn.Module):
    """Weights that are no parameters, as weight norm has them: torch refuses to copy such a module."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 2)
        self.weight = self.linear.weight * 2

    def forward(self, rows):
        return rows @ self.weight.T


DEEP = {
    "one number for each row": Ends(lambda scores: scores[:, 0], outputs=1),
    "a mapping": Ends(lambda scores: {"logits": scores}),
    "a tuple": Ends(lambda scores: (scores,)),
    "half precision": chain(torch.nn.ReLU()).bfloat16(),
    "layers that write over what they are given": chain(WRITES_OVER, torch.nn.ReLU(inplace=True)),
    "one layer in several places": chain(RELU, RELU, RELU),
    "weights that are no parameters": Computed(),
}


@pytest.mark.parametrize("module", DEEP.values(), ids=DEEP)
def test_deep_values_add_up_whatever_form_the_scores_have(module):
    weights = [weight.clone() for weight in module.parameters()]
    found = DeepSHAP(module, X[:10]).explain(X[:5])
    tensor = torch.tensor(X[:5], dtype=next(module.parameters()).dtype)
    scores = module(tensor)
    scores = scores["logits"] if isinstance(scores, dict) else scores[0] if isinstance(scores, tuple) else scores
    expected = scores.detach().double().numpy().reshape(5, -1)
    within = 1e-5 if tensor.dtype == torch.float32 else 1e-2
    np.testing.assert_allclose(found.base_values + found.value.sum(axis=1), expected, atol=within)
    assert np.abs(found.value).max() > 5 * within
    assert all(torch.equal(*pair) for pair in zip(weights, module.parameters(), strict=True))
    assert not any(hasattr(part, "x") or part._backward_hooks for part in module.modules())
    assert WRITES_OVER.inplace


def test_deep_values_that_do_not_add_up_are_refused():
    class Twice(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.linear, self.relu = torch.nn.Linear(4, 4), torch.nn.ReLU()

        def forward(self, rows):
            return self.relu(self.linear(self.relu(self.linear(rows))))

    torch.manual_seed(0)
    for module in (Twice(), Ends(torch.sigmoid), Ends(torch.nn.functional.gelu)):
        with pytest.raises(ModelError, match="do not add up"):
            DeepSHAP(module, X[:10])(X[:5])


def test_what_the_package_cannot_read_is_told_in_words():
    class Indices(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.words = torch.nn.Embedding(10, 2)

        def forward(self, rows):
            return self.words(rows.long().clamp(0, 9)).flatten(1)

    with pytest.raises(ModelError, match="failed to explain"):
        DeepSHAP(Indices(), X[:10])(X[:5])
