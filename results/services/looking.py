"""What a server process has seen of its sessions, and what has become of them, in few queries."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from results.lifecycle import SessionState
from results.services.counts import SessionCounts, lock_counts, read_counts, save_counts
from results.services.pulses import note_pulses

_STREAMED = (SessionState.RUNNING, SessionState.FINISHING)


@dataclass(frozen=True, slots=True)
class FramesNote:
    """What was seen of a session on its frames socket.

    Attributes:
        session_uuid: Whose.
        frames_connection: Which of its frames sockets it was.
        sent: Frames that have left, over earlier ones too.
        is_client_seen: Whether the client was heard of since the last note.
    """

    session_uuid: UUID
    frames_connection: int
    sent: int
    is_client_seen: bool

    def apply_to(self, session: SessionCounts) -> bool:
        """Bring the counts up to date, unless others have the frames; whether that changed any."""
        if session.state != SessionState.RUNNING or not (
            session.frames_connection == self.frames_connection and self.sent <= session.announced
        ):
            return False
        session.sent = max(session.sent, self.sent)
        # Where nobody streams it any more, that stays so.
        session.is_streamed = session.frames_seen_at is not None
        session.is_client_seen |= self.is_client_seen
        return True


@dataclass(frozen=True, slots=True)
class SessionNote:
    """What was seen of a session on its own socket.

    Attributes:
        session_uuid: Whose.
        connection: Which of its sockets it was.
        received: The client's running count, 0 where it gave none; ``analysed`` likewise.
        is_client_seen: Whether the client was heard of since the last note.
    """

    session_uuid: UUID
    connection: int
    received: int
    analysed: int
    is_client_seen: bool

    def apply_to(self, session: SessionCounts) -> bool:
        """Bring the counts up to date, unless others have the session; whether that changed any.

        Neither count falls, nor passes what was announced.
        """
        if session.connection != self.connection:
            return False
        if session.state in _STREAMED:
            session.received = min(max(session.received, self.received), session.announced)
            session.analysed = min(max(session.analysed, self.analysed), session.announced)
        session.is_client_seen |= self.is_client_seen
        return True


Note = FramesNote | SessionNote


def look_at_sessions(
    session_uuids: Collection[UUID], notes: Collection[Note] = ()
) -> dict[UUID, SessionCounts]:
    """Write down what was seen of some sessions, and read what has become of them.

    Returns:
        Those that there are; their ``frames_seen_at`` is from before the notes.
    """
    if not notes:
        return read_counts(session_uuids)
    with transaction.atomic():
        found = lock_counts(session_uuids)
        changed = {
            note.session_uuid: found[note.session_uuid]
            for note in notes
            if note.session_uuid in found and note.apply_to(found[note.session_uuid])
        }
        now = timezone.now()
        save_counts(changed.values(), now=now)
        note_pulses(changed.values(), now=now)
    return found
