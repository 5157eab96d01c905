"""The client's half of the ledger: what came, what is missing, and where (pure)."""

from bisect import bisect_left
from collections.abc import Sequence

from results.ledger import Loss
from streaming.errors import MalformedFrames


class RangeLog:
    """Sequences in ascending order, kept as ranges: memory grows with the gaps, not the frames."""

    def __init__(self) -> None:
        self.count = 0
        self._ranges: list[tuple[int, int]] = []

    def add(self, first: int, end: int) -> None:
        """Add the sequences from ``first`` to before ``end``, above all that were added."""
        if end <= first:
            return
        self.count += end - first
        if self._ranges and self._ranges[-1][1] == first - 1:
            first = self._ranges.pop()[0]
        self._ranges.append((first, end - 1))

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """First and last sequence of each run, ascending."""
        return tuple(self._ranges)

    def losses(self, reason: str) -> tuple[Loss, ...]:
        """The ledger's form, with their reason; empty where there are none."""
        return (Loss(reason=reason, ranges=self.ranges),) if self._ranges else ()


class Reception:
    """Follows the sequences of a stream, over as many connections as it takes.

    Args:
        announced: Frames of the session.
        stored: What the server has the predictions of from before, as ranges: first and last
            sequence of each, ascending. They count as received; should they come, nothing is new.
    """

    def __init__(self, announced: int, *, stored: Sequence[tuple[int, int]] = ()) -> None:
        self.received = sum(last - first + 1 for first, last in stored)
        self.next_sequence = stored[0][1] + 1 if stored and stored[0][0] == 0 else 0
        self.sent: int | None = None
        self.lost = RangeLog()
        self._announced = announced
        self._stored = stored
        self._position = 0

    def attach(self, position: int) -> None:
        """Frames come over a new connection now, from this sequence on, some maybe again."""
        self._position = position

    def accept(self, first_sequence: int, count: int) -> list[tuple[int, int]]:
        """Account for the frames of one message; a gap before them is lost.

        Returns:
            The frames that are new, as ranges: the first and the one after the last, ascending.

        Raises:
            MalformedFrames: frames that came before on this connection, or that were never
                announced.
        """
        end = first_sequence + count
        if first_sequence < self._position:
            raise MalformedFrames(
                f"frames come once and in order: expected sequence {self._position} or "
                f"later, got {first_sequence}"
            )
        if end > self._announced:
            raise MalformedFrames(
                f"the session has sequences 0 to {self._announced - 1}, got {end - 1}"
            )
        self._position = end
        self._lose_before(first_sequence)
        fresh = self._unknown(max(first_sequence, self.next_sequence), end)
        self.received += sum(after - first for first, after in fresh)
        self.next_sequence = max(end, self.next_sequence)
        return fresh

    def end(self, sent: int) -> None:
        """Account for the end of the stream: of ``sent`` frames those that did not come are lost.

        Raises:
            MalformedFrames: fewer were sent than came, or more than announced.
        """
        came = max(self.next_sequence, self._stored[-1][1] + 1 if self._stored else 0)
        if not came <= sent <= self._announced:
            raise MalformedFrames(
                f"the stream ended at sequence {came} of {self._announced}, "
                f"but {sent} frames are said to have been sent"
            )
        self._lose_before(sent)
        self.next_sequence = self.sent = sent

    def _lose_before(self, sequence: int) -> None:
        for first, after in self._unknown(self.next_sequence, sequence):
            self.lost.add(first, after)

    def _unknown(self, first: int, end: int) -> list[tuple[int, int]]:
        """What is not stored of the sequences from ``first`` to before ``end``."""
        unknown: list[tuple[int, int]] = []
        index = bisect_left(self._stored, first, key=lambda one: one[1])
        while first < end:
            known = self._stored[index] if index < len(self._stored) else (end, end)
            if first < known[0]:
                unknown.append((first, min(known[0], end)))
            first = known[1] + 1
            index += 1
        return unknown
