"""Curves from one walk are those of predictions with the column replaced."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xai_widgets.explainers import tree_curves as module
from xai_widgets.explainers.tree_curves import tree_curves
from xai_widgets.models.trees import read_trees, walks

from ..models.forests import CATEGORY, TREES
from ..models.test_trees import assert_near, frame, of_categories

BY_NAME = {str(case): case for case in TREES}
PROPERTIES = [
    "HistGradientBoostingRegressor-number-categories",
    "HistGradientBoostingClassifier-three-categories",
    "RandomForestClassifier-two",
    "RandomForestRegressor-number-missing=True",
    "XGBRegressor-number-categories",
    "LGBMRegressor-number-categories",
    "LGBMRegressor-number-zero_as_missing",
    "CatBoostRegressor-number-nan last",
]


def by_replacing(ask, X, features, grid):
    """Return what a function of rows answers with each point of a grid put in, (rows, points, ...)."""
    answers = []
    for point in grid:
        replaced = X.copy()
        replaced[:, features] = point
        answers.append(ask(replaced))
    return np.stack(answers, axis=1)


@pytest.mark.parametrize("case", TREES, ids=str)
def test_curves_are_predictions_with_the_column_replaced(case):
    model, X = case.fitted(), case.rows
    trees, some = read_trees(model), X[::8]
    for feature in (0, 2, CATEGORY):
        seen = np.unique(X[:, feature])[::5] if feature == 0 else np.unique(X[:, feature])
        grid = seen[~np.isnan(seen)]
        for points in (grid, np.append(grid[::-1], np.nan)) if case.missing else (grid,):
            curves = trees.respond(tree_curves(trees, some, feature, points), case.method)
            expected = by_replacing(lambda rows: np.asarray(getattr(model, case.method)(rows)), some, feature, points)
            assert_near(case, curves, expected)


@pytest.mark.parametrize("name", ["HistGradientBoostingRegressor", "XGBRegressor", "LGBMRegressor"])
def test_categories_of_a_data_frame(name):
    model, X = of_categories(name), frame()[:30]
    trees = read_trees(model)
    matrix = trees.encode_columns([X[column] for column in X])
    words = ["red", "blue", None]
    curves = trees.respond(tree_curves(trees, matrix, 1, trees.encode(1, words)), "predict")
    for point, word in enumerate(words):
        replaced = X.assign(colour=X["colour"].cat.set_categories(X["colour"].cat.categories))
        replaced["colour"] = replaced["colour"].where(np.zeros(len(X), bool), word)
        assert curves[:, point] == pytest.approx(model.predict(replaced), abs=2e-6)


numbers = st.floats(-3, 3) | st.just(np.nan) | st.sampled_from([-0.25, 0.0, -0.0, 1e-35, 1.0, 4.0])
names = st.sampled_from(PROPERTIES)


@given(names, st.integers(0, 159), st.integers(0, 4))
def test_a_curve_at_the_rows_own_value_is_its_prediction(name, row, feature):
    case = BY_NAME[name]
    trees, X = read_trees(case.fitted()), case.rows[row : row + 1]
    curves = tree_curves(trees, X, feature, [0.5, X[0, feature], -1])
    assert curves[:, 1] == pytest.approx(trees.raw(X), rel=1e-12, abs=1e-12)


@given(names, st.integers(0, 4), st.lists(numbers, max_size=6))
def test_each_point_stands_for_itself(name, feature, grid):
    case = BY_NAME[name]
    trees, X = read_trees(case.fitted()), case.rows[:7]
    curves = tree_curves(trees, X, feature, grid)
    assert curves.shape == (7, len(grid), trees.n_outputs)
    if grid:
        assert np.allclose(curves, by_replacing(trees.raw, X, feature, grid), rtol=1e-12, atol=1e-12)


@given(names, st.sets(st.integers(0, 4), min_size=1, max_size=4), st.integers(1, 150), st.integers(0, 99))
@settings(max_examples=40)
def test_features_that_move_together(name, features, n_points, seed):
    case = BY_NAME[name]
    trees, X, moving = read_trees(case.fitted()), case.rows[:7], tuple(features)
    grid = np.random.default_rng(seed).choice(case.rows, n_points)[:, moving]
    curves = tree_curves(trees, X, moving, grid)
    assert np.allclose(curves, by_replacing(trees.raw, X, moving, grid), rtol=1e-12, atol=1e-12)


def test_threads_and_parts_change_nothing(monkeypatch):
    case = BY_NAME["HistGradientBoostingClassifier-three-categories"]
    trees, X = read_trees(case.fitted()), np.resize(case.rows, (1200, 5))
    grids = [(0, np.linspace(-1, 1, 9)), (CATEGORY, np.arange(6)), ((0, 1), np.zeros((2, 2)))]
    alone = [trees.raw(X), *(tree_curves(trees, X, *grid) for grid in grids)]
    monkeypatch.setattr(walks, "_n_threads", lambda: 3)
    monkeypatch.setattr(module, "_FEWEST_ROWS", 100)
    monkeypatch.setattr(module, "_MOST_ROWS", 100)
    for one, many in zip(alone, [trees.raw(X), *(tree_curves(trees, X, *grid) for grid in grids)], strict=True):
        assert (one == many).all()


@pytest.mark.parametrize("n_rows", [64, 65, 700])
def test_threads_that_share_the_trees_of_few_rows(monkeypatch, n_rows):
    case = BY_NAME["HistGradientBoostingClassifier-three-categories"]
    trees, X, grid = read_trees(case.fitted()), np.resize(case.rows, (n_rows, 5)), np.linspace(-1, 1, 9)
    alone = tree_curves(trees, X, 0, grid)
    monkeypatch.setattr(walks, "_n_threads", lambda: 3)
    monkeypatch.setattr(walks, "_FEWEST", 1)
    assert np.allclose(tree_curves(trees, X, 0, grid), alone, rtol=1e-13, atol=1e-13)


def test_what_is_made_ready_once_serves_many_rows():
    case = BY_NAME["RandomForestClassifier-two"]
    trees, X, grid = read_trees(case.fitted()), case.rows, [0.5, -0.5]
    walk = module.curve_walk(trees, 0, grid)
    parts = np.concatenate([walk(X[:50]), walk(X[50:])])
    assert (parts == tree_curves(trees, X, 0, grid)).all()


def test_rows_of_any_form():
    case = BY_NAME["RandomForestClassifier-two"]
    trees, X = read_trees(case.fitted()), case.rows
    locked = X.copy()
    locked.setflags(write=False)
    expected = tree_curves(trees, X, 0, [0.5])
    for form in (np.asfortranarray(X), locked, X.tolist(), X.astype(np.float32), np.repeat(X, 2, axis=1)[:, ::2]):
        assert (tree_curves(trees, form, 0, [0.5]) == expected).all()


def test_what_is_given_is_left_alone():
    case = BY_NAME["HistGradientBoostingRegressor-number-categories"]
    trees, X, grid = read_trees(case.fitted()), case.rows, np.array([1.0, 0.0])
    before = X.copy()
    tree_curves(trees, X, 0, grid)
    assert np.array_equal(X, before, equal_nan=True)
    assert grid.tolist() == [1, 0]


@pytest.mark.parametrize("feature", [-1, 5, (0, 5)])
def test_features_that_are_not_there(feature):
    trees = read_trees(TREES[0].fitted())
    with pytest.raises(ValueError, match="features are 0 to 4"):
        tree_curves(trees, TREES[0].rows, feature, np.zeros((1, np.size(feature))))


def test_no_rows_and_no_points():
    trees = read_trees(TREES[0].fitted())
    assert tree_curves(trees, np.zeros((0, 5)), 0, [1.0]).shape == (0, 1, 1)
    assert tree_curves(trees, np.zeros((2, 5)), 0, []).shape == (2, 0, 1)
