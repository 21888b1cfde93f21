"""Tables and models of all kinds, and what cannot be explained."""

from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
import shap
import torch
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Perceptron, PoissonRegressor, SGDClassifier
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from torch import nn

from xai_widgets.explainers.shapley import (
    Background,
    ExactSHAP,
    GradientSHAP,
    KernelSHAP,
    LinearSHAP,
    PermutationSHAP,
    explainer_for,
)
from xai_widgets.explainers.shapley.linear_shap import is_linear
from xai_widgets.explainers.shapley.values import ShapleyValues
from xai_widgets.models import InputError, ModelError
from xai_widgets.models.tables import Table

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4))
CLASSES = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0.5)


def mixed():
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "age": rng.integers(20, 60, 50),
            "pay": np.where(rng.random(50) < 0.2, np.nan, rng.normal(size=50)),
            "city": pd.Categorical(rng.choice(["Bonn", "Rome", "Oslo"], 50)),
            "member": rng.random(50) < 0.5,
        }
    )


def of_mixed(frame):
    """A model that looks at every kind of column by its own means."""
    city = frame["city"].to_numpy().astype(str)
    pay = np.nan_to_num(np.asarray(frame["pay"], dtype=float), nan=-3.0)
    member = np.asarray(frame["member"], dtype=bool)
    return np.asarray(frame["age"], dtype=float) / 10 + pay * (city == "Rome") + 2 * member * (city != "Oslo")


def by_hand(frame, background, row, model):
    """Exact values from masked copies that are put together row by row."""
    names, earned = list(frame.columns), []
    for code in range(2 ** len(names)):
        inside = [name for at, name in enumerate(names) if code >> at & 1]
        copies = background.copy()
        for name in inside:
            copies[name] = pd.Series([frame[name].iloc[row]] * len(copies), dtype=frame[name].dtype)
        earned.append(model(copies).mean())
    from xai_widgets.explainers.shapley.exact_shap import all_coalitions, shapley_values

    return shapley_values(all_coalitions(len(names)), np.array(earned)[:, None])[:, 0]


@pytest.mark.parametrize("method", [ExactSHAP, KernelSHAP, lambda *given: PermutationSHAP(*given, n_permutations=300)])
def test_mixed_types_with_missing_values(method):
    frame = mixed()
    background = frame.iloc[10:30].reset_index(drop=True)
    found = method(of_mixed, background).explain(frame.iloc[:4])
    for row in range(4):
        expected = by_hand(frame, background, row, of_mixed)
        within = 1e-12 if found.standard_error is None else 1e-12 + 5 * found.standard_error[row, :, 0]
        assert (np.abs(found.value[row, :, 0] - expected) <= within).all()
    assert found.feature_names == ("age", "pay", "city", "member")
    assert found.explanation().data[0].tolist()[2] == frame["city"].iloc[0]


def test_polars_and_pandas_agree():
    frame = mixed()
    ours = ExactSHAP(of_mixed, frame.iloc[10:30]).explain(frame.iloc[:4])
    polars = pl.from_pandas(frame)
    found = ExactSHAP(of_mixed, polars[10:30]).explain(polars[:4])
    np.testing.assert_allclose(found.value, ours.value, atol=1e-12)


def test_truth_values_and_whole_numbers_with_gaps_come_to_the_model_as_they_are():
    frame = pd.DataFrame(
        {
            "paid": pd.array([True, None, False, True], dtype="boolean"),
            "rooms": pd.array([1, 2, None, 2], dtype="Int64"),
        }
    )
    worth = {"True": 1.0, "False": 2.0, "<NA>": 4.0, "1": 8.0, "2": 16.0}

    def model(rows):
        return np.array([worth[str(paid)] * worth[str(rooms)] for paid, rooms in rows.itertuples(index=False)])

    found = ExactSHAP(model, frame.iloc[:3]).explain(frame)
    for row in range(4):
        np.testing.assert_allclose(found.value[row, :, 0], by_hand(frame, frame.iloc[:3], row, model), atol=1e-12)


def test_what_polars_calls_null_is_null_to_the_model():
    frame = pl.DataFrame({"pay": [1.0, None, 3.0], "age": [None, 2.0, 5.0]})

    def model(rows):
        filled = rows.fill_null(-1.0)
        return (filled["pay"] * filled["age"]).to_numpy()

    found = ExactSHAP(model, frame[:2]).explain(frame)
    filled = frame.fill_null(-1.0)
    expected = ExactSHAP(model, filled[:2]).explain(filled)
    np.testing.assert_allclose(found.value, expected.value, atol=1e-12)


def test_a_pipeline_of_mixed_columns():
    frame = mixed().drop(columns="pay")
    encoder = make_column_transformer((OneHotEncoder(), ["city"]), remainder="passthrough")
    model = make_pipeline(encoder, LogisticRegression(max_iter=1000)).fit(frame, frame["age"] > 40)
    explainer = explainer_for(model, frame)
    assert (explainer.name, explainer.units) == ("ExactSHAP", "probability")
    found = explainer.explain(frame.iloc[:3])
    np.testing.assert_allclose(found.outputs[:, 0], model.predict_proba(frame.iloc[:3])[:, 1])
    assert found.output_names == ("True",)
    assert found.gap < 1e-12


def test_a_single_output_without_a_name_gets_none_in_an_explanation():
    explanation = ExactSHAP(LinearRegression().fit(X, X[:, 0]), X[:20])(X[:3])
    assert explanation.output_names is None
    assert ShapleyValues.of(explanation).output_names == ("",)


def test_all_classes_at_once_or_one():
    model = RandomForestClassifier(10, random_state=0).fit(X, CLASSES)
    every = ExactSHAP(model, X[:20]).explain(X[:3])
    one = ExactSHAP(model, X[:20], target=2).explain(X[:3])
    assert every.value.shape == (3, 4, 3)
    assert every.output_names == ("0", "1", "2")
    np.testing.assert_allclose(every.value[..., 2], one.value[..., 0], atol=1e-12)
    np.testing.assert_allclose(every.value.sum(axis=2), 0, atol=1e-12)
    assert every.explanation().values.shape == (3, 4, 3)
    assert one.explanation().values.shape == (3, 4)
    assert one.explanation().base_values.shape == (3,)


def test_the_models_own_table_is_not_touched():
    frame, before = mixed(), mixed()

    def spoils(frame):
        answer = of_mixed(frame)
        frame.loc[:, "age"] = 0
        return answer

    ExactSHAP(spoils, frame).explain(frame.iloc[:2])
    pd.testing.assert_frame_equal(frame, before)


# -- units and choice --------------------------------------------------------------------------------------------------


def boosted(kind):
    return kind(**{"max_iter" if kind is HistGradientBoostingClassifier else "n_estimators": 2}).fit(X, CLASSES)


@pytest.mark.parametrize(
    ("make", "name", "units"),
    [
        (lambda: LogisticRegression().fit(X, CLASSES > 0), "LinearSHAP", "log_odds"),
        (lambda: LogisticRegression().fit(X, CLASSES), "LinearSHAP", "softmax_logit"),
        (lambda: SGDClassifier(loss="log_loss", random_state=0).fit(X, CLASSES > 0), "LinearSHAP", "log_odds"),
        (lambda: SGDClassifier(loss="log_loss", random_state=0).fit(X, CLASSES), "LinearSHAP", "score"),
        (lambda: LinearRegression().fit(X, X[:, 0]), "LinearSHAP", "score"),
        (lambda: PoissonRegressor().fit(X, np.exp(X[:, 0])), "ExactSHAP", "score"),
        (lambda: KNeighborsRegressor().fit(X, X[:, 0]), "ExactSHAP", "score"),
        (lambda: SVC().fit(X, CLASSES > 0), "ExactSHAP", "score"),
        (lambda: make_pipeline(StandardScaler(), LogisticRegression()).fit(X, CLASSES), "ExactSHAP", "probability"),
        (lambda: LogisticRegression().fit(X, CLASSES).predict_proba, "ExactSHAP", "probability"),
        (lambda: LogisticRegression().fit(X, CLASSES > 0).decision_function, "ExactSHAP", "log_odds"),
        (lambda: LogisticRegression().fit(X, CLASSES).decision_function, "ExactSHAP", "softmax_logit"),
        (lambda: boosted(HistGradientBoostingClassifier).decision_function, "ExactSHAP", "softmax_logit"),
        (lambda: boosted(GradientBoostingClassifier).decision_function, "ExactSHAP", "softmax_logit"),
        (lambda: nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)), "ExactSHAP", "score"),
    ],
)
def test_the_choice_and_what_values_are_measured_in(make, name, units):
    explainer = explainer_for(make(), X)
    assert (explainer.name, explainer.units) == (name, units)
    found = explainer.explain(X[:2])
    assert found.units == units
    assert found.gap < 1e-6


def test_many_features_are_sampled():
    assert explainer_for(lambda X: X[:, 0], np.zeros((5, 13))).name == "KernelSHAP"


def test_log_odds_of_both_classes_of_two_are_opposite():
    model = LogisticRegression().fit(X, CLASSES > 0)
    yes, no = (LinearSHAP(model, X, target=target).explain(X[:5]) for target in (True, False))
    np.testing.assert_allclose(yes.value, -no.value)
    np.testing.assert_allclose(yes.outputs[:, 0], model.decision_function(X[:5]))


# -- torch -------------------------------------------------------------------------------------------------------------


def networks():
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 2))
    with_norm = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.Tanh(), nn.Dropout(), nn.Linear(16, 1))
    hidden = nn.Sequential(nn.Sequential(nn.Linear(4, 16), nn.Sigmoid()), nn.Linear(16, 2))
    return {"plain": plain, "with_norm": with_norm, "hidden": hidden}


@pytest.mark.parametrize("name", networks())
@pytest.mark.parametrize("method", [ExactSHAP, KernelSHAP])
def test_networks_are_explained_as_the_function_they_are(name, method):
    module = networks()[name].eval()

    def function(X):
        with torch.no_grad():
            return module(torch.tensor(X, dtype=torch.float32)).numpy()

    expected = method(function, X[:10]).explain(X[10:14])
    found = method(module, X[:10]).explain(X[10:14])
    np.testing.assert_allclose(found.value, expected.value, atol=1e-5)
    np.testing.assert_allclose(found.base_values, expected.base_values, atol=1e-5)


def test_a_network_in_training_stays_as_it_is():
    module = networks()["with_norm"].train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    KernelSHAP(module, X[:10]).explain(X[:3])
    assert module.training
    for name, value in module.state_dict().items():
        assert torch.equal(value, before[name])


def test_layers_that_hand_out_their_own_weights_are_not_written_to():
    class Table(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.tensor([[-1.0, 1.0, -2.0]]))

        def forward(self, hidden):
            return self.weight.expand(len(hidden), -1)

    module = nn.Sequential(nn.Linear(4, 3), Table(), nn.ReLU(), nn.Linear(3, 1))
    ExactSHAP(module, X[:5]).explain(X[:2])
    assert module[1].weight.tolist() == [[-1.0, 1.0, -2.0]]


def test_a_quick_way_that_is_wrong_is_left():
    class ByBatch(nn.Module):
        def forward(self, hidden):
            return hidden.sum(dim=1, keepdim=True) * (1 + (len(hidden) % 5 == 0))

    module = nn.Sequential(nn.Linear(4, 3), ByBatch())
    explainer = ExactSHAP(module, X[:5])
    game = explainer._game(explainer.start(X[:2]))
    game._quick.values = lambda table, rows, kept: np.zeros((len(rows), len(kept), 1))
    found = explainer.explain(X[:2])
    assert np.abs(found.value).max() > 0


# -- backgrounds -------------------------------------------------------------------------------------------------------


def test_backgrounds_say_what_they_are():
    table = Table.of(np.arange(600.0).reshape(300, 2))
    assert Background.of(None, table).text == "100 of the 300 rows of X"
    assert Background.of(300, table).text == "all 300 rows of X"
    assert Background.of(np.zeros((250, 2)), table).text == "250 rows given"
    assert Background.of(np.zeros((250, 2)), table).table.n_rows == 250
    assert Background.of(Background.kmeans(table, 5), table).text == "5 k-means centres of 300 rows"


def test_centres_count_as_much_as_their_clusters():
    background = Background.kmeans(np.repeat([[0.0, 0.0], [10.0, 10.0]], [30, 10], axis=0), 2)
    found = ExactSHAP(lambda X: X[:, 0] + X[:, 1], background).explain(np.zeros((1, 2)))
    np.testing.assert_allclose(found.base_values, 5)
    np.testing.assert_allclose(found.value[0, :, 0], -2.5)


def test_backgrounds_of_the_shap_package():
    centres = shap.kmeans(X, 5)
    expected = (centres.weights / centres.weights.sum()) @ centres.data[:, 0]
    assert ExactSHAP(lambda X: X[:, 0], centres).explain(X[:1]).base_values[0] == pytest.approx(expected)
    masker = shap.maskers.Independent(X, max_samples=10)
    assert Background.of(masker, Table.of(X)).table.n_rows == 10


def test_backgrounds_of_the_shap_package_know_the_names_of_a_frame():
    frame = mixed()
    expected = ExactSHAP(of_mixed, frame).explain(frame.iloc[20:22])
    for given in (shap.maskers.Independent(frame, max_samples=500), shap.maskers.Independent(frame.iloc[:, ::-1], 500)):
        found = ExactSHAP(of_mixed, given).explain(frame.iloc[20:22])
        np.testing.assert_array_equal(found.value, expected.value)
        assert found.background.table.native().dtypes.tolist() == frame.dtypes.tolist()
    numbers = pd.DataFrame(X[:, :3], columns=list("abc"))
    centres = shap.kmeans(numbers, 4)
    found = ExactSHAP(lambda rows: rows["a"] * rows["c"], centres).explain(numbers.iloc[:2])
    np.testing.assert_allclose(found.base_values, centres.weights @ (centres.data[:, 0] * centres.data[:, 2]))


@pytest.mark.parametrize("weights", [[1.0, -1.0], [0.0, 0.0], [1.0, np.nan], [1.0]])
def test_weights_that_are_none_are_refused(weights):
    centres = shap.kmeans(X, 2)
    centres.weights = np.array(weights)
    with pytest.raises(InputError, match="weights"):
        Background.of(centres, Table.of(X))


def test_columns_in_another_order_are_put_right():
    frame = mixed()
    expected = ExactSHAP(of_mixed, frame.iloc[:10]).explain(frame.iloc[20:22])
    found = ExactSHAP(of_mixed, frame.iloc[:10, ::-1]).explain(frame.iloc[20:22])
    np.testing.assert_array_equal(found.value, expected.value)


def test_infinitely_careful_backgrounds_change_the_base():
    few, all_rows = (ExactSHAP(lambda X: X[:, 0], given).explain(X[:1]).base_values[0] for given in (X[:3], X))
    assert few == pytest.approx(X[:3, 0].mean())
    assert all_rows == pytest.approx(X[:, 0].mean())


# -- what cannot be explained ------------------------------------------------------------------------------------------


def frame_of(**columns):
    return pd.DataFrame(columns)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ExactSHAP(len, frame_of(a=[1.0], c=[2.0])).stream(frame_of(a=[1.0], b=[2.0])), "'b'.*'c'"),
        (lambda: ExactSHAP(len, np.zeros((1, 3))).stream(np.zeros((1, 2))), "other columns than X"),
        (lambda: ExactSHAP(len, np.zeros((1, 2))).stream(frame_of(a=[1.0], b=[2.0])), "other columns than X"),
        (lambda: ExactSHAP(len, frame_of(a=["x"])).stream(frame_of(a=[1.0])), "numbers in both, or words"),
        (
            lambda: ExactSHAP(len, frame_of(a=pd.Categorical(["x"]))).stream(frame_of(a=pd.Categorical(["y"]))),
            "no such category.*'y'",
        ),
        (lambda: ExactSHAP(len, 10).stream(np.zeros((3, 2))), "from 1 to 3"),
        (lambda: ExactSHAP(len, 0).stream(np.zeros((3, 2))), "from 1 to 3"),
        (lambda: ExactSHAP(len).stream(np.zeros((0, 2))), "table is empty"),
        (lambda: ExactSHAP(len).stream(np.zeros(3)), "not a table"),
        (lambda: ExactSHAP(len).stream(np.zeros((2, 13))), "2\\^13"),
        (lambda: ExactSHAP(len, groups={"g": []}).stream(X), "do not divide"),
        (lambda: ExactSHAP(len, groups={"g": [0, 1], "h": [1]}).stream(X), "'x1' twice"),
        (lambda: ExactSHAP(len, groups={"g": ["nothing"]}).stream(X), "no column 'nothing'"),
        (lambda: KernelSHAP(len, n_samples=5).stream(X), "at least 8"),
        (lambda: PermutationSHAP(len, n_permutations=0), "from 1 on"),
        (lambda: GradientSHAP(len), "no gradients"),
        (lambda: LinearSHAP(KNeighborsRegressor().fit(X, CLASSES), X).stream(X), "not linear"),
        (lambda: LinearSHAP(LinearRegression(), X, feature_perturbation="none"), "feature_perturbation"),
        (lambda: ExactSHAP("model"), "not a model"),
        (lambda: ExactSHAP(len, seed=-1), "seed is out of range"),
        (lambda: ExactSHAP(LogisticRegression().fit(X, CLASSES), target=7), "no such class"),
        (lambda: Background.kmeans(mixed(), 3), "numbers alone"),
        (lambda: Background.kmeans(np.array([[np.nan], [1.0]]), 1), "missing or infinite"),
        (lambda: Background.kmeans(X, 1000), "from 1 to 60"),
    ],
)
def test_what_cannot_be_explained_is_said(make, words):
    with pytest.raises(InputError, match=f"(?s){words}"):
        make()


def test_labels_are_no_numbers():
    model = LogisticRegression().fit(X, CLASSES)
    for given in (model.predict, Perceptron().fit(X, CLASSES).predict):
        with pytest.raises(InputError, match="labels where numbers are needed"):
            ExactSHAP(given, X)
    with pytest.raises(ModelError, match="not made of numbers"):
        ExactSHAP(lambda X: np.array(["yes", "no"])[(X[:, 0] > 0).astype(int)], X).explain(X[:2])


def test_values_that_the_model_cannot_take_are_said():
    model = LinearRegression().fit(X, X[:, 0])
    for odd in (np.nan, np.inf):
        rows = X[:2].copy()
        rows[0, 0] = odd
        for method in (ExactSHAP, LinearSHAP, KernelSHAP):
            with pytest.raises(ModelError, match="model failed"):
                method(model, X).explain(rows)


@pytest.mark.parametrize("unit", [1e-10, 1.0, 1e10])
def test_what_is_linear_is_told_whatever_the_unit_of_the_target(unit, monkeypatch):
    model = LinearRegression().fit(X, unit * X[:, 0])
    assert is_linear(model, X)
    monkeypatch.setattr(LinearRegression, "predict", lambda self, X: np.zeros(len(X)))
    assert not is_linear(model, X)
    with pytest.raises(InputError, match="not linear"):
        LinearSHAP(model, X).explain(X[:2])


class Clipped(LinearRegression):
    def predict(self, X):
        return np.minimum(super().predict(X), 3)


def test_a_model_that_is_linear_for_most_rows_alone_is_not_chosen_as_linear():
    model = Clipped().fit(X, X[:, 0])
    far = X.copy()
    far[7, 0] = 10
    near, background = explainer_for(model, X), far[5:9]
    assert near.name == "LinearSHAP"
    for chosen in (explainer_for(model, far), explainer_for(model, X, background)):
        assert chosen.name == "ExactSHAP"
        assert chosen.explain(X[:3]).gap < 1e-12
    with pytest.raises(InputError, match="not linear"):
        LinearSHAP(model, background).explain(X[:3])


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_a_background_without_a_mean_is_refused(odd):
    background = X[:3].copy()
    background[0, 0] = odd
    with pytest.raises(InputError, match="1 of 3 background rows"):
        LinearSHAP(LogisticRegression().fit(X, CLASSES), background).stream(X[:2])


def test_values_that_are_no_numbers_are_never_said_to_add_up(monkeypatch):
    answer = ExactSHAP._answer
    monkeypatch.setattr(ExactSHAP, "_answer", lambda *given: replace(answer(*given), values=np.full((2, 4, 1), np.nan)))
    with pytest.raises(ModelError, match="no numbers"):
        ExactSHAP(lambda X: X[:, 0], X[:3]).explain(X[:2])


def test_missing_and_infinite_values_that_the_model_takes_are_values():
    rows = X.copy()
    rows[::3, 0], rows[1, 1] = np.nan, np.inf
    model = HistGradientBoostingClassifier(max_iter=5).fit(rows, CLASSES)
    found = ExactSHAP(model, rows[20:]).explain(rows[:4])
    assert found.gap < 1e-12
    assert np.isnan(found.explanation().data[0, 0])


def test_answers_that_are_not_finite_are_refused():
    with pytest.raises(ModelError, match="not finite"), np.errstate(divide="ignore"):
        ExactSHAP(lambda X: 1 / X[:, 0], np.zeros((1, 2))).explain(np.ones((1, 2)))


def test_one_row_one_feature_and_nothing_to_say():
    alone = ExactSHAP(lambda X: X[:, 0] ** 2, np.array([[1.0]])).explain(np.array([[3.0]]))
    assert (alone.value[0, 0, 0], alone.base_values[0], alone.outputs[0, 0]) == (8, 1, 9)
    for method in (KernelSHAP, PermutationSHAP):
        one = method(lambda X: X[:, 0] ** 2, np.array([[1.0]])).explain(np.array([[3.0]]))
        assert one.value[0, 0, 0] == 8
        assert one.done == one.total > 0
    nothing = ExactSHAP(lambda X: np.ones(len(X)), X).explain(X[:3])
    np.testing.assert_allclose(nothing.value, 0, atol=1e-15)
    assert nothing.gap < 1e-15


def test_a_model_changed_on_the_way_is_refused():
    model = LinearRegression().fit(X, X[:, 0])
    explainer = KernelSHAP(model, X[:5])
    state = explainer.advance(explainer.start(X[:2]), 3)
    model.coef_ = model.coef_ * 2
    state = explainer.advance(state, 100)
    with pytest.raises(ModelError, match="changed while"):
        explainer.finish(state)


def test_global_random_state_is_left_alone():
    before = np.random.get_state()[1].copy()
    for method in (ExactSHAP, KernelSHAP, PermutationSHAP):
        method(lambda X: X[:, 0], X).explain(X[:2])
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_dask_tables_are_gathered():
    dask = pytest.importorskip("dask.dataframe")
    frame = mixed()
    whole = dask.from_pandas(frame, npartitions=3)
    found = ExactSHAP(of_mixed, whole).explain(whole)
    assert found.background.text == "50 rows given"
    np.testing.assert_allclose(found.value, ExactSHAP(of_mixed, frame).explain(frame).value, atol=1e-12)
