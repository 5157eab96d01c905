"""streaming.group_commit.make_changes."""

from functools import partial

import pytest
from django.db import OperationalError, connection

from results import services
from results.errors import ConnectionReplaced
from results.lifecycle import SessionState
from results.models import Session
from streaming.group_commit import Change, make_changes
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def _stop(session: Session, connection_number: int | None = None) -> Change:
    return Change(
        str(session.uuid),
        partial(
            services.request_stop,
            session_uuid=session.uuid,
            reason="test",
            connection=connection_number,
        ),
    )


def test_one_that_is_refused_harms_none_of_the_others() -> None:
    sessions = [make_session(SessionState.OPENED, connection=1) for _ in range(3)]
    made = make_changes([_stop(sessions[0]), _stop(sessions[1], 7), _stop(sessions[2])])
    assert [each.uuid for each in (made[0], made[2])] == [sessions[0].uuid, sessions[2].uuid]
    assert isinstance(made[1], ConnectionReplaced)
    states = [Session.objects.get(pk=each.pk).state for each in sessions]
    assert states == ["stopped", "opened", "stopped"]


def test_are_made_in_the_order_of_their_keys_and_answered_in_that_they_came() -> None:
    order: list[str] = []

    def note(key: str) -> str:
        order.append(key)
        return key.upper()

    changes = [Change(key, partial(note, key)) for key in "cabd"]
    assert make_changes(changes) == ["C", "A", "B", "D"]
    assert order == ["a", "b", "c", "d"]


def test_are_one_transaction(django_capture_on_commit_callbacks: object) -> None:
    assert django_capture_on_commit_callbacks is not None
    depths: list[int] = []

    def note() -> None:
        depths.append(len(connection.savepoint_ids))

    make_changes([Change("a", note), Change("b", note)])
    make_changes([Change("c", note)])
    # One on its own is its own business.
    assert depths[0] == depths[1] == depths[2] + 1


@pytest.mark.parametrize("count", [1, 2])
def test_an_error_of_the_database_is_one_of_all(count: int) -> None:
    def fail() -> None:
        raise OperationalError("gone")

    with pytest.raises(OperationalError):
        make_changes([Change(str(number), fail) for number in range(count)])
