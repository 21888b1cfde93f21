"""An ensemble of trees as flat arrays, whatever library grew it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

NODE = np.dtype(
    [
        ("threshold", np.float64),
        ("feature", np.int32),
        ("left", np.uint32),
        ("right", np.uint32),
        ("category_set", np.int32),
        ("missing_left", np.bool_),
    ],
    align=True,  # two nodes share a cache line, none lies in two
)


@dataclass(frozen=True, eq=False)
class TreeEnsemble:
    """Trees whose leaves add up to scores, and the link that makes predictions of scores.

    A row goes left at a node where its value is at most the threshold, right where it is above. What is neither goes
    by `missing_left` where it is NaN and, at a node with a set of categories, left where its code is in the set.

    Attributes
    ----------
    nodes : structured ndarray of shape (n_nodes,)
        `threshold` (NaN where the node asks for categories), `feature` (-1 at a leaf), `left` and `right` (positions
        in `nodes`; at a leaf `left` is its row of `values`), `category_set` (-1 where the node compares numbers) and
        `missing_left`.
    values : ndarray of shape (n_leaves, width), float64
        What a leaf adds to `width` neighbouring outputs.
    roots, outputs : ndarray of shape (n_trees,), uint32
        Where each tree starts in `nodes`, and the first output that it adds to.
    words : ndarray, uint32
        Sets of categories, one after the other, a bit for each code.
    word_starts : ndarray of shape (n_sets + 1,), int64
        Where each set starts in `words`.
    base : ndarray of shape (n_outputs,), float64
        Scores before any tree.
    n_features : int
        Columns that the model was fitted on.
    precision : dtype
        What values are rounded to before they are compared: float32 or float64.
    link : {"identity", "exp", "sigmoid", "softmax"}
        From scores to predictions of numbers, or to probabilities of classes.
    slope : float
        Scores are multiplied by it before the link.
    n_averaged : int
        What the sum of the leaves is divided by: the trees of a forest, 1 for boosting.
    classes : ndarray of shape (n_classes,) or None
        Labels of a classifier.
    categories : tuple
        For each feature the values whose positions are the codes that the trees know, None where the trees take the
        number itself. Empty where all do.
    others_are_missing : bool
        Whether the model takes other values than these for missing ones; where not, it is not known what it does.
    covers : ndarray of shape (n_nodes,), float64, or None
        How much of the training data came by each node, as the library itself weighs it: rows or their weights, or
        sums of second derivatives (XGBoost). None where that is not known.
    """

    nodes: np.ndarray
    values: np.ndarray
    roots: np.ndarray
    outputs: np.ndarray
    words: np.ndarray
    word_starts: np.ndarray
    base: np.ndarray
    n_features: int
    precision: np.dtype[Any]
    link: str
    slope: float = 1.0
    n_averaged: int = 1
    classes: np.ndarray | None = None
    categories: tuple[np.ndarray | None, ...] = ()
    others_are_missing: bool = True
    covers: np.ndarray | None = None

    @property
    def n_outputs(self) -> int:
        """How many scores a row has."""
        return len(self.base)

    @property
    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What the walks take."""
        return self.nodes, self.values, self.roots, self.outputs, self.words, self.word_starts

    def is_sound(self) -> bool:
        """Whether every position in the arrays leads into them, classes fit outputs, and all numbers are finite."""
        from .passes import lead_inside

        return bool(
            len(self.roots)
            and (self.roots < len(self.nodes)).all()
            and lead_inside(self.nodes, self.n_features, len(self.values), len(self.word_starts) - 1)
            and (self.outputs + self.values.shape[1] <= self.n_outputs).all()
            and (self.classes is None or len(self.classes) == (2 if self.link == "sigmoid" else self.n_outputs))
            and np.isfinite(self.values).all()
            and np.isfinite(self.base).all()
            and (self.covers is None or self._has_sound_covers())
        )

    def _has_sound_covers(self) -> bool:
        assert self.covers is not None
        return len(self.covers) == len(self.nodes) and bool((np.isfinite(self.covers) & (self.covers >= 0)).all())

    def encode(self, feature: int, values: Any) -> np.ndarray:
        """Return the numbers that the trees compare for values of a feature: NaN for what is missing or unknown.

        Parameters
        ----------
        feature : int
            Position of the feature.
        values : array-like of shape (n,)
            As the model takes them: numbers, or the categories that it was fitted on.

        Returns
        -------
        ndarray of shape (n,), float64

        Raises
        ------
        ValueError
            Where `knows` is false.
        """
        known = self.categories[feature] if self.categories else None
        if known is None:
            return self.rounded(values)
        if not self.knows(feature, values):
            raise ValueError(f"feature {feature} has categories that the model was not fitted on")
        codes = {value: code for code, value in enumerate(known.tolist()) if not _is_missing(value)}
        return np.array([codes.get(value, np.nan) for value in np.asarray(values).tolist()], dtype=np.float64)

    def knows(self, feature: int, values: Any) -> bool:
        """Whether it is known what the model does with values of a feature; see `encode`."""
        known = self.categories[feature] if self.categories else None
        if known is None or self.others_are_missing:
            return True
        others = set(np.asarray(values).tolist()) - set(known.tolist())
        return all(map(_is_missing, others))

    def encode_columns(self, columns: Sequence[Any]) -> np.ndarray:
        """Return the matrix that `raw` takes for the columns of a table, one array-like for each feature."""
        return np.stack([self.encode(feature, values) for feature, values in enumerate(columns)]).T

    def rounded(self, numbers: Any) -> np.ndarray:
        """Return numbers as the model compares them: rounded to its precision, in float64."""
        with np.errstate(over="ignore"):
            exact = np.asarray(numbers, dtype=np.float64)
            return exact.astype(self.precision, copy=False).astype(np.float64, copy=False)

    def columns(self, matrix: Any) -> np.ndarray:
        """Return a matrix of codes and numbers as the walks take it: features first."""
        columns = np.require(self.rounded(matrix).T, requirements=["C", "W"])  # others would be compiled for anew
        if columns.ndim != 2 or columns.shape[0] != self.n_features:
            raise ValueError(
                f"the trees take (rows, {self.n_features}) numbers, given was the shape {columns.shape[::-1]}"
            )
        return columns

    def raw(self, matrix: Any) -> np.ndarray:
        """Return the scores of rows.

        Parameters
        ----------
        matrix : array-like of shape (n_rows, n_features)
            Numbers, and codes of categories as `encode` gives them.

        Returns
        -------
        ndarray of shape (n_rows, n_outputs), float64
            Before the link; of a forest the mean of its leaves.
        """
        from .walks import add_leaves, over_rows

        columns = self.columns(matrix)
        sums = np.zeros((self.n_outputs, columns.shape[1]))

        def work(part: slice) -> None:
            some = np.zeros((self.n_outputs, part.stop - part.start))
            add_leaves(self.arrays, np.ascontiguousarray(columns[:, part]), some)
            sums[:, part] = some

        over_rows(columns.shape[1], 8192, work)
        return self.scores(sums.T)

    def scores(self, sums: np.ndarray) -> np.ndarray:
        """Make scores of the sums of leaves, in place."""
        if self.n_averaged != 1:
            sums /= self.n_averaged
        sums += self.base
        return sums

    def respond(self, raw: np.ndarray, method: str) -> np.ndarray:
        """Return what a method of the model answers for scores.

        Parameters
        ----------
        raw : ndarray of shape (..., n_outputs)
            Scores, of rows or of curves.
        method : {"predict", "predict_proba", "decision_function"}
            `predict` gives numbers, or labels of a classifier (at a tie the first).

        Returns
        -------
        ndarray of shape (...) or (..., n)
            Where there is one number for a row there is no last axis. Probabilities have all classes in it.
        """
        if method == "predict":
            return _single(self._linked(raw)) if self.classes is None else self._labels(raw)
        if method == "predict_proba" and self.classes is not None:
            return self._probabilities(raw)
        if method == "decision_function" and self.classes is not None and self.link != "identity":
            return _single(raw)
        raise ValueError(f"these trees have no {method}")

    def _labels(self, raw: np.ndarray) -> np.ndarray:
        assert self.classes is not None
        chosen = raw[..., 0] > 0 if self.link == "sigmoid" else raw.argmax(axis=-1)
        return self.classes[chosen.astype(np.intp)]

    def _probabilities(self, raw: np.ndarray) -> np.ndarray:
        linked = self._linked(raw)
        return np.concatenate([1 - linked, linked], axis=-1) if self.link == "sigmoid" else linked

    def _linked(self, raw: np.ndarray) -> np.ndarray:
        scaled = raw if self.slope == 1 else raw * self.slope
        if self.link == "exp":
            scaled = np.exp(scaled)
        elif self.link == "sigmoid":
            small = np.exp(-np.abs(scaled))  # never overflows
            scaled = np.where(scaled < 0, small, 1.0) / (1 + small)
        elif self.link == "softmax":
            shares = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
            scaled = shares / shares.sum(axis=-1, keepdims=True)
        return scaled


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def _single(answers: np.ndarray) -> np.ndarray:
    return answers[..., 0] if answers.shape[-1] == 1 else answers
