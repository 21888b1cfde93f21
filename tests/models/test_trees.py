"""What is read of a model's trees predicts what the model predicts, and what is not understood is not read."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import xai_widgets
from xai_widgets.models.trees import read_trees
from xai_widgets.models.trees.passes import checksum

from .forests import CATEGORY, OTHERS, TREES, table, target

METHODS = ("predict", "predict_proba", "decision_function")


def assert_near(case, answers, expected):
    """Fail where answers are not those of the model, to its own rounding."""
    assert answers.shape == expected.shape
    assert np.abs(answers - expected).max() <= case.rounding * max(1, float(np.abs(expected).max()))


@pytest.mark.parametrize("case", TREES, ids=str)
def test_every_method_answers_as_the_model_does(case):
    model, X = case.fitted(), case.rows
    ensemble = read_trees(model)
    raw = ensemble.raw(X)
    assert raw.shape == (len(X), ensemble.n_outputs)
    for method in METHODS:
        if hasattr(model, method):
            expected = np.asarray(getattr(model, method)(X))
            if method == "predict" and ensemble.classes is not None:
                assert ensemble.respond(raw, method).tolist() == expected.ravel().tolist()
            else:
                assert_near(case, ensemble.respond(raw, method), expected)


@pytest.mark.parametrize("case", TREES, ids=str)
def test_values_at_and_beside_thresholds_go_where_the_model_sends_them(case):
    model, ensemble = case.fitted(), read_trees(case.fitted())
    X = np.resize(case.rows, (600, 5))
    for feature in range(5):
        thresholds = ensemble.nodes["threshold"][ensemble.nodes["feature"] == feature]
        if np.isfinite(thresholds).any():
            X[:, feature] = np.resize(np.random.default_rng(feature).permutation(_around(thresholds)), 600)
    answers = ensemble.respond(ensemble.raw(X), case.method)
    assert_near(case, answers, np.asarray(getattr(model, case.method)(X)))


def _around(thresholds):
    """Return thresholds and their neighbours in float32 and in float64."""
    thresholds = thresholds[np.abs(thresholds) < 1e6]
    neighbours = [thresholds]
    for direction in (-np.inf, np.inf):
        neighbours += [
            np.nextafter(thresholds, direction),
            np.nextafter(thresholds.astype(np.float32), np.float32(direction)).astype(float),
        ]
    return np.unique(np.concatenate(neighbours))


@pytest.mark.parametrize("case", TREES, ids=str)
def test_what_comes_by_a_node_goes_on_to_its_children(case):
    ensemble = read_trees(case.fitted())
    if case.says == "zero_as_missing":  # nodes are copied there
        assert ensemble.covers is None
        return
    inner = ensemble.nodes["feature"] >= 0
    children = ensemble.covers[ensemble.nodes["left"][inner]] + ensemble.covers[ensemble.nodes["right"][inner]]
    assert children == pytest.approx(ensemble.covers[inner], rel=1e-5)
    assert (ensemble.covers[ensemble.roots] > 0).all()


@pytest.mark.parametrize("case", OTHERS, ids=str)
def test_what_is_not_understood_is_not_read(case):
    assert read_trees(case.fitted()) is None


def test_models_that_are_no_trees_of_the_libraries_are_not_read():
    ensemble = pytest.importorskip("sklearn.ensemble")
    linear_model = pytest.importorskip("sklearn.linear_model")
    X, y = table(), target("number")

    class Doubled(ensemble.RandomForestRegressor):
        def predict(self, X):
            return 2 * super().predict(X)

    two_targets = np.column_stack([y, -y])
    for model in (
        np.mean,
        None,
        ensemble.RandomForestRegressor(),  # not fitted
        Doubled(2).fit(X, y),
        linear_model.LinearRegression().fit(X, y),
        ensemble.RandomForestRegressor(2).fit(X, two_targets),
        ensemble.GradientBoostingRegressor(n_estimators=2, init=linear_model.LinearRegression()).fit(X, y),
    ):
        assert read_trees(model) is None


def test_objectives_of_the_user_are_not_read():
    lightgbm, xgboost = pytest.importorskip("lightgbm"), pytest.importorskip("xgboost")
    X, y = table(), target("number")

    def squares(known, predicted):
        return predicted - known, np.ones_like(known)

    settings = {"objective": squares, "n_estimators": 2, "n_jobs": 1}
    assert read_trees(xgboost.XGBRegressor(**settings).fit(X, y)) is None
    assert read_trees(lightgbm.LGBMRegressor(**settings, verbose=-1).fit(X, y)) is None


def test_other_marks_for_missing_values_and_several_targets_of_xgboost_are_not_read():
    xgboost = pytest.importorskip("xgboost")
    X, y = table(), target("number")
    assert read_trees(xgboost.XGBRegressor(n_estimators=2, n_jobs=1, missing=0).fit(X, y)) is None
    assert read_trees(xgboost.XGBRegressor(n_estimators=2, n_jobs=1).fit(X, np.column_stack([y, -y]))) is None


def test_categories_of_catboost_are_not_read():
    catboost, pandas = pytest.importorskip("catboost"), pytest.importorskip("pandas")
    X = pandas.DataFrame(table()).astype({CATEGORY: int}).astype({CATEGORY: str})
    settings = {"iterations": 2, "verbose": 0, "thread_count": 1, "allow_writing_files": False}
    for most in (2, 20):
        model = catboost.CatBoostRegressor(cat_features=[CATEGORY], one_hot_max_size=most, **settings)
        assert read_trees(model.fit(X, target("number"))) is None


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_early_stopping_counts(library):
    module = pytest.importorskip(library)
    X, y = table(missing=True), target("codes")
    if library == "xgboost":
        model = module.XGBClassifier(n_estimators=200, n_jobs=1, early_stopping_rounds=2)
        model.fit(X[:80], y[:80], eval_set=[(X[80:], y[80:])], verbose=0)
    else:
        model = module.LGBMClassifier(n_estimators=200, n_jobs=1, verbose=-1, min_child_samples=5)
        stop = module.early_stopping(2, verbose=False)
        model.fit(X[:80], y[:80], eval_X=X[80:], eval_y=y[80:], callbacks=[stop])
    ensemble = read_trees(model)
    assert len(ensemble.roots) < 3 * 190
    assert ensemble.respond(ensemble.raw(X), "predict_proba") == pytest.approx(model.predict_proba(X), abs=1e-6)


@pytest.mark.parametrize("objective", ["binary:logistic", "multi:softprob", "count:poisson"])
def test_a_booster_of_xgboost(objective):
    xgboost = pytest.importorskip("xgboost")
    X, n = table(missing=True), 3 if objective.startswith("multi") else 1
    y = target("codes") if n > 1 else target("flag")
    data = xgboost.DMatrix(X, y)
    booster = xgboost.train({"objective": objective, "nthread": 1, **({"num_class": n} if n > 1 else {})}, data, 6)
    ensemble = read_trees(booster)
    assert ensemble.respond(ensemble.raw(X), "predict") == pytest.approx(booster.predict(data), abs=1e-6)


@pytest.mark.parametrize("objective", ["binary", "multiclass", "poisson"])
def test_a_booster_of_lightgbm(objective, tmp_path):
    lightgbm = pytest.importorskip("lightgbm")
    X, n = table(missing=True), 3 if objective == "multiclass" else 1
    y = target("codes") if n > 1 else target("flag")
    settings = {"objective": objective, "num_class": n, "verbose": -1, "num_threads": 1}
    booster = lightgbm.train(settings, lightgbm.Dataset(X, y), 6)
    booster.save_model(tmp_path / "model.txt")
    for one in (booster, lightgbm.Booster(model_file=tmp_path / "model.txt")):
        ensemble = read_trees(one)
        assert ensemble.respond(ensemble.raw(X), "predict") == pytest.approx(booster.predict(X), abs=1e-12)


def frame():
    """Return the table with its code as words, some missing, and in another place."""
    pandas = pytest.importorskip("pandas")
    X = table(missing=True)
    words = ["red", "green", "blue", "white", "black", "grey"]
    named = [None if np.isnan(code) else words[int(code)] for code in X[:, CATEGORY]]
    numbers = {f"x{i}": X[:, i] for i in (0, 1, 2, 4)}
    return pandas.DataFrame({"x0": numbers.pop("x0"), "colour": pandas.Categorical(named), **numbers})


def of_categories(name):
    """Return a model fitted on a frame with a column of categories."""
    if name == "HistGradientBoostingRegressor":
        kind = pytest.importorskip("sklearn.ensemble").HistGradientBoostingRegressor
        model = kind(max_iter=8, min_samples_leaf=5, categorical_features="from_dtype")
    elif name == "XGBRegressor":
        kind = pytest.importorskip("xgboost").XGBRegressor
        model = kind(n_estimators=8, n_jobs=1, enable_categorical=True)
    else:
        kind = pytest.importorskip("lightgbm").LGBMRegressor
        model = kind(n_estimators=8, n_jobs=1, verbose=-1, min_child_samples=5, min_data_per_group=5)
    return model.fit(frame(), target("number"))


@pytest.mark.parametrize("name", ["HistGradientBoostingRegressor", "XGBRegressor", "LGBMRegressor"])
def test_categories_of_a_data_frame(name):
    model, X = of_categories(name), frame()
    ensemble = read_trees(model)
    matrix = ensemble.encode_columns([X[column] for column in X])
    assert np.isnan(matrix[:, 1]).tolist() == X["colour"].isna().tolist()
    assert ensemble.respond(ensemble.raw(matrix), "predict") == pytest.approx(model.predict(X), abs=2e-6)
    assert ensemble.encode(1, ["red", None]).tolist() == pytest.approx([4, np.nan], nan_ok=True)
    if name == "XGBRegressor":  # it takes some categories that it has never seen for others
        assert not ensemble.knows(1, ["red", "never seen"])
        with pytest.raises(ValueError, match="not fitted on"):
            ensemble.encode(1, ["red", "never seen"])
    else:
        assert np.isnan(ensemble.encode(1, ["never seen"])).all()


def test_categories_that_are_numbers_become_codes():
    ensemble = pytest.importorskip("sklearn.ensemble")
    X = table(missing=True)
    X[:, CATEGORY] = 7 - 10 * X[:, CATEGORY]
    model = ensemble.HistGradientBoostingRegressor(max_iter=8, min_samples_leaf=5, categorical_features=[4, CATEGORY])
    trees = read_trees(model.fit(X, target("number")))
    X[:5, CATEGORY] = 6.5  # never seen: as if missing
    assert trees.raw(trees.encode_columns(X.T))[:, 0] == pytest.approx(model.predict(X), abs=1e-12)


@pytest.mark.parametrize("library", ["sklearn.ensemble", "xgboost", "lightgbm"])
def test_many_categories_and_codes_never_seen(library):
    module, generator = pytest.importorskip(library), np.random.default_rng(0)
    X = np.column_stack([generator.normal(size=1500), generator.integers(0, 150, 1500)])
    y = X[:, 0] + generator.normal(size=150)[X[:, 1].astype(int)]
    settings = {"n_estimators": 4, "n_jobs": 1}
    if library == "sklearn.ensemble":
        model = module.HistGradientBoostingRegressor(max_iter=4, categorical_features=[1]).fit(X, y)
    elif library == "xgboost":
        model = module.XGBRegressor(**settings, feature_types=["q", "c"], enable_categorical=True).fit(X, y)
    else:
        model = module.LGBMRegressor(**settings, verbose=-1, min_data_per_group=5, cat_smooth=1)
        model.fit(X, y, categorical_feature=[1])
    X[:40, 1] = np.resize([-3, 31, 32, 151, 4000, 7.5, np.nan, 149], 40)
    trees = read_trees(model)
    assert trees.raw(trees.encode_columns(X.T))[:, 0] == pytest.approx(model.predict(X), abs=2e-6)


def test_letters_that_xgboost_cuts_are_not_read():
    pandas, xgboost = pytest.importorskip("pandas"), pytest.importorskip("xgboost")
    X = pandas.DataFrame({"farbe": pandas.Categorical(["grün", "rot"] * 40)})
    model = xgboost.XGBRegressor(n_estimators=2, n_jobs=1, enable_categorical=True).fit(X, [0, 1] * 40)
    assert read_trees(model) is None


def test_nan_goes_its_way_where_none_was_seen_in_training():
    ensemble = pytest.importorskip("sklearn.ensemble")
    X, y = table(), target("number")
    X_missing = table(missing=True)
    for kind in (ensemble.RandomForestRegressor, ensemble.HistGradientBoostingRegressor):
        model = kind(random_state=0).fit(X, y)
        assert read_trees(model).raw(X_missing)[:, 0] == pytest.approx(model.predict(X_missing), abs=1e-12)


def test_a_forest_of_one_class():
    ensemble = pytest.importorskip("sklearn.ensemble")
    X = table()
    trees = read_trees(ensemble.RandomForestClassifier(3).fit(X, ["only"] * len(X)))
    assert set(trees.respond(trees.raw(X), "predict")) == {"only"}
    assert (trees.respond(trees.raw(X), "predict_proba") == 1).all()


def test_a_tree_that_never_asks():
    lightgbm = pytest.importorskip("lightgbm")
    X, y = table(), target("number")
    trees = read_trees(lightgbm.LGBMRegressor(n_estimators=2, n_jobs=1, verbose=-1).fit(0 * X, y))
    assert trees.raw(X) == pytest.approx(y.mean())


def test_methods_that_a_model_does_not_have():
    by_name = {str(case): case for case in TREES}
    regressor = read_trees(by_name["RandomForestRegressor-number-missing=True"].fitted())
    forest = read_trees(by_name["RandomForestClassifier-two"].fitted())
    for trees, method in (
        (regressor, "predict_proba"),
        (regressor, "decision_function"),
        (forest, "decision_function"),
    ):
        with pytest.raises(ValueError, match=method):
            trees.respond(trees.raw(table()), method)


def test_rows_of_another_width_are_refused():
    trees = read_trees(TREES[0].fitted())
    for shape in ((3, 4), (3, 6), (5,)):
        with pytest.raises(ValueError, match="take"):
            trees.raw(np.zeros(shape))


def test_no_rows():
    trees = read_trees(TREES[0].fitted())
    assert trees.raw(np.zeros((0, 5))).shape == (0, 1)


def test_an_ensemble_travels():
    trees = read_trees(TREES[0].fitted())
    X = TREES[0].rows
    assert (pickle.loads(pickle.dumps(trees)).raw(X) == trees.raw(X)).all()


@pytest.mark.parametrize("broken", ["left", "right", "feature", "category_set"])
def test_positions_that_lead_nowhere_are_noticed(broken):
    trees = pickle.loads(pickle.dumps(read_trees(TREES[0].fitted())))
    assert trees.is_sound()
    trees.nodes[broken][0] = 1 << 20
    assert not trees.is_sound()


def test_a_leaf_without_a_value_is_noticed():
    trees = pickle.loads(pickle.dumps(read_trees(TREES[0].fitted())))
    leaf = int(np.flatnonzero(trees.nodes["feature"] < 0)[-1])
    trees.nodes["left"][leaf] = len(trees.values)
    assert not trees.is_sound()


def test_reading_loads_no_compiler_and_leaves_no_file_beside_the_code():
    code = (
        "import sys, xai_widgets.models.trees as trees; trees.read_trees(len)\n"
        "sys.exit(bool({'numba', 'sklearn', 'xgboost', 'lightgbm', 'catboost'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    read_trees(TREES[0].fitted()).raw(TREES[0].rows)
    assert not list(Path(xai_widgets.__file__).parent.rglob("*.nb[ic]"))


def test_a_checksum_changes_with_every_octet_and_with_the_order():
    random = np.random.default_rng(0)
    arrays = [random.normal(size=40), random.integers(0, 99, 13).astype(np.uint8), np.zeros((0, 8), np.uint32)]
    known = {tuple(checksum(arrays))}
    for array in arrays[:2]:
        octets = array.view(np.uint8)
        for place in range(len(octets)):
            octets[place] ^= 128
            known.add(tuple(checksum(arrays)))
            octets[place] ^= 128
    assert len(known) == 1 + 320 + 13
    assert tuple(checksum(arrays)) in known
    assert tuple(checksum(arrays[::-1])) not in known
    arrays[0] *= -1  # all signs at once: the highest bits, which a sum may lose
    assert tuple(checksum(arrays)) not in known
