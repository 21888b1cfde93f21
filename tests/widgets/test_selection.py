import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import traitlets

import xai_widgets as xw
from xai_widgets.widgets.selection import Brush, RowSelection, Selection, from_wire, to_wire


class Chooser(traitlets.HasTraits):
    selection = Selection()
    brush = Brush([])


def test_positions_are_sorted_unique_and_read_only():
    chosen = RowSelection([5, 2, 5, 0])
    assert chosen.tolist() == [0, 2, 5]
    with pytest.raises(ValueError, match="read-only"):
        chosen[0] = 7
    assert np.arange(10)[chosen].tolist() == [0, 2, 5]
    assert RowSelection().tolist() == []


def test_comparison_is_one_truth_value():
    chosen = RowSelection([1, 2])
    assert (chosen == RowSelection([2, 1])) is True
    assert (chosen == [1, 2]) is True
    assert (chosen != [1, 3]) is True
    assert (chosen == [1, 2, 3]) is False
    assert (chosen == "rows") is False
    assert pickle.loads(pickle.dumps(chosen)) == chosen
    assert copy.deepcopy(chosen) == chosen


@pytest.mark.parametrize("wrong", [[-1], [0.5], [[1, 2]], ["a"], None, 3.5])
def test_what_is_no_position_is_refused(wrong):
    chooser = Chooser(selection=[1])
    with pytest.raises(traitlets.TraitError, match="positions of rows"):
        chooser.selection = wrong
    assert chooser.selection == [1]


def test_two_choosers_linked_in_one_line():
    here, there = Chooser(), Chooser()
    seen = []
    there.observe(lambda change: seen.append(change.new.tolist()), "selection")
    traitlets.link((here, "selection"), (there, "selection"))
    here.selection = [3, 1]
    there.selection = np.array([1, 3])  # the same: nobody is told
    there.selection = [0]
    assert here.selection == [0]
    assert seen == [[1, 3], [0]]


def test_the_wire_carries_little_endian_words():
    chosen = RowSelection([1, 70_000])
    assert bytes(to_wire(chosen)) == b"\x01\0\0\0\x70\x11\x01\0"
    assert from_wire(to_wire(chosen)) == chosen
    assert from_wire(b"") == []
    with pytest.raises(traitlets.TraitError, match="5 bytes"):
        from_wire(b"12345")


def test_boxes_are_checked():
    chooser = Chooser(brush=[{"x": (0, 1), "y": [2, 3.5]}])
    assert chooser.brush == [{"x": [0.0, 1.0], "y": [2.0, 3.5], "op": "and"}]
    for wrong in (
        {"x": [0, 1]},
        [{"x": [0, 1]}],
        [{"x": [1, 0], "y": [0, 1]}],
        [{"x": [0, 1], "y": [0, float("nan")]}],
        [{"x": [0, 1], "y": [0, 1], "op": "xor"}],
        [{"x": [0, 1], "y": [0, 1], "colour": "red"}],
    ):
        with pytest.raises(traitlets.TraitError, match="a list of boxes"):
            chooser.brush = wrong


def test_a_mask_selects_its_rows():
    values = np.array([[1.0], [-2.0], [3.0]])
    with xw.BeeswarmPlot(values) as plot:
        plot.selection = values[:, 0] > 0
        assert plot.selection == [0, 2]
        plot.selection = pd.Series([False, True, False])
        assert plot.selection == [1]
        plot.selection = [True, False, False]
        assert plot.selection == [0]


def test_a_mask_of_other_rows_and_no_positions_are_refused_in_few_words():
    with xw.BeeswarmPlot(np.ones((3, 1))) as plot:
        for given, says in [
            (np.ones(500, bool), "3 truth values"),
            (pd.Series(np.linspace(0, 1, 500)), r"Series of shape \(500,\)"),
            (["a"] * 500, "positions of rows"),
            ([3], "There is no row 3.*from 0 to 2.*Do: "),
        ]:
            with pytest.raises(traitlets.TraitError, match=says) as caught:
                plot.selection = given
            assert len(str(caught.value)) < 400
        with pytest.raises(traitlets.TraitError, match="from 0 to 2"):
            plot.index = 1000
