"""Rows with other values, for tables of every library."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest

from xai_widgets.explainers.what_if import WhatIf
from xai_widgets.models import InputError
from xai_widgets.models.tables import Table

COLUMNS = {"size": [1.5, 2.5, 4.0], "rooms": [1, 2, 3], "kind": ["flat", "house", "flat"], "sold": [True, False, True]}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_a_changed_row_has_the_dtypes_of_its_table(make):
    table = make(COLUMNS)
    rows = WhatIf(Table.of(table))
    changed = rows.changed(1, rows.checked({"size": 3, "rooms": 5, "kind": "flat", "sold": True})).native()
    assert type(changed) is type(table)
    assert list(changed.dtypes) == list(table.dtypes)
    assert [changed[name].to_list() for name in COLUMNS] == [[3.0], [5], ["flat"], [True]]
    assert [table[name].to_list() for name in COLUMNS] == list(COLUMNS.values())


def test_arrays_of_numbers_words_and_truth_values():
    numbers = WhatIf(Table.of(np.array([[1, 2], [3, 4]])))
    assert numbers.changed(0, {"x0": 9}).native().tolist() == [[9, 2]]
    words = WhatIf(Table.of(np.array([["a", "b"], ["c", "longer"]])))
    assert words.changed(0, words.checked({1: "longer"})).native().tolist() == [["a", "longer"]]
    truth = WhatIf(Table.of(np.array([[True], [False]])))
    assert truth.changed(0, truth.checked({"x0": False})).native().tolist() == [[False]]
    mixed = WhatIf(Table.of(np.array([[1, "a"], [None, "b"]], dtype=object)))
    assert mixed.values(mixed.table.rows([1])) == [None, "b"]
    assert mixed.changed(0, mixed.checked({0: None, 1: "b"})).native().tolist() == [[None, "b"]]


def test_a_tensor_stays_one():
    torch = pytest.importorskip("torch")
    rows = WhatIf(Table.of(torch.tensor([[1.0, 2.0], [3.0, 4.0]])))
    assert torch.equal(rows.changed(1, {"x1": 7.5}).native(), torch.tensor([[3.0, 7.5]]))


def test_days_are_chosen_by_their_text():
    days = pd.DataFrame({"day": pd.to_datetime(["2024-01-01", "2024-01-02"]), "n": [1.0, 2.0]})
    rows = WhatIf(Table.of(days))
    option = rows.ranges[0]["options"][1]
    assert rows.checked({"day": option}) == {"day": option}
    assert rows.changed(0, {"day": option}).native()["day"][0] == dt.datetime(2024, 1, 2)  # noqa: DTZ001
    assert rows.values(rows.table.rows([1])) == [option, 2.0]


def test_what_cannot_be_listed_is_not_offered():
    table = pd.DataFrame({"word": [f"w{k}" for k in range(1500)], "none": np.full(1500, np.nan), "one": np.ones(1500)})
    rows = WhatIf(Table.of(table))
    assert rows.ranges == [None, None, {"kind": "number", "low": 1.0, "high": 1.0, "whole": False, "missing": False}]
    assert rows.checked({"word": "w1499"}) == {"word": "w1499"}
    with pytest.raises(InputError, match="and 1488 more"):
        rows.checked({"word": "w1500"})


def test_infinite_values_are_no_end_of_a_range():
    rows = WhatIf(Table.of(np.array([[np.inf], [1.0], [2.0]])))
    assert (rows.ranges[0]["low"], rows.ranges[0]["high"]) == (1.0, 2.0)
    assert rows.values(rows.table.rows([0])) == ["inf"]


def test_what_is_no_mapping_is_refused():
    with pytest.raises(InputError, match="a dict of values by feature"):
        WhatIf(Table.of(np.ones((2, 2)))).checked([("x0", 1)])
