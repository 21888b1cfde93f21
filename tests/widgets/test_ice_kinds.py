"""ICEPlot's kinds, colours, groups and highlighted rows, against closed forms and brute force."""

import doctest
import time

import numpy as np
import pandas as pd
import pytest
import traitlets
from sklearn.ensemble import RandomForestRegressor

import xai_widgets as xw
from xai_widgets.explainers.brushing import brushed
from xai_widgets.explainers.curves import derivative
from xai_widgets.models import InputError
from xai_widgets.models.predictors import Predictor
from xai_widgets.widgets import features, row_colours, sent_curves

from .plots import array_of, expect


@pytest.fixture
def hidden():
    """Goldstein's hidden interaction: slopes of exactly +5 and -5."""
    X = np.random.default_rng(0).uniform(-1, 1, (300, 3))
    return lambda table: 0.2 * table[:, 0] - 5 * table[:, 1] + 10 * table[:, 1] * (table[:, 2] >= 0), X


@pytest.fixture
def rentals():
    random = np.random.default_rng(1)
    season = random.integers(0, 3, 200)
    one_hot = {f"season_{name}": (season == k) * 1 for k, name in enumerate(["winter", "spring", "summer"])}
    X = pd.DataFrame({"temp": random.normal(15, 8, 200), **one_hot, "sky": random.choice(list("abcdefghijkl"), 200)})
    return lambda d: (d["temp"] * (1 + d["season_summer"]) + 7 * d["season_spring"]).to_numpy(), X


SEASON = {"season": ["season_winter", "season_spring", "season_summer"]}
EVERYWHERE = [-1e9, 1e9]


def test_a_linear_models_slopes_are_flat_at_its_coefficient(make):
    X = np.random.default_rng(0).normal(size=(80, 2))
    w = make(lambda X: 1.5 * X[:, 0] - 4 * X[:, 1], X, "x1", kind="derivative").wait(30)
    w.brush = [{"x": EVERYWHERE, "y": [-4.001, -3.999]}]
    assert len(w.selection) == 80
    w.brush = [{"x": EVERYWHERE, "y": [-3.999, 1e9]}]
    assert len(w.selection) == 0, "no slope anywhere is above the coefficient"
    drawn = w._figure(*w._shown, "light")
    assert "Slope of prediction, per unit of x1" in drawn.title
    np.testing.assert_allclose(drawn.curves, -4)
    np.testing.assert_allclose(drawn.header["mean"], -4)


def test_a_brush_over_slopes_selects_by_slope(make, hidden):
    model, X = hidden
    w = make(model, X, "x1", kind="derivative").wait(30)
    w.brush = [{"x": [-0.1, 0.1], "y": [4.9, 5.1]}]
    assert w.selection == np.flatnonzero(X[:, 2] >= 0)
    slopes = derivative(w.explanation.individual[0], w.explanation.grid_values[0])
    assert w.selection == np.flatnonzero(brushed(slopes, w.explanation.grid_values[0], w.brush))


@pytest.mark.parametrize("column", ["sky", "one"])
def test_where_there_is_no_slope_the_curves_are_drawn_and_it_is_said(make, rentals, column):
    model, X = rentals
    w = make(model, X.assign(one=1.0), column, kind="derivative").wait(30)
    drawn = w._figure(*w._shown, "light")
    assert drawn.title == "Prediction"
    assert "so the curves are drawn" in drawn.status_line


def test_the_slopes_of_trees_are_said_to_be_spikes(make):
    X = np.random.default_rng(0).normal(size=(60, 2))
    w = make(RandomForestRegressor(5, random_state=0).fit(X, X[:, 0]), X, "x0", kind="derivative").wait(30)
    assert "slopes are spikes" in w._figure(*w._shown, "light").status_line


@pytest.mark.parametrize(("feature", "expected"), [("x0", lambda x: 2 * x - 1), ("x1", lambda x: 2 - 4 * x)])
def test_PD8_accumulated_effects_of_a_sum(make, feature, expected):  # noqa: N802
    X = np.column_stack([np.random.default_rng(k).permutation((np.arange(2000) + 0.5) / 2000) for k in range(2)])
    w = make(lambda X: 3 + 2 * X[:, 0] - 4 * X[:, 1], X, feature, kind="ale").wait(30)
    header, found = w.result["header"], w.explanation
    assert (header["content"], header["finished"], header["done"]) == ("effects", True, 2000)
    np.testing.assert_allclose(header["mean"], expected(np.array(header["grid"])), atol=2e-3)
    np.testing.assert_allclose(found.effects[0], header["mean"])
    assert sorted(array_of(w.result, "rows", "<u4")) == list(range(2000))
    assert "curves" not in [array["name"] for array in w.result["arrays"]]


def test_accumulated_effects_of_categories_and_of_a_group(make, rentals):
    model, X = rentals
    w = make(model, X, "season", groups=SEASON, kind="ale").wait(30)
    assert w.result["header"]["grid"] == SEASON["season"]
    one, share = X["temp"].to_numpy(), X[SEASON["season"]].mean().to_numpy()
    neighbours = [X["season_winter"] + X["season_spring"] == 1, X["season_spring"] + X["season_summer"] == 1]
    steps = [7.0, (one[neighbours[1]] - 7).mean()]
    effects = np.array([0, steps[0], sum(steps)])
    np.testing.assert_allclose(w.explanation.effects[0], effects - effects @ share)
    w.feature = "sky"
    w.wait(30)
    np.testing.assert_allclose(w.explanation.effects, 0)
    assert w.result["header"]["feature_kind"] == "category"


def test_from_curves_to_effects_and_back(make, hidden, monkeypatch):
    model, X = hidden
    w = make(model, X, "x1", selection=[3, 4]).wait(30)
    expect(lambda: w.features[0]["moves"] is not None)
    first = w.explanation
    w.kind = "ale"
    assert w.wait(30).explanation.effects.shape == (1, 41)
    assert "Accumulated local effect on prediction" in w.snapshot().alt
    w.brush = [{"x": EVERYWHERE, "y": EVERYWHERE}]
    assert w.selection == [3, 4], "effects have no curves to select"
    asked, scores = [], Predictor.scores
    monkeypatch.setattr(Predictor, "scores", lambda self, data: asked.append(len(data)) or scores(self, data))
    w.kind = "both"
    assert np.array_equal(w.wait(30).explanation.individual, first.individual)
    assert asked == []
    assert w.brush == [], "a brush of another kind is gone"
    assert w.selection == [3, 4]
    with pytest.raises(traitlets.TraitError):
        w.kind = "waterfall"


def test_effects_that_cannot_be_leave_the_last_picture(make):
    X = np.random.default_rng(0).normal(size=(30, 1))
    healthy = [True]
    w = make(lambda X: X[:, 0] if healthy[0] else X[:, 0] * np.nan, X).wait(30)
    shown = w.result["header"]["job"]
    healthy[0] = False
    w.kind = "ale"
    expect(lambda: w.status == "failed")
    assert w.error["title"] == "The model's answer is not finite."
    assert w.result["header"]["job"] == shown


def test_a_group_moves_together_as_one_feature(make, rentals):
    model, X = rentals
    w = make(model, X, "season", groups=SEASON).wait(30)
    header = w.result["header"]
    assert sorted(feature["name"] for feature in w.features) == ["season", "sky", "temp"]
    assert (header["grid"], header["feature_kind"]) == (SEASON["season"], "category")
    by_hand = [model(X.assign(**{column: int(column == on) for column in SEASON["season"]})) for on in header["grid"]]
    np.testing.assert_allclose(w.explanation.individual[0], np.column_stack(by_hand))
    np.testing.assert_allclose(header["mean"], np.mean(by_hand, axis=1))
    rows, own = array_of(w.result, "rows", "<u4"), array_of(w.result, "own")
    assert np.array_equal(own, X[SEASON["season"]].to_numpy().argmax(axis=1)[rows])
    assert header["histogram"]["counts"] == X[SEASON["season"]].sum().tolist()
    expect(lambda: w.features[0]["moves"] is not None)
    moves = {feature["name"]: feature["moves"] for feature in w.features}
    np.testing.assert_allclose(moves["season"], np.ptp(np.column_stack(by_hand), axis=1).mean())


def test_a_row_of_no_column_or_of_two_has_no_value(make):
    X = np.array([[1, 0, 5.0], [0, 1, 6.0], [0, 0, 7.0], [1, 1, 8.0]])
    w = make(lambda X: X[:, 0] * X[:, 2], X, "pair", groups={"pair": [0, 1]}).wait(30)
    own = dict(zip(array_of(w.result, "rows", "<u4"), array_of(w.result, "own"), strict=True))
    assert (own[0], own[1]) == (0, 1)
    assert np.isnan([own[2], own[3]]).all()


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"temp": ["season_winter", "season_spring"]}, "the name of a column"),
        ({"a": ["season_winter", "season_spring"], "b": ["season_spring", "season_summer"]}, "in another group"),
        ({"a": ["season_winter", "temp"]}, "not one-hot"),
        ({"a": ["season_winter", "seasn_spring"]}, "did you mean 'season_spring'"),
    ],
)
def test_groups_that_cannot_be_are_sentences(make, rentals, groups, message):
    with pytest.raises(InputError, match=message):
        make(*rentals, groups=groups)


def test_colours_by_a_number_are_sent_as_a_byte_a_row_with_real_ends(make, rentals):
    model, X = rentals
    X.loc[:4, "temp"] = np.nan
    w = make(lambda d: model(d.fillna(0)), X, "season", groups=SEASON).wait(30)
    assert w.result["header"]["colors"] is None
    curves = w.explanation.individual
    w.color_by = "temp"
    header = w.wait(30).result["header"]["colors"]
    low, high = np.nanpercentile(X["temp"], [5, 95])
    assert (header["by"], header["numeric"], header["missing"]) == ("temp", True, True)
    np.testing.assert_allclose((header["low"], header["high"]), (low, high))
    assert header["below"]
    assert header["above"]
    rows, codes = array_of(w.result, "rows", "<u4"), array_of(w.result, "colors", "u1")
    temp = X["temp"].to_numpy()[rows]
    known = ~np.isnan(temp)
    np.testing.assert_allclose(codes[known], 254 * ((temp[known] - low) / (high - low)).clip(0, 1), atol=0.51)
    assert (codes[~known] == 255).all()
    assert w.explanation.individual is curves or np.array_equal(w.explanation.individual, curves)


@pytest.mark.parametrize(
    ("values", "ends", "codes"),
    [
        ([0, 1, np.inf, np.inf, -np.inf, np.nan], (0.05, 0.95), [0, 254, 254, 254, 0, 255]),
        ([2, 2, np.inf, -np.inf], (2, 2), [127, 127, 254, 0]),
        ([np.inf, -np.inf, np.inf], (0, 0), [254, 0, 254]),
    ],
)
def test_colours_end_at_finite_numbers(values, ends, codes):
    found = row_colours.RowColours.of("x", np.array(values))
    assert (found.header["low"], found.header["high"]) == pytest.approx(ends)
    assert (found.header["below"], found.header["above"], found.codes.tolist()) == (True, True, codes)


def test_colours_by_categories_name_ten_and_count_the_others(make, rentals):
    model, X = rentals
    w = make(model, X, color_by="sky").wait(30)
    header = w.result["header"]["colors"]
    counts = X["sky"].value_counts()
    assert (len(header["names"]), header["others"]) == (10, 2)
    assert counts[header["names"]].min() >= counts.drop(header["names"]).max()
    codes = dict(zip(array_of(w.result, "rows", "<u4"), array_of(w.result, "colors", "u1"), strict=True))
    for row, word in enumerate(X["sky"]):
        assert codes[row] == (header["names"].index(word) if word in header["names"] else 10)
    assert "Coloured by sky." in w.snapshot().alt


def test_colours_by_the_prediction_follow_it_and_a_column_of_that_name_comes_first(make, rentals):
    model, X = rentals
    w = make(model, X, "temp", color_by="target").wait(30)
    codes, rows = array_of(w.result, "colors", "u1"), array_of(w.result, "rows", "<u4")
    answers = model(X)[rows]
    inside = (codes > 0) & (codes < 254)
    assert (np.diff(codes[inside][np.argsort(answers[inside])].astype(int)) >= 0).all()
    assert w.result["header"]["colors"]["of_target"]
    named = make(model, X.assign(target="same"), "temp", color_by="target").wait(30)
    assert named.result["header"]["colors"]["names"] == ["same"]


def test_colours_by_nothing_that_is_there_are_refused(make, rentals):
    w = make(*rentals, groups=SEASON).wait(30)
    with pytest.raises(traitlets.TraitError, match="did you mean 'season'"):
        w.color_by = "seson"
    assert w.color_by is None


def test_a_colour_asks_the_model_for_nothing_twice(make, hidden, monkeypatch):
    model, X = hidden
    w = make(model, X, "x1").wait(30)
    expect(lambda: w.features[0]["moves"] is not None)
    asked, scores = [], Predictor.scores
    monkeypatch.setattr(Predictor, "scores", lambda self, data: asked.append(len(data)) or scores(self, data))
    w.color_by = "x2"
    w.wait(30)
    assert asked == []
    w.color_by = "target"
    w.wait(30)
    assert sum(asked) == 300
    w.feature = "x2"
    w.feature = w.wait(30).color_by = "x1"
    w.wait(30)
    assert sum(asked) == 300


def test_highlighted_rows_stay_when_a_brush_comes_and_are_sent_however_many_there_are(make, hidden, monkeypatch):
    model, X = hidden
    monkeypatch.setattr(sent_curves, "MOST_SENT", 20 * (2 * 50 + 17))
    w = make(model, X, "x1").wait(30)
    rows = array_of(w.result, "rows", "<u4")
    assert len(rows) == 20
    absent = sorted(set(range(300)) - set(rows.tolist()))[:2]
    w.highlight = absent
    expect(lambda: set(absent) <= set(array_of(w.result, "rows", "<u4").tolist()))
    w.brush = [{"x": EVERYWHERE, "y": EVERYWHERE}]
    assert w.highlight == absent
    assert "row" in w._figure(*w._shown, "light").svg()
    with pytest.raises(traitlets.TraitError, match="row 300 of 300 rows"):
        w.highlight = [300]


@pytest.mark.parametrize("name", ["index", "hover"])
def test_a_row_that_is_not_there_is_refused(make, hidden, name):
    model, X = hidden
    with pytest.raises(traitlets.TraitError, match="row 300 of 300 rows"):
        make(model, X, "x1", **{name: 300})
    w = make(model, X, "x1", **{name: 299}).wait(30)
    for wrong in (300, 999):
        with pytest.raises(traitlets.TraitError, match="There is no row"):
            setattr(w, name, wrong)
        assert getattr(w, name) == 299
    setattr(w, name, None)


def test_the_code_gives_the_same_plot(make, rentals):
    model, X = rentals
    look = {"kind": "derivative", "color_by": "season", "highlight": [5, 2], "centered": True, "anchor": 12.5}
    look["filters"] = {"season": ["season_summer"]}
    w = make(model, X, "temp", groups=SEASON, bands=False, percentiles=(0.1, 0.9), categorical_features=["sky"]).wait(
        30
    )
    for name, value in look.items():
        setattr(w, name, value)
    w.wait(30)
    expect(lambda: "anchor=12.5" in w.code and "color_by" in w.code)
    same = eval(w.code, {"xw": xw, "model": model, "X": X})
    same.wait(30)
    for name in ("feature", "bands", *look):
        assert getattr(same, name) == getattr(w, name)
    for name in ("colors", "grid"):
        assert same.result["header"][name] == w.result["header"][name]
    same.close()


@pytest.mark.parametrize("kind", ["both", "individual", "average", "derivative", "ale"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_kind_is_drawn_and_saved(make, rentals, kind, language, tmp_path):
    model, X = rentals
    look = {"kind": kind, "color_by": "sky", "highlight": [1, 2], "selection": [1, 5, 9], "language": language}
    w = make(model, X, "temp", **look).wait(30)
    image = w.snapshot("dark" if language == "ko" else "light")
    assert len(image.data) <= 150_000
    assert ("Coloured by" in image.alt) == (language == "en" and kind != "ale")
    w.to_html(tmp_path / "plot.html")
    assert "sky" in (tmp_path / "plot.html").read_text(encoding="utf-8")


def test_filters_narrow_every_kind_and_take_groups(make, rentals):
    model, X = rentals
    w = make(model, X, "temp", groups=SEASON, kind="derivative", color_by="sky").wait(30)
    w.filters = {"season": ["season_summer"]}
    summer = X["season_summer"].to_numpy() == 1
    assert np.array_equal(w.passing, summer)
    drawn = w._figure(*w._shown, "light")
    np.testing.assert_allclose(drawn.header["mean"], 2)
    w.brush = [{"x": EVERYWHERE, "y": EVERYWHERE}]
    assert w.selection == np.flatnonzero(summer)
    assert f"{summer.sum()} of 200" in drawn.svg()
    w.filters = {"season": []}
    assert "0 of 200 rows pass the filters" in w.snapshot().alt
    w.kind = "ale"
    w.filters = {"season": ["season_summer"]}
    w.wait(30)
    assert "ALE, 200 rows" in w._figure(*w._shown, "light").svg(), "effects are of all rows, and say so"


def test_groups_of_curves_stay_under_another_colour_and_effects_have_none(make, hidden):
    model, X = hidden
    w = make(model, X, "x1").wait(30)
    assert len(w.rules()) == 2
    expect(lambda: len(w.subgroups) == 2)
    w.color_by = "x2"
    w.wait(30)
    assert len(w.subgroups) == 2
    w.kind = "ale"
    w.wait(30)
    assert w.subgroups == []
    with pytest.raises(InputError, match="no curves to group"):
        w.rules()
    w.selection = np.flatnonzero(X[:, 2] >= 0)
    expect(lambda: w.rule is not None)
    assert w.rule["conditions"][0]["feature"] == "x2"


def test_a_table_in_parts_is_coloured_by_its_columns_and_the_rest_is_a_sentence(make, rentals):
    dd = pytest.importorskip("dask.dataframe")
    model, X = rentals
    w, here = make(model, dd.from_pandas(X, npartitions=3), "temp", color_by="temp"), make(model, X, color_by="temp")
    assert w.wait(60).result["header"]["colors"] == here.wait(30).result["header"]["colors"]
    codes = [
        dict(zip(array_of(plot.result, "rows", "<u4"), array_of(plot.result, "colors", "u1"), strict=True))
        for plot in (w, here)
    ]
    assert codes[0] == codes[1]
    w.color_by = "target"
    with pytest.raises(InputError, match="not coloured by the prediction"):
        w.wait(30)
    w.color_by, w.kind = None, "ale"
    with pytest.raises(InputError, match="need the rows at hand"):
        w.wait(30)


@pytest.mark.parametrize("module", [features, row_colours], ids=lambda module: module.__name__)
def test_the_examples_give_what_they_say(module):
    failed, attempted = doctest.testmod(module)
    assert attempted
    assert not failed


def test_the_answers_that_colour_the_curves_are_asked_in_steps(make):
    asked = []

    def slow(X):
        asked.append(len(X))
        time.sleep(0.0001 * len(X))
        return X[:, 0]

    w = make(slow, np.random.default_rng(0).uniform(size=(3000, 2)), "x0", grid_resolution=2).wait(60)
    expect(lambda: w.features[0]["moves"] is not None)
    asked.clear()
    w.color_by = "target"
    expect(lambda: asked)
    w.cancel()
    assert w.wait(10).status == "cancelled"
    assert sum(asked) < 2000
