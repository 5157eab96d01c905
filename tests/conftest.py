"""What every test shares: its marks, a real server process and browser, the end of databases."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from coverage import Coverage
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser

from tests.browser import launched_browser
from tests.databases import drop_databases, drop_left_databases, is_postgres
from tests.engines import end_connections, unreachable
from tests.faults.streams import Ground
from tests.servers import RunningServer, environment_of, run_manage, running_server

_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "stream_server"}
# What a test module imports where its tests start servers of their own.
_SERVERS = (environment_of, run_manage, running_server, Ground)


if "CI" not in os.environ:
    # As Hypothesis has it for CI: a machine that is busy is no failure.
    hypothesis_settings.register_profile(
        "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    hypothesis_settings.load_profile("patient")


def pytest_sessionstart() -> None:
    """End at once, and say why, where the engines that the settings name do not answer."""
    problem = unreachable()
    if problem:
        # Without them there is nothing to run; where there must be, that is a failure.
        pytest.exit(problem, returncode=1 if os.environ.get("CI") else 0)


@pytest.fixture(autouse=True)
def _blocks_are_read_anew() -> None:
    """Keep no block of another test, which may have given its session the same id."""
    search = importlib.import_module("results.search")
    search.forget_blocks()


@pytest.fixture(scope="module", autouse=True)
def _servers_leave_no_database() -> Iterator[None]:
    """Drop what the servers of a file of tests had; it ends after the file's own fixtures."""
    yield
    drop_left_databases()


@pytest.fixture(scope="session", autouse=True)
def _nobody_keeps_the_test_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """End what threads that are gone left open, as PostgreSQL drops no database that is in use."""
    if not is_postgres():
        yield
        return
    request.getfixturevalue("django_db_setup")
    yield
    end_connections(settings.DATABASES["default"]["NAME"])


def pytest_sessionfinish() -> None:
    """Drop what the servers of this run had as databases, and keep what was measured.

    A process of pytest-xdist may be ended before it has written its coverage by itself.
    """
    drop_databases()
    measured = Coverage.current()
    if measured is not None:
        measured.save()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the ending of its file's name, as `make lint` checks it, and by its need.

    ``engines`` marks what works differently with another database or channel layer: what uses
    the database itself or starts a server, unless it is marked as ``once``.
    """
    for item in items:
        kind = Path(item.path).stem.rpartition("_")[2]
        item.add_marker(pytest.mark.integration if kind == "integration" else pytest.mark.unit)
        if uses_engines(item) and not item.get_closest_marker("once"):
            item.add_marker(pytest.mark.engines)


def uses_engines(item: pytest.Item) -> bool:
    """Whether a test uses a database, itself or through a server that it starts."""
    if item.get_closest_marker("django_db") or _DATABASE_FIXTURES.intersection(
        getattr(item, "fixturenames", ())
    ):
        return True
    imported = vars(getattr(item, "module", object)).values()
    return any(each in _SERVERS for each in imported if callable(each))


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
