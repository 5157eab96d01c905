"""A real server process on free ports, with a database of its own, for integration tests."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from streaming.datasets.headers import DatasetHeader
from streaming.datasets.pickles import write_dataset
from tests.databases import (
    copy_migrated,
    is_new,
    keep_migrated,
    leave_database,
    settings_of,
    use_database,
)
from tests.sharing import free_ports

ROOT = Path(__file__).resolve().parent.parent
CLASS_NAMES = tuple(f"class {number}" for number in range(10))
READY_WITHIN_S = 60.0


@dataclass(frozen=True)
class RunningServer:
    """Where a server process listens, and what it works on."""

    frames_port: int
    session_port: int
    folder: Path
    dataset: Path
    process: subprocess.Popen[bytes]
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def ws_url(self) -> str:
        """What `analyze --server` takes."""
        return f"ws://127.0.0.1:{self.session_port}"

    @property
    def http_url(self) -> str:
        """Where pages and REST are, without a slash at the end."""
        return f"http://127.0.0.1:{self.session_port}"

    @property
    def log(self) -> str:
        """What the server logged so far."""
        return (self.folder / "server.log").read_text(encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a command that uses the same var folder and database."""
        return environment_of(self.folder, self.settings)

    def manage(self, *arguments: str, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a management command beside the server, and return how it ended."""
        return run_manage(self.folder, *arguments, timeout_s=timeout_s, settings=self.settings)


def environment_of(folder: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment whose var folder, and database unless ``settings`` name one, are there."""
    settings = settings or {}
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    own = {} if "DATABASE_URL" in settings else settings_of(folder)
    return {**kept, "FASHIONSITE_VAR_DIR": str(folder), **own, **settings}


def run_manage(
    folder: Path,
    *arguments: str,
    timeout_s: float = 120,
    settings: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` with its var folder in ``folder``."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=environment_of(folder, settings),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def small_dataset(path: Path, *, count: int = 300, shape: tuple[int, ...] = (28, 28)) -> Path:
    """A dataset pickle of seeded noise whose first pixel tells the frame's index."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (count, *shape), dtype=np.uint8)
    images.reshape(count, -1)[:, 0] = np.arange(count) % 256
    labels = (np.arange(count) % len(CLASS_NAMES)).astype(np.uint8)
    header = DatasetHeader(
        name="noise",
        split="test",
        seed=0,
        count=count,
        height=shape[0],
        width=shape[1],
        channels=shape[2] if len(shape) == 3 else 1,
        class_names=CLASS_NAMES,
        labelled=True,
    )
    write_dataset(path, header, [(images, labels)])
    return path


@contextlib.contextmanager
def running_server(
    folder: Path,
    *,
    dataset: Path | None = None,
    options: Sequence[str] = (),
    ports: Sequence[int] = (),
    settings: Mapping[str, str] | None = None,
) -> Iterator[RunningServer]:
    """A migrated database and a `runstream` process in ``folder``; both end with the block.

    With ``ports`` of an earlier server in that folder, it is one that takes its place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    use_database(folder)
    dataset = dataset or small_dataset(folder / "noise.pickle")
    if not ports:
        _migrate(folder, settings or {})
    frames_port, session_port = ports or free_ports(2)
    command = [
        *(sys.executable, str(ROOT / "manage.py"), "runstream", f"--dataset={dataset}"),
        *(f"--frames-port={frames_port}", f"--session-port={session_port}", *options),
    ]
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(command, env=environment_of(folder, settings), stderr=log) as process,
    ):
        server = RunningServer(frames_port, session_port, folder, dataset, process, settings or {})
        try:
            _wait_until_ready(server)
            yield server
        finally:
            # Twisted ends in good order on SIGTERM, and with it the coverage of the process.
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
            leave_database(folder)


def _migrate(folder: Path, settings: Mapping[str, str]) -> None:
    is_empty = "DATABASE_URL" not in settings and is_new(folder)
    if is_empty and copy_migrated(folder):
        return
    migrated = run_manage(folder, "migrate", "-v0", settings=settings)
    assert migrated.returncode == 0, migrated.stderr
    if is_empty:
        keep_migrated(folder)


def _wait_until_ready(server: RunningServer) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    # Names of modules have the word "serving" in them, and a log at DEBUG has those.
    while "pages on http" not in server.log:
        assert server.process.poll() is None, server.log
        assert time.monotonic() < deadline, f"not ready within {READY_WITHIN_S} s: {server.log}"
        time.sleep(0.05)
