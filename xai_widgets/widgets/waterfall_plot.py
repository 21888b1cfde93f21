"""WaterfallPlot: how one prediction comes about, feature by feature, and what it would be for other values."""

from __future__ import annotations

import pathlib
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from .. import wire
from ..explainers.what_if import WhatIf
from ..models import InputError
from ..models.errors import ExplainedError
from ..render.waterfall import WaterfallFigure
from .code import notebook_expressions
from .kept import KeptStates
from .live import kernel_owned
from .shap_plot import ReadyEstimate, SHAPPlot
from .traits import Row

if TYPE_CHECKING:
    from ..explainers.shapley.method import ShapleyMethod
    from ..explainers.shapley.values import ShapleyValues
    from ..models.tables import Table

_STATIC = pathlib.Path(__file__).parent.parent / "static"
_STEP_SECONDS = 0.02  # a hand that changes its mind waits for the step before
_MOST_KEPT = 32  # rows that were explained


class WaterfallPlot(SHAPPlot):
    """How one prediction comes about: a bar for each feature, from the mean prediction to that of the row.

    With a model, the values of the row can be changed, by hand or by `what_if`: the prediction and the bars follow, and
    what they were before stays beside them. The data are never changed.

    Parameters
    ----------
    index : int, default 0
        The row that is explained, by its position. Set to None, as by a linked plot that closes its row, it stays.
    what_if : dict of str to value, optional
        Other values for some of its features; None where the data may be missing. Another row takes them back.
    max_display : int, default 10
        The most bars; the other features are joined in one.
    **view
        `language`.
    **shared
        See `SHAPPlot`.

    Notes
    -----
    `explanation` is the `shap.Explanation` of the row as it is shown, which `shap.plots.waterfall` takes.

    Examples
    --------
    >>> import numpy as np
    >>> import xai_widgets as xw
    >>> X = np.random.default_rng(0).normal(size=(50, 3))
    >>> w = xw.WaterfallPlot(lambda X: 2 * X[:, 0] + X[:, 1] * X[:, 2], X, index=7).wait()
    >>> w.explanation.shape
    (3,)
    >>> w.what_if = {"x0": 0.0}
    >>> changed = w.wait().explanation
    >>> bool(np.isclose(changed.base_values + changed.values.sum(), X[7, 1] * X[7, 2]))
    True
    >>> w.close()
    """

    _esm = (_STATIC / "waterfall_plot.js").read_text(encoding="utf-8")
    _css = (_STATIC / "waterfall_plot.css").read_text(encoding="utf-8")
    _parameters = ("index", "what_if", "seed")

    index = Row(0).tag(sync=True, resettable=True)
    what_if: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True, resettable=True)
    ranges: traitlets.List[Any] = traitlets.List(default_value=None, allow_none=True).tag(**kernel_owned())

    def __init__(
        self,
        explanation_or_model: Any,
        X: Any = None,  # noqa: N803 (as everywhere)
        index: int = 0,
        *,
        what_if: Mapping[Any, Any] | None = None,
        **shared: Any,
    ) -> None:
        self._asking: WhatIf | None = None  # made where it is needed
        self._method: ShapleyMethod[Any] | None = None
        self._kept = KeptStates(_MOST_KEPT)
        self._row = self._changed_row = index or 0  # the newest one, and the one that `what_if` is about
        super().__init__(explanation_or_model, X, index=index, what_if=dict(what_if or {}), **shared)

    @traitlets.validate("what_if")
    def _valid_what_if(self, proposal: Any) -> dict[str, Any]:
        self._changed_row = self.index
        if not proposal["value"]:
            return {}
        try:
            return self._what_if.checked(proposal["value"])
        except InputError as error:
            raise traitlets.TraitError(str(error)) from None

    @traitlets.observe("index")
    def _on_index(self, _: Any) -> None:
        """Keep the row where a linked plot closes its own, else take back what was asked of another row."""
        if self.index is None:
            self.index = self._row
        self._row = self.index
        if self.what_if and self._changed_row != self.index:
            self.what_if = {}

    @property
    def _what_if(self) -> WhatIf:
        if self._ready is not None:
            raise InputError(
                "Only a model can say what would be.",
                given="what_if for an explanation that is there",
                expected="a model and the rows X",
                do="make the plot from the model: xw.WaterfallPlot(model, X)",
            )
        if self._asking is None:
            table = self._table
            self._asking = WhatIf(table if table.executor is None else table.rows(np.arange(table.n_rows)))
        return self._asking

    # -- answering: the worker's thread --------------------------------------------------------------------------------

    def make_stream(self, request: dict[str, Any]) -> Iterator[RowEstimate | None]:
        own = self._given if self._ready is not None else self._given | {"background": self._asked["background"]}
        request["names"] = notebook_expressions(own)
        index = self._row if request["index"] is None else request["index"]
        request["shown"] = {"index": index}  # the row, where none was asked for
        if self._ready is not None:
            yield from self._ready_row(request, index)
            return
        for estimate in self._explained_row(request, index):
            yield estimate
            if estimate is not None and not self.ranges:  # a look at all rows, for which nobody has to wait
                self._publish(ranges=self._what_if.ranges)

    def _ready_row(self, request: dict[str, Any], index: int) -> Iterator[RowEstimate]:
        assert self._ready is not None
        request["method"] = None
        if not self._ready.known[index]:
            raise InputError(
                "This row is not explained.",
                given=f"index={index}, a row without values",
                expected="a row that has them",
                do=f"choose row {int(self._ready.known.argmax())}, for instance",
            )
        values = self._ready.rows([index])
        yield RowEstimate(
            index, ReadyEstimate(values), None if values.data is None else WhatIf(values.data).values(values.data)
        )

    def _explained_row(self, request: dict[str, Any], index: int) -> Iterator[RowEstimate | None]:
        """Explain a row by the explainer that is there: what it has prepared is worth much."""
        method, kept = self._method, self._method is not None and self._method.seed == request["seed"]
        if method is None or not kept:
            whole = self._explainer(request)
            self._asked_twice.ask(lambda: whole.predictor.repeats(self._table))
            method = self._method = whole.among(self._what_if.table)
        request["method"] = method.name
        outdated = False
        try:
            state = yield from self._row_estimates(method, request, index)
            method.verify(state)  # behind the picture: to look at a large model takes longer than a row
        except ExplainedError:
            self._method = None
            if not kept:
                raise
            outdated = True  # the model may have been fitted again since
        if outdated:
            yield from self._explained_row(request, index)

    def _row_estimates(
        self, method: ShapleyMethod[Any], request: dict[str, Any], index: int
    ) -> Generator[RowEstimate | None, None, Any]:
        """Yield what is known of a row, None while a slow model is asked; return a state of the last answer."""
        asked, changes = self._what_if, request["what_if"]
        row = asked.changed(index, {})
        as_it_is = self._estimates(method, row)
        found = RowEstimate(index, (yield from _first_of(as_it_is)), asked.values(row))
        self._name_outputs(self._values(found).output_names)
        if changes:
            now = self._estimates(method, asked.changed(index, changes))
            found = replace(found, before=found.now, now=(yield from _first_of(now)), what_if=changes)
            yield found
            for each in now:
                found = found if each is None else replace(found, now=each)
                yield None if each is None else found
            yield from (None if each is None else replace(found, before=each) for each in as_it_is)
        else:
            yield found
            yield from (None if each is None else replace(found, now=each) for each in as_it_is)
        return found.now.state

    def _estimates(self, method: ShapleyMethod[Any], row: Table) -> Iterator[Any]:
        """Explain one row, from where it was left."""
        begin = self._kept.resumed(method, method.start(row))
        for estimate in method.steps(begin, step_seconds=_STEP_SECONDS, pauses=True):
            if estimate is not None:
                self._kept.keep(estimate.state)
            yield estimate

    # -- showing -------------------------------------------------------------------------------------------------------

    def _values(self, estimate: RowEstimate) -> ShapleyValues:
        return self._named(estimate.values)

    def _header(self, estimate: RowEstimate, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        output, values = self._output(estimate.values), estimate.values
        base = float(values.base_values[0, output])
        return {
            **super()._header(estimate, request, job, sequence),
            "n_rows": self.n_rows,
            "index": estimate.index,
            "base": base if np.isfinite(base) else None,
            "row": estimate.row,
            "what_if": dict(estimate.what_if),
            "prediction": _prediction(estimate.now, output),
            "prediction_before": _prediction(estimate.before, output),
        }

    def _arrays(self, estimate: RowEstimate) -> dict[str, np.ndarray]:
        """Return what each feature adds, its standard error, and what it adds in the row as it is, where known."""
        output, values = self._output(estimate.values), estimate.values
        found = {"values": values.values[0, :, output]}
        if values.standard_error is not None:
            found["errors"] = values.standard_error[0, :, output]
        if estimate.before is not None:
            found["before"] = np.asarray(estimate.before.value)[0, :, output]
        return found

    def _frame(self, estimate: RowEstimate, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        arrays = {name: wire.as_is(array) for name, array in self._arrays(estimate).items()}
        return wire.frame(self._header(estimate, request, job, sequence), arrays)

    def _figure(self, estimate: RowEstimate, request: dict[str, Any], job: int, theme: str) -> Any:
        return WaterfallFigure(
            self._header(estimate, request, job, 0),
            **self._arrays(estimate),
            max_display=self.max_display,
            theme=theme,
            language=self.language,
        )

    def _explanation_of(self, estimate: RowEstimate) -> Any:
        return estimate.explanation()

    def _free(self) -> None:
        self._kept.clear()
        self._method = None


@dataclass(frozen=True)
class RowEstimate:
    """What is known of one row.

    Attributes
    ----------
    index : int
        Its position.
    now : ShapleyEstimate or ReadyEstimate
        Of this row alone: as it is, or with the values that are asked.
    row : list of values, or None
        The row as it is in the data.
    what_if : mapping of str to value
        What is changed.
    before : ShapleyEstimate or None
        Of the row as it is, where something is changed.
    """

    index: int
    now: Any
    row: list[Any] | None
    what_if: Mapping[str, Any] = field(default_factory=dict)
    before: Any = None

    @cached_property
    def values(self) -> ShapleyValues:
        from ..explainers.shapley.values import ShapleyValues

        return self.now.values if isinstance(self.now, ReadyEstimate) else ShapleyValues.of_estimate(self.now)

    @property
    def finished(self) -> bool:
        return bool(self.now.finished and (self.before is None or self.before.finished))

    @property
    def gap(self) -> float | None:
        return getattr(self.now, "gap", None)

    @property
    def background(self) -> Any:
        return getattr(self.now, "background", None)

    @property
    def gives_labels(self) -> bool:
        return getattr(self.now, "gives_labels", False)

    @property
    def done(self) -> int:
        return int(self._refining.done)

    @property
    def total(self) -> int:
        return int(self._refining.total)

    @property
    def unit(self) -> str:
        return str(self.now.unit)

    @property
    def _refining(self) -> Any:
        return self.before if self.now.finished and self.before is not None else self.now

    def explanation(self) -> Any:
        """Return the `shap.Explanation` of the row, without an axis of rows."""
        ready = isinstance(self.now, ReadyEstimate)
        return (self.values if ready else self.now).explanation()[0]


def _first_of(estimates: Iterator[Any]) -> Generator[None, None, Any]:
    """Yield None as long as there is no estimate, and return the first one."""
    while (estimate := next(estimates)) is None:
        yield None
    return estimate


def _prediction(estimate: Any, output: int) -> float | None:
    """Return what the model says of the row, None where it was not asked."""
    said = getattr(estimate, "outputs", None)
    return None if said is None or not np.isfinite(said[0, output]) else float(said[0, output])
