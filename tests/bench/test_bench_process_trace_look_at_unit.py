"""bench.process_trace.look_at."""

import os
import time

from bench.process_trace import look_at


def test_a_process_that_works_is_seen_to() -> None:
    before = look_at(os.getpid())
    kept = bytearray(os.urandom(8 * 1024 * 1024))
    began = time.process_time()
    while time.process_time() - began < 0.05:
        pass
    after = look_at(os.getpid())
    assert before is not None and after is not None and kept
    assert after.at_ns > before.at_ns
    assert after.cpu_s - before.cpu_s >= 0.03
    assert after.resident_bytes > 8 * 1024 * 1024


def test_a_process_that_is_gone_is_none() -> None:
    assert look_at(2**30) is None
