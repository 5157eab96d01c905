"""results.api.pagination.SessionPagination: the newest sessions first."""

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from results.api.pagination import SessionPagination
from results.models import Session
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_gives_the_newest_first_and_links_to_the_others() -> None:
    sessions = [make_session() for _ in range(3)]
    pagination = SessionPagination()
    request = Request(APIRequestFactory().get("/?limit=2"))
    rows = pagination.paginate_queryset(Session.objects.all(), request)
    assert rows is not None
    assert [row.pk for row in rows] == [sessions[2].pk, sessions[1].pk]
    assert pagination.get_next_link()
    assert pagination.get_previous_link() is None
