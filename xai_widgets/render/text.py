"""Numbers and sentences, as the browser writes them. Twins: js/lib/format.ts, js/views/describe.ts and status.ts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..tables import methods, words

Floats = NDArray[np.float64]

MINUS = "\u2212"
THIN = "\u2009"
ROUNDING = 1e-9  # of the largest value: what is less is zero
_ALL_DIGITS = Context(prec=800)  # of a number in double precision
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def fixed(value: float, decimals: int) -> str:
    """Write a number with this many decimals, halves away from zero, with a true minus."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _ALL_DIGITS)
    return f"{rounded:f}".replace("-", MINUS)


def grouped(digits: str) -> str:
    """Write the digits before the point in groups of three."""
    whole, point, part = digits.partition(".")
    sign, whole = (MINUS, whole[1:]) if whole.startswith(MINUS) else ("", whole)
    return f"{sign}{int(whole):,}".replace(",", THIN) + point + part


def called(name: str, language: str) -> str:
    """Return a class by its name; one that is a number is told from an amount."""
    try:
        number = float(name)
    except ValueError:
        return name
    return words(language)["shap.class"].format(output=name) if math.isfinite(number) else name


def percent(share: float) -> str:
    return f"{trimmed(100 * share)} %"


def integer(value: int) -> str:
    return f"{value:,}".replace(",", THIN).replace("-", MINUS)


def short(value: float) -> str:
    """Write at most three significant digits, without trailing zeros."""
    magnitude = abs(value)
    if value and not 1e-3 <= magnitude < 1e5:
        exponent = exponent_of(magnitude)
        return trimmed(value / 10**exponent) + power_of_ten(exponent)
    exponent = math.floor(math.log10(magnitude)) if value else 0
    return without_zeros(fixed(value, 2 - exponent))


def quantity(value: float) -> str:
    """Write the same, with all digits of a number from a thousand to a hundred thousand."""
    return integer(round(value)) if 1000 <= abs(value) < 1e5 else short(value)


def trimmed(value: float) -> str:
    """Write two decimals below 1, one below 10, else none; without trailing zeros."""
    magnitude = abs(value)
    return without_zeros(fixed(value, 0 if magnitude >= 10 else 1 if magnitude >= 1 else 2))


def without_zeros(digits: str) -> str:
    stripped = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if stripped == f"{MINUS}0" else stripped


def power_of_ten(exponent: int) -> str:
    return f"\u00a0\u00d7\u00a010{str(exponent).translate(SUPERSCRIPTS)}"


def exponent_of(end: float) -> int:
    """Return the power of ten of values up to `end`: none whose inverse is too large for a number."""
    return max(-300, math.floor(math.log10(end))) if end > 0 else 0


@dataclass(frozen=True)
class Digits:
    """How values of one range are written: with these decimals, and a power of ten told once."""

    decimals: int
    exponent: int

    @classmethod
    def of(cls, end: float, significant: int = 2) -> Digits:
        """Choose the digits for values up to `end`."""
        exponent = exponent_of(end)
        if -3 <= exponent <= 4:
            return cls(max(0, significant - 1 - exponent), 0)
        return cls(significant - 1, exponent)

    @property
    def power(self) -> str:
        """The power of ten that is left out, such as that of 10⁻⁵, or nothing."""
        return power_of_ten(self.exponent) if self.exponent else ""

    def plain(self, value: float) -> str:
        text = grouped(fixed(value * 10.0**-self.exponent, self.decimals))
        return text if text.strip(f"{MINUS}0.") else "0"

    def magnitude(self, value: float, largest: float) -> str:
        """Write a magnitude among others; what is not zero, but for rounding, is not called zero."""
        text = self.plain(value)
        if text != "0" or value <= ROUNDING * largest:
            return text
        return f"<{self.plain(10.0 ** (self.exponent - self.decimals))}"

    def signed(self, value: float) -> str:
        text = self.plain(value)
        return text if text == "0" or value < 0 else f"+{text}"


def alike(values: Iterable[float | None]) -> Callable[[float], str]:
    """Return how to write numbers that are compared: to the same digit, three of the largest, in one power of ten."""
    digits = Digits.of(max((abs(value) for value in values if value is not None), default=0.0), 3)
    return lambda value: digits.plain(value) + digits.power


def method_name(header: Mapping[str, Any], language: str) -> str:
    own = header.get("method_name") if header["method"] == "custom" else None
    name = own or words(language)[f"method.{header['method']}.name"]
    if header["multiply_by_inputs"] and header["method"] != "gradient_x_input":
        return words(language)["method.times_input"].format(method=name)
    return name


def unit_of(header: Mapping[str, Any], language: str) -> str:
    unit = methods()[header["method"]]["unit"]
    multiplied = header["multiply_by_inputs"]
    if header["method"] == "gradient_x_input" or (unit == "gradient" and multiplied):
        unit = "score"
    elif unit == "gradient_squared" and multiplied:
        unit = "squared_times_input"
    return words(language)[f"unit.{unit}"]


def title(header: Mapping[str, Any], language: str, place: str = "map") -> str:
    """Say what the picture shows: the method and the class."""
    template = words(language)[f"describe.{place}"]
    return template.format(method=method_name(header, language), target=header["target_name"])


def status_line(header: Mapping[str, Any], status: str, language: str) -> str:
    """Say what the picture is made of and how sure it is.

    Parameters
    ----------
    header : mapping
        Of the frame that is shown.
    status : {"idle", "running", "done", "failed", "cancelled"}
        Of the widget; it matters for a picture that is not finished.
    language : {"en", "ko"}
    """
    table = words(language)
    name = method_name(header, language)
    ended = {"failed": "status.failed", "cancelled": "status.stopped"} if not header["finished"] else {}
    counted = table[ended.get(status, "status.samples")]
    samples = counted.format(done=integer(header["done"]), total=integer(header["total"]))
    error = header["relative_error"]
    if error is None:
        certainty = table["status.no_error"]
    else:
        certainty = table["status.noisy" if error > 1 else "status.error"].format(percent=percent(error))
    if header["method"] == "custom":
        sampled = [samples] if header["unit"] == "sample" else []
        return ", ".join([name, *sampled, table["status.given"], *([] if error is None else [certainty])])
    rounded = f", {table['status.bfloat16']}" if header["precision"] == "bfloat16" else ""
    if header["sigma"] is None:
        return f"{name}, {table['status.exact']}{rounded}"
    sigma = short(header["sigma"])
    if header["noise_level"] is None:
        noise = table["status.noise_absolute"].format(sigma=sigma)
    else:
        noise = table["status.noise"].format(percent=percent(header["noise_level"]), sigma=sigma)
    return f"{name}, {samples}, {noise}, {certainty}{rounded}"


def describe(header: Mapping[str, Any], values: Floats, end: float, language: str) -> str:
    """Make the text alternative of a map from its numbers.

    Parameters
    ----------
    header : mapping
        Of the frame that is shown.
    values : ndarray of shape (height, width)
    end : float
        Of the colour range; it chooses the digits.
    language : {"en", "ko"}
    """
    table = words(language)
    sentences = [title(header, language, "over")]
    total = float(np.abs(values).sum())
    if total == 0:
        return f"{sentences[0]} {table['state.no_signal']}"
    signed = header["signed"]
    digits = Digits.of(end, 3)

    def at(cell: int, key: str) -> str:
        row, column = np.unravel_index(cell, values.shape)
        value = float(values[row, column])
        return table[key].format(
            value=(digits.signed if signed else digits.plain)(value) + digits.power,
            row=math.ceil(int(row) * header["input_height"] / values.shape[0]),
            column=math.ceil(int(column) * header["input_width"] / values.shape[1]),
        )

    highest, lowest = int(values.argmax()), int(values.argmin())
    if values.flat[highest] > 0:
        sentences.append(at(highest, "describe.highest" if signed else "describe.largest"))
    if values.flat[lowest] < 0:
        sentences.append(at(lowest, "describe.lowest"))
    if signed:
        positive = float(values.clip(min=0).sum())
        sentences.append(table["describe.share"].format(share=percent(positive / total)))
    return " ".join(sentences)
