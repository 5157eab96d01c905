"""The life of a session, from asking for it to its end; every change of state but the report's."""

import math
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.roles import Owner
from results import selectors
from results.errors import (
    ConnectionReplaced,
    IllegalTransition,
    InvalidRequest,
    NoDataset,
    NotRepeatable,
    NoWorker,
    SessionNotFound,
)
from results.ledger import Loss
from results.lifecycle import SessionState, check_transition
from results.models import (
    CLIENT_LENGTH,
    STOP_REASON_LENGTH,
    Classifier,
    Dataset,
    Session,
)
from results.services.interruptions import INTERRUPTION_FIELDS, end_interruption
from results.services.ownership import check_capacity
from results.services.settling import settle
from telemetry.metrics import session_settled

NOBODY = Owner()

_ERROR_LENGTH = 2000


def open_session(  # pylint: disable=too-many-arguments  # one a field of the session
    *,
    dataset: Dataset,
    classifier: Classifier,
    client: str,
    announced: int,
    fps: float,
    offset: int,
    secret_hash: str,
    owner: Owner = NOBODY,
    repeats: Session | None = None,
) -> Session:
    """A session that a client has from the start.

    Args:
        client: The client's name and version.
        announced: How many frames will be sent.
        fps: Frames a second; 0 is as fast as credit allows.
        offset: Index of the first frame within the dataset.
        secret_hash: SHA-256 in hex of the secret that the client will show on its sockets.
        owner: Whose it is.
        repeats: The session whose frames it streams again.

    Raises:
        InvalidRequest: a value out of range.
        TooManySessions: the owner has all they may have.
    """
    _check_request(dataset, announced=announced, fps=fps, offset=offset)
    with transaction.atomic():
        check_capacity(owner)
        return Session.objects.create(
            state=SessionState.OPENED,
            dataset=dataset,
            classifier=classifier,
            started_by_id=owner.user_id,
            token_id=owner.token_id,
            client=client[:CLIENT_LENGTH],
            announced=announced,
            fps=fps,
            offset=offset,
            secret_hash=secret_hash,
            repeats=repeats,
            connection=1,
        )


def request_session(
    *,
    classifier_name: str,
    announced: int | None,
    fps: float,
    offset: int,
    owner: Owner = NOBODY,
    dataset: Dataset | None = None,
    repeats: Session | None = None,
) -> Session:
    """A session that waits for a worker.

    Args:
        announced: How many frames; ``None`` for all from ``offset`` on.
        fps: Frames a second; 0 is as fast as credit allows.
        owner: Whose it is.
        dataset: What it streams; ``None`` for the current one.
        repeats: The session whose frames it streams again, each under the same sequence; dataset,
            offset and count are that one's.

    Raises:
        NoDataset: no server has announced one.
        InvalidRequest: a value out of range, or frames named beside ``repeats``.
        NotRepeatable: what it repeats has not ended its stream, or sent no frame.
        NoWorker: no live worker offers that classifier; names those that are offered.
        TooManySessions: the owner has all they may have.
    """
    if repeats is not None:
        if announced is not None or offset or dataset is not None:
            raise InvalidRequest(
                _("count, offset and dataset are those of the session that is repeated")
            )
        check_repeatable(repeats)
        dataset, announced, offset = repeats.dataset, repeats.sent, repeats.offset
    elif dataset is None:
        dataset = _current_dataset()
    if announced is None:
        announced = max(1, dataset.count - offset)  # an offset out of range is named below
    _check_request(dataset, announced=announced, fps=fps, offset=offset)
    offered = selectors.offered_classifiers()
    classifier = offered.filter(name=classifier_name).order_by("-first_seen_at", "-pk").first()
    if classifier is None:
        names = ", ".join(sorted(set(offered.values_list("name", flat=True)))) or _("nothing")
        raise NoWorker(
            _("no worker offers the classifier %(name)r; offered is %(names)s")
            % {"name": classifier_name, "names": names}
        )
    with transaction.atomic():
        check_capacity(owner)
        return Session.objects.create(
            state=SessionState.REQUESTED,
            dataset=dataset,
            classifier=classifier,
            started_by_id=owner.user_id,
            token_id=owner.token_id,
            announced=announced,
            fps=fps,
            offset=offset,
            repeats=repeats,
        )


def check_repeatable(session: Session) -> None:
    """Let a session pass whose frames can be streamed again.

    Raises:
        NotRepeatable: its stream has not ended, or it sent no frame.
    """
    if not (session.is_final or session.state == SessionState.FINISHING):
        raise NotRepeatable(
            _("session %(id)s is %(state)s; its stream has to end first")
            % {"id": session.pk, "state": session.state}
        )
    if session.sent == 0:
        raise NotRepeatable(
            _("session %(id)s streamed no frame, there is nothing to repeat") % {"id": session.pk}
        )


def start_session(*, session_uuid: UUID, connection: int | None = None) -> Session:
    """Opened to running: both sides are ready, the first frame may leave.

    Args:
        connection: On which of its sockets the client said so; None: not looked at.

    Raises:
        SessionNotFound: no session of that id.
        ConnectionReplaced: another socket has the session by now.
        IllegalTransition: the session is not opened, or no frame socket is attached.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        check_connection(session, connection=connection)
        check_transition(SessionState(session.state), SessionState.RUNNING)
        if session.frames_attached_at is None:
            raise IllegalTransition("a session starts after its frame socket has connected")
        session.state = SessionState.RUNNING
        session.started_at = session.last_seen_at = timezone.now()
        session.save(update_fields=["state", "started_at", "last_seen_at"])
    return session


def end_stream(
    *,
    session_uuid: UUID,
    sent: int,
    unsent_reason: str | None,
    frames_connection: int | None = None,
) -> Session:
    """Running to finishing: no frame will be sent any more.

    A session that has not started fails, as it can start no more. One that is finishing or over
    stays as it is: its stream has ended already.

    Args:
        sent: How many left; what is recorded never falls.
        unsent_reason: Why the rest was not sent, a short stable word; no matter if all were.
        frames_connection: Which of its frames sockets ended; None: not looked at.

    Raises:
        SessionNotFound: no session of that id.
        ConnectionReplaced: another socket has the frames by now.
        IllegalTransition: the session has no client yet.
        ValueError: more than were announced.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        check_connection(session, frames_connection=frames_connection)
        if sent > session.announced:
            raise ValueError(f"{session.announced} frames were announced, {sent} cannot be sent")
        if session.state == SessionState.OPENED:
            return fail_locked(
                session, error=f"no frame was sent: {unsent_reason}", unsent_reason="failed"
            )
        if session.state == SessionState.FINISHING or session.is_final:
            return session
        check_transition(SessionState(session.state), SessionState.FINISHING)
        session.sent = max(session.sent, sent)
        stop_streaming(session, unsent_reason=unsent_reason or "stream-ended", now=timezone.now())
        session.save(
            update_fields=[
                *("sent", "state", "stream_ended_at", "losses", "frames_seen_at"),
                *INTERRUPTION_FIELDS,
            ]
        )
    return session


def request_stop(*, session_uuid: UUID, reason: str, connection: int | None = None) -> Session:
    """Ask a session to end early; the first reason given stays.

    What has not started stops at once. A running session is marked, and whoever streams it ends
    the stream; where its frames socket is broken, the stream ends here. What is finishing or over
    stays as it is.

    Args:
        connection: On which of its sockets the client asked; None: somebody else did.

    Raises:
        SessionNotFound: no session of that id.
        ConnectionReplaced: another socket has the session by now.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        check_connection(session, connection=connection)
        waiting = session.state in (SessionState.REQUESTED, SessionState.OPENED)
        if not waiting and (
            session.state != SessionState.RUNNING or session.stop_requested_at is not None
        ):
            return session
        now = timezone.now()
        session.stop_requested_at = now
        session.stop_reason = reason[:STOP_REASON_LENGTH]
        if waiting:
            session.state = SessionState.STOPPED
            session.finished_at = now
            end_interruption(session, now=now)
            _note_unsent(session, session.stop_reason)
        elif session.frames_seen_at is None:
            stop_streaming(session, unsent_reason=session.stop_reason, now=now)
        session.save(
            update_fields=[
                *("stop_requested_at", "stop_reason", "state", "finished_at", "losses"),
                *("stream_ended_at", "frames_seen_at", *INTERRUPTION_FIELDS),
            ]
        )
    return session


def fail_session(*, session_uuid: UUID, error: str, connection: int | None = None) -> Session:
    """End a session that nobody asked to end, with what there is; a final one stays as it is.

    Args:
        error: What happened, a sentence.
        connection: Which of its sockets it fails of; nothing happens where it has another by now.

    Raises:
        SessionNotFound: no session of that id.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        if session.is_final or connection not in (None, session.connection):
            return session
        return fail_locked(session, error=error, unsent_reason="failed")


def fail_locked(session: Session, *, error: str, unsent_reason: str) -> Session:
    """Fail a session that :func:`lock_session` gave and that is not over, and save it.

    Args:
        unsent_reason: Why frames were not sent, where the stream has not said so itself.
    """
    check_transition(SessionState(session.state), SessionState.FAILED)
    now = timezone.now()
    session.state = SessionState.FAILED
    session.error = error[:_ERROR_LENGTH]
    session.finished_at = now
    end_interruption(session, now=now)
    if session.stream_ended_at is None:
        if session.started_at is not None:
            session.stream_ended_at = now
        _note_unsent(session, unsent_reason)
    settle(session, reason="unaccounted")
    session.save(
        update_fields=[
            *("state", "error", "finished_at", "stream_ended_at"),
            *("received", "analysed", "losses", *INTERRUPTION_FIELDS),
        ]
    )
    transaction.on_commit(partial(session_settled, session.ledger.as_dict()))
    return session


def stop_streaming(session: Session, *, unsent_reason: str, now: datetime) -> None:
    """Set a running session to finishing with the count it has; the caller saves it."""
    session.state = SessionState.FINISHING
    session.stream_ended_at = now
    session.frames_seen_at = None
    if session.is_connected:
        end_interruption(session, now=now)
    _note_unsent(session, unsent_reason)


def lock_session(session_uuid: UUID) -> Session:
    """The session, locked until the transaction around it ends, with dataset and classifier.

    Raises:
        SessionNotFound: no session of that id.
    """
    try:
        return (
            Session.objects.select_for_update(of=("self",))
            .select_related("dataset", "classifier")
            .get(pk=session_uuid)
        )
    except Session.DoesNotExist:
        raise SessionNotFound(f"no session {session_uuid}") from None


def check_connection(
    session: Session, *, connection: int | None = None, frames_connection: int | None = None
) -> None:
    """Let a socket pass that still has the session, or its frames; None is not looked at.

    Raises:
        ConnectionReplaced: another has.
    """
    if connection not in (None, session.connection):
        raise ConnectionReplaced(f"session {session.pk} has another connection by now")
    if frames_connection not in (None, session.frames_connection):
        raise ConnectionReplaced(f"another connection has the frames of session {session.pk}")


def _current_dataset() -> Dataset:
    dataset = selectors.current_dataset()
    if dataset is None:
        raise NoDataset(_("no server has announced a dataset to stream; start one with runstream"))
    return dataset


def _note_unsent(session: Session, reason: str) -> None:
    if session.sent < session.announced:
        rest = Loss(reason=reason, ranges=((session.sent, session.announced - 1),))
        session.losses = {**session.losses, "unsent": [rest.as_dict()]}


def _check_request(dataset: Dataset, *, announced: int, fps: float, offset: int) -> None:
    if not 0 <= offset < dataset.count:
        raise InvalidRequest(
            _("offset must be from 0 to %(last)d, the last frame of %(dataset)s, got %(offset)d")
            % {"last": dataset.count - 1, "dataset": dataset.name, "offset": offset}
        )
    if not 1 <= announced <= dataset.count - offset:
        raise InvalidRequest(
            _(
                "count must be from 1 to %(most)d, the frames of %(dataset)s from offset "
                "%(offset)d on, got %(count)d"
            )
            % {
                "most": dataset.count - offset,
                "dataset": dataset.name,
                "offset": offset,
                "count": announced,
            }
        )
    if not (math.isfinite(fps) and fps >= 0):
        raise InvalidRequest(
            _("fps must be a finite number of at least 0 (0: as fast as possible), got %(fps)s")
            % {"fps": fps}
        )
