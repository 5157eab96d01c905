"""What test processes that run side by side have each to itself: ports, and a Redis database.

The tests load it as a plugin (``-p tests.sharing``), as it has to be there before the settings.
"""

import itertools
import os
import socket
from collections.abc import Iterator

# Below those that the system gives to whoever connects, and a part for each process.
_FIRST_PORT = 20_000
_PORTS_A_WORKER = 3_000


def worker_number() -> int:
    """Which of the processes of pytest-xdist this is, from 0; 0 where there is one."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on right now, none twice until all had their turn.

    Raises:
        OSError: there are not so many.
    """
    found = list(
        itertools.islice(filter(_is_free, itertools.islice(_ports, _PORTS_A_WORKER)), count)
    )
    if len(found) < count:
        raise OSError(f"no {count} ports are free")
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _own_ports() -> Iterator[int]:
    first = _FIRST_PORT + worker_number() * _PORTS_A_WORKER
    # Another run on this machine begins elsewhere.
    start = os.getpid() * 101 % _PORTS_A_WORKER
    return itertools.cycle(
        first + (start + step) % _PORTS_A_WORKER for step in range(_PORTS_A_WORKER)
    )


def _take_own_redis_database() -> None:
    """Have the settings name the worker's own, here and in each process that this one starts."""
    url, slash, number = os.environ.get("CHANNEL_REDIS_URL", "").rpartition("/")
    if "PYTEST_XDIST_WORKER" in os.environ and number.isdecimal():
        os.environ["CHANNEL_REDIS_URL"] = f"{url}{slash}{worker_number()}"


_ports = _own_ports()
_take_own_redis_database()
