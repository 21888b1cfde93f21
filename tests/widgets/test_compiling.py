"""The first time on a machine code is compiled while somebody waits for a picture: that is said, and taken back."""

import json
import pathlib
import subprocess
import sys

import pytest

from xai_widgets.models.compiling import stop_waiting, tell_of_compiling, wait_for_code

PROGRAM = """
import json, time
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
import xai_widgets as xw

X = np.random.default_rng(0).normal(size=(200, 3))
model = HistGradientBoostingRegressor(max_iter=3).fit(X, X[:, 0] * X[:, 1])
said = []
plots = (lambda: xw.BeeswarmPlot(model, X)), (lambda: xw.BeeswarmPlot(model, X))
for make in plots:
    notices = []
    with make() as plot:
        plot.observe(lambda change: notices.append(change["new"]), "notice")
        plot.wait()
        assert plot.status == "done"
        said.append([notices, plot.notice])
print(json.dumps(said))
"""


def run(folder):
    environment = {"PATH": "", "PYTHONPATH": str(pathlib.Path(__file__).parents[2]), "HOME": str(folder)}
    environment |= {"NUMBA_CACHE_DIR": str(folder), "NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, check=True, capture_output=True, text=True, timeout=300
    )
    return json.loads(done.stdout)


def test_the_first_time_is_said(tmp_path):
    first, again = run(tmp_path)
    assert first == [["compiling", ""], ""]
    assert again == [[], ""]
    assert run(tmp_path) == [[[], ""], [[], ""]]  # kept on disk


def test_who_no_longer_waits_is_not_told():
    class Waiting:
        told = 0

        def on_compiling(self):
            self.told += 1

    one, other = Waiting(), Waiting()
    for each in (one, other):
        wait_for_code(each)
    stop_waiting(other)
    tell_of_compiling()
    stop_waiting(one)
    tell_of_compiling()
    assert (one.told, other.told) == (1, 0)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_there_are_words_for_it(language):
    tables = pathlib.Path(__file__).parents[2] / "xai_widgets" / "tables"
    assert "notice.compiling" in json.loads((tables / f"words.{language}.json").read_text(encoding="utf-8"))
