"""PDPSurface in a real JupyterLab: its cursor by hand and by keys, another pair of features, and what Python knows."""

import pytest
from playwright.sync_api import expect

from .jupyter import FrontEnd
from .saliency import expect_finished, is_blank

CELL = """import numpy as np, pandas as pd
import xai_widgets as xw
random = np.random.default_rng(0)
X = pd.DataFrame(random.uniform(0, 1, (300, 3)), columns=["temp", "hum", "wind"])
X["season"] = random.choice(["summer", "winter"], 300)
w = xw.PDPSurface(lambda T: T["temp"] * T["hum"] + (T["season"] == "summer"), X, ("temp", "hum"), grid_resolution=11)
w"""


def test_the_cursor_goes_where_hand_and_keys_put_it(notebook, front_end):
    opened = notebook(CELL)
    view, page = opened.view(), opened.page
    expect_finished(view, features="temp hum", theme=front_end.theme)
    expect(view).to_contain_text("300 of 300 rows, 11 by 11 points")
    assert not is_blank(view)
    box = view.locator(".catcher").bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
    expect(view.locator(".tip")).to_be_visible()
    assert opened.python("w.cursor") is None
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"], steps=3)
    page.mouse.up()
    opened.expect("w.cursor is not None and abs(w.cursor[1] - 0.5) < 0.05 and 0.6 < w.cursor[0] < 0.8", True)
    page.keyboard.press("Escape")
    opened.expect("w.cursor", None)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    opened.expect("[value in axis for value, axis in zip(w.cursor, w.explanation.grid_values)]", [True, True])
    opened.execute("w.cursor = [0.9, 0.1]")
    expect(view.locator(".reading")).to_contain_text("temp 0.9")


@pytest.mark.parametrize("front_end", [FrontEnd("notebook", "dark")], ids=str)
def test_other_features_by_keys_alone(notebook, front_end):
    opened = notebook(CELL)
    view, page = opened.view(), opened.page
    expect_finished(view, features="temp hum", theme=front_end.theme)
    view.get_by_label("Swap the two features").focus()
    page.keyboard.press("Enter")
    expect_finished(view, features="hum temp")
    assert opened.python("w.features") == ["hum", "temp"]
    view.get_by_label("Across").select_option("season")
    expect_finished(view, features="season temp")
    assert opened.python("[list(axis) for axis in w.explanation.grid_values][0]") == ["summer", "winter"]
    expect(view.locator(".axes")).to_contain_text("winter")
    opened.execute("w.features = ['wind', 'season']")
    expect_finished(view, features="wind season")
    expect(view.locator(".error")).to_be_hidden()
