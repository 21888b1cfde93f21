"""Faster copies of models: used where they are the same model, and dropped where they are not."""

import gc
import weakref

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations, parametrize

from tests import data as real
from tests.models.nets import noise, seeded
from xai_widgets import zoo
from xai_widgets.explainers import SimpleGradient, SmoothGrad
from xai_widgets.models import ModelError, TorchModel, prepared, records, torch_model
from xai_widgets.models.checksum import checksum
from xai_widgets.models.fold import Watch, all_modules, fold
from xai_widgets.models.gates import Gates
from xai_widgets.models.pace import Pace
from xai_widgets.models.shadow import shadow
from xai_widgets.models.structure import structure_of

PICTURE = (1, 3, 12, 12)


def awake(net, *shape):
    """Give batch normalisation statistics and weights that are far from doing nothing."""
    net.train()
    with torch.no_grad():
        for _ in range(3):
            net(1.5 * noise(8, *shape) + 0.5)
        for module in net.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.affine:
                module.weight.uniform_(0.5, 1.5, generator=torch.Generator().manual_seed(2))
                module.bias.uniform_(-0.5, 0.5, generator=torch.Generator().manual_seed(3))
    return net.eval()


def convolution(*more, bias=False):
    return nn.Conv2d(3, 6, 3, bias=bias), *more


def head(channels=6):
    return nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 4)


class Functional(nn.Module):
    """Batch normalisation that is no module's call, after one that is."""

    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6)
        self.second, self.other, self.head = nn.Conv2d(6, 6, 3), nn.BatchNorm2d(6), nn.Sequential(*head())

    def forward(self, x):
        x = functional.relu(self.norm(self.first(x)))
        x = self.second(x)
        mean, variance = self.other.running_mean, self.other.running_var
        return self.head(functional.batch_norm(x, mean, variance, self.other.weight, self.other.bias, self.training))


class Residual(nn.Module):
    """A branch, an activation in place, and code that no tracer can follow."""

    def __init__(self):
        super().__init__()
        self.first, self.norm, self.relu = nn.Conv2d(3, 6, 3, bias=False), nn.BatchNorm2d(6), nn.ReLU(inplace=True)
        self.second, self.other = nn.Conv2d(6, 6, 3, padding=1), nn.BatchNorm2d(6)
        self.pool, self.head = nn.MaxPool2d(3, 2, 1), nn.Sequential(*head())

    def forward(self, x):
        if float(x.detach().abs().max()) > 1e6:
            raise ValueError("too bright")
        x = self.pool(self.relu(self.norm(self.first(x))))
        return self.head(functional.leaky_relu(x + self.other(self.second(x)), 0.1, inplace=True))


class SharedConvolution(nn.Module):
    """One convolution called twice, once before batch normalisation and once before nothing."""

    def __init__(self):
        super().__init__()
        self.layer, self.norm, self.head = nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3), nn.Sequential(*head(3))

    def forward(self, x):
        return self.head(torch.relu(self.layer(torch.relu(self.norm(self.layer(x))))))


class TwoReaders(nn.Module):
    """The convolution's output is used by more than the batch normalisation after it."""

    def __init__(self):
        super().__init__()
        self.layer, self.norm, self.head = nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.Sequential(*head())

    def forward(self, x):
        made = self.layer(x)
        return self.head(torch.relu(self.norm(made)) + made)


class WrittenBetween(nn.Module):
    """The convolution's output is the batch normalisation's input, but was written to in between."""

    def __init__(self):
        super().__init__()
        self.layer, self.norm, self.head = nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.Sequential(*head())

    def forward(self, x):
        return self.head(self.norm(functional.relu(self.layer(x), inplace=True)))


def hooked():
    net = nn.Sequential(*convolution(nn.BatchNorm2d(6), nn.ReLU()), *head())
    net[0].register_forward_hook(lambda module, given, made: 2 * made)
    return net


def per_channel():
    """Linear layers over the last dimension, batch normalisation over the second."""
    return nn.Sequential(nn.Flatten(2), nn.Linear(144, 3), nn.BatchNorm1d(3), nn.Flatten(), nn.Linear(9, 4))


# name: (network, how many normalisations are folded, whether the copy is used)
NETS = {
    "convolution and normalisation": (
        lambda: nn.Sequential(*convolution(nn.BatchNorm2d(6), nn.ReLU()), *head()),
        1,
        True,
    ),
    "a bias, and no affine": (
        lambda: nn.Sequential(*convolution(nn.BatchNorm2d(6, affine=False), nn.ReLU6(), bias=True), *head()),
        1,
        True,
    ),
    "residual, in place": (Residual, 2, True),
    "a linear layer": (
        lambda: nn.Sequential(nn.Flatten(), nn.Linear(432, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 4)),
        1,
        True,
    ),
    "no normalisation": (lambda: nn.Sequential(*convolution(nn.ReLU()), *head()), 0, True),
    "no convolution before it": (lambda: nn.Sequential(nn.BatchNorm2d(3), *convolution(nn.ReLU()), *head()), 0, True),
    "behind a rectifier": (lambda: nn.Sequential(*convolution(nn.ReLU(), nn.BatchNorm2d(6)), *head()), 0, True),
    "behind a rectifier in place": (WrittenBetween, 0, True),
    "a convolution used twice": (SharedConvolution, 0, True),
    "not a module's call": (Functional, 1, True),
    "with a hook": (hooked, 0, True),
    "over other dimensions": (per_channel, 0, False),
    "weight norm": (
        lambda: nn.Sequential(parametrizations.weight_norm(nn.Conv2d(3, 6, 3)), nn.BatchNorm2d(6), nn.ReLU(), *head()),
        0,
        True,
    ),
    "nothing to gain": (lambda: nn.Sequential(nn.Flatten(), nn.Linear(432, 4)), 0, False),
}


def disturb(layer, size):
    """Change a copy's bias; not in place, the user's model shares it."""
    layer.bias = nn.Parameter(layer.bias + size, requires_grad=False)


def settled(net, x, **options):
    """A model that has decided on its copy."""
    model = TorchModel(net, **options)
    model.refresh()
    for _ in range(3):
        model.gradients((x,), np.zeros(len(x), dtype=int))
    return model


def relative(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


@pytest.fixture
def plain(monkeypatch):
    """A way to run something without copies."""

    def run(function):
        with monkeypatch.context() as patch:
            patch.setattr(prepared.Prepared, "_is_worth_it", lambda self, model: False)
            patch.setattr(records, "_RECORDS", weakref.WeakKeyDictionary())
            return function()

    return run


@pytest.mark.parametrize(("make", "folded", "used"), NETS.values(), ids=NETS)
def test_a_copy_has_the_same_gradients_and_is_folded_only_where_it_may_be(make, folded, used, plain):
    net, x = awake(seeded(make), *PICTURE[1:]), noise(6, *PICTURE[1:])
    model = settled(net, x)
    assert len(model._prepared._folds) == folded
    assert model._prepared.in_use is used
    target = np.array([0, 1, 2, 3, 0, 1])
    expected = plain(lambda: TorchModel(net).gradients((x,), target)[0])
    assert relative(model.gradients((x,), target)[0].numpy(), expected.numpy()) < 1e-4


def test_statistics_of_the_batch_cannot_be_folded():
    make = lambda: nn.Sequential(*convolution(nn.BatchNorm2d(6, track_running_stats=False)), *head())  # noqa: E731
    assert not settled(seeded(make), noise(2, *PICTURE[1:]))._prepared._folds


def test_where_the_convolution_has_other_readers_the_numbers_tell_and_the_copy_is_dropped(plain):
    net, x = awake(seeded(TwoReaders), *PICTURE[1:]), noise(4, *PICTURE[1:])
    model = settled(net, x)
    assert len(model._prepared._folds) == 1
    assert not model._prepared.in_use
    target = np.zeros(4, dtype=int)
    expected = plain(lambda: TorchModel(net).gradients((x,), target)[0])
    assert torch.equal(model.gradients((x,), target)[0], expected)


@pytest.mark.parametrize("wrong", ["scores", "gradients", "raises"])
def test_a_copy_that_differs_is_dropped_and_nothing_of_it_is_seen(wrong, monkeypatch, plain):
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(1, *PICTURE[1:])

    def forge(call, pairs):
        if wrong == "raises":
            raise RuntimeError("no")
        fold(call, pairs)
        if wrong == "scores":
            disturb(all_modules(call)[-1], 0.01)
        else:
            call.register_full_backward_pre_hook(lambda module, given: (1.01 * given[0],))

    monkeypatch.setattr(prepared, "fold", forge)
    method = SmoothGrad(net, n_samples=20)
    value = method.attribute(x, target=0).value
    assert not method.model._prepared.in_use
    expected = plain(lambda: SmoothGrad(net, n_samples=20).attribute(x, target=0).value)
    assert relative(value, expected) < 1e-6


def test_it_is_compared_again_at_every_sixteenth_step_and_one_miss_ends_it():
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(4, *PICTURE[1:])
    model = settled(net, x)
    disturb(model._prepared._fast.model.head[-1], 1.0)  # a fault that was not there at first
    target = np.zeros(4, dtype=int)
    steps = 0
    while model._prepared.in_use and steps < 20:
        model.gradients((x,), target)
        steps += 1
    assert 10 <= steps <= 16
    for _ in range(20):
        model.gradients((x,), target)
    assert not model._prepared.in_use


def test_no_room_for_a_copy(monkeypatch):
    monkeypatch.setattr(prepared, "has_room", lambda size, device: False)
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(2, *PICTURE[1:])
    assert not settled(net, x)._prepared.in_use


def test_memory_that_runs_out_while_the_copy_is_made_is_no_error(monkeypatch):
    def fail(call, pairs):
        raise MemoryError

    monkeypatch.setattr(prepared, "fold", fail)
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(2, *PICTURE[1:])
    assert not settled(net, x)._prepared.in_use


def test_an_error_of_the_target_is_not_held_against_the_copy():
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(2, *PICTURE[1:])
    model = TorchModel(net)
    model.refresh()
    model.gradients((x,), np.zeros(2, dtype=int))
    with pytest.raises(ModelError, match="target function raised"):
        model.gradients((x,), lambda scores: scores.nothing)
    for _ in range(2):
        model.gradients((x,), np.zeros(2, dtype=int))
    assert model._prepared.in_use


@pytest.mark.parametrize("change", ["optimiser", "data", "statistics", "replaced"])
def test_weights_changed_between_runs_are_used(change, plain):
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(1, *PICTURE[1:])
    method = SmoothGrad(net, n_samples=20)
    before = [method.attribute(x, target=0).value for _ in range(2)][-1]
    assert method.model._prepared.in_use
    with torch.no_grad():
        if change == "optimiser":
            net.first.weight.add_(0.1 * noise(*net.first.weight.shape))
        elif change == "data":
            net.first.weight.data.add_(0.1 * noise(*net.first.weight.shape))
        elif change == "statistics":
            net.norm.running_var.data.mul_(2)
        else:
            net.second = seeded(lambda: nn.Conv2d(6, 6, 3, padding=1), 5)
    after = [method.attribute(x, target=0).value for _ in range(2)][-1]
    assert relative(after, before) > 0.01
    expected = plain(lambda: SmoothGrad(net, n_samples=20).attribute(x, target=0).value)
    assert relative(after, expected) < 1e-5
    assert method.model._prepared.in_use


def test_a_flag_set_between_runs_is_seen(plain):
    class Flagged(Residual):
        double = False

        def forward(self, x):
            return super().forward(x) * (2 if self.double else 1)

    net, x = awake(seeded(Flagged), *PICTURE[1:]), noise(1, *PICTURE[1:])
    net.double = False
    method = SimpleGradient(net)
    once = [method.attribute(x, target=0).value for _ in range(3)][-1]
    net.double = True
    np.testing.assert_allclose(method.attribute(x, target=0).value, 2 * once, rtol=1e-4, atol=1e-7)


def test_a_scripted_module_takes_no_hooks_and_has_its_gradients():
    module = seeded(lambda: nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)))
    inputs = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    expected = SimpleGradient(module).attribute(inputs, target=1).value
    for scripted in (torch.jit.script(module), torch.jit.trace(module, torch.zeros(2, 3))):
        found = SimpleGradient(scripted).attribute(inputs, target=1).value
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_a_model_moved_to_another_precision_runs_as_it_is(dtype):
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(1, *PICTURE[1:])
    method = SmoothGrad(net, n_samples=20)
    value = [method.attribute(x, target=0).value for _ in range(2)][-1]
    net.to(dtype)
    moved = [method.attribute(x.to(dtype), target=0).value for _ in range(2)][-1]
    assert not method.model._prepared.in_use
    assert relative(moved, value) < (1e-5 if dtype == torch.float64 else 0.2)


def test_the_users_model_is_left_alone():
    net, x = awake(seeded(Residual), *PICTURE[1:]).train(), noise(1, *PICTURE[1:])
    before = {name: (value.clone(), value.data_ptr(), value.stride()) for name, value in net.state_dict().items()}
    SmoothGrad(net, n_samples=50).attribute(x, target=0)
    for name, value in net.state_dict().items():
        copy, place, stride = before[name]
        assert torch.equal(value, copy)
        assert (value.data_ptr(), value.stride()) == (place, stride)
    assert all(module.training and not module._forward_hooks for module in net.modules())
    assert all(weight.requires_grad for weight in net.parameters())


def test_copies_live_as_long_as_their_user_and_release_frees_them():
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(2, *PICTURE[1:])
    model = settled(net, x)
    copied = weakref.ref(model._prepared._fast.model)
    model.release()
    gc.collect()
    assert copied() is None
    model = settled(net, x)
    copied = weakref.ref(model._prepared._fast.model)
    del model
    gc.collect()
    assert copied() is None
    gone = weakref.ref(net)
    del net
    gc.collect()
    assert gone() is None


def test_a_hook_that_knows_its_model_keeps_nothing_alive():
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(2, *PICTURE[1:])
    net.head.register_forward_hook(lambda module, given, made, net=net: None)
    settled(net, x)
    gone = weakref.ref(net)
    del net
    gc.collect()
    assert gone() is None


class Fickle(nn.Module):
    """Normalises bright pictures alone."""

    def __init__(self):
        super().__init__()
        self.first, self.norm, self.head = nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.Sequential(*head())

    def forward(self, x):
        y = self.first(x)
        return self.head(functional.relu(self.norm(y) if x.mean() > 0 else y))


def test_other_inputs_are_compared_before_they_are_shown(plain):
    net, x = awake(seeded(Fickle), *PICTURE[1:]), noise(1, *PICTURE[1:]).abs() + 1
    method = SmoothGrad(net, n_samples=10)
    method.attribute(x, target=0)
    assert method.model._prepared.in_use
    value = method.attribute(-x, target=0).value
    assert not method.model._prepared.in_use
    assert relative(value, plain(lambda: SmoothGrad(net, n_samples=10).attribute(-x, target=0).value)) < 1e-5


def test_a_copy_of_weights_in_passing_does_not_outlive_them(plain):
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(1, *PICTURE[1:])
    kept = {name: value.clone() for name, value in net.state_dict().items()}
    method = SmoothGrad(net, n_samples=20)
    stream = method.stream(x, target=0)
    next(stream)
    with torch.no_grad():
        net.first.weight.data.mul_(3)
    with pytest.raises(ModelError, match="changed while"):
        list(stream)
    net.load_state_dict(kept)
    value = method.attribute(x, target=0).value
    assert relative(value, plain(lambda: SmoothGrad(net, n_samples=20).attribute(x, target=0).value)) < 1e-5


@pytest.mark.parametrize("change", ["layout", "class"])
def test_weights_laid_out_anew_and_modules_of_another_class_are_seen(change, plain):
    net, x = nn.Sequential(nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 4)), noise(1, 6)
    method = SimpleGradient(net)
    before = method.attribute(x, target=0).value
    if change == "layout":
        net[0].weight.data = net[0].weight.data.t()
    else:
        net[1].__class__ = nn.Sigmoid
    value = method.attribute(x, target=0).value
    assert relative(value, before) > 0.01
    assert relative(value, plain(lambda: SimpleGradient(net).attribute(x, target=0).value)) < 1e-6


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_an_error_of_the_copy_is_not_the_models(precision, monkeypatch, plain):
    class Particular(Residual):
        """Its head insists on float32, and once on a module that is folded away."""

        picky = False

        def forward(self, x):
            if self.picky:
                assert self.norm.weight is not None
            y = self.pool(self.relu(self.norm(self.first(x))))
            with torch.autocast("cpu", enabled=False):
                return self.head(y.float())

    monkeypatch.setattr(torch_model, "has_bfloat16", lambda device: True)
    net, x = awake(seeded(Particular), *PICTURE[1:]), noise(1, *PICTURE[1:])
    method = SmoothGrad(net, n_samples=20, precision=precision)
    method.attribute(x, target=0)
    if method.model._prepared.in_use:
        method.model._prepared._fast.model.picky = True
    value = method.attribute(x, target=0).value
    expected = plain(lambda: SmoothGrad(net, n_samples=20).attribute(x, target=0).value)
    assert relative(value, expected) < (1e-5 if precision == "float32" else 0.1)
    assert not method.model._prepared.in_use


def test_a_function_of_a_model_is_prepared_too(plain):
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(2, *PICTURE[1:])

    def doubled(pictures):
        return 2 * net(pictures)

    model, target = settled(doubled, x), np.zeros(2, dtype=int)
    assert model._prepared.in_use
    expected = plain(lambda: TorchModel(doubled).gradients((x,), target)[0])
    assert relative(model.gradients((x,), target)[0].numpy(), expected.numpy()) < 1e-4


def test_what_cannot_be_copied_is_not_prepared():
    class Unsharable(Residual):
        def __deepcopy__(self, memo):
            raise TypeError("a handle of the machine")

    net, x = awake(seeded(Unsharable), *PICTURE[1:]), noise(2, *PICTURE[1:])
    assert not settled(net, x)._prepared.in_use


@pytest.mark.parametrize("reduce", ["mean", "absolute", "square", "variance"])
def test_maps_of_the_zoo_are_the_same_within_a_thousandth(reduce, plain):
    net, pictures = zoo.shapes()
    method = SmoothGrad(net, reduce=reduce)
    value = [method.attribute(pictures[:1]).value for _ in range(2)][-1]
    assert method.model._prepared.in_use
    assert method.model._prepared._folds
    assert relative(value, plain(lambda: SmoothGrad(net, reduce=reduce).attribute(pictures[:1]).value)) < 1e-3


def test_maps_of_a_trained_resnet_are_the_same_within_a_thousandth(data, plain):
    net, pictures = real.resnet20(), real.cifar()[0]
    for picture in pictures[:3, None]:
        method = SmoothGrad(net)
        value = [method.attribute(picture).value for _ in range(2)][-1]
        assert len(method.model._prepared._folds) == 19
        assert method.model._prepared.in_use
        assert relative(value, plain(lambda given=picture: SmoothGrad(net).attribute(given).value)) < 1e-3


def test_gates_of_another_run_make_its_gradient():
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(2, *PICTURE[1:])

    def gradient(pictures, impose=None):
        leaf = pictures.clone().requires_grad_()
        score = net(leaf.clone())[:, 0].sum()
        gates = Gates(score)
        if impose is not None:
            impose.impose(score)
        return torch.autograd.grad(score, leaf)[0], gates

    here, gates = gradient(x)
    there, _ = gradient(x + 0.3 * noise(*x.shape, seed=9))
    borrowed, _ = gradient(x + 0.3 * noise(*x.shape, seed=9), gates)
    assert relative(there.numpy(), here.numpy()) > 0.1
    assert relative(borrowed.numpy(), here.numpy()) < 1e-5  # linear but for its gates


def test_a_watched_run_is_the_models_own():
    net, x = awake(seeded(Residual), *PICTURE[1:]), noise(2, *PICTURE[1:])
    call = shadow(net)
    watch = Watch(call)
    with watch.hooks():
        assert torch.equal(call(x), net(x))
    assert not any(module._forward_hooks for module in call.modules())
    assert len(watch.pairs()) == 2


def test_parametrised_weights_stay_parametrised():
    net = awake(seeded(NETS["weight norm"][0]), *PICTURE[1:])
    settled(net, noise(2, *PICTURE[1:]))
    assert parametrize.is_parametrized(net[0], "weight")


@pytest.mark.parametrize("fastest", [8, 16, 32, 4])
def test_the_fastest_batch_size_is_found_and_kept(fastest):
    pace, seen = Pace(), []
    for _ in range(20):
        rows = pace.rows(8, 50)
        seen.append(rows)
        pace.note(rows, rows * (1 + abs(np.log2(rows / fastest))))
    assert seen[:2] == [8, 8]
    assert sorted(set(seen)) == {4: [4, 8], 8: [4, 8, 16], 16: [4, 8, 16, 32], 32: [4, 8, 16, 32]}[fastest]
    assert set(seen[12:]) == {fastest}


def test_another_batch_size_has_to_be_clearly_faster():
    pace = Pace()
    for _ in range(12):
        rows = pace.rows(8, 50)
        pace.note(rows, rows * (1.0 if rows == 8 else 0.98))
    assert pace.rows(8, 50) == 8
    pace.note(2, 1e-9)
    assert pace.rows(8, 50) == 8


def test_only_sizes_that_there_are_rows_for_are_tried():
    pace, seen = Pace(), set()
    for _ in range(20):
        rows = pace.rows(16, 50)
        seen.add(rows)
        pace.note(min(rows, 50), 1.0)  # the more at once, the better
    assert seen == {8, 16, 32, 64}  # all 50 at once say what 64 are like
    assert pace.rows(16, 50) == 64


@pytest.mark.parametrize("weights", [1, 3, 1000])
def test_a_checksum_changes_with_each_weight_and_their_order(weights):
    tensors = [noise(weights), torch.arange(5), torch.tensor(2.0), torch.zeros(0)]
    before = checksum(tensors)
    assert checksum([tensor.clone() for tensor in tensors]) == before
    tensors[0][0] = torch.nextafter(tensors[0][0], torch.tensor(9.0))
    assert checksum(tensors) != before
    assert checksum([-tensor for tensor in tensors]) != checksum(tensors)
    assert checksum([-noise(64 * 128)]) != checksum([noise(64 * 128)])
    assert checksum([tensors[1], tensors[0]]) != checksum([tensors[0], tensors[1]])


def test_the_structure_of_a_model_is_kept_until_something_is_replaced():
    net = seeded(Residual)
    before = structure_of(net)
    net.first.weight.data.add_(1)
    assert structure_of(net) == before
    net.relu = nn.ReLU()
    assert structure_of(net) != before
    net.sizes = [1, 2]
    before = structure_of(net)
    net.sizes.append(3)
    assert structure_of(net) != before
    net.sizes.append(object())
    assert structure_of(net) is None
    assert structure_of(lambda x: x) is None


def test_a_function_that_names_parts_of_a_model_is_folded_too():
    net, x = (
        awake(
            seeded(lambda: nn.Sequential(*convolution(nn.BatchNorm2d(6), nn.ReLU()), nn.Sequential(*head()))),
            *PICTURE[1:],
        ),
        noise(2, *PICTURE[1:]),
    )
    features = net[:3]
    model = settled(lambda given: net[3](features(given)), x)
    assert len(model._prepared._folds) == 1
    assert model._prepared.in_use
