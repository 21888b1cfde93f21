"""What a person does with a SaliencyMap, in a real front end."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from .jupyter import FRONT_ENDS, FrontEnd
from .saliency import (
    ONE,
    SHAPES,
    SLOW,
    drag_to,
    expect_finished,
    expect_repainted,
    expect_status,
    focused,
    frames,
    pixels,
    press_on,
    record,
    tab_to,
)

ROUNDING = 1e-3  # relative L2: maps of another batch size, or of a faster copy, differ by less


def difference(opened, found, expected):
    """The relative difference of two maps in the kernel, given as expressions."""
    return opened.python(f"(lambda a, b: float(((a - b) ** 2).sum() / (b ** 2).sum()) ** 0.5)({found}, {expected})")


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
def test_one_cell_and_a_hand_on_the_noise(notebook, front_end):
    opened = notebook(ONE)
    view, page = opened.view(), opened.page
    expect_finished(view, noise_level=0.15, theme=front_end.theme)
    expect_status(view, "SmoothGrad, 50 of 50 samples, noise 15 % of the input range (sigma 0.102), sampling error")
    row, column = opened.python("divmod(int(w.explanation.values.sum(0).argmax()), 64)")
    for panel, words in enumerate(("SmoothGrad for star, drawn over the picture.", "SmoothGrad for star.")):
        label = view.get_by_role("img").nth(panel).get_attribute("aria-label")
        assert label.startswith(words)
        assert re.search(rf"Strongest positive value \+[\d.]+ at row {row}, column {column}\.", label)
    start = pixels(view), pixels(view, 1)

    record(view)
    noise = view.get_by_role("slider", name="Noise level")
    noise.evaluate(
        """slider => {
            slider.printed = [];
            const label = slider.closest(".ctl").querySelector("output");
            slider.addEventListener("input", () => slider.printed.push([slider.valueAsNumber, label.value]));
        }"""
    )
    press_on(noise, 0.15)
    drag_to(noise, 0.25)
    expect(view).to_have_attribute("data-noise-level", "0.25")
    assert pixels(view) != start[0]
    drag_to(noise, 0.4)
    drag_to(noise, 0.35)
    page.mouse.up()
    expect_finished(view, noise_level=0.35, done=50)
    expect_status(view, "SmoothGrad, 50 of 50 samples, noise 35 % of the input range")
    assert pixels(view, 1) != start[1]

    labels = noise.evaluate("slider => slider.printed")
    assert all(text == f"{round(100 * value)} %" for value, text in labels), "the label moves with the hand"
    drawn = {frame["noise"] for frame in frames(view)}
    assert {0.15, 0.25, 0.35} <= drawn <= {0.15} | {value for value, _ in labels}
    assert opened.python("w.noise_level") == 0.35
    parameters = {"target": 0, "method": "smoothgrad", "noise_level": 0.35, "n_samples": 50, "seed": 0}
    parameters["precision"] = "float32"
    assert opened.python("w.wait().explanation.parameters") == parameters
    assert frames(view)[-1]["noise"] == 0.35


PICTURE = "Values of the map: arrow keys move the crosshair, with Shift by ten, Escape removes it"
STOPS = [
    *["Multiply by the input", "Method", "Class explained", "Noise level", "Samples", "Seed"],
    *["More", "Reset", "Download PNG", "Copy as code", "What is this?"],
    *["Map over the picture, and map alone beside it", "Map over the picture", "Map alone", "Picture alone"],
    *["Opacity", PICTURE, "Both signs", "Positive values only", "Negative values only", "Magnitudes", PICTURE],
    *["star", "Overlay threshold", "Clipping percentile"],
]
NOTEBOOK_STATE = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    return [content.mode, content.activeCellIndex, content.widgets.map(cell => cell.model.sharedModel.source)];
}"""


@pytest.mark.parametrize("front_end", [FrontEnd("lab"), FrontEnd("notebook")], ids=str)
def test_by_keyboard_alone(notebook, front_end):
    opened = notebook("1 + 1", ONE, "2 + 2", run=False)
    opened.run_cell(1)
    expect_finished(opened.view())
    before = opened.page.evaluate(NOTEBOOK_STATE)
    walk_through_every_stop(opened.view())
    compute_by_keyboard(opened, opened.view())
    open_what_is_closed(opened, opened.view())
    draw_by_keyboard(opened, opened.view())
    assert opened.page.evaluate(NOTEBOOK_STATE) == before, "the front end's shortcuts stay out of it"


def walk_through_every_stop(view):
    """Every control is reached, shows that it is, and lets go, in both directions."""
    page, press = view.page, view.page.keyboard.press
    looks = [view.screenshot()]
    tab_to(page, STOPS[0])
    for stop in STOPS:
        assert focused(page) == stop
        looks.append(view.screenshot())
        press("Tab")
    assert focused(page) == ""
    assert len(set(looks)) == len(looks), "the focus is visible"
    for stop in reversed(STOPS):
        press("Shift+Tab")
        assert focused(page) == stop
    press("Shift+Tab")
    assert focused(page) == ""


def compute_by_keyboard(opened, view):
    page, press = view.page, view.page.keyboard.press
    tab_to(page, "Multiply by the input")
    press("Space")
    opened.expect("w.multiply_by_inputs", True)
    tab_to(page, "Method")
    press("ArrowDown")
    expect_finished(view, method="smoothgrad_absolute")
    press("ArrowUp")
    tab_to(page, "Class explained")
    page.keyboard.type("dd")
    expect(view.get_by_role("listbox")).to_have_text("No class is called that.")
    press("Escape")
    expect(view.get_by_role("combobox", name="Class explained")).to_have_value("star")
    page.keyboard.type("ea")
    expect(view.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    press("Enter")
    heart = opened.python("model.class_names.index('heart')")
    expect_finished(view, method="smoothgrad", target=heart)
    tab_to(page, "Noise level")
    press("ArrowRight")
    expect_finished(view, noise_level=0.16)
    tab_to(page, "Samples")
    press("ArrowRight")
    expect_finished(view, total=52)
    tab_to(page, "Seed")
    page.keyboard.type("7")
    press("Enter")
    opened.expect("w.seed", 7)

    best = opened.python("[score['index'] for score in w.scores['top']]")
    tab_to(page, "heart")
    press("ArrowUp")
    expect_finished(view, target=best[best.index(heart) - 1])


def open_what_is_closed(opened, view):
    page, press = view.page, view.page.keyboard.press
    tab_to(page, "More")
    press("Enter")
    tab_to(page, "Copy as code")
    press("Enter")
    expect(view.get_by_label("Code of this picture")).to_contain_text("seed=7")
    tab_to(page, "What is this?")
    press("Enter")
    expect(view.get_by_role("region", name="What is this?")).to_contain_text("Where it misleads")
    nameless = "part => !part.hidden && !(part.ariaLabel && part.dataset.lmSuppressShortcuts)"
    focusable = "[...view.querySelectorAll('button, input, select, [tabindex]')]"
    assert view.evaluate(f"view => {focusable}.filter({nameless}).map(part => part.outerHTML)") == []
    press("Enter")
    expect(view.get_by_role("region", name="What is this?")).to_be_hidden()
    tab_to(page, "Channel reduction")
    press("ArrowDown")
    opened.expect("w.channel_reduction", "mean")
    tab_to(page, "Colour map")
    press("ArrowDown")
    opened.expect("w.colormap", "purple_green")


def draw_by_keyboard(opened, view):
    page, press = view.page, view.page.keyboard.press
    tab_to(page, "Map alone")
    press("Enter")
    expect(view.locator("canvas:visible")).to_have_count(1)
    assert focused(page) == "Map alone"
    press("Shift+Tab")
    press("Shift+Tab")
    press("Enter")
    expect(view.locator("canvas:visible")).to_have_count(2)
    tab_to(page, "Opacity")
    shown = pixels(view)
    press("ArrowLeft")
    expect_repainted(view, shown)
    opened.expect("w.opacity", 0.85)
    tab_to(page, PICTURE)
    for keys, row, column in [("ArrowDown", 32, 32), ("ArrowLeft", 32, 31), ("Shift+ArrowUp", 22, 31)]:
        press(keys)
        expect(view.locator("[aria-live=polite]")).to_contain_text(f"row {row}, column {column}")
    expect(view.locator(".cross").first).to_be_visible()
    opened.expect("w.hover", 22 * 64 + 31)
    press("Escape")
    expect(view.locator(".cross").first).to_be_hidden()
    tab_to(page, "Positive values only")
    press("Space")
    opened.expect("w.sign", "positive")
    tab_to(page, "Overlay threshold")
    press("ArrowUp")
    opened.expect("w.threshold", 0.06)
    tab_to(page, "Clipping percentile")
    press("ArrowDown")
    opened.expect("w.clip_percentile", 99.4)


def test_every_choice_and_back(notebook):
    opened = notebook(f"{SHAPES}w = xw.SaliencyMap(model, image, noise_level=0.2, n_samples=20, target=1)\nw")
    view = opened.view()
    expect_finished(view, noise_level=0.2, total=20, target=1)
    first = opened.python("{name: getattr(w, name) for name in w.trait_names(resettable=True)}")

    view.get_by_role("radio", name="cross").check()
    cross = opened.python("model.class_names.index('cross')")
    expect_finished(view, target=cross)
    expect(view.get_by_role("img").first).to_have_accessible_name(re.compile("^SmoothGrad for cross"))
    search = view.get_by_role("combobox", name="Class explained")
    search.click()
    expect(view.get_by_role("listbox")).to_contain_text("predicted: star")
    search.fill("rin")
    view.get_by_role("listbox").get_by_text("ring").click()
    ring = opened.python("model.class_names.index('ring')")
    expect_finished(view, target=ring)
    expect(view.get_by_role("radio", name="ring")).to_be_checked()

    view.get_by_label("Method").select_option("VarGrad")
    expect_finished(view, method="vargrad")
    expect_status(view, "VarGrad, 20 of 20 samples")
    expect(view.get_by_role("button", name="Negative values only")).to_be_disabled()
    view.get_by_label("Method").select_option("Gradient")
    expect_finished(view, method="gradient", total=1)
    expect_status(view, "Gradient, one forward and one backward pass, exact")
    expect(view.get_by_label("Noise level")).to_be_disabled()
    view.get_by_title("Multiply by the input").click()
    expect_status(view, "Gradient \N{MULTIPLICATION SIGN} input")
    view.get_by_label("Method").select_option("SmoothGrad")
    expect_finished(view, method="smoothgrad")

    job = opened.python("w.job")
    shown = pixels(view, 1)
    view.get_by_role("button", name="More").click()
    view.get_by_label("Channel reduction").select_option("largest magnitude")
    shown = expect_repainted(view, shown, 1)
    view.get_by_label("Colour map").select_option("grey")
    expect_repainted(view, shown, 1)
    assert opened.python("w.job") == job, "neither asks the model"
    seed = view.get_by_label("Seed")
    seed.fill("7")
    seed.press("Enter")
    opened.expect("w.seed", 7)
    opened.expect("w.wait().explanation.parameters['seed']", 7)

    view.get_by_role("button", name="Reset").click()
    expect_finished(view, method="smoothgrad", noise_level=0.2, total=20, target=1)
    opened.expect("{name: getattr(w, name) for name in w.trait_names(resettable=True)}", first)
    expect(view.get_by_label("Colour map")).to_have_value("red_blue")


def test_stopped_in_mid_run_it_tells_the_truth_and_goes_on(notebook):
    opened = notebook(f"{SLOW}w = xw.SaliencyMap(Slow(), image, n_samples=400)\nw")
    view = opened.view()
    view.get_by_role("button", name="Stop").wait_for()
    record(view)
    expect(view).to_have_attribute("data-finished", "false")
    view.get_by_role("button", name="Stop").click()
    go_on = view.get_by_role("button", name="Go on")
    go_on.wait_for()
    done = opened.python("w.explanation.done")
    assert 0 < done < 400
    expect_status(view, f"stopped at {done} of 400 samples")
    expect(view).to_have_attribute("data-status", "cancelled")
    assert opened.python("w.explanation.parameters['n_samples']") == done
    go_on.click()
    expect_finished(view, done=400)
    expect_status(view, "400 of 400 samples")
    counts = [frame["done"] for frame in frames(view)]
    assert counts == sorted(counts), "nothing done is done again"
    assert done in counts
    straight = "xw.SaliencyMap(model, image, n_samples=400).wait().explanation.values"
    assert difference(opened, "w.explanation.values", straight) < ROUNDING


def test_the_numbers_leave_the_page(notebook):
    """Under the pointer, as code, and as a picture."""
    opened = notebook(ONE)
    view, page = opened.view(), opened.page
    expect_finished(view)
    reduced = "w.explanation.values.sum(0)"
    resolution = opened.python(f"float(abs({reduced}).max())") / 32767
    picture = view.locator("canvas").nth(1)
    box = picture.bounding_box()
    for row, column in [(0, 0), (41, 20), (34, 18), (63, 63), (10, 50)]:
        picture.hover(position={"x": (column + 0.5) * box["width"] / 64, "y": (row + 0.5) * box["height"] / 64})
        tip = view.locator(".tip:visible")
        expect(tip).to_contain_text(f"row {row}, column {column}")
        value = float(tip.locator("b").inner_text().replace("\N{MINUS SIGN}", "-"))
        assert abs(value - opened.python(f"float({reduced}[{row}, {column}])")) <= resolution + 0.0005
        opened.expect("w.hover", row * 64 + column)
    page.mouse.move(0, 0)
    expect(view.locator(".tip:visible")).to_have_count(0)
    opened.expect("w.hover", None)

    view.get_by_role("slider", name="Samples").press("ArrowLeft")
    expect_finished(view, total=48)
    view.get_by_role("button", name="Copy as code").click()
    shown = view.get_by_label("Code of this picture")
    expect(shown).to_contain_text("noise_level=0.15, n_samples=48, seed=0")
    code = shown.inner_text()
    assert difference(opened, f"{code}.wait().explanation.values", "w.explanation.values") < ROUNDING
    view.get_by_role("button", name="Close").click()
    expect(shown).to_be_hidden()

    with page.expect_download() as download:
        view.get_by_role("button", name="Download PNG").click()
    assert download.value.suggested_filename == "smoothgrad_star.png"
    with Image.open(download.value.path()) as file:
        assert file.format == "PNG"
        assert file.width > 300
        assert len(set(file.convert("RGB").getdata())) > 500


def test_what_only_the_browser_draws_never_asks_the_kernel(notebook):
    opened = notebook(ONE)
    view, page = opened.view(), opened.page
    expect_finished(view)
    record(view)

    over, alone = pixels(view), pixels(view, 1)
    view.get_by_role("button", name="Negative values only").click()
    over, alone = expect_repainted(view, over), expect_repainted(view, alone, 1)
    view.get_by_role("button", name="Magnitudes").click()
    over, alone = expect_repainted(view, over), expect_repainted(view, alone, 1)
    view.get_by_role("button", name="Both signs").click()
    over, alone = expect_repainted(view, over), expect_repainted(view, alone, 1)
    opacity = view.get_by_label("Opacity")
    press_on(opacity, 0.9)
    drag_to(opacity, 0.3)
    over = expect_repainted(view, over)
    page.mouse.up()
    opened.expect("w.opacity", 0.3)

    bar = view.get_by_role("group", name="Colour bar")
    for name, trait, towards in [
        ("Overlay threshold", "threshold", -30),
        ("Clipping percentile", "clip_percentile", 25),
    ]:
        before, value = pixels(view), opened.python(f"w.{trait}")
        grip = bar.get_by_role("slider", name=name).locator("rect").last
        box = grip.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y + towards, steps=4)
        expect_repainted(view, before)
        page.mouse.up()
        told = float(bar.get_by_role("slider", name=name).get_attribute("aria-valuenow"))
        assert told != value
        opened.expect(f"w.{trait}", told)
    view.get_by_role("button", name="Map alone", exact=True).click()
    expect(view.locator("canvas:visible")).to_have_count(1)

    assert opened.python("w.job") == 1
    assert len(frames(view)) == 1
    assert opened.python("w.sign") == "all"


def test_python_and_other_widgets_hold_the_same_traits(notebook):
    link = "slider = ipywidgets.FloatSlider(0.15, min=0, max=0.5, step=0.01, description='theirs')\n"
    link += "link = ipywidgets.jslink((slider, 'value'), (w, 'noise_level'))\n"
    watch = (
        "seen = []\nw.observe(lambda change: seen.append([change.name, change.new]), names=['noise_level', 'sign'])\n"
    )
    opened = notebook(f"import ipywidgets\n{ONE}\n{link}{watch}ipywidgets.VBox([slider, w])")
    view, page = opened.view(), opened.page
    expect_finished(view, noise_level=0.15)
    opened.execute("w.noise_level = 0.3; w.n_samples = 20; w.sign = 'positive'")
    expect_finished(view, noise_level=0.3, total=20)
    expect(view.get_by_label("Noise level")).to_have_value("0.3")
    expect(view.get_by_role("button", name="Positive values only")).to_have_attribute("aria-pressed", "true")

    theirs = page.locator(".widget-slider").get_by_role("slider")
    expect(theirs).to_have_attribute("aria-valuetext", "0.3")
    theirs.press("ArrowRight")
    expect_finished(view, noise_level=0.31)
    expect(view.get_by_label("Noise level")).to_have_value("0.31")
    view.get_by_label("Noise level").press("ArrowRight")
    expect_finished(view, noise_level=0.32)
    expect(theirs).to_have_attribute("aria-valuetext", "0.32")
    opened.expect("slider.value", 0.32)
    opened.expect("seen", [["noise_level", 0.3], ["sign", "positive"], ["noise_level", 0.31], ["noise_level", 0.32]])
    assert opened.python("w.wait().explanation.parameters['noise_level']") == 0.32


def test_two_classes_side_by_side(notebook):
    make = "both = [xw.SaliencyMap(model, image, target=target) for target in (0, 1)]\n"
    link = "ipywidgets.jslink((both[0], 'hover'), (both[1], 'hover'))\n"
    opened = notebook(f"import ipywidgets\n{SHAPES}{make}{link}ipywidgets.HBox(both)")
    left, right = opened.view(0), opened.view(1)
    expect_finished(left, target=0)
    expect_finished(right, target=1)
    assert pixels(left) != pixels(right)
    kept = pixels(right)
    left.get_by_label("Noise level").press("End")
    expect_finished(left, noise_level=0.5, target=0)
    assert pixels(right) == kept
    assert opened.python("[w.wait().job for w in both]") == [2, 1]
    left.locator("canvas").first.hover(position={"x": 30, "y": 30})
    tips = [view.locator(".tip:visible") for view in (left, right)]
    places = [re.match(r"row \d+, column \d+", tip.inner_text())[0] for tip in tips]
    assert places[0] == places[1]
    assert tips[0].inner_text() != tips[1].inner_text()
    for number, noise in enumerate((0.5, 0.15)):
        alone = f"xw.SaliencyMap(model, image, target={number}, noise_level={noise}).wait().explanation.values"
        assert difference(opened, f"both[{number}].explanation.values", alone) < ROUNDING


def test_one_widget_shown_twice(notebook):
    opened = notebook(ONE, "w")
    first, second = opened.view(0), opened.view(1)
    for view in (first, second):
        expect_finished(view, noise_level=0.15)
    assert pixels(first) == pixels(second)
    first.get_by_label("Noise level").press("ArrowRight")
    for view in (first, second):
        expect_finished(view, noise_level=0.16)
        expect(view.get_by_label("Noise level")).to_have_value("0.16")
    opened.page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0")
    opened.command("notebook:clear-cell-output")
    expect(opened.page.locator(".xw")).to_have_count(1)
    left = opened.view()
    left.get_by_label("Noise level").press("ArrowRight")
    expect_finished(left, noise_level=0.17)
    assert opened.python("w.wait().explanation.parameters['noise_level']") == 0.17
