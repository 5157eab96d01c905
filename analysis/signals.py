"""Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends at once."""

import logging
import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Self

logger = logging.getLogger(__name__)


class StopSignals:
    """While entered, turns signals into an event.

    Outside the main thread, where Python takes no signals, it changes nothing.

    Attributes:
        stop: Set by the first signal.
        exit_code: 128 and the number of the first signal, as shells have it: 130 for Ctrl-C, 143
            for SIGTERM; 0 where there was none.
    """

    SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.exit_code = 0
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in self.SIGNALS:
                self._previous[number] = signal.signal(number, self._came)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        while self._previous:
            signal.signal(*self._previous.popitem())

    def _came(self, number: int, _frame: FrameType | None) -> None:
        if self.stop.is_set():
            raise KeyboardInterrupt
        self.exit_code = 128 + number
        self.stop.set()
        logger.warning("stopping; what was sent is still analysed (once more: end at once)")
