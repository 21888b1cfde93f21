"""bfloat16: where the hardware has it, where its error hides in the sampling error, and always said."""

import pickle
import warnings

import numpy as np
import pytest
import torch

from tests import data as real
from tests.models.nets import linear, noise, seeded
from xai_widgets import SaliencyMap, zoo
from xai_widgets.explainers import GradientXInput, SimpleGradient, SmoothGrad
from xai_widgets.explainers.precision import Rounding
from xai_widgets.models import InputError, bfloat16, records, torch_model


@pytest.fixture
def hardware(monkeypatch):
    """Decide whether the machine has bfloat16."""

    def has(answer):
        monkeypatch.setattr(torch_model, "has_bfloat16", lambda device: answer)

    return has


@pytest.fixture(scope="module")
def shapes():
    return zoo.shapes()


def relative(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


def test_bfloat16_is_close_to_float32_and_named(shapes, hardware):
    hardware(True)
    net, pictures = shapes
    exact = SmoothGrad(net).attribute(pictures[:1])
    rough = SmoothGrad(net, precision="bfloat16").attribute(pictures[:1])
    assert exact.state.used_precision == "float32"
    assert rough.state.used_precision == rough.state.identity["precision"] == "bfloat16"
    assert 0 < np.linalg.norm(rough.value - exact.value) < np.linalg.norm(exact.standard_error)


@pytest.mark.parametrize("method", [SimpleGradient, GradientXInput])
def test_exact_methods_round_only_when_told_to(method, shapes, hardware):
    hardware(True)
    net, pictures = shapes
    exact = method(net).attribute(pictures[:1])
    for precision, used in {"auto": "float32", "bfloat16": "bfloat16"}.items():
        found = method(net, precision=precision).attribute(pictures[:1])
        assert found.state.used_precision == used
        assert bool(relative(found.value, exact.value) < 1e-3) is (used == "float32")


def test_without_the_hardware_it_is_said_and_float32_is_used(shapes, hardware):
    hardware(False)
    net, pictures = shapes
    with pytest.warns(UserWarning, match="has no fast bfloat16.*float32 is used") as said:
        found = SmoothGrad(net, n_samples=4, precision="bfloat16").attribute(pictures[:1])
    assert said[0].filename == __file__
    assert found.state.used_precision == found.state.identity["precision"] == "float32"
    with warnings.catch_warnings(action="error"):  # "auto" keeps its promise without a word
        auto = SmoothGrad(net, n_samples=20, precision="auto").attribute(pictures[:1])
    assert auto.state.used_precision == "float32"


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_model_of_another_precision_keeps_it(dtype, hardware):
    hardware(True)
    net = seeded(linear).to(dtype)
    with pytest.warns(UserWarning, match="float32 is used"):
        found = SmoothGrad(net, n_samples=4, precision="bfloat16").attribute(noise(1, 6).to(dtype), target=0)
    np.testing.assert_array_equal(found.value, SmoothGrad(net, n_samples=4).attribute(noise(1, 6).to(dtype), 0).value)


def test_an_unknown_precision_is_refused():
    with pytest.raises(InputError, match=r"precision=.float16.*float32, bfloat16, auto"):
        SmoothGrad(linear(), precision="float16")


@pytest.fixture
def decision(monkeypatch):
    """Decide up to how many pairs bfloat16 will do, and count the questions."""
    asked = []

    def most(pairs):
        monkeypatch.setattr(
            Rounding, "of", lambda *given: asked.append(given[:2]) or Rounding(4 * pairs, 0, 1, given[2])
        )
        return asked

    return most


@pytest.mark.parametrize(("pairs", "used"), [(25, "bfloat16"), (24, "float32")])
def test_auto_decides_once_for_a_model_and_says_what_it_chose(pairs, used, hardware, decision):
    hardware(True)
    asked = decision(pairs)
    net, pictures = zoo.shapes()
    states = [estimate.state for estimate in SmoothGrad(net, precision="auto").stream(pictures[:1])]
    assert states[0].precision == "auto"
    assert states[0].used_precision == "float32"
    assert {state.used_precision for state in states[1:]} == {used}
    assert [state.units for state in states] == sorted(state.units for state in states)
    assert states[-1].moments.count == 25
    again = SmoothGrad(net, precision="auto").attribute(pictures[1:2])
    assert again.state.used_precision == used
    (given,) = asked
    assert [len(gradients) for gradients in given] == [4, 4]
    net[0].weight.data.add_(1e-3)
    SmoothGrad(net, precision="auto").attribute(pictures[1:2])
    assert len(asked) == 2  # another model


def test_every_pair_of_an_auto_run_is_of_one_precision(hardware, decision):
    hardware(True)
    decision(1000)
    net, x = seeded(linear), noise(1, 6)
    auto = SmoothGrad(net, n_samples=30, precision="auto").attribute(x, target=0)
    told = SmoothGrad(net, n_samples=30, precision="bfloat16").attribute(x, target=0)
    np.testing.assert_allclose(auto.value, told.value, rtol=1e-5)


def test_auto_takes_bfloat16_for_a_trained_resnet_and_is_right(data, hardware):
    hardware(True)
    net, pictures = real.resnet20(), real.cifar()[0]
    for picture in pictures[:3, None]:
        auto = SmoothGrad(net, precision="auto").attribute(picture)
        exact = SmoothGrad(net).attribute(picture)
        assert auto.state.used_precision == "bfloat16"
        assert np.linalg.norm(auto.value - exact.value) < 0.5 * np.linalg.norm(exact.standard_error)


def test_auto_keeps_float32_where_rounding_would_show(hardware):
    hardware(True)
    net, x = seeded(linear), noise(1, 6)  # a smooth function and little noise: hardly any sampling error
    found = SmoothGrad(net, sigma=1e-3, n_samples=200, precision="auto").attribute(x, target=0)
    assert found.state.used_precision == "float32"
    plain = SmoothGrad(net, sigma=1e-3, n_samples=200).attribute(x, target=0)
    np.testing.assert_allclose(found.value, plain.value, rtol=1e-5)
    assert found.done == 200


def test_more_samples_leave_less_room_for_rounding():
    def most_pairs(exact, rough):
        return Rounding.of(exact, rough, 0.3).most_pairs(0.3)

    random = np.random.default_rng(0)
    pairs = torch.from_numpy(random.normal(size=(4, 5000)) + 1)
    jitter, offset = torch.from_numpy(random.normal(size=(4, 5000))), torch.from_numpy(random.normal(size=5000))
    assert most_pairs(pairs, pairs + 0.6 * jitter) == 0
    allowed = most_pairs(pairs, pairs + 0.1 * jitter + 0.05 * offset)
    assert allowed == pytest.approx((0.25 - 0.01) / 0.0025, rel=0.1)
    assert most_pairs(pairs, pairs) == float("inf")


def test_little_noise_leaves_no_room_for_rounding(hardware):
    measured = Rounding(sampling=4.0, spread=0.0, shared=0.04, noise=0.4)
    assert [measured.most_pairs(noise) for noise in (0.4, 0.8, 0.2, 0.0)] == pytest.approx([25, 25, 6.25, 0])
    hardware(True)
    net, x = seeded(linear), noise(1, 6)
    method = SmoothGrad(net, n_samples=20, sigma=0.0, precision="auto")
    assert method.attribute(x, target=0).state.used_precision == "float32"
    assert method.model.rounding is None, "nothing can be learned without noise"


def test_an_undecided_run_goes_on_as_it_was_begun(hardware, decision):
    hardware(True)
    asked = decision(1000)
    net, x = seeded(linear), noise(1, 6)

    def function(given):
        return net(given)

    finished = SmoothGrad(function, n_samples=20, precision="auto").attribute(x, target=0)
    assert finished.state.used_precision == "bfloat16"
    records._RECORDS.clear()  # as in another process
    method = SmoothGrad(function, n_samples=30, precision="auto")
    more = list(method.stream(x, target=0, state=finished.state))
    assert (more[-1].done, more[-1].state.used_precision) == (30, "bfloat16")
    assert len(asked) == 1


def test_parts_of_an_undecided_run_join(hardware, decision):
    hardware(True)
    decision(0)
    net, x = seeded(linear), noise(1, 6)
    method = SmoothGrad(net, n_samples=20, precision="auto")
    short = method.advance(method.start(x, 0), 1)
    long = method.start(x, 0, first_unit=5)
    for _ in range(2):
        long = method.advance(long, 2)
    assert (short.precision, long.precision) == ("auto", "float32")
    assert method.merge(short, long).units == 5


def test_states_of_two_precisions_have_no_common_mean(shapes, hardware):
    hardware(True)
    net, pictures = shapes
    rough = SmoothGrad(net, n_samples=4, precision="bfloat16").attribute(pictures[:1])
    with pytest.raises(InputError, match="another precision"):
        SmoothGrad(net, n_samples=8).stream(pictures[:1], state=rough.state)
    state = pickle.loads(pickle.dumps(rough.state))
    resumed = list(SmoothGrad(net, n_samples=8, precision="bfloat16").stream(pictures[:1], state=state))[-1]
    assert resumed.done == 8


def test_the_processors_own_word_is_taken(monkeypatch, tmp_path):
    for flags, expected in {"fpu avx512_bf16 sse": True, "fpu avx2": False, "asimd bf16": True}.items():
        file = tmp_path / "cpuinfo"
        file.write_text(f"flags\t\t: {flags}\n")
        monkeypatch.setattr(bfloat16.pathlib, "Path", lambda _, file=file: file)
        bfloat16._cpu_has_bfloat16.cache_clear()
        assert bfloat16.has_bfloat16(torch.device("cpu")) is expected
    bfloat16._cpu_has_bfloat16.cache_clear()
    assert not bfloat16.has_bfloat16(torch.device("meta"))


@pytest.mark.parametrize("precision", ["bfloat16", "auto"])
def test_the_widget_says_what_was_used(precision, shapes, hardware):
    hardware(True)
    net, pictures = shapes
    with SaliencyMap(net, pictures[0], precision=precision) as widget:
        found = widget.wait(60).explanation
        assert widget.result["header"]["precision"] == found.parameters["precision"] == "bfloat16"
        assert "precision='bfloat16'" in widget.result["header"]["code"]
        assert widget.notice == ""
        widget.precision = "float32"
        exact = widget.wait(60).explanation
        assert exact.parameters["precision"] == widget.result["header"]["precision"] == "float32"
        assert "precision" not in widget.result["header"]["code"]
        assert 0 < relative(found.values, exact.values) < 0.1


def test_the_widget_says_that_the_hardware_has_none(shapes, hardware):
    hardware(False)
    net, pictures = shapes
    with SaliencyMap(net, pictures[0], n_samples=4, precision="bfloat16") as widget:
        assert widget.wait(60).explanation.parameters["precision"] == "float32"
        assert widget.notice == "no_bfloat16"


def test_a_freed_widget_still_names_its_precision(shapes, hardware):
    hardware(True)
    net, pictures = shapes
    with SaliencyMap(net, pictures[0], n_samples=10, precision="bfloat16") as widget:
        widget.wait(60)
        widget._free()
        widget._show_again()
        assert widget.result["header"]["precision"] == "bfloat16"


def test_a_model_moved_back_to_float32_is_run_in_bfloat16_as_asked(hardware):
    hardware(True)
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.Flatten(), torch.nn.Linear(4 * 36, 3)).double()
    with SaliencyMap(net, noise(3, 8, 8), n_samples=4, precision="bfloat16") as widget:
        assert widget.wait(20).explanation.parameters["precision"] == "float32"
        assert widget.notice == "no_bfloat16"
        net.float()
        widget.n_samples = 8
        assert widget.wait(20).explanation.parameters["precision"] == "bfloat16"
        assert widget.notice == ""
