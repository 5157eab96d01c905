"""Taking a session's report: checked, compared with what is stored, and kept."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from results import selectors
from results.errors import IllegalTransition, InvalidDocument
from results.ledger import FIELDS, LOSS_KINDS, coverage_differences, losses_from_dict
from results.lifecycle import SessionState, check_transition
from results.measuring.drift import StreamDrift, stream_drift
from results.measuring.metrics import Metrics
from results.measuring.profiles import baseline
from results.models import Prediction, Report, Sample, Session
from results.report import validate_report
from results.running_summary import RunningSummary
from results.samples import check_png
from results.services.interruptions import INTERRUPTION_FIELDS, end_interruption
from results.services.profiles import note_drift
from results.services.sessions import check_connection, lock_session
from results.services.settling import settle
from results.summary import TOLERANCE, SummaryDict, compare

MAX_DISCREPANCIES = 50
# What is read of a session's predictions at a time for its summary: some megabytes.
ROWS_AT_ONCE = 32_768


@dataclass(frozen=True, slots=True)
class _Recomputed:
    """What the stored predictions say."""

    frames: int
    ranges: tuple[tuple[int, int], ...]
    summary: SummaryDict
    metrics: Metrics


def submit_report(
    *, session_uuid: UUID, document: Mapping[str, Any], connection: int | None = None
) -> Report:
    """Keep the report and end the session; the same report again gives the first one back.

    The client's ``received`` and ``analysed`` and its losses are taken over; the other counts
    stay the server's. The summary is computed again from the stored predictions; whatever
    differs is kept as a discrepancy, and the report counts as verified where nothing does.

    The session becomes completed if all was sent, stopped if somebody asked for that, else
    failed.

    Args:
        connection: On which of the session's sockets it came; None: not looked at.

    Raises:
        InvalidDocument: see :func:`results.report.validate_report`; also a report of another
            session, and a sample without a valid picture.
        SessionNotFound: no session of that id.
        ConnectionReplaced: another socket has the session by now.
        IllegalTransition: the session is not finishing, or has another report.
    """
    validate_report(document)
    if document["session"] != str(session_uuid):
        raise InvalidDocument(
            f"report refused at session: expected {session_uuid}, got {document['session']}"
        )
    pictures = [_picture(index, sample) for index, sample in enumerate(document["samples"])]
    kept = _without_pictures(document)
    # Before the lock, as a million predictions take a while and others want to write. Stored
    # predictions never change, so this holds unless more have come by then.
    recomputed = _recompute(selectors.get_session(session_uuid))
    with transaction.atomic():
        session = lock_session(session_uuid)
        check_connection(session, connection=connection)
        earlier = Report.objects.filter(session=session).first()
        if earlier is not None:
            if earlier.document == kept and _pictures_of(earlier) == pictures:
                return earlier
            raise IllegalTransition(f"session {session_uuid} has another report already")
        check_transition(SessionState(session.state), SessionState.COMPLETED)
        if session.stored != recomputed.frames:
            recomputed = _recompute(session)
        _take_clients_counts(session, document)
        discrepancies = _discrepancies(session, document, recomputed)
        report = Report.objects.create(
            session=session,
            document=kept,
            metrics=recomputed.metrics,
            verified=not discrepancies,
            discrepancies=discrepancies,
        )
        Sample.objects.bulk_create(
            Sample(
                report=report,
                position=position,
                sequence=sample["sequence"],
                class_id=sample["class_id"],
                confidence=sample["confidence"],
                png=png,
            )
            for position, (sample, png) in enumerate(
                zip(document["samples"], pictures, strict=True)
            )
        )
        _finish(session)
        note_drift(session, _drift(session, recomputed.summary))
    return report


def finish_without_report(*, session_uuid: UUID, connection: int | None = None) -> Session:
    """End a session whose client has stored its predictions and has no report to give.

    The session becomes completed, stopped or failed as with a report. One that has ended without
    a report stays as it is.

    Raises:
        SessionNotFound: no session of that id.
        ConnectionReplaced: another socket has the session by now.
        IllegalTransition: the session is not finishing.
    """
    with transaction.atomic():
        session = lock_session(session_uuid)
        check_connection(session, connection=connection)
        if session.is_final and not Report.objects.filter(session=session).exists():
            return session
        check_transition(SessionState(session.state), SessionState.COMPLETED)
        settle(session, reason="unaccounted")
        _finish(session)
    return session


def _recompute(session: Session) -> _Recomputed:
    """Part by part, so that memory does not grow with the session."""
    names = session.classifier.class_names
    summary = RunningSummary(len(names))
    ranges: list[tuple[int, int]] = []
    following = 0
    while True:
        batch = selectors.prediction_batch(session, first=following, limit=ROWS_AT_ONCE)
        if len(batch) == 0:
            break
        summary.add(batch.class_ids, batch.confidences, batch.latencies_ms)
        for first, last in _ranges(batch.sequences):
            if ranges and first == ranges[-1][1] + 1:
                first = ranges.pop()[0]
            ranges.append((first, last))
        following = ranges[-1][1] + 1
    return _Recomputed(
        frames=len(summary),
        ranges=tuple(ranges),
        summary=summary.as_dict(names),
        metrics=selectors.metrics(session),
    )


def _drift(session: Session, summary: SummaryDict) -> StreamDrift | None:
    """What the summary, which is computed anyway, says of the stream's drift."""
    known = baseline(session)
    if known is None:
        return None
    class_counts = [row["frames"] for row in summary["classes"]]
    return stream_drift(class_counts, summary["confidence_histogram"]["counts"], known)


def _picture(index: int, sample: Mapping[str, Any]) -> bytes:
    try:
        png = base64.b64decode(sample["png"], validate=True)
        check_png(png)
    except KeyError:
        raise InvalidDocument(f"report refused at samples/{index}: 'png' is missing") from None
    except (binascii.Error, ValueError) as error:
        raise InvalidDocument(f"report refused at samples/{index}/png: {error}") from error
    return png


def _without_pictures(document: Mapping[str, Any]) -> dict[str, Any]:
    samples = [
        {name: value for name, value in sample.items() if name != "png"}
        for sample in document["samples"]
    ]
    return {**document, "samples": samples}


def _pictures_of(report: Report) -> list[bytes]:
    return [bytes(png) for png in report.samples.values_list("png", flat=True)]


def _take_clients_counts(session: Session, document: Mapping[str, Any]) -> None:
    ledger = document["ledger"]
    losses = losses_from_dict(ledger["losses"])
    session.received = ledger["received"]
    session.analysed = ledger["analysed"]
    session.losses = {
        "unsent": session.losses.get("unsent", []),
        **{kind: [loss.as_dict() for loss in losses[kind]] for kind in LOSS_KINDS[1:]},
    }


def _finish(session: Session) -> None:
    if session.sent == session.announced:
        state = SessionState.COMPLETED
    elif session.stop_reason:
        state = SessionState.STOPPED
    else:
        state = SessionState.FAILED
        reasons = ", ".join(loss["reason"] for loss in session.losses["unsent"])
        session.error = f"{session.sent} of {session.announced} frames were sent: {reasons}"
    session.state = state
    session.finished_at = timezone.now()
    end_interruption(session, now=session.finished_at)
    session.save(
        update_fields=[
            *("received", "analysed", "losses", "state", "error", "finished_at"),
            *INTERRUPTION_FIELDS,
        ]
    )


def _discrepancies(
    session: Session, document: Mapping[str, Any], recomputed: _Recomputed
) -> list[str]:
    """Everything in which the client's account differs from the server's, as sentences."""
    ledger = session.ledger
    sentences = [
        *_claims(session, document),
        *ledger.differences(),
        *coverage_differences(sent=session.sent, stored=recomputed.ranges, losses=ledger.losses),
        *compare(document["summary"], recomputed.summary),
        *_sample_differences(session, document["samples"]),
    ]
    if len(sentences) > MAX_DISCREPANCIES:
        more = len(sentences) - MAX_DISCREPANCIES
        sentences[MAX_DISCREPANCIES:] = [f"and {more} more"]
    return sentences


def _claims(session: Session, document: Mapping[str, Any]) -> list[str]:
    """What the client says of the session itself, against what the server knows."""
    counts = dict(session.ledger.as_dict())
    known = {
        "dataset/name": session.dataset.name,
        "dataset/sha256": session.dataset.sha256,
        "classifier/name": session.classifier.name,
        "classifier/sha256": session.classifier.sha256,
        "classifier/class_names": session.classifier.class_names,
        "settings/announced": session.announced,
        "settings/fps": session.fps,
        "settings/offset": session.offset,
        **{f"ledger/{name}": counts[name] for name in FIELDS},
    }
    sentences = []
    for place, value in known.items():
        part, _, name = place.partition("/")
        claimed = document[part][name]
        if claimed != value:
            sentences.append(f"{name} of the {part} is {value!r}, the client says {claimed!r}")
    return sentences


def _ranges(sequences: NDArray[np.uint64]) -> tuple[tuple[int, int], ...]:
    """:func:`results.ledger.ranges_of` for ascending sequences, many at once."""
    if len(sequences) == 0:
        return ()
    breaks = np.flatnonzero(np.diff(sequences) != 1)
    firsts = sequences[np.concatenate(([0], breaks + 1))].tolist()
    lasts = sequences[np.concatenate((breaks, [len(sequences) - 1]))].tolist()
    return tuple(zip(firsts, lasts, strict=True))


def _sample_differences(session: Session, samples: list[Mapping[str, Any]]) -> list[str]:
    wanted = [sample["sequence"] for sample in samples]
    rows = Prediction.objects.filter(session=session, sequence__in=wanted)
    stored = {
        sequence: np.frombuffer(content, dtype="<f4")
        for sequence, content in rows.values_list("sequence", "probabilities")
    }
    sentences = []
    for sample in samples:
        sequence = sample["sequence"]
        row = stored.get(sequence)
        if row is None:
            sentences.append(f"sample frame {sequence} has no stored prediction")
        elif (
            sample["class_id"] != row.argmax()
            or abs(sample["confidence"] - min(float(row.max()), 1)) > TOLERANCE
        ):
            sentences.append(f"sample frame {sequence} differs from its stored prediction")
    return sentences
