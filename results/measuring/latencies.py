"""How the latency went over a session, from a sample of its frames (pure).

Latencies are with the predictions and nowhere else. Reading a million of them for a chart of
sixty points would be waste, and every Nth would be treacherous: messages carry 8, 64 or 256 frames
of which the first waited longest, so that N picks the same place of each. A seeded draw from each
slice has no such rhythm, is the same for everybody, and comes in one query of bounded size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SLICES = 60
# The 95th percentile of 100 frames is the mean of their fifth and sixth slowest.
SAMPLED_A_SLICE = 100


@dataclass(frozen=True, slots=True)
class LatencySlice:
    """The latencies of frames in a row.

    Attributes:
        first, last: their sequences.
        frames: how many were looked at.
        p50_ms, p95_ms: percentiles by linear interpolation, milliseconds.
    """

    first: int
    last: int
    frames: int
    p50_ms: float
    p95_ms: float


def sampled_sequences(sent: int) -> NDArray[np.int64]:
    """Which frames to look at: all of a short session, else so many of each slice; ascending."""
    if sent <= SLICES * SAMPLED_A_SLICE:
        return np.arange(sent, dtype=np.int64)
    edges = _edges(sent)
    rng = np.random.default_rng(sent)
    return np.concatenate(
        [
            np.sort(rng.choice(np.arange(first, end), SAMPLED_A_SLICE, replace=False))
            for first, end in zip(edges[:-1], edges[1:], strict=True)
        ]
    )


def slices_of(
    sequences: Sequence[int], latencies_ms: Sequence[float], sent: int
) -> tuple[LatencySlice, ...]:
    """The percentiles of each slice; slices in which nothing is are left out.

    Args:
        sequences: of the predictions found, below ``sent``.
        latencies_ms: one for each.
        sent: frames of the session, which the slices share.
    """
    if len(sequences) == 0:
        return ()
    edges = _edges(sent)
    places = np.searchsorted(edges, np.asarray(sequences), side="right") - 1
    values = np.asarray(latencies_ms, dtype=np.float64)
    slices = []
    for place in np.unique(places).tolist():
        of_slice = values[places == place]
        p50, p95 = np.percentile(of_slice, (50, 95)).tolist()
        first, last = int(edges[place]), int(edges[place + 1]) - 1
        slices.append(LatencySlice(first, last, len(of_slice), p50, p95))
    return tuple(slices)


def _edges(sent: int) -> NDArray[np.int64]:
    """The first sequence of each slice, and ``sent``."""
    slices = min(SLICES, sent)
    return np.arange(slices + 1, dtype=np.int64) * sent // slices
