"""A bounded queue between two threads that counts frames, whatever its items hold."""

import threading
from collections import deque
from typing import Generic, Protocol, Self, TypeVar


class Chunk(Protocol):
    """Frames or results that lie together and can be cut."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Self: ...


T = TypeVar("T", bound=Chunk)


class BoundedQueue(Generic[T]):
    """Chunks in order, at most ``capacity`` frames of them.

    ``close`` lets the reader take what is left; ``abort`` lets nobody wait any longer.

    Args:
        capacity: Most frames held, 1 or more. A chunk that is larger enters alone.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"a queue holds 1 frame or more, got a capacity of {capacity}")
        self.capacity = capacity
        self.high_water = 0
        self._chunks: deque[T] = deque()
        self._count = 0
        self._closed = False
        self._aborted = False
        self._changed = threading.Condition()

    def __len__(self) -> int:
        """How many frames are queued."""
        return self._count

    @property
    def finished(self) -> bool:
        """Whether nothing is left and nothing will come."""
        with self._changed:
            return self._aborted or (self._closed and not self._chunks)

    def put(self, chunk: T) -> bool:
        """Wait until there is room, then add the chunk.

        Returns:
            False where the queue was aborted or closed, and the chunk is not in it.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._has_room(len(chunk)))
            if self._closed:
                return False
            self._append(chunk)
            return True

    def put_dropping_oldest(self, chunk: T) -> list[T]:
        """Add the chunk at once, making room by dropping the oldest frames.

        Returns:
            What was dropped, oldest first; empty where there was room.
        """
        dropped: list[T] = []
        with self._changed:
            if self._closed:
                return dropped
            excess = self._count + len(chunk) - self.capacity
            while excess > 0 and self._chunks:
                piece = self._pop(excess)
                dropped.append(piece)
                excess -= len(piece)
            if excess > 0:
                dropped.append(chunk[:excess])
                chunk = chunk[excess:]
            self._append(chunk)
        return dropped

    def take(self, limit: int, timeout_s: float | None = None) -> list[T]:
        """Everything that is queued, oldest first, up to ``limit`` frames.

        Waits only where nothing is queued.

        Returns:
            Chunks of at most ``limit`` frames in all; empty after ``timeout_s``, or when
            ``finished``.
        """
        taken: list[T] = []
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._chunks, timeout_s)
            while limit > 0 and self._chunks:
                piece = self._pop(limit)
                taken.append(piece)
                limit -= len(piece)
            if taken:
                self._changed.notify_all()
        return taken

    def close(self) -> None:
        """Say that nothing more will come."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def abort(self) -> None:
        """Drop what is queued and let nobody wait any longer."""
        with self._changed:
            self._closed = self._aborted = True
            self._chunks.clear()
            self._count = 0
            self._changed.notify_all()

    def _has_room(self, count: int) -> bool:
        return not self._chunks or self._count + count <= self.capacity

    def _append(self, chunk: T) -> None:
        self._chunks.append(chunk)
        self._count += len(chunk)
        self.high_water = max(self.high_water, self._count)
        self._changed.notify_all()

    def _pop(self, limit: int) -> T:
        """The oldest chunk, or as much of it as ``limit`` allows."""
        oldest = self._chunks.popleft()
        if len(oldest) > limit:
            self._chunks.appendleft(oldest[limit:])
            oldest = oldest[:limit]
        self._count -= len(oldest)
        return oldest
