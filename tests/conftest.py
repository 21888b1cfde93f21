"""What all tests share: the repository's root, the outside data, and the order of the run."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Few cores are shared by tests, kernels, servers and a browser, and threads of torch that wait for a core spin.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collection_modifyitems(items):
    """Put the browser last: it is slow, and Playwright keeps an event loop running once it has started."""
    items.sort(key=lambda item: "browser" in item.path.relative_to(ROOT).parts)


@pytest.fixture(scope="session")
def root():
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def data():
    """The folder of real models and pictures, ``$XAI_WIDGETS_DATA`` or ``../shared/data``; skips where it is absent."""
    folder = Path(os.environ.get("XAI_WIDGETS_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no data in {folder}; name its folder in XAI_WIDGETS_DATA")
    return folder


@pytest.fixture(scope="session")
def cluster():
    """A cluster of two worker processes."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(2, threads_per_worker=1, processes=True, dashboard_address=":0") as made:
        yield made


@pytest.fixture
def client(cluster):
    """What Dask works on during a test."""
    distributed = pytest.importorskip("distributed")
    with distributed.Client(cluster) as made:
        made.wait_for_workers(2)
        yield made
