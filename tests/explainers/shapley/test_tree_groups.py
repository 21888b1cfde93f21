"""Groups of columns in TreeSHAP: the values of the game whose players they are, by every kernel."""

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor

from tests.explainers.test_tree_shap import earned_by_paths
from xai_widgets.explainers.shapley import ExactSHAP, KernelSHAP, TreeSHAP, tree_shap, tree_tables
from xai_widgets.explainers.shapley.exact_shap import all_coalitions, shapley_interactions, shapley_values
from xai_widgets.models import InputError
from xai_widgets.models.trees import read_trees

RNG = np.random.default_rng(0)
COLOURS = np.eye(3)[RNG.integers(0, 3, 200)]  # one variable, one-hot encoded
X = np.column_stack([RNG.normal(size=(200, 3)), COLOURS])
Y = X[:, 0] * (X[:, 3] - X[:, 4]) + X[:, 1] * X[:, 2] + X[:, 5]
GROUPS = {"colour": ["x3", "x4", "x5"], "pair": ["x0", "x2"]}
PLACES = [[0, 2], [1], [3, 4, 5]]
FOREST = RandomForestRegressor(4, max_depth=7, random_state=0).fit(X, Y)


def earned(row):
    """What each coalition of groups earns, where features that are not known go both ways."""
    ensemble = read_trees(FOREST)
    found, row = [], ensemble.encode_columns(row[:, None])[0]
    for coalition in all_coalitions(len(PLACES)):
        known = np.zeros(X.shape[1], bool)
        known[[column for member, columns in zip(coalition, PLACES, strict=True) if member for column in columns]] = 1
        found.append(earned_by_paths(ensemble, row, known))
    return np.array(found)


@pytest.mark.parametrize("rows", [1, 9])
def test_path_dependent_values_are_those_of_all_coalitions_of_groups(rows):
    found = TreeSHAP(FOREST, groups=GROUPS).explain(X[:rows])
    pairs = TreeSHAP(FOREST, groups=GROUPS, interactions=True).explain(X[:rows])
    assert found.feature_names == ("pair", "x1", "colour")
    assert found.gap < 1e-9
    for at in range(rows):
        game = earned(X[at])
        np.testing.assert_allclose(found.value[at], shapley_values(all_coalitions(3), game), atol=1e-9)
        np.testing.assert_allclose(pairs.value[at], shapley_interactions(all_coalitions(3), game), atol=1e-9)


@pytest.mark.parametrize("rows", [1, 9])
@pytest.mark.parametrize("tabulated", [True, False])
def test_interventional_values_are_those_of_all_coalitions_of_groups(rows, tabulated, monkeypatch):
    if not tabulated:
        monkeypatch.setattr(tree_tables, "_MOST_TABULATED", 1)
    for settings in ({}, {"interactions": True}):
        found = TreeSHAP(FOREST, X[:20], groups=GROUPS, **settings).explain(X[:rows])
        exact = ExactSHAP(FOREST, X[:20], groups=GROUPS, **settings).explain(X[:rows])
        assert found.feature_names == exact.feature_names
        np.testing.assert_allclose(found.value, exact.value, atol=1e-9)


def test_probabilities_of_groups_are_scaled():
    model = GradientBoostingClassifier(n_estimators=10, random_state=0).fit(X, Y > 0)
    found = TreeSHAP(model, X[:20], groups=GROUPS, model_output="probability").explain(X[:5])
    assert found.value.shape == (5, 3, 1)
    assert found.gap < 1e-9
    single = TreeSHAP(model, X[:20], groups={"x0": ["x0"]}, model_output="probability").explain(X[:5])
    np.testing.assert_allclose(
        single.value, TreeSHAP(model, X[:20], model_output="probability").explain(X[:5]).value, atol=1e-12
    )


@pytest.mark.parametrize("background", [None, X[:20]])
def test_torch_has_the_same_values(background):
    model = RandomForestClassifier(4, max_depth=4, random_state=0).fit(X, np.digitize(Y, [-0.5, 0.5]))
    here = TreeSHAP(model, background, groups=GROUPS).explain(X[:9])
    there = TreeSHAP(model, background, groups=GROUPS, device="cpu").explain(X[:9])
    np.testing.assert_allclose(there.value, here.value, atol=1e-9)


def test_a_group_is_not_the_sum_of_its_columns():
    grouped, single = TreeSHAP(FOREST, groups=GROUPS)(X[:50]), TreeSHAP(FOREST)(X[:50])
    assert np.abs(grouped.values[:, 2] - single.values[:, 3:].sum(axis=1)).max() > 0.01
    assert str(grouped.data[0, 2]).startswith("x3 = ")


def test_a_stream_of_other_groups_is_refused_and_paths_are_laid_out_anew():
    explainer = TreeSHAP(FOREST, groups=GROUPS)
    begun = next(explainer.stream(X)).state
    with pytest.raises(InputError, match="another run"):
        TreeSHAP(FOREST).stream(X, state=begun)
    explainer.groups = None
    np.testing.assert_allclose(explainer.explain(X[:3]).value, TreeSHAP(FOREST).explain(X[:3]).value, atol=1e-12)


def test_a_group_makes_room_on_a_path():
    wide = np.random.default_rng(1).normal(size=(300, 80))
    model = RandomForestRegressor(2, random_state=0).fit(wide, wide.sum(axis=1))
    groups = {"rest": list(range(4, 80))}
    found = TreeSHAP(model, wide[:10], groups=groups).explain(wide[:2])
    exact = KernelSHAP(model, wide[:10], groups=groups).explain(wide[:2])
    np.testing.assert_allclose(found.value, exact.value, atol=1e-9)
    assert tree_shap._most_asked(read_trees(model), found.state.players) == 5
