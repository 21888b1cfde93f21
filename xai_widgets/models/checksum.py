"""A checksum of weights that is computed where they lie, so that they need not be copied to be compared."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

import torch

_AT_ONCE = 256 << 20  # bytes joined for one sum
_WIDTH = 256


def checksum(weights: Iterable[torch.Tensor]) -> int:
    """Return a number that changes when any weight does, or when they change places.

    Sums of 32-bit words, along the rows and along the columns of the octets laid out as a matrix: one changed word
    changes one sum of each, two that change places at least one. In 64 bits: a sum that wraps at 32 loses the sign of
    a float32.
    """
    found = 0
    with torch.no_grad():
        for octets in _joined(weights):
            padded = torch.nn.functional.pad(octets, (0, -len(octets) % _WIDTH))
            words = padded.view(torch.int32).view(_WIDTH // 4, -1)
            for axis in (0, 1):
                sums = words.sum(dim=axis, dtype=torch.int64).cpu().numpy()
                found = zlib.crc32(sums.data, found)
    return found


def _joined(weights: Iterable[torch.Tensor]) -> Iterator[torch.Tensor]:
    waiting: list[torch.Tensor] = []
    size = 0
    for weight in weights:
        waiting.append(weight.detach().contiguous().view(-1).view(torch.uint8))
        size += weight.nbytes
        if size >= _AT_ONCE:
            yield torch.cat(waiting)
            waiting, size = [], 0
    if waiting:
        yield torch.cat(waiting)
