"""ICEExplorer: ICE curves beside histograms of the other features, which filter the curves and show what is brushed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

import ipywidgets  # type: ignore[import-untyped]
import numpy as np
import traitlets

from ..tables import words
from .ice_plot import ICEPlot
from .selection import Brush, Selection

if TYPE_CHECKING:
    from ..explainers.filtering import Column

_FIRST = 4  # histograms, of the features that move the curves most
_MOST_CATEGORIES = 200  # of a feature that has a histogram
_SHARED = ("feature", "filters", "brush", "selection")
_PALE = "var(--jp-ui-font-color2, #6f757b)"
_LINES = '<span style="display: block; font-size: 12px; line-height: 1.42; word-break: keep-all">{}</span>'


class ICEExplorer(ipywidgets.Box):  # type: ignore[misc]  # its parent has no types
    """An ICEPlot beside histograms of the other features: these filter the curves, and show the rows that are brushed.

    The histograms are bqplot figures: an interval is drawn in one of numbers, bars are clicked in one of categories
    (with Control, more of them). Grey is what passes all filters, orange what is selected of it. The four features
    whose curves move most have a histogram; the list below adds others, but for those of more than 200 categories.
    They have no keys, and say so: by keyboard, rows are filtered in the panel that Filter opens above the curves.

    Parameters
    ----------
    model, X, feature, **settings
        As of `ICEPlot`.

    Attributes
    ----------
    plot : ICEPlot
        The curves; every trait of theirs is there.
    feature, filters, brush, selection
        Those of `plot`: settable, observable and linkable here too.

    Raises
    ------
    ImportError
        Where bqplot is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> import xai_widgets as xw
    >>> X = np.random.default_rng(0).uniform(-1, 1, (100, 3))
    >>> w = xw.ICEExplorer(lambda X: 10 * X[:, 1] * (X[:, 2] >= 0), X, "x1").wait()
    >>> w.filters = {"x2": [0, 1]}
    >>> w.brush = [{"x": [0.8, 0.9], "y": [-10, 10]}]
    >>> bool((w.selected[:, 2] >= 0).all())
    True
    >>> w.close()
    """

    feature = traitlets.Unicode()
    filters: traitlets.Dict[str, Any] = traitlets.Dict()
    brush = Brush([])
    selection = Selection()

    def __init__(self, model: Any, X: Any, feature: str | int | None = None, **settings: Any) -> None:  # noqa: N803
        from .histograms import make_histogram

        self._make = make_histogram
        self._arranging = threading.RLock()
        self._histograms: dict[str, Any] = {}
        self._added: list[str] = []  # by hand
        self._more = ipywidgets.Dropdown(layout={"width": "auto"})
        self._how = ipywidgets.HTML(style={"text_color": _PALE}, layout={"width": "auto"})
        self._side = ipywidgets.GridBox(
            layout={
                "flex": "1 1 240px",
                "min_width": "0",
                "grid_template_columns": "repeat(auto-fill, minmax(min(100%, 220px), 1fr))",
                "grid_gap": "4px 16px",
                "align_content": "flex-start",
            }
        )
        self.plot = ICEPlot(model, X, feature, **settings)
        self.plot.layout = {"flex": "3 1 520px", "min_width": "0"}
        super().__init__(
            (self.plot, self._side), layout={"flex_flow": "row wrap", "grid_gap": "8px 24px", "width": "100%"}
        )
        self.plot.observe(self._follow, list(_SHARED))
        self.plot.observe(self._arrange, ["features", "feature", "filters", "language"])
        self.plot.observe(self._show, ["selection"])
        self._follow(None)
        self._arrange(None)
        self._more.observe(self._add, "value")

    @property
    def selected(self) -> Any:
        """The selected rows of X that pass the filters, as the same kind of table that was given."""
        return self.plot.selected

    @property
    def explanation(self) -> Any:
        """The newest curves of all rows; see `ICEPlot.explanation`."""
        return self.plot.explanation

    def wait(self, timeout: float | None = None) -> Self:
        """Wait for the newest curves and return the explorer; see `ICEPlot.wait`."""
        self.plot.wait(timeout)
        return self

    def cancel(self) -> None:
        """Stop after the current step; what there is stays."""
        self.plot.cancel()

    def snapshot(self, theme: str = "light") -> Any:
        """Return the curves as they are now as an ordinary image; see `ICEPlot.snapshot`."""
        return self.plot.snapshot(theme)

    def to_html(self, path: Any) -> None:
        """Write the curves as one file that works without a kernel; see `ICEPlot.to_html`."""
        self.plot.to_html(path)

    def close(self) -> None:
        if "plot" in vars(self):
            self.plot.unobserve_all()
            self.plot.close()
            for histogram in self._histograms.values():
                histogram.close()
            self._more.close()
            self._how.close()
            self._side.close()
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _repr_mimebundle_(self, **keywords: Any) -> Any:
        bundle = super()._repr_mimebundle_(**keywords)
        still = self.plot._repr_mimebundle_()
        still = still[0] if isinstance(still, tuple) else still
        if bundle and "image/png" in (still or {}):
            bundle["image/png"] = still["image/png"]
        return bundle

    @traitlets.validate(*_SHARED)
    def _given(self, proposal: Any) -> Any:
        """Let the plot take a value first: it knows what it can be."""
        name = proposal["trait"].name
        setattr(self.plot, name, proposal["value"])
        return getattr(self.plot, name)

    def _follow(self, _: Any) -> None:
        for name in _SHARED:
            setattr(self, name, getattr(self.plot, name))

    # -- the histograms ------------------------------------------------------------------------------------------------

    def _arrange(self, _: Any) -> None:
        self._soon(self._place)

    def _show(self, _: Any) -> None:
        self._soon(self._fill)

    def _soon(self, function: Callable[[], None]) -> None:
        """Call a function now; where it reads columns that lie elsewhere, have the worker of the plot call it."""
        if self.plot._table.is_far:  # noqa: SLF001 (the widget's own part)
            self.plot._worker().call_at((self, function.__name__), 0.0, function)  # noqa: SLF001
        else:
            function()

    def _place(self) -> None:
        """Place the histograms: of the features that move most, of those that are filtered, of those added."""
        with self._arranging:
            features = [each["name"] for each in self.plot.features if each["name"] != self.plot.feature]
            names = [name for name in features if self._has_few_bars(name)]
            kept = [name for name in (*self._added, *self.plot.filters) if name in names]
            shown = list(dict.fromkeys([*names[:_FIRST], *kept]))
            for name in shown:
                if name not in self._histograms:
                    self._histograms[name] = self._make(name, self._column(name), self._filter_of(name))
            views = [self._histograms[name].view for name in shown]
            rest = [name for name in names if name not in shown]
            told = words(self.plot.language)
            options = ((told["ice.explorer.more"], None), *((name, name) for name in rest))
            if options != self._more.options:
                self._more.options, self._more.tooltip = options, told["ice.explorer.more"]
                self._more.index = 0
            self._how.value = _LINES.format(told["ice.explorer.how"])
            self._side.children = (*views, *([self._more] if rest else []), self._how)
            self._fill()

    def _column(self, name: str) -> Column:
        return self.plot._filtering.column(name)  # noqa: SLF001 (the widget's own part)

    def _has_few_bars(self, name: str) -> bool:
        kind = self.plot._table.kind(name)  # noqa: SLF001 (the widget's own part)
        if kind in ("numeric", "integer"):
            return True
        return kind != "nested" and len(self._column(name).categories or ()) <= _MOST_CATEGORIES

    def _filter_of(self, name: str) -> Any:
        def change(wanted: list[Any] | None) -> None:
            others = {other: kept for other, kept in self.plot.filters.items() if other != name}
            self.plot.filters = others if wanted is None else {**others, name: wanted}

        return change

    def _add(self, change: Any) -> None:
        if change.new is not None:
            self._added.append(change.new)
            self._arrange(None)

    def _fill(self) -> None:
        """Show in each histogram its filter, and which rows pass and are selected."""
        with self._arranging:
            passing = self.plot.passing
            chosen = np.zeros_like(passing)
            chosen[np.asarray(self.plot.selection)] = True
            for name, histogram in self._histograms.items():
                histogram.show(self.plot.filters.get(name), passing, passing & chosen, self.plot.language)
