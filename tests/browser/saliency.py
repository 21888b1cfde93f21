"""What a person sees of a SaliencyMap and does to it, for the tests in real front ends."""

import itertools
import re

from playwright.sync_api import Locator, Page, expect

PATIENCE = 30_000  # milliseconds; browser, server and kernel share few cores
THUMB = 12  # pixels of a slider's thumb

expect.set_options(timeout=PATIENCE)

SHAPES = """import xai_widgets as xw
model, pictures = xw.zoo.shapes()
image = pictures[0]
"""
ONE = f"{SHAPES}w = xw.SaliencyMap(model, image)\nw"

# Slow enough to be met in mid-run, whatever the batch size.
SLOW = f"""{SHAPES}
import time, torch

class Slow(torch.nn.Module):
    def __init__(self, seconds_per_row=0.004):
        super().__init__()
        self.model, self.seconds_per_row = model, seconds_per_row

    def forward(self, x):
        time.sleep(self.seconds_per_row * len(x))
        return self.model(x)
"""

RECORD = """view => {
    const frames = [];
    const note = () => {
        const { job, sequence, done, noiseLevel, version } = view.dataset;
        if (job && frames.at(-1)?.version !== version)
            frames.push({ job: +job, sequence: +sequence, done: +done, noise: +noiseLevel, version });
    };
    note();
    new MutationObserver(note).observe(view, { attributes: true });
    view.frames = frames;
}"""


def expect_finished(view: Locator, **shown: object) -> None:
    """Wait until the final picture is on screen, with these `data-` attributes."""
    for name, value in shown.items():
        expect(view).to_have_attribute(f"data-{name.replace('_', '-')}", str(value))
    expect(view).to_have_attribute("data-finished", "true")
    expect(view).to_have_attribute("data-status", "done")


def expect_status(view: Locator, text: str | re.Pattern[str]) -> None:
    expect(view.locator(".status")).to_contain_text(text)


def record(view: Locator) -> None:
    """From now on, note every frame that is drawn."""
    view.evaluate(RECORD)


def frames(view: Locator) -> list[dict]:
    """Return job, sequence, done and noise of the frames drawn since `record`, in order, and that none was stale."""
    drawn = view.evaluate("view => view.frames")
    for before, after in itertools.pairwise(drawn):
        assert (after["job"], after["sequence"]) > (before["job"], before["sequence"])
    return drawn


def pixels(view: Locator, panel: int = 0) -> str:
    """Return what a canvas shows, as a data address; None where it is blank."""
    return view.locator("canvas").nth(panel).evaluate("canvas => canvas.toDataURL()")


def expect_repainted(view: Locator, before: str, panel: int = 0) -> str:
    """Wait until a canvas shows something else than `before`, and return it."""
    view.page.wait_for_function(
        "([canvas, before]) => canvas.width > 1 && canvas.toDataURL() !== before",
        arg=[view.locator("canvas").nth(panel).element_handle(), before],
        timeout=PATIENCE,
    )
    return pixels(view, panel)


def is_blank(view: Locator, panel: int = 0) -> bool:
    """Tell whether all pixels of a canvas are equal; that of curves which do not pass the filters is not counted."""
    return (
        view.locator("canvas:not(.filtered-out)")
        .nth(panel)
        .evaluate(
            """canvas => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const pixels = new Uint32Array(data.buffer);
            return pixels.every(pixel => pixel === pixels[0]);
        }"""
        )
    )


def place_on(slider: Locator, value: float) -> dict[str, float]:
    """Return where in a native slider its thumb is at `value`."""
    box = slider.bounding_box()
    low, high = (float(slider.get_attribute(name)) for name in ("min", "max"))
    share = (value - low) / (high - low)
    return {"x": THUMB / 2 + (box["width"] - THUMB) * share, "y": box["height"] / 2}


def press_on(slider: Locator, value: float) -> None:
    """Take the thumb of a slider that stands at `value`."""
    slider.hover(position=place_on(slider, value))
    slider.page.mouse.down()


def drag_to(slider: Locator, value: float) -> None:
    """Move the thumb that was taken."""
    box, place = slider.bounding_box(), place_on(slider, value)
    slider.page.mouse.move(box["x"] + place["x"], box["y"] + place["y"], steps=4)


def focused(page: Page) -> str:
    """Return the aria-label of the element of ours that has the focus, or nothing when it is elsewhere."""
    return page.evaluate(
        "() => { const e = document.activeElement; return e.closest('.xw') ? e.getAttribute('aria-label') : ''; }"
    )


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus."""
    for _ in range(40):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {name!r}")
