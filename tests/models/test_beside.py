"""Rows shared out among threads."""

import threading
import time

import numpy as np
import pytest
import torch

from tests.models.nets import noise, seeded
from tests.models.test_prepared import PICTURE, Residual, awake, relative, settled
from xai_widgets.models import TorchModel
from xai_widgets.models.beside import Beside


@pytest.fixture(autouse=True)
def four_threads(monkeypatch):
    """Let torch have four threads here, and one on each of those that share."""
    here = threading.current_thread()
    monkeypatch.setattr(torch, "get_num_threads", lambda: 4 if threading.current_thread() is here else 1)


def beside():
    return Beside(["own"], lambda own: [f"copy of {own[0]}"])


def test_rows_are_shared_out_in_pairs_each_part_with_a_copy():
    parts = beside().each(11, lambda copy, rows: (copy[0], rows.start, rows.stop))
    assert parts == [("own", 0, 2), *[("copy of own", *ends) for ends in [(2, 4), (4, 6), (6, 11)]]]


def test_each_part_is_on_a_thread_of_its_own():
    meet = threading.Barrier(4, timeout=10)
    parts = beside().each(8, lambda copy, rows: meet.wait() is not None and threading.current_thread())
    assert len(set(parts)) == 4
    assert threading.current_thread() not in parts


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_few_rows_stay_on_this_thread(rows):
    (part,) = beside().each(rows, lambda copy, rows: (copy[0], rows, threading.current_thread()))
    assert part == ("own", slice(None), threading.current_thread())


def test_where_torch_cannot_be_kept_to_one_thread_nothing_is_shared(monkeypatch):
    monkeypatch.setattr(torch, "get_num_threads", lambda: 4)
    assert beside().threads == 1
    assert beside().alone(lambda copy: threading.current_thread()) is threading.current_thread()


def test_alone_is_what_a_part_gets():
    copy, threads, thread = beside().alone(lambda copy: (copy, torch.get_num_threads(), threading.current_thread()))
    assert (copy, threads) == (["own"], 1)
    assert thread is not threading.current_thread()


def test_an_error_is_raised_when_all_have_ended():
    ended = []

    def work(copy, rows):
        if rows.start == 0:
            raise ValueError("no")
        time.sleep(0.05)
        ended.append(rows)

    with pytest.raises(ValueError, match="no"):
        beside().each(8, work)
    assert len(ended) == 3


def test_threads_end_with_it():
    shared = beside()
    threads = shared.each(8, lambda copy, rows: threading.current_thread())
    del shared
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_shared_gradients_are_those_of_the_model(plain):
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(12, *PICTURE[1:])
    target = np.arange(12) % 3
    model = settled(net, x)
    assert model._prepared.threads == 4
    seen = []
    differentiate = model._differentiate
    model._differentiate = lambda call, part, *rest: seen.append(len(part[0])) or differentiate(call, part, *rest)
    model.batch_size = 12
    found = model.gradients((x,), target)[0]
    assert sorted(seen) == [2, 2, 4, 4]
    expected = plain(lambda: TorchModel(net).gradients((x,), target)[0])
    assert relative(found.numpy(), expected.numpy()) < 1e-4


def test_a_function_of_the_readers_is_called_on_one_thread(plain):
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(12, *PICTURE[1:])
    threads = set()

    def target(outputs):
        threads.add(threading.current_thread())
        return outputs[:, 0]

    model = settled(net, x)
    model.batch_size = 12
    found = model.gradients((x,), target)[0]
    assert threads == {threading.current_thread()}
    expected = plain(lambda: TorchModel(net).gradients((x,), target)[0])
    assert relative(found.numpy(), expected.numpy()) < 1e-4
