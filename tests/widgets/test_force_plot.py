"""ForcePlot: what is sent, orders, exact rows, links of the axis, its still picture, and what is refused."""

import dataclasses
import io
import time

import numpy as np
import pandas as pd
import pytest
import shap
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import xai_widgets as xw
from xai_widgets.explainers.shapley.similarity import MOST_EXACT, similarity_order
from xai_widgets.explainers.shapley.values import ShapleyValues
from xai_widgets.models import InputError
from xai_widgets.render import letters
from xai_widgets.widgets.sent_values import MOST_PREVIEWED, SentValues, row_record

from .plots import expect

ROWS, FEATURES = 60, 4
RANDOM = np.random.default_rng(0)
VALUES = RANDOM.normal(size=(ROWS, FEATURES)) * [1, 5, 0.1, 2]
X = pd.DataFrame(RANDOM.uniform(0, 9, (ROWS, FEATURES)), columns=["a", "b", "c", "d"])
X["c"] = RANDOM.choice(["red", "blue"], ROWS)
X.loc[3, "a"] = np.nan


def explained(values=VALUES, base=0.5, data=X):
    return shap.Explanation(values, base, data.to_numpy(), feature_names=list(data.columns))


@pytest.fixture
def make():
    """Make plots that are closed when the test ends."""
    made = []

    def plot(*arguments, **keywords):
        made.append(xw.ForcePlot(*arguments, **keywords))
        return made[-1]

    yield plot
    for widget in made:
        widget.close()


def eventually(wanted, seconds=20):
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.01)


def arrays(result):
    return {
        record["name"]: np.frombuffer(buffer, record["dtype"]).reshape(record["shape"])
        for record, buffer in zip(result["arrays"], result["buffers"], strict=True)
    }


def decoded(result):
    header, stored = result["header"], arrays(result)["values"]
    return np.array(header["lows"])[:, None] + np.array(header["scales"])[:, None] * stored


def ordered_by(plot, order):
    eventually(lambda: plot.ordering.get("header", {}).get("order") == order)
    return arrays(plot.ordering)["order"].astype(int)


# -- what is sent ------------------------------------------------------------------------------------------------------


def test_values_are_sent_strongest_first_and_nearly_exact(make):
    result = make(explained()).wait(20).result
    header = result["header"]
    assert header["columns"] == [1, 3, 0, 2]
    found = decoded(result)
    span = np.ptp(VALUES, axis=0)[header["columns"]]
    assert (np.abs(found[:-2] - VALUES.T[header["columns"]]).max(axis=1) <= span / 65535).all()
    assert not found[-2:].any()
    assert np.allclose(arrays(result)["outputs"], 0.5 + VALUES.sum(axis=1), rtol=1e-6)
    assert header["base"] == 0.5


def test_data_go_along_where_they_are_few(make):
    result = make(explained()).wait(20).result
    header, data = result["header"], arrays(result)["data"]
    assert header["levels"] == [None, None, None, ["blue", "red"]]
    assert np.allclose(data[0], X["b"])
    assert [header["levels"][3][int(code)] for code in data[3]] == X["c"].tolist()
    assert np.isnan(data[2, 3])


def test_a_base_value_of_each_row_is_sent(make):
    base = np.arange(ROWS, dtype=float)
    result = make(explained(base=base)).wait(20).result
    assert result["header"]["base"] is None
    assert np.array_equal(arrays(result)["base"], base)
    unknown = make(VALUES).wait(20).result["header"]
    assert not unknown["base_known"]


@given(
    values=st.lists(
        st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3).map(tuple),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=40, deadline=None)
def test_what_is_joined_adds_up(values):
    table = np.array(values)
    sent = SentValues.of(ShapleyValues.of(table), 0)
    assert np.allclose(sent.values.sum(axis=0), table.sum(axis=1))
    assert np.allclose(sent.outputs, table.sum(axis=1))


def test_very_many_features_are_joined_and_stay_within_eight_megabytes(make):
    values = np.random.default_rng(0).normal(size=(2000, 5000)).astype(np.float32)
    result = make(values, order="output").wait(60).result
    assert sum(len(buffer) for buffer in result["buffers"]) < 8e6
    header, found = result["header"], decoded(result)
    assert 0 < len(header["columns"]) < 5000
    strongest = values[:, header["columns"]].sum(axis=1)
    assert np.allclose(found[-2:].sum(axis=0), values.sum(axis=1) - strongest, atol=0.1)
    plot_row = row_record(ShapleyValues.of(values), 7, 0)
    assert plot_row["rest"]["raising"] + plot_row["rest"]["lowering"] + len(plot_row["features"]) == 5000
    assert plot_row["rest"]["raised"] + plot_row["rest"]["lowered"] + sum(plot_row["values"]) == pytest.approx(
        values[7].sum(), rel=1e-4
    )


def test_a_hundred_thousand_rows_stay_within_eight_megabytes(make):
    values = np.random.default_rng(0).normal(size=(100_000, 20)).astype(np.float32)
    plot = make(values).wait(60)
    order = ordered_by(plot, "similarity")
    assert np.array_equal(np.sort(order), np.arange(100_000))
    state = plot.get_state()
    held = [state["result"]["buffers"], state["ordering"]["buffers"]]
    assert sum(len(buffer) for buffers in held for buffer in buffers) < 8e6
    assert len(plot.result["header"]["columns"]) == 20


def test_previews_of_very_many_rows_are_a_sample():
    sent = SentValues.of(ShapleyValues.of(np.ones((MOST_PREVIEWED + 5, 2))), 0, MOST_PREVIEWED)
    assert len(sent.rows) == MOST_PREVIEWED
    assert (np.diff(sent.rows) > 0).all()


def test_rows_that_are_not_computed_are_not_sent(make):
    values = VALUES.copy()
    values[[1, 4]] = np.nan
    result = make(values).wait(20).result
    assert arrays(result)["rows"].tolist() == [row for row in range(ROWS) if row not in (1, 4)]
    assert result["header"]["done"] == ROWS - 2


# -- orders ------------------------------------------------------------------------------------------------------------


def test_rows_that_are_alike_stand_together(make):
    groups = np.repeat([[9.0, 0, 0], [0, 9.0, 0], [0, 0, 9.0]], 20, axis=0)
    mixed = np.random.default_rng(0).permutation(60)
    values = groups[mixed] + np.random.default_rng(1).normal(0, 0.1, (60, 3))
    order = ordered_by(make(values), "similarity")
    assert np.count_nonzero(np.diff(mixed[order] // 20)) == 2


@pytest.mark.parametrize("rows", [1, 2, 3, MOST_EXACT + 1, 4 * MOST_EXACT])
def test_an_order_by_similarity_has_every_row_once_and_a_short_way(rows):
    values = np.random.default_rng(0).normal(size=(rows, 6))
    order = similarity_order(values)
    assert np.array_equal(np.sort(order), np.arange(rows))

    def way(places):
        return np.linalg.norm(np.diff(values[places], axis=0), axis=1).sum()

    if rows > 3:
        assert way(order) < 0.8 * way(np.argsort(values.sum(axis=1)))


def test_rows_that_are_all_alike_have_an_order_too():
    assert np.array_equal(np.sort(similarity_order(np.zeros((3 * MOST_EXACT, 2)))), np.arange(3 * MOST_EXACT))


@pytest.mark.parametrize("feature", ["b", "c", "a"])
def test_rows_stand_by_the_value_of_a_feature(make, feature):
    plot = make(explained(), order=feature)
    found = X[feature].to_numpy()[ordered_by(plot, feature)].tolist()
    present = [value for value in found if value == value]  # noqa: PLR0124 (NaN)
    assert present == sorted(present)
    assert found[: len(present)] == present


def test_another_order_sends_no_values_again(make):
    plot = make(explained(), order="output").wait(20)
    sequence = plot.result["header"]["sequence"]
    plot.order = "b"
    ordered_by(plot, "b")
    assert plot.result["header"]["sequence"] == sequence
    eventually(lambda: "order='b'" in plot.code)
    with pytest.raises(traitlets.TraitError, match="order='z'"):
        plot.order = "z"


def test_without_data_there_is_no_order_by_a_feature(make):
    with pytest.raises(traitlets.TraitError, match="without data"):
        make(VALUES, order="x0")


# -- single rows -------------------------------------------------------------------------------------------------------


def test_the_opened_row_is_told_exactly(make):
    plot = make(explained()).wait(20)
    plot.index = 3
    eventually(lambda: plot.opened is not None)
    record = plot.opened
    assert record["row"] == 3
    assert dict(zip(record["features"], record["values"], strict=True)) == dict(enumerate(VALUES[3]))
    assert record["value"] == pytest.approx(0.5 + VALUES[3].sum(), abs=1e-12)
    assert record["data"][record["features"].index(0)] is None
    assert record["data"][record["features"].index(2)] in ("red", "blue")
    plot.index = None
    eventually(lambda: plot.opened is None)


def test_the_row_under_the_pointer_is_told_exactly(make):
    plot = make(explained()).wait(20)
    plot.hover = 5
    eventually(lambda: plot.pointed is not None)
    assert plot.pointed["values"][0] == VALUES[5][plot.pointed["features"][0]]


def test_the_opened_row_follows_the_output(make):
    values = np.stack([VALUES, -VALUES], axis=-1)
    plot = make(shap.Explanation(values, [0.0, 1.0]), output=0).wait(20)
    plot.index = 2
    eventually(lambda: plot.opened is not None)
    plot.output = 1
    eventually(lambda: plot.opened["output_of"] == 1 and plot.result["header"]["output"] == 1)
    assert plot.opened["value"] == pytest.approx(1 - VALUES[2].sum())


def test_a_single_row_is_sent_exactly(make):
    record = make(explained()[7]).wait(20).result["header"]["row"]
    assert record["row"] == 0
    assert sum(record["values"]) + record["base"] == pytest.approx(0.5 + VALUES[7].sum(), abs=1e-12)


def test_a_model_is_explained_while_one_looks(make):
    numbers = X[["b", "d"]]
    plot = make(
        lambda table: table["b"].to_numpy() * table["d"].to_numpy(), numbers, background=5, order="output"
    ).wait(30)
    header = plot.result["header"]
    assert header["done"] == ROWS
    assert header["has_data"]
    assert np.allclose(arrays(plot.result)["outputs"], numbers["b"] * numbers["d"], rtol=1e-5)


# -- the axis ----------------------------------------------------------------------------------------------------------


def test_a_probability_axis_needs_log_odds(make):
    classes = np.random.default_rng(0).dirichlet([2, 2], 30)
    values = np.stack([classes - 0.5, -(classes - 0.5)], axis=-1) / 2
    probabilities = shap.Explanation(values, [0.5, 0.5])
    with pytest.raises(InputError, match="not log-odds"):
        make(probabilities, link="logit")
    plot = make(probabilities).wait(20)
    with pytest.raises(traitlets.TraitError, match="not log-odds"):
        plot.link = "logit"
    with pytest.raises(InputError, match="no base value"):
        make(VALUES, link="logit")
    assert make(explained(), link="logit").wait(20).status == "done"


def test_a_model_of_numbers_has_no_probability_axis(make):
    plot = make(lambda table: table["b"].to_numpy() * 100, X[["b"]], link="logit", background=3)
    with pytest.raises(InputError, match="not log-odds"):
        plot.wait(20)
    assert plot.status == "failed"


# -- without a browser -------------------------------------------------------------------------------------------------


def pixels(image):
    return np.asarray(Image.open(io.BytesIO(image.data)).convert("RGB")).astype(int)


def test_the_still_picture_has_red_below_and_blue_above(make):
    values = np.tile([[3.0, -1.0]], (50, 1))
    plot = make(shap.Explanation(values, 0.0), order="original").wait(20)
    column = pixels(plot.snapshot())[40:270, 300]
    red = np.flatnonzero(column[:, 0] > column[:, 2] + 20)
    blue = np.flatnonzero(column[:, 2] > column[:, 0] + 20)
    assert blue.max() < red.min()
    assert len(red) == pytest.approx(3 * len(blue), rel=0.1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_still_picture_of_a_row_says_what_it_is(make, theme):
    plot = make(explained()[7]).wait(20)
    assert plot.snapshot(theme).alt.startswith("Model output: ")
    assert pixels(plot.snapshot("dark")).mean() < 128 < pixels(plot.snapshot("light")).mean()


def test_selected_rows_are_marked_in_the_still_picture(make):
    plot = make(explained(), order="original").wait(20)
    plain = pixels(plot.snapshot())
    plot.selection = range(30, 60)
    marked = pixels(plot.snapshot())
    changed = np.flatnonzero((plain != marked).any(axis=(0, 2)))
    assert changed.min() == pytest.approx(plain.shape[1] / 2 + 20, abs=15)


def test_large_numbers_are_written_in_full(make):
    record = make(shap.Explanation(np.array([12000.0, -3500.0]), 206850.0)).wait(20)
    assert record.snapshot().alt.startswith("Model output: 215\u2009350, from a base value of 206\u2009850.")


def test_all_zero_is_said(make):
    plot = make(np.zeros((5, 3))).wait(20)
    assert "No contribution" in plot.snapshot().alt
    assert "No contribution" in make(np.zeros(3)).wait(20).snapshot().alt


def test_a_saved_page_has_the_order_and_no_markup_of_names(make, tmp_path):
    names = ["<script>alert(1)</script>", "b", "c", "d"]
    plot = make(shap.Explanation(VALUES, 0.5, feature_names=names)).wait(20)
    plot.to_html(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert plot.ordering["header"]["order"] == "similarity"
    assert "<script>alert(1)" not in page


def test_interactions_and_lists_are_drawn(make):
    half = np.random.default_rng(0).normal(size=(8, 3, 3))
    plot = make(shap.Explanation(half + half.transpose(0, 2, 1), 0.0)).wait(20)
    assert plot.result["header"]["features"] == ["x0", "x1", "x2"]
    assert make([VALUES, -VALUES]).wait(20).result["header"]["output"] == 1


def test_the_code_names_the_opened_row_and_stills_speak_the_language(make, monkeypatch):
    monkeypatch.setattr(letters, "has_hangul", lambda: True)  # without such a font stills are in English
    plot = make(np.arange(12.0).reshape(6, 2), index=3, language="ko").wait(20)
    assert "index=3" in plot.code
    told = plot.snapshot().alt
    plot.language = "en"
    expect(lambda: plot.snapshot().alt.startswith("Model output of 6 rows"))
    assert told != plot.snapshot().alt


def test_log_odds_are_not_advised_where_there_are_none(make):
    scores = ShapleyValues.of(np.ones((3, 2)))
    for units, advised in (("score", False), ("probability", True)):
        with pytest.raises(InputError) as caught:
            make(dataclasses.replace(scores, units=units), link="logit")
        assert ("raw output" in str(caught.value)) is advised
