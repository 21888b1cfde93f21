"""Trained networks on real pictures: the loaders are right, and SmoothGrad finds the cat."""

import numpy as np
import pytest
import torch

from tests import data as real
from xai_widgets.explainers import SmoothGrad
from xai_widgets.models import TorchModel

pytestmark = pytest.mark.usefixtures("data")

CAT, ESPRESSO = 285, 967
# Chosen by looking at cat.png as the network sees it, 227 x 227: from the brow above both eyes to below the nose. The
# whole picture is cat; what makes it one is in here.
FACE = (slice(55, 215), slice(35, 215))
# Of cat_and_coffee.png at 227 x 454: the left half is the photograph of the cat, all of it.
LEFT_HALF = (slice(None), slice(0, 227))


@pytest.mark.parametrize(
    ("make", "pictures", "right"), [(real.lenet, real.digits, 124), (real.resnet20, real.cifar, 82)]
)
def test_small_networks_give_the_scores_they_came_with(make, pictures, right):
    images, labels, expected = pictures()
    scores = TorchModel(make()).scores((images.numpy(),))
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-4)
    assert int((scores.argmax(1) == labels.numpy()).sum()) == right


@pytest.mark.parametrize(
    ("name", "classes", "probabilities", "top_score"),
    [
        ("cat", [285, 282, 281, 287, 293], [0.599, 0.202, 0.147, 0.036, 0.008], 17.456),
        ("coffee", [967, 960, 968, 809, 925], [0.746, 0.093, 0.046, 0.035, 0.023], 21.610),
        ("rocket", [733, 657, 744, 437, 668], [0.605, 0.150, 0.089, 0.060, 0.045], 17.521),
        ("astronaut", [503, 505, 859, 473, 550], [0.105, 0.094, 0.071, 0.052, 0.043], 11.625),
    ],
)
def test_squeezenet_sees_what_it_should(name, classes, probabilities, top_score):
    scores = torch.from_numpy(TorchModel(real.squeezenet()).scores((real.photo(name).numpy(),)))[0]
    top = scores.softmax(0).topk(5)
    assert top.indices.tolist() == classes
    np.testing.assert_allclose(top.values, probabilities, atol=6e-4)
    assert float(scores.max()) == pytest.approx(top_score, abs=1e-3)


@pytest.fixture(scope="module")
def shares(data):
    """The share of SmoothGrad squared inside the box, and the box's share of the area, by picture and class."""
    model = TorchModel(real.squeezenet())

    def share(picture, box, n_samples, target):
        value = SmoothGrad(model, n_samples=n_samples, reduce="square").attribute(picture, target=target).value
        energy = value.sum((0, 1))
        return energy[box].sum() / energy.sum(), energy[box].size / energy.size

    cases = {"face": (real.photo("cat"), FACE, 8), "left": (real.cat_and_coffee(), LEFT_HALF, 16)}
    return {(name, target): share(*case, target) for name, case in cases.items() for target in (CAT, ESPRESSO)}


@pytest.mark.parametrize("box", ["face", "left"])
def test_smoothgrad_squared_of_the_cat_is_in_the_cats_box(shares, box):
    share, area = shares[box, CAT]
    assert share >= 1.3 * area


@pytest.mark.parametrize("box", ["face", "left"])
def test_it_is_there_more_for_the_cat_than_for_espresso(shares, box):
    assert shares[box, CAT][0] > shares[box, ESPRESSO][0]


def test_smoothgrad_of_a_digit_in_batches_of_any_size_is_one_map():
    images = real.digits()[0][:3]
    maps = [
        SmoothGrad(real.lenet(), n_samples=20, batch_size=size).attribute(images, target=[5, 0, 4]).value
        for size in (1, 7, None)
    ]
    for other in maps[1:]:
        np.testing.assert_allclose(other, maps[0], rtol=1e-3, atol=1e-5)
