"""What the plots of Shapley values share: where the values come from, which output is shown, which rows are chosen."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import traitlets

from ..explainers.inherited import show_inherited
from ..models import InputError
from ..render import shap_words
from .code import call_as_code, notebook_expressions
from .coded import CodedWidget
from .labels import checked_names, wrong_names
from .live import kernel_owned
from .places import check_places
from .selection import Selection, no_row
from .traits import Position, Row, Whole

if TYPE_CHECKING:
    from ..explainers.shapley.method import ShapleyMethod
    from ..explainers.shapley.values import ShapleyValues
    from ..jobs import Job


class SHAPPlot(CodedWidget):
    """A plot of Shapley values: of an explanation that is there, or of a model that is explained while one looks.

    A subclass draws: it has `_frame`, beginning with `_header`, and `_figure`, and reads the numbers by `_values`. What
    it sets beside the traits of this class, and belongs into copied code, it names in `_drawn_by`, where the kernel
    makes another frame for it, else in `_coded_by`.

    Parameters
    ----------
    explanation_or_model : shap.Explanation, list of arrays, array, ShapleyValues, estimator, module or callable
        Values of any form that `ShapleyValues.of` reads, or a model.
    X : table, optional
        The rows: needed with a model; beside an explanation, in place of its own data.
    background : table, int or Background, optional
        What absent features are drawn from; by default the method's own. Of a model alone.
    target : class or int, optional
        Of a model with several outputs, the one to explain; by default all.
    output : int or str, optional
        Position or name of the output that is shown; by default the last, which of two classes is the positive one.
    class_names : sequence of str, optional
        A name for each output.
    max_display : int, default 10
        The most features that are shown each by itself; the rest are joined in one more.
    seed : int, default 0
        Of what is drawn at random.
    **view
        Traits of the plot, and `language`.

    Attributes
    ----------
    selection : RowSelection
        Positions of the chosen rows, the same as in every plot of these rows: `traitlets.link` joins them.
    hover : int or None
        The row under the pointer.
    index : int or None
        The row that is opened.
    """

    _parameters: tuple[str, ...] = ("seed",)
    _drawn_by: tuple[str, ...] = ()
    _coded_by: tuple[str, ...] = ()
    _instead: Mapping[str, str] = {
        **dict.fromkeys(
            ("method", "explainer"), "name a method by what it found, as in xw.BeeswarmPlot(xw.KernelSHAP(model)(X))"
        ),
        "n_samples": "say it to a method, as in xw.BeeswarmPlot(xw.KernelSHAP(model, n_samples=1000)(X))",
        "model": "pass the model first, without a name",
        "feature_names": "name the columns of X",
        "output_names": "pass class_names=, a name for each output",
    }

    output = Position("output_names", None).tag(sync=True, resettable=True)
    max_display = Whole(10, min=1, max=1000).tag(sync=True, resettable=True)
    selection = Selection().tag(sync=True, resettable=True)
    hover = Whole(None, allow_none=True, min=0).tag(sync=True)
    index = Row(None).tag(sync=True, resettable=True)
    seed = Whole(0, min=0, max=2**53 - 1).tag(sync=True, resettable=True)

    feature_names: traitlets.List[Any] = traitlets.List(traitlets.Unicode()).tag(**kernel_owned())
    output_names: traitlets.List[Any] = traitlets.List(traitlets.Unicode()).tag(**kernel_owned())
    n_rows = traitlets.Int(0).tag(**kernel_owned())

    _without: ClassVar[tuple[str, ...]] = ()  # parameters of this class that a subclass has no use for

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        show_inherited(cls, cls._without)

    def __init__(
        self,
        explanation_or_model: Any,
        X: Any = None,  # noqa: N803 (as everywhere)
        *,
        background: Any = None,
        target: Any = None,
        output: int | str | None = None,
        class_names: Sequence[str] | None = None,
        max_display: int = 10,
        seed: int = 0,
        **view: Any,
    ) -> None:
        from ..models.tables import Table

        ready = is_explanation(explanation_or_model)
        call = f"{type(self).__name__}(model, X), or xw.{type(self).__name__}(explanation)"
        check_places(call, **{"explanation" if ready else "model": explanation_or_model, "X": X})
        self._read: tuple[Any, ShapleyValues] | None = None  # an estimate, and its values
        self._ready: ShapleyValues | None = None
        self._noticed = ""  # the notice of ours
        self._class_names = checked_names(class_names)
        self._asked = {"background": background, "target": target}
        if ready:
            _check_unasked(self._asked)
            self._given = {"explanation": explanation_or_model} | ({} if X is None else {"X": X})
            self._ready = self._named(_ready_values(explanation_or_model, X))
            names, outputs, n_rows = self._ready.feature_names, self._ready.output_names, self._ready.n_rows
        else:
            if X is None:
                raise InputError(
                    "What is to be explained?",
                    given=f"{type(explanation_or_model).__name__} without rows",
                    expected="a shap.Explanation, or a model and the rows X",
                    do="pass X, rows first",
                )
            self._given = {"model": explanation_or_model, "X": X}
            self._table = Table.of(X)
            names, outputs, n_rows = self._table.names, (), self._table.n_rows
        self._wanted = output if isinstance(output, str) else None  # a name that is not known before the model is read
        super().__init__(
            feature_names=list(names),
            output_names=list(outputs),
            n_rows=n_rows,
            output=None if isinstance(output, str) else output,
            max_display=max_display,
            seed=seed,
            **view,
        )
        if outputs:
            self._name_outputs(outputs)
        self.observe(lambda _: self._on_worker(self._show_again), names=["output", "language", *self._drawn_by])
        self.observe(lambda _: self._on_worker(self._tell), names=["language"])
        self.observe(lambda _: self._on_worker(self._show_code), names=["max_display", *self._coded_by])
        self._request()

    @traitlets.validate("selection")
    def _valid_selection(self, proposal: Any) -> Any:
        chosen = proposal["value"]
        if self.n_rows and len(chosen) and chosen[-1] >= self.n_rows:
            raise no_row(int(chosen[-1]), self.n_rows)
        return chosen

    @traitlets.validate("index", "hover")
    def _valid_row(self, proposal: Any) -> int | None:
        row = proposal["value"]
        if self.n_rows and row is not None and row >= self.n_rows:
            raise no_row(row, self.n_rows)
        return row  # type: ignore[no-any-return]

    @property
    def explanation(self) -> Any:
        """The newest `shap.Explanation`, made when it is first read: None before the first answer."""
        made = self._explanation
        return None if made is None else made()

    @property
    def selected(self) -> Any:
        """The selected rows, as the same kind of table that was given.

        The data of an explanation are often an array even where a frame was explained: with the names of its features
        they come as a pandas frame, whose index has their positions.

        Raises
        ------
        InputError
            Where the explanation came without its data.
        """
        if self._ready is None:
            return self._table.take(self.selection)
        if "X" in self._given and self._ready.data is not None:
            return self._ready.data.take(self.selection)
        return self._ready.taken_from(self._given["explanation"], self.selection)

    # -- answering: the worker's thread --------------------------------------------------------------------------------

    def _device(self) -> str:
        return "tables"

    def make_stream(self, request: dict[str, Any]) -> Iterator[Any]:
        own = self._given if self._ready is not None else self._given | {"background": self._asked["background"]}
        request["names"] = notebook_expressions(own)
        if self._ready is not None:
            request["method"] = None
            yield ReadyEstimate(self._ready)
            return
        yield from self._table.read_fingerprint()
        explainer = self._explainer(request)
        request["method"] = explainer.name
        yield None  # large ensembles are long in being read
        self._asked_twice.ask(lambda: explainer.predictor.repeats(self._table))
        for estimate in self._resumed(explainer):
            if estimate is not None:
                self._name_outputs(self._values(estimate).output_names)
            yield estimate

    def on_step(self, job: Job, item: Any) -> None:
        super().on_step(job, item)
        self._tell()

    def _tell(self) -> None:
        """Tell what the reader should know of what is shown."""
        notice = self._notice_of(self._shown[0]) if self._shown else ""
        if notice != self._noticed:
            self._noticed = notice
            self._publish(notice=notice)

    def _notice_of(self, estimate: Any) -> str:
        """Return that an estimate is of labels, or why it takes so long."""
        from ..explainers.shapley.no_trees import ends_in_trees

        if getattr(estimate, "gives_labels", False):
            return shap_words.notice("labels", self.language)
        waiting = self._ready is None and not estimate.finished
        told = bool(self._noticed)  # it stays: what comes and goes moves the plot
        slow = told or (waiting and ends_in_trees(self._given["model"]))
        return shap_words.notice("pipeline", self.language) if slow else ""

    def _resumed(self, explainer: ShapleyMethod[Any]) -> Iterator[Any]:
        """Go on from what is shown, where it is of the same run."""
        shown = None if self._shown is None else getattr(self._shown[0], "state", None)
        try:
            return explainer.stream(self._table, state=shown, pauses=True)
        except InputError:
            return explainer.stream(self._table, pauses=True)

    def _explainer(self, request: dict[str, Any]) -> ShapleyMethod[Any]:
        from ..explainers.shapley.choose import explainer_for

        return explainer_for(self._given["model"], self._table, seed=request["seed"], **self._asked)

    def _name_outputs(self, names: tuple[str, ...]) -> None:
        if self._wanted is None and self.output_names == list(names):
            return
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted not in names:
            raise InputError(
                f"There is no output {wanted!r}.",
                given=f"output={wanted!r}",
                expected=f"one of {', '.join(map(repr, names))}, or a position",
                do="choose one of these",
            )
        self._publish(output_names=list(names))
        if wanted is None and self.output is not None and self.output >= len(names):
            raise InputError(
                f"There is no output {self.output}.",
                given=f"output={self.output}",
                expected=f"0 to {len(names) - 1}, or a name: {', '.join(map(repr, names))}",
                do="choose one of these",
            )
        if wanted is not None:
            self._publish(output=names.index(wanted))

    # -- showing -------------------------------------------------------------------------------------------------------

    def _values(self, estimate: Any) -> ShapleyValues:
        """Return the values of an estimate, read once."""
        from ..explainers.shapley.values import ShapleyValues

        if isinstance(estimate, ReadyEstimate):
            return estimate.values
        read = self._read
        if read is None or read[0] is not estimate:
            read = self._read = (estimate, self._named(ShapleyValues.of_estimate(estimate)))
        return read[1]

    def _named(self, values: ShapleyValues) -> ShapleyValues:
        """Return the same values, their outputs called as the reader wants."""
        names = self._class_names
        if names is None:
            return values
        if len(names) != values.n_outputs:
            raise wrong_names(names, values.output_names)
        unsaid = values.of_classes is None and len(names) > 1  # a single one may be a price
        return replace(values, output_names=names, of_classes=unsaid or values.of_classes)

    def _output(self, values: ShapleyValues) -> int:
        """Return the position of the output that is shown."""
        if self.output is not None:
            return int(min(self.output, values.n_outputs - 1))
        return values.n_outputs - 1

    def _header(self, estimate: Any, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        """Return what the frames of all these plots say."""
        values = self._values(estimate)
        gap, background = (getattr(estimate, name, None) for name in ("gap", "background"))
        return {
            "job": job,
            "sequence": sequence,
            "finished": estimate.finished,
            "done": estimate.done,
            "total": estimate.total,
            "unit": estimate.unit,
            "features": list(values.feature_names),
            "output": self._output(values),
            "outputs": list(values.output_names),
            "of_classes": bool(values.of_classes),
            "units": values.units,
            "background": None if background is None else background.source._asdict(),
            "method": request["method"],
            "gap": None if gap is None or not np.isfinite(gap) else float(gap),
            "n_rows": values.n_rows,
        }

    def _explain(self, estimate: Any, request: dict[str, Any]) -> Any:  # noqa: ARG002 (the same for all)
        return functools.cache(lambda: self._explanation_of(estimate))  # shap takes seconds to be imported

    def _explanation_of(self, estimate: Any) -> Any:
        given = self._given.get("explanation")
        if given is not None:
            return given if type(given).__name__ == "Explanation" else self._values(estimate).explanation()
        made = estimate.explanation()
        if self._class_names is not None:
            made.output_names = list(self._class_names)
        return made

    def _code(self, request: dict[str, Any]) -> str:
        names = dict.fromkeys((*self._parameters, "output", "max_display", *self._drawn_by, *self._coded_by))
        named = {name: getattr(self, name) for name in names}
        named |= request.get("shown", {})
        changed = {name: value for name, value in named.items() if value != self.trait_defaults(name)}
        asked = {name: value for name, value in self._asked.items() if value is not None}
        if self._class_names is not None:
            asked["class_names"] = list(self._class_names)
        return call_as_code(f"xw.{type(self).__name__}", request["names"], asked | changed)


@dataclass(frozen=True)
class ReadyEstimate:
    """Values that are there, in the place of an estimate: the only one of its stream."""

    values: ShapleyValues
    unit: str = field(default="row", init=False)
    finished: bool = field(default=True, init=False)

    @property
    def done(self) -> int:
        return int(self.values.known.sum())

    @property
    def total(self) -> int:
        return self.values.n_rows


def is_explanation(given: Any) -> bool:
    """Whether something holds Shapley values, and is no model."""
    from ..explainers.shapley.values import ShapleyValues

    if isinstance(given, ShapleyValues | np.ndarray | list | tuple):
        return True
    return hasattr(given, "values") and hasattr(given, "base_values")


def _check_unasked(asked: dict[str, Any]) -> None:
    """Raise where something is asked that only a model can answer."""
    named = [name for name, value in asked.items() if value is not None]
    if named:
        raise InputError(
            "The values are there already.",
            given=f"{' and '.join(named)} beside an explanation",
            expected="a model, for new values",
            do="choose among the outputs of an explanation by output=, or pass the model and X",
        )


def _ready_values(explanation: Any, X: Any) -> ShapleyValues:  # noqa: N803
    from ..explainers.shapley.values import ShapleyValues

    values = ShapleyValues.of(explanation)
    return values if X is None else values.with_data(X)
