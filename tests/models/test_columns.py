"""What is said of a table that has other columns than the model was fitted on."""

import pandas as pd
import pytest
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from xai_widgets.models import InputError
from xai_widgets.models.predictors import Predictor


@pytest.fixture(scope="module")
def wine():
    X, y = load_wine(return_X_y=True, as_frame=True)
    X = X.iloc[:, :4]
    return make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y), X


@pytest.mark.parametrize(
    ("spoil", "given", "do"),
    [
        (lambda X: X.drop(columns="alcohol"), "'alcohol' missing", "add 'alcohol'"),
        (lambda X: X.assign(target=1), "'target' too many", r"pass X\[model.feature_names_in_\]"),
        (lambda X: X[X.columns[::-1]], "in another order: 'alcalinity_of_ash'", r"pass X\[model.feature_names_in_\]"),
        (lambda X: X.to_numpy()[:, :3], "3 columns", "pass the columns"),
    ],
)
def test_other_columns_are_named(wine, spoil, given, do):
    model, X = wine
    with pytest.raises(InputError, match=f"fitted on. Given: .*{given}.* Do: {do}"):
        Predictor(model, every_output=True).scores(spoil(X))


def test_an_error_that_has_nothing_to_do_with_columns_stays_one_line():
    def fails(X):
        raise ValueError("one\n  two")

    with pytest.raises(RuntimeError, match="ValueError: one two"):
        Predictor(fails).scores(pd.DataFrame({"a": [1.0]}))


def test_a_sentence_that_asks_ends_once():
    error = InputError("Which?", given="a", expected="b", do="did you mean 'alcohol'?")
    assert str(error) == "Which? Given: a. Expected: b. Do: did you mean 'alcohol'?"
