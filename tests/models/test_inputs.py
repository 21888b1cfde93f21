"""What may be explained, and the sentence for what may not."""

import numpy as np
import pytest
import torch

from xai_widgets.models import InputError
from xai_widgets.models.inputs import as_arrays


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (torch.float16, np.float32),
        (torch.bfloat16, np.float32),
        (torch.float32, np.float32),
        (torch.float64, np.float64),
        (np.float16, np.float32),
        (np.float64, np.float64),
    ],
)
def test_any_floating_point_is_taken_with_its_values(given, expected):
    values = [[1.5, -2.0]]
    value = torch.tensor(values, dtype=given) if isinstance(given, torch.dtype) else np.array(values, dtype=given)
    (array,) = as_arrays(value)
    assert array.dtype == expected
    assert array.tolist() == values


@pytest.mark.parametrize("make", [torch.tensor, np.array])
def test_what_the_reader_writes_afterwards_does_not_reach_us(make):
    given = make([[1.0, 2.0]])
    (array,) = as_arrays(given)
    given[:] = 7
    assert array.tolist() == [[1.0, 2.0]]


def test_a_graph_in_the_input_is_left_behind():
    (array,) = as_arrays(torch.ones(1, 2, requires_grad=True) * 2)
    assert array.tolist() == [[2.0, 2.0]]


def test_masked_values_are_no_numbers():
    assert as_arrays(np.ma.masked_equal([[1.0, 2.0]], -9999.0))[0].tolist() == [[1.0, 2.0]]
    with pytest.raises(InputError, match="1 of 2 values are NaN"):
        as_arrays(np.ma.masked_equal([[1.0, -9999.0]], -9999.0))


@pytest.mark.parametrize(
    "value",
    [torch.ones(1, 2, dtype=torch.int64), torch.ones(1, 2, dtype=torch.bool), torch.ones(1, 2, dtype=torch.complex64)],
)
def test_tensors_without_a_gradient_are_refused_and_float_is_named(value):
    with pytest.raises(InputError, match=r"not floating point.*\.float\(\)") as caught:
        as_arrays(value)
    assert str(value.dtype) in caught.value.given


@pytest.mark.parametrize("value", [np.ones((1, 2), int), np.ones((1, 2), complex), [[True]], [[1, 2]]])
def test_arrays_without_a_gradient_are_refused(value):
    with pytest.raises(InputError, match=r'not floating point.*\.astype\("float32"\)'):
        as_arrays(value)


@pytest.mark.parametrize("value", ["cat.png", [["a"]], None, {}, [None]])
def test_what_holds_no_numbers_is_refused(value):
    with pytest.raises(InputError, match=r"not an array of numbers.*load it first"):
        as_arrays(value)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_first_value_that_is_not_finite_is_named(bad):
    value = torch.ones(2, 3, 4)
    value[1, 0, 2] = value[1, 2, 3] = bad
    with pytest.raises(InputError, match="not finite") as caught:
        as_arrays((torch.ones(2, 1), value))
    assert caught.value.given == "2 of 24 values are NaN or infinite, the first at (1, 0, 2)"


@pytest.mark.parametrize("value", [torch.ones(0, 3), torch.ones(3, 0), np.array(1.0), ()])
def test_nothing_to_explain_is_refused(value):
    with pytest.raises(InputError, match=r"empty|no input"):
        as_arrays(value)


def test_inputs_with_different_numbers_of_rows_are_refused_by_their_shapes():
    with pytest.raises(InputError, match="different numbers of rows") as caught:
        as_arrays((torch.ones(2, 3), torch.ones(4, 1)))
    assert caught.value.given == "(2, 3) and (4, 1)"
