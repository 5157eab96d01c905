"""streaming.bookkeeping.create_session."""

from pathlib import Path

import pytest

from access.roles import Owner
from streaming.bookkeeping import check_secret, create_session, prepare_session
from tests.streaming.contexts import asked, serving_context

pytestmark = pytest.mark.django_db


def test_makes_what_was_prepared_once_each_time(tmp_path: Path) -> None:
    with serving_context(tmp_path) as context:
        prepared = prepare_session(context, asked(fps=3), may_repeat=lambda owner: False)
        one, other = (create_session(prepared, Owner()) for _ in range(2))
    assert one.held.uuid != other.held.uuid
    assert one.secret.text != other.secret.text
    check_secret(one.held.session, one.secret.text)
    session = one.held.session
    assert (session.announced, session.fps, session.client) == (10, 3, "client 1")
    assert one.dataset is context.dataset
