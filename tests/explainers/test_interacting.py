"""Which feature a dependence plot is coloured by: shap's own measure, and closed forms."""

import numpy as np
import pandas as pd
import pytest
from shap.utils import approximate_interactions

from xai_widgets.explainers.shapley.interacting import interaction_strengths


@pytest.mark.parametrize("rows", [23, 300, 731])
@pytest.mark.parametrize("seed", range(4))
def test_the_order_is_that_of_the_shap_package(rows, seed):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 6))
    X[::7, 4] = np.nan
    values = random.normal(size=(rows, 6)) + X[:, [3]] * X[:, [0]] + 0.3 * np.isnan(X[:, [4]])
    strengths = interaction_strengths(values[:, 0], X[:, 0], (X[:, each] for each in range(1, 6)))
    assert (np.argsort(-strengths, kind="stable") + 1).tolist() == approximate_interactions(0, values, X)[:5].tolist()


def test_missing_values_may_be_what_interacts():
    random = np.random.default_rng(0)
    feature, other, third = random.normal(size=(3, 400))
    other[random.random(400) < 0.3] = np.nan
    values = feature * np.where(np.isnan(other), -1.0, 1.0)
    strengths = interaction_strengths(values, feature, [other, third])
    assert strengths[0] > 2 * strengths[1]


def test_words_are_taken_by_their_order_and_constants_do_not_interact():
    random = np.random.default_rng(1)
    feature = random.normal(size=300)
    words = random.choice(np.array(["a", "b", None], dtype=object), 300)
    values = feature * (words == "a")
    strengths = interaction_strengths(values, feature, [words, np.ones(300), random.normal(size=300)])
    assert strengths[0] > 2 * strengths[2]
    assert strengths[1] == 0
    assert interaction_strengths(np.zeros(300), feature, [words]).tolist() == [0]


def test_of_many_rows_a_seeded_sample_is_looked_at():
    random = np.random.default_rng(2)
    X = random.normal(size=(12_000, 2))
    values = X[:, 0] * X[:, 1]
    first, again, other = (interaction_strengths(values, X[:, 0], [X[:, 1]], seed=seed) for seed in (0, 0, 1))
    assert first == again != other
    assert pd.Series(first).between(150, 200).all()
