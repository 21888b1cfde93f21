"""Convolutions of 3 x 3 in tiles: the same numbers as torch's own, and where they are used."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import ThreadpoolController
from torch import nn
from torch.nn import functional
from torch.nn.grad import conv2d_input

from xai_widgets.models import winograd


@pytest.fixture
def one_thread():
    torch.get_num_threads()
    with ThreadpoolController().select(user_api="openmp").limit(limits=1):
        yield


@pytest.fixture
def quicker(monkeypatch):
    monkeypatch.setattr(winograd, "_is_quicker_at", lambda *_: True)


@pytest.fixture
def tiled(monkeypatch):
    """Note each convolution in tiles."""
    noted, convolved = [], winograd._convolved
    monkeypatch.setattr(winograd, "_convolved", lambda *given, **more: noted.append(more) or convolved(*given, **more))
    return noted


def layer(channels=8, outputs=5, *, of=winograd.use_tiles, **options):
    made = nn.Conv2d(channels, outputs, 3, **options).requires_grad_(False)
    of([made])
    return made


def pictures(rows=2, channels=8, height=9, width=7):
    generator = torch.Generator().manual_seed(3)
    return torch.randn(rows, channels, height, width, generator=generator).contiguous(memory_format=torch.channels_last)


def relative(found, expected):
    return float((found - expected).norm() / expected.norm())


@settings(deadline=None, max_examples=60)
@given(
    rows=st.integers(1, 7),
    channels=st.sampled_from([1, 3, 16, 63, 64, 65, 130]),
    outputs=st.sampled_from([1, 5, 64, 70]),
    height=st.integers(3, 23),
    width=st.integers(3, 23),
    padding=st.integers(0, 2),
    bias=st.booleans(),
)
def test_output_and_gradient_are_those_of_torch(rows, channels, outputs, height, width, padding, bias):
    made = layer(channels, outputs, padding=padding, bias=bias)
    x = pictures(rows, channels, height, width)
    expected = functional.conv2d(
        x.double(), made.weight.double(), made.bias.double() if bias else None, padding=padding
    )
    found = winograd._convolved(x, made.transformed, made.bias, padding)
    assert found.is_contiguous(memory_format=torch.channels_last)
    assert relative(found, expected) < 1e-5
    gradient = conv2d_input(x.shape, made.weight.double(), expected, padding=padding)
    back = expected.float().contiguous(memory_format=torch.channels_last)
    found = winograd._convolved(back, made.transformed.transpose(1, 2), None, 2 - padding, backwards=True)
    assert relative(found, gradient) < 1e-5


@pytest.mark.usefixtures("one_thread", "quicker")
def test_a_gradient_goes_through_it_backward(tiled):
    made = layer(padding=1)
    x = pictures().requires_grad_()
    (found,) = torch.autograd.grad(made(x).relu_().square().sum(), x)
    assert [more.get("backwards", False) for more in tiled] == [False, True]
    own = functional.conv2d(x, made.weight, made.bias, padding=1)
    (expected,) = torch.autograd.grad(own.relu().square().sum(), x)
    assert relative(found, expected) < 1e-5


@pytest.mark.usefixtures("one_thread", "quicker")
@pytest.mark.parametrize("kind", ["other layout", "float64", "bfloat16"])
def test_what_tiles_are_not_made_for_goes_the_usual_way(kind, tiled):
    made, x = layer(padding=1), pictures()
    if kind == "float64":
        made, x = made.double(), x.double()
    with torch.autocast("cpu", torch.bfloat16, enabled=kind == "bfloat16"):
        found = made(x.contiguous() if kind == "other layout" else x)
    assert not tiled
    assert relative(found.float(), functional.conv2d(x, made.weight, made.bias, padding=1).float()) < 0.01


@pytest.mark.usefixtures("quicker")
def test_where_torch_has_more_threads_it_convolves(tiled, monkeypatch):
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    layer(padding=1)(pictures())
    assert not tiled


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize(("plain", "in_tiles", "used"), [(1.0, 0.5, True), (1.0, 0.97, False), (1.0, 2.0, False)])
def test_they_are_used_where_they_are_clearly_quicker(plain, in_tiles, used, monkeypatch):
    taken = iter([plain, in_tiles] * winograd._ROUNDS)
    monkeypatch.setattr(winograd, "_seconds", lambda run: next(taken))
    winograd._is_quicker_at.cache_clear()
    made, x = layer(padding=1), pictures()
    assert winograd._is_quicker(made, x) is used
    assert winograd._is_quicker(made, x) is used  # it was tried once
    winograd._is_quicker_at.cache_clear()


OTHERS = {
    "in steps": {"stride": 2},
    "dilated": {"dilation": 2},
    "in groups": {"groups": 2, "outputs": 4},
    "reflecting": {"padding": 1, "padding_mode": "reflect"},
    "much padding": {"padding": 3},
    "padded in words": {"padding": "same"},
    "of many weights": {"channels": 512, "outputs": 512},
    "of float64": {"dtype": torch.float64},
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_convolutions_are_left_alone(kind):
    assert type(layer(**OTHERS[kind])) is nn.Conv2d


def test_without_room_for_the_weights_nothing_is_done(monkeypatch):
    asked = []
    monkeypatch.setattr(winograd, "has_room", lambda size, _: asked.append(size))
    made = layer()
    assert type(made) is nn.Conv2d
    assert asked == [4 * made.weight.nbytes]
