"""LIMEPlot: the local weights of one row, and how far they can be believed."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from .. import wire
from ..models import InputError
from ..render import shap_words
from ..render.local_weights import LocalWeightsFigure
from .code import call_as_code, notebook_expressions
from .coded import CodedWidget
from .kept import KeptStates
from .labels import checked_names, wrong_names
from .live import kernel_owned
from .places import check_places
from .selection import no_row
from .traits import Choice, Finite, Position, Row, Whole

if TYPE_CHECKING:
    from ..explainers.lime.explanation import LocalExplanation
    from ..explainers.lime.tabular import LimeEstimate, LIMETabular

_STATIC = pathlib.Path(__file__).parent.parent / "static"
_STEP_SECONDS = 0.02  # a hand that changes its mind waits for the step before
_MOST_KEPT = 8  # sets of samples, of other seeds
_SAMPLERS = ("random", "sobol")


class LIMEPlot(CodedWidget):
    """The weights of a linear model around one row, with what they leave out: how stable they are, how well it fits.

    Each weight has the interval in which 95 % of other seeds would put it. Kernel width, number of features, class and
    fewer samples are solved again from the stored answers, without a call of the model; more samples are added to
    those that are there.

    Parameters
    ----------
    model : estimator, torch.nn.Module or callable
        Anything with predict_proba, decision_function or predict, a torch module, or a function of the table. Or a
        finished explanation, ours or the lime package's, alone.
    row : int, mapping, sequence, or table of one row
        A position in `X_train`, or values.
    X_train : table
        pandas, polars, pyarrow, numpy or torch; rows first. Samples are drawn as its columns are spread.
    target : class or int, optional
        The class of a classifier, or the output, to explain: by default the last, as in `WaterfallPlot`; of a finished
        explanation the one that it is of. The trait is its position.
    class_names : sequence of str, optional
        A name for each class, or each of several outputs; by default the classifier's own.
    num_features : int, default 10
        The most weights.
    num_samples : int, default 5000
    kernel_width : float, optional
        From 0.001 to a million; by default lime's own, 0.75 times the root of the number of columns.
    sampler : {"random", "sobol"}, default "random"
        "sobol" spreads the samples evenly: the weights depend less on the seed.
    seed : int, default 0
    mode, training_labels, categorical_features, feature_selection, discretizer, response_method
        See `explainers.lime.LIMETabular`.
    **view
        `language`.

    Attributes
    ----------
    index : int or None
        The position of the row in X_train; another may be set, or linked to another plot's. None is the row given.

    Examples
    --------
    >>> import numpy as np
    >>> import xai_widgets as xw
    >>> X = np.random.default_rng(0).uniform(size=(200, 3))
    >>> w = xw.LIMEPlot(lambda X: X[:, 0] - X[:, 2], 7, X, num_features=2).wait()
    >>> sorted(feature for feature, _ in w.explanation.as_map()[1])
    [0, 2]
    >>> w.close()
    """

    _esm = (_STATIC / "lime_plot.js").read_text(encoding="utf-8")
    _css = (_STATIC / "lime_plot.css").read_text(encoding="utf-8")
    _parameters = ("index", "target", "num_features", "num_samples", "kernel_width", "sampler", "seed")

    index = Row(None).tag(sync=True, resettable=True)
    target = Position("_classes", None).tag(sync=True, resettable=True)
    num_features = Whole(10, min=1, max=10_000).tag(sync=True, resettable=True)
    num_samples = Whole(5000, min=1, max=1_000_000).tag(sync=True, resettable=True)
    kernel_width = Finite(None, allow_none=True).tag(sync=True, resettable=True)
    sampler = Choice(_SAMPLERS, "random").tag(sync=True, resettable=True)
    seed = Whole(0, min=0, max=2**53 - 1).tag(sync=True, resettable=True)

    ready = traitlets.Bool(False).tag(**kernel_owned())
    feature_names: traitlets.List[Any] = traitlets.List(traitlets.Unicode()).tag(**kernel_owned())
    n_rows = traitlets.Int(0).tag(**kernel_owned())

    def __init__(
        self,
        model: Any,
        row: Any = None,
        X_train: Any = None,  # noqa: N803 (as everywhere)
        *,
        target: Any = None,
        class_names: Sequence[str] | None = None,
        num_features: int = 10,
        num_samples: int = 5000,
        kernel_width: float | None = None,
        sampler: str = "random",
        seed: int = 0,
        mode: str = "auto",
        training_labels: Any = None,
        categorical_features: Any = None,
        feature_selection: str = "auto",
        discretizer: str | None = "quartile",
        response_method: str = "auto",
        **view: Any,
    ) -> None:
        from ..explainers.lime.explanation import LocalExplanation, is_lime

        self._kept = KeptStates(_MOST_KEPT)
        self._made: LIMETabular | None = None
        self._finished: LocalExplanation | None = None
        self._named_target = target
        self._class_names = checked_names(class_names)
        if isinstance(model, LocalExplanation) or is_lime(model):
            self._given: dict[str, Any] = {"explanation": model}
            self._finished = self._named(LocalExplanation.of(model))
            names = self._finished.feature_names
            position = target
        else:
            if row is None or X_train is None:
                raise _incomplete(model, row, X_train)
            check_places("LIMEPlot(model, row, X_train)", model=model, row=row, X_train=X_train)
            self._given = {"model": model, "row": row, "X_train": X_train}
            self._settings: dict[str, Any] = {
                "mode": mode,
                "feature_selection": feature_selection,
                "response_method": response_method,
            }
            self._drawing = {
                "discretizer": discretizer,
                "categorical_features": categorical_features,
                "training_labels": training_labels,
            }
            names, position = self._prepare(sampler, seed)
        super().__init__(
            index=int(row) if isinstance(row, int | np.integer) and self._finished is None else None,
            target=position,
            num_features=num_features,
            num_samples=num_samples,
            kernel_width=kernel_width,
            sampler=sampler,
            seed=seed,
            ready=self._finished is not None,
            feature_names=list(names),
            n_rows=0 if self._finished is not None else self._neighbourhood.table.n_rows,
            **view,
        )
        self.observe(lambda _: self._on_worker(self._show_again), names=["language"])
        self._request()

    def _prepare(self, sampler: str, seed: int) -> tuple[list[str], int | None]:
        """Check what costs next to nothing; return the columns and the position of the target."""
        from ..explainers.lime.neighbourhood import Neighbourhood
        from ..explainers.row_values import is_position
        from ..models.predictors import Predictor

        self._neighbourhood = Neighbourhood.unread(self._given["X_train"], seed=seed, **self._drawing)
        if isinstance(self._given["row"], np.integer):
            self._given["row"] = int(self._given["row"])
        row, table = self._given["row"], self._neighbourhood.table
        self._row = row if is_position(row, table) else self._neighbourhood.row(row)
        response_method = self._settings["response_method"]
        self._predictor = Predictor(self._given["model"], response_method=response_method, every_output=True)
        self._explainer(sampler, seed)
        self._classes: list[Any] = [] if self._predictor.classes is None else self._predictor.classes.tolist()
        target = self._named_target
        return list(table.names), (self._classes.index(target) if target is not None and self._classes else target)

    @traitlets.validate("index")
    def _valid_index(self, proposal: Any) -> int | None:
        index = proposal["value"]
        if index is not None and self._finished is not None:
            raise traitlets.TraitError("index: a finished explanation is of its own row alone")
        if index is not None and index >= self._neighbourhood.table.n_rows:
            raise no_row(index, self._neighbourhood.table.n_rows)
        return index  # type: ignore[no-any-return]

    @traitlets.validate("target")
    def _valid_target(self, proposal: Any) -> int | None:
        target = proposal["value"]
        if target is not None and self._finished is not None and target not in self._labels(self._finished):
            raise traitlets.TraitError(f"target={target}, which this explanation does not have")
        return target  # type: ignore[no-any-return]

    @traitlets.validate("kernel_width")
    def _valid_kernel_width(self, proposal: Any) -> float | None:
        from ..explainers.lime.tabular import LEAST_WIDTH, MOST_WIDTH

        width = proposal["value"]
        if width is not None and not LEAST_WIDTH <= width <= MOST_WIDTH:
            expected = f"a number from {LEAST_WIDTH:g} to {MOST_WIDTH:g}, or None for lime's own"
            raise traitlets.TraitError(f"kernel_width={width:g}: {expected}")
        return width  # type: ignore[no-any-return]

    # -- answering: the worker's thread --------------------------------------------------------------------------------

    def _device(self) -> str:
        return "tables"

    def make_stream(self, request: dict[str, Any]) -> Iterator[Solved | None]:
        request["names"] = notebook_expressions(self._given)
        if self._finished is not None:
            yield Solved(self._finished, None)
            return
        yield from self._neighbourhood.read()
        explainer = self._explainer(request["sampler"], request["seed"])
        index = request["index"]
        self._asked_twice.ask(lambda: explainer.predictor.repeats(self._neighbourhood.table))
        fresh = explainer.start(self._row if index is None else index, request["num_features"], request["num_samples"])
        shown = None if self._shown is None else self._shown[0].state
        begin = self._kept.resumed(explainer, fresh, shown)
        labels = None if request["target"] is None else [request["target"]]
        steps: Iterator[Any] = explainer.steps(begin, step_seconds=_STEP_SECONDS, pauses=True)
        for estimate in steps:
            if estimate is None:
                yield None
                continue
            if estimate.finished:
                self._kept.keep(estimate.state)
            found = yield from estimate.in_parts(labels=labels, kernel_width=request["kernel_width"])
            yield Solved(self._named(found), estimate)

    def _named(self, found: LocalExplanation) -> LocalExplanation:
        """Return the same explanation, its classes called as the reader wants."""
        names = self._class_names
        if names is None:
            return found
        if len(names) != len(found.class_names or []):
            raise wrong_names(names, found.class_names or [])
        return replace(found, class_names=list(names))

    def _explainer(self, sampler: str, seed: int) -> LIMETabular:
        """Return the explainer; the one before where only what is solved for has changed."""
        from ..explainers.lime.tabular import LIMETabular

        made = self._made
        if made is None or (made.sampler, made.seed) != (sampler, seed):
            made = self._made = LIMETabular(
                self._given["model"],
                self._neighbourhood,
                target=self._named_target,
                sampler=sampler,
                seed=seed,
                **self._settings,
            )
        return made

    # -- showing -------------------------------------------------------------------------------------------------------

    def _frame(self, estimate: Solved, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        return wire.frame({"job": job, "sequence": sequence, **self._header(estimate, request)}, {})

    def _header(self, estimate: Solved, request: dict[str, Any]) -> dict[str, Any]:
        found = estimate.explanation
        label = self._label(found, request)
        fitted, shown = found.fitted.get(label), found.local_exp[label]
        intervals = None if fitted is None else fitted.interval
        starved = fitted is not None and fitted.is_starved(len(shown))
        if starved:
            shown = []
        classes = self._labels(found)
        return {
            "finished": estimate.finished,
            "done": estimate.done,
            "total": estimate.total,
            "weights": [
                {
                    "feature": feature,
                    "name": found.feature_names[feature] if found.conditions else found.labels[feature],
                    "condition": found.conditions[feature] if found.conditions else "",
                    "weight": weight,
                    "interval": None if intervals is None else intervals[place],
                }
                for place, (feature, weight) in enumerate(shown)
            ],
            "columns": len(found.feature_names),
            "score": None if fitted is None or starved else fitted.score,
            "starved": starved,
            "effective_samples": None if fitted is None else fitted.effective_samples,
            "local_prediction": None if fitted is None else fitted.local_pred,
            "prediction": None if fitted is None else fitted.prediction,
            "probability": self._is_probability(found),
            "index": request["index"],
            "label": self._words_of(found, label),
            "target": label if classes else None,
            "classes": [[position, name] for position, name in classes.items()],
            "of_classes": self._are_classes,
            "parameters": found.parameters or None,
            "usual_width": None if estimate.estimate is None else float(estimate.estimate.explainer.kernel_width),
            "standardised": found.parameters.get("discretizer", "quartile") is None,
        }

    def _label(self, found: LocalExplanation, request: dict[str, Any]) -> int:
        asked = request["target"]
        return asked if asked is not None and asked in self._labels(found) else found.label

    def _labels(self, found: LocalExplanation) -> dict[int, str]:
        """Return the outputs that can be shown, by position: all that the model has, or that are explained."""
        if found.mode == "regression":
            return {}
        names = found.class_names or []
        known = range(len(names)) if self._finished is None else sorted(found.local_exp)
        return {label: names[label] if label < len(names) else str(label) for label in known}

    @property
    def _are_classes(self) -> bool:
        """Whether the outputs are classes: those of a function are, where somebody names them so."""
        known = True if self._finished is not None else self._predictor.of_classes
        return self._class_names is not None if known is None else known

    def _is_probability(self, found: LocalExplanation) -> bool:
        if self._finished is None:
            return self._predictor.method == "predict_proba"
        answers = found.predict_proba
        return answers is not None and bool(abs(answers.sum() - 1) < 1e-3)

    def _words_of(self, found: LocalExplanation, label: int) -> str:
        """Say what the weights add up to, as plots of Shapley values do."""
        from ..explainers.shapley.units import units_of

        of_classes, labels = self._are_classes, self._labels(found)
        names = [name if of_classes else f"output {name}" for name in labels.values()]
        if self._finished is None:
            units = units_of(self._predictor)
        else:
            units = "probability" if self._is_probability(found) else "score"
        told = {"outputs": names or [""], "output": list(labels).index(label) if labels else 0}
        return shap_words.units_of({**told, "units": units, "of_classes": of_classes}, self.language)

    def _explain(self, estimate: Solved, request: dict[str, Any]) -> LocalExplanation:  # noqa: ARG002 (the same for all)
        return estimate.explanation

    def _figure(self, estimate: Solved, request: dict[str, Any], job: int, theme: str) -> Any:  # noqa: ARG002
        return LocalWeightsFigure(self._header(estimate, request), theme=theme, language=self.language)

    def _code(self, request: dict[str, Any]) -> str:
        if self._finished is not None:
            target = {"target": self._label(self._finished, request)} if self._labels(self._finished) else {}
            return call_as_code("xw.LIMEPlot", request["names"], target)
        row, names = self._given["row"] if request["index"] is None else request["index"], dict(request["names"])
        if isinstance(row, int | list | dict):
            names["row"] = repr(row)
        parameters = self._parameters[1:]  # the index is the row
        asked = {name: request[name] for name in parameters if request[name] != self.trait_defaults(name)}
        if request["target"] is None:
            named = {} if self._named_target is None else {"target": self._named_target}
        else:
            named = {"target": self._classes[request["target"]] if self._classes else request["target"]}
        given = self._settings | self._drawing
        settings = {name: value for name, value in given.items() if not _is_usual(name, value)}
        if self._class_names is not None:
            settings["class_names"] = list(self._class_names)
        return call_as_code("xw.LIMEPlot", names, {"X_train": self._given["X_train"], **asked, **named, **settings})

    def _free(self) -> None:
        self._kept.clear()
        self._made = None


_USUAL = {
    "mode": "auto",
    "feature_selection": "auto",
    "response_method": "auto",
    "discretizer": "quartile",
    "categorical_features": None,
    "training_labels": None,
}


def _is_usual(name: str, value: Any) -> bool:
    return value is None if _USUAL[name] is None else isinstance(value, str) and value == _USUAL[name]


@dataclass(frozen=True)
class Solved:
    """An explanation in the place of an estimate, and the samples it was solved from; a finished one has none."""

    explanation: LocalExplanation
    estimate: LimeEstimate | None = field(repr=False)

    @property
    def state(self) -> Any:
        return None if self.estimate is None else self.estimate.state

    @property
    def finished(self) -> bool:
        return self.estimate is None or self.estimate.finished

    @property
    def done(self) -> int:
        return 1 if self.estimate is None else self.estimate.done

    @property
    def total(self) -> int:
        return 1 if self.estimate is None else self.estimate.total


def _incomplete(model: Any, row: Any, X_train: Any) -> InputError:  # noqa: N803
    absent = [name for name, value in {"row": row, "X_train": X_train}.items() if value is None]
    return InputError(
        "What is to be explained?",
        given=f"{type(model).__name__} without {' and '.join(absent)}",
        expected="a model, a row and the training data; or a finished explanation of lime alone",
        do="pass LIMEPlot(model, row, X_train)",
    )
