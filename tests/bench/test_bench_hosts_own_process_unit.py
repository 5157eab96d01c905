"""Another process that does one thing after the other."""

import os

from bench.hosts import own_process


def test_is_another_process_and_stays_the_same() -> None:
    with own_process() as process:
        pids = {process.submit(os.getpid).result() for _ in range(3)}
    assert len(pids) == 1 and os.getpid() not in pids
