"""What the queues carry: frames on their way in, results on their way out (pure)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FrameChunk:
    """Consecutive frames that were sent in one message, adjusted to the classifier's input.

    One of no frames says that there is nothing to do before its sequence.

    Attributes:
        first_sequence: Sequence of the first frame; the others follow it one by one.
        sent_at_ns: When the server sent them, nanoseconds since the Unix epoch.
        images: ``(N, H, W)`` grey or ``(N, H, W, 3)`` RGB, uint8.
    """

    first_sequence: int
    sent_at_ns: int
    images: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, part: slice) -> "FrameChunk":
        """Some of the frames, as a view; ``part`` has a step of 1."""
        start, _, _ = part.indices(len(self))
        return FrameChunk(self.first_sequence + start, self.sent_at_ns, self.images[part])

    @property
    def end_sequence(self) -> int:
        """The sequence after the last frame's."""
        return self.first_sequence + len(self)


@dataclass(frozen=True, slots=True)
class ResultChunk:
    """Frames with what the classifier said about each.

    Attributes:
        sequences: ``(N,)`` uint64, ascending.
        images: ``(N, H, W)`` or ``(N, H, W, 3)`` uint8, as the classifier saw them.
        probabilities: ``(N, classes)`` float32, finite, each row adding up to 1.
        latencies_ms: ``(N,)`` float32, from send time to result, milliseconds.
    """

    sequences: NDArray[np.uint64]
    images: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    latencies_ms: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, part: slice) -> "ResultChunk":
        """Some of the results, as views."""
        return ResultChunk(
            self.sequences[part],
            self.images[part],
            self.probabilities[part],
            self.latencies_ms[part],
        )
