import pytest
from hypothesis import settings

settings.register_profile("repository", deadline=None, derandomize=True)
settings.load_profile("repository")


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
