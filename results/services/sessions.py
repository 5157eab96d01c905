"""The life of a session, from asking for it to its end; every change of state but the report's."""

import math
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from results import selectors
from results.errors import (
    AlreadyAttached,
    IllegalTransition,
    InvalidRequest,
    NoDataset,
    NoWorker,
    SessionNotFound,
)
from results.ledger import Loss
from results.lifecycle import SessionState, check_transition
from results.models import CLIENT_LENGTH, STOP_REASON_LENGTH, Classifier, Dataset, Session
from results.services.settling import settle

_LARGEST_COUNT = 2**63 - 1  # what a database's big integer holds
_ERROR_LENGTH = 2000
_STREAMED = (SessionState.RUNNING, SessionState.FINISHING)


def open_session(
    *,
    dataset: Dataset,
    classifier: Classifier,
    client: str,
    announced: int,
    fps: float,
    offset: int,
    secret_hash: str,
) -> Session:
    """A session that a client has from the start.

    Args:
        client: The client's name and version.
        announced: How many frames will be sent.
        fps: Frames a second; 0 is as fast as credit allows.
        offset: Index of the first frame within the dataset.
        secret_hash: SHA-256 in hex of the secret that the client will show on its sockets.

    Raises:
        InvalidRequest: a value out of range.
    """
    _check_request(dataset, announced=announced, fps=fps, offset=offset)
    return Session.objects.create(
        state=SessionState.OPENED,
        dataset=dataset,
        classifier=classifier,
        client=client[:CLIENT_LENGTH],
        announced=announced,
        fps=fps,
        offset=offset,
        secret_hash=secret_hash,
    )


def request_session(
    *, classifier_name: str, announced: int | None, fps: float, offset: int
) -> Session:
    """A session of the current dataset that waits for a worker.

    Args:
        announced: How many frames; ``None`` for all from ``offset`` on.
        fps: Frames a second; 0 is as fast as credit allows.

    Raises:
        NoDataset: no server has announced one.
        InvalidRequest: a value out of range.
        NoWorker: no live worker offers that classifier; names those that are offered.
    """
    dataset = selectors.current_dataset()
    if dataset is None:
        raise NoDataset("no server has announced a dataset to stream; start one with runstream")
    if announced is None:
        announced = max(1, dataset.count - offset)  # an offset out of range is named below
    _check_request(dataset, announced=announced, fps=fps, offset=offset)
    offered = selectors.offered_classifiers()
    classifier = offered.filter(name=classifier_name).order_by("-first_seen_at", "-pk").first()
    if classifier is None:
        names = ", ".join(sorted(set(offered.values_list("name", flat=True)))) or "nothing"
        raise NoWorker(f"no worker offers the classifier {classifier_name!r}; offered is {names}")
    return Session.objects.create(
        state=SessionState.REQUESTED,
        dataset=dataset,
        classifier=classifier,
        announced=announced,
        fps=fps,
        offset=offset,
    )


def attach_frames(*, session_uuid: UUID) -> Session:
    """Note that the client listens for frames; of two sockets at once, one gets the session.

    Raises:
        SessionNotFound: no session of that id.
        IllegalTransition: the session is not opened.
        AlreadyAttached: another socket is attached already.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        if session.frames_attached_at is not None:
            raise AlreadyAttached(f"session {session_uuid} has a frame socket already")
        if session.state != SessionState.OPENED:
            raise IllegalTransition(
                f"frames are attached to a session that is opened, this one is {session.state}"
            )
        session.frames_attached_at = timezone.now()
        session.save(update_fields=["frames_attached_at"])
    return session


def start_session(*, session_uuid: UUID) -> Session:
    """Opened to running: both sides are ready, the first frame may leave.

    Raises:
        SessionNotFound: no session of that id.
        IllegalTransition: the session is not opened, or no frame socket is attached.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        check_transition(SessionState(session.state), SessionState.RUNNING)
        if session.frames_attached_at is None:
            raise IllegalTransition("a session starts after its frame socket has connected")
        session.state = SessionState.RUNNING
        session.started_at = timezone.now()
        session.save(update_fields=["state", "started_at"])
    return session


def record_sent(*, session_uuid: UUID, sent: int) -> None:
    """Raise the count of sent frames; called before they leave, in one query.

    Before, so that no prediction of a sent frame can arrive ahead of the count. A number that is
    no higher than before changes nothing, in any state.

    Raises:
        SessionNotFound: no session of that id.
        IllegalTransition: the session is not running, and the number is higher.
        ValueError: more than were announced.
    """
    changed = Session.objects.filter(
        pk=session_uuid, state=SessionState.RUNNING, announced__gte=sent
    ).update(sent=Greatest(F("sent"), sent))
    if not changed:
        session = selectors.get_session(session_uuid)
        if sent <= session.sent:
            return
        if session.state != SessionState.RUNNING:
            raise IllegalTransition(
                f"frames are sent in a session that is running, this one is {session.state}"
            )
        raise ValueError(f"{session.announced} frames were announced, {sent} cannot be sent")


def record_progress(*, session_uuid: UUID, received: int, analysed: int) -> None:
    """The client's running counts, for whoever watches; neither falls nor passes ``announced``.

    The report's counts replace them in the end. A session that is not streamed is left alone.
    """
    received, analysed = (min(max(0, count), _LARGEST_COUNT) for count in (received, analysed))
    Session.objects.filter(pk=session_uuid, state__in=_STREAMED).update(
        received=Least(Greatest(F("received"), received), F("announced")),
        analysed=Least(Greatest(F("analysed"), analysed), F("announced")),
    )


def end_stream(*, session_uuid: UUID, sent: int, unsent_reason: str | None) -> Session:
    """Running to finishing: no frame will be sent any more.

    Args:
        sent: How many left. May be below what was recorded, as that is done ahead; not below
            what has a prediction.
        unsent_reason: Why the rest was not sent, a short stable word; no matter if all were.

    Raises:
        SessionNotFound: no session of that id.
        IllegalTransition: the session is not running.
        ValueError: more than were announced.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        check_transition(SessionState(session.state), SessionState.FINISHING)
        if sent > session.announced:
            raise ValueError(f"{session.announced} frames were announced, {sent} cannot be sent")
        if sent < session.sent:
            highest = session.predictions.aggregate(highest=Max("sequence"))["highest"]
            sent = max(sent, 0 if highest is None else highest + 1)
        session.sent = sent
        session.state = SessionState.FINISHING
        session.stream_ended_at = timezone.now()
        _note_unsent(session, unsent_reason or "stream-ended")
        session.save(update_fields=["sent", "state", "stream_ended_at", "losses"])
    return session


def request_stop(*, session_uuid: UUID, reason: str) -> Session:
    """Ask a session to end early; the first reason given stays.

    What has not started stops at once. A running session is marked, and whoever streams it ends
    the stream. What is finishing or over stays as it is.

    Raises:
        SessionNotFound: no session of that id.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
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
            _note_unsent(session, session.stop_reason)
        session.save(
            update_fields=["stop_requested_at", "stop_reason", "state", "finished_at", "losses"]
        )
    return session


def fail_session(*, session_uuid: UUID, error: str) -> Session:
    """End a session that nobody asked to end, with what there is; a final one stays as it is.

    Args:
        error: What happened, a sentence.

    Raises:
        SessionNotFound: no session of that id.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        if session.is_final:
            return session
        check_transition(SessionState(session.state), SessionState.FAILED)
        now = timezone.now()
        session.state = SessionState.FAILED
        session.error = error[:_ERROR_LENGTH]
        session.finished_at = now
        if session.stream_ended_at is None:
            if session.started_at is not None:
                session.stream_ended_at = now
            _note_unsent(session, "failed")
        settle(session, reason="unaccounted")
        session.save(
            update_fields=[
                *("state", "error", "finished_at", "stream_ended_at"),
                *("received", "analysed", "losses"),
            ]
        )
    return session


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


def _note_unsent(session: Session, reason: str) -> None:
    if session.sent < session.announced:
        rest = Loss(reason=reason, ranges=((session.sent, session.announced - 1),))
        session.losses = {**session.losses, "unsent": [rest.as_dict()]}


def _check_request(dataset: Dataset, *, announced: int, fps: float, offset: int) -> None:
    if not 0 <= offset < dataset.count:
        raise InvalidRequest(
            f"offset must be from 0 to {dataset.count - 1}, the last frame of {dataset.name}, "
            f"got {offset}"
        )
    if not 1 <= announced <= dataset.count - offset:
        raise InvalidRequest(
            f"count must be from 1 to {dataset.count - offset}, the frames of {dataset.name} "
            f"from offset {offset} on, got {announced}"
        )
    if not (math.isfinite(fps) and fps >= 0):
        raise InvalidRequest(
            f"fps must be a finite number of at least 0 (0: as fast as possible), got {fps}"
        )
