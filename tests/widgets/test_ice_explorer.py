import subprocess
import sys

import bqplot
import numpy as np
import pandas as pd
import pytest
import traitlets
from ipywidgets import Box
from ipywidgets.widgets.widget import _instances

import xai_widgets as xw
from xai_widgets.explainers.filtering import Column
from xai_widgets.models import InputError
from xai_widgets.widgets.histograms import make_histogram

from .test_ice_plot import expect

ROWS = 200


@pytest.fixture
def table():
    generator = np.random.default_rng(1)
    X = pd.DataFrame(generator.uniform(-1, 1, (ROWS, 6)), columns=list("abcdef"))
    X["hour"] = generator.integers(0, 24, ROWS)
    X["season"] = pd.Categorical(generator.choice(["winter", "spring", "summer"], ROWS))
    return X


def model(X):
    return X["a"] * 3 + X["b"] * (X["season"] == "winter") + 0.1 * X["hour"]


@pytest.fixture
def w(table):
    with xw.ICEExplorer(model, table, "a") as explorer:
        explorer.wait(30)
        expect(lambda: explorer.plot.features[0]["moves"] is not None)
        expect(lambda: titles(explorer)[0] == "hour")
        yield explorer


def test_what_the_plot_finds_while_the_histograms_are_made_is_seen(table):
    class Slow(xw.ICEExplorer):
        def _place(self):
            super()._place()
            if not hasattr(self, "placed"):
                self.placed = True
                expect(lambda: self.plot.features[0]["moves"] is not None)

    with Slow(model, table, "a") as explorer:
        expect(lambda: titles(explorer)[0] == "hour")


def titles(explorer):
    views = [view for view in explorer._side.children if isinstance(view, bqplot.Figure | Box)]
    figures = [getattr(view, "children", [view])[0] for view in views]
    return [figure.title for figure in figures]


def test_the_other_features_that_move_most_have_a_histogram(w):
    moves = [feature["name"] for feature in w.plot.features]
    assert moves[0] == "a"
    assert titles(w) == moves[1:5]
    w._more.value = moves[-1]
    assert titles(w) == [*moves[1:5], moves[-1]]
    assert w._more.value is None
    assert moves[-1] not in dict(w._more.options)
    w.feature = "hour"
    assert "hour" not in titles(w)
    assert w.plot.wait(30).feature == "hour"


def test_an_interval_filters_the_curves(w, table):
    w._histograms["b"]._selector.selected = np.array([0.12345678, 2.0])
    low, high = w.plot.filters["b"]
    assert (low, high) == (0.123, table["b"].max())
    assert w.filters == w.plot.filters
    assert "b: 0.12" in " ".join(titles(w))
    w._histograms["hour"]._selector.selected = np.array([2.4, 9.7])
    assert w.filters["hour"] == [3, 9]
    w._histograms["b"]._selector.selected = np.array([-5, 5])
    assert w.filters == {"hour": [3, 9]}, "an interval around all is no filter"
    w._histograms["hour"]._selector.selected = None
    assert w.filters == {}


def test_an_interval_lies_around_whole_bars_once_the_hand_is_gone(w):
    histogram = w._histograms["hour"]
    selector = histogram._selector
    selector.brushing = True
    selector.selected = np.array([2.4, 9.7])
    assert w.filters["hour"] == [3, 9]
    histogram.show(None, w.plot.passing, w.plot.passing)
    histogram.show([3, 9], w.plot.passing, w.plot.passing)
    np.testing.assert_array_equal(selector.selected, [2.4, 9.7], "a hand is not disturbed")
    selector.brushing = False
    np.testing.assert_array_equal(selector.selected, [2.5, 9.5])
    assert w.filters["hour"] == [3, 9]
    selector.brushing = True
    selector.selected = np.array([-0.5, 23.5])
    selector.brushing = False
    assert selector.selected is None
    assert w.filters == {}, "an interval around all is no filter"


def test_a_click_beside_an_interval_takes_it_away(w):
    w.filters = {"hour": [3, 9]}
    selector = w._histograms["hour"]._selector
    selector.brushing = True
    with selector.hold_trait_notifications():  # as they come from a browser, in one message
        selector.brushing, selector.selected = False, None
    assert w.filters == {}
    assert selector.selected is None


def test_the_title_tells_the_filter_in_the_language_of_the_plot(w):
    w.filters = {"hour": [7, 7], "season": ["winter"], "b": [-0.5, 0.5]}
    assert {"hour: 7", "season: 1 of 3", "b: \u22120.5 to 0.5"} <= set(titles(w))
    w.plot.language = "ko"
    assert "season: 3개 중 1개" in titles(w)


@pytest.mark.parametrize(("values", "ticks"), [([2011, 2012], [2011, 2012]), ([3, 3], [3]), ([0, 4], [0, 1, 2, 3, 4])])
def test_whole_numbers_have_whole_ticks(values, ticks):
    histogram = make_histogram("year", Column(np.array(values, float), None), lambda _: None)
    axis = histogram.figure.axes[0]
    assert list(axis.tick_values) == ticks
    assert axis.tick_format == ".0f"
    histogram.close()


def test_bars_of_categories_filter_the_curves(w):
    bars = w._histograms["season"].figure.marks[0]
    bars.selected = [0, 2]
    assert w.filters == {"season": ["spring", "winter"]}
    bars.selected = None
    assert w.filters == {}
    bars.selected = [0, 1, 2]
    assert w.filters == {}


def test_filters_from_python_are_shown(w):
    w.filters = {"b": [-0.5, 0.5], "season": ["summer"], "f": [0, 1]}
    np.testing.assert_allclose(w._histograms["b"]._selector.selected, [-0.5, 0.5])
    assert list(w._histograms["season"].figure.marks[0].selected) == [1]
    assert any(title.startswith("f: ") for title in titles(w)), "what is filtered has a histogram"
    w.filters = {}
    assert w._histograms["b"]._selector.selected is None


def test_brushed_rows_are_highlighted(w, table):
    w.filters = {"season": ["winter"]}
    w.brush = [{"x": [-1, 1], "y": [-10, 10]}]
    winter = table["season"] == "winter"
    assert len(w.selected) == winter.sum()
    chosen, passing, others = w._histograms["hour"].figure.marks[0].y
    np.testing.assert_array_equal(chosen, np.bincount(table["hour"][winter], minlength=24))
    assert passing.sum() == 0
    np.testing.assert_array_equal(chosen + others, np.bincount(table["hour"], minlength=24))
    w.plot.selection = []
    chosen, passing, _ = w._histograms["hour"].figure.marks[0].y
    assert (chosen.sum(), passing.sum()) == (0, winter.sum())


def test_what_the_plot_refuses_is_refused(w):
    w.filters = {"b": [0, 1]}
    with pytest.raises(traitlets.TraitError, match="There is no column"):
        w.filters = {"nothing": [0, 1]}
    with pytest.raises(traitlets.TraitError, match="There is no column"):
        w.feature = "nothing"
    assert (w.filters, w.plot.filters, w.feature) == ({"b": [0, 1]}, {"b": [0, 1]}, "a")


def test_explorers_and_plots_are_linked_in_one_line(w, table):
    with xw.ICEPlot(model, table, "b").wait(30) as other:
        traitlets.link((w, "filters"), (other, "filters"))
        traitlets.link((w, "selection"), (other, "selection"))
        other.filters = {"hour": [0, 3]}
        other.selection = [1, 2]
        assert w.filters == {"hour": [0, 3]}
        assert w.plot.selection == [1, 2]


def test_a_feature_of_very_many_categories_has_no_histogram(table):
    many = table.assign(name=[f"name {row // 2}" for row in range(ROWS)], identity=[f"id {row}" for row in range(ROWS)])
    many = pd.concat([many, many.assign(identity=many["identity"] + " again")])
    with xw.ICEExplorer(model, many, "a") as explorer:
        offered = [*titles(explorer), *dict(explorer._more.options)]
        assert ("name" in offered, "identity" in offered) == (True, False)


def test_a_feature_of_several_values_in_a_cell_is_not_offered(table):
    table["pair"] = [[x, -x] for x in table["a"]]
    with xw.ICEExplorer(model, table) as explorer:
        explorer.wait(30)
        assert "pair" not in [each["name"] for each in explorer.plot.features]
        for name, value in (("feature", "pair"), ("color_by", "pair")):
            setattr(explorer.plot, name, value)
            with pytest.raises(InputError, match="neither numbers nor words"):
                explorer.wait(30)
        with pytest.raises(traitlets.TraitError, match="neither numbers nor words"):
            explorer.filters = {"pair": ["a"]}


def test_of_a_table_in_parts_columns_of_lists_have_no_histogram(table):
    dask = pytest.importorskip("dask")
    frame = pytest.importorskip("dask.dataframe")
    table = table[["a", "b", "season"]].assign(pair=[[x, -x] for x in table["a"]])
    with dask.config.set({"scheduler": "threads", "dataframe.convert-string": False}):
        parts = frame.from_map(lambda part: part, [table[:120], table[120:]], meta=table[:0])
        with xw.ICEExplorer(lambda X: X["a"] * X["b"], parts, "a") as explorer:
            explorer.wait(30)
            expect(lambda: sorted(titles(explorer)) == ["b", "season"])
            assert explorer.plot.status == "done"


def test_all_parts_are_closed_with_it(table):
    before = set(_instances)
    with xw.ICEExplorer(model, table, "a") as explorer:
        explorer.wait(30)
        parts = [each for key, each in _instances.items() if key not in before]
        assert len(parts) > 20
    looks = ("Layout", "DescriptionStyle", "HTMLStyle")
    shown = [each for each in parts if each.comm is not None and type(each).__name__ not in looks]
    assert shown == []


def test_a_table_that_cannot_be_shown_is_a_sentence():
    with pytest.raises(InputError, match="The table is empty"):
        xw.ICEExplorer(model, pd.DataFrame())


@pytest.mark.parametrize(
    "values",
    [[2.0, 2.0], [np.nan, np.nan], [0.5, 0.5], [1, np.inf], [0.0, np.nan], [1e-9, 2e-9], [-1e12, 1e12]],
    ids=str,
)
def test_odd_columns_have_histograms(values):
    taken = []
    histogram = make_histogram("odd", Column(np.array(values, dtype=float), None), taken.append)
    every = np.ones(2, bool)
    histogram.show(None, every, np.array([True, False]))
    y = histogram.figure.marks[0].y
    assert y.sum() == np.isfinite(values).sum()
    assert y.shape == (3, len(histogram.figure.marks[0].x))
    histogram._selector.selected = None
    assert taken == []
    histogram.close()


@pytest.mark.parametrize(("values", "in_bars"), [([-1.7e308, 0.5, 2.5, 1.7e308], 2), ([0.0, 5e-324, 1e-323], 3)])
def test_values_that_no_axis_reaches_are_in_no_bar(values, in_bars):
    histogram = make_histogram("odd", Column(np.array(values), None), print)
    every = np.ones(len(values), bool)
    histogram.show(None, every, ~every)
    assert histogram.figure.marks[0].y.sum() == in_bars
    assert np.isfinite(histogram.figure.marks[0].x).all()
    histogram.close()


def test_long_names_stay_different():
    names = tuple(f"a very long name, number {place}" for place in range(3))
    histogram = make_histogram("names", Column(np.array([0, 1, 2]), names), print)
    labels = list(histogram.figure.marks[0].x)
    assert len(set(labels)) == 3
    assert max(map(len, labels)) <= 14
    histogram.close()


def test_bqplot_is_imported_at_first_use():
    code = "import sys, xai_widgets as xw; xw.ICEExplorer, xw.ICEPlot; print('bqplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_who_has_no_mouse_is_told_where_the_keys_are(w):
    told = w._side.children[-1]
    assert "By keyboard: Filter, above them." in told.value
    w.plot.language = "ko"
    assert "키보드" in told.value
    assert w._side.children[-1] is told
