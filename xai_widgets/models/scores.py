"""Which of the numbers that a model returns are its scores, and which of those is explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from .errors import InputError, ModelError

Target = int | Sequence[int] | Callable[[torch.Tensor], torch.Tensor] | None


def resolve_target(target: Any, rows: int) -> np.ndarray | Callable[[torch.Tensor], torch.Tensor] | None:
    """Return the target of each row: an array of ints, the callable, or None where it is yet to be predicted."""
    if target is None:
        return None
    if callable(target):
        function: Callable[[torch.Tensor], torch.Tensor] = target
        return function
    values = np.atleast_1d(target.detach().cpu().numpy() if isinstance(target, torch.Tensor) else np.asarray(target))
    if values.ndim != 1 or values.dtype.kind not in "iu" or len(values) not in (1, rows):
        raise InputError(
            "The target is not understood.",
            given=repr(target),
            expected=f"an output's index, a list of {rows} of them (one for each row), or a function of the output",
            do="pass target=None for the predicted one",
        )
    return np.broadcast_to(values.astype(np.int64), rows)


def pick_output(returned: Any, output: str | int) -> torch.Tensor:
    """Return the entry of what the model returned that holds the scores."""
    if isinstance(returned, torch.Tensor):
        if output == "score":
            return returned
        raise InputError(
            "The model has one output, and another is asked for.",
            given=f"output={output!r}, and a model that returns one tensor",
            expected="output= for models that return a tuple or a mapping",
            do="leave output= out; target= chooses the class",
        )
    if isinstance(returned, Mapping):
        entries = dict(returned)
        wanted = "logits" if output == "score" and "score" not in entries else output
    elif isinstance(returned, tuple | list):
        entries = dict(enumerate(returned))
        wanted = output
    else:
        raise ModelError(
            "The model returned no tensor.",
            given=type(returned).__name__,
            expected="scores as a torch.Tensor, or a tuple or mapping that holds them",
            do="wrap the model in a function that returns its scores",
        )
    if wanted in entries:
        picked = entries[wanted]
    elif output == "score" and len(entries) == 1:
        (picked,) = entries.values()
    else:
        raise InputError(
            "It is not clear which of the model's outputs holds the scores.",
            given=f"output={output!r}, and a model that returns {type(returned).__name__} with {list(entries)}",
            expected="the entry with the scores",
            do=f"pass output= one of {list(entries)}",
        )
    return pick_output(picked, "score")


def by_row(outputs: torch.Tensor, rows: int) -> torch.Tensor:
    """Return outputs as (rows, n_outputs)."""
    if outputs.ndim == 0 or outputs.shape[0] != rows or outputs.ndim > 2:
        raise InputError(
            "The model's output does not have one row of scores for each row of input.",
            given=f"{rows} rows in, an output of shape {tuple(outputs.shape)}",
            expected=f"({rows}, n_outputs) or ({rows},)",
            do="pass a batch, rows first (inputs[None] for a single one); for richer outputs pass target= a function "
            "of the output that returns one number for each row",
        )
    if outputs.is_complex() or outputs.numel() == 0:
        raise InputError(
            "The model's output cannot be read as scores.",
            given=f"an output of shape {tuple(outputs.shape)} and type {outputs.dtype}",
            expected="at least one real number for each row",
            do="pass target= a function of the output that returns one real number for each row",
        )
    return outputs[:, None] if outputs.ndim == 1 else outputs


def pick_target(outputs: torch.Tensor, target: Any, rows: int) -> torch.Tensor:
    """Return the explained score of each row."""
    if callable(target):
        score = target(outputs)
        if not isinstance(score, torch.Tensor) or score.shape != (rows,) or score.is_complex():
            raise InputError(
                "The target function does not return one number for each row.",
                given=f"{tuple(score.shape)}, {score.dtype}"
                if isinstance(score, torch.Tensor)
                else type(score).__name__,
                expected=f"a real tensor of shape ({rows},) made from the output of shape {tuple(outputs.shape)}",
                do="reduce over every dimension but the first",
            )
        return score
    scores = by_row(outputs, rows)
    n_outputs = scores.shape[1]
    outside = [int(index) for index in target if not 0 <= index < n_outputs]
    if outside:
        raise InputError(
            "The target is out of range.",
            given=f"target {outside[0]}",
            expected=f"an index from 0 to {n_outputs - 1}: the model has {n_outputs} outputs",
            do="choose one of them, or None for the predicted one",
        )
    return scores.gather(1, torch.as_tensor(np.array(target), device=scores.device)[:, None])[:, 0]
