"""Interaction values are a stream like all others: rows fill in a seeded order, stop, go on, and come out the same."""

import pickle

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier

import xai_widgets as xw
from xai_widgets.explainers.shapley import ExactSHAP, TreeSHAP
from xai_widgets.explainers.shapley.values import ShapleyValues
from xai_widgets.models import InputError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4))
Y = (X[:, 0] * X[:, 1] + X[:, 2] > 0).astype(int)
TREES = GradientBoostingClassifier(n_estimators=8, random_state=0).fit(X, Y)
FOREST = RandomForestClassifier(4, max_depth=4, random_state=0).fit(X, Y + (X[:, 3] > 1))  # of three classes


def of_trees(**settings):
    return TreeSHAP(TREES, **settings)


def against_rows(**settings):
    return TreeSHAP(TREES, X[:7], **settings)


def of_classes(**settings):
    return TreeSHAP(FOREST, **settings)


def of_any_model(**settings):
    return ExactSHAP(FOREST, X[:5], **settings)


METHODS = [of_trees, against_rows, of_classes, of_any_model]


@pytest.mark.parametrize("make", METHODS)
def test_they_are_symmetric_and_sum_to_the_values(make):
    found, values = make(interactions=True).explain(X[:9]), make().explain(X[:9])
    assert found.value.shape == (9, 4, 4, values.value.shape[2])
    np.testing.assert_allclose(found.value, found.value.swapaxes(1, 2), atol=1e-12)
    np.testing.assert_allclose(found.value.sum(axis=2), values.value, atol=1e-9)
    np.testing.assert_allclose(found.base_values, values.base_values, atol=1e-12)
    assert found.standard_error is None
    assert found.gap < 1e-9


@pytest.mark.parametrize("make", METHODS)
def test_rows_fill_in_the_seeded_order(make):
    explainer = make(interactions=True, seed=3)
    whole = explainer.explain(X[:9])
    order = np.random.Generator(np.random.Philox(key=3)).permutation(9)
    estimates = list(explainer.stream(X[:9]))
    assert len(estimates) > 1
    for found in estimates:
        assert (found.unit, found.total) == ("row", 9)
        assert set(found.rows) == set(order[: found.done])
        np.testing.assert_allclose(found.value[found.rows], whole.value[found.rows], atol=1e-12)
        assert np.isnan(found.value[np.setdiff1d(order, found.rows)]).all()
    assert [found.finished for found in estimates] == [False] * (len(estimates) - 1) + [True]


@pytest.mark.parametrize("make", METHODS)
def test_a_stream_is_resumed_and_merged(make):
    explainer = make(interactions=True)
    whole = explainer.explain(X[:9]).value
    begun = pickle.loads(pickle.dumps(next(explainer.stream(X[:9])).state))
    *_, resumed = explainer.stream(X[:9], state=begun)
    np.testing.assert_allclose(resumed.value, whole, atol=1e-12)
    with pytest.raises(InputError, match="another run"):
        make().stream(X[:9], state=begun)
    first = explainer.advance(explainer.start(X[:9]), 4)
    rest = explainer.start(X[:9])
    rest = explainer.advance(type(rest)(**{**vars(rest), "ranges": ((4, 4),)}), 9)
    np.testing.assert_allclose(explainer.estimate(explainer.merge(first, rest)).value, whole, atol=1e-12)


@pytest.mark.parametrize("make", METHODS)
def test_an_explanation_of_them_is_read(make):
    found = make(interactions=True)(X[:9])
    values = make()(X[:9]).values
    assert found.values.shape == (9, 4, *values.shape[1:])
    read = ShapleyValues.of(found)
    np.testing.assert_allclose(read.interactions.reshape(found.values.shape), found.values)
    np.testing.assert_allclose(read.values.reshape(values.shape), values, atol=1e-9)
    of_estimate = ShapleyValues.of_estimate(make(interactions=True).explain(X[:9]))
    np.testing.assert_allclose(of_estimate.interactions, read.interactions)


def test_a_dependence_plot_is_coloured_by_them():
    found = of_trees(interactions=True)(X)
    with xw.DependencePlot(found, feature="x0") as plot:
        header = plot.wait().result["header"]
    strengths = np.abs(found.values[:, 0, 1:]).mean(axis=0)
    assert header["by_interactions"]
    assert header["color_by"] == f"x{1 + strengths.argmax()}"
    assert header["interacting"][0]["strength"] == pytest.approx(strengths.max())


def test_a_slow_model_is_left_within_a_row():
    asked = []

    def model(rows):
        asked.append(len(rows))
        return rows[:, 0] * rows[:, 1]

    stream = ExactSHAP(model, RNG.normal(size=(500, 10)), interactions=True).stream(np.ones((2, 10)), pauses=True)
    steps = list(stream)
    assert max(asked) < 2**10 * 500
    np.testing.assert_allclose(steps[-1].value[0].sum(), steps[-1].outputs[0] - steps[-1].base_values)


def test_an_estimate_of_very_many_values_is_read_in_parts(monkeypatch):
    monkeypatch.setattr("xai_widgets.explainers.shapley.method._BYTES_AT_ONCE", 1)
    monkeypatch.setattr("xai_widgets.explainers.parts._PART_SECONDS", 0.0)
    explainer = of_trees(interactions=True)
    steps = list(explainer.stream(X, pauses=True))
    estimates = [step for step in steps if step is not None]
    assert steps.count(None) > 100  # one for each row of each estimate
    dones = np.array([estimate.done for estimate in estimates])
    assert (dones[1:-1] >= 2 * dones[:-2]).all()  # all are copied by each estimate
    assert estimates[-1].finished
    monkeypatch.undo()
    np.testing.assert_allclose(estimates[-1].value, explainer.explain(X).value, atol=1e-12)
    assert [step.done for step in of_trees(interactions=True).stream(X)][-1] == 60
    again = list(explainer.stream(X, state=estimates[-1].state, pauses=True))
    assert again[-1].finished
    assert again.count(None) == len(again) - 1
