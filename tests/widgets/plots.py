"""ICEPlots in tests, and what their frames carry."""

import time

import numpy as np


class Opaque:
    """A model whose fingerprint is the same whatever stands in what it refers to."""

    def __init__(self, answer):
        self.predict = answer

    def __reduce__(self):
        return str, ("opaque",)


def array_of(result, name, dtype=None):
    place = [array["name"] for array in result["arrays"]].index(name)
    return np.frombuffer(result["buffers"][place], dtype or result["arrays"][place]["dtype"])


def expect(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)
