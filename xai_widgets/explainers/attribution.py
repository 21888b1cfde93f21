"""What a saliency widget hands back to Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Attribution:
    """An attribution of a model's score to its inputs.

    Attributes
    ----------
    values : ndarray or tuple of ndarray, float32
        One number for each number of the input, of exactly its shape.
    standard_error : ndarray, tuple of ndarray, or None
        The sampling error of `values`, shaped alike; None for exact methods and below two pairs of samples.
    target : int, list of int, or callable
        The output explained.
    score : float or list of float
        The model's score of that output on the input, pre-softmax as the model gives it; one number for each row of a
        batch.
    done, total : int
        Samples (or passes) that `values` is made of, and that were asked for.
    parameters : dict
        The call that reproduces `values`: `SaliencyMap(model, inputs, **parameters)`.
    """

    values: np.ndarray | tuple[np.ndarray, ...]
    standard_error: np.ndarray | tuple[np.ndarray, ...] | None
    target: Any
    score: Any
    done: int
    total: int
    parameters: dict[str, Any]
