"""Aside: a question that was taken back is not answered, whenever that happened."""

import pytest

from xai_widgets.jobs import Failure
from xai_widgets.widgets.aside import Aside


class ByHand:
    """A worker whose alarms and jobs the test lets go."""

    def __init__(self):
        self.alarms, self.jobs = [], []

    def call_at(self, key, seconds, function):
        self.alarms.append(function)

    def clear(self, key):
        """Those that have gone off are called nevertheless."""

    def submit(self, job):
        self.jobs.append(job)


@pytest.fixture
def shown():
    return []


@pytest.fixture
def asked(shown):
    """A worker, and an aside that was asked 1 there."""
    worker = ByHand()
    aside = Aside(worker, lambda question: iter([question]), shown.append, shown.append)
    aside.ask(1)
    return worker, aside


def end(worker, failure=None):
    (job,) = worker.jobs
    for item in job.listener.make_stream(job.request):
        job.listener.on_step(job, item)
    job.listener.on_end(job, "failed" if failure else "done", failure)


def test_a_question_is_answered(asked, shown):
    worker, _ = asked
    worker.alarms[0]()
    end(worker)
    assert shown == [1]


def test_what_is_stopped_when_its_alarm_has_gone_off_does_not_begin(asked):
    worker, aside = asked
    aside.stop()
    worker.alarms[0]()
    assert worker.jobs == []


def test_what_is_replaced_when_its_alarm_has_gone_off_does_not_begin(asked, shown):
    worker, aside = asked
    aside.ask(2)
    for alarm in worker.alarms:
        alarm()
    end(worker)
    assert shown == [2]


@pytest.mark.parametrize("failure", [None, Failure(ValueError("no"), "")])
def test_what_is_stopped_while_it_runs_shows_nothing(asked, shown, failure):
    worker, aside = asked
    worker.alarms[0]()
    aside.stop()
    end(worker, failure)
    assert shown == []
