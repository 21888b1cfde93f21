"""Whether a model draws at random: before a run it is asked twice for the same row."""

from __future__ import annotations

from collections.abc import Callable

from ..models import ExplainedError


class AskedTwice:
    """Warns of a model that gives different answers to the same row; one that does not is not asked again.

    Parameters
    ----------
    warn : callable
        Shows a notice, none where it is empty.
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._repeats = False

    def ask(self, repeats: Callable[[], bool]) -> None:
        """Ask whether the model repeats its answer: before it is looked at, as asking may change what it refers to."""
        if self._repeats:
            return
        try:
            self._repeats = repeats()
        except ExplainedError:  # the run itself will say what is wrong
            return
        self._warn("" if self._repeats else "random")
