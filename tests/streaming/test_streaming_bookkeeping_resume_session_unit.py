"""streaming.bookkeeping.resume_session."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from results import services
from results.errors import SessionNotFound
from results.models import Dataset
from streaming.bookkeeping import open_session, resume_session
from streaming.context import StreamContext
from streaming.errors import DatasetError, WrongSecret
from streaming.messages import Resume
from tests.streaming.contexts import CLIENT, asked, serving_context

pytestmark = pytest.mark.django_db


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of thirty frames."""
    with serving_context(tmp_path) as context:
        yield context


def test_gives_the_session_with_its_dataset(context: StreamContext) -> None:
    new = open_session(context, asked())
    message = Resume(session=new.held.uuid, secret=new.secret.text, client=CLIENT)
    held = resume_session(context, message)
    assert (held.uuid, held.connection) == (new.held.uuid, 2)
    assert held.dataset is context.dataset


def test_needs_no_dataset_of_a_session_that_is_over(context: StreamContext) -> None:
    new = open_session(context, asked())
    services.fail_session(session_uuid=new.held.uuid, error="gone")
    Dataset.objects.update(sha256="f" * 64, path="/nowhere")
    message = Resume(session=new.held.uuid, secret=new.secret.text, client=CLIENT)
    assert resume_session(context, message).dataset is None


def test_leaves_a_session_alone_whose_dataset_is_gone(context: StreamContext) -> None:
    new = open_session(context, asked())
    Dataset.objects.update(sha256="f" * 64, path="/nowhere")
    with pytest.raises(DatasetError, match="/nowhere"):
        resume_session(
            context, Resume(session=new.held.uuid, secret=new.secret.text, client=CLIENT)
        )
    new.held.session.refresh_from_db()
    assert (new.held.session.state, new.held.session.connection) == ("opened", 1)


def test_refuses_strangers(context: StreamContext) -> None:
    new = open_session(context, asked())
    with pytest.raises(WrongSecret):
        resume_session(context, Resume(session=new.held.uuid, secret="guessed", client=CLIENT))
    with pytest.raises(SessionNotFound):
        resume_session(context, Resume(session=uuid4(), secret=new.secret.text, client=CLIENT))
    new.held.session.refresh_from_db()
    assert new.held.session.connection == 1
