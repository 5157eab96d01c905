"""Predictions in the admin, best reached from their session."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
from django.contrib import admin, messages
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from results.admin.looking import (
    ROWS_A_PAGE,
    BoundedPaginator,
    ReadOnly,
    download,
    indented,
)
from results.blocks import BLOCK_FRAMES
from results.exports import rows as exports
from results.ledger import ranges_of
from results.models import Prediction, Session
from results.search import block_summaries
from results.templatetags.results_format import decimal

if TYPE_CHECKING:
    # Only the type checker knows this class as generic.
    _PredictionAdmin = admin.ModelAdmin[Prediction]
else:
    _PredictionAdmin = admin.ModelAdmin

# What one file holds, as it is made in memory.
MOST_EXPORTED = 20_000
SESSION = "session__exact"


class RightFilter(admin.SimpleListFilter):
    """Predictions that are right, wrong, or cannot be judged."""

    title = gettext_lazy("right")
    parameter_name = "right"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices, of one session's predictions; of all of them, finding any takes seconds."""
        del model_admin
        if _session_of(request) is None:
            return []
        return [("yes", _("right")), ("no", _("wrong")), ("unlabelled", _("no label"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Prediction]
    ) -> QuerySet[Prediction]:
        """Those of the choice."""
        choice = self.value()
        if choice not in ("yes", "no", "unlabelled"):
            return queryset
        session = _session_of(request)
        if session is not None:
            queryset = queryset.filter(_where(session, choice))
        if choice == "unlabelled":
            return queryset.filter(label__isnull=True)
        equal = Q(label=F("class_id"))
        return queryset.filter(equal if choice == "yes" else ~equal, label__isnull=False)


def _session_of(request: HttpRequest) -> Session | None:
    try:
        return Session.objects.filter(pk=UUID(request.GET.get(SESSION, ""))).first()
    except ValueError:
        return None


def _where(session: Session, choice: str) -> Q:
    """Where predictions of the choice may be, by what is known of blocks."""

    def fits(label: int | None, class_id: int) -> bool:
        if label is None:
            return choice == "unlabelled"
        return choice == ("yes" if label == class_id else "no")

    wanted = [
        block.first // BLOCK_FRAMES
        for block in block_summaries(session)
        if any(fits(label, class_id) for label, class_id, _ in block.tally)
    ]
    somewhere = Q(sequence__gte=session.sealed)
    for first, last in ranges_of(wanted):
        somewhere |= Q(sequence__gte=first * BLOCK_FRAMES, sequence__lt=(last + 1) * BLOCK_FRAMES)
    return somewhere


@admin.register(Prediction)
class PredictionAdmin(ReadOnly, _PredictionAdmin):
    """Predictions, best reached from their session."""

    list_display = ("session_id", "sequence", "said", "percent", "latency_ms", "label", "right")
    list_filter = (RightFilter,)
    list_select_related = ("session__classifier",)
    # A count of all predictions beside the count of those shown: on millions, seconds. So does
    # any other order than that of the index; a session's page has some.
    show_full_result_count = False
    paginator = BoundedPaginator
    list_per_page = ROWS_A_PAGE
    sortable_by = ()
    exclude = ("probabilities",)
    readonly_fields = ("said", "distribution", "frame")
    actions = ("export_csv", "export_json")
    ordering = ("session_id", "sequence")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prediction]:
        """Without the classifiers' cards, which hold all that was measured of them."""
        return super().get_queryset(request).defer("session__classifier__card")

    @admin.display(description=gettext_lazy("class"), ordering="class_id")
    def said(self, prediction: Prediction) -> str:
        """The predicted class by name."""
        return str(prediction.session.classifier.class_names[prediction.class_id])

    @admin.display(description=gettext_lazy("confidence"), ordering="confidence")
    def percent(self, prediction: Prediction) -> str:
        """In percent."""
        return f"{decimal(100 * prediction.confidence, 1)} %"

    @admin.display(description=gettext_lazy("right"), boolean=True)
    def right(self, prediction: Prediction) -> bool | None:
        """Whether it is the label's class, if there is a label."""
        return None if prediction.label is None else prediction.label == prediction.class_id

    @admin.display(description=gettext_lazy("page"))
    def frame(self, prediction: Prediction) -> str:
        """A link to the frame's page."""
        address = reverse("results:frame", args=[prediction.session_id, prediction.sequence])
        return format_html('<a href="{}">{}</a>', address, _("open"))

    @admin.display(description=gettext_lazy("probabilities"))
    def distribution(self, prediction: Prediction) -> str:
        """By class name."""
        names = prediction.session.classifier.class_names
        return indented(
            dict(
                zip(
                    names,
                    np.frombuffer(prediction.probabilities, dtype="<f4").tolist(),
                    strict=True,
                )
            )
        )

    @admin.action(description=gettext_lazy("Export as CSV"), permissions=["view"])
    def export_csv(
        self, request: HttpRequest, queryset: QuerySet[Prediction]
    ) -> HttpResponse | None:
        """A row a prediction."""
        rows = self._exported(request, queryset)
        return None if rows is None else download(exports.as_csv(rows), "predictions.csv")

    @admin.action(description=gettext_lazy("Export as JSON"), permissions=["view"])
    def export_json(
        self, request: HttpRequest, queryset: QuerySet[Prediction]
    ) -> HttpResponse | None:
        """An object a prediction."""
        rows = self._exported(request, queryset)
        return None if rows is None else download(exports.as_json(rows), "predictions.json")

    def _exported(
        self, request: HttpRequest, queryset: QuerySet[Prediction]
    ) -> list[dict[str, Any]] | None:
        found = list(
            queryset.defer("probabilities", "session__classifier__card")[: MOST_EXPORTED + 1]
        )
        if len(found) <= MOST_EXPORTED:
            return [exports.prediction_row(one) for one in found]
        self.message_user(
            request,
            _(
                "A file holds %(most)d predictions at most here. All of a session are had from "
                "its page, under Downloads."
            )
            % {"most": MOST_EXPORTED},
            messages.ERROR,
        )
        return None
