"""The order by similarity: a permutation, found in pieces that hold up nobody for long."""

import numpy as np
import pytest
from scipy.spatial import distance

from xai_widgets.explainers.shapley import similarity


@pytest.mark.parametrize("rows", [1, 2, 300, 3000])
def test_it_is_a_permutation_and_neighbours_are_nearer_than_by_chance(rows):
    values = np.random.default_rng(0).normal(size=(rows, 3))
    order = similarity.similarity_order(values)
    assert sorted(order.tolist()) == list(range(rows))
    if rows > 2:
        assert steps(values[order]) < 0.6 * steps(values)


def steps(values):
    return float(np.abs(np.diff(values, axis=0)).sum())


@pytest.mark.parametrize("shape", [(30_000, 4), (1000, 120), (250, 4000)])
def test_no_piece_looks_at_more_than_its_share(shape, monkeypatch):
    looked_at, pieces = [0], []
    monkeypatch.setattr(similarity, "_NUMBERS_AT_ONCE", 20_000)
    monkeypatch.setattr(similarity, "_DIFFERENCES_AT_ONCE", 20_000_000)
    spread, cdist = similarity._spread, distance.cdist

    def counted_spread(points):
        looked_at[0] += points.size
        return spread(points)

    def counted_cdist(some, points):
        looked_at[0] += len(some) * points.size // 1000
        return cdist(some, points)

    monkeypatch.setattr(similarity, "_spread", counted_spread)
    monkeypatch.setattr(distance, "cdist", counted_cdist)
    orders = []
    for order in similarity.find_similarity_order(np.random.default_rng(0).normal(size=shape)):
        orders.append(order)
        pieces.append(looked_at[0])
        looked_at[0] = 0
    assert sorted(orders[-1].tolist()) == list(range(shape[0]))
    assert max(pieces[1:]) <= 20_000 + shape[0] * shape[1] // 2  # one cluster, or one row, beyond
    assert len(pieces) > 8
