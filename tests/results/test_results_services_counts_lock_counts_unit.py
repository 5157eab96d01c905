"""results.services.counts.lock_counts."""

from uuid import uuid4

import pytest
from django.db import transaction

from results.services.counts import lock_counts
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_gives_those_that_there_are_in_the_order_of_their_ids() -> None:
    sessions = [make_session(sent=number) for number in range(5)]
    with transaction.atomic():
        found = lock_counts([*(each.uuid for each in sessions), uuid4()])
    assert list(found) == sorted(each.uuid for each in sessions)
    for session in sessions:
        counts = found[session.uuid]
        assert (counts.sent, counts.state, counts.announced) == (session.sent, "running", 100)
        assert (counts.classifier_id, counts.dataset_id) == (
            session.classifier_id,
            session.dataset_id,
        )
