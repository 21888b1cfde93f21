"""PDPSurface: how the mean prediction moves with two features at once."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import traitlets

from .. import wire
from ..models import InputError
from ..render import COLORMAPS
from ..render.surface import SurfaceFigure
from .coded import CodedWidget
from .columns import as_sent
from .explained import PERCENTILES, Explained
from .kept import KeptStates
from .labels import label_in
from .live import kernel_owned
from .sent_curves import check_drawable
from .traits import Choice, Cursor, Position, Whole

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ..explainers.dependence import CurveEstimate
    from ..explainers.support import Support
    from ..models.tables import Table

_STATIC = pathlib.Path(__file__).parent.parent / "static"
_STEP_SECONDS = 0.02  # a hand that changes its mind waits for the step before
_MOST_DOTS = 1000  # rows that are marked, where they lie on the map
_MOST_KEPT = 32  # finished surfaces of other features


class PDPSurface(CodedWidget):
    """The partial dependence of two features: a map of the mean prediction, with its cross-sections at a cursor.

    Rows are taken in a seeded random order, so that the map of all stands from the first step and its standard error
    falls. Numbers of trees are computed by walking them, those of other models by asking about copies of the rows.

    The map is hatched where the data say little: where fewer than five rows, or than a hundredth of all where that is
    less, lie within a tenth of each axis to either side, and in the same category.

    Parameters
    ----------
    model : estimator, torch.nn.Module or callable
        Anything with predict_proba, decision_function or predict, a torch module, or a function of the table.
    X : table
        pandas, polars, pyarrow, numpy or torch; rows first. A snapshot is taken. A Dask data frame is explained where
        its partitions lie.
    features : (str or int, str or int)
        Two columns by name or position: the first goes across, the second up.
    target : class or int, optional
        The class of a classifier, or the output, to explain. By default the last class, which of two is the positive
        one; the view offers the others. The trait is its position.
    grid_resolution : int, default 30
        The most points of a feature that is not categorical; the map has as many of both together.
    percentiles : (float, float), default (0.05, 0.95)
        The ends of each axis.
    custom_values, categorical_features, response_method
        See `explainers.PartialDependence`.
    executor : concurrent.futures.Executor, optional
        Its workers compute the map: processes, or a cluster, as `dask.distributed.Client.get_executor()` is one.
    seed : int, default 0
        Of the order in which rows are taken.
    **view
        `colormap`, `contours` (bool), `cursor` ([x, y] in data units; None is the middle of the data), `language`.

    Examples
    --------
    >>> import numpy as np
    >>> import xai_widgets as xw
    >>> X = np.random.default_rng(0).uniform(0, 1, (100, 3))
    >>> w = xw.PDPSurface(lambda X: X[:, 0] * X[:, 1], X, ("x0", "x1"), grid_resolution=5).wait()
    >>> x0, x1 = w.explanation.grid_values
    >>> bool(np.allclose(w.explanation.average[0], np.outer(x0, x1)))
    True
    >>> w.close()
    """

    _esm = (_STATIC / "pdp_surface.js").read_text(encoding="utf-8")
    _css = (_STATIC / "pdp_surface.css").read_text(encoding="utf-8")
    _parameters = ("features", "target", "grid_resolution", "seed")

    features: traitlets.List[Any] = traitlets.List().tag(sync=True, resettable=True)
    target = Position("class_names", None).tag(sync=True, resettable=True)
    grid_resolution = Whole(30, min=2, max=200).tag(sync=True, resettable=True)
    seed = Whole(0, min=0, max=2**53 - 1).tag(sync=True, resettable=True)

    colormap = Choice(COLORMAPS, "red_blue").tag(sync=True, resettable=True)
    contours = traitlets.Bool(True).tag(sync=True, resettable=True)
    cursor = Cursor().tag(sync=True, resettable=True)

    column_names: traitlets.List[Any] = traitlets.List(traitlets.Unicode()).tag(**kernel_owned())
    class_names: traitlets.List[Any] = traitlets.List(traitlets.Unicode()).tag(**kernel_owned())

    def __init__(
        self,
        model: Any,
        X: Any,  # noqa: N803 (as everywhere)
        features: Sequence[str | int] | None = None,
        *,
        target: Any = None,
        grid_resolution: int = 30,
        percentiles: tuple[float, float] = PERCENTILES,
        custom_values: Mapping[Any, Any] | None = None,
        categorical_features: Any = None,
        response_method: str = "auto",
        executor: Executor | None = None,
        seed: int = 0,
        _explained: Explained | None = None,
        **view: Any,
    ) -> None:
        from ..models.tables import Table

        explained = _explained or Explained(
            model,
            X,
            Table.of(X),
            target=target,
            response_method=response_method,
            executor=executor,
            percentiles=percentiles,
            custom_values=custom_values,
            categorical_features=categorical_features,
        )
        self._explained = explained
        self._table = explained.table
        self._kept = KeptStates(_MOST_KEPT)
        super().__init__(
            features=_pair(self._table, features),
            grid_resolution=grid_resolution,
            seed=seed,
            target=explained.position_of(target),
            class_names=explained.class_names,
            column_names=list(self._table.names),
            **view,
        )
        self._cursor_of = self.features  # whose units the cursor has
        self.observe(self._on_cursor, names=["cursor"])
        self.observe(self._on_features, names=["features"])
        self.observe(lambda _: self._on_worker(self._show_again), names=["language"])
        self._request()

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,  # noqa: N803
        features: Any,
        *,
        feature_names: Sequence[str] | None = None,
        categorical_features: Any = None,
        target: Any = None,
        response_method: str = "auto",
        grid_resolution: int = 100,
        percentiles: tuple[float, float] = PERCENTILES,
        custom_values: Mapping[Any, Any] | None = None,
        kind: str = "average",
        random_state: int = 0,
        executor: Executor | None = None,
        **others: Any,
    ) -> Self:
        """Make a surface with the arguments of scikit-learn's `PartialDependenceDisplay.from_estimator`.

        Parameters
        ----------
        estimator, X, features, feature_names, categorical_features, target, response_method, grid_resolution, \
percentiles, custom_values, kind
            As scikit-learn's. Of several pairs the first is shown, and a pair may stand alone; all columns are offered
            in the view. The kind is "average".
        random_state : int, default 0
            Of the order in which rows are taken.
        executor
            See `PDPSurface`.
        **others
            Those that say how scikit-learn draws are refused, each with what to do instead.

        Examples
        --------
        >>> import numpy as np
        >>> import xai_widgets as xw
        >>> X = np.random.default_rng(0).uniform(0, 1, (50, 3))
        >>> with xw.PDPSurface.from_estimator(lambda X: X[:, 0] * X[:, 1], X, [(0, 1)], grid_resolution=5) as w:
        ...     w.features, w.wait().explanation.average.shape
        (['x0', 'x1'], (1, 5, 5))
        """
        from ..models.tables import Table
        from .scikit_learn import average_alone, one_pair, refuse

        refuse(others)
        average_alone(kind)
        return cls(
            estimator,
            X if feature_names is None else Table.of(X, feature_names),
            one_pair(features),
            categorical_features=categorical_features,
            target=target,
            response_method=response_method,
            grid_resolution=grid_resolution,
            percentiles=percentiles,
            custom_values=custom_values,
            seed=random_state,
            executor=executor,
        )

    @staticmethod
    def from_computed(
        found: Any,
        X: Any = None,  # noqa: N803
        features: Any = None,
        *,
        target: int | str | None = None,
        class_names: Sequence[str] | None = None,
        **view: Any,
    ) -> PDPSurface:
        """Show a surface that was computed before.

        Parameters
        ----------
        found : Bunch or PartialDependenceDisplay
            Of `partial_dependence` of two features, scikit-learn's or ours, or a display with such plots.
        X : table, optional
            What it was computed of: it gives the rows over the map, and where there are few of them.
        features : (str or int, str or int), optional
            Of a Bunch, which does not say them, in its order. Of a display, the pair shown first.
        target : int or str, optional
            The position of an output, where there are several, or its name. Of a display, by default its own.
        class_names : sequence of str, optional
            Names of the outputs, which neither a Bunch nor a display knows; by default their positions.
        **view
            See `PDPSurface`.

        Examples
        --------
        >>> import numpy as np
        >>> import xai_widgets as xw
        >>> from xai_widgets.explainers import partial_dependence
        >>> X = np.random.default_rng(0).uniform(0, 1, (50, 3))
        >>> found = partial_dependence(lambda X: X[:, 0] * X[:, 1], X, [0, 1], grid_resolution=5)
        >>> with xw.PDPSurface.from_computed(found, X, (0, 1)) as w:
        ...     bool((w.wait().explanation.average == found.average).all())
        True
        """
        from .computed_surface import ComputedPDPSurface

        return ComputedPDPSurface(found, X, features, target, class_names, **view)

    @traitlets.validate("features")
    def _valid_features(self, proposal: Any) -> list[str]:
        try:
            return _pair(self._table, proposal["value"])
        except InputError as error:
            raise traitlets.TraitError(str(error)) from None

    def _on_cursor(self, _: Any) -> None:
        self._cursor_of = self.features

    def _on_features(self, _: Any) -> None:
        """Turn the cursor with the features; of others it says nothing."""
        if self.cursor is not None and self._cursor_of != self.features:
            self.cursor = self.cursor[::-1] if self._cursor_of == self.features[::-1] else None

    # -- answering: the worker's thread --------------------------------------------------------------------------------

    def _device(self) -> str:
        return self._explained.device

    def make_stream(self, request: dict[str, Any]) -> Iterator[CurveEstimate | None]:
        from ..explainers.support import Support

        self._explained.note_names(request)
        yield from self._table.read_fingerprint()
        explainer = self._explainer(request)
        if self._explained.executor is None:  # else others ask the model
            self._asked_twice.ask(lambda: explainer.predictor.repeats(self._table))
        fresh = explainer.start(self._table)
        check_drawable(fresh.grid.axes)
        support = Support.of(self._table, fresh.grid)
        request["support"] = support if fresh.total_units else replace(support, least=0)  # the rows are not known
        request["dots"] = request["support"].some_rows(fresh.order[:_MOST_DOTS])
        shown = None if self._shown is None else getattr(self._shown[0], "state", None)
        begin = self._kept.resumed(explainer, fresh, shown)
        for estimate in explainer.steps(fresh, begin, self._explained.executor, step_seconds=_STEP_SECONDS):
            request["method"] = explainer.method  # the first rows may show that the trees were misread
            if estimate is not None and estimate.finished:
                self._kept.keep(estimate.state)
            yield estimate

    def _explainer(self, request: dict[str, Any]) -> Any:
        return self._explained.dependence(request, request["features"], kind="average")

    # -- showing -------------------------------------------------------------------------------------------------------

    def _frame(self, estimate: CurveEstimate, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        support: Support = request["support"]
        packed, low = wire.quantise_between(_surface(estimate, support))
        header = {"job": job, "sequence": sequence, "low": low, **self._header(estimate, request)}
        arrays = {
            "surface": packed,
            "near": wire.as_is(support.near.astype(np.uint32)),
            "dots": wire.as_is(as_sent(request["dots"])),
        }
        return wire.frame(header, arrays)

    def _header(self, estimate: CurveEstimate, request: dict[str, Any]) -> dict[str, Any]:
        support: Support = request["support"]
        error = estimate.standard_error
        return {
            "finished": estimate.finished,
            "done": estimate.done,
            "total": estimate.total,
            "features": list(request["features"]),
            "axes": [[float(each) if not axis.categorical else each for each in axis.values] for axis in support.axes],
            "whole": [axis.whole for axis in support.axes],
            "middle": [axis.middle for axis in support.axes],
            "least": support.least,
            "label": label_in(self.language, *request["response"]),
            "target_name": None if request["class"] is None else str(request["class"]),
            "standard_error": None if error is None else float(support.of_points(np.asarray(error)[0]).max()),
            "method": request["method"],
        }

    def _explain(self, estimate: CurveEstimate, request: dict[str, Any]) -> Any:  # noqa: ARG002 (the same for all)
        return estimate.bunch("average")

    def _figure(self, estimate: CurveEstimate, request: dict[str, Any], job: int, theme: str) -> Any:  # noqa: ARG002
        support: Support = request["support"]
        return SurfaceFigure(
            self._header(estimate, request),
            _surface(estimate, support),
            support.few,
            request["dots"],
            cursor=self.cursor,
            colormap=self.colormap,
            contours=self.contours,
            theme=theme,
        )

    def _code(self, request: dict[str, Any]) -> str:
        parameters = {name: request[name] for name in ("features", "grid_resolution", "seed")}
        return self._explained.code("xw.PDPSurface", request, parameters)

    def _free(self) -> None:
        self._kept.clear()


def _surface(estimate: CurveEstimate, support: Support) -> np.ndarray:
    return support.of_points(np.asarray(estimate.value)[0])


def _pair(table: Table, features: Any) -> list[str]:
    listed = list(features) if isinstance(features, Sequence) and not isinstance(features, str) else []
    names = [table.column(each) for each in listed]
    if len(names) != 2 or names[0] == names[1]:
        raise no_pair(features, table.names)
    return names


def no_pair(features: Any, names: Sequence[str]) -> InputError:
    """Return what to raise where features are no pair; names are those of an example."""
    return InputError(
        "A surface is of two features.",
        given="no features" if features is None else f"features={features!r}",
        expected="two different columns, by name or position",
        do=f"pass features=({names[0]!r}, {names[-1]!r}), for instance; ICEPlot ranks the pairs that interact"
        if len(names) > 1
        else "show one feature with ICEPlot",
    )
