"""DependencePlot: places, colours, categories, missing values, the strongest interaction, shapes and refusals."""

import io
import time

import numpy as np
import pandas as pd
import pytest
import shap
import traitlets
from PIL import Image
from shap.utils import approximate_interactions

import xai_widgets as xw
from xai_widgets.explainers.shapley.values import ShapleyValues
from xai_widgets.models import InputError
from xai_widgets.render.text import power_of_ten
from xai_widgets.widgets.cloud import NOBODY
from xai_widgets.widgets.dependence_plot import DependencePlot

from .plots import expect

ROWS = 300
NAMES = ["age", "bmi", "sex", "dose"]


@pytest.fixture
def make():
    """Make plots that are closed when the test ends."""
    made = []

    def plot(*arguments, **keywords):
        made.append(xw.DependencePlot(*arguments, **keywords))
        return made[-1]

    yield plot
    for widget in made:
        widget.close()


@pytest.fixture
def many(monkeypatch):
    """A page that draws the dots of 20 rows."""
    monkeypatch.setattr(DependencePlot, "_most_rows", 20)


def table():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(ROWS, 4)), columns=NAMES)
    frame["sex"] = random.choice(["female", "male"], ROWS)
    frame.loc[::6, "bmi"] = np.nan
    return frame


def explained(frame=None):
    frame = table() if frame is None else frame
    random = np.random.default_rng(1)
    bmi = frame["bmi"].fillna(0)
    male = (frame["sex"] == "male").to_numpy()
    values = np.column_stack(
        [0.3 * frame["age"], bmi * (1 + frame["dose"]), np.where(male, 0.5, -0.5), 0.1 * random.normal(size=ROWS)]
    )
    return shap.Explanation(values, np.zeros(1), frame.to_numpy(), feature_names=NAMES)


def header(plot):
    return plot.wait(20).result["header"]


def array_of(record, name):
    place = [array["name"] for array in record["arrays"]].index(name)
    told = record["arrays"][place]
    return np.frombuffer(record["buffers"][place], told["dtype"]).reshape(told["shape"])


def test_the_most_important_feature_is_shown_against_its_values(make):
    given = explained()
    plot = make(given, table())
    told = header(plot)
    assert told["feature"] == "bmi"
    assert [each["name"] for each in told["ranked"]] == ["bmi", "sex", "age", "dose"]
    rows = array_of(plot.result, "rows")
    own = table()["bmi"].to_numpy()[rows]
    x, known = array_of(plot.result, "x")[0], ~np.isnan(own)
    np.testing.assert_array_equal(x[known], own[known])
    assert (x[~known] > np.nanmax(own)).all()
    assert told["axis"]["lacking"] == (~known).sum() == ROWS // 6
    assert sum(told["axis"]["counts"]) == known.sum()
    np.testing.assert_allclose(array_of(plot.result, "values")[0], given.values[rows, 1], rtol=1e-6)
    left, right, top, bottom = told["ends"]
    assert left < x.min()
    assert x.max() < right
    assert bottom < given.values[:, 1].min()
    assert given.values[:, 1].max() < top


def test_the_colour_is_that_of_the_strongest_interaction(make):
    frame = table().drop(columns="sex")
    random = np.random.default_rng(2)
    values = np.column_stack([0.1 * random.normal(size=ROWS)] * 3)
    values[:, 1] = frame["bmi"].fillna(0) * (1 + frame["dose"])
    given = shap.Explanation(values, np.zeros(1), frame.to_numpy(), feature_names=list(frame.columns))
    plot = make(given)
    told = header(plot)
    assert (told["feature"], told["color_by"]) == ("bmi", "dose")
    theirs = approximate_interactions(1, values, frame)
    expected = [frame.columns[each] for each in theirs if each != 1]
    assert [each["name"] for each in told["interacting"]] == expected
    assert not told["by_interactions"]
    codes, rows = array_of(plot.result, "codes")[0], array_of(plot.result, "rows")
    assert (np.diff(codes[np.argsort(frame["dose"].to_numpy()[rows])].astype(int)) >= 0).all()


def test_interaction_values_are_taken_where_there_are_some(make):
    random = np.random.default_rng(0)
    interactions = np.zeros((ROWS, 4, 4))
    interactions[:, 1, 0] = interactions[:, 0, 1] = random.normal(size=ROWS)
    interactions[:, 1, 3] = interactions[:, 3, 1] = 0.1 * random.normal(size=ROWS)
    interactions[:, 1, 1] = 2
    plot = make(shap.Explanation(interactions, np.zeros(1), table().to_numpy(), feature_names=NAMES), feature="bmi")
    told = header(plot)
    assert told["by_interactions"]
    assert told["color_by"] == "age"
    assert told["interacting"][0]["strength"] == pytest.approx(np.abs(interactions[:, 1, 0]).mean())


def test_categories_stand_side_by_side(make):
    frame = table()
    frame.loc[:4, "sex"] = None
    plot = make(explained(), frame, "sex", color_by=None)
    told = header(plot)
    axis = told["axis"]
    assert axis["names"] == ["female", "male"]
    assert axis["counts"] == [(frame["sex"] == name).sum() for name in axis["names"]]
    assert (axis["missing"], axis["lacking"]) == (2, 5)
    assert told["colors"] is None
    x, rows = array_of(plot.result, "x")[0], array_of(plot.result, "rows")
    places = frame["sex"].map({"female": 0, "male": 1}).fillna(2).to_numpy()[rows]
    assert (np.abs(x - places) <= 0.3).all()
    assert len(np.unique(x)) == ROWS
    plot.brush = [{"x": [0.6, 1.4], "y": [-9, 9]}]
    assert (plot.selected["sex"] == "male").all()
    assert len(plot.selected) == axis["counts"][1]


def test_very_many_categories_leave_room_for_the_frequent_ones(make):
    random = np.random.default_rng(0)
    words = np.array([f"w{number:03}" for number in range(120)] + ["often"] * 180, dtype=object)
    frame = pd.DataFrame({"word": words, "other": random.normal(size=ROWS)})
    plot = make(random.normal(size=(ROWS, 2)), frame, "word").wait(20)
    names = plot.result["header"]["axis"]["names"]
    assert len(names) == 40
    assert "often" in names
    assert names[-1] == "+ 82"
    assert sum(plot.result["header"]["axis"]["counts"]) == ROWS


def test_another_feature_or_colour_is_drawn_at_once(make):
    plot = make(explained(), table()).wait(20)
    job = plot.job
    plot.feature = "age"
    expect(lambda: plot.result["header"]["feature"] == "age")
    plot.color_by = "sex"
    expect(lambda: plot.result["header"]["color_by"] == "sex")
    assert plot.result["header"]["colors"]["names"] == ["female", "male"]
    plot.color_by = None
    expect(lambda: plot.result["header"]["color_by"] is None)
    assert plot.job == job
    plot._on_message(None, {"kind": "reset"}, [])
    expect(lambda: plot.result["header"]["feature"] == "bmi")
    assert plot.result["header"]["color_by"] is not None


def test_a_feature_by_its_position(make):
    assert header(make(explained(), table(), 2))["feature"] == "sex"
    assert header(make(explained(), table(), np.int64(0)))["feature"] == "age"


@pytest.mark.parametrize("feature", ["weight", 4, -1, True, 1.5])
def test_a_feature_that_is_not_there_is_refused(make, feature):
    with pytest.raises(InputError, match="no feature"):
        make(explained(), table(), feature)
    plot = make(explained(), table()).wait(20)
    with pytest.raises(traitlets.TraitError, match="no feature"):
        plot.color_by = "weight"
    assert plot.color_by == "auto"


def test_a_misspelt_feature_is_answered_with_the_one_that_is_meant(make):
    with pytest.raises(InputError, match="did you mean 'bmi'"):
        make(explained(), feature="bni")


def test_an_explanation_without_data_is_refused(make):
    with pytest.raises(InputError, match="values of the features are not known"):
        make(explained().values)
    assert header(make(explained().values, table()))["feature"] == "bmi"


def test_shapes_select_by_value_and_go_with_the_feature(make):
    given = explained()
    plot = make(given, table(), "age").wait(20)
    plot.brush = [{"x": [0, 9], "y": [-9, 9]}]
    assert plot.selection == np.flatnonzero(table()["age"] >= 0)
    plot.brush = [{"x": [0, 9], "y": [-9, 9]}, {"x": [-9, 9], "y": [0.3, 9], "op": "and"}]
    assert plot.selection == np.flatnonzero((table()["age"] >= 0) & (given.values[:, 0] >= 0.3))
    chosen = plot.selection
    plot.feature = "dose"
    assert plot.brush == []
    assert plot.selection == chosen


def test_of_many_rows_the_kernel_sends_a_picture_and_answers(make, many):
    given = explained()
    plot = make(given, table(), "age")
    told = header(plot)
    assert told["many"]
    assert "names" not in told
    owners, shades = array_of(plot.result, "owners"), array_of(plot.result, "shades")
    height, width = owners.shape
    left, right, top, bottom = told["ends"]
    down, across = np.nonzero(owners != NOBODY)
    rows = owners[down, across]
    own = table()["age"].to_numpy()[rows]
    np.testing.assert_array_equal(np.floor((own - left) * width / (right - left)), across)
    np.testing.assert_array_equal(np.floor((top - given.values[rows, 0]) * height / (top - bottom)), down)
    assert np.array_equal(shades > 0, owners != NOBODY)
    plot.set_state({"brush": [{"x": [0, 9], "y": [-9, 9], "op": "or"}]})
    expect(lambda: plot.selection == np.flatnonzero(table()["age"] >= 0))
    expect(lambda: plot.chosen["header"]["count"] == len(plot.selection))
    above = table()["age"][table()["age"] >= 0]
    counts = np.histogram(above, told["axis"]["edges"])[0]
    assert plot.chosen["header"]["bars"] == counts.tolist()
    plot.hover = 11
    expect(lambda: plot.hovered is not None)
    assert plot.hovered["data"] == pytest.approx([table()["age"][11]])
    assert plot.hovered["values"] == pytest.approx([given.values[11, 0]])


@pytest.mark.parametrize("missing", [True, False])
def test_a_feature_with_one_value_or_none(make, missing):
    frame = pd.DataFrame({"constant": np.full(ROWS, np.nan if missing else 2.0), "other": np.arange(ROWS) * 1.0})
    plot = make(np.random.default_rng(0).normal(size=(ROWS, 2)), frame, "constant")
    told = header(plot)
    assert np.isfinite(told["ends"]).all()
    assert told["axis"]["lacking"] == (ROWS if missing else 0)
    assert plot.snapshot().data


def test_one_feature_has_no_colour(make):
    told = header(make(np.ones((5, 1)), np.arange(5.0)[:, None]))
    assert (told["color_by"], told["interacting"]) == (None, [])


def test_infinite_values_stand_with_the_missing_ones(make):
    data = np.random.default_rng(0).normal(size=(ROWS, 2))
    data[0, 0] = np.inf
    plot = make(np.ones((ROWS, 2)), data, 0)
    assert header(plot)["axis"]["lacking"] == 1


def test_a_model_fills_live(make):
    def model(X):
        time.sleep(0.002)
        return X[:, 0] * X[:, 2]

    data = np.random.default_rng(0).normal(size=(120, 3))
    plot = make(model, data, "x0", background=5)
    assert header(plot)["color_by"] == "x2"
    assert plot.explanation.values.shape == (120, 3)
    assert "background=5" in plot.code
    assert "feature='x0'" in plot.code


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("feature", ["bmi", "sex"])
def test_the_still_picture_and_its_words(make, theme, feature):
    plot = make(explained(), table(), feature, selection=[1, 2]).wait(20)
    still = plot.snapshot(theme)
    picture = np.asarray(Image.open(io.BytesIO(still.data)).convert("RGB"))
    assert (picture[0, 0] > 128).all() == (theme == "light")
    assert still.alt.startswith(f"SHAP value of {feature}: what it adds to the model output. 300 rows.")
    assert ("bmi missing: mean" if feature == "bmi" else "sex = male: mean +0.5") in still.alt
    assert "Coloured by" in still.alt
    assert "whose interaction is estimated to be the strongest" in plot._figure(*plot._shown, theme).status_line


def test_the_still_picture_tells_the_powers_of_ten_of_both_axes(make):
    rows = table()
    rows["age"] *= 1e-6
    plot = make(explained().values * 1e9, rows, "age").wait(20)
    told = plot._figure(*plot._shown, "light").svg()
    _, _, high, low = plot.result["header"]["ends"]
    assert f">SHAP value of age: what it adds to the model output{power(low, high)}<" in told
    assert f">age{power(*rows['age'].agg(['min', 'max']))}<" in told


def power(low, high):
    return power_of_ten(int(np.floor(np.log10(max(abs(low), abs(high))))))


def test_values_without_data_that_are_read_already_are_refused(make):
    read = ShapleyValues.of(explained().values)
    with pytest.raises(InputError, match="values of the features are not known"):
        make(read)
    assert header(make(read, table(), "age", color_by=3))["color_by"] == "dose"
