"""What the numbers of a model of tables are called."""

from __future__ import annotations

from typing import Any

from ..render import curve_words

_RESPONSES = {"predict_proba": "output", "decision_function": "decision_function", "module": "output"}


def label_of(predictor: Any, language: str) -> str:
    """Say what a predictor gives, in words."""
    if predictor.method == "predict_proba" and predictor.classes is not None:
        chosen = predictor.classes[-1] if predictor.target is None else predictor.target
        return curve_words.label_of("probability", str(chosen), language)
    return curve_words.label_of(_RESPONSES.get(predictor.method, "prediction"), "", language)
