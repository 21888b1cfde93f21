"""The two errors a person meets: what was given, what was expected, what to do."""

from __future__ import annotations

from typing import Any


class ExplainedError(Exception):
    """An error in four parts, each shown by the views in its own row.

    Parameters
    ----------
    title : str
        What happened, one sentence.
    given, expected, do : str
        What was given, what was expected instead, and what the reader can do.
    """

    def __init__(self, title: str, *, given: str, expected: str, do: str) -> None:
        parts = {"Given": given, "Expected": expected, "Do": do}
        super().__init__(" ".join([title, *(f"{name}: {_sentence(part)}" for name, part in parts.items())]))
        self.title = title
        self.given = given
        self.expected = expected
        self.do = do

    def __reduce__(self) -> tuple[Any, ...]:
        parts = {"title": self.title, "given": self.given, "expected": self.expected, "do": self.do}
        return (_rebuild, (type(self), parts))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _rebuild(kind: type[ExplainedError], parts: dict[str, str]) -> ExplainedError:
    return kind(parts["title"], given=parts["given"], expected=parts["expected"], do=parts["do"])


class InputError(ExplainedError, ValueError):
    """What the caller gave cannot be explained: wrong shape, kind, value or combination."""


class ModelError(ExplainedError, RuntimeError):
    """The model failed, or did something that makes an explanation meaningless."""
