"""ImportancePlot: its numbers, those of the selected rows, the chosen feature, and its still picture."""

import io
import xml.etree.ElementTree as ET

import ipywidgets
import numpy as np
import pandas as pd
import pytest
import shap
import traitlets
from PIL import Image

import xai_widgets as xw
from xai_widgets.explainers.shapley.importance import Importance
from xai_widgets.explainers.shapley.values import ShapleyValues
from xai_widgets.render.marks import Box, Line

from .plots import expect

NAMES = ["age", "bmi", "bp", "<b>s1</b>"]


@pytest.fixture
def make():
    """Make plots that are closed when the test ends."""
    made = []

    def plot(*arguments, **keywords):
        made.append(xw.ImportancePlot(*arguments, **keywords))
        return made[-1]

    yield plot
    for widget in made:
        widget.close()


def explained(rows=30, features=4, outputs=1, seed=0, **parts):
    values = np.random.default_rng(seed).normal(0, 2.0 ** -np.arange(features)[:, None], (rows, features, outputs))
    names = NAMES if features == len(NAMES) else [f"x{number}" for number in range(features)]
    return shap.Explanation(values[..., 0] if outputs == 1 else values, feature_names=names, **parts)


def sent(result, name):
    record = next(array for array in result["arrays"] if array["name"] == name)
    stored = np.frombuffer(result["buffers"][result["arrays"].index(record)], record["dtype"])
    return stored.reshape(record["shape"])


def test_the_bars_are_means_of_magnitudes_with_their_errors(make):
    given = explained()
    w = make(given).wait(20)
    magnitudes = np.abs(given.values)
    np.testing.assert_allclose(sent(w.result, "mean"), [magnitudes.mean(axis=0)])
    np.testing.assert_allclose(sent(w.result, "error"), [magnitudes.std(axis=0, ddof=1) / np.sqrt(30)])
    order = sent(w.result, "order")
    assert order.tolist() == np.argsort(-magnitudes.mean(axis=0)).tolist()
    np.testing.assert_allclose(w.importance.mean, magnitudes.mean(axis=0))
    assert w.explanation is given


def test_selected_rows_stand_beside_all_in_the_same_order(make):
    given = explained()
    w = make(given).wait(20)
    w.selection = [3, 4, 5]
    expect(lambda: w.result["header"]["n_selected"] == 3)
    means = sent(w.result, "mean")
    np.testing.assert_allclose(means[1], np.abs(given.values[3:6]).mean(axis=0))
    np.testing.assert_allclose(means[0], np.abs(given.values).mean(axis=0))
    assert w.result["header"]["rows"] == [30, 3]
    w.selection = []
    expect(lambda: len(sent(w.result, "mean")) == 1)
    assert w.result["header"]["n_selected"] == 0


def test_one_selected_row_has_no_interval(make):
    w = make(explained(), selection=[7]).wait(20)
    assert np.isnan(sent(w.result, "error")[1]).all()
    assert np.isfinite(sent(w.result, "error")[0]).all()
    assert w.snapshot().data


def test_each_output_has_its_own_bars(make):
    given = explained(outputs=3, output_names=["ant", "bee", "cat"])
    w = make(given, output="cat").wait(20)
    for output in (2, 0):
        w.output = output
        expect(lambda output=output: w.result["header"]["output"] == output)
        np.testing.assert_allclose(sent(w.result, "mean")[0], np.abs(given.values[..., output]).mean(axis=0))
        np.testing.assert_allclose(w.importance.mean, np.abs(given.values[..., output]).mean(axis=0))


def test_sampled_values_widen_the_interval_and_the_view_is_told(make):
    values = np.random.default_rng(0).normal(size=(20, 3, 1))
    plain = ShapleyValues.of(values)
    sampled = ShapleyValues(**{**vars(plain), "standard_error": np.full_like(values, 0.5)})
    exact, drawn = make(plain).wait(20), make(sampled).wait(20)
    assert (exact.result["header"]["sampled"], drawn.result["header"]["sampled"]) == (False, True)
    np.testing.assert_allclose(sent(drawn.result, "error"), np.hypot(sent(exact.result, "error"), 0.5))


def test_rows_to_come_are_not_in_the_means(make):
    values = np.random.default_rng(0).normal(size=(10, 3))
    values[4:] = np.nan
    w = make(values, selection=[0, 8]).wait(20)
    np.testing.assert_allclose(w.importance.mean, np.abs(values[:4]).mean(axis=0))
    assert (w.result["header"]["rows"], w.result["header"]["n_selected"]) == ([4, 1], 2)


def test_a_feature_is_chosen_by_name_alone_and_linked_in_one_line(make):
    w, other = make(explained(), feature="bmi").wait(20), make(explained())
    assert "feature='bmi'" in w.code
    with pytest.raises(traitlets.TraitError, match="no feature 'bmx'"):
        w.feature = "bmx"
    traitlets.link((w, "feature"), (other, "feature"))
    traitlets.link((w, "selection"), (other, "selection"))
    w.feature, other.selection = "bp", [1, 2]
    assert other.feature == "bp"
    assert w.selection == [1, 2]
    choice = ipywidgets.Dropdown(options=NAMES)
    ipywidgets.link((choice, "value"), (w, "feature"))
    assert w.feature == "age"


def test_a_feature_goes_to_an_ice_plot(make):
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(20, 3)), columns=["a", "b", "c"])
    w = make(shap.Explanation(X.to_numpy(), feature_names=list(X.columns)), X)
    with xw.ICEPlot(lambda table: table["a"] * table["b"], X, "a", grid_resolution=5) as curves:
        traitlets.link((curves, "feature"), (w, "feature"))
        w.feature = "c"
        assert curves.wait(30).feature == "c"


def test_reset_goes_back_to_what_was_given(make):
    w = make(explained(), max_display=2, feature="bp").wait(20)
    w.max_display, w.feature, w.selection = 4, "age", [1]
    w._on_message(w, {"kind": "reset"}, [])
    assert (w.max_display, w.feature, w.selection) == (2, "bp", [])


def test_the_code_gives_the_same_bars(make):
    given = explained()
    w = make(given, max_display=3, feature="bp").wait(20)
    again = eval(w.code.splitlines()[-1], {"xw": xw, "explanation": given})
    try:
        assert (again.max_display, again.feature) == (3, "bp")
        np.testing.assert_array_equal(again.wait(20).importance.mean, w.importance.mean)
    finally:
        again.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("selection", [[], [1, 2, 3]])
def test_the_picture_without_a_browser(make, theme, selection):
    w = make(explained(features=15), max_display=6, selection=selection, feature="x1").wait(20)
    image = w.snapshot(theme)
    assert len(image.data) <= 150_000
    assert "Mean |SHAP value|, model output: x0 " in image.alt
    assert ("Over the 3 selected rows: x0 " in image.alt) == bool(selection)
    assert len(np.unique(np.asarray(Image.open(io.BytesIO(image.data)).convert("L")))) > 10
    assert "9 others together" in w._figure(*w._shown, theme).svg()


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_bars_and_intervals_of_any_size_are_drawn_alike(make, scale):
    def marks(factor):
        plot = make(factor * np.random.default_rng(0).normal(size=(40, 3))).wait(20)
        assert plot.snapshot().data
        drawn = plot._figure(*plot._shown, "light").arrange(640).marks
        return [mark for mark in drawn if isinstance(mark, Box)], [mark for mark in drawn if isinstance(mark, Line)]

    for usual, found in zip(marks(1.0), marks(scale), strict=True):
        assert len(found) == len(usual) >= 3
    boxes, lines = marks(scale)
    assert max(box.x + box.width for box in boxes) < max(x for line in lines for x, _ in line.points) < 640
    assert min(box.width for box in boxes) > 100


def test_names_are_text_in_the_drawing(make):
    document = make(explained()).wait(20)._figure(*make(explained()).wait(20)._shown, "light").svg()
    assert "&lt;b&gt;s1&lt;/b&gt;" in document
    ET.fromstring(document)


def bars_of(values, **more):
    found = Importance.of(np.asarray(values, dtype=float))
    with xw.ImportancePlot(np.asarray(values, dtype=float), **more) as w:
        figure = w.wait(20)._figure(*w._shown, "light")
        return figure, found


def test_the_rest_is_joined_and_one_alone_is_not():
    values = np.random.default_rng(0).uniform(1, 1.5, (20, 5)) * [16, 8, 4, 2, 1]
    figure, found = bars_of(values, max_display=3)
    assert [bar.name for bar in figure.bars] == ["x0", "x1", "x2", "2 others together"]
    assert figure.bars[-1].means[0] == pytest.approx(found.mean[3:].sum())
    figure, _ = bars_of(values, max_display=4)
    assert [bar.joined for bar in figure.bars] == [False] * 5


def test_what_is_small_is_not_called_zero_and_nothing_says_so():
    figure, _ = bars_of([[100.0, 0.01, 0.0]] * 3)
    assert [figure._print(bar.means[0]) for bar in figure.bars] == ["100", "<1", "0"]
    figure, _ = bars_of([[1e-7, 1e-11, 1e-20]] * 2)
    assert [figure._print(bar.means[0]) for bar in figure.bars] == ["1.00", "<0.01", "0"]
    assert "10⁻⁷" in figure.title
    nothing, _ = bars_of([[0.0, 0.0]] * 2)
    assert nothing.description.endswith("No contribution: all values are 0.")
    assert nothing.png()


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (3, 1), (2, 5000)])
def test_any_number_of_rows_and_features(make, shape):
    w = make(np.random.default_rng(0).normal(size=shape)).wait(20)
    assert sent(w.result, "mean").shape == (1, shape[1])
    assert w.snapshot().data


def test_many_rows_are_measured_without_a_copy_of_all(make):
    values = np.random.default_rng(0).normal(size=(100_000, 12))
    w = make(values, selection=np.arange(0, 100_000, 2)).wait(30)
    np.testing.assert_allclose(sent(w.result, "mean")[1], np.abs(values[::2]).mean(axis=0))


def test_one_file_shows_it_without_a_kernel(make, tmp_path):
    w = make(explained(), language="ko").wait(20)
    w.to_html(tmp_path / "importance.html")
    page = (tmp_path / "importance.html").read_text(encoding="utf-8")
    assert "importance-plot" in page
    assert "평균 |SHAP 값|" in page
    assert "<b>s1</b>" not in page
