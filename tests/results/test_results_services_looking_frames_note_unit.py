"""results.services.looking.FramesNote."""

import pytest
from django.utils import timezone

from results.lifecycle import SessionState
from results.services import FramesNote
from results.services.counts import read_counts
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "frames_connection", "sent", "applies"),
    [
        pytest.param(SessionState.RUNNING, 1, 7, True, id="streamed here"),
        pytest.param(SessionState.RUNNING, 2, 7, False, id="by another socket"),
        pytest.param(SessionState.FINISHING, 1, 7, False, id="it has ended, which is exact"),
        pytest.param(SessionState.OPENED, 1, 0, False, id="not started"),
        pytest.param(SessionState.RUNNING, 1, 101, False, id="more than were announced"),
        pytest.param(SessionState.RUNNING, 1, 3, True, id="fewer than before"),
    ],
)
def test_counts_only_what_this_socket_streams(
    state: SessionState, frames_connection: int, sent: int, applies: bool
) -> None:
    session = make_session(state, sent=5 if state != SessionState.OPENED else 0)
    type(session).objects.filter(pk=session.pk).update(
        frames_connection=frames_connection, frames_seen_at=timezone.now()
    )
    (counts,) = read_counts([session.uuid]).values()
    before = counts.sent
    assert FramesNote(session.uuid, 1, sent, True).apply_to(counts) is applies
    assert counts.sent == (max(before, sent) if applies else before)
    assert (counts.is_streamed, counts.is_client_seen) == (applies, applies)


def test_a_stream_that_broke_stays_broken() -> None:
    session = make_session(frames_connection=1, frames_seen_at=None)
    (counts,) = read_counts([session.uuid]).values()
    assert FramesNote(session.uuid, 1, 1, False).apply_to(counts)
    assert not counts.is_streamed
