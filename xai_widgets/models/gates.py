"""The switches of a network, taken from one run's graph and used in the backward pass of another's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


class Gates:
    """Which rectifiers and maxima let the gradient through.

    Two ways to compute one network differ by rounding, and where a rectifier's input rounds to the other side of zero
    its gradient is there or not. In a network of a million rectifiers a few always do: merely another memory layout
    moves the gradient of a ResNet at 224 pixels by 5e-3. With the same gates, what is left is the arithmetic.

    Parameters
    ----------
    score : torch.Tensor
        With its graph, before the backward pass.
    """

    def __init__(self, score: torch.Tensor) -> None:
        self._gates = [_GATES[node.name()](node) for node in _switches(score)]

    def impose(self, score: torch.Tensor) -> None:
        """Make the backward pass of another run of the same network use these gates."""
        for node, gate in zip(_switches(score), self._gates, strict=True):
            node.register_hook(_by_index(node, gate) if hasattr(node, "_saved_result1") else _by_factor(gate))


def _switches(score: torch.Tensor) -> Iterator[Any]:
    """Walk the graph in an order that depends on the network alone."""
    waiting: list[Any] = [score.grad_fn]
    seen = set()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if node.name() in _GATES:
            yield node
        waiting.extend(before for before, _ in node.next_functions)


def _by_factor(gate: torch.Tensor) -> Callable[[Any, Any], tuple[torch.Tensor]]:
    return lambda _, gradients: (gradients[0] * gate,)


def _by_index(node: Any, places: torch.Tensor) -> Callable[[Any, Any], tuple[torch.Tensor]]:
    shape = node._saved_self.shape  # noqa: SLF001 (torch names what a node keeps so)

    def scatter(_: Any, gradients: Any) -> tuple[torch.Tensor]:
        made = gradients[0].flatten(-2)
        return (
            made.new_zeros(*shape[:-2], shape[-2] * shape[-1]).scatter_add(-1, places.flatten(-2), made).view(shape),
        )

    return scatter


def _slope(node: Any) -> torch.Tensor:
    made = node._saved_result if node.name().endswith("1") else node._saved_self  # noqa: SLF001
    slope: torch.Tensor = (made > 0) + (made <= 0) * node._saved_negative_slope  # noqa: SLF001
    return slope


def _inside(node: Any) -> torch.Tensor:
    inside: torch.Tensor = (node._saved_self > node._saved_min_val) & (node._saved_self < node._saved_max_val)  # noqa: SLF001
    return inside


# How the nodes of torch's graph say what they let through: as a factor, or as the places of the maxima.
_GATES: dict[str, Callable[[Any], torch.Tensor]] = {
    "ReluBackward0": lambda node: node._saved_result > 0,  # noqa: SLF001
    "LeakyReluBackward0": _slope,
    "LeakyReluBackward1": _slope,
    "HardtanhBackward0": _inside,
    "MaxPool2DWithIndicesBackward0": lambda node: node._saved_result1,  # noqa: SLF001
    "AdaptiveMaxPool2DBackward0": lambda node: node._saved_result1,  # noqa: SLF001
}
