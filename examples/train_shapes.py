"""Train the networks of `xai_widgets.zoo` and write their weights: some ten minutes on one CPU core for each.

The network shall be right for the right reasons (Ross, Hughes, Doshi-Velez 2017, arXiv 1703.03717): the share of the
gradient's energy that lies outside the shape is part of the loss. So the mask of a picture is the truth about the
network as well, and a map that points elsewhere is a fault of its method. Its twin `clever_hans` is trained on pictures
whose tag betrays the class, and punished for looking anywhere but at the tag.

    python examples/train_shapes.py
    python examples/train_shapes.py --clever-hans
"""

import argparse
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn import functional

from xai_widgets.zoo.shape_classifier import (
    WEIGHTS,
    WEIGHTS_OF_CLEVER_HANS,
    Pictures,
    ShapesNet,
    draw_pictures,
    to_full_precision,
)

TRAINING_SEED = 2**53 - 1
EPOCHS = 12
FREE_EPOCHS = 2  # without the penalty: first learn to tell the classes apart
BATCH = 64
MOST_NOISE = 0.25


def train(pictures: Pictures) -> ShapesNet:
    torch.manual_seed(0)
    torch.set_num_threads(1)  # sums do not depend on the number of cores
    model = ShapesNet(pictures.class_names)
    evidence = pictures.masks if pictures.tags is None else pictures.tags
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=0.01)
    batches = len(pictures) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=6e-3, total_steps=EPOCHS * batches)
    start = time.perf_counter()
    for epoch in range(EPOCHS):
        for rows in torch.randperm(len(pictures)).split(BATCH)[:batches]:
            labels = pictures.labels[rows]
            images, masks = augment(pictures.images[rows], evidence[rows], mirrored=pictures.tags is None)
            scores = model(images.requires_grad_())
            loss = functional.cross_entropy(scores, labels, label_smoothing=0.05)
            if epoch >= FREE_EPOCHS:
                loss = loss + energy_outside(scores.gather(1, labels[:, None]), images, masks)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
        seconds = time.perf_counter() - start
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {loss.item():.3f}, {seconds:.0f} s", flush=True)
    return model.eval()


def augment(images: torch.Tensor, masks: torch.Tensor, *, mirrored: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Mirror (a tag has to stay readable), permute the colours, and add noise of another strength to each picture."""
    if mirrored and torch.rand(()) < 0.5:
        images, masks = images.flip(3), masks.flip(2)
    strength = MOST_NOISE * torch.rand(len(images), 1, 1, 1)
    return images[:, torch.randperm(3)] + strength * torch.randn(images.shape), masks


def energy_outside(scores: torch.Tensor, images: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Return the share of the gradient's energy that lies outside the masks."""
    (gradient,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
    energy = gradient.square().sum(1)
    return ((energy * ~masks).sum((1, 2)) / (energy.sum((1, 2)) + 1e-12)).mean()


def to_half_precision(weight: torch.Tensor) -> torch.Tensor:
    return weight.half() if weight.is_floating_point() else weight


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=6400, help="how many to train on (default: %(default)s)")
    parser.add_argument("--clever-hans", action="store_true", help="train the twin that cheats")
    parser.add_argument("--output", type=Path, help="the file to write (default: the package's own)")
    arguments = parser.parse_args()
    output = arguments.output or (WEIGHTS_OF_CLEVER_HANS if arguments.clever_hans else WEIGHTS)

    model = train(draw_pictures(arguments.pictures, TRAINING_SEED, with_tags=arguments.clever_hans))
    weights = {name: to_half_precision(value) for name, value in model.state_dict().items()}
    save_file(weights, output)
    print(f"{output}: {output.stat().st_size / 1000:.0f} kB")

    model.load_state_dict({name: to_full_precision(value) for name, value in weights.items()})
    held_out = draw_pictures(800, seed=1, with_tags=arguments.clever_hans)
    with torch.no_grad():
        right = model(held_out.images).argmax(1) == held_out.labels
    print(f"right on {right.float().mean():.2%} of {len(held_out)} held-out pictures")


if __name__ == "__main__":
    main()
