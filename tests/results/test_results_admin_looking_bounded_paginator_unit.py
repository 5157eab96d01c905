"""results.admin.looking.BoundedPaginator."""

import pytest
from pytest_django import DjangoAssertNumQueries

from results.admin import looking
from results.admin.looking import BoundedPaginator
from results.models import Prediction
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_counts_no_further_than_it_shows(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_predictions(make_session(), make_batch(12))
    rows = Prediction.objects.order_by("sequence")
    assert BoundedPaginator(rows, 5).count == 12
    monkeypatch.setattr(looking, "MOST_LISTED", 10)
    paginator = BoundedPaginator(rows, 5)
    with django_assert_num_queries(1) as captured:
        assert (paginator.count, paginator.num_pages) == (10, 2)
    assert "LIMIT 10" in captured[0]["sql"]
