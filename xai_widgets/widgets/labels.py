"""What the numbers of a model of tables are called."""

from __future__ import annotations

from typing import Any

from ..render import curve_words

_RESPONSES = {"predict_proba": "output", "decision_function": "decision_function", "module": "output"}


def response_of(predictor: Any) -> tuple[str, str]:
    """Say what a predictor's answers are, and of which class."""
    if predictor.method == "predict_proba" and predictor.classes is not None:
        return "probability", str(predictor.classes[-1] if predictor.target is None else predictor.target)
    return _RESPONSES.get(predictor.method, "prediction"), ""


def label_in(language: str, response: str, name: str) -> str:
    """Say the same in words."""
    return curve_words.label_of(response, name, language)
