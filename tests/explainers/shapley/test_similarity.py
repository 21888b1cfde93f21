"""The order by similarity: a permutation, found in pieces that hold up nobody for long."""

import numpy as np
import pytest

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


def test_no_piece_halves_more_rows_than_one_cluster_beyond_its_share(monkeypatch):
    halved, pieces, own = [], [], similarity._halves

    def counted(values, rows):
        halved.append(len(rows))
        return own(values, rows)

    monkeypatch.setattr(similarity, "_halves", counted)
    for _ in similarity.find_similarity_order(np.random.default_rng(0).normal(size=(30_000, 2))):
        pieces.append(halved[:])
        halved.clear()
    assert sum(map(len, pieces)) == similarity.MOST_EXACT - 1
    assert pieces[0] == [30_000]
    assert all(sum(piece[:-1]) < 20_000 for piece in pieces)
