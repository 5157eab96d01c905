"""Every page, endpoint and list of the admin: as many queries for many sessions as for some."""

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.datasets import noise_dataset
from bench.pages_data import fill, made_pool
from bench.pages_visits import Address, addresses

pytestmark = pytest.mark.django_db


def _queries(address: Address) -> list[str]:
    address.check()
    with CaptureQueriesContext(connection) as captured:
        address.check()
    return [query["sql"] for query in captured]


def test_takes_as_many_queries_with_many_sessions_and_writes_nothing(tmp_path: Path) -> None:
    get_user_model().objects.create_superuser("bench", password="bench-only")
    dataset, pool = noise_dataset(tmp_path, 100, 28), made_pool()
    sessions = fill([600, *[30] * 59], dataset_path=dataset, pool=pool)
    few = {address.key: _queries(address) for address in addresses(sessions)}
    sessions += fill([30] * 50, dataset_path=dataset, pool=pool, first=60)
    many = {address.key: _queries(address) for address in addresses(sessions)}
    assert len(many) > 60
    assert {key: len(queries) for key, queries in many.items()} == {
        key: len(queries) for key, queries in few.items()
    }
    # A page that only reads holds no stream up: SQLite has one writer, and readers beside it.
    # A DECLARE is a SELECT whose rows PostgreSQL hands out in portions.
    reads = ("SELECT", "DECLARE")
    assert all(sql.startswith(reads) for queries in many.values() for sql in queries)
    assert max(map(len, many.values())) <= 15
