"""Plots from scikit-learn's arguments, and of curves and surfaces that were computed before."""

import time

import numpy as np
import pandas as pd
import pytest
import traitlets
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import PartialDependenceDisplay, partial_dependence
from sklearn.linear_model import LinearRegression

import xai_widgets as xw
from xai_widgets.explainers import partial_dependence as ours
from xai_widgets.models import InputError
from xai_widgets.widgets import sent_curves

from .plots import array_of
from .test_pdp_surface import sent, surface_of

ROWS = 80
TYPES = ["flat", "house", "flat", "farm"] * (ROWS // 4)


@pytest.fixture(scope="module")
def fitted():
    X = pd.DataFrame(np.random.default_rng(0).uniform(-1, 1, (ROWS, 3)), columns=["a", "b", "c"])
    return LinearRegression().fit(X, X["a"] - 2 * X["b"]), X


def test_scikit_learns_arguments_give_its_numbers(fitted):
    model, X = fitted
    with xw.ICEPlot.from_estimator(
        model, X, ["b", "a"], kind="both", grid_resolution=7, percentiles=(0.1, 0.9), centered=True, random_state=3
    ) as w:
        expected = partial_dependence(model, X, ["b"], kind="both", grid_resolution=7, percentiles=(0.1, 0.9))
        np.testing.assert_allclose(w.wait(30).explanation.individual, expected.individual)
        assert (w.feature, w.kind, w.centered, w.seed) == ("b", "both", True, 3)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"features": ["a"], "n_jobs": 2}, "executor="),
        ({"features": ["a"], "ax": None}, r"snapshot\(\)"),
        ({"features": [("a", "b")]}, "PDPSurface"),
        ({"features": []}, "name a column"),
    ],
)
def test_what_has_no_meaning_here_is_a_sentence(fitted, arguments, says):
    with pytest.raises(InputError, match=says):
        xw.ICEPlot.from_estimator(*fitted, **arguments)
    with pytest.raises(TypeError, match="'colour'"):
        xw.ICEPlot.from_estimator(*fitted, ["a"], colour="red")


def test_a_bunch_is_shown_brushed_and_selected_from(fitted):
    model, X = fitted
    found = partial_dependence(model, X, ["b"], kind="both", grid_resolution=9, sample_weight=np.arange(ROWS))
    with xw.ICEPlot.from_computed(found, X, "b") as w:
        header = w.wait(30).result["header"]
        assert np.array_equal(w.explanation.individual, found.individual)
        np.testing.assert_allclose(header["mean"], found.average[0])
        assert (header["finished"], header["standard_error"], w.code) == (True, None, "")
        w.brush = [{"x": [0, 0.1], "y": [0.3, 9]}]
        assert 0 < len(w.selection) < ROWS
        assert w.selected.equals(X.iloc[w.selection])
        assert len(w.snapshot().data)


def test_curves_without_their_rows_are_still_selected(fitted):
    model, X = fitted
    found = partial_dependence(model, X, ["b"], kind="individual")
    with xw.ICEPlot.from_computed(found, feature="bath") as w:
        w.wait(30)
        assert w.feature == "bath"
        np.testing.assert_allclose(w.explanation.average, found.individual.mean(axis=1))
        w.brush = [{"x": [-1, 1], "y": [-9, 9]}]
        assert len(w.selection) == ROWS
        with pytest.raises(InputError, match="pass X="):
            _ = w.selected
        with pytest.raises(InputError, match="no model behind"):
            w.surface(("bath", "bath"))
        w._on_message(w, {"kind": "interactions"}, [])
        end = time.monotonic() + 20
        while not w.notice and time.monotonic() < end:
            time.sleep(0.01)
        assert w.notice.startswith("There is no model behind these curves.")


def test_of_more_curves_than_a_page_holds_a_random_sample_is_sent(fitted, monkeypatch):
    model, X = fitted
    found = partial_dependence(model, X, ["b"], kind="both", grid_resolution=10)
    monkeypatch.setattr(sent_curves, "MOST_SENT", (2 * 10 + 17) * 50)
    monkeypatch.setattr(sent_curves, "_SAMPLE", 20)
    with xw.ICEPlot.from_computed(found, X, "b", seed=1) as w:
        rows = array_of(w.wait(30).result, "rows", "<u4")
        assert len(set(rows)) == 20
        assert rows.max() >= 40
        assert np.array_equal(w.explanation.individual, found.individual)
        w.seed = 2
        assert not np.array_equal(rows, array_of(w.wait(30).result, "rows", "<u4"))


def test_a_display_offers_its_features(fitted):
    model, X = fitted
    features = [(0,), (1,), (0, 1)]
    display = PartialDependenceDisplay(  # as from_estimator makes it, without drawing it
        [partial_dependence(model, X, each, kind="both", grid_resolution=9) for each in features],
        features=features,
        feature_names=["a", "b", "c"],
        target_idx=0,
        deciles={},
    )
    with xw.ICEPlot.from_computed(display, X, "b") as w:
        w.wait(30)
        assert w.feature == "b"
        assert [each["name"] for each in w.features] == ["b", "a"]
        assert w.features[0]["moves"] > w.features[1]["moves"] > 0
        w.feature = "a"
        np.testing.assert_allclose(w.wait(30).explanation.average, display.pd_results[0].average)
        w.feature = "c"
        with pytest.raises(InputError, match="nothing of 'c'"):
            w.wait(30)
        assert w.result["header"]["feature"] == "a", "the last good picture stays"


def test_what_cannot_be_shown_is_a_sentence(fitted):
    model, X = fitted
    several = RandomForestClassifier(3, random_state=0).fit(X, np.arange(ROWS) % 3)
    three = partial_dependence(several, X, ["a"], kind="both", grid_resolution=5)
    with pytest.raises(InputError, match="target=0 to 2"):
        xw.ICEPlot.from_computed(three, X, "a")
    with xw.ICEPlot.from_computed(three, X, "a", target=2) as w:
        np.testing.assert_allclose(w.wait(30).result["header"]["mean"], three.average[2])
    with pytest.raises(InputError, match="80 curves of 'a' and 10 rows"):
        xw.ICEPlot.from_computed(partial_dependence(model, X, ["a"], kind="both"), X[:10])
    holed = partial_dependence(model, X, ["a"], kind="both", grid_resolution=5)
    holed.individual[0, 3, 1] = np.nan
    with pytest.raises(InputError, match="1 of 410 numbers are NaN"):
        xw.ICEPlot.from_computed(holed, X, "a")
    with pytest.raises(InputError, match="nothing of one feature"):
        xw.ICEPlot.from_computed(X.to_numpy())


def displayed(results, features, **settings):
    """Make a display as from_estimator does, without drawing it."""
    names = ["a", "b", "c"]
    return PartialDependenceDisplay(
        results, features=features, feature_names=names, deciles={}, **{"target_idx": 0, **settings}
    )


@pytest.fixture(scope="module")
def classified(fitted):
    return RandomForestClassifier(3, random_state=0).fit(fitted[1], np.arange(ROWS) % 3), fitted[1]


@pytest.mark.parametrize("rows_known", [True, False])
def test_averages_alone_are_their_line(fitted, rows_known):
    model, X = fitted
    found = partial_dependence(model, X, ["b"], grid_resolution=9)
    with xw.ICEPlot.from_computed(found, X if rows_known else None, "b") as w:
        header = w.wait(30).result["header"]
        assert (w.kind, w.content, header["content"]) == ("average", "average", "average")
        assert np.array_equal(w.explanation.average, found.average)
        assert "individual" not in w.explanation
        np.testing.assert_allclose(header["mean"], found.average[0])
        np.testing.assert_allclose(header["grid"], found.grid_values[0])
        assert [array["name"] for array in w.result["arrays"]] == ["rows", "own"]
        known = ROWS if rows_known else 0
        assert (header["total"], sum(header["histogram"]["counts"]) > 0) == (known, rows_known)
        assert len(w.snapshot().data)
        w.brush = [{"x": [-9, 9], "y": [-9, 9]}]
        w.kind = "both"
        assert w.wait(30).result["header"]["content"] == "average"
        assert len(w.selection) == 0, "no curve to pass through the brush"
        with pytest.raises(InputError, match="no curves to group"):
            w.rules()
        w.kind = "ale"
        with pytest.raises(InputError, match="no model behind"):
            w.wait(30)


def test_averages_of_categories_are_not_called_rare_where_no_rows_are_known():
    X = pd.DataFrame({"type": TYPES, "size": np.linspace(0, 1, ROWS)})
    found = ours(lambda table: (table["type"] == "farm") + table["size"], X, ["type"])
    with xw.ICEPlot.from_computed(found, feature="type") as bare, xw.ICEPlot.from_computed(found, X, "type") as w:
        header = bare.wait(30).result["header"]
        assert (header["grid"], header["feature_kind"]) == (["farm", "flat", "house"], "category")
        assert not any(header["few"])
        assert w.wait(30).result["header"]["histogram"]["counts"] == [20, 40, 20]


def test_a_display_of_averages_offers_its_features(fitted):
    model, X = fitted
    features = [(0,), (1,), (0, 1)]
    display = displayed([partial_dependence(model, X, each, grid_resolution=9) for each in features], features)
    with xw.ICEPlot.from_computed(display, X) as w:
        assert w.wait(30).kind == "average"
        assert [each["name"] for each in w.features] == ["a", "b"]
        w.feature = "b"
        assert np.array_equal(w.wait(30).explanation.average, display.pd_results[1].average)
    with xw.PDPSurface.from_computed(display, X) as w:
        assert np.array_equal(w.wait(30).explanation.average, display.pd_results[2].average)
    with pytest.raises(InputError, match="nothing of 'c'"):
        xw.ICEPlot.from_computed(display, X, "c")
    with xw.ICEPlot.from_computed(display, X.to_numpy()) as w, xw.PDPSurface.from_computed(display, X.to_numpy()) as s:
        assert w.wait(30).feature == "a", "an array has the names that the display gives"
        assert s.wait(30).features == ["a", "b"]
    with pytest.raises(InputError, match=r"ICEPlot\.from_computed"):
        xw.PDPSurface.from_computed(displayed(display.pd_results[:2], features[:2]), X)


def test_a_display_knows_its_kind_its_class_and_its_categories(classified):
    model, X = classified
    found = partial_dependence(model, X, ["a"], kind="both", custom_values={"a": [0.0, 1.0, 2.0]})
    display = displayed([found], [(0,)], target_idx=1, kind="individual", is_categorical=[(True,)])
    with xw.ICEPlot.from_computed(display, X) as w:
        header = w.wait(30).result["header"]
        assert (w.kind, w.target, header["feature_kind"], header["grid"]) == (
            "individual",
            1,
            "category",
            ["0", "1", "2"],
        )
        np.testing.assert_allclose(header["mean"], found.average[1])
        assert (w.class_names, header["label"]) == (["0", "1", "2"], "prediction, output 1")
        w.target = None
        assert w.wait(30).result["header"]["label"] == "prediction, output 2", "the last, as of classes"
        w.target = 2
        np.testing.assert_allclose(w.wait(30).result["header"]["mean"], found.average[2])
        with pytest.raises(traitlets.TraitError, match="There is no target 3"):
            w.target = 3


def test_a_ready_surface_is_shown_in_either_direction(fitted):
    model, X = fitted
    found = partial_dependence(model, X, ["a", "b"], grid_resolution=6)
    with (
        xw.PDPSurface.from_computed(found, X, ["a", "b"]) as w,
        xw.PDPSurface(model, X, ("a", "b"), grid_resolution=6) as live,
    ):
        assert np.array_equal(w.wait(30).explanation.average, found.average)
        live.wait(30)
        for name in ("near", "dots"):
            assert sorted(sent(w.result, name).ravel()) == sorted(sent(live.result, name).ravel())
        assert w.result["header"]["middle"] == live.result["header"]["middle"]
        assert (w.column_names, w.code) == (["a", "b"], "")
        w.features = ["b", "a"]
        np.testing.assert_allclose(surface_of(w.wait(30).result), found.average[0].T, atol=1e-4)
        w.features = ["a", "c"]
        with pytest.raises(InputError, match="nothing of 'a' and 'c'"):
            w.wait(30)
        assert w.result["header"]["features"] == ["b", "a"], "the last good picture stays"


def test_a_ready_surface_without_its_rows_is_not_hatched(fitted):
    model, X = fitted
    found = partial_dependence(model, X, ["a", "b"], grid_resolution=6)
    with xw.PDPSurface.from_computed(found, features=("width", "height")) as w:
        header = w.wait(30).result["header"]
        assert (header["total"], header["least"], header["features"]) == (0, 0, ["width", "height"])
        assert len(sent(w.result, "dots")) == 0
        assert len(w.snapshot().data)


def test_a_ready_surface_of_a_class_and_of_categories(classified):
    model, X = classified
    display = displayed([partial_dependence(model, X, [0, 1], grid_resolution=4)], [(0, 1)], target_idx=2)
    with xw.PDPSurface.from_computed(display, X) as w:
        np.testing.assert_allclose(w.wait(30).explanation.average[0], display.pd_results[0].average[2])
        w.target = 0
        np.testing.assert_allclose(w.wait(30).explanation.average[0], display.pd_results[0].average[0])
        with pytest.raises(traitlets.TraitError, match="There is no target 3"):
            w.target = 3
    with pytest.raises(InputError, match="target=0 to 2"):
        xw.PDPSurface.from_computed(display.pd_results[0], X, (0, 1))
    table = pd.DataFrame({"type": TYPES, "size": np.linspace(0, 1, ROWS)})
    found = ours(lambda rows: (rows["type"] == "farm") + rows["size"], table, ["type", "size"], grid_resolution=4)
    with xw.PDPSurface.from_computed(found, table, ("type", "size")) as w:
        assert w.wait(30).result["header"]["axes"][0] == ["farm", "flat", "house"]


def test_a_surface_takes_scikit_learns_arguments(fitted):
    model, X = fitted
    arguments = {"grid_resolution": 5, "percentiles": (0.1, 0.9)}
    for features in ([("a", "b")], ("a", "b"), ["c", (0, 1)]):
        with xw.PDPSurface.from_estimator(model, X, features, random_state=3, **arguments) as w:
            expected = partial_dependence(model, X, ["a", "b"], **arguments)
            np.testing.assert_allclose(w.wait(30).explanation.average, expected.average)
            assert (w.features, w.seed) == (["a", "b"], 3)
    for wrong, says in (
        ({"kind": "both"}, "ICEPlot"),
        ({"contour_kw": {}}, "own contours"),
        ({"centered": True}, "surface"),
    ):
        with pytest.raises(InputError, match=says):
            xw.PDPSurface.from_estimator(model, X, [("a", "b")], **wrong)
    for features in (["a"], "ab", []):
        with pytest.raises(InputError, match="of two features"):
            xw.PDPSurface.from_estimator(model, X, features)
    with pytest.raises(TypeError, match="'colour'"):
        xw.PDPSurface.from_estimator(model, X, ["a", "b"], colour="red")


def test_what_is_of_other_features_or_no_numbers_is_a_sentence(fitted):
    model, X = fitted
    one, two, three = (partial_dependence(model, X, list(names), grid_resolution=3) for names in ("a", "ab", "abc"))
    with pytest.raises(InputError, match=r"PDPSurface\.from_computed"):
        xw.ICEPlot.from_computed(two, X, "a")
    with pytest.raises(InputError, match=r"ICEPlot\.from_computed"):
        xw.PDPSurface.from_computed(one, X, ("a", "b"))
    with pytest.raises(InputError, match="of 3 features"):
        xw.PDPSurface.from_computed(three, X, ("a", "b"))
    for features in (None, ("a",), ("a", "a"), "ab"):
        with pytest.raises(InputError, match="A surface is of two features"):
            xw.PDPSurface.from_computed(two, X, features)
    with pytest.raises(InputError, match="'d'"):
        xw.PDPSurface.from_computed(two, X, ("a", "d"))
    with pytest.raises(InputError, match="target=1"):
        xw.PDPSurface.from_computed(two, X, ("a", "b"), target=1)
    each = partial_dependence(model, X, ["a", "b"], kind="individual", grid_resolution=3)
    with pytest.raises(InputError, match="80 curves of 'a' and 'b' and 10 rows"):
        xw.PDPSurface.from_computed(each, X[:10], ("a", "b"))
    with xw.PDPSurface.from_computed(each, X, ("a", "b")) as w:
        np.testing.assert_allclose(w.wait(30).explanation.average, two.average)
    for wrong, says in (
        ({"average": two.average[:, :2]}, "do not fit"),
        ({"average": two.average[0]}, "do not fit"),
        ({"average": np.empty((0, 3, 3))}, "do not fit"),
        ({"average": two.average * np.nan}, "not finite"),
        ({"average": [["x"]]}, "no numbers"),
        ({"grid_values": [two.grid_values[0], np.array([0, 1, np.inf])]}, "not finite"),
    ):
        with pytest.raises(InputError, match=says):
            xw.PDPSurface.from_computed({**two, **wrong}, X, ("a", "b"))


def test_outputs_that_are_named_are_asked_for_and_told_by_name(classified):
    model, X = classified
    names = ["barbera", "barolo", "grignolino"]
    curves, surface = (partial_dependence(model, X, features, grid_resolution=4) for features in (["a"], ["a", "b"]))
    for made, found, feature in ((xw.ICEPlot, curves, "a"), (xw.PDPSurface, surface, ("a", "b"))):
        with made.from_computed(found, X, feature, target="barolo", class_names=names) as w:
            header = w.wait(30).result["header"]
            assert (w.target, w.class_names, header["label"]) == (1, names, "prediction, output barolo")
            w.target = "barbera"
            np.testing.assert_allclose(w.wait(30).explanation.average[0], found.average[0])
            with pytest.raises(traitlets.TraitError, match="one of 'barbera', 'barolo', 'grignolino'"):
                w.target = "borolo"
        with pytest.raises(InputError, match=r"(?s)'barolo', 'grignolino', or target=0 to 2.*'barbera'"):
            made.from_computed(found, X, feature, target="borolo", class_names=names)
        with pytest.raises(InputError, match="2 class_names for 3 outputs"):
            made.from_computed(found, X, feature, target=0, class_names=names[:2])
