import base64
import hashlib
import html.parser
import json
import re

import numpy as np
import pytest

from tests.fixtures.colour.write import HEADER
from xai_widgets import export
from xai_widgets.render import Figure

NASTY = '</script><img src=x onerror=alert(1)><!-- \u2028\u2029 \ud800 고양이 & "quotes" \''


class Reader(html.parser.HTMLParser):
    """Collects the elements of a page."""

    def __init__(self, page):
        super().__init__()
        self.elements = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def of(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(state, **options):
    return export.to_html("export default {}", ".xw {}", state, **{"title": "A map", **options})


def script_of(page, kind):
    return re.search(rf'<script type="{kind}"[^>]*>(.*?)</script>', page, re.DOTALL)[1]


def saved(page):
    return json.loads(script_of(page, "application/json"))


def test_state_comes_back():
    state = {"noise_level": 0.15, "class_names": [NASTY], "result": {"header": {}, "buffers": [b"\x00\xff", b""]}}
    page = saved(page_of(state))
    assert page["esm"] == "export default {}"
    assert page["css"] == ".xw {}"
    assert page["state"]["class_names"] == [NASTY]
    buffers = page["state"]["result"]["buffers"]
    assert [base64.b64decode(buffer["$bytes"]) for buffer in buffers] == [b"\x00\xff", b""]


def test_arrays_travel_as_their_bytes():
    values = np.arange(6, dtype="<i2")
    state = saved(page_of({"view": memoryview(values).cast("B"), "array": bytearray(b"ab")}))["state"]
    assert np.frombuffer(base64.b64decode(state["view"]["$bytes"]), "<i2").tolist() == values.tolist()
    assert base64.b64decode(state["array"]["$bytes"]) == b"ab"


def test_names_are_data():
    page = page_of({"class_names": [NASTY]}, title=NASTY.replace("\ud800", ""))
    reader = Reader(page)
    assert not reader.of("img")
    assert len(reader.of("script")) == 2
    text = script_of(page, "application/json")
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(text)
    assert json.loads(text)["state"]["class_names"] == [NASTY]
    page.encode("utf-8")


def test_page_forbids_itself_the_network():
    page = page_of({})
    [policy] = [meta["content"] for meta in Reader(page).of("meta") if "http-equiv" in meta]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert "connect-src" not in rules
    assert "unsafe" not in rules["script-src"]
    assert rules["img-src"] == "data: blob:"
    script = script_of(page, "module")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert rules["script-src"] == f"'sha256-{digest}' blob:"
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)


def test_reader_without_scripts_sees_the_picture():
    figure = Figure(HEADER, np.eye(64), None)
    [image] = Reader(page_of({}, figure=figure)).of("img")
    assert image["alt"] == figure.description
    assert base64.b64decode(image["src"].partition("base64,")[2]) == figure.png()


@pytest.mark.parametrize(
    ("state", "error", "sentence"),
    [
        ({"value": float("nan")}, ValueError, "JSON compliant"),
        ({"value": {1, 2}}, TypeError, "set in the state of a view; expected JSON values and bytes"),
        ({"value": np.zeros(3)}, TypeError, "ndarray in the state"),
    ],
)
def test_what_a_page_cannot_hold_is_refused(state, error, sentence):
    with pytest.raises(error, match=sentence):
        page_of(state)


def test_missing_bundles_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr(export, "HOST", tmp_path / "host.js")
    with pytest.raises(FileNotFoundError, match=r"host\.js is missing.*make setup"):
        page_of({})


def test_language_and_title_are_told():
    page = page_of({}, title="고양이", language="ko")
    assert '<html lang="ko">' in page
    assert "<title>고양이</title>" in page
