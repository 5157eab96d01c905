"""What visitors ask of sessions, the same way in the browser and over REST: to start, to stop."""

from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.exceptions import Throttled

from access import policy
from access.errors import TooMany
from access.roles import Owner, Visitor
from results import selectors, services
from results.api.problems import NotTheOwner, UnknownClassifier, UnknownDataset
from results.doorbell import REQUESTS_GROUP, ring_from_sync, ring_session_from_sync
from results.errors import SessionNotFound
from results.models import Classifier, Dataset, Session


def request_session(  # pylint: disable=too-many-arguments  # one a field of the request
    *,
    visitor: Visitor,
    classifier: str,
    fps: float,
    count: int | None = None,
    offset: int = 0,
    dataset: str | None = None,
    repeats: UUID | None = None,
) -> Session:
    """Ask for a session and wake the clients that follow.

    Args:
        dataset: Hash or name of one that was served here; ``None`` for the current one.

    Raises:
        Throttled: the visitor has started too many within a minute.
        SessionNotFound: no session to repeat of that id that the visitor may have again.
        UnknownClassifier: no classifier of that name was ever seen.
        UnknownDataset: no dataset of that hash or name that the visitor may have.
        InvalidRequest: a number is out of range, or frames are named beside ``repeats``.
        NotRepeatable: what is repeated has not ended its stream, or sent no frame.
        NoDataset: nothing to stream.
        NoWorker: nobody follows who offers the classifier.
        TooManySessions: the visitor has all the unfinished sessions they may have.
    """
    try:
        policy.check_start(visitor)
    except TooMany as error:
        raise Throttled(error.retry_after_s, code=error.code) from error
    repeated = None if repeats is None else _repeated(repeats, visitor)
    known = set(Classifier.objects.values_list("name", flat=True))
    # Before any classifier was seen, what is missing is a client, which NoWorker says.
    if known and classifier not in known:
        raise UnknownClassifier(
            f"no classifier is called {classifier!r}; known are {', '.join(sorted(known))}"
        )
    named = None if dataset is None else _named(dataset, visitor)
    session = services.request_session(
        classifier_name=classifier,
        announced=count,
        fps=fps,
        offset=offset,
        owner=visitor.owner,
        dataset=named,
        repeats=repeated,
    )
    ring_from_sync(REQUESTS_GROUP)
    return session


def stop_session(uuid: UUID, *, visitor: Visitor, reason: str) -> Session:
    """Ask for the end of a session and wake those who run or watch it.

    Raises:
        SessionNotFound: no session of that id.
        NotTheOwner: somebody else started it.
    """
    if not policy.rules().may_stop(visitor, selectors.get_session(uuid).owner):
        raise NotTheOwner("who started this session, or staff, may stop it")
    services.request_stop(session_uuid=uuid, reason=reason)
    ring_session_from_sync(uuid)
    return selectors.get_session(uuid)


def _repeated(uuid: UUID, visitor: Visitor) -> Session:
    """The session whose frames the visitor may have streamed again."""
    session = selectors.get_session(uuid)
    if not policy.rules().may_repeat(visitor, session.owner):
        # The same answer as for one that is not there: a stranger learns nothing.
        raise SessionNotFound(_("no session %(id)s") % {"id": uuid})
    return session


def _named(dataset: str, visitor: Visitor) -> Dataset:
    """The dataset of that hash or name, for a visitor who may have any streamed again."""
    found = None
    if policy.rules().may_repeat(visitor, Owner()):
        found = selectors.find_dataset(dataset)
    if found is None:
        raise UnknownDataset(_("no dataset %(name)r was served here") % {"name": dataset})
    return found
