"""Many streams at ten frames a second into one server process, with everything on the way back."""

import logging
import subprocess  # nosec B404  # without a shell, and our own module only
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.datasets import noise_dataset
from bench.figures import Column, Goal, Scale, Section, Table, Value
from bench.hosts import EngineUnavailable, own_database
from bench.load_figures import ON_TIME_MS, LoadFigures
from bench.process_trace import look_at, watched
from streaming.serving import SERVERS, ServerName
from tests.servers import ROOT, RunningServer, running_server

logger = logging.getLogger(__name__)

FPS = 10
SIDE = 28
SIZES = (1, 10, 100, 500, 1_000, 2_000)
# PostgreSQL is measured at the size that the goals are about.
GOAL_SIZE = 1_000
LARGEST = SIZES[-1]
FRAMES = 150
QUICK_FRAMES = 10
LATE_WANTED_MS = 20.0
MEMORY_WANTED_KB = 200.0
# Opening, streaming, and all that a server may lag behind.
CLIENT_WITHIN_S = 900
# What stops a stranger would stop a benchmark as well.
_LIMITS = {
    "MAX_CONNECTIONS": "100000",
    "MAX_SESSIONS": "100000",
    "SESSION_STARTS_PER_MINUTE": "1000000",
}

_HOW = f"""\
One client process (`python -m bench.load_client`) opens so many sessions of {FRAMES} grey {SIDE}×{SIDE} frames at {FPS} frames a
second on a new `runstream` process with a new database. Sessions start at times drawn from as many seconds as there
are two hundreds of them. The client answers each frame at once with a prediction that it made beforehand, in
batches at most four times a second, tells its counts once a second, and ends with `done`, as `analyze` would.
*Lost* are frames that were announced and that no acknowledgement said are stored. *Late* is the time from when a
frame was due to when the server sent it, by the frame's own header, where a session's start is taken from its
most punctual frame, over all frames, those sent while others open and end included; *arrival* is the same up to the client's hands. On time is what arrives within {ON_TIME_MS:g} ms.
*Processor* is seconds of all cores a second, taken while every session streams; memory is what the server has
more of at its most than before, after one session had warmed it up, divided by the sessions.
"""


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured once."""

    program: ServerName
    engine: str
    sessions: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case.

    Attributes:
        load: By the client.
        server_cpu: Processor seconds a second of the server; None where the system does not say.
        session_kb: Memory of the server for each session, likewise; kB are 1,000 bytes.
    """

    load: LoadFigures
    server_cpu: float | None
    session_kb: float | None


def cases_of(scale: Scale) -> list[Case]:
    """What is measured, in this order; the programs in turns."""
    if scale.is_quick:
        return [Case("daphne", "SQLite", 1), Case("uvicorn", "SQLite", 10)]
    return [
        *(Case(program, "SQLite", size) for size in SIZES for program in SERVERS),
        *(Case(program, "PostgreSQL", GOAL_SIZE) for program in SERVERS),
    ]


def measure(scale: Scale) -> Section:
    """Every case once: one has up to 300,000 frames, whose percentiles are its spread."""
    found: list[tuple[Case, Outcome]] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="fashionsite-bench-") as name:
        folder = Path(name)
        frames = scale.pick(FRAMES, QUICK_FRAMES)
        dataset = noise_dataset(folder, frames, SIDE)
        for number, case in enumerate(cases_of(scale)):
            what = f"{case.sessions:,} sessions by {case.program} on {case.engine}"
            try:
                outcome = _run(case, folder / str(number), dataset, frames)
            except EngineUnavailable as error:
                notes.append(str(error))
                continue
            # pylint: disable-next=broad-exception-caught  # the other cases are still good
            except Exception as error:
                logger.exception("%s failed", what)
                notes.append(f"{what} failed: {error}")
                continue
            found.append((case, outcome))
            load = outcome.load
            logger.info("%s: %d of %d stored", what, load.stored, load.announced)
            notes.extend(
                f"{what}: {count} sessions failed, {reason}"
                for reason, count in sorted(load.failures.items())
            )
    return section_of(found, notes)


def section_of(found: Sequence[tuple[Case, Outcome]], notes: Sequence[str]) -> Section:
    """The cases as two tables, and the goals that were measured."""
    who = (Column("sessions", "sessions"), Column("program", "by"), Column("engine", "database"))
    frames = (
        *who,
        Column("received", "frames received"),
        Column("stored", "stored"),
        Column("lost", "lost"),
        Column("on_time", "on time", 4),
        Column("late_p50", "late, p50, ms", 1),
        Column("late_p99", "p99", 1),
        Column("late_most", "most", 1),
        Column("steady_p99", "p99 while all stream", 1),
        Column("arrival_p99", "arrival, p99, ms", 1),
    )
    costs = (
        *who,
        Column("server_cpu", "server, processor", 2),
        Column("session_kb", "server, kB a session"),
        Column("client_cpu", "client, processor", 2),
        Column("ack_p50", "acknowledged, p50, ms", 1),
        Column("ack_p99", "p99", 1),
        Column("open_s", "all opened, s", 1),
    )
    rows = tuple(_row(case, outcome) for case, outcome in found)
    return Section(
        title="Many streams",
        how=_HOW,
        tables=(Table("Frames", frames, rows), Table("What it takes", costs, rows)),
        goals=tuple(goal for case, outcome in found for goal in _goals(case, outcome)),
        notes=tuple(notes),
    )


def _row(case: Case, outcome: Outcome) -> dict[str, Value]:
    load = outcome.load
    return {
        "sessions": case.sessions,
        "program": case.program,
        "engine": case.engine,
        "received": load.received,
        "stored": load.stored,
        "lost": load.lost,
        "on_time": load.arrival.on_time,
        "late_p50": load.pacing.p50,
        "late_p99": load.pacing.p99,
        "late_most": load.pacing.highest,
        "arrival_p99": load.arrival.p99,
        "steady_p99": load.steady_pacing.p99,
        "server_cpu": outcome.server_cpu,
        "session_kb": outcome.session_kb,
        "client_cpu": load.client_cpu,
        "ack_p50": load.acknowledged.p50,
        "ack_p99": load.acknowledged.p99,
        "open_s": load.open_s,
    }


def _goals(case: Case, outcome: Outcome) -> list[Goal]:
    where = f"{case.sessions:,} sessions by {case.program} on {case.engine}"
    goals: list[Goal] = []
    if case.sessions in (GOAL_SIZE, LARGEST):
        lost = outcome.load.lost
        goals.append(Goal(f"{where}: frames lost", wanted=0, measured=lost, at_least=False))
    if case.sessions != GOAL_SIZE:
        return goals
    if outcome.load.pacing.p99 is not None:
        goals.append(
            Goal(
                f"{where}: p99 of how late frames are sent, ms",
                wanted=LATE_WANTED_MS,
                measured=outcome.load.pacing.p99,
                at_least=False,
            )
        )
    if outcome.session_kb is not None:
        goals.append(
            Goal(
                f"{where}: memory of the server, kB a session",
                wanted=MEMORY_WANTED_KB,
                measured=outcome.session_kb,
                at_least=False,
            )
        )
    return goals


def _run(case: Case, folder: Path, dataset: Path, frames: int) -> Outcome:
    folder.mkdir()
    options = [f"--server={case.program}"]
    with (
        own_database(case.engine, folder) as database,
        running_server(
            folder, dataset=dataset, options=options, settings={**_LIMITS, **database}
        ) as server,
    ):
        _load(server, sessions=1, frames=min(frames, QUICK_FRAMES))
        before = look_at(server.process.pid)
        with watched(server.process.pid) as trace:
            load = _load(server, sessions=case.sessions, frames=frames)
    most = trace.most_resident_bytes
    more = None if most is None or before is None else most - before.resident_bytes
    return Outcome(
        load=load,
        server_cpu=trace.within(load.steady_from_ns, load.steady_to_ns).cpu_rate,
        session_kb=None if more is None else more / 1000 / case.sessions,
    )


def _load(server: RunningServer, *, sessions: int, frames: int) -> LoadFigures:
    """Run the load client; what it came to, whether or not every session completed."""
    output = server.folder / "load.json"
    ended = subprocess.run(  # nosec B603
        [
            *(sys.executable, "-m", "bench.load_client", f"--url={server.ws_url}"),
            *(f"--sessions={sessions}", f"--frames={frames}", f"--fps={FPS}"),
            f"--output={output}",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=CLIENT_WITHIN_S,
        check=False,
    )
    if not output.exists():
        raise ChildProcessError(f"the load client failed: {ended.stderr.strip()[-1000:]}")
    figures = msgspec.json.decode(output.read_bytes(), type=LoadFigures)
    output.unlink()
    return figures
