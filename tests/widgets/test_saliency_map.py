"""SaliencyMap from Python: numbers, what is sent, what is refused, what is kept."""

import ast
import base64
import gc
import io
import json
import threading
import time
import weakref
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import psutil
import pytest
import torch
import traitlets
from captum.attr import Saliency
from PIL import Image
from torch import nn

import xai_widgets as xw
from xai_widgets.explainers import Estimate, GradientXInput, SimpleGradient, SmoothGrad
from xai_widgets.models import InputError, ModelError
from xai_widgets.widgets.raster import given_picture, picture_of, reduce_channels, shrink


class Unreadable(Sequence):
    """A list of files that are gone."""

    def __len__(self):
        return 3

    def __getitem__(self, index):
        raise OSError("no such file")


@pytest.fixture
def model():
    with torch.random.fork_rng():
        torch.manual_seed(3)
        return nn.Sequential(
            nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(6 * 6 * 8, 7)
        )


@pytest.fixture
def image():
    return torch.rand(3, 8, 10, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def make():
    made = []

    def make(*arguments, **keywords):
        made.append(xw.SaliencyMap(*arguments, **keywords))
        return made[-1]

    yield make
    for widget in made:
        widget.close()


def assert_equal_to_rounding(found, expected):
    """The clock decides the batches, and a model's copy may do the work: the same numbers but for their last digits."""
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max())


def decoded(frame):
    arrays = {}
    for record, buffer in zip(frame["arrays"], frame["buffers"], strict=True):
        stored = np.frombuffer(buffer, record["dtype"]).reshape(record["shape"])
        arrays[record["name"]] = stored if record["scale"] is None else stored * record["scale"]
    return arrays


METHODS = {
    "gradient": SimpleGradient,
    "gradient_x_input": GradientXInput,
    "smoothgrad": lambda model: SmoothGrad(model, n_samples=20),
    "smoothgrad_absolute": lambda model: SmoothGrad(model, n_samples=20, reduce="absolute"),
    "smoothgrad_squared": lambda model: SmoothGrad(model, n_samples=20, reduce="square"),
    "vargrad": lambda model: SmoothGrad(model, n_samples=20, reduce="variance"),
}


@pytest.mark.parametrize("method", METHODS)
def test_the_explanation_is_the_explainers(make, model, image, method):
    found = make(model, image, target=4, method=method, n_samples=20).wait(20).explanation
    expected = METHODS[method](model).attribute(image[None], target=4)
    assert found.values.shape == (3, 8, 10)
    assert found.values.dtype == np.float32
    np.testing.assert_allclose(found.values, expected.value[0], rtol=1e-5, atol=1e-8)
    if expected.standard_error is None:
        assert found.standard_error is None
    else:
        np.testing.assert_allclose(found.standard_error, expected.standard_error[0], rtol=1e-4, atol=1e-8)
    assert found.target == 4
    model.eval()
    assert found.score == pytest.approx(float(model(image[None])[0, 4].detach()), abs=1e-5)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("multiply", [False, True])
def test_parameters_and_copied_code_reproduce_the_numbers(make, model, image, method, multiply):
    widget = make(model, image, method=method, n_samples=11, noise_level=0.2, seed=9, multiply_by_inputs=multiply)
    first = widget.wait(20).explanation
    again = make(model, image, **first.parameters).wait(20).explanation
    assert_equal_to_rounding(again.values, first.values)
    code = widget.result["header"]["code"]
    assert ast.parse(code)
    from_code = eval(code, {"xw": xw, "model": model, "inputs": image})
    assert_equal_to_rounding(from_code.wait(20).explanation.values, first.values)
    from_code.close()


def test_the_code_of_a_stopped_run_gives_what_is_shown(make, model, image):
    class Slow(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = model

        def forward(self, x):
            time.sleep(0.03)
            return self.inner(x)

    widget = make(Slow(), image, n_samples=10_000)
    until(lambda: widget._shown is not None and widget._shown[0].done >= 4)
    widget.cancel()
    widget.wait(20)
    stopped = widget.explanation
    assert widget.status == "cancelled"
    assert 4 <= stopped.done < 10_000
    again = make(Slow(), image, **stopped.parameters).wait(60).explanation
    assert again.done == stopped.done
    np.testing.assert_allclose(again.values, stopped.values, rtol=1e-5, atol=1e-8)


def test_raising_the_samples_resumes(make, model, image):
    rows = []
    handle = model.register_forward_hook(lambda *arguments: rows.append(len(arguments[2])))
    widget = make(model, image, target=1, n_samples=20)
    widget.wait(20)
    rows.clear()
    widget.n_samples = 30
    assert widget.wait(20).explanation.done == 30
    assert 10 <= sum(rows) <= 12, "the one or two of a comparison are seen by the model and by its copy"
    rows.clear()
    widget.multiply_by_inputs = True
    widget.wait(20)
    assert sum(rows) == 0, "times the input needs no model"
    widget.n_samples = 20
    assert widget.wait(20).explanation.done == 20
    handle.remove()


def test_the_target_none_is_the_predicted_class(make, model, image):
    found = make(model, image, n_samples=4).wait(20).explanation
    model.eval()
    assert found.target == int(model(image[None]).argmax())
    assert found.parameters["target"] == found.target


def test_a_target_function(make, model, image):
    def margin(output):
        return output[:, 0] - output[:, 1]

    widget = make(model, image, target=margin, method="gradient").wait(20)
    expected = SimpleGradient(model).attribute(image[None], target=margin).value[0]
    np.testing.assert_allclose(widget.explanation.values, expected, rtol=1e-6)
    assert widget.explanation.target is margin
    assert widget.get_state("target")["target"] == {"name": "margin"}
    assert widget.result["header"]["target_name"] == "margin"
    widget.set_state({"target": {"name": "margin"}})
    assert widget.target is margin
    widget.set_state({"target": 3})
    assert widget.wait(20).explanation.target == 3


def test_any_object_with_attribute_is_a_method(make, model, image):
    model.eval()
    captum = Saliency(model)
    widget = make(model, image, target=2, method=captum).wait(20)
    expected = captum.attribute(image[None], target=2)[0]
    np.testing.assert_allclose(widget.explanation.values, expected.numpy(), rtol=1e-6)
    assert widget.get_state("method")["method"] == "custom"
    assert widget.result["header"]["method_name"] == "Saliency"
    ours = make(model, image, target=2, method=SmoothGrad(model, n_samples=6, seed=2)).wait(20)
    assert ours.explanation.done == 6
    widget.method = "gradient"
    assert_equal_to_rounding(np.abs(widget.wait(20).explanation.values), expected.numpy())


def test_a_custom_methods_map_of_another_shape_is_refused(make, model, image):
    class Small:
        def attribute(self, inputs, target):
            return inputs[:, :, ::2]

    with pytest.raises(InputError, match=r"Small.attribute returned shape \(1, 3, 4, 10\)"):
        make(model, image, method=Small()).wait(20)


@pytest.mark.parametrize("streams", [False, True])
def test_a_custom_methods_nan_is_an_error(make, model, image, streams):
    class Nan:
        def attribute(self, inputs, target):
            return inputs / 0 * 0

    if streams:
        Nan.stream = lambda self, inputs, target: iter(
            [Estimate((inputs / 0 * 0).numpy(), None, 1, 1, "pass", finished=True, state=None)]
        )
    with pytest.raises(ModelError, match=r"Nan\.attribute returned 240 values"):
        make(model, image, method=Nan()).wait(20)


def test_a_custom_method_can_be_chosen_again_in_the_view(make, model, image):
    method = SimpleGradient(model)
    widget = make(model, image, method=method).wait(20)
    widget.set_state({"method": "smoothgrad"})
    assert widget.method == "smoothgrad"
    widget.set_state({"method": "custom"})
    assert widget.method is method


def test_the_picture_keeps_its_own_class_when_the_next_run_fails(make, image):
    class Turns(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.tensor([[2.0, 1.0]]))

        def forward(self, x):
            if self.weight[0, 1] > 2 and x.requires_grad:
                raise RuntimeError("worn out")
            return x.flatten(1).sum(1, keepdim=True) * self.weight

    turning = Turns()
    widget = make(turning, image, method="gradient", class_names=["first", "second"]).wait(20)
    turning.weight.data[0, 1] = 3.0
    widget.noise_level = 0.3
    with pytest.raises(ModelError, match="worn out"):
        widget.wait(20)
    assert "first" in widget.snapshot().alt
    widget.channel_reduction = "mean"
    until(lambda: widget.result["header"]["channel_reduction"] == "mean")
    assert widget.result["header"]["target_name"] == "first"


def test_copied_code_names_what_the_notebook_names(make, model, image, monkeypatch):
    class Shell:
        user_ns: ClassVar = {"net": model, "_": image, "batch": torch.stack([1 - image, image])}

    monkeypatch.setattr("IPython.get_ipython", Shell)
    widget = make(model, Shell.user_ns["batch"][1], target=1, n_samples=2).wait(20)
    code = widget.result["header"]["code"]
    assert code.startswith("xw.SaliencyMap(net, batch[1], target=1")
    again = eval(code, {"xw": xw, **Shell.user_ns}).wait(20)
    np.testing.assert_array_equal(again.explanation.values, widget.explanation.values)
    again.close()

    class Mine:
        def attribute(self, inputs, target):
            return inputs

    for odd in (torch.eye(3).to_sparse(), torch.eye(3).to_sparse_csr(), memoryview(np.zeros((2, 2))), Unreadable()):
        Shell.user_ns = {"odd": odd, "net": model, "batch": Shell.user_ns["batch"]}
        code = make(model, Shell.user_ns["batch"][1], target=1, n_samples=2).wait(20).result["header"]["code"]
        assert code.startswith("xw.SaliencyMap(net, batch[1], target=1")

    unnamed = make(model, image, method=Mine()).wait(20).result["header"]["code"]
    assert unnamed.splitlines()[0] == "# inputs, method: what was given to this view"
    assert "method=method" in unnamed
    assert ast.parse(unnamed)


def test_several_rows(make, model, image):
    batch = torch.stack([image, 1 - image, image.flip(1)])
    widget = make(model, batch, target=[0, 1, 2], n_samples=6).wait(20)
    assert widget.explanation.values.shape == (3, 3, 8, 10)
    assert widget.explanation.target == [0, 1, 2]
    assert widget.n_pictures == 3
    for index in (0, 2):
        widget.index = index
        until(lambda index=index: widget.result["header"]["index"] == index)
        assert widget.picture["header"]["index"] == index
        shown = decoded(widget.result)["map"]
        np.testing.assert_allclose(shown, widget.explanation.values[index].sum(0), atol=1e-3 * np.abs(shown).max())
        assert widget.result["header"]["target"] == index
    with pytest.raises(traitlets.TraitError, match="there are 3 pictures"):
        widget.index = 3


def test_several_inputs(make, image):
    class Two(nn.Module):
        def forward(self, picture, weight):
            return torch.stack([(picture.sum((1, 2, 3)) * weight[:, 0]), weight.sum(1)], 1)

    widget = make(Two(), (image[None], torch.ones(1, 2)), target=0, method="gradient").wait(20)
    pictures, weights = widget.explanation.values
    assert pictures.shape == (1, 3, 8, 10)
    np.testing.assert_allclose(pictures, 1.0)
    np.testing.assert_allclose(weights, [[float(image.sum()), 0.0]], rtol=1e-5)


@pytest.mark.parametrize("how", ["sum", "mean", "max_abs"])
def test_the_wire_carries_the_reduced_map_and_its_error(make, model, image, how):
    widget = make(model, image, n_samples=10, channel_reduction=how).wait(20)
    arrays, found = decoded(widget.result), widget.explanation
    values, errors = reduce_channels(found.values, found.standard_error, how)
    np.testing.assert_allclose(arrays["map"], values, atol=1e-4 * np.abs(values).max())
    np.testing.assert_allclose(arrays["error"], errors, atol=0.01 * errors.max())
    assert arrays["map"].shape == (8, 10)
    json.dumps(widget.result["header"])


def test_the_channel_reduction_needs_no_model(make, model, image):
    widget = make(model, image, n_samples=10).wait(20)
    job = widget.job
    widget.channel_reduction = "max_abs"
    until(lambda: widget.result["header"]["channel_reduction"] == "max_abs")
    assert widget.job == job


def test_the_header_says_what_was_done(make, model, image):
    widget = make(model, image, n_samples=9, noise_level=0.25, seed=5, class_names=list("abcdefg"), target=2).wait(20)
    header = widget.result["header"]
    spread = float(image.max() - image.min())
    assert (header["done"], header["total"], header["unit"]) == (10, 10, "sample")
    assert header["sigma"] == pytest.approx(0.25 * spread, rel=1e-6)
    assert header["target_name"] == "c"
    assert (header["input_height"], header["input_width"], header["channels"]) == (8, 10, 3)
    error = np.linalg.norm(widget.explanation.standard_error) / np.linalg.norm(widget.explanation.values)
    assert header["relative_error"] == pytest.approx(error, rel=1e-4)
    assert header["signed"] is True
    assert header["version"] == 1


def test_an_exact_method_has_no_error_and_no_noise(make, model, image):
    header = make(model, image, method="gradient").wait(20).result["header"]
    assert header["relative_error"] is header["noise_level"] is header["sigma"] is None
    assert (header["done"], header["total"], header["unit"]) == (1, 1, "pass")


@pytest.mark.parametrize(
    ("outputs", "kind"),
    [
        (lambda logits: logits, "probability"),
        (lambda logits: logits.softmax(1), "probability"),
        (lambda logits: logits.sigmoid(), "score"),
        (lambda logits: logits[:, :1], "score"),
        (lambda logits: logits[:, 0], "score"),
    ],
)
def test_scores_are_probabilities_only_where_they_are(make, model, image, outputs, kind):
    scores = make(lambda x: outputs(model(x)), image, target=0, n_samples=2).wait(20).scores
    model.eval()
    with torch.no_grad():
        given = outputs(model(image[None]))
    expected = model(image[None]).softmax(1)[0] if kind == "probability" else given.reshape(-1)
    assert scores["kind"] == kind
    np.testing.assert_allclose(scores["values"], expected.detach(), rtol=1e-5)
    values = [entry["value"] for entry in scores["top"]]
    assert values == sorted(values, reverse=True)
    assert len(values) == min(5, len(scores["values"]))


def test_class_names_are_the_models_where_it_has_some(make, model, image):
    model.class_names = [f"<b>{number}</b>" for number in range(7)]
    widget = make(model, image, target=6, n_samples=2).wait(20)
    assert widget.class_names[6] == "<b>6</b>"
    assert widget.result["header"]["target_name"] == "<b>6</b>"


def test_a_large_input_is_sent_within_the_budget(make):
    class Sum(nn.Module):
        def forward(self, x):
            return x.flatten(1).sum(1, keepdim=True) * 2

    image = torch.rand(3, 900, 700)
    widget = make(Sum(), image, target=0, n_samples=4).wait(60)
    size = sum(buffer.nbytes for frame in (widget.result, widget.picture) for buffer in frame["buffers"])
    assert size < 1_000_000
    assert widget.result["header"]["input_height"] == 900
    np.testing.assert_allclose(decoded(widget.result)["map"], 6.0, rtol=1e-3)
    assert widget.explanation.values.shape == (3, 900, 700)


# -- bad input, and faults ---------------------------------------------------------------------------------------------


def test_scores_that_only_a_target_function_understood_are_missed_in_words(make, image):
    class Rich(nn.Module):
        def forward(self, x):
            return x.flatten(1).sum(1)[:, None, None] * torch.ones(2, 3)

    widget = make(Rich(), image, target=lambda output: output[:, 0, 0], n_samples=4).wait(20)
    for target in (None, 1):
        widget.target = target
        with pytest.raises(InputError, match=r"an output of shape \(\d, 2, 3\)"):
            widget.wait(20)


@pytest.mark.parametrize("index", ["a", None, 1.5, -1, 3])
def test_a_picture_that_there_is_not_is_refused(model, image, index):
    with pytest.raises(traitlets.TraitError, match="index"):
        xw.SaliencyMap(model, image, index=index)


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        (torch.zeros(8, 10), r"expected: \(channels, height, width\)|Expected: \(channels, height, width\)"),
        (torch.zeros(3, 8, 10, dtype=torch.int32), r"\.float\(\)"),
        (torch.zeros(3, 8, 10, dtype=torch.complex64), "complex64"),
        (torch.full((3, 8, 10), float("nan")), "240 of 240 values are NaN or infinite"),
        (torch.zeros(0, 3, 8, 10), "empty"),
        ((), "no input"),
    ],
)
def test_inputs_that_cannot_be_explained_are_refused_at_once(model, inputs, sentence):
    with pytest.raises(InputError, match=sentence):
        xw.SaliencyMap(model, inputs)


def test_channels_that_come_last_are_pointed_out(model, image):
    with pytest.raises(InputError, match=r"shape \(8, 10, 3\).*permute\(2, 0, 1\)"):
        xw.SaliencyMap(model, image.permute(1, 2, 0))


def test_a_tuple_of_single_pictures_is_told_of_rows(model, image):
    with pytest.raises(InputError, match=r"rows first in a tuple"):
        xw.SaliencyMap(model, (image, image))


def test_an_image_of_pillow_is_refused_in_words(model):
    with pytest.raises(InputError, match=r"values of type uint8"):
        xw.SaliencyMap(model, Image.new("RGB", (10, 8)))


def test_the_number_of_names_must_be_that_of_the_classes(make, model, image):
    with pytest.raises(InputError, match="5 names for a model with 7 outputs"):
        make(model, image, class_names=list("abcde")).wait(20)


@pytest.mark.parametrize(
    ("names", "do"),
    [
        ("abcdefg", r"pass class_names=\['abcdefg'\]"),
        ({0: "cat", 1: "dog"}, r"pass class_names=\[names\[index\] for index in sorted\(names\)\]"),
        (7, r"pass class_names=\[7\]"),
    ],
)
def test_names_that_are_no_list_are_refused(model, image, names, do):
    with pytest.raises(InputError, match=f"names of the outputs are no list.*{do}"):
        xw.SaliencyMap(model, image, class_names=names)


@pytest.mark.parametrize("own", [7, "cat", {0: "cat"}, None])
def test_what_a_model_calls_class_names_and_is_no_list_is_passed_over(make, model, image, own):
    model.class_names = own
    assert make(model, image, n_samples=2).wait(20).class_names == []


def test_a_picture_of_another_form_is_refused(model, image):
    with pytest.raises(InputError, match="a picture of 10 x 10"):
        xw.SaliencyMap(model, image, picture=np.zeros((10, 10, 3), np.uint8))


def test_a_model_that_is_none(image):
    with pytest.raises(InputError, match="not a model"):
        xw.SaliencyMap("resnet", image)


def test_wrong_channels_are_said_in_the_cell_and_raised(make, model):
    widget = make(model, torch.rand(1, 8, 10))
    with pytest.raises(ModelError, match="channels"):
        widget.wait(20)
    assert widget.status == "failed"
    assert "(1, 1, 8, 10)" in widget.error["given"]
    assert widget.scores is None, "not an empty one, which a view would read"
    assert widget.error["do"]


def test_a_target_out_of_range_keeps_the_last_picture(make, model, image):
    widget = make(model, image, target=1, n_samples=4).wait(20)
    before = widget.result
    widget.target = 7
    with pytest.raises(InputError, match="from 0 to 6"):
        widget.wait(20)
    assert widget.result is before
    assert widget.explanation.target == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("noise_level", -0.1),
        ("noise_level", float("nan")),
        ("n_samples", 0),
        ("seed", -1),
        ("seed", 2**53),
        ("method", "smothgrad"),
        ("method", 3),
        ("target", -1),
        ("target", "cat"),
        ("target", True),
        ("colormap", "jet"),
        ("sign", "both"),
        ("precision", "float8"),
        ("clip_percentile", 101.0),
        ("opacity", float("inf")),
        ("hover", -1),
    ],
)
def test_values_out_of_range_are_refused_and_change_nothing(make, model, image, name, value):
    widget = make(model, image, n_samples=2).wait(20)
    before = getattr(widget, name)
    with pytest.raises(traitlets.TraitError):
        setattr(widget, name, value)
    assert getattr(widget, name) == before
    assert widget.job == 1


def test_an_unknown_name_gets_advice(model, image):
    with pytest.raises(TypeError, match="did you mean colormap"):
        xw.SaliencyMap(model, image, colourmap="grey")
    widget = xw.SaliencyMap(model, image, n_samples=2)
    with pytest.raises(AttributeError, match=r"no 'noise_levl' to set\. Did you mean noise_level\?"):
        widget.noise_levl = 0.3


def test_what_the_kernel_owns_cannot_be_given(model, image):
    with pytest.raises(TypeError, match="no parameter 'status'"):
        xw.SaliencyMap(model, image, status="done")


def test_a_model_that_raises_on_the_way_leaves_what_there_is(make, image):
    class Breaks(nn.Module):
        calls = 0

        def forward(self, x):
            type(self).calls += 1
            if self.calls > 7:
                raise RuntimeError("the seventh was the last")
            time.sleep(0.03)
            return (x**3).flatten(1).sum(1, keepdim=True)

    widget = make(Breaks(), image, target=0, n_samples=100)
    with pytest.raises(ModelError, match="the seventh was the last"):
        widget.wait(20)
    assert widget.status == "failed"
    done = widget.explanation.done
    assert 0 < done < 100
    expected = SmoothGrad(lambda x: (x**3).flatten(1).sum(1, keepdim=True), n_samples=done).attribute(image[None], 0)
    np.testing.assert_allclose(widget.explanation.values, expected.value[0], rtol=1e-4)
    assert widget.result["header"]["done"] == done


def test_infinite_gradients_are_said(make, image):
    widget = make(lambda x: x.sqrt().flatten(1).sum(1), image * 0, target=0, method="gradient")
    with pytest.raises(ModelError, match="240 of 240 values are NaN or infinite"):
        widget.wait(20)


def test_a_map_beyond_float32_is_said(make, image):
    def steep(x):
        return (1e30 * x).flatten(1).sum(1)

    with pytest.raises(ModelError, match=r"too large for float32.*1\.0e\+60"):
        make(steep, image, method="smoothgrad_squared", n_samples=4).wait(20)
    assert np.isfinite(make(steep, image, n_samples=4).wait(20).explanation.values).all()


def test_weights_that_change_during_a_run_are_noticed(make, model, image):
    class Slow(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = model

        def forward(self, x):
            time.sleep(0.03)
            return self.inner(x)

    slow = Slow()
    widget = make(slow, image, target=0, n_samples=60)
    until(lambda: widget._shown is not None)
    with torch.no_grad():
        model[0].weight.add_(1.0)
    with pytest.raises(ModelError, match="weights changed"):
        widget.wait(20)
    widget._handle_custom_msg({"kind": "compute"}, [])
    found = widget.wait(20).explanation
    expected = SmoothGrad(model, n_samples=60).attribute(image[None], 0).value[0]
    np.testing.assert_allclose(found.values, expected, rtol=1e-4, atol=1e-6)
    model.eval()
    assert found.score == pytest.approx(float(model(image[None])[0, 0].detach()), abs=1e-5), (
        "scores are of the new weights"
    )


def test_a_model_that_cannot_be_shadowed_works_and_says_so(make, model, image):
    class Stubborn(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.lock = model, threading.Lock()

        def forward(self, x):
            return self.inner(x)

    stubborn = Stubborn()
    widget = make(stubborn, image, target=0, n_samples=6).wait(20)
    expected = SmoothGrad(model, n_samples=6).attribute(image[None], 0).value[0]
    np.testing.assert_allclose(widget.explanation.values, expected, rtol=1e-5, atol=1e-8)
    assert widget.notice == "unsafe_to_train"
    assert stubborn.training
    assert model.training


def test_two_widgets_on_one_model_do_not_disturb_each_other(make, model, image):
    both = [make(model, image, target=target, n_samples=40) for target in (0, 1)]
    for target, widget in enumerate(both):
        widget.noise_level = 0.2
        expected = SmoothGrad(model, noise_level=0.2, n_samples=40).attribute(image[None], target).value[0]
        np.testing.assert_allclose(widget.wait(20).explanation.values, expected, rtol=1e-5, atol=1e-8)
    assert model.training
    assert all(parameter.grad is None and parameter.requires_grad for parameter in model.parameters())


def test_inputs_and_global_random_state_are_untouched(make, model, image):
    before, state = image.clone(), torch.random.get_rng_state()
    numpy_state = np.random.get_state()[1].copy()
    make(model, image, n_samples=6).wait(20)
    assert torch.equal(image, before)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert (np.random.get_state()[1] == numpy_state).all()


def test_a_cell_run_again_and_again_keeps_results_and_no_threads(model, image, monkeypatch):
    """Twenty more runs cost twenty finals, and the twenty after them no more."""
    monkeypatch.setattr(xw.SaliencyMap, "_release_seconds", 0.02)
    image = torch.nn.functional.interpolate(image[None], (128, 160))[0]
    pooled = nn.Sequential(nn.AdaptiveAvgPool2d((8, 10)), model)
    widgets, memory, threads = [], [], []
    for count in (5, 20, 20):
        made = [xw.SaliencyMap(pooled, image, n_samples=4) for _ in range(count)]
        for widget in made:
            widget.wait(20)
        until(lambda made=made: all(widget._noise is None and widget._shown[0].state is None for widget in made))
        widgets += made
        gc.collect()
        memory.append(psutil.Process().memory_info().rss)
        threads.append(threading.active_count())
    assert threads[1] == threads[2] == threads[0]
    numbers = image.numel() * (8 + 8 + 4 + 4) + 128 * 160 * 12  # estimate, explanation, wire and picture
    assert memory[2] - memory[1] <= 20 * numbers * 1.5 + (4 << 20)
    for widget in widgets:
        widget.close()


def test_freed_it_still_answers(make, model, image, monkeypatch):
    monkeypatch.setattr(xw.SaliencyMap, "_release_seconds", 0.02)
    widget = make(model, image, n_samples=6).wait(20)
    until(lambda: widget._shown[0].state is None)
    widget.channel_reduction = "mean"
    until(lambda: widget.result["header"]["channel_reduction"] == "mean")
    first = widget.explanation.values
    widget.n_samples = 8
    assert widget.wait(20).explanation.done == 8
    widget.n_samples = 6
    assert_equal_to_rounding(widget.wait(20).explanation.values, first)


def test_closed_in_mid_run_it_lets_the_model_go(image):
    class Slow(nn.Module):
        def forward(self, x):
            time.sleep(0.02)
            return (x**2).flatten(1).sum(1, keepdim=True)

    def run():
        slow = Slow()
        widget = xw.SaliencyMap(slow, image, n_samples=10_000)
        until(lambda: widget._shown is not None)
        widget.close()
        widget.wait(20)
        return weakref.ref(slow)

    gone = run()
    for _ in range(200):
        gc.collect()
        if gone() is None:
            break
        time.sleep(0.02)
    assert gone() is None


# -- without a browser -----------------------------------------------------------------------------------------------


def bundle_of(widget):
    bundle = widget._repr_mimebundle_()
    return bundle[0] if isinstance(bundle, tuple) else bundle


def test_the_display_carries_a_still_picture(make, model, image):
    data = bundle_of(make(model, image, n_samples=4).wait(20))
    png = base64.b64decode(data["image/png"])
    assert len(png) <= 150_000
    assert Image.open(io.BytesIO(png)).width > 300
    assert "application/vnd.jupyter.widget-view+json" in data


def test_the_display_does_not_wait_for_a_picture_that_takes_long(make, image):
    gate = threading.Event()

    class Slow(nn.Module):
        def forward(self, x):
            assert gate.wait(20)
            return x.flatten(1).sum(1, keepdim=True)

    widget = make(Slow(), image, target=0, n_samples=4)
    data = bundle_of(widget)  # returns although the model has not: this line would hang otherwise
    assert "image/png" not in data
    assert "application/vnd.jupyter.widget-view+json" in data
    gate.set()
    assert "image/png" in bundle_of(widget.wait(20))


def test_a_snapshot_is_an_ordinary_image_with_words(make, model, image):
    widget = make(model, image, n_samples=4, class_names=list("abcdefg"), target=2)
    snapshot = widget.wait(20).snapshot()
    assert snapshot.data.startswith(b"\x89PNG")
    assert "SmoothGrad for c" in snapshot.alt
    dark = np.asarray(Image.open(io.BytesIO(widget.snapshot("dark").data)).convert("L"))
    light = np.asarray(Image.open(io.BytesIO(snapshot.data)).convert("L"))
    assert dark[0, 0] < 64
    assert light[0, 0] > 192


def test_a_snapshot_for_no_known_theme_is_refused(make, model, image):
    with pytest.raises(InputError, match=r"theme='blue'.*light or dark"):
        make(model, image, n_samples=4).wait(20).snapshot("blue")


def test_a_snapshot_before_the_first_picture_says_what_to_do(make):
    widget = make(lambda x: x.sum(), torch.rand(3, 4, 4))
    with pytest.raises(InputError):
        widget.wait(20)
    with pytest.raises(RuntimeError, match=r"w\.wait\(\)"):
        widget.snapshot()


def test_to_html_writes_one_file_with_everything(make, model, image, tmp_path):
    widget = make(model, image, n_samples=4, target=1, class_names=["</script><b>", "cat", *"cdefg"]).wait(20)
    widget.to_html(tmp_path / "map.html")
    page = (tmp_path / "map.html").read_text()
    state = json.loads(page.split('id="xai-widgets">')[1].split("</script>")[0])["state"]
    assert state["class_names"][0] == "</script><b>"
    assert state["result"]["header"]["target_name"] == "cat"
    assert base64.b64decode(state["result"]["buffers"][0]["$bytes"]) == bytes(widget.result["buffers"][0])
    assert not {name for name in state if name.startswith("_")}
    assert "default-src 'none'" in page


def test_to_html_before_the_first_picture_writes_nothing(make, tmp_path):
    widget = make(lambda x: x.sum(), torch.rand(3, 4, 4))
    with pytest.raises(InputError):
        widget.wait(20)
    with pytest.raises(RuntimeError, match=r"w\.wait\(\) before w\.to_html"):
        widget.to_html(tmp_path / "map.html")
    assert list(tmp_path.iterdir()) == []


# -- pictures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "picture",
    [
        np.arange(60, dtype=np.uint8).reshape(4, 5, 3),
        np.arange(60, dtype=np.uint8).reshape(4, 5, 3).transpose(2, 0, 1),
        torch.arange(60, dtype=torch.uint8).reshape(4, 5, 3),
        np.arange(60).reshape(4, 5, 3) / 255,
        np.concatenate([np.arange(60).reshape(4, 5, 3), np.zeros((4, 5, 1))], axis=2).astype(np.uint8),
    ],
)
def test_pictures_in_the_usual_forms(picture):
    np.testing.assert_array_equal(given_picture(picture), np.arange(60).reshape(4, 5, 3))


@pytest.mark.parametrize("mode", ["P", "CMYK", "YCbCr", "HSV", "LA", "1"])
def test_a_photograph_whose_numbers_are_no_colours_is_converted(mode):
    photograph = Image.fromarray(np.arange(60, dtype=np.uint8).reshape(4, 5, 3) * 4).convert(mode)
    np.testing.assert_array_equal(given_picture(photograph), np.asarray(photograph.convert("RGB")))


@pytest.mark.parametrize("picture", [np.zeros((4, 5)), np.zeros((4, 5, 1), np.uint8)])
def test_grey_pictures(picture):
    assert given_picture(picture).shape == (4, 5, 3)


@pytest.mark.parametrize("picture", [np.full((4, 5, 3), 2.0), np.zeros((2, 4, 5, 3)), np.zeros((4, 5, 3), np.int64)])
def test_pictures_that_cannot_be_shown(picture):
    with pytest.raises(InputError, match="The picture cannot be shown"):
        given_picture(picture)


def test_the_number_of_pictures_must_be_that_of_the_rows(model, image):
    with pytest.raises(InputError, match="2 pictures for 1 inputs"):
        xw.SaliencyMap(model, image, picture=[np.zeros((8, 10, 3), np.uint8)] * 2)


def test_an_input_is_shown_in_its_own_range():
    shown = picture_of(np.stack([np.linspace(-2, 3, 12).reshape(3, 4)] * 3))
    assert shown.shape == (3, 4, 3)
    assert (shown.min(), shown.max()) == (0, 255)
    assert picture_of(np.full((1, 2, 2), 7.0)).tolist() == [[[128] * 3] * 2] * 2


@pytest.mark.parametrize(("height", "width"), [(500, 500), (401, 999), (1000, 300)])
def test_a_shrunk_cell_holds_the_pixels_that_the_view_reads_there(height, width):
    rows = np.arange(height)
    small = shrink(np.broadcast_to(rows[:, None], (height, width)))
    cells = rows * len(small) // height
    assert np.bincount(cells).min() > 0
    np.testing.assert_allclose(small[:, 0], np.bincount(cells, rows) / np.bincount(cells))


def test_shrinking_keeps_the_mean_and_the_place():
    values = np.zeros((30, 70))
    values[3, 60] = 1.0
    small = shrink(values, 500)
    assert small.size <= 500
    assert np.unravel_index(small.argmax(), small.shape) == (3 * small.shape[0] // 30, 60 * small.shape[1] // 70)
    np.testing.assert_allclose(shrink(np.ones((30, 70, 3)), 500), 1.0)


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.005)
