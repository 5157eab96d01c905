"""Workers that are still there."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from results import selectors
from results.models import Worker
from results.services import worker_connected, worker_seen

pytestmark = pytest.mark.django_db


def test_makes_a_worker_live_again() -> None:
    worker = worker_connected(client="analyze 1", classifiers=[])
    Worker.objects.update(last_seen_at=timezone.now() - timedelta(minutes=5))
    assert not selectors.live_workers().exists()
    worker_seen(worker_uuid=worker.uuid)
    assert selectors.live_workers().exists()


def test_an_unknown_worker_is_no_error() -> None:
    worker_seen(worker_uuid=uuid4())
