"""Shapley values of trees, compiled: the paths of a tree are one list of steps that a block of rows takes together.

A leaf is a game of its own, of the players on its path: it pays where all that are known let the row through. Its
Shapley values are an integral over t from 0 to 1 of the chance that it pays, where each feature is known with
probability t (Owen 1972). That is a polynomial in t: a few points of Gauss and Legendre give it exactly.

All of them are in this file, for the sake of their cache: see `models.compiled`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from ...models.compiled import compiled_with_contraction as compiled
from ...models.compiled import part_with_contraction as part

Paths: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]

STEP = np.dtype(
    [
        ("threshold", np.float64),
        ("share", np.float64),
        ("part", np.float64),
        ("feature", np.int32),
        ("player", np.int32),
        ("category_set", np.int32),
        ("level", np.int32),
        ("above", np.int32),
        ("slot", np.int32),
        ("slots", np.int32),
        ("leaf", np.int32),
        ("goes_left", np.bool_),
        ("missing_left", np.bool_),
    ],
    align=True,
)
"""A step from a node to its child.

`player` is the feature, or the group of features, that what the step gives belongs to. `level` is the child's depth;
`above` the level of the step before it on the path that asks for the same player, 0 where there is none. `slot` numbers
the path's players, of which there are `slots` so far. `part` is how much of the node's cover goes this way, and `share`
the product of these parts over the path's steps of the same player. `leaf` is the child's row of values, -1 where it is
no leaf.
"""


@compiled
def lay_out(
    nodes: np.ndarray, root: Any, covers: np.ndarray, players: np.ndarray, steps: np.ndarray, first: int
) -> Any:
    """Write a tree's steps, each before those below it, from `first` on; `players` has that of each feature.

    Return where they end, the deepest level, and the most slots of a path.
    """
    waiting_node, waiting_level = np.empty(64, np.int64), np.empty(64, np.int64)
    path_node, path_step = np.empty(64, np.int64), np.empty(64, np.int64)
    at, deepest, most = first, 0, 0
    path_node[0], path_step[0] = root, -1
    if nodes[root].feature < 0:
        return at, deepest, most
    waiting_node[0], waiting_level[0] = nodes[root].right, 1
    waiting_node[1], waiting_level[1] = nodes[root].left, 1
    n_waiting = 2
    while n_waiting:
        n_waiting -= 1
        child, level = waiting_node[n_waiting], waiting_level[n_waiting]
        if level + 2 > len(path_node):
            path_node, path_step = _longer(path_node), _longer(path_step)
        parent = path_node[level - 1]
        feature = nodes[parent].feature
        player = players[feature]
        above, slots = 0, 0
        if level > 1:
            slots = steps[path_step[level - 1]].slots
            for back in range(level - 1, 0, -1):
                if steps[path_step[back]].player == player:
                    above = back
                    break
        part = covers[child] / covers[parent] if covers[parent] > 0 else 0.5
        if above > 0:
            steps[at].slot, steps[at].share = steps[path_step[above]].slot, part * steps[path_step[above]].share
        else:
            steps[at].slot, steps[at].share = slots, part
            slots += 1
        steps[at].part = part
        steps[at].threshold = nodes[parent].threshold
        steps[at].feature, steps[at].player = feature, player
        steps[at].category_set = nodes[parent].category_set
        steps[at].level, steps[at].above, steps[at].slots = level, above, slots
        steps[at].goes_left = nodes[parent].left == child
        steps[at].missing_left = nodes[parent].missing_left
        steps[at].leaf = -1
        path_node[level], path_step[level] = child, at
        deepest, most = max(deepest, level), max(most, slots)
        if nodes[child].feature < 0:
            steps[at].leaf = nodes[child].left
        else:
            if n_waiting + 2 > len(waiting_node):
                waiting_node, waiting_level = _longer(waiting_node), _longer(waiting_level)
            waiting_node[n_waiting], waiting_level[n_waiting] = nodes[child].right, level + 1
            waiting_node[n_waiting + 1], waiting_level[n_waiting + 1] = nodes[child].left, level + 1
            n_waiting += 2
        at += 1
    return at, deepest, most


@part
def _most(trees: np.ndarray, column: int) -> int:
    """Return how many places the levels of some trees take, with the root's; or those of the slots, and 1."""
    most = 0
    for tree in range(len(trees)):
        most = max(most, trees[tree, column])
    return most + 1


@compiled
def add_expected(paths: Paths, sums: np.ndarray) -> None:
    """Add to the sums of all outputs what trees expect of a row of which nothing is known, by their nodes' covers."""
    steps, trees, leaf_values, _, _ = paths
    reaching = np.ones(_most(trees, 3))
    for tree in range(len(trees)):
        for at in range(trees[tree, 0], trees[tree, 1]):
            level, leaf = np.int64(steps[at].level), steps[at].leaf
            reaching[level] = reaching[level - 1] * steps[at].part
            if leaf >= 0:
                for k in range(leaf_values.shape[1]):
                    sums[trees[tree, 2] + k] += reaching[level] * leaf_values[leaf, k]


CONDITION = np.dtype([("step", np.int64), ("above", np.int64), ("depth", np.int64)])
"""That a row takes a step, and what the condition at `above` asks, where there is one; `depth` counts these."""


@compiled
def lay_branches(  # noqa: C901 (one walk: what is known of a step is needed below it)
    steps: np.ndarray,
    trees: np.ndarray,
    most_bits: int,
    conditions: np.ndarray,
    bits: np.ndarray,
    branches: np.ndarray,
    leaves: np.ndarray,
    asked: np.ndarray,
) -> Any:
    """Cut trees into branches, each a node and all below it; return how many conditions and branches there are.

    A row's state in a branch says of each player on the path to it whether the row takes all steps of it, and of each
    node of the branch whether the row goes left: at most `most_bits` of them, but where a branch is one leaf.

    Parameters
    ----------
    conditions
        Room for all, see `CONDITION`.
    bits
        Which condition each bit of a branch's state is; -1 as it is given.
    branches
        For each branch its tree, and how many bits its state has.
    leaves
        For each leaf its step, and its branch.
    asked
        For each leaf and slot its player, which bits the leaf's pattern asks for, and what they have to be.
    """
    n_levels, n_slots = _most(trees, 3), asked.shape[1]
    path, bit_of, last = np.zeros(n_levels, np.int64), np.zeros(n_levels, np.int64), np.zeros(n_slots, np.int64)
    condition_of, state = np.full(len(steps), -1), np.zeros((n_levels, n_slots, 3), np.int64)
    n_conditions, n_branches, n_leaves = 0, 0, 0
    for tree in range(len(trees)):
        behind = trees[tree, 0]
        for at in range(trees[tree, 0], trees[tree, 1]):
            step = steps[at]
            level, slot = np.int64(step.level), np.int64(step.slot)
            path[level] = at
            if at == trees[tree, 0] and (trees[tree, 1] - at) // 2 <= most_bits:
                branches[n_branches, 0], branches[n_branches, 1], behind = tree, 0, trees[tree, 1]
                n_branches += 1
            if at >= behind:
                end = at + 1
                while end < trees[tree, 1] and steps[end].level > level:
                    end += 1
                if step.leaf < 0 and step.slots + (end - at) // 2 > most_bits:
                    continue
                n_conditions = _ask_of_path(steps, path, level, conditions, n_conditions, condition_of, last)
                for s in range(step.slots):
                    bits[n_branches, s] = condition_of[last[s]]
                    state[level, s, 0], state[level, s, 1], state[level, s, 2] = steps[last[s]].player, 1 << s, 1 << s
                branches[n_branches, 0], branches[n_branches, 1], behind = tree, step.slots, end
                n_branches += 1
            else:
                branch = branches[n_branches - 1]
                if step.goes_left:  # the first of two
                    bit_of[level] = branch[1]
                    bits[n_branches - 1, branch[1]] = n_conditions
                    branch[1] += 1
                    conditions[n_conditions].step, conditions[n_conditions].above = at, -1
                    conditions[n_conditions].depth = 0
                    n_conditions += 1
                state[level] = state[level - 1]
                if not step.above:
                    state[level, slot, 0], state[level, slot, 1], state[level, slot, 2] = step.player, 0, 0
                state[level, slot, 1] |= 1 << bit_of[level]
                if step.goes_left:
                    state[level, slot, 2] |= 1 << bit_of[level]
            if step.leaf >= 0:
                leaves[n_leaves, 0], leaves[n_leaves, 1] = at, n_branches - 1
                asked[n_leaves] = state[level]
                n_leaves += 1
    return n_conditions, n_branches


@part
def _ask_of_path(
    steps: np.ndarray,
    path: np.ndarray,
    level: Any,
    conditions: np.ndarray,
    n_conditions: int,
    condition_of: np.ndarray,
    last: np.ndarray,
) -> int:
    """Write the conditions of a path that are not there yet, and the last step of each slot; return how many are."""
    for above in range(1, level + 1):
        one = path[above]
        last[steps[one].slot] = one
        if condition_of[one] < 0:
            over = condition_of[path[steps[one].above]] if steps[one].above else np.int64(-1)
            conditions[n_conditions].step, conditions[n_conditions].above = one, over
            conditions[n_conditions].depth = conditions[over].depth + 1 if over >= 0 else 0
            condition_of[one] = n_conditions
            n_conditions += 1
    return n_conditions


@part
def _longer(array: np.ndarray) -> np.ndarray:
    found = np.empty(2 * len(array), np.int64)
    for at in range(len(array)):
        found[at] = array[at]
    return found


@part
def _is_in_set(step: Any, x: float, words: np.ndarray, word_starts: np.ndarray) -> bool:
    if np.isnan(x):
        return step.missing_left  # type: ignore[no-any-return]
    start = word_starts[step.category_set]
    n_codes = 32 * (word_starts[step.category_set + 1] - start)
    if x <= -1 or x >= n_codes:
        return False
    code = int(x)
    return (words[start + code // 32] >> np.uint32(code % 32)) & np.uint32(1) == 1  # type: ignore[no-any-return]


@part
def _goes_left(step: Any, x: float, words: np.ndarray, word_starts: np.ndarray) -> bool:
    if step.category_set >= 0:
        return _is_in_set(step, x, words, word_starts)
    return x <= step.threshold or (step.missing_left and np.isnan(x))  # type: ignore[no-any-return]


@part
def _take(step: Any, columns: np.ndarray, words: np.ndarray, word_starts: np.ndarray, goes: np.ndarray) -> None:
    """Write 1 for each row that takes a step, and all those above it of the same player; 0 for the others."""
    level, above, feature = np.int64(step.level), np.int64(step.above), np.int64(step.feature)
    threshold, goes_left, missing_left = step.threshold, step.goes_left, step.missing_left
    if step.category_set >= 0:
        for i in range(columns.shape[1]):
            left = _is_in_set(step, columns[feature, i], words, word_starts)
            goes[level, i] = goes[above, i] if left == goes_left else 0.0
    elif missing_left:
        for i in range(columns.shape[1]):
            goes[level, i] = goes[above, i] if (not columns[feature, i] > threshold) == goes_left else 0.0
    else:
        for i in range(columns.shape[1]):
            goes[level, i] = goes[above, i] if (columns[feature, i] <= threshold) == goes_left else 0.0


@compiled
def add_path_values(  # noqa: C901, PLR0912, PLR0915 one loop: what is done at a step is too little for more functions
    paths: Paths,
    rule: tuple[np.ndarray, np.ndarray],
    places: np.ndarray,
    columns: np.ndarray,
    phi: np.ndarray,
) -> None:
    """Add path-dependent Shapley values of rows to `phi` of shape (outputs, players, rows).

    Parameters
    ----------
    paths
        The steps of all trees; for each tree its first step, behind its last, the first output that it adds to, the
        deepest level and the most slots; what leaves pay; and the sets of categories as an ensemble has them.
    rule
        In row n the points on [0, 1] of the rule of n points, and its weights divided by 1 - t.
    places
        Where in `phi` an output is, -1 where it is not wanted.
    columns
        Of shape (features, rows): what the trees compare.

    Notes
    -----
    The factor of a player with a share z is t + (1 - t) z where the row takes its steps, else (1 - t) z; a step's
    replaces that of the step above. On the way down factors are multiplied. On the way up what leaves pay is summed,
    and of that a step's player gets 1 / (t + (1 - t) z) where the row takes the step, less the same of the step above.
    """
    steps, trees, leaf_values, words, word_starts = paths
    points, weights = rule
    n_rows, most = columns.shape[1], points.shape[1]
    n_levels = _most(trees, 3)
    goes, inverse = np.ones((n_levels, n_rows)), np.ones((n_levels, most))
    products, sums = np.ones((n_levels, most, n_rows)), np.zeros((n_levels, most, n_rows))
    path = np.zeros(n_levels, np.int64)
    for tree in range(len(trees)):
        stop, n = trees[tree, 1], (trees[tree, 4] + 1) // 2
        for k in range(leaf_values.shape[1]):
            place = places[trees[tree, 2] + k]
            if place < 0:
                continue
            top, at = np.int64(0), trees[tree, 0]
            while at < stop:
                step = steps[at]
                level, above, player = np.int64(step.level), np.int64(step.above), np.int64(step.player)
                up = level - 1
                while top >= level:
                    _sum_up(steps[path[top]], n, goes, inverse, sums, phi, place)
                    top -= 1
                _take(step, columns, words, word_starts, goes)
                never, share = step.part, step.share
                if step.leaf < 0:
                    path[level], top = at, level
                    for q in range(n):
                        t, loss = points[n, q], inverse[above, q]
                        no = (1 - t) * share
                        inverse[level, q] = 1 / (t + no)
                        drop, rise = no * loss - never, t * loss
                        if above:
                            for i in range(n_rows):
                                factor = never + goes[above, i] * drop + goes[level, i] * rise
                                products[level, q, i] = products[up, q, i] * factor
                                sums[level, q, i] = 0.0
                        else:
                            for i in range(n_rows):
                                products[level, q, i] = products[up, q, i] * (no + goes[level, i] * rise)
                                sums[level, q, i] = 0.0
                elif step.goes_left and steps[at + 1].level == level and steps[at + 1].leaf >= 0:
                    # Two leaves of one node: each row takes one of the steps, or none as it is off the path already.
                    at += 1
                    here, never_too, share_too = leaf_values[step.leaf, k], steps[at].part, steps[at].share
                    there = leaf_values[steps[at].leaf, k]
                    top = up
                    for q in range(n):
                        t, w, loss = points[n, q], weights[n, q], inverse[above, q]
                        rise, no = t * loss, (1 - t) * loss
                        off = w * (here * never + there * never_too)
                        right = w * (here * (no * share - never) + there * (no * share_too - never_too + rise))
                        left = w * (here - there) * rise
                        gain_right, gain_left = loss * (w * there - off - right), loss * (w * (here - there) - left)
                        if above:
                            for i in range(n_rows):
                                product, old, new = products[up, q, i], goes[above, i], goes[level, i]
                                sums[up, q, i] += product * (off + old * right + new * left)
                                phi[place, player, i] += product * (old * gain_right + new * gain_left)
                        else:
                            right += off
                            for i in range(n_rows):
                                product, new = products[up, q, i], goes[level, i]
                                sums[up, q, i] += product * (right + new * left)
                                phi[place, player, i] += product * (gain_right + new * gain_left)
                else:
                    top = up
                    for q in range(n):
                        t, loss, value = points[n, q], inverse[above, q], leaf_values[step.leaf, k] * weights[n, q]
                        no = (1 - t) * share
                        gain, drop, rise = 1 / (t + no), no * loss - never, t * loss
                        for i in range(n_rows):
                            old, new = goes[above, i], goes[level, i]
                            pays = value * products[up, q, i] * (never + old * drop + new * rise)
                            sums[up, q, i] += pays
                            phi[place, player, i] += pays * (new * gain - old * loss)
                at += 1
            while top > 0:
                _sum_up(steps[path[top]], n, goes, inverse, sums, phi, place)
                top -= 1


@part
def _sum_up(
    step: Any, n_points: int, goes: np.ndarray, inverse: np.ndarray, sums: np.ndarray, phi: np.ndarray, place: int
) -> None:
    """Give a step's player its part of the leaves below, and these to the step before it."""
    level, above, player = np.int64(step.level), np.int64(step.above), np.int64(step.player)
    up = level - 1
    for q in range(n_points):
        gain, loss = inverse[level, q], inverse[above, q]
        if above:
            for i in range(goes.shape[1]):
                sums[up, q, i] += sums[level, q, i]
                phi[place, player, i] += sums[level, q, i] * (goes[level, i] * gain - goes[above, i] * loss)
        else:
            for i in range(goes.shape[1]):
                sums[up, q, i] += sums[level, q, i]
                phi[place, player, i] += sums[level, q, i] * (goes[level, i] * gain - 1)


@compiled
def add_path_values_singly(  # noqa: C901 as above
    paths: Paths, rule: tuple[np.ndarray, np.ndarray], places: np.ndarray, columns: np.ndarray, phi: np.ndarray
) -> None:
    """Do as `add_path_values` does, which takes as long for one row as for some."""
    steps, trees, leaf_values, words, word_starts = paths
    points, weights = rule
    n_levels, most = _most(trees, 3), points.shape[1]
    goes, inverse = np.ones(n_levels, np.bool_), np.ones((n_levels, most))
    products, sums = np.ones((n_levels, most)), np.zeros((n_levels, most))
    path = np.zeros(n_levels, np.int64)
    for row in range(columns.shape[1]):
        for tree in range(len(trees)):
            stop, n = trees[tree, 1], (trees[tree, 4] + 1) // 2
            for k in range(leaf_values.shape[1]):
                place = places[trees[tree, 2] + k]
                if place < 0:
                    continue
                top, at = np.int64(0), trees[tree, 0]
                while at <= stop:
                    level = np.int64(steps[at].level if at < stop else 1)
                    while top >= level:
                        above, gain = np.int64(steps[path[top]].above), 0.0
                        for q in range(n):
                            pays = sums[top, q]
                            sums[top - 1, q] += pays
                            gain += pays * (goes[top] * inverse[top, q] - goes[above] * inverse[above, q])
                        phi[place, steps[path[top]].player, row] += gain
                        top -= 1
                    if at == stop:
                        break
                    step = steps[at]
                    above, feature, share = np.int64(step.above), np.int64(step.feature), step.share
                    left = _goes_left(step, columns[feature, row], words, word_starts)
                    goes[level] = goes[above] and left == step.goes_left
                    yes, path[level], top = 1.0 if goes[level] else 0.0, at, level
                    for q in range(n):
                        t = points[n, q]
                        no = (1 - t) * share
                        inverse[level, q] = 1 / (t + no)
                        factor = (no + yes * t) * inverse[above, q] if goes[above] else step.part
                        products[level, q] = products[level - 1, q] * factor
                        sums[level, q] = 0.0
                    if step.leaf >= 0:
                        for q in range(n):
                            sums[level, q] = products[level, q] * leaf_values[step.leaf, k] * weights[n, q]
                    at += 1


@compiled
def add_path_interactions(  # noqa: C901 (as above)
    paths: Paths,
    rule: tuple[np.ndarray, np.ndarray],
    places: np.ndarray,
    columns: np.ndarray,
    found: np.ndarray,
) -> None:
    """Add path-dependent interactions of two players to `found` of shape (outputs, players, players, rows).

    Arguments are those of `add_path_values`, but the weights of `rule` are its own. Written is where the first
    player has the higher position; half of what two players do together belongs there.
    """
    steps, trees, leaf_values, words, word_starts = paths
    points, weights = rule
    n_rows, most = columns.shape[1], points.shape[1]
    n_levels = _most(trees, 3)
    n_slots = _most(trees, 4)
    goes = np.ones((n_levels, n_rows))
    last, players = np.zeros(n_slots, np.int64), np.zeros(n_slots, np.int64)
    shares, path = np.ones(n_slots), np.zeros(n_levels, np.int64)
    parts = np.zeros((n_slots, most))
    for tree in range(len(trees)):
        for at in range(trees[tree, 0], trees[tree, 1]):
            step = steps[at]
            path[step.level] = at
            _take(step, columns, words, word_starts, goes)
            if step.leaf < 0 or step.slots < 2:
                continue
            for level in range(1, step.level + 1):
                on_path = steps[path[level]]
                last[on_path.slot], players[on_path.slot] = level, on_path.player
                shares[on_path.slot] = on_path.share
            n = step.slots // 2
            for i in range(n_rows):
                for q in range(n):
                    product = weights[n, q]
                    for s in range(step.slots):
                        p, z = goes[last[s], i], shares[s]
                        factor = points[n, q] * p + (1 - points[n, q]) * z
                        product *= factor
                        parts[s, q] = (p - z) / factor if factor > 0 else 0.0
                    for s in range(step.slots):
                        for other in range(s):
                            both = 0.5 * product * parts[s, q] * parts[other, q]
                            high, low = max(players[s], players[other]), min(players[s], players[other])
                            for k in range(leaf_values.shape[1]):
                                if places[trees[tree, 2] + k] >= 0:
                                    place = places[trees[tree, 2] + k]
                                    found[place, high, low, i] += both * leaf_values[step.leaf, k]


@part
def _follow(step: Any, columns: np.ndarray, words: np.ndarray, word_starts: np.ndarray, patterns: np.ndarray) -> None:
    """Write for each row which players of a path let it through so far, a bit for each slot."""
    level, feature = np.int64(step.level), np.int64(step.feature)
    threshold, goes_left, missing_left = step.threshold, step.goes_left, step.missing_left
    bit = np.uint64(1) << np.uint64(step.slot)
    new = np.uint64(0) if step.above else bit
    up, off = level - 1, ~bit
    if step.category_set >= 0:
        for i in range(columns.shape[1]):
            left = _is_in_set(step, columns[feature, i], words, word_starts)
            before = patterns[up, i] | new
            patterns[level, i] = before if left == goes_left else before & off
    elif missing_left:
        for i in range(columns.shape[1]):
            before = patterns[up, i] | new
            patterns[level, i] = before if (not columns[feature, i] > threshold) == goes_left else before & off
    else:
        for i in range(columns.shape[1]):
            before = patterns[up, i] | new
            patterns[level, i] = before if (columns[feature, i] <= threshold) == goes_left else before & off


@part
def _weigh_by_shares(steps: np.ndarray, path: np.ndarray, leaf: Any, shares: np.ndarray, counts: np.ndarray) -> None:
    """Write how likely each pattern is where the players of a path let rows through independently, by their shares."""
    for level in range(1, leaf.level + 1):
        shares[steps[path[level]].slot] = steps[path[level]].share
    counts[0] = 1.0
    for s in range(leaf.slots):
        for low in range(1 << s):
            counts[low + (1 << s)] = counts[low] * shares[s]
            counts[low] *= 1 - shares[s]


@compiled
def fill_tables(  # noqa: C901, PLR0912 (as above)
    paths: Paths,
    rule: tuple[np.ndarray, np.ndarray],
    background: tuple[np.ndarray, np.ndarray],
    starts: np.ndarray,
    tables: np.ndarray,
) -> None:
    """Write what a leaf of value 1 gives to each of its players, for every pattern of a row, in the mean background.

    That of a leaf begins at its place in `starts`, pattern by pattern; -1 is for a leaf without. `background` is
    columns of rows and their weights; without rows values are path-dependent, for which each step of a leaf's path is
    taken by its share of the background, whatever others it takes. Other arguments are as in `add_path_interactions`.

    Notes
    -----
    For one pattern of a row and one of the background the factor of a player is t where the row alone lets itself
    through, 1 - t where the background alone does, 1 where both and 0 where none do. What a sum over the background's
    patterns is for every pattern of a row is found player by player, in place.
    """
    their_columns, background_weights = background
    steps, trees, _, words, word_starts = paths
    points, weights = rule
    n_background = their_columns.shape[1]
    patterns = np.zeros((_most(trees, 3), n_background), np.uint64)
    path, shares = np.zeros(len(patterns), np.int64), np.ones(_most(trees, 4))
    for tree in range(len(trees)):
        for at in range(trees[tree, 0], trees[tree, 1]):
            step = steps[at]
            path[step.level] = at
            _follow(step, their_columns, words, word_starts, patterns)
            if step.leaf < 0 or starts[step.leaf] < 0:
                continue
            start, n, size = starts[step.leaf], np.int64(step.slots), 1 << np.int64(step.slots)
            counts, sums = np.zeros(size), np.zeros(size)
            for i in range(n_background):
                counts[patterns[step.level, i]] += background_weights[i]
            if n_background == 0:
                _weigh_by_shares(steps, path, step, shares, counts)
            n_points = (n + 1) // 2
            for q in range(n_points):
                t, w = points[n_points, q], weights[n_points, q]
                for pattern in range(size):
                    sums[pattern] = counts[pattern]
                for s in range(n):
                    half = 1 << s
                    for block in range(0, size, 2 * half):
                        for low in range(block, block + half):
                            sums[low], sums[low + half] = (1 - t) * sums[low + half], t * sums[low] + sums[low + half]
                for s in range(n):
                    half = 1 << s
                    for block in range(0, size, 2 * half):
                        for low in range(block, block + half):
                            without = sums[low] / (1 - t)
                            tables[start + low * n + s] -= w * without
                            tables[start + (low + half) * n + s] += w * (sums[low + half] - without) / t


@compiled
def add_table_values(  # noqa: C901, PLR0912 (as above)
    paths: Paths,
    tables: tuple[np.ndarray, np.ndarray],
    fractions: np.ndarray,
    background: tuple[np.ndarray, np.ndarray],
    places: np.ndarray,
    columns: np.ndarray,
    phi: np.ndarray,
) -> None:
    """Add interventional Shapley values of rows to `phi` of shape (outputs, players, rows).

    Leaves with a table look them up there. The others, with long paths, bring together the patterns that rows have with
    those that the background has. `tables` is where each leaf's begins, and all of them. `fractions[a, b]` is
    (a - 1)! b! / (a + b)!. Other arguments are as before; the last column of trees has how many leaves have no table.
    """
    their_columns, background_weights = background
    starts, contents = tables
    steps, trees, leaf_values, words, word_starts = paths
    n_rows, n_levels = columns.shape[1], _most(trees, 3)
    n_slots = _most(trees, 4)
    patterns = np.zeros((n_levels, n_rows), np.uint64)
    theirs = np.zeros((n_levels, their_columns.shape[1]), np.uint64)
    players = np.zeros(n_slots, np.int64)
    at_row, ones = np.zeros(n_rows, np.uint64), np.ones(n_rows)
    kinds, kind_of, weight_of = np.zeros(n_rows, np.uint64), np.zeros(n_rows, np.int64), np.zeros(n_rows)
    their_kinds, their_kind_of = np.zeros(their_columns.shape[1], np.uint64), np.zeros(their_columns.shape[1], np.int64)
    their_weights = np.zeros(their_columns.shape[1])
    n_keys = 16
    while n_keys < 2 * max(n_rows, their_columns.shape[1]):
        n_keys *= 2
    keys, given = np.zeros(n_keys, np.int64), np.zeros((n_rows, n_slots))
    for tree in range(len(trees)):
        is_long = trees[tree, 5] > 0
        for at in range(trees[tree, 0], trees[tree, 1]):
            step = steps[at]
            level, n = np.int64(step.level), np.int64(step.slots)
            players[step.slot] = step.player
            _follow(step, columns, words, word_starts, patterns)
            if is_long:
                _follow(step, their_columns, words, word_starts, theirs)
            if step.leaf < 0:
                continue
            start = starts[step.leaf]
            if start >= 0:
                for k in range(leaf_values.shape[1]):
                    place, value = places[trees[tree, 2] + k], leaf_values[step.leaf, k]
                    if place < 0:
                        continue
                    for i in range(n_rows):
                        at_row[i] = np.uint64(start) + patterns[level, i] * np.uint64(n)
                    for s in range(n):
                        player = players[s]
                        for i in range(n_rows):
                            phi[place, player, i] += value * contents[at_row[i] + np.uint64(s)]
                continue
            n_kinds = _gather(patterns[level], ones, kinds, kind_of, weight_of, keys)
            n_theirs = _gather(theirs[level], background_weights, their_kinds, their_kind_of, their_weights, keys)
            _meet(kinds[:n_kinds], their_kinds[:n_theirs], their_weights, n, fractions, weight_of, given)
            for i in range(n_rows):
                kind = kind_of[i]
                if weight_of[kind] > 0:  # it meets some
                    for k in range(leaf_values.shape[1]):
                        place = places[trees[tree, 2] + k]
                        if place >= 0:
                            for s in range(n):
                                phi[place, players[s], i] += leaf_values[step.leaf, k] * given[kind, s]


@compiled
def add_table_values_singly(  # noqa: C901 (as above)
    paths: Paths, tables: tuple[np.ndarray, np.ndarray], places: np.ndarray, columns: np.ndarray, phi: np.ndarray
) -> float:
    """Do as `add_table_values` does, which takes as long for one row as for some; all leaves have tables.

    The tables lie far apart. Of a tree all that are needed are read at once, for memory answers many questions in the
    time of one; what is read then is returned, for the sake of being read.
    """
    starts, contents = tables
    steps, trees, leaf_values, words, word_starts = paths
    n_slots = _most(trees, 4)
    most = 1
    for tree in range(len(trees)):
        most = max(most, trees[tree, 1] - trees[tree, 0])
    patterns = np.zeros(_most(trees, 3), np.uint64)
    players, players_of = np.zeros(n_slots, np.int64), np.zeros((most, n_slots), np.int64)
    leaves, slots, begins = np.zeros(most, np.int64), np.zeros(most, np.int64), np.zeros(most, np.int64)
    read = 0.0
    for row in range(columns.shape[1]):
        for tree in range(len(trees)):
            n_leaves = 0
            for at in range(trees[tree, 0], trees[tree, 1]):
                step = steps[at]
                players[step.slot] = step.player
                bit = np.uint64(1) << np.uint64(step.slot)
                before = patterns[step.level - 1] | (np.uint64(0) if step.above else bit)
                takes = _goes_left(step, columns[step.feature, row], words, word_starts) == step.goes_left
                patterns[step.level] = before if takes else before & ~bit
                if step.leaf < 0:
                    continue
                n = np.int64(step.slots)
                leaves[n_leaves], slots[n_leaves] = step.leaf, n
                begins[n_leaves] = starts[step.leaf] + np.int64(patterns[step.level]) * n
                for s in range(n):
                    players_of[n_leaves, s] = players[s]
                n_leaves += 1
            for i in range(n_leaves):
                read += contents[begins[i]] + contents[begins[i] + slots[i] - 1]
            for k in range(leaf_values.shape[1]):
                place = places[trees[tree, 2] + k]
                if place < 0:
                    continue
                for i in range(n_leaves):
                    value = leaf_values[leaves[i], k]
                    for s in range(slots[i]):
                        phi[place, players_of[i, s], row] += value * contents[begins[i] + s]
    return read


@part
def _meet(
    kinds: np.ndarray,
    their_kinds: np.ndarray,
    their_weights: np.ndarray,
    n_slots: Any,
    fractions: np.ndarray,
    meets: np.ndarray,
    given: np.ndarray,
) -> None:
    """Write of each pattern whether one of the background completes it, and what that gives to each slot."""
    for kind in range(len(kinds)):
        meets[kind] = 0.0
        for s in range(n_slots):
            given[kind, s] = 0.0
        for other in range(len(their_kinds)):
            mine, its, a, b = _alone(kinds[kind], their_kinds[other], n_slots)
            if a < 0:
                continue
            meets[kind] = 1.0
            gain, loss = fractions[a, b] * their_weights[other], fractions[b, a] * their_weights[other]
            for s in range(n_slots):
                if _has(mine, s):
                    given[kind, s] += gain
                elif _has(its, s):
                    given[kind, s] -= loss


@part
def _gather(
    patterns: np.ndarray,
    weights: np.ndarray,
    kinds: np.ndarray,
    kind_of: np.ndarray,
    weight_of: np.ndarray,
    keys: np.ndarray,
) -> int:
    """Write the different patterns, which of them each is, and the sums of their weights; return how many there are."""
    for key in range(len(keys)):
        keys[key] = -1
    mask, n_kinds = np.uint64(len(keys) - 1), 0
    for i in range(len(patterns)):
        key = ((patterns[i] * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & mask
        while keys[key] >= 0 and kinds[keys[key]] != patterns[i]:
            key = (key + np.uint64(1)) & mask
        if keys[key] < 0:
            keys[key], kinds[n_kinds], weight_of[n_kinds] = n_kinds, patterns[i], 0.0
            n_kinds += 1
        kind_of[i] = keys[key]
        weight_of[keys[key]] += weights[i]
    return n_kinds


@part
def _alone(mine: Any, its: Any, n_slots: Any) -> tuple[Any, Any, int, int]:
    """Return which slots a row alone lets itself through, which a background row alone, and how many these are.

    -1 are those of two rows that do not complete each other.
    """
    if mine | its != ~np.uint64(0) >> np.uint64(64 - n_slots):
        return mine, its, -1, -1
    return mine & ~its, its & ~mine, _ones(mine & ~its), _ones(its & ~mine)


@part
def _ones(bits: Any) -> int:
    n = 0
    while bits:
        bits &= bits - np.uint64(1)
        n += 1
    return n


@part
def _has(bits: Any, slot: int) -> bool:
    return (bits >> np.uint64(slot)) & np.uint64(1) == 1  # type: ignore[no-any-return]


@compiled
def add_pair_values(  # noqa: C901 (as above)
    paths: Paths,
    fractions: np.ndarray,
    background: np.ndarray,
    scales: np.ndarray,
    places: np.ndarray,
    columns: np.ndarray,
    phi: np.ndarray,
) -> None:
    """Add Shapley values of rows, each against one row of the background alone, times `scales`, to `phi`.

    `background` is its columns, `scales` of shape (outputs, background rows, rows); other arguments are as before.
    """
    steps, trees, leaf_values, words, word_starts = paths
    n_rows, n_levels = columns.shape[1], _most(trees, 3)
    patterns = np.zeros((n_levels, n_rows), np.uint64)
    theirs = np.zeros((n_levels, background.shape[1]), np.uint64)
    players = np.zeros(_most(trees, 4), np.int64)
    for tree in range(len(trees)):
        for at in range(trees[tree, 0], trees[tree, 1]):
            step = steps[at]
            level, n = np.int64(step.level), np.int64(step.slots)
            players[step.slot] = step.player
            _follow(step, columns, words, word_starts, patterns)
            _follow(step, background, words, word_starts, theirs)
            if step.leaf < 0:
                continue
            for j in range(background.shape[1]):
                for i in range(n_rows):
                    mine, its, a, b = _alone(patterns[level, i], theirs[level, j], n)
                    if a < 0:
                        continue
                    for k in range(leaf_values.shape[1]):
                        place = places[trees[tree, 2] + k]
                        if place < 0:
                            continue
                        value = leaf_values[step.leaf, k] * scales[place, j, i]
                        for s in range(n):
                            if _has(mine, s):
                                phi[place, players[s], i] += value * fractions[a, b]
                            elif _has(its, s):
                                phi[place, players[s], i] -= value * fractions[b, a]


@compiled
def add_pair_interactions(  # noqa: C901, PLR0912 (as above)
    paths: Paths,
    fractions: np.ndarray,
    background: tuple[np.ndarray, np.ndarray],
    places: np.ndarray,
    columns: np.ndarray,
    found: np.ndarray,
) -> None:
    """Add interventional interactions of two players to `found`; see `add_path_interactions`.

    Two players that let the row through alone, n of them and m of the background, have (n - 2)! m! / (n + m - 1)! of
    a leaf's value; one of each has -(n - 1)! (m - 1)! / (n + m - 1)!.
    """
    their_columns, background_weights = background
    steps, trees, leaf_values, words, word_starts = paths
    n_rows, n_levels = columns.shape[1], _most(trees, 3)
    patterns = np.zeros((n_levels, n_rows), np.uint64)
    theirs = np.zeros((n_levels, their_columns.shape[1]), np.uint64)
    players = np.zeros(_most(trees, 4), np.int64)
    for tree in range(len(trees)):
        for at in range(trees[tree, 0], trees[tree, 1]):
            step = steps[at]
            level, n = np.int64(step.level), np.int64(step.slots)
            players[step.slot] = step.player
            _follow(step, columns, words, word_starts, patterns)
            _follow(step, their_columns, words, word_starts, theirs)
            if step.leaf < 0 or n < 2:
                continue
            for j in range(their_columns.shape[1]):
                for i in range(n_rows):
                    mine, its, a, b = _alone(patterns[level, i], theirs[level, j], n)
                    if a < 0:
                        continue
                    for s in range(n):
                        for other in range(s):
                            if _has(mine, s) and _has(mine, other):
                                weight = fractions[a - 1, b]
                            elif _has(its, s) and _has(its, other):
                                weight = fractions[b - 1, a]
                            elif _has(mine | its, s) and _has(mine | its, other):
                                weight = -fractions[a, b - 1]
                            else:
                                continue
                            weight *= 0.5 * background_weights[j]
                            high, low = max(players[s], players[other]), min(players[s], players[other])
                            for k in range(leaf_values.shape[1]):
                                place = places[trees[tree, 2] + k]
                                if place >= 0:
                                    found[place, high, low, i] += weight * leaf_values[step.leaf, k]
