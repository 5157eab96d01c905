"""Running management commands as child processes, and ending them in good order."""

import logging
import signal
import subprocess  # nosec B404  # without a shell, and this project's own commands only
import sys
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from django.conf import settings

logger = logging.getLogger(__name__)

END_WITHIN_S = 20.0


class ManagedProcess:
    """One management command in a process of its own; leaving the block ends it.

    Args:
        arguments: The command and its options, as after ``manage.py``.
    """

    def __init__(self, *arguments: str) -> None:
        self.name = arguments[0]
        self._command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # In a group of its own, Ctrl-C in the terminal does not reach it: its turn to end comes
        # in the order of the blocks, and so a worker can still report to its server.
        # pylint: disable-next=consider-using-with  # this class is the context manager
        self._process = subprocess.Popen(  # nosec B603  # our own interpreter and manage.py
            self._command, process_group=0
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    @property
    def exit_code(self) -> int | None:
        """The exit code; None while it runs."""
        return self._started().poll()

    def wait(self) -> int:
        """Wait until it ends by itself, and return its exit code."""
        return self._started().wait()

    def wait_until(self, is_ready: Callable[[], bool], *, timeout_s: float) -> bool:
        """Wait until ``is_ready``; False where the process ends first, or time runs out."""
        deadline = time.monotonic() + timeout_s
        while self.exit_code is None and time.monotonic() < deadline:
            if is_ready():
                return True
            time.sleep(0.05)
        return False

    def end(self) -> int:
        """Ask it to end, insist after a while, and return its exit code."""
        process = self._started()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            return process.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            logger.warning("%s did not end within %g s, killing it", self.name, END_WITHIN_S)
            process.kill()
            return process.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._process


def wait_for_any(processes: Sequence[ManagedProcess]) -> ManagedProcess:
    """Wait until one of these ends by itself, and return it."""
    while True:
        for process in processes:
            if process.exit_code is not None:
                return process
        time.sleep(0.2)
