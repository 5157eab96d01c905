"""What is watched while a session runs for long: memory, and the schedule of the frames."""

import struct

import numpy as np

from streaming.frames import HEADER, MAGIC, VERSION
from tests.faults.processes import resident_mb
from tests.faults.proxy import Piece


class MemoryTrace:
    """The resident memory of a process over time.

    Args:
        pid: The process.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._samples_mb: list[float] = []

    def sample(self) -> None:
        """Look once; to be called at equal intervals."""
        self._samples_mb.append(resident_mb(self._pid))

    def growth_mb(self) -> float:
        """By how much a straight line through the samples rises, from the end of the warm-up on.

        The first fifth warms up: caches fill, and pools find their size.
        """
        steady = np.array(self._samples_mb[len(self._samples_mb) // 5 :])
        slope, _ = np.polyfit(np.arange(len(steady)), steady, 1)
        return float(slope * (len(steady) - 1))


class FrameClock:
    """The tap of a proxy before the frames port: when each frame was sent, by its own header.

    Args:
        shape: Height, width and channels of a frame, by which a header is told from pixels.
    """

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self._shape = shape
        self._rest = b""
        self._sent_at_s: dict[int, float] = {}

    def __call__(self, piece: Piece) -> None:
        """Take note of the headers that pass."""
        if not piece.to_client:
            return
        data = self._rest + piece.data
        at = data.find(MAGIC)
        while 0 <= at <= len(data) - HEADER.size:
            self._note(data, at)
            at = data.find(MAGIC, at + 1)
        self._rest = data[at:] if at >= 0 else data[-(len(MAGIC) - 1) :]

    def lateness_s(self, fps: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """By how much each message's first frame was sent after its time, in order, seconds."""
        sequences = np.array(sorted(self._sent_at_s))
        sent_at_s = np.array([self._sent_at_s[sequence] for sequence in sequences])
        late: np.ndarray[tuple[int], np.dtype[np.float64]] = (
            sent_at_s - sent_at_s[0] - (sequences - sequences[0]) / fps
        )
        return late

    def drift_ms(self, fps: float) -> float:
        """How much later the most punctual frame of the last tenth was than that of the first.

        A busy machine makes some frames late, which is no drift as long as others are not.
        """
        late = self.lateness_s(fps)
        tenth = max(1, len(late) // 10)
        return float(late[-tenth:].min() - late[:tenth].min()) * 1000

    def _note(self, data: bytes, at: int) -> None:
        try:
            _, version, channels, _, first, count, height, width, sent_at_ns = HEADER.unpack_from(
                data, at
            )
        except struct.error:
            return
        if (version, (height, width, channels)) == (VERSION, self._shape) and count:
            self._sent_at_s[first] = sent_at_ns / 1e9
