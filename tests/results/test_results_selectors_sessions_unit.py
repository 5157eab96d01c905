"""All sessions."""

import pytest
from pytest_django import DjangoAssertNumQueries

from results.selectors import sessions
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_come_newest_first_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = [make_session() for _ in range(3)]
    with django_assert_num_queries(1):
        found = list(sessions())
        assert [one.dataset.name for one in found] == ["fashion-mnist"] * 3
    assert found == made[::-1]
