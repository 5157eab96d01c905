"""One session of more and more frames: whether time grows in step, and memory not at all."""

import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.client import INSTANT, Account, Order, analyse
from bench.datasets import CLASS_NAMES, noise_dataset
from bench.figures import Column, Goal, Scale, Section, Spread, Table, Value, spread_of
from bench.hosts import own_process, peak_mb
from tests.servers import running_server

logger = logging.getLogger(__name__)

SIDE = 8
SIZES = (1_000, 10_000, 100_000, 1_000_000)
QUICK_SIZES = (500, 2_000)
# A million frames take minutes; what is looked for is ten times as large as the noise.
MOST_ROUNDS = 3
# Seconds a frame of the most frames, over those of a tenth as many.
LINEAR_WANTED = 1.25
# What a hundred times as many frames may take more of memory: a byte or so a frame is kept by none.
FLAT_WANTED_MB = 16.0

_HOW = f"""\
Sessions of ever more grey {SIDE}×{SIDE} frames at rate 0, with a classifier that answers at once. Each has
a new server process on a new SQLite database and a new client process. Seconds are from the start of
the schedule to the last acknowledgement, and from there to the accepted report, which the server
computes anew; memory is the most that each process ever had, its libraries included.
"""


@dataclass(frozen=True, slots=True)
class Grown:
    """What one session took.

    Attributes:
        seconds: To the last acknowledgement.
        report_seconds: From there to the accepted report.
        client_mb: The client's memory, at most; None where the system does not say.
        server_mb: The server's, likewise.
    """

    seconds: float
    report_seconds: float
    client_mb: float | None
    server_mb: float | None


def measure(scale: Scale) -> Section:
    """Every size, in turns."""
    sizes = QUICK_SIZES if scale.is_quick else SIZES
    found: dict[int, list[Grown]] = {size: [] for size in sizes}
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="fashionsite-bench-") as name:
        folder = Path(name)
        dataset = noise_dataset(folder, sizes[-1], SIDE)
        for which in range(min(scale.rounds, MOST_ROUNDS)):
            for size in sizes:
                try:
                    found[size].append(_grow(folder / f"{which}-{size}", dataset, size))
                # pylint: disable-next=broad-exception-caught  # the other sizes are still good
                except Exception as error:
                    logger.exception("%d frames failed", size)
                    notes.append(f"{size:,} frames failed in round {which + 1}: {error}")
                logger.info("growth: round %d, %d frames", which + 1, size)
    return section_of({size: rounds for size, rounds in found.items() if rounds}, notes)


def section_of(found: Mapping[int, Sequence[Grown]], notes: Sequence[str]) -> Section:
    """The sizes as a table, and what the largest takes beside smaller ones."""
    rows: list[dict[str, Value]] = []
    for size, rounds in found.items():
        rows.append(
            {
                "frames": size,
                "per_million": spread_of(one.seconds * 1e6 / size for one in rounds),
                "report": spread_of(one.report_seconds for one in rounds),
                "client_mb": _memory([one.client_mb for one in rounds]),
                "server_mb": _memory([one.server_mb for one in rounds]),
            }
        )
    columns = (
        Column("frames", "frames"),
        Column("per_million", "seconds a million", 1),
        Column("report", "report, s", 2),
        Column("client_mb", "client, MB"),
        Column("server_mb", "server, MB"),
    )
    return Section("Growth", _HOW, (Table("", columns, tuple(rows)),), _goals(found), tuple(notes))


def _goals(found: Mapping[int, Sequence[Grown]]) -> tuple[Goal, ...]:
    sizes = sorted(found)
    if len(sizes) < 2:
        return ()
    # The smallest of all is over before memory has settled.
    small, large, largest = sizes[min(1, len(sizes) - 2)], sizes[-2], sizes[-1]
    # Medians, as a size may lack a round that failed.
    slowest, slow = (
        spread_of(one.seconds / size for one in found[size]).median for size in (largest, large)
    )
    goals = [
        Goal(
            f"seconds a frame of {largest:,} frames, over those of {large:,}",
            wanted=LINEAR_WANTED,
            measured=slowest / slow,
            at_least=False,
        )
    ]
    for who in ("client", "server"):
        least = _memory([getattr(one, f"{who}_mb") for one in found[small]])
        most = _memory([getattr(one, f"{who}_mb") for one in found[largest]])
        if least is not None and most is not None:
            goals.append(
                Goal(
                    f"the {who}'s memory for {largest:,} frames, less that for {small:,}, MB",
                    wanted=FLAT_WANTED_MB,
                    measured=most.median - least.median,
                    at_least=False,
                )
            )
    return tuple(goals)


def _memory(values: Sequence[float | None]) -> Spread | None:
    known = [value for value in values if value is not None]
    return spread_of(known) if known else None


def _grow(folder: Path, dataset: Path, size: int) -> Grown:
    with running_server(folder, dataset=dataset) as server, own_process() as client:
        order = Order(
            server=server.ws_url,
            classifier=INSTANT,
            class_names=CLASS_NAMES,
            shape=(SIDE, SIDE),
            count=size,
        )
        account: Account = client.submit(analyse, order).result()
        if account.stored != size or not account.verified:
            raise ValueError(f"{account.stored} stored, verified: {account.verified}")
        return Grown(
            seconds=account.seconds,
            report_seconds=account.report_seconds,
            client_mb=account.peak_mb,
            server_mb=peak_mb(server.process.pid),
        )
