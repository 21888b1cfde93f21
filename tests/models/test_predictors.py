"""Predictors: scikit-learn's rules, any model, and each failure's sentence."""

import functools
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression, Perceptron
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils._response import _get_response_values
from torch import nn

from xai_widgets.models import InputError, ModelError
from xai_widgets.models.predictors import Predictor

X, Y = make_classification(40, n_features=4, n_informative=4, n_redundant=0, n_classes=3, random_state=0)
TWO = Y > 0
WORDS = np.array(["low", "mid", "top"])[Y]


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        Perceptron(),
        SVC(),
        RandomForestClassifier(5, random_state=0),
        make_pipeline(StandardScaler(), LogisticRegression()),
        GridSearchCV(LogisticRegression(), {"C": [1.0, 2.0]}),
    ],
    ids=lambda model: type(model).__name__,
)
@pytest.mark.parametrize("y", [TWO, WORDS], ids=["two", "three"])
def test_classifiers_answer_as_in_scikit_learn(model, y):
    model = clone(model).fit(X, y)
    expected, _ = _get_response_values(model, X, ["predict_proba", "decision_function"])
    found = Predictor(model, every_output=True).scores(X)
    assert found.dtype == np.float64
    assert np.array_equal(found, expected.reshape(len(X), -1))
    if expected.ndim > 1:
        one = Predictor(model, target="mid")(X)
        assert np.array_equal(one, expected[:, 1])


def test_the_positive_class_of_two_is_the_last():
    model = LogisticRegression().fit(X, np.where(TWO, "yes", "no"))
    share = model.predict_proba(X)
    assert np.array_equal(Predictor(model)(X), share[:, 1])
    assert np.array_equal(Predictor(model, target="no")(X), share[:, 0])
    score = model.decision_function(X)
    assert np.array_equal(Predictor(model, response_method="decision_function")(X), score)
    assert np.array_equal(Predictor(model, response_method="decision_function", target="no")(X), -score)


def test_regressors_predict():
    model = LinearRegression().fit(X, Y)
    assert Predictor(model).method == "predict"
    assert np.array_equal(Predictor(model, response_method="predict")(X), model.predict(X))
    double = LinearRegression().fit(X, np.column_stack([Y, -Y]))
    assert np.array_equal(Predictor(double, target=1)(X), double.predict(X)[:, 1])
    assert Predictor(double, every_output=True).scores(X).shape == (40, 2)


def test_outlier_detectors_decide():
    model = IsolationForest(n_estimators=5, random_state=0).fit(X)
    assert np.array_equal(Predictor(model)(X), model.decision_function(X))


class Duck:
    def predict(self, X):
        return [float(row[0]) for row in X]


@pytest.mark.parametrize(
    "model",
    [
        Duck(),
        lambda X: X[:, 0],
        lambda X: X[:, :1],
        lambda X: X[:, 0].tolist(),
        lambda X: pd.Series(X[:, 0], index=range(50, 50 + len(X))),
        lambda X: pl.Series(X[:, 0]),
        lambda X: torch.from_numpy(X[:, 0]).requires_grad_(),
        functools.partial(np.take, indices=0, axis=1),
        Duck().predict,
        lambda X: X[:, 0].astype(object),
    ],
)
def test_anything_that_answers(model):
    assert np.array_equal(Predictor(model)(X.copy()), X[:, 0])


def test_truth_values_count():
    assert Predictor(lambda X: X[:, 0] > 0)(X).tolist() == (X[:, 0] > 0).tolist()


@pytest.mark.parametrize("make", [np.asarray, pd.DataFrame, torch.from_numpy])
def test_torch_modules(make):
    net = nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.9)).train()
    with torch.no_grad():
        expected = net[0](torch.from_numpy(X).float()).double().numpy()
    np.testing.assert_allclose(Predictor(net, target=2)(make(X)), expected[:, 2], rtol=1e-6)
    assert net.training
    with pytest.raises(InputError, match="Which output"):
        Predictor(net)(make(X))


def test_a_torch_module_takes_numbers_alone():
    with pytest.raises(InputError, match="numbers alone"):
        Predictor(nn.Linear(2, 1))(pd.DataFrame({"a": [1.0], "b": ["w"]}))


class NoClasses:
    def predict_proba(self, X):
        return np.column_stack([1 - X[:, 0], X[:, 0]])


@pytest.mark.parametrize(
    ("sentence", "make"),
    [
        ("This is not a model", lambda: Predictor(3)),
        ("the class LinearRegression", lambda: Predictor(LinearRegression)),
        ("response method is not known", lambda: Predictor(len, response_method="proba")),
        ("Expected: auto or predict", lambda: Predictor(LinearRegression(), response_method="predict_proba")),
        ("does not have this", lambda: Predictor(Perceptron().fit(X, Y), response_method="predict_proba", target=0)),
        (r"Which class.*'low', 'mid', 'top'", lambda: Predictor(LogisticRegression().fit(X, WORDS))),
        (r"no such class.*'low', 'mid', 'top'", lambda: Predictor(LogisticRegression().fit(X, WORDS), target=1)),
        (r"no such output.*target=-1", lambda: Predictor(len, target=-1)),
        (r"no such output.*target='a'", lambda: Predictor(len, target="a")),
        (r"no such output.*from 0 to 1", lambda: Predictor(lambda X: X[:, :2], target=2)(X)),
        (r"Which output.*of 4 outputs", lambda: Predictor(lambda X: X)(X)),
        ("Which output", lambda: Predictor(NoClasses())(X)),
        ("several questions", lambda: Predictor(MultiOutputClassifier(LogisticRegression()).fit(X, np.c_[Y, Y]))),
        ("one class alone", lambda: Predictor(RandomForestClassifier(2).fit(X, np.ones(40)))),
    ],
)
def test_what_cannot_be_asked_is_refused(sentence, make):
    with pytest.raises(InputError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("sentence", "model"),
    [
        ("40 of 40 numbers are NaN or infinite", lambda X: X[:, 0] / 0),
        (r"shape \(39,\) for 40 rows", lambda X: X[1:, 0]),
        (r"shape \(\) for 40 rows", lambda X: 1.0),
        (r"shape \(40, 1, 4\)", lambda X: X[:, None]),
        ("not made of numbers", lambda X: np.full(len(X), "a")),
        ("not made of numbers", lambda X: X[:, 0] + 1j),
        ("not made of numbers", lambda X: None),
        ("not made of numbers", lambda X: [[1.0], [1.0, 2.0]]),
        ("raised ZeroDivisionError: integer division", lambda X: 1 // 0),
        ("raised NotFittedError", LinearRegression()),
        ("not made of numbers.*'mid'|not made of numbers", type("Words", (), {"predict": lambda self, X: WORDS})()),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_answers_that_make_no_sense(sentence, model):
    with pytest.raises(ModelError, match=sentence):
        Predictor(model)(X)


def test_memory_errors_are_left_as_they_are():
    def model(X):
        raise MemoryError

    with pytest.raises(MemoryError):
        Predictor(model)(X)


def test_fingerprints_tell_models_apart():
    model = LogisticRegression().fit(X, TWO)
    first = Predictor(model).fingerprint()
    assert first == Predictor(model).fingerprint() == Predictor(pickle.loads(pickle.dumps(model))).fingerprint()
    assert first != Predictor(model, target=False).fingerprint()
    assert first != Predictor(model, response_method="decision_function").fingerprint()
    model.coef_[0, 0] += 1e-9
    assert first != Predictor(model).fingerprint()


def test_fingerprints_look_into_functions_and_modules():
    def of(model):
        return Predictor(model).fingerprint()

    forests = [RandomForestClassifier(3, random_state=seed).fit(X, TWO) for seed in (0, 0, 1)]
    one, same, another = (of(lambda X, forest=forest: forest.predict_proba(X)[:, 1]) for forest in forests)
    assert one == same
    assert one != another
    assert of(forests[0]) == of(forests[1]) != of(forests[2])
    assert of(lambda X: X[:, 0]) != of(lambda X: X[:, 1])
    assert of(forests[0].predict) != of(forests[2].predict)
    net = nn.Linear(4, 1)
    before = of(net)
    assert before == of(net)
    net.weight.data.add_(1)
    assert before != of(net)


def test_predicting_does_not_change_the_fingerprint():
    for model in (
        LogisticRegression().fit(X, TWO),
        RandomForestClassifier(3, random_state=0).fit(X, TWO),
        SVC().fit(X, TWO),
    ):
        predictor = Predictor(model)
        before = predictor.fingerprint()
        predictor(X)
        assert predictor.fingerprint() == before


@pytest.mark.parametrize(
    "kind",
    ["RandomForestRegressor", "BaggingRegressor", "HistGradientBoostingRegressor", "GradientBoostingRegressor"],
)
def test_ensembles_are_known_by_what_they_are(kind):
    ensemble = pytest.importorskip("sklearn.ensemble")
    X = np.random.default_rng(0).normal(size=(60, 3))

    def fitted(y):
        return getattr(ensemble, kind)(random_state=0).fit(X, y)

    model = fitted(X[:, 0])
    known = Predictor(model).fingerprint()
    same, other = pickle.loads(pickle.dumps(model)), fitted(X[:, 1])
    assert Predictor(fitted(X[:, 0])).fingerprint() == Predictor(same).fingerprint() == known
    assert repr(other) == repr(model)
    assert Predictor(other).fingerprint() != known


def test_an_accelerator_gets_more_rows_at_once():
    here, there = (Predictor(nn.Linear(2, 1).to(device)).torch_model.batch_size for device in ("cpu", "meta"))
    assert there > 10 * here
