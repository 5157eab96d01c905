"""The counts of running sessions, noted once a second: what a live view's charts are drawn from.

In the database, as whoever comes late, or to another server process, shall see the same; in as
many rows as the charts show seconds, written in one statement for all sessions of a look.
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection as database

from results.lifecycle import FINAL_STATES, SessionState
from results.models import SessionPulse
from results.pulses import SLOTS
from results.services.counts import SessionCounts

_UNDER_WAY = (SessionState.RUNNING, SessionState.FINISHING)
_FINAL = [state.value for state in FINAL_STATES]
# Of so many sessions a process knows in which second it noted them last.
MOST_KNOWN = 20_000
_NOTED = ("slot", "second", "sent", "received", "analysed", "stored")
_FROM_SQLITE = """
    SELECT value ->> 0 AS session_id, value ->> 1 AS slot, value ->> 2 AS second,
        value ->> 3 AS sent, value ->> 4 AS received, value ->> 5 AS analysed,
        value ->> 6 AS stored
    FROM json_each(%s) WHERE true
"""
_FROM_POSTGRESQL = """
    SELECT (value ->> 0)::uuid AS session_id, (value ->> 1)::smallint AS slot,
        (value ->> 2)::bigint AS second, (value ->> 3)::bigint AS sent,
        (value ->> 4)::bigint AS received, (value ->> 5)::bigint AS analysed,
        (value ->> 6)::bigint AS stored
    FROM json_array_elements(%s::json)
"""


class _Seconds:
    """In which second each session was noted last by this process; a limit, and nothing more."""

    def __init__(self) -> None:
        self._of: OrderedDict[UUID, int] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, session_uuid: UUID, second: int) -> bool:
        """Whether it was not noted in this second yet; from now on it was."""
        with self._lock:
            if self._of.get(session_uuid) == second:
                return False
            self._of[session_uuid] = second
            self._of.move_to_end(session_uuid)
            while len(self._of) > MOST_KNOWN:
                self._of.popitem(last=False)
        return True


_seconds = _Seconds()


def note_pulses(counts: Collection[SessionCounts], *, now: datetime) -> None:
    """Note the counts of those sessions that are under way, each once a second at most."""
    second = int(now.timestamp())
    is_postgresql = database.vendor == "postgresql"
    given = [
        (
            str(each.uuid) if is_postgresql else each.uuid.hex,
            *(second % SLOTS, second),
            *(each.sent, each.received, each.analysed, each.stored),
        )
        for each in sorted(counts, key=lambda each: each.uuid)
        if each.state in _UNDER_WAY and _seconds.is_new(each.uuid, second)
    ]
    if not given:
        return
    source = _FROM_POSTGRESQL if is_postgresql else _FROM_SQLITE
    kept = ", ".join(f"{name} = excluded.{name}" for name in _NOTED[1:])
    with database.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO results_sessionpulse (session_id, {', '.join(_NOTED)}) {source} "
            f"ON CONFLICT (session_id, slot) DO UPDATE SET {kept}",  # nosec: names from above
            [json.dumps(given)],
        )


def drop_pulses() -> int:
    """Delete what was noted of sessions that are over; how many rows it was."""
    deleted, _ = SessionPulse.objects.filter(session__state__in=_FINAL).delete()
    return deleted
