"""ImportancePlot and AgreementPlot in a real JupyterLab: bars chosen by hand and keys, and a row by its number."""

from playwright.sync_api import expect

from .saliency import expect_finished

IMPORTANCE = """import numpy as np
import xai_widgets as xw
values = np.random.default_rng(0).uniform(1, 2, (50, 3)) * [1.0, 4.0, 2.0]
w = xw.ImportancePlot(values)
w"""

AGREEMENT = """import numpy as np
import xai_widgets as xw
X = np.random.default_rng(0).normal(size=(200, 3))
w = xw.AgreementPlot(lambda X: 3 * X[:, 0] - X[:, 2], 0, X)
w"""


def test_a_feature_is_chosen_by_a_click_and_by_keys(notebook):
    opened = notebook(IMPORTANCE)
    view, page = opened.view(), opened.page
    expect_finished(view, selected=0)
    rows = view.locator(".rows .row")
    expect(rows).to_have_count(3)
    rows.nth(0).click()
    opened.expect("w.feature", "x1")
    expect(view).to_have_attribute("data-feature", "x1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    opened.expect("w.feature", "x2")
    opened.execute("w.selection = [0, 1, 2]")
    expect_finished(view, selected=3)
    expect(view.locator(".bar.selected")).to_have_count(3)
    view.get_by_label("Clear the selection").click()
    opened.expect("len(w.selection)", 0)
    expect(view.locator(".bar.selected")).to_have_count(0)


def test_methods_come_one_after_the_other_and_another_row_is_asked(notebook):
    opened = notebook(AGREEMENT)
    view = opened.view()
    expect_finished(view, methods="shap lime", index=0)
    expect(view.locator(".pairs tbody tr")).to_have_count(1)
    expect(view.locator(".sentence")).to_contain_text("The methods")
    view.get_by_label("Row", exact=True).fill("7")
    view.get_by_label("Row", exact=True).press("Enter")
    expect_finished(view, index=7)
    opened.expect("w.index", 7)
    view.locator(".rows .row").first.hover()
    expect(view.locator(".tip")).to_contain_text("SHAP")
