"""A job of a slow model stops within a row: what is asked of the model at once takes about a tenth of a second."""

import threading
import time

import numpy as np
import pytest

import xai_widgets as xw
from xai_widgets.widgets.lime_plot import LIMEPlot

from .plots import Opaque, expect

X = np.random.default_rng(0).normal(size=(120, 64))
ROW = 2000 * 100  # rows and more that the model answers for one row


class Slow:
    """A model of a millisecond a row, whose calls are counted."""

    def __init__(self):
        self.rows, self.called = [], threading.Event()

    def __call__(self, table):
        self.rows.append(len(table))
        if len(self.rows) > 8:
            self.called.set()
        time.sleep(0.001 * len(table))
        return np.asarray(table)[:, 0] * np.asarray(table)[:, 1]


@pytest.mark.parametrize(
    "plot",
    [
        lambda model: xw.WaterfallPlot(model, X),
        lambda model: xw.WaterfallPlot(model, X, what_if={"x3": 1.0}),
        lambda model: xw.AgreementPlot(model, 3, X),
        lambda model: xw.ForcePlot(model, X[:2]),
        lambda model: LIMEPlot(model, 3, X),
    ],
    ids=["waterfall", "what if", "agreement", "force", "lime"],
)
def test_a_slow_model_is_left_within_a_row(plot):
    model = Slow()
    with plot(Opaque(model)) as w:
        assert model.called.wait(20)
        before = len(model.rows)
        w.cancel()
        expect(lambda: w.status == "cancelled")
        assert len(model.rows) <= before + 2
    assert max(model.rows) <= 512
    assert sum(model.rows) < ROW / 20


def test_a_pause_changes_no_number():
    model = Opaque(lambda table: np.asarray(table)[:, 0] * np.asarray(table)[:, 1])
    with xw.WaterfallPlot(model, X[:, :6], index=4, what_if={"x0": 2.0}) as w:
        found = w.wait(30).explanation
    assert found.values.sum() + found.base_values == pytest.approx(2 * X[4, 1])
