"""streaming.bookkeeping.interrupt_frames."""

import pytest

from streaming.bookkeeping import interrupt_frames
from streaming.context import RunningFlow
from streaming.pacing import FrameFlow
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_notes_the_exact_count() -> None:
    session = make_session(sent=30)
    flow = FrameFlow(announced=100, fps=0, frame_bytes=784, first=20, sent=42)
    lost = interrupt_frames(session.uuid, RunningFlow(flow, 1), "frames-closed")
    assert (lost.sent, lost.interrupted_by, lost.frames_seen_at) == (42, "frames-closed", None)


def test_of_a_socket_that_was_replaced_notes_nothing() -> None:
    session = make_session(sent=30, frames_connection=2)
    flow = FrameFlow(announced=100, fps=0, frame_bytes=784, first=42)
    late = interrupt_frames(session.uuid, RunningFlow(flow, 1), "frames-closed")
    assert (late.sent, late.interrupted_at) == (30, None)
