"""streaming.bookkeeping.held_session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.bookkeeping import HeldSession, open_session
from streaming.context import StreamContext
from tests.streaming.contexts import asked, serving_context

pytestmark = pytest.mark.django_db


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of thirty frames."""
    with serving_context(tmp_path) as context:
        yield context


def test_goes_by_the_id_of_its_session(context: StreamContext) -> None:
    session = open_session(context, asked()).held.session
    held = HeldSession(session, context.dataset)
    assert (held.uuid, held.connection) == (session.uuid, session.connection)
