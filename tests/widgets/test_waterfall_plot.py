"""WaterfallPlot: Shapley's sums, what would be for other values by the model's own answers, rows, traits, bad input."""

import io

import numpy as np
import pandas as pd
import pytest
import shap
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sklearn.linear_model import LinearRegression, LogisticRegression

import xai_widgets as xw
from xai_widgets.explainers.shapley.kernel_shap import KernelSHAP
from xai_widgets.explainers.shapley.values import ShapleyValues
from xai_widgets.models import InputError, ModelError

from .plots import Opaque, array_of, expect


@pytest.fixture
def make():
    """Make waterfalls that are closed when the test ends."""
    made = []

    def waterfall(*arguments, **keywords):
        made.append(xw.WaterfallPlot(*arguments, **keywords))
        return made[-1]

    yield waterfall
    for widget in made:
        widget.close()


def numbers(rows=40, columns=4):
    return np.random.default_rng(0).normal(size=(rows, columns))


def product(X):
    return X[:, 0] * X[:, 1] + 3 * X[:, 2]


def weather():
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "season": pd.Categorical(random.choice(["winter", "summer", "spring"], 60)),
            "sky": random.choice(["clear", "grey"], 60),
            "work": random.choice([True, False], 60),
            "hour": random.integers(0, 24, 60),
            "temp": np.where(np.arange(60) % 9 == 4, np.nan, random.uniform(0, 30, 60)),
        }
    )


def rentals(table):
    seasonal = 10.0 * (table["season"] == "summer") + 5.0 * (table["sky"] == "clear") * table["work"]
    return (seasonal + table["hour"] + table["temp"].fillna(-1) * (table["season"] != "winter")).to_numpy()


def shown(widget):
    """What the frame says: its header, and the contributions."""
    return widget.result["header"], array_of(widget.result, "values", np.float64)


def test_base_value_and_bars_add_up_to_the_prediction(make):
    X = numbers()
    w = make(product, X, index=5).wait(30)
    header, values = shown(w)
    assert (header["index"], header["n_rows"], header["row"]) == (5, 40, X[5].tolist())
    assert header["prediction"] == pytest.approx(product(X)[5])
    assert header["base"] + values.sum() == pytest.approx(product(X)[5])
    assert values[3] == pytest.approx(0)
    assert w.explanation.values == pytest.approx(values)
    assert w.explanation.data.tolist() == X[5].tolist()


def test_the_background_is_of_all_rows_whichever_is_shown(make):
    w = make(product, numbers(), index=5).wait(30)
    assert w.result["header"]["background"] == {"kind": "all", "rows": 40, "of": None}
    assert w.result["header"]["base"] == pytest.approx(product(numbers()).mean())


def test_shap_draws_our_explanation(make):
    import matplotlib.pyplot as plt

    shap.plots.waterfall(make(product, numbers(), index=5).wait(30).explanation, show=False)
    plt.close("all")


def test_another_row_is_explained_by_the_explainer_that_is_there(make):
    w = make(product, numbers(), index=5).wait(30)
    method = w._method
    w.index = 6
    assert w.wait(30).result["header"]["index"] == 6
    assert w._method is method
    w.seed = 1
    w.wait(30)
    assert w._method is not method


def test_a_model_that_was_fitted_again_is_explained_anew(make):
    X = numbers()
    model = LinearRegression().fit(X, product(X))
    w = make(model, X, index=5).wait(30)
    method = w._method
    model.fit(X, -product(X))
    w.index = 6
    assert w.wait(30).result["header"]["prediction"] == pytest.approx(model.predict(X)[6])
    assert w._method is not method


def test_an_explainer_that_fails_as_the_model_is_another_is_made_again(make):
    X = numbers()

    def no_longer(_):
        raise ModelError("The trees are others.", given="a", expected="b", do="c")

    class Model:
        state = 1.0

        def predict(self, table):
            return self.state * product(table)

    model = Model()
    w = make(model, X, index=5).wait(30)
    w._method.start = no_longer
    model.state = -2.0
    w.index = 6
    assert w.wait(30).result["header"]["prediction"] == pytest.approx(-2 * product(X)[6])


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 39), st.dictionaries(st.sampled_from(["x0", "x1", "x2"]), st.floats(-9, 9), max_size=3))
def test_what_would_be_is_what_the_model_says(index, changes):
    X = numbers()
    with xw.WaterfallPlot(product, X, index=index, what_if=changes) as w:
        header, values = shown(w.wait(30))
    row = X[[index]]
    for name, value in changes.items():
        row[0, int(name[1:])] = value
    assert header["prediction"] == pytest.approx(product(row)[0])
    assert header["base"] + values.sum() == pytest.approx(product(row)[0])
    if changes:
        assert header["prediction_before"] == pytest.approx(product(X)[index])


def test_every_kind_of_value_can_be_changed(make):
    X, asked = weather(), {"season": "spring", "sky": "clear", "work": True, "hour": 3, "temp": 25.5}
    untouched = X.copy(deep=True)
    w = make(rentals, X, index=7, what_if=asked).wait(30)
    changed = X.iloc[[7]].copy()
    for name, value in asked.items():
        changed[name] = pd.Series([value], index=changed.index).astype(X[name].dtype)
    assert w.result["header"]["prediction"] == pytest.approx(rentals(changed)[0]) == 33.5
    assert w.result["header"]["what_if"] == asked
    before = array_of(w.result, "before", np.float64)
    assert w.result["header"]["base"] + before.sum() == pytest.approx(rentals(X)[7])
    pd.testing.assert_frame_equal(X, untouched)
    w.what_if = {"temp": None, "season": "spring"}
    assert w.wait(30).result["header"]["prediction"] == pytest.approx(rentals(X.assign(temp=-1, season="spring"))[7])


def test_values_are_kept_as_the_column_has_them(make):
    w = make(rentals, weather(), index=7)
    w.what_if = {"hour": np.int64(4), "work": "False", 0: "summer", "temp": np.float32(2)}
    assert w.what_if == {"hour": 4, "work": False, "season": "summer", "temp": 2.0}
    assert [type(value) for value in w.what_if.values()] == [int, bool, str, float]
    X = pd.DataFrame({"code": pd.Categorical([1, 2, 3]), "size": [1.0, 2.0, 3.0]})
    coded = make(lambda table: table["code"].astype(float) * table["size"], X, what_if={"code": "3"}).wait(30)
    assert coded.what_if == {"code": 3}
    assert coded.result["header"]["prediction"] == 3.0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"temp": float("nan")}, "a finite number"),
        ({"temp": float("inf")}, "a finite number"),
        ({"temp": "warm"}, "a finite number"),
        ({"temp": True}, "a finite number"),
        ({"hour": 2.5}, "a whole number"),
        ({"hour": None}, "none is missing"),
        ({"season": "autumn"}, "one of 'spring', 'summer', 'winter'"),
        ({"season": None}, "none is missing"),
        ({"sky": "blue"}, "one of 'clear', 'grey'"),
        ({"work": 1}, "one of 'False', 'True'"),
        ({"tmp": 3}, "did you mean 'temp'"),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_is_refused_in_a_sentence(make, change, told):
    w = make(rentals, weather(), index=7, what_if={"hour": 3}).wait(30)
    before = w.result
    with pytest.raises(traitlets.TraitError, match=told):
        w.what_if = change
    assert w.what_if == {"hour": 3}
    assert w.result is before
    with pytest.raises(traitlets.TraitError, match=told):
        xw.WaterfallPlot(rentals, weather(), what_if=change)


def test_a_value_that_the_model_cannot_take_leaves_the_picture(make):
    def fails(table):
        if (table["hour"] > 30).any():
            raise ValueError("there is no such hour")
        return rentals(table)

    w = make(fails, weather(), index=7).wait(30)
    before = w.result
    w.what_if = {"hour": 31}
    with pytest.raises(ModelError, match="there is no such hour"):
        w.wait(30)
    assert w.error["title"]
    assert w.result is before
    w.what_if = {"hour": 3}
    assert w.wait(30).error is None


def test_another_row_takes_back_what_was_asked(make):
    w = make(product, numbers(), index=5, what_if={"x0": 1.0}).wait(30)
    w.index = 6
    assert w.what_if == {}
    assert w.wait(30).result["header"]["prediction_before"] is None
    with w.hold_trait_notifications():
        w.index, w.what_if = 7, {"x1": 2.0}
    assert w.what_if == {"x1": 2.0}
    w.set_state({"index": 8, "what_if": {}})
    assert (w.index, w.what_if) == (8, {})


def test_changes_and_rows_can_be_observed_and_linked(make):
    one, other = make(product, numbers()), make(lambda X: -product(X), numbers())
    traitlets.link((one, "index"), (other, "index"))
    traitlets.link((one, "what_if"), (other, "what_if"))
    seen = []
    other.observe(lambda change: seen.append(change["new"]), names=["what_if"])
    one.index = 3
    one.what_if = {"x2": 0.5}
    assert (other.index, other.what_if) == (3, {"x2": 0.5})
    assert seen == [{"x2": 0.5}]
    assert shown(one.wait(30))[0]["prediction"] == pytest.approx(-shown(other.wait(30))[0]["prediction"])


def test_no_row_is_the_one_that_was_shown(make):
    w = make(product, numbers(), index=5).wait(30)
    w.index = None
    assert w.wait(30).result["header"]["index"] == 5


def test_what_was_explained_is_there_at_once(make):
    asked = []

    def counted(X):
        asked.append(len(X))
        return product(X)

    w = make(Opaque(counted), numbers(), index=5).wait(30)
    w.what_if = {"x0": 1.0}
    w.wait(30)
    calls = sum(asked)
    w.what_if = {}
    w.wait(30)
    w.what_if = {"x0": 1.0}
    w.wait(30)
    assert sum(asked) == calls


def test_sampled_values_refine_and_carry_their_error(make, monkeypatch):
    monkeypatch.setattr("xai_widgets.explainers.shapley.choose.MOST_EXACT", 3)
    X = numbers(columns=14)
    w = make(lambda X: product(X) + X[:, 3] * X[:, 4] * X[:, 5], X, index=5, background=10)
    header = w.wait(60).result["header"]
    assert (header["method"], header["finished"]) == (KernelSHAP.__name__, True)
    errors = array_of(w.result, "errors", np.float64)
    assert errors.shape == (14,)
    w.what_if = {"x0": 2.0}
    header, values = shown(w.wait(60))
    assert header["finished"]
    assert header["base"] + values.sum() == pytest.approx(header["prediction"])
    assert len(array_of(w.result, "before", np.float64)) == 14


def test_what_is_asked_comes_before_the_rest_of_the_row_as_it_is(make):
    X = numbers(columns=14)
    w = make(lambda X: product(X) + X[:, 3] * X[:, 4], X, index=5, background=10, what_if={"x0": 2.0})
    estimates = list(w.make_stream({"index": 5, "what_if": {"x0": 2.0}, "seed": 0}))
    assert all(estimate.before is not None for estimate in estimates)
    first = next(place for place, estimate in enumerate(estimates) if estimate.now.finished)
    assert len({id(estimate.before) for estimate in estimates[: first + 1]}) == 1
    assert [estimate.finished for estimate in estimates].index(True) == len(estimates) - 1


def test_a_ready_explanation_needs_no_model(make):
    X = numbers()
    values = np.random.default_rng(1).normal(size=(40, 4))
    given = shap.Explanation(values, base_values=np.arange(40.0), data=X, feature_names=list("abcd"))
    w = make(given, index=3).wait(30)
    header, found = shown(w)
    assert found.tolist() == values[3].tolist()
    assert (header["base"], header["prediction"], header["method"]) == (3.0, None, None)
    assert header["row"] == X[3].tolist()
    assert w.ranges is None
    w.index = 39
    assert shown(w.wait(30))[1].tolist() == values[39].tolist()
    assert w.explanation.values.tolist() == values[39].tolist()
    with pytest.raises(traitlets.TraitError, match="Only a model"):
        w.what_if = {"a": 1}


def test_a_row_without_values_is_named(make):
    values = np.ones((3, 2))
    values[1] = np.nan
    w = make(ShapleyValues.of(values)).wait(30)
    w.index = 1
    with pytest.raises(InputError, match="choose row 0"):
        w.wait(30)
    assert w.result["header"]["index"] == 0
    assert w.result["header"]["base"] is None


def test_the_row_may_stand_in_the_third_place(make):
    X = numbers()
    assert make(product, X, 7).index == 7
    with pytest.raises(traitlets.TraitError, match=r"position of a row, as X.index.get_loc\(label\) gives it"):
        make(product, X, "P007")


def test_each_output_has_its_own_bars(make):
    X = numbers()
    labels = np.digitize(product(X), [-1, 1])
    model = LogisticRegression().fit(X, labels)
    w = make(model, X, index=5).wait(60)
    assert w.output_names == ["0", "1", "2"]
    assert w.result["header"]["output"] == 2
    last = shown(w)[1].copy()
    w.output = 0
    expect(lambda: w.result["header"]["output"] == 0)
    assert not np.allclose(shown(w)[1], last)
    assert w.explanation.shape == (4, 3)
    w.what_if = {"x2": 3.0}
    header, values = shown(w.wait(60))
    assert header["base"] + values.sum() == pytest.approx(header["prediction"])


@pytest.mark.parametrize("index", [-1, 40, "first"])
def test_a_row_that_is_not_there_is_refused(make, index):
    w = make(product, numbers())
    with pytest.raises(traitlets.TraitError):
        w.index = index
    assert w.index == 0


def test_a_browser_can_change_values_but_not_what_the_kernel_says(make):
    w = make(product, numbers(), index=5).wait(30)
    w.set_state({"what_if": {"x0": 1}, "ranges": [], "output_names": ["mine"]})
    assert w.what_if == {"x0": 1.0}
    assert len(w.ranges) == 4
    assert w.output_names != ["mine"]


def test_ranges_are_those_of_the_data(make):
    ranges = make(rentals, weather()).wait(30).ranges
    assert ranges[0] == {"kind": "category", "options": ["spring", "summer", "winter"], "missing": False}
    assert ranges[2] == {"kind": "category", "options": ["False", "True"], "missing": False}
    assert (ranges[3]["kind"], ranges[3]["whole"], ranges[4]["missing"]) == ("number", True, True)
    assert ranges[4]["high"] == weather()["temp"].max()


def test_the_code_makes_the_same_picture(make):
    X = numbers()
    w = make(product, X, index=5, what_if={"x0": 1.0}, max_display=3).wait(30)
    code = w.code.split("\n", 1)[1]
    with eval(code, {"xw": xw, "model": product, "X": X}) as again:
        assert shown(again.wait(30))[1].tolist() == shown(w)[1].tolist()
        assert again.max_display == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_without_a_browser(make, theme, tmp_path):
    w = make(rentals, weather(), index=7, what_if={"season": "spring"}).wait(30)
    image = Image.open(io.BytesIO(w.snapshot(theme).data)).convert("RGB")
    red = (208, 13, 75) if theme == "light" else (255, 100, 132)
    assert (np.asarray(image) == red).all(axis=2).sum() > 100
    w.to_html(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert "season = " in page
    assert "From the base value" in page


def test_what_can_be_made_again_is_freed(make):
    w = make(product, numbers(), index=5).wait(30)
    w._free()
    assert w._method is None
    w.index = 6
    assert w.wait(30).result["header"]["index"] == 6


def test_the_code_names_the_row_that_is_shown(make):
    plot = make(product, numbers(), index=8).wait(20)
    plot.index = None
    plot.wait(20)
    assert plot.result["header"]["index"] == 8
    assert "index=8" in plot.code
    assert "None" not in plot.code


def test_a_linked_plot_that_closes_its_row_does_not_take_the_row_away(make):
    closed, w = xw.ForcePlot(numbers()), make(product, numbers(), index=5)
    with closed:
        traitlets.link((closed, "index"), (w, "index"))
        assert w.index == 5
        assert w.wait(30).result["header"]["index"] == 5
        closed.index = 3
        assert w.wait(30).result["header"]["index"] == 3
        closed.index = None
        assert w.index == 3
