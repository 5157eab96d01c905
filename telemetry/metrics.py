"""Every number that a process counts as it works; `/metrics` shows them, with a few read then.

A counter never falls, and begins at 0 with its process: Prometheus adds up over restarts and
processes. No label has values that come from outside, which could be any number of them.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    ProcessCollector,
    disable_created_metrics,
)

from telemetry.histograms import BulkHistogram

# When each series began is of no use here, and would double their number.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library left its type out

REGISTRY = CollectorRegistry()
# Memory, processor time and open files of this process, read when they are asked for.
ProcessCollector(registry=REGISTRY)

WEBSOCKETS = Gauge(
    "fashionsite_websockets", "Websockets that are open.", ["port"], registry=REGISTRY
)
_refused = Counter(
    "fashionsite_websockets_refused",
    "Handshakes that were refused, by what was wrong.",
    ["code"],
    registry=REGISTRY,
)
_offences = Counter(
    "fashionsite_peers_refused",
    "Open websockets that were closed for what the peer did or the server could not do.",
    ["code"],
    registry=REGISTRY,
)
_frames_sent = Counter(
    "fashionsite_frames_sent",
    "Frames sent, those that were sent again among them.",
    registry=REGISTRY,
)
_predictions_stored = Counter(
    "fashionsite_predictions_stored",
    "Predictions committed and acknowledged.",
    registry=REGISTRY,
)
_predictions_repeated = Counter(
    "fashionsite_predictions_repeated",
    "Predictions that were stored already.",
    registry=REGISTRY,
)
_frames_settled = Counter(
    "fashionsite_frames_settled",
    "Frames of sessions that ended here, by what became of them.",
    ["fate"],
    registry=REGISTRY,
)
_batches_waiting = Gauge(
    "fashionsite_batches_waiting",
    "Batches of predictions that arrived and are not committed.",
    registry=REGISTRY,
)
_commit_seconds = BulkHistogram(
    "fashionsite_commit_seconds",
    "From the arrival of a batch of predictions to its commit.",
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
_inference_seconds = BulkHistogram(
    "fashionsite_inference_seconds",
    "From a frame's sending to its prediction, as the clients tell it.",
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
REGISTRY.register(_commit_seconds)
REGISTRY.register(_inference_seconds)

# The batches that wait for their commit, on the event loop of the process.
_waiting: "set[asyncio.Future[Any]]" = set()
_batches_waiting.set_function(lambda: len(_waiting))

T = TypeVar("T")

# From so many values on, numpy is faster than a loop.
MANY = 32
# The parts of a ledger that say what became of frames, each frame in exactly one of them.
FATES = ("unsent", "lost", "rejected", "dropped", "stored")


def frames_left(count: int) -> None:
    """Frames were sent to a client."""
    _frames_sent.inc(count)


def committing(verdict: "asyncio.Future[T]") -> "asyncio.Future[T]":
    """The same future, whose batch waits until it is done, and is counted as such meanwhile.

    How long that took is noted where the batch was committed: where the future ends with neither
    a result that is an exception, nor one of its own.
    """
    begun = time.perf_counter()

    def done(ended: "asyncio.Future[T]") -> None:
        _waiting.discard(ended)
        if not (ended.cancelled() or ended.exception() or isinstance(ended.result(), Exception)):
            _commit_seconds.observe(time.perf_counter() - begun)

    _waiting.add(verdict)
    verdict.add_done_callback(done)
    return verdict


def batch_committed(stored: int, repeated: int, latencies_ms: NDArray[np.float32]) -> None:
    """A batch was committed.

    Args:
        stored: Rows that are new.
        repeated: Rows that were there already.
        latencies_ms: ``(stored + repeated,)``, what the client says each took.
    """
    _predictions_stored.inc(stored)
    if repeated:
        _predictions_repeated.inc(repeated)
    # The clocks of two machines differ, and a sum must not fall.
    if len(latencies_ms) < MANY:
        _inference_seconds.observe(*(max(each, 0.0) / 1000 for each in latencies_ms.tolist()))
    else:
        _inference_seconds.observe_array(np.maximum(latencies_ms, 0) / 1000)


def session_settled(ledger: Mapping[str, object]) -> None:
    """A session ended with its account; see :data:`FATES` for what is counted of it."""
    for fate in FATES:
        count = ledger.get(fate, 0)
        _frames_settled.labels(fate).inc(count if isinstance(count, int) else 0)


def handshake_refused(code: str) -> None:
    """A websocket was refused before its handshake ended; ``code`` is one of the server's own."""
    _refused.labels(code).inc()


def peer_refused(code: str) -> None:
    """An open websocket was closed with an error; ``code`` is one of the server's own."""
    _offences.labels(code).inc()
