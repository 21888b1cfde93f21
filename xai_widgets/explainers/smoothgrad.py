"""SmoothGrad: gradients averaged over noisy copies of the input."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal, get_args

import numpy as np
import torch

from ..models import InputError
from .accumulate import Accumulator, double
from .gradient import GradientMethod, GradientState
from .moments import Moments, mean_and_error, variance_and_error
from .noise import UnitNoise
from .precision import COMPARED_PAIRS, Precision, Rounding

Reduce = Literal["mean", "absolute", "square", "variance"]
_MOST_SEED = 2**53 - 1  # what JavaScript can hold


class SmoothGrad(GradientMethod):
    """The mean of gradients at noisy copies of the input, and its kin.

    Source: Smilkov, Thorat, Kim, Viegas, Wattenberg 2017, arXiv 1706.03825, section 3. The noise comes in antithetic
    pairs, x + e and x - e, which has the same expectation. Its error of the mean is smaller for the same number of
    draws where g+ and g- vary in opposite directions, as they do in trained networks (1.1 to 2 times fewer draws in our
    tests); where the gradient is even around x, as that of x^3 at 0, it is larger. Pair i gives
    a_i = (g+ + g-) / 2 and u_i = (f(g+) + f(g-)) / 2, with f the absolute value or the square.

    Parameters
    ----------
    model, output, multiply_by_inputs, batch_size, precision
        See `GradientMethod`; `batch_size` counts rows, so draws for a single picture.
    noise_level : float, default 0.15
        Standard deviation of the noise as a fraction of (max - min) of each row of each input: the paper's definition;
        it finds 0.1 to 0.2 good.
    n_samples : int, default 50
        Draws; an odd number is rounded up to whole pairs. The paper sees little gain beyond 50.
    seed : int, default 0
        0 to 2^53 - 1. Draw k depends on the seed and k alone.
    sigma : float, optional
        Standard deviation in the input's own units, instead of `noise_level` (captum's `stdevs`).
    reduce : {"mean", "absolute", "square", "variance"}, default "mean"
        avg a; avg u with f the absolute value; avg u with f the square (SmoothGrad squared, Hooker et al. 2019, arXiv
        1806.10758); avg u(square) - (avg a)^2 (VarGrad, Adebayo et al. 2018, arXiv 1810.03307), divisor n.
    unit_noise : UnitNoise, optional
        Noise to share between explainers, so that a slider does not draw it again.

    Notes
    -----
    The standard error is the standard deviation over pairs / sqrt(pairs), for the variance by the delta method.

    Examples
    --------
    >>> import torch
    >>> from xai_widgets.explainers import SmoothGrad
    >>> method = SmoothGrad(lambda x: (x**2).sum(1), sigma=0.3, n_samples=20)
    >>> estimate = method.attribute(torch.tensor([[1.5]]), target=0)
    >>> estimate.value.round(3), estimate.done
    (array([[3.]]), 20)
    """

    def __init__(
        self,
        model: Any,
        noise_level: float = 0.15,
        n_samples: int = 50,
        seed: int = 0,
        sigma: float | None = None,
        reduce: Reduce = "mean",
        *,
        output: str | int = "score",
        multiply_by_inputs: bool = False,
        batch_size: int | None = None,
        precision: Precision = "float32",
        unit_noise: UnitNoise | None = None,
    ) -> None:
        super().__init__(
            model, output=output, multiply_by_inputs=multiply_by_inputs, batch_size=batch_size, precision=precision
        )
        self.noise_level = _at_least_zero("noise_level", noise_level)
        self.n_samples = _whole("n_samples", n_samples, 1, 2**31)
        self.seed = _whole("seed", seed, 0, _MOST_SEED)
        self.sigma = None if sigma is None else _at_least_zero("sigma", sigma)
        if reduce not in get_args(Reduce):
            raise InputError(
                "The reduction is not known.",
                given=f"reduce={reduce!r}",
                expected=f"one of {', '.join(get_args(Reduce))}",
                do="choose one",
            )
        self.reduce = reduce
        self._noise = unit_noise

    def _total_units(self) -> int:
        return (self.n_samples + 1) // 2

    def _progress(self, state: GradientState) -> tuple[int, int, str]:
        return 2 * state.units, 2 * state.total_units, "sample"

    def _rows_of_unit(self, state: GradientState) -> int:
        return 2 * len(state.inputs[0])

    def _precision_to_use(self, inputs: tuple[np.ndarray, ...]) -> str:
        if self.precision != "auto":
            return super()._precision_to_use(inputs)
        noise = _mean_of(self._sigma_of(array) for array in inputs)
        if noise == 0 or not self.model.has_bfloat16():
            return "float32"
        return "auto" if self.model.rounding is None else self._precision_for(noise)

    def _precision_for(self, noise: float) -> str:
        return "bfloat16" if self._total_units() <= self.model.rounding.most_pairs(noise) else "float32"

    def advance(self, state: GradientState, units: int) -> GradientState:
        """See `Explainer.advance`; the second step of an undecided run decides on its precision.

        Not the first: a picture comes before a comparison. Where bfloat16 wins, its pairs are computed again.
        """
        if state.precision == "auto" and state.units:
            state = self._decided(state)
        return super().advance(state, units)

    def _decided(self, state: GradientState) -> GradientState:
        first = state.ranges[0][0]
        stop = first + min(COMPARED_PAIRS, state.total_units)
        exact, rough = (self._pair_means(state, first, stop, name) for name in ("float32", "bfloat16"))
        noise = _mean_of(state.sigma)
        self.model.rounding = Rounding.of(exact, rough, noise)
        precision = self._precision_for(noise)
        decided = replace(state, precision=precision, identity={**state.identity, "precision": precision})
        return decided if precision == "float32" else replace(decided, ranges=((first, first),), moments=None)

    def _pair_means(self, state: GradientState, first: int, stop: int, precision: str) -> torch.Tensor:
        plus, minus = self._gradients_of(state, self.model.tensors(state.inputs), first, stop, precision)
        return ((plus + minus) / 2).cpu()

    def _with_noise(self, state: GradientState) -> GradientState:
        sigma = tuple(self._sigma_of(array) for array in state.inputs)
        noise = repr([array.tolist() for array in sigma])
        identity = {**state.identity, "noise": noise, "seed": str(self.seed), "reduction": self.reduce}
        return replace(state, sigma=sigma, identity=identity)

    def _sigma_of(self, array: np.ndarray) -> np.ndarray:
        rows = array.reshape(len(array), -1)
        if self.sigma is not None:
            return np.full(len(rows), self.sigma)
        spread: np.ndarray = self.noise_level * (rows.max(axis=1).astype(np.float64) - rows.min(axis=1))
        return spread

    def _moments(self, state: GradientState, first: int, stop: int) -> Moments:
        """See `GradientMethod`; in batches, whose draws and gradients are still in the caches when they are summed."""
        inputs = self.model.tensors(state.inputs)
        shift = None if state.moments is None else state.moments.shift
        sums = Accumulator()
        while first < stop:
            batches = math.ceil((stop - first) / self._units_at_once(state, inputs, stop - first))
            pairs = math.ceil((stop - first) / batches)  # equal ones: a small last batch is a slow one
            plus, minus = self._gradients_of(state, inputs, first, first + pairs, state.used_precision)
            if self.reduce == "variance" and shift is None:
                shift = ((plus[0] + minus[0]) / 2).double().cpu().numpy()
            sums.add(self._quantities(plus, minus, shift))
            first += pairs
        return sums.moments(shift)

    def _quantities(self, plus: torch.Tensor, minus: torch.Tensor, shift: np.ndarray | None) -> list[torch.Tensor]:
        """Return what is averaged over pairs, for each of them; squares in double precision, where they keep range."""
        if self.reduce == "mean":
            return [(plus + minus).div_(2)]
        if self.reduce == "absolute":
            return [(plus.abs() + minus.abs()).div_(2)]
        plus, minus = double(plus), double(minus)
        if shift is not None:
            origin = torch.as_tensor(shift, device=plus.device)
            plus, minus = plus - origin, minus - origin
        squares = (plus.square() + minus.square()) / 2
        return [squares] if shift is None else [(plus + minus) / 2, squares]

    def _gradients_of(
        self, state: GradientState, inputs: tuple[torch.Tensor, ...], first: int, stop: int, precision: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the gradients at x + e and at x - e, each of shape (pairs, size); for a mean, theirs may be both."""
        draws = 2 * (stop - first)
        target = state.target if callable(state.target) else np.tile(state.target, draws)
        neighbours = self.reduce == "mean" and len(inputs[0]) == 1
        gradients = self._flat_gradients(
            self._draws(state, inputs, first, stop), target, draws, precision, pairs=neighbours
        )
        return gradients[::2], gradients[1::2]

    def _draws(
        self, state: GradientState, inputs: tuple[torch.Tensor, ...], first: int, stop: int
    ) -> tuple[torch.Tensor, ...]:
        """Return x + e and x - e of each pair: each input's copies stacked along its rows."""
        draws = []
        noise = self._unit_noise(state).pairs(first, stop, self.model.device)
        for tensor, unit, sigma in zip(inputs, noise, state.sigma, strict=True):
            scale = torch.as_tensor(sigma, dtype=torch.float32, device=unit.device)
            scaled = unit * scale.reshape(-1, *[1] * (tensor.ndim - 1))
            both = tensor.new_empty((len(scaled), 2, *tensor.shape))
            torch.add(tensor, scaled, out=both[:, 0])
            torch.sub(tensor, scaled, out=both[:, 1])
            draws.append(both.flatten(0, 2))
        return tuple(draws)

    def _unit_noise(self, state: GradientState) -> UnitNoise:
        shapes = tuple(array.shape for array in state.inputs)
        if self._noise is None or (self._noise.seed, self._noise.shapes) != (self.seed, shapes):
            self._noise = UnitNoise(self.seed, shapes)
        return self._noise

    def _value_and_error(self, moments: Moments) -> tuple[np.ndarray, np.ndarray | None]:
        return variance_and_error(moments) if self.reduce == "variance" else mean_and_error(moments)


def _mean_of(sigma: Iterable[np.ndarray]) -> float:
    return float(np.mean(np.concatenate(list(sigma))))


def _at_least_zero(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not (np.isfinite(number) and number >= 0):
        raise InputError(
            f"{name} is out of range.",
            given=f"{name}={value!r}",
            expected="a finite number of at least 0",
            do="choose one, 0.15 for instance",
        )
    return number


def _whole(name: str, value: Any, least: int, most: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if not least <= number <= most:
        raise InputError(
            f"{name} is out of range.",
            given=f"{name}={value!r}",
            expected=f"a whole number from {least} to {most}",
            do="choose one",
        )
    return number
