"""Whole numbers as traits, and values that no trait can hold: refused in words of traitlets, at once."""

import numpy as np
import pytest
import traitlets

import xai_widgets as xw
from xai_widgets.widgets.traits import Whole


class Counter(traitlets.HasTraits):
    count = Whole(1, min=0, max=9)
    row = Whole(None, allow_none=True, min=0)


def test_a_whole_number_of_numpy_is_one():
    counter = Counter(count=np.int64(3), row=np.uint8(4))
    assert (counter.count, counter.row) == (3, 4)
    assert type(counter.count) is type(counter.row) is int
    counter.row = None
    assert counter.row is None


@pytest.mark.parametrize("wrong", [True, False, np.True_, 1.5, "1", None, -1, 10, np.int64(10)])
def test_what_is_no_whole_number_within_bounds_is_refused(wrong):
    counter = Counter()
    with pytest.raises(traitlets.TraitError):
        counter.count = wrong
    assert counter.count == 1


PLOTS = {
    "ForcePlot": ("index", "hover", "output", "max_display"),
    "WaterfallPlot": ("index", "output", "max_display"),
    "BeeswarmPlot": ("index", "hover", "output", "max_display"),
    "DependencePlot": ("index", "hover", "output"),
    "ImportancePlot": ("index", "output", "max_display"),
}


@pytest.mark.parametrize("kind", PLOTS)
def test_no_plot_takes_a_truth_value_for_a_position(kind):
    plot = getattr(xw, kind)(np.arange(6.0).reshape(3, 2), np.ones((3, 2)))
    try:
        for name in PLOTS[kind]:
            with pytest.raises(traitlets.TraitError):
                plot.set_state({name: True})
        with pytest.raises(traitlets.TraitError, match="bytes"):
            plot.set_state({"selection": [1, 2]})
    finally:
        plot.close()


def test_a_whole_number_beyond_all_floats_is_no_value_of_a_feature():
    plot = xw.WaterfallPlot(lambda X: X[:, 0], np.arange(6.0).reshape(3, 2))
    try:
        with pytest.raises(traitlets.TraitError, match="finite number"):
            plot.what_if = {"x0": 10**400}
    finally:
        plot.close()
