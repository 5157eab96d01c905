"""Who has a session: its two sockets, which break, are taken over and come back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from results import selectors
from results.errors import IllegalTransition, InvalidRequest
from results.lifecycle import SessionState
from results.models import Session
from results.services.interruptions import (
    INTERRUPTION_FIELDS,
    begin_interruption,
    count_interruption,
    end_interruption,
)
from results.services.sessions import check_connection, lock_session, stop_streaming

_ATTACHABLE = (SessionState.OPENED, SessionState.RUNNING, SessionState.FINISHING)
_AWAITING_FRAMES = (SessionState.OPENED, SessionState.RUNNING)
UNNOTICED = "unnoticed"  # the server itself was gone, or has not seen the older connection break


def attach_frames(*, session_uuid: UUID, first: int = 0) -> Session:
    """Give the session's frames to a new socket, from whichever had them.

    Args:
        first: The first sequence that the client has not received. Where it has received more
            than was recorded as sent, as a server that dies cannot record its last second, the
            record is raised.

    Returns:
        The session; its ``frames_connection`` is the new socket's.

    Raises:
        SessionNotFound: no session of that id.
        IllegalTransition: the session is not opened, running or finishing.
        InvalidRequest: more frames received than can have been sent.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        if session.state not in _ATTACHABLE:
            raise IllegalTransition(
                "frames are attached to a session that is opened, running or finishing, "
                f"this one is {session.state}"
            )
        # What the stream counted as it ended is exact, and before the start nothing is sent.
        is_running = session.state == SessionState.RUNNING
        limit = session.announced if is_running else session.sent
        if first > limit:
            raise InvalidRequest(f"next must be at most {limit}, got {first}")
        now = timezone.now()
        if session.interrupted_at is not None:
            if session.is_connected:
                end_interruption(session, now=now)
        elif _is_replaced_unnoticed(session):
            count_interruption(session, since=session.last_seen_at, until=now, reason=UNNOTICED)
        session.sent = max(session.sent, first)
        session.frames_connection += 1
        session.frames_attached_at = session.frames_seen_at = session.last_seen_at = now
        session.save(
            update_fields=[
                *("sent", "frames_connection", "frames_attached_at", "frames_seen_at"),
                *("last_seen_at", *INTERRUPTION_FIELDS),
            ]
        )
    return session


def resume_session(*, session_uuid: UUID) -> Session:
    """Give a session to a new socket, from whichever had it.

    The interruption under way ends, unless its frames are still to be attached again. A session
    that is over only changes hands.

    Returns:
        The session; its ``connection`` is the new socket's.

    Raises:
        SessionNotFound: no session of that id.
        IllegalTransition: no client has had the session yet.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        if session.state == SessionState.REQUESTED:
            raise IllegalTransition("a session that nobody has had yet cannot be resumed")
        session.connection += 1
        if not session.is_final:
            now = timezone.now()
            if session.interrupted_at is None:
                count_interruption(session, since=session.last_seen_at, until=now, reason=UNNOTICED)
            elif session.state not in _AWAITING_FRAMES or not _frames_are_lost(session):
                end_interruption(session, now=now)
            session.is_connected = True
            session.last_seen_at = now
        session.save(
            update_fields=["connection", "is_connected", "last_seen_at", *INTERRUPTION_FIELDS]
        )
    return session


def interrupt_session(*, session_uuid: UUID, connection: int, reason: str) -> Session:
    """Note that a session's socket broke; one that is over, or has another by now, stays as it is.

    Args:
        connection: Which of its sockets broke.
        reason: A short stable word.

    Raises:
        SessionNotFound: no session of that id.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        if not session.is_final and session.connection == connection:
            session.is_connected = False
            begin_interruption(session, reason=reason, now=timezone.now())
            session.save(update_fields=["is_connected", *INTERRUPTION_FIELDS])
    return session


def interrupt_frames(
    *, session_uuid: UUID, frames_connection: int, sent: int, reason: str
) -> Session:
    """Note that a session's frames socket broke, with the exact count of what was sent.

    A stop that was asked for ends the stream here, as nobody else streams it. Where the stream
    has ended, or another socket has the frames by now, nothing changes.

    Args:
        frames_connection: Which of its frames sockets broke.

    Raises:
        SessionNotFound: no session of that id.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        if session.frames_connection != frames_connection:
            return session
        if session.state not in _AWAITING_FRAMES:
            return session
        now = timezone.now()
        session.sent = max(session.sent, min(sent, session.announced))
        session.frames_seen_at = None
        begin_interruption(session, reason=reason, now=now)
        if session.state == SessionState.RUNNING and session.stop_requested_at is not None:
            stop_streaming(session, unsent_reason=session.stop_reason, now=now)
        session.save(
            update_fields=[
                *("sent", "frames_seen_at", "state", "stream_ended_at", "losses"),
                *INTERRUPTION_FIELDS,
            ]
        )
    return session


def record_sent(
    *,
    session_uuid: UUID,
    sent: int,
    frames_connection: int | None = None,
    client_seen: bool = False,
) -> None:
    """Raise the count of sent frames, and note that they are still being streamed; one query.

    A number that is no higher than before changes nothing, in any state.

    Args:
        frames_connection: Which of the session's frames sockets they were sent on.
        client_seen: Whether the client was heard of on it.

    Raises:
        SessionNotFound: no session of that id.
        ConnectionReplaced: another socket has the frames by now.
        IllegalTransition: the session is not running, and the number is higher.
        ValueError: more than were announced.
    """
    now = timezone.now()
    streaming = Session.objects.filter(
        pk=session_uuid, state=SessionState.RUNNING, announced__gte=sent
    )
    changes: dict[str, object] = {"sent": Greatest(F("sent"), sent)}
    if frames_connection is not None:
        streaming = streaming.filter(frames_connection=frames_connection)
        changes["frames_seen_at"] = now
    if client_seen:
        changes["last_seen_at"] = now
    if not streaming.update(**changes):
        session = selectors.get_session(session_uuid)
        check_connection(session, frames_connection=frames_connection)
        if sent <= session.sent:
            return
        if session.state != SessionState.RUNNING:
            raise IllegalTransition(
                f"frames are sent in a session that is running, this one is {session.state}"
            )
        raise ValueError(f"{session.announced} frames were announced, {sent} cannot be sent")


def _frames_are_lost(session: Session) -> bool:
    return session.frames_connection > 0 and session.frames_seen_at is None


def _is_replaced_unnoticed(session: Session) -> bool:
    """Whether a frames socket comes in place of one that nobody saw break.

    One break takes both sockets as a rule: where the session was resumed since the frames were
    attached last, this is the rest of that.
    """
    attached_at = session.frames_attached_at
    if session.state not in _AWAITING_FRAMES or attached_at is None:
        return False
    return not any(
        datetime.fromisoformat(each["until"]) > attached_at for each in session.interruptions
    )
