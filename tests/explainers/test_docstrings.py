"""The examples in the docstrings are true."""

import doctest
import importlib

import pytest

MODULES = [
    "accumulated_effects",
    "brushing",
    "curves",
    "dependence",
    "each_feature",
    "gradient",
    "grids",
    "smoothgrad",
    "weighted",
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_give_what_they_say(name):
    module = importlib.import_module(f"xai_widgets.explainers.{name}")
    failed, attempted = doctest.testmod(module)
    assert attempted
    assert not failed
