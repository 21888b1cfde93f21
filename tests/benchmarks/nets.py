"""Networks of the usual shapes, with random weights that behave as trained ones do."""

import torch
from torch import nn

from tests.models.nets import seeded

_DAMPING = 0.25  # of a block's branch: undamped random branches make gradients chaotic, which trained ones are not


def _layers(inputs, outputs, kernel, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs)


class _Block(nn.Module):
    def __init__(self, inputs, width, stride, *, bottleneck):
        super().__init__()
        outputs = 4 * width if bottleneck else width
        if bottleneck:
            shapes = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)]
        else:
            shapes = [(inputs, width, 3, stride), (width, width, 3, 1)]
        branch = [layer for shape in shapes for layer in (*_layers(*shape), nn.ReLU(inplace=True))][:-1]
        nn.init.constant_(branch[-1].weight, _DAMPING)
        self.branch = nn.Sequential(*branch)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else nn.Sequential(*_layers(inputs, outputs, 1, stride))

    def forward(self, x):
        return torch.relu(self.branch(x) + self.shortcut(x))


def _resnet(depths, *, bottleneck):
    inputs, blocks = 64, []
    for stage, depth in enumerate(depths):
        for number in range(depth):
            width = 64 << stage
            blocks.append(_Block(inputs, width, 2 if stage and not number else 1, bottleneck=bottleneck))
            inputs = 4 * width if bottleneck else width
    stem = [*_layers(3, 64, 7, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 1000))


def _with_statistics(make, pixels):
    """Make a network whose batch normalisation has seen pictures."""
    net = seeded(make).train()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the mean of all batches
    with torch.no_grad():
        for seed in range(4):
            net(torch.rand(2, 3, pixels, pixels, generator=torch.Generator().manual_seed(seed)))
    return net.eval()


def resnet18():
    return _with_statistics(lambda: _resnet((2, 2, 2, 2), bottleneck=False), 224)


def resnet50():
    return _with_statistics(lambda: _resnet((3, 4, 6, 3), bottleneck=True), 224)


def small():
    """Four convolutions at 32 pixels, without batch normalisation."""
    widths = [(3, 32), (32, 32), (32, 64), (64, 64)]
    layers = []
    for number, (inputs, outputs) in enumerate(widths):
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()] + [nn.MaxPool2d(2)] * (number % 2)
    return seeded(lambda: nn.Sequential(*layers, nn.Flatten(), nn.Linear(4096, 128), nn.ReLU(), nn.Linear(128, 10)))


def picture(pixels):
    return torch.rand(1, 3, pixels, pixels, generator=torch.Generator().manual_seed(9))
