"""ICEPlots in tests, and what their frames carry."""

import time

import numpy as np


def array_of(result, name, dtype):
    names = [array["name"] for array in result["arrays"]]
    return np.frombuffer(result["buffers"][names.index(name)], dtype)


def expect(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)
