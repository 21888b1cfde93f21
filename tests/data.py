"""Real models on real pictures, from the folder of the ``data`` fixture; see its README.md for sources and numbers."""

import os
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

FOLDER = Path(os.environ.get("XAI_WIDGETS_DATA", Path(__file__).parents[2] / "shared" / "data"))


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_1, self.conv_2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc_1, self.fc_2, self.fc_3 = nn.Linear(256, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.conv_1(x)), 2)
        x = functional.max_pool2d(functional.relu(self.conv_2(x)), 2)
        return self.fc_3(functional.relu(self.fc_2(functional.relu(self.fc_1(x.flatten(1))))))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.stride = stride

    def forward(self, x):
        out = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        if self.stride == 1:
            return functional.relu(out + x)
        side = out.shape[1] // 4
        return functional.relu(out + functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, side, side)))


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(Block(16, 16, 1), Block(16, 16, 1), Block(16, 16, 1))
        self.layer2 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = functional.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


class Fire(nn.Module):
    def __init__(self, inputs, squeezed, expanded):
        super().__init__()
        self.squeeze1x1 = nn.Conv2d(inputs, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x):
        x = functional.relu(self.squeeze1x1(x))
        return torch.cat([functional.relu(self.expand1x1(x)), functional.relu(self.expand3x3(x))], 1)


class SqueezeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96, 7, 2)
        self.fire2, self.fire3, self.fire4 = Fire(96, 16, 64), Fire(128, 16, 64), Fire(128, 32, 128)
        self.fire5, self.fire6, self.fire7 = Fire(256, 32, 128), Fire(256, 48, 192), Fire(384, 48, 192)
        self.fire8, self.fire9 = Fire(384, 64, 256), Fire(512, 64, 256)
        self.conv10 = nn.Conv2d(512, 1000, 1, padding=1)

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.conv1(x)), 3, 2, ceil_mode=True)
        x = functional.max_pool2d(self.fire4(self.fire3(self.fire2(x))), 3, 2, ceil_mode=True)
        x = functional.max_pool2d(self.fire8(self.fire7(self.fire6(self.fire5(x)))), 3, 2, ceil_mode=True)
        return functional.relu(self.conv10(self.fire9(x))).mean((2, 3))


def lenet():
    return _loaded(LeNet(), "mnist/lenet_mnist.safetensors")


def resnet20():
    return _loaded(ResNet20(), "weights/resnet20_cifar10.safetensors")


def squeezenet():
    return _loaded(SqueezeNet(), "weights/squeezenet_v1.0_imagenet.safetensors")


def digits():
    """(124, 1, 28, 28), their labels, and LeNet's scores."""
    stored = np.load(FOLDER / "mnist/mnist_124.npz")
    images = torch.from_numpy(stored["images"]).float()[:, None] / 255
    return images, torch.from_numpy(stored["labels"]).long(), torch.from_numpy(stored["lenet_logits"])


def cifar():
    """(100, 3, 32, 32) as ResNet-20 takes them, their labels, and its scores."""
    stored = np.load(FOLDER / "cifar10/cifar10_test_100.npz")
    images = torch.from_numpy(stored["images"]).permute(0, 3, 1, 2).float() / 255
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    images = (images - mean[:, None, None]) / deviation[:, None, None]
    return images, torch.from_numpy(stored["labels"]).long(), torch.from_numpy(stored["resnet20_logits"])


def photo(name):
    """(1, 3, 227, 227) as SqueezeNet takes it: the short side at 256, the middle cut out, BGR less its mean."""
    image = Image.open(FOLDER / f"photos/{name}.png").convert("RGB")
    scale = 256 / min(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BILINEAR)
    left, top = (image.width - 227) // 2, (image.height - 227) // 2
    return _for_squeezenet(image.crop((left, top, left + 227, top + 227)))


def cat_and_coffee():
    """(1, 3, 227, 454): the cat is the left half, the cup the right one."""
    image = Image.open(FOLDER / "photos/cat_and_coffee.png").convert("RGB")
    return _for_squeezenet(image.resize((454, 227), Image.Resampling.BILINEAR))


def _for_squeezenet(image):
    pixels = torch.from_numpy(np.asarray(image, dtype=np.float32).copy()).permute(2, 0, 1).flip(0)
    return (pixels - torch.tensor([104.0, 117.0, 123.0])[:, None, None])[None]


def _loaded(model, file):
    state = load_file(FOLDER / file)
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected
    assert all(name.endswith("num_batches_tracked") for name in missing)
    return model.eval()
