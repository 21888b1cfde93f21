"""How a torch model is called: scores of a batch, gradients of a score, a fingerprint of what it is."""

from __future__ import annotations

import math
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any, TypeVar

import numpy as np
import torch
from torch import nn

from .bfloat16 import has_bfloat16
from .checksum import checksum
from .errors import ExplainedError, InputError, ModelError
from .fingerprint import fingerprint_of_code, fingerprint_of_settings, fingerprint_of_weights, weights_of
from .inputs import as_arrays, shapes_of
from .memory import SavedBytes, is_out_of_memory, rows_at_once, version_of
from .prepared import Answer, Call, Prepared
from .records import record_of
from .references import modules_of, unwrap
from .repeats import are_alike
from .scores import by_row, pick_output, pick_target
from .shadow import CannotShadowError, shadow
from .structure import structure_of

_Result = TypeVar("_Result")

# One lock for each module that has to be used itself: two views of it must not change its mode under each other.
_LOCKS: weakref.WeakKeyDictionary[nn.Module, threading.RLock] = weakref.WeakKeyDictionary()


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
        Where the weights are and what they are; None for the dtype of a model without floating point weights.
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
        self._modules = modules_of(self.model)
        self._device, self._dtype = _place_of(self._modules)
        self._originals: list[torch.Tensor] = []
        self._versions: list[tuple[int, int]] = []
        self._structure: list[Any] | None = None
        self._settings, self._code, self._weights = "", "", ""
        self._checksum = 0
        self._most_rows: int | None = None  # learned when memory ran out
        self._record = record_of(self._modules)
        self._prepared = Prepared()
        self._prepared_for: tuple[Any, ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        here: dict[str, Any] = {"_call": None, "_originals": [], "_structure": None, "_checksum": 0, "_most_rows": None}
        return {**self.__dict__, **here, "_record": None, "_prepared": None, "_prepared_for": ()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._record = record_of(self._modules)
        self._prepared = Prepared()

    @property
    def shadowed(self) -> bool:
        return self._callable() is not self.model

    @property
    def safe_to_train(self) -> bool:
        """Whether the model may be trained during a run: it is shadowed, or there is nothing to train."""
        return self.shadowed or not self._modules

    @property
    def device(self) -> torch.device:
        return self._device

    @property
    def dtype(self) -> torch.dtype | None:
        return self._dtype

    def refresh(self, inputs: str = "") -> str:
        """Take the model as it is now, for a new run, and return its fingerprint.

        Parameters
        ----------
        inputs : str, optional
            Fingerprint of what the run is on: faster copies are proved on each input anew.
        """
        structure = structure_of(self.model)
        if structure is None or structure != self._structure:
            self._call, self._structure = None, structure
            self._settings = fingerprint_of_settings(self.model)
        self._modules = modules_of(self.model)
        self._originals = [weight for module in self._modules for weight in weights_of(module)]
        self._versions = self._version()
        self._code = fingerprint_of_code(self._callable()) + self._settings
        self._weights = self._fingerprint_of_weights(self._callable())
        key = (structure, self._code, self._weights, self.device, self.dtype)
        if key != self._prepared_for:
            self._prepared, self._prepared_for = Prepared(self._weights), key
        self._prepared.begin_run(inputs if structure is not None else None)
        return self._code + self._weights

    def verify(self, expected: str, *, by_value: bool = False) -> None:
        """Raise ModelError if the model is not the one with the fingerprint `expected`.

        Version counters are compared first, which is cheap; they miss writes through `.data`, so the end of a run
        compares the values (`by_value`). What is compared is what we run: a model moved to another device or
        precision meanwhile leaves us the weights we began with.
        """
        if self.standing(by_value=by_value) != expected:
            raise ModelError(
                "The model's weights changed while it was being explained.",
                given="weights or buffers that were written to: by training in another cell, or by the model itself",
                expected="one model from the first sample to the last: samples of two models have no common mean",
                do="compute again when the weights stand still; a forward should write to none of them in eval mode",
            )

    def standing(self, *, by_value: bool = True) -> str:
        """Return the fingerprint of what is run now; see `verify`."""
        if self._call is None:
            self.refresh()
        elif by_value or self._version() != self._versions:
            self._versions = self._version()
            self._weights = self._fingerprint_of_weights(self._call)
        return self._code + self._weights

    def release(self) -> None:
        """Forget the shadow and the faster copies; they are made again when needed."""
        self._call = None
        self._prepared, self._prepared_for = Prepared(), ()

    def prepare(self, inputs: Any) -> tuple[np.ndarray, ...]:
        """Check inputs and return them as plain arrays, one for each input, rows first; see `as_arrays`."""
        return as_arrays(inputs)

    def tensors(self, arrays: tuple[np.ndarray, ...]) -> tuple[torch.Tensor, ...]:
        """Return copies of arrays as tensors on the model's device, floating point in the model's precision."""
        device, dtype = self.device, self.dtype
        return tuple(torch.tensor(array, device=device, dtype=dtype) for array in arrays)

    def scores(self, inputs: tuple[np.ndarray, ...]) -> np.ndarray:
        """Return the scores of each row, float64 of shape (rows, n_outputs)."""
        tensors = self.tensors(inputs)
        scores = self._scores(tensors, lambda start, stop: tuple(tensor[start:stop].clone() for tensor in tensors))
        return scores.astype(np.float64, copy=False)

    def repeats(self, inputs: tuple[np.ndarray, ...]) -> bool:
        """Whether it gives the first row the same scores when it is asked twice."""
        first = tuple(array[:1] for array in inputs)
        return are_alike(self.scores(first), self.scores(first))

    def scores_at(self, rows: np.ndarray, columns: list[int], points: np.ndarray) -> np.ndarray:
        """Return the scores of each row with some columns set to each of some points, the rows slowest.

        Each row and each point crosses to the device once, and the copies are made there.

        Parameters
        ----------
        rows : ndarray of shape (rows, columns)
            Of a module with one input.
        columns : list of int
            Those that are set.
        points : ndarray of shape (points, set columns)

        Returns
        -------
        ndarray of shape (rows x points, outputs)
            In the precision in which the model answers.
        """
        given, moved = self.tensors((rows, points))

        each = len(moved)

        def copies(start: int, stop: int) -> tuple[torch.Tensor]:
            some = given[start // each : -(-stop // each)]
            made = some[:, None].repeat(1, each, 1)
            made[:, :, columns] = moved
            return (made.flatten(0, 1)[start % each :][: stop - start],)

        return self._scores((given[:1].expand(len(given) * each, -1),), copies)

    def _scores(
        self, like: tuple[torch.Tensor, ...], part: Callable[[int, int], tuple[torch.Tensor, ...]]
    ) -> np.ndarray:
        """Return the scores of inputs like some, of which `part` gives copies that the model may spoil."""

        def run(start: int, stop: int) -> np.ndarray:
            with self._running() as call, torch.no_grad():
                scores: np.ndarray = by_row(self._outputs(call, part(start, stop)), stop - start).cpu().numpy()
                return scores

        scores = np.concatenate(self._in_batches(like, run))
        if not np.isfinite(scores).all():
            raise _not_finite("score", int(np.count_nonzero(~np.isfinite(scores))), scores.size)
        return scores

    def ask(self, question: Callable[[Callable[..., Any]], _Result]) -> _Result:
        """Return what a function of the model gives: it gets the model as it is run here, and no gradients."""
        with self._running() as call, torch.no_grad():
            return question(call)

    def predicted(self, inputs: tuple[np.ndarray, ...]) -> np.ndarray:
        """Return the output with the highest score in each row."""
        return np.asarray(self.scores(inputs).argmax(axis=1))

    def gradients(
        self,
        inputs: tuple[torch.Tensor, ...],
        target: np.ndarray | Callable[[torch.Tensor], torch.Tensor],
        precision: str = "float32",
        *,
        pairs: bool = False,
    ) -> tuple[torch.Tensor, ...]:
        """Return the gradient of each row's target score with respect to each input.

        Parameters
        ----------
        inputs : tuple of torch.Tensor
            On the model's device, rows first.
        target : ndarray of int, shape (rows,), or callable
            The output of each row; a callable maps the outputs of some rows to one number for each of them.
        precision : {"float32", "bfloat16"}, default "float32"
            Of the arithmetic; "float32" stands for the model's own.
        pairs : bool, default False
            Whether only the mean of the gradients of each two neighbouring rows is used: it may be given in place of
            both, which takes less work.

        Raises
        ------
        ModelError
            Where the model raises, cuts the graph between input and output, or gives values that are not finite.
        """
        self._prepared.begin_step()

        def run(start: int, stop: int) -> tuple[torch.Tensor, ...]:
            part = tuple(tensor[start:stop] for tensor in inputs)
            whole = pairs and start % 2 == stop % 2 == 0
            answer = self._answer(part, target if callable(target) else target[start:stop], precision, pairs=whole)
            return *answer.gradients, answer.explained

        pieces = self._in_batches(inputs, run, precision, self._prepared.most_rows, together=2 if pairs else 1)
        *gradients, scores = (parts[0] if len(parts) == 1 else torch.cat(parts) for parts in zip(*pieces, strict=True))
        for name, tensors in {"score": [scores], "gradient": gradients}.items():
            if not all(_may_be_finite(tensor) for tensor in tensors):
                bad = sum(int((~tensor.isfinite()).sum()) for tensor in tensors)
                if bad:
                    raise _not_finite(name, bad, sum(tensor.numel() for tensor in tensors))
        return tuple(gradients)

    def rows_at_once(self, tensors: tuple[torch.Tensor, ...], available: int, precision: str = "float32") -> int:
        """Return how many of `available` rows like these the model should see at once."""
        if self.batch_size is not None:
            rows = self.batch_size
        elif known := self._record.bytes_per_row.get(self._kind(tensors, precision)):
            rows, most = rows_at_once(self.device, known)
            if self.device.type == "cpu":  # elsewhere nothing is to be tried
                rows = self._record.paces[self._kind(tensors, precision)].rows(rows, min(available, most))
        else:
            rows = 2
        return max(1, min(rows, self._most_rows or rows))

    def has_bfloat16(self) -> bool:
        """Tell whether this model is faster in bfloat16: its own precision is float32, and the hardware has both."""
        device, dtype = _place_of(self._modules)  # as a run that begins now finds it
        return dtype == torch.float32 and has_bfloat16(device)

    @property
    def rounding(self) -> Any:
        """What bfloat16 costs with these weights on this device, or None where it has not been measured."""
        return self._record.rounding.get((self._weights, self.device))

    @rounding.setter
    def rounding(self, measured: Any) -> None:
        self._record.rounding[self._weights, self.device] = measured

    def _kind(self, tensors: tuple[torch.Tensor, ...], precision: str) -> tuple[Any, ...]:
        """Return everything that time and memory for a row depend on."""
        return self._code, self.device, _row_shapes(tensors), precision, self._prepared.in_use

    def _in_batches(
        self,
        tensors: tuple[torch.Tensor, ...],
        run: Callable[[int, int], _Result],
        precision: str = "float32",
        most_rows: Callable[[int], int] = int,
        together: int = 1,
    ) -> list[_Result]:
        rows, start, results = tensors[0].shape[0], 0, []
        while start < rows:
            most = most_rows(self.rows_at_once(tensors, rows - start, precision))
            batches = math.ceil((rows - start) / most)
            size = math.ceil((rows - start) / batches)  # equal ones: a small last batch is a slow one
            stop = start + (size if size < together else size - size % together)
            result = _attempt(run, start, stop)
            if result is None:
                self._most_rows = (stop - start) // 2
                if self.device.type == "cuda":
                    torch.cuda.empty_cache()
                continue
            results.append(result)
            start = stop
        return results

    def _answer(self, part: tuple[torch.Tensor, ...], target: Any, precision: str, *, pairs: bool) -> Answer:
        """Compute one batch, and learn from it."""
        settled, kind = self._prepared.settled, self._kind(part, precision)
        began = time.perf_counter()
        with self._running() as model, torch.enable_grad():
            if model is self.model:  # no copies of what cannot be copied
                self._prepared.refuse()
            answer = self._prepared.answer(
                model,
                precision,
                lambda call, show: self._differentiate(call, part, target, precision, show),
                pairs=pairs,
            )
        if settled:
            self._record.paces[kind].note(len(part[0]), time.perf_counter() - began)
        return answer

    def _differentiate(
        self,
        call: Call,
        part: tuple[torch.Tensor, ...],
        target: Any,
        precision: str,
        show: Callable[[torch.Tensor], Any],
    ) -> Answer:
        kind = self._kind(part, precision)
        measures = kind not in self._record.bytes_per_row and call.precision == precision
        saved = SavedBytes(weights_of(call.model) if measures else ())
        leaves = tuple(_leaf(tensor) for tensor in part)
        with saved.hooks() if measures else nullcontext():
            outputs = self._outputs(call, leaves)
            with _explained("target function", part):
                score = pick_target(outputs, target, len(part[0]))
        if not score.requires_grad:
            raise _cut()
        show(score)
        with _explained("model's backward pass", part):
            found: tuple[torch.Tensor | None, ...] = torch.autograd.grad(score.sum(), leaves, allow_unused=True)
        if all(gradient is None for gradient in found):
            raise _cut()
        if measures:
            self._record.bytes_per_row[kind] = max(1, saved.total // len(part[0]))
        gradients = tuple(
            torch.zeros_like(leaf) if gradient is None else gradient.detach()
            for gradient, leaf in zip(found, leaves, strict=True)
        )
        return Answer(gradients, score.detach(), outputs.detach())

    def _outputs(self, call: Callable[..., Any], part: tuple[torch.Tensor, ...]) -> torch.Tensor:
        with _explained("model", part):
            returned = call(*part)
        outputs = pick_output(returned, self.output)
        return outputs.float() if outputs.dtype == torch.bfloat16 else outputs

    @contextmanager
    def _running(self) -> Iterator[Callable[..., Any]]:
        """Give the model to call; what cannot be shadowed is locked, put in eval mode, and put back."""
        call = self._callable()
        with ExitStack() as stack:
            stack.enter_context(torch.inference_mode(mode=False))
            stack.enter_context(torch.autocast(self.device.type, enabled=False))
            if call is self.model:
                for module in sorted(modules_of(call), key=id):  # always in the same order: no deadlock
                    stack.enter_context(_LOCKS.setdefault(module, threading.RLock()))
                    stack.enter_context(_in_eval_mode(module))
            yield call

    def _callable(self) -> Callable[..., Any]:
        if self._call is None:
            try:
                self._call = shadow(self.model)
            except CannotShadowError:
                self._call = self.model
            self._device, self._dtype = _place_of(modules_of(self._call))
        return self._call

    def _fingerprint_of_weights(self, call: Callable[..., Any]) -> str:
        if self.device.type != "cuda":
            return fingerprint_of_weights(call)
        found = checksum(weights_of(call))  # weights are copied to the host only when they are new
        if found != self._checksum or not self._weights:
            self._checksum, self._weights = found, fingerprint_of_weights(call)
        return self._weights

    def _version(self) -> list[tuple[int, int]]:
        """Return what an in-place write to the user's own weights changes."""
        return [(version_of(weight), weight.data_ptr()) for weight in self._originals]


def _place_of(modules: list[nn.Module]) -> tuple[torch.device, torch.dtype | None]:
    weights = [weight for module in modules for weight in weights_of(module)]
    dtypes = (weight.dtype for weight in weights if weight.is_floating_point())
    return (weights[0].device if weights else torch.device("cpu")), next(dtypes, None)


def _attempt(run: Callable[[int, int], _Result], start: int, stop: int) -> _Result | None:
    """Run, or return None when memory ran out and fewer rows can be tried.

    The caller retries outside of the except block: inside, the traceback would keep the failed batch alive.
    """
    try:
        return run(start, stop)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        if stop - start > 1:
            return None
        raise ModelError(
            "Out of memory, even with one row at a time.",
            given=_first_line(error),
            expected="memory for one row forward and backward",
            do="free memory, make the input smaller, or move the model to a device with more of it",
        ) from error


@contextmanager
def _explained(what: str, part: tuple[torch.Tensor, ...]) -> Iterator[None]:
    """Put what is raised inside into words; memory that ran out is somebody else's."""
    try:
        yield
    except ExplainedError:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise ModelError(
            f"The {what} raised {type(error).__name__}.",
            given="a batch of shape " + shapes_of(part),
            expected=f"scores; it said: {_first_line(error)}",
            do="check that inputs are rows first, inputs[None] for a single one; then call it on this shape yourself",
        ) from error


@contextmanager
def _in_eval_mode(module: nn.Module) -> Iterator[None]:
    modes = [(part, part.training) for part in module.modules()]
    try:
        for part, _ in modes:
            part.training = False
        yield
    finally:
        for part, training in modes:
            part.training = training


def _cut() -> ModelError:
    return ModelError(
        "The score does not depend on the input through torch.",
        given="a model that cuts the graph: .detach(), torch.no_grad(), .numpy(), a rounding, a quantised layer",
        expected="scores that can be differentiated with respect to the input",
        do="remove what cuts the graph, or use a method that needs no gradient",
    )


def _not_finite(name: str, bad: int, size: int) -> ModelError:
    return ModelError(
        f"The {name} is not finite.",
        given=f"{bad} of {size} values are NaN or infinite",
        expected="finite values: one NaN spoils a mean for good",
        do="check the input's scale and the model's weights; look for a division, a logarithm or a root at zero",
    )


def _leaf(tensor: torch.Tensor) -> torch.Tensor:
    leaf = tensor.clone() if tensor.is_inference() else tensor.detach()
    return leaf.requires_grad_()


def _may_be_finite(tensor: torch.Tensor) -> bool:
    """Tell, in one pass, whether all values are finite; only an overflow of the sum makes it doubt what is finite."""
    return bool(tensor.sum().isfinite())


def _row_shapes(tensors: tuple[torch.Tensor, ...]) -> tuple[Any, ...]:
    return tuple((tuple(tensor.shape[1:]), tensor.dtype) for tensor in tensors)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
