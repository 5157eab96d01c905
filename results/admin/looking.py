"""What the lists and pages of the admin have in common: they are looked at."""

import json
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    # Only the type checker knows this class as generic.
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

# Of longer lists only so many rows are counted and paged through: counting ten million rows and
# skipping nine of them take seconds.
MOST_LISTED = 5_000
ROWS_A_PAGE = 50


class BoundedPaginator(_Paginator):
    """Pages of the first :data:`MOST_LISTED` rows of a list, however long it is."""

    @cached_property
    def count(self) -> int:
        """How many rows there are to page through."""
        rows: Any = self.object_list
        # No order: the count is the same, and sorting would read every row.
        return int(rows.order_by()[:MOST_LISTED].count())


class ReadOnly:
    """Looking only: nobody adds, changes or deletes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        del request, obj
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        del request, obj
        return False


def download(text: str, name: str) -> HttpResponse:
    """A CSV or JSON file to save under that name."""
    kind = "text/csv" if name.endswith(".csv") else "application/json"
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def indented(value: Any) -> str:
    """The value as JSON that a person can read, escaped."""
    return format_html("<pre>{}</pre>", json.dumps(value, indent=1, ensure_ascii=False))


def sessions_link(field: str, key: object) -> str:
    """A link to the sessions whose ``field`` has that key."""
    address = reverse("admin:results_session_changelist")
    return format_html('<a href="{}?{}={}">{}</a>', address, field, key, _("sessions"))
