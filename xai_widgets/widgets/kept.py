"""Runs that were finished before: what was computed once is shown again at once."""

from __future__ import annotations

from typing import Any

from ..models import InputError


class KeptStates:
    """The last states of some finished runs, the newest last.

    Parameters
    ----------
    most : int
        How many.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._states: list[Any] = []

    def keep(self, state: Any) -> None:
        others = [kept for kept in self._states if kept.identity != state.identity]
        self._states = [*others, state][-self._most :]

    def resumed(self, explainer: Any, fresh: Any, shown: Any = None) -> Any:
        """Return the state that goes on from where the same run is, shown or kept, and else the fresh one."""
        for state in (shown, *reversed(self._states)):
            try:
                if state is not None:
                    return explainer.resume(state, fresh)
            except InputError:
                continue
        return fresh

    def clear(self) -> None:
        self._states = []
