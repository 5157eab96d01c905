"""Workers that arrive."""

import pytest

from results import selectors
from results.models import CLIENT_LENGTH
from results.services import worker_connected
from tests.results.conftest import make_classifier

pytestmark = pytest.mark.django_db


def test_offers_its_classifiers_at_once() -> None:
    classifiers = [make_classifier(name="a"), make_classifier(name="b")]
    worker = worker_connected(client="analyze 1", classifiers=classifiers)
    assert list(selectors.live_workers()) == [worker]
    assert set(selectors.offered_classifiers()) == set(classifiers)


def test_cuts_a_client_that_is_too_long() -> None:
    worker = worker_connected(client="x" * 999, classifiers=[])
    assert len(worker.client) == CLIENT_LENGTH
