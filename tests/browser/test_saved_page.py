"""A saved page in a real browser, opened from disk."""

import pytest
from playwright.sync_api import expect

import xai_widgets as xw
from xai_widgets import export

STATIC = export.HOST.parent
NASTY = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    model, pictures = xw.zoo.shapes()
    names = [f"{name} {NASTY}" for name in model.class_names]
    with xw.SaliencyMap(model, pictures[0], class_names=names, n_samples=4, noise_level=0.2) as widget:
        widget.wait()
        state = {name: value for name, value in widget.get_state().items() if not name.startswith("_")}
    bundle, style = ((STATIC / f"saliency_map.{kind}").read_text(encoding="utf-8") for kind in ("js", "css"))
    path = tmp_path_factory.mktemp("saved") / "map.html"
    path.write_text(export.to_html(bundle, style, state, title=f"A map {NASTY}"), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_saved_page_works_from_disk(page, saved, scheme):
    schemes = set()
    page.on("request", lambda request: schemes.add(request.url.partition(":")[0]))
    page.emulate_media(color_scheme=scheme)
    page.goto(saved.as_uri())
    view = page.locator(".xw.saliency-map")
    expect(view).to_have_attribute("data-finished", "true")
    expect(view).to_have_attribute("data-noise-level", "0.2")
    expect(view).to_have_attribute("data-theme", scheme)
    expect(page).to_have_title(f"A map {NASTY}")
    expect(view).to_contain_text(NASTY)
    assert page.locator("img").count() == 0

    before = view.locator("canvas").first.evaluate("canvas => canvas.toDataURL()")
    page.get_by_label("Negative values only").click()
    page.wait_for_function("before => document.querySelector('.xw canvas').toDataURL() !== before", arg=before)
    assert page.get_by_label("Noise level").is_disabled()
    assert schemes <= {"file", "blob", "data"}


def test_a_saved_page_may_not_ask_the_network(page, saved, trouble):
    page.goto(saved.as_uri())
    expect(page.locator(".xw.saliency-map")).to_have_attribute("data-finished", "true")
    picture = "Object.assign(new Image(), {src: 'https://example.org/x.png', onload: yes, onerror: no})"
    for attempt in ("fetch('https://example.org/')", f"new Promise((yes, no) => {picture})"):
        assert page.evaluate(f"({attempt}).then(() => 'reached', () => 'refused')") == "refused"
    assert sum("Content Security Policy" in text for text in trouble) >= 2
    trouble.clear()
