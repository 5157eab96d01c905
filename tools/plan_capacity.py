"""What many cameras need, worked out from what was measured: the tables of docs/scaling.md.

`python -m tools.plan_capacity` logs them as Markdown. Whoever measures anew changes
:data:`MEASURED`, runs it and puts the tables in the page; a test compares the two.
"""

import logging
import math
import sys
from dataclasses import dataclass

import numpy as np

from results.batches import PredictionBatch
from streaming.frames import encode_frames
from streaming.predictions import encode_predictions

logger = logging.getLogger(__name__)

# Around each message, bytes: a websocket's header from the server and the masked one of a client
# (RFC 6455, 5.2), a TLS 1.3 record, and the headers of TCP with timestamps and IPv4.
WEBSOCKET_BYTES = {"server": 4, "client": 8}
TLS_BYTES = 22
TCP_BYTES = 52
# What the server answers to a batch, and the client now and then says of credit, as JSON.
ACK_BYTES = 70
SECONDS_A_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Measured:
    """What one server process does.

    Attributes:
        sessions: Sessions of ``fps`` frames a second that a process carries, nothing late or lost.
        fps: Their rate.
        cores: Processor cores that the process is busy with meanwhile.
        process_mb: Memory of a process without sessions, MB.
        session_kb: Memory that each session adds, kB.
        row_bytes: Disk that a stored prediction takes on PostgreSQL, with its indexes.
        rows_a_second: Predictions that one PostgreSQL commits in a second, at best.
    """

    sessions: int
    fps: float
    cores: float
    process_mb: float
    session_kb: float
    row_bytes: int
    rows_a_second: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be carried.

    Attributes:
        cameras: A session each.
        fps: Frames a second of each.
        side: Height and width of a grey frame, pixels.
        classes: Of the classifier.
        retention_days: How long predictions are kept.
        headroom: The part of what was measured that a process is given.
    """

    cameras: int
    fps: float
    side: int = 28
    classes: int = 10
    retention_days: int = 7
    headroom: float = 0.7


@dataclass(frozen=True, slots=True)
class Plan:
    """What that needs; each line of :func:`as_markdown` shows how it is worked out."""

    processes: int
    cores: float
    memory_gb: float
    frames_a_second: float
    out_mbit: float
    in_mbit: float
    rows_a_day: float
    gb_a_day: float
    kept_tb: float
    databases: int


# Where each is from stands in docs/scaling.md.
MEASURED = Measured(
    sessions=500,
    fps=10,
    cores=0.9,
    process_mb=120,
    session_kb=120,
    row_bytes=235,
    rows_a_second=120_000,
)
WANTED = Wanted(cameras=10_000, fps=10)


def frame_bytes(wanted: Wanted) -> int:
    """What one frame, alone in its message, takes on the network."""
    image = np.zeros((1, wanted.side, wanted.side), dtype=np.uint8)
    message = encode_frames(image, first_sequence=0, sent_at_ns=0)
    return len(message) + WEBSOCKET_BYTES["server"] + TLS_BYTES + TCP_BYTES


def prediction_bytes(wanted: Wanted) -> int:
    """What one prediction, alone in its message, takes on the network."""
    batch = PredictionBatch(
        sequences=np.zeros(1, dtype=np.uint64),
        probabilities=np.zeros((1, wanted.classes), dtype=np.float32),
        latencies_ms=np.zeros(1, dtype=np.float32),
    )
    message = encode_predictions(batch, number=0)
    return len(message) + WEBSOCKET_BYTES["client"] + TLS_BYTES + TCP_BYTES


def ack_bytes() -> int:
    """What an acknowledgement takes on the network."""
    return ACK_BYTES + WEBSOCKET_BYTES["server"] + TLS_BYTES + TCP_BYTES


def plan(measured: Measured, wanted: Wanted) -> Plan:
    """What the cameras need, with one process more than it takes, so that one may fail."""
    rate = wanted.cameras * wanted.fps
    each = measured.sessions * measured.fps * wanted.headroom
    processes = math.ceil(rate / each) + 1
    rows = rate * SECONDS_A_DAY
    return Plan(
        processes=processes,
        cores=processes * measured.cores,
        memory_gb=(processes * measured.process_mb + wanted.cameras * measured.session_kb / 1e3)
        / 1e3,
        frames_a_second=rate,
        out_mbit=rate * (frame_bytes(wanted) + ack_bytes()) * 8 / 1e6,
        in_mbit=rate * prediction_bytes(wanted) * 8 / 1e6,
        rows_a_day=rows,
        gb_a_day=rows * measured.row_bytes / 1e9,
        kept_tb=rows * measured.row_bytes * wanted.retention_days / 1e12,
        databases=math.ceil(rate / (measured.rows_a_second * wanted.headroom)),
    )


def as_markdown(measured: Measured, wanted: Wanted) -> str:
    """Both tables: what was measured or assumed, and what follows, with the arithmetic."""
    found = plan(measured, wanted)
    each = measured.sessions * measured.fps * wanted.headroom
    rate = f"{found.frames_a_second:,.0f}"
    lines = [
        "| one process | |",
        "|---|---:|",
        f"| sessions of {measured.fps:g} fps | {measured.sessions:,} |",
        f"| cores | {measured.cores:g} |",
        f"| memory without sessions | {measured.process_mb:g} MB |",
        f"| memory a session | {measured.session_kb:g} kB |",
        f"| disk a prediction, PostgreSQL | {measured.row_bytes} bytes |",
        f"| predictions a second, one PostgreSQL | {measured.rows_a_second:,} |",
        "",
        f"| {wanted.cameras:,} cameras at {wanted.fps:g} fps | | worked out as |",
        "|---|---:|---|",
        f"| frames a second | {rate} | {wanted.cameras:,} × {wanted.fps:g} |",
        f"| server processes | {found.processes} | {rate} ÷ ({measured.sessions:,} × "
        f"{measured.fps:g} × {wanted.headroom:g} = {each:,.0f}), and one that may fail |",
        f"| cores for them | {found.cores:g} | {found.processes} × {measured.cores:g} |",
        f"| memory for them | {found.memory_gb:.1f} GB | {found.processes} × "
        f"{measured.process_mb:g} MB + {wanted.cameras:,} × {measured.session_kb:g} kB |",
        f"| network to the clients | {found.out_mbit:,.0f} Mbit/s | {rate} × "
        f"({frame_bytes(wanted)} a frame + {ack_bytes()} an acknowledgement) bytes |",
        f"| network from the clients | {found.in_mbit:,.0f} Mbit/s | {rate} × "
        f"{prediction_bytes(wanted)} bytes a prediction |",
        f"| rows a day | {found.rows_a_day / 1e9:.2f} billion | {rate} × {SECONDS_A_DAY:,} s |",
        f"| disk a day | {found.gb_a_day:,.0f} GB | × {measured.row_bytes} bytes |",
        f"| disk for {wanted.retention_days} days | {found.kept_tb:.1f} TB | "
        f"× {wanted.retention_days} |",
        f"| PostgreSQL servers | {found.databases} | {rate} ÷ ({measured.rows_a_second:,} × "
        f"{wanted.headroom:g}) |",
    ]
    return "\n".join(lines)


def main() -> int:
    """Log the tables for the page."""
    logger.info("%s", as_markdown(MEASURED, WANTED))
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main())
