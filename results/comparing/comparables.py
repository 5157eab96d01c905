"""Which sessions a session can be compared with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet

from results import selectors
from results.comparing.pairing import pair_sessions
from results.models import Session

MAX_LINKED = 20


@dataclass(frozen=True, slots=True)
class Comparable:
    """A session that streamed some of the same frames.

    Attributes:
        frames: How many both streamed.
        link: How the two belong together, in words; empty where only their frames do.
    """

    session: Session
    frames: int
    link: str


@dataclass(frozen=True, slots=True)
class ComparablePage:
    """Some of the comparable sessions.

    Attributes:
        linked: Those that repeat the session, that it repeats, or that repeat the same one; on the
            first page only.
        others: The rest, the newest first.
        next_before: What ``before`` takes for the next page; ``None`` on the last one.
    """

    linked: tuple[Comparable, ...]
    others: tuple[Comparable, ...]
    next_before: UUID | None


def comparable_sessions(
    session: Session, *, limit: int = 25, before: UUID | None = None
) -> ComparablePage:
    """The sessions over the same frames that have predictions, in at most three queries.

    Args:
        limit: Of the others, so many a page.
        before: Only others older than that session.
    """
    linked = _linked(session)
    found = _comparable(session)
    first_page = () if before else tuple(found.filter(linked).order_by("-created_at")[:MAX_LINKED])
    rest = found.exclude(linked).order_by("-created_at", "-uuid")
    if before is not None:
        last = Session.objects.filter(pk=before).values_list("created_at", flat=True).first()
        rest = rest if last is None else rest.filter(_older(last, before))
    others = list(rest[: limit + 1])
    return ComparablePage(
        linked=tuple(_of(session, one) for one in first_page),
        others=tuple(_of(session, one) for one in others[:limit]),
        next_before=others[limit - 1].pk if len(others) > limit else None,
    )


def _comparable(session: Session) -> QuerySet[Session]:
    """Whose frames overlap, and who has predictions of them still."""
    return (
        selectors.sessions()
        .select_related("report")
        # A report's document may be long; of it a list needs one number.
        .defer("report__document", "classifier__card")
        .filter(
            dataset=session.dataset_id,
            stored__gt=0,
            pruned_at__isnull=True,
            offset__lt=session.offset + session.sent,
            sent__gt=session.offset - F("offset"),
        )
        .exclude(pk=session.pk)
    )


def _linked(session: Session) -> Q:
    linked = Q(repeats=session.pk)
    if session.repeats_id is not None:
        linked |= Q(pk=session.repeats_id) | Q(repeats=session.repeats_id)
    return linked


def _older(moment: datetime, session_uuid: UUID) -> Q:
    return Q(created_at__lt=moment) | Q(created_at=moment, uuid__lt=session_uuid)


def _of(session: Session, other: Session) -> Comparable:
    pair = pair_sessions(session, other)
    link = ""
    if other.repeats_id == session.pk:
        link = "its frames analysed again"
    elif other.pk == session.repeats_id:
        link = "the original"
    elif session.repeats_id is not None and other.repeats_id == session.repeats_id:
        link = "repeats the same session"
    return Comparable(other, pair.stop - pair.start, link)
