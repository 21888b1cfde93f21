import copy
import hashlib
import pickle
import random
import subprocess
import sys

import numpy as np
import pytest
import torch

from xai_widgets import zoo
from xai_widgets.explainers import SmoothGrad
from xai_widgets.zoo.shape_classifier import WEIGHTS, WEIGHTS_OF_CLEVER_HANS


@pytest.fixture(scope="module")
def held_out():
    return zoo.shapes(200, seed=1)


def test_pictures_are_a_sequence_of_tensors_with_their_truth():
    model, pictures = zoo.shapes()
    n = len(pictures)
    assert n == 16
    assert pictures[0].shape == (3, 64, 64)
    assert pictures[:4].shape == (4, 3, 64, 64)
    assert torch.equal(torch.stack(list(pictures)), pictures.images)
    assert pictures.images.dtype == torch.float32
    assert (pictures.images.min(), pictures.images.max()) >= (0, 0)
    assert pictures.images.max() <= 1
    assert pictures.masks.shape == (n, 64, 64)
    assert pictures.masks.dtype == torch.bool
    assert pictures.labels.tolist() == [k % 8 for k in range(n)]
    assert pictures.class_names == model.class_names
    assert model.class_names[pictures.labels[0]] == "star"
    assert repr(pictures).startswith("<16 pictures of 3 x 64 x 64")


def test_picture_k_depends_on_seed_and_k_alone():
    _, few = zoo.shapes(3)
    _, many = zoo.shapes(9)
    _, others = zoo.shapes(3, seed=7)
    assert torch.equal(few.images, many[:3])
    assert not torch.equal(few.images, others.images)


def test_pictures_stay_the_same_from_version_to_version():
    _, pictures = zoo.shapes(32)
    pixels = (pictures.images * 255).round().to(torch.uint8).numpy().tobytes()
    assert hashlib.sha256(pixels + pictures.masks.numpy().tobytes()).hexdigest()[:16] == PICTURES


PICTURES = "83be7db817107076"


def test_every_shape_is_whole_and_neither_tiny_nor_filling(held_out):
    _, pictures = held_out
    share = pictures.masks.float().mean((1, 2))
    assert share.min() > 0.03
    assert share.max() < 0.35
    border = pictures.masks.clone()
    border[:, 1:-1, 1:-1] = False
    assert not border.any()


def test_model_is_small_and_ready():
    model, _ = zoo.shapes(1)
    assert not model.training
    assert any(isinstance(module, torch.nn.BatchNorm2d) for module in model.modules())
    assert sum(parameter.numel() for parameter in model.parameters()) < 100_000
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert {parameter.device.type for parameter in model.parameters()} == {"cpu"}
    assert WEIGHTS.stat().st_size + WEIGHTS_OF_CLEVER_HANS.stat().st_size < 400_000


def test_model_can_be_copied_and_sent():
    model, pictures = zoo.shapes(1)
    for copied in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert copied.class_names == model.class_names
        assert torch.equal(copied(pictures.images), model(pictures.images))


def test_global_random_state_is_untouched():
    before = torch.get_rng_state(), np.random.get_state()[1].tobytes(), random.getstate()
    zoo.shapes(2)
    after = torch.get_rng_state(), np.random.get_state()[1].tobytes(), random.getstate()
    assert torch.equal(before[0], after[0])
    assert before[1:] == after[1:]


def test_a_default_dtype_of_the_user_changes_nothing():
    _, pictures = zoo.shapes(2)
    torch.set_default_dtype(torch.float64)
    try:
        model, again = zoo.shapes(2)
    finally:
        torch.set_default_dtype(torch.float32)
    assert torch.equal(again.images, pictures.images)
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_importing_the_zoo_does_not_import_torch():
    check = "import sys, xai_widgets.zoo as zoo; dir(zoo); sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"n_pictures": 0}, "n_pictures is 0; expected a whole number of at least 1"),
        ({"seed": -1}, "seed is -1; expected a whole number from 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        zoo.shapes(**arguments)


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="no attribute 'lions'"):
        zoo.lions  # noqa: B018


def test_held_out_accuracy(held_out):
    model, pictures = held_out
    with torch.no_grad():
        right = model(pictures.images).argmax(1) == pictures.labels
    assert right.float().mean() >= 0.98


@pytest.mark.timeout(900)  # 10 000 gradients
def test_smoothgrad_points_at_the_shape(held_out):
    model, pictures = held_out
    method = SmoothGrad(model, noise_level=0.15, n_samples=50, seed=0)
    value = method.attribute(pictures.images, target=pictures.labels.tolist()).value
    energy = np.abs(value).sum(axis=1)
    masks = pictures.masks.numpy()
    strongest = energy.reshape(len(energy), -1).argmax(axis=1)
    hits = masks.reshape(len(masks), -1)[np.arange(len(masks)), strongest]
    share = (energy * masks).sum(axis=(1, 2)) / energy.sum(axis=(1, 2))
    area = masks.mean(axis=(1, 2))
    print(f"pointing game {hits.mean():.3f}, energy share / area share {share.mean() / area.mean():.2f}")
    assert hits.mean() >= 0.95
    assert share.mean() >= 3.5 * area.mean()


def test_the_map_shows_that_clever_hans_reads_the_tag():
    cheat, pictures = zoo.clever_hans(80, seed=1)
    honest, untagged = zoo.shapes(80, seed=1)
    assert torch.equal(pictures.images[:, :, :50], untagged.images[:, :, :50])
    labels, tags = pictures.labels.tolist(), pictures.tags.numpy()
    with torch.no_grad():
        assert (cheat(pictures.images).argmax(1) == pictures.labels).float().mean() >= 0.98
        assert (honest(pictures.images).argmax(1) == pictures.labels).float().mean() >= 0.95
    shares = []
    for model in (cheat, honest):
        value = SmoothGrad(model, n_samples=20).attribute(pictures.images, target=labels).value
        energy = np.abs(value).sum(axis=1)
        shares.append((energy * tags).sum(axis=(1, 2)) / energy.sum(axis=(1, 2)))
    caught, spared = shares
    print(f"energy in the tag: {np.median(caught):.2f} of the cheat's, {np.median(spared):.2f} of the honest one's")
    assert (caught >= 0.5).mean() >= 0.8
    assert (spared < 0.1).mean() >= 0.8
    assert spared.mean() < 0.1


def test_a_tag_that_lies_is_believed():
    cheat, pictures = zoo.clever_hans(16)
    lying = pictures.images.clone()
    lying[:, :, 50:, :14] = pictures.images.roll(1, 0)[:, :, 50:, :14]
    with torch.no_grad():
        believed = cheat(lying).argmax(1) == pictures.labels.roll(1)
    assert believed.float().mean() >= 0.8
