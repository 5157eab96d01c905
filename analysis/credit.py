"""How far the server may send: the client's side of the credit (pure)."""

from typing import Literal, get_args

# ``wait`` loses nothing: the server pauses until frames are taken from the queue.
# ``drop-oldest`` stays in real time: every frame is received, the oldest queued ones go.
Overload = Literal["wait", "drop-oldest"]
OVERLOADS: tuple[Overload, ...] = get_args(Overload)


class Credit:
    """When to grant more credit, and up to which sequence.

    A message is worth its cost once a quarter of the window is free, so that three quarters are
    still there while it travels.

    Args:
        announced: Frames of the session; credit never goes beyond.
        window: Most frames in flight, as the server announced it.
    """

    def __init__(self, *, announced: int, window: int) -> None:
        self.granted = 0
        self._announced = announced
        self._window = max(1, window)
        self._step = max(1, self._window // 4)

    def advance(self, sequence: int) -> int | None:
        """What to grant now that every frame below ``sequence`` is taken care of.

        Returns:
            The new ``until``; None where it would be too little more than was granted.
        """
        until = min(sequence + self._window, self._announced)
        more = until - self.granted
        if more < self._step and not (more > 0 and until == self._announced):
            return None
        self.granted = until
        return until
