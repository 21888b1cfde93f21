"""ForcePlot: what pushes the model's output up and down, of one row or of a hundred thousand side by side."""

from __future__ import annotations

import pathlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from .. import wire
from ..models import InputError
from .aside import Aside
from .live import kernel_owned
from .sent_values import MOST_PREVIEWED, MOST_ROWS, SentValues, row_record
from .shap_plot import SHAPPlot
from .traits import Choice

if TYPE_CHECKING:
    from ..explainers.shapley.values import ShapleyValues

_STATIC = pathlib.Path(__file__).parent.parent / "static"
_ORDERS = ("similarity", "output", "original")
_LOOKS_LIKE_PROBABILITIES = 20  # rows, all of whose outputs lie between 0 and 1
_PATIENCE_SECONDS = 60.0  # of a picture that is kept, for its order


class ForcePlot(SHAPPlot):
    """What pushes the output of a model up and down: a bar of arrows for one row, a stack of them for many.

    One row: features that raise the output push from the left, those that lower it from the right, and they meet at
    the output. Many rows: such bars turned upright, side by side, in an order in which like stands by like; a brush
    selects rows, a click opens one beneath.

    Parameters
    ----------
    link : {"identity", "logit"}, default "identity"
        What the axis says. "logit" writes probabilities beside log-odds; the values stay what they are, and add up in
        log-odds alone.
    order : str, default "similarity"
        Of many rows: "similarity", "output", "original", or the name of a feature, by whose value they stand.
    max_display : int, default 10
        The most features that have a band, or a label, of their own.
    **view
        `selection`, `index`, `language`.
    **shared
        See `SHAPPlot`.

    Attributes
    ----------
    selection : RowSelection
        Positions of the brushed rows.
    index : int or None
        The row that is opened beneath the others.

    Notes
    -----
    Values travel in 65536 steps over the range of their feature; the numbers of the row under the pointer, and of the
    opened one, are exact. Of more than 150 000 rows a random sample is drawn, and the status line says so.

    Examples
    --------
    >>> import numpy as np
    >>> import xai_widgets as xw
    >>> values = np.array([[1.0, -0.5], [0.2, 0.1]])
    >>> w = xw.ForcePlot(values, np.array([[3.0, 4.0], [5.0, 6.0]]), order="output").wait()
    >>> w.index = 0
    >>> w.status
    'done'
    >>> w.close()
    """

    _esm = (_STATIC / "force_plot.js").read_text(encoding="utf-8")
    _css = (_STATIC / "force_plot.css").read_text(encoding="utf-8")
    _coded_by = ("link", "order", "index")

    link = Choice(["identity", "logit"], "identity").tag(sync=True, resettable=True)
    order = traitlets.Unicode("similarity").tag(sync=True, resettable=True)

    ordering: traitlets.Dict[str, Any] = traitlets.Dict().tag(**kernel_owned())
    opened = traitlets.Dict(default_value=None, allow_none=True).tag(**kernel_owned())
    pointed = traitlets.Dict(default_value=None, allow_none=True).tag(**kernel_owned())

    def __init__(
        self,
        explanation_or_model: Any,
        X: Any = None,  # noqa: N803 (as everywhere)
        *,
        link: str = "identity",
        order: str = "similarity",
        **shared: Any,
    ) -> None:
        self._ordered = threading.Event()
        self._sent: tuple[Any, int, SentValues] | None = None  # of which estimate and output
        self._similar = Aside(self._worker(), self._stream_order, self._show_order, self._fail_order)
        super().__init__(explanation_or_model, X, link=link, order=order, **shared)
        if self._ready is not None and link == "logit":
            check_log_odds(self._ready, self._output(self._ready))
        self.observe(lambda _: self._on_worker(self._order_again), names=["order"])
        self.observe(lambda _: self._on_worker(self._open), names=["index"])
        self.observe(lambda _: self._on_worker(self._point), names=["hover"])

    @traitlets.validate("order")
    def _valid_order(self, proposal: Any) -> str:
        order = proposal["value"]
        if self.feature_names and order not in (*_ORDERS, *self.feature_names):
            near = ", ".join(map(repr, (*_ORDERS, *self.feature_names[:8])))
            raise traitlets.TraitError(f"order={order!r}; expected one of {near}, or another feature")
        if order not in _ORDERS and self._ready is not None and self._ready.data is None:
            raise traitlets.TraitError(f"order={order!r} for values without data; pass X=, or order by {_ORDERS}")
        return order  # type: ignore[no-any-return]

    @traitlets.validate("link")
    def _valid_link(self, proposal: Any) -> str:
        link, shown = proposal["value"], self._shown
        if link == "logit" and shown is not None:
            values = self._values(shown[0])
            try:
                check_log_odds(values, self._output(values))
            except InputError as error:
                raise traitlets.TraitError(str(error)) from None
        return link  # type: ignore[no-any-return]

    def snapshot(self, theme: str = "light") -> Any:
        self._wait_for_order()
        return super().snapshot(theme)

    def to_html(self, path: Any) -> None:
        self._wait_for_order()
        super().to_html(path)

    def _wait_for_order(self) -> None:
        """Let the order by similarity, which comes after the picture, be in what is kept of it."""
        if self.status == "done" and self.order == "similarity" and not self._worker().is_current:
            self._ordered.wait(_PATIENCE_SECONDS)

    def close(self) -> None:
        if "_similar" in vars(self):
            self._similar.stop()
        super().close()

    # -- showing: the worker's thread ----------------------------------------------------------------------------------

    def _frame(self, estimate: Any, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        values = self._values(estimate)
        header = self._header(estimate, request, job, sequence)
        output = header["output"]
        if self.link == "logit":
            check_log_odds(values, output)
        more, arrays = self._sent_of(estimate, output).arrays(values)
        only = row_record(values, 0, output) if values.n_rows == 1 else None
        return wire.frame(header | more | {"row": only}, arrays)

    def _sent_of(self, estimate: Any, output: int) -> SentValues:
        """Return what is sent of an output of an estimate, chosen once."""
        sent = self._sent
        if sent is None or sent[0] is not estimate or sent[1] != output:
            most = MOST_ROWS if estimate.finished else MOST_PREVIEWED
            sent = self._sent = (estimate, output, SentValues.of(self._values(estimate), output, most))
        return sent[2]

    def _after_answer(self) -> None:
        self._open()
        self._order_again()

    def _order_again(self) -> None:
        """Have the rows that are shown ordered as they shall be, where the page cannot do it alone."""
        if self._shown is None or not self._shown[0].finished:
            return
        estimate, _, job = self._shown
        values = self._values(estimate)
        output = self._output(values)
        question = OrderQuestion(self.order, job, output, self._sent_of(estimate, output))
        self._similar.stop()
        if self.order not in _ORDERS:
            column = values.column(values.feature_names.index(self.order))
            assert column is not None, "the trait is checked"
            self._show_order((question, _ascending(column[question.sent.rows])))
        elif self.order == "similarity":
            self._ordered.clear()
            self._similar.ask(question)

    def _stream_order(self, question: OrderQuestion) -> Iterator[tuple[OrderQuestion, np.ndarray] | None]:
        from ..explainers.shapley.similarity import find_similarity_order

        outputs = question.sent.outputs
        for order in find_similarity_order(question.sent.values.T):
            if order is None:
                yield None
                continue
            falls = outputs[order[0]] > outputs[order[-1]]  # an order has no direction: let it rise
            yield question, order[::-1] if falls else order

    def _show_order(self, answer: tuple[OrderQuestion, np.ndarray] | None) -> None:
        if answer is None:
            return
        question, order = answer
        if self.order == question.order:
            header = {"job": question.job, "output": question.output, "order": question.order}
            self._publish(ordering=wire.frame(header, {"order": wire.as_is(order.astype(np.uint32))}))
        self._ordered.set()

    def _fail_order(self, error: Exception) -> None:
        self._ordered.set()
        self._publish(notice=f"The rows could not be ordered by similarity: {error}")

    def _open(self) -> None:
        self._publish(opened=self._record(self.index))

    def _point(self) -> None:
        self._publish(pointed=self._record(self.hover))

    def _record(self, row: int | None) -> dict[str, Any] | None:
        if row is None or self._shown is None:
            return None
        values = self._values(self._shown[0])
        if row >= values.n_rows or not values.known[row]:
            return None
        return row_record(values, row, self._output(values))

    def _figure(self, estimate: Any, request: dict[str, Any], job: int, theme: str) -> Any:
        from ..render.force import ForceFigure

        values = self._values(estimate)
        output = self._output(values)
        header = self._header(estimate, request, job, 0)
        drawn = {name: getattr(self, name) for name in ("max_display", "language", "order")} | {"theme": theme}
        if values.n_rows == 1:
            record = row_record(values, 0, output)
            return ForceFigure(header, record, None, **drawn)
        sent = self._sent_of(estimate, output)
        order = self._order_now(sent, job, output)
        stack = sent.values[:, order], sent.outputs[order], sent.base[order]
        names = [values.feature_names[feature] for feature in sent.columns]
        chosen = np.isin(sent.rows[order], self.selection)
        return ForceFigure(header | {"columns": names}, None, stack, chosen, **drawn)

    def _order_now(self, sent: SentValues, job: int, output: int) -> np.ndarray:
        """Return the order that is shown: by output until another one is found."""
        if self.order == "original":
            return np.arange(len(sent.rows))
        header = self.ordering.get("header")
        told = {"job": job, "output": output, "order": self.order}
        if header is not None and told.items() <= header.items():
            order = np.frombuffer(self.ordering["buffers"][0], np.uint32)
            if len(order) == len(sent.rows):
                return order.astype(np.intp)
        return np.argsort(sent.outputs, kind="stable")


def _ascending(column: np.ndarray) -> np.ndarray:
    """Return the order of values, missing ones last."""
    if column.dtype.hasobject:
        return np.array(sorted(range(len(column)), key=lambda at: (column[at] is None, str(column[at]))), np.intp)
    return np.argsort(column, kind="stable")


@dataclass(frozen=True)
class OrderQuestion:
    """Which rows are to be ordered, and how."""

    order: str
    job: int
    output: int
    sent: SentValues


def check_log_odds(values: ShapleyValues, output: int) -> None:
    """Raise where values are not log-odds, of which alone there is a probability.

    Values whose units nobody has said are taken as log-odds, unless all outputs lie where probabilities do.
    """
    known = values.units
    if known is None:
        outputs = values.outputs[values.known]
        if not np.isfinite(values.base_values[values.known, output]).all():
            raise InputError(
                "There is no base value.",
                given='link="logit" and contributions without the value that they are added to',
                expected="a base value, in log-odds",
                do="pass the explanation as its explainer made it",
            )
        within = bool(((outputs[:, output] >= 0) & (outputs[:, output] <= 1)).all())
        adding = values.n_outputs > 1 and bool(np.allclose(outputs.sum(axis=1), 1, atol=1e-3))
        known = "probability" if within and (adding or len(outputs) >= _LOOKS_LIKE_PROBABILITIES) else "log_odds"
    if known != "log_odds":
        raise InputError(
            "These values are not log-odds.",
            given=f'link="logit" and values in units of {known.replace("_", " ")}',
            expected='log-odds, for link="logit"',
            do='leave link="identity"'
            + (", or explain the raw output of the classifier" if known == "probability" else ""),
        )
