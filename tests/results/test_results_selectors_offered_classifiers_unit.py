"""Classifiers that a session can be asked for."""

import pytest
from pytest_django import DjangoAssertNumQueries

from results.selectors import offered_classifiers
from results.services import worker_connected, worker_disconnected
from tests.results.conftest import make_classifier

pytestmark = pytest.mark.django_db


def test_are_those_of_live_workers_each_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    shared, gone, _nobodys = (make_classifier(name=name) for name in ("a", "b", "c"))
    for _ in range(2):
        worker_connected(client="stays", classifiers=[shared])
    leaving = worker_connected(client="leaves", classifiers=[shared, gone])
    worker_disconnected(worker_uuid=leaving.uuid)
    with django_assert_num_queries(1):
        assert list(offered_classifiers()) == [shared]
