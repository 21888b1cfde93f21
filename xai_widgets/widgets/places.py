"""Whether the arguments of a plot stand in their places: a model where a model is expected, rows where rows are."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..models import InputError

_ANSWERS = ("predict", "predict_proba", "decision_function")
_EXPLAINS = ("shap_values", "explain_row", "explain_instance", "among")  # of the packages' explainers, and of ours
_NEVER = {"explanation": ("position",), "model": ("table",), "row": ("model",)}


def check_places(call: str, **given: Any) -> None:
    """Raise where something stands in the place of another, or an explainer in that of a model.

    Parameters
    ----------
    call : str
        How the plot is called, as in "BeeswarmPlot(model, X)".
    **given
        What was passed, in the order of the call; first the model, or the explanation. What is neither the "model",
        the "explanation" nor the "row" is a table.
    """
    first = next(iter(given.values()))
    if any(callable(getattr(first, name, None)) for name in _EXPLAINS):
        raise InputError(
            "This is an explainer, not a model.",
            given=f"xw.{call.partition('(')[0]}({type(first).__name__}, ...)",
            expected=f"xw.{call}",
            do="pass the model that it explains, or what it finds: explainer(X)",
        )
    passed = {name: value for name, value in given.items() if value is not None}
    if any(_kind(value) in _NEVER.get(name, ("model", "position")) for name, value in passed.items()):
        raise InputError(
            "The arguments do not stand in their places.",
            given=f"xw.{call.partition('(')[0]}({', '.join(_called(value) for value in passed.values())})",
            expected=f"xw.{call}",
            do="pass them in this order",
        )


def _kind(given: Any) -> str | None:
    """Return what something is for certain: "position", "table" of several rows, or "model"; else None."""
    if isinstance(given, int | np.integer) and not isinstance(given, bool):
        return "position"
    shape = getattr(given, "shape", None)
    if isinstance(shape, tuple):
        several = len(shape) == 2 and not (isinstance(shape[0], int) and shape[0] == 1)  # Dask does not know how many
        return "table" if several else None
    answers = callable(given) or any(callable(getattr(given, name, None)) for name in _ANSWERS)
    return "model" if answers and not isinstance(given, type) else None


def _called(given: Any) -> str:
    shape = getattr(given, "shape", None)
    if isinstance(shape, tuple) and all(isinstance(length, int) for length in shape):
        return f"{type(given).__name__} of shape {tuple(shape)}"
    return repr(given) if isinstance(given, int | str) else type(given).__name__
