"""A model that changes during a run makes it fail; one that only keeps accounts of its calls does not."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from sklearn.neighbors import KNeighborsRegressor
from torch import nn

from xai_widgets.explainers import AccumulatedLocalEffects, HStatistic, PartialDependence
from xai_widgets.models import ModelError
from xai_widgets.models.predictors import Predictor
from xai_widgets.models.tables import Table


class Scaled:
    """A model with one number to change."""

    def __init__(self):
        self.scale = 1.0

    def predict(self, rows):
        return self.scale * rows[:, 0] * rows[:, 1]


class Counting(Scaled):
    calls = 0

    def predict(self, rows):
        self.calls += 1
        return super().predict(rows)


@pytest.fixture(scope="module", name="X")
def table():
    return np.random.default_rng(0).normal(size=(300, 4))


EXPLAINERS = {
    "curves": lambda model: PartialDependence(model, 0),
    "mean": lambda model: PartialDependence(model, 0, kind="average"),
    "effects": lambda model: AccumulatedLocalEffects(model, 0),
    "interactions": HStatistic,
}


@pytest.mark.parametrize("make", EXPLAINERS.values(), ids=EXPLAINERS)
def test_a_model_that_changes_during_a_run_makes_it_fail(X, make):
    model = Scaled()
    stream = make(model).stream(X)
    assert not next(stream).finished
    model.scale = 2.0
    with pytest.raises(ModelError, match=r"model changed while it was being explained.*Do: compute again"):
        list(stream)
    assert [*make(model).stream(X)][-1].finished


@pytest.mark.parametrize("kind", ["both", "average"])
def test_a_run_that_is_spread_fails_too(X, kind):
    model = Scaled()
    with ThreadPoolExecutor(2) as threads:
        stream = PartialDependence(model, 0, kind=kind, grid_resolution=5).stream(X, executor=threads)
        assert not next(stream).finished
        model.scale = 2.0
        with pytest.raises(ModelError, match="model changed"):
            list(stream)


def test_a_run_over_partitions_fails_too(X):
    dd, pd = pytest.importorskip("dask.dataframe"), pytest.importorskip("pandas")
    frame = dd.from_pandas(pd.DataFrame(X, columns=list("abcd")), npartitions=3)

    class OfFrames(Counting):
        def predict(self, rows):
            return super().predict(rows.to_numpy())

    model = OfFrames()
    *_, found = PartialDependence(model, "a", grid_resolution=5).stream(frame)
    assert found.finished
    stream = PartialDependence(model, "a", grid_resolution=5).stream(frame)
    next(stream)
    model.scale = 2.0
    model.predict = lambda rows: Scaled.predict(model, rows.to_numpy())  # it counts no more
    with pytest.raises(ModelError, match="model changed"):
        list(stream)


@pytest.mark.parametrize("write", [lambda w: w.mul_(2), lambda w: w.data.mul_(2)])
def test_a_module_that_is_trained_during_a_run_makes_it_fail(X, write):
    model = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1))
    stream = PartialDependence(model, 0).stream(X)
    next(stream)
    with torch.no_grad():
        write(model[0].weight)
    with pytest.raises(ModelError, match="model changed"):
        list(stream)


def test_a_module_that_is_moved_during_a_run_leaves_what_the_run_began_with(X):
    model = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1))
    expected = PartialDependence(model, 0).explain(X)
    stream = PartialDependence(model, 0).stream(X)
    next(stream)
    model.double()
    *_, found = stream
    np.testing.assert_array_equal(found.individual, expected.individual)


@pytest.mark.parametrize("make", EXPLAINERS.values(), ids=EXPLAINERS)
def test_a_model_that_counts_its_calls_has_not_changed(X, make):
    calls = []

    def function(rows):
        calls.append(len(rows))
        return rows[:, 0]

    for model in (Counting(), function, KNeighborsRegressor().fit(X, X[:, 0])):
        assert [*make(model).stream(X)][-1].finished


def test_a_model_that_changes_without_being_called_is_never_let_pass(X, monkeypatch):
    model = Counting()
    predictor = Predictor(model)
    expected = predictor.fingerprint()
    model.scale = 2.0
    states = iter(["one", "another", "a third"])
    monkeypatch.setattr(predictor, "fingerprint", lambda: next(states))
    with pytest.raises(ModelError, match="model changed"):
        predictor.verify(expected, Table.of(X))
