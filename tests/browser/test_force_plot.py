"""ForcePlot in a real JupyterLab: rows brushed, opened by keys, a model explained, in the light and in the dark."""

import pytest
from playwright.sync_api import expect

from .jupyter import FrontEnd
from .saliency import expect_finished, is_blank

CELL = """import numpy as np, pandas as pd, shap, traitlets
import xai_widgets as xw
random = np.random.default_rng(0)
X = pd.DataFrame(random.uniform(0, 1, (3000, 3)), columns=["temp", "hum", "wind"])
values = (X - X.mean()).to_numpy() * [4, -2, 1]
e = shap.Explanation(values, 10.0, X.to_numpy(), feature_names=list(X.columns))
w = xw.ForcePlot(e, order="output")
w"""

MODEL = """import numpy as np, pandas as pd
import xai_widgets as xw
from sklearn.linear_model import LogisticRegression
random = np.random.default_rng(0)
X = pd.DataFrame(random.uniform(0, 1, (200, 3)), columns=["temp", "hum", "wind"])
y = np.where(X["temp"] + 0.3 * random.normal(size=200) > 0.5, "rain", "dry")
w = xw.ForcePlot(LogisticRegression().fit(X, y), X, background=20)
w"""


def test_a_brush_selects_rows_and_links_them(notebook, front_end):
    opened = notebook(CELL)
    view, page = opened.view(), opened.page
    expect_finished(view, total="3000", theme=front_end.theme)
    assert not is_blank(view)
    opened.execute("other = xw.ForcePlot(e); traitlets.link((w, 'selection'), (other, 'selection'))")
    box = view.locator(".catcher").bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.9 * box["width"], y)
    expect(view.locator(".tip.row")).to_contain_text("temp = 0.")
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], y, steps=4)
    page.mouse.move(box["x"] + 1.2 * box["width"], y, steps=4)
    page.mouse.up()
    opened.expect("290 < len(w.selection) < 310 and w.selection == other.selection", True)
    opened.expect("bool(values.sum(axis=1)[w.selection].min() >= np.quantile(values.sum(axis=1), 0.89))", True)
    expect(view.locator(".caption")).to_contain_text("rows selected, mean output 1")
    opened.execute("w.selection = [1, 2]")
    expect(view.locator(".caption")).to_contain_text("2 rows selected")
    view.get_by_label("Order rows by").select_option("similarity")
    expect(view).to_have_attribute("data-order", "similarity", timeout=60_000)
    assert opened.python("w.order") == "similarity"


@pytest.mark.parametrize("front_end", [FrontEnd("lab", "dark")], ids=str)
def test_a_model_is_explained_and_a_row_opened_by_keys_alone(notebook, front_end):
    opened = notebook(MODEL)
    view, page = opened.view(), opened.page
    expect_finished(view, total="200", theme=front_end.theme)
    expect(view.locator(".caption")).to_contain_text("Log-odds of rain")
    expect(view.locator(".status")).to_contain_text("background: 20 of the 200 rows of X")
    view.locator(".catcher").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    opened.expect("w.index is not None and w.opened is not None and w.opened['row'] == w.index", True)
    expect(view.locator(".opened-row")).to_contain_text(f"Row {opened.python('w.index')}")
    row = opened.python("int(w.index)")
    expect(view.locator(".opened-row .arrow")).to_have_count(
        opened.python(f"int(np.count_nonzero(np.abs(w.explanation.values[{row}]) > 1e-12))")
    )
    view.get_by_label("Axis in probability: log-odds, relabelled").focus()
    page.keyboard.press("Enter")
    opened.expect("w.link", "logit")
    expect(view.locator(".opened-row .big")).to_contain_text("%")
    expect(view.locator(".error")).to_be_hidden()
