"""Pages of long lists that stay where they are while rows are added, and cost the same anywhere."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rest_framework import serializers
from rest_framework.pagination import BasePagination, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

MAX_LIMIT = 1000
MAX_SESSIONS = 200


class _SessionPageQuery(serializers.Serializer[Any]):  # pylint: disable=abstract-method  # no save
    limit = serializers.IntegerField(min_value=1, max_value=MAX_SESSIONS, default=50)


class SessionPagination(CursorPagination):
    """Sessions, the newest first."""

    page_size_query_param = "limit"
    max_page_size = MAX_SESSIONS
    ordering = "-created_at"

    def get_page_size(self, request: Request) -> int:
        """How many the query asks for.

        Raises:
            ValidationError: ``limit`` is out of range.
        """
        query = _SessionPageQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        limit: int = query.validated_data["limit"]
        return limit

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The OpenAPI form of the query parameters."""
        cursor, limit = super().get_schema_operation_parameters(view)
        bounds = {"type": "integer", "minimum": 1, "maximum": MAX_SESSIONS, "default": 50}
        return [cursor, {**limit, "schema": bounds}]


class _PageQuery(serializers.Serializer[Any]):  # pylint: disable=abstract-method  # never saved
    after = serializers.IntegerField(min_value=0, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=100)


class Page(Protocol):
    """Some frames in order; ``next_after`` is a sequence, ``None`` on the last page."""

    @property
    def rows(self) -> Sequence[Any]:
        """One a frame."""

    @property
    def next_after(self) -> int | None:
        """What the next page comes after."""


class Search(Protocol):
    """Frames of a session that can be had a page at a time."""

    def page(self, limit: int, after: int | None = None) -> Page:
        """The first ``limit`` of them, only those after that sequence."""


class SequencePagination(BasePagination):  # pylint: disable=abstract-method  # has no HTML form
    """Frames: ``?after=`` the sequence of the last one seen, ``&limit=`` at most 1000."""

    _next_link: str | None = None

    def paginate_queryset(  # type: ignore[override]  # a search takes the place of a queryset
        self, queryset: Search, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """The rows of the page that the query asks for.

        Raises:
            ValidationError: ``after`` or ``limit`` is out of range.
        """
        query = _PageQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        wanted = query.validated_data
        page = queryset.page(wanted["limit"], after=wanted.get("after"))
        if page.next_after is not None:
            self._next_link = replace_query_param(
                request.build_absolute_uri(), "after", str(page.next_after)
            )
        return list(page.rows)

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
                "description": "Only what comes after the frame of this sequence, in the order.",
                "schema": {"type": "integer", "minimum": 0},
            },
            {
                "name": "limit",
                "in": "query",
                "description": "Rows a page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 100},
            },
        ]
