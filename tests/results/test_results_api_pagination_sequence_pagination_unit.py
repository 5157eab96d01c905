"""results.api.pagination.SequencePagination: keyset pages by sequence."""

import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from results.api.pagination import MAX_LIMIT, SequencePagination
from results.search import PredictionSearch
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def _pages(query: str) -> tuple[list[int], str | None]:
    session = make_session()
    make_predictions(session, make_batch(10))
    pagination = SequencePagination()
    request = Request(APIRequestFactory().get(f"/rows/?{query}"))
    rows = pagination.paginate_queryset(PredictionSearch(session), request)
    return [row.sequence for row in rows], pagination.get_paginated_response([]).data["next"]


def test_the_next_link_keeps_the_rest_of_the_query() -> None:
    sequences, following = _pages("right=true&after=2&limit=3")
    assert sequences == [3, 4, 5]
    assert following == "http://testserver/rows/?after=5&limit=3&right=true"


def test_the_last_page_has_no_next() -> None:
    assert _pages("after=8") == ([9], None)
    assert _pages("after=99999999999999999999") == ([], None)


@pytest.mark.parametrize("query", ["limit=0", f"limit={MAX_LIMIT + 1}", "limit=x", "after=-1"])
def test_refuses_what_is_out_of_range(query: str) -> None:
    with pytest.raises(ValidationError):
        _pages(query)


def test_describes_itself_for_openapi() -> None:
    pagination = SequencePagination()
    names = [one["name"] for one in pagination.get_schema_operation_parameters(APIView())]
    assert names == ["after", "limit"]
    schema = pagination.get_paginated_response_schema({"type": "array"})
    assert schema["properties"]["results"] == {"type": "array"}
