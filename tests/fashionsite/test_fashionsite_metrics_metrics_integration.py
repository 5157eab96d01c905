"""`/metrics` and `/ready/` of a real server process, before and after clients were there."""

import json
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import InvalidStatus

from tests.servers import RunningServer, running_server
from tests.streaming.peers import (
    attached,
    open_session,
    predictions_of,
    run_stream,
    session_socket,
    wait_until,
)

Series = tuple[str, frozenset[tuple[str, str]]]


@pytest.fixture(name="server", scope="module")
def make_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that nobody else has sockets to."""
    with running_server(tmp_path_factory.mktemp("server")) as server:
        yield server


def _series(name: str, **labels: str) -> Series:
    return name, frozenset(labels.items())


def _read(server: RunningServer) -> dict[Series, float]:
    with urllib.request.urlopen(f"{server.http_url}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    return {
        _series(each.name, **each.labels): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


def _added(before: dict[Series, float], server: RunningServer, *series: Series) -> list[float]:
    now = _read(server)
    return [now.get(each, 0) - before.get(each, 0) for each in series]


def test_a_session_is_counted_frame_by_frame(server: RunningServer) -> None:
    before = _read(server)
    open_now = [_series("fashionsite_websockets", port=port) for port in ("session", "frames")]
    with session_socket(server) as session:
        opened = open_session(session, count=20)
        with attached(server, opened) as frames:
            run_stream(session, frames, opened)
            assert _added(before, server, *open_now) == [1, 1]
        session.say("done")
        session.hear("accepted")
        assert session.close_code() == 1000
    assert _added(
        before,
        server,
        _series("fashionsite_frames_sent_total"),
        _series("fashionsite_predictions_stored_total"),
        _series("fashionsite_predictions_repeated_total"),
        _series("fashionsite_frames_settled_total", fate="stored"),
        _series("fashionsite_frames_settled_total", fate="lost"),
        _series("fashionsite_inference_seconds_count"),
    ) == [20, 20, 0, 20, 0, 20]
    assert _added(before, server, _series("fashionsite_commit_seconds_count"))[0] >= 1
    assert _read(server)[_series("fashionsite_batches_waiting")] == 0
    wait_until(lambda: _added(before, server, *open_now) == [0, 0])


def test_what_a_client_gave_up_is_counted_as_lost(server: RunningServer) -> None:
    before = _read(server)
    with session_socket(server) as session:
        opened = open_session(session, count=20)
        with attached(server, opened) as frames:
            frames.say("credit", until=8)
            session.say("ready")
            session.hear("ready")
            received = 0
            while received < 8:
                received += len(frames.hear_frames())
            for number in (1, 2):
                answer = session.predict(predictions_of(range(5)), number)
                assert answer["stored"] + answer["repeated"] == 5
            # An offence, and so the end of it.
            session.socket.send("nonsense")
            assert session.refusal()[0] == "malformed-message"
    fates = [
        _series("fashionsite_frames_settled_total", fate=fate)
        for fate in ("stored", "lost", "unsent")
    ]
    wait_until(lambda: _added(before, server, *fates) == [5, 3, 12])
    assert _added(
        before,
        server,
        _series("fashionsite_predictions_stored_total"),
        _series("fashionsite_predictions_repeated_total"),
        _series("fashionsite_peers_refused_total", code="malformed-message"),
    ) == [5, 5, 1]


def test_a_handshake_that_is_refused_is_counted(server: RunningServer) -> None:
    before = _read(server)
    with pytest.raises(InvalidStatus), session_socket(server, origin="http://evil.example"):
        pass
    refused = _series("fashionsite_websockets_refused_total", code="foreign-origin")
    assert _added(before, server, refused) == [1]


def test_a_server_that_serves_is_ready(server: RunningServer) -> None:
    with urllib.request.urlopen(f"{server.http_url}/ready/", timeout=30) as answer:
        content = json.load(answer)
    assert set(content.values()) == {"ready", "ok"}
