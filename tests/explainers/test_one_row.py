"""Several methods of one row: the same output, the same row, each by its own explainer, and what one cannot explain."""

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.datasets import load_iris
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression

from xai_widgets.explainers.one_row import OneRow
from xai_widgets.models import InputError

RANDOM = np.random.default_rng(0)
X = pd.DataFrame(RANDOM.normal(size=(300, 4)), columns=["a", "b", "c", "d"])
WEIGHTS = np.array([3.0, -2.0, 0.5, 0.0])


def linear(table):
    return np.asarray(table) @ WEIGHTS


def last(asker):
    *_, estimate = asker.stream()
    return estimate


def test_all_methods_see_a_linear_module_alike():
    torch.manual_seed(0)
    module = torch.nn.Linear(4, 1)
    with torch.no_grad():
        module.weight[:] = torch.tensor(WEIGHTS, dtype=torch.float32)
        module.bias[:] = 7.0
    found = last(OneRow(module, 5, X))
    assert found.agreement.methods == ("shap", "lime", "gradient_x_input")
    assert [answer.background and answer.background.text for answer in found.answers] == [
        "100 of the 300 rows of X",
        None,
        None,
    ]
    row = X.iloc[5].to_numpy()
    np.testing.assert_allclose(found.answers[2].values, WEIGHTS * row, rtol=1e-5)
    background = np.random.default_rng(0).choice(300, 100, replace=False)
    expected = WEIGHTS * (row - X.to_numpy()[background].mean(axis=0))
    np.testing.assert_allclose(found.answers[0].values, expected, atol=1e-5)
    assert (np.sign(found.answers[1].values)[:2] == np.sign(expected)[:2]).all()


def test_each_method_streams_in_turn_and_progress_never_falls():
    estimates = list(OneRow(linear, 0, X).stream())
    assert [len(each.answers) for each in estimates] == sorted(len(each.answers) for each in estimates)
    done = [each.done for each in estimates]
    assert done == sorted(done)
    assert done[-1] == estimates[-1].total
    assert [each.finished for each in estimates] == [False] * (len(estimates) - 1) + [True]


@pytest.mark.parametrize(
    "row",
    [
        3,
        np.int64(3),
        X.iloc[3],
        X.iloc[[3]],
        X.iloc[3].to_dict(),
        X.iloc[3].tolist(),
        dict(reversed(list(X.iloc[3].to_dict().items()))),
    ],
    ids=["position", "numpy position", "series", "frame", "mapping", "list", "mapping in another order"],
)
def test_a_row_is_a_position_or_values(row):
    asker = OneRow(linear, row, X)
    assert asker.prediction == pytest.approx(linear(X.iloc[[3]])[0])
    assert tuple(asker.row.names) == ("a", "b", "c", "d")


@pytest.mark.parametrize(("row", "told"), [(300, "no such row"), ([1, 2], "one value for each"), ({"z": 1}, "columns")])
def test_a_bad_row_is_a_sentence(row, told):
    with pytest.raises(InputError, match=told):
        OneRow(linear, row, X)


def test_the_last_class_is_explained_where_none_is_named():
    table, y = load_iris(return_X_y=True, as_frame=True)
    names = np.array(["setosa", "versicolor", "virginica"])
    several = LogisticRegression(max_iter=500).fit(table, names[y])
    assert OneRow(several, 60, table).target == "virginica"
    assert OneRow(several, 60, table, target="setosa").target_name == "setosa"
    assert OneRow(several, 60, table).prediction == pytest.approx(several.predict_proba(table.iloc[[60]])[0, 2])
    two = LogisticRegression(max_iter=500).fit(table, names[(y > 0).astype(int)])
    asker = OneRow(two, 60, table)
    assert (asker.target, asker.target_name) == (None, "versicolor")
    assert OneRow(LinearRegression().fit(table, y), 0, table).target_name is None


def test_all_methods_explain_the_class_that_is_asked_for():
    module = torch.nn.Linear(4, 3, bias=False)
    with torch.no_grad():
        module.weight[:] = torch.tensor(np.stack([WEIGHTS, -WEIGHTS, 2 * WEIGHTS]), dtype=torch.float32)
    one, other = last(OneRow(module, 7, X, target=0)), last(OneRow(module, 7, X, target=1))
    for first, second in zip(one.answers, other.answers, strict=True):
        np.testing.assert_allclose(first.values, -second.values, atol=1e-4)
    asked = OneRow(module, 7, X)
    assert (asked.target, asked.target_name) == (2, "output 2")


def refuse(self, **_):
    raise InputError("Not this one.", given="it", expected="another", do="try")
    yield


def test_a_method_that_cannot_explain_a_row_says_why_and_the_others_go_on(monkeypatch):
    monkeypatch.setattr(OneRow, "_lime", refuse)
    found = last(OneRow(linear, 2, X))
    assert found.agreement.methods == ("shap",)
    assert found.refused["lime"].title == "Not this one."
    assert (found.finished, found.done) == (True, found.total)
    module = last(OneRow(torch.nn.Linear(4, 1), 2, X))
    assert module.agreement.methods == ("shap", "gradient_x_input")


def test_where_no_method_can_the_first_reason_is_raised(monkeypatch):
    for name in ("_shap", "_lime"):
        monkeypatch.setattr(OneRow, name, refuse)
    with pytest.raises(InputError, match="Not this one"):
        list(OneRow(linear, 0, X).stream())


@pytest.mark.parametrize(
    ("row", "says"), [(0, "'b' has values that are missing"), (2, "'b' has values"), ("series", "'b'")]
)
def test_where_values_are_missing_lime_alone_has_no_answer(row, says):
    table = X.copy()
    table.loc[2, "b"] = np.nan
    model = HistGradientBoostingRegressor(max_iter=5).fit(table, X["a"] + X["b"])
    found = last(OneRow(model, table.iloc[2], X) if row == "series" else OneRow(model, row, table))
    assert found.agreement.methods == ("shap",)
    assert says in found.refused["lime"].title
    assert found.agreement.values.sum() == pytest.approx(
        model.predict(table)[2 if row == "series" else row]
        - model.predict(_background(table if row != "series" else X)).mean()
    )


def _background(table):
    return table.iloc[np.random.default_rng(0).choice(300, 100, replace=False)]


def test_shap_has_no_answer_where_there_is_no_other_row():
    found = last(OneRow(linear, 0, X[:1]))
    assert found.agreement.methods == ("lime",)
    assert "compared with itself" in found.refused["shap"].title


def test_the_same_seed_gives_the_same_and_nothing_is_changed():
    before, state = X.copy(), np.random.get_state()[1].copy()
    first, second = (last(OneRow(linear, 1, X, seed=4)).agreement.values for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, last(OneRow(linear, 1, X, seed=5)).agreement.values)
    pd.testing.assert_frame_equal(X, before)
    assert np.array_equal(np.random.get_state()[1], state)


def test_tables_with_categories():
    table = X.assign(kind=pd.Categorical(RANDOM.choice(["x", "y"], 300)), word=RANDOM.choice(["p", "q"], 300))
    model = lambda part: part["a"].to_numpy() + 2 * (part["kind"] == "x") + (part["word"] == "p")  # noqa: E731
    for row in (0, table.iloc[0]):
        found = last(OneRow(model, row, table))
        assert found.agreement.values.shape == (2, 6)
        assert found.refused == {}
