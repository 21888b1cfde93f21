"""Curves of torch modules: the first layer is shared where that is plainly right, and else the module is asked."""

import numpy as np
import pytest
import torch
from torch import nn

from xai_widgets.explainers import PartialDependence, partial_dependence, torch_curves
from xai_widgets.explainers.dependence import StackedPredictions
from xai_widgets.models import ModelError
from xai_widgets.models.torch_model import TorchModel


def chain(*, outputs=1, dtype=torch.float32):
    torch.manual_seed(0)
    parts = (nn.Linear(4, 16), nn.ReLU(), nn.BatchNorm1d(16), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, outputs))
    return nn.Sequential(*parts).to(dtype)


def rows(n=60):
    return np.random.default_rng(0).normal(size=(n, 4))


def both(model, features=1, X=None, **settings):
    """Return the method, the curves, and those of the module itself, both of shape (rows, outputs, points)."""
    X = rows() if X is None else X
    explainer = PartialDependence(model, features, grid_resolution=11, **settings)
    found, method = explainer.explain(X).individual, explainer.method
    state = explainer.start(X)
    asked = StackedPredictions(explainer.predictor)(state.table, np.arange(len(X)), state.grid)
    return method, found.reshape(len(found), len(X), -1).swapaxes(0, 1), asked


@pytest.mark.parametrize("features", [0, 3, (1, 2)])
@pytest.mark.parametrize(("dtype", "within"), [(torch.float32, 1e-6), (torch.float64, 1e-13)])
def test_the_first_layer_is_shared_and_the_numbers_are_the_modules(features, dtype, within):
    method, found, asked = both(chain(dtype=dtype), features)
    assert method == "first layer once"
    np.testing.assert_allclose(found, asked, atol=within)


def test_each_output_by_itself():
    model = chain(outputs=3)
    method, every, asked = both(model, every_output=True)
    assert method == "first layer once"
    np.testing.assert_allclose(every, asked, atol=1e-6)
    _, one, _ = both(model, target=2)
    np.testing.assert_allclose(one[:, 0], every[:, 2], atol=1e-7)


def test_the_module_is_left_as_it_was():
    model = chain().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    both(model)
    assert all(part.training for part in model.modules())
    assert all(weight.requires_grad and weight.grad is None for weight in model.parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_a_module_trained_in_place_is_seen():
    model = chain(dtype=torch.float64)
    _, before, _ = both(model)
    with torch.no_grad():
        model[0].weight[:, 1] *= -2
        model[5].bias.data += 1
    _, found, asked = both(model)
    np.testing.assert_allclose(found, asked, atol=1e-13)
    assert np.abs(found - before).max() > 0.5


def _with_a_hook(model):
    model[0].register_forward_hook(lambda _, inputs, output: output * (inputs[0][:, :1] > 0))


def _with_a_hook_before(model):
    model.register_forward_pre_hook(lambda _, inputs: (inputs[0].abs(),))


def _with_a_parametrisation(model):
    nn.utils.parametrizations.weight_norm(model[0])


def _with_another_forward(model):
    first = model[0]
    first.forward = lambda rows: nn.functional.linear(rows.abs(), first.weight, first.bias)


@pytest.mark.parametrize("change", [_with_a_hook, _with_a_hook_before, _with_a_parametrisation, _with_another_forward])
def test_what_is_not_plain_is_asked(change):
    model = chain()
    change(model)
    method, found, asked = both(model)
    assert method == "predictions"
    np.testing.assert_array_equal(found, asked)


class Chain(nn.Sequential):
    def forward(self, rows):
        return super().forward(rows**2)


@pytest.mark.parametrize("model", [Chain(nn.Linear(4, 2), nn.Linear(2, 1)), nn.Sequential(nn.Tanh(), nn.Linear(4, 1))])
def test_modules_of_another_form_are_asked(model):
    method, found, asked = both(model)
    assert method == "predictions"
    np.testing.assert_array_equal(found, asked)


class Clipped(nn.Module):
    """What it makes of some rows depends on how many come at once."""

    def forward(self, hidden):
        return hidden.sum(dim=1, keepdim=True) + (len(hidden) < 20)


def test_what_disagrees_on_the_first_rows_is_asked(monkeypatch):
    monkeypatch.setattr("xai_widgets.explainers.torch_curves._BYTES", {"cpu": 1})
    method, found, asked = both(nn.Sequential(nn.Linear(4, 2), Clipped()), X=rows(7))
    assert method == "predictions"
    np.testing.assert_array_equal(found, asked)


def test_answers_that_are_not_finite_are_an_error():
    X = rows()
    X[17, 1] = 1e38
    with pytest.raises(ModelError, match="finite"):
        PartialDependence(nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 1)).apply(_of_hundreds), 0).explain(X)


def _of_hundreds(part):
    if isinstance(part, nn.Linear):
        nn.init.constant_(part.weight, 100.0)


def bent(*, hidden=(16, 8), dtype=torch.float32, bias=True):
    torch.manual_seed(1)
    parts = nn.Linear(4, hidden[0]), nn.ReLU(), nn.Linear(*hidden, bias=bias), nn.Tanh(), nn.Linear(hidden[1], 1)
    return nn.Sequential(*parts).to(dtype)


@pytest.mark.parametrize("feature", range(4))
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("dtype", "within"), [(torch.float32, 1e-6), (torch.float64, 1e-13)])
def test_a_line_through_two_layers_is_followed_from_switch_to_switch(feature, bias, dtype, within, monkeypatch):
    followed = []
    follow = torch_curves.bent_lines
    monkeypatch.setattr(torch_curves, "bent_lines", lambda *given: followed.append(1) or follow(*given))
    method, found, asked = both(bent(dtype=dtype, bias=bias), feature, 3 * rows())
    assert method == "first layer once"
    assert followed
    np.testing.assert_allclose(found, asked, atol=within)


def test_units_that_switch_at_a_point_itself_and_those_that_never_move():
    model = bent(dtype=torch.float64)
    with torch.no_grad():
        model[0].weight[:8] = torch.tensor([0.0, 1.0, 0.0, 0.0])
        model[0].bias[:8] = -torch.arange(8.0)
        model[0].weight[8:12, 1] = 0
    found = both(model, X=rows().round(), custom_values={1: np.arange(-2.0, 9)})
    np.testing.assert_allclose(found[1], found[2], atol=1e-13)


@pytest.mark.parametrize("values", [np.arange(11.0)[::-1], np.array([0.0, 3, 1, 2, 5, 4, 7, 6, 9, 8]), np.ones(9)])
def test_points_in_any_order(values):
    _, found, asked = both(bent(dtype=torch.float64), custom_values={1: values})
    np.testing.assert_allclose(found, asked, atol=1e-13)


def test_a_line_far_from_zero_keeps_its_digits():
    X = rows()
    X[:, 1] += 2020
    _, found, asked = both(bent(), 1, X)
    np.testing.assert_allclose(found, asked, atol=1e-3)
    far = both(bent(dtype=torch.float64), 1, X)[2]
    assert np.abs(found - far).max() <= 3 * np.abs(asked - far).max() + 1e-6


class Own(nn.Module):
    """Not a chain, so that it is asked; it spoils what it is given."""

    def __init__(self, outputs=1, dtype=torch.float32):
        super().__init__()
        self.inner = chain(outputs=outputs, dtype=dtype)

    def forward(self, rows):
        answers = self.inner(rows)
        rows.zero_()
        return answers


@pytest.mark.parametrize("at_once", [1, 7, 11, 50, 4096])
@pytest.mark.parametrize("features", [0, (1, 2)])
def test_rows_are_repeated_on_the_device_whatever_fits_there_at_once(at_once, features):
    explainer = PartialDependence(Own(2), features, grid_resolution=11, target=1)
    state = explainer.start(rows())
    expected = StackedPredictions(explainer.predictor)(state.table, state.order, state.grid)
    explainer.predictor.torch_model.batch_size = at_once
    found = explainer.advance(state, 60).parts[0][1]
    assert explainer.method == "predictions"
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_less_memory_than_thought_makes_smaller_batches():
    asked = []

    class Small(Own):
        def forward(self, rows):
            if len(rows) > 20:
                raise torch.OutOfMemoryError("CUDA out of memory")
            asked.append(len(rows))
            return super().forward(rows)

    _, found, _ = both(Small(), X=rows(13))
    asked_alone = both(Own(), X=rows(13))[2]
    assert max(asked) <= 20
    np.testing.assert_allclose(found, asked_alone, atol=1e-6)


@pytest.mark.parametrize("make", [chain, Own])
@pytest.mark.parametrize(("dtype", "kept"), [(torch.float32, np.float32), (torch.float64, np.float64)])
def test_curves_are_kept_in_the_modules_precision_and_summed_in_double(make, dtype, kept):
    model = make(dtype=dtype)
    X = rows(300)
    found = partial_dependence(model, X, [1], kind="both", grid_resolution=11)
    assert (found.individual.dtype, found.average.dtype) == (kept, np.float64)
    given = torch.tensor(X, dtype=dtype)
    given[:, 1] = float(found.grid_values[0][3])
    with torch.no_grad():
        answers = model.eval()(given).numpy()[:, 0]
    np.testing.assert_allclose(found.individual[0, :, 3], answers, atol=1e-6)
    np.testing.assert_allclose(found.average, found.individual.mean(axis=1, dtype=np.float64), rtol=1e-12)


@pytest.mark.parametrize(("make", "points"), [(chain, (11, 4)), (Own, (11, 1))])
def test_each_row_and_each_point_crosses_to_the_device_once(make, points, monkeypatch):
    sent = []
    own = TorchModel.tensors
    monkeypatch.setattr(
        TorchModel,
        "tensors",
        lambda self, arrays: sent.append([np.shape(each) for each in arrays]) or own(self, arrays),
    )
    explainer = PartialDependence(make(), 1, grid_resolution=11)
    state = explainer.advance(explainer.start(rows(400)), 100)  # and proves some rows
    sent.clear()
    explainer.advance(state, 300)
    assert sent == [[(300, 4), points]]
