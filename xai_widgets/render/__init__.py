"""The picture of an attribution map with no browser: PNG, SVG, and its text alternative."""

from ..tables import colormaps
from .figure import Figure

COLORMAPS = tuple(colormaps())

__all__ = ["COLORMAPS", "Figure"]
