"""How a model of tables is called: one number for each row, whatever the model is."""

from __future__ import annotations

import functools
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from .columns import check_columns
from .digests import digest
from .errors import InputError, ModelError
from .memory import is_out_of_memory
from .references import is_module, parts
from .repeats import are_alike
from .tables import Table

_FUNCTIONS = (types.FunctionType, types.MethodType, functools.partial)
_METHODS = ("predict_proba", "decision_function", "predict")
_ROWS_AT_ONCE = {"cpu": 1 << 12}  # of a table, by a torch module that keeps nothing for a backward pass
_ROWS_AT_ONCE_ELSEWHERE = 1 << 18  # where a call costs more than many rows


class Predictor:
    """One small face for anything that answers for the rows of a table.

    Parameters
    ----------
    model : estimator, torch.nn.Module or callable
        Anything with predict_proba, decision_function or predict; a torch module, which gets one tensor of all columns
        in its own precision and runs as `TorchModel` runs it; or a function of the table.
    response_method : {"auto", "predict_proba", "decision_function", "predict"}, default "auto"
        As in scikit-learn: "auto" is predict for a regressor, else the first of these that the model has.
    target : class or int, optional
        Of a classifier the class to explain, by default the positive one of two; of other models with several outputs
        the position of one.
    every_output : bool, default False
        Keep all classes of more than two, or all outputs, where there is no target.

    Attributes
    ----------
    method : str
        What is called: one of the response methods, "module" or "function".
    classes : ndarray or None
        The classes of a classifier's scores.
    torch_model : TorchModel or None
        How a torch module is called.

    Examples
    --------
    >>> import numpy as np
    >>> Predictor(lambda X: X[:, 0] - X[:, 1])(np.array([[3.0, 1.0], [1.0, 1.0]]))
    array([2., 0.])
    """

    def __init__(
        self, model: Any, *, response_method: str = "auto", target: Any = None, every_output: bool = False
    ) -> None:
        self.model = model
        self.target = target
        self.every_output = every_output
        self.method = _method_of(model, response_method)
        self.classes = _classes_of(model) if self.method in ("predict_proba", "decision_function") else None
        self.torch_model: Any = _torch_model(model) if self.method == "module" else None
        self._check_target()

    @property
    def dtype(self) -> np.dtype[Any]:
        """What its scores are kept in: float32 for a torch module of that precision or a lower one, else float64."""
        precision = None if self.torch_model is None else self.torch_model.dtype
        return np.dtype(np.float64 if precision is None or precision.itemsize > 4 else np.float32)

    def __call__(self, data: Any) -> np.ndarray:
        """Return one number for each row of a native table, float64 of shape (rows,); the model may spoil the table."""
        scores = self.scores(data)
        if scores.shape[1] != 1:
            raise self._no_target(scores.shape[1])
        return scores[:, 0]

    def scores(self, data: Any) -> np.ndarray:
        """Return what is explained for each row of a native table, float64 of shape (rows, outputs).

        Raises
        ------
        InputError
            Where the model has several outputs and no target says which.
        ModelError
            Where the model raises, or gives what are not finite numbers, one row for each of the table's.
        """
        rows = len(data)
        scores = self._checked(self._answer(data), rows)
        return self.picked(scores.reshape(rows, -1))

    def fingerprint(self) -> str:
        """Return a digest of the model as it is now, of the response and of the target.

        An estimator is known by its pickle or by its trees, a torch module by its code and weights, a function by its
        code and what that refers to. What a compiled object hides from all of these is not seen.
        """
        return self._digest(_identity_of(self.model, self.torch_model))

    def verify(self, expected: str, table: Table) -> None:
        """Raise ModelError if the model is not, after a run on a table, the one with the fingerprint `expected`.

        A model that changes by being called is let pass: one that counts its calls, or that remembers its answers.
        """
        found = self._standing()
        if found == expected or (found == self._standing() and self._changes_by_a_call(found, table)):
            return
        raise ModelError(
            "The model changed while it was being explained.",
            given="a model that was fitted again or written to meanwhile, by training in another cell for instance",
            expected="one model from the first row to the last: rows of two models have no common mean",
            do="compute again when the model stands still",
        )

    def repeats(self, table: Table) -> bool:
        """Whether it gives a row of a table the same answer when it is asked twice.

        Where tables lie elsewhere, and of models of libraries that draw nothing, it is not asked.
        """
        from .trees import is_of_a_library

        if table.is_far or is_of_a_library(self.model):
            return True
        if self.torch_model is not None:
            self.torch_model.refresh()
        row = table.rows([table.n_rows // 2])  # not the first, which tells whether calls change the model
        return are_alike(self.scores(row.native()), self.scores(row.native()))

    def _changes_by_a_call(self, found: str, table: Table) -> bool:
        self.scores(table.rows([0]).native())
        return self._standing() != found

    def _standing(self) -> str:
        """Return the fingerprint of what is run now: of a torch module that which the run began with."""
        if self.torch_model is None:
            return self.fingerprint()
        return self._digest(self.torch_model.standing())

    def _digest(self, identity: str) -> str:
        return digest(identity, self.method, repr(self.target), self.every_output)

    def _answer(self, data: Any) -> Any:
        if self.torch_model is not None:
            return self.torch_model.scores((Table.of(data).matrix(),))
        call = self._call()
        try:
            return call(data)
        except Exception as error:
            if is_out_of_memory(error):
                raise
            check_columns(self.model, data)
            raise ModelError(
                "The model failed on copies of the table's rows.",
                given=f"{_name_of(self.model)}, which raised {type(error).__name__}: {' '.join(str(error).split())}",
                expected="an answer for every row of a table like the one given",
                do="see that the model answers for the table itself, and for rows with other values in some columns",
            ) from error

    def _call(self) -> Any:
        """Return what takes a native table; XGBoost's Booster itself takes tables of its own kind alone."""
        if self.method == "function":
            return self.model
        own_tables_alone = self.method == "predict" and hasattr(self.model, "inplace_predict")
        return self.model.inplace_predict if own_tables_alone else getattr(self.model, self.method)

    def _checked(self, answer: Any, rows: int) -> np.ndarray:
        scores = _as_numbers(answer)
        if scores is None:
            raise ModelError(
                "The model's answer is not made of numbers.",
                given=f"{_name_of(self.model)}, whose {self.method} gave {_shortly(answer)}",
                expected="a number for each row, or one for each row and output",
                do="use a model with predict_proba or decision_function, or a function that returns numbers",
            )
        if scores.ndim not in (1, 2) or len(scores) != rows or scores.size == 0:
            raise ModelError(
                "The model's answer has not one row for each of the table's.",
                given=f"an answer of shape {scores.shape} for {rows} rows",
                expected=f"the shape ({rows},) or ({rows}, outputs)",
                do="see that the model answers for each row alone, and drops none",
            )
        if not np.isfinite(scores).all():
            bad = int(np.count_nonzero(~np.isfinite(scores)))
            raise ModelError(
                "The model's answer is not finite.",
                given=f"{bad} of {scores.size} numbers are NaN or infinite",
                expected="finite numbers",
                do="see what the model does with missing values, and with rows of mixed values",
            )
        return scores

    def picked(self, scores: np.ndarray) -> np.ndarray:
        """Return what is explained of a model's answers, both of shape (rows, outputs)."""
        outputs = scores.shape[1]
        if self.classes is not None:
            return self._of_class(scores)
        if self.target is not None:
            if not self.target < outputs:
                raise self._no_target(outputs)
            return scores[:, [self.target]]
        if outputs > 1 and not self.every_output:
            raise self._no_target(outputs)
        return scores

    def _of_class(self, scores: np.ndarray) -> np.ndarray:
        assert self.classes is not None
        if len(self.classes) == 2:
            positive = self.target is None or self.target == self.classes[1]
            if scores.shape[1] == 1:  # a decision function: its sign tells the two apart
                return scores if positive else -scores
            return scores[:, [int(positive)]]
        return scores if self.target is None else scores[:, self.classes.tolist().index(self.target), None]

    @property
    def of_classes(self) -> bool | None:
        """Whether the outputs are classes; None of a function, or a torch module, which does not say."""
        if self.classes is not None:
            return True
        return None if self.method in ("function", "module") else False

    def output_names(self, outputs: int) -> tuple[str, ...]:
        """Return what to call the outputs of `scores`, of which there are so many."""
        if self.classes is not None:
            explained = self.target
            if explained is None and outputs == 1:
                explained = self.classes[-1]
            names = self.classes.tolist() if explained is None else [explained]
        else:
            names = [
                f"output {position}" for position in ([self.target] if self.target is not None else range(outputs))
            ]
        return tuple(map(str, names))

    def _check_target(self) -> None:
        if self.classes is not None:
            if len(self.classes) < 2:
                raise InputError(
                    "The model knows one class alone.",
                    given=f"the classes {self.classes.tolist()}",
                    expected="two classes or more",
                    do="train it on data of both",
                )
            known = self.classes.tolist()
            if (self.target is None and len(known) > 2 and not self.every_output) or (
                self.target is not None and self.target not in known
            ):
                raise InputError(
                    "Which class is to be explained?" if self.target is None else "There is no such class.",
                    given=f"target={self.target!r} and a model of {len(known)} classes",
                    expected=f"one of the classes {', '.join(map(repr, known))}",
                    do=f"pass target={known[-1]!r}, for instance",
                )
        elif self.target is not None and (
            isinstance(self.target, bool) or not isinstance(self.target, int | np.integer) or self.target < 0
        ):
            raise self._no_target(None)

    def _no_target(self, outputs: int | None) -> InputError:
        return InputError(
            "Which output is to be explained?" if self.target is None else "There is no such output.",
            given=f"target={self.target!r}" + (f" and a model of {_counted(outputs)}" if outputs else ""),
            expected=_positions(outputs),
            do="leave target out" if outputs == 1 else "pass target=0 for the first one",
        )


def _method_of(model: Any, response_method: str) -> str:
    """Return what to call, by scikit-learn's rules."""
    if response_method not in ("auto", *_METHODS):
        raise InputError(
            "The response method is not known.",
            given=f"response_method={response_method!r}",
            expected=f"one of auto, {', '.join(_METHODS)}",
            do="choose one",
        )
    present = [method for method in _METHODS if callable(getattr(model, method, None))]
    if is_module(model) and not present:
        found = "module"
    elif isinstance(model, type) or not (present or callable(model)):
        raise InputError(
            "This is not a model.",
            given=f"the class {model.__name__}" if isinstance(model, type) else _name_of(model),
            expected="anything with predict_proba, decision_function or predict, a torch module, or a function",
            do="pass a fitted model",
        )
    elif present:
        found = _estimator_method(model, response_method, present)
    else:
        found = "function"
    if response_method not in ("auto", found):
        raise InputError(
            "The model does not have this response method.",
            given=f"response_method={response_method!r} and {_name_of(model)}",
            expected=f"auto{''.join(f' or {method}' for method in present)}",
            do="leave it at auto",
        )
    return found


def _estimator_method(model: Any, response_method: str, present: list[str]) -> str:
    if _estimator_type(model) == "regressor":
        return "predict"
    return response_method if response_method in present else present[0]


def is_classifier(model: Any) -> bool:
    """Whether a model says of itself that it is a classifier."""
    return _estimator_type(model) == "classifier"


def _estimator_type(model: Any) -> str | None:
    if isinstance(model, types.FunctionType):
        return None
    tags = getattr(model, "__sklearn_tags__", None)
    found = getattr(tags() if callable(tags) else None, "estimator_type", None)
    return found or getattr(model, "_estimator_type", None)


def _classes_of(model: Any) -> np.ndarray | None:
    classes = getattr(model, "classes_", None)
    if classes is None:
        return None
    if isinstance(classes, list) and any(np.ndim(each) for each in classes):
        raise InputError(
            "The model answers several questions at once.",
            given=f"a classifier of {len(classes)} targets",
            expected="a classifier of one target",
            do="pass a function of the table that gives the score of one class of one target",
        )
    return np.asarray(classes)


def _torch_model(model: Any) -> Any:
    from .torch_model import TorchModel

    made = TorchModel(model)
    made.batch_size = _ROWS_AT_ONCE.get(made.device.type, _ROWS_AT_ONCE_ELSEWHERE)
    return made


def _identity_of(model: Any, torch_model: Any) -> str:
    if torch_model is not None:
        return str(torch_model.refresh())
    if isinstance(model, _FUNCTIONS):
        from .fingerprint import fingerprint

        return digest(fingerprint(model), [_identity_of(part, None) for part in _estimators_in(model)])
    from .trees import digest_of_trees

    try:
        return digest_of_trees(model) or digest(model)
    except Exception:  # noqa: BLE001 (what cannot be pickled says so in its own way)
        from .fingerprint import fingerprint

        return fingerprint(model)


def _estimators_in(value: Any, depth: int = 4) -> Iterator[Any]:
    """Yield the estimators that a function refers to, through other functions and containers."""
    for part in parts(value, depth=0).values():
        if hasattr(part, "predict") and not isinstance(part, type):
            yield part
        elif depth and isinstance(part, (*_FUNCTIONS, list, tuple, dict)):
            yield from _estimators_in(part, depth - 1)


def _as_numbers(answer: Any) -> np.ndarray | None:
    """Return an answer as float64, or None where it is not made of numbers."""
    if hasattr(answer, "detach"):
        answer = answer.detach().cpu().numpy()
    try:
        array = np.asarray(answer)
        return None if array.dtype.kind in "USOcMm" and not _is_real(array) else array.astype(np.float64)
    except (TypeError, ValueError):
        return None


def _is_real(array: np.ndarray) -> bool:
    return array.dtype.hasobject and all(isinstance(value, int | float | np.number) for value in array.flat)


def _counted(outputs: int) -> str:
    return "one output" if outputs == 1 else f"{outputs} outputs"


def _positions(outputs: int | None) -> str:
    if outputs is None:
        return "the position of an output, from 0"
    return "no target" if outputs == 1 else f"a whole number from 0 to {outputs - 1}"


def _name_of(model: Any) -> str:
    return str(getattr(model, "__qualname__", type(model).__name__))


def _shortly(answer: Any) -> str:
    text = repr(answer).replace("\n", " ")
    return text if len(text) <= 80 else f"{text[:77]}..."
