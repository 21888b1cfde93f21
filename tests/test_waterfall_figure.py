"""The waterfall without a browser: its bars, what it says, what it draws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures.waterfall import write
from xai_widgets.render import letters
from xai_widgets.render.marks import Text
from xai_widgets.render.plot_figure import LOWERS
from xai_widgets.render.waterfall import LONGEST, WaterfallFigure
from xai_widgets.render.waterfall_bars import bars_of

HEADER = {
    "features": ["temp", "hum", "season", "wind"],
    "output": 0,
    "outputs": ["malignant"],
    "units": "log_odds",
    "background": {"kind": "drawn", "rows": 100, "of": 400},
    "method": "TreeSHAP",
    "index": 1350,
    "base": -1.0,
    "prediction": 1.3,
    "prediction_before": None,
    "row": [21.5, None, "summer", 12],
    "what_if": {},
}
VALUES = np.array([2.0, -0.5, 0.75, 0.05])


def test_the_fixture_is_what_python_makes():
    assert write.FILE.read_text(encoding="utf-8") == write.as_json(), "run: python -m tests.fixtures.waterfall.write"


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30), st.floats(-1e3, 1e3), st.integers(1, 40))
def test_bars_lead_from_the_base_to_the_sum(values, base, most):
    bars = bars_of(np.array(values), base, max_display=most)
    assert len(bars) == (min(len(values), most + 1))
    assert sorted(feature for bar in bars for feature in bar.features) == list(range(len(values)))
    assert bars[-1].start == base
    assert bars[0].stop == pytest.approx(base + sum(values), abs=1e-6)
    alone = [abs(bar.value) for bar in bars if bar.kind == "feature"]
    assert alone == sorted(alone, reverse=True) or len(bars) == 1
    assert all(len(bar.features) > 1 for bar in bars if bar.kind == "others")


def test_what_it_says():
    figure = WaterfallFigure(HEADER, VALUES)
    assert figure.title == "Row 1\u2009350: log-odds of malignant, from the base value to its own prediction"
    assert figure.description == (
        f"{figure.title}. From the base value \u22121.00 to f(x) = 1.30. From the top: temp = 21.5 +2.00; "
        "season = summer +0.75; hum = missing \u22120.50; wind = 12 +0.05."
    )
    changed = {**HEADER, "what_if": {"hum": 0.3}, "prediction_before": 0.8}
    told = WaterfallFigure(changed, VALUES, before=VALUES - [0, 0.5, 0, 0]).description
    assert "hum = missing \u2192 0.3 \u22120.50" in told
    assert told.endswith("Before the change f(x) was 0.80.")


def test_nothing_contributes():
    figure = WaterfallFigure({**HEADER, "prediction": -1.0}, np.zeros(4))
    assert "No contribution: all values are 0." in figure.description
    assert figure.png()


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e4, 1e7])
def test_one_power_of_ten_holds_for_bars_ends_and_axis(scale):
    header = {**HEADER, "base": -1.0 * scale, "prediction": 1.3 * scale}
    figure = WaterfallFigure(header, VALUES * scale)
    factor = 10.0**figure.digits.exponent
    assert (factor == 1) is not ("\u00d7" in figure.title)
    texts = [mark.text for mark in figure.arrange(420).marks if isinstance(mark, Text)]
    ends = [number(text.split(" = ")[1]) * factor for text in texts if text.startswith(("f(x)", "base value"))]
    assert sorted(ends) == pytest.approx([header["base"], header["prediction"]])
    lowest, highest = figure.range
    axis = [number(text) * factor for text in texts if text.lstrip("\u2212")[0].isdigit() and not text[-1].isalpha()]
    assert len(axis) >= 3
    assert all(lowest - 1e-9 * scale <= value <= highest + 1e-9 * scale for value in axis)


def number(text):
    return float(text.replace("\u2212", "-").replace("\u2009", ""))


def test_what_adds_nothing_is_grey():
    figure = WaterfallFigure(HEADER, np.array([2.0, 0.0, 0.3, 0.0]))
    inks = {mark.text: mark.ink for mark in figure.arrange(420).marks if isinstance(mark, Text)}
    assert inks["0"] not in (inks["+2.00"], LOWERS["light"])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_mark_leaves_the_page(theme, language):
    names = ["a name that is much too long for the room that a figure has", "b", "c", "d"]
    header = {**HEADER, "features": names, "what_if": {names[0]: 3}, "prediction_before": 9.0, "prediction": 2.0}
    figure = WaterfallFigure(
        header, VALUES, errors=VALUES**2, before=VALUES[::-1] * 4, max_display=3, theme=theme, language=language
    )
    drawing = figure.arrange(420)
    for mark in drawing.marks:
        text = getattr(mark, "text", None)
        if text is None or mark.wraps:
            continue
        width = letters.width_of(text, mark.size)
        left = mark.x - width if mark.align == "right" else mark.x
        assert left >= 0
        assert left + min(width, mark.most_width or width) <= drawing.size[0] + 1
    assert figure.svg().startswith("<svg")


def test_long_names_keep_both_ends():
    short = letters.shortened("temperature of the air at noon, in degrees Celsius", 12, LONGEST / 2)
    assert short.startswith("temp")
    assert short.endswith("sius")
    assert letters.width_of(short, 12) <= LONGEST / 2
