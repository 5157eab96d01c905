"""Workers that can be given a session."""

from datetime import timedelta

import pytest
from django.utils import timezone

from results.models import Worker
from results.selectors import WORKER_TIMEOUT, live_workers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("silent", "left", "live"),
    [
        pytest.param(timedelta(0), False, True, id="there"),
        pytest.param(WORKER_TIMEOUT - timedelta(seconds=5), False, True, id="silent-for-a-while"),
        pytest.param(WORKER_TIMEOUT + timedelta(seconds=5), False, False, id="silent-too-long"),
        pytest.param(timedelta(0), True, False, id="left"),
    ],
)
def test_are_connected_and_heard_of(silent: timedelta, left: bool, live: bool) -> None:
    now = timezone.now()
    Worker.objects.create(
        client="a", last_seen_at=now - silent, disconnected_at=now if left else None
    )
    assert live_workers().exists() == live
