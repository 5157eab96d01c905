"""The last minute of a running session, as every viewer sees it, whenever they come."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from results.models import Prediction, Session
from results.pulses import Pulse, StepDict, shown, steps, wanted_sequences

# However many watch a session in a process, its history is read so often.
INTERVAL_S = 1.0
MOST_WATCHED = 256


def history(session: Session) -> list[StepDict]:
    """The last minute of the session in steps of a second, in two queries of bounded size.

    Empty before it runs, and soon after it is over.
    """
    rows = session.pulses.values_list("second", "sent", "received", "analysed", "stored")
    pulses = shown([Pulse(*row) for row in rows])
    wanted = wanted_sequences(pulses)
    if not wanted:
        return steps(pulses, [], len(session.classifier.class_names))
    frames = Prediction.objects.filter(session=session, sequence__in=wanted).order_by()
    read = frames.values_list("sequence", "class_id", "latency_ms")
    return steps(pulses, read, len(session.classifier.class_names))


class HistoryWatch:
    """The history of sessions under way, read once a second however many look at it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[UUID, tuple[float, list[StepDict]]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session: Session) -> list[StepDict]:
        """The history as it was within the last second."""
        now = self._clock()
        with self._lock:
            kept = self._known.get(session.pk)
        if kept is not None and now - kept[0] < INTERVAL_S:
            return kept[1]
        found = history(session)
        with self._lock:
            self._known[session.pk] = (now, found)
            self._known.move_to_end(session.pk)
            while len(self._known) > MOST_WATCHED:
                self._known.popitem(last=False)
        return found


history_watch = HistoryWatch()
