"""Whether a device computes in bfloat16, and models that do."""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from .fold import all_modules
from .paired import PairedConvolution

_FLAGS = {"avx512_bf16", "amx_bf16", "bf16"}  # the last is ARM's
_LAYERS = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear, PairedConvolution)


def has_bfloat16(device: torch.device) -> bool:
    """Tell whether a device multiplies bfloat16 in hardware; where it is emulated it is slower than float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and _cpu_has_bfloat16()


@functools.cache
def _cpu_has_bfloat16() -> bool:
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:  # not Linux: torch knows of x86 alone
        return bool(torch.cpu._is_avx512_bf16_supported())  # noqa: SLF001 (there is no public name)
    return bool(_FLAGS & set(text.split()))


def keep_weights_in_bfloat16(call: Callable[..., Any]) -> None:
    """Convert, in place, the weights of layers that autocast would convert at every call: `call` is our own copy."""
    for module in all_modules(call):
        if type(module) in _LAYERS:
            module.to(torch.bfloat16)
