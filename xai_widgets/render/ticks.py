"""Round values of an axis, and numbers as fine as their step asks. Twin: ticksBetween of js/lib/axis.ts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .curve_words import decimals_of
from .text import MINUS, exponent_of, fixed, grouped, power_of_ten

_LEAST_SPAN = 1e-320  # of less there are no round parts in double precision


def nice_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Return round values between two, at most so many."""
    span = high - low
    if not span > _LEAST_SPAN:
        return [low]
    step = 10.0 ** math.floor(math.log10(span / most))
    step = next(step * factor for factor in (1, 2, 5, 10, 20) if span / (step * factor) <= most)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [place * step for place in range(first, last + 1)]


@dataclass(frozen=True)
class Ticks:
    """The ticks between two ends, and how numbers along them are written.

    Parameters
    ----------
    low, high : float
    most : int, default 6
    signed : bool, default False
        Whether a plus is written.

    Examples
    --------
    >>> ticks = Ticks(0, 4e-6, most=3)
    >>> [ticks.plain(value) for value in ticks.values], ticks.exponent
    (['0', '2', '4'], -6)
    """

    low: float
    high: float
    most: int = 6
    signed: bool = False
    values: list[float] = field(init=False)
    exponent: int = field(init=False)

    def __post_init__(self) -> None:
        values = [tick for tick in nice_ticks(self.low, self.high, self.most) if self.low <= tick <= self.high]
        step = abs(values[1] - values[0]) if len(values) > 1 else self.high - self.low
        exponent = exponent_of(max(abs(self.low), abs(self.high)))
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "exponent", exponent if exponent < -3 or (exponent >= 6 and step >= 1000) else 0)

    @property
    def power(self) -> str:
        """The power of ten that is left out of the numbers, or nothing."""
        return power_of_ten(self.exponent) if self.exponent else ""

    def plain(self, value: float) -> str:
        shifted = [tick * 10.0**-self.exponent for tick in self.values]
        text = grouped(fixed(value * 10.0**-self.exponent, decimals_of(shifted)))
        if not text.strip(f"{MINUS}0."):
            return "0" if self.signed else text.lstrip(MINUS)
        return f"+{text}" if self.signed and value > 0 else text
