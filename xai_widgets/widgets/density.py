"""More curves than a page holds: their images for it, and who is under a brush among them all."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .drawn import Look
from .sent_curves import is_sampled, rows_done

if TYPE_CHECKING:
    from .crowd import Crowd
    from .ground import Ground


class Density:
    """Draws and brushes all curves of a plot whose page has only a sample of them.

    Parameters
    ----------
    ground : callable
        Returns the plot as it is.
    publish : callable
        Sets its traits.
    """

    def __init__(self, ground: Callable[[], Ground], publish: Callable[..., None]) -> None:
        self._ground = ground
        self._publish = publish
        self._kept: tuple[Any, Look | None, Crowd] | None = None  # and whose curves they are, slopes or not

    def show(self) -> bool:
        """Draw all that pass the filters, and those of them that are selected; tell whether that was needed."""
        ground = self._ground()
        crowd = self._crowd(ground)
        if crowd is None:
            return False
        density = self._frame(ground, crowd, np.flatnonzero(ground.passing) if ground.filters else None)
        self._publish(density=density, selected_density=self._frame(ground, crowd, ground.chosen), notice="sample")
        return True

    def show_selected(self) -> dict[str, Any] | None:
        """Return the image of the selected curves, None where the page has all."""
        ground = self._ground()
        crowd = self._crowd(ground)
        return None if crowd is None else self._frame(ground, crowd, ground.chosen)

    def brushed(self, boxes: Sequence[Any]) -> np.ndarray | None:
        """Return the rows that pass the filters and whose curves pass through boxes, None where the page has all."""
        ground = self._ground()
        crowd = self._crowd(ground)
        if crowd is None:
            return None
        rows = crowd.brushed(boxes)
        return np.asarray(rows[ground.passing[rows]])

    def clear(self) -> None:
        """Free what can be made again."""
        self._kept = None

    def _frame(self, ground: Ground, crowd: Crowd, rows: np.ndarray | None) -> dict[str, Any]:
        assert ground.shown is not None
        look = ground.look
        drawn = {"slopes": look.kind == "derivative", "centered": look.centered, "anchor": look.anchor}
        told = {"job": ground.shown[2], "selected": len(ground.selection), "filters": ground.filters}
        return crowd.frame({**told, **drawn}, rows)

    def _crowd(self, ground: Ground) -> Crowd | None:
        """Return the finished curves as they are drawn."""
        from .crowd import Crowd

        if ground.shown is None or not (ground.estimate.finished and is_sampled(ground.shown)):
            self._kept = None
            return None
        state, look, places = ground.estimate.state, ground.look, ground.places
        slopes = Look("derivative") if look.kind == "derivative" else None
        if self._kept is None or self._kept[0] is not state or self._kept[1] != slopes:
            self._kept = None
            drawn = np.asarray if slopes is None else functools.partial(slopes.of, places=places)
            blocks = [part[:, 0] for _, part in state.parts]
            self._kept = state, slopes, Crowd(blocks, rows_done(state), places, drawn)
        crowd = self._kept[2]
        crowd.stand(centered=look.centered, anchor=look.anchor_on(places) if look.centered else None)
        return crowd
