"""streaming.bookkeeping.connect_worker."""

import pytest

from results.models import Worker
from streaming.bookkeeping import connect_worker
from streaming.messages import Follow
from tests.streaming.contexts import BROUGHT, CLIENT

pytestmark = pytest.mark.django_db


def test_keeps_who_follows_with_what() -> None:
    worker = Worker.objects.get(pk=connect_worker(Follow(classifiers=[BROUGHT], client=CLIENT)))
    assert worker.client == "client 1"
    assert [one.name for one in worker.classifiers.all()] == ["brought"]
    assert worker.disconnected_at is None
