"""A linear model of weighted samples: which features it has, its coefficients, and how well it fits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from ...models import InputError
from ..parts import Parts, finished
from . import many_columns

FeatureSelection = Literal["auto", "forward_selection", "highest_weights", "lasso_path", "none"]
_PENALTY = 1.0  # of the ridge that is shown
_PENALTY_OF_SELECTION = 0.01
_MOST_FORWARD = 6  # features up to which "auto" selects forward
_MOST_SUMS = 1 << 20  # numbers, of all groups
_SUMMED_AT_ONCE = 1024  # samples: what is made of them stays in the caches
_MANY = 512  # columns: products of all with each other take longer than a part
_NOTHING_LEFT = 1e-12  # of a feature's variance, once those selected before are taken out


@dataclass(frozen=True)
class LocalFit:
    """The weighted ridge of one answer.

    Attributes
    ----------
    features : ndarray of int
        Which were selected, by falling size of their weight.
    weights : ndarray
        Of these features.
    intercept : float
    score : float
        R2 over the weighted samples.
    prediction : float
        Of the linear model at the row itself.
    standard_error : ndarray or None
        Of `weights`, over seeds: by leaving out one group of samples at a time.
    degrees : int
        Of freedom of `standard_error`.
    effective_samples : float
        As many samples of equal weight would say as much: (sum w)^2 / sum w^2.
    """

    features: np.ndarray
    weights: np.ndarray
    intercept: float
    score: float
    prediction: float
    standard_error: np.ndarray | None
    degrees: int
    effective_samples: float


def kernel_weights(design: np.ndarray, scaled_row: np.ndarray, width: float) -> np.ndarray:
    """Return sqrt(exp(-distance^2 / width^2)) for each sample; the distance is Euclidean, on scaled data."""
    if design.dtype == bool:  # as many values as there can be features in which a sample agrees
        differing = np.arange(design.shape[1], -1, -1)
        return np.asarray(np.exp(-0.5 * differing / width**2).take(np.einsum("ij->i", design, dtype=np.uint32)))
    return np.asarray(np.exp(-0.5 * ((design - scaled_row) ** 2).sum(axis=1) / width**2))


def local_fit(
    design: np.ndarray,
    answers: np.ndarray,
    weights: np.ndarray,
    scaled_row: np.ndarray,
    *,
    num_features: int = 10,
    feature_selection: str = "auto",
    groups: int = 0,
) -> LocalFit:
    """Fit lime's linear model.

    Parameters
    ----------
    design : ndarray of shape (samples, features)
        The first is the row itself.
    answers, weights : ndarray of shape (samples,)
    scaled_row : ndarray of shape (features,)
    num_features : int, default 10
        The most features.
    feature_selection : {"auto", "forward_selection", "highest_weights", "lasso_path", "none"}, default "auto"
        "auto" is forward selection for up to 6 features, else those of the highest weights in a ridge of all.
    groups : int, default 0
        Sample k, from the second on, is of group k modulo this; 0 estimates no error.

    Examples
    --------
    >>> import numpy as np
    >>> design = np.random.default_rng(0).normal(size=(500, 2))
    >>> fit = local_fit(design, 3 * design[:, 1] + 1, np.ones(500), design[0])
    >>> fit.features.tolist(), round(float(fit.weights[0]), 2), round(fit.score, 3)
    ([1, 0], 2.99, 1.0)
    """
    return finished(
        fit_in_parts(
            design,
            answers,
            weights,
            scaled_row,
            num_features=num_features,
            feature_selection=feature_selection,
            groups=groups,
        )
    )


def fit_in_parts(
    design: np.ndarray,
    answers: np.ndarray,
    weights: np.ndarray,
    scaled_row: np.ndarray,
    *,
    num_features: int,
    feature_selection: str,
    groups: int,
) -> Parts[LocalFit]:
    """Do as `local_fit` does, and yield between two parts where there are many columns."""
    feature_selection = _selection_for(feature_selection, num_features)
    if design.shape[1] <= min(_MANY, len(design)):
        return _fit_of_all(design, answers, weights, scaled_row, num_features, feature_selection, groups)
    features, around, mean = yield from many_columns.centred(design, answers, weights)
    if feature_selection == "none":
        kept = np.arange(design.shape[1])
    elif feature_selection == "lasso_path":
        kept = yield from many_columns.lasso_path(features, around, num_features, _NOTHING_LEFT)
    elif feature_selection == "forward_selection":
        count = min(num_features, design.shape[1])
        kept = yield from many_columns.forward(features, around, count, _NOTHING_LEFT)
    else:
        strength = yield from many_columns.ridge(features, around, _PENALTY_OF_SELECTION)
        kept = np.argsort(-np.abs(strength * scaled_row), kind="stable")[:num_features]
    if len(kept) <= _MANY:
        del features
        found = _fit_of_all(design[:, kept], answers, weights, scaled_row[kept], num_features, "none", groups)
        return replace(found, features=kept[found.features])
    if len(kept) < features.shape[1]:
        features = features[:, kept]
    else:
        kept = np.arange(len(kept))
    coefficients = yield from many_columns.ridge(features, around, _PENALTY)
    order = np.argsort(-np.abs(coefficients), kind="stable")
    left, total = float(((around - features @ coefficients) ** 2).sum()), float(around @ around)
    kept, coefficients = kept[order], coefficients[order]
    intercept = float(weights @ answers / weights.sum() - mean[kept] @ coefficients)
    return LocalFit(
        kept,
        coefficients,
        intercept,
        _r2(left, total),
        intercept + float(scaled_row[kept] @ coefficients),
        None,
        max(0, groups - 1),
        _effective_samples(weights),
    )


def _fit_of_all(
    design: np.ndarray,
    answers: np.ndarray,
    weights: np.ndarray,
    scaled_row: np.ndarray,
    num_features: int,
    feature_selection: str,
    groups: int,
) -> LocalFit:
    """Fit by the products of all columns with each other."""
    base = float(answers[0])  # near the others: their squares lose fewer digits
    around = answers - base
    sums = _Sums.of(design, around, weights, groups)
    chosen = _select(_centred(sums.whole)[1], scaled_row, num_features, feature_selection)
    if len(chosen) < design.shape[1]:
        grouped = groups < 2 or len(sums.each) > 1
        sums = sums.of_features(chosen) if grouped else _Sums.of(design[:, chosen], around, weights, groups)
    means, spread = _centred(sums.whole)
    coefficients = _ridge(spread, _PENALTY)
    order = np.argsort(-np.abs(coefficients), kind="stable")
    intercept = base + float(means[-1] - means[:-1] @ coefficients)
    return LocalFit(
        chosen[order],
        coefficients[order],
        intercept,
        _score(spread, coefficients),
        intercept + float(scaled_row[chosen] @ coefficients),
        None if len(sums.each) == 1 else sums.standard_error()[order],
        max(0, groups - 1),
        _effective_samples(weights),
    )


def _effective_samples(weights: np.ndarray) -> float:
    return float(weights.sum() ** 2 / (weights @ weights))


@dataclass(frozen=True)
class _Sums:
    """Weighted sums of all products of two columns: of ones, the features and the answers.

    Attributes
    ----------
    each : ndarray of shape (groups, columns, columns)
    whole : ndarray of shape (columns, columns)
        Of all samples: those of no group too.
    """

    each: np.ndarray
    whole: np.ndarray

    @classmethod
    def of(cls, design: np.ndarray, answers: np.ndarray, weights: np.ndarray, groups: int) -> _Sums:
        """Sum up; in one group where several would have fewer than two samples, or take too much memory."""
        columns, count = design.shape[1] + 2, len(design) - 1
        if groups < 2 or count < 2 * groups or groups * columns**2 > _MOST_SUMS:
            groups = 1
        each, end = np.zeros((groups, columns, columns)), 1 + count // groups * groups
        at_once = max(_SUMMED_AT_ONCE // groups, 4 * columns) * groups
        for first in range(1, end, at_once):
            some = slice(first, min(end, first + at_once))
            each += _products(design[some], answers[some], weights[some], groups)
        outside = [0, *range(end, len(design))]
        return cls(each, each.sum(axis=0) + _products(design[outside], answers[outside], weights[outside], 1)[0])

    def of_features(self, chosen: np.ndarray) -> _Sums:
        rows, across = np.ix_(*[np.concatenate([[0], chosen + 1, [-1]])] * 2)
        return _Sums(self.each[:, rows, across], self.whole[rows, across])

    def standard_error(self) -> np.ndarray:
        """Return the jackknife's error of the ridge: its spread when one group after the other is left out."""
        _, spread = _centred(self.whole - self.each)
        products = spread[:, :-1, :-1] + _PENALTY * np.eye(spread.shape[1] - 1)
        found = np.linalg.solve(products, spread[:, :-1, -1:])[..., 0]
        return np.asarray(np.sqrt((len(self.each) - 1) * found.var(axis=0)))


def _products(design: np.ndarray, answers: np.ndarray, weights: np.ndarray, groups: int) -> np.ndarray:
    """Return the sums of samples that are of one group after the other, of shape (groups, columns, columns)."""
    whole = np.empty((len(design) // groups, groups, design.shape[1] + 2))
    whole[..., 0], whole[..., 1:-1] = 1.0, design.reshape(*whole.shape[:2], -1)
    whole[..., -1] = answers.reshape(whole.shape[:2])
    weighted = whole * weights.reshape(*whole.shape[:2], 1)
    return np.asarray(np.matmul(weighted.transpose(1, 2, 0), whole.transpose(1, 0, 2)))


def _centred(sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the means of the features and of the answer, and the sums of products around them."""
    means = sums[..., 0, 1:] / sums[..., :1, 0]
    return means, sums[..., 1:, 1:] - means[..., :, None] * sums[..., :1, 1:]


def _ridge(spread: np.ndarray, penalty: float) -> np.ndarray:
    """Return the coefficients of all features, by Cholesky: a penalty keeps the products positive definite."""
    from scipy.linalg.lapack import dposv  # type: ignore[import-untyped]

    count = len(spread) - 1
    if not count:
        return np.zeros(0)
    return np.asarray(dposv(spread[:-1, :-1] + penalty * np.eye(count), spread[:-1, -1])[1])


def _score(spread: np.ndarray, coefficients: np.ndarray) -> float:
    total, products = float(spread[-1, -1]), spread[:-1, :-1]
    left = total - 2 * float(coefficients @ spread[:-1, -1]) + float(coefficients @ products @ coefficients)
    return _r2(left, total)


def _r2(left: float, total: float) -> float:
    """Return R2; 1 where all answers are one, as scikit-learn says."""
    return 1.0 if total <= 0 else 1.0 - left / total


def _selection_for(asked: str, num_features: int) -> str:
    if asked != "auto":
        return asked
    return "forward_selection" if num_features <= _MOST_FORWARD else "highest_weights"


def _select(spread: np.ndarray, scaled_row: np.ndarray, num_features: int, method: str) -> np.ndarray:
    n_features = len(spread) - 1
    if method == "lasso_path":
        return _lasso_path(spread, num_features)
    if method == "none" or num_features >= n_features:
        return np.arange(n_features)
    if method == "forward_selection":
        return _forward(spread, num_features)
    strength = np.abs(_ridge(spread, _PENALTY_OF_SELECTION) * scaled_row)
    return np.argsort(-strength, kind="stable")[:num_features]


def _forward(spread: np.ndarray, count: int) -> np.ndarray:
    """Take, one by one, the feature that adds most to R2: the others are made orthogonal to it each time."""
    left = spread.copy()
    own = np.diag(spread)[:-1]
    chosen: list[int] = []
    for _ in range(count):
        variance = np.diag(left)[:-1]
        live = variance > _NOTHING_LEFT * own
        gain = np.where(live, left[:-1, -1] ** 2 / np.where(live, variance, 1.0), 0.0)
        gain[chosen] = -1.0
        best = int(gain.argmax())
        chosen.append(best)
        if live[best]:
            left -= np.outer(left[:, best], left[best] / variance[best])
    return np.array(chosen, dtype=np.intp)


def _lasso_path(spread: np.ndarray, num_features: int) -> np.ndarray:
    """Take the features of the last step of the lasso's path that has no more than asked for."""
    from sklearn.linear_model import lars_path_gram  # type: ignore[import-untyped]

    _, _, path = lars_path_gram(spread[:-1, -1].copy(), spread[:-1, :-1].copy(), n_samples=1, method="lasso")
    chosen = np.arange(len(spread) - 1)
    for step in range(path.shape[1] - 1, 0, -1):
        chosen = path[:, step].nonzero()[0]
        if len(chosen) <= num_features:
            break
    return chosen


def checked_selection(feature_selection: str) -> str:
    """Return a way to select features; raise InputError where it is not known."""
    if feature_selection not in get_args(FeatureSelection):
        raise InputError(
            "The feature selection is not known.",
            given=f"feature_selection={feature_selection!r}",
            expected=f"one of {', '.join(get_args(FeatureSelection))}",
            do="choose one",
        )
    return feature_selection
