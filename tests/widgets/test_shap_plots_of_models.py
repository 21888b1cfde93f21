"""What plots of Shapley values say of the model: labels, classes, slow pipelines; and that all show the same class."""

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

import xai_widgets as xw
from xai_widgets.models import ModelError


def header(plot):
    return plot.wait(60).result["header"]


def labels(rows):
    return (np.asarray(rows)[:, 0] > 0).astype(int)


def whole_numbers(rows):
    return np.rint(np.exp(np.asarray(rows)[:, 0] + 4))


def normal_rows(rows=120, columns=3):
    return np.random.default_rng(0).normal(size=(rows, columns))


@pytest.mark.parametrize("made", [lambda X: xw.BeeswarmPlot(labels, X), lambda X: xw.WaterfallPlot(labels, X, index=3)])
def test_labels_of_a_function_are_told(made):
    with made(normal_rows()) as plot:
        assert "labels of classes" in plot.wait(60).notice
        plot.language = "ko"
        plot._catch_up()
        assert "클래스 레이블" in plot.notice


@pytest.mark.parametrize(
    "model",
    [
        lambda rows: rows[:, 0],
        whole_numbers,
        DecisionTreeRegressor().fit(normal_rows(), labels(normal_rows())),
        LogisticRegression().fit(normal_rows(), labels(normal_rows())),
    ],
)
def test_amounts_are_no_labels_though_they_be_whole(model):
    with xw.BeeswarmPlot(model, normal_rows()) as plot:
        assert plot.wait(60).notice == ""


def test_labels_that_are_words_are_no_numbers():
    with xw.BeeswarmPlot(lambda rows: np.where(rows[:, 0] > 0, "yes", "no"), normal_rows()) as plot:
        with pytest.raises(ModelError, match="not made of numbers"):
            plot.wait(60)
        assert "probabilities" in plot.error["do"] or "predict_proba" in plot.error["do"]


def three_classes(rows):
    return np.digitize(np.asarray(rows)[:, 0], [-0.5, 0.5])


def of_classes(model, X, **settings):
    with xw.BeeswarmPlot(model, X, **settings) as plot:
        return header(plot)["of_classes"]


def test_outputs_are_classes_where_the_model_or_the_reader_says_so():
    X = normal_rows()
    two = np.column_stack([X[:, 0], X[:, 1]])
    assert of_classes(LogisticRegression().fit(X, three_classes(X)), X)
    assert not of_classes(LinearRegression().fit(X, two), X)
    assert not of_classes(LinearRegression().fit(X, two), X, class_names=["width", "height"])
    assert not of_classes(lambda rows: rows[:, :2], X)
    assert of_classes(lambda rows: rows[:, :2], X, class_names=["no", "yes"])
    assert not of_classes(lambda rows: rows[:, 0], X, class_names=["price"])


def test_our_explanation_remembers_its_units():
    X = normal_rows()
    found = xw.TreeSHAP(GradientBoostingClassifier(n_estimators=3).fit(X, labels(X)))(X)
    assert found.units == "log_odds"
    with xw.ForcePlot(found) as plot:
        assert header(plot)["units"] == "log_odds"
        assert header(plot)["of_classes"]


def test_plots_of_a_row_show_the_class_that_plots_of_all_rows_do():
    X = normal_rows(200)
    model = LogisticRegression().fit(X, three_classes(X))
    row = int(model.predict(X).argmin())  # of the first class
    plots = [
        xw.ForcePlot(model, X),
        xw.WaterfallPlot(model, X, index=row),
        xw.LIMEPlot(model, row, X, num_samples=300),
        xw.AgreementPlot(model, row, X),
        xw.ICEPlot(model, X, 0),
    ]
    shown = [header(plot) for plot in plots]
    names = [each["outputs"][each["output"]] for each in shown[:2]]
    names += [dict(shown[2]["classes"])[shown[2]["target"]], shown[3]["target_name"], shown[4]["target_name"]]
    assert names == ["2"] * 5
    for plot in plots:
        plot.close()


def test_a_pipeline_of_trees_says_why_it_takes_long():
    X = normal_rows(40)
    model = make_pipeline(StandardScaler(), GradientBoostingClassifier(n_estimators=3)).fit(X, labels(X))
    with xw.BeeswarmPlot(model, X) as plot:
        assert header(plot)["method"] == "ExactSHAP"
        assert "pipeline[-1]" in plot.notice
    with xw.BeeswarmPlot(model[-1], model[:-1].transform(X)) as plot:
        assert header(plot)["method"].startswith("TreeSHAP")
        assert plot.notice == ""


PLOTS = (xw.ForcePlot, xw.WaterfallPlot, xw.BeeswarmPlot, xw.ImportancePlot, xw.DependencePlot)


@pytest.mark.parametrize("names", [[-1, 7], ["a", "b"], np.array(["2020", "2021"], "datetime64[Y]").tolist()])
@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.__name__)
def test_a_class_may_be_passed_as_the_model_holds_it(plot, names):
    X = np.random.default_rng(0).normal(size=(40, 2))
    model = LogisticRegression().fit(X, X[:, 0] > 0)
    model.classes_ = np.array(names)
    with plot(model, X, target=model.classes_[0]).wait(30) as found:
        written = repr(names[0]) if isinstance(names[0], str | int) else "target"
        assert f"target={written}" in found.code
        assert found.output_names == [str(names[0])]
