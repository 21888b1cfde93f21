"""The servers and fixtures the other browser tests stand on."""

import pytest

from .jupyter import FRONT_ENDS

BUTTON = """import anywidget, traitlets

class Button(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
        const button = document.createElement("button");
        const show = () => { button.textContent = "pressed " + model.get("count"); };
        button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
        model.on("change:count", show);
        show();
        el.append(button);
    } }'''
    count = traitlets.Int(0).tag(sync=True)

w = Button()
w"""


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
def test_a_widget_reaches_the_kernel_and_back(notebook, front_end):
    opened = notebook(BUTTON)
    page = opened.page
    page.get_by_role("button", name="pressed 0").click()
    page.get_by_role("button", name="pressed 1").wait_for()
    assert opened.python("w.count") == 1
    assert opened.execute("w.count = 5; print('set')") == "set\n"
    page.get_by_role("button", name="pressed 5").wait_for()
    light = page.evaluate("document.body.dataset.jpThemeLight")
    assert light == ("true" if front_end.theme == "light" else "false")


def test_a_reloaded_page_finds_its_widget(notebook):
    opened = notebook(BUTTON)
    opened.page.get_by_role("button", name="pressed 0").click()
    opened.page.get_by_role("button", name="pressed 1").wait_for()
    opened.reload()
    opened.page.get_by_role("button", name="pressed 1").wait_for()


def test_trouble_in_the_page_is_recorded(page, trouble):
    page.evaluate("console.error('broken')")
    page.evaluate("fetch('http://elsewhere.invalid/').catch(() => null)")
    assert trouble[0] == "broken"
    assert "request to http://elsewhere.invalid/" in trouble
    trouble.clear()
