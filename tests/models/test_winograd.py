"""Convolutions of 3 x 3 in tiles: the same numbers as torch's own, and where they are used."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional
from torch.nn.grad import conv2d_input

from tests.models.nets import noise, seeded
from tests.models.test_prepared import PICTURE, Residual, awake, head
from xai_widgets.models import TorchModel, prepared, torch_model, winograd


@pytest.fixture
def quicker(monkeypatch):
    monkeypatch.setattr(winograd, "_is_quicker_at", lambda *_: True)


@pytest.fixture
def tiled(monkeypatch):
    """Note each convolution in tiles."""
    noted, convolved = [], winograd._convolved
    monkeypatch.setattr(winograd, "_convolved", lambda *given, **more: noted.append(more) or convolved(*given, **more))
    return noted


def layer(channels=8, outputs=5, **options):
    made = nn.Conv2d(channels, outputs, 3, **options).requires_grad_(False)
    winograd.use_tiles(winograd.for_tiles([made]))
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
    transformed = winograd._transformed(made.weight)
    found = winograd._convolved(x, transformed, made.bias, padding)
    assert found.is_contiguous(memory_format=torch.channels_last)
    assert relative(found, expected) < 1e-5
    gradient = conv2d_input(x.shape, made.weight.double(), expected, padding=padding)
    back = expected.float().contiguous(memory_format=torch.channels_last)
    found = winograd._convolved(back, transformed.transpose(1, 2), None, 2 - padding, backwards=True)
    assert relative(found, gradient) < 1e-5


@pytest.mark.usefixtures("quicker")
def test_a_gradient_goes_through_it_backward(tiled):
    made = layer(padding=1)
    x = pictures().requires_grad_()
    (found,) = torch.autograd.grad(made(x).relu_().square().sum(), x)
    assert [more.get("backwards", False) for more in tiled] == [False, True]
    own = functional.conv2d(x, made.weight, made.bias, padding=1)
    (expected,) = torch.autograd.grad(own.relu().square().sum(), x)
    assert relative(found, expected) < 1e-5


@pytest.mark.usefixtures("quicker")
@pytest.mark.parametrize("kind", ["other layout", "float64", "bfloat16"])
def test_what_tiles_are_not_made_for_goes_the_usual_way(kind, tiled):
    made, x = layer(padding=1), pictures()
    if kind == "float64":
        made, x = made.double(), x.double()
    with torch.autocast("cpu", torch.bfloat16, enabled=kind == "bfloat16"):
        found = made(x.contiguous() if kind == "other layout" else x)
    assert not tiled
    assert relative(found.float(), functional.conv2d(x, made.weight, made.bias, padding=1).float()) < 0.01


@pytest.mark.parametrize("quick", [True, False])
def test_they_are_used_where_they_are_quicker(quick, tiled, monkeypatch):
    asked = []
    monkeypatch.setattr(winograd, "is_quicker", lambda *_, **__: asked.append(1) or quick)
    winograd._is_quicker_at.cache_clear()
    made = layer(padding=1)
    for _ in range(2):
        made(pictures())
    assert len(tiled) == 2 * quick
    assert (made.transformed is not None) is quick
    assert len(asked) == 1
    winograd._is_quicker_at.cache_clear()


@pytest.mark.usefixtures("quicker")
def test_no_rows_give_no_rows():
    assert layer(padding=1)(pictures(rows=0)).shape == (0, 5, 9, 7)


@pytest.mark.usefixtures("quicker")
def test_the_readers_defaults_do_not_matter():
    made, x = layer(padding=1), pictures()
    expected = made(x)
    made.transformed = None
    torch.set_default_dtype(torch.float64)
    try:
        found = made(x)
    finally:
        torch.set_default_dtype(torch.float32)
    assert found.dtype == torch.float32
    assert torch.equal(found, expected)


def test_they_can_be_taken_back():
    made = layer(padding=1)
    assert type(made) is winograd.WinogradConvolution
    assert winograd.without_tiles([made, nn.ReLU()])
    assert type(made) is nn.Conv2d
    assert made.transformed is None
    assert not winograd.without_tiles([made])


def test_their_code_is_loaded_beside_the_work():
    winograd._loading.cache_clear()
    assert not winograd.are_tiles_ready()
    assert winograd._loading().wait(60)
    assert winograd.are_tiles_ready()


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


@pytest.fixture
def at_once(monkeypatch):
    """Have tiles used wherever they can be."""
    monkeypatch.setattr(prepared, "_LONG_SECONDS", 0)
    monkeypatch.setattr(prepared, "are_tiles_ready", lambda: True)


def with_tiles(net, x, times=5):
    model = TorchModel(net)
    model.refresh()
    for _ in range(times):
        (found,) = model.gradients((x,), np.zeros(len(x), dtype=int))
    return model, found


def tiled_layers(model):
    return [part for part in model._prepared._fast.model.modules() if isinstance(part, winograd.WinogradConvolution)]


@pytest.mark.usefixtures("at_once", "quicker")
def test_a_copy_gets_them_and_is_compared_again(tiled):
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(4, *PICTURE[1:])
    model, found = with_tiles(net, x)
    assert tiled_layers(model)
    assert tiled
    x = x.requires_grad_()
    (expected,) = torch.autograd.grad(net.eval()(x)[:, 0].sum(), x)
    assert relative(found, expected) < 1e-4


@pytest.mark.usefixtures("at_once", "quicker")
def test_wrong_ones_are_taken_back_and_the_copy_goes_on(monkeypatch):
    transformed = winograd._transformed
    monkeypatch.setattr(winograd, "_transformed", lambda weight: 1.5 * transformed(weight))
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(4, *PICTURE[1:])
    model, found = with_tiles(net, x)
    assert model._prepared.in_use
    assert not tiled_layers(model)
    x = x.requires_grad_()
    (expected,) = torch.autograd.grad(net.eval()(x)[:, 0].sum(), x)
    assert relative(found, expected) < 1e-4


@pytest.mark.usefixtures("at_once", "quicker")
def test_a_forward_that_needs_second_derivatives_goes_without():
    class Penalised(Residual):
        def forward(self, x):
            with torch.enable_grad():
                x = x if x.requires_grad else x.requires_grad_()
                score = super().forward(x)
                (slope,) = torch.autograd.grad(score.sum(), x, create_graph=True)
            return score + slope.square().sum((1, 2, 3))[:, None]

    net, x = awake(seeded(Penalised), *PICTURE[1:]), noise(4, *PICTURE[1:])
    model, found = with_tiles(net, x)
    assert not (model._prepared.in_use and tiled_layers(model))
    leaf = x.clone().requires_grad_()
    (expected,) = torch.autograd.grad(net.eval()(leaf)[:, 0].sum(), leaf)
    assert relative(found, expected) < 1e-4


@pytest.mark.parametrize("stride", [1, 2])
def test_code_is_loaded_where_something_can_be_tiled(stride, monkeypatch):
    asked = []
    monkeypatch.setattr(prepared, "_LONG_SECONDS", 0)
    monkeypatch.setattr(prepared, "are_tiles_ready", lambda: asked.append(1))
    net = seeded(lambda: nn.Sequential(nn.Conv2d(3, 6, 3, stride), nn.ReLU(), nn.Conv2d(6, 6, 3, stride), *head()))
    assert with_tiles(net, noise(4, *PICTURE[1:]))[0]._prepared.in_use
    assert bool(asked) is (stride == 1)


def test_quick_rows_are_not_worth_loading_it(monkeypatch):
    monkeypatch.setattr(prepared, "_LONG_SECONDS", 1e9)
    monkeypatch.setattr(prepared, "are_tiles_ready", lambda: pytest.fail("nobody should ask"))
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(4, *PICTURE[1:])
    assert with_tiles(net, x)[0]._prepared.in_use


@pytest.mark.usefixtures("at_once", "quicker")
def test_a_copy_in_bfloat16_has_none(monkeypatch):
    monkeypatch.setattr(torch_model, "has_bfloat16", lambda device: True)
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(4, *PICTURE[1:])
    model, _ = with_tiles(net, x)
    assert tiled_layers(model)
    model.gradients((x,), np.zeros(len(x), dtype=int), "bfloat16")
    layers = [part for part in model._prepared._halved.model.modules() if isinstance(part, nn.Conv2d)]
    assert not any(isinstance(part, winograd.WinogradConvolution) for part in layers)
    assert {part.weight.dtype for part in layers} == {torch.bfloat16}
    assert tiled_layers(model)


def test_a_process_may_end_while_it_is_loading():
    code = "from xai_widgets.models.winograd import are_tiles_ready; are_tiles_ready()"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
