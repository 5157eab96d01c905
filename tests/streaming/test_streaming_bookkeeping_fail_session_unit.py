"""streaming.bookkeeping.fail_session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from results import services
from results.lifecycle import SessionState
from streaming.bookkeeping import fail_session, open_session
from streaming.context import RunningFlow, StreamContext
from streaming.pacing import Done, FrameFlow, Wait
from tests.streaming.contexts import asked, serving_context

pytestmark = pytest.mark.django_db


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of thirty frames."""
    with serving_context(tmp_path) as context:
        yield context


def test_counts_what_this_process_sent(context: StreamContext) -> None:
    held = open_session(context, asked()).held
    services.attach_frames(session_uuid=held.uuid)
    services.start_session(session_uuid=held.uuid)
    flow = FrameFlow(announced=10, fps=0, frame_bytes=784, first=4)
    context.flows[held.uuid] = RunningFlow(flow, 1)
    failed = fail_session(context, held, "it broke")
    assert (failed.state, failed.error, failed.sent) == (SessionState.FAILED, "it broke", 4)
    assert failed.ledger.differences() == []
    assert flow.step(0.0) == Done("client-disconnected")


def test_fails_a_session_that_has_no_stream_here(context: StreamContext) -> None:
    held = open_session(context, asked()).held
    assert fail_session(context, held, "gone").state == SessionState.FAILED


def test_leaves_a_session_that_has_another_connection_by_now(context: StreamContext) -> None:
    held = open_session(context, asked()).held
    flow = FrameFlow(announced=10, fps=0, frame_bytes=784)
    context.flows[held.uuid] = RunningFlow(flow, 1)
    services.resume_session(session_uuid=held.uuid)
    assert fail_session(context, held, "gone").state == SessionState.OPENED
    assert flow.step(0.0) == Wait(None)
