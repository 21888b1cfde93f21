"""What every plot of Shapley values does, whatever it draws."""

import time

import ipywidgets
import numpy as np
import pandas as pd
import polars as pl
import pytest
import shap
import traitlets

from xai_widgets import wire
from xai_widgets.models import InputError
from xai_widgets.widgets.shap_plot import SHAPPlot

ROWS, FEATURES = 8, 3
X = pd.DataFrame(np.random.default_rng(1).normal(size=(ROWS, FEATURES)), columns=["a", "b", "c"])


class PlainPlot(SHAPPlot):
    """Sends the header alone."""

    _esm = "export default {}"

    def _frame(self, estimate, request, job, sequence):
        return wire.frame(self._header(estimate, request, job, sequence), {})

    def _figure(self, estimate, request, job, theme):
        raise NotImplementedError


def explained(outputs=2, **parts):
    values = np.random.default_rng(0).normal(size=(ROWS, FEATURES, outputs))
    parts = {"output_names": ["no", "yes", "maybe"][:outputs], **parts}
    return shap.Explanation(values, np.zeros(outputs), X.to_numpy(), feature_names=list(X.columns), **parts)


def header(plot):
    return plot.wait(20).result["header"]


def test_a_ready_explanation_is_shown_without_a_model():
    given = explained()
    with PlainPlot(given) as plot:
        assert header(plot) | {"job": 1, "sequence": 1} == {
            "version": wire.VERSION,
            "job": 1,
            "sequence": 1,
            "finished": True,
            "done": ROWS,
            "total": ROWS,
            "unit": "row",
            "features": ["a", "b", "c"],
            "output": 1,
            "outputs": ["no", "yes"],
            "of_classes": False,
            "units": None,
            "background": None,
            "method": None,
            "gap": None,
            "n_rows": ROWS,
        }
        assert plot.explanation is given
        assert plot.status == "done"


def test_another_output_is_shown_at_once():
    with PlainPlot(explained(3), output="maybe") as plot:
        assert header(plot)["output"] == plot.output == 2
        plot.output = 1
        plot._worker().call_at(plot, 0.0, lambda: None)
        assert plot.wait(5).output == 1
        with pytest.raises(traitlets.TraitError, match="There is no output 3"):
            plot.output = 3
    with pytest.raises(InputError, match="no output 'perhaps'"):
        PlainPlot(explained(3), output="perhaps")


def test_a_model_is_explained_by_what_suits_it():
    def model(table):
        return 2 * table["a"].to_numpy() - table["b"].to_numpy() * table["c"].to_numpy()

    with PlainPlot(model, X, background=4, seed=3) as plot:
        said = header(plot)
        assert said["done"] == said["total"]
        assert said["method"] == "ExactSHAP"
        assert said["background"] == {"kind": "drawn", "rows": 4, "of": 8}
        assert said["gap"] < 1e-9
        found = plot.explanation
        assert np.allclose(found.values.sum(axis=1) + found.base_values, model(X))
        assert "background=4" in plot.code
        assert "seed=3" in plot.code


def test_a_model_without_rows_is_refused():
    with pytest.raises(InputError, match="What is to be explained"):
        PlainPlot(lambda table: table[:, 0])


def test_what_only_a_model_could_answer_is_refused():
    for asked in ({"target": 1}, {"background": 10}):
        with pytest.raises(InputError, match="there already"):
            PlainPlot(explained(), **asked)


def test_an_output_that_a_model_does_not_have_is_refused():
    for output in (3, "x"):
        with PlainPlot(lambda table: table["a"].to_numpy(), X, output=output) as plot:
            with pytest.raises(InputError, match="There is no output"):
                plot.wait(20)
            assert plot.status == "failed"


def test_a_stopped_run_goes_on_where_it_was():
    def slow(table):
        time.sleep(0.05)
        return table["a"].to_numpy()

    with PlainPlot(slow, X, background=2) as plot:
        while plot._shown is None:
            time.sleep(0.005)
        plot.cancel()
        plot.wait(20)
        first = plot._shown[0].state.parts[0][1]
        plot._request(again=True)
        plot.wait(20)
        assert plot.status == "done"
        assert plot._shown[0].state.parts[0][1] is first
        plot.seed = 5
        plot.wait(20)
        assert plot._shown[0].state.parts[0][1] is not first


def test_x_takes_the_place_of_the_data():
    values = np.ones((ROWS, FEATURES))
    with PlainPlot(values, X) as plot:
        assert header(plot)["features"] == ["a", "b", "c"]
        plot.selection = [5, 2]
        assert plot.selected.index.tolist() == [2, 5]
    with PlainPlot(values) as plot, pytest.raises(InputError, match="not known"):
        assert plot.selected
    with pytest.raises(InputError, match="data"):
        PlainPlot(values, X.iloc[:3])


def test_selections_of_two_plots_are_one():
    with PlainPlot(explained()) as one, PlainPlot(explained(1)) as other:
        link = traitlets.link((one, "selection"), (other, "selection"))
        one.selection = [4, 1]
        assert other.selection == [1, 4]
        other.selection = []
        assert one.selection == []
        link.unlink()
        ipywidgets.jslink((one, "selection"), (other, "selection"))
        with pytest.raises(traitlets.TraitError, match="row 8 of 8"):
            one.selection = [8]


def test_rows_are_opened_by_position():
    with PlainPlot(explained()) as plot:
        plot.index = 7
        with pytest.raises(traitlets.TraitError, match="row 8 of 8"):
            plot.index = 8


def test_code_says_what_differs():
    with PlainPlot(explained(), max_display=4) as plot:
        assert plot.wait(5).code.endswith("xw.PlainPlot(explanation, max_display=4)")


def test_a_list_of_arrays_is_given_back_as_an_explanation():
    with PlainPlot([np.ones((ROWS, FEATURES)), np.zeros((ROWS, FEATURES))]) as plot:
        assert plot.wait(5).explanation.shape == (ROWS, FEATURES, 2)


def test_the_selected_rows_of_an_explanation_are_named():
    given = shap.Explanation(
        np.ones((4, 2)),
        0.0,
        np.arange(8.0).reshape(4, 2),
        display_data=np.full((4, 2), "shown"),
        feature_names=["a", "b"],
    )
    with PlainPlot(given) as plot:
        plot.selection = [3, 1]
        expected = pd.DataFrame({"a": [2.0, 6.0], "b": [3.0, 7.0]}, index=[1, 3])
        pd.testing.assert_frame_equal(plot.selected, expected)
    with PlainPlot(shap.Explanation(np.ones((4, 2)), 0.0, np.arange(8.0).reshape(4, 2))) as plot:
        plot.selection = [1]
        assert isinstance(plot.selected, np.ndarray)
        np.testing.assert_array_equal(plot.selected, [[2.0, 3.0]])
    frame = pl.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    with PlainPlot(shap.Explanation(np.ones((2, 2)), 0.0, frame, feature_names=["a", "b"])) as plot:
        plot.selection = [1]
        assert plot.selected.equals(frame[1:])
    with PlainPlot(given, np.zeros((4, 2))) as plot:
        plot.selection = [0]
        assert isinstance(plot.selected, np.ndarray)  # the kind of X
