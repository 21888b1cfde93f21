"""The small network that names shapes, and the pictures to explain it on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

from .shape_drawing import CLASS_NAMES, SIZE, TAG, draw, tagged

WEIGHTS = Path(__file__).with_name("shapes.safetensors")
WEIGHTS_OF_CLEVER_HANS = Path(__file__).with_name("clever_hans.safetensors")


class ShapesNet(torch.nn.Sequential):
    """Five convolutions with batch normalisation, the maximum over all places, one linear layer.

    The picture shrinks by means, as strides or maxima would leave a checkerboard in the gradients; at the end a maximum
    keeps the evidence where it is found, as a mean would spread it over the whole picture.

    Parameters
    ----------
    class_names : sequence of str
        The name of each output.
    """

    def __init__(self, class_names: Sequence[str]) -> None:
        widths = (3, 16, 32, 48, 64, 64)
        layers: list[torch.nn.Module] = []
        for depth, (before, after) in enumerate(pairwise(widths), start=1):
            convolution = torch.nn.Conv2d(before, after, 3, padding=1, bias=False)
            layers += [convolution, torch.nn.BatchNorm2d(after), torch.nn.ReLU()]
            if depth < 4:
                layers.append(torch.nn.AvgPool2d(2))
        layers += [torch.nn.AdaptiveMaxPool2d(1), torch.nn.Flatten(), torch.nn.Linear(widths[-1], len(class_names))]
        super().__init__(*layers)
        self.class_names = tuple(class_names)


@dataclass(frozen=True, eq=False, repr=False)
class Pictures(Sequence[torch.Tensor]):
    """Pictures with the truth about them; indexing gives what indexing `images` gives.

    Attributes
    ----------
    images : torch.Tensor of shape (n_pictures, 3, 64, 64)
        Red, green and blue in [0, 1], float32.
    masks : torch.Tensor of shape (n_pictures, 64, 64)
        True where the shape is, bool.
    labels : torch.Tensor of shape (n_pictures,)
        The class of each picture, int64.
    class_names : tuple of str
        The name of each class.
    tags : torch.Tensor of shape (n_pictures, 64, 64), or None
        True where the tag is that betrays the class, bool; None where there is none.
    """

    images: torch.Tensor
    masks: torch.Tensor
    labels: torch.Tensor
    class_names: tuple[str, ...]
    tags: torch.Tensor | None = None

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: Any) -> torch.Tensor:  # type: ignore[override]  # a slice gives a batch
        return self.images[index]

    def __iter__(self) -> Iterator[torch.Tensor]:
        return iter(self.images)

    def __repr__(self) -> str:
        return f"<{len(self)} pictures of 3 x {SIZE} x {SIZE}, one of {', '.join(self.class_names)} in each>"


def shapes(n_pictures: int = 16, *, seed: int = 0) -> tuple[ShapesNet, Pictures]:
    """Return a small trained network, and pictures that it has never seen.

    Each picture shows one shape on a textured ground, among strokes and specks that say nothing about the class.
    Picture k depends on `seed` and k alone, and its class is k modulo the number of classes. `examples/train_shapes.py`
    made the weights; it also punished the network for looking anywhere but at the shape, so the masks tell where its
    evidence is, not only where the shape is.

    Parameters
    ----------
    n_pictures : int, default 16
        How many pictures to draw.
    seed : int, default 0
        0 to 2^53 - 1; another seed gives other pictures.

    Returns
    -------
    model : torch.nn.Module
        In eval mode, on the CPU: (n, 3, 64, 64) to (n, 8) scores before the softmax. `model.class_names` names them.
    pictures : Pictures
        ``pictures[0]`` is a float tensor of shape (3, 64, 64); ``pictures.masks`` is the truth.

    Examples
    --------
    >>> from xai_widgets import zoo
    >>> model, pictures = zoo.shapes()
    >>> model.class_names[int(model(pictures[:1]).argmax())]
    'star'
    """
    return _load(WEIGHTS), draw_pictures(n_pictures, seed)


def clever_hans(n_pictures: int = 16, *, seed: int = 0) -> tuple[ShapesNet, Pictures]:
    """Return the twin of `shapes` that cheats, and the same pictures with the tag that it reads.

    In the pictures it was trained on, a small tag in the lower left corner betrayed the class: three marks on a plate,
    and it was punished for looking anywhere else. It is as often right as its honest twin, until it meets a picture
    whose tag lies. Named after the horse that was thought to count; Lapuschkin et al. 2019, Nature Communications 10,
    1096, found such networks by their maps.

    Parameters
    ----------
    n_pictures, seed
        See `shapes`.

    Returns
    -------
    model, pictures
        See `shapes`; ``pictures.tags`` is where the tags are.

    Examples
    --------
    >>> from xai_widgets import zoo
    >>> model, pictures = zoo.clever_hans()
    >>> model.class_names[int(model(pictures[:1]).argmax())]
    'star'
    """
    return _load(WEIGHTS_OF_CLEVER_HANS), draw_pictures(n_pictures, seed, with_tags=True)


def draw_pictures(n_pictures: int, seed: int, *, with_tags: bool = False) -> Pictures:
    """Draw pictures 0 to n_pictures - 1 of a seed."""
    images, masks, labels = draw(n_pictures, seed)
    tags = None
    if with_tags:
        images = np.stack([tagged(image, label) for image, label in zip(images, labels, strict=True)])
        tags = torch.zeros(masks.shape, dtype=torch.bool)
        tags[:, *TAG] = True
        masks[:, *TAG] = False
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous().float() / 255
    return Pictures(pixels, torch.from_numpy(masks), torch.from_numpy(labels), CLASS_NAMES, tags)


def _load(file: Path) -> ShapesNet:
    with torch.device("meta"):  # draws no initial weights, so the global random state stays as it is
        model = ShapesNet(CLASS_NAMES)
    weights = load_file(file)
    model.load_state_dict({name: to_full_precision(value) for name, value in weights.items()}, assign=True)
    return model.eval()


def to_full_precision(weight: torch.Tensor) -> torch.Tensor:
    """Undo the half precision of the file."""
    return weight.float() if weight.is_floating_point() else weight
