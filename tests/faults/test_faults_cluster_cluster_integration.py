"""Several server processes behind a proxy, one of them killed: nothing lost, nothing twice."""

import contextlib
import time
from collections.abc import Iterator

import psycopg
import pytest

from tests.engines import own_redis, postgres_database
from tests.faults.cluster import Cluster, wait_until
from tests.faults.figures import Figures
from tests.faults.scale import scaled
from tests.streaming.peers import counts

# It brings its own PostgreSQL and Redis wherever it runs.
pytestmark = pytest.mark.once

CLIENTS = 3
FRAMES = scaled(1_500, 6_000)
FPS = 150


@pytest.fixture(name="database_url", scope="module")
def make_database() -> Iterator[str]:
    """A database of the cluster's own."""
    with postgres_database() as url:
        yield url


@pytest.fixture(name="cluster", scope="module")
def make_cluster(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three processes behind HAProxy."""
    folder = tmp_path_factory.mktemp("cluster")
    with (
        own_redis() as redis,
        Cluster(folder, database_url=database_url, redis_url=redis.url, frames=FRAMES) as cluster,
    ):
        yield cluster


def _stored(url: str) -> dict[str, list[int]]:
    """The sequence of every stored prediction by session, ascending."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT uuid, sequence FROM results_session "
            "LEFT JOIN results_prediction ON session_id = uuid ORDER BY 1, 2"
        ).fetchall()
    found: dict[str, list[int]] = {}
    for session, sequence in rows:
        found.setdefault(str(session), []).extend([] if sequence is None else [sequence])
    return found


def _has_both_sockets(cluster: Cluster, address: str) -> bool:
    return all(cluster.websockets(address, port) > 0 for port in ("session", "frames"))


def test_clients_of_a_process_that_is_killed_go_on_at_others(
    cluster: Cluster, database_url: str, figures: Figures
) -> None:
    with contextlib.ExitStack() as stack:
        clients = [
            stack.enter_context(
                cluster.analysis(f"client-{number}", f"--count={FRAMES}", f"--fps={FPS}")
            )
            for number in range(CLIENTS)
        ]

        def are_under_way() -> bool:
            stored = _stored(database_url)
            return len(stored) == CLIENTS and min(map(len, stored.values())) >= FPS

        wait_until(are_under_way, "not every client has a second's worth of frames stored")
        loaded = [each for each in cluster.members if _has_both_sockets(cluster, each)]
        assert loaded, "no process has a session socket and a frames socket"
        before = {session: len(rows) for session, rows in _stored(database_url).items()}
        assert max(before.values()) < FRAMES, "a session was over before anything was killed"
        cluster.kill(loaded[0])
        killed_at = time.monotonic()
        wait_until(
            lambda: all(
                len(rows) >= min(FRAMES, before[session] + FPS)
                for session, rows in _stored(database_url).items()
            ),
            "not every session goes on",
        )
        figures.note("cluster_recovery_s", time.monotonic() - killed_at)
        # It comes back while the others stream, and is taken in again.
        cluster.start(loaded[0])
        for client in clients:
            client.check_ends_well()
    stored = _stored(database_url)
    assert stored == {session: list(range(FRAMES)) for session in before}
    interruptions = 0
    for session in stored:
        content = cluster.get(f"/api/sessions/{session}/")
        assert content["state"] == "completed", content
        assert counts(content) == (FRAMES, FRAMES, 0, FRAMES, 0, FRAMES, 0, 0, FRAMES)
        assert content["ledger"]["differences"] == []
        verification = cluster.get(f"/api/sessions/{session}/verification/")
        assert verification["verified"] and verification["discrepancies"] == []
        interruptions += content["ledger"]["interruptions"]["count"]
    assert interruptions >= 1
    wait_until(lambda: cluster.is_ready(loaded[0]), "the killed process does not come back")
    figures.add("frames_compared", CLIENTS * FRAMES)


def test_the_proxy_keeps_what_is_for_operators_to_itself(cluster: Cluster) -> None:
    assert cluster.status("/health/") == 200
    assert cluster.status("/metrics") == cluster.status("/ready/") == 404
    assert cluster.status("/api/sessions/") == 401
