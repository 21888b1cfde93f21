"""TreeSHAP: what all coalitions give, whatever grew the trees, and what the shap package gives where it is right."""

import itertools
import pickle

import numpy as np
import pytest
import shap
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import (
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tests.models.forests import TREES
from xai_widgets.explainers.shapley import ExactSHAP, TreeSHAP, explainer_for, tree_shap, tree_tables
from xai_widgets.explainers.shapley.exact_shap import all_coalitions, shapley_interactions, shapley_values
from xai_widgets.models import InputError, ModelError, trees
from xai_widgets.models.trees import read_trees

APART = [case for case in TREES if case.says != "zero_as_missing"]


def earned_by_paths(ensemble, row, known):
    """Return what trees expect of a row of which some features are known, by the covers of their nodes."""
    nodes, covers = ensemble.nodes, ensemble.covers
    scores = np.zeros(ensemble.n_outputs)

    def below(at):
        node = nodes[at]
        feature = node["feature"]
        if feature < 0:
            return ensemble.values[node["left"]]
        left, right = int(node["left"]), int(node["right"])
        if known[feature]:
            return below(left if goes_left(ensemble, node, row[feature]) else right)
        part = covers[left] / covers[at] if covers[at] > 0 else 0.5
        other = covers[right] / covers[at] if covers[at] > 0 else 0.5
        return part * below(left) + other * below(right)

    for root, output in zip(ensemble.roots, ensemble.outputs, strict=True):
        scores[output : output + ensemble.values.shape[1]] += below(root)
    return ensemble.scores(scores)


def goes_left(ensemble, node, x):
    if np.isnan(x):
        return node["missing_left"]
    if node["category_set"] < 0:
        return x <= node["threshold"]
    words = ensemble.words[slice(*ensemble.word_starts[node["category_set"] :][:2])]
    return 0 <= x < 32 * len(words) and bool(words[int(x) // 32] >> np.uint32(int(x) % 32) & 1)


def earned_in_paths(ensemble, row):
    return np.array([earned_by_paths(ensemble, row, known) for known in all_coalitions(ensemble.n_features)])


def earned_against(ensemble, row, background):
    mixed = [np.where(known, row, background) for known in all_coalitions(ensemble.n_features)]
    return np.array([ensemble.raw(each).mean(axis=0) for each in mixed])


def picked(case, ensemble, found):
    """Return those outputs of an ensemble that are explained where no target is given."""
    both = case.target == "two" and ensemble.n_outputs == 2
    return found[..., [1]] if both else found


@pytest.mark.parametrize("case", APART, ids=str)
def test_values_and_interactions_are_those_of_all_coalitions(case):
    model, X = case.fitted(), case.rows
    ensemble = read_trees(model)
    some, background = X[5:8], X[20:33]
    for against, earned in (
        (None, lambda row: earned_in_paths(ensemble, row)),
        (background, lambda row: earned_against(ensemble, row, ensemble.encode_columns(background.T))),
    ):
        found = TreeSHAP(model, against).explain(some)
        assert found.gap < 1e-9
        games = [picked(case, ensemble, earned(row)) for row in ensemble.encode_columns(some.T)]
        expected = np.array([shapley_values(all_coalitions(5), game) for game in games])
        np.testing.assert_allclose(found.value, expected, atol=1e-9)
        np.testing.assert_allclose(found.base_values, games[0][0], atol=1e-9)
        pairs = TreeSHAP(model, against, interactions=True).explain(some[:1])
        assert pairs.gap < 1e-9
        np.testing.assert_allclose(pairs.value[0], shapley_interactions(all_coalitions(5), games[0]), atol=1e-9)


@pytest.mark.parametrize("background", [None, np.array([[0, 0], [0, 1], [1, 0], [1, 1]])])
def test_an_and_of_two(background):
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    explanation = TreeSHAP(DecisionTreeRegressor().fit(X, [0, 0, 0, 80]), background)(X)
    np.testing.assert_allclose(explanation.values, [[-10, -10], [-30, 10], [10, -30], [30, 30]])
    np.testing.assert_allclose(explanation.base_values, 20)


def test_values_that_are_missing_are_shared_like_others():
    X, y = np.array([[1], [np.nan], [np.nan], [np.nan], [100]]), [1, 0, 0, 0, 0]
    for background in (None, X):
        found = TreeSHAP(DecisionTreeRegressor().fit(X, y), background)(X)
        np.testing.assert_allclose(found.values[:, 0], [0.8, -0.2, -0.2, -0.2, -0.2])


def boosted(library, kind, **settings):
    module = pytest.importorskip(library)
    shared = {
        "xgboost": {"n_estimators": 30, "n_jobs": 1},
        "lightgbm": {"n_estimators": 30, "n_jobs": 1, "verbose": -1},
        "catboost": {"iterations": 30, "verbose": 0, "thread_count": 1, "allow_writing_files": False},
    }[library]
    return getattr(module, kind)(**shared, **settings)


REGRESSORS = {
    "tree": lambda: DecisionTreeRegressor(random_state=0),
    "forest": lambda: RandomForestRegressor(10, random_state=0),
    "extra trees": lambda: ExtraTreesRegressor(10, max_depth=8, random_state=0),
    "gradient boosting": lambda: GradientBoostingRegressor(n_estimators=30, random_state=0),
    "histograms": lambda: HistGradientBoostingRegressor(max_iter=30),
    "xgboost": lambda: boosted("xgboost", "XGBRegressor"),
    "lightgbm": lambda: boosted("lightgbm", "LGBMRegressor"),
    "catboost": lambda: boosted("catboost", "CatBoostRegressor"),
}


def assert_as_shap(model, X, rounding):
    peer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    expected, base = np.asarray(peer.shap_values(X, check_additivity=False)), np.ravel(peer.expected_value)
    found = TreeSHAP(model)(X)
    if found.values.ndim < expected.ndim:  # of two classes we explain the second
        expected, base = expected[..., 1], base[1:]
    scale = max(1.0, np.abs(expected).max())
    np.testing.assert_allclose(found.values, expected, atol=rounding * scale)
    np.testing.assert_allclose(np.ravel(found.base_values[0]), base, atol=rounding * max(scale, np.abs(base).max()))


@pytest.mark.parametrize("name", REGRESSORS)
def test_path_dependent_values_are_those_of_the_shap_package(name):
    X, y = load_diabetes(return_X_y=True)
    assert_as_shap(REGRESSORS[name]().fit(X, y), X[:40], 1e-5 if name == "xgboost" else 1e-9)


@pytest.mark.parametrize("name", REGRESSORS)
def test_path_dependent_values_of_a_real_table_with_missing_values(name, data):
    pandas = pytest.importorskip("pandas")
    table = pandas.read_csv(data / "tabular" / "california_housing.csv.gz", nrows=1200)
    y = table.pop("median_house_value") / 1000
    X = table.select_dtypes("number").to_numpy(float)
    if name == "gradient boosting":
        X = np.nan_to_num(X)
    else:
        X[::7, 4] = np.nan
    assert_as_shap(REGRESSORS[name]().fit(X, y), X[:40], 1e-5 if name == "xgboost" else 1e-9)


@pytest.mark.parametrize(
    "make",
    [
        lambda: DecisionTreeClassifier(max_depth=5, random_state=0),
        lambda: RandomForestClassifier(10, random_state=0),
        lambda: HistGradientBoostingClassifier(max_iter=10),
        lambda: boosted("xgboost", "XGBClassifier"),
        lambda: boosted("lightgbm", "LGBMClassifier"),
        lambda: boosted("catboost", "CatBoostClassifier"),
    ],
)
@pytest.mark.parametrize("load", [load_breast_cancer, load_iris])
def test_classes_are_those_of_the_shap_package(make, load):
    X, y = load(return_X_y=True)
    model = make().fit(X, y)
    assert_as_shap(model, X[::15], 1e-5 if "xgboost" in type(model).__module__ else 1e-9)


def test_interactions_are_those_of_the_shap_package():
    X, y = load_diabetes(return_X_y=True)
    for model in (RandomForestRegressor(10, max_depth=7, random_state=0), boosted("xgboost", "XGBRegressor")):
        model.fit(X, y)
        expected = shap.TreeExplainer(model).shap_interaction_values(X[:10])
        found = TreeSHAP(model, interactions=True)(X[:10]).values
        np.testing.assert_allclose(found, expected, atol=1e-9 if hasattr(model, "estimators_") else 5e-4)
        np.testing.assert_array_equal(found, found.swapaxes(1, 2))
        np.testing.assert_allclose(found.sum(axis=2), TreeSHAP(model)(X[:10]).values, atol=1e-9)


# -- where the shap package is wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        RandomForestRegressor(8, max_depth=7, random_state=0),
        RandomForestRegressor(5, random_state=0),
        HistGradientBoostingRegressor(max_iter=20),
    ],
    ids=["depth 7", "unlimited", "histograms"],
)
def test_interventional_values_of_deep_trees_are_those_of_all_coalitions(model):
    X, y = load_diabetes(return_X_y=True)
    model.fit(X, y)
    explainer = TreeSHAP(model, X[:30])
    found = explainer.explain(X)
    assert found.gap < 1e-9
    np.testing.assert_allclose(found.value[:, :, 0].sum(axis=1) + found.base_values, model.predict(X), atol=1e-9)
    exact = ExactSHAP(model, X[:30]).explain(X[:3])
    np.testing.assert_allclose(found.value[:3], exact.value, atol=1e-9)


def test_twelve_features():
    random = np.random.default_rng(0)
    X = random.normal(size=(400, 12))
    model = RandomForestRegressor(5, max_depth=12, random_state=0).fit(X, X[:, :6].prod(axis=1) + X.sum(axis=1))
    found, exact = (method(model, X[:5])(X[:1]).values for method in (TreeSHAP, ExactSHAP))
    np.testing.assert_allclose(found, exact, atol=1e-9)


def test_leaves_without_a_table_give_the_same(monkeypatch):
    X, y = load_diabetes(return_X_y=True)
    model = RandomForestRegressor(5, max_depth=9, random_state=0).fit(X, y)
    weighted = shap.kmeans(X, 10)
    for background in (X[:40], weighted):
        expected = TreeSHAP(model, background)(X[:80]).values
        for most in (0, 3):
            monkeypatch.setattr(tree_tables, "_MOST_TABULATED", most)
            for rows in (80, 2):  # together, and one by one
                found = TreeSHAP(model, background)(X[:rows]).values
                np.testing.assert_allclose(found, expected[:rows], atol=1e-10)
        monkeypatch.undo()


def ladder(n):
    """Return a table, and a tree that asks for one feature after the other."""
    X = np.tril(np.ones((n + 1, n)), -1)
    return X, DecisionTreeRegressor().fit(X, np.arange(n + 1) ** 2)


def test_long_paths():
    X, model = ladder(60)
    depth = model.get_depth()
    for background in (None, X[::4]):
        assert TreeSHAP(model, background).explain(X).gap < 1e-9 * 3600
    assert depth <= 60


def test_paths_too_long_for_a_background_are_refused():
    n = 90
    X = np.tril(np.ones((n + 1, n)), -1)
    y = np.cumprod(np.full(n + 1, 5.0))  # the last is worth more than all before: one leaf is cut off after the other
    model = DecisionTreeRegressor().fit(X, y)
    assert model.get_depth() > 64
    assert TreeSHAP(model).explain(X).gap < 1e-9 * y.max()
    with pytest.raises(InputError, match="too deep"):
        TreeSHAP(model, X[:3])(X)


# -- axioms ------------------------------------------------------------------------------------------------------------

TABLES = st.integers(0, 2**32 - 1).map(
    lambda seed: (np.random.default_rng(seed).integers(0, 4, (60, 4)).astype(float), np.random.default_rng(seed + 1))
)


@given(TABLES, st.booleans(), st.integers(1, 6))
@settings(max_examples=25)
def test_the_axioms_hold(table, against_background, depth):
    X, random = table
    y = random.normal(size=(len(X), 2))
    X[:, 3] = X[:, 2]  # which a tree asks for is chance
    unused = np.column_stack([X, random.normal(size=len(X))])
    background = unused[:9] if against_background else None
    first, second = (
        DecisionTreeRegressor(max_depth=depth, random_state=0).fit(np.column_stack([X, 0 * X[:, 0]]), each)
        for each in y.T
    )
    found = TreeSHAP(first, background)(unused[:12])
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base_values, first.predict(unused[:12]), atol=1e-9)
    assert (found.values[:, 4] == 0).all()  # a dummy
    forest = RandomForestRegressor(2, bootstrap=False, max_depth=depth).fit(np.column_stack([X, 0 * X[:, 0]]), y[:, 0])
    forest.estimators_ = [first, second]
    both = TreeSHAP(forest, background)(unused[:12])
    other = TreeSHAP(second, background)(unused[:12])
    np.testing.assert_allclose(both.values, (found.values + other.values) / 2, atol=1e-9)


@pytest.mark.parametrize("background", [None, 16])
def test_symmetric_features_share_equally(background):
    X = np.array(list(itertools.product([0, 1], repeat=4)), float)
    y = X[:, 0] + X[:, 1] + 3 * X[:, 0] * X[:, 1]
    found = TreeSHAP(DecisionTreeRegressor(random_state=0).fit(X, y), background)(X).values
    alike = X[:, 0] == X[:, 1]
    np.testing.assert_allclose(found[alike, 0], found[alike, 1], atol=1e-12)
    np.testing.assert_allclose(found[:, 2:], 0, atol=1e-12)


# -- probability and loss ----------------------------------------------------------------------------------------------


def probability(sums):
    return 1 / (1 + np.exp(-sums))


@pytest.fixture(scope="module")
def classified():
    X, y = load_breast_cancer(return_X_y=True)
    return X[:, :8], np.array(["bad", "good"])[y]


@pytest.mark.parametrize("output", ["probability", "log_loss"])
@pytest.mark.parametrize("kind", [GradientBoostingClassifier, HistGradientBoostingClassifier])
def test_each_pair_is_scaled_to_the_difference_of_its_outputs(classified, output, kind):
    X, y = classified
    model = kind(**{"max_iter" if kind is HistGradientBoostingClassifier else "n_estimators": 10}).fit(X, y)
    background, some = X[:6], X[[0, 30, 31]]
    truth = (y[[0, 30, 31]] == "good") if output == "log_loss" else None

    def output_of(sums, row):
        if truth is None:
            return probability(sums)
        return -np.log(probability(sums) if truth[row] else 1 - probability(sums))

    def score(M):
        return model.decision_function(M)

    expected, base = np.zeros((3, 8)), np.zeros(3)
    for row, other in itertools.product(range(3), range(6)):
        values = ExactSHAP(score, background[[other]])(some[[row]]).values[0]
        mine, theirs = score(some[[row]])[0], score(background[[other]])[0]
        base[row] += output_of(theirs, row) / 6
        if mine != theirs:
            expected[row] += values * (output_of(mine, row) - output_of(theirs, row)) / (mine - theirs) / 6
    given_y = None if truth is None else y[[0, 30, 31]]
    explainer = TreeSHAP(model, background, model_output=output, y=given_y)
    found = explainer.explain(some)
    np.testing.assert_allclose(found.value[:, :, 0], expected, atol=1e-9)
    np.testing.assert_allclose(np.broadcast_to(found.base_values, (3, 1))[:, 0], base, atol=1e-9)
    assert found.units == output
    assert found.gap < 1e-12


def test_probabilities_are_those_of_the_shap_package_where_trees_are_shallow(classified):
    X, y = classified
    model = GradientBoostingClassifier(n_estimators=20, max_depth=2).fit(X, y)
    peer = shap.TreeExplainer(model, X[:40], feature_perturbation="interventional", model_output="probability")
    found = TreeSHAP(model, X[:40], model_output="probability")(X[:30])
    np.testing.assert_allclose(found.values, peer.shap_values(X[:30], check_additivity=False), atol=1e-6)


def test_the_other_class_is_the_opposite(classified):
    X, y = classified
    model = GradientBoostingClassifier(n_estimators=10).fit(X, y)
    for output in ("raw", "probability"):
        good, bad = (
            TreeSHAP(model, X[:20], target=target, model_output=output).explain(X[:9]) for target in ("good", "bad")
        )
        np.testing.assert_allclose(bad.value, -good.value, atol=1e-12)
        assert bad.output_names == ("bad",)
        assert bad.gap < 1e-12
    np.testing.assert_allclose(bad.outputs[:, 0], model.predict_proba(X[:9])[:, 0], atol=1e-12)


# -- units, streams, states --------------------------------------------------------------------------------------------


def test_units_say_what_is_explained(classified):
    X, y = classified
    expected = {
        GradientBoostingClassifier(n_estimators=2): "log_odds",
        RandomForestClassifier(2): "probability",
        GradientBoostingClassifier(n_estimators=2, loss="exponential"): "score",
    }
    for model, units in expected.items():
        assert TreeSHAP(model.fit(X, y)).explain(X[:3]).units == units
    assert TreeSHAP(RandomForestRegressor(2).fit(X, X[:, 0])).units == "score"
    forest = TreeSHAP(RandomForestClassifier(3).fit(X, y), X[:5], model_output="probability").explain(X[:3])
    assert forest.units == "probability"
    assert forest.gap < 1e-12


def test_units_of_log_rates_and_of_scores_of_several_classes():
    X, y = load_diabetes(return_X_y=True)
    rates = (
        HistGradientBoostingRegressor(loss="poisson", max_iter=3),
        boosted("xgboost", "XGBRegressor", objective="count:poisson"),
        boosted("lightgbm", "LGBMRegressor", objective="poisson"),
    )
    for model in rates:
        found = TreeSHAP(model.fit(X, y)).explain(X[:5])
        assert found.units == "log_score"
        np.testing.assert_allclose(np.exp(found.outputs[:, 0]), model.predict(X[:5]), rtol=1e-5)
    flowers, kinds = load_iris(return_X_y=True)
    classifiers = (
        GradientBoostingClassifier(n_estimators=3),
        HistGradientBoostingClassifier(max_iter=3),
        boosted("xgboost", "XGBClassifier"),
        boosted("lightgbm", "LGBMClassifier"),
    )
    for model in classifiers:
        found = TreeSHAP(model.fit(flowers, kinds)).explain(flowers[:5])
        assert found.units == "softmax_logit"
        shares = np.exp(found.outputs) / np.exp(found.outputs).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(shares, model.predict_proba(flowers[:5]), atol=1e-5)


def test_a_stream_fills_rows_in_a_seeded_order():
    X, y = load_diabetes(return_X_y=True)
    model = RandomForestRegressor(10, random_state=0).fit(X, y)
    explainer = TreeSHAP(model, seed=3)
    first, *_, final = explainer.stream(X)
    assert first.done == 1
    assert not first.finished
    np.testing.assert_array_equal(first.rows, np.flatnonzero(~np.isnan(first.value).any(axis=(1, 2))))
    np.testing.assert_array_equal(first.rows, next(TreeSHAP(model, seed=3).stream(X)).rows)
    np.testing.assert_allclose(first.value[first.rows], final.value[first.rows], atol=1e-12)
    np.testing.assert_allclose(final.value, explainer.explain(X).value, atol=1e-12)
    *_, resumed = explainer.stream(X, state=first.state)
    np.testing.assert_allclose(resumed.value, final.value, atol=1e-12)


def test_tables_are_made_once_for_each_state_of_the_model(monkeypatch):
    X, y = load_diabetes(return_X_y=True)
    model = HistGradientBoostingRegressor(max_iter=10).fit(X, y)
    made = []
    fill = tree_tables.BackgroundTables.tables.func
    monkeypatch.setattr(tree_tables.BackgroundTables.tables, "func", lambda self: made.append(1) or fill(self))
    explainer = TreeSHAP(model, X[:50])
    before = explainer(X).values
    explainer(X[:1])
    assert len(made) == 1
    model.fit(X, -y)
    after = explainer(X).values
    assert len(made) == 2
    assert np.abs(after - before).max() > 1
    np.testing.assert_allclose(after.sum(axis=1) + model.predict(X[:50]).mean(), model.predict(X), atol=1e-9)


def test_a_model_that_changes_in_mid_run_is_noticed():
    X, y = load_diabetes(return_X_y=True)
    model = RandomForestRegressor(5, random_state=0).fit(X, y)
    stream = TreeSHAP(model).stream(X)
    next(stream)
    model.fit(X, -y)
    with pytest.raises(ModelError, match="changed"):
        list(stream)


def test_an_explainer_travels():
    X, y = load_diabetes(return_X_y=True)
    explainer = TreeSHAP(HistGradientBoostingRegressor(max_iter=5).fit(X, y), X[:9])
    expected = explainer(X[:5]).values
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(explainer))(X[:5]).values, expected)


def test_categories_and_names_of_a_data_frame():
    pandas = pytest.importorskip("pandas")
    random = np.random.default_rng(0)
    X = pandas.DataFrame(
        {"size": random.normal(size=300), "colour": pandas.Categorical(random.choice(["red", "green", "blue"], 300))}
    )
    y = X["size"] + 3.0 * (X["colour"] == "red")
    models = (
        HistGradientBoostingRegressor(max_iter=10, categorical_features="from_dtype"),
        boosted("xgboost", "XGBRegressor", enable_categorical=True),
        boosted("lightgbm", "LGBMRegressor"),
    )
    for model in models:
        model.fit(X, y)
        for background in (None, X[:20]):
            found = TreeSHAP(model, background)(X[:40])
            assert found.feature_names == ["size", "colour"]
            np.testing.assert_allclose(found.values.sum(axis=1) + found.base_values, model.predict(X[:40]), atol=1e-4)
            assert (found.values[X["colour"][:40] == "red", 1] > 1).all()


def test_models_of_one_tree_of_one_leaf_and_of_one_row():
    X, y = load_diabetes(return_X_y=True)
    for background in (None, X[:3]):
        for model in (DecisionTreeRegressor(max_depth=1), GradientBoostingRegressor(n_estimators=1)):
            assert TreeSHAP(model.fit(X, y), background).explain(X).gap < 1e-9
        for constant in (DecisionTreeRegressor(), boosted("lightgbm", "LGBMRegressor"), RandomForestRegressor(3)):
            constant.fit(X, 0 * y + 5)
            found = TreeSHAP(constant, background)(X)
            assert (found.values == 0).all()
            np.testing.assert_allclose(found.base_values, 5)
            assert (TreeSHAP(constant, background, interactions=True)(X[:2]).values == 0).all()
        one = TreeSHAP(
            RandomForestRegressor(3, random_state=0).fit(X[:, :1], y), background if background is None else 2
        )
        assert one(X[:2, :1]).values.shape == (2, 1)


def test_early_stopping_and_a_base_score_count():
    X, y = load_diabetes(return_X_y=True)
    stopped = boosted("xgboost", "XGBRegressor", early_stopping_rounds=2, base_score=100.0)
    stopped.fit(X[:300], y[:300], eval_set=[(X[300:], y[300:])], verbose=0)
    assert stopped.best_iteration < 28
    found = TreeSHAP(stopped, X[:20])(X[:30])
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base_values, stopped.predict(X[:30]), rtol=1e-5)


def test_infinite_numbers():
    X, y = load_diabetes(return_X_y=True)
    model = HistGradientBoostingRegressor(max_iter=5).fit(X, y)
    some = X[:4].copy()
    some[0, 2], some[1, 3], some[2, 4] = np.inf, -np.inf, np.nan
    for background in (None, some):
        found = TreeSHAP(model, background)(some)
        np.testing.assert_allclose(found.values.sum(axis=1) + found.base_values, model.predict(some), atol=1e-9)


# -- what cannot be explained ------------------------------------------------------------------------------------------


def test_trees_that_were_misread_are_never_shown(monkeypatch):
    X, y = load_diabetes(return_X_y=True)
    model = HistGradientBoostingRegressor(max_iter=5).fit(X, y)
    read = trees.read_trees(model)
    read.values[:] *= 1.001
    monkeypatch.setattr("xai_widgets.explainers.tree_walk.read_trees", lambda model: read)
    with pytest.raises(ModelError, match="do not predict"):
        TreeSHAP(model)(X)
    assert not TreeSHAP(model).understands(X)
    assert explainer_for(model, X).name != TreeSHAP(model).name


def test_trees_that_were_misread_for_some_rows_are_found(monkeypatch):
    X, y = load_diabetes(return_X_y=True)
    model = HistGradientBoostingRegressor(max_iter=1, max_leaf_nodes=8).fit(X, y)
    read = read_trees(model)
    leaf_of = np.abs(read.raw(X) - read.base[0] - read.values[:, 0]).argmin(axis=1)
    counts = np.bincount(leaf_of, minlength=len(read.values))
    counts[leaf_of[[0, 220, 441]]] = 0
    assert counts.max() < len(X) / 3
    read.values[counts.argmax()] += 1
    monkeypatch.setattr("xai_widgets.explainers.tree_walk.read_trees", lambda model: read)
    with pytest.raises(ModelError, match="do not predict"):
        TreeSHAP(model)(X)


@pytest.mark.parametrize("unit", [1e-10, 1.0, 1e10])
def test_the_proof_is_as_strict_whatever_the_unit_of_the_target(unit, monkeypatch):
    X, y = load_diabetes(return_X_y=True)
    model = RandomForestRegressor(3, random_state=0).fit(X, unit * y)
    assert TreeSHAP(model).understands(X)
    monkeypatch.setattr(RandomForestRegressor, "predict", lambda self, X: np.zeros(len(X)))
    with pytest.raises(ModelError, match="do not predict"):
        TreeSHAP(model)(X)


def test_rows_whose_trees_cancel_are_proved():
    random = np.random.default_rng(0)
    X = random.normal(size=(400, 5))
    y = 100 * np.sign(X[:, 0]) + random.normal(size=400)
    for model in (
        boosted("xgboost", "XGBRegressor"),
        boosted("lightgbm", "LGBMRegressor"),
        GradientBoostingRegressor(n_estimators=50),
    ):
        model.fit(X, y - y.mean())
        nearest = np.abs(model.predict(X)).argmin()
        assert TreeSHAP(model).explain(X[[nearest]]).gap < 1e-4


def test_trees_without_covers_are_explained_against_rows(monkeypatch):
    X, y = load_diabetes(return_X_y=True)
    model = HistGradientBoostingRegressor(max_iter=5).fit(X, y)
    read = read_trees(model)
    object.__setattr__(read, "covers", None)
    monkeypatch.setattr("xai_widgets.explainers.tree_walk.read_trees", lambda model: read)
    explainer = TreeSHAP(model)
    found = explainer.explain(X)
    assert explainer.name == "TreeSHAP, interventional"
    assert found.background.text == "100 of the 442 rows of X"
    assert found.gap < 1e-9


def test_what_has_no_trees_of_ours_is_refused():
    X, y = load_diabetes(return_X_y=True)
    zeros = boosted("lightgbm", "LGBMRegressor", zero_as_missing=True)
    for model, words in ((LinearRegression(), "no trees"), (zeros, "zero_as_missing=True")):
        with pytest.raises(InputError, match=words):
            TreeSHAP(model.fit(X, y)).stream(X)
        assert not TreeSHAP(model).understands(X)


def test_trees_too_deep_for_background_rows_are_refused_at_once():
    X = np.eye(80)
    model = DecisionTreeRegressor().fit(X, np.arange(80) ** 3.0)
    with pytest.raises(InputError, match="too deep"):
        TreeSHAP(model, X[:10]).stream(X[:5])
    assert TreeSHAP(model).understands(X)
    chosen = explainer_for(model, X, X[:10])
    assert chosen.name == "KernelSHAP"
    assert chosen.explain(X[:1]).gap < 1e-6


def test_bad_input_is_said(classified):
    X, y = classified
    model = GradientBoostingClassifier(n_estimators=3).fit(X, y)
    three = GradientBoostingClassifier(n_estimators=3).fit(*load_iris(return_X_y=True))
    for match, call in (
        ("output is not known", lambda: TreeSHAP(model, model_output="margin")),
        ("against background rows", lambda: TreeSHAP(model, model_output="probability")(X)),
        ("true class", lambda: TreeSHAP(model, 5, model_output="log_loss")(X)),
        ("true class", lambda: TreeSHAP(model, 5, model_output="log_loss", y=y[:3])(X)),
        ("true class", lambda: TreeSHAP(model, 5, model_output="log_loss", y=np.full(len(y), "ugly"))(X)),
        ("true class.*None", lambda: TreeSHAP(model, 2, model_output="log_loss", y=["bad", None])(X[:2])),
        ("There is no probability", lambda: TreeSHAP(three, 5, model_output="probability")(load_iris().data)),
        ("number of columns", lambda: TreeSHAP(model)(X[:, :5])),
        ("other columns", lambda: TreeSHAP(model, X[:9, :3])(X)),
        ("raw output", lambda: TreeSHAP(model, 5, model_output="probability", interactions=True)),
        ("no such class", lambda: TreeSHAP(model, target="ugly")),
    ):
        with pytest.raises(InputError, match=f"(?s){match}"):
            call()


@pytest.mark.parametrize("objective", ["reg:squarederror", "binary:logistic", "count:poisson"])
@pytest.mark.parametrize("framed", [False, True])
def test_boosters_of_xgboost_are_explained(objective, framed):
    xgboost = pytest.importorskip("xgboost")
    X, y = load_diabetes(return_X_y=True, as_frame=framed)
    y = (y > 140).astype(float) if objective == "binary:logistic" else y
    booster = xgboost.train({"objective": objective, "max_depth": 3}, xgboost.DMatrix(X, y), 10)
    raw = booster.predict(xgboost.DMatrix(X), output_margin=True)
    for background in (None, X[:20]):
        found = TreeSHAP(booster, background)(X)
        np.testing.assert_allclose(found.values.sum(axis=1) + found.base_values, raw, rtol=1e-4, atol=1e-4)
    exact = ExactSHAP(booster, X[:5]).explain(X[:2])
    np.testing.assert_allclose(exact.outputs[:, 0], booster.predict(xgboost.DMatrix(X[:2])), rtol=1e-6)


@pytest.mark.parametrize("background", [None, 5])
def test_interactions_are_found_block_by_block(background, monkeypatch):
    X, y = load_diabetes(return_X_y=True)
    explainer = TreeSHAP(GradientBoostingRegressor(n_estimators=5).fit(X, y), background, interactions=True)
    expected = explainer.explain(X[:20]).value
    monkeypatch.setattr(tree_shap, "_BLOCK_BYTES", 3 * 8 * 10 * 10)
    np.testing.assert_allclose(explainer.explain(X[:20]).value, expected, atol=1e-12)
    monkeypatch.setattr(tree_shap, "_MOST_BYTES", 19 * 8 * 10 * 10)
    with pytest.raises(InputError, match="at most 19 rows"):
        explainer.stream(X[:20])


def test_where_the_trees_are_is_said():
    X, y = load_diabetes(return_X_y=True)
    forest = RandomForestRegressor(3, max_depth=3, random_state=0)
    pipeline = make_pipeline(StandardScaler(), forest).fit(X, y)
    search = GridSearchCV(forest, {"max_depth": [2]}, cv=2).fit(X, y)
    for model, words in (
        (pipeline, "last step of a pipeline.*ends in RandomForestRegressor.*pipeline\\[:-1\\]"),
        (search, "inside of another model.*model.best_estimator_"),
        (RandomForestRegressor(), "not understood.*fit it first"),
        (make_pipeline(StandardScaler(), LinearRegression()).fit(X, y), "no trees.*Pipeline"),
        (lambda rows: rows[:, 0], "no trees.*function"),
    ):
        with pytest.raises(InputError, match=f"(?s){words}"):
            TreeSHAP(model).stream(X)
    made = pipeline[:-1].transform(X[:50])
    of_last = TreeSHAP(pipeline[-1])(made)  # as the sentence says
    np.testing.assert_allclose(of_last.values.sum(axis=1) + of_last.base_values, pipeline.predict(X[:50]))
    assert explainer_for(pipeline, X[:5]).name == "ExactSHAP"


def test_the_model_and_the_data_are_untouched(classified):
    X, y = classified
    model = RandomForestClassifier(3, random_state=0).fit(X, y)
    model_before, X_before, state_before = pickle.dumps(model), X.copy(), np.random.get_state()[1].copy()
    TreeSHAP(model, 20)(X)
    assert pickle.dumps(model) == model_before
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(np.random.get_state()[1], state_before)


@pytest.mark.parametrize("frame", [False, True])
def test_a_wide_table_is_read_once_and_not_with_each_row(frame, monkeypatch):
    pandas = pytest.importorskip("pandas")
    ensemble = pytest.importorskip("sklearn.ensemble")
    X = np.random.default_rng(0).normal(size=(40, 300))
    X = pandas.DataFrame(X, columns=[f"c{place}" for place in range(300)]) if frame else X
    explainer = TreeSHAP(ensemble.RandomForestRegressor(3, random_state=0).fit(X, np.asarray(X)[:, 0]))
    state = explainer.advance(explainer.start(X), 1)
    kind, read = type(state.table), []
    values = kind.values
    monkeypatch.setattr(kind, "values", lambda table, name: read.append(name) or values(table, name))
    while state.units < 40:
        state = explainer.advance(state, 1)
    assert len(read) <= 300
    monkeypatch.undo()
    np.testing.assert_allclose(explainer.estimate(state).value[..., 0], explainer(X).values, atol=1e-12)
    other = X[::-1]
    np.testing.assert_allclose(explainer(other).values, explainer(X).values[::-1], atol=1e-12)
