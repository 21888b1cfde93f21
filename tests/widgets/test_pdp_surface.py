"""PDPSurface: scikit-learn's numbers, closed forms, where the data are, traits, and what is refused."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.datasets import make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.inspection import partial_dependence as theirs
from sklearn.linear_model import LogisticRegression

import xai_widgets as xw
from xai_widgets.models import InputError, ModelError
from xai_widgets.models.predictors import Predictor

from .plots import expect


@pytest.fixture
def make():
    """Make surfaces that are closed when the test ends."""
    made = []

    def surface(*arguments, **keywords):
        made.append(xw.PDPSurface(*arguments, **keywords))
        return made[-1]

    yield surface
    for widget in made:
        widget.close()


@pytest.fixture
def weather():
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "season": pd.Categorical(random.choice(["winter", "summer", "spring"], 200)),
            "work": random.choice(["yes", "no"], 200),
            "temp": random.uniform(0, 30, 200),
        }
    )


def sent(result, name):
    record = next(array for array in result["arrays"] if array["name"] == name)
    stored = np.frombuffer(result["buffers"][result["arrays"].index(record)], record["dtype"])
    return stored.reshape(record["shape"]) * (record["scale"] or 1)


def surface_of(result):
    return result["header"]["low"] + sent(result, "surface")


def product(X):
    return X[:, 0] * X[:, 1]


def joined(table):
    return table["a"] * table["b"] + table["c"]


def uniform(rows=100, columns=3):
    return np.random.default_rng(0).uniform(0, 1, (rows, columns))


def test_the_numbers_are_those_of_scikit_learn(make):
    X, y = make_friedman1(200, n_features=6, random_state=0)
    model = HistGradientBoostingRegressor(max_iter=20, random_state=0).fit(X, y)
    w = make(model, X, (0, "x1"), grid_resolution=12).wait(60)
    expected = theirs(model, X, [(0, 1)], grid_resolution=12, kind="average", method="brute")
    np.testing.assert_allclose(w.explanation.average, expected["average"], rtol=1e-9)
    for ours, other in zip(w.explanation.grid_values, expected["grid_values"], strict=True):
        np.testing.assert_allclose(ours, other)
    assert w.result["header"]["method"] == "tree walk"
    error = np.abs(surface_of(w.result) - w.explanation.average[0]).max()
    assert error <= np.ptp(w.explanation.average) / 65535


def test_trees_and_predictions_agree(make):
    X, y = make_friedman1(80, n_features=5, random_state=0)
    model = HistGradientBoostingRegressor(max_iter=8, random_state=0).fit(X, y)
    walked = make(model, X, (3, 0), grid_resolution=7).wait(60)
    asked = make(model.predict, X, (3, 0), grid_resolution=7).wait(60)
    assert (walked.result["header"]["method"], asked.result["header"]["method"]) == ("tree walk", "predictions")
    np.testing.assert_allclose(walked.explanation.average, asked.explanation.average, rtol=1e-9)


def test_a_product_is_the_product_of_its_axes(make):
    w = make(product, uniform(), ("x0", "x1")).wait(30)
    x0, x1 = w.explanation.grid_values
    np.testing.assert_allclose(w.explanation.average[0], np.outer(x0, x1))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(-5, 5), min_size=3, max_size=3), st.integers(0, 10))
def test_sections_of_an_additive_function_are_parallel(slopes, seed):
    X = uniform(40)
    with xw.PDPSurface(lambda X: X @ slopes + np.sin(X[:, 1]), X, (0, 1), grid_resolution=5, seed=seed) as w:
        surface = w.wait(30).explanation.average[0]
    apart = surface - surface[0]
    np.testing.assert_allclose(apart, np.broadcast_to(apart[:, :1], (5, 5)), atol=1e-9)


def test_categories_stand_side_by_side_in_either_direction(make, weather):
    def model(table):
        return 10.0 * (table["season"] == "summer") + table["temp"] * (table["work"] == "yes")

    w = make(model, weather, ("season", "work")).wait(30)
    assert w.result["header"]["axes"] == [["spring", "summer", "winter"], ["no", "yes"]]
    mean = weather["temp"].mean()
    np.testing.assert_allclose(w.explanation.average[0], [[0, mean], [10, 10 + mean], [0, mean]])
    counts = pd.crosstab(weather["season"], weather["work"]).to_numpy()
    assert np.array_equal(sent(w.result, "near"), counts)
    w.features = ["temp", "season"]
    header = w.wait(30).result["header"]
    assert header["axes"][1] == ["spring", "summer", "winter"]
    assert len(header["axes"][0]) == 30


def test_a_switch_is_of_categories_and_whole_numbers_are_not(make):
    X = np.random.default_rng(0).integers(0, 2, (60, 2)).astype(float)
    X[:, 1] = np.arange(60) % 5
    header = make(product, X, (0, 1)).wait(30).result["header"]
    assert header["axes"] == [["0", "1"], [0.0, 1.0, 2.0, 3.0, 4.0]]
    named = make(product, X, (0, 1), categorical_features=["x1"]).wait(30).result["header"]
    assert named["axes"][1] == ["0", "1", "2", "3", "4"]


def test_whole_numbers_have_nothing_between_them(make):
    X = pd.DataFrame({"rooms": [1, 2, 2, 4, 5, 7], "size": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
    header = make(lambda table: table["rooms"] * table["size"], X, (0, 1)).wait(30).result["header"]
    assert header["axes"][0] == [1, 2, 4, 5, 7]
    assert (header["whole"], header["middle"]) == ([True, False], [2.0, 3.5])


def test_a_constant_column_and_custom_values_in_any_order(make):
    X = np.column_stack([np.ones(20), np.linspace(0, 1, 20)])
    w = make(product, X, (0, 1), custom_values={1: [1.0, 0.0, 0.5, 0.5]}).wait(30)
    assert w.result["header"]["axes"] == [["1"], [0.0, 0.5, 1.0]]
    np.testing.assert_allclose(surface_of(w.result), [[0, 0.5, 1]], atol=1e-4)
    assert w.snapshot().data


def test_dots_are_rows_and_lie_on_the_surface(make):
    X = np.column_stack([np.linspace(0, 1, 3000), np.linspace(1, 0, 3000)])
    w = make(product, X, (0, 1)).wait(30)
    dots = sent(w.result, "dots")
    assert 800 < len(dots) <= 1000
    np.testing.assert_allclose(dots.sum(axis=1), 1, rtol=1e-6)
    (first, *_, last), _ = w.result["header"]["axes"]
    assert ((dots[:, 0] >= first) & (dots[:, 0] <= last)).all()


@pytest.mark.parametrize(("start", "unit"), [(1.7e12, 3.6e6), (0.0, 1e300)])
def test_dots_lie_at_their_rows_own_values_however_large(make, start, unit):
    X = start + unit * uniform(50)
    w = make(lambda X: (X[:, 0] - start) / unit, X, (0, 1)).wait(30)
    dots = sent(w.result, "dots")
    assert len(dots)
    assert set(map(tuple, dots.tolist())) <= set(map(tuple, X[:, :2].tolist()))
    w.snapshot()


def test_missing_values_are_nowhere_on_the_surface(make):
    X = uniform(50)
    X[::5, 0] = np.nan
    w = make(lambda X: np.nan_to_num(X[:, 0]) * X[:, 1], X, (0, 1)).wait(30)
    assert len(sent(w.result, "dots")) <= 40
    assert np.isfinite(w.result["header"]["middle"]).all()


def test_rows_come_in_a_seeded_order_and_the_error_falls_to_zero(make):
    X = uniform(200)
    w = make(lambda X: X[:, 0] * X[:, 1] + X[:, 2], X, (0, 1), grid_resolution=4, seed=3).wait(30)
    explainer = w._explained.dependence(dict(w._newest), w.features, kind="average")
    estimates = list(explainer.stream(X))
    assert estimates[-1].standard_error.max() == 0
    middle = next(estimate for estimate in estimates if 20 < estimate.done < 200)
    off = np.abs(middle.value - estimates[-1].value).max()
    assert 0 < off < 5 * middle.standard_error.max()
    assert w.result["header"]["standard_error"] == 0
    assert w.result["header"]["done"] == w.result["header"]["total"] == 200


def test_features_are_names_and_the_cursor_turns_with_them(make):
    w = make(product, uniform(), (1, 0), grid_resolution=4, cursor=(0.2, 0.7)).wait(30)
    assert (w.features, w.cursor) == (["x1", "x0"], [0.2, 0.7])
    w.features = ("x0", "x1")
    assert w.cursor == [0.7, 0.2]
    w.features = [0, 2]
    assert (w.features, w.cursor) == (["x0", "x2"], None)
    w._on_message(w, {"kind": "reset"}, [])
    assert (w.features, w.cursor) == (["x1", "x0"], [0.2, 0.7])
    w.features = [0, 1]
    w._on_message(w, {"kind": "reset"}, [])
    assert (w.features, w.cursor) == (["x1", "x0"], [0.2, 0.7])


def test_another_pair_and_back_computes_nothing_twice(make, monkeypatch):
    asked, scores = [], Predictor.scores
    monkeypatch.setattr(Predictor, "scores", lambda self, data: asked.append(len(data)) or scores(self, data))
    w = make(product, uniform(), (0, 1), grid_resolution=4)
    first = w.wait(30).explanation
    w.features = [0, 2]
    w.wait(30)
    asked.clear()
    w.features = [0, 1]
    assert np.array_equal(w.wait(30).explanation.average, first.average)
    assert asked == []


def test_a_classifiers_class_is_chosen_by_name_and_changed_by_position(make):
    X = np.random.default_rng(0).normal(size=(60, 2))
    model = LogisticRegression().fit(X, np.array(["ant", "bee", "cat"])[X[:, 0].argsort().argsort() // 20])
    w = make(model, X, (0, 1), target="bee", grid_resolution=5).wait(30)
    assert w.result["header"]["label"] == "probability of bee"
    w.target = 2
    mean = w.wait(30).explanation.average[0]
    expected = theirs(model, X, [(0, 1)], grid_resolution=5, kind="average", method="brute")["average"][2]
    np.testing.assert_allclose(mean, expected)
    assert "target='cat'" in w.code
    with pytest.raises(traitlets.TraitError, match="target=3"):
        w.target = 3
    w.language = "ko"
    expect(lambda: w.result["header"]["label"] == "cat의 확률")


@pytest.mark.parametrize(
    ("features", "told"),
    [
        (("x0", "x9"), "no column 'x9'"),
        (("x0",), "A surface is of two features"),
        ("x0", "A surface is of two features"),
        ((0, "x0"), "A surface is of two features"),
        ((0, 1, 2), "A surface is of two features"),
    ],
)
def test_bad_features_are_a_sentence(make, features, told):
    with pytest.raises(InputError, match=told):
        make(product, uniform(), features)
    w = make(product, uniform(), (0, 1), grid_resolution=4).wait(30)
    with pytest.raises(traitlets.TraitError, match=r"column|surface"):
        w.features = features
    assert w.features == ["x0", "x1"]


@pytest.mark.parametrize("cursor", [[1], [1, np.nan], "ab", [1, None], 3, [1, 2, 3]])
def test_a_cursor_is_a_place(make, cursor):
    w = make(product, uniform(), (0, 1), grid_resolution=4)
    with pytest.raises(traitlets.TraitError, match="a place"):
        w.cursor = cursor


def test_a_model_that_fails_loses_nothing(make):
    X = uniform()
    w = make(
        lambda X: np.full(len(X), np.nan if (X[:, 2] == 0.5).any() else 1.0),
        X,
        (0, 1),
        grid_resolution=4,
        custom_values={2: [0.5, 0.6]},
    ).wait(30)
    shown = w.result["header"]["job"]
    w.features = [0, 2]
    with pytest.raises(ModelError):
        w.wait(30)
    assert w.error["title"]
    assert w.result["header"]["job"] == shown


def test_parts_of_a_table_and_of_an_executor_give_the_same(make):
    dask = pytest.importorskip("dask.dataframe")
    X = pd.DataFrame(uniform(120), columns=["a", "b", "c"])
    whole = make(joined, X, ("a", "b"), grid_resolution=4).wait(30)
    parts = make(joined, dask.from_pandas(X, npartitions=3), ("a", "b"), grid_resolution=4).wait(60)
    with ThreadPoolExecutor(2) as pool:
        spread = make(joined, X, ("a", "b"), grid_resolution=4, executor=pool).wait(60)
    for other in (parts, spread):
        np.testing.assert_allclose(other.explanation.average, whole.explanation.average)
        assert np.array_equal(sent(other.result, "near"), sent(whole.result, "near"))
        assert other.result["header"]["done"] == 120


def test_the_data_and_the_model_are_untouched(make):
    X = uniform()
    before, state = X.copy(), np.random.get_state()[1].copy()

    def spoils(table):
        answer = product(table)
        table[:] = 0
        return answer

    w = make(spoils, X, (0, 1), grid_resolution=4).wait(30)
    assert np.array_equal(X, before)
    assert np.array_equal(np.random.get_state()[1], state)
    x0, x1 = w.explanation.grid_values
    np.testing.assert_allclose(w.explanation.average[0], np.outer(x0, x1))


def test_the_code_gives_the_same_surface(make):
    X = uniform()
    w = make(product, X, ("x0", "x1"), grid_resolution=4).wait(30)
    code = w.code
    again = eval(code.splitlines()[-1], {"xw": xw, "model": product, "X": X})
    try:
        np.testing.assert_allclose(again.wait(30).explanation.average, w.explanation.average, rtol=1e-12)
    finally:
        again.close()


def test_a_surface_of_an_ice_plot_shares_its_rows_and_class(make):
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 3)), columns=["a", "b", "c"])
    model = LogisticRegression().fit(X, np.array(["ant", "bee", "cat"])[X["a"].argsort().argsort() // 20])
    with xw.ICEPlot(model, X, "a", target="bee", percentiles=(0.2, 0.8)) as plot:
        expected = make(model, X.copy(), ("c", "a"), target="bee", percentiles=(0.2, 0.8)).wait(30).explanation
        X.loc[:, :] = 0.0  # the plot has seen it before
        with plot.surface(("c", 0)) as surface:
            found = surface.wait(30).explanation
            assert "xw.PDPSurface(" in surface.code
    np.testing.assert_allclose(found.average, expected.average)
    np.testing.assert_allclose(found.grid_values[0], expected.grid_values[0])


@pytest.mark.parametrize("pair", [("temp", "other"), ("season", "temp"), ("season", "work")])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_without_a_browser(make, weather, pair, theme):
    weather["other"] = weather["temp"] ** 2
    w = make(lambda table: table["temp"] + 5 * (table["season"] == "summer"), weather, pair).wait(30)
    image = w.snapshot(theme)
    assert len(image.data) <= 150_000
    assert f"prediction as {pair[0]} and {pair[1]} move: lowest" in image.alt
    assert len(np.unique(np.asarray(Image.open(io.BytesIO(image.data)).convert("L")))) > 20
    assert "<image" in w._figure(*w._shown, theme).svg()


def test_one_file_shows_it_without_a_kernel(make, tmp_path):
    w = make(product, uniform(), ("x0", "x1"), grid_resolution=4, cursor=[0.5, 0.5]).wait(30)
    w.to_html(tmp_path / "surface.html")
    page = (tmp_path / "surface.html").read_text(encoding="utf-8")
    assert "pdp-surface" in page
    assert "prediction as x0 and x1 move" in page


def test_the_code_has_all_that_the_surface_was_made_with(make):
    X = pd.DataFrame(uniform(), columns=list("abc"))
    values = {"a": [0.2, 0.4]}
    w = make(joined, X, ("a", "b"), custom_values=values, percentiles=(0, 1)).wait(30)
    assert "percentiles=[0, 1]" in w.code
    assert "custom_values=" in w.code


def test_a_surface_without_its_features_is_told_what_to_give():
    X = np.random.default_rng(0).uniform(size=(9, 3))
    with pytest.raises(InputError, match=r"(?s)no features.*features=\('x0', 'x2'\).*ICEPlot"):
        xw.PDPSurface(lambda X: X[:, 0], X)
    with pytest.raises(InputError, match="show one feature with ICEPlot"):
        xw.PDPSurface(lambda X: X[:, 0], X[:, :1])
