"""The dataset that can be streamed now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from results.selectors import current_dataset
from tests.results.conftest import make_dataset

pytestmark = pytest.mark.django_db


def test_is_the_one_served_last() -> None:
    latest = make_dataset()
    make_dataset(last_served_at=timezone.now() - timedelta(days=1))
    assert current_dataset() == latest


def test_is_none_before_any_was_served() -> None:
    assert current_dataset() is None
