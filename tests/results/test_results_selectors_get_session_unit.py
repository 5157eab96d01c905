"""One session by its id."""

from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from results.errors import SessionNotFound
from results.selectors import get_session
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_comes_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    session = make_session()
    with django_assert_num_queries(1):
        found = get_session(session.uuid)
        assert found == session
        assert found.dataset == session.dataset
        assert found.classifier == session.classifier
        assert found.worker is None


def test_names_the_id_that_is_unknown() -> None:
    unknown = uuid4()
    with pytest.raises(SessionNotFound, match=f"no session {unknown}"):
        get_session(unknown)
