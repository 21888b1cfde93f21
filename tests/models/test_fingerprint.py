"""Two things have one fingerprint where they compute the same, and two where they may not."""

import functools
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from xai_widgets.models.fingerprint import fingerprint

from .nets import convolutional, linear, noise, seeded


def test_equal_models_have_one_and_every_change_of_a_weight_gives_another():
    model = seeded(convolutional)
    first = fingerprint(model)
    assert first == fingerprint(seeded(convolutional))
    for change in (
        lambda weight: weight.data.mul_(-1),
        lambda weight: weight.data.copy_(weight.data.flip(0)),
        lambda weight: weight.data.view(-1)[:2].copy_(weight.data.view(-1)[:2].flip(0)),
        lambda weight: weight.data.view(-1)[-1:].mul_(1 + 1e-6),
        lambda weight: weight.data.fill_(torch.nan),
        lambda weight: weight.data.view(-1)[0].fill_(1.0),  # one of many NaN
    ):
        before = fingerprint(model)
        change(model[0].weight)
        assert fingerprint(model) != before


def test_buffers_count_and_modes_do_not():
    model = seeded(convolutional)
    first = fingerprint(model.eval())
    assert fingerprint(model.train().requires_grad_(requires_grad=False)) == first
    model[1].running_mean.data[0] += 1
    assert fingerprint(model) != first


@pytest.mark.parametrize("other", [nn.ReLU(), nn.Tanhshrink(), nn.ELU(0.5)])
def test_an_activation_counts(other):
    model = nn.Sequential(seeded(linear)[0], nn.ELU())
    assert fingerprint(nn.Sequential(model[0], other)) != fingerprint(model)


def test_the_code_of_forward_counts():
    def forward(self, x):
        return self.layer(x)

    def doubled(self, x):
        return self.layer(x) * 2

    layer = nn.Linear(2, 2)
    made = []
    for function in (forward, doubled):
        model = type("Net", (nn.Module,), {"forward": function})()
        model.layer = layer
        made.append(fingerprint(model))
    assert made[0] != made[1]


@pytest.mark.parametrize(
    "dtype", [torch.float16, torch.bfloat16, torch.float64, torch.complex64, torch.int8, torch.bool]
)
def test_every_precision_has_its_own(dtype):
    values = noise(5, 3).to(dtype)
    assert fingerprint(values) == fingerprint(values.clone())
    assert fingerprint(values) != fingerprint(~values if dtype == torch.bool else -values - 1)
    assert fingerprint(values) != fingerprint(values.T)
    assert fingerprint(torch.zeros(2)) != fingerprint(torch.zeros(2, dtype=dtype))


CHANGES = {
    "negated": lambda w: -w,
    "half negated": lambda w: torch.cat([-w[:128], w[128:]]),
    "rows in another order": lambda w: w.flip(0),
    "columns in another order": lambda w: w.flip(1),
    "two rows exchanged": lambda w: torch.cat([w[1:2], w[:1], w[2:]]),
    "one number": lambda w: torch.cat([w[:-1], torch.cat([w[-1:, :-1], w[-1:, -1:] + 1], 1)]),
    "transposed": lambda w: w.T,
    "cut otherwise": lambda w: w.reshape(128, 512),
}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_of_a_large_weight_is_seen(dtype, change):
    weight = noise(256, 256).to(dtype)
    assert fingerprint(weight) != fingerprint(change(weight))
    assert fingerprint(weight) == fingerprint(weight.clone())


def test_where_a_weight_begins_in_memory_does_not_count():
    weight = noise(100_003)
    shifted = torch.cat([torch.zeros(1), weight])[1:]
    assert shifted.storage_offset() == 1
    assert fingerprint(shifted) == fingerprint(weight)


def test_layout_in_memory_does_not_count():
    array = np.arange(12.0).reshape(3, 4)
    assert fingerprint(array) == fingerprint(np.asfortranarray(array))
    weight = noise(2, 3, 4, 4)
    assert fingerprint(weight) == fingerprint(weight.to(memory_format=torch.channels_last))
    assert fingerprint(np.float64(1.0)) != fingerprint(np.float64(2.0))


def of_class(index):
    return lambda output, k=index: output[:, k]


def in_closure(scale):
    return lambda output: scale * output[:, 0]


K = 0
SAME = [
    (lambda o: o[:, 0], lambda o: o[:, 0]),
    (of_class(1), of_class(1)),
    (in_closure(2), in_closure(2)),
    (in_closure(torch.ones(2)), in_closure(torch.ones(2))),
    (functools.partial(in_closure, 2), functools.partial(in_closure, 2)),
]
DIFFERENT = [
    (lambda o: o.sum(1), lambda o: o.mean(1)),
    (lambda o: o[:, 0], lambda o: o[:, 1]),
    (lambda o: sorted(o, key=lambda row: row[0]), lambda o: sorted(o, key=lambda row: row[1])),
    (of_class(1), of_class(2)),
    (in_closure(1), in_closure(2)),
    (in_closure(1), in_closure(1.0)),
    (in_closure(torch.ones(2000)), in_closure(torch.arange(2000))),
    (functools.partial(in_closure, 2), functools.partial(in_closure, 3)),
    (np.array([1, 2]), np.array([2, 1])),
    (None, 0),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_functions_of_the_same_code_and_values_have_one(left, right):
    assert fingerprint(left) == fingerprint(right)


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_functions_of_other_code_or_values_have_another(left, right):
    assert fingerprint(left) != fingerprint(right)


def test_a_global_that_a_function_reads_counts(monkeypatch):
    function = lambda output: output[:, K]  # noqa: E731
    first = fingerprint(function)
    monkeypatch.setitem(globals(), "K", 1)
    assert fingerprint(function) != first


def test_objects_count_by_their_attributes():
    class Target:
        def __init__(self, k):
            self.k = k

        def __call__(self, output):
            return output[:, self.k]

    assert fingerprint(Target(1)) == fingerprint(Target(1)) != fingerprint(Target(2))
    assert fingerprint(Target(1).__call__) != fingerprint(Target(2).__call__)


def test_a_function_that_names_itself_comes_to_an_end():
    def again(output):
        return again(output)

    assert fingerprint(again)


def test_another_process_finds_the_same():
    code = (
        "import pickle, sys; from tests.models.nets import linear, seeded;"
        "from tests.models.test_fingerprint import of_class, in_closure;"
        "from xai_widgets.models.fingerprint import fingerprint;"
        "print(fingerprint(seeded(linear), of_class(1), in_closure(12345)))"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    again = pickle.loads(pickle.dumps(seeded(linear)))
    assert there == fingerprint(again, of_class(1), in_closure(12345))


def test_the_order_of_weights_counts():
    layer = torch.nn.Linear(512, 1000)
    before = fingerprint(layer)
    layer.weight.data[[0, 1]] = layer.weight.data[[1, 0]]
    swapped = fingerprint(layer)
    layer.weight.data = layer.weight.data.flatten()[torch.randperm(512_000)].view(1000, 512)
    assert len({before, swapped, fingerprint(layer)}) == 3


def test_functions_of_tables_have_one_where_torch_is_missing_and_the_same():
    code = (
        "import sys; {}; import numpy as np; from xai_widgets.models.predictors import Predictor\n"
        "weights = np.arange(10_000.0)\n"
        "def model(X): return X @ weights[:2]\n"
        "print(Predictor(model).fingerprint())"
    )
    missing, there = (
        subprocess.run([sys.executable, "-c", code.format(before)], capture_output=True, check=True).stdout
        for before in ("sys.modules['torch'] = None", "import torch")
    )
    assert missing == there
