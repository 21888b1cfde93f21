"""Shapley values of trees on a torch device: a row's state in each branch of a tree is looked up, and added."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...models import InputError
from ...models.memory import has_room, rows_at_once
from .tree_branches import Branches
from .tree_tables import filled_tables, table_starts

if TYPE_CHECKING:
    import torch

    from .tree_paths import TreePaths
    from .tree_tables import Background

_MOST_BITS = (10, 8, 6, 0)  # of a branch's state: fewer where tables would not fit
_LONGEST = 30  # path, in features
_FILLED_AT_ONCE = 1 << 22  # numbers of tables
_MOST_NUMBERS = 2**31 - 1  # of one tensor: more are counted in 64 bits, which is slower


def checked_device(device: Any) -> str | None:
    """Return the name of a torch device that computes in float64; None for none.

    Raises
    ------
    InputError
        Where there is no such device here, or it has no float64.
    """
    if device is None:
        return None
    import torch

    try:
        torch.zeros(1, dtype=torch.float64, device=device).cpu()
    except Exception as error:  # noqa: BLE001 (each kind of device has its own)
        raise InputError(
            "This device cannot be used.",
            given=f"device={device!r}: {str(error).splitlines()[0]}",
            expected='a torch device of this machine that computes in float64, as "cuda" or "cpu"',
            do="leave device out, for values computed without torch",
        ) from None
    return str(torch.device(device))


def check_room(paths: TreePaths, device: str) -> None:
    """Raise InputError where the tables of an ensemble do not fit on a device, or in memory, however trees are cut."""
    import torch

    slots = paths.steps["slots"][paths.steps["leaf"] >= 0]
    size = _row_size(paths) * int((np.int64(1) << np.minimum(slots, _LONGEST).astype(np.int64)).sum())
    if paths.most_slots > _LONGEST or not all(has_room(size, torch.device(place)) for place in (device, "cpu")):
        raise InputError(
            "The tables of these trees do not fit.",
            given=f"{len(slots):,} leaves, with paths that ask for up to {paths.most_slots} features, on {device}",
            expected=f"tables of a quarter of the free memory, and paths of {_LONGEST} features, at most",
            do="leave device out: the processor needs no tables of long paths",
        )


def _row_size(paths: TreePaths) -> int:
    """Return how many bytes tables have for each state."""
    return 8 * (paths.n_players + 1) * min(int(paths.ensemble.values.shape[1]), len(paths.wanted))


class _Conditions:
    """What the states of rows are made of, asked of many rows at once.

    A value goes left where it is at most the threshold. What is missing is never, or in the second half of the columns,
    where it stands for less than any number, always.
    """

    def __init__(self, paths: TreePaths, conditions: np.ndarray, device: str) -> None:
        steps, ensemble = paths.steps[conditions["step"]], paths.ensemble
        missing_left, sets = steps["missing_left"], steps["category_set"]
        self._columns = _sent(steps["feature"] + ensemble.n_features * missing_left, device)
        self._thresholds = _sent(steps["threshold"][:, None], device)
        self._goes_right = _sent(~steps["goes_left"][:, None], device)
        self._of_sets = of_sets = _sent(np.flatnonzero(sets >= 0), device)
        self._missing_left = _sent(missing_left[:, None], device)[of_sets]
        self._features = _sent(steps["feature"], device)[of_sets]
        self._words = _sent(ensemble.words.astype(np.int64), device)
        starts = ensemble.word_starts[np.maximum(sets, 0)[:, None] + [0, 1]] if (sets >= 0).any() else np.zeros((0, 2))
        self._word_starts = _sent(starts.astype(np.int64), device)
        depths = range(1, int(conditions["depth"].max(initial=0)) + 1)
        below = [np.flatnonzero(conditions["depth"] == depth) for depth in depths]
        self._chained = [(_sent(each, device), _sent(conditions["above"][each], device)) for each in below]

    def hold(self, columns: torch.Tensor) -> torch.Tensor:
        """Return which conditions hold for rows, of shape (conditions and one that never holds, rows)."""
        import torch

        missing = columns.isnan()
        both = torch.cat([columns, columns.masked_fill(missing, -torch.inf)])
        n_conditions = len(self._columns)
        holds = torch.zeros((n_conditions + 1, columns.shape[1]), dtype=torch.bool, device=columns.device)
        torch.le(both.index_select(0, self._columns), self._thresholds, out=holds[:n_conditions])
        if len(self._of_sets):
            holds[self._of_sets] = self._in_sets(columns.index_select(0, self._features))
        holds[:n_conditions] ^= self._goes_right
        for some, above in self._chained:  # from the top down
            holds[some] &= holds.index_select(0, above)
        return holds

    def _in_sets(self, codes: torch.Tensor) -> torch.Tensor:
        """Return which codes go left at nodes with sets of categories."""
        first, behind = self._word_starts[self._of_sets].T[..., None]
        within = (codes > -1) & (codes < 32 * (behind - first))
        code = codes.where(within, 0).long()
        words = self._words[(first + (code >> 5)).where(within, 0)]
        goes: torch.Tensor = ((words >> (code & 31)) & 1).bool() & within
        return goes | (codes.isnan() & self._missing_left)


def _patterns(states: torch.Tensor, asked: torch.Tensor) -> torch.Tensor:
    """Return which players of the paths to leaves let rows through, of shape (leaves, states), a bit for each."""
    import torch

    patterns = torch.zeros((len(asked), len(states)), dtype=torch.int64, device=states.device)
    for slot, (_, taken, wanted) in enumerate(asked.permute(1, 2, 0)[..., None]):
        patterns += ((states & taken) == wanted).long() << slot
    return patterns


def _sent(array: np.ndarray, device: str) -> torch.Tensor:
    import torch

    return torch.from_numpy(np.ascontiguousarray(array)).to(device)


@dataclass(frozen=True, eq=False)
class TorchTables:
    """What rows find in tables on a torch device, all in float64.

    A row's state in a branch of a tree, see `tree_kernels.lay_branches`, is all that its Shapley values there depend
    on. For each state a table has the sums over the branch's leaves: a value for each player and, last, what the leaf
    that the row comes to adds. A row's values are sums over branches, which one kernel looks up and adds.

    Parameters
    ----------
    paths : TreePaths
        For which `check_room` passes.
    background : Background or None
        None for path-dependent values.
    device : str
        See `checked_device`.
    """

    paths: TreePaths
    background: Background | None
    device: str

    def values_and_sums(self, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return Shapley values of rows, of shape (rows, players, outputs), and what the trees add up to for them.

        Rows are sent to the device once, and what is found comes back once for as many as fit.
        """
        import torch

        n_rows = columns.shape[1]
        found = np.empty((n_rows, self.paths.n_players + 1, len(self.paths.wanted)))
        given = torch.from_numpy(columns).to(self.device)
        _, most = rows_at_once(torch.device(self.device), self._row_bytes)
        most = max(1, min(most, _MOST_NUMBERS // self._row_numbers))
        for first in range(0, n_rows, most):
            rows = slice(first, first + most)
            torch.from_numpy(found[rows]).copy_(self._looked_up(given[:, rows]))
        return found[:, :-1], found[:, -1] + self._offset

    def _looked_up(self, columns: torch.Tensor) -> torch.Tensor:
        import torch

        states = self._states(columns)
        shape = columns.shape[1], self.paths.n_players + 1, len(self.paths.wanted)
        found = torch.zeros(shape, dtype=torch.float64, device=self.device)
        for place, (branches, starts) in enumerate(self._entries):
            if len(branches):
                at = states.index_select(0, branches).add_(starts[:, None])
                found[..., place] = torch.nn.functional.embedding_bag(at.T.contiguous(), self._table, mode="sum")
        return found

    def _states(self, columns: torch.Tensor) -> torch.Tensor:
        """Return the states of rows, of shape (branches, rows)."""
        import torch

        holds = self._conditions.hold(columns)
        states = torch.zeros((self._bits.shape[1], columns.shape[1]), dtype=torch.int32, device=self.device)
        for bit, conditions in enumerate(self._bits):
            states.add_(holds.index_select(0, conditions), alpha=1 << bit)
        return states

    @functools.cached_property
    def _branches(self) -> Branches:
        import torch

        for most_bits in _MOST_BITS:
            branches = Branches.of(self.paths, most_bits)
            if has_room(_row_size(self.paths) * int(branches.sizes.sum()), torch.device(self.device)):
                break
        return branches

    @functools.cached_property
    def _conditions(self) -> _Conditions:
        return _Conditions(self.paths, self._branches.conditions, self.device)

    @functools.cached_property
    def _bits(self) -> torch.Tensor:
        """Which condition each bit of each branch's state is; the last, which never holds, where there are fewer."""
        bits = self._branches.bits[:, : self._branches.n_bits.max(initial=0)].T
        return _sent(np.where(bits < 0, len(self._branches.conditions), bits), self.device)

    @functools.cached_property
    def _starts(self) -> np.ndarray:
        """Where in the table each branch begins for each column of the leaves' values; -1 where that is not wanted."""
        sizes = np.where(self._places_of(self._branches.trees) >= 0, self._branches.sizes, 0)
        starts = (np.cumsum(sizes) - sizes.ravel()).reshape(sizes.shape)
        return np.where(sizes > 0, starts, -1)

    def _places_of(self, trees: np.ndarray) -> np.ndarray:
        """Return where in what is found each column of the values of trees' leaves is, of shape (columns, trees)."""
        columns = np.arange(self.paths.ensemble.values.shape[1])
        return np.asarray(self.paths.places[self.paths.trees[trees, 2] + columns[:, None]])

    @functools.cached_property
    def _entries(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """For each output the branches that add to it, and where in the table these begin."""
        places = self._places_of(self._branches.trees)
        found = []
        for place in range(len(self.paths.wanted)):
            columns, branches = np.nonzero(places == place)
            starts = self._starts[columns, branches].astype(np.int32)
            found.append((_sent(branches, self.device), _sent(starts, self.device)))
        return found

    @functools.cached_property
    def _table(self) -> torch.Tensor:
        """For each state of each branch a value for each player, and what the trees add up to."""
        import torch

        branches, ensemble, device = self._branches, self.paths.ensemble, self.device
        width, n_rows = self.paths.n_players + 1, int(np.where(self._starts >= 0, branches.sizes, 0).sum())
        table = torch.zeros(n_rows * width, dtype=torch.float64, device=device)
        leaf_starts = table_starts(self.paths, self.paths.most_slots)
        contents = _sent(filled_tables(self.paths, leaf_starts, self.background), device)
        for n_bits, n_slots, some in branches.alike(_FILLED_AT_ONCE):
            steps, states = self.paths.steps[branches.steps[some]], torch.arange(1 << n_bits, device=device)
            asked = _sent(branches.asked[some], device)
            patterns = _patterns(states, asked[:, :n_slots])
            at = _sent(leaf_starts[steps["leaf"]], device)[:, None] + patterns * n_slots
            values = _sent(ensemble.values[steps["leaf"]] / ensemble.n_averaged, device)
            for column, starts in enumerate(self._starts[:, branches.of_leaf[some]]):
                wanted = _sent(np.flatnonzero(starts >= 0), device)
                rows = (_sent(starts, device)[:, None] + states)[wanted] * width
                value = values[wanted, column, None]
                for slot in range(n_slots):
                    found = value * contents[at[wanted] + slot]
                    table.index_add_(0, (rows + asked[wanted, slot, 0, None]).ravel(), found.ravel())
                reached = value * (patterns[wanted] == (1 << n_slots) - 1)
                table.index_add_(0, (rows + width - 1).ravel(), reached.ravel())
        return table.view(-1, width)

    @functools.cached_property
    def _offset(self) -> np.ndarray:
        """What is added to the sums of leaves."""
        return self.paths.ensemble.scores(self.paths.constants.copy())[list(self.paths.wanted)]

    @property
    def _row_numbers(self) -> int:
        """How many numbers the largest tensor has for a row."""
        found = (self.paths.n_players + 1) * max(2, len(self.paths.wanted))
        return max(len(self._branches.conditions) + 1, len(self._branches.trees), found)

    @property
    def _row_bytes(self) -> int:
        """How many bytes a row takes: a number, and what is asked of it, for each condition; four, for each branch."""
        found = 8 * (self.paths.n_players + 1) * (len(self.paths.wanted) + 3)
        return 10 * (len(self._branches.conditions) + 1) + 20 * len(self._branches.trees) + found
