"""A first convolution that goes backward once for two rows."""

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from tests.models.nets import noise, seeded
from tests.models.test_prepared import awake, convolution, head, hooked, relative, settled
from xai_widgets.explainers import SmoothGrad
from xai_widgets.models import TorchModel
from xai_widgets.models.paired import pair

SHAPE = (3, 12, 12)
FIRST = np.zeros(8, dtype=int)


class ChangedBefore(nn.Module):
    """What the convolution gets is another tensor than the input, or the input written to."""

    def __init__(self, write):
        super().__init__()
        self.write, self.rest = write, nn.Sequential(*convolution(nn.ReLU()), *head())

    def forward(self, x):
        return self.rest(self.write(x))


class Twice(nn.Module):
    """Two convolutions of the input."""

    def __init__(self):
        super().__init__()
        self.left, self.right, self.head = nn.Conv2d(3, 6, 3), nn.Conv2d(3, 6, 3), nn.Sequential(*head())

    def forward(self, x):
        return self.head(torch.relu(self.left(x)) * torch.relu(self.right(x)))


class Skip(nn.Module):
    """The input goes around the convolution as well."""

    def __init__(self):
        super().__init__()
        self.layer, self.head = nn.Conv2d(3, 3, 3, padding=1), nn.Sequential(*head(3))

    def forward(self, x):
        return self.head(torch.relu(self.layer(x)) * x)


class Shifted(nn.Module):
    """Another model's twin, whose convolution gets another tensor than the input."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return self.net(x + 0)


def begins_with(layer):
    return lambda: nn.Sequential(layer(), nn.ReLU(), *head())


# name: (network, whether its first convolution is paired)
NETS = {
    "a convolution": (begins_with(lambda: nn.Conv2d(3, 6, 3, stride=2, padding=1)), True),
    "with normalisation": (lambda: nn.Sequential(*convolution(nn.BatchNorm2d(6), nn.ReLU()), *head()), True),
    "the input goes around it": (Skip, True),
    "the input is shifted": (lambda: ChangedBefore(lambda x: x - 0.5), False),
    "the input is written to": (lambda: ChangedBefore(lambda x: x.relu_()), False),
    "two of them": (Twice, False),
    "padded by reflection": (begins_with(lambda: nn.Conv2d(3, 6, 3, padding=1, padding_mode="reflect")), False),
    "with a hook": (hooked, False),
}


def means(gradients):
    return (gradients[::2] + gradients[1::2]).numpy()


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "dilation", "groups"),
    list(itertools.product([1, 3, (3, 5)], [1, (2, 3)], [0, (2, 1)], [1, 2], [1, 3])),
)
def test_the_gradient_of_two_rows_is_their_mean_gradient(kernel, stride, padding, dilation, groups):
    plain = seeded(lambda: nn.Conv2d(3, 6, kernel, stride, padding, dilation, groups)).requires_grad_(False)
    paired = nn.Sequential(nn.Conv2d(3, 6, kernel, stride, padding, dilation, groups))
    paired[0].load_state_dict(plain.state_dict())
    pair(paired.requires_grad_(False), 1)  # the first of its modules is itself
    paired[0].paired = True
    x = noise(6, 3, 14, 13)
    gradients = []
    for call in (plain, paired):
        leaf = x.clone().requires_grad_()
        made = call(leaf)
        weights = torch.linspace(-1, 2, made.numel()).reshape(made.shape)
        gradients.append(torch.autograd.grad((weights * made).sum(), leaf)[0])
    torch.testing.assert_close(gradients[1][::2], gradients[1][1::2])
    torch.testing.assert_close(gradients[1][::2], (gradients[0][::2] + gradients[0][1::2]) / 2)


@pytest.mark.parametrize(("make", "paired"), NETS.values(), ids=NETS)
def test_pairs_have_the_mean_of_their_gradients(make, paired):
    net, x = awake(seeded(make), *SHAPE), noise(8, *SHAPE)
    model = settled(net, x)
    found = model.gradients((x,), FIRST, pairs=True)[0]
    assert (model._prepared._fast.first is not None) is paired
    leaf = x.clone().requires_grad_()
    expected = torch.autograd.grad(net(leaf + 0)[:, 0].sum(), leaf)[0]
    assert relative(means(found), means(expected)) < 1e-4
    assert relative(model.gradients((x,), FIRST)[0].numpy(), expected.numpy()) < 1e-4  # and not where not asked for


@pytest.mark.parametrize("batch_size", [1, 2, 3, 5, 7])
def test_no_batch_divides_a_pair(batch_size):
    net, x = seeded(NETS["a convolution"][0]), noise(8, *SHAPE)
    model = settled(net, x, batch_size=batch_size)
    expected = torch.autograd.grad(net(leaf := x.clone().requires_grad_())[:, 0].sum(), leaf)[0]
    assert relative(means(model.gradients((x,), FIRST, pairs=True)[0]), means(expected)) < 1e-4


@pytest.mark.parametrize("reduce", ["mean", "absolute", "square", "variance"])
@pytest.mark.parametrize("rows", [1, 3])
def test_every_reduction_gets_what_it_needs(reduce, rows):
    net, x = seeded(NETS["a convolution"][0]), noise(rows, *SHAPE)
    shared = settled(net, noise(2, *SHAPE))
    SmoothGrad(shared, n_samples=20).attribute(x, target=0)
    found = SmoothGrad(shared, n_samples=20, reduce=reduce).attribute(x, target=0)
    plain = SmoothGrad(Shifted(net), n_samples=20, reduce=reduce)
    expected = plain.attribute(x, target=0)
    assert plain.model._prepared._first is None
    assert relative(found.value, expected.value) < 1e-3
    assert relative(found.standard_error, expected.standard_error) < 1e-3


def test_a_batch_size_of_one_pairs_nothing():
    model = TorchModel(seeded(NETS["a convolution"][0]), batch_size=1)
    found = model.gradients((noise(4, *SHAPE),), FIRST[:4], pairs=True)[0]
    assert not torch.equal(found[::2], found[1::2])
