"""How far a session is, for a person: a bar on a terminal, now and then a log line elsewhere."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analysis.stages import RunCounts

logger = logging.getLogger(__name__)

LOG_EVERY_S = 10.0


class ProgressReporter:
    """Called with counts, as a context manager.

    Args:
        announced: Frames of the session.
        console: Where a bar is drawn, if it is a terminal.
        clock: Seconds, never going back.
    """

    def __init__(
        self, announced: int, console: Console, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stack = ExitStack()
        self._clock = clock
        self._next_line_at = clock() + LOG_EVERY_S
        self._draws = console.is_terminal
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[status]}"),
            console=console,
            disable=not self._draws,
        )
        self._task = self._bar.add_task("analysing", total=announced, status="")

    def __enter__(self) -> Self:
        self._stack.enter_context(self._bar)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def __call__(self, counts: RunCounts) -> None:
        """Show these counts."""
        if self._draws:
            status = f"received {counts.received}, stored {counts.stored}"
            self._bar.update(self._task, completed=counts.analysed, status=status)
        elif self._clock() >= self._next_line_at:
            self._next_line_at += LOG_EVERY_S
            logger.info(
                "analysed %d of %d, received %d, stored %d",
                counts.analysed,
                counts.announced,
                counts.received,
                counts.stored,
            )
