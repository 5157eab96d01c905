"""What of many sessions' rows changes with every batch: locked in one query, written in one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection as database

from results.models import Session

_READ = (
    "uuid",
    "state",
    "connection",
    "frames_connection",
    "announced",
    "sent",
    "stored",
    "received",
    "analysed",
    "frames_seen_at",
    "stop_requested_at",
    "classifier_id",
    "dataset_id",
)
_GIVEN_TO_SQLITE = """
    SELECT value ->> 'uuid' AS uuid, value ->> 'stored' AS stored, value ->> 'sent' AS sent,
        value ->> 'received' AS received, value ->> 'analysed' AS analysed,
        value ->> 'is_client_seen' AS is_client_seen, value ->> 'is_streamed' AS is_streamed
    FROM json_each(%s)
"""
_GIVEN_TO_POSTGRESQL = """
    SELECT * FROM json_to_recordset(%s::json) AS each (uuid uuid, stored bigint, sent bigint,
        received bigint, analysed bigint, is_client_seen boolean, is_streamed boolean)
"""
_UPDATE = """
    UPDATE results_session SET
        stored = given.stored, sent = given.sent,
        received = given.received, analysed = given.analysed,
        last_seen_at = CASE WHEN given.is_client_seen THEN %s ELSE last_seen_at END,
        frames_seen_at = CASE WHEN given.is_streamed THEN %s ELSE frames_seen_at END
    FROM given WHERE results_session.uuid = given.uuid
"""


@dataclass(slots=True)
class SessionCounts:
    """A session's counts and what decides about them, locked; to be written by `save_counts`.

    Attributes:
        is_client_seen: Whether the client was heard of just now.
        is_streamed: Whether its frames are being sent just now.
    """

    uuid: UUID
    state: str
    connection: int
    frames_connection: int
    announced: int
    sent: int
    stored: int
    received: int
    analysed: int
    frames_seen_at: datetime | None
    stop_requested_at: datetime | None
    classifier_id: int
    dataset_id: int
    is_client_seen: bool = False
    is_streamed: bool = False


def lock_counts(session_uuids: Iterable[UUID]) -> dict[UUID, SessionCounts]:
    """Those of these sessions that there are, locked until the transaction around it ends.

    They are locked in the order of their ids, so that two processes never wait for each other.
    """
    locked = Session.objects.select_for_update().filter(pk__in=set(session_uuids)).order_by("pk")
    return {row[0]: SessionCounts(*row) for row in locked.values_list(*_READ)}


def read_counts(session_uuids: Iterable[UUID]) -> dict[UUID, SessionCounts]:
    """:func:`lock_counts` without locking, for looking only."""
    found = Session.objects.filter(pk__in=set(session_uuids)).order_by()
    return {row[0]: SessionCounts(*row) for row in found.values_list(*_READ)}


def save_counts(counts: Iterable[SessionCounts], *, now: datetime) -> None:
    """Write the counts of locked sessions, and who was seen, in one statement."""
    is_postgresql = database.vendor == "postgresql"
    given = [
        {
            "uuid": str(each.uuid) if is_postgresql else each.uuid.hex,
            "stored": each.stored,
            "sent": each.sent,
            "received": each.received,
            "analysed": each.analysed,
            "is_client_seen": each.is_client_seen,
            "is_streamed": each.is_streamed,
        }
        for each in counts
    ]
    if not given:
        return
    seen_at = database.ops.adapt_datetimefield_value(now)
    with database.cursor() as cursor:
        cursor.execute(
            " ".join(
                (
                    "WITH given AS (",
                    _GIVEN_TO_POSTGRESQL if is_postgresql else _GIVEN_TO_SQLITE,
                    ")",
                    _UPDATE,
                )
            ),
            [json.dumps(given), seen_at, seen_at],
        )
