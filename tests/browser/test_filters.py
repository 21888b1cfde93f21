"""Filters in a real front end: of ICEPlot's panel by keys alone, and of ICEExplorer's histograms by hand."""

import re

from playwright.sync_api import expect

from .saliency import PATIENCE, expect_finished
from .test_ice_plot import drag_over

TABLE = """import numpy as np, pandas as pd
import xai_widgets as xw
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.uniform(-1, 1, (300, 3)), columns=["a", "b", "c"])
X["season"] = rng.choice(["summer", "winter"], 300)
def model(X):
    return (0.2 * X["a"] - 5 * X["b"] + 10 * X["b"] * (X["c"] >= 0)).to_numpy()
"""
PLOT = f'{TABLE}w = xw.ICEPlot(model, X, "b", bands=False)\nw'
EXPLORER = f'{TABLE}w = xw.ICEExplorer(model, X, "b", bands=False)\nw'
HEIGHTS = """figure => [...figure.querySelectorAll(".bargroup rect")]
    .filter(bar => getComputedStyle(bar).fill === "rgb(224, 138, 0)")
    .reduce((sum, bar) => sum + bar.getBoundingClientRect().height, 0)"""

# bqplot 0.13 draws a figure, now and then, before its cell is laid out: width and height, less its margins, are then
# below zero. It draws again as soon as there is room.
WITHOUT_ROOM = re.compile(r"""^Error: <rect> attribute (width|height): A negative value is not valid\. \("-\d+"\)$""")


def label(view):
    return view.locator(".labels text.all")


def histogram(opened, feature):
    return opened.page.locator(".bqplot").filter(has_text=feature).first


def drag_in(opened, figure, start, end):
    """Drag across the bars of a histogram, from one share of its width to another."""
    box = figure.locator(".selector .overlay").bounding_box()
    y = box["y"] + box["height"] / 2
    x0, x1 = (box["x"] + share * box["width"] for share in (start, end))
    opened.page.mouse.move(x0, y)
    opened.page.mouse.down()
    opened.page.mouse.move((x0 + x1) / 2, y, steps=3)
    opened.page.mouse.move(x1, y, steps=3)
    opened.page.mouse.up()


def test_a_filter_by_keys_alone(notebook):
    opened = notebook(PLOT)
    view, page = opened.view(), opened.page
    expect_finished(view, feature="b")
    expect(label(view)).to_have_text("PDP, all 300")
    view.get_by_role("button", name="Filter", exact=True).focus()
    page.keyboard.press("Enter")
    expect(view.get_by_label("Filter by")).to_be_visible()  # what is hidden takes no focus
    view.get_by_label("Filter by").focus()
    page.keyboard.press("c")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    low = view.get_by_label("c, lower end")
    expect(low).to_be_visible()
    low.focus()
    for _ in range(100):
        page.keyboard.press("ArrowRight")
    opened.expect("abs(w.filters.get('c', [9, 9])[0]) < 0.02", True)
    count = opened.python("int(w.passing.sum())")
    assert count == opened.python("int((X['c'] >= w.filters['c'][0]).sum())")
    expect(label(view)).to_have_text(f"PDP, {count} of 300")
    opened.execute("w.brush = [{'x': [-1, 1], 'y': [-20, 20]}]")
    opened.expect("len(w.selected)", count)
    expect(view).to_have_attribute("data-selected", str(count))
    view.get_by_label("Remove the filter on c").focus()
    page.keyboard.press("Enter")
    opened.expect("w.filters", {})
    opened.expect("len(w.selection)", 300)
    expect(label(view)).to_have_text("PDP, all 300")


def test_filters_and_the_ground_of_a_brush_from_python(notebook):
    opened = notebook(PLOT)
    view = opened.view()
    expect_finished(view, feature="b")
    opened.execute("w.filters = {'season': ['winter'], 'c': [0, 1]}")
    count = opened.python("int(((X['season'] == 'winter') & (X['c'] >= 0)).sum())")
    expect(label(view)).to_have_text(f"PDP, {count} of 300")
    opened.execute("w.brush = [{'x': [-1, 1], 'y': [-20, 20]}]")
    expect(view).to_have_attribute("data-selected", str(count))
    opened.execute("w.feature = 'c'")
    expect_finished(view, feature="c")
    opened.expect("w.brush", [])
    expect(view.locator("g.brush")).to_have_count(0)
    expect(view).to_have_attribute("data-selected", str(count))
    opened.expect("len(w.selection)", count)


def test_histograms_filter_the_curves_and_show_what_is_brushed(notebook, trouble):
    opened = notebook(EXPLORER)
    view = opened.view()
    expect_finished(view, feature="b")
    figure = histogram(opened, "c")
    expect(figure).to_be_visible(timeout=PATIENCE)
    figure.locator(".selector .overlay").wait_for()
    drag_in(opened, figure, 0.5, 0.99)
    opened.expect("abs(w.filters.get('c', [9, 9])[0]) < 0.05 and w.filters['c'][1] > 0.9", True)
    count = opened.python("int(w.plot.passing.sum())")
    expect(label(view)).to_have_text(re.compile(f"{count} of 300"), timeout=PATIENCE)
    assert opened.python("bool((X['c'][w.plot.passing] >= -0.05).all())")
    assert figure.evaluate(HEIGHTS) == 0
    drag_over(opened, view, (0.85, 0.02), (0.95, 0.4))
    opened.expect("len(w.selection) > 50", True)
    opened.page.wait_for_function(f"([figure]) => ({HEIGHTS})(figure) > 20", arg=[figure.element_handle()])
    seasons = histogram(opened, "season")
    seasons.locator(".bargroup rect").first.click()
    opened.expect("w.filters.get('season')", ["summer"])
    opened.expect("sorted(set(w.selected['season']))", ["summer"])
    opened.execute("w.filters = {}")
    expect(label(view)).to_have_text(re.compile("all 300"))
    opened.expect("w._histograms['c']._selector.selected is None", True)
    trouble[:] = [text for text in trouble if not WITHOUT_ROOM.search(text)]


def test_the_explorer_says_where_the_keys_are_and_there_they_are(notebook, trouble):
    opened = notebook(EXPLORER)
    view, page = opened.view(), opened.page
    expect_finished(view, feature="b")
    expect(page.get_by_text("By keyboard: Filter, above them.")).to_be_visible(timeout=PATIENCE)
    view.get_by_role("button", name="Filter", exact=True).focus()
    page.keyboard.press("Enter")
    expect(view.get_by_label("Filter by")).to_be_visible()  # what is hidden takes no focus
    view.get_by_label("Filter by").focus()
    page.keyboard.press("c")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    view.get_by_label("c, lower end").focus()
    page.keyboard.press("PageUp")
    opened.expect("w.filters['c'][0] > -0.99", True)
    expect(page.locator(".bqplot").filter(has_text=re.compile(r"c: \S?0"))).to_be_visible()
    trouble[:] = [text for text in trouble if not WITHOUT_ROOM.search(text)]
