"""ICEPlot of more curves than a browser holds, and what crosses to it on the way."""

import base64
import time

import numpy as np
import pytest
import torch
from torch import nn

import xai_widgets as xw
from xai_widgets.explainers.brushing import brushed
from xai_widgets.explainers.curves import derivative
from xai_widgets.models import InputError
from xai_widgets.widgets import sent_curves
from xai_widgets.widgets.memory import bytes_of

ROWS, POINTS = 300, 20
BRUSH = [{"x": [0.5, 0.8], "y": [2.0, 4.0], "op": "and"}]


def hidden(table):
    """Goldstein's hidden interaction: the mean is flat, the curves are not."""
    return 0.2 * table[:, 0] - 5 * table[:, 1] + 10 * table[:, 1] * (table[:, 2] >= 0)


@pytest.fixture
def make():
    made = []

    def plot(model=hidden, **keywords):
        X = np.random.default_rng(0).uniform(-1, 1, (ROWS, 3))
        made.append(xw.ICEPlot(model, X, "x1", grid_resolution=POINTS, **keywords))
        return made[-1]

    yield plot
    for widget in made:
        widget.close()


@pytest.fixture
def crowded(monkeypatch):
    """A browser that holds 100 curves, and gets 40 where there are more."""
    monkeypatch.setattr(sent_curves, "MOST_SENT", (2 * POINTS + 17) * 100)
    monkeypatch.setattr(sent_curves, "_SAMPLE", 40)


def expect(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def array_of(record, name):
    place = [array["name"] for array in record["arrays"]].index(name)
    return np.frombuffer(record["buffers"][place], record["arrays"][place]["dtype"]).reshape(
        record["arrays"][place]["shape"]
    )


def passing(w, brush, **ground):
    individual, grid = w.explanation.individual[0], w.explanation.grid_values[0]
    return np.flatnonzero(brushed(individual - ground.get("zero", 0), grid, brush))


def test_a_sample_of_the_curves_and_the_density_of_all_are_sent(make, crowded):
    w = make().wait(30)
    header = w.result["header"]
    assert array_of(w.result, "curves").shape == (40, POINTS)
    assert (header["done"], header["total"], header["finished"]) == (ROWS, ROWS, True)
    density = w.density["header"]
    exact = w.explanation.individual[0]
    assert (density["job"], density["count"]) == (header["job"], ROWS)
    assert (density["low"], density["high"]) == pytest.approx((exact.min(), exact.max()))
    np.testing.assert_allclose(density["mean"], header["mean"], atol=1e-3)
    assert array_of(w.density, "shades").max() == 255
    assert w.selected_density["header"]["count"] == 0
    assert w.selected_density["header"]["mean"] is None
    assert w.notice == "sample"


def test_the_kernel_answers_a_brush_for_every_row(make, crowded):
    w = make().wait(30)
    w.brush = BRUSH
    expected = passing(w, BRUSH)
    assert len(expected) > 40
    assert w.selection == expected
    drawn = w.selected_density["header"]
    assert drawn["count"] == len(expected)
    np.testing.assert_allclose(drawn["mean"], w.explanation.individual[0][expected].mean(axis=0), atol=1e-3)
    moved = [BRUSH[0] | {"y": [-4.0, -2.0]}]
    w.set_state({"brush": moved})  # as a browser does
    others = passing(w, moved)
    expect(lambda: w.selection == others and w.selected_density["header"]["count"] == len(others))
    w.set_state({"brush": [], "selection": memoryview(b"")})
    expect(lambda: w.selected_density["header"]["count"] == 0)
    early = make(brush=BRUSH).wait(30)
    expect(lambda: early.selection == expected)


def test_a_selection_from_elsewhere_is_drawn_and_takes_brushes_away(make, crowded):
    w = make().wait(30)
    w.brush = BRUSH
    w.selection = [3, 5, 299]
    expect(lambda: w.selected_density["header"]["count"] == 3)
    assert w.brush == []
    assert w.selection == [3, 5, 299]


def test_highlighted_rows_are_sent_beside_the_sample(make, crowded):
    w = make(highlight=range(0, ROWS, 30)).wait(30)
    rows, header = array_of(w.result, "rows"), w.result["header"]
    curves = array_of(w.result, "curves")
    exact = w.explanation.individual[0][rows]
    assert set(range(0, ROWS, 30)) <= set(rows.tolist())
    assert 40 < len(rows) <= 50
    scale = next(each["scale"] for each in w.result["arrays"] if each["name"] == "curves")
    np.testing.assert_allclose(header["low"] + scale * curves, exact, atol=scale)


def test_filters_leave_out_curves_and_brush_among_the_others(make, crowded):
    w = make().wait(30)
    w.brush = BRUSH
    everything = w.selection
    w.filters = {"x0": [0.0, 1.0]}
    passing_rows = np.flatnonzero(w.passing)
    expect(lambda: w.density["header"]["count"] == len(passing_rows))
    exact = w.explanation.individual[0]
    np.testing.assert_allclose(w.density["header"]["mean"], exact[passing_rows].mean(axis=0), atol=1e-3)
    assert w.density["header"]["filters"] == w.filters
    expected = np.intersect1d(np.asarray(everything), passing_rows)
    assert 0 < len(expected) < len(everything)
    expect(lambda: w.selection == expected)
    assert w.selected_density["header"]["count"] == w.selected_density["header"]["selected"] == len(expected)
    w.set_state({"filters": {}})  # as a browser does
    expect(lambda: w.density["header"]["count"] == ROWS and w.selection == everything)


def test_centred_curves_are_drawn_and_brushed_as_differences(make, crowded):
    w = make().wait(30)
    w.centered = True
    expect(lambda: w.density["header"]["centered"])
    exact = w.explanation.individual[0]
    moved = exact - exact[:, :1]
    assert w.density["header"]["high"] == pytest.approx(moved.max(), abs=1e-3)
    w.brush = [{"x": [0.5, 0.8], "y": [1.0, 20.0]}]
    assert w.selection == passing(w, w.brush, zero=exact[:, :1])


def test_slopes_are_drawn_and_brushed_too(make, crowded):
    w = make(kind="derivative", centered=True).wait(30)
    exact = derivative(w.explanation.individual[0], w.explanation.grid_values[0])
    drawn = w.density["header"]
    assert (drawn["slopes"], drawn["centered"]) == (True, False)
    assert (drawn["low"], drawn["high"]) == pytest.approx((exact.min(), exact.max()), abs=1e-3)
    w.brush = [{"x": [0.2, 0.4], "y": [4.0, 6.0]}]
    expect(lambda: w.selection == np.flatnonzero(exact[:, 0] > 0))
    w.kind = "both"
    expect(lambda: not w.density["header"]["slopes"])
    w.kind = "ale"
    expect(lambda: w.density == {} and w.notice == "")


def test_a_saved_page_has_the_density_too(make, crowded, tmp_path):
    w = make().wait(30)
    w.brush = BRUSH
    w.to_html(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    for record in (w.density, w.selected_density):
        assert base64.b64encode(record["buffers"][0]).decode() in page
    assert "300 curves" in w.snapshot().alt


def test_fewer_curves_again_have_no_density(make, crowded, monkeypatch):
    w = make().wait(30)
    monkeypatch.setattr(sent_curves, "MOST_SENT", 1 << 20)
    w.feature = "x0"
    w.wait(30)
    assert (w.density, w.selected_density, w.notice) == ({}, {}, "")
    assert array_of(w.result, "curves").shape == (ROWS, POINTS)


def test_previews_carry_only_new_curves_until_a_new_view_comes(make):
    w = make().wait(30)
    request = {
        "feature": "x0",
        "target": None,
        "grid_resolution": POINTS,
        "seed": 0,
        "color_by": None,
        "content": "curves",
    }
    held = 0
    for step, estimate in enumerate(w.make_stream(request)):
        if step == 3:
            w._on_visible("another", visible=True)
            held = 0
        frame = w._preview(estimate, request, 2, step)
        rows = array_of(frame, "rows")
        assert (frame["header"]["first"], estimate.done) == (held, held + len(rows))
        assert set(rows) <= set(estimate.rows)
        held = estimate.done
    assert (step > 3, held) == (True, ROWS)
    again = w._preview(estimate, request, 3, 0)
    assert (again["header"]["first"], len(array_of(again, "rows"))) == (0, ROWS)


def test_memory_is_told_before_it_is_taken(make):
    w = make(max_memory="10 kB")
    with pytest.raises(InputError) as refused:
        w.wait(30)
    assert refused.value.given == "300 rows x 20 points x 12 bytes = 72 kB"
    assert refused.value.expected == "at most 10 kB, max_memory"
    assert "a random sample of 41 rows" in refused.value.do
    assert w.error["title"] == "The curves take more memory than they may."
    torch.manual_seed(0)
    single = make(nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)), max_memory="10 kB")
    with pytest.raises(InputError) as refused:
        single.wait(30)
    assert refused.value.given == "300 rows x 20 points x 8 bytes = 48 kB", "float32, as the module answers"
    assert make(max_memory=72_000).wait(30).explanation.individual.shape == (1, ROWS, POINTS)


@pytest.mark.parametrize(
    ("given", "expected"), [(None, None), (1000, 1000), ("2 GB", 2 * 10**9), ("1.5MiB", 1_572_864), ("7", 7)]
)
def test_sizes_are_read(given, expected):
    assert bytes_of(given) == expected


@pytest.mark.parametrize("given", ["much", "1..5 GB", 0, -5, "-2 GB", True, "2 parsecs", 0.5])
def test_what_is_no_size_is_refused(given):
    with pytest.raises(InputError, match="The memory limit is not a size"):
        bytes_of(given)
