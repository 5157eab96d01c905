"""A session, held until the transaction ends."""

from uuid import uuid4

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from results.errors import SessionNotFound
from results.services.sessions import lock_session
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_comes_with_its_dataset_and_classifier(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = make_session()
    with transaction.atomic(), django_assert_num_queries(1):
        locked = lock_session(session.uuid)
        assert locked.dataset == session.dataset
        assert locked.classifier == session.classifier


def test_needs_a_session() -> None:
    with transaction.atomic(), pytest.raises(SessionNotFound):
        lock_session(uuid4())
