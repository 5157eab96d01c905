"""streaming.bookkeeping.interrupt_all."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from results import services
from results.models import Session
from streaming.bookkeeping import interrupt_all, open_session
from streaming.context import RunningFlow, StreamContext
from streaming.group_commit import MAX_CHANGES
from streaming.pacing import FrameFlow
from tests.streaming.contexts import asked, serving_context

pytestmark = pytest.mark.django_db


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of thirty frames."""
    with serving_context(tmp_path) as context:
        yield context


def test_leaves_what_is_here_as_it_is_now(context: StreamContext) -> None:
    here, elsewhere = (open_session(context, asked()).held for _ in range(2))
    for held in (here, elsewhere):
        services.attach_frames(session_uuid=held.uuid)
        services.start_session(session_uuid=held.uuid)
    flow = FrameFlow(announced=10, fps=0, frame_bytes=784, first=4)
    context.flows[here.uuid] = RunningFlow(flow, 1)
    context.connections[here.uuid] = here.connection
    interrupt_all(context, "going-away")
    for held in (here, elsewhere):
        held.session.refresh_from_db()
    assert (here.session.state, here.session.sent) == ("running", 4)
    assert (here.session.interrupted_by, here.session.is_connected) == ("going-away", False)
    assert elsewhere.session.interrupted_at is None


def test_leaves_many_in_few_transactions(
    context: StreamContext, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sessions = [open_session(context, asked()).held for _ in range(MAX_CHANGES + 2)]
    for held in sessions:
        context.connections[held.uuid] = held.connection
    # One that was deleted meanwhile harms none of the others.
    context.connections[uuid4()] = 1
    begins = 2 * 2
    with django_assert_max_num_queries(begins + 4 * len(sessions) + 4):
        interrupt_all(context, "going-away")
    interrupted = Session.objects.filter(interrupted_by="going-away", is_connected=False)
    assert interrupted.count() == len(sessions)
