"""What Shapley values are of, in which units, and what they were made by, in words. Twin: js/lib/shap_words.ts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..tables import words
from .text import called, integer, short


def units_of(header: Mapping[str, Any], language: str) -> str:
    """Say what the values add up to, such as "log-odds of malignant", "probability" or "price"."""
    name, kind = header["outputs"][header["output"]], header["units"] or "unknown"
    if kind == "score" and name and len(header["outputs"]) == 1 and not header["of_classes"]:
        return str(name)  # what is predicted, in its own units
    key = f"shap.units.{kind}.of" if name else f"shap.units.{kind}"
    return words(language)[key].format(output=called(name, language))


def background_of(source: Mapping[str, Any], language: str) -> str:
    """Say which rows absent features are drawn from."""
    table, rows = words(language), source["rows"]
    key = f"shap.background.{source['kind']}"
    single = f"{key}.one" if rows == 1 and f"{key}.one" in table else key
    told = table[single].format(rows=integer(rows), of=integer(source["of"] or 0))
    return table["shap.status.background"].format(background=told)


def method_of(name: str, language: str) -> str:
    """Name an explainer, its kind in the reader's language."""
    own, _, kind = name.partition(", ")
    key = f"shap.kind.{kind}"
    return f"{own}, {words(language)[key]}" if key in words(language) else name


def made_by(header: Mapping[str, Any], language: str) -> list[str]:
    """Say which method the values are of, and against which background."""
    method, background = header["method"], header["background"]
    return [
        method_of(method, language) if method else words(language)["shap.status.given"],
        *([background_of(background, language)] if background else []),
    ]


def notice(what: str, language: str) -> str:
    """Say what the reader should know: that values are of "labels", or that a "pipeline" takes long."""
    return words(language)[f"shap.notice.{what}"]


def rows_of(count: int, language: str) -> str:
    return words(language)["shap.status.row" if count == 1 else "shap.status.all"].format(count=integer(count))


def phrases(header: Mapping[str, Any], status: str, language: str) -> list[str]:
    """Say what the picture is made of: rows, features, method, background, and whether the values add up."""
    table, total, sampled = words(language), header["total"], header["unit"] != "row"
    ended = {"failed": ".failed", "cancelled": ".stopped"} if not header["finished"] else {}
    counted = f"shap.status.{'samples' if sampled else 'rows'}{ended.get(status, '')}"
    left_out = total - header["done"] if header["finished"] and not sampled else 0
    features, gap = len(header["features"]), header["gap"]
    whole = header["finished"] and not sampled and not left_out
    return [
        rows_of(total, language)
        if whole
        else table[counted].format(done=integer(header["done"]), total=integer(total)),
        *([table["shap.status.left_out"].format(count=integer(left_out))] if left_out else []),
        table["shap.status.feature" if features == 1 else "shap.status.features"].format(count=integer(features)),
        *made_by(header, language),
        *([] if gap is None else [table["shap.status.gap" if gap else "shap.status.gap.none"].format(gap=short(gap))]),
    ]
