"""Pages of long lists that stay where they are while rows are added, and cost the same anywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.pagination import BasePagination, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from results.models import Prediction

MAX_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class SequencePage:
    """Some predictions by ascending sequence; ``next_after`` is ``None`` on the last page."""

    rows: list[Prediction]
    next_after: int | None


def sequence_page(predictions: QuerySet[Prediction], limit: int) -> SequencePage:
    """The first ``limit`` of ordered predictions, and after which sequence the next page starts."""
    rows = list(predictions[: limit + 1])
    if len(rows) <= limit:
        return SequencePage(rows, None)
    return SequencePage(rows[:limit], rows[limit - 1].sequence)


class SessionPagination(CursorPagination):
    """Sessions, the newest first."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
    ordering = "-created_at"


class _PageQuery(serializers.Serializer[Any]):  # pylint: disable=abstract-method  # never saved
    after = serializers.IntegerField(min_value=0, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=100)


class SequencePagination(BasePagination):  # pylint: disable=abstract-method  # has no HTML form
    """Predictions by sequence: ``?after=`` the last one seen, ``&limit=`` at most 1000."""

    _next_link: str | None = None

    def paginate_queryset(  # type: ignore[override]  # the stubs name no concrete row type
        self, queryset: QuerySet[Prediction], request: Request, view: APIView | None = None
    ) -> list[Prediction]:
        """The rows of the page that the query asks for.

        Raises:
            ValidationError: ``after`` or ``limit`` is out of range.
        """
        query = _PageQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        if "after" in query.validated_data:
            queryset = queryset.filter(sequence__gt=query.validated_data["after"])
        page = sequence_page(queryset, query.validated_data["limit"])
        if page.next_after is not None:
            self._next_link = replace_query_param(
                request.build_absolute_uri(), "after", str(page.next_after)
            )
        return page.rows

    def get_paginated_response(self, data: Any) -> Response:
        """The rows, and the address of the next page (null on the last one)."""
        return Response({"next": self._next_link, "results": data})

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The OpenAPI schema of a page."""
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {"type": "string", "format": "uri", "nullable": True},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The OpenAPI form of the query parameters."""
        return [
            {
                "name": "after",
                "in": "query",
                "description": "Only frames after this sequence.",
                "schema": {"type": "integer", "minimum": 0},
            },
            {
                "name": "limit",
                "in": "query",
                "description": "Rows a page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 100},
            },
        ]
