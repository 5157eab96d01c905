"""analysis.memory.keep_freed_memory: blocks of megabytes stay with the process."""

import ctypes
import platform
import subprocess
import sys

import pytest

from analysis.memory import keep_freed_memory

_FAULTS = """
import os
import resource
import sys
from analysis.memory import keep_freed_memory

if sys.argv[1] == "keep":
    assert keep_freed_memory()
faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
block = bytes(8_000_000)
del block
before = faults()
for _ in range(50):
    first, second = bytearray(8_000_000), bytearray(8_000_000)
    first[::4096] = second[::4096] = b"x" * len(range(0, 8_000_000, 4096))
    del first, second
os.write(1, str(faults() - before).encode())
"""


def _faults(how: str) -> int:
    """Pages that a process of its own fetched for fifty times two blocks."""
    command = [sys.executable, "-c", _FAULTS, how]
    return int(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_a_process_fetches_its_memory_once() -> None:
    # Two blocks are 4,000 pages; fifty times that is 200,000.
    assert _faults("keep") < 8_000
    assert _faults("as it is") > 50_000


@pytest.mark.parametrize("error", [OSError("none"), TypeError("none"), AttributeError("mallopt")])
def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def refuse(_name: object) -> None:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert not keep_freed_memory()
