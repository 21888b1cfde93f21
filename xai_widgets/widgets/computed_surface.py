"""A PDPSurface that was computed before, with no model behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from .computed import (
    Names,
    checked_output,
    chosen_output,
    names_of,
    no_model,
    no_rows,
    not_given,
    read_computed,
    table_of,
    told,
)
from .pdp_surface import PDPSurface, no_pair

if TYPE_CHECKING:
    from ..models.tables import Table
    from .computed import Computed


class ComputedPDPSurface(PDPSurface):
    """What `PDPSurface.from_computed` makes; the features offered are those whose surfaces were given."""

    def __init__(self, found: Any, X: Any, features: Any, target: Any, class_names: Any, **view: Any) -> None:  # noqa: N803
        table = table_of(X, found)
        wanted = _wanted(found, table, features)
        self._surfaces = read_computed(found, table, wanted, 2, class_names)
        names = list(dict.fromkeys(name for pair in self._surfaces for name in pair))
        first = next(iter(self._surfaces))
        output = chosen_output(found, self._surfaces[first], target)
        rows = no_rows(names) if table is None else table
        super().__init__(no_model, rows, wanted or first, target=output, **view)
        self.column_names, self.class_names = names, self._surfaces[first].output_names

    @traitlets.validate("target")
    def _valid_target(self, proposal: Any) -> int | None:
        return checked_output(proposal["value"], self._surfaces.values())

    def _explainer(self, request: dict[str, Any]) -> Computed:
        across, up = request["features"]
        if (across, up) in self._surfaces:
            return self._surfaces[across, up].shown(request)
        if (up, across) in self._surfaces:
            return self._surfaces[up, across].transposed().shown(request)
        raise not_given(told((across, up)), [told(pair) for pair in self._surfaces])

    def _code(self, request: dict[str, Any]) -> str:  # noqa: ARG002 (no call makes this surface)
        return ""


def _wanted(found: Any, table: Table | None, features: Any) -> Names:
    if features is None and hasattr(found, "pd_results"):
        return ()
    is_listed = isinstance(features, Sequence | np.ndarray) and not isinstance(features, str)
    wanted = names_of(table, features if is_listed else ())
    if len(wanted) != 2 or wanted[0] == wanted[1]:
        raise no_pair(features, ("temp", "hum") if table is None else table.names)
    return wanted
