"""ICEPlot in real front ends: brushed by hand and by keys, and what Python knows of it."""

import pytest
from playwright.sync_api import expect

from .jupyter import FRONT_ENDS
from .saliency import PATIENCE, expect_finished, is_blank

HIDDEN = """import numpy as np
import xai_widgets as xw
X = np.random.default_rng(0).uniform(-1, 1, (300, 3))
w = xw.ICEPlot(lambda X: 0.2 * X[:, 0] - 5 * X[:, 1] + 10 * X[:, 1] * (X[:, 2] >= 0), X, "x1")
w"""
RISING = "bool((w.selected[:, 2] >= 0).all())"


def drag_over(opened, view, start, end):
    """Drag from one place of the plot to another, both as shares of its width and height."""
    box = view.locator("canvas").first.bounding_box()
    (x0, y0), (x1, y1) = ((box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end))
    opened.page.mouse.move(x0, y0)
    opened.page.mouse.down()
    opened.page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2)
    opened.page.mouse.move(x1, y1)
    opened.page.mouse.up()


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
def test_a_box_over_a_bundle_selects_its_rows(notebook, front_end):
    opened = notebook(HIDDEN)
    view = opened.view()
    expect_finished(view, feature="x1", theme=front_end.theme)
    expect(view).to_contain_text("300 of 300 rows")
    assert not is_blank(view)
    drag_over(opened, view, (0.85, 0.05), (0.95, 0.3))
    opened.expect("len(w.brush)", 1)
    opened.expect("len(w.selection) > 50", True)
    assert opened.python(RISING)
    expect(view).to_have_attribute("data-selected", str(opened.python("len(w.selection)")))
    passing = "[int(row) for row in np.flatnonzero(xai_brushed)]"
    opened.execute(
        "from xai_widgets.explainers.brushing import brushed\n"
        "xai_brushed = brushed(w.explanation.individual[0], w.explanation.grid_values[0], w.brush)"
    )
    assert opened.python("[int(row) for row in w.selection]") == opened.python(passing)


def test_a_brush_and_a_feature_by_keys_alone(notebook):
    opened = notebook(HIDDEN)
    view, page = opened.view(), opened.page
    expect_finished(view, feature="x1")
    opened.execute("w.brush = [{'x': [0.5, 0.7], 'y': [2, 6]}]")
    expect(view).not_to_have_attribute("data-selected", "0")
    view.locator("g.brush").focus()
    page.keyboard.press("ArrowLeft")
    opened.expect("w.brush[0]['x'][0] < 0.5", True)
    opened.expect("len(w.selection) > 0", True)
    page.keyboard.press("Delete")
    opened.expect("w.brush", [])
    expect(view).to_have_attribute("data-selected", "0")
    view.get_by_label("Feature").select_option("x2")
    expect_finished(view, feature="x2")
    assert opened.python("w.feature") == "x2"


def test_a_brush_over_more_curves_than_the_page_holds(notebook):
    opened = notebook(HIDDEN.replace("(300, 3)", "(180_000, 3)"))
    view, page = opened.view(), opened.page
    expect_finished(view, feature="x1")
    expect(view).to_contain_text("180\u2009000 of 180\u2009000 rows")
    expect(view).to_contain_text("More curves than a page holds")
    opened.expect("len(w.result['buffers'][1]) // 4", 10_000)
    assert not is_blank(view)
    drag_over(opened, view, (0.85, 0.05), (0.95, 0.3))
    opened.expect("len(w.selection) > 30_000", True)
    opened.expect("w.selected_density['header']['count'] == len(w.selection)", True)
    assert opened.python(RISING)
    expect(view).to_have_attribute("data-selected", str(opened.python("len(w.selection)")))
    view.locator("g.brush").focus()
    for _ in range(6):
        page.keyboard.press("Shift+ArrowDown")
    opened.expect("len(w.selection) > 30_000 and bool((w.selected[:, 2] < 0).all())", True)
    expect(view).to_have_attribute("data-selected", str(opened.python("len(w.selection)")))
    page.keyboard.press("Delete")
    expect(view).to_have_attribute("data-selected", "0")
    opened.expect("len(w.selection)", 0)


def test_two_plots_linked_by_their_selection_and_filters(notebook):
    both = HIDDEN.removesuffix("w") + (
        "import ipywidgets\n"
        'other = xw.ICEPlot(lambda X: X[:, 0] * X[:, 2], X, "x2")\n'
        'ipywidgets.jslink((w, "selection"), (other, "selection"))\n'
        'ipywidgets.jslink((w, "filters"), (other, "filters"))\n'
        "ipywidgets.VBox([w, other])"
    )
    opened = notebook(both)
    first, second = opened.view(0), opened.view(1)
    expect_finished(first)
    expect_finished(second, feature="x2")
    drag_over(opened, first, (0.85, 0.05), (0.95, 0.3))
    expect(second).not_to_have_attribute("data-selected", "0", timeout=PATIENCE)
    opened.expect("len(w.selection) > 50", True)
    opened.expect("other.selection == w.selection", True)
    opened.execute('w.filters = {"x0": [0, 1]}')
    opened.expect("other.filters", {"x0": [0, 1]})
    count = opened.python("int((X[:, 0] >= 0).sum())")
    expect(second.locator(".labels text.all")).to_have_text(f"PDP, {count} of 300", timeout=PATIENCE)
    opened.expect("bool((w.selected[:, 0] >= 0).all())", True)
    opened.expect("other.selection == w.selection", True)
