"""Batch normalisation folded into the layer before it, where a watched run shows which layer that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from .memory import version_of
from .references import HOOKS, modules_of

_LAYERS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)
_NORMALISATIONS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


class Watch:
    """Sees, while a model runs, which batch normalisation gets exactly what one layer has just made, and who begins.

    Watching a run tells this of any model, whatever its code does, where tracing needs code of a certain kind. It
    does not tell who else uses the layer's output: that the folded model is the same has to be shown by its numbers.

    Parameters
    ----------
    call : callable
        A shadow: hooks are put on its modules while it is watched.
    """

    def __init__(self, call: Callable[..., Any]) -> None:
        self._modules = all_modules(call)
        scripted = isinstance(call, torch.jit.ScriptModule)  # it takes no hook
        self._root = call if isinstance(call, nn.Module) and not scripted else None
        self._made: dict[int, tuple[int, int, torch.Tensor]] = {}  # by id: layer, version, the tensor to keep its id
        self._calls: Counter[int] = Counter()
        self._followed: list[tuple[int, int]] = []
        self._inputs: list[tuple[torch.Tensor, int]] = []  # with their versions
        self._first: list[int] = []

    @contextmanager
    def hooks(self) -> Iterator[None]:
        watched = [
            (number, module)
            for number, module in enumerate(self._modules)
            if type(module) in _LAYERS + _NORMALISATIONS and not any(getattr(module, hooks) for hooks in HOOKS)
        ]
        handles = [module.register_forward_hook(self._noting(number)) for number, module in watched]
        if self._root is not None:
            handles.append(self._root.register_forward_pre_hook(self._begin))
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()
            self._made.clear()
            self._inputs.clear()

    @property
    def first(self) -> int | None:
        """The one convolution that gets an input of the model as it came, as a number in `all_modules`."""
        return self._first[0] if len(self._first) == 1 and self._calls[self._first[0]] == 1 else None

    def pairs(self) -> list[tuple[int, int]]:
        """Return the layers and the normalisations after them, as numbers in `all_modules`."""
        return [pair for pair in self._followed if all(self._calls[number] == 1 for number in pair)]

    def _begin(self, _: nn.Module, given: tuple[Any, ...]) -> None:
        self._inputs = [(tensor, version_of(tensor)) for tensor in given if isinstance(tensor, torch.Tensor)]

    def _is_input(self, given: tuple[Any, ...]) -> bool:
        return any(
            tensor is part for part in given[:1] for tensor, version in self._inputs if version == version_of(tensor)
        )

    def _noting(self, number: int) -> Callable[[nn.Module, tuple[Any, ...], Any], None]:
        def note(module: nn.Module, given: tuple[Any, ...], made: Any) -> None:
            self._calls[number] += 1
            if type(module) in _LAYERS:
                self._made[id(made)] = number, version_of(made), made
                if _is_plain(module) and self._is_input(given):
                    self._first.append(number)
                return
            taken = self._made.get(id(given[0])) if given else None
            if taken is None or not _is_fixed(module):
                return
            layer, version, tensor = taken
            untouched = version == version_of(tensor)
            channels_last = type(self._modules[layer]) is nn.Linear and tensor.ndim != 2  # channels come second
            if untouched and not channels_last:
                self._followed.append((layer, number))

        return note


def fold(call: Callable[..., Any], pairs: list[tuple[int, int]]) -> None:
    """Fold normalisations into the layers before them, in place: `call` is our own copy.

    Parameters
    ----------
    call : callable
        A shadow of the model that was watched; its layers get weights of their own.
    pairs : list of tuple of int
        What `Watch.pairs` found.
    """
    modules = all_modules(call)
    for layer, normalisation in pairs:
        _fold_one(modules[layer], modules[normalisation])
    gone = {id(modules[normalisation]) for _, normalisation in pairs}
    for module in modules:
        for name, child in module.named_children():
            if id(child) in gone:
                setattr(module, name, nn.Identity())


def all_modules(call: Callable[..., Any]) -> list[nn.Module]:
    """Return every module that a callable reaches, in an order that its shadows share."""
    return list(dict.fromkeys(module for root in modules_of(call) for module in root.modules()))


def _is_plain(layer: Any) -> bool:
    return type(layer) is nn.Conv2d and layer.padding_mode == "zeros" and not isinstance(layer.padding, str)


def _is_fixed(normalisation: Any) -> bool:
    return not normalisation.training and normalisation.running_mean is not None


def _fold_one(layer: Any, normalisation: Any) -> None:
    """Scale the weights by gamma / sd, in double precision: the only rounding is the one back."""
    scale = (normalisation.running_var.double() + normalisation.eps).rsqrt()
    if normalisation.weight is not None:
        scale = scale * normalisation.weight.double()
    shift = -normalisation.running_mean.double() * scale
    if normalisation.bias is not None:
        shift = shift + normalisation.bias.double()
    if layer.bias is not None:
        shift = shift + layer.bias.double() * scale
    weight = layer.weight.double() * scale.reshape(-1, *[1] * (layer.weight.ndim - 1))
    for name, value in {"weight": weight, "bias": shift}.items():
        setattr(layer, name, nn.Parameter(value.to(layer.weight.dtype), requires_grad=False))
