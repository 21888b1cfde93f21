"""Ticks of a still axis: round, within the ends, written as finely as their step asks, a power of ten told once."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xai_widgets.render import ticks
from xai_widgets.render.text import MINUS, power_of_ten
from xai_widgets.render.ticks import Ticks


def test_the_example():
    assert doctest.testmod(ticks).failed == 0


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12))
def test_they_lie_within_the_ends_and_are_told_apart(low, span):
    high = low + span
    if span < 1e-6 * max(abs(low), abs(high)):
        return
    axis = Ticks(low, high)
    assert all(low <= value <= high for value in axis.values)
    assert 1 <= len(axis.values) <= 7
    written = [axis.plain(value) for value in axis.values]
    assert len(set(written)) == len(written)


@pytest.mark.parametrize(
    ("low", "high", "power"),
    [(-1, 1, ""), (0, 0.002, ""), (0, 5e-5, power_of_ten(-5)), (0, 3e7, power_of_ten(7)), (1e7, 1e7 + 20, "")],
)
def test_the_power_of_ten(low, high, power):
    assert Ticks(low, high).power == power


def test_signs():
    axis = Ticks(-1, 1, signed=True)
    assert [axis.plain(value) for value in (-0.5, 0.0, -1e-9, 0.5)] == [f"{MINUS}0.5", "0", "0", "+0.5"]
