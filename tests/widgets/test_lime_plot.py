"""LIMEPlot: the explainer's numbers, what is solved without the model, lime's own explanations, what is refused."""

import io
import re
import threading

import numpy as np
import pandas as pd
import pytest
import traitlets
from lime.lime_tabular import LimeTabularExplainer
from PIL import Image
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.svm import LinearSVC

import xai_widgets as xw
from xai_widgets.explainers.lime import LIMETabular
from xai_widgets.explainers.lime.neighbourhood import Neighbourhood
from xai_widgets.models import InputError, ModelError
from xai_widgets.models.predictors import Predictor
from xai_widgets.models.tables import FrameTable
from xai_widgets.render import shap_words
from xai_widgets.render.local_weights import LocalWeightsFigure
from xai_widgets.render.text import MINUS

from .plots import expect


@pytest.fixture
def make():
    """Make plots that are closed when the test ends."""
    made = []

    def plot(*arguments, **keywords):
        made.append(xw.LIMEPlot(*arguments, **keywords))
        return made[-1]

    yield plot
    for widget in made:
        widget.close()


@pytest.fixture(scope="module")
def iris():
    data = load_iris(as_frame=True)
    names = np.array(["<b>setosa</b>", "versicolor", "virginica"])[data.target]
    return data.data, LogisticRegression(max_iter=1000).fit(data.data, names)


def wavy(X):
    return np.tanh(X[:, 0] + X[:, 1] * X[:, 2])


def wavy_frame(X):
    return wavy(X.to_numpy())


def normal(rows=300, columns=4):
    return np.random.default_rng(0).normal(size=(rows, columns))


@pytest.fixture
def asked(monkeypatch):
    """How many rows the model is asked about, call by call."""
    calls, scores = [], Predictor.scores
    monkeypatch.setattr(Predictor, "scores", lambda self, data: calls.append(len(data)) or scores(self, data))
    return calls


def test_it_shows_the_explainers_numbers(make, iris):
    X, model = iris
    w = make(model, 60, X, target="virginica", num_features=3, num_samples=800, seed=5).wait(30)
    expected = LIMETabular(model, X, target="virginica", seed=5).explain_instance(60, 3, 800)
    assert w.explanation.as_list() == expected.as_list()
    header = w.result["header"]
    assert [weight["weight"] for weight in header["weights"]] == [weight for _, weight in expected.as_list()]
    assert header["weights"][0]["interval"] == pytest.approx(expected.fitted[2].interval[0])
    assert (header["target"], header["label"]) == (2, "probability of virginica")
    assert header["score"] == pytest.approx(expected.score)
    assert header["local_prediction"] == pytest.approx(expected.local_pred[0])
    assert header["prediction"] == pytest.approx(model.predict_proba(X.iloc[[60]])[0, 2])
    assert header["columns"] == 4
    assert w.target == 2


def test_settings_are_solved_again_without_the_model(make, iris, asked):
    X, model = iris
    w = make(model, 60, X, num_samples=1000).wait(30)
    assert w.result["header"]["target"] == 2  # the last class, as in every plot
    asked.clear()
    for name, value in (("kernel_width", 0.7), ("num_features", 2), ("target", 0), ("num_samples", 300)):
        setattr(w, name, value)
        w.wait(30)
        assert w.result["header"]["done"] == (300 if name == "num_samples" else 1000)
    assert asked == []
    expected = LIMETabular(model, X, kernel_width=0.7).explain_instance(60, 2, 300, labels=[0])
    assert dict(w.explanation.as_list()) == pytest.approx(dict(expected.as_list()))
    asked.clear()
    w.num_samples = 1400
    assert w.wait(30).result["header"]["done"] == 1400
    assert sum(asked) == 1408 - 1024  # whole units of 128
    asked.clear()
    w.num_samples = 1000
    w.wait(30)
    assert asked == []


def test_a_seed_that_was_seen_is_not_asked_again(make, asked):
    X = normal()
    w = make(wavy, 0, X, num_samples=500).wait(30)
    first = w.explanation.as_list()
    w.seed = 1
    assert w.wait(30).explanation.as_list() != first
    w.sampler = "sobol"
    w.wait(30)
    asked.clear()
    w.sampler, w.seed = "random", 0
    assert w.wait(30).explanation.as_list() == first
    assert asked == []


def test_a_refitted_model_is_seen(make):
    X = normal()
    model = LogisticRegression().fit(X, X[:, 0] > 0)
    w = make(model, 0, X, num_samples=500, num_features=2).wait(30)
    before = w.explanation.as_list()
    model.fit(X, X[:, 1] > 0)
    w._request(again=True)
    assert w.wait(30).explanation.as_list() != before
    assert w.explanation.as_map()[1][0][0] == 1


def test_samples_refine_and_stop_where_they_are_stopped(make):
    X = normal()
    w = make(wavy, 0, X, num_samples=1_000_000)
    expect(lambda: w.explanation is not None or w._shown is not None)
    w.cancel()
    expect(lambda: w.status == "cancelled")
    done = w.result["header"]["done"]
    assert 0 < done < 1_000_000
    assert w.explanation.parameters["num_samples"] == done


def test_a_finished_explanation_of_lime_is_shown_as_it_is(make, iris):
    X, model = iris
    theirs = LimeTabularExplainer(
        X.to_numpy(), feature_names=list(X.columns), class_names=list(model.classes_), random_state=0
    ).explain_instance(
        X.to_numpy()[60], lambda rows: model.predict_proba(pd.DataFrame(rows, columns=X.columns)), (0, 2)
    )
    w = make(theirs).wait(30)
    header = w.result["header"]
    assert header["target"] == 2
    assert [(weight["name"], weight["weight"]) for weight in header["weights"]] == theirs.as_list(2)
    assert [weight["interval"] for weight in header["weights"]] == [None] * 4
    assert header["score"] == pytest.approx(theirs.score)
    assert header["classes"] == [[0, "<b>setosa</b>"], [2, "virginica"]]
    assert (header["parameters"], header["label"]) == (None, "probability of virginica")
    w.target = 0
    header = w.wait(30).result["header"]
    assert [(weight["name"], weight["weight"]) for weight in header["weights"]] == theirs.as_list(0)
    assert header["score"] is None  # lime keeps that of the last label alone
    with pytest.raises(traitlets.TraitError, match="target=1"):
        w.target = 1
    assert w.explanation.as_list(2) == theirs.as_list(2)
    assert w.snapshot().data


def test_our_own_explanation_and_a_regression_of_limes(make):
    X = normal()
    ours = LIMETabular(wavy, X).explain_instance(0, num_samples=300)
    shown = make(ours).wait(30).result["header"]
    assert [weight["weight"] for weight in shown["weights"]] == [weight for _, weight in ours.as_list()]
    assert shown["weights"][0]["interval"] == ours.fitted[1].interval[0]
    theirs = LimeTabularExplainer(X, mode="regression", random_state=0).explain_instance(X[0], wavy, num_samples=300)
    header = make(theirs).wait(30).result["header"]
    assert [weight["weight"] for weight in header["weights"]] == [weight for _, weight in theirs.as_list()]
    assert (header["target"], header["classes"], header["label"]) == (None, [], "prediction")


def test_the_code_gives_the_same_weights(make, iris):
    X, model = iris
    w = make(model, 60, X, target="virginica", num_features=3, num_samples=300, discretizer="decile").wait(30)
    w.kernel_width = 0.9
    code = w.wait(30).code
    again = eval(code[code.index("xw.") :], {"xw": xw, "model": model, "X_train": X})
    try:
        assert again.wait(30).explanation.as_list() == w.explanation.as_list()
    finally:
        again.close()


def test_reset_goes_back_to_what_was_asked_for_first(make):
    w = make(wavy, 0, normal(), num_samples=300, kernel_width=2.0).wait(30)
    w.kernel_width, w.num_features, w.sampler = None, 2, "sobol"
    w._on_message(w, {"kind": "reset"}, [])
    assert (w.kernel_width, w.num_features, w.sampler) == (2.0, 10, "random")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((wavy,), "What is to be explained"),
        ((wavy, 0), "What is to be explained"),
        ((wavy, None, np.ones((3, 3))), "What is to be explained"),
        ((wavy, 400, normal()), "no such row"),
        ((wavy, [1.0], normal()), "one value for each column"),
        ((7, 0, normal()), "not a model"),
    ],
)
def test_what_cannot_be_explained_is_a_sentence(make, arguments, told):
    with pytest.raises(InputError, match=told):
        make(*arguments)


def test_columns_are_looked_at_on_the_worker_and_bad_ones_told_there(make, monkeypatch):
    read, where = Neighbourhood.read, set()
    monkeypatch.setattr(Neighbourhood, "read", lambda self: where.add(threading.current_thread()) or read(self))
    monkeypatch.setattr(FrameTable, "row_bytes", property(lambda _: where.add(threading.current_thread()) or 80))
    X = pd.DataFrame(normal(), columns=list("abcd")).assign(e=1)
    make(wavy_frame, 7, X, num_samples=300).wait(30)
    assert where
    assert threading.current_thread() not in where
    w = make(wavy_frame, 7, X.assign(b=X["b"].where(X["b"] < 1)))
    with pytest.raises(InputError, match="'b' has values that are missing or infinite"):
        w.wait(30)


def test_bad_settings_are_refused_and_leave_the_old_ones(make, iris):
    X, model = iris
    w = make(model, 0, X, num_samples=200).wait(30)
    widths = [("kernel_width", width) for width in (-1.0, 1e-320, 1e-4, 1e300, 10**400, float("nan"))]
    for name, value in (*widths, ("num_features", 0), ("sampler", "halton"), ("target", 3)):
        before = getattr(w, name)
        with pytest.raises(traitlets.TraitError):
            setattr(w, name, value)
        assert getattr(w, name) == before


def test_labels_and_failures_are_told_in_the_view_and_lose_nothing(make):
    X = normal()
    w = make(lambda X: (X[:, 0] > 0).astype(float), 0, X)
    with pytest.raises(InputError, match="labels where probabilities"):
        w.wait(30)
    expect(lambda: w.error is not None)
    assert "regression" in w.error["do"]
    fine = make(lambda X: np.where(X[:, 0] > 2.9, np.nan, X[:, 1]), 0, X[X[:, 0] < 2], num_samples=300).wait(30)
    shown = fine.result["header"]["job"]
    fine._given["model"] = lambda X: np.full(len(X), np.nan)
    fine._made = None
    fine.seed = 1
    with pytest.raises(ModelError, match="not finite"):
        fine.wait(30)
    assert fine.result["header"]["job"] == shown


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_picture_without_a_browser(make, iris, theme, language):
    X, model = iris
    w = make(model, 60, X, num_samples=500, language=language).wait(30)
    image = w.snapshot(theme)
    assert len(image.data) <= 150_000
    assert "petal length (cm)" in image.alt
    assert len(np.unique(np.asarray(Image.open(io.BytesIO(image.data)).convert("L")))) > 20
    svg = w._figure(*w._shown, theme).svg()
    assert "<svg" in svg
    assert "<b>" not in svg


def test_the_picture_says_what_little_there_is_to_say(make):
    X = normal()
    nothing = make(lambda X: np.full(len(X), 0.5), 0, X, num_samples=300).wait(30)
    assert "No contribution" in nothing.snapshot().alt
    unsure = make(wavy, 0, X, num_samples=300).wait(30)
    figure = unsure._figure(*unsure._shown, "light")
    assert isinstance(figure, LocalWeightsFigure)
    assert figure.unsure > 0
    assert "could change sign" in figure.status_line
    assert "explains only" in figure.status_line


def test_a_kernel_so_narrow_that_no_sample_counts_has_no_answer(make):
    w = make(wavy, 0, normal(columns=8), num_samples=400, kernel_width=0.02).wait(30)
    header = w.result["header"]
    assert (header["starved"], header["score"]) == (True, None)
    assert header["effective_samples"] == pytest.approx(1)
    assert header["weights"] == []
    assert w.explanation.score == 1.0  # as lime would say
    figure = w._figure(*w._shown, "light")
    assert "hardly any sample counts: 400 weigh as much as 1" in figure.status_line
    assert "No answer: the kernel is so narrow" in figure.description
    w.kernel_width = None
    assert w.wait(30).result["header"]["starved"] is False


@pytest.mark.parametrize(("factor", "power"), [(1e6, "10⁶"), (1e-7, "10⁻⁷"), (1.0, "")])
def test_the_picture_has_one_power_of_ten(make, factor, power):
    X = normal()
    w = make(lambda X: factor * (3 * X[:, 0] - X[:, 1]), 0, X, num_samples=500).wait(30)
    figure = w._figure(*w._shown, "light")
    _, fit, *texts = [mark.text for mark in figure.arrange(620).marks if hasattr(mark, "text")]
    times = "\u00d7"
    assert fit.count(times) == (2 if power else 0)
    assert [text.partition(times)[2].strip() for text in texts if times in text] == ([power] if power else [])
    numbers = [text.replace(MINUS, "-") for text in texts]
    ticks = [float(text) for text in numbers if re.fullmatch(r"-?[\d.]+", text)]
    assert 0 in ticks
    assert 1 <= max(map(abs, ticks)) < 10


def test_the_code_has_what_was_chosen_and_no_defaults(make, iris):
    X, model = iris
    w = make(model, np.int64(60), X, num_samples=300).wait(30)
    assert w.code[w.code.index("xw.") :] == "xw.LIMEPlot(model, 60, X_train=X_train, num_samples=300)"
    w.kernel_width, w.target = 0.9, 2
    code = w.wait(30).code
    assert code.endswith("X_train=X_train, target='virginica', num_samples=300, kernel_width=0.9)")
    assert w.feature_names == list(X.columns)


def test_another_row_by_its_position_or_a_link(make):
    X = normal()
    w = make(wavy, 7, X, num_samples=300).wait(30)
    first = w.explanation.as_list()
    other = make(wavy, 0, X, num_samples=300)
    traitlets.link((w, "index"), (other, "index"))
    w.index = 9
    assert w.wait(30).explanation.as_list() == other.wait(30).explanation.as_list() != first
    assert w.explanation.as_list() == make(wavy, X[9], X, num_samples=300).wait(30).explanation.as_list()
    assert "LIMEPlot(model, 9, " in w.code
    w.index = None
    assert w.wait(30).explanation.as_list() == first
    assert "LIMEPlot(model, 7, " in w.code
    for wrong in (300, -1, True):
        with pytest.raises(traitlets.TraitError):
            w.index = wrong
    given = make(w.explanation)
    with pytest.raises(traitlets.TraitError, match="finished"):
        given.index = 0


@pytest.mark.parametrize(
    ("model", "settings", "label", "classes"),
    [
        (LinearSVC, {}, "score of class 1", True),
        (LogisticRegression, {"response_method": "decision_function"}, "log-odds of class 1", True),
        (LinearRegression, {}, "prediction", False),
    ],
)
def test_it_says_what_the_weights_add_up_to(make, model, settings, label, classes):
    X = normal()
    w = make(model().fit(X, (X[:, 0] > 0).astype(int)), 0, X, num_samples=300, **settings).wait(30)
    header = w.result["header"]
    assert header["label"] == label
    assert header["of_classes"] == classes
    with xw.WaterfallPlot(w._given["model"], X) as beside:
        told = shap_words.units_of(beside.wait(30).result["header"], "en")
    assert told == label or settings


def test_outputs_of_a_function_are_classes_where_they_are_named_so(make):
    X = normal()
    two = lambda rows: rows[:, :2]  # noqa: E731
    header = make(two, 0, X, num_samples=300).wait(30).result["header"]
    assert (header["of_classes"], header["label"], header["target"]) == (False, "score of output 1", 1)
    header = make(two, 0, X, num_samples=300, class_names=["no", "yes"]).wait(30).result["header"]
    assert (header["of_classes"], header["label"]) == (True, "score of yes")


def test_one_file_shows_it_without_a_kernel(make, iris, tmp_path):
    X, model = iris
    w = make(model, 60, X, num_samples=300).wait(30)
    w.to_html(tmp_path / "lime.html")
    page = (tmp_path / "lime.html").read_text(encoding="utf-8")
    assert "lime-plot" in page
    assert "What moves the probability of virginica near row 60" in page


def test_a_fit_to_very_many_columns_leaves_turns_to_other_widgets(monkeypatch):
    monkeypatch.setattr("xai_widgets.explainers.parts._PART_SECONDS", 0.0)
    steps, made = [], xw.LIMEPlot.make_stream
    monkeypatch.setattr(
        xw.LIMEPlot, "make_stream", lambda self, request: (steps.append(each) or each for each in made(self, request))
    )
    X = np.random.default_rng(0).normal(size=(50, 1500))
    with xw.LIMEPlot(lambda X: X[:, 0], X[0], X, num_samples=1500) as w:
        w.wait(60)
        first = len(steps)
        w.kernel_width = 20.0
        w.wait(60)
    assert steps[:first].count(None) > 20
    assert steps[first:].count(None) > 20  # another width is fitted in parts
