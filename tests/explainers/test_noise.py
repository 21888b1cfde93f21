"""Unit noise: standard normal, one for each (seed, pair), whatever was drawn before."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from xai_widgets.explainers.noise import UnitNoise

CPU = torch.device("cpu")
SHAPES = ((2, 3, 4), (2, 5))


def pair(number, seed=0, shapes=SHAPES):
    return UnitNoise(seed, shapes).pairs(number, number + 1, CPU)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5)), max_size=5))
def test_a_pair_is_the_same_whatever_was_drawn_before(draws):
    noise = UnitNoise(3, SHAPES)
    for first, pairs in draws:
        noise.pairs(first, first + pairs, CPU)
    for drawn, alone in zip(noise.pairs(7, 8, CPU), pair(7, seed=3), strict=True):
        assert torch.equal(drawn, alone)


def test_pair_k_is_philox_with_the_seed_as_key_and_k_in_the_highest_word_of_its_counter():
    generator = np.random.Generator(np.random.Philox(key=3, counter=[0, 0, 0, 7]))
    for drawn, shape in zip(pair(7, seed=3), SHAPES, strict=True):
        assert np.array_equal(drawn[0].numpy(), generator.standard_normal(shape, dtype=np.float32))


def test_a_stream_keeps_64_megabytes():
    noise = UnitNoise(0, ((1, 2**22),))  # 16 MiB a pair
    noise.pairs(0, 5, CPU)
    assert sum(part.nbytes for parts in noise._kept.values() for part in parts) == 64 << 20


def test_pairs_come_in_order_with_the_shapes_of_the_inputs():
    together = UnitNoise(0, SHAPES).pairs(4, 7, CPU)
    assert [tuple(part.shape) for part in together] == [(3, 2, 3, 4), (3, 2, 5)]
    for position, number in enumerate((4, 5, 6)):
        assert torch.equal(together[0][position], pair(number)[0][0])
        assert torch.equal(together[1][position], pair(number)[1][0])


def test_the_first_row_has_the_noise_it_has_alone():
    assert torch.equal(pair(5, shapes=((3, 4, 4),))[0][0, 0], pair(5, shapes=((1, 4, 4),))[0][0, 0])


@pytest.mark.parametrize("seed", [0, 1, 2**53 - 1])
def test_it_is_standard_normal_and_pairs_and_seeds_are_uncorrelated(seed):
    size = 20_000
    drawn = np.stack([pair(number, seed=seed, shapes=((1, size),))[0].numpy().ravel() for number in range(12)])
    drawn = np.vstack([drawn, pair(0, seed=(seed + 1) % 2**53, shapes=((1, size),))[0].numpy().ravel()])
    assert np.abs(drawn.mean(1)).max() < 5 / np.sqrt(size)
    assert np.abs(drawn.var(1) - 1).max() < 5 * np.sqrt(2 / size)
    correlations = np.corrcoef(drawn)[np.triu_indices(len(drawn), 1)]
    assert np.abs(correlations).max() < 5 / np.sqrt(size)
    assert abs((drawn**3).mean()) < 0.05
    assert abs((drawn**4).mean() - 3) < 0.1


def test_no_number_of_a_pair_comes_back_in_the_next():
    first, second = (set(pair(number, shapes=((1, 5000),))[0].ravel().tolist()) for number in (0, 1))
    assert len(first & second) <= 5  # float32 has few enough values near zero for an accident


def test_what_is_kept_is_bounded_and_beyond_it_noise_is_drawn_again():
    shapes = ((1, 100),)
    noise = UnitNoise(0, shapes, kept_bytes=1000)
    before = noise.pairs(0, 10, CPU)[0]
    kept = sum(part.nbytes for parts in noise._kept.values() for part in parts)
    assert 0 < kept <= 1000
    assert torch.equal(noise.pairs(0, 10, CPU)[0], before)
    larger = UnitNoise(0, ((1, 300),), kept_bytes=1000)
    larger.pairs(0, 2, CPU)
    assert not larger._kept
