"""A dataset by its hash or name."""

from datetime import timedelta

import pytest
from django.utils import timezone

from results.selectors import find_dataset
from tests.results.conftest import make_dataset

pytestmark = pytest.mark.django_db


def test_by_its_hash() -> None:
    wanted = make_dataset()
    make_dataset()
    assert find_dataset(wanted.sha256) == wanted


def test_of_one_name_the_one_served_last() -> None:
    latest = make_dataset(name="shop")
    make_dataset(name="shop", last_served_at=timezone.now() - timedelta(days=1))
    make_dataset(name="other")
    assert find_dataset("shop") == latest


def test_is_none_where_there_is_none() -> None:
    make_dataset()
    assert find_dataset("shop") is None
