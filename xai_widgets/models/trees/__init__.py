"""Ensembles of decision trees of five libraries, read into one plain form."""

from __future__ import annotations

import importlib
from typing import Any

from ..digests import digest
from .ensemble import TreeEnsemble

__all__ = ["TreeEnsemble", "digest_of_trees", "is_of_a_library", "read_trees"]

_READERS = {"sklearn": "scikit_learn", "xgboost": "xgboost", "lightgbm": "lightgbm", "catboost": "catboost"}
_KNOWN_QUICKLY = ("sklearn", "xgboost")


def read_trees(model: Any) -> TreeEnsemble | None:
    """Read the trees of a fitted model.

    Read are scikit-learn's decision trees, forests, extra trees, bagged trees, both kinds of gradient boosting and
    AdaBoost's classifier over trees, XGBoost's and LightGBM's boosted trees and random forests (scikit-learn interface
    or Booster) and CatBoost's trees over numbers. The model is only looked at.

    Parameters
    ----------
    model : object
        A fitted estimator or Booster.

    Returns
    -------
    TreeEnsemble or None
        None for every other model, and for what is not fully understood of these: subclasses, several targets, linear
        leaves, dropout (DART), losses and objectives of the user's own, start values that depend on the row.
        Compare a few rows with the model's own predictions before numbers are shown.
    """
    if not is_of_a_library(model):
        return None
    reader = _READERS[_library_of(model)]
    try:
        ensemble: TreeEnsemble | None = importlib.import_module(f".{reader}", __name__).read(model)
    except Exception:  # noqa: BLE001 a library's own format, of any version: what cannot be read is predicted instead
        return None
    return ensemble if ensemble is not None and ensemble.is_sound() else None


def is_of_a_library(model: Any) -> bool:
    """Whether a model is of a library whose trees are read, so that `read_trees` is worth a try."""
    return _library_of(model) in _READERS


def _library_of(model: Any) -> str:
    return type(model).__module__.partition(".")[0]


def digest_of_trees(model: Any) -> str | None:
    """Return a digest of a fitted model as it is now, in less time than it takes to pickle it.

    It changes with any of its trees and with all else that hangs on the model.

    Returns
    -------
    str or None
        None for what is no ensemble of scikit-learn or XGBoost.
    """
    library = _library_of(model)
    if library not in _KNOWN_QUICKLY:
        return None
    try:
        known = importlib.import_module(f".{_READERS[library]}", __name__).known_by(model)
    except Exception:  # noqa: BLE001 not fitted, or of another version: its pickle is known
        return None
    return None if known is None else digest(known)
