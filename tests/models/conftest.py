"""A model without the copies that make it fast."""

import weakref

import pytest

from xai_widgets.models import prepared, records


@pytest.fixture
def plain(monkeypatch):
    """A way to run something without copies."""

    def run(function):
        with monkeypatch.context() as patch:
            patch.setattr(prepared.Prepared, "_is_worth_it", lambda self, model: False)
            patch.setattr(records, "_RECORDS", weakref.WeakKeyDictionary())
            return function()

    return run
