"""The running mean of rows: in double precision, whatever the blocks are."""

import math

import numpy as np
import pytest

from xai_widgets.explainers import weighted
from xai_widgets.explainers.weighted import WeightedMean


def exact(values, weights):
    """Return the weighted mean and the sum of squared deviations times squared weights, without rounding on the way."""
    total, squares = math.fsum(weights), math.fsum(weights**2)
    mean = math.fsum(weights * values) / total
    about = math.fsum(weights**2 * values) / squares
    return mean, math.fsum(weights**2 * (values - about) ** 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("at_once", [3, 100, 1 << 16])
def test_sums_lose_nothing_of_single_precision(dtype, given, at_once, monkeypatch):
    monkeypatch.setattr(weighted, "_AT_ONCE", at_once)
    generator = np.random.default_rng(0)
    values = (1000 + generator.normal(size=(1000, 1, 3))).astype(dtype)
    weights = generator.random(1000) if given else None
    before = values.copy()
    found = WeightedMean.of(values, weights)
    np.testing.assert_array_equal(values, before)
    for point in range(3):
        column = values[:, 0, point].astype(np.float64)
        mean, deviations = exact(column, np.ones(1000) if weights is None else weights)
        assert found.mean[0, point] == pytest.approx(mean, rel=1e-14)
        assert found.square_deviations[0, point] == pytest.approx(deviations, rel=1e-9)
    assert (found.count, found.mean.dtype) == (1000, np.float64)


def test_equal_rows_have_no_error():
    found = WeightedMean.of(np.full((100_000, 2), 0.1, np.float32))
    assert np.abs(found.mean - np.float64(np.float32(0.1))).max() < 1e-15
    assert found.standard_error(200_000).max() < 1e-15
