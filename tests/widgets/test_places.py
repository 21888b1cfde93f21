"""What stands in the place of another is said at once, by the call that was written and the one that is meant."""

import numpy as np
import pandas as pd
import pytest
import shap
from sklearn.linear_model import LinearRegression

import xai_widgets as xw
from xai_widgets.models import InputError
from xai_widgets.widgets.places import check_places

X = pd.DataFrame(np.random.default_rng(0).normal(size=(30, 3)), columns=["a", "b", "c"])
MODEL = LinearRegression().fit(X, X["a"])
VALUES = np.ones((30, 3))
SHAP_PLOTS = (xw.BeeswarmPlot, xw.DependencePlot, xw.ForcePlot, xw.ImportancePlot, xw.WaterfallPlot)


@pytest.mark.parametrize("plot", SHAP_PLOTS)
@pytest.mark.parametrize(
    ("given", "called"),
    [
        ((X, MODEL), "(DataFrame of shape (30, 3), LinearRegression)"),
        ((X,), "(DataFrame of shape (30, 3))"),
        ((X.to_numpy(), MODEL), "(ndarray of shape (30, 3), LinearRegression)"),
        ((MODEL, 10), "(LinearRegression, 10)"),
        ((MODEL, MODEL), "(LinearRegression, LinearRegression)"),
        ((shap.Explanation(VALUES, 0.0, VALUES), 3), "(Explanation of shape (30, 3), 3)"),
    ],
)
def test_plots_of_shapley_values_say_how_they_are_called(plot, given, called):
    with pytest.raises(InputError, match="do not stand in their places") as said:
        plot(*given)
    assert said.value.given == f"xw.{plot.__name__}{called}"
    assert said.value.expected == f"xw.{plot.__name__}(model, X), or xw.{plot.__name__}(explanation)"


@pytest.mark.parametrize("plot", [xw.LIMEPlot, xw.AgreementPlot])
@pytest.mark.parametrize("given", [(MODEL, X, 10), (X, MODEL, 10), (X, 10, MODEL), (10, MODEL, X), (MODEL, 10, MODEL)])
def test_plots_of_a_row_say_how_they_are_called(plot, given):
    with pytest.raises(InputError, match="do not stand in their places") as said:
        plot(*given)
    assert said.value.expected == f"xw.{plot.__name__}(model, row, X_train)"


@pytest.mark.parametrize("plot", [xw.LIMEPlot, xw.AgreementPlot])
@pytest.mark.parametrize(
    ("row", "says"), [("a", "not a row"), (1.5, "not a row"), (True, "not a row"), (X.iloc[:2], "One row is explained")]
)
def test_what_is_no_row_is_said(plot, row, says):
    with pytest.raises(InputError, match=says):
        plot(MODEL, row, X)


@pytest.mark.parametrize("plot", SHAP_PLOTS)
@pytest.mark.parametrize("explainer", [xw.LinearSHAP(MODEL, X), shap.LinearExplainer(MODEL, X)], ids=["ours", "shap"])
def test_an_explainer_is_no_model(plot, explainer):
    with pytest.raises(InputError, match="explainer, not a model") as said:
        plot(explainer, X)
    assert "explainer(X)" in said.value.do
    with plot(explainer(X), X) as shown:
        shown.wait(30)


def test_the_rows_of_a_cluster_are_a_table_though_nobody_has_counted_them():
    far = pytest.importorskip("dask.dataframe").from_pandas(X, npartitions=2)
    check_places("BeeswarmPlot(model, X)", model=MODEL, X=far)
    with pytest.raises(InputError, match="do not stand in their places") as said:
        check_places("LIMEPlot(model, row, X_train)", model=far, row=10, X_train=MODEL)
    assert said.value.given == "xw.LIMEPlot(DataFrame, 10, LinearRegression)"


@pytest.mark.parametrize("plot", SHAP_PLOTS)
def test_a_single_row_is_told_how_to_be_a_table(plot):
    with pytest.raises(InputError, match=r"pandas's Series.*X\.iloc\[\[10\]\]"):
        plot(MODEL, X.iloc[10])


def test_a_single_row_needs_other_rows_to_be_compared_with():
    model = lambda rows: np.asarray(rows)[:, 0]  # noqa: E731
    with xw.ForcePlot(model, X[:1]) as alone, pytest.raises(InputError, match="compared with itself"):
        alone.wait(30)
    with xw.ForcePlot(model, X[:1], background=X) as compared:
        found = compared.wait(30).explanation
    np.testing.assert_allclose(found.values, [[X["a"][0] - X["a"].mean(), 0, 0]], atol=1e-12)
