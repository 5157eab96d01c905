"""Clients that follow, in the admin."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy

from results.admin.looking import ReadOnly, sessions_link
from results.models import Worker

if TYPE_CHECKING:
    # Only the type checker knows this class as generic.
    _WorkerAdmin = admin.ModelAdmin[Worker]
else:
    _WorkerAdmin = admin.ModelAdmin


@admin.register(Worker)
class WorkerAdmin(ReadOnly, _WorkerAdmin):
    """Clients that follow, or did."""

    list_display = ("client", "connected_at", "last_seen_at", "disconnected_at", "sessions")
    list_filter = (("disconnected_at", admin.EmptyFieldListFilter), "classifiers")
    search_fields = ("client",)
    date_hierarchy = "connected_at"
    readonly_fields = ("sessions",)

    @admin.display(description=gettext_lazy("sessions"))
    def sessions(self, worker: Worker) -> str:
        """A link to those with it."""
        return sessions_link("worker__uuid__exact", worker.pk)
