"""bench.process_trace.watched."""

import os

from bench.process_trace import watched


def test_looks_at_a_process_at_once() -> None:
    with watched(os.getpid()) as trace:
        pass
    assert trace.looks
    assert [look.at_ns for look in trace.looks] == sorted(look.at_ns for look in trace.looks)


def test_a_process_that_is_gone_leaves_no_look() -> None:
    with watched(2**30) as trace:
        pass
    assert not trace.looks
