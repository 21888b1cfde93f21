"""The surface below a plot of curves: of the pair of features that is chosen among those that interact."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import traitlets

if TYPE_CHECKING:
    from .ice_plot import ICEPlot
    from .pdp_surface import PDPSurface

_FOLLOWED = ("target", "seed", "language")  # traits of the plot


class PairSurface:
    """Opens, changes and closes the `pair_surface` of a plot.

    Parameters
    ----------
    plot : ICEPlot
    publish : callable
        Sets its traits.
    """

    def __init__(self, plot: ICEPlot, publish: Callable[..., None]) -> None:
        self._plot = plot
        self._publish = publish
        self._links: tuple[Any, ...] = ()

    def show(self, pair: list[str] | None) -> None:
        """Show the surface of a pair; of none it is closed."""
        surface: PDPSurface | None = self._plot.pair_surface
        if not pair:
            self._publish(pair_surface=None)
            self._close(surface)
        elif surface is None:
            self._publish(pair_surface=self._opened(pair))
        else:
            surface.features = pair

    def close(self) -> None:
        self._close(self._plot.pair_surface)

    def _opened(self, pair: list[str]) -> PDPSurface:
        surface = self._plot.surface(pair)
        self._links = tuple(traitlets.dlink((self._plot, name), (surface, name)) for name in _FOLLOWED)
        surface.observe(lambda change: self._plot.set_trait("pair", change["new"]), names=["features"])
        return surface

    def _close(self, surface: PDPSurface | None) -> None:
        for link in self._links:
            link.unlink()
        self._links = ()
        if surface is not None:
            surface.close()
