"""Small networks, one for each thing that makes gradients or copies go wrong."""

import warnings

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations


class Reused(nn.Module):
    """One ReLU and one layer called twice, and an activation that is no module."""

    def __init__(self):
        super().__init__()
        self.layer, self.relu, self.head = nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 3)

    def forward(self, x):
        x = self.relu(self.layer(x))
        return self.head(functional.gelu(self.relu(self.layer(x))))


class InPlaceFirst(nn.Module):
    """Writes to its input."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(6, 3)

    def forward(self, x):
        return self.layer(x.mul_(2).relu_())


class Two(nn.Module):
    """Takes two inputs of different shapes."""

    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(6, 3), nn.Linear(4, 3)

    def forward(self, left, right):
        return torch.tanh(self.left(left)) * self.right(right)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.head = nn.LSTM(3, 5, num_layers=2, dropout=0.5, batch_first=True), nn.Linear(5, 3)

    def forward(self, x):
        return self.head(self.lstm(x.reshape(-1, 2, 3))[0][:, -1])


class Unsharable(nn.Module):
    """Refuses to be copied."""

    def __init__(self):
        super().__init__()
        self.layer, self.dropout = nn.Linear(6, 3), nn.Dropout(0.5)

    def __deepcopy__(self, memo):
        raise TypeError("a handle of the machine")

    def forward(self, x):
        return self.dropout(self.layer(x))


def convolutional():
    """Batch normalisation, in-place ReLU, dropout; left in train mode."""
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Flatten(), nn.Linear(64, 3)
    )


def linear():
    return nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 3))


def old_weight_norm():
    with warnings.catch_warnings(action="ignore", category=FutureWarning):
        return nn.Sequential(nn.utils.weight_norm(nn.Linear(6, 8)), nn.Tanh(), nn.Linear(8, 3))


def transformer():
    layer = nn.TransformerEncoderLayer(6, 2, 8, batch_first=True)
    return nn.Sequential(nn.Unflatten(1, (1, 6)), nn.TransformerEncoder(layer, 2), nn.Flatten(), nn.Linear(6, 3))


def forward_replaced():
    """A forward patched over the old one, which a copy of the function would call on the original."""
    net = convolutional()
    old = net.forward
    net.forward = lambda x: 2 * old(x)
    return net


def compiled_inside():
    """The way a part of a model is compiled, and AlexNet's old features."""
    return nn.Sequential(torch.compile(nn.Linear(6, 8)), nn.Tanh(), nn.DataParallel(nn.Linear(8, 3)))


FLAT = (2, 6)
PICTURE = (2, 1, 6, 6)
NETS = {
    "batch norm, in-place relu, dropout": (convolutional, PICTURE),
    "forward replaced": (forward_replaced, PICTURE),
    "in-place first": (InPlaceFirst, FLAT),
    "reused modules": (Reused, FLAT),
    "weight norm, old": (old_weight_norm, FLAT),
    "weight norm, new": (lambda: nn.Sequential(parametrizations.weight_norm(nn.Linear(6, 3))), FLAT),
    "spectral norm, old": (lambda: nn.Sequential(nn.utils.spectral_norm(nn.Linear(6, 3))), FLAT),
    "spectral norm, new": (lambda: nn.Sequential(parametrizations.spectral_norm(nn.Linear(6, 3))), FLAT),
    "compiled": (lambda: torch.compile(linear()), FLAT),
    "data parallel": (lambda: nn.DataParallel(linear()), FLAT),
    "compiled and data parallel inside": (compiled_inside, FLAT),
    "recurrent with dropout": (Recurrent, FLAT),
    "transformer": (transformer, FLAT),
    "tied weights": (lambda: nn.Sequential(*[nn.Linear(6, 6)] * 3), FLAT),
}


def seeded(make, seed=0):
    """Make a network whose weights depend on the seed alone, and leave the global generator as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def noise(*shape, seed=1, dtype=torch.float32):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)
