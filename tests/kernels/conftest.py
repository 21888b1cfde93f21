r"""Kernels of several versions of ipykernel, in small environments without torch that ``make setup`` makes.

``kernel(version)`` starts one; it ends with the test::

    from .kernel import VERSIONS

    @pytest.mark.parametrize("version", VERSIONS)
    def test_a_slider_is_answered(kernel, version):
        running = kernel(version)
        running.run("w = ...")
        comm = running.python("w.model_id")
        subshell = running.create_subshell() if running.subshells else None
        busy = running.start("import time; time.sleep(1)")
        running.set_state(comm, {"noise_level": 0.3}, subshell)
        running.wait_for(lambda message: message.kind == "update" and "result" in message.content)
        running.finish(busy)
"""

from contextlib import ExitStack

import pytest

from .kernel import start_kernel


@pytest.fixture
def kernel(root, tmp_path):
    """``kernel(version)`` starts a kernel of that version of ipykernel; returns a ``Kernel``."""
    with ExitStack() as stack:

        def start(version):
            python = root / ".venv-kernels" / version / "bin" / "python"
            if not python.exists():
                pytest.fail(f"No environment for ipykernel {version}: make setup makes it.", pytrace=False)
            return stack.enter_context(start_kernel(version, python, tmp_path / version, root))

        yield start
