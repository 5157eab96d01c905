"""Workers that leave."""

from uuid import uuid4

import pytest

from results import selectors
from results.services import worker_connected, worker_disconnected

pytestmark = pytest.mark.django_db


def test_the_worker_is_not_live_any_more() -> None:
    worker = worker_connected(client="analyze 1", classifiers=[])
    worker_disconnected(worker_uuid=worker.uuid)
    assert not selectors.live_workers().exists()


def test_the_first_time_counts() -> None:
    worker = worker_connected(client="analyze 1", classifiers=[])
    worker_disconnected(worker_uuid=worker.uuid)
    worker.refresh_from_db()
    first = worker.disconnected_at
    worker_disconnected(worker_uuid=worker.uuid)
    worker.refresh_from_db()
    assert worker.disconnected_at == first


def test_an_unknown_worker_is_no_error() -> None:
    worker_disconnected(worker_uuid=uuid4())
