"""How often a server process stands still to look for garbage."""

import gc

# Python's own looks after every 700 new objects, which a server of a thousand sockets makes in a
# few milliseconds; ten of those bring one that walks through a generation, and so on.
YOUNG_OBJECTS = 5_000
YOUNG_LOOKS = 20
MIDDLE_LOOKS = 20


def collect_rarely() -> None:
    """Leave what was loaded so far out of every look from now on, and look more rarely.

    A look at everything takes a tenth of a second in a server that has loaded Django, in which no
    frame leaves. Most objects here die by themselves; what hangs together in circles, as a
    connection does that has ended, waits a little longer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_LOOKS, MIDDLE_LOOKS)
