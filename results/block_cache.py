"""The contents of blocks that were read last, in memory: a block never changes once it is made.

Whoever pages through a wall of frames asks for the same few blocks again and again, and on
PostgreSQL fetching them is most of what a page takes.
"""

import threading
from collections import OrderedDict
from uuid import UUID

# A million predictions of ten bytes each are ten.
MAX_BYTES = 16 * 1024 * 1024

_Key = tuple[UUID, int]


class BlockCache:
    """Contents by session and number, the least recently used left out; safe to share.

    Args:
        max_bytes: Of all contents together.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._size_bytes = 0
        self._contents: OrderedDict[_Key, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, session_uuid: UUID, number: int) -> bytes | None:
        """The content of that block; None where it has to be read."""
        with self._lock:
            content = self._contents.get((session_uuid, number))
            if content is not None:
                self._contents.move_to_end((session_uuid, number))
            return content

    def keep(self, session_uuid: UUID, number: int, content: bytes) -> None:
        """Keep what was read, in place of what was not used for longest."""
        key = (session_uuid, number)
        with self._lock:
            self._size_bytes += len(content) - len(self._contents.pop(key, b""))
            self._contents[key] = content
            while self._size_bytes > self._max_bytes:
                _, oldest = self._contents.popitem(last=False)
                self._size_bytes -= len(oldest)

    def clear(self) -> None:
        """Forget all of it."""
        with self._lock:
            self._contents.clear()
            self._size_bytes = 0
