"""ICEPlot of a table whose partitions lie on a cluster, one worker of which is killed while the plot fills."""

import os
import signal

import numpy as np
import pandas as pd
import pytest

from tests.explainers import waiting
from tests.widgets.test_live import Sent, receive

from .plots import expect

dd = pytest.importorskip("dask.dataframe")


def test_a_plot_fills_while_a_cluster_works_and_loses_a_worker(make, client, tmp_path):
    whole = pd.DataFrame(np.random.default_rng(0).normal(size=(600, 3)), columns=["a", "b", "c"])
    model = waiting.Halfway(tmp_path)
    w = make(model, dd.from_pandas(whole, npartitions=12), "b", grid_resolution=10)
    sent = Sent(w)
    receive(w, kind="visible", view="a", visible=True)
    expect(lambda: len(waiting.begun(tmp_path)) == 2, 60)
    expect(lambda: 0 < w.progress < 1)
    assert w.status == "running"
    os.kill(waiting.begun(tmp_path)[0], signal.SIGKILL)
    model.go_on()
    w.wait(60)
    assert (w.status, w.result["header"]["done"]) == ("done", 600)
    assert any(0 < header["done"] < 600 for header in sent.previews())
    expected = make(model, whole, "b", grid_resolution=10).wait(30).explanation
    np.testing.assert_array_equal(w.explanation.individual, expected.individual)
    np.testing.assert_allclose(w.explanation.average, expected.average, rtol=1e-12)
