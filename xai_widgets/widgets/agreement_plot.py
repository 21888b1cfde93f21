"""AgreementPlot: what SHAP, LIME and gradient x input say of one row, on one scale, and where they disagree."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from .. import wire
from ..models import InputError
from ..render.agreement import AgreementFigure
from .code import call_as_code, notebook_expressions
from .coded import CodedWidget
from .live import kernel_owned
from .places import check_places
from .selection import no_row
from .traits import Position, Row, Whole

if TYPE_CHECKING:
    from ..explainers.agreement import Agreement
    from ..explainers.one_row import AnswersEstimate, OneRow

_STATIC = pathlib.Path(__file__).parent.parent / "static"


class AgreementPlot(CodedWidget):
    """Do the methods agree? SHAP, LIME and, of torch modules, gradient x input of one row, side by side.

    The values of each method are drawn as shares of the sum of their magnitudes, so that methods in different units
    stand on one scale. Rank agreement of each pair is printed, and a sentence says where two methods disagree.

    Parameters
    ----------
    model : estimator, torch.nn.Module or callable
        Anything with predict_proba, decision_function or predict, a torch module, or a function of the table.
    row : int, mapping, sequence, or table of one row
        A position in X_train, or values.
    X_train : table
        pandas, polars, pyarrow, numpy or torch; rows first. LIME draws its samples from it, SHAP its background. Where
        values are missing, in it or in the row, LIME has no answer, and the status line says so.
    target : class or int, optional
        The class of a classifier, or the output, to explain; by default the last, as in `WaterfallPlot`. The trait is
        its position.
    seed : int, default 0
        Of what is drawn.
    **view
        `max_display`, `feature` (by name), `language`.

    Attributes
    ----------
    index : int or None
        The position of the row in X_train; another may be set, or linked to another plot's. None is the row given.
    feature : str or None
        The chosen feature, by name; `traitlets.link((curves, "feature"), (w, "feature"))` opens it in an ICEPlot.

    Examples
    --------
    >>> import numpy as np
    >>> import xai_widgets as xw
    >>> X = np.random.default_rng(0).normal(size=(300, 3))
    >>> w = xw.AgreementPlot(lambda X: 3 * X[:, 0] - X[:, 2], 0, X).wait()
    >>> w.explanation.methods
    ('shap', 'lime')
    >>> w.explanation.shares.shape
    (2, 3)
    >>> w.close()
    """

    _esm = (_STATIC / "agreement_plot.js").read_text(encoding="utf-8")
    _css = (_STATIC / "agreement_plot.css").read_text(encoding="utf-8")
    _parameters = ("index", "target", "seed")

    index = Row(None).tag(sync=True, resettable=True)
    target = Position("class_names", None).tag(sync=True, resettable=True)
    seed = Whole(0, min=0, max=2**53 - 1).tag(sync=True, resettable=True)
    feature = traitlets.Unicode(None, allow_none=True).tag(sync=True, resettable=True)
    max_display = Whole(10, min=1, max=1000).tag(sync=True, resettable=True)

    class_names: traitlets.List[Any] = traitlets.List(traitlets.Unicode()).tag(**kernel_owned())
    feature_names: traitlets.List[Any] = traitlets.List(traitlets.Unicode()).tag(**kernel_owned())
    n_rows = traitlets.Int(0).tag(**kernel_owned())

    def __init__(
        self,
        model: Any,
        row: Any,
        X_train: Any,  # noqa: N803 (as everywhere)
        *,
        target: Any = None,
        seed: int = 0,
        **view: Any,
    ) -> None:
        from ..explainers.one_row import OneRow, Training
        from ..models.tables import Table

        check_places("AgreementPlot(model, row, X_train)", model=model, row=row, X_train=X_train)
        self._given = {"model": model, "row": row, "X_train": X_train}
        self._training = Training(Table.of(X_train))
        first = OneRow(model, row, self._training, target=target, seed=seed)
        self._classes: list[Any] = [] if first.predictor.classes is None else first.predictor.classes.tolist()
        counted = isinstance(row, int | np.integer)
        self._first_row = int(row) if counted else first.row.native()
        super().__init__(
            index=int(row) if counted else None,
            target=self._classes.index(target) if target is not None and self._classes else target,
            seed=seed,
            class_names=[str(name) for name in self._classes],
            feature_names=list(first.feature_names),
            n_rows=self._training.table.n_rows,
            **view,
        )
        self.observe(lambda _: self._on_worker(self._show_again), names=["feature", "language", "max_display"])
        self._request()

    @traitlets.validate("index")
    def _valid_index(self, proposal: Any) -> int | None:
        index, rows = proposal["value"], self._training.table.n_rows
        if index is not None and index >= rows:
            raise no_row(index, rows)
        return index  # type: ignore[no-any-return]

    @traitlets.validate("feature")
    def _valid_feature(self, proposal: Any) -> str | None:
        try:
            return None if proposal["value"] is None else self._training.table.column(proposal["value"])
        except InputError as error:
            raise traitlets.TraitError(str(error)) from None

    # -- answering: the worker's thread --------------------------------------------------------------------------------

    def _device(self) -> str:
        return "tables"

    def make_stream(self, request: dict[str, Any]) -> Iterator[AnswersEstimate]:
        from ..explainers.one_row import OneRow

        request["names"] = notebook_expressions({name: self._given[name] for name in ("model", "row", "X_train")})
        asked = request["target"]
        asker = request["asker"] = OneRow(
            self._given["model"],
            self._first_row if request["index"] is None else request["index"],
            self._training,
            target=self._classes[asked] if self._classes and asked is not None else asked,
            seed=request["seed"],
        )
        self._asked_twice.ask(lambda: asker.predictor.repeats(self._training.table))
        request["prediction"] = asker.prediction
        request["row"] = [_printable(asker.row.values(name)[0]) for name in asker.feature_names]
        yield from asker.stream(pauses=True)

    # -- showing -------------------------------------------------------------------------------------------------------

    def _frame(self, estimate: AnswersEstimate, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        agreement = estimate.agreement
        header = {"job": job, "sequence": sequence, **self._header(estimate, request)}
        arrays = {
            "order": wire.as_is(_order(agreement).astype(np.uint32)),
            "shares": wire.as_is(agreement.shares),
            "errors": wire.as_is(agreement.share_errors),
            "ranks": wire.as_is(agreement.ranks),
        }
        return wire.frame(header, arrays)

    def _header(self, estimate: AnswersEstimate, request: dict[str, Any]) -> dict[str, Any]:
        asker: OneRow = request["asker"]
        agreement = estimate.agreement
        return {
            "finished": estimate.finished,
            "done": estimate.done,
            "total": estimate.total,
            "features": list(estimate.feature_names),
            "row": request["row"],
            "index": request["index"],
            "asked": list(estimate.methods),
            "methods": [
                {
                    "name": answer.method,
                    "explainer": answer.explainer,
                    "units": answer.units,
                    "done": answer.done,
                    "total": answer.total,
                    "unit": answer.unit,
                    "finished": answer.finished,
                    "sampled": answer.standard_error is not None,
                    "fit": answer.fit,
                    "background": None if answer.background is None else answer.background._asdict(),
                }
                for answer in estimate.answers
            ],
            "refused": [{"method": method, "title": error.title} for method, error in estimate.refused.items()],
            "target_name": asker.target_name,
            "of_classes": bool(self._classes),
            "prediction": request["prediction"],
            "units": asker.units,
            "pairs": [_finite(vars(pair)) for pair in agreement.pairs],
            "disagreements": [vars(each) for each in agreement.disagreements],
        }

    def _explain(self, estimate: AnswersEstimate, request: dict[str, Any]) -> Agreement:  # noqa: ARG002
        return estimate.agreement

    def _figure(self, estimate: AnswersEstimate, request: dict[str, Any], job: int, theme: str) -> Any:  # noqa: ARG002
        return AgreementFigure(
            self._header(estimate, request),
            _order(estimate.agreement),
            estimate.agreement.shares,
            estimate.agreement.share_errors,
            estimate.agreement.ranks,
            max_display=self.max_display,
            feature=self.feature,
            theme=theme,
            language=self.language,
        )

    def _code(self, request: dict[str, Any]) -> str:
        names = dict(request["names"])
        if request["index"] is not None:
            names["row"] = repr(request["index"])
        target = request["target"]
        asked: dict[str, Any] = {"X_train": self._given["X_train"]}
        if target is not None:
            asked["target"] = self._classes[target] if self._classes else target
        named = {name: getattr(self, name) for name in ("seed", "max_display", "feature")}
        changed = {name: value for name, value in named.items() if value != self.trait_defaults(name)}
        return call_as_code("xw.AgreementPlot", names, asked | changed)


def _order(agreement: Agreement) -> np.ndarray:
    """Return the features, the largest share on the mean of all methods first."""
    return np.argsort(-np.abs(agreement.shares).mean(axis=0), kind="stable")


def _finite(numbers: dict[str, Any]) -> dict[str, Any]:
    return {name: number if np.isfinite(number) else None for name, number in numbers.items()}


def _printable(value: Any) -> Any:
    """Return a value that a header can carry: a finite number, or text; None where there is none."""
    plain = value.item() if isinstance(value, np.generic) else value
    if plain is None or (isinstance(plain, float) and not np.isfinite(plain)):
        return None
    return plain if isinstance(plain, bool | int | float | str) else str(plain)
