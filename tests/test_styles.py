"""Style sheets, as they lie in a notebook: those of all widgets in one page, each with the house's rules again."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "js"
HOUSE = FOLDER / "lib" / "xai.css"
OWN = [path for path in FOLDER.rglob("*.css") if path != HOUSE]
ROOT = re.compile(r"^\.[a-z]+-(plot|map|surface)\b")


def rules(path):
    """Yield each selector of a sheet with what it sets."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        values = dict(map(str.strip, line.split(":", 1)) for line in body.split(";") if ":" in line)
        for selector in re.split(r",(?![^(]*\))", selectors.split(";")[-1]):
            yield " ".join(selector.split()), values


def meet(one, other):
    """Whether two names set the same: themselves, or one of them a part of the other."""
    parts = {f"{one}-", f"{other}-"}
    return (
        one == other
        or any(each.startswith(part) for each in (one, other) for part in parts)
        or ("gap" in (one, other) and one.endswith("gap") and other.endswith("gap"))
    )


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_no_rule_of_a_widget_has_to_come_after_one_of_the_house(path):
    house = {}
    for selector, values in rules(HOUSE):
        house.setdefault(selector, {}).update(values)
    ties = {
        selector: shared
        for selector, names in rules(path)
        if (
            shared := [
                name for name in names for other in house.get(ROOT.sub(".xw", selector), ()) if meet(name, other)
            ]
        )
    }
    assert ties == {}, "another widget's sheet brings the house's rules again, after these: write .xw before the class"


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_no_outline_of_a_widget_ties_with_the_focus_of_the_house(path):
    outlined = [selector for selector, values in rules(path) if values.get("outline") == "none"]
    weak = [each for each in outlined if len(re.findall(r"[.:\[][a-z]", each)) <= 2]  # as .xw :focus-visible
    assert weak == []


@pytest.mark.parametrize("path", [HOUSE, *OWN], ids=lambda path: path.stem)
def test_no_view_is_a_query_container(path):
    # Chromium keeps the styles of an old width, for ever, where JupyterLab skips a cell by content-visibility.
    assert "container" not in {name.split("-")[0] for _, names in rules(path) for name in names}
    assert "@container" not in path.read_text()
