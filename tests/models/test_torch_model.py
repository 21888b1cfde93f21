"""How a model is called: which output, which target, how many rows at once, and what happens when it fails."""

import collections
import gc
import pickle
import threading
import weakref

import numpy as np
import pytest
import torch
from torch import nn

from xai_widgets.models import InputError, ModelError, TorchModel, is_out_of_memory

from .nets import Two, Unsharable, convolutional, linear, noise, seeded

FIRST = np.zeros(2, dtype=int)


class ModelOutput(collections.OrderedDict):
    """What transformers' models return."""


def returning(make):
    net = seeded(linear)
    return lambda x: make(net(x))


@pytest.mark.parametrize(
    ("make", "output"),
    [
        (lambda y: y, "score"),
        (lambda y: (y,), "score"),
        (lambda y: [y], "score"),
        (lambda y: (None, y), 1),
        (lambda y: {"logits": y, "hidden": -y}, "score"),
        (lambda y: {"score": y, "logits": -y}, "score"),
        (lambda y: {"hidden": -y, "classes": y}, "classes"),
        (lambda y: ModelOutput(loss=None, logits=y), "score"),
        (lambda y: {"heads": (y,)}, "score"),
    ],
)
def test_the_scores_are_found_in_what_the_model_returns(make, output):
    x = noise(2, 6)
    scores = TorchModel(returning(make), output=output).scores((x.numpy(),))
    assert np.array_equal(scores, TorchModel(seeded(linear)).scores((x.numpy(),)))


@pytest.mark.parametrize(
    ("make", "output", "message"),
    [
        (lambda y: (y, y), "score", r"output= one of \[0, 1\]"),
        (lambda y: {"a": y, "b": y}, "score", r"output= one of \['a', 'b'\]"),
        (lambda y: {"a": y}, "c", r"output='c'"),
        (lambda y: y, 1, r"output=1, and a model that returns one tensor.*target= chooses the class"),
        (lambda y: 3.0, "score", "no tensor.*float"),
        (lambda y: (None, y), 0, "no tensor.*NoneType"),
        (lambda y: y.mean(), "score", "one row of scores for each row"),
        (lambda y: y[:1], "score", "one row of scores for each row"),
        (lambda y: y[:, :, None], "score", "one row of scores for each row"),
        (lambda y: y[:, :0], "score", r"shape \(2, 0\).*at least one real number"),
        (lambda y: y + 1j, "score", r"torch\.complex64.*at least one real number"),
    ],
)
def test_what_cannot_be_read_as_scores_is_refused_with_the_way_out(make, output, message):
    with pytest.raises((InputError, ModelError), match=message):
        TorchModel(returning(make), output=output).scores((noise(2, 6).numpy(),))


def test_one_number_for_each_row_is_one_output():
    model = TorchModel(lambda x: (x**2).sum(1))
    assert model.scores((np.array([[1.0, 2.0], [3.0, 4.0]]),)).tolist() == [[5.0], [25.0]]
    (gradient,) = model.gradients((torch.tensor([[1.0, 2.0]]),), FIRST[:1])
    assert gradient.tolist() == [[2.0, 4.0]]


def test_each_row_has_its_own_target():
    net, x = seeded(linear), noise(3, 6)
    (gradient,) = TorchModel(net).gradients((x,), np.array([2, 0, 1]))
    for row, target in enumerate((2, 0, 1)):
        (expected,) = TorchModel(net).gradients((x[row : row + 1],), np.array([target]))
        assert torch.allclose(gradient[row], expected[0], rtol=1e-6)


def test_an_input_that_is_not_used_has_a_gradient_of_zero():
    model = TorchModel(lambda left, right: left.sum(1))
    left, right = model.gradients((torch.ones(2, 3), torch.ones(2, 4)), FIRST)
    assert left.tolist() == torch.ones(2, 3).tolist()
    assert right.tolist() == torch.zeros(2, 4).tolist()


def test_several_inputs_are_passed_in_their_order():
    net = seeded(Two)
    inputs = (noise(2, 6), noise(2, 4))
    leaves = [tensor.clone().requires_grad_() for tensor in inputs]
    expected = torch.autograd.grad(net(*leaves)[:, 0].sum(), leaves)
    for ours, theirs in zip(TorchModel(net).gradients(inputs, FIRST), expected, strict=True):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_the_model_gets_its_own_precision(dtype):
    net = seeded(linear).to(dtype)
    model = TorchModel(net)
    x = noise(2, 6)
    (tensor,) = model.tensors((x.double().numpy(),))
    assert tensor.dtype == model.dtype == dtype
    (gradient,) = model.gradients((tensor,), FIRST)
    (expected,) = TorchModel(seeded(linear).double()).gradients((x.double(),), FIRST)
    assert torch.allclose(gradient.double(), expected, rtol=20 * torch.finfo(dtype).eps, atol=torch.finfo(dtype).eps)


def test_without_weights_the_inputs_keep_their_precision():
    (tensor,) = TorchModel(torch.sin).tensors((np.ones((1, 2)),))
    assert tensor.dtype == torch.float64


@pytest.mark.parametrize("target", [np.array([3, 0]), np.array([0, -1])])
def test_a_target_out_of_range_is_refused_with_the_range(target):
    with pytest.raises(InputError, match="index from 0 to 2: the model has 3 outputs"):
        TorchModel(seeded(linear)).gradients((noise(2, 6),), target)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (lambda scores: scores, r"one number for each row.*\(2, 3\).*\(2,\)"),
        (lambda scores: 3.0, "one number for each row.*float"),
        (lambda scores: scores[:, 0] + 1j, r"one number for each row.*torch\.complex64.*a real tensor"),
        (lambda scores: scores[:, 7], "target function raised IndexError"),
    ],
)
def test_a_target_function_is_told_what_it_should_return(target, message):
    with pytest.raises((InputError, ModelError), match=message):
        TorchModel(seeded(linear)).gradients((noise(2, 6),), target)


class Counting:
    """A model that notes the rows of each batch, and has room for `most` of them."""

    def __init__(self, most=10**9, *, backward=False):
        self.seen, self.most, self.failed = [], most, []
        self.backward = backward

    def __call__(self, x):
        self.seen.append(len(x))
        assert not any(reference() for reference in self.failed), "the failed batch is still in memory"
        large = x * 2
        if len(x) > self.most:
            self.failed.append(weakref.ref(large))
            if not self.backward:
                raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
            large.register_hook(self.fail)
        return (large**2).sum(1)

    def fail(self, gradient):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("most", [1, 3, 7])
def test_a_full_memory_means_smaller_batches_and_the_same_numbers(most, backward):
    counting = Counting(most, backward=backward)
    model = TorchModel(counting, batch_size=16)
    x = noise(20, 5)
    gc.disable()  # what reference cycles keep must not count as freed
    try:
        (gradient,) = model.gradients((x,), np.zeros(20, dtype=int))
    finally:
        gc.enable()
    assert torch.equal(gradient, 8 * x)
    assert counting.failed
    tried = counting.seen.index(max(rows for rows in counting.seen if rows <= most))
    assert max(counting.seen[tried:]) <= most, "what did not fit once is not tried again"


def test_a_memory_full_with_one_row_says_so():
    with pytest.raises(ModelError, match="even with one row") as caught:
        TorchModel(Counting(most=0)).gradients((torch.ones(4, 2),), np.zeros(4, dtype=int))
    assert "Tried to allocate 2.00 GiB" in caught.value.given
    assert is_out_of_memory(caught.value), "fewer draws at once may still help"


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        np._core._exceptions._ArrayMemoryError((10,), np.dtype(float)),
        torch.OutOfMemoryError("CUDA out of memory."),
        RuntimeError("MPS backend out of memory (MPS allocated: 1 GB)"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    ],
)
def test_every_device_is_understood_when_its_memory_is_full(error):
    assert is_out_of_memory(error)


@pytest.mark.parametrize("error", [ValueError("out of memory"), RuntimeError("size mismatch"), KeyError("x")])
def test_other_errors_are_no_full_memory(error):
    assert not is_out_of_memory(error)


def test_the_first_batch_is_two_rows_and_tells_how_many_fit():
    counting = Counting()
    TorchModel(counting).gradients((torch.ones(64, 2),), np.zeros(64, dtype=int))
    assert counting.seen == [2, 62]


def test_weights_are_not_counted_as_memory_of_a_row():
    wide = nn.Sequential(nn.Linear(4, 2000), nn.Tanh(), nn.Linear(2000, 2000), nn.Tanh(), nn.Linear(2000, 1))
    model = TorchModel(wide)
    model.gradients((torch.ones(2, 4),), FIRST)
    (bytes_per_row,) = model._record.bytes_per_row.values()
    assert 2 * 2000 * 4 <= bytes_per_row < 10 * 2000 * 4


def test_an_operation_that_autograd_forbids_is_refused_and_not_miscounted():
    def illegal(x):
        y = x.exp()
        y.add_(1)  # exp needs its result to go backward
        return y.sum(1)

    with pytest.raises(ModelError, match=r"backward pass raised.*modified by an inplace operation"):
        TorchModel(illegal).gradients((torch.zeros(1, 2),), FIRST[:1])


def test_a_model_that_multiplies_by_a_sparse_matrix_is_explained():
    class Graph(nn.Module):
        def __init__(self):
            super().__init__()
            self.head, self.edges = nn.Linear(6, 3), torch.eye(6).flip(0).to_sparse()

        def forward(self, x):
            return self.head(torch.sparse.mm(self.edges, x.T).T)

    net = seeded(Graph)
    (gradient,) = TorchModel(net).gradients((noise(2, 6),), FIRST)
    assert torch.equal(gradient, net.head.weight[:1].detach().flip(1).expand(2, -1))


class OneWay(torch.autograd.Function):
    """No way back, as through a layer that was quantised."""

    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, gradient):
        return None


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda x: x.detach().sum(1), "does not depend on the input through torch"),
        (lambda x: torch.from_numpy(x.detach().numpy()).sum(1), "does not depend on the input"),
        (lambda x: (x > 0).long().sum(1), "does not depend on the input"),
        (lambda x: OneWay.apply(x).sum(1), "does not depend on the input"),
        (lambda x: x[:, :3] @ torch.ones(6, 1), r"The model raised RuntimeError.*\(2, 6\).*mat1 and mat2"),
        (lambda x: torch.sqrt(x - x).sum(1), "The gradient is not finite.*12 of 12"),
        (lambda x: x.sum(1) + torch.nan, "The score is not finite.*2 of 2"),
        (lambda x: x.sum(1) * torch.inf, "The score is not finite"),
    ],
)
def test_a_model_that_fails_is_put_into_words(model, message):
    with pytest.raises(ModelError, match=message):
        TorchModel(model).gradients((noise(2, 6),), FIRST)


def test_scores_that_are_not_finite_are_refused():
    with pytest.raises(ModelError, match=r"The score is not finite.*2 of 6"):
        TorchModel(torch.log).scores((np.array([[1.0, 0.0, 2.0]] * 2),))


@pytest.mark.parametrize("model", [None, 3, "resnet50", {"model": 1}])
def test_what_cannot_be_called_is_not_a_model(model):
    with pytest.raises(InputError, match="not a model"):
        TorchModel(model)


def test_errors_keep_their_parts_when_pickled():
    error = InputError("Title.", given="a", expected="b", do="c")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (InputError, str(error), vars(error))
    assert isinstance(again, ValueError)


def test_what_cannot_be_shadowed_is_locked_in_eval_mode_and_put_back_even_when_it_fails():
    net = Unsharable().train()
    net.layer.eval()
    model, seen = TorchModel(net), []
    net.layer.register_forward_hook(lambda *_: seen.append([part.training for part in net.modules()]))
    modes = [part.training for part in net.modules()]
    model.gradients((noise(2, 6),), FIRST)
    with pytest.raises(ModelError):
        model.gradients((noise(2, 5),), FIRST)
    assert seen == [[False, False, False]]
    assert [part.training for part in net.modules()] == modes
    assert all(weight.grad is None and weight.requires_grad for weight in net.parameters())


def test_two_functions_of_one_unsharable_module_take_turns():
    net, inside, overlaps = Unsharable(), threading.Semaphore(1), []

    def call(x):
        overlaps.append(inside.acquire(blocking=False))
        try:
            threading.Event().wait(0.002)
            return net(x)
        finally:
            inside.release()

    def run(function):
        for _ in range(5):
            TorchModel(function).gradients((noise(2, 6),), FIRST)

    threads = [threading.Thread(target=run, args=[function]) for function in (call, lambda x: 1 * call(x))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overlaps == [True] * 10


def test_it_can_be_pickled_with_what_it_has_learned_left_behind():
    model = TorchModel(seeded(convolutional), output="score", batch_size=3)
    first = model.refresh()
    again = pickle.loads(pickle.dumps(model))
    assert again.refresh() == first
    assert again.batch_size == 3


def test_released_it_works_again():
    model = TorchModel(seeded(linear))
    (before,) = model.gradients((noise(2, 6),), FIRST)
    model.release()
    (after,) = model.gradients((noise(2, 6),), FIRST)
    assert torch.equal(before, after)


def test_verify_compares_what_we_run_by_version_and_by_value():
    net = seeded(linear)
    model = TorchModel(net)
    first = model.refresh()
    model.verify(first, by_value=True)
    weight = net[0].weight.detach().clone()
    net[0].weight.data.add_(1)
    model.verify(first)  # a write through .data changes no version
    with pytest.raises(ModelError, match="weights changed"):
        model.verify(first, by_value=True)
    again = model.refresh()
    with torch.no_grad():
        net[0].weight.copy_(weight)
    with pytest.raises(ModelError, match="weights changed"):
        model.verify(again)
    model.verify(first)


def test_a_model_moved_meanwhile_leaves_us_the_weights_we_began_with():
    net = seeded(linear)
    model = TorchModel(net)
    first = model.refresh()
    (before,) = model.gradients(model.tensors((noise(2, 6).numpy(),)), FIRST)
    net.double()
    model.verify(first, by_value=True)
    (after,) = model.gradients(model.tensors((noise(2, 6).numpy(),)), FIRST)
    assert torch.equal(before, after)
    model.refresh()
    assert model.dtype == torch.float64
