"""Widgets that several threads set at once."""

import subprocess
import sys
import threading

import numpy as np
import pytest
import traitlets

CROSSED = """
import threading
import numpy as np
import xai_widgets as xw

X = np.random.default_rng(0).uniform(-1, 1, (50, 3))
one, other = (xw.ICEPlot(lambda X: X[:, 0] * X[:, 1], X, feature).wait() for feature in ("x0", "x1"))
both = threading.Barrier(2)

def follow(target):
    def told(change):
        if threading.current_thread().name == "hand":
            both.wait(5)  # both are told now, and each sets the other
            threading.current_thread().name = "told"
            target.filters = change.new
    return told

one.observe(follow(other), "filters")
other.observe(follow(one), "filters")
hands = [
    threading.Thread(target=each.set_state, args=[{"filters": {"x2": [0, high]}}], name="hand", daemon=True)
    for each, high in ((one, 0.5), (other, 0.75))
]
for hand in hands:
    hand.start()
for hand in hands:
    hand.join(20)
print("alive" if any(hand.is_alive() for hand in hands) else "ended")
"""


@pytest.fixture
def w(make):
    X = np.random.default_rng(0).uniform(-1, 1, (50, 3))
    return make(lambda X: X[:, 0] * X[:, 1], X, "x0").wait(30)


def test_plots_that_set_each_other_from_two_threads_do_not_wait_for_each_other():
    done = subprocess.run([sys.executable, "-c", CROSSED], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "ended\n", done.stderr


def test_what_one_thread_holds_back_is_not_held_for_another(w):
    seen = []
    w.observe(lambda change: seen.append(change.new), "hover")
    with w.hold_trait_notifications(), w.hold_sync():
        w.bands = False
        thread = threading.Thread(target=setattr, args=(w, "hover", 3))
        thread.start()
        thread.join(10)
        assert seen == [3]


def test_a_change_that_is_rolled_back_leaves_what_another_thread_has_set(w):
    def refused():
        with w.hold_trait_notifications():
            thread = threading.Thread(target=setattr, args=(w, "hover", 3))
            thread.start()
            thread.join(10)
            w.feature = "no such column"

    with pytest.raises(traitlets.TraitError):
        refused()
    assert (w.hover, w.feature) == (3, "x0")


def test_an_observer_of_what_a_browser_sets_may_wait(w):
    w.observe(lambda _: w.wait(10), "feature")
    w.set_state({"feature": "x1"})
    assert w.explanation.grid_values[0].shape == (50,)
    assert (w.status, w.result["header"]["feature"]) == ("done", "x1")
