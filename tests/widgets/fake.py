"""A live widget whose explainer is a counter: everything of ours but torch."""

import threading
import time

import numpy as np
import traitlets

from xai_widgets import wire
from xai_widgets.explainers.stream import Estimate
from xai_widgets.widgets.live import LiveWidget


class CounterWidget(LiveWidget):
    """Counts to `steps`; each estimate's value is `level`, its error 1 / done."""

    _esm = "export default { render() {} }"
    _parameters = ("level", "steps")

    level = traitlets.Float(1.0).tag(sync=True, resettable=True)
    steps = traitlets.Int(3).tag(sync=True)

    def __init__(self, *, seconds=0.0, fail_at=None, gate=None, **traits):
        self.seconds, self.fail_at, self.gate = seconds, fail_at, gate
        self.freed = 0
        self.handler_threads = []
        super().__init__(**traits)
        self._request()

    @traitlets.observe("level")
    def _note_thread(self, _):
        self.handler_threads.append(threading.current_thread().name)

    def make_stream(self, request):
        for done in range(1, request["steps"] + 1):
            if self.gate is not None:
                assert self.gate.acquire(timeout=20)
            time.sleep(self.seconds)
            if done == self.fail_at:
                raise ValueError(f"no step {done}")
            value = np.full((2, 3), request["level"])
            yield Estimate(value, value / done, done, request["steps"], "sample", done == request["steps"], None)

    def _frame(self, estimate, request, job, sequence):
        header = {
            "job": job,
            "sequence": sequence,
            "done": estimate.done,
            "finished": estimate.finished,
            "level": request["level"],
        }
        return wire.frame(header, {"map": wire.quantise(estimate.value, "int16")})

    def _explain(self, estimate, request):
        return {"level": request["level"], "done": estimate.done}

    def _free(self):
        self.freed += 1
