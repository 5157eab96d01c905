"""How long a frame takes from the time when it was due to its result in the client."""

import logging
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.classifiers import DEFAULT_CLASSIFIER
from bench.client import Order, analyse, classifier_for
from bench.datasets import CLASS_NAMES, fashion_dataset
from bench.figures import Column, Goal, Scale, Section, Table, Value, spread_of
from bench.hosts import own_process
from streaming.datasets.library import open_dataset
from tests.servers import RunningServer, running_server

logger = logging.getLogger(__name__)

SLOW_FPS, FAST_FPS = 10, 1000
# What the stream may add to the classifier's own p99 at the slow rate.
WANTED_MS = 5.0
# What is measured, as the table has it.
ALONE = "classifier alone, one after the other"
ALONE_SLOW = f"classifier alone, {SLOW_FPS} fps"
SLOW, FAST = f"stream, {SLOW_FPS} fps", f"stream, {FAST_FPS:,} fps"
PERCENTILES = ("p50", "p99", "max")

_HOW = """\
A `runstream` process (SQLite) streams Fashion-MNIST at a set rate to the code of `analyze` in
another, classifier `{classifier}` in one thread; the machine has {cores} cores. A frame's latency is
from the time when the schedule had it leave to the time when its result was there, so that a server
that sends late shows too. The schedule's start is that of the frame which was sent least late; both
clocks are this machine's. In the same process and round the classifier alone gets single pictures
from memory: one after the other, and at the slow rate, where a core has gone to sleep between two.
"""


@dataclass(frozen=True, slots=True)
class Latencies:
    """Milliseconds: half took no longer, of a hundred one took longer, the longest."""

    p50: float
    p99: float
    max: float


def latencies_of(times_ms: NDArray[np.float64]) -> Latencies:
    """The percentiles of these times, by linear interpolation; there is one at least."""
    p50, p99 = np.percentile(times_ms, [50, 99])
    return Latencies(float(p50), float(p99), float(times_ms.max()))


def since_due_ms(
    results_ns: NDArray[np.int64], latencies_ms: NDArray[np.float32], fps: float
) -> NDArray[np.float64]:
    """Each frame's time from when it was due to its result, milliseconds.

    Args:
        results_ns: When each result was there, nanoseconds of some clock.
        latencies_ms: From send time to result, by the same clock.
        fps: The rate of the schedule.
    """
    # From here on relative to the first result: floats of nanoseconds since 1970 are too coarse.
    results_ms = (results_ns - results_ns[0]) / 1e6
    planned_ms = np.arange(len(results_ns)) * 1000 / fps
    sent_ms = results_ms - latencies_ms
    start_ms = (sent_ms - planned_ms).min()
    since: NDArray[np.float64] = results_ms - planned_ms - start_ms
    return since


def bare_ms(
    order: Order,
    images: NDArray[np.uint8],
    *,
    count: int,
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], None] = time.sleep,
) -> NDArray[np.float64]:
    """What an order's classifier alone takes for single pictures, milliseconds.

    Args:
        order: With the rate at which the pictures come; 0 is one after the other.
        images: These, again and again.
        count: How many times.
        clock: Seconds, never going back.
        sleep: Waits for seconds.
    """
    predict = classifier_for(order).predict
    predict(images[:1])
    taken: list[float] = []
    started = clock()
    for index in range(count):
        if order.fps:
            sleep(max(0.0, started + index / order.fps - clock()))
        which = index % len(images)
        before = clock()
        predict(images[which : which + 1])
        taken.append((clock() - before) * 1000)
    return np.array(taken)


@dataclass(frozen=True)
class _Bench:
    """The server and the process that everything is measured with, and how often."""

    client: ProcessPoolExecutor
    server: RunningServer
    images: NDArray[np.uint8]
    counts: Mapping[str, int]

    def measure_round(self) -> dict[str, Latencies]:
        """Everything once, by its name."""
        return {
            ALONE: self._bare(0, self.counts[ALONE]),
            ALONE_SLOW: self._bare(SLOW_FPS, self.counts[ALONE_SLOW]),
            SLOW: self._stream(SLOW_FPS, self.counts[SLOW]),
            FAST: self._stream(FAST_FPS, self.counts[FAST]),
        }

    def _order(self, fps: float, count: int = 0) -> Order:
        return Order(
            server=self.server.ws_url,
            classifier=DEFAULT_CLASSIFIER,
            class_names=CLASS_NAMES,
            count=count,
            fps=fps,
            keeps=True,
        )

    def _bare(self, fps: float, count: int) -> Latencies:
        call = self.client.submit(bare_ms, self._order(fps), self.images, count=count)
        return latencies_of(call.result())

    def _stream(self, fps: float, count: int) -> Latencies:
        account = self.client.submit(analyse, self._order(fps, count)).result()
        return latencies_of(since_due_ms(account.results_ns, account.latencies_ms, fps))


def measure(scale: Scale) -> Section:
    """Both rates and the bare classifier, in turns."""
    counts = {
        ALONE: scale.pick(2000, 100),
        ALONE_SLOW: scale.pick(10 * SLOW_FPS, SLOW_FPS),
        SLOW: scale.pick(15 * SLOW_FPS, SLOW_FPS),
        FAST: scale.pick(10 * FAST_FPS, FAST_FPS // 2),
    }
    notes = [f"Pictures in a round, {what}: {count:,}." for what, count in counts.items()]
    found: dict[str, list[Latencies]] = {}
    with tempfile.TemporaryDirectory(prefix="fashionsite-bench-") as name:
        dataset = fashion_dataset(Path(name), counts[FAST])
        images = open_dataset(dataset).read(0, min(1000, counts[FAST]))
        with running_server(Path(name), dataset=dataset) as server, own_process() as client:
            bench = _Bench(client, server, images, counts)
            for which in range(scale.rounds):
                try:
                    for what, latencies in bench.measure_round().items():
                        found.setdefault(what, []).append(latencies)
                # pylint: disable-next=broad-exception-caught  # the other rounds are still good
                except Exception as error:
                    logger.exception("round %d failed", which + 1)
                    notes.append(f"Round {which + 1} failed: {error}")
                logger.info("latency: round %d of %d", which + 1, scale.rounds)
    how = _HOW.format(classifier=DEFAULT_CLASSIFIER, cores=os.cpu_count())
    return section_of(how, found, notes)


def section_of(how: str, found: dict[str, list[Latencies]], notes: list[str]) -> Section:
    """The rounds as a table, and how much the stream adds to the classifier's own p99."""
    rows: list[dict[str, Value]] = [
        {
            "what": what,
            **{name: spread_of(getattr(one, name) for one in rounds) for name in PERCENTILES},
        }
        for what, rounds in found.items()
    ]
    goals: list[Goal] = []
    if SLOW in found:
        added = spread_of(
            its.p99 - own.p99 for its, own in zip(found[SLOW], found[ALONE], strict=True)
        )
        goals.append(
            Goal(
                f"at {SLOW_FPS} fps p99 from due to result, less the classifier's own p99, ms",
                wanted=WANTED_MS,
                measured=added.median,
                at_least=False,
            )
        )
    columns = (Column("what", ""), *(Column(name, f"{name}, ms", 2) for name in PERCENTILES))
    return Section("Latency", how, (Table("", columns, tuple(rows)),), tuple(goals), tuple(notes))
