"""Explanations of every form are read into one."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import shap
from hypothesis import given
from hypothesis import strategies as st

from xai_widgets.explainers.shapley.values import ShapleyValues
from xai_widgets.models import InputError

ROWS, FEATURES, OUTPUTS = 6, 4, 3
NAMES = ["age", "<b>size</b>", "colour", "x"]


def numbers(*shape):
    return np.random.default_rng(0).normal(size=shape)


def test_one_output_with_a_base_value_for_all():
    values = numbers(ROWS, FEATURES)
    read = ShapleyValues.of(shap.Explanation(values, 2.5, numbers(ROWS, FEATURES), feature_names=NAMES))
    assert np.array_equal(read.values[..., 0], values)
    assert (read.base_values == 2.5).all()
    assert read.base_values.shape == (ROWS, 1)
    assert read.feature_names == tuple(NAMES)
    assert read.output_names == ("",)
    assert np.allclose(read.outputs[:, 0], 2.5 + values.sum(axis=1))


@pytest.mark.parametrize("base", [numbers(OUTPUTS), numbers(ROWS, OUTPUTS), 1.5, np.float32(1), [[0.1, 0.2, 0.3]]])
def test_several_outputs_with_base_values_of_any_form(base):
    values = numbers(ROWS, FEATURES, OUTPUTS)
    read = ShapleyValues.of(shap.Explanation(values, base, output_names=["a", "b", "c"]))
    assert np.array_equal(read.values, values)
    assert np.array_equal(read.base_values, np.broadcast_to(base, (ROWS, OUTPUTS)))
    assert read.output_names == ("a", "b", "c")
    assert read.data is None


def test_a_base_value_of_each_row():
    base = numbers(ROWS)
    for given_base in (base, base[:, None]):
        read = ShapleyValues.of(shap.Explanation(numbers(ROWS, FEATURES), given_base))
        assert np.array_equal(read.base_values[:, 0], base)


def test_the_old_list_form_has_an_array_for_each_output_and_no_base_values():
    values = numbers(ROWS, FEATURES, OUTPUTS)
    read = ShapleyValues.of([values[..., k] for k in range(OUTPUTS)])
    assert np.array_equal(read.values, values)
    assert np.isnan(read.base_values).all()
    assert read.output_names == ("output 0", "output 1", "output 2")
    assert ShapleyValues.of(values[..., 0].tolist()).values.shape == (ROWS, FEATURES, 1)


def test_a_single_row_is_one_with_and_without_its_axis():
    full = shap.Explanation(numbers(ROWS, FEATURES, OUTPUTS), numbers(ROWS, OUTPUTS), numbers(ROWS, FEATURES))
    read = ShapleyValues.of(full[2])
    assert read.values.shape == (1, FEATURES, OUTPUTS)
    assert np.array_equal(read.values[0], full.values[2])
    assert np.array_equal(read.base_values[0], full.base_values[2])
    assert np.array_equal(read.column(1), full.data[2:3, 1])
    one = ShapleyValues.of(full[2, :, 1])
    assert np.array_equal(one.values[0, :, 0], full.values[2, :, 1])
    assert one.base_values[0, 0] == full.base_values[2, 1]


def test_a_single_row_of_several_outputs_without_data_is_known_by_its_names():
    row = shap.Explanation(numbers(FEATURES, OUTPUTS), numbers(OUTPUTS), feature_names=NAMES)
    assert ShapleyValues.of(row).values.shape == (1, FEATURES, OUTPUTS)


def test_a_single_feature_of_many_rows_is_one_without_its_axis():
    full = shap.Explanation(
        numbers(ROWS, FEATURES, OUTPUTS), numbers(ROWS, OUTPUTS), numbers(ROWS, FEATURES), feature_names=NAMES
    )
    read = ShapleyValues.of(full[:, "colour"])
    assert read.feature_names == ("colour",)
    assert np.array_equal(read.values[:, 0], full.values[:, 2])
    assert np.array_equal(read.column(0), full.data[:, 2])
    one = ShapleyValues.of(full[..., 0][:, "age"])
    assert np.array_equal(one.values[:, 0, 0], full.values[:, 0, 0])
    assert np.array_equal(one.base_values[:, 0], full.base_values[:, 0])


def test_the_chosen_output_of_several_keeps_its_name():
    full = shap.Explanation(numbers(ROWS, FEATURES, 2), numbers(ROWS, 2), output_names=["no", "yes"])
    read = ShapleyValues.of(full[..., 1])
    assert read.output_names == ("yes",)
    assert np.array_equal(read.base_values, full.base_values[:, 1:])


@pytest.mark.parametrize("outputs", [1, 2])
def test_interactions_are_summed(outputs):
    half = numbers(ROWS, FEATURES, FEATURES, outputs)
    pairs = half + half.transpose(0, 2, 1, 3)
    read = ShapleyValues.of(shap.Explanation(pairs[..., 0] if outputs == 1 else pairs, 0.5))
    assert read.values.shape == (ROWS, FEATURES, outputs)
    assert np.allclose(read.values, pairs.sum(axis=2))
    assert np.array_equal(read.interactions, pairs)


def test_as_many_outputs_as_features_are_no_interactions():
    values = numbers(ROWS, FEATURES, FEATURES)
    assert ShapleyValues.of(shap.Explanation(values, numbers(FEATURES))).interactions is None
    symmetric = values + values.transpose(0, 2, 1)
    assert ShapleyValues.of(shap.Explanation(symmetric, numbers(ROWS, FEATURES))).interactions is None
    assert ShapleyValues.of(shap.Explanation(symmetric, 0.0)).interactions is not None


def test_data_of_words_gaps_and_sparse_rows():
    words = np.array([["red", 1.0, None, np.nan]] * ROWS, dtype=object)
    read = ShapleyValues.of(shap.Explanation(numbers(ROWS, FEATURES), 0.0, words))
    assert read.column(0)[0] == "red"
    assert np.isnan(read.column(3)).all()
    sparse = scipy.sparse.csr_matrix(np.eye(ROWS, FEATURES))
    read = ShapleyValues.of(shap.Explanation(scipy.sparse.csr_matrix(np.eye(ROWS, FEATURES)), 0.0, sparse))
    assert read.column(0).tolist() == [1, 0, 0, 0, 0, 0]
    assert read.values[1, 1, 0] == 1


def test_a_data_frame_names_the_features_and_what_is_displayed_wins():
    frame = pd.DataFrame(numbers(ROWS, FEATURES), columns=NAMES)
    frame["colour"] = pd.Categorical(["red", "blue"] * 3)
    read = ShapleyValues.of(shap.Explanation(numbers(ROWS, FEATURES), 0.0, numbers(ROWS, FEATURES), display_data=frame))
    assert read.feature_names == tuple(NAMES)
    assert read.column(2)[1] == "blue"


def test_names_may_be_missing_numpy_strings_or_repeated():
    values = numbers(ROWS, FEATURES)
    assert ShapleyValues.of(values).feature_names == ("x0", "x1", "x2", "x3")
    assert ShapleyValues.of(shap.Explanation(values, 0, feature_names=np.array(NAMES))).feature_names == tuple(NAMES)
    words = shap.Explanation(values, 0, feature_names=["the", "cat", "the", "the"])
    assert ShapleyValues.of(words).feature_names == ("the", "cat", "the (2)", "the (3)")


def test_rows_that_are_not_computed_are_absent():
    values = numbers(ROWS, FEATURES)
    values[2] = np.nan
    read = ShapleyValues.of(values)
    assert read.known.tolist() == [True, True, False, True, True, True]
    assert read.explanation().shape == (ROWS - 1, FEATURES)


def test_rows_that_lack_a_value_are_left_out():
    values = numbers(ROWS, FEATURES)
    values[1, 2] = np.nan
    read = ShapleyValues.of(values)
    assert read.known.tolist() == [True, False, True, True, True, True]
    assert np.isnan(read.values[1]).all()
    assert not np.isnan(values[1, 0])  # the reader's own
    interactions = numbers(ROWS, FEATURES, FEATURES, 1)
    interactions[4, 0, 1] = np.nan
    assert ShapleyValues.of(interactions).known.tolist() == [True, True, True, True, False, True]


def test_standard_errors_come_along():
    errors = np.abs(numbers(ROWS, FEATURES))
    explanation = shap.Explanation(numbers(ROWS, FEATURES), 0.0, error_std=errors)
    assert np.array_equal(ShapleyValues.of(explanation).standard_error[..., 0], errors)


def test_nothing_given_is_written_to_and_nothing_read_can_be():
    values = numbers(ROWS, FEATURES)
    read = ShapleyValues.of(values)
    with pytest.raises(ValueError, match="read-only"):
        read.values[0] = 1
    values[0, 0] = 7.0  # the reader's own stays writable


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"values": np.zeros((0, 4))}, "no values"),
        ({"values": np.zeros((4, 0))}, "no values"),
        ({"values": np.zeros((2, 3, 4, 5))}, "do not fit"),
        ({"values": np.zeros((1, 1, 1, 1, 1))}, "do not fit"),
        ({"values": np.array([["a", "b"]])}, "no table of numbers"),
        ({"values": [np.zeros((2, 3)), np.zeros((2, 4))]}, "no table of numbers"),
        ({"values": np.full((2, 3), np.inf)}, "not finite"),
        ({"values": np.full((2, 3), np.nan)}, "not finite"),
        ({"values": np.array([[1.0, np.nan]])}, "not finite"),
        ({"base_values": np.zeros(5)}, "base values"),
        ({"base_values": np.zeros((6, 2))}, "base values"),
        ({"base_values": np.inf}, "base value"),
        ({"data": np.zeros((6, 5))}, "data"),
        ({"data": np.zeros((5, 4))}, "data"),
        ({"feature_names": ["one"]}, "names"),
        ({"values": np.zeros((6, 4, 3)), "output_names": ["one", "two"]}, "names"),
    ],
)
def test_what_does_not_fit_is_said(parts, said):
    class Parts:
        values = numbers(ROWS, FEATURES)
        base_values = None

    for name, value in parts.items():
        setattr(Parts, name, value)
    with pytest.raises(InputError, match=said):
        ShapleyValues.of(Parts())


def test_all_zero_values_are_values():
    read = ShapleyValues.of(np.zeros((ROWS, FEATURES)))
    assert not read.values.any()
    assert read.known.all()


@given(rows=st.integers(1, 4), features=st.integers(1, 4), outputs=st.integers(1, 4), seed=st.integers(0, 99))
def test_what_is_read_is_read_again(rows, features, outputs, seed):
    values = np.random.default_rng(seed).normal(size=(rows, features, outputs))
    data = np.random.default_rng(seed).normal(size=(rows, features))
    base = np.random.default_rng(seed).normal(size=(rows, outputs))
    read = ShapleyValues.of(shap.Explanation(values, base, data))
    again = ShapleyValues.of(read.explanation())
    assert np.array_equal(again.values, values)
    assert np.array_equal(again.base_values, base)
    assert np.array_equal(again.column(0), data[:, 0])


def test_an_estimate_on_its_way_has_the_rows_there_are():
    from xai_widgets.explainers.shapley.exact_shap import ExactSHAP

    X = pd.DataFrame(numbers(40, 3), columns=["a", "b", "c"])
    steps = ExactSHAP(lambda table: table["a"].to_numpy() ** 2, X).stream(X)
    first = next(steps)
    read = ShapleyValues.of_estimate(first)
    assert 0 < len(first.rows) < len(X)
    assert np.flatnonzero(read.known).tolist() == first.rows.tolist()
    assert read.feature_names == ("a", "b", "c")
    assert np.allclose(read.outputs[read.known, 0], X["a"].to_numpy()[read.known] ** 2)
    assert read.column(1).tolist() == X["b"].tolist()
    assert read.units == "score"


def test_interactions_of_one_output_are_known_by_a_base_value_for_each_row():
    half = np.random.default_rng(0).normal(size=(5, 3, 3))
    values = half + half.transpose(0, 2, 1)
    values[:, 0, 1] += 1e-4  # trees of single precision
    read = ShapleyValues.of(shap.Explanation(values, np.arange(5.0)))
    assert read.interactions.shape == (5, 3, 3, 1)
    assert np.allclose(read.values[..., 0], values.sum(axis=2))
    assert read.base_values[:, 0].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("size", [2, 3])
def test_as_many_rows_as_features_and_outputs_are_no_interactions_of_one_output(size):
    values, base = np.random.default_rng(0).normal(size=(size, size, size)), np.arange(float(size))
    read = ShapleyValues.of(shap.Explanation(values, base))
    np.testing.assert_array_equal(read.values, values)
    np.testing.assert_array_equal(read.base_values, np.tile(base, (size, 1)))
    pairs = values + values.transpose(0, 2, 1)
    assert ShapleyValues.of(shap.Explanation(pairs, base)).interactions is not None


def test_a_list_of_outputs_is_no_interactions_even_where_nothing_is_contributed():
    read = ShapleyValues.of([np.zeros((4, 3))] * 3)
    assert (read.values.shape, read.interactions) == ((4, 3, 3), None)


def test_interactions_of_single_precision_are_nearly_symmetric():
    half = np.random.default_rng(0).normal(size=(5, 3, 3))
    values = half + half.transpose(0, 2, 1)
    values[:, 0, 1] += 1e-6
    assert ShapleyValues.of(shap.Explanation(values, 0.5)).interactions is not None
    values[:, 0, 1] += 1e-2
    assert ShapleyValues.of(shap.Explanation(values, 0.5)).interactions is None


def test_values_are_a_snapshot():
    values, base, error, rows = np.ones((4, 3)), np.ones(4), np.ones((4, 3)), np.ones((4, 3))
    read = ShapleyValues.of(shap.Explanation(values, base, rows, error_std=error))
    of_view = ShapleyValues.of(np.broadcast_to(values, (4, 3)))
    for array in (values, base, error, rows):
        array[:] = 99
    for seen in (read.values, read.base_values, read.standard_error, read.column(0), of_view.values):
        assert (seen == 1).all()
        with pytest.raises(ValueError, match="read-only"):
            seen[0] = 5


@pytest.mark.parametrize("given", [np.ones((4, 3)) * 1j, [np.ones((4, 3)) * 1j] * 2, [[1j, 2j]]])
def test_complex_values_are_refused(given):
    with pytest.raises(InputError, match="explanation are complex"):
        ShapleyValues.of(given)
