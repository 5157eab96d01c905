"""The last minute of a session, second by second, from its counts and some of its frames (pure).

A step lies between two moments at which the counts were noted, mostly a second apart. Its frames
are those that were sent in it, as their sequences say, so that it reads the same for whoever asks.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

# Seconds that are kept of a session, and those of them that are shown.
SLOTS = 90
SHOWN_S = 60
# What is read of each step: enough for its mix and its latencies, the same for any rate.
FRAMES_A_STEP = 16


@dataclass(frozen=True, slots=True)
class Pulse:
    """A session's counts in one second."""

    second: int
    sent: int
    received: int
    analysed: int
    stored: int


class StepDict(TypedDict):
    """A step of the history, in its JSON form; ``None`` where no frame of it is stored (yet).

    Attributes:
        until: The second at whose end the counts were noted, since 1970.
        seconds: How long the step is.
        sent_fps: Frames sent a second.
        stored_fps: Predictions stored a second.
        travelling: Frames sent and not known to be received, at its end.
        queued: Frames received and not known to be analysed.
        storing: Results that the client has and the server has not.
        frames: How many frames of it were looked at for what follows.
        class_counts: How often each class was said of these.
        latency_p50_ms: The median of their latencies; ``latency_p95_ms`` the 95th percentile.
    """

    until: int
    seconds: int
    sent_fps: float
    stored_fps: float
    travelling: int
    queued: int
    storing: int
    frames: int
    class_counts: list[int]
    latency_p50_ms: float | None
    latency_p95_ms: float | None


# (sequence, class_id, latency_ms)
Row = tuple[int, int, float]


def shown(pulses: Collection[Pulse]) -> list[Pulse]:
    """Those of the last :data:`SHOWN_S` seconds, ascending, and where the first step begins."""
    ordered = sorted(pulses, key=lambda pulse: pulse.second)
    if not ordered:
        return []
    since = ordered[-1].second - SHOWN_S
    return [pulse for pulse in ordered if pulse.second >= since]


def wanted_sequences(pulses: Sequence[Pulse]) -> list[int]:
    """The frames of each step that are to be read, evenly spaced where there are many."""
    wanted: list[int] = []
    for before, after in zip(pulses, pulses[1:]):
        count = min(after.sent - before.sent, FRAMES_A_STEP)
        if count > 0:
            spaced = np.linspace(before.sent, after.sent, count, endpoint=False)
            wanted += spaced.astype(np.int64).tolist()
    return wanted


def steps(pulses: Sequence[Pulse], rows: Iterable[Row], class_count: int) -> list[StepDict]:
    """The history that these counts and frames tell; empty for fewer than two counts.

    Args:
        pulses: Ascending, each of another second, as :func:`shown` gives them.
        rows: What is stored of the frames of :func:`wanted_sequences`, in any order.
        class_count: How many classes the classifier has.
    """
    found = sorted(rows)
    sequences = np.array([row[0] for row in found], dtype=np.int64)
    borders = np.searchsorted(sequences, [pulse.sent for pulse in pulses]).tolist()
    return [
        _step(before, after, found[first:last], class_count)
        for before, after, first, last in zip(pulses, pulses[1:], borders, borders[1:])
    ]


def _step(before: Pulse, after: Pulse, rows: Sequence[Row], class_count: int) -> StepDict:
    seconds = after.second - before.second
    counts = [0] * class_count
    for _, class_id, _ in rows:
        counts[class_id] += 1
    p50, p95 = np.percentile([row[2] for row in rows], [50, 95]) if rows else (None, None)
    # Either side's count may be older than the other's; what is not known to wait is 0.
    return {
        "until": after.second,
        "seconds": seconds,
        "sent_fps": max(after.sent - before.sent, 0) / seconds,
        "stored_fps": max(after.stored - before.stored, 0) / seconds,
        "travelling": max(after.sent - max(after.received, after.stored), 0),
        "queued": max(after.received - max(after.analysed, after.stored), 0),
        "storing": max(after.analysed - after.stored, 0),
        "frames": len(rows),
        "class_counts": counts,
        "latency_p50_ms": None if p50 is None else float(p50),
        "latency_p95_ms": None if p95 is None else float(p95),
    }
