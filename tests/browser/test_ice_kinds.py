"""Kinds and colours of ICEPlot in real front ends, chosen by keys alone."""

import pytest
from playwright.sync_api import expect

from .jupyter import FrontEnd
from .saliency import expect_finished, is_blank, tab_to

HIDDEN = """import numpy as np
import xai_widgets as xw
X = np.random.default_rng(0).uniform(-1, 1, (300, 3))
w = xw.ICEPlot(lambda X: 0.2 * X[:, 0] - 5 * X[:, 1] + 10 * X[:, 1] * (X[:, 2] >= 0), X, "x1", highlight=[3])
w"""


@pytest.mark.parametrize("front_end", [FrontEnd("lab", "light"), FrontEnd("notebook", "dark")], ids=str)
def test_slopes_effects_and_colours_by_keys(notebook, front_end):
    opened = notebook(HIDDEN)
    view, page = opened.view(), opened.page
    expect_finished(view, feature="x1", kind="both", theme=front_end.theme)
    expect(view).to_contain_text("row 3")
    view.get_by_label("Feature").focus()
    tab_to(page, "Kind")
    page.keyboard.type("Slopes")
    expect(view).to_have_attribute("data-kind", "derivative")
    expect(view).to_contain_text("Slope of prediction, per unit of x1")
    opened.expect("w.kind", "derivative")
    opened.execute("w.brush = [{'x': [-0.1, 0.1], 'y': [4.9, 5.1]}]")
    expect(view).to_have_attribute("data-selected", str(opened.python("int((X[:, 2] >= 0).sum())")))
    tab_to(page, "Colour by")
    page.keyboard.type("x2")
    expect_finished(view, kind="derivative")
    expect(view.locator(".legend")).to_contain_text("≤ \u22120.9")
    assert opened.python("w.color_by") == "x2"
    assert not is_blank(view)
    view.get_by_label("Kind").focus()
    page.keyboard.type("ALE")
    expect_finished(view, kind="ale")
    expect(view).to_contain_text("zero on average")
    assert opened.python("w.wait(30).explanation.effects.shape") == [1, 41]
    page.keyboard.press("Home")
    expect_finished(view, kind="both")
    assert opened.python("w.wait(30).explanation.individual.shape") == [1, 300, 50]
