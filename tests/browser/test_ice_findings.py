"""Rules, groups and interactions of ICEPlot in a real front end."""

import re

from playwright.sync_api import expect

from .saliency import PATIENCE, expect_finished
from .test_ice_plot import HIDDEN, drag_over


def test_a_brush_is_told_in_words_and_groups_are_chosen_by_keys(notebook):
    opened = notebook(HIDDEN)
    view, page = opened.view(), opened.page
    expect_finished(view, feature="x1")
    told = view.locator(".rule-line .told")
    expect(told).to_have_text("Drag over curves to select their rows")
    drag_over(opened, view, (0.85, 0.05), (0.95, 0.3))
    expect(told).to_contain_text("rows, exactly: x2 ≥ 0", timeout=PATIENCE)
    opened.expect("[each['feature'] for each in w.rule['conditions']]", ["x2"])
    finder = view.get_by_role("button", name="Find groups")
    finder.focus()
    page.keyboard.press("Enter")
    groups = view.locator(".findings button.entry")
    expect(groups).to_have_count(2, timeout=PATIENCE)
    expect(view.locator(".lines .group")).to_have_count(2)
    rising = groups.filter(has_text="x2 ≥ 0")
    rising.focus()
    page.keyboard.press("Enter")
    expect(rising).to_have_attribute("aria-pressed", "true")
    opened.expect("w.selection == np.flatnonzero(X[:, 2] >= 0)", True)
    opened.expect("w.brush", [])
    page.keyboard.press("Escape")
    expect(view.locator(".findings")).to_be_hidden()
    expect(view.locator(".lines .group")).to_have_count(0)
    expect(finder).to_be_focused()


def test_interactions_are_ranked_and_a_pair_is_chosen(notebook):
    opened = notebook(HIDDEN)
    view = opened.view()
    expect_finished(view, feature="x1")
    view.get_by_role("button", name="Interactions").click()
    pairs = view.locator(".findings button.entry")
    expect(pairs).to_have_count(3, timeout=PATIENCE)
    expect(pairs.first).to_contain_text(re.compile("x1 . x2"))
    pairs.first.click()
    expect(pairs.first).to_have_attribute("aria-pressed", "true")
    opened.expect("sorted(w.pair)", ["x1", "x2"])
    surface = view.get_by_role("region", name="PDPSurface")
    expect(surface).to_have_attribute("data-finished", "true", timeout=PATIENCE)
    pairs.first.click()
    opened.expect("w.pair", None)
    expect(surface).to_have_count(0)
