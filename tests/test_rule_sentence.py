"""A rule in words, the same in Python and in the browser."""

import doctest
import json
from pathlib import Path

import pytest

from xai_widgets.render import rule
from xai_widgets.render.rule import rule_sentence

SENTENCES = json.loads((Path(__file__).parent / "fixtures/rules/sentences.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: case["text"])
def test_it_says_what_the_browser_says(case):
    assert rule_sentence(case["rule"], case["language"]) == case["text"]


def test_the_example_is_true():
    assert doctest.testmod(rule) == (0, 2)
