"""What of many Shapley values is sent to a browser, and what is known of one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import wire

if TYPE_CHECKING:
    from ..explainers.shapley.values import ShapleyValues

MOST_ROWS = 150_000
MOST_PREVIEWED = 20_000  # rows of a picture that the next one replaces
_MOST_BYTES = 4_800_000  # of values: with 150 000 rows, their outputs, bases and order all is under 8 MB
_MOST_CELLS = 200_000  # of the data that go with them
_CELLS_AT_ONCE = 1 << 17
_MOST_LISTED = 60  # features of one row, each by itself
_STEPS = 65535


@dataclass(frozen=True)
class SentValues:
    """The values of one output as a page gets them: the strongest features each by itself, the others joined.

    Attributes
    ----------
    rows : ndarray of int
        Positions in X, ascending.
    columns : ndarray of int
        Positions of the features that are sent by themselves, the strongest first.
    strength : ndarray of shape (n_features,)
        The mean magnitude of each feature's values.
    values : ndarray of shape (len(columns) + 2, n_rows)
        Those of each column; then the sum of what raises, and of what lowers, among the features that are joined.
    outputs, base : ndarray of shape (n_rows,)
    """

    rows: np.ndarray
    columns: np.ndarray
    strength: np.ndarray
    values: np.ndarray
    outputs: np.ndarray
    base: np.ndarray

    @classmethod
    def of(cls, values: ShapleyValues, output: int, most_rows: int = MOST_ROWS) -> SentValues:
        """Choose what is sent of an output; of too many rows a random sample."""
        from ..explainers.shapley.importance import mean_magnitudes

        rows = np.flatnonzero(values.known)
        if len(rows) > most_rows:
            rows = np.sort(np.random.default_rng(0).choice(rows, most_rows, replace=False))
        table = values.values[:, :, output]
        strength = mean_magnitudes(table, rows)
        most = max(1, _MOST_BYTES // (2 * max(1, len(rows))) - 2)
        order = np.argsort(-strength, kind="stable")
        columns, joined = order[:most], order[most:]
        sent = np.zeros((len(columns) + 2, len(rows)))
        base = values.base_values[rows, output]
        outputs = np.nan_to_num(base)
        at_once = max(1, _CELLS_AT_ONCE // table.shape[1])  # they stay in the cache
        for first in range(0, len(rows), at_once):
            block = slice(first, first + at_once)
            some = table[rows[block]]
            rest = some.take(joined, axis=1)
            sent[:-2, block] = some.take(columns, axis=1).T
            sent[-2:, block] = rest.clip(min=0).sum(axis=1), rest.clip(max=0).sum(axis=1)
            outputs[block] += some.sum(axis=1)
        return cls(rows, columns, strength, sent, outputs, base)

    def arrays(self, values: ShapleyValues) -> tuple[dict[str, Any], dict[str, wire.Packed]]:
        """Return a header and packed arrays: values in 65536 steps over the range of their feature."""
        lows = self.values.min(axis=1)
        scales = (self.values.max(axis=1) - lows) / _STEPS
        stored = np.empty(self.values.shape, np.uint16)
        for column, (low, scale) in enumerate(zip(lows, scales, strict=True)):  # one at a time stays in the cache
            stored[column] = np.rint((self.values[column] - low) / (scale or 1.0))
        known = np.isfinite(self.base)
        one_base = bool(known.all() and np.ptp(self.base) == 0)
        header = {
            "columns": self.columns.tolist(),
            "lows": lows.tolist(),
            "scales": scales.tolist(),
            "strength": self.strength.tolist(),
            "sent": len(self.rows),
            "base": float(self.base[0]) if one_base else None,
            "base_known": bool(known.all()),
            "levels": None,
            "has_data": values.data is not None,
        }
        arrays = {"values": wire.as_is(stored), "outputs": wire.as_is(self.outputs.astype(np.float32))}
        if len(self.rows) < values.n_rows:
            arrays["rows"] = wire.as_is(self.rows.astype(np.uint32))
        if not one_base and header["base_known"]:
            arrays["base"] = wire.as_is(self.base.astype(np.float32))
        if values.data is not None and len(self.rows) * len(self.columns) <= _MOST_CELLS:
            coded = [_coded(values.column(int(feature))[self.rows]) for feature in self.columns]  # type: ignore[index]
            header["levels"] = [levels for _, levels in coded]
            arrays["data"] = wire.as_is(np.array([codes for codes, _ in coded], dtype=np.float32))
        return header, arrays


def row_record(values: ShapleyValues, row: int, output: int) -> dict[str, Any]:
    """Return what is known of one row, exactly: its strongest features, and what the others add up to."""
    found = values.values[row, :, output]
    order = np.argsort(-np.abs(found), kind="stable")
    listed, rest = order[:_MOST_LISTED], found[order[_MOST_LISTED:]]
    error = None if values.standard_error is None else values.standard_error[row, listed, output]
    base = float(values.base_values[row, output])
    return {
        "row": row,
        "output_of": output,
        "base": base if np.isfinite(base) else None,
        "value": float(np.nan_to_num(base) + found.sum()),
        "features": listed.tolist(),
        "values": found[listed].tolist(),
        "errors": None if error is None else np.where(np.isfinite(error), error, 0.0).tolist(),
        "data": [_plain(values, int(feature), row) for feature in listed],
        "rest": {
            "raising": int((rest > 0).sum()),
            "raised": float(rest[rest > 0].sum()),
            "lowering": int((rest < 0).sum()),
            "lowered": float(rest[rest < 0].sum()),
        },
    }


def _plain(values: ShapleyValues, feature: int, row: int) -> float | str | None:
    """Return one value as JSON holds it; None where it is missing or there are no data."""
    column = values.column(feature)
    return None if column is None else _json(column[row])


def _json(value: Any) -> float | str | None:
    if value is None:
        return None
    if isinstance(value, bool | np.bool):
        return str(bool(value))
    if isinstance(value, int | float | np.number):
        number = float(value)
        return number if np.isfinite(number) else (None if np.isnan(number) else str(number))
    return str(value)


def _coded(column: np.ndarray) -> tuple[np.ndarray, list[str] | None]:
    """Return a column of numbers as it is, another one as positions among its sorted words, NaN where it is missing."""
    if column.dtype.kind in "iuf":
        return column.astype(np.float64), None
    words = ["" if (word := _json(value)) is None else str(word) for value in column.tolist()]
    levels = sorted(set(words) - {""})
    places = {level: place for place, level in enumerate(levels)}
    return np.array([places.get(word, np.nan) for word in words], dtype=np.float64), levels
