"""From when a frame was due to its result."""

import numpy as np
import pytest

from bench.latency import since_due_ms

NOW_NS = 1_800_000_000_000_000_000


def test_counts_what_the_server_sent_late() -> None:
    # Due at 0, 100 and 200 ms; sent at 0, 130 and 200; each took 2 ms.
    results_ns = NOW_NS + np.array([2, 132, 202]) * 1_000_000
    latencies_ms = np.full(3, 2.0, dtype=np.float32)
    assert since_due_ms(results_ns, latencies_ms, 10.0) == pytest.approx([2, 32, 2])


def test_finds_the_start_where_the_first_frame_was_late() -> None:
    # Due at 0, 1 and 2 ms; the first left 5 ms late, and all came in one message.
    results_ns = NOW_NS + np.array([6, 6, 6]) * 1_000_000
    latencies_ms = np.array([1.0, 1.0, 4.0], dtype=np.float32)  # the last left at 2 ms, in time
    assert since_due_ms(results_ns, latencies_ms, 1000.0) == pytest.approx([6, 5, 4])
