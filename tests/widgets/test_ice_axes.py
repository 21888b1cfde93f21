"""What an ICEPlot puts on its axis: categories that look like numbers, values in any order, very many rows."""

import numpy as np
import pandas as pd
import pytest

from xai_widgets import PDPSurface
from xai_widgets.explainers import partial_dependence
from xai_widgets.models import InputError
from xai_widgets.widgets import sent_curves

from .plots import array_of, expect


@pytest.fixture
def codes():
    """A function of a column of codes, 1, 2 and 7, and of a number."""
    generator = np.random.default_rng(0)
    X = pd.DataFrame({"code": generator.choice([1, 2, 7], 200), "size": generator.uniform(0, 1, 200)})
    return (lambda table: np.where(table["code"].astype(int) == 2, 3.0, 0.0) + table["size"].to_numpy()), X


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("kind", ["both", "derivative", "ale"])
def test_categories_that_look_like_numbers_stand_side_by_side(make, codes, declared, kind):
    model, X = codes
    options = {"categorical_features": ["code"]} if declared else {}
    if not declared:
        X = X.astype({"code": "category"})
    w = make(model, X, "code", kind=kind, **options).wait(30)
    header = w.result["header"]
    assert (header["feature_kind"], header["grid"]) == ("category", ["1", "2", "7"])
    assert header["histogram"]["counts"] == [int((X["code"] == code).sum()) for code in (1, 2, 7)]
    np.testing.assert_allclose(np.diff(header["mean"]), [3, -3], atol=1e-9)
    if kind != "ale":
        w.brush = [{"x": [0.9, 1.1], "y": [2.9, 4.1]}]
        assert len(w.selection) == 200
        assert w.explanation.grid_values[0].tolist() == [1, 2, 7]
    w.snapshot()


def test_values_in_any_order_are_drawn_in_ascending_order(make, codes):
    model, X = codes
    w = make(model, X, "size", custom_values={"size": [1.0, 0.0, 0.5, 0.5]}).wait(30)
    assert w.result["header"]["grid"] == [0.0, 0.5, 1.0]
    w.brush = [{"x": [0, 1], "y": [-10, 10]}]
    assert len(w.selection) == 200
    with pytest.raises(InputError, match="missing value has no place"):
        make(model, X, "size", custom_values={"size": [0.0, np.nan]})


@pytest.mark.parametrize(
    "values",
    [[0.3, 0.1 + 0.2], [1.7e18], [20230101, 20230102, 20230103], [0.1, 0.2, 0.3], [0.0, 1e300]],
)
@pytest.mark.parametrize("kind", ["both", "ale"])
def test_values_however_near_or_large_lie_in_the_histogram_and_at_their_place(make, values, kind):
    X = np.array(values * 30)[:, None]
    w = make(lambda table: np.sign(table[:, 0]), X, "x0", kind=kind).wait(30)
    header, rows, own = w.result["header"], array_of(w.result, "rows", "<u4"), array_of(w.result, "own")
    assert header["grid"] == sorted(map(float, values))
    assert own.tolist() == X[rows, 0].tolist()
    edges, counts = header["histogram"]["edges"], header["histogram"]["counts"]
    assert (np.diff(edges) > 0).all()
    assert counts == np.histogram(own, edges)[0].tolist()
    assert sum(counts) == len(X)
    w.filters = {"x0": [min(values), min(values)]}
    w.snapshot()


@pytest.mark.parametrize("look", [{"kind": "both"}, {"kind": "derivative"}, {"centered": True}])
def test_whole_numbers_that_coincide_on_the_axis_are_brushed_together(make, look):
    X = np.array([2**53, 2**53 + 1, 2**53 + 2] * 10)[:, None]
    w = make(lambda table: (table[:, 0] == 2**53 + 1) * 1.0, X, "x0", **look).wait(30)
    first = w.result["header"]["grid"][0]
    w.brush = [{"x": [first, first], "y": [0.9, 1.1]}]
    assert len(w.selection) == 30
    w.snapshot()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [([-1e308, 0.0, 1e308], "'x0' are too far apart"), ([0.0, 5e-324, 1e-323], "'x0' are too close to each other")],
)
def test_values_that_no_axis_parts_are_a_sentence(make, values, sentence):
    X = np.column_stack([values * 100, np.arange(300.0)])

    def model(table):
        return np.sign(table[:, 0]) + table[:, 1]

    assert partial_dependence(model, X, 0).grid_values[0].tolist() == values  # as scikit-learn
    for kind in ("both", "ale"):
        with pytest.raises(InputError, match=sentence):
            make(model, X, "x0", kind=kind).wait(30)
    with PDPSurface(model, X, ("x1", "x0")) as surface, pytest.raises(InputError, match=sentence):
        surface.wait(30)
    beside = make(model, X, "x1", color_by="x0", highlight=[0]).wait(30)
    beside.filters = {"x0": [0.0, values[-1]]}
    beside.snapshot()


def test_the_picture_of_very_many_rows_speaks_of_all_of_them(make, monkeypatch):
    monkeypatch.setattr(sent_curves, "MOST_SENT", (2 * 20 + 17) * 100)
    monkeypatch.setattr(sent_curves, "_SAMPLE", 40)
    X = np.random.default_rng(0).uniform(-1, 1, (300, 2))
    w = make(lambda table: table[:, 0] * table[:, 1], X, "x0", grid_resolution=20).wait(30)
    w.filters = {"x1": [0.0, 1.0]}
    w.selection = np.flatnonzero(X[:, 1] > 0.9)
    passing, chosen = X[:, 1] >= 0, X[:, 1] > 0.9
    expect(lambda: w.selected_density["header"]["count"] == chosen.sum())
    alt = w.snapshot().alt
    assert f"{passing.sum()} of 300 rows" in alt
    assert "300 curves" in alt
    assert f"{X[chosen, 1].mean() * w.result['header']['grid'][-1]:.3g}" in alt
