"""What ICEPlot finds out beside its curves: the rule of a selection, subgroups, interactions."""

import gc
import threading
import time
import weakref

import numpy as np
import pytest
import traitlets
from sklearn.linear_model import LogisticRegression

from xai_widgets.models import InputError

from .plots import Opaque


def hidden(table):
    """Goldstein's hidden interaction."""
    return 0.2 * table[:, 0] - 5 * table[:, 1] + 10 * table[:, 1] * (table[:, 2] >= 0)


@pytest.fixture
def points():
    return np.random.default_rng(0).uniform(-1, 1, (300, 3))


def come(condition, seconds=20):
    """Wait for what comes about and return it."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)
    return found


def told(rule):
    return [(each["feature"], each["operator"], *each["values"]) for each in rule["conditions"]]


def rows_of(record):
    return np.frombuffer(record["rows"], "<u4")


def test_the_rule_of_a_brush_names_the_hidden_feature(make, points):
    w = make(hidden, points, "x1").wait(30)
    assert w.rule is None
    w.brush = [{"x": [0.7, 0.9], "y": [3, 6]}]
    rule = come(lambda: w.rule)
    assert told(rule) == [("x2", ">=", "0")]
    assert (rule["precision"], rule["recall"], rule["n"]) == (1, 1, (points[:, 2] >= 0).sum())
    w.brush = []
    come(lambda: w.rule is None)


def test_a_newer_selection_replaces_the_rule_of_an_older(make, points):
    w = make(hidden, points, "x1").wait(30)
    for edge in (-0.5, 0.0, 0.5):
        w.selection = np.flatnonzero(points[:, 0] >= edge)
    come(lambda: w.rule and told(w.rule) == [("x0", ">=", "0.5")])
    w.selection = np.random.default_rng(1).choice(300, 40, replace=False)
    come(lambda: w.rule is None)
    rule = come(lambda: w.rule)
    assert (told(rule), rule["n"], rule["recall"]) == ([], 40, 1)


def test_a_selection_given_at_first_has_its_rule_too(make, points):
    w = make(hidden, points, "x1", selection=np.flatnonzero(points[:, 0] < 0))
    assert told(come(lambda: w.rule)) == [("x0", "<", "0")]


def test_the_plotted_feature_is_tried_last(make, points):
    points[:, 1] = points[:, 0] + 0.2 * points[:, 1]
    w = make(hidden, points, "x1").wait(30)
    w.selection = np.flatnonzero(points[:, 1] >= 0)
    assert [feature for feature, *_ in told(come(lambda: w.rule))] == ["x0"]
    w.feature = "x0"
    come(lambda: w.rule and told(w.rule) == [("x1", ">=", "0")])


def test_curves_go_on_while_a_rule_is_looked_for(make, points):
    begun, go = threading.Event(), threading.Event()

    def slow(table):
        begun.set()
        assert go.wait(30)
        return hidden(table)

    w = make(Opaque(slow), points, "x1")
    assert begun.wait(30)
    w.selection = np.flatnonzero(points[:, 0] >= 0)
    go.set()
    w.wait(30)
    assert told(come(lambda: w.rule)) == [("x0", ">=", "0")]
    assert w.explanation.individual.shape[1] == 300


@pytest.mark.parametrize("ask", ["python", "browser"])
def test_the_two_bundles_are_found_and_shown(make, points, ask):
    w = make(hidden, points, "x1").wait(30)
    if ask == "python":
        groups = w.rules()
        assert sorted(str(group.rule) for group in groups) == [
            "x2 < 0 (precision 1, recall 1)",
            "x2 >= 0 (precision 1, recall 1)",
        ]
        assert sum(group.size for group in groups) == 300
        assert repr(groups[0]) == f"<Subgroup: {groups[0].size} rows: {groups[0].rule}>"
    else:
        w._handle_custom_msg({"kind": "subgroups"}, [])
    shown = come(lambda: len(w.subgroups) == 2 and w.subgroups)
    grid = w.result["header"]["grid"]
    for record in shown:
        (condition,) = told(record["rule"])
        assert condition[::2] == ("x2", "0")
        rising = condition[1] == ">="
        assert np.array_equal(rows_of(record), np.flatnonzero((points[:, 2] >= 0) == rising))
        slope = (record["mean"][-1] - record["mean"][0]) / (grid[-1] - grid[0])
        assert slope == pytest.approx(5 if rising else -5)
    w.feature = "x2"
    w.wait(30)
    come(lambda: w.subgroups == [])


def test_rules_by_slopes_and_by_number(make, points):
    w = make(hidden, points, "x1").wait(30)
    assert len(w.rules(by="derivative")) == 2
    (everyone,) = w.rules(1)
    assert str(everyone) == "300 rows: all rows"
    with pytest.raises(InputError, match="whole number from 1 to 8"):
        w.rules(12)
    early = make(lambda table: time.sleep(0.2) or hidden(table), points, "x1")
    with pytest.raises(RuntimeError, match="wait"):
        early.rules()


def test_interactions_are_measured_when_asked(make, points):
    w = make(hidden, points, "x1").wait(30)
    assert w.interactions == []
    w._handle_custom_msg({"kind": "interactions"}, [])
    found = come(lambda: len(w.interactions) == 3 and w.interactions)
    assert found[0]["features"] in (["x1", "x2"], ["x2", "x1"])
    assert found[0]["value"] > 0.9
    assert found[0]["strength"] > 1
    assert [each["value"] for each in found[1:]] == [0, 0]
    w.feature = "x0"
    w.wait(30)
    assert len(w.interactions) == 3, "another feature has the same pairs"


class Bent:
    """The hidden interaction, so many times as strong."""

    def __init__(self, bend):
        self.bend = bend

    def predict(self, table):
        return self.bend * hidden(table)


def found(w):
    return w.subgroups, w.interactions, [each["moves"] for each in w.features]


def find_all(w):
    w.wait(30)
    w._handle_custom_msg({"kind": "interactions"}, [])
    w.rules()
    come(lambda: len(w.interactions) and w.subgroups and w.features[0]["moves"] is not None)


def test_what_was_found_of_a_model_goes_when_it_is_fitted_again(make, points):
    model = Bent(1)
    w = make(model, points, "x1")
    find_all(w)
    before, shown = found(w)[2], []
    w.observe(lambda _: shown.append(found(w)), names=["result"])
    w._handle_custom_msg({"kind": "compute"}, [])
    w.wait(30)
    assert all(all(each) for each in shown), "the same model's stay"
    model.bend, shown[:] = 3, []
    w._handle_custom_msg({"kind": "compute"}, [])
    w.wait(30)
    assert shown[0] == ([], [], [None] * 3)
    come(lambda: w.features[0]["moves"] is not None)
    assert found(w) == ([], [], pytest.approx([3 * each for each in before]))


def test_what_was_found_of_a_class_goes_with_it(make, points):
    model = LogisticRegression().fit(points, np.digitize(points[:, 0] * points[:, 1], [-0.2, 0.2]))
    w = make(model, points, "x1", target=0)
    find_all(w)
    before, shown = w.features, []
    w.observe(lambda _: shown.append(found(w)), names=["result"])
    w.target = 2
    w.wait(30)
    assert shown[0] == ([], [], [None] * 3)
    come(lambda: w.features[0]["moves"] is not None)
    assert sorted(each["moves"] for each in w.features) != sorted(each["moves"] for each in before)


def test_a_failure_is_a_sentence_and_the_picture_stays(make, points):
    w = make(lambda table: table[:, 0], points[:, :1]).wait(30)
    w._handle_custom_msg({"kind": "interactions"}, [])
    assert "make no pairs" in come(lambda: w.notice)
    assert w.status == "done"
    w._handle_custom_msg({"kind": "subgroups"}, [])
    come(lambda: w.subgroups)
    assert w.notice == ""


def test_a_pair_is_two_features_or_nothing(make, points):
    w = make(hidden, points, "x1").wait(30)
    assert w.pair is None
    w.pair = ["x1", "x2"]
    assert w.pair == ["x1", "x2"]
    for wrong in (["x1", "x9"], ["x1", "x1"], ["x1"], ["x0", "x1", "x2"]):
        with pytest.raises(traitlets.TraitError):
            w.pair = wrong
    assert w.pair == ["x1", "x2"]
    w.pair = None


def test_a_chosen_pair_has_a_surface_of_the_same_model(make, points):
    w = make(hidden, points, "x1", seed=3).wait(30)
    assert w.pair_surface is None
    w.set_state({"pair": ["x1", "x2"]})
    surface = w.pair_surface
    assert (surface.features, surface.seed) == (["x1", "x2"], 3)
    assert surface.wait(30).explanation.average.shape == (1, 30, 30)
    w.pair = ["x0", "x1"]
    assert w.pair_surface is surface
    assert surface.features == ["x0", "x1"]
    surface.features = ["x2", "x1"]
    assert w.pair == ["x2", "x1"]
    w.language = "ko"
    assert surface.language == "ko"
    w.set_state({"pair": None})
    assert w.pair_surface is None
    assert surface.comm is None
    with make(hidden, points, "x1", pair=["x0", "x2"]) as other:
        opened = other.pair_surface
        assert opened.features == ["x0", "x2"]
    assert opened.comm is None


def test_a_closed_surface_leaves_nothing_behind(make, points):
    w = make(hidden, points, "x1").wait(30)
    w.pair = ["x1", "x2"]
    w.pair_surface.wait(30)
    surface = weakref.ref(w.pair_surface)
    w.pair = None

    def is_gone():
        gc.collect()
        return surface() is None

    come(is_gone)
    w.language, w.seed = "ko", 4
    w.wait(30)


def test_a_browser_cannot_write_what_the_kernel_finds(make, points):
    w = make(hidden, points, "x1").wait(30)
    w.set_state({"rule": {"conditions": []}, "subgroups": [{}], "interactions": [{}], "pair": ["x0", "x2"]})
    assert (w.rule, w.subgroups, w.interactions, w.pair) == (None, [], [], ["x0", "x2"])


def test_what_was_found_is_in_the_saved_page(make, points, tmp_path):
    w = make(hidden, points, "x1").wait(30)
    w.selection = np.flatnonzero(points[:, 2] >= 0)
    come(lambda: w.rule)
    w.rules()
    come(lambda: w.subgroups)
    w.to_html(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '"rule":{"n":' in page
    assert "exactly: x2 ≥ 0" in w.snapshot().alt
    assert '"subgroups":[{"rows":{"$bytes":' in page
