"""Who this client says it is."""

from importlib import metadata

import pytest

from analysis.identity import client_info


def test_names_the_machine_it_runs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "attic")
    assert client_info().name == "analyze on attic"


def test_stays_within_what_the_protocol_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "a" * 200)
    assert len(client_info().name) == 100


def test_says_its_version_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: "9.8.7")
    assert client_info().version == "9.8.7"


def test_says_that_it_runs_from_source(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert client_info().version == "source"
