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
    most_bytes : int, optional
        How much their curves may take; the newest one is kept in any case.
    """

    def __init__(self, most: int, most_bytes: int | None = None) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._states: list[Any] = []

    def keep(self, state: Any) -> None:
        others = [kept for kept in self._states if kept.identity != state.identity]
        self._states = [*others, state][-self._most :]
        while self._most_bytes and len(self._states) > 1 and self._curve_bytes > self._most_bytes:
            del self._states[0]

    @property
    def _curve_bytes(self) -> int:
        return sum(kept.curve_bytes for kept in self._states)

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
