"""results.services.ownership.check_capacity."""

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from pytest_django import Settings

from access.roles import Owner
from results.errors import TooManySessions
from results.lifecycle import SessionState
from results.services.ownership import check_capacity
from tests.access.conftest import make_token
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def _has_room(owner: Owner) -> bool:
    try:
        with transaction.atomic():
            check_capacity(owner)
    except TooManySessions as error:
        assert "at most 2 unfinished sessions" in str(error)
        return False
    return True


def test_unfinished_sessions_of_one_owner_are_counted(settings: Settings) -> None:
    settings.MAX_SESSIONS = 2
    token, other = make_token()[0], make_token(name="other")[0]
    owner = Owner(token_id=token.pk)
    for state in (SessionState.COMPLETED, SessionState.FAILED, SessionState.STOPPED):
        make_session(state, token=token)
    make_session(SessionState.RUNNING, token=token)
    assert _has_room(owner)
    last = make_session(SessionState.OPENED, token=token)
    assert not _has_room(owner)
    assert _has_room(Owner(token_id=other.pk))
    last.state = SessionState.STOPPED
    last.save()
    assert _has_room(owner)


def test_a_person_and_their_token_are_counted_apart(settings: Settings) -> None:
    settings.MAX_SESSIONS = 2
    alice = get_user_model().objects.create_user("alice")
    token, _ = make_token(owner=alice)
    for _ in range(2):
        make_session(SessionState.RUNNING, started_by=alice, token=token)
    assert _has_room(Owner(user_id=alice.pk))
    assert not _has_room(Owner(user_id=alice.pk, token_id=token.pk))
    for _ in range(2):
        make_session(SessionState.REQUESTED, started_by=alice)
    assert not _has_room(Owner(user_id=alice.pk))


def test_what_is_nobodys_is_not_counted(settings: Settings) -> None:
    settings.MAX_SESSIONS = 2
    for _ in range(3):
        make_session(SessionState.RUNNING)
    assert _has_room(Owner())
