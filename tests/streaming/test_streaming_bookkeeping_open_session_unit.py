"""streaming.bookkeeping.open_session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from results.lifecycle import SessionState
from streaming.bookkeeping import open_session
from streaming.context import StreamContext
from streaming.errors import InvalidField
from tests.streaming.contexts import asked, serving_context

pytestmark = pytest.mark.django_db


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of thirty frames."""
    with serving_context(tmp_path) as context:
        yield context


def test_opens_what_the_client_asks_for(context: StreamContext) -> None:
    held = open_session(context, asked(fps=0.0, offset=4))
    session = held.session
    assert session.state == SessionState.OPENED
    assert (session.announced, session.fps, session.offset) == (10, 0.0, 4)
    assert session.client == "client 1"
    assert session.secret_hash == held.secret.sha256
    assert held.dataset is context.dataset
    assert held.uuid == session.uuid


def test_fills_in_the_rest_of_the_dataset_and_the_servers_rate(context: StreamContext) -> None:
    session = open_session(context, asked(count=None, offset=25)).session
    assert (session.announced, session.fps) == (5, 12.5)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"offset": 30}, "below the dataset's 30 frames, got 30", id="offset at end"),
        pytest.param({"count": 31}, "has 30 frames from offset 0, asked for 31", id="too many"),
        pytest.param({"count": 6, "offset": 25}, "has 5 frames", id="too many after offset"),
    ],
)
def test_refuses_frames_that_are_not_there(
    context: StreamContext, fields: dict[str, int], words: str
) -> None:
    with pytest.raises(InvalidField, match=words):
        open_session(context, asked(**fields))
