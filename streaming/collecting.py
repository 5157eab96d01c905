"""How often a server process stands still to look for garbage."""

import gc

# Python's own looks after every 700 new objects, which a server of a thousand sockets makes in a
# few milliseconds; ten of those bring one that walks through a generation, and so on.
YOUNG_OBJECTS = 20_000
YOUNG_LOOKS = 20
MIDDLE_LOOKS = 20
# What so many connections leave behind is some megabytes.
MOST_ENDED = 1_000


def collect_rarely() -> None:
    """Leave what was loaded so far out of every look from now on, and look more rarely.

    A look at everything takes a tenth of a second in a server that has loaded Django, in which no
    frame leaves. Most objects here die by themselves; what hangs together in circles, as a
    connection does that has ended, waits a little longer: for :class:`EndedConnections`.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_LOOKS, MIDDLE_LOOKS)


class EndedConnections:
    """Looks at everything once as many connections have ended as are open, and at least a thousand.

    What a look takes grows with what is open, and what garbage takes with what has ended; so
    neither is ever much beside the other.
    """

    def __init__(self) -> None:
        self._open = 0
        self._ended = 0

    def __enter__(self) -> None:
        """A connection begins."""
        self._open += 1

    def __exit__(self, *error: object) -> None:
        """It has ended."""
        self._open -= 1
        self._ended += 1
        if self._ended >= max(MOST_ENDED, self._open):
            self._ended = 0
            gc.collect()
