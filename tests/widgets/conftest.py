"""What tests of widgets share."""

import pytest

import xai_widgets as xw


@pytest.fixture
def make():
    """Make plots that are closed when the test ends."""
    made = []

    def plot(*arguments, **keywords):
        made.append(xw.ICEPlot(*arguments, **keywords))
        return made[-1]

    yield plot
    for widget in made:
        widget.close()
