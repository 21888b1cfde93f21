"""A model that draws at random: every widget says so."""

import numpy as np
import pytest
import torch
from sklearn.ensemble import RandomForestRegressor

import xai_widgets as xw
from xai_widgets.models.predictors import Predictor
from xai_widgets.models.tables import Table
from xai_widgets.tables import words

from .plots import expect

SAID = words("en")["warning.random"]
X = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)


class Dropping(torch.nn.Module):
    """A network with dropout that stays on in eval mode."""

    def __init__(self, share):
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second, self.share = torch.nn.Linear(4, 32), torch.nn.Linear(32, 1), share

    def forward(self, rows):
        return self.second(torch.nn.functional.dropout(torch.relu(self.first(rows)), self.share, training=True))


PLOTS = [
    lambda model: xw.ForcePlot(model, X[:5], background=5),
    lambda model: xw.BeeswarmPlot(model, X[:40], background=5),
    lambda model: xw.WaterfallPlot(model, X, background=5),
    lambda model: xw.LIMEPlot(model, 0, X, num_samples=300),
    lambda model: xw.AgreementPlot(model, 0, X),
    lambda model: xw.ICEPlot(model, X, "x1"),
    lambda model: xw.PDPSurface(model, X, ("x0", "x1"), grid_resolution=5),
]


@pytest.mark.parametrize("plot", PLOTS)
def test_every_plot_says_so_and_of_others_says_nothing(plot):
    with plot(Dropping(0.3)) as w:
        assert w.wait(60).notice == SAID
    with plot(Dropping(0.0)) as w:
        assert w.wait(60).notice == ""


@pytest.mark.parametrize("method", ["gradient", "smoothgrad"])
def test_so_do_maps(method):
    torch.manual_seed(0)
    for share, notice in ((0.3, SAID), (0.0, "")):
        module = torch.nn.Sequential(torch.nn.Flatten(), Dropping(share))
        with xw.SaliencyMap(module, torch.rand(1, 2, 2), method=method) as w:
            assert w.wait(60).notice == notice


def test_the_notice_goes_where_the_model_answers_alike_again_and_other_notices_wait():
    module = Dropping(0.3)
    with xw.LIMEPlot(module, 0, X, num_samples=300) as w:
        w.wait(60)
        w._publish(notice="sample")
        assert w.notice == SAID
        module.share = 0.0
        w._request(again=True)
        assert w.wait(60).notice == "sample"


def test_a_model_that_answers_alike_is_asked_twice_once(monkeypatch):
    asked, repeats = [], Predictor.repeats
    monkeypatch.setattr(Predictor, "repeats", lambda self, table: asked.append(1) or repeats(self, table))
    with xw.LIMEPlot(lambda rows: rows[:, 0], 0, X, num_samples=300) as w:
        w.wait(60).seed = 1
        w.wait(60)
    assert asked == [1]


def test_what_repeats():
    table, drawn = Table.of(X), np.random.default_rng(0)
    assert Predictor(lambda rows: rows[:, 0]).repeats(table)
    assert Predictor(lambda rows: np.zeros(len(rows))).repeats(table)
    assert not Predictor(lambda rows: rows[:, 0] + 0.01 * drawn.normal(size=len(rows))).repeats(table)
    assert not Predictor(lambda rows: drawn.normal(size=(len(rows), 3)), every_output=True).repeats(table)
    nearly = Predictor(lambda rows: rows[:, 0] * (1 + 1e-7 * drawn.normal(size=len(rows))))
    assert nearly.repeats(table)


def test_models_of_libraries_that_draw_nothing_are_not_asked():
    predictor = Predictor(RandomForestRegressor(5, random_state=0).fit(X, X[:, 0]))
    predictor.scores = None
    assert predictor.repeats(Table.of(X))


def test_it_is_said_in_the_readers_language():
    with xw.LIMEPlot(Dropping(0.3), 0, X, num_samples=300, language="ko") as w:
        assert w.wait(60).notice == words("ko")["warning.random"]
        w.language = "en"
        expect(lambda: w.notice == SAID)
