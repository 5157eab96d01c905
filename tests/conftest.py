"""What every test shares: the unit or integration mark, a real server process and browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import launched_browser
from tests.servers import RunningServer, running_server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the ending of its file's name, as `make lint` checks it."""
    for item in items:
        kind = Path(item.path).stem.rpartition("_")[2]
        item.add_marker(pytest.mark.integration if kind == "integration" else pytest.mark.unit)


@pytest.fixture(scope="session")
def stream_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server process for every test that leaves it as it found it."""
    with running_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """A real browser; list it after ``live_server``, so that it is closed before the database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with launched_browser() as launched:
        yield launched
