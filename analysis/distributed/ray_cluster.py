"""Joining a Ray cluster, or starting one on this machine, with errors that say what to do."""

import contextlib
import importlib
import logging
import os
import re
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.errors import PoolUnavailable

logger = logging.getLogger(__name__)

LOCAL = "local"
_CODE = Path(__file__).resolve().parents[2]
_CONNECT_S = 5.0
_HOST_PORT = re.compile(r"(?P<host>[^\s:/]+|\[[0-9a-fA-F:.]+\]):(?P<port>\d{1,5})")


def import_ray() -> Any:
    """The module ``ray``, told to report nothing to its makers.

    Raises:
        PoolUnavailable: it is not installed; the message says how to install it.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Without it a worker that is given no GPU warns that a later version will let it see them.
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise PoolUnavailable(
            "--ray: expected the extra 'distributed' (pip install 'fashionsite[distributed]'), "
            "got no module ray"
        ) from error


@contextlib.contextmanager
def joined_cluster(address: str, *, workers: int | None = None) -> Iterator[Any]:
    """The module ``ray``, connected to a cluster for the block.

    Args:
        address: ``host:port`` of a cluster's head, where this machine is one of its nodes, or
            ``local`` for a cluster of this machine alone that ends with the block.
        workers: Of a local cluster, how many may work at once; None is one a CPU.

    Raises:
        PoolUnavailable: Ray is not installed, or there is no such cluster.
    """
    ray = import_ray()
    options: dict[str, Any] = {
        "address": address,
        "log_to_driver": False,
        "configure_logging": False,
        # Run from a clone, this code is on no other path; where it is installed, this is no harm.
        "job_config": ray.job_config.JobConfig(code_search_path=[str(_CODE)]),
    }
    if address == LOCAL:
        options |= {"num_cpus": workers, "include_dashboard": False}
    else:
        _check_reachable(address)
    with _own_signals():
        try:
            ray.init(**options)
        except (
            *(ConnectionError, RuntimeError, ValueError, OSError),
            ray.exceptions.RayError,
        ) as error:
            raise PoolUnavailable(
                f"--ray {address}: no cluster could be joined; where it is on other machines, "
                f"join this one to it by: ray start --address={address} ({error})"
            ) from error
    try:
        logger.info("joined the Ray cluster %s with %d CPUs", address, cluster_cpus(ray))
        yield ray
    finally:
        ray.shutdown()


def cluster_cpus(ray: Any) -> int:
    """How many CPUs a cluster has in all, 1 at least."""
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def _check_reachable(address: str) -> None:
    """Find out in seconds what Ray itself tries for a minute."""
    match = _HOST_PORT.fullmatch(address)
    if match is None or int(match["port"]) > 65535:
        raise PoolUnavailable(f"--ray: expected host:port or {LOCAL}, got {address!r}")
    try:
        with socket.create_connection((match["host"].strip("[]"), int(match["port"])), _CONNECT_S):
            pass
    except OSError as error:
        raise PoolUnavailable(f"--ray {address}: nobody answers there: {error}") from error


@contextlib.contextmanager
def _own_signals() -> Iterator[None]:
    """Keep this process's handlers: Ray puts its own in their place."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
