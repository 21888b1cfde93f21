"""The wire: what is packed is what the browser's twin unpacks (tests/js reads the same fixtures)."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from ipywidgets.widgets.widget import _remove_buffers

from xai_widgets import wire

POSITIVE = st.just(0.0) | st.floats(1e-290, 1e30)
FINITE = POSITIVE | POSITIVE.map(lambda value: -value)


@pytest.mark.parametrize("name", ["saliency", "no_signal", "picture"])
def test_golden_frames(root, name):
    golden = json.loads((root / "tests" / "fixtures" / "wire" / f"{name}.json").read_text())
    packed = {}
    for record in golden["arrays"]:
        values = np.array(golden["given"][record["name"]])
        whole = record["scale"] is None
        packed[record["name"]] = (
            wire.as_is(values.astype(record["dtype"])) if whole else wire.quantise(values, record["dtype"])
        )
    header = {key: value for key, value in golden["header"].items() if key != "version"}
    framed = wire.frame(header, packed)
    assert framed["header"] == golden["header"]
    assert framed["arrays"] == golden["arrays"]
    assert [base64.b64encode(buffer).decode() for buffer in framed["buffers"]] == golden["buffers"]


@given(hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=6), elements=FINITE))
def test_int16_keeps_a_thirtythousandth_of_the_range(values):
    packed = wire.quantise(values, "int16")
    assert packed.stored.dtype == np.dtype("<i2")
    error = np.abs(packed.stored * packed.scale - values).max()
    assert error <= 0.51 * np.abs(values).max() / 32767
    assert (np.sign(packed.stored) * np.sign(values) >= 0).all(), "a sign never flips"


@given(hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=6), elements=POSITIVE))
def test_uint8_keeps_a_255th_of_the_range(values):
    packed = wire.quantise(values, "uint8")
    assert np.abs(packed.stored * packed.scale - values).max() <= 0.51 * values.max() / 255


@pytest.mark.parametrize("value", [0.0, 5e-324, 1e-307])
def test_all_zero_has_scale_zero_and_so_has_what_float64_cannot_scale(value):
    packed = wire.quantise(np.full((2, 2), value), "int16")
    assert packed.scale == 0
    assert not packed.stored.any()


def test_what_is_sent_is_fresh_and_read_only():
    values = np.arange(12, dtype=np.uint8).reshape(3, 4)[:, ::2]  # not contiguous
    packed = wire.as_is(values)
    values[:] = 0
    assert packed.stored.tolist() == [[0, 2], [4, 6], [8, 10]]
    assert packed.stored.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        packed.stored[0, 0] = 1


def test_only_the_wires_dtypes():
    with pytest.raises(TypeError, match="int64"):
        wire.as_is(np.zeros(3, np.int64))


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), np.float64("nan")])
def test_a_header_holds_finite_numbers(bad):
    with pytest.raises(ValueError, match=r"header\['range'\]\[1\]"):
        wire.frame({"range": [0.0, bad]}, {})


def test_ipywidgets_sends_the_buffers_in_binary():
    framed = wire.frame(
        {"job": 1}, {"map": wire.quantise(np.eye(3), "int16"), "rgb": wire.as_is(np.eye(2, dtype="u1"))}
    )
    state, paths, buffers = _remove_buffers({"result": framed})
    assert paths == [["result", "buffers", 0], ["result", "buffers", 1]]
    assert [buffer.nbytes for buffer in buffers] == [18, 4]
    json.dumps(state)


def test_a_message_is_a_frame_with_its_buffers_beside_it():
    framed = wire.frame({"job": 1}, {"map": wire.quantise(np.eye(3), "int16")})
    content, buffers = wire.message("preview", framed)
    assert content == {"kind": "preview", "header": framed["header"], "arrays": framed["arrays"]}
    assert buffers == framed["buffers"]


@given(hnp.arrays(np.float64, st.tuples(st.integers(0, 5), st.integers(1, 4)), elements=st.floats(-1e12, 1e12)))
def test_values_between_two_ends_come_back_within_a_step(values):
    packed, low = wire.quantise_between(values)
    assert packed.stored.dtype == np.uint16
    assert np.abs(low + packed.stored * packed.scale - values).max(initial=0) <= 0.51 * packed.scale + 1e-9
    with pytest.raises(ValueError, match="finite"):
        wire.quantise_between(np.array([1.0, np.nan]))
