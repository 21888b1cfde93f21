"""The examples in the docstrings are true."""

import doctest
import importlib
from pathlib import Path

import pytest

from xai_widgets import explainers

EXPLAINERS = Path(explainers.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(EXPLAINERS).with_suffix("").parts)
    for path in EXPLAINERS.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_give_what_they_say(name):
    module = importlib.import_module(f"xai_widgets.explainers.{name}")
    failed, attempted = doctest.testmod(module)
    assert attempted
    assert not failed
