"""LIMEPlot in a real JupyterLab: another kernel width by the slider, weights by keys, and what Python knows."""

from playwright.sync_api import expect

from .saliency import expect_finished

CELL = """import numpy as np, pandas as pd
import xai_widgets as xw
X = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 4)), columns=["temp", "hum", "wind", "rain"])
w = xw.LIMEPlot(lambda T: np.tanh(2 * T["temp"]) - T["wind"] * (T["hum"] > 0), 3, X, num_samples=2000)
w"""


def test_settings_are_solved_again_and_weights_are_read_by_keys(notebook, front_end):
    opened = notebook(CELL)
    view, page = opened.view(), opened.page
    expect_finished(view, done="2000", theme=front_end.theme)
    expect(view.locator(".area")).to_have_count(4)
    expect(view).to_contain_text("kernel width 1.5, random points")
    width = view.get_by_label("Kernel width")
    width.focus()
    page.keyboard.press("ArrowLeft")
    opened.expect("w.kernel_width is not None and 1.4 < w.kernel_width < 1.5", True)
    page.keyboard.press("Home")
    opened.expect("w.wait(30).explanation.parameters['kernel_width']", 0.1875)
    expect(view).to_contain_text("kernel width 0.188")
    view.get_by_label("Points spread evenly").click()
    expect_finished(view, done="2000")
    expect(view).to_contain_text("Sobol points")
    opened.execute("w.num_features = 2")
    expect(view.locator(".area")).to_have_count(2)
    view.locator(".area").first.focus()
    page.keyboard.press("ArrowDown")
    expect(view.locator(".tip")).to_contain_text("with other seeds")
    box = view.locator(".area").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    feature = opened.python("X.columns[w.explanation.as_map()[1][0][0]]")
    expect(view.locator(".tip")).to_contain_text(feature)
    opened.execute("w.seed = 5")
    expect_finished(view, done="2000")
    expect(view.locator(".error")).to_be_hidden()
