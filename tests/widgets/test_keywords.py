"""What widgets are called with: nothing is ignored, and their signatures say what there is."""

import inspect

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.linear_model import LinearRegression, LogisticRegression

import xai_widgets as xw
from xai_widgets.models import InputError

VALUES = np.array([[1.0, -2.0], [0.5, 3.0]])
PLOTS = (
    xw.AgreementPlot,
    xw.BeeswarmPlot,
    xw.DependencePlot,
    xw.ForcePlot,
    xw.ICEPlot,
    xw.ImportancePlot,
    xw.LIMEPlot,
    xw.PDPSurface,
    xw.SaliencyMap,
    xw.WaterfallPlot,
)


@pytest.mark.parametrize("plot", PLOTS)
def test_an_unknown_keyword_is_refused(plot):
    with pytest.raises(TypeError, match=f"{plot.__name__} has no parameter 'foo'"):
        plot(VALUES, foo=1)


@pytest.mark.parametrize("plot", PLOTS)
def test_a_misspelt_keyword_is_told_the_nearest(plot):
    with pytest.raises(TypeError, match="did you mean language"):
        plot(VALUES, langauge="ko")


@pytest.mark.parametrize("plot", PLOTS)
def test_what_only_the_kernel_writes_is_no_keyword(plot):
    with pytest.raises(TypeError, match="'progress'"):
        plot(VALUES, progress=0.5)


@pytest.mark.parametrize(
    ("keywords", "says"),
    [
        ({"max_dsplay": 3}, "did you mean max_display"),
        ({"method": "shap"}, r"xw\.KernelSHAP\(model\)\(X\)"),
        ({"explainer": "tree"}, r"xw\.KernelSHAP\(model\)\(X\)"),
        ({"n_samples": 9}, r"xw\.KernelSHAP\(model, n_samples=1000\)\(X\)"),
        ({"model": len}, "pass the model first"),
        ({"output_names": ["a"]}, "class_names="),
    ],
)
def test_plots_of_shapley_values_say_what_to_do_instead(keywords, says):
    with pytest.raises(TypeError, match=says):
        xw.BeeswarmPlot(VALUES, **keywords)


def test_traits_and_those_of_ipywidgets_are_keywords():
    with xw.BeeswarmPlot(VALUES, VALUES, selection=[1], tooltip="dots") as plot:
        assert (list(plot.selection), plot.tooltip) == ([1], "dots")


@pytest.mark.parametrize("plot", PLOTS)
def test_a_signature_names_what_the_docstring_describes(plot):
    parameters = inspect.signature(plot).parameters
    assert not any(each.kind is inspect.Parameter.VAR_POSITIONAL for each in parameters.values())
    for name, parameter in parameters.items():
        described = name if parameter.kind is not inspect.Parameter.VAR_KEYWORD else "**view"
        assert name.startswith("_") or described in plot.__doc__


@pytest.fixture(scope="module")
def wine():
    X, y = load_wine(return_X_y=True)
    return LogisticRegression(max_iter=10_000).fit(X[:, :3], y), X[:, :3]


@pytest.mark.parametrize("plot", [xw.BeeswarmPlot, xw.ForcePlot, xw.WaterfallPlot])
def test_outputs_of_a_model_are_called_as_class_names_say(plot, wine):
    model, X = wine
    with plot(model, X[:4], class_names=["Barolo", "Grignolino", "Barbera"], output="Barbera") as w:
        assert w.wait(30).result["header"]["outputs"] == ["Barolo", "Grignolino", "Barbera"]
        assert w.output == 2
        assert "class_names=['Barolo', 'Grignolino', 'Barbera']" in w.code
    assert xw.ImportancePlot(VALUES, class_names=["price"]).output_names == ["price"]


def test_an_explanation_of_a_named_plot_has_the_names(wine):
    model, X = wine
    with xw.BeeswarmPlot(model, X[:4], class_names=["a", "b", "c"]) as w:
        assert list(w.wait(30).explanation.output_names) == ["a", "b", "c"]


def test_a_single_output_that_is_named_has_its_name(wine):
    _, X = wine
    with xw.BeeswarmPlot(LinearRegression().fit(X, X[:, 0]), X[:4], class_names=["price"]) as w:
        assert list(w.wait(30).explanation.output_names) == ["price"]
        assert w.result["header"]["outputs"] == ["price"]


def test_a_wrong_count_of_class_names_is_refused(wine):
    with pytest.raises(InputError, match="2 class_names for 1 output"):
        xw.BeeswarmPlot(VALUES, class_names=["no", "yes"])
    with pytest.raises(InputError, match="no list"):
        xw.BeeswarmPlot(VALUES, class_names="price")
    model, X = wine
    for w in (xw.BeeswarmPlot(model, X[:4], class_names=["a"]), xw.LIMEPlot(model, 0, X, class_names=["a"])):
        with w, pytest.raises(InputError, match="1 class_names for 3 outputs"):
            w.wait(30)


def test_lime_calls_classes_as_class_names_say(wine):
    model, X = wine
    with xw.LIMEPlot(model, 0, X, class_names=["Barolo", "Grignolino", "Barbera"], num_samples=200) as w:
        assert w.wait(30).explanation.class_names == ["Barolo", "Grignolino", "Barbera"]
        assert [name for _, name in w.result["header"]["classes"]] == ["Barolo", "Grignolino", "Barbera"]
        again = xw.LIMEPlot(w.explanation, class_names=["a", "b", "c"])
    with again:
        assert again.wait(30).explanation.class_names == ["a", "b", "c"]


def test_the_class_names_of_a_regression_are_refused():
    with (
        xw.LIMEPlot(lambda X: X[:, 0], 0, np.eye(9), class_names=["a"]) as w,
        pytest.raises(InputError, match="one output, a number"),
    ):
        w.wait(30)


@pytest.mark.parametrize(
    "plot", [xw.BeeswarmPlot, xw.DependencePlot, xw.ForcePlot, xw.ImportancePlot, xw.WaterfallPlot]
)
def test_what_all_plots_of_shapley_values_take_is_shown_by_each(plot):
    shown = inspect.signature(plot).parameters
    assert "shared" not in shown
    assert {"background", "target", "output", "class_names", "seed", "view"} < set(shown)
    assert ("max_display" in shown) == (plot is not xw.DependencePlot)  # it draws one feature
    assert "What absent features are drawn from" in plot.__doc__
    assert plot.__doc__.count("\nseed : int") == 1


@pytest.mark.parametrize("method", [xw.ExactSHAP, xw.KernelSHAP, xw.PermutationSHAP])
def test_what_all_methods_take_is_shown_by_each(method):
    assert {"model", "background", "target", "seed", "groups"} < set(inspect.signature(method).parameters)
    for name in inspect.signature(method).parameters:
        assert f"\n{name} : " in method.__doc__
    with pytest.raises(TypeError, match="sede"):
        method(len, sede=1)
