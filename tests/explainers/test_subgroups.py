"""Subgroups of curves: bundles that are known, curves that have none."""

import numpy as np
import pytest

from xai_widgets.explainers import PartialDependence, find_subgroups
from xai_widgets.models import InputError

GRID = np.linspace(-1, 1, 20)


def hidden(table):
    """Goldstein's hidden interaction."""
    return 0.2 * table[:, 0] - 5 * table[:, 1] + 10 * table[:, 1] * (table[:, 2] >= 0)


@pytest.fixture(scope="module")
def bundles():
    X = np.random.default_rng(0).uniform(-1, 1, (300, 3))
    estimate = PartialDependence(hidden, "x1", grid_resolution=20).explain(X)
    return X, estimate.individual[0], estimate.grid_values[0]


@pytest.mark.parametrize("by", ["centered", "derivative"])
def test_the_two_bundles_and_their_rules(bundles, by):
    X, curves, grid = bundles
    groups = find_subgroups(X, curves, grid, by=by, avoid=["x1"])
    assert sorted(str(group.rule) for group in groups) == [
        "x2 < 0 (precision 1, recall 1)",
        "x2 >= 0 (precision 1, recall 1)",
    ]
    assert groups[0].size >= groups[1].size
    for group in groups:
        rising = group.rule.conditions[0].operator == ">="
        assert np.array_equal(group.rows, np.flatnonzero((X[:, 2] >= 0) == rising))
        np.testing.assert_allclose(group.mean, curves[group.rows].mean(axis=0))
        slope = (group.mean[-1] - group.mean[0]) / (grid[-1] - grid[0])
        assert slope == pytest.approx(5 if rising else -5)


def test_three_shapes_are_three_groups_whatever_their_level():
    draw = np.random.default_rng(1)
    kind, level = draw.integers(0, 3, 600), draw.normal(0, 10, 600)
    shapes = np.vstack([GRID, -GRID, 3 * GRID**2])
    curves = shapes[kind] + level[:, None] + draw.normal(0, 0.05, (600, 20))
    X = np.column_stack([kind, level])
    groups = find_subgroups(X, curves, GRID)
    assert sorted(group.size for group in groups) == sorted(np.bincount(kind))
    assert all(len(group.rule.conditions) == 1 and group.rule.precision == 1 for group in groups)
    assert len(find_subgroups(X, curves, GRID, n_groups=2)) == 2


@pytest.mark.parametrize("noise", [0, 1e-13, 1.0])
def test_curves_without_structure_are_one_group(noise):
    draw = np.random.default_rng(2)
    X = draw.uniform(-1, 1, (200, 3))
    curves = GRID + X[:, :1] + noise * draw.normal(size=(200, 20))
    (group,) = find_subgroups(X, curves, GRID)
    assert group.size == 200
    assert str(group.rule) == "all rows"


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_few_rows(rows):
    X = np.arange(rows, dtype=float)[:, None]
    groups = find_subgroups(X, X * GRID, GRID)
    assert sum(group.size for group in groups) == rows
    assert len(find_subgroups(X, X * GRID, GRID, n_groups=8)) <= rows


def test_curves_of_some_rows_are_told_apart_among_these(bundles):
    X, curves, grid = bundles
    rows = np.random.default_rng(3).permutation(300)[:150]
    groups = find_subgroups(X, curves[rows], grid, rows=rows)
    assert np.array_equal(np.sort(np.concatenate([group.rows for group in groups])), np.sort(rows))
    assert all(group.rule.precision == 1 for group in groups)


def test_the_same_groups_each_time(bundles):
    X, curves, grid = bundles
    noisy = curves + np.random.default_rng(4).normal(0, 2, curves.shape)
    state = np.random.get_state()[1].copy()
    first, second = (find_subgroups(X, noisy, grid, seed=2**53 - 1) for _ in range(2))
    assert [group.rows.tolist() for group in first] == [group.rows.tolist() for group in second]
    assert np.array_equal(np.random.get_state()[1], state)


def test_what_cannot_be_is_a_sentence(bundles):
    X, curves, grid = bundles
    for wrong in (0, 9, 2.5):
        with pytest.raises(InputError, match="whole number from 1 to 8"):
            find_subgroups(X, curves, grid, n_groups=wrong)
    with pytest.raises(InputError, match="one of centered, derivative"):
        find_subgroups(X, curves, grid, by="level")
    with pytest.raises(InputError, match="no slope"):
        find_subgroups(X, curves, np.array(list("abcdefghijklmnopqrst")), by="derivative")
