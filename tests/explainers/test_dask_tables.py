"""Tables in parts: what one machine says of them, without having them."""

import os
import pickle
import signal
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xai_widgets.explainers import PartialDependence, by_partition
from xai_widgets.explainers.by_partition import PartitionOrder
from xai_widgets.models import InputError
from xai_widgets.models.partitions import PartitionedTable
from xai_widgets.models.tables import Table

from . import waiting
from .test_spread import until

dask = pytest.importorskip("dask")
import dask.dataframe as dd  # noqa: E402 (only where there is one)

ROWS = 400


def cars():
    generator = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "weight": np.where(generator.random(ROWS) < 0.1, np.nan, generator.normal(size=ROWS)),
            "doors": generator.integers(2, 300, size=ROWS),
            "fuel": pd.Categorical(generator.choice(["gas", "diesel", "none"], ROWS), ["none", "gas", "diesel"]),
            "town": np.sort(generator.choice(["Ulm", "Bonn", "Kiel"], ROWS)),
            "new": generator.random(ROWS) < 0.5,
        },
        index=np.arange(ROWS) + 1000,
    )


def price(table):
    fuel = table["fuel"].astype(str).map({"none": 0.0, "gas": 2.0, "diesel": 5.0})
    moved = table["weight"].fillna(0) * (table["town"].to_numpy() == "Bonn") + 0.01 * table["doors"]
    return (moved + fuel.astype(float) + 3 * table["new"]).to_numpy()


@pytest.fixture(scope="module")
def frames():
    whole = cars()
    divisions = [1000, 1090, 1100, 1250, 1399]
    return whole, dd.from_pandas(whole, npartitions=1).repartition(divisions=divisions)


def assert_same(found, expected, *, individual=True):
    assert (found.done, found.total, found.finished) == (expected.done, expected.total, True)
    for ours, theirs in zip(found.grid_values, expected.grid_values, strict=True):
        assert ours.tolist() == theirs.tolist()
    np.testing.assert_allclose(found.value, expected.value, rtol=1e-12)
    assert (found.standard_error == 0).all()
    if individual:
        assert np.array_equal(found.rows, expected.rows)
        assert np.array_equal(found.individual, expected.individual)


def assert_rows(found, expected):
    pd.testing.assert_frame_equal(found, expected.astype({"town": found["town"].dtype}))  # Dask has words its own way


@pytest.mark.parametrize("feature", ["weight", "doors", "fuel", "town", "new"])
def test_every_kind_of_column_is_explained_as_by_one_machine(frames, feature):
    whole, parts = frames
    explainer = PartialDependence(price, feature, grid_resolution=20, sample_weight=np.arange(ROWS) % 3)
    assert_same(explainer.explain(parts), explainer.explain(whole))


def test_an_executor_of_threads_works_on_partitions(frames):
    whole, parts = frames
    explainer = PartialDependence(price, "doors", grid_resolution=20)
    with ThreadPoolExecutor(2) as threads:
        estimates = list(explainer.stream(parts, executor=threads))
    assert_same(estimates[-1], explainer.explain(whole))


def test_the_table_knows_what_the_whole_one_knows(frames):
    whole, parts = frames
    ours, theirs = Table.of(parts), Table.of(whole)
    assert (ours.names, ours.n_rows) == (theirs.names, theirs.n_rows)
    for name in ours.names:
        assert ours.kind(name) == theirs.kind(name)
        assert ours.n_present(name) == theirs.n_present(name)
        assert ours.unique(name).tolist() == theirs.unique(name).tolist()
        assert np.array_equal(ours.values(name).astype(str), theirs.values(name).astype(str))
    assert ours.levels("fuel").tolist() == ["none", "gas", "diesel"]
    assert ours.unique("doors", 150) is None, "each partition has fewer, but not all together"
    assert_rows(ours.rows([399, 0, 0, 95]).native(), whole.iloc[[399, 0, 0, 95]])
    taken = ours.take([300, 95, 95, 0])
    assert isinstance(taken, dd.DataFrame)
    assert_rows(taken.compute(), whole.iloc[[0, 95, 300]])
    assert len(ours.take([]).compute()) == 0
    with pytest.raises(InputError, match="did you mean 'doors'"):
        ours.column("door")


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_ranks_over_partitions_are_exact(data):
    several = st.lists(st.one_of(st.integers(-5, 5).map(float), st.floats(-1e9, 1e9)), max_size=700)
    parts = data.draw(st.lists(several, min_size=1, max_size=4).filter(any))
    frame = dd.from_delayed([dask.delayed(pd.DataFrame)({"a": np.array(part, float)}) for part in parts])
    ordered = np.sort(np.concatenate([np.array(part, float) for part in parts]))
    ranks = data.draw(st.lists(st.integers(0, len(ordered) - 1), min_size=1, max_size=4))
    with dask.config.set(scheduler="synchronous"):
        assert np.array_equal(Table.of(frame).nth("a", ranks), ordered[ranks])


def test_the_standard_error_is_that_of_a_sample_of_partitions():
    """Rows of a partition are alike here: taken for a random sample they would promise far too much."""
    level = np.random.default_rng(1).normal(size=16)
    whole = pd.DataFrame({"a": np.repeat(level, 50), "b": np.arange(800.0)})
    parts = Table.of(dd.from_pandas(whole, npartitions=16))
    errors, promised = [], []
    for seed in range(12):
        explainer = PartialDependence(lambda table: table["a"].to_numpy(), "b", grid_resolution=2, seed=seed)
        state = explainer.start(parts)
        while state.units < 200:
            state = explainer.advance(state, 1)
        estimate = explainer.estimate(state)
        errors.append(float(estimate.value[0, 0]) - whole["a"].mean())
        promised.append(float(estimate.standard_error[0, 0]))
    assert 0.4 < np.sqrt(np.mean(np.square(errors))) / np.mean(promised) < 2.5


def test_of_many_rows_a_random_sample_keeps_its_curves(frames, monkeypatch):
    whole, parts = frames
    monkeypatch.setattr(by_partition, "_MOST_CURVE_BYTES", 40 * 8 * 20)
    explainer = PartialDependence(price, "weight", grid_resolution=20)
    found, expected = explainer.explain(parts), explainer.explain(whole)
    assert_same(found, expected, individual=False)
    assert 40 <= len(found.rows) <= 44
    assert np.array_equal(found.individual, expected.individual[:, found.rows])
    assert (np.bincount(np.digitize(found.rows, [90, 100, 250]), minlength=4) == [9, 1, 15, 15]).all()


def test_an_order_is_a_permutation_that_keeps_partitions_together():
    order = PartitionOrder(np.array([4, 0, 3, 5]), seed=7)
    whole = order[0 : len(order)]
    assert sorted(whole) == list(range(12))
    assert whole.tolist() == np.concatenate([order[2:7], order[7:12], order[0:2]])[[10, 11, *range(10)]].tolist()
    first = 0
    while first < len(order):
        here = np.digitize(order[first : order.stop(first)], [4, 4, 7])
        assert len(set(here)) == 1
        first = order.stop(first)
    assert pickle.loads(pickle.dumps(order))[0:12].tolist() == whole.tolist()
    assert PartitionOrder(np.array([4, 0, 3, 5]), seed=8)[0:12].tolist() != whole.tolist()


def test_a_run_is_resumed_from_a_state_that_was_pickled(frames):
    whole, parts = frames
    explainer = PartialDependence(price, "doors", grid_resolution=20)
    first = next(iter(explainer.stream(parts)))
    stored = pickle.loads(pickle.dumps(first.state))
    *_, found = explainer.stream(parts, state=stored)
    assert_same(found, explainer.explain(whole))


def test_a_cluster_explains_partitions_where_they_lie_and_loses_a_worker(client, tmp_path):
    whole = pd.DataFrame(np.random.default_rng(0).normal(size=(600, 3)), columns=["a", "b", "c"])
    parts = dd.from_pandas(whole, npartitions=12).persist()
    model = waiting.Waiting(tmp_path)
    explainer = PartialDependence(model, "b", grid_resolution=20)
    table = Table.of(parts)
    fresh = explainer.start(table)
    assert len(pickle.dumps(fresh)) < 10_000, "no row is sent to a worker"
    stream = explainer.steps(fresh, fresh)
    until(lambda: next(stream) is None and len(waiting.begun(tmp_path)) == 2)
    os.kill(waiting.begun(tmp_path)[0], signal.SIGKILL)
    model.go_on()
    *_, found = stream
    assert_same(found, explainer.explain(whole))


def test_words_in_a_column_of_numbers_are_refused(frames):
    _, parts = frames
    with pytest.raises(InputError, match="holds numbers"):
        PartialDependence(price, "doors", custom_values={"doors": ["many"]}).explain(parts)
    with pytest.raises(InputError, match="The table is empty"):
        PartialDependence(price, "doors").explain(parts[parts["doors"] < 0])


def test_a_column_of_words_without_a_dtype_is_looked_at_when_it_is_asked_for(monkeypatch):
    words = pd.Series([None, "b", "a", "b"] * 25, dtype=object)
    with dask.config.set({"dataframe.convert-string": False}):
        frame = dd.from_pandas(pd.DataFrame({"a": np.arange(100.0), "town": words}), npartitions=4)
    computed = []
    over = PartitionedTable._over_partitions
    monkeypatch.setattr(
        PartitionedTable, "_over_partitions", lambda *given: computed.append(given[1].__name__) or over(*given)
    )
    table = Table.of(frame)
    assert (table.names, table.kind("a"), computed) == (("a", "town"), "numeric", [])
    assert (table.kind("town"), table.n_rows, table.lengths.tolist()) == ("text", 100, [25] * 4)
    assert computed == ["_look"]
    known = pickle.loads(pickle.dumps(Table.of(frame)))
    assert (known.kind("town"), known.n_rows, known.fingerprint) == ("text", 100, table.fingerprint)
