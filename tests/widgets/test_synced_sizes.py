"""What a widget holds for its pages stays under 8 MB, however much it shows."""

import json

import numpy as np
import pytest
from ipywidgets.widgets.widget import _remove_buffers

import xai_widgets as xw
from xai_widgets.widgets import sent_curves

shap = pytest.importorskip("shap")

MOST = 8_000_000


def synced_bytes(widget):
    """Return the octets of a widget's state, JSON and buffers, without its code."""
    state = widget.get_state()
    rest, _, buffers = _remove_buffers({name: state[name] for name in state if name not in ("_esm", "_css")})
    return len(json.dumps(rest)) + sum(memoryview(buffer).nbytes for buffer in buffers)


def explained(rows, features):
    random = np.random.default_rng(0)
    values, data = random.normal(size=(2, rows, features)).astype(np.float32)
    return shap.Explanation(values, random.normal(size=rows), data, feature_names=[f"x{i}" for i in range(features)])


def curves_sent_at_most(points):
    return sent_curves.MOST_SENT // (2 * points + 17)


@pytest.mark.parametrize("points", [2, 50, 1000])
@pytest.mark.parametrize("kind", ["both", "ale"])
def test_ice_plot_at_its_limit(points, kind):
    rows = curves_sent_at_most(points)
    X = np.random.default_rng(0).uniform(-1, 1, (rows, 2))
    with xw.ICEPlot(lambda X: X[:, 0] * X[:, 1], X, "x0", grid_resolution=points, color_by="x1", kind=kind) as w:
        w.wait(120)
        w.selection = np.arange(rows)
        assert w.notice == ""  # the page has all
        assert synced_bytes(w) < MOST


def test_ice_plot_of_more_curves_than_a_page_holds():
    X = np.random.default_rng(0).uniform(-1, 1, (curves_sent_at_most(200) + 1, 2))
    with xw.ICEPlot(lambda X: X[:, 0] * X[:, 1], X, "x0", grid_resolution=200, highlight=np.arange(5000)) as w:
        w.wait(120)
        w.brush = [{"x": [-0.5, 0.5], "y": [-1, 1], "op": "and"}]
        assert w.notice
        assert synced_bytes(w) < MOST


@pytest.mark.parametrize(("rows", "features"), [(100_000, 60), (200_000, 20), (2_000, 2_000)])
def test_force_plot(rows, features):
    with xw.ForcePlot(explained(rows, features), order="output") as w:
        w.wait(120)
        w.selection = np.arange(rows)
        assert synced_bytes(w) < MOST


@pytest.mark.parametrize(("rows", "features"), [(3_000, 500), (100_000, 30), (10_000, 200)])
def test_beeswarm_plot(rows, features):
    with xw.BeeswarmPlot(explained(rows, features), max_display=features) as w:
        w.wait(120)
        w.selection = np.arange(rows)
        assert synced_bytes(w) < MOST


def test_dependence_plot():
    with xw.DependencePlot(explained(100_000, 5), feature="x0") as w:
        w.wait(120)
        w.selection = np.arange(100_000)
        assert synced_bytes(w) < MOST


def test_pdp_surface():
    X = np.random.default_rng(0).uniform(-1, 1, (200, 2))
    with xw.PDPSurface(lambda X: X[:, 0] * X[:, 1], X, ("x0", "x1"), grid_resolution=200) as w:
        w.wait(120)
        assert synced_bytes(w) < MOST
