"""streaming.bookkeeping.open_session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from results.errors import SessionNotFound
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
    new = open_session(context, asked(fps=0.0, offset=4))
    session = new.held.session
    assert session.state == SessionState.OPENED
    assert (session.announced, session.fps, session.offset) == (10, 0.0, 4)
    assert session.client == "client 1"
    assert session.secret_hash == new.secret.sha256
    assert new.dataset is new.held.dataset is context.dataset
    assert (new.held.uuid, new.held.connection) == (session.uuid, 1)


def test_fills_in_the_rest_of_the_dataset_and_the_servers_rate(context: StreamContext) -> None:
    session = open_session(context, asked(count=None, offset=25)).held.session
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


def test_links_the_session_to_the_one_that_it_repeats(context: StreamContext) -> None:
    first = open_session(context, asked(offset=4)).held.session
    first.state, first.sent = SessionState.COMPLETED, 10
    first.save()
    again = open_session(context, asked(count=None, repeats=first.uuid)).held.session
    assert (again.repeats, again.announced, again.offset) == (first, 10, 4)


def test_repeats_nothing_that_is_not_for_this_client(context: StreamContext) -> None:
    first = open_session(context, asked()).held.session
    with pytest.raises(SessionNotFound):
        open_session(context, asked(count=None, repeats=first.uuid), may_repeat=lambda owner: False)
