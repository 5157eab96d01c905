"""streaming.bookkeeping.interrupt_session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from results import services
from streaming.bookkeeping import HeldSession, interrupt_session, open_session
from streaming.context import RunningFlow, StreamContext
from streaming.pacing import FrameFlow
from tests.streaming.contexts import asked, serving_context

pytestmark = pytest.mark.django_db


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of thirty frames."""
    with serving_context(tmp_path) as context:
        yield context


@pytest.fixture(name="held")
def make_held(context: StreamContext) -> HeldSession:
    """A running session of ten frames."""
    held = open_session(context, asked()).held
    services.attach_frames(session_uuid=held.uuid)
    services.start_session(session_uuid=held.uuid)
    return held


def test_notes_what_this_process_sent(context: StreamContext, held: HeldSession) -> None:
    flow = FrameFlow(announced=10, fps=0, frame_bytes=784, first=4)
    context.flows[held.uuid] = RunningFlow(flow, 1)
    session = interrupt_session(context, held.uuid, held.connection, "connection-lost")
    assert (session.state, session.sent) == ("running", 4)
    assert session.interrupted_by == "connection-lost"


def test_notes_no_count_of_a_frames_socket_that_was_replaced(
    context: StreamContext, held: HeldSession
) -> None:
    services.attach_frames(session_uuid=held.uuid)
    flow = FrameFlow(announced=10, fps=0, frame_bytes=784, first=4)
    context.flows[held.uuid] = RunningFlow(flow, 1)
    session = interrupt_session(context, held.uuid, held.connection, "connection-lost")
    assert (session.sent, session.interrupted_by) == (0, "connection-lost")


def test_needs_no_stream_here(context: StreamContext, held: HeldSession) -> None:
    session = interrupt_session(context, held.uuid, held.connection, "going-away")
    assert session.interrupted_at is not None
