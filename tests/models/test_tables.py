"""Tables of every library: read alike, given back in kind, never changed."""

import doctest
import importlib
import pickle
import subprocess
import sys
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from xai_widgets.explainers.filtering import Filtering
from xai_widgets.models import InputError
from xai_widgets.models.digests import digest
from xai_widgets.models.tables import Table, is_missing, sorted_unique

COLUMNS = {
    "real": [1.5, None, 3.0],
    "whole": [3, 1, 2],
    "gappy": [4, None, 6],
    "word": ["b", None, "a"],
    "truth": [True, False, True],
    "perhaps": [True, None, False],
    "level": ["low", "high", "low"],
}
LEVELS = ["none", "low", "high"]


def in_pandas():
    frame = pd.DataFrame(COLUMNS, index=["r", "s", "t"])
    level = pd.Categorical(frame["level"], categories=LEVELS, ordered=True)
    return frame.assign(gappy=frame["gappy"].astype("Int64"), level=level)


def in_arrow_pandas():
    return in_pandas().convert_dtypes(dtype_backend="pyarrow").assign(level=in_pandas()["level"])


def in_polars():
    return pl.DataFrame(COLUMNS).with_columns(pl.col("level").cast(pl.Enum(LEVELS)))


def in_arrow():
    return pa.table(COLUMNS).set_column(6, "level", pa.array(COLUMNS["level"]).dictionary_encode())


FRAMES = [in_pandas, in_arrow_pandas, in_polars, in_arrow]
ARRAYS = [np.asarray, lambda X: np.asfortranarray(X, dtype=np.float32), torch.from_numpy]


def lists(native):
    """A table as plain lists, whatever its library."""
    if isinstance(native, pd.DataFrame):
        return {name: [None if pd.isna(v) else v for v in native[name].tolist()] for name in native}
    return native.to_dict(as_series=False) if isinstance(native, pl.DataFrame) else native.to_pydict()


@pytest.mark.parametrize("make", FRAMES)
class TestFrames:
    def test_columns_are_read_alike(self, make):
        table = Table.of(make())
        assert table.names == tuple(COLUMNS)
        assert table.n_rows == 3
        kinds = ["numeric", "integer", "integer", "text", "boolean", "boolean", "category"]
        assert [table.kind(name) for name in table.names] == kinds
        np.testing.assert_array_equal(table.values("real"), [1.5, np.nan, 3])
        assert table.values("whole").dtype == np.int64
        np.testing.assert_array_equal(table.values("gappy"), [4, np.nan, 6])
        for name in ("word", "perhaps", "level"):
            assert table.values(name).tolist() == COLUMNS[name]
        assert table.values("truth").dtype == bool
        with pytest.raises(ValueError, match="read-only"):
            table.values("real")[0] = 0

    def test_rows_are_given_in_kind(self, make):
        taken = Table.of(make()).take([2, 0, 0])
        assert type(taken) is type(make())
        assert lists(taken) == {name: [values[i] for i in (2, 0, 0)] for name, values in COLUMNS.items()}
        if isinstance(taken, pd.DataFrame):
            assert taken.index.tolist() == ["t", "r", "r"]
            assert (taken.dtypes == make().dtypes).all()
        else:
            assert taken.schema == make().schema
        assert len(Table.of(make()).take([])) == 0

    def test_replaced_columns_keep_their_dtypes(self, make):
        new = {"real": [7, 8, 9], "whole": [7.0, 8.0, 9.0], "gappy": [1, 2, 3], "word": ["x"] * 3, "truth": [0, 1, 1]}
        new |= {"perhaps": [True] * 3, "level": ["high"] * 3}
        replaced = Table.of(make()).replaced(
            {name: np.array(v, dtype=object if isinstance(v[0], str) else None) for name, v in new.items()}
        )
        assert lists(replaced) == new | {"truth": [False, True, True]}
        if isinstance(replaced, pd.DataFrame):
            assert (replaced.dtypes == make().dtypes).all()
            assert replaced.index.tolist() == ["r", "s", "t"]
        elif isinstance(replaced, pl.DataFrame):
            assert replaced.schema == make().schema
        else:
            assert replaced.schema.names == make().schema.names
            assert [replaced.schema.field(i).type for i in range(6)] == [make().schema.field(i).type for i in range(6)]
            assert pa.types.is_dictionary(replaced.schema.field("level").type)

    def test_gaps_keep_the_dtypes_that_have_them(self, make):
        new = {"gappy": np.array([np.nan, 7.0, 2.0]), "perhaps": np.array([np.nan, 0.0, 1.0])}
        for columns in (new, {name: np.where(np.isnan(v), None, v) for name, v in new.items()}):
            replaced = Table.of(make()).replaced(columns)
            assert lists(replaced)["gappy"] == [None, 7, 2]
            assert lists(replaced)["perhaps"] == [None, False, True]
            if isinstance(replaced, pd.DataFrame):
                assert (replaced.dtypes == make().dtypes).all()

    def test_fractions_make_whole_numbers_real(self, make):
        replaced = Table.of(make()).replaced({"whole": np.array([0.5, 1, 2]), "truth": np.array([0.5, 0, 1])})
        table = Table.of(replaced)
        assert (table.kind("whole"), table.kind("truth")) == ("numeric", "numeric")
        assert table.values("whole").tolist() == [0.5, 1, 2]

    def test_numbers_beyond_an_integer_dtype_are_not_wrapped(self, make):
        small = Table.of(make()).replaced({"whole": np.array([1, 2, 3])})
        if isinstance(small, pd.DataFrame):
            small = small.astype({"whole": "uint8"})
        elif isinstance(small, pl.DataFrame):
            small = small.with_columns(pl.col("whole").cast(pl.UInt8))
        else:
            small = small.set_column(1, "whole", small["whole"].cast(pa.uint8()))
        for wide in ([300, -1, 2], [1e300, 0.0, 1.0], [256, 255, 0]):
            assert lists(Table.of(small).replaced({"whole": np.array(wide)}))["whole"] == wide
        assert Table.of(Table.of(small).replaced({"whole": np.array([255, 0, 7.0])})).dtype("whole") == "UInt8"

    def test_words_among_numbers_are_refused(self, make):
        with pytest.raises(InputError, match="column 'real' holds numbers"):
            Table.of(make()).replaced({"real": np.array(["a", "b", "c"])})

    def test_rows_repeated(self, make):
        table = Table.of(make()).repeated([2, 0], 2)
        assert table.n_rows == 4
        assert table.values("whole").tolist() == [2, 2, 3, 3]
        assert lists(table.replaced({"whole": np.arange(4)}))["whole"] == [0, 1, 2, 3]

    def test_the_fingerprint_is_of_the_values(self, make):
        table = Table.of(make())
        assert table.fingerprint == Table.of(make()).fingerprint == pickle.loads(pickle.dumps(table)).fingerprint
        assert table.fingerprint != table.rows([0, 2, 1]).fingerprint
        assert table.fingerprint != Table.of(table.replaced({"whole": np.array([3, 1, 9])})).fingerprint

    def test_native_is_a_copy(self, make):
        table = Table.of(make())
        native = table.native()
        if isinstance(native, pd.DataFrame):
            native.loc[:, "whole"] = 0
            native.pop("real")
        elif isinstance(native, pl.DataFrame):
            native[0, "whole"] = 0
        assert table.values("whole").tolist() == [3, 1, 2]
        assert lists(table.native()) == COLUMNS


def test_categories_keep_their_levels_and_refuse_others():
    for frame in (in_pandas(), in_polars()):
        table = Table.of(frame)
        assert table.levels("level").tolist() == LEVELS
        assert table.levels("word") is None
        with pytest.raises(InputError, match=r"no such category.*'huge'.*'none', 'low', 'high'"):
            table.replaced({"level": np.array(["low", "huge", "low"], dtype=object)})
        filled = table.replaced({"level": np.array(["none", None, "low"], dtype=object)})
        assert lists(filled)["level"] == ["none", None, "low"]
    numbers = Table.of(pd.DataFrame({"a": pd.Categorical([3, 1, 3], categories=[1, 2, 3])}))
    assert numbers.replaced({"a": np.array([2, 2, 1])})["a"].tolist() == [2, 2, 1]


@pytest.mark.parametrize("convert", [lambda frame: frame, pl.from_pandas, pa.Table.from_pandas])
def test_moments_of_a_time_zone_are_put_back_as_they_were_read(convert):
    at = pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-03"]).tz_localize("Asia/Seoul")
    table = Table.of(convert(pd.DataFrame({"at": at, "x": [1.0, 2.0, 3.0]})))
    replaced = table.replaced({"at": table.values("at")[[2, 0, 0]]})
    assert [each.day for each in lists(replaced)["at"]] == [3, 1, 1]
    assert Table.of(replaced).dtype("at") == table.dtype("at")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["b", None, "a"], pa.string()),
        (["b", None, "a"], pa.dictionary(pa.int8(), pa.string())),
        ([3, 1, None], pa.dictionary(pa.int32(), pa.int64())),
        ([0.5, 1.5, 0.5], pa.dictionary(pa.int8(), pa.float64())),
        ([True, False, None], pa.dictionary(pa.int8(), pa.bool_())),
        ([0, 1, None], pa.dictionary(pa.int8(), pa.timestamp("ns"))),
        ([0, 1, 2], pa.date32()),
        ([0.5, None, 2.0], pa.float16()),
    ],
)
def test_columns_of_arrow_keep_their_type(values, kind):
    column = pa.array(values, type=getattr(kind, "value_type", kind))
    native = pa.table({"a": column.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else column})
    table = Table.of(native)
    assert is_missing(table.values("a")).tolist() == [each is None for each in values]
    replaced = table.replaced({"a": table.values("a")[[2, 0, 0]]})
    assert replaced.schema == native.schema
    assert replaced["a"].to_pylist() == [native["a"].to_pylist()[row] for row in (2, 0, 0)]


def test_words_of_arrow_in_pandas_take_any_word():
    kind = pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string()))
    table = Table.of(pd.DataFrame({"a": pd.Series(["x", "y"], dtype=kind)}))
    assert table.levels("a") is None
    replaced = table.replaced({"a": np.array(["y", "new"], dtype=object)})
    assert replaced["a"].tolist() == ["y", "new"]
    assert replaced["a"].dtype == kind


NESTED = {
    "lists": [[1, 2], [3], None],
    "arrays": list(np.eye(3)),
    "records": [{"a": 1}, {"a": 2}, {"a": 3}],
}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, lambda X: pa.table(pd.DataFrame(X))])
@pytest.mark.parametrize("name", NESTED)
def test_several_values_in_a_cell_are_kept_but_not_explained(make, name):
    table = Table.of(make({"x": [1.0, 2.0, 3.0], name: NESTED[name]}))
    assert (table.kind("x"), table.kind(name)) == ("numeric", "nested")
    assert table.values(name).shape == (3,)
    assert is_missing(table.values(name)).tolist() == [each is None for each in NESTED[name]]
    for ask in (lambda: table.unique(name), lambda: Filtering(table).checked({name: ["a"]})):
        with pytest.raises(InputError, match="neither numbers nor words"):
            ask()
    with pytest.raises(InputError, match=f"numbers alone.*{name!r}"):
        table.matrix()
    replaced = Table.of(table.replaced({"x": np.zeros(3)}))
    assert repr(replaced.values(name)) == repr(table.values(name))


@pytest.mark.parametrize("convert", [pl.from_pandas, pa.Table.from_pandas])
def test_intervals_are_records_in_other_libraries(convert):
    parts = pd.cut(pd.Series([0.1, 0.5, 0.9]), 2)
    frame = pd.DataFrame({"a": parts, "b": parts.astype(parts.cat.categories.dtype)})
    assert Table.of(frame).kinds == {"a": "category", "b": "text"}
    assert Table.of(convert(frame)).kinds == {"a": "nested", "b": "nested"}


def test_decimals_are_not_rounded_to_their_digits():
    arrow = pa.table({"a": pa.array([Decimal("1.10"), Decimal("2.25"), None]), "b": [1, 2, 3]})
    for native in (arrow, pl.from_arrow(arrow), arrow.to_pandas(types_mapper=pd.ArrowDtype)):
        table = Table.of(native)
        np.testing.assert_array_equal(table.values("a"), [1.1, 2.25, np.nan])
        assert lists(table.replaced({"a": np.array([1.125, 1e9, 0])}))["a"] == [1.125, 1e9, 0]


def test_whole_numbers_of_python_may_be_of_any_size():
    table = Table.of(pd.DataFrame({"a": pd.Series([1 << 70, 5], dtype=object), "b": [1, 2]}))
    assert table.values("a").tolist() == [float(1 << 70), 5.0]
    exact = Table.of(pd.DataFrame({"a": pd.Series([(1 << 53) + 1], dtype=object)}))
    assert exact.values("a").tolist() == [(1 << 53) + 1]


@pytest.mark.parametrize("make", ARRAYS)
def test_arrays(make):
    given = make(np.arange(6.0).reshape(3, 2))
    table = Table.of(given)
    given[:] = -1
    assert table.names == ("x0", "x1")
    assert (table.kind("x1"), table.levels("x1")) == ("numeric", None)
    assert table.values("x1").tolist() == [1, 3, 5]
    taken, replaced = table.take([2, 0]), table.replaced({"x0": np.array([0.5, 6, 7])})
    for native in (taken, replaced, table.native()):
        assert type(native) is type(given)
        assert native.dtype == given.dtype
    assert taken.tolist() == [[4, 5], [0, 1]]
    assert replaced.tolist() == [[0.5, 1], [6, 3], [7, 5]]
    table.native()[:] = 9
    assert table.matrix().tolist() == [[0, 1], [2, 3], [4, 5]]


def test_arrays_of_whole_numbers_truths_and_words():
    whole = Table.of(np.arange(4, dtype=np.int32).reshape(2, 2))
    assert whole.replaced({"x0": np.array([7.0, 8.0])}).dtype == np.int32
    assert whole.replaced({"x0": np.array([0.5, 8])}).tolist() == [[0.5, 1], [8, 3]]
    small = Table.of(np.arange(4, dtype=np.uint8).reshape(2, 2))
    assert small.replaced({"x0": np.array([300, -1])}).tolist() == [[300, 1], [-1, 3]]
    assert whole.replaced({"x0": np.array([1e300, 0])}).tolist() == [[1e300, 1], [0, 3]]
    truths = Table.of(np.array([[True, False]]))
    assert truths.kind("x0") == "boolean"
    assert truths.replaced({"x0": np.array([False])}).dtype == bool
    words = Table.of(np.array([["a", "b"]]))
    assert words.replaced({"x0": np.array(["longer"], dtype=object)}).tolist() == [["longer", "b"]]
    mixed = Table.of([[1, "a", None, True], [2, "b", 0.5, False]])
    assert mixed.kind("x1") == "text"
    mixed = Table.of(np.array([[1, "a", None, True], [2, "b", 0.5, False]], dtype=object))
    assert [mixed.kind(name) for name in mixed.names] == ["integer", "text", "numeric", "boolean"]
    with pytest.raises(InputError, match=r"numbers alone.*'x1'"):
        mixed.matrix()


@pytest.mark.parametrize("make", [lambda X: pd.DataFrame(X, dtype=object), lambda X: X])
@pytest.mark.parametrize("sign", [None, np.nan, pd.NA])
def test_what_is_missing_among_objects_keeps_its_sign(make, sign):
    objects = np.array([["x", True, 1], [sign, sign, sign], ["y", False, 2]], dtype=object)
    table = Table.of(make(objects))
    for some in (table, table.rows([0, 1, 2])):
        columns = {name: some.values(name)[[1, 1, 0]] for name in some.names}
        replaced = np.asarray(some.replaced(columns), dtype=object)
        assert all(each is sign for each in replaced[:2].ravel())
        assert replaced[2].tolist() == ["x", True, 1]
    without = table.rows([0, 2])
    gap = without.replaced({table.names[0]: np.array([None, "y"], dtype=object)})
    assert np.asarray(gap, dtype=object)[0, 0] is sign


@pytest.mark.parametrize("make", [lambda X: pd.DataFrame(X, dtype=object), lambda X: X])
def test_times_that_are_missing_among_objects_are_no_value(make):
    times = [pd.Timestamp("2020-01-02"), pd.NaT, pd.Timestamp("2020-01-01"), pd.NaT]
    table = Table.of(make(np.array([[each, 1] for each in times], dtype=object)))
    name = table.names[0]
    assert is_missing(table.values(name)).tolist() == [False, True, False, True]
    assert table.unique(name).tolist() == [times[2], times[0]]
    assert Filtering(table).passing({name: [str(times[0]), None]}).tolist() == [True, True, False, True]
    assert np.asarray(table.replaced({name: table.values(name)}), dtype=object)[1, 0] is pd.NaT


@pytest.mark.parametrize("make", [pd.DataFrame, lambda X: X])
def test_some_rows_hold_what_all_do(make):
    words = np.array([["a", 1], [None, 2], ["b", None]], dtype=object)
    table = Table.of(make(words))
    name, number = table.names
    for rows in ([1], [2, 2]):
        some = table.rows(rows)
        assert (some.kind(name), some.kind(number)) == ("text", "integer")
        again = Table.of(some.replaced({name: np.array(["b"] * len(rows), dtype=object)}))
        assert again.values(name).tolist() == ["b"] * len(rows)


def test_tensors_keep_their_precision():
    half = Table.of(torch.ones(2, 2, dtype=torch.bfloat16))
    assert half.take([0]).dtype == torch.bfloat16
    assert half.replaced({"x0": np.zeros(2)}).dtype == torch.bfloat16
    assert Table.of(torch.ones(2, 2, requires_grad=True)).take([0]).requires_grad is False


def test_names():
    assert Table.of(np.ones((1, 2)), ["a", "b"]).names == ("a", "b")
    assert Table.of(pd.DataFrame([[1, 2]])).names == ("0", "1")
    assert Table.of(pd.DataFrame([[1, 2]])).replaced({"1": np.array([5])}).iloc[0].tolist() == [1, 5]
    table = Table.of(in_polars())
    assert Table.of(table) is table
    assert (table.column("whole"), table.column(1), table.column(np.int64(6))) == ("whole", "whole", "level")


@pytest.mark.parametrize(
    ("feature", "sentence"),
    [("wohle", "did you mean 'whole'"), ("zzz", "choose one of these"), (7, "from 0 to 6"), (True, "name or position")],
)
def test_a_column_that_is_not_there(feature, sentence):
    with pytest.raises(InputError, match=sentence):
        Table.of(in_pandas()).column(feature)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "more than one column named 'a'"),
        (pd.DataFrame([[1, 2]], columns=[1, "1"]), "more than one column named '1'"),
        (pa.table([[1], [2]], names=["a", "a"]), "more than one column named 'a'"),
        (pl.DataFrame({"a": []}), "0 rows and 1 columns"),
        (pd.DataFrame(index=[1, 2]), "0 columns"),
        (np.empty((3, 0)), "3 rows and 0 columns"),
        (np.ones(3), r"of 1 dimensions, of shape \(3,\)"),
        (np.ones((2, 2, 2)), r"two dimensions.*reshape"),
        (object(), "object"),
        (pd.Series([1, 2]), "not a table"),
        (pl.LazyFrame({"a": [1]}), "not a table"),
        (None, "not a table"),
    ],
)
def test_what_is_no_table(data, sentence):
    with pytest.raises(InputError, match=sentence):
        Table.of(data)


def test_a_sparse_matrix_says_what_to_do():
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(InputError, match=r"toarray\(\)"):
        Table.of(sparse.eye(3, format="csr"))


def test_as_many_names_as_columns():
    with pytest.raises(InputError, match="1 names for 2 columns"):
        Table.of(np.ones((1, 2)), ["a"])


@settings(max_examples=40)
@given(st.data())
def test_taken_rows_are_the_rows(data):
    values = data.draw(st.lists(st.integers(-5, 5) | st.none(), min_size=1, max_size=8))
    positions = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=10))
    for make in (pd.DataFrame, pl.DataFrame, pa.table):
        native = make({"a": values, "row": list(range(len(values)))})
        part = Table.of(native).rows(positions)
        assert part.values("row").tolist() == positions
        assert [None if pd.isna(v) else v for v in part.values("a").tolist()] == [values[i] for i in positions]


class Ring:
    def __init__(self):
        self.me = self


def test_digests():
    word = str(12345)
    assert digest([word, word]) == digest([word, str(12345)])
    long = np.arange(100_000.0)
    assert digest(long) == digest(long.copy()) != digest(long + 1)
    assert digest(Ring()) == digest(Ring())


def test_nothing_heavy_is_loaded():
    code = (
        "import sys, xai_widgets.models.tables, xai_widgets.models.predictors; "
        "import xai_widgets.explainers.dependence as p, numpy as np; "
        "p.PartialDependence(len, 0); xai_widgets.models.tables.Table.of(np.ones((2, 2))).fingerprint; "
        "print([m for m in ('torch', 'sklearn', 'narwhals', 'pandas', 'numba', 'scipy') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"[]"


@pytest.mark.parametrize("name", ["tables", "digests", "predictors"])
def test_the_examples_give_what_they_say(name):
    failed, attempted = doctest.testmod(importlib.import_module(f"xai_widgets.models.{name}"))
    assert attempted
    assert not failed


@pytest.mark.parametrize("make", [np.array, pd.DataFrame, pl.DataFrame])
def test_a_large_table_is_digested_and_searched_in_parts(make):
    X = np.random.default_rng(0).normal(size=(3000, 1000))
    X[2500, 3], X[2600, 3], X[2999, 7] = np.nan, np.nan, np.inf
    table = Table.of(make(X))
    assert sum(1 for _ in table.read_fingerprint()) >= 2
    assert list(table.read_fingerprint()) == []
    assert table.fingerprint == Table.of(make(X)).fingerprint
    X[2998, 999] += 1
    assert table.fingerprint != Table.of(make(X)).fingerprint
    assert table.odd_rows.tolist() == [2500, 2999]


def test_odd_rows_are_the_first_without_a_value_and_the_first_that_is_infinite():
    frame = pd.DataFrame(
        {
            "plain": np.arange(6.0),
            "gaps": [0.0, 1.0, np.nan, np.nan, 2.0, 3.0],
            "ends": [0.0, 1.0, 2.0, 3.0, -np.inf, np.inf],
            "words": ["a", "b", "c", "d", "e", None],
        }
    )
    table = Table.of(frame)
    assert table.odd_rows.tolist() == [2, 4, 5]
    assert table.rows([5, 0]).odd_rows.tolist() == [0]
    assert Table.of(np.zeros((3, 2), int)).odd_rows.tolist() == []


@pytest.mark.parametrize("values", [[], [3], [2, 2, 2], [5, -1, 5, 0, -1]])
@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int16])
def test_whole_numbers_are_sorted_each_once(values, dtype):
    found = sorted_unique(np.array(values).astype(dtype))
    assert (found.tolist(), found.dtype) == (sorted(set(np.array(values).astype(dtype).tolist())), dtype)


@pytest.mark.parametrize("kind", ["numpy", "pandas", "polars"])
def test_masked_copies_have_the_kept_columns_of_one_row(kind):
    background, row = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[10.0, np.nan]])
    make = {
        "numpy": lambda array: array,
        "pandas": lambda array: pd.DataFrame(array, columns=["a", "b"]),
        "polars": lambda array: pl.DataFrame(array, schema=["a", "b"]),
    }[kind]
    kept = np.array([[False, False], [True, False], [False, True]])
    table = Table.of(make(background))
    found = np.asarray(table.masked(Table.of(make(row)), kept), dtype=float)
    expected = [[1, 2], [3, 4], [10, 2], [10, 4], [1, np.nan], [3, np.nan]]
    np.testing.assert_array_equal(found, np.array(expected, dtype=float))
    np.testing.assert_array_equal(np.asarray(table.native()), background)


@pytest.mark.parametrize("make", FRAMES)
def test_masked_copies_keep_dtypes_and_what_is_missing(make):
    table = Table.of(make())
    kept = np.array([[True, True, False, True, False, True, False], [False, False, True, False, True, False, True]])
    found = table.masked(table.rows([1]), kept)
    expected = {
        name: [*([column[1]] * 3 if mask[0] else column), *([column[1]] * 3 if mask[1] else column)]
        for (name, column), mask in zip(COLUMNS.items(), kept.T, strict=True)
    }
    assert lists(found) == expected
    if isinstance(found, pd.DataFrame):
        assert (found.dtypes == make().dtypes).all()
        assert found.index.tolist() == ["r", "s", "t"] * 2
    else:
        assert found.schema == make().schema


def test_masked_copies_of_polars_tell_nan_from_null():
    table = Table.of(pl.DataFrame({"a": [1.0, None], "b": [float("nan"), 2.0]}))
    row = Table.of(pl.DataFrame({"a": [float("nan")], "b": [None]}, schema_overrides={"b": pl.Float64}))
    found = table.masked(row, np.array([[True, False], [False, True]]))
    assert found["a"].is_null().to_list() == [False, False, False, True]
    assert found["a"].is_nan().to_list() == [True, True, False, None]
    assert found["b"].is_null().to_list() == [False, False, True, True]


def test_masked_copies_of_other_dtypes_have_those_of_the_table():
    table = Table.of(pd.DataFrame({"a": [1, 2], "b": pd.Categorical(["u", "v"])}))
    row = Table.of(pd.DataFrame({"a": [3.0], "b": pd.Categorical(["v"])}))
    found = table.masked(row, np.array([[True, True]]))
    assert (found["a"].tolist(), found["b"].tolist()) == ([3, 3], ["v", "v"])
    assert found.dtypes.tolist() == table.native().dtypes.tolist()
    other = table.masked(Table.of(pl.from_pandas(row.native())), np.array([[True, True]]))
    pd.testing.assert_frame_equal(found, other)


def test_columns_are_taken_in_the_order_named():
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, 1.5]})
    for table in (Table.of(frame), Table.of(pl.from_pandas(frame))):
        part = table.columns(["c", "a"])
        assert part.names == ("c", "a")
        assert part.values("a").tolist() == [1, 2]
    assert Table.of(np.eye(3)).columns(["x2", "x0"]).values("x2").tolist() == [0, 0, 1]


def test_a_block_of_numbers_is_read_like_single_columns():
    numbers = np.array([[1.0, np.nan, 3.0], [np.inf, 5.0, 6.0], [7.0, np.nan, 9.0]])
    block = pd.DataFrame(numbers, columns=list("abc"))
    single = pd.DataFrame({name: numbers[:, place].copy() for place, name in enumerate("abc")}, copy=False)
    for frame in (block, single):
        table = Table.of(frame)
        assert table.kinds == dict.fromkeys("abc", "numeric")
        for place, name in enumerate("abc"):
            np.testing.assert_array_equal(table.values(name), numbers[:, place])
            assert not table.values(name).flags.writeable
        np.testing.assert_array_equal(table.matrix(), numbers)
        assert table.odd_rows.tolist() == [0, 1]
        np.testing.assert_array_equal(table.rows([2, 0]).values("c"), [9.0, 3.0])
    assert Table.of(block).is_of_numbers
    assert Table.of(block).fingerprint != Table.of(block + 1).fingerprint
    assert not Table.of(block.assign(c=["x", "y", "z"])).is_of_numbers
