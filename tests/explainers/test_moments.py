"""Moments: equal to numpy's in one go, whatever the split, the order and the shifts."""

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from xai_widgets.explainers.accumulate import Accumulator
from xai_widgets.explainers.moments import mean_and_error, merge, variance_and_error

PAIRS = arrays(np.float64, st.tuples(st.integers(2, 12), st.just(2), st.just(3)), elements=st.floats(-100, 100))


def moments_of(gradients, shift=None):
    """The moments of pairs of gradients, (pairs, 2, size), as SmoothGrad takes them."""
    plus, minus = torch.from_numpy(gradients - (0 if shift is None else shift)).unbind(1)
    quantities = [(plus + minus) / 2]
    if shift is not None:
        quantities.append((plus.square() + minus.square()) / 2)
    sums = Accumulator()
    sums.add(quantities)
    return sums.moments(shift)


def split(gradients, data):
    """Cut pairs into non-empty pieces, in any order."""
    cuts = data.draw(st.sets(st.integers(1, len(gradients) - 1)))
    pieces = np.split(gradients, sorted(cuts))
    return data.draw(st.permutations(pieces))


@given(PAIRS, st.data())
def test_the_mean_and_its_error_are_numpys(gradients, data):
    joined, *rest = (moments_of(piece) for piece in split(gradients, data))
    for other in rest:
        joined = merge(joined, other)
    value, error = mean_and_error(joined)
    means = gradients.mean(1)
    assert joined.count == len(gradients)
    np.testing.assert_allclose(value, means.mean(0), atol=1e-10)
    np.testing.assert_allclose(error, means.std(0, ddof=1) / np.sqrt(len(means)), atol=1e-6)


@given(PAIRS, st.data())
@settings(max_examples=200)
def test_the_variance_is_numpys_and_does_not_depend_on_the_shifts_of_the_parts(gradients, data):
    whole = moments_of(gradients, gradients[0].mean(0))
    joined, *rest = (moments_of(piece, piece[0].mean(0)) for piece in split(gradients, data))
    for other in rest:
        joined = merge(joined, pickle.loads(pickle.dumps(other)))
    value, error = variance_and_error(joined)
    once, error_once = variance_and_error(whole)
    np.testing.assert_allclose(value, gradients.reshape(-1, 3).var(0), rtol=1e-9, atol=1e-8)
    np.testing.assert_allclose(value, once, rtol=1e-9, atol=1e-8)
    np.testing.assert_allclose(error, error_once, rtol=1e-4, atol=1e-4)


def test_the_error_of_the_variance_is_the_delta_methods():
    gradients = np.random.default_rng(0).standard_normal((50, 2, 3))
    a, u = gradients.mean(1), (gradients**2).mean(1)
    influence = u - 2 * a.mean(0) * a  # of d(u - a^2) = du - 2 a da
    _, error = variance_and_error(moments_of(gradients, gradients[0].mean(0)))
    np.testing.assert_allclose(error, influence.std(0, ddof=1) / np.sqrt(50), rtol=1e-10)


def test_one_pair_has_no_error():
    gradients = np.ones((1, 2, 3))
    assert mean_and_error(moments_of(gradients))[1] is None
    assert variance_and_error(moments_of(gradients, gradients[0, 0]))[1] is None


def test_merging_changes_neither_part():
    rng = np.random.default_rng(0)
    left, right = (moments_of(rng.standard_normal((4, 2, 3)), rng.standard_normal(3)) for _ in range(2))
    before = pickle.dumps((left, right))
    merge(left, right)
    assert pickle.dumps((left, right)) == before


@pytest.mark.parametrize("offset", [1e3, 1e6])
def test_a_large_common_part_of_the_gradients_does_not_cancel(offset):
    gradients = np.random.default_rng(0).standard_normal((8, 2, 3))
    near = variance_and_error(moments_of(gradients, gradients[0].mean(0)))
    far = variance_and_error(moments_of(gradients + offset, (gradients + offset)[0].mean(0)))
    for left, right in zip(near, far, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-13 * offset)
