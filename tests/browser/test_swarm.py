"""BeeswarmPlot and DependencePlot in real front ends: lasso by hand, keys alone, many rows, links."""

import pytest
from playwright.sync_api import expect

from .jupyter import FrontEnd
from .saliency import PATIENCE, expect_finished, is_blank

CELL = """import numpy as np, pandas as pd, shap
import xai_widgets as xw
random = np.random.default_rng(0)
X = pd.DataFrame(random.normal(size=({rows}, 4)), columns=["age", "bmi", "dose", "time"])
values = X.to_numpy() * [2, 1, 0.5, 0.1]
values[:, 1] *= X["dose"]
explanation = shap.Explanation(values, np.zeros(1), X.to_numpy(), feature_names=list(X.columns))
w = xw.{plot}(explanation, X)
w"""


def trace(opened, view, places):
    """Drag through places of the plot, given as shares of its width and height."""
    view.locator(".catcher").scroll_into_view_if_needed()
    box = view.locator(".catcher").bounding_box()
    first, *rest = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    opened.page.mouse.move(*first)
    opened.page.mouse.down()
    for place in rest:
        opened.page.mouse.move(*place, steps=4)
    opened.page.mouse.up()


@pytest.mark.parametrize("front_end", [FrontEnd(), FrontEnd("lab", "dark")], ids=str)
def test_a_lasso_by_hand_selects_rows_and_escape_clears(notebook, front_end):
    opened = notebook(CELL.format(rows=300, plot="BeeswarmPlot"))
    view, page = opened.view(), opened.page
    expect_finished(view, theme=front_end.theme)
    expect(view).to_contain_text("300 rows, 4 features, values as given")
    assert not is_blank(view)
    view.get_by_label("Select the dots in a freehand shape").click()
    trace(opened, view, [(0.6, 0.01), (0.99, 0.01), (0.99, 0.24), (0.75, 0.12), (0.6, 0.24)])
    opened.expect("len(w.brush[0]['x']) > 5 and len(w.selection) > 10", True)
    assert opened.python("bool((w.selected['age'] > 0).all())")
    expect(view).to_have_attribute("data-selected", str(opened.python("len(w.selection)")))
    expect(view.locator(".chip")).to_be_visible()
    box = view.locator(".catcher").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.13)
    expect(view.locator(".tip")).to_contain_text("age = ")
    opened.expect("w.hover is not None", True)
    view.locator(".catcher").focus()
    page.keyboard.press("Escape")
    opened.expect("[len(w.selection), w.brush]", [0, []])


def test_by_keys_alone(notebook):
    opened = notebook(CELL.format(rows=300, plot="DependencePlot"))
    view, page = opened.view(), opened.page
    expect_finished(view, feature="age")
    view.locator(".catcher").focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    opened.expect("len(w.selection) == 1 and w.selection[0] == w.index == w.hover", True)
    page.keyboard.press("b")
    expect(view.locator("g.brush")).to_be_focused()
    for _ in range(5):
        page.keyboard.press("Alt+ArrowRight")
        page.keyboard.press("Alt+ArrowUp")
    opened.expect("len(w.selection) > 3", True)
    page.keyboard.press("Delete")
    opened.expect("[len(w.selection), w.brush]", [0, []])
    view.get_by_label("Feature", exact=True).select_option("bmi")
    expect_finished(view, feature="bmi", color="dose")
    assert opened.python("w.feature") == "bmi"
    view.get_by_label("Colour by").select_option("time")
    expect_finished(view, color="time")
    assert opened.python("w.color_by") == "time"


def test_a_box_over_very_many_rows_is_answered_by_the_kernel(notebook):
    opened = notebook(CELL.format(rows=100_000, plot="BeeswarmPlot"))
    view, page = opened.view(), opened.page
    expect_finished(view, many="true")
    assert not is_blank(view)
    trace(opened, view, [(0.6, 0.01), (0.8, 0.24)])
    opened.expect("len(w.selection) > 1000 and bool((w.selected['age'] > 0).all())", True)
    expect(view).to_have_attribute("data-highlighted", str(opened.python("len(w.selection)")), timeout=PATIENCE)
    box = view.locator(".catcher").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.125)
    expect(view.locator(".tip")).to_contain_text("age = ", timeout=PATIENCE)
    assert opened.python("w.hovered['row'] == w.hover")
    view.locator(".catcher").focus()
    page.keyboard.press("Escape")
    expect(view).to_have_attribute("data-highlighted", "0", timeout=PATIENCE)
    opened.expect("len(w.selection)", 0)


def test_plots_linked_in_one_line(notebook):
    both = CELL.format(rows=300, plot="BeeswarmPlot").removesuffix("w") + (
        "import ipywidgets\n"
        'other = xw.DependencePlot(explanation, X, "dose")\n'
        'curves = xw.ICEPlot(lambda T: (2 * T["age"] + T["bmi"] * T["dose"]).to_numpy(), X, "age")\n'
        'ipywidgets.jslink((w, "selection"), (other, "selection"))\n'
        'ipywidgets.jslink((w, "selection"), (curves, "selection"))\n'
        "ipywidgets.VBox([w, other, curves])"
    )
    opened = notebook(both)
    first, second, third = (opened.view(place) for place in range(3))
    for view in (first, second, third):
        expect_finished(view)
    trace(opened, first, [(0.6, 0.01), (0.99, 0.24)])
    expect(second).not_to_have_attribute("data-selected", "0", timeout=PATIENCE)
    opened.expect("len(w.selection) > 10", True)
    opened.expect("other.selection == w.selection and curves.selection == w.selection", True)
    expect(third).to_have_attribute("data-selected", str(opened.python("len(w.selection)")), timeout=PATIENCE)
    trace(opened, second, [(0.1, 0.1), (0.4, 0.9)])
    opened.expect("w.brush", [])
    opened.expect("other.selection == w.selection and len(w.brush) == 0", True)


@pytest.mark.parametrize("plot", ["BeeswarmPlot", "DependencePlot"])
def test_a_drag_while_rows_are_on_their_way_selects_and_lasts(notebook, plot):
    opened = notebook(f"""import numpy as np, time, xai_widgets as xw
X = np.random.default_rng(0).normal(size=(700, 3))
def slow(T):
    time.sleep(0.008)
    return T[:, 0] * T[:, 1] + 2 * T[:, 2]
w = xw.{plot}(slow, X, background=10)
w""")
    view = opened.view()
    view.locator(".catcher").wait_for(timeout=PATIENCE)
    trace(opened, view, [(0.5, 0.05), (0.6, 0.3), (0.8, 0.6), (0.95, 0.9)])
    expect(view).to_have_attribute("data-finished", "false")
    expect(view).not_to_have_attribute("data-selected", "0")
    few = int(view.get_attribute("data-selected"))
    expect(view.locator("g.brush")).to_have_count(1)
    expect_finished(view)
    opened.expect(f"len(w.selection) > {few} and len(w.selection) > 100", True)
    expect(view).to_have_attribute("data-selected", str(opened.python("len(w.selection)")))
