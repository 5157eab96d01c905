"""A process's memory as the system tells it."""

import os

from bench.hosts import peak_mb


def test_is_what_a_python_takes() -> None:
    here = peak_mb(os.getpid())
    assert here is not None and 5 < here < 100_000


def test_is_unknown_where_there_is_no_such_process() -> None:
    assert peak_mb(2**22 + 1) is None
