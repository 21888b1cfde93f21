"""Work spread over threads, processes and a cluster gives what one machine gives, whatever is lost on the way."""

import gc
import os
import pickle
import signal
import threading
import time
import weakref
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import zip_longest

import numpy as np
import pytest
import torch
from sklearn.ensemble import HistGradientBoostingRegressor

from xai_widgets.explainers import PartialDependence, SmoothGrad
from xai_widgets.explainers.spread import _Found, _Idleness, _Unknown, advance_part, spread
from xai_widgets.models import InputError, ModelError

from . import waiting

ROWS = 3000


@pytest.fixture(scope="module", name="X")
def table():
    return np.random.default_rng(0).normal(size=(ROWS, 4))


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(2, mp_context=waiting.CONTEXT) as executor:
        yield executor


def assert_same(found, expected):
    assert (found.done, found.total, found.finished) == (expected.done, expected.total, True)
    assert np.array_equal(found.rows, expected.rows)
    assert np.array_equal(found.individual, expected.individual)
    np.testing.assert_allclose(found.value, expected.value, rtol=1e-12)
    assert (found.standard_error == 0).all()


def test_threads_and_processes_give_what_one_machine_gives(X, processes):
    model = HistGradientBoostingRegressor(max_iter=5).fit(X, X[:, 0] * X[:, 1])
    explainer = PartialDependence(model, 1, sample_weight=np.arange(ROWS) % 5, grid_resolution=12)
    expected = explainer.explain(X)
    assert_same(explainer.explain(X, executor=processes), expected)
    with ThreadPoolExecutor(3) as threads:
        estimates = list(explainer.stream(X, executor=threads))
    assert_same(estimates[-1], expected)
    done = [estimate.done for estimate in estimates]
    assert len(done) > 3
    assert done == sorted(set(done))
    first = estimates[0]
    assert np.array_equal(first.individual[0], expected.individual[0][first.rows])


def test_a_function_without_a_name_goes_to_processes(X, processes):
    explainer = PartialDependence(lambda table: table[:, 0] * table[:, 1], 0, kind="average", grid_resolution=5)
    found = explainer.explain(X, executor=processes)
    np.testing.assert_allclose(found.value, explainer.explain(X).value, rtol=1e-12)
    assert found.individual is None


def test_smoothgrad_is_spread_too():
    method, image = SmoothGrad(waiting.cubes, n_samples=60, sigma=0.4), torch.tensor([[1.0, -0.5]])
    with ThreadPoolExecutor(2) as threads:
        *_, found = spread(method, method.start(image, target=0), threads)
    expected = method.attribute(image, target=0)
    assert found.done == 60
    np.testing.assert_allclose(found.value, expected.value, rtol=1e-6)
    np.testing.assert_allclose(found.standard_error, expected.standard_error, rtol=1e-6)


def test_explainer_and_data_are_sent_once_to_each_process(X):
    sent = []

    class Counting(ThreadPoolExecutor):
        """A pool that stands for other processes: each thread has been sent nothing at first."""

        def submit(self, function, run, shared, *part):
            sent.append(shared)
            return processes.submit(function, run, shared, *part)

    with ProcessPoolExecutor(2, mp_context=waiting.CONTEXT) as processes, Counting(2) as counting:
        explainer = PartialDependence(waiting.quick, 0, grid_resolution=5)
        explainer.explain(X, executor=counting)
    bodies = [shared for shared in sent if shared is not None]
    assert len(sent) > 10
    assert 1 <= len(bodies) <= 8
    assert len({pickle.dumps(body) for body in bodies}) == 1


def test_few_parts_are_under_way_and_a_closed_stream_cancels_the_rest(X):
    class Still(Executor):
        """An executor that begins nothing."""

        _max_workers = 3

        def __init__(self):
            self.futures = []

        def submit(self, *_):
            self.futures.append(Future())
            return self.futures[-1]

    still, explainer = Still(), PartialDependence(waiting.quick, 0)
    stream = spread(explainer, explainer.start(X), still)
    assert [next(stream) for _ in range(3)] == [None] * 3
    assert len(still.futures) == 6
    stream.close()
    assert all(future.cancelled() for future in still.futures)


def test_a_run_goes_on_where_it_stood(X):
    explainer = PartialDependence(waiting.quick, 0, grid_resolution=5)
    half = next(estimate for estimate in explainer.stream(X) if estimate.done > 10)
    with ThreadPoolExecutor(2) as threads:
        *_, found = explainer.stream(X, state=half.state, executor=threads)
        (again,) = explainer.stream(X, state=found.state, executor=threads)
    assert_same(found, explainer.explain(X))
    assert again.finished


def test_what_the_model_raises_there_is_raised_here(X, processes):
    with pytest.raises(ModelError, match="ZeroDivisionError"):
        PartialDependence(waiting.fails, 0).explain(X, executor=processes)
    with pytest.raises(InputError, match="no column"):
        PartialDependence(waiting.fails, "nowhere").explain(X, executor=processes)


def test_a_pool_that_is_broken_or_shut_is_a_sentence(X, tmp_path):
    explainer = PartialDependence(waiting.Waiting(tmp_path), 0, grid_resolution=5)
    with ProcessPoolExecutor(1, mp_context=waiting.CONTEXT) as pool:
        stream = spread(explainer, explainer.start(X), pool)
        until(lambda: next(stream) is None and waiting.begun(tmp_path))
        os.kill(waiting.begun(tmp_path)[0], signal.SIGKILL)
        with pytest.raises(ModelError, match=r"takes no more work.*Do: make a new one"):
            list(stream)
    with pytest.raises(ModelError, match="takes no more work"):
        explainer.explain(X, executor=pool)


def test_a_part_that_is_always_lost_is_a_sentence(X):
    class Losing(Executor):
        def submit(self, *_):
            future = Future()
            future.set_exception(ConnectionError("the worker has gone"))
            return future

    with pytest.raises(ModelError, match=r"lost 3 times, the last time by ConnectionError: the worker has gone"):
        PartialDependence(waiting.quick, 0).explain(X, executor=Losing())


def test_a_cluster_that_loses_a_worker_in_mid_run_gives_what_one_machine_gives(X, client, tmp_path):
    model = waiting.Waiting(tmp_path)
    explainer = PartialDependence(model, 1, grid_resolution=5)
    stream = spread(explainer, explainer.start(X), client.get_executor())
    until(lambda: next(stream) is None and len(waiting.begun(tmp_path)) == 2)
    lost = waiting.begun(tmp_path)[0]
    os.kill(lost, signal.SIGKILL)
    model.go_on()
    *_, found = stream
    assert_same(found, explainer.explain(X))
    assert len(waiting.begun(tmp_path)) >= 2
    assert lost in waiting.begun(tmp_path)


class Locked:
    """A model that cannot be pickled."""

    def __init__(self):
        self.lock = threading.Lock()

    def predict(self, table):
        with self.lock:
            return table[:, 0] * table[:, 1]


def test_many_runs_at_once_are_led_and_let_go(X):
    explainers = [PartialDependence(Locked(), 0, grid_resolution=5) for _ in range(4)]
    models = [weakref.ref(explainer.predictor.model) for explainer in explainers]
    with ThreadPoolExecutor(4) as threads:
        streams = [explainer.stream(X, executor=threads) for explainer in explainers]
        found = [[estimate for estimate in turns if estimate][-1] for turns in zip(*zip_longest(*streams), strict=True)]
    assert all(estimate.finished for estimate in found)
    del explainers, streams, found
    gc.collect()
    assert [model() for model in models] == [None] * 4


def test_a_run_that_is_closed_is_let_go(X):
    explainer = PartialDependence(Locked(), 0, grid_resolution=5)
    model = weakref.ref(explainer.predictor.model)
    with ThreadPoolExecutor(2) as threads:
        stream = explainer.stream(X, executor=threads)
        next(stream)
        stream.close()
    del explainer, stream
    gc.collect()
    assert model() is None


def test_a_worker_keeps_few_runs_and_none_when_it_is_idle(X, monkeypatch):
    timers = []

    class Timer:
        def __init__(self, seconds, function):
            self.function, self.cancelled = function, False
            timers.append(self)

        def start(self):
            pass

        def cancel(self):
            self.cancelled = True

    monkeypatch.setattr("xai_widgets.explainers.spread.threading.Timer", Timer)
    monkeypatch.setattr("xai_widgets.explainers.spread._IDLENESS", _Idleness())
    explainer = PartialDependence(waiting.quick, 0, grid_resolution=5)
    shared = pickle.dumps((explainer, explainer.start(X)))
    for run in "abc":
        assert isinstance(advance_part(run, shared, 0, 5, None, 0), _Found)
    kept = [run for run in "abc" if isinstance(advance_part(run, None, 5, 9, None, 0), _Found)]
    assert kept == ["b", "c"]
    assert [timer.cancelled for timer in timers] == [True] * (len(timers) - 1) + [False]
    timers[-1].function()
    assert [type(advance_part(run, None, 5, 9, None, 0)) for run in "bc"] == [_Unknown] * 2


def until(condition, seconds=60):
    """Wait for what another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
