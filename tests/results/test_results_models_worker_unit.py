"""Clients that follow."""

from datetime import UTC, datetime

import pytest

from results.models import Worker

pytestmark = pytest.mark.django_db


def test_says_who_it_is_and_since_when() -> None:
    worker = Worker.objects.create(client="analyze 1", last_seen_at=datetime.now(UTC))
    worker.connected_at = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    assert str(worker) == "analyze 1 since 2026-01-02 03:04"
