"""From the dataset's file to committed and acknowledged rows, held against the machine's floors."""

import contextlib
import logging
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.classifiers import DEFAULT_CLASSIFIER
from bench.client import INSTANT, Account, Order, analyse
from bench.datasets import CLASS_NAMES, fashion_dataset
from bench.figures import Column, Goal, Scale, Section, Spread, Table, Value, ratio, spread_of
from bench.floors import compute_floor, storage_floor, transport_floor
from bench.hosts import ENGINES, EngineUnavailable, own_database, own_process
from streaming.datasets.library import open_dataset
from streaming.pacing import MAX_BATCH_FRAMES
from tests.servers import RunningServer, running_server

logger = logging.getLogger(__name__)

# What is wanted of the lower of the floors, with a real classifier and with one that costs nothing.
REAL_WANTED = 0.90
INSTANT_WANTED = 0.50
_FLOOR_PICTURES = 10_000

_HOW = """\
{frames:,} frames of Fashion-MNIST by a `runstream` process and the code of `analyze` in another,
at rate 0: dataset file, frames socket, receiver, classifier, predictions, committed rows,
acknowledgements. The clock runs from the start of the schedule, before the first frame, to the last
acknowledgement. `{classifier}` runs in one thread, in the floor as in the stream; server and
client share {cores} cores, and each floor has them to itself. In each round, one after the other:

- *transport*: frames of the same size from a bare `websockets` server process to a bare client
  process, both on asyncio, without compression;
- *compute*: the same classifier on the same pictures from memory, the best of batches of 64, 128, 256;
- *storage*: the rows that the stream has just stored once more into the same table, with its keys,
  indexes and constraints, by `executemany` of sqlite3 (WAL, synchronous=FULL) and binary `COPY` of
  psycopg, in batches of the sizes that came, each committed.

Ratios are to the lower of the floors named, within a round.
"""


@dataclass
class Rounds:
    """What one engine did, one value a round.

    Attributes:
        real: Frames a second of the default classifier's stream.
        instant: Frames a second of the stream whose classifier answers at once.
        storage: Rows a second of the floor.
        real_floor: The lower of transport and compute.
        instant_floor: The lower of transport and storage.
        compute: Pictures a second of the classifier.
    """

    real: list[float] = field(default_factory=list)
    instant: list[float] = field(default_factory=list)
    storage: list[float] = field(default_factory=list)
    compute: list[float] = field(default_factory=list)
    real_floor: list[float] = field(default_factory=list)
    instant_floor: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class _Bench:
    """The processes and pictures that everything is measured with."""

    client: ProcessPoolExecutor
    sender: ProcessPoolExecutor
    frames: int
    images: NDArray[np.uint8]

    def transport(self, per_message: int) -> float:
        """Frames a second, bare."""
        return transport_floor(
            self.sender,
            self.client,
            frames=self.frames,
            per_message=per_message,
            frame_bytes=self.images[0].size,
        )

    def stream(self, server: RunningServer, classifier: str) -> Account:
        """One session at rate 0, all of it stored and verified."""
        order = Order(
            server=server.ws_url, classifier=classifier, class_names=CLASS_NAMES, count=self.frames
        )
        account = self.client.submit(analyse, order).result()
        if account.stored != self.frames or not account.verified:
            raise ValueError(
                f"{account.stored} of {self.frames} frames were stored, "
                f"the report was {'' if account.verified else 'not '}verified"
            )
        return account

    def compute(self) -> float:
        """Pictures a second, bare."""
        order = Order(server="", classifier=DEFAULT_CLASSIFIER, count=0)
        return self.client.submit(compute_floor, order, self.images).result()

    def measure_engine(self, server: RunningServer, rounds: Rounds, transport: float) -> None:
        """One round of one engine; all of it or nothing is kept."""
        compute = self.compute()
        real = self.stream(server, DEFAULT_CLASSIFIER)
        instant = self.stream(server, INSTANT)
        storage = storage_floor(
            server.settings["DATABASE_URL"], instant.session, instant.batch_rows
        )
        rounds.compute.append(compute)
        rounds.real.append(real.fps)
        rounds.instant.append(instant.fps)
        rounds.storage.append(storage)
        rounds.real_floor.append(min(transport, compute))
        rounds.instant_floor.append(min(transport, storage))


def measure(scale: Scale) -> Section:
    """Every engine that is there, in turns."""
    frames = scale.pick(60_000, 2_000)
    notes: list[str] = []
    single: list[float] = []
    many: list[float] = []
    by_engine: dict[str, Rounds] = {}
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fashionsite-bench-")))
        dataset = fashion_dataset(folder, frames)
        servers = _start_servers(stack, folder, dataset, notes)
        bench = _Bench(
            client=stack.enter_context(own_process()),
            sender=stack.enter_context(own_process()),
            frames=frames,
            images=open_dataset(dataset).read(0, min(frames, _FLOOR_PICTURES)),
        )
        by_engine = {engine: Rounds() for engine in servers}
        for which in range(scale.rounds):
            single.append(bench.transport(1))
            many.append(bench.transport(MAX_BATCH_FRAMES))
            for engine, server in servers.items():
                try:
                    bench.measure_engine(server, by_engine[engine], many[-1])
                # pylint: disable-next=broad-exception-caught  # the other rounds are still good
                except Exception as error:
                    logger.exception("round %d on %s failed", which + 1, engine)
                    notes.append(f"Round {which + 1} on {engine} failed: {error}")
            logger.info("end to end: round %d of %d", which + 1, scale.rounds)
    how = _HOW.format(frames=frames, classifier=DEFAULT_CLASSIFIER, cores=os.cpu_count())
    return section_of(how, single, many, by_engine, notes)


def section_of(
    how: str,
    single: list[float],
    many: list[float],
    by_engine: dict[str, Rounds],
    notes: list[str],
) -> Section:
    """The rounds as tables and goals; an engine none of whose rounds succeeded is left out."""
    measured = {engine: rounds for engine, rounds in by_engine.items() if rounds.real}
    floors: list[dict[str, Value]] = [
        {"what": "transport, one frame a message", "fps": spread_of(single)},
        {"what": f"transport, {MAX_BATCH_FRAMES} frames a message", "fps": spread_of(many)},
    ]
    compute = [value for rounds in measured.values() for value in rounds.compute]
    if compute:
        floors.append({"what": f"compute, {DEFAULT_CLASSIFIER}", "fps": spread_of(compute)})
    streams: list[dict[str, Value]] = []
    goals: list[Goal] = []
    for engine, rounds in measured.items():
        floors.append({"what": f"storage, {engine}", "fps": spread_of(rounds.storage)})
        for name, own, floor, which, wanted in (
            (
                DEFAULT_CLASSIFIER,
                *(rounds.real, rounds.real_floor),
                *("transport and compute", REAL_WANTED),
            ),
            (
                INSTANT,
                *(rounds.instant, rounds.instant_floor),
                *("transport and storage", INSTANT_WANTED),
            ),
        ):
            share: Spread = ratio(own, floor)
            streams.append(
                {
                    "engine": engine,
                    "classifier": name,
                    "fps": spread_of(own),
                    "floor": spread_of(floor),
                    "ratio": share,
                }
            )
            goals.append(
                Goal(
                    f"end to end on {engine}, classifier {name}: share of the lower of {which}",
                    wanted=wanted,
                    measured=share.median,
                )
            )
    return Section(
        title="End to end",
        how=how,
        tables=(
            Table("Floors", (Column("what", ""), Column("fps", "frames/s")), tuple(floors)),
            Table(
                "Streams at rate 0",
                (
                    Column("engine", "database"),
                    Column("classifier", "classifier"),
                    Column("fps", "frames/s"),
                    Column("floor", "its floor, frames/s"),
                    Column("ratio", "ratio", 2),
                ),
                tuple(streams),
            ),
        ),
        goals=tuple(goals),
        notes=tuple(notes),
    )


def _start_servers(
    stack: contextlib.ExitStack, folder: Path, dataset: Path, notes: list[str]
) -> dict[str, RunningServer]:
    servers: dict[str, RunningServer] = {}
    for engine in ENGINES:
        own = folder / engine.lower()
        own.mkdir()
        try:
            settings = stack.enter_context(own_database(engine, own))
        except EngineUnavailable as error:
            logger.warning("%s is left out: %s", engine, error)
            notes.append(f"{engine} is left out: {error}")
            continue
        servers[engine] = stack.enter_context(
            running_server(own, dataset=dataset, settings=settings)
        )
    return servers
