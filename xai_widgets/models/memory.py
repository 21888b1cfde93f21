"""How many rows fit, and how to tell that they did not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

# Beyond the caches a larger batch is slower, not faster; a few rows at once are always faster than one.
_CACHES = 32 << 20
_FEW_ROWS = 4
_WORDS = ("out of memory", "can't allocate memory", "alloc_failed")  # the last is cuDNN's and cuBLAS's


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an exception means that memory ran out, on any device.

    Torch raises its own class on CUDA, a plain RuntimeError on the CPU and on MPS; numpy raises MemoryError.
    """
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in _WORDS)


def rows_at_once(device: torch.device, bytes_per_row: int) -> tuple[int, int]:
    """Return how many rows are fastest in one batch, by the bytes of activations that each takes, and how many fit."""
    free = available(device)
    if device.type == "cuda":  # fastest when it is full
        most = free // 2 // bytes_per_row
        return most, most
    most = free // 4 // bytes_per_row
    return min(max(_FEW_ROWS, _CACHES // bytes_per_row), most), most


def has_room(size: int, device: torch.device) -> bool:
    """Tell whether `size` bytes may be kept on `device`: a quarter of what is available at most."""
    return size <= available(device) // 4


def available(device: torch.device) -> int:
    """Return the bytes that can be had: what torch or the file system keeps for later counts, as it makes room."""
    if device.type == "cuda":
        import torch

        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0]) + kept
    import psutil

    return int(psutil.virtual_memory().available)


class SavedBytes:
    """Counts the bytes that autograd keeps for the backward pass while its `hooks` are active.

    Parameters
    ----------
    free : iterable of torch.Tensor
        What takes no memory of its own: the weights.
    """

    def __init__(self, free: Iterable[torch.Tensor] = ()) -> None:
        self.total = 0
        self._seen = {tensor.untyped_storage().data_ptr() for tensor in free}

    def hooks(self) -> Any:
        import torch

        return torch.autograd.graph.saved_tensors_hooks(self._pack, _unpack)

    def _pack(self, tensor: torch.Tensor) -> tuple[torch.Tensor, int]:
        import torch

        if tensor.layout != torch.strided or tensor.is_nested:  # no storage of its own; autograd keeps few of those
            return tensor, version_of(tensor)
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in self._seen:
            self._seen.add(storage.data_ptr())
            self.total += storage.nbytes()
        return tensor, version_of(tensor)


def version_of(tensor: torch.Tensor) -> int:
    """Return how many times a tensor has been written to in place; 0 where torch does not count."""
    return 0 if tensor.is_inference() else tensor._version  # noqa: SLF001 (there is no public name)


def _unpack(packed: tuple[torch.Tensor, int]) -> torch.Tensor:
    tensor, version = packed
    if version_of(tensor) != version:  # autograd checks this itself, but not where there are hooks
        raise RuntimeError("a tensor needed for the gradient computation has been modified by an inplace operation")
    return tensor
