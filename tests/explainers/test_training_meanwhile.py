"""A model trained, moved or replaced in the main thread while another thread explains it."""

import threading

import numpy as np
import pytest
import torch
from torch import nn

from tests.models.nets import linear, noise, seeded
from xai_widgets.explainers import SmoothGrad
from xai_widgets.models import ModelError


def network():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3),
        nn.BatchNorm2d(8),
        nn.ReLU(inplace=True),
        nn.Dropout(0.3),
        nn.Flatten(),
        nn.utils.parametrizations.weight_norm(nn.Linear(8 * 36, 3)),
    )


def train(model, steps, between=lambda: None):
    """Momentum, batch statistics and dropout: everything a stranger's hand would disturb."""
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    torch.manual_seed(11)
    for step in range(steps):
        x = noise(16, 1, 8, 8, seed=step)
        loss = nn.functional.cross_entropy(model(x), torch.arange(16) % 3)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        between()
    return model.state_dict() | {f"grad {name}": weight.grad for name, weight in model.named_parameters()}


class Explaining:
    """Explains a model in another thread, run after run, and notes what comes of each."""

    def __init__(self, model, x):
        self.method = SmoothGrad(model, n_samples=40, batch_size=2)
        self.x = x
        self.ends, self.started, self.stopped = [], threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stopped.is_set():
            try:
                *_, end = self.steps()
                self.ends.append(end)
            except ModelError as error:
                self.ends.append(error)

    def steps(self):
        for estimate in self.method.stream(self.x, target=1):
            self.started.set()
            yield estimate

    def __enter__(self):
        self.thread.start()
        assert self.started.wait(30)
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join(30)
        assert not self.thread.is_alive()


def test_training_during_a_run_is_bit_equal_to_the_same_training_alone():
    alone = train(seeded(network), steps=30)
    model, x = seeded(network), noise(1, 1, 8, 8)
    with Explaining(model, x) as explaining:
        together = train(model, steps=30)
    disturbed = [end for end in explaining.ends if isinstance(end, ModelError)]
    assert alone.keys() == together.keys()
    for name, value in alone.items():
        assert torch.equal(value, together[name]), name
    assert disturbed, "the run was never in the way of the training"
    assert {error.title for error in disturbed} == {"The model's weights changed while it was being explained."}
    again = SmoothGrad(model, n_samples=40).attribute(x, target=1).value
    np.testing.assert_allclose(explaining.method.attribute(x, target=1).value, again, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("write", ["optimizer", "data", "load_state_dict", "buffer", "batch statistics"])
def test_a_run_that_is_written_into_fails_and_gives_no_mixed_map(write):
    model, x = seeded(network), noise(1, 1, 8, 8)
    stream = SmoothGrad(model, n_samples=60).stream(x, target=1)
    early = next(stream)
    if write == "optimizer":
        train(model, 1)
    elif write == "data":
        model[0].weight.data.mul_(1.5)
    elif write == "load_state_dict":
        model.load_state_dict(seeded(network, 1).state_dict())
    elif write == "buffer":
        model[1].running_var.data.mul_(2)
    else:
        model.train()(noise(4, 1, 8, 8))
    with pytest.raises(ModelError, match="weights changed while it was being explained"):
        list(stream)
    expected = next(SmoothGrad(seeded(network), n_samples=60).stream(x, target=1))
    np.testing.assert_allclose(early.value, expected.value, rtol=1e-6, atol=1e-9)  # what was shown stays right


def test_a_step_into_which_the_optimizer_wrote_is_never_shown():
    model, x = seeded(linear), noise(2, 6)
    calls = []

    def write(*_):
        calls.append(1)
        if len(calls) == 4:
            with torch.no_grad():
                model[0].weight.mul_(2)

    model[1].register_forward_hook(write)
    shown = []
    with pytest.raises(ModelError, match="weights changed"):
        shown.extend(SmoothGrad(model, n_samples=60, batch_size=4).stream(x, target=1))
    assert len(calls) >= 4
    assert sum(estimate.state.moments.count for estimate in shown[-1:]) < 4


@pytest.mark.parametrize(
    "move",
    [
        lambda model: model.double(),
        lambda model: model.half(),
        lambda model: model.eval(),
        lambda model: model.requires_grad_(requires_grad=False),
        lambda model: model.load_state_dict(seeded(network, 1).state_dict(), assign=True),
        lambda model: setattr(model, "0", nn.Conv2d(1, 8, 3)),
        lambda model: model[3].register_forward_hook(lambda *_: torch.zeros(1)),
    ],
    ids=["double", "half", "eval", "frozen", "assigned", "layer replaced", "hooked"],
)
def test_a_model_moved_or_rebuilt_during_a_run_leaves_the_run_right(move):
    model, x = seeded(network).train(), noise(1, 1, 8, 8)
    expected = SmoothGrad(seeded(network), n_samples=60).attribute(x, target=1)
    stream = SmoothGrad(model, n_samples=60).stream(x, target=1)
    next(stream)
    move(model)
    *_, end = stream
    np.testing.assert_allclose(end.value, expected.value, rtol=1e-4, atol=1e-6)


def test_moving_back_and_forth_during_runs_gives_the_right_map_or_a_clear_error():
    model, x = seeded(network), noise(1, 1, 8, 8)
    expected = {
        dtype: SmoothGrad(seeded(network).to(dtype), n_samples=40, batch_size=2).attribute(x, target=1).value
        for dtype in (torch.float32, torch.float64)
    }
    with Explaining(model, x) as explaining:
        for _ in range(20):
            model.double()
            model.float()
    for end in explaining.ends:
        if not isinstance(end, ModelError):
            assert min(np.abs(end.value - right).max() for right in expected.values()) < 1e-6
