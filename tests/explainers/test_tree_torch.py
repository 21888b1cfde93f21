"""TreeSHAP on a torch device: the numbers of the processor, whatever grew the trees and however they are cut."""

import pickle

import numpy as np
import pytest
import shap
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeRegressor

from xai_widgets.explainers.shapley import TreeSHAP, tree_shap, tree_torch
from xai_widgets.explainers.shapley.tree_paths import TreePaths
from xai_widgets.models import InputError
from xai_widgets.models.trees import read_trees

from .test_tree_shap import APART

DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")),
]


def assert_same(model, X, background=None, device="cpu", **others):
    here = TreeSHAP(model, background, **others).explain(X)
    there = TreeSHAP(model, background, device=device, **others).explain(X)
    scale = max(1.0, np.abs(here.outputs).max())
    for left, right in (
        (here.value, there.value),
        (here.outputs, there.outputs),
        (here.base_values, there.base_values),
    ):
        np.testing.assert_allclose(left, right, rtol=0, atol=1e-9 * scale)
    assert there.gap < 1e-9 * scale
    return there


def assert_same_of_both_kinds(case, device):
    model, X = case.fitted(), case.rows
    for background in (None, X[20:33]):
        assert_same(model, X, background, device)


@pytest.mark.parametrize("case", APART, ids=str)
def test_values_are_those_of_the_processor(case):
    assert_same_of_both_kinds(case, "cpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_values_of_a_gpu_are_those_of_the_processor():
    for case in APART:
        assert_same_of_both_kinds(case, "cuda")


@pytest.mark.parametrize("device", DEVICES)
def test_values_are_those_of_the_shap_package(device):
    X, y = load_iris(return_X_y=True)
    model = RandomForestClassifier(20, max_depth=4, random_state=0).fit(X, y)
    found = TreeSHAP(model, device=device)(X)
    np.testing.assert_allclose(found.values, shap.TreeExplainer(model).shap_values(X), atol=1e-9)
    X, y = load_breast_cancer(return_X_y=True)
    X = np.where(np.random.default_rng(0).random(X.shape) < 0.1, np.nan, X)
    model = HistGradientBoostingClassifier(max_iter=20, random_state=0).fit(X, y)
    found = TreeSHAP(model, device=device)(X)
    np.testing.assert_allclose(found.values, shap.TreeExplainer(model).shap_values(X), atol=1e-9)


@pytest.mark.parametrize("most_bits", [0, 1, 5, 12])
def test_branches_of_any_size_give_the_same(most_bits, monkeypatch):
    monkeypatch.setattr(tree_torch, "_MOST_BITS", (most_bits,))
    monkeypatch.setattr(tree_torch, "_FILLED_AT_ONCE", 1 << 9)
    monkeypatch.setattr(tree_torch, "rows_at_once", lambda *_: (7, 7))
    X, y = load_diabetes(return_X_y=True)
    X = np.where(np.random.default_rng(0).random(X.shape) < 0.1, np.nan, X)
    model = RandomForestRegressor(5, max_depth=8, random_state=0).fit(X[:, :4], y)  # paths ask for features twice
    for background in (None, X[:20, :4]):
        assert_same(model, X[:100, :4], background)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 4), st.booleans())
def test_random_trees_whose_paths_ask_for_features_again_and_again(seed, depth, n_features, against_background):
    random = np.random.default_rng(seed)
    X = random.choice([-np.inf, -1.0, 0.0, 0.5, 2.0, np.inf, np.nan], size=(60, n_features))
    fitted = np.nan_to_num(X, nan=np.nan, posinf=9.0, neginf=-9.0)
    model = DecisionTreeRegressor(max_depth=depth, splitter="random", random_state=seed % 100)
    model.fit(fitted, random.normal(size=(60)))
    assert_same(model, fitted, fitted[:9] if against_background else None)


@pytest.mark.parametrize("case", [case for case in APART if case.says == "categories"], ids=str)
def test_nothing_is_read_back_before_all_is_found(case):
    ensemble = read_trees(case.fitted())
    paths = TreePaths.of(ensemble, tuple(range(ensemble.n_outputs)), np.arange(ensemble.n_features))
    rows = torch.empty((5, 1000), dtype=torch.float64, device="meta")  # has no numbers: to ask for one raises
    found = tree_torch.TorchTables(paths, None, "meta")._looked_up(rows)
    assert (found.shape, found.device.type) == ((1000, 6, ensemble.n_outputs), "meta")


def test_models_of_one_leaf_and_those_of_which_one_output_is_wanted():
    X, y = load_diabetes(return_X_y=True)
    constant = assert_same(DecisionTreeRegressor().fit(X, 0 * y + 5), X)
    assert (constant.value == 0).all()
    assert (constant.outputs == 5).all()
    X, y = load_iris(return_X_y=True)
    for model in (RandomForestClassifier(5, random_state=0), HistGradientBoostingClassifier(max_iter=5)):
        assert assert_same(model.fit(X, y), X, target=2).value.shape == (150, 4, 1)
    two = RandomForestClassifier(5, random_state=0).fit(X[:100], y[:100])
    for target in (0, 1):
        assert_same(two, X[:100], target=target)


def test_a_stream_begins_with_as_many_rows_as_a_device_takes_at_once_and_goes_on_elsewhere(monkeypatch):
    monkeypatch.setattr(tree_shap, "_DEVICE_ROWS", 100)
    X, y = load_diabetes(return_X_y=True)
    model = RandomForestRegressor(5, max_depth=5, random_state=0).fit(X, y)
    there, here = TreeSHAP(model, device="cpu"), TreeSHAP(model)
    first = next(there.stream(X))
    assert first.done == 100
    *_, final = here.stream(X, state=first.state)
    np.testing.assert_allclose(final.value, here.explain(X).value, atol=1e-9)


def test_an_explainer_travels_and_tables_are_made_once(monkeypatch):
    made = []
    fill = tree_torch.filled_tables
    monkeypatch.setattr(tree_torch, "filled_tables", lambda *given: made.append(1) or fill(*given))
    X, y = load_diabetes(return_X_y=True)
    explainer = TreeSHAP(RandomForestRegressor(5, max_depth=5, random_state=0).fit(X, y), device="cpu")
    expected = explainer(X).values
    np.testing.assert_array_equal(explainer(X[:1]).values, expected[:1])
    assert len(made) == 1
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(explainer))(X).values, expected)


def test_interactions_and_probabilities_are_those_of_the_processor():
    X, y = load_breast_cancer(return_X_y=True)
    model = HistGradientBoostingClassifier(max_iter=5).fit(X, y)
    expected, found = (TreeSHAP(model, device=device, interactions=True)(X[:3]).values for device in (None, "cpu"))
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert_same(model, X[:20], X[:10], model_output="probability")


@pytest.mark.parametrize("device", ["nowhere", "meta", "cuda:99", 3.5])
def test_devices_that_cannot_be_used_are_refused_at_once(device):
    with pytest.raises(InputError, match="device cannot be used"):
        TreeSHAP(DecisionTreeRegressor(), device=device)


def test_trees_whose_tables_do_not_fit_are_refused_before_the_first_row(monkeypatch):
    ladder = np.tril(np.ones((36, 35)))
    deep = DecisionTreeRegressor(random_state=0).fit(ladder, np.arange(36) ** 2)
    assert TreeSHAP(deep).explain(ladder).gap < 1e-9
    monkeypatch.setattr(tree_torch, "_LONGEST", 3)
    with pytest.raises(InputError, match=r"do not fit(.|\n)*leave device out"):
        TreeSHAP(deep, device="cpu").start(ladder)
    monkeypatch.undo()
    asked = []
    monkeypatch.setattr(tree_torch, "has_room", lambda size, _: asked.append(size))
    X, y = load_diabetes(return_X_y=True)
    stump = DecisionTreeRegressor(max_depth=1).fit(X, y)
    with pytest.raises(InputError, match="2 leaves"):
        TreeSHAP(stump, device="cpu").start(X)
    assert asked == [2 * 2 * 11 * 8]
