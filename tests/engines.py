"""The engines that a server can be given: a database of PostgreSQL's, and a Redis of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import psycopg
import pytest
from redis import Redis as RedisClient
from redis import RedisError

from tests.databases import administrator, cluster, create_database, drop_database, is_postgres
from tests.sharing import free_ports

WITHIN_S = 60.0


@contextlib.contextmanager
def postgres_database() -> Iterator[str]:
    """The URL of a new database, which is dropped in the end.

    Without a PostgreSQL the test is skipped, or fails where ``CI`` is set.
    """
    try:
        url = create_database()
    except psycopg.OperationalError as error:
        missing(f"no PostgreSQL answers at {cluster()}: {error}")
    try:
        yield url
    finally:
        drop_database(url)


def end_connections(url: str) -> int:
    """End every connection to a database, as a restart of PostgreSQL would; how many there were."""
    name = url.rpartition("/")[2]
    with administrator() as admin:
        ended = admin.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s",
            [name],
        ).fetchone()
    return int(ended[0]) if ended else 0


@dataclass
class Redis:
    """A Redis that keeps nothing, and can be stopped and started."""

    port: int = field(default_factory=lambda: free_ports(1)[0])
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What `CHANNEL_REDIS_URL` takes."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        binary = shutil.which("redis-server")
        if binary is None:
            missing("no redis-server was found")
        command = [binary, "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--loglevel", "warning"]
        # pylint: disable-next=consider-using-with  # `stop` ends it
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + WITHIN_S
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.02)

    def stop(self) -> None:
        """Kill it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(WITHIN_S)
            self.process = None


@contextlib.contextmanager
def own_redis() -> Iterator[Redis]:
    """A Redis of the test's own.

    Without the program the test is skipped, or fails where ``CI`` is set.
    """
    redis = Redis()
    redis.start()
    try:
        yield redis
    finally:
        redis.stop()


def unreachable() -> str:
    """Which engine that the settings name does not answer, and where; empty where all do."""
    if is_postgres():
        try:
            with administrator():
                pass
        except psycopg.OperationalError as error:
            return f"no PostgreSQL answers at {cluster()}: {error}"
    url = os.environ.get("CHANNEL_REDIS_URL")
    if url:
        try:
            with RedisClient.from_url(url, socket_connect_timeout=5) as client:
                client.ping()
        except RedisError as error:
            return f"no Redis answers at {url}: {error}"
    return ""


def missing(what: str) -> NoReturn:
    """Skip the test for what it needs and lacks, or fail it where ``CI`` is set."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
