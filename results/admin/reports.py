"""A session's report, on its session's page in the admin."""

import base64
from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from results.admin.looking import ReadOnly, indented
from results.models import Report, Session
from results.templatetags.results_format import decimal

if TYPE_CHECKING:
    # Only the type checker knows this class as generic.
    _ReportInline = admin.StackedInline[Report, Session]
else:
    _ReportInline = admin.StackedInline


class ReportInline(ReadOnly, _ReportInline):
    """A session's report, with its sample pictures."""

    model = Report
    fields = ("submitted_at", "verified", "differences", "pictures", "numbers", "whole")
    readonly_fields = fields
    classes = ["collapse"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """With the samples in one more query."""
        return super().get_queryset(request).prefetch_related("samples")

    @admin.display(description=gettext_lazy("discrepancies"))
    def differences(self, report: Report) -> str:
        """A line each."""
        return format_html_join(
            "", "<div>{}</div>", ((sentence,) for sentence in report.discrepancies)
        ) or _("none")

    @admin.display(description=gettext_lazy("samples"))
    def pictures(self, report: Report) -> str:
        """The pictures themselves, as ``data:`` addresses."""
        names = report.session.classifier.class_names
        return format_html_join(
            " ",
            '<img src="data:image/png;base64,{}" width="112" alt="{}">',
            (
                (
                    base64.b64encode(bytes(sample.png)).decode("ascii"),
                    _("frame %(sequence)d: %(said)s, %(percent)s %%")
                    % {
                        "sequence": sample.sequence,
                        "said": names[sample.class_id],
                        "percent": decimal(100 * sample.confidence, 1),
                    },
                )
                for sample in report.samples.all()
            ),
        )

    @admin.display(description=gettext_lazy("metrics"))
    def numbers(self, report: Report) -> str:
        """As JSON."""
        return indented(report.metrics)

    @admin.display(description=gettext_lazy("document"))
    def whole(self, report: Report) -> str:
        """As JSON."""
        return indented(report.document)
