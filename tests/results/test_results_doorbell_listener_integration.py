"""A Redis that goes away and comes back under a real server process."""

from collections.abc import Iterator

import pytest

from tests.engines import Redis, own_redis
from tests.servers import RunningServer, running_server
from tests.streaming.peers import (
    CLASSIFIER,
    CLIENT,
    attached,
    open_session,
    predictions_of,
    rest,
    run_stream,
    session_socket,
    wait_until,
)

# They bring a Redis of their own wherever they run.
pytestmark = pytest.mark.once


@pytest.fixture(name="redis", scope="module")
def make_redis() -> Iterator[Redis]:
    """A Redis of these tests' own."""
    with own_redis() as redis:
        yield redis


@pytest.fixture(name="server", scope="module")
def make_server(redis: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose doorbell is that Redis."""
    settings = {"CHANNEL_REDIS_URL": redis.url}
    with running_server(tmp_path_factory.mktemp("server"), settings=settings) as server:
        yield server


def test_a_session_does_not_notice_that_redis_is_gone_and_comes_back(
    server: RunningServer, redis: Redis
) -> None:
    offer = {**CLASSIFIER, "name": "patient"}
    asked = {"classifier": "patient", "count": 20, "fps": 0}
    logged = len(server.log)
    with session_socket(server) as worker, session_socket(server) as session:
        worker.say("follow", classifiers=[offer], client=CLIENT)
        worker.hear("following")
        opened = open_session(session, count=20)
        with attached(server, opened) as frames:
            frames.say("credit", until=5)
            session.say("ready")
            session.hear("ready")
            assert len(frames.hear_frames()) == 5
            redis.stop()
            assert session.predict(predictions_of(range(5)))["total"] == 5
            frames.say("credit", until=10)
            assert len(frames.hear_frames()) == 5
            # Nobody rings for what is asked for now; the worker's side looks by itself.
            status, requested = rest(server, "/api/sessions/", asked)
            assert status == 201
            assert worker.hear("opened")["session"] == requested["uuid"]
            redis.start()
            # Each batch rings.
            wait_until(
                lambda: session.predict(predictions_of(range(5)))["total"] == 5
                and "the channel layer works again" in server.log[logged:]
            )
            status, _ = rest(server, f"/api/sessions/{opened['session']}/stop/", post=True)
            assert status == 200
            assert session.hear("ended")["sent"] == 10
    assert "Traceback" not in server.log
    # Not for each ring; on a busy machine the layer may once more not answer in time.
    assert 1 <= server.log.count("the channel layer does not work") <= 6


def test_a_server_serves_without_the_redis_that_it_was_given(
    server: RunningServer, redis: Redis
) -> None:
    redis.stop()
    try:
        with session_socket(server) as session:
            opened = open_session(session, count=20)
            with attached(server, opened) as frames:
                assert run_stream(session, frames, opened).ended["sent"] == 20
            session.say("done")
            assert session.hear("accepted")["state"] == "completed"
        assert "Traceback" not in server.log
    finally:
        redis.start()
