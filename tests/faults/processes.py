"""What a process of this machine costs, by Linux's own account."""

import contextlib
from pathlib import Path

_MB = 1024 * 1024


def resident_mb(pid: int) -> float:
    """Resident memory, MiB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / _MB
    raise ProcessLookupError(f"process {pid} has no memory any more")


def open_sockets(pid: int) -> int:
    """Open sockets. Files are not counted: a thread that uses the database first opens some."""
    count = 0
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed since it was listed
            count += descriptor.readlink().name.startswith("socket:")
    return count
