"""Shapley values of linear models, read off their coefficients."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np

from ...models import InputError
from ...models.predictors import Predictor, is_classifier
from ..checked import check_choice
from .method import RowValues, ShapleyMethod, ShapleyState

if TYPE_CHECKING:
    from .background import Background

FeaturePerturbation = Literal["interventional", "correlation_dependent"]
_MOST_ENUMERATED = 12  # features whose coalitions are all gone through
_PAIRS = 100  # of orders of features, beyond that
_DRAWN_BYTES = 16 << 20  # of values by single orders, at once
_CHECKED_BYTES = 4 << 20  # of a table, at once
_WITHIN = 1e-6  # relative to the terms that add up: a model may compute in float32
_NOTHING = 1e-12  # of its variance, where the others tell a feature


class LinearSHAP(ShapleyMethod[ShapleyState]):
    """Shapley values of linear models: coefficients times distances from the background's mean.

    Sources: Lundberg, Lee 2017, arXiv 1705.07874, corollary 1; for correlated features the conditional means of a
    normal distribution, Aas, Jullum, Loland 2021, arXiv 1903.10464, section 3.1.

    Parameters
    ----------
    model : estimator
        With `coef_` and `intercept_`; of a classifier the decision function is explained, which is the log-odds of a
        logistic regression. That the model's answers are this linear function is checked.
    background, target, seed
        See `ShapleyMethod`.
    feature_perturbation : {"interventional", "correlation_dependent"}, default "interventional"
        "interventional" takes features outside of a coalition from the background, whatever the others are.
        "correlation_dependent" takes what they are expected to be given the others, with the background's mean and
        covariance: exact up to 12 features, from there on from 100 pairs of opposite random orders, with standard
        errors. Where some features follow from others in the background and a row says otherwise, the part of it that
        does so is taken as "interventional" takes it.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LinearRegression
    >>> X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> model = LinearRegression().fit(X, X @ [3.0, 6.0])
    >>> LinearSHAP(model, X).explain(np.array([[1.0, 1.0]])).value[0, :, 0].round(12)
    array([2., 4.])
    """

    def __init__(
        self,
        model: Any,
        background: Any = None,
        *,
        target: Any = None,
        seed: int = 0,
        feature_perturbation: FeaturePerturbation = "interventional",
    ) -> None:
        check_choice("feature_perturbation", feature_perturbation, get_args(FeaturePerturbation))
        super().__init__(model, background, target=target, seed=seed)
        self.feature_perturbation = feature_perturbation
        self._shares: tuple[str, Sequence[_Share], np.ndarray] | None = None
        self._checked = ""

    def start(self, X: Any) -> ShapleyState:  # noqa: N803 (as everywhere)
        state = super().start(X)
        state.table.rows([0]).matrix()  # refuses words
        if _coefficients(self.predictor, len(state.players)) is None:
            raise not_linear(self.predictor.model)
        assert state.background is not None
        _check_finite(state.background)
        return state

    def _make_predictor(self, model: Any, target: Any) -> Predictor:
        return model if isinstance(model, Predictor) else linear_predictor(model, target)

    def _settings(self) -> dict[str, Any]:
        return {"feature_perturbation": self.feature_perturbation}

    def _explain(self, state: ShapleyState, rows: np.ndarray) -> RowValues:
        assert state.background is not None
        outputs = self.predictor.scores(state.table.take(rows))
        weights = _coefficients(self.predictor, len(state.players))
        assert weights is not None
        coefficients, intercept = weights
        matrix = state.table.rows(rows).matrix()
        _check_linear(self.predictor.model, weights, matrix, outputs)
        self._check_background(state, weights)
        mean = state.background.weights @ state.background.matrix()
        distance, base = matrix - mean, mean @ coefficients + intercept
        if self.feature_perturbation == "interventional":
            return RowValues(distance[:, :, None] * coefficients, base, outputs)
        shares, spanned = self._shared(state, coefficients)
        at_once = max(1, _DRAWN_BYTES // (8 * len(shares) * coefficients.size))
        told = distance @ spanned
        blocks = [told[first : first + at_once] for first in range(0, len(told), at_once)]
        drawn = (np.stack([share.values(block) for share in shares]) for block in blocks)
        means, deviations = zip(
            *((each.mean(axis=0), each.std(axis=0, ddof=len(each) > 1)) for each in drawn), strict=True
        )
        error = None if len(shares) == 1 else np.concatenate(deviations) / math.sqrt(len(shares))
        beyond = (distance - told)[:, :, None] * coefficients
        return RowValues(np.concatenate(means) + beyond, base, outputs, error)

    def _prepared(self, state: ShapleyState) -> Iterator[None]:
        if self.feature_perturbation == "interventional":
            return
        coefficients = _coefficients(self.predictor, len(state.players))
        assert coefficients is not None
        yield from self._sharing(state, coefficients[0])

    def _check_background(self, state: ShapleyState, weights: tuple[np.ndarray, np.ndarray]) -> None:
        """Raise InputError where the model is not linear between background and rows, once for each of both."""
        assert state.background is not None
        key = state.identity["background"] + state.identity["model"]
        if self._checked != key:
            background = state.background
            outputs = self.predictor.scores(background.table.native())
            _check_linear(self.predictor.model, weights, background.matrix(), outputs)
            self._checked = key

    def _shared(self, state: ShapleyState, coefficients: np.ndarray) -> tuple[Sequence[_Share], np.ndarray]:
        """Return what makes values of a row's distance from the mean, whose mean is asked, and what `_spanned` says."""
        for _ in self._sharing(state, coefficients):
            pass
        assert self._shares is not None
        return self._shares[1:]

    def _sharing(self, state: ShapleyState, coefficients: np.ndarray) -> Iterator[None]:
        """Make the shares, if they are not there; it stops after each pair of orders."""
        assert state.background is not None
        key = state.identity["background"] + state.identity["model"]
        if self._shares is not None and self._shares[0] == key:
            return
        covariance = _covariance(state.background)
        if len(covariance) <= _MOST_ENUMERATED:
            self._shares = key, [_AllCoalitions.of(coefficients, covariance)], _spanned(covariance)
            return
        rng = np.random.default_rng(self.seed)
        shares = []
        for _ in range(_PAIRS):
            shares.append(_OrderPair.of(coefficients, covariance, rng.permutation(len(covariance))))
            yield
        self._shares = key, shares, _spanned(covariance)


def is_linear(model: Any, X: Any) -> bool:  # noqa: N803 (as everywhere)
    """Whether a model's answers for the rows of a table are plainly a linear function of its columns."""
    from ...models.partitions import in_memory
    from ...models.tables import Table

    if not hasattr(model, "coef_") or not hasattr(model, "intercept_"):
        return False
    table = in_memory(Table.of(X))
    try:
        predictor = linear_predictor(model, None)
        weights = _coefficients(predictor, len(table.names))
        if weights is None:
            return False
        at_once = max(1, _CHECKED_BYTES // table.row_bytes)
        for first in range(0, table.n_rows, at_once):  # a copy of the whole takes long
            some = table.rows(np.arange(first, min(first + at_once, table.n_rows)))
            _check_linear(model, weights, some.matrix(), predictor.scores(some.native()))
    except (ValueError, RuntimeError, TypeError):  # whatever it is, it is not plainly linear
        return False
    return True


def linear_predictor(model: Any, target: Any) -> Predictor:
    """Return a predictor of what is linear in a linear model."""
    method = "decision_function" if is_classifier(model) and hasattr(model, "decision_function") else "auto"
    return Predictor(model, response_method=method, target=target, every_output=True)


def not_linear(model: Any) -> InputError:
    return InputError(
        "The model is not linear in its columns.",
        given=type(model).__name__,
        expected="a fitted model whose answer is coef_ times the columns plus intercept_",
        do="use KernelSHAP, or explainer_for, which chooses",
    )


def _coefficients(predictor: Predictor, columns: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the coefficients of what is explained, of shape (columns, outputs), and its intercept."""
    try:
        coefficients = np.atleast_2d(np.asarray(predictor.model.coef_, dtype=np.float64))
        intercept = np.broadcast_to(np.asarray(predictor.model.intercept_, dtype=np.float64), len(coefficients))
    except (AttributeError, TypeError, ValueError):
        return None
    if coefficients.ndim != 2 or coefficients.shape[1] != columns:
        return None
    picked = predictor.picked(np.vstack([coefficients.T, intercept]))  # it takes columns, or turns a sign
    return picked[:-1], picked[-1]


def _check_linear(model: Any, weights: tuple[np.ndarray, np.ndarray], matrix: np.ndarray, outputs: np.ndarray) -> None:
    """Raise InputError where answers are not the linear function, to the rounding of its terms."""
    coefficients, intercept = weights
    expected = matrix @ coefficients + intercept
    terms = np.abs(matrix) @ np.abs(coefficients) + np.abs(intercept)
    if expected.shape != outputs.shape or not (np.abs(expected - outputs) <= _WITHIN * terms.max(axis=0)).all():
        raise not_linear(model)


def _check_finite(background: Background) -> None:
    bad = ~np.isfinite(background.matrix())
    if bad.any():
        raise InputError(
            "The background has no mean.",
            given=f"missing or infinite numbers in {int(bad.any(axis=1).sum())} of {len(bad)} background rows",
            expected="a finite number in every place",
            do="leave these rows out of the background, or fill the gaps as for the model's training",
        )


def _covariance(background: Background) -> np.ndarray:
    matrix, weights = background.matrix(), background.weights
    distance = matrix - weights @ matrix
    return np.asarray((distance * weights[:, None]).T @ distance)


def _spanned(covariance: np.ndarray) -> np.ndarray:
    """Return what turns rows, as distances from the mean, into their part in which features go together as they do.

    Where features tell each other, a row may contradict that: what is beyond has no condition, and no expectation.
    """
    deviation = np.sqrt(np.diag(covariance))
    scale = np.where(deviation > 0, deviation, 1.0)
    strength, directions = np.linalg.eigh(covariance / np.outer(scale, scale))
    kept = directions[:, strength > _NOTHING * len(strength)]
    return np.asarray((kept / scale[:, None]) @ (kept * scale[:, None]).T)


class _Known:
    """What is expected of all features of a normal distribution when some are known.

    `means` turns the distances of a row from the mean into the expected ones; `covariance` is what is left.
    """

    def __init__(self, means: np.ndarray, covariance: np.ndarray, least: np.ndarray) -> None:
        self.means = means
        self.covariance = covariance
        self.least = least

    @classmethod
    def nothing(cls, covariance: np.ndarray) -> _Known:
        return cls(np.zeros_like(covariance), covariance, _NOTHING * np.diag(covariance))

    def gains(self) -> np.ndarray:
        """Return how all features follow each one, in its column, if that is known next."""
        variance = np.diag(self.covariance)
        telling = variance > self.least
        gains = np.where(telling, self.covariance / np.where(telling, variance, 1.0), 0.0)
        np.fill_diagonal(gains, 1.0)  # a feature that the others tell moves itself alone
        return np.asarray(gains)

    def news(self) -> np.ndarray:
        """Return what each feature says that was not expected, in its row."""
        return np.asarray(np.eye(len(self.means)) - self.means)

    def then(self, feature: int) -> _Known:
        gain = self.gains()[:, feature]
        means = self.means + np.outer(gain, self.news()[feature])
        return _Known(means, self.covariance - np.outer(gain, self.covariance[feature]), self.least)


class _AllCoalitions(NamedTuple):
    """What makes values of the distances of rows from the mean, of shape (features, outputs, features)."""

    shares: np.ndarray

    @classmethod
    def of(cls, coefficients: np.ndarray, covariance: np.ndarray) -> _AllCoalitions:
        features, outputs = coefficients.shape
        shares = np.zeros((features, outputs, features))

        def visit(known: _Known, inside: tuple[int, ...]) -> None:
            weight = 1 / (features * math.comb(features - 1, len(inside))) if len(inside) < features else 0.0
            outside = [feature for feature in range(features) if feature not in inside]
            added = (coefficients.T @ known.gains())[:, outside]
            shares[outside] += weight * added.T[:, :, None] * known.news()[outside][:, None, :]
            for feature in outside:
                if not inside or feature > inside[-1]:
                    visit(known.then(feature), (*inside, feature))

        visit(_Known.nothing(covariance), ())
        return cls(shares)

    def values(self, distance: np.ndarray) -> np.ndarray:
        """Return values of rows, of shape (rows, features, outputs)."""
        return np.asarray(np.einsum("jok,rk->rjo", self.shares, distance))


class _OrderPair(NamedTuple):
    """The same on the mean over an order of features and the opposite one.

    A feature's news depend on those before it: below the diagonal of `news` they are of this order, above of the
    opposite one, and on the diagonal, which is not written, 1. What follows from them for the outputs is `added`, of
    shape (2, features, outputs).
    """

    order: np.ndarray
    news: np.ndarray
    added: np.ndarray

    @classmethod
    def of(cls, coefficients: np.ndarray, covariance: np.ndarray, order: np.ndarray) -> _OrderPair:
        gains, news = _one_after_the_other(covariance[np.ix_(order, order)])
        back_gains, back_news = _one_after_the_other(covariance[np.ix_(order[::-1], order[::-1])])
        added = np.stack([gains.T @ coefficients[order], (back_gains.T @ coefficients[order[::-1]])[::-1]])
        return cls(order, np.asfortranarray(np.tril(news, -1) + np.triu(back_news[::-1, ::-1], 1)), added)

    def values(self, distance: np.ndarray) -> np.ndarray:
        """Return values of rows, of shape (rows, features, outputs)."""
        from scipy.linalg.blas import dtrmm  # type: ignore[import-untyped]

        ordered = distance.T[self.order]
        there, back = (dtrmm(1.0, self.news, ordered, lower=lower, diag=1).T for lower in (True, False))
        found = np.empty((*distance.shape, self.added.shape[-1]))
        found[:, self.order] = (there[:, :, None] * self.added[0] + back[:, :, None] * self.added[1]) / 2
        return found


_Share = _AllCoalitions | _OrderPair


def _one_after_the_other(covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how all features follow each one, in its column, and in its row what it says that was not expected.

    Features become known in their order: the first matrix is the unit triangle of Cholesky's decomposition, and the
    second one its inverse. A feature that those before it tell moves itself alone.
    """
    from scipy.linalg import solve_triangular  # type: ignore[import-untyped]

    left, gains = covariance.copy(), np.eye(len(covariance))
    least = _NOTHING * np.diag(covariance)
    for feature in range(len(covariance)):
        variance = left[feature, feature]
        if variance > least[feature]:
            behind = slice(feature + 1, None)
            gain = left[behind, feature] / variance
            gains[behind, feature] = gain
            left[behind, behind] -= gain[:, None] * left[feature, behind]
    return gains, solve_triangular(gains, np.eye(len(gains)), lower=True, unit_diagonal=True)
