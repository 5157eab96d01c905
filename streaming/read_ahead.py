"""The frames of one stream, read a few at a time: for the consumer that sends them."""

import numpy as np
from numpy.typing import NDArray

from streaming.datasets.pickles import DatasetReader

# Of small frames a few dozen. Each look into the file lets go of Python's lock, and a stream that
# asks for it back waits for whoever has it: once for many frames is what a schedule can bear.
AHEAD_BYTES = 16 * 1024


class ReadAhead:
    """Reads frames of a dataset in order, and some that will be asked for next.

    Args:
        dataset: What is streamed.
        ahead_bytes: What is kept at most, beside a frame that is larger.
    """

    def __init__(self, dataset: DatasetReader, *, ahead_bytes: int = AHEAD_BYTES) -> None:
        self._dataset = dataset
        self._least = max(1, ahead_bytes // dataset.header.frame_bytes)
        self._first = 0
        self._frames: NDArray[np.uint8] | None = None

    def read(self, first: int, count: int) -> NDArray[np.uint8]:
        """As :meth:`DatasetReader.read`; what was read ahead is what the file held then.

        Raises:
            DatasetError: see there.
        """
        begin = first - self._first
        if self._frames is not None and 0 <= begin and begin + count <= len(self._frames):
            return self._frames[begin : begin + count]
        if count >= self._least:
            return self._dataset.read(first, count)
        # At the dataset's end there is less; what is beyond it is refused as asked for.
        most = max(count, min(self._least, self._dataset.header.count - first))
        self._frames, self._first = self._dataset.read(first, most), first
        return self._frames[:count]
