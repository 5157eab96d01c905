"""Classifiers in the admin."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.translation import gettext_lazy

from results.admin.looking import ReadOnly, indented, sessions_link
from results.models import Classifier

if TYPE_CHECKING:
    # Only the type checker knows this class as generic.
    _ClassifierAdmin = admin.ModelAdmin[Classifier]
else:
    _ClassifierAdmin = admin.ModelAdmin


@admin.register(Classifier)
class ClassifierAdmin(ReadOnly, _ClassifierAdmin):
    """Classifiers that clients brought."""

    list_display = ("name", "sha256", "parameter_count", "first_seen_at", "sessions")
    list_filter = ("name",)
    search_fields = ("name", "sha256")
    date_hierarchy = "first_seen_at"
    exclude = ("card",)
    readonly_fields = ("sessions", "whole_card")

    @admin.display(description=gettext_lazy("sessions"))
    def sessions(self, classifier: Classifier) -> str:
        """A link to those with it."""
        return sessions_link("classifier__id__exact", classifier.pk)

    @admin.display(description=gettext_lazy("card"))
    def whole_card(self, classifier: Classifier) -> str:
        """As JSON."""
        return indented(classifier.card)
