"""Here every test of a real server process is one of each server program."""

from collections.abc import Iterator

import pytest

from streaming.serving import SERVERS
from tests.servers import RunningServer, running_server


@pytest.fixture(scope="session", params=SERVERS)
def stream_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """One server process for every test that leaves it as it found it."""
    folder = tmp_path_factory.mktemp(request.param)
    with running_server(folder, options=[f"--server={request.param}"]) as server:
        yield server
