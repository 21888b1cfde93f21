"""Exact Shapley values of trees, read from the trees themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import numpy as np

from ...models import ExplainedError, InputError, ModelError
from ...models.digests import digest
from ...models.tables import Table
from ...models.trees import is_of_a_library
from ..parts import Parts, finished
from ..proved import agree, some_rows, without_jobs
from ..tree_walk import TreeWalk, trees_of
from .background import Background
from .method import RowValues, ShapleyEstimate, ShapleyMethod, ShapleyState, Units
from .no_trees import no_trees
from .players import Players
from .sampled import FEW_ROWS
from .tree_links import Link, LogLoss, Probability, scales
from .tree_paths import TreePaths, are_apart
from .tree_tables import MOST_SLOTS, BackgroundTables
from .tree_torch import TorchTables, check_room, checked_device

if TYPE_CHECKING:
    from ...models.predictors import Predictor
    from ...models.trees import TreeEnsemble

ModelOutput = Literal["raw", "probability", "log_loss"]
_UNITS_OF_LINKS: dict[str, Units] = {"exp": "log_score", "sigmoid": "log_odds", "softmax": "softmax_logit"}
_MOST_PROVING = 64  # rows that the model is asked for, to prove the trees
_MOST_BYTES = 4 << 30  # of interactions
_CELLS_AT_ONCE = 1 << 20  # of a table, that are encoded
_BLOCK_BYTES = 64 << 20  # of those computed at once
_DEVICE_ROWS = 1 << 13  # that take a device little longer than one
_MOST_PAIRS = 1 << 22  # of rows and background rows, scaled at once


class TreeSHAP(ShapleyMethod[ShapleyState]):
    """Exact Shapley values of decision trees, forests and boosted trees, read off the paths to their leaves.

    Without background rows they are path-dependent: where a feature is not known both ways are taken, by the parts of
    the training data that took them. With background rows they are interventional: what is not known is taken from
    these rows, as with `ExactSHAP` and `KernelSHAP`. The two differ where features depend on each other.

    Sources: Lundberg, Erion, Chen et al. 2020, Nature Machine Intelligence 2, 56-67 (both kinds, interactions,
    rescaled outputs); Nadel, Wettenstein 2025, arXiv 2511.09376 (patterns of a row at a leaf); Owen 1972, Management
    Science 18(5) (the integral that gives path-dependent values).

    The values are those of the shap package, but for one case where they are not: where a path asks for a feature
    twice, shap 0.51's interventional values do not add up, and are far from what all coalitions give. To see it::

        X, y = sklearn.datasets.load_diabetes(return_X_y=True)
        model = RandomForestRegressor(50, max_depth=7, random_state=0).fit(X, y)
        explainer = shap.TreeExplainer(model, X[:100], feature_perturbation="interventional")
        values = explainer.shap_values(X, check_additivity=False)
        abs(values.sum(axis=1) + explainer.expected_value - model.predict(X)).max()  # more than 1, not 1e-12

    Parameters
    ----------
    model : estimator or Booster
        What `models.trees.read_trees` reads. Before any value is given the model itself predicts up to 64 rows from all
        over the table, which the trees have to predict alike. `outputs` and `gap` are then of what the trees add up to.
    background : table, int or Background, optional
        See `Background.of`. Where nothing is given and the trees do not say how much data took each way, up to 100 rows
        of the table explained.
    target : class or int, optional
        The class or the output to explain: by default the positive one of two classes, and all of more.
    model_output : {"raw", "probability", "log_loss"}, default "raw"
        What is explained: the sum of the trees, before any link; the probability of a class, or the loss of each row,
        -log of the probability of its true class. The last two need a background. As in the shap package the values
        against each background row are scaled so that they sum to the difference of the two probabilities, or losses.
    y : array-like of shape (rows,), optional
        For "log_loss" the true class of each row explained.
    seed : int, default 0
        Of the order of the rows, and of a background that is drawn.
    groups : dict of str to sequence of columns, optional
        Columns that are known or unknown together and share one value, by the group's name: those of one variable that
        was one-hot encoded, for instance. These are the values of a game of groups. The sum of what its columns get
        each by itself is another number.
    interactions : bool, default False
        Whether Shapley interaction values are given, of shape (features, features) for each row and output, groups in
        the place of their columns. What two features bring together beyond what each brings alone is shared equally by
        the two cells; the diagonal holds the rest, so that a feature's row sums to its Shapley value (Lundberg, Erion,
        Lee 2018, arXiv 1802.03888). Of the raw output alone, and up to 4 GiB.
    device : str or torch.device, optional
        Where raw values are computed: "cuda", or another torch device that has float64, from tables that are made
        once; by default on the processor, without torch, which is faster there than device="cpu". Both compute in
        float64 and differ by its rounding. InputError where tables of long paths do not fit. Interactions,
        probabilities and losses are computed on the processor, whatever the device.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeRegressor
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> model = DecisionTreeRegressor().fit(X, [0, 0, 0, 80])
    >>> TreeSHAP(model)(X).values
    array([[-10., -10.],
           [-30.,  10.],
           [ 10., -30.],
           [ 30.,  30.]])
    >>> TreeSHAP(model, interactions=True)(X).values[3]
    array([[20., 10.],
           [10., 20.]])
    """

    needs_background: ClassVar[bool] = False

    def __init__(
        self,
        model: Any,
        background: Any = None,
        *,
        target: Any = None,
        model_output: ModelOutput = "raw",
        y: Any = None,
        seed: int = 0,
        groups: Mapping[str, Sequence[Any]] | None = None,
        interactions: bool = False,
        device: Any = None,
    ) -> None:
        super().__init__(model, background, target=target, seed=seed, groups=groups)
        if model_output not in get_args(ModelOutput):
            raise InputError(
                "This output is not known.",
                given=f"model_output={model_output!r}",
                expected=f"one of {', '.join(get_args(ModelOutput))}",
                do="choose one",
            )
        if interactions and model_output != "raw":
            raise InputError(
                "Interactions are those of the raw output.",
                given=f"model_output={model_output!r}",
                expected='model_output="raw"',
                do="leave model_output out",
            )
        self.model_output = model_output
        self.y = y
        self.interactions = interactions
        self.device = checked_device(device)
        self._trees: TreeEnsemble | None = None
        self._games: tuple[tuple[str, ...], _Games] | None = None
        self._encoded: tuple[_Games, Table, np.ndarray, np.ndarray] | None = None
        self._proved = ""
        self._checked: tuple[TreeEnsemble | None, str] = (None, "")  # whose paths, and players

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_checked": (None, ""), "_trees": None, "_games": None, "_encoded": None, "_proved": ""}

    @property
    def name(self) -> str:
        return f"TreeSHAP, {'path-dependent' if self._background_is_none(self._read()) else 'interventional'}"

    @property
    def units(self) -> Units:
        if self.model_output != "raw":
            return self.model_output
        trees = self._read()
        if trees is None:
            return super().units
        if trees.link == "identity":
            return "score" if trees.classes is None else "probability"
        return _UNITS_OF_LINKS[trees.link] if trees.slope == 1 else "score"

    def understands(self, X: Any) -> bool:  # noqa: N803 (as everywhere)
        """Whether the trees can be read, and predict for rows of a table what the model itself predicts."""
        if not is_of_a_library(self.predictor.model):
            return False
        table, trees = Table.of(X), trees_of(self.predictor, self.predictor.fingerprint())
        if trees is None or trees.n_features != len(table.names) or not are_apart(trees):
            return False
        players = Players.of(table, self.groups)
        if not self._background_is_none(trees) and _most_asked(trees, players) > MOST_SLOTS:
            return False
        return TreeWalk(trees, self.predictor).knows(table) and self._predicts(trees, table, _proving_rows(table))

    def explain(self, X: Any) -> ShapleyEstimate[ShapleyState]:  # noqa: N803
        """Return the last estimate of `stream`.

        To look at a model takes longer than to explain a row: few rows are explained by the trees that are there, and
        then it is seen whether they are still the model's.
        """
        table = Table.of(X)
        if self._games is not None and self._standing is None and table.n_rows <= FEW_ROWS:
            try:
                return self._explained(self._start(table, self._games[0][0]))
            except ExplainedError:  # the model may have been fitted again since
                pass
        return super().explain(table)

    def _first_state(self, state: ShapleyState) -> ShapleyState:
        trees = self._trees_of(state.identity["model"])
        if trees is None:
            raise no_trees(self.predictor.model)
        self._check_columns(trees, state.table)
        if (trees, state.identity["features"]) != self._checked:
            self._check_paths(trees, state.players)
        self._trees, self._checked = trees, (trees, state.identity["features"])
        if state.background is None and not self._background_is_none(trees):
            background = Background.of(None, state.table, seed=self.seed)
            state = replace(
                state, background=background, identity=state.identity | {"background": background.fingerprint}
            )
        self._check(trees, state)
        if self.interactions:
            _check_size(state.table.n_rows, len(state.players), len(_wanted(trees, self.predictor)[0]))
        return state

    def _background(self, table: Table) -> Background | None:
        if self._given_background is None and self.model_output != "raw":
            raise InputError(
                f"A {self.model_output.replace('_', ' ')} is explained against background rows.",
                given="no background",
                expected="rows that stand in for what is not known",
                do="pass background=100 for so many rows of X, for instance",
            )
        return super()._background(table)

    def _settings(self) -> dict[str, Any]:
        y = "" if self.y is None else digest(np.asarray(self.y).tolist())
        return {"model_output": self.model_output, "y": y, "interactions": self.interactions}

    def _first_units(self) -> int:
        return 1 if self.device is None else _DEVICE_ROWS

    def _read(self) -> TreeEnsemble | None:
        """Return the trees of the last start, or those there are now."""
        return self._trees or trees_of(self.predictor, self.predictor.fingerprint())

    def _trees_of(self, model: str) -> TreeEnsemble | None:
        """Return the trees of the model with this fingerprint."""
        if self._games is not None and self._games[0][0] == model:
            return self._games[1].trees
        return trees_of(self.predictor, model)

    def _background_is_none(self, trees: TreeEnsemble | None) -> bool:
        """Whether values are path-dependent."""
        return self._given_background is None and trees is not None and trees.covers is not None

    def _check_paths(self, trees: TreeEnsemble, players: Players) -> None:
        if not are_apart(trees):
            raise InputError(
                "These trees have too many paths.",
                given=f"{type(self.predictor.model).__name__} fitted with zero_as_missing=True, which joins branches",
                expected="trees in which one way alone leads to a leaf",
                do="fit it with zero_as_missing=False, or use KernelSHAP, which asks any model",
            )
        if self.device is not None:
            check_room(TreePaths.of(trees, _wanted(trees, self.predictor)[0], players.of_columns), self.device)
        asked = 0 if self._background_is_none(trees) else _most_asked(trees, players)
        if asked > MOST_SLOTS:
            raise InputError(
                "The trees are too deep for background rows.",
                given=f"a path that asks for {asked} {'features' if players.single else 'groups and features'}",
                expected=f"at most {MOST_SLOTS}",
                do="leave the background out, or use KernelSHAP",
            )

    def _check_columns(self, trees: TreeEnsemble, table: Table) -> None:
        if trees.n_features != len(table.names):
            raise InputError(
                "The model was fitted on another number of columns.",
                given=f"a table of {len(table.names)} columns",
                expected=f"{trees.n_features} columns",
                do="pass the columns that the model was fitted on",
            )

    def _check(self, trees: TreeEnsemble, state: ShapleyState) -> None:
        walk = TreeWalk(trees, self.predictor)
        tables = [state.table] if state.background is None else [state.table, state.background.table]
        if not all(map(walk.knows, tables)):
            raise InputError(
                "There are categories that the model was not fitted on.",
                given="values of a column of categories that the model takes for others, or for none",
                expected="the categories of the training data",
                do="leave these rows out, or use KernelSHAP, which asks the model itself",
            )
        if self.model_output == "raw" or self._is_probability(trees):
            return
        if trees.link != "sigmoid":
            raise InputError(
                f"There is no {self.model_output.replace('_', ' ')} of this model to scale values to.",
                given=f"{type(self.predictor.model).__name__}, whose sums are no log-odds of two classes",
                expected="a boosted classifier of two classes",
                do='use model_output="raw", or KernelSHAP for probabilities',
            )
        if self.model_output == "log_loss":
            self._truth(trees, state.table.n_rows)

    def _is_probability(self, trees: TreeEnsemble) -> bool:
        """Whether a probability is what the trees add up to anyway."""
        return self.model_output == "probability" and trees.link == "identity" and trees.classes is not None

    def _truth(self, trees: TreeEnsemble, n_rows: int) -> np.ndarray:
        """Return 1 for each row that is of the positive class, 0 for the others."""
        classes = np.array([0, 1]) if trees.classes is None else trees.classes
        y = None if self.y is None else np.asarray(self.y)
        known = set(classes.tolist())
        others = [] if y is None else [value for value in np.ravel(y).tolist() if value not in known]
        if y is None or y.shape != (n_rows,) or others:
            told = "".join(f", among them {', '.join(dict.fromkeys(map(repr, others[:5])))}" for _ in others[:1])
            raise InputError(
                "A loss needs the true class of each row.",
                given="no y" if y is None else f"y of shape {y.shape}{told}",
                expected=f"{n_rows} values, each {' or '.join(map(repr, classes.tolist()))}",
                do="pass y= as the model was fitted on it",
            )
        return np.asarray(y == classes[1], dtype=np.float64)

    def _games_of(self, state: ShapleyState) -> _Games:
        """Return the games of trees that are proved, made once for each state of the model and each background."""
        return finished(self._games_in_parts(state))

    def _games_in_parts(self, state: ShapleyState) -> Parts[_Games]:
        """Do as `_games_of` does, and yield between two parts of large ensembles."""
        key = tuple(state.identity[name] for name in ("model", "background", "features"))
        known = self._games if self._games is not None and self._games[0] == key else None
        trees = self._trees_of(key[0])
        assert trees is not None
        if self._prove(state, trees):
            yield
        if known is None:
            games = yield from _Games.in_parts(trees, self.predictor, state.players, state.background, self.device)
            known = self._games = key, games
        return known[1]

    def _prepared(self, state: ShapleyState) -> Iterator[None]:
        games = yield from self._games_in_parts(state)
        if isinstance(games.of_all, BackgroundTables) and games.on_device is None:
            yield from games.of_all.filling()

    def _explain(self, state: ShapleyState, rows: np.ndarray) -> RowValues:
        games = self._games_of(state)
        columns = self._columns(state, games, rows)
        if self.model_output == "raw" or self._is_probability(games.trees):
            if self.interactions:
                values, sums = games.interactions(columns), games.sums(columns)
            else:
                values, sums = games.raw(columns)
            return RowValues(games.sign * values, games.sign * games.base_values, games.sign * sums)
        sums = games.sums(columns)
        assert isinstance(games.of_all, BackgroundTables)
        truth = None if self.model_output == "probability" else self._truth(games.trees, state.table.n_rows)[rows]
        at_once = max(1, _MOST_PAIRS // len(games.of_all.weights))
        parts = [
            games.scaled(columns[:, part], sums[part], None if truth is None else truth[part])
            for part in (slice(first, first + at_once) for first in range(0, len(rows), at_once))
        ]
        values, base_values, outputs = (np.concatenate(each) for each in zip(*parts, strict=True))
        return RowValues(values, base_values, outputs)

    def _columns(self, state: ShapleyState, games: _Games, rows: np.ndarray) -> np.ndarray:
        """Return what the trees compare of rows; a look at each column is dear, so that it is at the next rows, too."""
        table, at_once = state.table, _CELLS_AT_ONCE // len(state.table.names)
        if len(rows) >= at_once:
            return games.columns(table.rows(rows))
        kept = self._encoded
        if kept is None or kept[0] is not games or kept[1] is not table or (kept[2][rows] < 0).any():
            first = int(np.flatnonzero(state.order == rows[0])[0])
            near = np.union1d(rows, state.order[first : first + at_once])
            places = np.full(table.n_rows, -1)
            places[near] = np.arange(len(near))
            kept = self._encoded = games, table, places, games.columns(table.rows(near))
        return np.ascontiguousarray(kept[3][:, kept[2][rows]])

    def _prove(self, state: ShapleyState, trees: TreeEnsemble) -> bool:
        """Raise ModelError where the trees do not predict what the model predicts, of each table for some rows.

        Return whether they had to be looked at.
        """
        proved = state.identity["model"] + state.identity["data"]
        if self._proved == proved:
            return False
        rows = state.table.odd_rows if self._proved.startswith(state.identity["model"]) else _proving_rows(state.table)
        if not self._predicts(trees, state.table, rows):
            raise ModelError(
                "The trees that were read do not predict what the model predicts.",
                given=f"{type(self.predictor.model).__name__} and {len(rows)} rows of the table",
                expected="the same numbers, to rounding",
                do="use KernelSHAP, which asks the model itself",
            )
        self._proved = proved
        return True

    def _predicts(self, trees: TreeEnsemble, table: Table, rows: np.ndarray) -> bool:
        """Whether the trees predict what the model predicts, for some rows of a table."""
        if not len(rows):
            return True
        some = table.rows(rows)
        with without_jobs():
            expected = self.predictor.scores(some.native())
        raw = trees.raw(trees.encode_table(some))
        answers = trees.respond(raw, self.predictor.method)
        found = self.predictor.picked(answers.reshape(len(rows), -1))
        return agree(found, expected, str(np.dtype(trees.precision)), _scale_of(trees, self.predictor.method))


@dataclass(frozen=True, eq=False)
class _Games:
    """The games of an ensemble's leaves, and which of its outputs they are about.

    `sign` is -1 where the first of two classes is explained by the sums of the second. `on_device` has the raw values,
    where they are not to be computed by `of_all`.
    """

    trees: TreeEnsemble
    of_all: TreePaths | BackgroundTables
    on_device: TorchTables | None
    sign: float
    background_sums: np.ndarray | None
    base_values: np.ndarray

    @classmethod
    def in_parts(
        cls,
        trees: TreeEnsemble,
        predictor: Predictor,
        players: Players,
        background: Background | None,
        device: str | None,
    ) -> Parts[_Games]:
        """Make them, and yield between two parts of large ensembles."""
        wanted, sign = _wanted(trees, predictor)
        paths = yield from TreePaths.in_parts(trees, wanted, players.of_columns)
        if background is None:
            on_device = None if device is None else TorchTables(paths, None, device)
            return cls(trees, paths, on_device, sign, None, paths.base_values)
        table = background.table
        columns = trees.encode_table(table).T
        sums = trees.raw(columns.T)[:, list(paths.wanted)]
        tables = BackgroundTables(paths, columns, background.weights)
        on_device = None if device is None else TorchTables(paths, (columns, background.weights), device)
        return cls(trees, tables, on_device, sign, sums, background.weights @ sums)

    @property
    def paths(self) -> TreePaths:
        return self.of_all if isinstance(self.of_all, TreePaths) else self.of_all.paths

    def columns(self, table: Table) -> np.ndarray:
        """Return what the trees compare of the rows of a table, features first."""
        return self.trees.encode_table(table).T

    def raw(self, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the values of rows, of shape (rows, players, outputs), and what the trees add up to for them."""
        if self.on_device is not None:
            return self.on_device.values_and_sums(columns)
        return self.of_all.values(columns), self.sums(columns)

    def sums(self, columns: np.ndarray) -> np.ndarray:
        """Return what the trees add up to for rows, of shape (rows, outputs)."""
        return self.trees.raw(columns.T)[:, list(self.paths.wanted)]

    def interactions(self, columns: np.ndarray) -> np.ndarray:
        """Return interaction values of rows, of shape (rows, players, players, outputs), before the sign."""
        n_players, n_rows = self.paths.n_players, columns.shape[1]
        found = np.empty((n_rows, n_players, n_players, len(self.base_values)))
        at_once = max(1, _BLOCK_BYTES // (found.nbytes // max(1, n_rows)))
        diagonal = np.arange(n_players)
        for first in range(0, n_rows, at_once):
            some, block = np.ascontiguousarray(columns[:, first : first + at_once]), found[first : first + at_once]
            pairs = self.of_all.interactions(some)
            np.add(pairs, pairs.swapaxes(1, 2), out=block)
            block[:, diagonal, diagonal] = self.of_all.values(some) - block.sum(axis=2)
        return found

    def scaled(
        self, columns: np.ndarray, sums: np.ndarray, truth: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return values, base values and outputs of rows as probabilities, or as losses where truth is given."""
        assert isinstance(self.of_all, BackgroundTables)
        assert self.background_sums is not None
        slope = self.trees.slope
        link: Link = Probability(self.sign * slope) if truth is None else LogLoss(slope, truth)
        weights, theirs = self.of_all.weights, self.background_sums[:, 0]
        scale = scales(link, sums[:, 0], theirs) * weights
        values = self.of_all.scaled_values(np.ascontiguousarray(columns), scale[..., None])
        base_values = link(np.broadcast_to(theirs, scale.shape)) @ weights
        return values, base_values[:, None], link(sums)


def _wanted(trees: TreeEnsemble, predictor: Predictor) -> tuple[tuple[int, ...], float]:
    """Return which outputs of the trees are explained, and -1 where it is the opposite of what they say, else 1."""
    # They are found by a row that has their numbers, from 1, in the place of scores.
    picked = predictor.picked(np.arange(1.0, trees.n_outputs + 1)[None])[0]
    return tuple(int(number) - 1 for number in np.abs(picked)), float(np.sign(picked[0]))


def _proving_rows(table: Table) -> np.ndarray:
    """Return some rows from all over a table, and its odd ones; they are the same for every call."""
    drawn = np.random.default_rng(0).choice(table.n_rows, min(_MOST_PROVING, table.n_rows), replace=False)
    return np.union1d(np.union1d(some_rows(table), drawn), table.odd_rows)


def _check_size(rows: int, features: int, outputs: int) -> None:
    """Raise InputError where interaction values are too many to hold."""
    row_bytes = 8 * features * features * outputs
    if rows * row_bytes > _MOST_BYTES:
        raise InputError(
            "So many interactions do not fit in memory.",
            given=f"{rows:,} rows of {features:,} x {features:,} pairs and {outputs} outputs: "
            f"{rows * row_bytes / 2**30:,.1f} GiB",
            expected=f"at most {_MOST_BYTES / 2**30:,.0f} GiB",
            do=f"ask for at most {max(1, _MOST_BYTES // row_bytes):,} rows at a time"
            if row_bytes <= _MOST_BYTES
            else "use a model of fewer features",
        )


def _most_asked(trees: TreeEnsemble, players: Players) -> int:
    """Return the most players of one path, or of all where these are few enough."""
    n_players = len(players)
    return n_players if n_players <= MOST_SLOTS else TreePaths.of(trees, (0,), players.of_columns).most_slots


def _scale_of(trees: TreeEnsemble, method: str) -> float:
    """Return how large answers are before they cancel: 1 for probabilities, else what so many leaves may add up to."""
    if method == "predict_proba":
        return 1.0
    if method == "predict" and trees.link != "identity":
        return 0.0
    leaves = float(np.sqrt(np.mean(np.square(trees.values)) * len(trees.roots))) / trees.n_averaged
    return float(np.abs(trees.base).max()) + leaves
