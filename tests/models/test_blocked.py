"""The gradient of a first convolution's input equals torch's own, of every shape."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.grad import conv2d_input

from xai_widgets.models.blocked import input_gradient

whole = st.integers


@settings(deadline=None)
@given(
    st.sampled_from([1, 3, 4, 5]),
    st.tuples(whole(1, 8), whole(1, 8)),
    whole(1, 5),
    st.tuples(whole(0, 5), whole(0, 5)),
    st.tuples(whole(8, 24), whole(8, 24)),
    st.sampled_from([1, 2]),
)
def test_every_shape(channels, kernel, stride, padding, size, rows):
    check(nn.Conv2d(channels, 3, kernel, stride, padding), (rows, channels, *size))


@pytest.mark.parametrize("form", [{"stride": (1, 2)}, {"dilation": 2}, {"groups": 4}, {"dilation": (1, 3)}])
def test_unusual_forms(form):
    check(nn.Conv2d(4, 8, 3, padding=1, **form), (2, 4, 11, 14))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_dtype_is_that_of_the_gradient(dtype):
    layer = nn.Conv2d(3, 4, 3)
    gradient = torch.ones(1, 4, 6, 6, dtype=dtype)
    assert input_gradient(layer, (1, 3, 8, 8), gradient).dtype == dtype


def check(layer, shape):
    layer.double()
    made = layer(torch.zeros(shape, dtype=torch.float64)).detach()
    gradient = torch.randn(made.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    form = layer.stride, layer.padding, layer.dilation, layer.groups
    expected = conv2d_input(shape, layer.weight, gradient, *form)
    torch.testing.assert_close(input_gradient(layer, shape, gradient), expected, rtol=1e-12, atol=1e-12)
