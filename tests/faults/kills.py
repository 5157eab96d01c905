"""When a process is killed, and what is seen of the other side's recovery."""

import random
import time
from collections.abc import Callable
from typing import Literal, get_args

from tests.faults.streams import Analysis
from tests.faults.witness import Witness

Moment = Literal["opening", "first second", "in between", "finishing"]
MOMENTS: tuple[Moment, ...] = get_args(Moment)
WITHIN_S = 60.0
# How long after a moment was seen a kill may come, seconds.
SPANS_S: dict[Moment, float] = {
    "opening": 0.1,
    "first second": 1.0,
    "in between": 0.5,
    "finishing": 0.2,
}


class Clockwork:
    """Waits for moments of a session, as the witness sees them, and measures recoveries.

    Args:
        witness: Of the one session on the network between client and server.
        draw: Where in each moment.

    Attributes:
        longest_s: From a kill to the next acknowledgement, seconds.
    """

    def __init__(self, witness: Witness, draw: random.Random) -> None:
        self.longest_s = 0.0
        self._witness = witness
        self._draw = draw

    def await_moment(self, moment: Moment, client: Analysis) -> None:
        """Wait for a moment of the session, or the client's end.

        Raises:
            TimeoutError: it does not come; the message has the client's log.
        """
        seen = self._witness.seen
        acked = seen["ack"]
        conditions: dict[Moment, Callable[[], bool]] = {
            "opening": lambda: seen["opened"] > 0,
            # Both sides say it.
            "first second": lambda: seen["ready"] >= 2,
            "in between": lambda: seen["ack"] > acked,
            "finishing": lambda: seen["ended"] > 0,
        }
        _wait(conditions[moment], client, what=moment)
        time.sleep(self._draw.uniform(0, SPANS_S[moment]))

    def await_recovery(self, killed_at: float, client: Analysis) -> None:
        """Wait until something is acknowledged again, or the client has ended.

        Args:
            killed_at: By ``time.monotonic``.

        Raises:
            TimeoutError: nothing is.
        """
        before = self._progress()
        _wait(lambda: self._progress() > before, client, what="an acknowledgement")
        self.longest_s = max(self.longest_s, time.monotonic() - killed_at)

    def _progress(self) -> int:
        return self._witness.seen["ack"] + self._witness.seen["accepted"]


def _wait(condition: Callable[[], bool], client: Analysis, *, what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not (condition() or client.is_over):
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {what} within {WITHIN_S} s:\n{client.log}")
        time.sleep(0.01)
