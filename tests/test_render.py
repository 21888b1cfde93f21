import io
import subprocess
import sys
from typing import get_args
from xml.etree import ElementTree as ET

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.fixtures.colour import write
from xai_widgets.explainers.shapley.method import Units
from xai_widgets.render import Figure, colour, letters, shap_words, text
from xai_widgets.render.force import ForceFigure
from xai_widgets.render.marks import Text

SVG = "{http://www.w3.org/2000/svg}"


def make(values=None, picture=None, size=64, header=(), **drawing):
    random = np.random.default_rng(0)
    if values is None:
        values = random.normal(size=(size, size))
    if picture is None:
        picture = random.integers(0, 256, (*np.shape(values), 3), dtype=np.uint8)
    rows, columns = np.shape(values)
    sized = {"input_height": rows, "input_width": columns}
    return Figure({**write.HEADER, **sized, **dict(header)}, np.asarray(values, float), picture, **drawing)


def opened(png):
    return PIL.Image.open(io.BytesIO(png)).convert("RGB")


def test_twins_of_the_browser_are_current():
    assert write.FILE.read_text(encoding="utf-8") == write.as_json(), "run: python -m tests.fixtures.colour.write"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [8, 64, 224])
def test_a_noisy_map_fits_into_the_notebook(size, theme):
    png = make(size=size, theme=theme).png()
    image = opened(png)
    assert len(png) <= 150_000
    assert 400 < image.width <= 860
    assert image.getpixel((0, 0)) == colour.PAGES[theme]


def test_fewer_bytes_give_a_smaller_picture():
    figure = make(size=224)
    small = figure.png(most_bytes=30_000)
    assert len(small) <= 30_000
    assert opened(small).width < opened(figure.png()).width
    with pytest.raises(ValueError, match=r"most_bytes=100, but the smallest picture takes \d+; allow as many"):
        figure.png(most_bytes=100)


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (200, 3), (28, 28)])
def test_any_shape_can_be_drawn(shape):
    image = opened(make(np.ones(shape)).png())
    assert image.width < 2000
    assert image.height < 1000


def test_the_map_alone_where_there_is_no_picture():
    figure = Figure({**write.HEADER}, np.ones((4, 4)))
    assert opened(figure.png()).width < opened(make(np.ones((4, 4))).png()).width
    assert "Over the picture" not in figure.svg()


def test_zero_shows_the_page_and_the_end_its_colour():
    figure = make([[0.0, 1.0], [-1.0, 0.0]], clip_percentile=100)
    pixels = colour.opaque(figure.values, figure.end, figure.arms)
    assert pixels.tolist() == [[[255, 255, 255], [0x81, 0x19, 0x30]], [[0x21, 0x44, 0x88], [255, 255, 255]]]
    over = colour.overlay(figure.values, figure.end, figure.arms, 0.9, 0.05)
    assert over[..., 3].tolist() == [[0, round(0.9 * 255)], [round(0.9 * 255), 0]]


def test_a_map_of_zeros_says_so():
    figure = make(np.zeros((4, 4)))
    assert "No signal: every value is exactly 0." in figure.description
    assert "No signal" in figure.svg()
    assert opened(figure.png())


def test_description_names_the_strongest_places():
    values = np.zeros((4, 5))
    values[1, 2], values[3, 4] = 0.03, -0.01
    assert make(values).description == (
        "SmoothGrad for star, drawn over the picture. Strongest positive value +0.0300 at row 1, column 2. "
        "Strongest negative value \u22120.0100 at row 3, column 4. Positive values make 75 % of the total."
    )
    assert make(np.abs(values), header={"signed": False, "method": "vargrad"}).description == (
        "VarGrad for star, drawn over the picture. Largest value 0.0300 at row 1, column 2."
    )


def test_places_are_those_of_the_input_where_the_map_is_smaller():
    values = np.zeros((2, 2))
    values[1, 1] = 1
    assert "at row 50, column 75." in make(values, header={"input_height": 100, "input_width": 150}).description


def test_status_line():
    assert make().status_line == (
        "SmoothGrad, 16 of 50 samples, noise 15 % of the input range (sigma 0.713), sampling error 40 % of the map"
    )
    stopped = {"finished": False, "relative_error": 1.3}
    line = make(header=stopped, status="cancelled").status_line
    assert "stopped at 16 of 50 samples" in line
    assert line.endswith("sampling error 130 % of the map: more noise than signal")


@given(
    arrays(float, st.integers(1, 40), elements=st.floats(-10, 10, allow_subnormal=False)),
    st.floats(90, 100),
)
def test_clip_is_the_smallest_magnitude_that_so_many_do_not_exceed(values, percentile):
    end = colour.clip_of(values, percentile)
    magnitudes = np.abs(values)
    wanted = percentile / 100 * values.size
    enough = [m for m in magnitudes if (magnitudes <= m).sum() >= wanted - 1e-9]
    assert end == (min(enough) or magnitudes.max())


def test_svg_is_a_document_with_a_text_alternative():
    root = ET.fromstring(make(size=64).svg())
    assert root.find(f"{SVG}title").text == "SmoothGrad for star."
    assert root.find(f"{SVG}desc").text == make(size=64).description
    assert root.get("role") == "img"
    words = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
    assert make(size=64).status_line in words
    images = [node.get("href") for node in root.iter(f"{SVG}image")]
    assert len(images) == 4
    assert all(image.startswith("data:image/png;base64,") for image in images)


def test_names_are_data_in_svg():
    name = '</text><script>alert("1")</script> & more'
    root = ET.fromstring(make(header={"target_name": name}).svg())
    assert not list(root.iter(f"{SVG}script"))
    assert name in root.find(f"{SVG}title").text


def test_letters_that_no_font_has_are_written_plainly(monkeypatch):
    monkeypatch.setattr(letters, "FILES", ())
    font, written = letters.font_for("\u22120.02 \u00d7 10⁻⁵ ± é", 12)
    assert written == "-0.02 x 10-5 +/- e?"
    assert font.getbbox(written)[2] > 0
    assert opened(make(header={"target_name": "고양이"}, language="ko").png())


def test_korean_without_a_font_is_english(monkeypatch):
    english = make(size=8).png()
    monkeypatch.setattr(letters, "has_hangul", lambda: False)
    assert make(size=8, language="ko").png() == english
    monkeypatch.setattr(letters, "has_hangul", lambda: True)
    assert make(size=8, language="ko").png() != english


def test_svg_speaks_korean_whatever_fonts_there_are():
    figure = make(language="ko")
    assert figure.status_line in "".join(ET.fromstring(figure.svg()).itertext())
    assert figure.status_line != make().status_line


def test_long_texts_wrap_or_end_in_an_ellipsis():
    lines = letters.lines_of(Text(0, 0, "many words that do not fit", 12, "#000", 70, wraps=True))
    assert " ".join(lines) == "many words that do not fit"
    assert len(lines) > 1
    assert all(letters.width_of(line, 12) <= 70 for line in lines)
    [line] = letters.lines_of(Text(0, 0, "an unbelievably long name of a class", 12, "#000", 70))
    start, end = line.split("…")
    assert "an unbelievably long name of a class".startswith(start)
    assert "an unbelievably long name of a class".endswith(end)
    assert start
    assert end
    assert letters.width_of(line, 12) <= 70


def test_importing_render_does_not_import_pillow():
    check = "import sys, xai_widgets.render; sys.exit('PIL' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)


def test_numbers_are_those_of_a_figure():
    assert [text.percent(share) for share in (0.15, 0.025, 0.0012, 1.5)] == ["15 %", "2.5 %", "0.12 %", "150 %"]
    assert text.integer(1234567) == "1\u2009234\u2009567"
    assert text.short(-0.00001234) == "\u22121.2\u00a0\u00d7\u00a010⁻⁵"


@pytest.mark.parametrize("units", get_args(Units))
@pytest.mark.parametrize("language", ["en", "ko"])
def test_all_units_of_shapley_values_have_words(units, language):
    assert shap_words.units_of({"outputs": [""], "output": 0, "units": units}, language)
    header = {"outputs": ["", "price"], "output": 1, "units": units}
    named = shap_words.units_of(header, language)
    assert "price" in named
    if language == "en":
        assert ForceFigure(header, None, None).title.lower() == named
