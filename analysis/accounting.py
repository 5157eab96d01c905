"""The client's half of the ledger: what came, what is missing, and where (pure)."""

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

    def losses(self, reason: str) -> tuple[Loss, ...]:
        """The ledger's form, with their reason; empty where there are none."""
        return (Loss(reason=reason, ranges=tuple(self._ranges)),) if self._ranges else ()


class Reception:
    """Follows the sequences of a stream.

    Args:
        announced: Frames of the session.
    """

    def __init__(self, announced: int) -> None:
        self.received = 0
        self.next_sequence = 0
        self.sent: int | None = None
        self.lost = RangeLog()
        self._announced = announced

    def accept(self, first_sequence: int, count: int) -> None:
        """Account for the frames of one message; a gap before them is lost.

        Raises:
            MalformedFrames: frames that came before, or that were never announced.
        """
        end = first_sequence + count
        if first_sequence < self.next_sequence:
            raise MalformedFrames(
                f"frames come once and in order: expected sequence {self.next_sequence} or "
                f"later, got {first_sequence}"
            )
        if end > self._announced:
            raise MalformedFrames(
                f"the session has sequences 0 to {self._announced - 1}, got {end - 1}"
            )
        self.lost.add(self.next_sequence, first_sequence)
        self.received += count
        self.next_sequence = end

    def end(self, sent: int) -> None:
        """Account for the end of the stream: of ``sent`` frames those that did not come are lost.

        Raises:
            MalformedFrames: fewer were sent than came, or more than announced.
        """
        if not self.next_sequence <= sent <= self._announced:
            raise MalformedFrames(
                f"the stream ended at sequence {self.next_sequence} of {self._announced}, "
                f"but {sent} frames are said to have been sent"
            )
        self.lost.add(self.next_sequence, sent)
        self.next_sequence = sent
        self.sent = sent
