"""Local fits with another distance or another linear model than LIME's own: the lime package makes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...models import InputError
from .local_fit import LocalFit


def fit_by_package(
    design: np.ndarray,
    answers: np.ndarray,
    scaled_row: np.ndarray,
    *,
    width: float,
    num_features: int,
    feature_selection: str,
    distance_metric: str | Callable[..., float],
    model_regressor: Any,
) -> LocalFit:
    """Fit a linear model to weighted samples; there is no standard error.

    Parameters
    ----------
    design, answers, scaled_row, num_features, feature_selection
        See `local_fit`.
    width : float
        Of the kernel sqrt(exp(-distance^2 / width^2)).
    distance_metric : str or callable
        See `sklearn.metrics.pairwise_distances`.
    model_regressor : estimator or None
        What is fitted, a copy of it; None is lime's own ridge.

    Raises
    ------
    InputError
        Where the distance is not known, the regressor takes no weights or has no coefficients, or there is one sample.
    """
    if len(design) < 2:
        raise InputError(
            "The lime package cannot fit to a single sample.",
            given="num_samples=1, the row itself",
            expected="at least 2 samples",
            do="ask for some thousands",
        )
    from lime.lime_base import LimeBase  # type: ignore[import-untyped]
    from sklearn.base import clone  # type: ignore[import-untyped]
    from sklearn.metrics import pairwise_distances  # type: ignore[import-untyped]

    samples = design.astype(np.float64)
    base = LimeBase(lambda distances: np.exp(-0.5 * (distances / width) ** 2))
    try:
        distances = pairwise_distances(samples, scaled_row[None], metric=distance_metric).ravel()
        intercept, pairs, score, prediction = base.explain_instance_with_data(
            samples,
            answers[:, None],
            distances,
            0,
            num_features,
            feature_selection,
            None if model_regressor is None else clone(model_regressor),
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(
            "The lime package cannot fit with these.",
            given=f"distance_metric={distance_metric!r} and model_regressor={model_regressor!r}: it said, {error}",
            expected="a metric that scikit-learn knows, and a linear model of scikit-learn that takes sample weights",
            do="leave both out for LIME's own, or choose others",
        ) from error
    weights = base.kernel_fn(distances)
    return LocalFit(
        np.array([feature for feature, _ in pairs], dtype=np.intp),
        np.array([weight for _, weight in pairs], dtype=np.float64),
        float(intercept),
        float(score),
        float(np.ravel(prediction)[0]),
        None,
        0,
        float(weights.sum() ** 2 / (weights @ weights)),
    )
