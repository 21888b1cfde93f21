"""AgreementPlot: the methods of one row in its frames, another row and class, and its still picture."""

import io
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
import torch
import traitlets
from PIL import Image
from sklearn.linear_model import LogisticRegression

import xai_widgets as xw
from xai_widgets.models import InputError, ModelError
from xai_widgets.render.agreement import print_share

from .plots import expect

X = pd.DataFrame(np.random.default_rng(0).normal(size=(200, 4)), columns=["age", "bmi", "bp", "<b>s1</b>"])
WEIGHTS = np.array([3.0, -2.0, 0.5, 0.0])


@pytest.fixture
def make():
    """Make plots that are closed when the test ends."""
    made = []

    def plot(*arguments, **keywords):
        made.append(xw.AgreementPlot(*arguments, **keywords))
        return made[-1]

    yield plot
    for widget in made:
        widget.close()


def linear(table):
    return np.asarray(table) @ WEIGHTS


def classifier():
    classes = np.array(["ant", "bee", "cat"])[linear(X).argsort().argsort() // 67]
    return LogisticRegression(max_iter=300).fit(X, classes)


def sent(result, name):
    record = next(array for array in result["arrays"] if array["name"] == name)
    stored = np.frombuffer(result["buffers"][result["arrays"].index(record)], record["dtype"])
    return stored.reshape(record["shape"])


def test_what_is_sent_is_what_the_methods_say(make):
    w = make(linear, 3, X).wait(60)
    found = w.explanation
    np.testing.assert_array_equal(sent(w.result, "shares"), found.shares)
    np.testing.assert_array_equal(sent(w.result, "errors"), found.share_errors)
    np.testing.assert_allclose(np.abs(found.shares).sum(axis=1), 1)
    header = w.result["header"]
    assert [method["name"] for method in header["methods"]] == list(found.methods) == ["shap", "lime"]
    assert header["pairs"][0]["spearman"] == pytest.approx(found.pairs[0].spearman)
    assert header["prediction"] == pytest.approx(linear(X.iloc[[3]])[0])
    assert header["row"] == pytest.approx(X.iloc[3].tolist())
    order = sent(w.result, "order")
    assert (np.diff(np.abs(found.shares).mean(axis=0)[order]) <= 0).all()
    assert w.status == "done"


def test_another_row_by_its_position_or_a_link(make):
    w = make(linear, 3, X).wait(60)
    before = w.explanation.values
    w.index = 4
    after = w.wait(60).explanation.values
    assert not np.array_equal(before, after)
    np.testing.assert_array_equal(after, make(linear, 4, X).wait(60).explanation.values)
    other = make(linear, 3, X)
    traitlets.link((w, "index"), (other, "index"))
    assert other.wait(60).result["header"]["index"] == 4
    with pytest.raises(traitlets.TraitError, match="row 200 of 200"):
        w.index = 200
    w.index = None
    np.testing.assert_array_equal(w.wait(60).explanation.values, before)


def test_a_row_of_values_has_no_position_until_one_is_set(make):
    row = X.iloc[3].copy()
    w = make(linear, row, X)
    row[:] = 0.0  # the plot has seen it before
    np.testing.assert_array_equal(w.wait(60).explanation.values, make(linear, 3, X).wait(60).explanation.values)
    assert (w.index, w.result["header"]["index"]) == (None, None)
    w.index = 7
    assert w.wait(60).result["header"]["index"] == 7
    w.index = None
    assert w.wait(60).result["header"]["index"] is None


def test_a_class_is_chosen_by_name_and_changed_by_position(make):
    model = classifier()
    w = make(model, 0, X, target="bee").wait(60)
    assert (w.target, w.result["header"]["target_name"]) == (1, "bee")
    w.target = 2
    header = w.wait(60).result["header"]
    assert header["target_name"] == "cat"
    assert header["prediction"] == pytest.approx(model.predict_proba(X.iloc[[0]])[0, 2])
    assert "target='cat'" in w.code
    with pytest.raises(traitlets.TraitError, match="target=3"):
        w.target = 3


def test_methods_that_share_no_units_say_so(make):
    header = make(classifier(), 0, X, target="bee").wait(60).result["header"]
    assert {method["units"] for method in header["methods"]} == {"softmax_logit", "probability"}
    assert header["units"] == "probability"


def test_a_module_has_its_gradient_beside(make):
    w = make(torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1)), 5, X).wait(60)
    assert w.explanation.methods == ("shap", "lime", "gradient_x_input")
    assert len(w.result["header"]["pairs"]) == 3


def test_what_changes_the_picture_alone_asks_no_model(make):
    calls = []

    def counting(table):
        calls.append(len(table))
        return linear(table)

    w = make(counting, 3, X).wait(60)
    before, job = len(calls), w.job
    w.feature, w.max_display, w.language = "bmi", 2, "ko"
    expect(lambda: "feature='bmi'" in w.code)
    assert (len(calls), w.job) == (before, job)
    with pytest.raises(traitlets.TraitError, match="no column 'bmx'"):
        w.feature = "bmx"


@pytest.mark.parametrize("row", [200, [1.0], "age", {"age": 1.0}])
def test_a_bad_row_is_a_sentence(make, row):
    with pytest.raises(InputError):
        make(linear, row, X)


def test_a_model_that_fails_loses_nothing(make):
    w = make(lambda table: np.full(len(table), np.nan if table.iloc[0, 0] == X.iloc[9, 0] else 1.0), 3, X).wait(60)
    shown = w.result["header"]["job"]
    w.index = 9
    with pytest.raises(ModelError):
        w.wait(60)
    assert w.error["title"]
    assert w.result["header"]["job"] == shown


def test_the_code_gives_the_same(make):
    w = make(linear, 3, X, seed=2, feature="bp").wait(60)
    code = w.code.splitlines()[-1]
    again = eval(code, {"xw": xw, "model": linear, "X_train": X})
    try:
        assert (again.feature, again.index) == ("bp", 3)
        np.testing.assert_array_equal(again.wait(60).explanation.values, w.explanation.values)
    finally:
        again.close()


def test_nothing_is_changed(make):
    before, state = X.copy(), np.random.get_state()[1].copy()
    make(linear, 3, X).wait(60)
    pd.testing.assert_frame_equal(X, before)
    assert np.array_equal(np.random.get_state()[1], state)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_without_a_browser(make, theme):
    w = make(linear, 3, X, feature="age").wait(60)
    image = w.snapshot(theme)
    assert len(image.data) <= 150_000
    assert "Why the model output of row 3 is" in image.alt
    assert "SHAP and LIME: Spearman" in image.alt
    assert len(np.unique(np.asarray(Image.open(io.BytesIO(image.data)).convert("L")))) > 10
    document = w._figure(*w._shown, theme).svg()
    ET.fromstring(document)
    assert "<b>s1" not in document


def figure_of(w, **changes):
    figure = w._figure(*w._shown, "light")
    header = figure.header | changes.pop("header", {})
    return type(figure)(**{**vars(figure), "header": header, **changes})


def test_the_sentence_names_each_feature_once_the_largest_first(make):
    w = make(linear, 3, X).wait(60)
    shares = np.array([[0.5, -0.2, 0.2, 0.1], [0.4, 0.3, 0.2, 0.1]])
    ranks = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]])
    disputes = [
        {"feature": 1, "first": 0, "second": 1, "kind": "sign"},
        {"feature": 0, "first": 0, "second": 1, "kind": "rank"},
        {"feature": 1, "first": 0, "second": 1, "kind": "rank"},
    ]
    told = figure_of(w, header={"disagreements": disputes}, shares=shares, ranks=ranks).sentence
    assert told == (
        "The methods disagree. bmi raises it for LIME (+30 %) and lowers it for SHAP (\u221220 %); "
        "age is number 1 for SHAP and number 1 for LIME."
    )
    many = [{"feature": feature, "first": 0, "second": 1, "kind": "rank"} for feature in range(4)]
    assert figure_of(w, header={"disagreements": many}).sentence.endswith("So do they on 1 more.")
    assert figure_of(w, header={"disagreements": []}).sentence.startswith("The methods agree")
    one = w.result["header"]["methods"][:1]
    assert figure_of(w, header={"methods": one}).sentence == ""


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.123, "+12 %"),
        (-0.0461, "\u22124.6 %"),
        (0.0, "0 %"),
        (1e-9, "<0.1 %"),
        (-1.0, "\u2212100 %"),
        (0.0995, "+10 %"),
    ],
)
def test_shares_are_told_as_fine_as_they_need(share, text):
    assert print_share(share) == text


def test_one_file_shows_it_without_a_kernel(make, tmp_path):
    w = make(linear, 3, X).wait(60)
    w.to_html(tmp_path / "agreement.html")
    page = (tmp_path / "agreement.html").read_text(encoding="utf-8")
    assert "agreement-plot" in page
    assert "Why the model output of row 3 is" in page
    assert "<b>s1</b>" not in page
