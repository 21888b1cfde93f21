"""Faster copies of a model, used only as long as they are shown to be the same model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn

from .bfloat16 import keep_weights_in_bfloat16
from .fingerprint import fingerprint_of_weights, weights_of
from .fold import Watch, all_modules, fold
from .gates import Gates
from .memory import has_room, is_out_of_memory
from .paired import PairedConvolution, pair, paired_in
from .references import modules_of
from .shadow import shadow

_SCORES_WITHIN = 1e-4  # of the largest score
_GRADIENTS_WITHIN = 1e-3  # relative L2
_STEPS_BETWEEN_CHECKS = 16
_COMPARED = 2  # rows


@dataclass(frozen=True)
class Call:
    """A way to call a model.

    Attributes
    ----------
    model : callable
        A shadow, or a copy of one.
    layout : torch.memory_format
        Of inputs with four dimensions.
    precision : "float32" or "bfloat16"
        Of the arithmetic; "float32" stands for the model's own.
    first : PairedConvolution or None
        What may go backward once for two rows.
    pairs : bool
        Whether it does.
    """

    model: Callable[..., Any]
    layout: torch.memory_format = torch.preserve_format
    precision: str = "float32"
    first: PairedConvolution | None = None
    pairs: bool = False

    def __call__(self, *inputs: torch.Tensor) -> Any:
        if self.first is not None:
            self.first.paired = self.pairs
        # Clones, because a model that begins with an in-place operation refuses a leaf.
        layouts = [self.layout if tensor.ndim == 4 else torch.preserve_format for tensor in inputs]
        clones = [tensor.clone(memory_format=layout) for tensor, layout in zip(inputs, layouts, strict=True)]
        if self.precision == "float32":
            return self.model(*clones)
        with torch.autocast(inputs[0].device.type, torch.bfloat16, cache_enabled=False):
            return self.model(*clones)


@dataclass(frozen=True)
class Answer:
    """What a model says of one batch: the gradient for each input, the explained scores, and all of its scores."""

    gradients: tuple[torch.Tensor, ...]
    explained: torch.Tensor
    scores: torch.Tensor


Differentiate = Callable[[Call, Callable[[torch.Tensor], Any]], Answer]


class Prepared:
    """What makes one model fast: a copy of it, proved equal.

    The first batch runs on the model and is watched. The second is also computed by a copy with batch normalisation
    folded away and pictures laid out channels last; where scores and gradients (with the same gates, see `Gates`) are
    equal, the copy does the work from then on. It is compared again where a run has other inputs, and at every 16th
    step. One miss, an error or a lack of memory end its use.

    Parameters
    ----------
    weights : str
        Fingerprint of the weights that a copy has to have.
    """

    def __init__(self, weights: str = "") -> None:
        self._weights = weights
        self._inputs: str | None = None
        self._folds: list[tuple[int, int]] | None = None
        self._first: int | None = None
        self._fast: Call | None = None
        self._halved: Call | None = None
        self._steps = 0
        self._due = False
        self._refused = False

    @property
    def in_use(self) -> bool:
        """Whether the copy does the work."""
        return self._fast is not None

    @property
    def settled(self) -> bool:
        """Whether the next batch is computed once, by what will compute those after it."""
        return self._refused or (self.in_use and not self._due)

    def begin_run(self, inputs: str | None) -> None:
        """Compare where the inputs, of which this is the fingerprint, may be others than in the run before."""
        self._due = self._due or (self.in_use and (inputs is None or inputs != self._inputs))
        self._inputs = inputs

    def begin_step(self) -> None:
        """Count a step: every 16th compares."""
        self._due = self._due or (self.in_use and self._steps % _STEPS_BETWEEN_CHECKS == 0)
        self._steps += 1

    def most_rows(self, rows: int) -> int:
        """Return how many of `rows` the next batch may have: a comparison is kept small, it computes them twice."""
        return min(rows, _COMPARED) if self._due else rows

    def refuse(self) -> None:
        """Use the model itself from now on."""
        self._fast = self._halved = None
        self._refused, self._due = True, False

    def answer(
        self, model: Callable[..., Any], precision: str, differentiate: Differentiate, *, pairs: bool = False
    ) -> Answer:
        """Compute a batch by the fastest way that is known to be right.

        Parameters
        ----------
        model : callable
            A shadow of the user's model.
        precision : "float32" or "bfloat16"
            Of the arithmetic.
        differentiate : callable
            Computes the batch on a `Call`, and shows the explained scores, with their graph, before it goes backward.
        pairs : bool, default False
            Whether the mean gradient of each two neighbouring rows is enough.
        """
        if not self._refused and self._folds is None:
            return self._watched(Call(model, precision=precision), differentiate)
        if self._due:
            expected = self._compared(Call(model), differentiate, pairs=pairs)
            if precision == "float32":
                return expected
        plain = Call(model, precision=precision)
        try:
            fast = self._fastest(model, precision)
            if fast is not None:
                return differentiate(replace(fast, pairs=pairs), _unseen)
        except Exception as error:
            if is_out_of_memory(error):
                raise
            self.refuse()  # the error is the model's own only where the model raises it too
        return differentiate(plain, _unseen)

    def _watched(self, plain: Call, differentiate: Differentiate) -> Answer:
        watch = Watch(plain.model)
        with watch.hooks():
            answer = differentiate(plain, _unseen)
        self._folds, self._first = watch.pairs(), watch.first
        self._due = True
        if not self._is_worth_it(plain.model):
            self.refuse()
        return answer

    def _is_worth_it(self, model: Callable[..., Any]) -> bool:
        modules = all_modules(model)
        weights = list(weights_of(model))
        if not (self._folds or any(isinstance(module, nn.Conv2d) for module in modules)):
            return False
        if any(weight.dtype != torch.float32 for weight in weights if weight.is_floating_point()):
            return False
        return has_room(sum(weight.nbytes for weight in weights), weights[0].device)

    def _compared(self, plain: Call, differentiate: Differentiate, *, pairs: bool) -> Answer:
        """Return the model's own answer, and drop a copy that has another."""
        gates: list[Gates | None] = []
        expected = differentiate(plain, lambda score: gates.append(_gates_of(score)))
        try:
            fast = self._fast or self._copy_of(plain.model)
            same = gates[0] is not None and are_equal(
                differentiate(replace(fast, pairs=pairs), gates[0].impose), expected, pairs=pairs
            )
        except Exception:  # noqa: BLE001 (whatever a copy does that the model does not, it is not the model)
            same = False
        self._due = False
        if same and not self.in_use and not self._is_of_these_weights(plain.model):
            return expected  # a run that ends with an error; the next one makes a copy of the weights as they are then
        if same:
            self._fast = fast
        else:
            self.refuse()
        return expected

    def _copy_of(self, model: Callable[..., Any]) -> Call:
        copied = shadow(model)
        fold(copied, self._folds or [])
        if self._first is not None:
            pair(copied, self._first)
        for module in modules_of(copied):
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs
        return Call(copied, torch.channels_last, first=paired_in(copied))

    def _fastest(self, model: Callable[..., Any], precision: str) -> Call | None:
        if precision == "float32" or self._fast is None:
            return self._fast
        if self._halved is None:
            copied = shadow(self._fast.model)
            keep_weights_in_bfloat16(copied)
            halved = replace(self._fast, model=copied, precision=precision, first=paired_in(copied))
            if not self._is_of_these_weights(model):
                return halved
            self._halved = halved
        return self._halved

    def _is_of_these_weights(self, model: Callable[..., Any]) -> bool:
        """Tell whether a copy just made of `model` is kept: one made of weights in passing would outlive them."""
        return fingerprint_of_weights(model) == self._weights


def _gates_of(score: torch.Tensor) -> Gates | None:
    try:
        return Gates(score)
    except Exception:  # noqa: BLE001 (a graph that is not as torch makes them cannot be compared)
        return None


def _unseen(score: torch.Tensor) -> None:
    """Let the backward pass begin."""


def are_equal(found: Answer, expected: Answer, *, pairs: bool = False) -> bool:
    """Tell whether a copy is the same model, from its answer and the model's own to one batch with the same gates.

    Of `pairs` only the mean gradient of each two neighbouring rows has to be the same.
    """
    scores = float((found.scores - expected.scores).abs().max()) <= _SCORES_WITHIN * float(expected.scores.abs().max())
    return scores and all(
        float((ours - theirs).norm()) <= _GRADIENTS_WITHIN * float(theirs.norm())
        for ours, theirs in (
            [gradient[::2] + gradient[1::2] for gradient in both] if pairs else both
            for both in zip(found.gradients, expected.gradients, strict=True)
        )
    )
