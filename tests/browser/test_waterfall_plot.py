"""WaterfallPlot in a real JupyterLab: other values by mouse and by keys, other rows, an ICE curve that follows."""

import pytest
from playwright.sync_api import expect

from .jupyter import FrontEnd
from .saliency import expect_finished

CELL = """import numpy as np, pandas as pd
import xai_widgets as xw
random = np.random.default_rng(0)
X = pd.DataFrame({"temp": random.uniform(0, 30, 200), "hum": random.uniform(0.2, 1, 200), "hour": np.arange(200) % 24})
X["season"] = random.choice(["summer", "winter"], 200)
model = lambda T: (T["temp"] * T["hum"] + 50 * (T["season"] == "summer") + T["hour"]).to_numpy()
w = xw.WaterfallPlot(model, X, index=7, background=X[:40])
w"""
LINKED = """import ipywidgets
ice = xw.ICEPlot(model, X, "temp")
for name in ("index", "what_if"):
    ipywidgets.jslink((w, name), (ice, name))
ipywidgets.VBox([w, ice])"""
SAYS = "round(float(model(X.iloc[[{row}]].assign(**w.what_if))[0]), 6) == round(w.result['header']['prediction'], 6)"


def drag(page, slider, *shares):
    box = slider.bounding_box()
    for place, share in enumerate(shares):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2, steps=6)
        if place == 0:
            page.mouse.down()
    page.mouse.up()


def test_values_are_dragged_and_chosen_and_taken_back(notebook, front_end):
    opened = notebook(CELL)
    view, page = opened.view(), opened.page
    expect_finished(view, index="7", theme=front_end.theme)
    view.locator(".row", has_text="hum").locator(".label").click()
    drag(page, view.get_by_label("hum, from"), 0.5, 0.9)
    opened.expect("w.status == 'done' and 0.85 < w.what_if['hum'] < 1", True)
    opened.expect(SAYS.format(row=7), True)
    expect(view.locator(".row.changed")).to_contain_text("hum")
    expect(view.locator(".ends text.was")).to_contain_text("before")
    field = view.get_by_label("Value of hum")
    field.fill("wet")
    field.press("Enter")
    expect(view.locator(".fault")).to_contain_text("hum takes a number; “wet” is none")
    assert 0.85 < opened.python("w.what_if")["hum"] < 1
    view.get_by_label("Take all back").or_(view.get_by_label("Back to the hum in the data")).first.click()
    opened.expect("w.what_if", {})
    expect(view.locator(".row.changed")).to_have_count(0)
    view.get_by_label("Next row").click()
    expect_finished(view, index="8")
    opened.expect("w.index", 8)
    opened.execute("w.what_if = {'season': 'winter', 'temp': 1.5}")
    expect(view.locator(".change")).to_have_count(2)
    opened.expect(SAYS.format(row=8), True)


@pytest.mark.parametrize("front_end", [FrontEnd("notebook", "dark")], ids=str)
def test_by_keys_alone(notebook, front_end):
    opened = notebook(CELL)
    view, page = opened.view(), opened.page
    expect_finished(view, index="7", theme=front_end.theme)
    view.locator(".row").first.focus()
    names = view.locator(".row").evaluate_all("rows => rows.map(row => row.getAttribute('aria-label').split(' ')[0])")
    for _ in range(names.index("season")):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(view.get_by_label("Value of season")).to_be_focused()
    before = opened.python("X['season'][7]")
    page.keyboard.press("ArrowUp" if before == "winter" else "ArrowDown")
    opened.expect("w.what_if.get('season', X['season'][7]) != X['season'][7]", True)
    opened.expect(SAYS.format(row=7), True)
    page.keyboard.press("Escape")
    expect(view.locator(".editor")).to_be_hidden()
    expect(view.locator(".row.changed")).to_be_focused()
    page.keyboard.press("Delete")
    opened.expect("w.what_if", {})
    view.get_by_label("Row", exact=True).fill("3")
    page.keyboard.press("Enter")
    expect_finished(view, index="3")


def test_the_mark_on_a_linked_curve_follows(notebook):
    opened = notebook(CELL, LINKED)
    view, page = opened.view(1), opened.page
    ice = opened.page.locator(".xw.ice-plot")
    expect_finished(view, index="7")
    expect(ice).to_have_attribute("data-finished", "true")
    view.get_by_label("Next row").click()
    opened.expect("ice.index", 8)
    mark = ice.locator(".hovered circle")
    expect(mark).to_be_visible()
    places = [mark.bounding_box()["x"]]
    view.locator(".row", has_text="temp").locator(".label").click()
    for share in (0.3, 0.8):
        drag(page, view.get_by_label("temp, from"), share, share + 0.02)
        opened.expect("ice.what_if == w.what_if and w.status", "done")
        places.append(mark.bounding_box()["x"])
    assert places[1] < places[2] != places[0]
