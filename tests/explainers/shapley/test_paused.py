"""Slow models: a step is done in parts, in between it can be cancelled, and the values are the same."""

import time

import numpy as np
import pytest
import torch
from sklearn.ensemble import RandomForestRegressor

from xai_widgets.explainers.shapley import ExactSHAP, KernelSHAP, PermutationSHAP, TreeSHAP, tree_paths, tree_tables
from xai_widgets.explainers.shapley.torch_game import TorchGame

X = np.random.default_rng(0).normal(size=(40, 8))


def model(rows):
    return np.tanh(rows[:, 0] * rows[:, 1] + rows[:, 2])


class Slow:
    """A model of so many seconds a row, which counts its calls."""

    def __init__(self, seconds):
        self.seconds, self.calls = seconds, 0

    def __call__(self, rows):
        self.calls += 1
        time.sleep(self.seconds * len(rows))
        return model(rows)


METHODS = [ExactSHAP, KernelSHAP, PermutationSHAP]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n_rows", [3, 40])
def test_a_step_of_a_slow_model_is_done_in_parts(method, n_rows):
    longest, parts = 0.0, 0
    estimates = method(Slow(5e-4), X[:10]).stream(X[:n_rows], pauses=True)
    began = time.perf_counter()
    for estimate in estimates:
        longest, parts, began = max(longest, time.perf_counter() - began), parts + 1, time.perf_counter()
        if estimate is not None and parts > 2:
            break
    assert longest < 0.4  # a row alone, or a unit of all rows, takes longer


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n_rows", [3, 33])
def test_parts_change_nothing(method, n_rows, monkeypatch):
    monkeypatch.setattr("xai_widgets.explainers.shapley.paused._SECONDS", 1e-4)
    explainer = method(model, X[:10])
    found = list(explainer.stream(X[:n_rows], pauses=True))
    assert found.count(None) > 3
    assert found[-1].finished
    np.testing.assert_allclose(found[-1].value, explainer.explain(X[:n_rows]).value, atol=1e-12)
    assert found[-1].state.work is None


@pytest.mark.parametrize("n_rows", [3, 33])
def test_the_quick_way_of_torch_modules_is_taken_in_parts_too(n_rows, monkeypatch):
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.Tanh(), torch.nn.Linear(16, 2)).double()
    expected = KernelSHAP(module, X[:10]).explain(X[:n_rows])
    monkeypatch.setattr("xai_widgets.explainers.shapley.paused._SECONDS", 1e-4)
    asked, means = [], TorchGame._means
    monkeypatch.setattr(TorchGame, "_means", lambda *given: asked.append(len(given[-1])) or means(*given))
    found = list(KernelSHAP(module, X[:10]).stream(X[:n_rows], pauses=True))
    assert found.count(None) > 3
    assert max(asked) < 128  # of 254 coalitions
    np.testing.assert_allclose(found[-1].value, expected.value, atol=1e-12)


def test_a_model_in_parts_is_not_asked_again(monkeypatch):
    monkeypatch.setattr("xai_widgets.explainers.shapley.paused._SECONDS", 1e-4)
    asked = []

    def counted(rows):
        asked.append(len(rows))
        return model(rows)

    list(ExactSHAP(counted, X[:10]).stream(X[:33], pauses=True))
    assert sum(asked) <= 33 * (2**8 - 2) * 10 + 33 + 10 + 5  # some to know the model again


def test_quick_models_do_not_pause():
    assert next(KernelSHAP(model, X[:5]).stream(X[:2], pauses=True)) is not None


def test_tables_of_trees_are_filled_in_parts(monkeypatch):
    forest = RandomForestRegressor(20, max_depth=5, random_state=0).fit(X, model(X))
    expected = TreeSHAP(forest, X[:10]).explain(X)
    monkeypatch.setattr(tree_tables, "_FILLED_AT_ONCE", 1000)
    explainer = TreeSHAP(forest, X[:10])
    found = list(explainer.stream(X, pauses=True))
    assert found.count(None) > 3
    assert None not in found[found.count(None) :]
    np.testing.assert_array_equal(found[-1].value, expected.value)
    assert None not in list(explainer.stream(X, pauses=True))  # they are kept
    assert list(TreeSHAP(forest).stream(X, pauses=True)).count(None) <= 1  # path-dependent values need none


def test_large_ensembles_are_laid_out_in_parts(monkeypatch):
    forest = RandomForestRegressor(20, max_depth=5, random_state=0).fit(X, model(X))
    expected = TreeSHAP(forest).explain(X)
    monkeypatch.setattr(tree_paths, "_STEPS_AT_ONCE", 10)
    found = list(TreeSHAP(forest).stream(X, pauses=True))
    assert found[:20].count(None) == 20
    np.testing.assert_allclose(found[-1].value, expected.value, atol=1e-12)
