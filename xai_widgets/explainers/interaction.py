"""How strongly pairs of features interact: Friedman's H-statistic."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..models import InputError
from ..models.digests import digest
from ..models.predictors import Predictor
from ..models.tables import Table
from .dependence import PartialDependence
from .grids import Axis, Grid
from .runs import check_same_run
from .stream import Estimate, Explainer, drive, last

_NOTHING = 1e-6  # of the predictions' standard deviation: a smaller effect is none
_ROUNDING = 1e-12  # of the largest prediction
_UNWATCHED_SECONDS = 0.5


@dataclass(frozen=True)
class Interaction:
    """How strongly two features interact.

    Attributes
    ----------
    features : (str, str)
    value : float
        H: the square root of the share, of the variance of the pair's joint effect, that is not the sum of the two
        single effects. 0 for no interaction, 1 for nothing but interaction.
    strength : float
        The standard deviation of what is not that sum, in the unit of the prediction. Where it is small H may be large
        all the same, because the joint effect is small too.
    """

    features: tuple[str, str]
    value: float
    strength: float


@dataclass(frozen=True)
class PairState:
    """Which pairs are done; see `stream.State`.

    Attributes
    ----------
    table : Table
        The rows sampled.
    pairs : tuple of (str, str)
        Unit k is pair k.
    identity : dict of str to str
        What must be the same for two states to be of one run, by name.
    effects : dict of str to ndarray of shape (rows,)
        The single effects known so far, at the rows' own values, centred.
    least : float or None
        The standard deviation below which an effect is none, once it is known.
    found : tuple of Interaction
        Of the first pairs.
    """

    table: Table
    pairs: tuple[tuple[str, str], ...]
    identity: dict[str, str]
    effects: dict[str, np.ndarray]
    least: float | None = None
    found: tuple[Interaction, ...] = ()

    @property
    def units(self) -> int:
        return len(self.found)

    @property
    def total_units(self) -> int:
        return len(self.pairs)


@dataclass(frozen=True)
class InteractionEstimate(Estimate[PairState]):
    """The pairs done; `value` is their H, in the order in which they were done."""

    @property
    def ranked(self) -> list[Interaction]:
        """The pairs done, the strongest first: of weak features H alone may be large."""
        return sorted(self.state.found, key=lambda one: -one.strength)


class HStatistic(Explainer[PairState]):
    """Friedman's H-statistic of pairs of features.

    Source: Friedman, Popescu 2008, Annals of Applied Statistics 2(3), section 8.1, equation 44: with centred partial
    dependences F at the rows' own values, H^2 = sum (F_jk - F_j - F_k)^2 / sum F_jk^2. All partial dependences are of
    one random sample of rows, so that an additive model has 0. An effect below a millionth of the predictions' standard
    deviation is none, lest H be the ratio of two roundings. Features that depend on each other can push H above 1.

    Parameters
    ----------
    model, response_method, target
        See `models.predictors.Predictor`; a ready one is taken as it is.
    features : sequence of int or str, optional
        Those whose pairs are measured, by default all; their order is that of the work.
    n_rows : int, default 100
        The most rows sampled; a pair costs their square in predictions.
    seed : int, default 0
        Of the sample.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array(np.meshgrid([-1.0, 1.0], [-1.0, 1.0], [-1.0, 1.0])).reshape(3, -1).T
    >>> for estimate in HStatistic(lambda X: X[:, 0] * X[:, 1] + X[:, 2]).stream(X):
    ...     first = estimate.ranked[0]
    >>> first.features, first.value, first.strength
    (('x0', 'x1'), 1.0, 1.0)
    """

    def __init__(
        self,
        model: Any,
        features: Sequence[Any] | None = None,
        *,
        n_rows: int = 100,
        response_method: str = "auto",
        target: Any = None,
        seed: int = 0,
    ) -> None:
        self.predictor = (
            model if isinstance(model, Predictor) else Predictor(model, response_method=response_method, target=target)
        )
        self.features = features
        self.n_rows = n_rows
        self.seed = seed

    def explain(self, X: Any) -> InteractionEstimate:  # noqa: N803 (as everywhere)
        """Return the last estimate of `stream`."""
        estimate: InteractionEstimate = last(drive(self, self.start(X), step_seconds=_UNWATCHED_SECONDS))
        return estimate

    def stream(self, X: Any, *, state: PairState | None = None) -> Iterator[InteractionEstimate]:  # noqa: N803
        """Yield estimates of more and more pairs; see `stream.drive`.

        Parameters
        ----------
        X : table
            See `models.tables.Table`.
        state : PairState, optional
            Of an earlier estimate of the same run: go on from there.
        """
        begin = self.start(X)
        if state is not None:
            check_same_run(state.identity, begin.identity)
            begin = state
        return drive(self, begin)  # type: ignore[return-value]  # `estimate` makes them

    def start(self, X: Any) -> PairState:  # noqa: N803
        """Check everything and return the state before the first pair; the model is not called."""
        table = Table.of(X)
        if self.n_rows not in range(2, 10**6 + 1):
            raise InputError(
                "So many rows cannot be sampled.",
                given=f"n_rows={self.n_rows!r}",
                expected="a whole number of at least 2",
                do="choose 100, for instance",
            )
        names = [table.column(each) for each in (table.names if self.features is None else self.features)]
        if len(set(names)) < 2 or len(set(names)) < len(names):
            raise InputError(
                "These features make no pairs.",
                given=", ".join(map(repr, names)) or "no features",
                expected="at least two different ones",
                do="name two columns or more",
            )
        order = np.random.Generator(np.random.Philox(key=self.seed)).permutation(table.n_rows)
        sample = table.rows(np.sort(order[: self.n_rows]))
        pairs = tuple(itertools.combinations(names, 2))
        identity = {
            "model": self.predictor.fingerprint(),
            "data": sample.fingerprint,
            "pairs": digest(pairs),
        }
        return PairState(sample, pairs, identity, {})

    def advance(self, state: PairState, units: int) -> PairState:
        effects, found = dict(state.effects), list(state.found)
        least = self._least(state.table) if state.least is None else state.least
        for pair in state.pairs[state.units : state.units + units]:
            for name in pair:
                if name not in effects:
                    effects[name] = self._effect(state.table, (name,))
            joint, single = self._effect(state.table, pair), effects[pair[0]] + effects[pair[1]]
            found.append(_interaction(pair, joint, single, least))
        return replace(state, effects=effects, least=least, found=tuple(found))

    def finish(self, state: PairState) -> None:
        self.predictor.verify(state.identity["model"], state.table)

    def estimate(self, state: PairState) -> InteractionEstimate:
        value = np.array([one.value for one in state.found])
        value.flags.writeable = False
        done, total = state.units, state.total_units
        return InteractionEstimate(value, None, done, total, "pair", done >= total, state)

    def _least(self, table: Table) -> float:
        predictions = self.predictor(table.native())
        return max(_NOTHING * float(predictions.std()), _ROUNDING * float(np.abs(predictions).max()))

    def _effect(self, table: Table, names: tuple[str, ...]) -> np.ndarray:
        """Return the partial dependence at each row's own values, centred."""
        own = Axis(" and ".join(names), np.arange(table.n_rows), {name: table.values(name) for name in names})
        mean = np.asarray(PartialDependence(self.predictor, Grid((own,)), kind="average").explain(table).value)
        return np.asarray(mean[0] - mean[0].mean())


def h_statistic(
    model: Any,
    X: Any,  # noqa: N803 (as everywhere)
    features: Sequence[Any] | None = None,
    *,
    n_rows: int = 100,
    response_method: str = "auto",
    target: Any = None,
    seed: int = 0,
) -> list[Interaction]:
    """Return how strongly each pair of features interacts, the strongest first; see `HStatistic`.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.random.default_rng(0).uniform(-1, 1, (300, 3))
    >>> for one in h_statistic(lambda X: X[:, 0] * X[:, 1] + X[:, 2], X):
    ...     print(*one.features, round(one.value, 1))
    x0 x1 1.0
    x0 x2 0.0
    x1 x2 0.0
    """
    explainer = HStatistic(model, features, n_rows=n_rows, response_method=response_method, target=target, seed=seed)
    return explainer.explain(X).ranked


def _interaction(pair: tuple[str, str], joint: np.ndarray, single: np.ndarray, least: float) -> Interaction:
    whole, rest = math.sqrt(np.mean(joint**2)), math.sqrt(np.mean((joint - single) ** 2))
    return Interaction(pair, rest / whole, rest) if min(rest, whole) > least else Interaction(pair, 0.0, 0.0)
