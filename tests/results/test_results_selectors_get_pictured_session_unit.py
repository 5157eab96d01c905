"""results.selectors.get_pictured_session: a session as far as its pictures need it."""

import uuid

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from results.errors import SessionNotFound
from results.selectors import frame_picture, get_pictured_session
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_a_picture_needs_nothing_more_of_it(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.RESULTS_FRAME_SOURCE = (
        "tests.results.test_results_api_views_frame_picture_integration.frame_source"
    )
    session = make_session(offset=5)
    with django_assert_num_queries(1):
        assert frame_picture(get_pictured_session(session.uuid), 2)[0, 0] == 7


def test_an_unknown_session_is_refused() -> None:
    with pytest.raises(SessionNotFound):
        get_pictured_session(uuid.uuid4())
