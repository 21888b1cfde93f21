"""Filters of ICEPlot: what passes them is in the mean and can be brushed."""

import threading

import ipywidgets
import numpy as np
import pandas as pd
import pytest
import traitlets

import xai_widgets as xw
from xai_widgets import wire
from xai_widgets.models.predictors import Predictor

from .test_ice_plot import expect

BOX = [{"x": [0.7, 0.9], "y": [-20, 20]}]


@pytest.fixture
def table():
    generator = np.random.default_rng(0)
    X = pd.DataFrame(generator.uniform(-1, 1, (300, 3)), columns=["a", "b", "c"])
    return X.assign(season=pd.Categorical(generator.choice(["winter", "summer"], 300)))


def hidden(X):
    """Goldstein's hidden interaction."""
    return (0.2 * X["a"] - 5 * X["b"] + 10 * X["b"] * (X["c"] >= 0)).to_numpy()


@pytest.fixture
def make(table):
    made = []

    def plot(feature="b", **keywords):
        made.append(xw.ICEPlot(hidden, table, feature, **keywords).wait(30))
        return made[-1]

    yield plot
    for widget in made:
        widget.close()


def sent(widget, name):
    arrays = widget.columns["arrays"]
    place = [array["name"] for array in arrays].index(name)
    return np.frombuffer(widget.columns["buffers"][place], arrays[place]["dtype"])


def test_only_rows_that_pass_are_brushed_and_selected(make, table):
    w = make()
    w.brush = BOX
    assert len(w.selection) == 300
    w.filters = {"c": [0, 1], "season": ["winter"]}
    passing = np.flatnonzero(table["c"].between(0, 1) & (table["season"] == "winter"))
    assert w.selection == passing
    assert w.selected.equals(table.iloc[passing])
    w.filters = {}
    assert len(w.selection) == 300


def test_rows_selected_by_hand_stay_and_are_given_where_they_pass(make, table):
    w = make(filters={"c": [0, 1]})
    w.selection = [0, 1, 2, 3, 4, 5]
    first = table.iloc[:6]
    assert w.selected.equals(first[first["c"] >= 0])
    w.filters = {}
    assert w.selected.equals(first)


def test_the_figure_is_of_the_rows_that_pass(make, table):
    w = make(grid_resolution=9)
    every = w._figure(*w._shown, "light")
    w.selection = [0, 1, 2]
    w.filters = {"c": [0, 1]}
    figure = w._figure(*w._shown, "light")
    passing = table["c"].to_numpy() >= 0
    np.testing.assert_allclose(figure.header["mean"], w.explanation.individual[0][passing].mean(axis=0))
    slope = np.diff(figure.header["mean"])[0] / np.diff(figure.header["grid"])[0]
    assert slope == pytest.approx(5)
    counts = figure.header["histogram"]["counts"]
    assert sum(counts) == table["b"][passing].between(*np.array(figure.header["grid"])[[0, -1]]).sum()
    assert f"{passing.sum()} of 300 rows pass the filters" in figure.description
    assert figure.png() != every.png()
    assert w.explanation.average[0] == pytest.approx(every.header["mean"]), "it is of all rows"


def test_no_row_passes(make):
    w = make(filters={"season": []})
    w.brush = BOX
    assert len(w.selection) == 0
    assert len(w.selected) == 0
    assert "0 of 300 rows pass the filters" in w.snapshot().alt


def test_filters_ask_nothing_of_the_model(make, monkeypatch):
    w = make()
    w.brush = BOX
    expect(lambda: w.features[0]["moves"] is not None)
    asked, scores = [], Predictor.scores
    monkeypatch.setattr(Predictor, "scores", lambda self, data: asked.append(len(data)) or scores(self, data))
    job = w.job
    w.filters = {"c": [0, 1]}
    assert w.snapshot().data
    assert (asked, w.job) == ([], job)


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"seson": ["winter"]}, "did you mean 'season'"),
        ({"c": [1, 0]}, "its filter is a range"),
        ({"season": ["spring"]}, "no such category"),
    ],
)
def test_bad_filters_are_refused_and_the_last_good_ones_stay(make, filters, sentence):
    w = make(filters={"c": [0, 1]})
    with pytest.raises(traitlets.TraitError, match=sentence):
        w.filters = filters
    assert w.filters == {"c": [0, 1]}


def test_filters_are_observed_and_linked_in_one_line(make):
    w, other = make(), make("c")
    seen = []
    w.observe(lambda change: seen.append(change["new"]), "filters")
    traitlets.link((w, "filters"), (other, "filters"))
    link = ipywidgets.link((w, "selection"), (other, "selection"))
    other.filters = {"season": ["summer"]}
    assert seen == [{"season": ["summer"]}]
    w.brush = BOX
    assert other.selection == w.selection
    assert (other.selected["season"] == "summer").all()
    link.unlink()


def test_the_browser_gets_the_columns_that_it_filters_by(make, table):
    w = make(filters={"c": [0, 1]})
    np.testing.assert_array_equal(sent(w, "c"), table["c"])
    w._on_message(w, {"kind": "column", "feature": "season"}, [])
    w._catch_up()
    assert w.columns["header"]["columns"]["season"] == {"categories": ["summer", "winter"]}
    np.testing.assert_array_equal(sent(w, "season"), table["season"].cat.codes)
    before = w.columns
    for nothing in ("no such column", None, ["c"], "c"):
        w._on_message(w, {"kind": "column", "feature": nothing}, [])
    w._catch_up()
    assert w.columns is before


def test_a_column_is_exact_in_as_few_bytes_as_it_takes():
    X = pd.DataFrame({"half": [0.5, np.nan], "third": [1 / 3, 0.5], "day": [20240101, 20240102], "big": [1e300, 0]})
    w = xw.ICEPlot(lambda X: X["third"].to_numpy(), X, filters={name: [0, 1] for name in X}).wait(30)
    dtypes = {array["name"]: array["dtype"] for array in w.columns["arrays"]}
    assert dtypes == {"half": "float32", "third": "float64", "day": "float64", "big": "float64"}
    for name in X:
        np.testing.assert_array_equal(sent(w, name), X[name])
    w.close()


def test_float64_goes_over_the_wire():
    framed = wire.frame({}, {"a": wire.as_is(np.array([0.1, np.nan]))})
    assert framed["arrays"][0]["dtype"] == "float64"
    np.testing.assert_array_equal(np.frombuffer(framed["buffers"][0]), [0.1, np.nan])


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ({"feature": "c"}, True),
        ({"centered": True}, True),
        ({"target": None}, False),
        ({"feature": "b"}, False),
        ({"anchor": 0.5}, False),
        ({"bands": False}, False),
    ],
)
def test_a_brush_goes_with_its_ground_and_its_rows_stay(make, change, gone):
    w = make()
    w.brush = [{"x": [0.7, 0.9], "y": [3, 6]}]
    chosen = w.selection
    assert 0 < len(chosen) < 300
    for name, value in change.items():
        setattr(w, name, value)
    w.wait(30)
    assert w.brush == ([] if gone else [{"x": [0.7, 0.9], "y": [3, 6], "op": "and"}])
    assert w.selection == chosen


def test_another_anchor_takes_the_brush_of_centred_curves(make):
    w = make(centered=True)
    w.brush = [{"x": [0.7, 0.9], "y": [3, 20]}]
    chosen = w.selection
    w.anchor = 0.5
    assert (w.brush, w.selection == chosen) == ([], True)


def test_what_a_browser_says_of_the_ground_is_left_to_it(make):
    w = make()
    w.brush = BOX
    w.set_state({"centered": True})
    assert len(w.brush) == 1


def test_a_brush_that_comes_with_its_ground_stays(make):
    w = make()
    w.brush = BOX
    with w.hold_trait_notifications():
        w.centered = True
        w.brush = [{"x": [0.7, 0.9], "y": [8, 12]}]
    assert len(w.brush) == 1
    assert 0 < len(w.selection) < 300


def test_a_saved_page_filters_by_itself(make, tmp_path):
    w = make(filters={"c": [0, 1]})
    w.to_html(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    assert '"filters":{"c":[0,1]}' in page.replace(" ", "")
    assert '"columns"' in page


def test_the_rule_tells_selected_rows_from_others_that_pass(make, table):
    w = make(filters={"season": ["winter"]})
    w.selection = np.flatnonzero(table["c"] >= 0)
    expect(lambda: w.rule is not None)
    assert [condition["feature"] for condition in w.rule["conditions"]] == ["c"]
    assert w.rule["n"] == ((table["c"] >= 0) & (table["season"] == "winter")).sum()
    w.filters = {}
    expect(lambda: w.rule is not None and w.rule["n"] == (table["c"] >= 0).sum())
    w.filters = {"c": [-1, -0.5]}
    expect(lambda: w.rule is None)


def caught_reading(monkeypatch):
    """Note on which thread a column of a Dask data frame is read."""
    from xai_widgets.models.partitions import PartitionedTable

    threads, values = [], PartitionedTable.values

    def noted(table, name):
        threads.append(threading.current_thread())
        return values(table, name)

    monkeypatch.setattr(PartitionedTable, "values", noted)
    return threads


def test_columns_that_lie_elsewhere_are_read_by_the_worker(monkeypatch, table):
    dd = pytest.importorskip("dask.dataframe")
    threads = caught_reading(monkeypatch)
    parts = dd.from_pandas(table, npartitions=3)
    with xw.ICEPlot(hidden, parts, "b", filters={"c": [0, 1]}).wait(60) as w:
        w.filters = {"a": [0, 1], "season": ["winter"]}
        w.selection = [1, 2, 3]
        w.brush = BOX
        w._catch_up()
        passing = np.flatnonzero((table["a"] >= 0) & (table["season"] == "winter"))
        assert w.selection == passing
        expect(lambda: w.rule is not None)
        np.testing.assert_array_equal(sent(w, "a"), table["a"])
    with xw.ICEExplorer(hidden, parts, "b").wait(60) as explorer:
        explorer.filters = {"c": [0, 1]}
        expect(lambda: "c" in explorer._histograms)
    assert threads
    assert threading.current_thread() not in threads
