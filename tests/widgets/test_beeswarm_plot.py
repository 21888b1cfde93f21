"""BeeswarmPlot: what is drawn, in which order and colours, what shapes select, many rows, links and refusals."""

import io
import time

import numpy as np
import pandas as pd
import pytest
import shap
import traitlets
from PIL import Image

import xai_widgets as xw
from xai_widgets.explainers.lasso import inside
from xai_widgets.models import InputError
from xai_widgets.render.text import power_of_ten
from xai_widgets.widgets.beeswarm_plot import BeeswarmPlot
from xai_widgets.widgets.cloud import NOBODY, Cloud
from xai_widgets.widgets.row_colours import RowColours

from .plots import expect

ROWS, FEATURES = 60, 5
NAMES = ["age", "bmi", "sex", "dose", "flat"]
WEIGHTS = np.array([0.1, 3.0, 1.0, 0.5, 0.0])


@pytest.fixture
def make():
    """Make plots that are closed when the test ends."""
    made = []

    def plot(*arguments, **keywords):
        made.append(xw.BeeswarmPlot(*arguments, **keywords))
        return made[-1]

    yield plot
    for widget in made:
        widget.close()


@pytest.fixture
def many(monkeypatch):
    """A page that draws the dots of 20 rows."""
    monkeypatch.setattr(BeeswarmPlot, "_most_rows", 20)


def table(rows=ROWS):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(rows, FEATURES)), columns=NAMES)
    frame["sex"] = random.choice(["female", "male"], rows)
    frame.loc[::6, "bmi"] = np.nan
    return frame


def explained(rows=ROWS, outputs=1):
    values = np.random.default_rng(1).normal(size=(rows, FEATURES, outputs)) * WEIGHTS[:, None]
    data = table(rows).to_numpy()
    names = None if outputs == 1 else [f"class {output}" for output in range(outputs)]
    values = values[..., 0] if outputs == 1 else values
    return shap.Explanation(values, np.zeros(outputs), data, feature_names=NAMES, output_names=names)


def header(plot):
    return plot.wait(20).result["header"]


def array_of(record, name):
    place = [array["name"] for array in record["arrays"]].index(name)
    told = record["arrays"][place]
    return np.frombuffer(record["buffers"][place], told["dtype"]).reshape(told["shape"])


def names(plot):
    return [band["name"] for band in plot.result["header"]["bands"]]


def test_lines_are_ordered_by_mean_magnitude(make):
    given = explained()
    plot = make(given)
    importance = np.abs(given.values).mean(axis=0)
    assert header(plot)["finished"]
    assert names(plot) == [NAMES[position] for position in np.argsort(-importance)]
    assert [band["importance"] for band in plot.result["header"]["bands"]] == pytest.approx(sorted(importance)[::-1])
    rows = array_of(plot.result, "rows")
    assert sorted(rows) == list(range(ROWS))
    np.testing.assert_allclose(array_of(plot.result, "values")[0], given.values[rows, 1], rtol=1e-6)
    assert plot.explanation is given


def test_the_rest_is_joined_and_adds_up(make):
    given = explained()
    plot = make(given, max_display=2).wait(20)
    assert names(plot) == ["bmi", "sex", ""]
    assert plot.result["header"]["bands"][2]["joined"] == 3
    values, rows = array_of(plot.result, "values"), array_of(plot.result, "rows")
    np.testing.assert_allclose(values.sum(axis=0), given.values[rows].sum(axis=1), atol=1e-5)
    bands = plot.result["header"]["bands"]
    assert sum(band["importance"] for band in bands) == pytest.approx(np.abs(given.values).mean(axis=0).sum())
    plot.max_display = 3
    expect(lambda: names(plot) == ["bmi", "sex", "dose", ""])
    plot.max_display = 4  # one alone is no rest
    expect(lambda: names(plot) == ["bmi", "sex", "dose", "age", "flat"])


def test_colours_follow_the_values_and_grey_is_what_has_none(make):
    plot = make(explained(), table()).wait(20)
    codes, rows = array_of(plot.result, "codes"), array_of(plot.result, "rows")
    frame = table().iloc[rows]
    assert (codes[names(plot).index("sex")] == 255).all()
    assert plot.result["header"]["grey"]
    assert not make(np.ones((9, 12)), np.ones((9, 12))).wait(20).result["header"]["grey"]  # the rest is named
    bmi = codes[names(plot).index("bmi")]
    assert np.array_equal(bmi == 255, frame["bmi"].isna())
    age, own = codes[names(plot).index("age")], frame["age"].to_numpy()
    low, high = np.percentile(own, (5, 95))
    assert (age[own <= low] == 0).all()
    assert (age[own >= high] == 254).all()
    between = (own > low) & (own < high)
    np.testing.assert_allclose(age[between], 254 * (own[between] - low) / (high - low), atol=0.51)


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        (np.r_[np.zeros(90), np.full(7, 5.0), 9, 9, 9], (0, 5)),  # 5th and 95th differ
        (np.r_[np.zeros(97), 5, 5, 9], (0, 5.04)),  # these do not, 1st and 99th do
        (np.r_[np.zeros(999), 9], (0, 9)),
        (np.full(50, 3.0), (3, 3)),
    ],
)
def test_ends_of_colours_fall_back_as_in_the_shap_package(values, ends):
    told = RowColours.of("x", values).header
    assert (told["low"], told["high"]) == pytest.approx(ends)


def test_shapes_select_the_rows_whose_dots_they_hold(make):
    given = explained()
    plot = make(given).wait(20)
    plot.brush = [{"x": [1, 99], "y": [-0.5, 0.5]}]
    assert plot.selection == np.flatnonzero(given.values[:, 1] >= 1)
    plot.brush = [{"x": [1, 99], "y": [-0.5, 0.5]}, {"x": [0, 99], "y": [0.5, 1.5], "op": "and"}]
    assert plot.selection == np.flatnonzero((given.values[:, 1] >= 1) & (given.values[:, 2] >= 0))
    plot.brush = [{"x": [1, 99], "y": [-0.5, 0.5]}, {"x": [0, 99], "y": [0.5, 1.5], "op": "not"}]
    assert plot.selection == np.flatnonzero((given.values[:, 1] >= 1) & (given.values[:, 2] < 0))
    plot.brush = [{"x": [0, 99, 99], "y": [-9, -9, 9]}]
    cloud = plot._scatter_of(plot._shown[0]).cloud
    caught = inside(cloud.x, cloud.y, [0, 99, 99], [-9, -9, 9]).any(axis=0)
    assert plot.selection == cloud.rows[caught]
    assert len(plot.selected) == len(plot.selection)


def test_shapes_go_when_the_selection_or_what_they_lie_on_changes(make):
    plot = make(explained(outputs=3)).wait(20)
    box = [{"x": [0, 99], "y": [-0.5, 0.5]}]
    plot.brush = box
    chosen = plot.selection
    plot.output = 2
    assert plot.brush == []
    assert plot.selection == chosen
    expect(lambda: plot.result["header"]["output"] == 2)
    plot.brush = box
    plot.selection = [1, 2]
    assert plot.brush == []
    plot.brush = box
    plot.max_display = 1
    assert plot.brush == []


@pytest.mark.parametrize(
    "brush",
    [
        "all",
        [{"x": [0, 1]}],
        [{"x": [0], "y": [0]}],
        [{"x": [0, 1, 2], "y": [0, 1]}],
        [{"x": [0, np.nan], "y": [0, 1]}],
        [{"x": [0, 1], "y": [0, 1], "op": "xor"}],
        [{"x": [0] * 501, "y": [0] * 501}],
        [{"x": [0, 1], "y": [0, 1]}] * 101,
    ],
)
def test_what_is_no_shape_is_refused(make, brush):
    plot = make(explained()).wait(20)
    with pytest.raises(traitlets.TraitError, match="shapes"):
        plot.brush = brush
    assert plot.brush == []


def test_of_many_rows_the_kernel_sends_a_picture(make, many):
    given = explained(2000)
    plot = make(given, table(2000))
    told = header(plot)
    assert told["many"]
    assert [array["name"] for array in plot.result["arrays"]] == ["codes", "owners", "shades"]
    owners, shades = array_of(plot.result, "owners"), array_of(plot.result, "shades")
    height, width = owners.shape
    left, right, _, _ = told["ends"]
    tall = height // FEATURES
    full = owners != NOBODY
    assert np.array_equal(full, shades > 0)
    for line, position in enumerate(np.argsort(-np.abs(given.values).mean(axis=0), kind="stable")):
        own = given.values[:, position]
        columns = np.unique(np.floor((own - left) * width / (right - left)).astype(int))
        band = full[line * tall : (line + 1) * tall]
        assert np.array_equal(np.flatnonzero(band.any(axis=0)), columns)
        rows, seen = owners[line * tall : (line + 1) * tall][band], np.nonzero(band)[1]
        np.testing.assert_array_equal(np.floor((own[rows] - left) * width / (right - left)), seen)


def test_of_many_rows_the_kernel_answers_brush_and_pointer(make, many):
    given = explained(2000)
    plot = make(given, table(2000)).wait(20)
    expect(lambda: plot.chosen["header"]["count"] == 0)
    plot.set_state({"brush": [{"x": [1, 99], "y": [-0.5, 0.5], "op": "or"}]})
    expected = np.flatnonzero(given.values[:, 1] >= 1)
    expect(lambda: plot.selection == expected)
    expect(lambda: plot.chosen["header"]["count"] == len(expected))
    assert plot.chosen["header"]["serial"] == plot.result["header"]["serial"]
    assert len(plot.brush) == 1
    shares, owners = array_of(plot.chosen, "shares"), array_of(plot.result, "owners")
    assert (shares[owners == NOBODY] == 0).all()
    tall = len(owners) // FEATURES
    seen = owners[:tall] != NOBODY
    right = np.nonzero(seen)[1] > np.searchsorted(np.linspace(*plot.result["header"]["ends"][:2], 601), 1.2)
    assert (shares[:tall][seen][right] == 255).all()
    plot.hover = 7
    expect(lambda: plot.hovered is not None)
    assert plot.hovered["row"] == 7
    order = np.argsort(-np.abs(given.values).mean(axis=0), kind="stable")
    assert plot.hovered["values"] == pytest.approx(given.values[7, order])
    assert plot.hovered["data"][names(plot).index("sex")] == table(2000)["sex"][7]
    plot.hover = None
    expect(lambda: plot.hovered is None)
    plot.selection = []
    assert plot.brush == []
    expect(lambda: plot.chosen["header"]["count"] == 0)


def test_what_was_freed_is_made_again_as_the_same_picture(make, many):
    plot = make(explained(2000), table(2000)).wait(20)
    plot._free()
    plot.selection = [1, 2, 3]
    expect(lambda: plot.chosen["header"]["count"] == 3)
    assert plot.chosen["header"]["serial"] == plot.result["header"]["serial"]


def test_few_rows_selected_by_a_browser_are_not_selected_again(make):
    plot = make(explained()).wait(20)
    plot.set_state({"brush": [{"x": [1, 99], "y": [-0.5, 0.5], "op": "or"}], "selection": memoryview(b"\x03\0\0\0")})
    time.sleep(0.05)
    assert plot.selection == [3]
    assert len(plot.brush) == 1


def test_a_shape_from_the_beginning_selects_when_the_rows_are_there(make):
    given = explained()
    plot = make(given, brush=[{"x": [1, 99], "y": [-0.5, 0.5]}]).wait(20)
    assert plot.selection == np.flatnonzero(given.values[:, 1] >= 1)
    assert len(plot.brush) == 1


def test_of_many_rows_a_selection_told_by_a_browser_takes_shapes_away(make, many):
    plot = make(explained(2000), table(2000)).wait(20)
    plot.set_state({"brush": [{"x": [1, 99], "y": [-0.5, 0.5], "op": "or"}]})
    expect(lambda: len(plot.selection))
    plot.set_state({"selection": memoryview(b"\x03\0\0\0")})
    expect(lambda: plot.brush == [])
    assert plot.selection == [3]
    expect(lambda: plot.chosen["header"]["count"] == 1)


def test_on_the_way_to_many_rows_some_are_drawn(make, many):
    plot = make(explained(2000), table(2000)).wait(20)
    estimate, request, job = plot._shown
    told = plot._preview(estimate, request, job, 9)["header"]
    assert (told["many"], told["some"], told["drawn"]) == (False, True, 20)
    assert [band["importance"] for band in told["bands"]] == [
        band["importance"] for band in plot.result["header"]["bands"]
    ]


def test_one_selection_joins_plots_of_every_kind(make):
    frame = table()[["age", "dose"]]

    def model(X):
        return X["age"].to_numpy() * X["dose"].to_numpy()

    plot = make(model, frame).wait(30)
    with xw.ICEPlot(model, frame, "age").wait(30) as curves, xw.DependencePlot(model, frame).wait(30) as other:
        traitlets.link((plot, "selection"), (curves, "selection"))
        traitlets.link((plot, "selection"), (other, "selection"))
        plot.brush = [{"x": [0.1, 99], "y": [-0.5, 0.5]}]
        assert 0 < len(plot.selection) < ROWS
        assert curves.selection == other.selection == plot.selection
        other.brush = [{"x": [-99, 0], "y": [-99, 99]}]
        column = other.result["header"]["feature"]
        assert plot.selection == np.flatnonzero(frame[column] <= 0)
        assert plot.brush == []


def test_a_model_fills_live_and_ends_with_all_rows(make):
    def model(X):
        time.sleep(1e-5 * len(X))
        return X[:, 0] - 2 * X[:, 1]

    data = np.random.default_rng(0).normal(size=(400, 3))
    previews = []

    class Watched(BeeswarmPlot):
        def send(self, content, buffers=None):
            previews.append(content["header"])
            self._on_message(self, {"kind": "ack", "job": 1, "sequence": content["header"]["sequence"]}, [])

        def _request(self, **keywords):
            self._visible["one"] = None
            super()._request(**keywords)

    with Watched(model, data, background=10, seed=4) as plot:
        plot.wait(60)
        assert names(plot)[:2] == ["x1", "x0"]
        assert plot.result["header"]["drawn"] == 400
    assert previews
    assert all(0 < told["drawn"] == told["done"] < 400 and not told["finished"] for told in previews)


def test_while_rows_are_on_their_way_a_selection_that_a_page_links_takes_shapes_away_and_stays():
    told = []

    class Linked(BeeswarmPlot):
        """Brushed by a browser as soon as it has a picture; then a plot that the page links selects."""

        def send(self, content, buffers=None):
            told.append(content["header"])
            self._on_message(self, {"kind": "ack", "job": 1, "sequence": content["header"]["sequence"]}, [])
            if len(told) == 1:
                rows = np.array([1], "<u4").tobytes()
                self.set_state({"selection": rows, "brush": [{"x": [-99, 99], "y": [-0.5, 0.5], "op": "or"}]})
                assert self.brush
            elif len(told) == 2:
                self.set_state({"selection": np.array([3, 5], "<u4").tobytes()})

        def _request(self, **keywords):
            self._visible["one"] = None
            super()._request(**keywords)

    def model(X):
        time.sleep(2e-6 * len(X))
        return X.sum(axis=1)

    with Linked(model, np.random.default_rng(0).normal(size=(400, 6)), background=10) as plot:
        plot.wait(60)
        assert len(told) > 2
        assert plot.brush == []
        assert plot.selection == [3, 5]


@pytest.mark.parametrize("alike", [True, False], ids=["order-changes", "order-stays"])
def test_a_shape_drawn_while_rows_are_on_their_way_stays_and_selects_those_that_come(alike):
    weights = np.ones(6) if alike else 3.0 ** -np.arange(6)
    box = [{"x": [0.5, 99], "y": [-0.5, 0.5], "op": "or"}]
    previews, counts = [], []

    def model(X):
        time.sleep(2e-6 * len(X))
        return X @ weights

    class Brushed(BeeswarmPlot):
        """Brushed by a browser as soon as it has a picture."""

        def send(self, content, buffers=None):
            previews.append([band["name"] for band in content["header"]["bands"]])
            counts.append(len(self.selection))
            self._on_message(self, {"kind": "ack", "job": 1, "sequence": content["header"]["sequence"]}, [])
            if len(previews) == 1:
                self.set_state({"brush": box})

        def _request(self, **keywords):
            self._visible["one"] = None
            super()._request(**keywords)

    data = np.random.default_rng(0).normal(size=(400, 6))
    with Brushed(model, data, background=10) as plot:
        plot.wait(60)
        assert len(previews) > 2
        assert all(order == previews[0] for order in previews)
        assert counts == sorted(counts)
        own = plot.explanation.values[:, int(previews[0][0].removeprefix("x"))]
        assert plot.selection == np.flatnonzero(own >= 0.5)
        assert counts[1] < len(plot.selection)
        in_the_end = names(plot)
        assert in_the_end == [f"x{each}" for each in np.argsort(-np.abs(plot.explanation.values).mean(axis=0))]
        assert plot.brush == ([] if in_the_end != previews[0] else box)
        assert (in_the_end != previews[0]) == alike


def test_what_a_browser_selects_on_the_final_picture_is_not_selected_again():
    box = {"x": [0.5, 99], "y": [-0.5, 0.5], "op": "or"}

    def model(X):
        time.sleep(2e-6 * len(X))
        return X @ 3.0 ** -np.arange(6)

    class Brushed(BeeswarmPlot):
        """Brushed by a browser when it has its first picture, and again when it has the last one."""

        def send(self, content, buffers=None):
            self._on_message(self, {"kind": "ack", "job": 1, "sequence": content["header"]["sequence"]}, [])
            if not self.brush:
                self.set_state({"brush": [box]})

        def send_state(self, key=None):
            last = "result" in (self.keys if key is None else [key] if isinstance(key, str) else key)
            super().send_state(key)
            if last and self.result and self.brush == [box]:
                rows = np.array([7], "<u4").tobytes()
                self.set_state({"selection": rows, "brush": [box | {"x": [0.6, 99]}]})

        def _request(self, **keywords):
            self._visible["one"] = None
            super()._request(**keywords)

    data = np.random.default_rng(0).normal(size=(400, 6))
    with Brushed(model, data, background=10) as plot:
        plot.wait(60)
        assert plot.brush == [box | {"x": [0.6, 99]}]
        assert plot.selection == [7]


def test_rows_that_are_not_computed_are_absent_and_the_others_keep_their_positions(make):
    values = explained().values.copy()
    values[[3, 8]] = np.nan
    plot = make(values, table()).wait(20)
    assert sorted(array_of(plot.result, "rows")) == [row for row in range(ROWS) if row not in (3, 8)]
    plot.brush = [{"x": [1, 99], "y": [-0.5, 0.5]}]
    assert plot.selection == np.flatnonzero(values[:, 1] >= 1)


@pytest.mark.parametrize("rows", [1, 7, 200])
def test_a_cell_shows_the_first_of_its_dots_and_what_share_is_selected(rows):
    random = np.random.default_rng(rows)
    x, y = random.uniform(-1, 2, (2, 3, rows))  # some beyond the plane
    x[0, 0] = np.nan
    codes, order = random.integers(0, 256, (3, rows)).astype(np.uint8), random.permutation(rows) + 5
    cloud = Cloud(x, y, codes, order, (0.0, 1.0, 1.0, 0.0), (4, 5))
    chosen = order[::2]
    for down in range(4):
        for across in range(5):
            within = (np.floor(x * 5) == across) & (np.floor((1 - y) * 4) == down)
            shown, dots = cloud.picture, np.flatnonzero(within)
            if not len(dots):
                assert (shown.owners[down, across], shown.shades[down, across]) == (NOBODY, 0)
                continue
            assert shown.codes[down, across] == codes.ravel()[dots[0]]
            assert shown.owners[down, across] == order[dots[0] % rows]
            share = np.isin(order[dots % rows], chosen).mean()
            assert cloud.shares(chosen)[down, across] == np.ceil(255 * share)


def test_values_without_data_are_grey(make):
    plot = make(explained().values).wait(20)
    assert (array_of(plot.result, "codes") == 255).all()
    assert np.isnan(array_of(plot.result, "data")).all()
    plot.brush = [{"x": [0, 99], "y": [-0.5, 0.5]}]
    with pytest.raises(InputError, match="not known"):
        assert plot.selected


def test_nothing_contributed_is_said(make):
    plot = make(np.zeros((ROWS, 3)))
    assert header(plot)["zero"]
    assert header(plot)["ends"][:2] == [-1, 1]
    assert "all values are 0" in plot.snapshot().alt
    assert ">No contribution: all values are 0. 60 rows, 3 features, values as given<" in _still(plot)
    named = make(np.zeros((1, 3)), class_names=["a name that leaves no room beside it in the title of this plot"]).wait(
        30
    )
    assert ">No contribution: all values are 0. 1 row, 3 features, values as given<" in _still(named)


def _still(plot):
    return plot._figure(*plot._shown, "light").svg()


def test_a_single_row_is_one(make):
    plot = make(np.ones((1, 3))).wait(30)
    assert ". 1 row. Mean magnitude" in plot.snapshot().alt


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (5, 1)])
def test_one_row_or_one_feature(make, shape):
    plot = make(np.full(shape, 0.3))
    assert header(plot)["drawn"] == shape[0]
    assert len(names(plot)) == shape[1]
    assert plot.snapshot().data


def test_five_thousand_features_are_ten_lines_and_a_sum(make):
    plot = make(np.random.default_rng(0).normal(size=(30, 5000))).wait(30)
    assert len(names(plot)) == 11
    assert plot.result["header"]["bands"][-1]["joined"] == 4990


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_still_picture_and_its_words(make, theme):
    plot = make(explained(), table(), selection=[1, 2]).wait(20)
    still = plot.snapshot(theme)
    picture = np.asarray(Image.open(io.BytesIO(still.data)).convert("RGB"))
    assert (picture[0, 0] > 128).all() == (theme == "light")
    assert len(still.data) <= 150_000
    assert still.alt.startswith("SHAP values: what each feature adds to the model output. 60 rows.")
    assert f"bmi {np.abs(explained().values[:, 1]).mean():.2f}"[:7] in still.alt
    figure = plot._figure(*plot._shown, theme)
    assert "<desc>" in figure.svg()
    assert ">bmi<" in figure.svg()
    assert ">mean |SHAP|<" in figure.svg()
    for mean in np.abs(explained().values).mean(axis=0):
        assert f">{mean:.2f}<".replace("0.00", "0") in figure.svg()


@pytest.mark.parametrize("exponent", [-7, 8])
def test_the_still_picture_tells_the_power_of_ten_of_axis_and_means(make, exponent):
    given = explained()
    plot = make(given.values * 10.0**exponent, table()).wait(20)
    told = plot._figure(*plot._shown, "light").svg()
    low, high, *_ = plot.result["header"]["ends"]
    of_axis = power_of_ten(int(np.floor(np.log10(max(-low, high)))))
    assert f">SHAP values: what each feature adds to the model output{of_axis}<" in told
    largest = np.abs(given.values).mean(axis=0).max()
    assert f">mean |SHAP|{power_of_ten(exponent)}<" in told
    assert f">{largest:.2f}<" in told


def test_the_code_says_what_differs(make):
    plot = make(explained(outputs=2), output=0, max_display=3)
    assert plot.wait(20).code.endswith("xw.BeeswarmPlot(explanation, output=0, max_display=3)")


def test_the_page_is_whole_without_a_kernel(make, tmp_path):
    plot = make(explained(), table()).wait(20)
    plot.to_html(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "BeeswarmPlot" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
