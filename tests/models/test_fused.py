"""Chains of layers as functions that may write in place."""

import pytest
import torch
from torch import nn

from xai_widgets.models import fused as home
from xai_widgets.models.fused import fused


@pytest.fixture(params=[True, False])
def quicker(request, monkeypatch):
    monkeypatch.setattr(home, "_is_quicker", lambda *layer: request.param)
    if request.param and not hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        pytest.skip("torch without oneDNN's layer")
    return request.param


def run(parts, given):
    for function in fused(parts):
        given = function(given)
    return given


@pytest.mark.parametrize("bias", [True, False])
def test_a_chain_gives_what_its_modules_give(quicker, bias):
    torch.manual_seed(0)
    parts = [nn.ReLU(), nn.Linear(5, 7, bias=bias), nn.ReLU(), nn.Tanh(), nn.ReLU(), nn.Linear(7, 2), nn.ReLU()]
    given = torch.randn(30, 5)
    with torch.no_grad():
        expected = nn.Sequential(*parts)(given)
        torch.testing.assert_close(run(parts, given.clone()), expected)
    assert len(fused(parts)) == (5 if quicker else 7)


def test_what_others_may_hold_is_not_written_to(quicker):
    kept = torch.tensor([[-1.0, 2.0]])

    class Hands(nn.Module):
        def forward(self, given):
            return kept

    with torch.no_grad():
        found = run([Hands(), nn.ReLU()], torch.zeros(1, 2))
    assert found.tolist() == [[0.0, 2.0]]
    assert kept.tolist() == [[-1.0, 2.0]]


def test_layers_with_hooks_or_of_other_precision_are_left_alone(quicker):
    hooked = nn.Linear(2, 2)
    hooked.register_forward_hook(lambda module, given, answer: answer - 10)
    given = torch.randn(3, 2)
    with torch.no_grad():
        assert (run([hooked, nn.ReLU()], given) == 0).all()
    double = nn.Linear(2, 2).double()
    assert fused([double, nn.ReLU()])[0] is double


def test_trying_both_gives_an_answer():
    assert home._is_quicker.__wrapped__(4, 4, True, 1) in (True, False)
