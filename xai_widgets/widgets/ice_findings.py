"""What is found out about curves beside them: a rule for the selected rows, groups of a shape, pairs that interact."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..explainers.stream import drive
from ..models import InputError
from .aside import Aside
from .findings import interaction_record, rule_record, subgroup_record
from .sent_curves import curves_sent, grid_of

if TYPE_CHECKING:
    from ..explainers.interaction import InteractionEstimate
    from ..explainers.rules import Rule
    from ..explainers.subgroups import Subgroup
    from ..jobs import Worker
    from ..models.predictors import Predictor
    from ..models.tables import Table
    from .features import Features
    from .ground import Ground

_STILL_SECONDS = 0.15  # that a selection stands still before its rule is looked for
_PAIRED = 10  # features, whose pairs are measured


class Findings:
    """Answers what is asked about the curves of a plot, on its worker and in turns with the picture.

    Parameters
    ----------
    worker, table, features
        Of the plot.
    ground : callable
        Returns the plot as it is.
    ranked : callable
        Returns the names of the features, those first that move most.
    predictor : callable
        Returns how the model is asked for a request.
    notice : callable
        Returns the notice that holds for all that is shown.
    publish : callable
        Sets the plot's traits.
    fail : callable
        Takes what was raised instead of an answer.
    """

    def __init__(
        self,
        worker: Worker,
        table: Table,
        features: Features,
        *,
        ground: Callable[[], Ground],
        ranked: Callable[[], list[str]],
        predictor: Callable[[dict[str, Any]], Predictor],
        notice: Callable[[], str],
        publish: Callable[..., None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._worker = worker
        self._table = table
        self._features = features
        self._ground = ground
        self._ranked = ranked
        self._predictor = predictor
        self._notice = notice
        self._publish = publish
        self._paired_model: str | None = None  # whose interactions are shown, or looked for
        self._rule = Aside(worker, self._rules, self._show_rule, fail)
        self._subgroups = Aside(worker, self._groups, self._show_subgroups, fail)
        self._interactions = Aside(worker, self._pairs, self._show_interactions, fail)

    def stop(self) -> None:
        """Give no more answers."""
        for aside in (self._rule, self._subgroups, self._interactions):
            aside.stop()

    def forget(self, before: dict[str, Any] | None, now: dict[str, Any], curves_by: tuple[str, ...]) -> None:
        """Take away what was found of other curves or of another model than those of the request shown now."""
        if before is None or any(now[name] != before[name] for name in (*curves_by, "model")):
            self._subgroups.stop()
            self._publish(subgroups=[])
        if self._paired_model not in (None, now["model"]):
            self._paired_model = None
            self._interactions.stop()
            self._publish(interactions=[])

    # -- the rule of the selected rows ---------------------------------------------------------------------------------

    def look_for_rule(self, *, selected: bool) -> None:
        """Look for the rule of another selection, once that stands still."""
        if selected:
            self._rule.ask(after=_STILL_SECONDS)
        else:
            self._rule.stop()
        self._worker.call_at((self, "rule"), 0.0, lambda: self._publish(rule=None))  # after what was just being shown

    def _rules(self, _: Any) -> Iterator[Rule]:
        """Tell the selected rows from the others that have curves and pass the filters.

        What the plotted feature says of them is tried last.
        """
        from ..explainers.rules import stream_rules

        ground = self._ground()
        rows, passing = ground.chosen, ground.passing
        if not len(rows):
            return
        drawn = np.arange(self._table.n_rows)
        if ground.shown is not None and ground.request["content"] == "curves":
            drawn = curves_sent(ground.estimate)[1]
        among = drawn[passing[drawn]]
        counted = np.zeros(self._table.n_rows, bool)
        counted[among] = True
        some = rows[counted[rows]]  # of more curves than a page holds those of its sample, as a hand waits
        if not len(some):
            some, among = rows, np.flatnonzero(passing)
        for rule in stream_rules(self._table, some, among=among, avoid=self._features.columns(ground.feature)):
            yield dataclasses.replace(rule, n=len(rows))

    def _show_rule(self, rule: Rule | None) -> None:
        self._publish(rule=None if rule is None else rule_record(rule))

    # -- groups of curves of one shape ---------------------------------------------------------------------------------

    def look_for_subgroups(self) -> None:
        self._subgroups.ask({})

    def subgroups(self, **settings: Any) -> list[Subgroup]:
        """Return the groups, and show them where the curves are still the same."""
        shown = self._ground().shown
        *_, found = self._groups(settings)
        job = None if shown is None else shown[2]
        self._worker.call_at((self, "rules"), 0.0, functools.partial(self._show_subgroups_of, job, found))
        return found

    def _groups(self, settings: dict[str, Any]) -> Iterator[list[Subgroup]]:
        from ..explainers.subgroups import stream_subgroups

        ground = self._ground()
        request, estimate = ground.request, ground.estimate
        if request["content"] != "curves":
            raise InputError(
                "There are no curves to group.",
                given="accumulated local effects, or averages alone, which are one line",
                expected="a curve for each row",
                do='set kind="both", or compute the curves, and ask again',
            )
        curves, rows = curves_sent(estimate)
        grid, avoid = grid_of(estimate.state), self._features.columns(request["feature"])
        yield from stream_subgroups(self._table, curves, grid, rows=rows, avoid=avoid, seed=request["seed"], **settings)

    def _show_subgroups_of(self, job: int | None, found: list[Subgroup]) -> None:
        shown = self._ground().shown
        if shown is not None and shown[2] == job:
            self._show_subgroups(found)

    def _show_subgroups(self, found: list[Subgroup]) -> None:
        self._publish(subgroups=[subgroup_record(group) for group in found], notice=self._notice())

    # -- pairs of features that interact -------------------------------------------------------------------------------

    def look_for_interactions(self) -> None:
        self._interactions.ask()

    def _pairs(self, _: Any) -> Iterator[InteractionEstimate]:
        from ..explainers.interaction import HStatistic

        request = dict(self._ground().request)
        columns = [name for name in self._ranked() if name in self._table.names]
        explainer = HStatistic(self._predictor(request), columns[:_PAIRED], seed=request["seed"])
        begin = explainer.start(self._table)
        if self._paired_model != begin.identity["model"]:
            self._paired_model = begin.identity["model"]
            self._publish(interactions=[])
        yield from drive(explainer, begin)  # type: ignore[misc]  # `estimate` makes them

    def _show_interactions(self, estimate: InteractionEstimate) -> None:
        self._publish(interactions=[interaction_record(each) for each in estimate.ranked], notice=self._notice())
