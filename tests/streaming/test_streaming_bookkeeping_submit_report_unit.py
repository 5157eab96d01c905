"""streaming.bookkeeping.submit_report."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from results import services
from results.lifecycle import SessionState
from results.models import Session
from streaming.bookkeeping import HeldSession, delivery_of, open_session, submit_report
from streaming.context import StreamContext
from tests.results.conftest import make_batch, make_document
from tests.streaming.contexts import asked, serving_context

pytestmark = pytest.mark.django_db


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of thirty frames."""
    with serving_context(tmp_path) as context:
        yield context


@pytest.fixture(name="held")
def make_held(context: StreamContext) -> HeldSession:
    """A session of ten frames, all sent and predicted, that awaits its report."""
    held = open_session(context, asked()).held
    services.attach_frames(session_uuid=held.uuid)
    services.start_session(session_uuid=held.uuid)
    services.record_sent(session_uuid=held.uuid, sent=10)
    services.store_deliveries([delivery_of(context, held, make_batch(10))])
    services.end_stream(session_uuid=held.uuid, sent=10, unsent_reason=None)
    return held


def test_says_that_a_true_report_is_verified(held: HeldSession) -> None:
    session = Session.objects.get(pk=held.uuid)
    session.received = session.analysed = session.stored
    accepted = submit_report(held, make_document(session, make_batch(10)))
    assert accepted.verified
    assert accepted.discrepancies == []
    assert accepted.state == SessionState.COMPLETED
    assert accepted.page == f"/sessions/{held.uuid}/"


def test_ends_without_a_report(held: HeldSession) -> None:
    accepted = submit_report(held, None)
    assert (accepted.state, accepted.verified) == ("completed", False)
    assert accepted.ledger["differences"] == []
