"""What goes wrong around a SaliencyMap, and what the person is told."""

import re

import pytest
from playwright.sync_api import expect

from .jupyter import FrontEnd
from .saliency import (
    ONE,
    SHAPES,
    SLOW,
    drag_to,
    expect_finished,
    expect_repainted,
    expect_status,
    frames,
    is_blank,
    pixels,
    press_on,
    record,
)

NASTY = ["</script><img src=x onerror=alert(1)>", "<b>bold</b>", "${1+1}{{2}}", "&lt;"]

ZERO = """import torch
class Zero(torch.nn.Module):
    def forward(self, x):
        return (0 * x).flatten(1).sum(1, keepdim=True) + torch.zeros(2)
z = xw.SaliencyMap(Zero(), image, n_samples=4)
z"""


def test_what_the_cell_says(notebook):
    names = f"n = xw.SaliencyMap(model, image, n_samples=4, class_names={NASTY} + ['' for _ in range(4)])\nn"
    opened = notebook(f"{SHAPES}w = xw.SaliencyMap(model, image[:1])\nw", names, ZERO)
    wrong, named, zero = (opened.view(index) for index in range(3))
    alert = wrong.get_by_role("alert")
    expect(alert).to_contain_text("channels")
    assert alert.locator("dt").all_inner_texts() == ["Given", "Expected", "Do"]
    assert all(alert.locator("dd").all_inner_texts())
    expect(alert.locator("dd").first).to_contain_text("(1, 1, 64, 64)")
    expect(wrong).to_have_attribute("data-status", "failed")
    assert alert.evaluate("alert => getComputedStyle(alert).borderLeftColor") != "rgb(0, 0, 0)"

    expect_finished(named)
    expect(named.get_by_role("radiogroup")).to_contain_text(NASTY[0])
    expect(named.get_by_role("img").first).to_have_accessible_name(re.compile(re.escape(NASTY[0])))
    assert named.locator("img, script, b b").count() == 0
    named.get_by_role("combobox", name="Class explained").fill("<b>")
    expect(named.get_by_role("listbox").get_by_role("option")).to_contain_text(NASTY[1])

    expect_finished(zero)
    expect_status(zero, "no signal")
    expect(zero).to_contain_text("No signal: every value is exactly 0.")
    expect(zero.get_by_role("img").first).to_have_accessible_name(re.compile("No signal"))
    assert is_blank(zero, 1)


MOODY = f"""{SHAPES}import torch
rows_left = 1_000_000

class Moody(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.model = model

    def forward(self, x):
        global rows_left
        rows_left -= len(x)
        if rows_left < 0:
            raise ValueError("no more rows today")
        return self.model(x)

w = xw.SaliencyMap(Moody(), image)
w"""


def test_a_model_that_fails_keeps_the_last_picture(notebook):
    opened = notebook(MOODY)
    view = opened.view()
    expect_finished(view)
    kept = pixels(view)
    opened.execute("rows_left = 0")
    view.get_by_label("Noise level").press("ArrowRight")
    expect(view.get_by_role("alert")).to_contain_text("no more rows today")
    expect(view).to_have_attribute("data-status", "failed")
    assert pixels(view) == kept
    expect_status(view, "50 of 50 samples, noise 15 %")

    opened.execute("rows_left = 30")
    view.get_by_label("Noise level").press("ArrowRight")
    expect_status(view, re.compile(r"failed after \d+ of 50 samples, noise 17 %"))
    done = opened.python("w.explanation.done")
    assert 0 < done < 50
    expect(view).to_have_attribute("data-done", str(done))

    record(view)
    opened.execute("rows_left = 1_000_000")
    view.get_by_role("button", name="Compute again").click()
    expect_finished(view, noise_level=0.17, done=50)
    expect(view.get_by_role("alert")).to_be_hidden()
    assert all(frame["done"] >= done for frame in frames(view))


def test_trained_or_closed_in_mid_run(notebook):
    opened = notebook(f"{SLOW}slow = Slow()\nw = xw.SaliencyMap(slow, image, n_samples=600)\nw")
    view = opened.view()
    expect(view).to_have_attribute("data-finished", "false")
    opened.execute("with torch.no_grad():\n    slow.model[-1].weight.mul_(1.5)")
    expect(view.get_by_role("alert")).to_contain_text("weights changed")
    view.get_by_role("button", name="Compute again").click()
    expect(view.get_by_role("alert")).to_be_hidden()
    expect(view).to_have_attribute("data-finished", "false")
    opened.execute("w.close()")
    expect(opened.page.locator(".xw")).to_have_count(0)
    assert opened.python("xw.SaliencyMap(model, image, n_samples=4).wait(30).status") == "done"


def test_a_page_reloaded_in_mid_run(notebook):
    opened = notebook(f"{SLOW}w = xw.SaliencyMap(Slow(), image, n_samples=1200)\nw")
    expect(opened.view()).to_have_attribute("data-finished", "false")
    opened.reload()
    view = opened.view()
    expect_finished(view, done=1200)
    assert not is_blank(view)
    view.get_by_label("Method").select_option("Gradient")
    expect_finished(view, method="gradient")


def test_a_kernel_restarted_with_the_page_open(notebook):
    opened = notebook(ONE)
    view = opened.view()
    expect_finished(view)
    shown = pixels(view)
    opened.restart()
    expect(view).to_contain_text("The kernel is gone.")
    for name in ("Method", "Class explained", "Noise level", "Samples", "Seed", "Reset"):
        expect(view.get_by_label(name, exact=True).first).to_be_disabled()
    assert pixels(view) == shown
    view.get_by_role("button", name="Positive values only").click()
    shown = expect_repainted(view, shown)
    opacity = view.get_by_label("Opacity")
    press_on(opacity, 0.9)
    drag_to(opacity, 0.4)
    expect_repainted(view, shown)
    opened.page.mouse.up()
    view.locator("canvas").first.hover(position={"x": 50, "y": 50})
    expect(view.locator(".tip:visible")).to_contain_text("row")
    opened.run_cell(0)
    expect_finished(opened.view(), noise_level=0.15)
    expect(opened.page.locator(".xw")).to_have_count(1)
    opened.view().get_by_label("Noise level").press("ArrowRight")
    expect_finished(opened.view(), noise_level=0.16)


def test_a_cell_run_twenty_times(notebook):
    opened = notebook(f"{SHAPES}w = xw.SaliencyMap(model, image, n_samples=4)\nw")
    expect_finished(opened.view())
    threads = opened.python("__import__('threading').active_count()")
    for _ in range(20):
        opened.run_cell(0)
    opened.expect("len(In)", 22)
    expect(opened.page.locator(".xw")).to_have_count(1)
    expect_finished(opened.view())
    assert opened.python("__import__('threading').active_count()") == threads
    opened.view().get_by_label("Noise level").press("ArrowRight")
    expect_finished(opened.view(), noise_level=0.16)
    assert opened.python("w.noise_level") == 0.16


def test_twenty_on_a_page(notebook):
    make = "many = [xw.SaliencyMap(model, image, n_samples=10, seed=seed) for seed in range(20)]"
    opened = notebook(f"import ipywidgets\n{SHAPES}{make}\nipywidgets.VBox(many)")
    expect(opened.page.locator(".xw")).to_have_count(20)
    last = opened.view(19)
    last.scroll_into_view_if_needed()
    last.get_by_label("Noise level").press("ArrowRight")
    expect_finished(last, noise_level=0.16, done=10)
    for index in range(20):
        expect_finished(opened.view(index), done=10)
        assert not is_blank(opened.view(index))
    assert len({pixels(opened.view(index)) for index in range(20)}) == 20
    opened.view(0).get_by_label("Noise level").press("ArrowRight")
    expect_finished(opened.view(0), noise_level=0.16)


def test_hidden_outputs_draw_when_they_show(notebook):
    tabs = "t = xw.SaliencyMap(model, image, n_samples=10)\n"
    tabs += "ipywidgets.Tab([ipywidgets.Label('first'), t], titles=['a', 'b'])"
    opened = notebook(f"import ipywidgets\n{ONE}", tabs)
    view, page = opened.view(), opened.page
    expect_finished(view)
    page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0")
    opened.command("notebook:hide-cell-outputs")
    expect(view).to_be_hidden()
    opened.execute("w.noise_level = 0.4; _ = w.wait()")
    opened.command("notebook:show-cell-outputs")
    expect_finished(view, noise_level=0.4)
    assert not is_blank(view)

    opened.python("t.wait().status")
    page.get_by_role("tab", name="b", exact=True).click()
    tabbed = opened.view(1)
    expect_finished(tabbed, done=10)
    expect_repainted(tabbed, "")
    assert not is_blank(tabbed)
    assert tabbed.locator("canvas").first.bounding_box()["width"] > 100


# Boxes of controls, words and pictures that lie on each other, or stick out of the view.
CLASHES = """view => {
    const frame = view.getBoundingClientRect();
    const shown = part => part.checkVisibility() && part.getBoundingClientRect().width > 1
        && !part.closest(".unseen, svg.cross, .tip");
    const named = part => part.ariaLabel || part.textContent.trim().slice(0, 40);
    const wordy = part => part.childElementCount === 0 && part.textContent.trim() !== "";
    const solid = "input:not([type=radio]), select, button, canvas";
    const parts = [...view.querySelectorAll(`${solid}, span, output, b, p, text`)]
        .filter(part => shown(part) && (part.matches(solid) || wordy(part)));
    const box = part => part.getBoundingClientRect();
    const clashes = parts.filter(part => box(part).left < frame.left - 8 || box(part).right > frame.right + 8)
        .map(part => `sticks out: ${named(part)}`);
    if (view.scrollWidth > view.clientWidth + 8) clashes.push(`scrolls: ${view.scrollWidth} in ${view.clientWidth}`);
    parts.forEach((one, index) => parts.slice(index + 1).forEach(other => {
        if (one.contains(other) || other.contains(one)) return;
        const [a, b] = [box(one), box(other)];
        const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (wide > 1 && high > 1) clashes.push(`on each other: ${named(one)} and ${named(other)}`);
    }));
    return clashes;
}"""


@pytest.mark.parametrize("front_end", [FrontEnd("notebook")], ids=str)
def test_narrow_and_wide_nothing_overlaps(notebook, front_end):
    opened = notebook(ONE)
    view, page = opened.view(), opened.page
    expect_finished(view)
    view.get_by_role("button", name="More").click()
    view.get_by_role("button", name="What is this?").click()
    expect(view.get_by_label("Colour map")).to_be_visible()
    for width in (1600, 1000, 800, 650, 500):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(
            "([view, width]) => view.clientWidth < width && view.querySelector('canvas').width > 1",
            arg=[view.element_handle(), width],
        )
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert view.evaluate(CLASHES) == [], width
