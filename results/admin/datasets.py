"""Datasets in the admin."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy

from results.admin.looking import ReadOnly, sessions_link
from results.models import Dataset

if TYPE_CHECKING:
    # Only the type checker knows this class as generic.
    _DatasetAdmin = admin.ModelAdmin[Dataset]
else:
    _DatasetAdmin = admin.ModelAdmin


@admin.register(Dataset)
class DatasetAdmin(ReadOnly, _DatasetAdmin):
    """Datasets that were served."""

    list_display = (
        "name",
        "split",
        "count",
        "width",
        "height",
        "labelled",
        "last_served_at",
        "sessions",
    )
    list_filter = ("name", "split", "labelled")
    search_fields = ("name", "sha256", "path")
    date_hierarchy = "last_served_at"
    readonly_fields = ("sessions",)

    @admin.display(description=gettext_lazy("sessions"))
    def sessions(self, dataset: Dataset) -> str:
        """A link to those with it."""
        return sessions_link("dataset__id__exact", dataset.pk)
