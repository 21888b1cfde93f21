"""The shadow: gradients of the user's model, nothing of it touched, no memory for weights."""

import copy
import functools
import time

import pytest
import torch
from torch import nn

from xai_widgets.models import TorchModel
from xai_widgets.models.references import modules_of, unwrap
from xai_widgets.models.shadow import CannotShadowError, shadow

from .nets import NETS, Unsharable, convolutional, linear, noise, seeded


def plain_gradient(model, x, target=0):
    """What torch gives for the user's model in eval mode, and no way around it."""
    model = unwrap(model)
    if any(unwrap(part) is not part for part in model.children()):
        model = nn.Sequential(*map(unwrap, model))
    model.eval()
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(model(leaf.clone())[:, target].sum(), leaf)[0]


@pytest.mark.parametrize(("make", "shape"), NETS.values(), ids=NETS)
def test_gradients_are_bit_equal_to_the_models_own_in_eval_mode(make, shape):
    model, x = seeded(make), noise(*shape)
    model.train()
    wrapped = TorchModel(model)
    (gradient,) = wrapped.gradients((x,), torch.zeros(len(x), dtype=int).numpy())
    assert wrapped.shadowed
    assert torch.equal(gradient, plain_gradient(model, x))


@pytest.mark.parametrize(("make", "_"), NETS.values(), ids=NETS)
def test_every_weight_of_the_shadow_is_in_the_models_own_memory(make, _):
    model = unwrap(seeded(make))
    began = time.perf_counter()
    copied = shadow(model)
    print(f"shadow in {1e3 * (time.perf_counter() - began):.1f} ms")
    own = {tensor.data_ptr() for tensor in (*model.parameters(), *model.buffers())}
    shared = {tensor.data_ptr() for tensor in (*copied.parameters(), *copied.buffers())}
    assert shared == own
    assert not {id(part) for part in model.modules()} & {id(part) for part in copied.modules()}


def test_the_shadow_is_frozen_in_eval_mode_and_the_model_is_as_it_was():
    model = seeded(convolutional).train()
    model[0].bias.requires_grad_(requires_grad=False)
    model[3].eval()
    modes = [part.training for part in model.modules()]
    wanted = [weight.requires_grad for weight in model.parameters()]
    copied = shadow(model)
    assert not any(part.training for part in copied.modules())
    assert not any(weight.requires_grad for weight in copied.parameters())
    assert [part.training for part in model.modules()] == modes
    assert [weight.requires_grad for weight in model.parameters()] == wanted


def test_an_optimizer_step_is_seen_by_the_shadow_and_does_not_break_its_backward_pass():
    model = seeded(linear)
    copied = shadow(model)
    leaf = noise(2, 6).requires_grad_()
    score = copied(leaf)[:, 0].sum()
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(2)
    torch.autograd.grad(score, leaf)
    assert torch.equal(copied(noise(2, 6)), model(noise(2, 6)))


def test_hooks_of_the_model_run_on_the_shadow_and_ours_would_not_run_on_the_model():
    model = seeded(linear)
    model[1].register_forward_hook(lambda *_: torch.zeros(2, 8))
    copied = shadow(model)
    assert torch.equal(copied(noise(2, 6)), model(noise(2, 6)))
    copied[1].register_forward_hook(lambda *_: pytest.fail("the user's model has our hook"))
    model(noise(2, 6))


net = seeded(linear)
nets = [net, seeded(linear, 1)]


def helper(x):
    return net(x)


class Wrapper:
    def __init__(self, model):
        self.model = model

    def __call__(self, x):
        return self.model(x)

    def predict(self, x, scale=1):
        return scale * self.model(x)


def recursive(x, depth=1):
    return recursive(x, depth - 1) if depth else net(x)


def enclosing(model):
    return lambda x: 2 * model(x)


def keyword_default(x, *, model=net):
    return model(x)


def circular(wrapper):
    wrapper.own = wrapper
    return wrapper


CALLABLES = {
    "a global": lambda x: 2 * net(x),
    "a closure": enclosing(net),
    "a default": lambda x, model=net: model(x),
    "a keyword default": keyword_default,
    "a list": lambda x: sum(model(x) for model in nets),
    "a helper": lambda x: 2 * helper(x),
    "both ways": lambda x: net(x) + helper(x),
    "itself again": recursive,
    "a bound method": net.forward,
    "a partial": functools.partial(Wrapper(net).predict, scale=2),
    "an object": Wrapper(net),
    "an object's method": Wrapper(net).predict,
    "an object in a closure": enclosing(Wrapper(net)),
    "an object in an object": Wrapper(Wrapper(net)),
    "an object that refers to itself": circular(Wrapper(net)),
}


@pytest.mark.parametrize("function", CALLABLES.values(), ids=CALLABLES)
def test_a_function_is_shadowed_with_every_module_it_reaches(function):
    copied = shadow(function)
    originals = {id(module) for module in modules_of(function)}
    assert originals
    assert not originals & {id(module) for module in modules_of(copied)}
    x = noise(2, 6)
    assert torch.equal(copied(x), function(x))
    assert TorchModel(function).shadowed


def test_a_name_that_is_only_an_attribute_is_no_reference():
    holder = Wrapper(seeded(linear, 1))
    function = lambda x: 2 * holder.net(x)  # noqa: E731 (`net` is also a global of this file)
    del holder.model
    holder.net = seeded(linear, 1)
    assert modules_of(function) == [holder.net]


def test_what_reaches_its_model_in_hidden_ways_is_not_shadowed_by_halves():
    class Hidden:
        def __init__(self):
            self.inner = Wrapper(Wrapper(net))

    cached = functools.cache(lambda x: net(x) + 1)
    assert not TorchModel(lambda x: 2 * Hidden().inner.model.model(x)).shadowed
    assert not TorchModel(cached).shadowed
    assert modules_of(cached) == [net]
    assert not TorchModel(lambda x: (x**2).sum(1)).shadowed


def test_a_module_that_refuses_a_copy_says_so():
    with pytest.raises(CannotShadowError, match="a handle of the machine"):
        shadow(Unsharable())
    assert not TorchModel(Unsharable()).shadowed


def test_weights_made_in_inference_mode_are_shadowed_by_copies():
    with torch.inference_mode():
        model = seeded(linear)
    (gradient,) = TorchModel(model).gradients((noise(2, 6),), torch.zeros(2, dtype=int).numpy())
    again = seeded(linear)
    assert torch.equal(gradient, plain_gradient(again, noise(2, 6)))


def test_a_deepcopy_of_the_model_is_possible_afterwards():
    model = seeded(convolutional)
    TorchModel(model).refresh()
    assert copy.deepcopy(model)[0].weight.data_ptr() != model[0].weight.data_ptr()


def test_a_compiled_module_in_a_function_is_called_uncompiled():
    compiled = torch.compile(net)
    copied = shadow(lambda x: 2 * compiled(x))
    assert torch.equal(copied(noise(2, 6)), 2 * net(noise(2, 6)))


class DroppedLSTM(nn.LSTM):
    """Drops by itself, where it is trained."""

    def forward(self, x):
        return super().forward(nn.functional.dropout(x, training=self.training))


def test_a_recurrent_layer_with_a_forward_of_its_own_is_in_eval_mode():
    model = seeded(lambda: DroppedLSTM(3, 5, batch_first=True)).train()
    expected = copy.deepcopy(model).eval()(noise(2, 4, 3))[0]
    assert torch.equal(shadow(model)(noise(2, 4, 3))[0], expected)
    assert model.training
