"""What the numbers of a model of tables are called."""

from __future__ import annotations

from typing import Any


def label_of(predictor: Any) -> str:
    """Say what a predictor gives, in words."""
    if predictor.method == "predict_proba":
        classes = predictor.classes
        chosen = predictor.target if predictor.target is not None else classes[-1] if classes is not None else ""
        return f"probability of {chosen}"
    return {"decision_function": "decision function", "module": "output"}.get(predictor.method, "prediction")
