"""How a torch model is called: scores of a batch, gradients of a score, a fingerprint of its weights."""

from __future__ import annotations

import hashlib
import threading
import types
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

import numpy as np
import torch

from .errors import InputError, ModelError
from .memory import SavedBytes, is_out_of_memory, memory_budget
from .shadow import CannotShadowError, modules_of, shadow, unwrap

Target = int | Sequence[int] | Callable[[torch.Tensor], torch.Tensor] | None

_Result = TypeVar("_Result")

# One lock for each model that has to be used itself: two views of it must not change its mode under each other.
_LOCKS: weakref.WeakKeyDictionary[Any, threading.RLock] = weakref.WeakKeyDictionary()


class TorchModel:
    """One small face for anything that maps tensors to scores through torch.

    Every call runs on a shadow (see `shadow`), on the calling thread, with gradients enabled for the inputs alone,
    whatever grad mode, inference mode or autocast the caller is in. Rows are evaluated in batches sized by a memory
    estimate; when memory runs out all the same, in smaller ones, down to one row.

    Parameters
    ----------
    model : torch.nn.Module or callable
        Takes one positional tensor for each input, rows first, and returns scores of shape (rows, n_outputs) or
        (rows,), or a tuple or mapping that holds them.
    output : str or int, default "score"
        Which entry of a tuple (position) or mapping (key) holds the scores. "score" takes the only entry there is,
        or the one called "logits".
    batch_size : int, optional
        The most rows the model sees at once. By default found from the memory that one row takes.

    Attributes
    ----------
    device, dtype : torch.device, torch.dtype
        Where the weights are and what they are; the inputs' own for a model without floating point weights.
    shadowed : bool
        False where the model could not be copied and is used itself: training it meanwhile is unsafe.
    """

    def __init__(self, model: Any, *, output: str | int = "score", batch_size: int | None = None) -> None:
        if not callable(model):
            raise InputError(
                "This is not a model.",
                given=f"{type(model).__name__}, which cannot be called",
                expected="a torch.nn.Module or a function of tensors that returns scores",
                do="pass the model itself",
            )
        self.model = unwrap(model)
        self.output = output
        self.batch_size = batch_size
        self._call: Callable[..., Any] | None = None
        self._versions: tuple[int, ...] = ()
        self._fingerprint = ""
        self._bytes_per_row: dict[tuple[Any, ...], int] = {}
        self._most_rows: int | None = None  # learned when memory ran out

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_call": None, "_bytes_per_row": {}}

    @property
    def shadowed(self) -> bool:
        return self._callable() is not self.model

    @property
    def device(self) -> torch.device:
        return next((weight.device for weight in self._weights()), torch.device("cpu"))

    @property
    def dtype(self) -> torch.dtype | None:
        return next((weight.dtype for weight in self._weights() if weight.is_floating_point()), None)

    def refresh(self) -> str:
        """Take the model as it is now, for a new run, and return the fingerprint of its weights."""
        self._call = None
        self._versions = self._version()
        self._fingerprint = self._digest()
        return self._fingerprint

    def verify(self, *, by_value: bool = False) -> None:
        """Raise ModelError if the weights have changed since `refresh`.

        Version counters are compared first, which is cheap; they miss writes through `.data`, so the end of a run
        compares the values (`by_value`).
        """
        if not self._fingerprint or (self._version() == self._versions and not by_value):
            return
        if self._digest() != self._fingerprint:
            raise ModelError(
                "The model's weights changed while it was being explained.",
                given="weights that were written to during the run, by training in another cell for instance",
                expected="one model from the first sample to the last: samples of two models have no common mean",
                do="compute again when the weights stand still",
            )
        self._versions = self._version()

    def release(self) -> None:
        """Forget the shadow; it is made again when needed."""
        self._call = None

    def prepare(self, inputs: Any) -> tuple[np.ndarray, ...]:
        """Check inputs and return them as plain arrays, one for each input, rows first.

        Raises
        ------
        InputError
            For integer, complex, empty, NaN or infinite inputs, or inputs with different numbers of rows.
        """
        arrays = tuple(_as_array(value) for value in (inputs if isinstance(inputs, tuple) else (inputs,)))
        if not arrays:
            raise InputError(
                "There is no input.", given="an empty tuple", expected="one array or a tuple of arrays", do="pass one"
            )
        rows = [array.shape[0] if array.ndim else 0 for array in arrays]
        if min(rows) == 0 or any(array.size == 0 for array in arrays):
            raise InputError(
                "The batch is empty.",
                given=_shapes(arrays),
                expected="at least one row, rows first: (rows, ...)",
                do="pass inputs[None] for a single one",
            )
        if len(set(rows)) > 1:
            raise InputError(
                "The inputs have different numbers of rows.",
                given=_shapes(arrays),
                expected="the same first dimension everywhere",
                do="repeat the shorter one",
            )
        return arrays

    def scores(self, inputs: tuple[np.ndarray, ...]) -> np.ndarray:
        """Return the scores of each row, float64 of shape (rows, n_outputs)."""
        tensors = self.tensors(inputs)

        def run(start: int, stop: int) -> np.ndarray:
            with self._running() as call, torch.no_grad():
                part = tuple(tensor[start:stop].clone() for tensor in tensors)
                scores: np.ndarray = _by_row(self._outputs(call, part), stop - start).double().cpu().numpy()
                return scores

        scores = np.concatenate(self._in_batches(tensors, run))
        if not np.isfinite(scores).all():
            raise ModelError(
                "The model's scores are not finite.",
                given=f"{np.count_nonzero(~np.isfinite(scores))} of {scores.size} scores are NaN or infinite",
                expected="finite scores",
                do="check the input's scale and the model's weights",
            )
        return scores

    def predicted(self, inputs: tuple[np.ndarray, ...]) -> np.ndarray:
        """Return the output with the highest score in each row."""
        return np.asarray(self.scores(inputs).argmax(axis=1))

    def tensors(self, arrays: tuple[np.ndarray, ...]) -> tuple[torch.Tensor, ...]:
        """Return arrays as tensors on the model's device, floating point in the model's precision."""
        device, dtype = self.device, self.dtype
        return tuple(torch.as_tensor(array).to(device=device, dtype=dtype) for array in arrays)

    def gradients(
        self, inputs: tuple[torch.Tensor, ...], target: np.ndarray | Callable[[torch.Tensor], torch.Tensor]
    ) -> tuple[torch.Tensor, ...]:
        """Return the gradient of each row's target score with respect to each input.

        Parameters
        ----------
        inputs : tuple of torch.Tensor
            On the model's device, rows first.
        target : ndarray of int, shape (rows,), or callable
            The output of each row; a callable maps the outputs of some rows to one number for each of them.

        Raises
        ------
        ModelError
            Where the model raises, cuts the graph between input and output, or gives values that are not finite.
        """
        self.verify()

        def run(start: int, stop: int) -> tuple[torch.Tensor, ...]:
            part = tuple(tensor[start:stop] for tensor in inputs)
            return self._gradients_at_once(part, target if callable(target) else target[start:stop])

        pieces = self._in_batches(inputs, run)
        gradients = tuple(torch.cat(parts) if len(parts) > 1 else parts[0] for parts in zip(*pieces, strict=True))
        bad = sum(int((~gradient.isfinite()).sum()) for gradient in gradients)
        if bad:
            raise ModelError(
                "The gradient is not finite.",
                given=f"{bad} of {sum(gradient.numel() for gradient in gradients)} values are NaN or infinite",
                expected="finite values: one NaN spoils a mean for good",
                do="look for a division, a logarithm or a square root at zero in the model",
            )
        return gradients

    def resolve_target(self, target: Target, rows: int) -> np.ndarray | Callable[[torch.Tensor], torch.Tensor] | None:
        """Return the target of each row: an array of ints, the callable, or None where it is yet to be predicted."""
        if target is None or callable(target):
            return target
        values = np.atleast_1d(_as_plain(target))
        if values.ndim != 1 or values.dtype.kind not in "iu" or len(values) not in (1, rows):
            raise InputError(
                "The target is not understood.",
                given=repr(target),
                expected=f"an output's index, a list of {rows} of them (one for each row), or a function of the output",
                do="pass target=None for the predicted one",
            )
        return np.broadcast_to(values.astype(np.int64), rows)

    def _in_batches(
        self, tensors: tuple[torch.Tensor, ...], run: Callable[[int, int], _Result]
    ) -> list[_Result]:
        rows, start, results = tensors[0].shape[0], 0, []
        while start < rows:
            stop = min(rows, start + self._rows_at_once(tensors))
            result = _attempt(run, start, stop)
            if result is None:
                self._most_rows = (stop - start) // 2
                if self.device.type == "cuda":
                    torch.cuda.empty_cache()
                continue
            results.append(result)
            start = stop
        return results

    def _rows_at_once(self, tensors: tuple[torch.Tensor, ...]) -> int:
        if self.batch_size is not None:
            rows = self.batch_size
        elif known := self._bytes_per_row.get(_row_shapes(tensors)):
            rows = memory_budget(self.device) // known
        else:
            rows = 2
        return max(1, min(rows, self._most_rows or rows))

    def _gradients_at_once(self, part: tuple[torch.Tensor, ...], target: Any) -> tuple[torch.Tensor, ...]:
        shapes = _row_shapes(part)
        saved = None if shapes in self._bytes_per_row else SavedBytes()
        with self._running() as call, torch.enable_grad():
            leaves = tuple(tensor.detach().clone().requires_grad_() for tensor in part)
            with saved.hooks() if saved else nullcontext():
                # A clone, because a model that begins with an in-place operation refuses a leaf.
                outputs = self._outputs(call, tuple(leaf.clone() for leaf in leaves))
                score = _pick_target(outputs, target, len(part[0]))
            if not score.requires_grad:
                raise ModelError(
                    "The score does not depend on the input through torch.",
                    given="a model that cuts the graph: .detach(), torch.no_grad(), .numpy() or a rounding on the way",
                    expected="scores that can be differentiated with respect to the input",
                    do="remove what cuts the graph, or use a method that needs no gradient",
                )
            gradients = torch.autograd.grad(score.sum(), leaves, allow_unused=True)
        if saved:
            self._bytes_per_row[shapes] = max(1, saved.total // len(part[0]))
        return tuple(
            torch.zeros_like(leaf) if gradient is None else gradient.detach()
            for leaf, gradient in zip(leaves, gradients, strict=True)
        )

    def _outputs(self, call: Callable[..., Any], part: tuple[torch.Tensor, ...]) -> torch.Tensor:
        try:
            returned = call(*part)
        except Exception as error:
            if is_out_of_memory(error):
                raise
            raise ModelError(
                f"The model raised {type(error).__name__}.",
                given="a batch of shape " + _shapes(part),
                expected=f"scores; the model said: {_first_line(error)}",
                do="call the model on this input yourself; the traceback is in last_error",
            ) from error
        return _pick_output(returned, self.output)

    @contextmanager
    def _running(self) -> Iterator[Callable[..., Any]]:
        """Give the model to call; what cannot be shadowed is locked, put in eval mode, and put back."""
        call = self._callable()
        with torch.inference_mode(False), torch.autocast(self.device.type, enabled=False):
            if call is not self.model:
                yield call
                return
            modes = [(part, part.training) for module in modules_of(call) for part in module.modules()]
            with _lock_of(call):
                try:
                    for part, _ in modes:
                        part.training = False
                    yield call
                finally:
                    for part, training in modes:
                        part.training = training

    def _callable(self) -> Callable[..., Any]:
        if self._call is None:
            try:
                self._call = shadow(self.model)
            except CannotShadowError:
                self._call = self.model
        return self._call

    def _weights(self) -> list[torch.Tensor]:
        return [
            weight
            for module in modules_of(self.model)
            for weights in (module.parameters(), module.buffers())
            for weight in weights
        ]

    def _version(self) -> tuple[int, ...]:
        return tuple(number for weight in self._weights() for number in (weight._version, weight.data_ptr()))

    def _digest(self) -> str:
        digest = hashlib.blake2b(digest_size=16)
        model = self.model
        if isinstance(model, types.MethodType | types.FunctionType):
            code = model.__code__
            digest.update(code.co_code + repr((code.co_consts, code.co_names)).encode())
        with torch.inference_mode(False), torch.no_grad():
            sums = [_sums(weight) for weight in self._weights() if weight.numel()]
            for pair in torch.stack(sums).cpu().tolist() if sums else []:
                digest.update(repr(pair).encode())
        return digest.hexdigest()


def _attempt(run: Callable[[int, int], _Result], start: int, stop: int) -> _Result | None:
    """Run, or return None when memory ran out and fewer rows can be tried.

    The caller retries outside of the except block: inside, the traceback would keep the failed batch alive.
    """
    try:
        return run(start, stop)
    except Exception as error:
        if stop - start > 1 and is_out_of_memory(error):
            return None
        raise


def _sums(weight: torch.Tensor) -> torch.Tensor:
    """Two float64 numbers that change with the values of a weight and with their order."""
    values = weight.detach().flatten()
    values = values.abs() if values.is_complex() else values
    precision = torch.float32 if values.device.type == "mps" else torch.float64  # MPS has no float64
    whole = len(values) // 64 * 64
    columns = values[:whole].view(-1, 64).sum(dim=0, dtype=precision)
    rest = values[whole:].sum(dtype=precision)
    ramp = torch.arange(1, 65, dtype=precision, device=values.device)
    return torch.stack([columns.sum() + rest, (columns * ramp).sum() - rest]).cpu()


def _lock_of(model: Any) -> threading.RLock:
    owner = getattr(model, "__self__", model)
    try:
        return _LOCKS.setdefault(owner, threading.RLock())
    except TypeError:  # an object without weak references: nobody else can be told of its lock either
        return threading.RLock()


def _as_array(value: Any) -> np.ndarray:
    if isinstance(value, torch.Tensor):
        if not value.is_floating_point():
            raise _not_float(str(value.dtype), ".float()")
        value = value.detach().cpu()
        array = (value if value.dtype == torch.float64 else value.float()).numpy()
    else:
        array = np.asarray(value)
        if array.dtype.kind != "f":
            raise _not_float(str(array.dtype), '.astype("float32"), or .float() on a tensor')
        array = array.astype(np.float64 if array.dtype == np.float64 else np.float32, copy=False)
    bad = int(np.count_nonzero(~np.isfinite(array)))
    if bad:
        raise InputError(
            "The input is not finite.",
            given=f"{bad} of {array.size} values are NaN or infinite, the first at {_first_bad(array)}",
            expected="finite numbers",
            do="replace or mask them before explaining",
        )
    return array


def _not_float(dtype: str, how: str) -> InputError:
    return InputError(
        "The input has no gradient.",
        given=f"values of type {dtype}",
        expected="floating point values: a gradient is taken with respect to them",
        do=f"convert the input with {how}, or explain the embedding instead of the indices",
    )


def _first_bad(array: np.ndarray) -> tuple[int, ...]:
    return tuple(int(index) for index in np.argwhere(~np.isfinite(array))[0])


def _as_plain(target: Any) -> np.ndarray:
    return target.detach().cpu().numpy() if isinstance(target, torch.Tensor) else np.asarray(target)


def _pick_output(returned: Any, output: str | int) -> torch.Tensor:
    if isinstance(returned, torch.Tensor):
        return returned
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
    return _pick_output(picked, "score")


def _by_row(outputs: torch.Tensor, rows: int) -> torch.Tensor:
    """Return outputs as (rows, n_outputs)."""
    if outputs.ndim == 0 or outputs.shape[0] != rows or outputs.ndim > 2:
        raise InputError(
            "The model's output does not have one row of scores for each row of input.",
            given=f"{rows} rows in, an output of shape {tuple(outputs.shape)}",
            expected=f"({rows}, n_outputs) or ({rows},)",
            do="pass a batch, rows first (inputs[None] for a single one); for richer outputs pass target= a function "
            "of the output that returns one number for each row",
        )
    return outputs[:, None] if outputs.ndim == 1 else outputs


def _pick_target(outputs: torch.Tensor, target: Any, rows: int) -> torch.Tensor:
    if callable(target):
        score = target(outputs)
        if not isinstance(score, torch.Tensor) or score.shape != (rows,):
            raise InputError(
                "The target function does not return one number for each row.",
                given=f"{tuple(score.shape)}" if isinstance(score, torch.Tensor) else type(score).__name__,
                expected=f"a tensor of shape ({rows},) made from the output of shape {tuple(outputs.shape)}",
                do="reduce over every dimension but the first",
            )
        return score
    scores = _by_row(outputs, rows)
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


def _row_shapes(tensors: tuple[torch.Tensor, ...]) -> tuple[Any, ...]:
    return tuple((tuple(tensor.shape[1:]), tensor.dtype) for tensor in tensors)


def _shapes(arrays: Sequence[Any]) -> str:
    return " and ".join(str(tuple(array.shape)) for array in arrays)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
