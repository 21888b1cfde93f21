"""Plots from scikit-learn's arguments, and of curves that were computed before."""

import time

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import PartialDependenceDisplay, partial_dependence
from sklearn.linear_model import LinearRegression

import xai_widgets as xw
from xai_widgets.models import InputError
from xai_widgets.widgets import sent_curves

from .plots import array_of

ROWS = 80


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
    monkeypatch.setattr(sent_curves, "MOST_SENT", (2 * 10 + 13) * 50)
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
        with pytest.raises(InputError, match="no curves of 'c'"):
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
    with pytest.raises(InputError, match="kind='both'"):
        xw.ICEPlot.from_computed(partial_dependence(model, X, ["a"]), X)
    with pytest.raises(InputError, match="80 curves of 'a' and 10 rows"):
        xw.ICEPlot.from_computed(partial_dependence(model, X, ["a"], kind="both"), X[:10])
    holed = partial_dependence(model, X, ["a"], kind="both", grid_resolution=5)
    holed.individual[0, 3, 1] = np.nan
    with pytest.raises(InputError, match="1 of 405 numbers are NaN"):
        xw.ICEPlot.from_computed(holed, X, "a")
    with pytest.raises(InputError, match="no curves that can be shown"):
        xw.ICEPlot.from_computed(X.to_numpy())
