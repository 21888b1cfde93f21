"""Gradients of a score with respect to the input, and what every gradient method shares."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
import torch

from ..models import InputError, Target, TorchModel
from ..models.fingerprint import fingerprint
from ..models.scores import resolve_target
from .moments import Moments, mean_and_error, merge
from .precision import Precision
from .runs import check_same_run, count, joined, joined_disjoint
from .stream import Estimate, Explainer, Values, drive, last

_UNWATCHED_SECONDS = 0.5  # a step where nobody waits for a picture


@dataclass(frozen=True)
class GradientState:
    """Where a gradient method stands; see `stream.State`.

    Attributes
    ----------
    inputs : tuple of ndarray
        Rows first. Never written to.
    single : bool
        Whether the caller gave one array rather than a tuple.
    target : ndarray of int of shape (rows,), callable, or None
        None until the first step has asked the model for its prediction.
    identity : dict of str to str
        What must be the same for two states to be of one run, by name.
    total_units : int
        Units asked for.
    ranges : tuple of (int, int)
        The units done, as sorted disjoint half-open ranges; the first one grows.
    moments : Moments or None
        Of the gradients, all inputs flattened into one vector.
    sigma : tuple of ndarray of shape (rows,)
        The absolute noise of each input's rows; empty for methods without noise.
    precision : {"float32", "bfloat16", "auto"}
        What the gradients were computed in; "auto" is float32 that may still change its mind.
    """

    inputs: tuple[np.ndarray, ...]
    single: bool
    target: Any
    identity: dict[str, str]
    total_units: int
    ranges: tuple[tuple[int, int], ...] = ((0, 0),)
    moments: Moments | None = None
    sigma: tuple[np.ndarray, ...] = ()
    precision: str = "float32"

    @property
    def units(self) -> int:
        return count(self.ranges)

    @property
    def used_precision(self) -> str:
        """The precision by its own name: "float32" or "bfloat16"."""
        return "bfloat16" if self.precision == "bfloat16" else "float32"


class GradientMethod(Explainer[GradientState]):
    """What `SimpleGradient` and `SmoothGrad` share: the model, the target, resuming and merging.

    Parameters
    ----------
    model, output, batch_size
        See `models.TorchModel`; a ready one is taken as it is.
    multiply_by_inputs : bool, default False
        Multiply the map by the input (captum's word): an attribution in units of the score.
    precision : {"float32", "bfloat16", "auto"}, default "float32"
        Of the model's arithmetic. "float32" is what the model itself has. "bfloat16" is faster where the
        hardware has it; where it does not, a warning says so and float32 is used. "auto" takes bfloat16 where its
        error is under half of the sampling error, and says which in the state's `used_precision`; methods without
        sampling error stay exact.
    """

    def __init__(
        self,
        model: Any,
        *,
        output: str | int = "score",
        multiply_by_inputs: bool = False,
        batch_size: int | None = None,
        precision: Precision = "float32",
    ) -> None:
        if precision not in get_args(Precision):
            raise InputError(
                "The precision is not known.",
                given=f"precision={precision!r}",
                expected=f"one of {', '.join(get_args(Precision))}",
                do="choose one",
            )
        self.precision: Precision = precision
        self.model = model if isinstance(model, TorchModel) else TorchModel(model, output=output, batch_size=batch_size)
        self.multiply_by_inputs = multiply_by_inputs

    def attribute(self, inputs: Any, target: Target = None) -> Estimate[GradientState]:
        """Return the last estimate of `stream`, in as few steps as can be: nobody sees those before."""
        state = self.start(inputs, target)
        units = 1 if state.precision == "auto" else state.total_units  # "auto" decides after the first step
        steps = drive(self, state, step_seconds=_UNWATCHED_SECONDS, first_units=units)
        estimate: Estimate[GradientState] = last(steps)
        return estimate

    def stream(
        self, inputs: Any, target: Target = None, *, state: GradientState | None = None
    ) -> Iterator[Estimate[GradientState]]:
        """Yield estimates that get better with work; see `stream.drive`.

        Parameters
        ----------
        inputs : array or tensor, or tuple of them
            Floating point, rows first: (rows, ...).
        target : int, list of int, callable, or None
            The output to explain, for all rows or for each; a function of the model's output that returns one number
            for each row; or None for the predicted one.
        state : GradientState, optional
            Of an earlier estimate of the same run: go on from there.

        Raises
        ------
        InputError, ModelError
            When it is called, for input that cannot be explained; on the way, where the model fails.
        """
        fresh = self.start(inputs, target)
        begin = fresh if state is None else self.resume(state, fresh)
        return drive(self, begin, first_units=self.first_units(begin))

    def start(self, inputs: Any, target: Target = None, *, first_unit: int = 0) -> GradientState:
        """Check everything and return the state before the first unit; the model is not called.

        Parameters
        ----------
        inputs, target
            See `stream`.
        first_unit : int, default 0
            Where this part of a spread run begins; `merge` joins the parts.
        """
        arrays = self.model.prepare(inputs)
        resolved = resolve_target(target, len(arrays[0]))
        given = fingerprint(*arrays)
        identity = {"model": self.model.refresh(given), "inputs": given, "target": fingerprint(resolved)}
        precision = self._precision_to_use(arrays)
        if self.precision == "bfloat16" != precision:
            warnings.warn(
                f"precision='bfloat16': {self.model.device.type} has no fast bfloat16 for this model; float32 is used",
                stacklevel=3,
            )
        state = GradientState(
            arrays,
            not isinstance(inputs, tuple),
            resolved,
            identity,
            self._total_units(),
            ranges=((first_unit, first_unit),),
            precision=precision,
        )
        identity["precision"] = state.used_precision
        return self._with_noise(state)

    def advance(self, state: GradientState, units: int) -> GradientState:
        target = state.target if state.target is not None else self.model.predicted(state.inputs)
        first, stop = _next_units(state, units)
        moments = self._moments(replace(state, target=target), first, stop)
        self.model.verify(state.identity["model"])
        return replace(
            state,
            target=target,
            ranges=joined(((state.ranges[0][0], stop), *state.ranges[1:])),
            moments=moments if state.moments is None else merge(state.moments, moments),
        )

    def merge(self, left: GradientState, right: GradientState) -> GradientState:
        """Join two states of the same run with disjoint units.

        Raises
        ------
        InputError
            Where they are of different runs, or have units in common.
        """
        check_same_run(left.identity, right.identity)
        ranges = joined_disjoint(left.ranges, right.ranges)
        if left.moments is None or right.moments is None:
            return replace(right if left.moments is None else left, ranges=ranges)
        total = max(left.total_units, right.total_units, left.units + right.units)
        return replace(left, ranges=ranges, total_units=total, moments=merge(left.moments, right.moments))

    def finish(self, state: GradientState) -> None:
        self.model.verify(state.identity["model"], by_value=True)

    def estimate(self, state: GradientState) -> Estimate[GradientState]:
        assert state.moments is not None, "an estimate needs at least one unit"
        value, error = self._value_and_error(state.moments)
        done, total, unit = self._progress(state)
        return Estimate(
            self._shaped(value, state, signed=True),
            None if error is None else self._shaped(error, state, signed=False),
            done,
            total,
            unit,
            state.units >= state.total_units,
            state,
        )

    @abstractmethod
    def _total_units(self) -> int: ...

    @abstractmethod
    def _moments(self, state: GradientState, first: int, stop: int) -> Moments:
        """Return the moments of units `first` to `stop` - 1."""

    def _with_noise(self, state: GradientState) -> GradientState:
        return state

    def first_units(self, state: GradientState) -> int:
        """Return how many units make the first picture: one, or a batch where one unit takes as long as many."""
        if self.model.device.type == "cpu":
            return 1
        return self._units_at_once(state, self.model.tensors(state.inputs), state.total_units)

    def _rows_of_unit(self, state: GradientState) -> int:
        """Return how many rows the model sees for one unit."""
        return len(state.inputs[0])

    def _units_at_once(self, state: GradientState, inputs: tuple[torch.Tensor, ...], available: int) -> int:
        """Return how many of `available` units the model should see at once."""
        each = self._rows_of_unit(state)
        return max(1, self.model.rows_at_once(inputs, available * each, state.used_precision) // each)

    def _precision_to_use(self, inputs: tuple[np.ndarray, ...]) -> str:  # noqa: ARG002 (the noise depends on them)
        """Return the precision of a new run; "auto" where it is yet to be decided."""
        return "bfloat16" if self.precision == "bfloat16" and self.model.has_bfloat16() else "float32"

    def _value_and_error(self, moments: Moments) -> tuple[np.ndarray, np.ndarray | None]:
        return mean_and_error(moments)

    def _progress(self, state: GradientState) -> tuple[int, int, str]:
        return state.units, state.total_units, "pass"

    def resume(self, state: GradientState, fresh: GradientState) -> GradientState:
        """Return `state` as a beginning of the run that `fresh` starts.

        Raises
        ------
        InputError
            Where it is of another model, input, target, seed, noise or reduction, or has more units than asked for.
        """
        undecided = {"precision": state.used_precision} if fresh.precision == "auto" else {}
        check_same_run(state.identity, fresh.identity | undecided)
        if state.units > fresh.total_units:
            raise InputError(
                "The state has more work in it than is asked for.",
                given=f"{state.units} units done, {fresh.total_units} asked for",
                expected="at least as many as are done: draws cannot be taken out of a mean",
                do="ask for more, or start without state=",
            )
        return replace(state, total_units=fresh.total_units)

    def _shaped(self, flat: np.ndarray, state: GradientState, *, signed: bool) -> Values:
        sizes = np.cumsum([array.size for array in state.inputs])[:-1]
        arrays = [part.reshape(array.shape) for part, array in zip(np.split(flat, sizes), state.inputs, strict=True)]
        if self.multiply_by_inputs:
            arrays = [
                part * (array if signed else np.abs(array)) for part, array in zip(arrays, state.inputs, strict=True)
            ]
        for part in arrays:
            part.flags.writeable = False  # it may be a view of the state
        return arrays[0] if state.single else tuple(arrays)

    def _flat_gradients(
        self, inputs: tuple[torch.Tensor, ...], target: Any, draws: int, precision: str, *, pairs: bool = False
    ) -> torch.Tensor:
        """Return the gradients of `draws` copies of all rows, float32 or wider, of shape (draws, size)."""
        found = self.model.gradients(inputs, target, precision, pairs=pairs)
        gradients = [gradient.reshape(draws, -1) for gradient in found]
        flat = torch.cat(gradients, dim=1) if len(gradients) > 1 else gradients[0]
        return flat.float() if flat.itemsize < 4 else flat


class SimpleGradient(GradientMethod):
    """The gradient of the score: how much it would rise for each unit of each input, locally.

    Source: Simonyan, Vedaldi, Zisserman 2013, arXiv 1312.6034, section 3 (they show its absolute value). Exact: one
    pass, one estimate, no sampling error.

    Parameters
    ----------
    model, output, multiply_by_inputs, batch_size, precision
        See `GradientMethod`.

    Examples
    --------
    >>> import torch
    >>> from xai_widgets.explainers import SimpleGradient
    >>> SimpleGradient(lambda x: (x**2).sum(1)).attribute(torch.tensor([[1.0, 2.0]]), target=0).value
    array([[2., 4.]])
    """

    def _total_units(self) -> int:
        return 1

    def _moments(self, state: GradientState, first: int, stop: int) -> Moments:
        inputs, precision = self.model.tensors(state.inputs), state.used_precision
        flat = self._flat_gradients(inputs, state.target, 1, precision)[0]
        gradient = flat.cpu().double().numpy()
        return Moments(stop - first, (gradient,), (np.zeros_like(gradient),))


class GradientXInput(SimpleGradient):
    """The gradient times the input: for a piecewise linear model without biases the parts add up to the score.

    Source: Shrikumar et al. 2016, arXiv 1605.01713. The same as `SimpleGradient(..., multiply_by_inputs=True)`.

    Parameters
    ----------
    model, output, batch_size, precision
        See `GradientMethod`.

    Examples
    --------
    >>> import torch
    >>> from xai_widgets.explainers import GradientXInput
    >>> GradientXInput(lambda x: 3 * x.sum(1)).attribute(torch.tensor([[1.0, 2.0]]), target=0).value
    array([[3., 6.]])
    """

    def __init__(
        self,
        model: Any,
        *,
        output: str | int = "score",
        batch_size: int | None = None,
        precision: Precision = "float32",
    ) -> None:
        super().__init__(model, output=output, multiply_by_inputs=True, batch_size=batch_size, precision=precision)


def _next_units(state: GradientState, units: int) -> tuple[int, int]:
    first = state.ranges[0][1]
    stop = first + min(units, state.total_units - state.units)
    return first, min([stop, *(begin for begin, _ in state.ranges[1:2])])
