import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import traitlets
from sklearn.linear_model import LogisticRegression

from xai_widgets.explainers import by_partition, partial_dependence
from xai_widgets.models import InputError, ModelError
from xai_widgets.models.partitions import PartitionedTable
from xai_widgets.models.predictors import Predictor
from xai_widgets.widgets.pdp_surface import PDPSurface

from .plots import Opaque, array_of, expect
from .test_live import receive


@pytest.fixture
def hidden():
    """Goldstein's hidden interaction: the mean is flat, the curves are not."""
    X = np.random.default_rng(0).uniform(-1, 1, (300, 3))
    return lambda table: 0.2 * table[:, 0] - 5 * table[:, 1] + 10 * table[:, 1] * (table[:, 2] >= 0), X


def curves_of(result):
    record = next(array for array in result["arrays"] if array["name"] == "curves")
    buffer = result["buffers"][result["arrays"].index(record)]
    stored = np.frombuffer(buffer, "<u2").reshape(record["shape"])
    return result["header"]["low"] + stored * record["scale"]


def test_one_line_gives_every_rows_curve_and_their_mean(make, hidden):
    model, X = hidden
    w = make(model, X, "x1", grid_resolution=20).wait(30)
    found, header = w.explanation, w.result["header"]
    assert found.individual.shape == (1, 300, 20)
    assert (header["feature"], header["feature_kind"], header["done"], header["total"]) == ("x1", "numeric", 300, 300)
    np.testing.assert_allclose(header["mean"], found.average[0])
    np.testing.assert_allclose(header["grid"], found.grid_values[0])
    rows = array_of(w.result, "rows", "<u4")
    assert sorted(rows) == list(range(300))
    sent, exact = curves_of(w.result), found.individual[0][rows]
    assert np.abs(sent - exact).max() <= np.ptp(exact) / 65535
    np.testing.assert_allclose(array_of(w.result, "own"), X[rows, 1], rtol=0)
    assert sum(header["histogram"]["counts"]) <= 300
    slopes = (exact[:, -1] - exact[:, 0]) / (header["grid"][-1] - header["grid"][0])
    assert set(slopes.round(6)) == {5.0, -5.0}


def test_a_brush_selects_the_rows_that_pass(make, hidden):
    model, X = hidden
    w = make(model, X, "x1").wait(30)
    w.brush = [{"x": [0.7, 0.9], "y": [3, 6]}]
    exact = w.explanation.individual[0]
    inside = (w.explanation.grid_values[0] >= 0.7) & (w.explanation.grid_values[0] <= 0.9)
    passing = (exact[:, inside].max(axis=1) >= 3) & (exact[:, inside].min(axis=1) <= 6)
    assert w.selection == np.flatnonzero(passing)
    assert (w.selected[:, 2] >= 0).all()
    w.brush = [{"x": [0.7, 0.9], "y": [3, 6]}, {"x": [-1, 1], "y": [-10, 10], "op": "not"}]
    assert len(w.selection) == 0
    w.brush = [{"x": [0.7, 0.9], "y": [3, 6]}]
    chosen = w.selection
    w.centered = True
    assert w.selection == chosen, "the rows stay selected on new ground"
    assert w.brush == [], "a box in other units is gone"
    w.brush = [{"x": [0.7, 0.9], "y": [8, 12]}]
    assert w.selection == chosen
    w.brush = []
    assert len(w.selection) == 0
    early = make(model, X, "x1", brush=[{"x": [0.7, 0.9], "y": [3, 6]}]).wait(30)
    expect(lambda: early.selection == chosen)


def test_brushes_that_do_not_give_the_selection_go(make, hidden):
    w = make(*hidden, "x1").wait(30)
    w.brush = [{"x": [0.5, 0.7], "y": [2, 8]}]
    brushed = w.selection
    w.selection = list(brushed)
    assert w.brush, "the same rows"
    w.selection = [1, 2, 3]
    assert (w.brush, list(w.selection)) == ([], [1, 2, 3])
    w.brush = [{"x": [0.5, 0.7], "y": [2, 8]}]
    assert w.selection == brushed
    w.filters = {"x2": [0, 0.5]}
    assert w.brush, "filters leave brushes"
    assert 0 < len(w.selection) < len(brushed)


def test_a_brush_selects_by_the_curves_that_were_asked_for_last(make, hidden):
    model, X = hidden
    go = threading.Event()
    go.set()

    def held(table):
        assert go.wait(30)
        return model(table)

    w = make(Opaque(held), X, "x0").wait(30)
    expect(lambda: w.features[0]["moves"] is not None)
    go.clear()
    w.feature = "x1"
    w.brush = [{"x": [0.7, 0.9], "y": [3, 6]}]
    assert len(w.selection) == 0
    go.set()
    w.wait(30)
    at_once = make(model, X, "x1").wait(30)
    at_once.brush = w.brush
    assert len(w.selection)
    assert w.selection == at_once.selection


def test_the_curves_of_a_cancelled_run_are_brushed(make, hidden):
    model, _ = hidden
    X = np.random.default_rng(0).uniform(-1, 1, (20_000, 3))
    made = threading.Event()

    def cancelling(table):
        assert made.wait(30)
        if w._shown is not None:
            w.cancel()
        return model(table)

    w = make(Opaque(cancelling), X, "x1")
    made.set()
    w.wait(30)
    done = w.result["header"]["done"]
    assert (w.status, 0 < done < len(X)) == ("cancelled", True)
    w.brush = [{"x": [-1, 1], "y": [-20, 20]}]
    assert len(w.selection) == done


def test_a_brush_from_python_while_a_browser_speaks_is_not_the_browsers(make, hidden):
    model, X = hidden
    w = make(model, X, "x1").wait(30)
    speaking, done = threading.Event(), threading.Event()

    def hear(_):
        speaking.set()
        assert done.wait(30)

    w.observe(hear, names=["bands"])
    browser = threading.Thread(target=w.set_state, args=[{"bands": False}])
    browser.start()
    assert speaking.wait(30)
    selected = threading.Thread(target=setattr, args=[w, "brush", [{"x": [0.7, 0.9], "y": [3, 6]}]])
    selected.start()
    expect(lambda: w.brush)
    done.set()
    browser.join()
    selected.join()
    assert len(w.selection)


@pytest.mark.parametrize("anchor", [np.nan, np.inf, -np.inf, 10**400], ids=["nan", "inf", "-inf", "huge"])
def test_an_anchor_is_a_place_on_the_axis(make, hidden, anchor):
    w = make(*hidden, centered=True, anchor=0).wait(30)
    with pytest.raises(traitlets.TraitError, match="finite"):
        w.anchor = anchor
    assert w.anchor == 0
    w.anchor = None


def test_selected_rows_come_back_as_they_were_given(make):
    X = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": ["x", "y", "x"]}, index=["p", "q", "r"])
    w = make(lambda table: table["a"].to_numpy() * 2, X, "a").wait(30)
    w.selection = [2, 0]
    assert w.selected.equals(X.iloc[[0, 2]])
    with pytest.raises(traitlets.TraitError, match="row 3 of 3 rows"):
        w.selection = [3]


def test_categories_are_points_side_by_side(make):
    X = pd.DataFrame({"season": pd.Categorical(["winter", "summer", "winter", None]), "a": [1.0, 2, 3, 4]})
    w = make(lambda table: table["a"] + (table["season"] == "summer"), X, "season").wait(30)
    header = w.result["header"]
    assert (header["feature_kind"], header["grid"]) == ("category", ["summer", "winter"])
    assert header["histogram"] == {"counts": [1, 2]}
    own = dict(zip(array_of(w.result, "rows", "<u4"), array_of(w.result, "own"), strict=True))
    assert np.isnan(own[3])
    assert (own[0], own[1]) == (1, 0)


def test_another_feature_and_back_computes_nothing_twice(make, hidden, monkeypatch):
    model, X = hidden
    asked, scores = [], Predictor.scores
    monkeypatch.setattr(Predictor, "scores", lambda self, data: asked.append(len(data)) or scores(self, data))
    w = make(model, X, "x1").wait(30)
    expect(lambda: w.features[0]["moves"] is not None)
    w.feature = "x0"
    first = w.wait(30).explanation
    assert asked
    asked.clear()
    w.feature = "x1"
    w.wait(30)
    w.feature = "x0"
    assert np.array_equal(w.wait(30).explanation.individual, first.individual)
    assert asked == []


def test_features_are_ordered_by_how_much_they_move(make, hidden):
    model, X = hidden
    w = make(model, X, "x0").wait(30)
    expect(lambda: w.features[0]["moves"] is not None)
    assert [feature["name"] for feature in w.features] == ["x1", "x2", "x0"]
    assert w.features[0]["moves"] > w.features[2]["moves"] > 0


def test_a_classifiers_class_is_chosen_by_name_and_changed_by_position(make):
    X = np.random.default_rng(0).normal(size=(60, 2))
    model = LogisticRegression().fit(X, np.array(["ant", "bee", "cat"])[X[:, 0].argsort().argsort() // 20])
    with pytest.raises(InputError, match="'ant', 'bee', 'cat'"):
        make(model, X, target="dog")
    w = make(model, X, target="bee").wait(30)
    assert (w.class_names, w.target) == (["ant", "bee", "cat"], 1)
    assert w.result["header"]["label"] == "probability of bee"
    w.target = 2
    mean = w.wait(30).explanation.average[0]
    assert w.result["header"]["target_name"] == "cat"
    assert "target='cat'" in w.code
    expected = partial_dependence(model, X, [0], grid_resolution=50, target="cat").average[0]
    np.testing.assert_allclose(mean, expected)
    with pytest.raises(traitlets.TraitError, match="target=3"):
        w.target = 3


def test_bad_input_is_a_sentence(make, hidden):
    model, X = hidden
    with pytest.raises(InputError, match="There is no column 'x9'"):
        make(model, X, "x9")
    w = make(model, X, "x1").wait(30)
    with pytest.raises(traitlets.TraitError, match="There is no column 'temp'"):
        w.feature = "temp"
    shown = w.result["header"]["job"]
    broken = make(lambda table: np.full(len(table), np.nan), X, "x1")
    with pytest.raises(ModelError):
        broken.wait(30)
    assert broken.error["title"]
    assert w.result["header"]["job"] == shown


def test_the_picture_without_a_browser(make, hidden):
    model, X = hidden
    w = make(model, X, "x1").wait(30)
    w.selection = np.flatnonzero(X[:, 2] >= 0)
    image = w.snapshot()
    assert len(image.data) <= 150_000
    assert "300 curves" in image.alt
    assert "image/png" in w._repr_mimebundle_()[0]


def test_the_code_gives_the_same_plot(make, hidden):
    model, X = hidden
    w = make(model, X, "x2", grid_resolution=10).wait(30)
    assert "xw.ICEPlot(" in w.code
    assert "feature='x2'" in w.code


def test_an_executor_computes_what_is_shown(make, hidden):
    model, X = hidden
    asked_by = set()

    def watched(table):
        asked_by.add(threading.current_thread().name)
        return model(table)

    with ThreadPoolExecutor(2, "pool") as threads:
        w = make(watched, X, "x1", executor=threads).wait(30)
    assert "pool_0" in asked_by
    expected = partial_dependence(model, X, [1], kind="individual", grid_resolution=50)
    np.testing.assert_array_equal(w.explanation.individual, expected.individual)


def test_a_plot_that_waits_for_an_executor_is_cancelled_at_once(make, hidden):
    class Still(Executor):
        """An executor that begins nothing."""

        def submit(self, *_):
            futures.append(Future())
            return futures[-1]

    futures = []
    model, X = hidden
    w = make(model, X, executor=Still())
    expect(lambda: futures)
    assert w.status == "running"
    w.cancel()
    w.wait(5)
    assert w.status == "cancelled"
    assert all(future.cancelled() for future in futures)


def test_a_dask_table_is_shown_and_selected_rows_stay_in_it(make):
    dd = pytest.importorskip("dask.dataframe")
    X = pd.DataFrame(np.random.default_rng(0).uniform(-1, 1, (240, 3)), columns=["a", "b", "c"])
    parts = dd.from_pandas(X, npartitions=5)

    def model(table):
        return table["a"].to_numpy() * np.sign(table["c"].to_numpy())

    w, expected = make(model, parts, "a").wait(60), make(model, X, "a").wait(30)
    np.testing.assert_allclose(w.explanation.average, expected.explanation.average, rtol=1e-12)
    assert np.array_equal(w.explanation.individual, expected.explanation.individual)
    for name in ("histogram", "few", "grid", "total"):
        assert w.result["header"][name] == expected.result["header"][name]
    w.brush = expected.brush = [{"x": [0.8, 0.9], "y": [0.5, 1]}]
    assert w.selection == expected.selection
    assert len(w.selection)
    assert isinstance(w.selected, dd.DataFrame)
    pd.testing.assert_frame_equal(w.selected.compute(), expected.selected)


def test_nothing_of_a_dask_table_is_computed_on_the_thread_that_makes_the_plot(make, monkeypatch):
    dd, dask = pytest.importorskip("dask.dataframe"), pytest.importorskip("dask")
    X = pd.DataFrame({"a": np.arange(90.0), "town": pd.Series(["Bonn", "Ulm", None] * 30, dtype=object)})
    with dask.config.set({"dataframe.convert-string": False}):
        parts = dd.from_pandas(X, npartitions=3)
    threads, over = [], PartitionedTable._over_partitions
    monkeypatch.setattr(
        PartitionedTable, "_over_partitions", lambda *given: threads.append(threading.get_ident()) or over(*given)
    )
    w = make(lambda table: table["a"].to_numpy() * (table["town"] == "Ulm").to_numpy(), parts, "town")
    w.wait(60)
    assert (w.n_rows, w.result["header"]["grid"]) == (90, ["Bonn", "Ulm"])
    assert threads
    assert threading.get_ident() not in threads
    with pytest.raises(traitlets.TraitError, match="from 0 to 89"):
        w.selection = [90]


@pytest.mark.parametrize("trait", ["selection", "highlight"])
def test_a_row_that_no_dask_table_has_is_said_once_its_rows_are_counted(make, trait):
    dd = pytest.importorskip("dask.dataframe")
    parts = dd.from_pandas(pd.DataFrame({"a": np.arange(90.0), "b": 1.0}), npartitions=3)
    w = make(lambda table: table["a"].to_numpy(), parts, "a", **{trait: [3, 90]})
    with pytest.raises(InputError, match="no row 90"):
        w.wait(60)
    setattr(w, trait, [3])
    receive(w, kind="compute")
    assert w.wait(60).status == "done"


def test_of_a_large_dask_table_a_sample_is_drawn_under_the_mean_of_all(make, monkeypatch):
    dd = pytest.importorskip("dask.dataframe")
    monkeypatch.setattr(by_partition, "_MOST_CURVE_BYTES", 60 * 8 * 50)
    X = pd.DataFrame(np.random.default_rng(0).uniform(-1, 1, (600, 2)), columns=["a", "b"])
    w = make(lambda table: table["a"].to_numpy() * table["b"].to_numpy(), dd.from_pandas(X, npartitions=5), "a")
    header = w.wait(60).result["header"]
    rows = array_of(w.result, "rows", "<u4")
    assert (header["done"], len(rows), w.explanation.individual.shape) == (600, 60, (1, 60, 50))
    np.testing.assert_allclose(header["mean"], np.array(header["grid"]) * X["b"].mean(), rtol=1e-9)
    np.testing.assert_allclose(array_of(w.result, "own"), X["a"].to_numpy()[rows], rtol=0)


def test_the_code_calls_custom_values_what_the_notebook_calls_them(make, hidden, monkeypatch):
    import IPython

    model, X = hidden
    mine = {"x0": np.array([0.5, -0.5])}
    shell = type("Shell", (), {"user_ns": {"mine": mine, "model": model, "X": X}})()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    w = make(model, X, "x0", custom_values=mine).wait(30)
    assert "custom_values=mine" in w.code
    assert w.explanation.grid_values[0].tolist() == [-0.5, 0.5]


def test_of_three_classes_the_last_is_shown_and_the_others_are_offered(make):
    X = np.random.default_rng(0).normal(size=(60, 2))
    model = LogisticRegression().fit(X, np.array(["ant", "bee", "cat"])[X[:, 0].argsort().argsort() // 20])
    w = make(model, X, "x0").wait(30)
    assert (w.class_names, w.target, w.result["header"]["target_name"]) == (["ant", "bee", "cat"], 2, "cat")
    assert "target='cat'" in w.code
    cat = w.explanation.average[0]
    w.target = 0
    assert w.wait(30).explanation.average[0][0] > cat[0]
    w.target = None
    assert w.wait(30).result["header"]["target_name"] == "cat"
    with w.surface(("x0", "x1")) as surface:
        assert surface.wait(30).result["header"]["target_name"] == "cat"
    with PDPSurface(model, X, ("x0", "x1")) as surface:
        assert surface.wait(30).result["header"]["target_name"] == "cat"


@pytest.mark.parametrize(("language", "label"), [("en", "probability of class 1"), ("ko", "클래스 1의 확률")])
def test_a_class_that_is_a_number_is_told_from_an_amount(make, language, label):
    X = np.random.default_rng(0).normal(size=(30, 2))
    model = LogisticRegression().fit(X, (X[:, 0] > 0).astype(int))
    assert make(model, X, language=language).wait(30).result["header"]["label"] == label
