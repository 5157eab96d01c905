"""streaming.bookkeeping.claim_session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from results import selectors, services
from results.lifecycle import SessionState
from results.models import Dataset
from streaming.bookkeeping import claim_session, connect_worker
from streaming.context import StreamContext
from streaming.messages import Follow
from tests.streaming.contexts import BROUGHT, CLIENT, serving_context

pytestmark = pytest.mark.django_db


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of thirty frames."""
    with serving_context(tmp_path) as context:
        yield context


def test_gives_nothing_where_nothing_is_asked_for(context: StreamContext) -> None:
    worker = connect_worker(Follow(classifiers=[BROUGHT], client=CLIENT))
    assert claim_session(context, worker) is None


def test_opens_the_oldest_session_asked_for(context: StreamContext) -> None:
    worker = connect_worker(Follow(classifiers=[BROUGHT], client=CLIENT))
    first, _second = (
        services.request_session(classifier_name="brought", announced=5, fps=0, offset=0)
        for _ in range(2)
    )
    new = claim_session(context, worker)
    assert new is not None
    assert (new.held.uuid, new.held.connection) == (first.uuid, 1)
    assert new.dataset is context.dataset
    assert new.held.session.secret_hash == new.secret.sha256


def test_fails_a_session_whose_dataset_is_gone_and_takes_the_next(context: StreamContext) -> None:
    worker = connect_worker(Follow(classifiers=[BROUGHT], client=CLIENT))
    broken, good = (
        services.request_session(classifier_name="brought", announced=5, fps=0, offset=0)
        for _ in range(2)
    )
    known = Dataset.objects.get()
    broken.dataset = Dataset.objects.create(
        sha256="f" * 64,
        name="gone",
        count=30,
        height=28,
        width=28,
        path="/nowhere",
        last_served_at=known.last_served_at,
    )
    broken.save()
    new = claim_session(context, worker)
    assert new is not None
    assert new.held.uuid == good.uuid
    failed = selectors.get_session(broken.uuid)
    assert failed.state == SessionState.FAILED
    assert "/nowhere" in failed.error
