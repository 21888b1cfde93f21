"""The picture of an attribution map with no browser: PNG, SVG, and its text alternative."""

from .figure import Figure

__all__ = ["Figure"]
