"""SmoothGrad and its kin: closed forms, standard errors that mean what they say, and the unit of work."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.models.nets import linear, noise, seeded
from xai_widgets.explainers import SimpleGradient, SmoothGrad
from xai_widgets.models import InputError, TorchModel

from .test_gradient import KINKED, b1

REDUCTIONS = ["mean", "absolute", "square", "variance"]


def repeated(function, at, number=2000):
    """A function of each of `number` equal inputs, whose noise is independent: as many experiments in one run."""
    return (lambda x: function(x).sum(1)), torch.full((1, number), at, dtype=torch.float64)


def assert_is(function, at, sigma, reduce, expected, n_samples=200):
    """The mean over experiments is the expected value, within four of its own standard errors."""
    model, x = repeated(function, at)
    value = SmoothGrad(model, sigma=sigma, n_samples=n_samples, reduce=reduce).attribute(x, target=0).value
    deviation = value.std(ddof=1) / math.sqrt(value.size)
    assert abs(value.mean() - expected) < 4 * deviation + 1e-6
    assert deviation < 0.02 * max(abs(expected), 0.1), "the test could not see an error"


@given(st.floats(0, 100), st.integers(1, 20), st.integers(0, 2**53 - 1), st.sampled_from(REDUCTIONS))
def test_sg1_of_a_linear_model_it_is_the_gradient_and_the_variance_is_zero(sigma, n_samples, seed, reduce):
    model, x = torch.nn.Linear(6, 3), noise(2, 6)
    weight = model.weight[1].detach().double().numpy()
    expected = {"mean": weight, "absolute": abs(weight), "square": weight**2, "variance": 0 * weight}[reduce]
    method = SmoothGrad(model, sigma=sigma, n_samples=n_samples, seed=seed, reduce=reduce)
    estimate = method.attribute(x, target=1)
    np.testing.assert_allclose(estimate.value, np.stack([expected] * 2), rtol=1e-12)
    if reduce == "variance":
        assert not estimate.value.any()
    assert estimate.standard_error is None or np.abs(estimate.standard_error).max() < 1e-12


def square(x):
    return x**2


def test_sg2_the_square_at_1_5():
    model, x = repeated(square, 1.5)
    value = SmoothGrad(model, sigma=0.3, n_samples=2).attribute(x, target=0).value
    np.testing.assert_allclose(value, 3.0, rtol=1e-12)  # pairs cancel the noise of a linear gradient
    assert_is(square, 1.5, 0.3, "square", 9.36)
    assert_is(square, 1.5, 0.3, "variance", 0.36)


@pytest.mark.parametrize(
    ("function", "at", "expected"),
    [
        pytest.param(torch.relu, 0.0, 0.5, id="sg3 at 0"),
        pytest.param(torch.relu, 0.3, 0.841345, id="sg3 at one sigma"),
        pytest.param(torch.abs, 0.3, 0.682689, id="sg4"),
        pytest.param(lambda x: torch.sin(4 * x), 0.2, 1.35649, id="sg5"),
    ],
)
def test_sg3_to_sg5_the_mean_is_the_gradient_of_the_blurred_function(function, at, expected):
    assert_is(function, at, 0.3, "mean", expected)


@pytest.mark.parametrize(
    ("reduce", "expected"),
    [
        # g = 4 cos(.8 + 4 e), 4 e of deviation 1.2: E g^2 = 8 (1 + cos 1.6 exp(-2 * 1.44))
        ("square", 8 * (1 + math.cos(1.6) * math.exp(-2.88))),
        ("variance", 8 * (1 + math.cos(1.6) * math.exp(-2.88)) - (4 * math.cos(0.8) * math.exp(-0.72)) ** 2),
    ],
)
def test_the_spread_of_a_sines_gradient(reduce, expected):
    assert_is(lambda x: torch.sin(4 * x), 0.2, 0.3, reduce, expected, n_samples=1000)


# The mean of |g| for g = 2 x at x = .2 + .3 z: a normal distribution of mean .4 and deviation .6, folded at 0.
FOLDED = 0.6 * math.sqrt(2 / math.pi) * math.exp(-((0.4 / 0.6) ** 2) / 2) + 0.4 * math.erf(0.4 / 0.6 / math.sqrt(2))


def test_the_absolute_gradient_of_a_square_is_a_folded_normals_mean():
    assert_is(square, 0.2, 0.3, "absolute", FOLDED, n_samples=400)


@pytest.mark.parametrize("reduce", ["mean", "absolute"])
def test_sg6_with_almost_no_noise_it_is_the_gradient(reduce):
    away = KINKED[1:]
    value = SmoothGrad(b1, sigma=2e-7, n_samples=10, reduce=reduce).attribute(away, target=0).value
    np.testing.assert_allclose(value, SimpleGradient(b1).attribute(away, target=0).value)


@pytest.mark.parametrize("reduce", REDUCTIONS)
@pytest.mark.parametrize("rows", [1, 3])
def test_sg8_the_batch_size_does_not_matter_and_a_pair_may_be_split(rows, reduce):
    seen = []

    def model(x):
        seen.append(len(x))
        return torch.sin(4 * x).sum(1)

    x, results = noise(rows, 5, dtype=torch.float64), []
    for batch_size in (1, 2, 3, 6, 100):
        seen.clear()
        method = SmoothGrad(model, n_samples=10, batch_size=batch_size, reduce=reduce)
        results.append(method.attribute(x, target=0))
        assert max(seen) <= batch_size
        assert sum(seen) == 10 * rows
    for other in results[1:]:
        np.testing.assert_allclose(other.value, results[0].value, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(other.standard_error, results[0].standard_error, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("x", [torch.tensor([[3, 2, 1]]), torch.ones(1, 3, dtype=torch.complex64)])
def test_sg9_what_has_no_gradient_is_refused_and_float_is_named(x):
    with pytest.raises(InputError, match=r"\.float\(\)"):
        SmoothGrad(b1).stream(x)


def test_sg9_twenty_samples_evaluate_the_model_on_exactly_twenty_rows():
    seen = []

    def model(x):
        seen.append(len(x))
        return (x**2).sum(1)

    SmoothGrad(model, n_samples=20).attribute(torch.tensor([[3.0, 2.0, 1.0]]), target=0)
    assert sum(seen) == 20


@pytest.mark.parametrize(
    ("reduce", "function", "at", "expected"),
    [
        ("mean", lambda x: torch.sin(4 * x), 0.2, 4 * math.cos(0.8) * math.exp(-0.72)),
        (
            "absolute",
            square,
            0.2,
            0.6 * (math.sqrt(2 / math.pi) * math.exp(-2 / 9) + 2 / 3 * math.erf(math.sqrt(2) / 3)),
        ),
        ("square", square, 1.5, 9.36),
        ("variance", square, 1.5, 0.36),
    ],
)
def test_the_true_value_is_within_two_standard_errors_in_95_of_100_runs(reduce, function, at, expected):
    model, x = repeated(function, at, number=4000)
    method = SmoothGrad(model, sigma=0.3, n_samples=200, seed=1, reduce=reduce)
    estimate = method.attribute(x, target=0)
    covered = np.mean(np.abs(estimate.value - expected) <= 2 * estimate.standard_error)
    assert 0.93 < covered < 0.975


@pytest.mark.parametrize("reduce", REDUCTIONS)
def test_the_standard_error_is_the_spread_of_the_value_over_seeds(reduce):
    model, x = repeated(lambda x: torch.sin(4 * x), 0.2, number=30)
    methods = [SmoothGrad(model, sigma=0.3, n_samples=60, seed=seed, reduce=reduce) for seed in range(40)]
    runs = [method.attribute(x, target=0) for method in methods]
    spread = np.var([run.value for run in runs], axis=0, ddof=1).mean()
    claimed = np.mean([np.square(run.standard_error) for run in runs])
    assert 0.85 < claimed / spread < 1.15


@pytest.mark.parametrize("offset", [1e5, 1e8])
def test_the_variance_of_large_and_nearly_constant_gradients_does_not_cancel(offset):
    x = noise(1, 50, dtype=torch.float64)
    models = (lambda x, c=c: (c * x + x**2).sum(1) for c in (0.0, offset))
    methods = (SmoothGrad(model, sigma=0.3, n_samples=40, reduce="variance") for model in models)
    near, far = (method.attribute(x, target=0) for method in methods)
    np.testing.assert_allclose(far.value, near.value, rtol=1e-15 * offset)
    np.testing.assert_allclose(far.standard_error, near.standard_error, rtol=1e-15 * offset, atol=1e-15 * offset)


@pytest.mark.parametrize(("asked", "total"), [(1, 2), (2, 2), (3, 4), (50, 50), (51, 52)])
def test_samples_are_counted_and_an_odd_number_is_rounded_up(asked, total):
    estimates = list(SmoothGrad(b1, n_samples=asked).stream(KINKED, target=0))
    assert {estimate.total for estimate in estimates} == {total}
    assert {estimate.unit for estimate in estimates} == {"sample"}
    assert estimates[0].done == 2
    assert estimates[-1].done == total
    assert [estimate.finished for estimate in estimates] == [False] * (len(estimates) - 1) + [True]


def test_one_pair_has_no_standard_error_and_two_have():
    assert SmoothGrad(b1, n_samples=2).attribute(KINKED, target=0).standard_error is None
    assert SmoothGrad(b1, n_samples=4).attribute(KINKED, target=0).standard_error.shape == KINKED.shape


def test_the_noise_level_is_a_fraction_of_the_range_of_each_row_of_each_input():
    seen = []

    def model(left, right):
        seen.append((left.detach().clone(), right.detach().clone()))
        return left.sum(1) + right.sum(1)

    left = torch.tensor([[0.0, 1.0] * 2000, [-5.0, 5.0] * 2000])
    right = torch.tensor([[0.0, 2.0] * 2000, [3.0, 3.0] * 2000])
    SmoothGrad(model, noise_level=0.2, n_samples=40).attribute((left, right), target=0)
    for inputs, given_ in zip(zip(*seen, strict=True), (left, right), strict=True):
        drawn = torch.cat(inputs).reshape(40, 2, -1)
        measured = (drawn - given_).std(dim=(0, 2))
        spread = given_.max(1).values - given_.min(1).values
        torch.testing.assert_close(measured, 0.2 * spread, rtol=0.02, atol=1e-6)
        torch.testing.assert_close(drawn.mean(0), given_, rtol=0, atol=1e-5)  # antithetic


def test_sigma_is_the_same_noise_in_the_inputs_own_units():
    x = noise(1, 6)
    level = SmoothGrad(seeded(linear), noise_level=0.1).attribute(x, target=0)
    sigma = SmoothGrad(seeded(linear), sigma=0.1 * float(x.max() - x.min())).attribute(x, target=0)
    np.testing.assert_allclose(level.value, sigma.value, rtol=1e-6)


def test_a_constant_picture_has_no_range_and_so_no_noise():
    net, x = seeded(linear), torch.full((1, 6), 0.5)
    value = SmoothGrad(net, noise_level=0.5).attribute(x, target=0).value
    np.testing.assert_allclose(value, SimpleGradient(net).attribute(x, target=0).value, rtol=1e-6)


def test_more_noise_is_the_same_unit_noise_scaled():
    seen = []

    def model(x):
        seen.append(x.detach().clone())
        return (x**2).sum(1)

    for sigma in (0.1, 0.3):
        SmoothGrad(model, sigma=sigma, n_samples=4, batch_size=4).attribute(torch.zeros(1, 9), target=0)
    first, second = (torch.cat(seen[start : start + len(seen) // 2]) for start in (0, len(seen) // 2))
    torch.testing.assert_close(3 * first, second)


def test_the_same_seed_gives_the_same_map_and_another_gives_another():
    net, x = seeded(linear), noise(2, 6)
    first, again, other = (SmoothGrad(net, seed=seed, n_samples=10).attribute(x, target=0).value for seed in (1, 1, 2))
    np.testing.assert_allclose(first, again, rtol=1e-5, atol=1e-7)
    assert not np.allclose(first, other)


@pytest.mark.parametrize("reduce", REDUCTIONS)
def test_multiplied_by_inputs_map_and_error_are_in_units_of_the_score(reduce):
    net, x = seeded(linear), noise(2, 6)
    plain = SmoothGrad(net, n_samples=10, reduce=reduce).attribute(x, target=0)
    times = SmoothGrad(net, n_samples=10, reduce=reduce, multiply_by_inputs=True).attribute(x, target=0)
    np.testing.assert_allclose(times.value, plain.value * x.numpy(), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(times.standard_error, plain.standard_error * x.abs().numpy(), rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_it_runs_in_the_models_precision(dtype):
    x = noise(1, 6)
    exact = SmoothGrad(seeded(linear).double(), n_samples=20).attribute(x.double(), target=0)
    value = SmoothGrad(seeded(linear).to(dtype), n_samples=20).attribute(x, target=0).value
    np.testing.assert_allclose(value, exact.value, rtol=0, atol=8 * torch.finfo(dtype).eps)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"noise_level": -0.1}, "noise_level is out of range"),
        ({"noise_level": float("nan")}, "noise_level is out of range"),
        ({"noise_level": "much"}, "noise_level is out of range"),
        ({"sigma": -1}, "sigma is out of range"),
        ({"sigma": float("inf")}, "sigma is out of range"),
        ({"n_samples": 0}, "n_samples is out of range"),
        ({"n_samples": 2.5}, "n_samples is out of range"),
        ({"seed": -1}, "seed is out of range"),
        ({"seed": 2**53}, "seed is out of range"),
        ({"reduce": "median"}, "one of mean, absolute, square, variance"),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(keywords, message):
    with pytest.raises(InputError, match=message):
        SmoothGrad(b1, **keywords)


def test_a_ready_model_is_shared_and_keeps_what_it_learned():
    model = TorchModel(seeded(linear))
    first, second = SmoothGrad(model, n_samples=4), SmoothGrad(model, n_samples=4, reduce="square")
    assert first.model is second.model is model
