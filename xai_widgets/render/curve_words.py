"""A plot of curves in words, from the tables. Twins: describe.ts, chips.ts and labels.ts of js/views/ice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..tables import words
from .text import Digits, called, fixed, integer, short, without_zeros


def label_of(response: str, name: str, language: str) -> str:
    """Say what the curves are.

    Parameters
    ----------
    response : {"probability", "decision_function", "output", "prediction", "numbered"}
    name : str
        Of the class that the probability is of, or the position of an output.
    language : {"en", "ko"}
    """
    if response != "numbered":
        name = called(name, language)
    return words(language)[f"response.{response}"].format(name=name)


def title(header: Mapping[str, Any], kind: str, anchor: float | None, language: str) -> str:
    """Say what the curves are, and where their zero is."""
    table, told = words(language), {"label": header["label"], "feature": header["feature"]}
    if kind in ("derivative", "ale"):
        return table["ice.slope" if kind == "derivative" else "ice.effect"].format(**told)
    if anchor is None:
        return str(header["label"][:1].upper() + header["label"][1:])
    grid = header["grid"]
    value = grid[round(anchor)] if isinstance(grid[0], str) else anchor
    return table["ice.change"].format(value=tick_text(value), **told)


def describe(
    header: Mapping[str, Any],
    count: int,
    shown: int,
    chosen: Sequence[float] | None,
    n_chosen: int,
    named: str,
    language: str,
) -> str:
    """Make the text alternative from the numbers.

    Parameters
    ----------
    header : mapping
        Of the frame, its mean as drawn.
    count, shown, n_chosen : int
        Of curves, of those that pass the filters, and of those that are selected.
    chosen : sequence of float, optional
        The mean of the selected curves.
    named : str
        The title.
    language : {"en", "ko"}
    """
    table, grid = words(language), header["grid"]
    effect = header["content"] != "curves"
    head = table["ice.describe.effect" if effect else "ice.describe"]
    line = table["ice.describe.effect.line" if effect else "ice.describe.mean"]
    parts = [
        head.format(label=named, feature=header["feature"], count=integer(count)),
    ]
    if shown < count:
        parts.append(f"{table['ice.filter.told'].format(count=integer(shown), total=integer(count))}.")
    if header["mean"] is not None:
        parts.append(line.format(**_told(header["mean"], grid)))
    if chosen is not None:
        told = _told(chosen, grid)
        parts.append(table["ice.describe.chosen"].format(count=integer(n_chosen), **told))
    if header["colors"] is not None:
        parts.append(table["ice.legend.described"].format(name=colour_name(header, language)))
    return " ".join(parts)


def status_line(header: Mapping[str, Any], kind: str, asked: str, status: str, language: str) -> str:
    """Say what the picture is made of.

    Parameters
    ----------
    header : mapping
        Of the frame.
    kind, asked : str
        What is drawn, and what was asked for.
    status : str
        Of the widget; it matters for a picture that is not finished.
    language : {"en", "ko"}
    """
    table = words(language)
    cut = {"failed": "ice.status.failed", "cancelled": "ice.status.stopped"} if not header["finished"] else {}
    counted = table[cut.get(status, "ice.status.rows")]
    method = f"ice.method.{str(header['method']).replace(' ', '_')}"
    phrases = [
        *([counted.format(done=integer(header["done"]), total=integer(header["total"]))] if header["total"] else []),
        table["ice.status.points"].format(count=len(header["grid"])),
        *([table.get(method, header["method"])] if header["method"] else []),
    ]
    if asked == "derivative" and kind != "derivative" and header["content"] == "curves":
        phrases.append(table["ice.status.no_slopes"])
    if kind == "derivative" and "tree" in str(header["method"]):
        phrases.append(table["ice.status.spikes"])
    if kind == "ale" and not isinstance(header["grid"][0], str):
        phrases.append(table["ice.status.effect_ends"])
    error = max(header["standard_error"] or [0.0])
    if error > 0 and kind == "ale":
        phrases.append(table["ice.status.effect_error"].format(value=short(error)))
    if any(header["few"]) and kind != "individual":
        phrases.append(table["ice.status.few"])
    return ", ".join(phrases)


def labels(kind: str, done: int, shown: int | None, total: int, n_chosen: int, language: str) -> tuple[str, str]:
    """Name the mean of all curves, or of those that pass the filters, and that of the selected ones."""
    table = words(language)
    if kind == "ale":
        return table["ice.label.effect"].format(count=integer(done)), ""
    if not total:
        return table["ice.kind.average"], ""
    stem = "ice.label.slope" if kind == "derivative" else "ice.label"
    chosen = table[f"{stem}.chosen"].format(count=integer(n_chosen))
    if shown is not None:
        return table[f"{stem}.shown"].format(count=integer(shown), total=integer(total)), chosen
    all_key = stem if kind == "derivative" else "ice.label.all"
    return table[all_key].format(count=integer(done)), chosen


def colour_name(header: Mapping[str, Any], language: str) -> str:
    """Name what the curves are coloured by."""
    by = header["colors"]["by"]
    return words(language)["ice.color_by.target"] if header["colors"]["of_target"] else str(by)


def tick_text(value: Any) -> str:
    return value if isinstance(value, str) else without_zeros(fixed(value, decimals_of([value]) + 2))


def decimals_of(ticks: Sequence[float]) -> int:
    step = abs(ticks[1] - ticks[0]) if len(ticks) > 1 else abs(ticks[0]) if ticks else 1.0
    return max(0, -math.floor(math.log10(step) + 1e-9)) if step else 0


def _told(mean: Sequence[float], grid: Sequence[Any]) -> dict[str, str]:
    digits = Digits.of(max(map(abs, mean)), 3)
    lowest, highest = int(np.argmin(mean)), int(np.argmax(mean))
    places = {"first": 0, "last": -1, "low": lowest, "high": highest}
    at = {"from": 0, "to": -1, "lowest": lowest, "highest": highest}
    return {name: digits.plain(mean[place]) + digits.power for name, place in places.items()} | {
        name: tick_text(grid[place]) for name, place in at.items()
    }
