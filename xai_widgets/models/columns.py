"""Whether a table has the columns that a model was fitted on."""

from __future__ import annotations

from typing import Any

from .errors import InputError

_MOST_NAMED = 5


def check_columns(model: Any, data: Any) -> None:
    """Raise InputError where an estimator says that it was fitted on other columns than a native table has."""
    fitted, given = _names(model, "feature_names_in_"), _names(data, "columns")
    if fitted is not None and given is not None:
        if fitted != given:
            raise _other_columns(fitted, given)
        return
    expected, shape = getattr(model, "n_features_in_", None), tuple(getattr(data, "shape", ()))
    if isinstance(expected, int) and len(shape) == 2 and shape[-1] != expected:
        raise InputError(
            "X has not the columns that the model was fitted on.",
            given=f"{shape[-1]} columns",
            expected=f"{expected}, as it was fitted on",
            do="pass the columns that the model was fitted on, in their order",
        )


def _other_columns(fitted: list[str], given: list[str]) -> InputError:
    missing = [name for name in fitted if name not in given]
    extra = [name for name in given if name not in fitted]
    told = [f"{_listed(names)} {what}" for names, what in ((missing, "missing"), (extra, "too many")) if names]
    advice = f"add {_listed(missing)}, as the model was fitted" if missing else "pass X[model.feature_names_in_]"
    return InputError(
        "X has not the columns that the model was fitted on.",
        given=", ".join(told) or f"the same columns in another order: {_listed(given)}",
        expected=f"the columns {_listed(fitted)}",
        do=advice,
    )


def _names(holder: Any, attribute: str) -> list[str] | None:
    names = getattr(holder, attribute, None)
    return None if names is None else [str(name) for name in names]


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(map(repr, names[:_MOST_NAMED])) + (f" and {more} more" if more > 0 else "")
