"""Single passes over the nodes of trees, compiled: they are told from others, read and checked in one look each."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..compiled import compiled

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd: different words stay different


def checksum(arrays: Iterable[np.ndarray]) -> list[int]:
    """Return numbers that change with any octet of some arrays, and with the order of the arrays."""
    sums = np.zeros(4, np.uint64)
    for array in arrays:
        octets = memoryview(array.data).toreadonly()
        if octets.nbytes % 8:
            octets = memoryview(octets.tobytes() + bytes(-octets.nbytes % 8))
        if octets.nbytes:
            _mix(np.frombuffer(octets, np.uint64), sums)
    return [int(each) for each in sums]


@compiled
def _mix(words: np.ndarray, sums: np.ndarray) -> None:
    """Bring words into four sums, each of them into one; a step can be undone, so that no single change is lost."""
    shift, one = np.uint64(32), np.uint64(1)
    a, b, c, d = sums[0], sums[1], sums[2], sums[3]
    n = len(words) - len(words) % 4
    for at in range(0, n, 4):
        a = (a ^ words[at]) * _FACTOR
        b = (b ^ words[at + 1]) * _FACTOR
        c = (c ^ words[at + 2]) * _FACTOR
        d = (d ^ words[at + 3]) * _FACTOR
        a, b, c, d = a ^ (a >> shift), b ^ (b >> shift), c ^ (c >> shift), d ^ (d >> shift)
    for at in range(n, len(words)):
        a = (a ^ words[at]) * _FACTOR
        a ^= a >> shift
    sums[0], sums[1], sums[2], sums[3] = a, b + one, c, d  # one more array


@compiled
def fill(
    nodes: np.ndarray,
    values: np.ndarray,
    covers: np.ndarray,
    starts: tuple[int, int, int],
    sizes: np.ndarray,
    feature: np.ndarray,
    threshold: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    missing_left: np.ndarray,
    category_set: np.ndarray,
    given_values: np.ndarray,
    given_covers: np.ndarray,
) -> int:
    """Write trees into an ensemble's arrays, and return where the next ones' leaves start there.

    `starts` are where their nodes, leaves and sets of categories start. What is not known of them is empty.
    """
    start, leaf, first_set = starts
    root = behind = start
    for size in sizes:
        root, behind = behind, behind + size
        for at in range(root, behind):
            node, given = nodes[at], at - start
            node.threshold, node.feature, node.category_set = threshold[given], feature[given], -1
            node.missing_left = missing_left[given]
            if len(category_set) and category_set[given] >= 0:
                node.threshold, node.category_set = np.nan, first_set + category_set[given]
            if feature[given] < 0:
                node.feature, node.left, node.right = -1, leaf, 0
                for k in range(values.shape[1]):
                    values[leaf, k] = given_values[given, k]
                leaf += 1
            else:
                node.left, node.right = root + left[given], root + right[given]
            if len(given_covers):
                covers[at] = given_covers[given]
    return leaf


@compiled
def lead_inside(nodes: np.ndarray, n_features: int, n_leaves: int, n_sets: int) -> bool:
    """Whether the features, children, leaves and sets of all nodes are among those that there are."""
    for node in nodes:
        if node.feature >= n_features or node.category_set >= n_sets:
            return False
        if node.feature < 0 and node.left >= n_leaves:
            return False
        if node.feature >= 0 and (node.left >= len(nodes) or node.right >= len(nodes)):
            return False
    return True
