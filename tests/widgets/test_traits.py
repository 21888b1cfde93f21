"""Whole numbers as traits, and values that no trait can hold: refused in words of traitlets, at once."""

import numpy as np
import pytest
import traitlets
from sklearn.linear_model import LogisticRegression

import xai_widgets as xw
from xai_widgets.widgets.traits import Choice, Finite, Number, Position, Whole


class Counter(traitlets.HasTraits):
    count = Whole(1, min=0, max=9)
    row = Whole(None, allow_none=True, min=0)
    share = Number(0.5, min=0.0, max=1.0)
    width = Finite(None, allow_none=True)


class Cellar(traitlets.HasTraits):
    wine_names = traitlets.List()
    wine = Position("wine_names", None)
    colour = Choice(["red", "white"], "red", {"blanc": "colour='white'"})


def test_a_whole_number_of_numpy_is_one():
    counter = Counter(count=np.int64(3), row=np.uint8(4))
    assert (counter.count, counter.row) == (3, 4)
    assert type(counter.count) is type(counter.row) is int
    counter.row = None
    assert counter.row is None


@pytest.mark.parametrize("wrong", [True, False, np.True_, 1.5, "1", None, -1, 10, np.int64(10)])
def test_what_is_no_whole_number_within_bounds_is_refused(wrong):
    counter = Counter()
    with pytest.raises(traitlets.TraitError):
        counter.count = wrong
    assert counter.count == 1


@pytest.mark.parametrize("value", [np.float32(0.25), np.float64(0.25), np.int64(1), 0])
def test_a_number_of_numpy_is_a_float(value):
    counter = Counter(share=value, width=value)
    assert counter.share == counter.width == float(value)
    assert type(counter.share) is type(counter.width) is float


@pytest.mark.parametrize("wrong", [np.float32("nan"), np.nan, np.float32(1.5), np.int64(2), np.inf, "0.5", None])
def test_what_is_no_number_within_bounds_is_refused(wrong):
    counter = Counter()
    with pytest.raises(traitlets.TraitError):
        counter.share = wrong
    assert counter.share == 0.5


PLOTS = {
    "ForcePlot": ("index", "hover", "output", "max_display"),
    "WaterfallPlot": ("index", "output", "max_display"),
    "BeeswarmPlot": ("index", "hover", "output", "max_display"),
    "DependencePlot": ("index", "hover", "output"),
    "ImportancePlot": ("index", "output", "max_display"),
}


@pytest.mark.parametrize("kind", PLOTS)
def test_no_plot_takes_a_truth_value_for_a_position(kind):
    plot = getattr(xw, kind)(np.arange(6.0).reshape(3, 2), np.ones((3, 2)))
    try:
        for name in PLOTS[kind]:
            with pytest.raises(traitlets.TraitError):
                plot.set_state({name: True})
        with pytest.raises(traitlets.TraitError, match="bytes"):
            plot.set_state({"selection": [1, 2]})
    finally:
        plot.close()


@pytest.mark.parametrize("kind", PLOTS)
def test_a_row_that_lacks_a_value_is_left_out_and_counted(kind):
    values = np.arange(12.0).reshape(6, 2)
    values[4, 1] = np.nan
    plot = getattr(xw, kind)(values, np.ones((6, 2))).wait(20)
    try:
        header = plot.result["header"]
        assert plot.status == "done"
        if kind != "WaterfallPlot":  # of one row
            assert (header["done"], header["total"]) == (5, 6)
            assert "1 left out" in plot.snapshot().svg if hasattr(plot.snapshot(), "svg") else True
    finally:
        plot.close()


def test_a_whole_number_beyond_all_floats_is_no_value_of_a_feature():
    plot = xw.WaterfallPlot(lambda X: X[:, 0], np.arange(6.0).reshape(3, 2))
    try:
        with pytest.raises(traitlets.TraitError, match="finite number"):
            plot.what_if = {"x0": 10**400}
    finally:
        plot.close()


def test_a_position_may_be_given_by_its_name():
    cellar = Cellar(wine_names=["barbera", "barolo"], wine="barolo")
    assert cellar.wine == 1
    cellar.wine = np.int64(0)
    assert cellar.wine == 0
    cellar.wine = None
    assert cellar.wine is None


@pytest.mark.parametrize("wrong", ["borolo", 2, -1, 1.5, True])
def test_a_position_that_there_is_not_is_refused(wrong):
    cellar = Cellar(wine_names=["barbera", "barolo"], wine=1)
    with pytest.raises(traitlets.TraitError, match=r"'wine' trait|one of 'barbera', 'barolo'"):
        cellar.wine = wrong
    assert cellar.wine == 1


def test_before_the_names_are_known_a_position_is_all_that_is_taken():
    cellar = Cellar(wine=7)
    assert cellar.wine == 7
    with pytest.raises(traitlets.TraitError, match="expected a position"):
        cellar.wine = "barolo"


def test_all_plots_of_a_model_show_the_same_class_and_call_it_by_its_name():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 2))
    model = LogisticRegression().fit(X, np.digitize(X[:, 0], [-0.5, 0.5]).astype(str))
    with xw.ForcePlot(model, X) as force, xw.ICEPlot(model, X, 0) as ice:
        shown = [plot.wait(20).result["header"] for plot in (force, ice)]
        assert shown[0]["outputs"][shown[0]["output"]] == shown[1]["target_name"] == "2"
        traitlets.link((force, "output"), (ice, "target"))
        force.output = "1"
        assert ice.target == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("whit", "did you mean colour='white'"),
        ("RED", "did you mean colour='red'"),
        ("Blanc", "did you mean colour='white'"),
        ("zz", "choose one of these"),
        (1, "choose one of these"),
        (None, "choose one of these"),
        (["red"], "choose one of these"),
    ],
)
def test_a_word_that_there_is_not_is_told_the_nearest(wrong, says):
    cellar = Cellar(colour="white")
    with pytest.raises(traitlets.TraitError, match=f"(?s)no colour.*one of 'red', 'white'.*{says}"):
        cellar.colour = wrong
    assert cellar.colour == "white"


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("pdp", 'kind="average"'),
        ("PDP", 'kind="average"'),
        ("ice", 'kind="individual"'),
        ("c-ice", "centered=True"),
        ("d-ICE", 'kind="derivative"'),
        ("ALE", "kind='ale'"),
        ("indivdual", "kind='individual'"),
    ],
)
def test_what_others_call_a_kind_of_curves_is_told_in_our_words(kind, meant):
    with pytest.raises(traitlets.TraitError, match=f"did you mean {meant}"):
        xw.ICEPlot(lambda X: X[:, 0], np.arange(6.0).reshape(3, 2), kind=kind)
