"""A real server and a real client with a network between them, any of which can fail."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self
from uuid import UUID

from tests.analysis.tiny_models import tiny_package
from tests.databases import rows
from tests.faults.proxy import FaultProxy, Faults, Plan, Tap
from tests.faults.witness import Witness
from tests.servers import ROOT, RunningServer, running_server, small_dataset
from tests.streaming.peers import counts, rest, rest_session

ENDS_WITHIN_S = 120.0
# So small that many pass: the rate at which things go wrong is what counts here.
SMALL = (8, 10)


def _whole(_connection: int) -> Faults:
    return Faults()


class Network:
    """Proxies before both ports of a server, and a witness of its session port.

    Args:
        server: The server, or the first of several on the same ports.
        sessions: The faults of connections to the session port.
        frames: The faults of connections to the frames port.
        tap: Sees what passes to and from the frames port.
    """

    def __init__(
        self,
        server: RunningServer,
        *,
        sessions: Plan = _whole,
        frames: Plan = _whole,
        tap: Tap = lambda piece: None,
    ) -> None:
        self.witness = Witness()
        self.sessions = FaultProxy(server.session_port, sessions, tap=self.witness)
        self.frames = FaultProxy(server.frames_port, frames, tap=tap)
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(self.sessions)
        self._stack.enter_context(self.frames)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    @property
    def broken(self) -> list[int]:
        """How many connections were broken, to the session port and to the frames port."""
        return [sum(proxy.counts.ends.values()) for proxy in (self.sessions, self.frames)]


class Ground:
    """A server in a folder, which can be killed and started again; a context manager.

    In the end no server's log may have a traceback.

    Args:
        folder: Where everything lies.
        count: Frames of its dataset.
        shape: Height and width of a frame.

    Attributes:
        server: The server process that runs, or that ran last.
    """

    server: RunningServer

    def __init__(self, folder: Path, *, count: int, shape: tuple[int, int] = SMALL) -> None:
        self.folder = folder
        self.models_dir = folder / "models"
        self._count = count
        self._shape = shape
        self._logs: list[str] = []
        self._running = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        small_dataset(self._dataset, count=self._count, shape=self._shape)
        tiny_package(self.models_dir)
        self._start()
        return self

    def __exit__(self, *error: object) -> None:
        self._running.close()
        for log in (*self._logs, self.server.log):
            assert "Traceback" not in log, log

    def kill_server(self) -> None:
        """Kill the server with -9."""
        self.server.process.kill()
        self.server.process.wait()
        self._logs.append(self.server.log)
        self._running.close()

    def restart_server(self) -> None:
        """Start a server in the place of the one that was killed."""
        self._start((self.server.frames_port, self.server.session_port))

    def stored(self, session: str) -> list[int]:
        """The sequence of every stored prediction of a session, ascending, as the rows have it."""
        query = "SELECT sequence FROM results_prediction WHERE session_id = %s ORDER BY 1"
        return [sequence for (sequence,) in rows(self.folder, query, UUID(session).hex)]

    def is_kept(self, session: str) -> bool:
        """Whether the client has what it takes to resume a session."""
        return (self.folder / "sessions" / f"{session}.json").exists()

    def check_complete(self, session: str, count: int) -> None:
        """Each of ``count`` frames stored once, both accounts adding up, the report verified."""
        assert self.stored(session) == list(range(count))
        content = rest_session(self.server, session)
        assert content["state"] == "completed", content
        assert counts(content) == (count, count, 0, count, 0, count, 0, 0, count)
        assert content["ledger"]["differences"] == []
        status, verification = rest(self.server, f"/api/sessions/{session}/verification/")
        assert status == 200
        assert verification["discrepancies"] == []
        assert verification["verified"]

    @property
    def _dataset(self) -> Path:
        return self.folder / "noise.pickle"

    def _start(self, ports: Sequence[int] = ()) -> None:
        self.server = self._running.enter_context(
            running_server(self.folder, dataset=self._dataset, ports=ports)
        )


@contextlib.contextmanager
def analysis(ground: Ground, network: Network, *options: str) -> "Iterator[Analysis]":
    """`manage.py analyze` over that network; killed where it still runs in the end."""
    log = ground.folder / "analyze.log"
    command = [
        *(sys.executable, str(ROOT / "manage.py"), "analyze", "--classifier=tiny"),
        f"--server=ws://127.0.0.1:{network.sessions.port}",
        f"--frames-server=ws://127.0.0.1:{network.frames.port}",
        *options,
    ]
    environment = ground.server.environment | {"FASHIONSITE_MODELS_DIR": str(ground.models_dir)}
    with (
        log.open("wb") as stderr,
        subprocess.Popen(command, env=environment, stderr=stderr) as process,
    ):
        client = Analysis(process, log)
        try:
            yield client
        finally:
            client.kill()
        assert "Traceback" not in client.log, client.log


class Analysis:
    """A client process."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def log(self) -> str:
        """What it logged so far."""
        return self._log.read_text(encoding="utf-8")

    @property
    def is_over(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    def kill(self) -> bool:
        """Kill it with -9; whether it was still there."""
        was_there = not self.is_over
        self._process.kill()
        self._process.wait()
        return was_there

    def check_ends_well(self, within_s: float = ENDS_WITHIN_S) -> None:
        """Wait for its end, which must be a complete session."""
        assert self._process.wait(within_s) == 0, self.log
