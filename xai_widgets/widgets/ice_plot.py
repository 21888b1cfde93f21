"""ICEPlot: how the prediction of each row moves with a feature, and which rows move alike."""

from __future__ import annotations

import pathlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Self

import anywidget
import numpy as np
import traitlets

from ..explainers.stream import drive
from ..models import InputError
from ..render.curves import CurvesFigure
from .answers import answers
from .coded import CodedWidget
from .columns import columns_frame
from .curve_frames import curves_frame, header_of, own_places
from .density import Density
from .drawn import Look
from .explained import PERCENTILES, Explained
from .features import Features
from .ground import Ground
from .ice_findings import Findings
from .kept import KeptStates
from .live import kernel_owned
from .memory import bytes_of, check_memory
from .moves import Moves
from .pair_surface import PairSurface
from .row_colours import TARGET, RowColours
from .selection import Brush, RowSelection, Selection, no_row
from .sent_curves import (
    axis_of,
    check_drawable,
    curves_sent,
    grid_of,
    is_sampled,
    mean_of,
    most_sent,
    places_of,
    spread_of,
)
from .told import ToldWidget
from .traits import Choice, Finite, Position, Row, Whole

if TYPE_CHECKING:
    from ..explainers.accumulated_effects import AccumulatedLocalEffects, EffectsEstimate
    from ..explainers.dependence import CurveEstimate, PartialDependence
    from ..explainers.subgroups import By, Subgroup
    from ..models.predictors import Predictor
    from .pdp_surface import PDPSurface

_STATIC = pathlib.Path(__file__).parent.parent / "static"
_STEP_SECONDS = 0.02  # a hand that changes its mind waits for the step before
_MOST_KEPT, _MOST_KEPT_BYTES = 100, 64 << 20  # finished runs of other features
_KIND_KNOWN_AS = {
    "pdp": 'kind="average"',
    "pd": 'kind="average"',
    "mean": 'kind="average"',
    "ice": 'kind="individual"',
    "curves": 'kind="individual"',
    "c-ice": "centered=True",
    "centered": "centered=True",
    "d-ice": 'kind="derivative"',
    "slopes": 'kind="derivative"',
}


class ICEPlot(ToldWidget, CodedWidget):
    """A curve for each row and their mean, over one feature: brush a bundle and see which rows they are.

    Parameters
    ----------
    model : estimator, torch.nn.Module or callable
        Anything with predict_proba, decision_function or predict, a torch module, or a function of the table.
    X : table
        pandas, polars, pyarrow, numpy or torch; rows first. A snapshot is taken. A Dask data frame stays where it is,
        and its partitions are explained there.
    feature : str or int, optional
        A column by its name or position, or one of `groups`; by default the first.
    target : class or int, optional
        The class of a classifier, or the output, to explain. By default the last class, which of two is the positive
        one; the view offers the others. The trait is its position.
    kind : {"both", "individual", "average", "derivative", "ale"}, default "both"
        What is drawn: the curves and their mean, either of these, the slopes of the curves and their mean, or the
        accumulated local effects, which have no curves and reach from the lowest to the highest value, as each of
        their steps holds as many rows. Categories and single values have no slopes: of these the curves are drawn.
    grid_resolution : int, default 50
        The most points of a feature that is not categorical.
    percentiles : (float, float), default (0.05, 0.95)
        The ends of its grid.
    custom_values, categorical_features, response_method
        See `explainers.PartialDependence`.
    centered : bool, default False
        Draw each curve as its difference from its own value at `anchor`.
    max_memory : int or str, optional
        Bytes that the curves may take, or "2 GB"; by default half of the memory that is free. More is refused. A point
        of a curve takes 12 bytes, of a torch module of single precision 8.
    executor : concurrent.futures.Executor, optional
        Its workers compute the curves: processes, or a cluster, as `dask.distributed.Client.get_executor()` is one.
    seed : int, default 0
        Of the order in which rows are taken.
    groups : dict of str to sequence of columns, optional
        One-hot columns that move together, by the name under which they are offered as one feature.
    color_by : str, optional
        Colour each curve by its row's value of a feature, or by the model's answer for the row: "target", where no
        feature has this name.
    highlight : sequence of int, optional
        Rows whose curves are drawn above the others, with their number.
    **view
        `anchor`, `bands`, `brush`, `filters`, `selection`, `pair`, `index`, `what_if`, `language`.

    Attributes
    ----------
    filters : dict of str to list
        By feature [low, high], both included, where it holds numbers, else a list of categories; None at the end of
        either also lets rows without a value pass. What does not pass all of them is drawn dim, is not in the mean and
        cannot be brushed. `explanation` stays that of all rows.
    selection : RowSelection
        Positions in X of the rows that are chosen, by a brush or by hand.
    rule : dict or None
        What the selected rows have in common, soon after a selection stands still: `conditions`, each a dict of
        `feature`, `operator` and `values`, then `precision`, `recall` and `n`; see `explainers.find_rule`. No condition
        where no short rule describes the rows, None without a selection.
    subgroups : list of dict
        What `rules`, or a hand, last found in these curves: `rows`, `mean` and `rule` of each group.
    interactions : list of dict
        How strongly pairs of features interact, once a hand asks: `features`, `value` (H) and `strength` of each pair,
        the strongest first; see `explainers.HStatistic`.
    pair : list of two str, or None
        The pair that is chosen among them.
    pair_surface : PDPSurface or None
        Of the chosen pair, below the plot.
    index : int or None
        A row whose curve is marked: at its own value, or at that of `what_if`, a dict of values by feature. Linked with
        a waterfall `w`, the mark follows: `for name in ("index", "what_if"): ipywidgets.jslink((w, name), (ice, name))`

    Notes
    -----
    A page holds 7 MB of curves, about 60 000 of 50 points, and brushes them alone. Of more it gets a random sample of
    10 000, and the kernel draws the density of all and selects among all; `notice` says so.

    `explanation` is scikit-learn's Bunch of `grid_values`, `average` and `individual`, in the unit of the prediction
    whatever is drawn of them; for kind "ale" the `AccumulatedEffects`.

    Examples
    --------
    >>> import numpy as np
    >>> import xai_widgets as xw
    >>> X = np.random.default_rng(0).uniform(-1, 1, (100, 3))
    >>> w = xw.ICEPlot(lambda X: 0.2 * X[:, 0] - 5 * X[:, 1] + 10 * X[:, 1] * (X[:, 2] >= 0), X, "x1").wait()
    >>> w.explanation.individual.shape
    (1, 100, 50)
    >>> w.brush = [{"x": [0.8, 0.9], "y": [2, 5]}]
    >>> bool((w.selected[:, 2] >= 0).all())
    True
    >>> for group in w.rules():
    ...     print(group)
    54 rows: x2 >= 0 (precision 1, recall 1)
    46 rows: x2 < 0 (precision 1, recall 1)
    >>> w.close()
    """

    _esm = (_STATIC / "ice_plot.js").read_text(encoding="utf-8")
    _css = (_STATIC / "ice_plot.css").read_text(encoding="utf-8")
    _curves_by = ("feature", "target", "grid_resolution", "seed", "content")
    _parameters = (*_curves_by, "color_by")
    _drawn_by = ("kind", "centered", "anchor", "bands", "color_by", "highlight", "filters")

    feature = traitlets.Unicode().tag(sync=True, resettable=True)
    target = Position("class_names", None).tag(sync=True, resettable=True)
    grid_resolution = Whole(50, min=2, max=1000).tag(sync=True, resettable=True)
    seed = Whole(0, min=0, max=2**53 - 1).tag(sync=True, resettable=True)

    kind = Choice(["both", "individual", "average", "derivative", "ale"], "both", _KIND_KNOWN_AS).tag(
        sync=True, resettable=True
    )
    centered = traitlets.Bool(False).tag(sync=True, resettable=True)
    anchor = Finite(None, allow_none=True).tag(sync=True, resettable=True)
    bands = traitlets.Bool(True).tag(sync=True, resettable=True)
    color_by = traitlets.Unicode(None, allow_none=True).tag(sync=True, resettable=True)
    highlight = Selection().tag(sync=True, resettable=True)
    brush = Brush([]).tag(sync=True, resettable=True)
    filters: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True, resettable=True)
    selection = Selection().tag(sync=True, resettable=True)
    hover = Whole(None, allow_none=True, min=0).tag(sync=True)
    index = Row(None).tag(sync=True, resettable=True)
    what_if: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True, resettable=True)
    pair: traitlets.List[Any] = traitlets.List(traitlets.Unicode(), None, allow_none=True, minlen=2, maxlen=2).tag(
        sync=True, resettable=True
    )

    features: traitlets.List[Any] = traitlets.List().tag(**kernel_owned())
    columns: traitlets.Dict[str, Any] = traitlets.Dict().tag(**kernel_owned())
    n_rows = traitlets.Int(0).tag(**kernel_owned())
    density = traitlets.Dict().tag(**kernel_owned())
    selected_density = traitlets.Dict().tag(**kernel_owned())
    class_names: traitlets.List[Any] = traitlets.List(traitlets.Unicode()).tag(**kernel_owned())
    rule = traitlets.Dict(default_value=None, allow_none=True).tag(**kernel_owned())
    subgroups: traitlets.List[Any] = traitlets.List().tag(**kernel_owned())
    interactions: traitlets.List[Any] = traitlets.List().tag(**kernel_owned())
    pair_surface: traitlets.TraitType[Any, Any] = anywidget.WidgetTrait().tag(**kernel_owned())

    def __init__(
        self,
        model: Any,
        X: Any,  # noqa: N803 (as everywhere)
        feature: str | int | None = None,
        *,
        target: Any = None,
        kind: str = "both",
        grid_resolution: int = 50,
        percentiles: tuple[float, float] = PERCENTILES,
        custom_values: Mapping[Any, Any] | None = None,
        categorical_features: Any = None,
        centered: bool = False,
        response_method: str = "auto",
        max_memory: int | str | None = None,
        executor: Executor | None = None,
        seed: int = 0,
        groups: Mapping[str, Sequence[Any]] | None = None,
        **view: Any,
    ) -> None:
        from ..explainers.filtering import Filtering
        from ..models.tables import Table

        self._table = Table.of(X)
        self._features = Features(self._table, groups or {})
        self._filtering = Filtering(self._table, self._features.groups)
        self._columns_wanted: dict[str, None] = {}
        self._explained = Explained(
            model,
            X,
            self._table,
            target=target,
            response_method=response_method,
            executor=executor,
            percentiles=percentiles,
            custom_values=custom_values,
            categorical_features=categorical_features,
            ascend=True,
        )
        self._max_memory = bytes_of(max_memory)
        self._kept = KeptStates(_MOST_KEPT, _MOST_KEPT_BYTES)
        self._sent_of = (0, 0)  # a job, and how many of its curves were sent
        self._new_view = False
        self._answered: RowSelection | None = None  # the newest answer to a brush
        self._colours: tuple[Any, RowColours] | None = None  # those made last, and what for
        self._leaving = False  # the ground on which was brushed
        self._density = Density(self._ground, self._publish)
        self._pair = PairSurface(self, self._publish)
        self._findings = Findings(
            self._worker(),
            self._table,
            self._features,
            ground=self._ground,
            ranked=lambda: [each["name"] for each in self.features],
            predictor=lambda request: self._explainer(request).predictor,
            notice=lambda: self._standing,
            publish=self._publish,
            fail=self._show_failure,
        )
        super().__init__(
            feature=self._features.names[0] if feature is None else self._features.name(feature),
            kind=kind,
            grid_resolution=grid_resolution,
            centered=centered,
            seed=seed,
            target=self._explained.position_of(target),
            class_names=self._explained.class_names,
            features=[{"name": name, "moves": None} for name in self._features.names],
            n_rows=0 if self._table.is_far else self._table.n_rows,  # to count those of a cluster takes a while
            **view,
        )
        self._brushed = self.brush
        self._brush_due = bool(self.brush)  # set before there were curves to brush
        self.observe(self._on_brush, names=["brush"])
        self.observe(self._on_parameter, names=["kind"])
        self.observe(lambda _: self._on_worker(self._show_code), names=list(self._drawn_by))
        self.observe(lambda _: self._on_worker(self._show_again), names=["language"])
        self.observe(self._on_highlight, names=["highlight"])
        self.observe(self._on_filters, names=["filters"])
        self.observe(lambda change: self._pair.show(change.new), names=["pair"])
        self.observe(self._on_ground, names=["feature", "target", "kind", "centered", "anchor"])
        self._want_columns(self.filters)
        self.observe(self._on_selection, names=["selection", "feature"])
        self.observe(self._on_chosen, names=["selection"])
        self.observe(self._on_zero, names=["kind", "centered", "anchor", "filters"])
        if len(self.selection):
            self._on_selection(None)
        if self.pair is not None:
            self._pair.show(self.pair)
        self._moves = Moves(self._worker(), self._table, self._features, self._show_moves)
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
        percentiles: tuple[float, float] = (0.05, 0.95),
        custom_values: Mapping[Any, Any] | None = None,
        kind: str = "average",
        centered: bool = False,
        random_state: int = 0,
        executor: Executor | None = None,
        **others: Any,
    ) -> Self:
        """Make a plot with the arguments of scikit-learn's `PartialDependenceDisplay.from_estimator`.

        Parameters
        ----------
        estimator, X, features, feature_names, categorical_features, target, response_method, grid_resolution, \
percentiles, custom_values, kind, centered
            As scikit-learn's. Of several features the first is shown; all columns are offered in the view.
        random_state : int, default 0
            Of the order in which rows are taken.
        executor
            See `ICEPlot`.
        **others
            Those that say how scikit-learn draws are refused, each with what to do instead.

        Examples
        --------
        >>> import numpy as np
        >>> import xai_widgets as xw
        >>> X = np.random.default_rng(0).uniform(-1, 1, (50, 2))
        >>> with xw.ICEPlot.from_estimator(lambda X: X[:, 0] ** 2, X, ["age"], feature_names=["age", "size"]) as w:
        ...     w.feature, w.kind, w.wait().explanation.average.shape
        ('age', 'average', (1, 50))
        """
        from ..models.tables import Table
        from .scikit_learn import one_feature, refuse

        refuse(others)
        return cls(
            estimator,
            X if feature_names is None else Table.of(X, feature_names),
            one_feature(features),
            categorical_features=categorical_features,
            target=target,
            response_method=response_method,
            grid_resolution=grid_resolution,
            percentiles=percentiles,
            custom_values=custom_values,
            kind=kind,
            centered=centered,
            seed=random_state,
            executor=executor,
        )

    @staticmethod
    def from_computed(
        found: Any,
        X: Any = None,  # noqa: N803
        feature: Any = None,
        *,
        target: int | str | None = None,
        class_names: Sequence[str] | None = None,
        **view: Any,
    ) -> ICEPlot:
        """Show curves, or their means alone, that were computed before; what needs a model says so.

        Parameters
        ----------
        found : Bunch or PartialDependenceDisplay
            Of `partial_dependence` of one feature, scikit-learn's or ours, or a display with such plots. Curves of
            single rows, which `kind="both"` or "individual" gives, are brushed and selected; of `kind="average"` there
            is the mean. For two features see `PDPSurface.from_computed`.
        X : table, optional
            What they were computed of: it gives each row's own value, the rule of a selection and `selected`.
        feature : str or int, optional
            Of a Bunch, which does not say it: by default the first column. Of a display, the one shown first.
        target : int or str, optional
            The position of an output, where there are several, or its name. Of a display, by default its own.
        class_names : sequence of str, optional
            Names of the outputs, which neither a Bunch nor a display knows; by default their positions.
        **view
            See `ICEPlot`.

        Examples
        --------
        >>> import numpy as np
        >>> import xai_widgets as xw
        >>> from xai_widgets.explainers import partial_dependence
        >>> X = np.random.default_rng(0).uniform(-1, 1, (50, 2))
        >>> found = partial_dependence(lambda X: X[:, 0] * X[:, 1], X, [0], kind="both")
        >>> with xw.ICEPlot.from_computed(found, X, 0) as w:
        ...     bool((w.wait().explanation.individual == found.individual).all())
        True
        """
        from .computed_curves import ComputedICEPlot

        return ComputedICEPlot(found, X, feature, target, class_names, **view)

    @property
    def content(self) -> str:
        """What the kernel computes for the kind: "curves", or "effects"."""
        return "effects" if self.kind == "ale" else "curves"

    @property
    def selected(self) -> Any:
        """The selected rows of X that pass the filters, as the same kind of table that was given."""
        return self._table.take(self._chosen())

    @property
    def passing(self) -> np.ndarray:
        """Whether each row of X passes the filters, bool of shape (rows,)."""
        return self._filtering.passing(self.filters)

    def surface(self, features: Sequence[str | int]) -> PDPSurface:
        """Return the surface of two features: of the same model, class, rows and seed, and this plot's snapshot of X.

        Examples
        --------
        >>> import numpy as np
        >>> import xai_widgets as xw
        >>> X = np.random.default_rng(0).uniform(0, 1, (50, 3))
        >>> with xw.ICEPlot(lambda X: X[:, 0] * X[:, 1], X) as w, w.surface(("x0", "x1")) as surface:
        ...     surface.wait().explanation.average.shape
        (1, 30, 30)
        """
        from .pdp_surface import PDPSurface

        return PDPSurface(
            self._explained.model,
            self._explained.X,
            features,
            target=self._explained.target_at(self.target),
            seed=self.seed,
            language=self.language,
            _explained=self._explained,
        )

    def rules(self, n_groups: int | None = None, by: By = "centered") -> list[Subgroup]:
        """Group the curves by their shape, find what the rows of each group have in common, and show it.

        Parameters
        ----------
        n_groups : int, optional
            1 to 8; by default it is chosen, see `explainers.find_subgroups`.
        by : {"centered", "derivative"}, default "centered"
            What makes curves alike: each curve less its own mean, or its slopes.

        Returns
        -------
        list of Subgroup
            Each with its `rows`, their `mean` curve, `rule` and `size`; the largest first.

        Raises
        ------
        RuntimeError
            Before the first estimate; `w.wait().rules()` waits for it.
        InputError
            For a number or a kind that is not known, or slopes where there are none.
        """
        self._picture_now("rules")
        return self._findings.subgroups(n_groups=n_groups, by=by)

    def close(self) -> None:
        if "_moves" in vars(self):
            self._pair.close()
            self._moves.stop()
            self._findings.stop()
        super().close()

    @traitlets.validate("feature", "color_by")
    def _valid_feature(self, proposal: Any) -> str | None:
        name = proposal["value"]
        if proposal["trait"].name == "color_by" and (name is None or name == TARGET):
            return name  # type: ignore[no-any-return]
        try:
            return self._features.name(name)
        except InputError as error:
            raise traitlets.TraitError(str(error)) from None

    @traitlets.validate("selection", "highlight", "index", "hover")
    def _valid_rows(self, proposal: Any) -> Any:
        self._check_rows(proposal["value"])
        return proposal["value"]

    def _check_rows(self, chosen: Any) -> None:
        """Raise where a row, or the last one of some, is not there; before rows are counted all are taken."""
        rows = [chosen] if isinstance(chosen, int) else chosen
        if self.n_rows and rows is not None and len(rows) and rows[-1] >= self.n_rows:
            raise no_row(int(rows[-1]), self.n_rows)

    @traitlets.validate("filters")
    def _valid_filters(self, proposal: Any) -> dict[str, Any]:
        try:
            return self._filtering.checked(proposal["value"])
        except InputError as error:
            raise traitlets.TraitError(str(error)) from None

    @traitlets.validate("pair")
    def _valid_pair(self, proposal: Any) -> list[str] | None:
        pair = proposal["value"]
        if pair is None:
            return None
        try:
            first, second = (self._table.column(name) for name in pair)
        except InputError as error:
            raise traitlets.TraitError(str(error)) from None
        if first == second:
            raise traitlets.TraitError(f"{first!r} twice; a pair is of two different features")
        return [first, second]

    # -- answering: the worker's thread --------------------------------------------------------------------------------

    def _device(self) -> str:
        return self._explained.device

    def make_stream(self, request: dict[str, Any]) -> Iterator[CurveEstimate | EffectsEstimate | None]:
        self._explained.note_names(request)
        yield from self._table.read_fingerprint()
        explainer: Any = self._explainer(request)
        if self._explained.executor is None:  # else others ask the model
            self._asked_twice.ask(lambda: explainer.predictor.repeats(self._table))
        fresh: Any = explainer.start(self._table)
        self._publish(n_rows=self._table.n_rows)
        for chosen in (self.selection, self.highlight, self.index):  # before rows were counted
            self._check_rows(chosen)
        check_drawable([axis_of(fresh)])
        grid = grid_of(fresh)
        if request["content"] == "curves":
            check_memory(fresh.most_curves, len(grid), fresh.dtype.itemsize, self._max_memory)
        request["model"] = fresh.identity.get("model")
        request["own"] = own_places(self._features.values(request["feature"]), grid)
        request["spread"] = spread_of(request["own"], grid)
        request["method"] = explainer.method
        request["colors"] = yield from self._coloured(explainer, fresh, request)
        shown = None if self._shown is None else getattr(self._shown[0], "state", None)
        begin = self._kept.resumed(explainer, fresh, shown)
        if request["content"] == "effects":
            steps: Any = drive(explainer, begin, step_seconds=_STEP_SECONDS)
        else:
            steps = explainer.steps(fresh, begin, self._explained.executor, step_seconds=_STEP_SECONDS)
        for estimate in steps:
            if estimate is not None and estimate.finished and request["content"] == "curves":
                self._kept.keep(estimate.state)
            yield estimate

    def _explainer(self, request: dict[str, Any]) -> PartialDependence | AccumulatedLocalEffects:
        from ..explainers.accumulated_effects import AccumulatedLocalEffects

        feature, groups = request["feature"], self._features.groups
        if request["content"] == "curves":
            return self._explained.dependence(request, feature, groups=groups)
        predictor = self._explained.predictor(request)
        order = self._levels(feature)
        return AccumulatedLocalEffects(predictor, feature, order=order, seed=request["seed"], groups=groups)

    def _levels(self, feature: str) -> list[Any] | None:
        """Return the values of a feature that is called categorical, in ascending order."""
        if feature not in self._explained.categorical:
            return None
        values = self._features.values(feature)
        return sorted({value for value in values.tolist() if value is not None and value == value})  # noqa: PLR0124 (NaN)

    def _coloured(
        self, explainer: Any, fresh: Any, request: dict[str, Any]
    ) -> Generator[None, None, RowColours | None]:
        """Return the colours of the rows, made once for what they depend on, after a yield for each step."""
        by = request["color_by"]
        if by is None or request["content"] != "curves":
            return None
        of_target = by == TARGET and by not in self._features.names
        wanted = (by, fresh.identity.get("model") if of_target else None)
        if self._colours is None or self._colours[0] != wanted:
            values = (yield from self._answers(explainer.predictor)) if of_target else self._features.values(by)
            self._colours = (wanted, RowColours.of(by, values, of_target=of_target))
        return self._colours[1]

    def _answers(self, predictor: Predictor) -> Generator[None, None, np.ndarray]:
        """Return the model's answer for each row as it is, after a yield for each step."""
        if self._table.is_far:
            raise InputError(
                "The rows of a table in parts are not coloured by the prediction.",
                given=f"color_by={TARGET!r} and {self._table.n_rows} rows that stay where they are",
                expected="a feature",
                do="colour by a column, or plot some of the rows",
            )
        return (yield from answers(predictor, self._table, _STEP_SECONDS))

    def on_step(self, job: Any, item: Any) -> None:
        before = None if self._shown is None else self._shown[1]
        self._findings.forget(before, job.request, self._curves_by)
        if self._moves.model not in (None, job.request["model"]):
            self._moves.stop()
            self._publish(features=[{**each, "moves": None} for each in self.features])
        super().on_step(job, item)

    def _end(self, job: Any, failure: Any) -> None:
        super()._end(job, failure)
        self._answer_brush()  # before those who wait go on

    def on_end(self, job: Any, outcome: Any, failure: Any) -> None:
        super().on_end(job, outcome, failure)
        if self._shown is not None and self._shown[2] == job.number:
            self._answer_brush()
        if outcome == "done":
            self._measure_moves(job.request)

    def _measure_moves(self, request: dict[str, Any]) -> None:
        if not self._closed and request["model"] != self._moves.model:
            self._moves.start(request["model"], self._explained.predictor(dict(request)))

    def _show_moves(self, moves: dict[str, float]) -> None:
        ordered = sorted(moves, key=lambda name: -moves[name])
        rest = [name for name in self._features.names if name not in moves]
        features = [{"name": name, "moves": moves.get(name)} for name in (*ordered, *rest)]
        self._publish(features=features)

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        kind = content.get("kind") if isinstance(content, dict) and self._shown is not None else None
        if kind == "subgroups":
            self._findings.look_for_subgroups()
        elif kind == "interactions":
            self._findings.look_for_interactions()
        elif kind == "column":
            self._want_columns([name for name in self._table.names if name == content.get("feature")])
        else:
            super()._on_message(widget, content, buffers)

    def _on_selection(self, _: Any) -> None:
        self._findings.look_for_rule(selected=len(self.selection) > 0)

    def _show_failure(self, error: Exception) -> None:
        parts = self._describe_error(error)
        self._publish(notice=" ".join(part for part in (parts["title"], parts["do"]) if part))

    # -- showing -------------------------------------------------------------------------------------------------------

    def _frame(self, estimate: Any, request: dict[str, Any], job: int, sequence: int, first: int = 0) -> dict[str, Any]:
        numbered = {"job": job, "sequence": sequence, "first": first}
        return curves_frame(estimate, request, numbered, self.highlight, self.language)

    def _preview(self, estimate: Any, request: dict[str, Any], job: int, sequence: int) -> dict[str, Any]:
        """Send the curves that no view has yet; of effects, or averages alone, there is one line."""
        if request["content"] != "curves":
            return self._frame(estimate, request, job, sequence)
        of, first = self._sent_of
        if of != job or self._new_view:
            self._new_view, first = False, 0
        self._sent_of = job, min(estimate.state.n_curves, most_sent(estimate.state))
        return self._frame(estimate, request, job, sequence, first)

    def _on_visible(self, view: str, *, visible: bool) -> None:
        self._new_view |= visible and view not in self._visible
        super()._on_visible(view, visible=visible)

    @property
    def explanation(self) -> Any:
        """The newest curves as scikit-learn's Bunch, made when it is asked for: it is a copy of them."""
        kept = self._explanation
        return kept.bunch("both" if kept.state.parts else "average") if hasattr(kept, "bunch") else kept

    def _explain(self, estimate: Any, request: dict[str, Any]) -> Any:
        return estimate.effects if request["content"] == "effects" else estimate

    def _figure(self, estimate: Any, request: dict[str, Any], job: int, theme: str) -> Any:
        header, colours = header_of(estimate, request, self.language), request["colors"]
        look, places = self._look(estimate, request)
        curves, rows, passing = np.empty((0, len(places))), np.empty(0, np.intp), self.passing
        if request["content"] == "curves":
            curves, rows = curves_sent(estimate, always=self.highlight)
        if self.filters:
            header |= self._filtered(estimate, request, passing)
        mean, chosen = header["mean"], self._chosen()
        if is_sampled((estimate, request, job)) and estimate.finished:
            header |= self._of_all(passing)
        return CurvesFigure(
            header
            | {"mean": None if mean is None else look.of(np.asarray(mean), places).tolist(), "selected": len(chosen)},
            look.of(curves, places),
            rows,
            kind=look.kind,
            asked=self.kind,
            anchor=look.anchor_on(places) if look.centered else None,
            bands=self.bands,
            selected=np.isin(rows, chosen),
            highlighted=np.isin(rows, np.asarray(self.highlight)),
            codes=None if colours is None else colours.codes[rows],
            theme=theme,
            language=self.language,
            status=self.status,
            rule=self.rule,
            shown=passing[rows],
        )

    def _of_all(self, passing: np.ndarray) -> dict[str, Any]:
        """Return what a header says of all rows where the curves are a sample of theirs."""
        drawn = self.selected_density.get("header", {})
        return {"passing": int(passing.sum()), "selected_mean": drawn.get("mean")}

    def _filtered(self, estimate: Any, request: dict[str, Any], passing: np.ndarray) -> dict[str, Any]:
        """Return what of a header is of the rows that pass the filters: the mean of curves, and how the data lie."""
        spread = spread_of(request["own"][passing], grid_of(estimate.state))
        if request["content"] != "curves":
            return spread
        mean = mean_of(estimate.state, passing)
        return {**spread, "mean": None if mean is None else mean.tolist()}

    def _look(self, estimate: Any, request: dict[str, Any]) -> tuple[Look, np.ndarray]:
        """Return how the curves are drawn, and where the points of their grid lie."""
        look = Look(self.kind, self.centered, self.anchor).fitting(request["content"], grid_of(estimate.state))
        return look, places_of(estimate)

    def _code(self, request: dict[str, Any]) -> str:
        """Write the call that gives this plot; how it is drawn only where that is not the default."""
        parameters = {name: request[name] for name in ("feature", "grid_resolution", "seed")}
        if self._features.groups:
            parameters["groups"] = self._features.groups
        for name in self._drawn_by:
            value = getattr(self, name)
            if value != self.traits()[name].default():
                parameters[name] = value.tolist() if isinstance(value, np.ndarray) else value
        return self._explained.code("xw.ICEPlot", request, parameters)

    def _on_highlight(self, _: Any) -> None:
        """Send the curves of rows that were left out because there are too many."""
        shown = self._shown
        if shown is not None and shown[1]["content"] == "curves" and len(curves_sent(shown[0])[1]) < shown[0].done:
            self._on_worker(self._show_again)

    # -- the brush -----------------------------------------------------------------------------------------------------

    def _on_brush(self, _: Any) -> None:
        self._brushed = self.brush
        if self._leaving or self._worker().is_current:
            return
        if not self._told and not (self.filters and self._table.is_far):
            self._brush_due = True
            self._answer_brush()
        elif not self._told or (self.brush and is_sampled(self._shown)):  # else a browser brushes by itself
            self._brush_due = True
            self._on_worker(self._answer_brush)

    def _answer_brush(self) -> None:
        """Select by a brush that waits, once the curves of what is asked for now are there."""
        if self._brush_due and self._is_answered:
            self._brush_due = False
            self._select_brushed()

    @property
    def _is_answered(self) -> bool:
        """Whether curves are shown, and no others come of what is asked for now."""
        shown, newest = self._shown, self._newest
        if shown is None or newest is None or shown[1]["content"] != "curves":
            return False
        if any(getattr(self, name) != newest[name] for name in self._curves_by):
            return False  # the request for others is about to be made
        ended = shown[0].finished or self.status != "running"
        return self._slot.wait(0.0) or (shown[2] == self._slot.number and ended)

    def _on_chosen(self, change: Any) -> None:
        """Follow a selection that no brush has made; brushes that do not give it go."""
        if change["new"] is self._answered:
            return
        if is_sampled(self._shown):
            self._on_worker(self._show_selected)
        elif self.brush and not self._told:  # else a browser does so
            self._leave_brush()

    def _on_zero(self, _: Any) -> None:
        if is_sampled(self._shown):
            self._on_worker(self._show_density)

    def _on_ground(self, change: Any) -> None:
        """Take away brushes whose units are of another feature, zero or kind; what they selected stays."""
        came_with_it = self.brush != self._brushed
        same_unit = (change.name == "anchor" and not self.centered) or (
            change.name == "kind" and not {"derivative", "ale"} & {change.old, change.new}
        )
        if not (self._told or came_with_it or not self.brush or same_unit):
            self._leave_brush()

    def _leave_brush(self) -> None:
        """Take the brushes away; what is selected stays."""
        self._brush_due = False
        self._leaving = True
        try:
            self.brush = []
        finally:
            self._leaving = False

    def _select_brushed(self) -> None:
        """Select the rows whose curves pass through the boxes."""
        from ..explainers.brushing import brushed

        assert self._shown is not None
        rows = self._density.brushed(self.brush)
        if rows is not None:
            self._answered = RowSelection(rows)
            with self.hold_sync():
                self._publish(selection=self._answered)
                self._publish(selected_density=self._density.show_selected())
            return
        ground = self._ground()
        curves, rows = curves_sent(ground.estimate)
        inside = brushed(ground.look.of(curves, ground.places), ground.places, self.brush)
        self._answered = RowSelection(rows[inside & ground.passing[rows]])
        self._publish(selection=self._answered)

    # -- the filters ---------------------------------------------------------------------------------------------------

    def _chosen(self) -> np.ndarray:
        """Return the positions of the selected rows that pass the filters."""
        chosen = np.asarray(self.selection)
        return np.asarray(chosen[self.passing[chosen]])

    def _on_filters(self, _: Any) -> None:
        self._want_columns(self.filters)
        if self.brush:
            self._on_brush(None)
        self._on_selection(None)

    def _want_columns(self, features: Iterable[str]) -> None:
        self._columns_wanted.update(dict.fromkeys(features))
        self._on_worker(self._send_columns)

    def _send_columns(self) -> None:
        """Give the browser the values of the features that are wanted: it filters by itself."""
        if self._columns_lack:
            wanted = list(self._columns_wanted)
            self._publish(columns=columns_frame({name: self._filtering.column(name) for name in wanted}))

    @property
    def _columns_lack(self) -> bool:
        return list(self._columns_wanted) != list(self.columns.get("header", {}).get("columns", {}))

    def _before_export(self) -> None:
        if self._columns_lack:
            self._catch_up()

    # -- more curves than a browser holds ------------------------------------------------------------------------------

    def _publish_answer(self) -> None:
        super()._publish_answer()
        self._show_density()

    def _show_density(self) -> None:
        if not self._density.show() and self.density:
            self._publish(density={}, selected_density={}, notice="")

    @property
    def _standing(self) -> str:
        """The notice that holds for all that is shown."""
        return "sample" if self.density else ""

    def _show_selected(self) -> None:
        """Draw a selection that no brush has made; brushes that do not give it go."""
        if self.selection is not self._answered:
            drawn = self._density.show_selected()
            if drawn is not None:
                self._publish(brush=[], selected_density=drawn)

    def _ground(self) -> Ground:
        asked = Look(self.kind, self.centered, self.anchor)
        return Ground(self._shown, asked, self.feature, self._filtering, self.filters, self.selection)

    def _free(self) -> None:
        self._kept.clear()
        self._density.clear()
