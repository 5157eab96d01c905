"""The admin: everything that a protocol wrote can be looked at, and nothing of it changed."""

import base64
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from results import exports
from results.blocks import BLOCK_FRAMES
from results.ledger import ranges_of
from results.models import Classifier, Dataset, Prediction, Report, Session, Worker
from results.search import block_summaries
from results.services.retention import prune_session

if TYPE_CHECKING:
    # Only the type checker knows these classes as generic.
    _SessionAdmin = admin.ModelAdmin[Session]
    _PredictionAdmin = admin.ModelAdmin[Prediction]
    _DatasetAdmin = admin.ModelAdmin[Dataset]
    _ClassifierAdmin = admin.ModelAdmin[Classifier]
    _WorkerAdmin = admin.ModelAdmin[Worker]
    _ReportInline = admin.StackedInline[Report, Session]
    _Paginator = Paginator[Any]
else:
    _SessionAdmin = _PredictionAdmin = _DatasetAdmin = _ClassifierAdmin = admin.ModelAdmin
    _WorkerAdmin = admin.ModelAdmin
    _ReportInline = admin.StackedInline
    _Paginator = Paginator


# Of longer lists only so many rows are counted and paged through: counting ten million rows and
# skipping nine of them take seconds.
MOST_LISTED = 5_000
ROWS_A_PAGE = 50
# What one request deletes; meanwhile its server process answers no other.
MOST_PRUNED = 200_000
# What one file holds, as it is made in memory.
MOST_EXPORTED = 20_000


class BoundedPaginator(_Paginator):
    """Pages of the first :data:`MOST_LISTED` rows of a list, however long it is."""

    @cached_property
    def count(self) -> int:
        """How many rows there are to page through."""
        rows: Any = self.object_list
        # No order: the count is the same, and sorting would read every row.
        return int(rows.order_by()[:MOST_LISTED].count())


class _ReadOnly:
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


class ReportInline(_ReadOnly, _ReportInline):
    """A session's report, with its sample pictures."""

    model = Report
    fields = ("submitted_at", "verified", "differences", "pictures", "numbers", "whole")
    readonly_fields = fields
    classes = ["collapse"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        """With the samples in one more query."""
        return super().get_queryset(request).prefetch_related("samples")

    @admin.display(description="discrepancies")
    def differences(self, report: Report) -> str:
        """A line each."""
        return format_html_join(
            "", "<div>{}</div>", ((sentence,) for sentence in report.discrepancies)
        ) or SafeString("none")

    @admin.display(description="samples")
    def pictures(self, report: Report) -> str:
        """The pictures themselves, as ``data:`` addresses."""
        names = report.session.classifier.class_names
        return format_html_join(
            " ",
            '<img src="data:image/png;base64,{}" width="112" alt="frame {}: {}, {} %">',
            (
                (
                    base64.b64encode(bytes(sample.png)).decode("ascii"),
                    sample.sequence,
                    names[sample.class_id],
                    f"{100 * sample.confidence:.1f}",
                )
                for sample in report.samples.all()
            ),
        )

    @admin.display(description="metrics")
    def numbers(self, report: Report) -> str:
        """As JSON."""
        return _indented(report.metrics)

    @admin.display(description="document")
    def whole(self, report: Report) -> str:
        """As JSON."""
        return _indented(report.document)


@admin.register(Session)
class SessionAdmin(_ReadOnly, _SessionAdmin):
    """Sessions: to find, look at, export and, once they are over, delete."""

    list_display = (
        "uuid",
        "state",
        "classifier",
        "dataset",
        "started_by",
        "token",
        "fps",
        "announced",
        "sent",
        "received",
        "analysed",
        "stored",
        "created_at",
        "page",
    )
    list_filter = (
        "state",
        "drift_level",
        ("interrupted_at", admin.EmptyFieldListFilter),
        "classifier",
        "dataset",
    )
    list_select_related = ("classifier", "dataset", "started_by", "token")
    date_hierarchy = "created_at"
    search_fields = ("uuid", "client", "classifier__name", "dataset__name", "dataset__sha256")
    search_help_text = "id, client, classifier, or name or hash of the dataset"
    exclude = ("losses",)
    readonly_fields = ("uuid", "account", "predictions_link", "page")
    inlines = (ReportInline,)
    actions = ("export_csv", "export_json", "prune")
    show_full_result_count = False
    list_per_page = ROWS_A_PAGE

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        """Without the classifiers' cards, which hold all that was measured of them."""
        return super().get_queryset(request).defer("classifier__card")

    def has_delete_permission(self, request: HttpRequest, obj: Session | None = None) -> bool:
        """Whoever may delete sessions, once they are over."""
        permitted = request.user.has_perm("results.delete_session")
        return permitted and (obj is None or obj.is_final)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What goes, counted: a page that listed a million predictions would help nobody."""
        del request
        sessions = list(objs)
        counts = {
            "sessions": len(sessions),
            "predictions": sum(session.stored for session in sessions),
            "reports": Report.objects.filter(session__in=sessions).count(),
        }
        unfinished = [f"{session} is not over" for session in sessions if not session.is_final]
        return [str(session) for session in sessions], counts, set(), unfinished

    def delete_model(self, request: HttpRequest, obj: Session) -> None:
        """Delete a session in steps, between which streams write."""
        del request
        _prune([obj], keep_report=False)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """Delete sessions in steps, between which streams write."""
        del request
        _prune(queryset, keep_report=False)

    @admin.display(description="page")
    def page(self, session: Session) -> str:
        """A link to the session's page."""
        return format_html('<a href="{}">open</a>', session.get_absolute_url())

    @admin.display(description="ledger")
    def account(self, session: Session) -> str:
        """All nine counts, the losses with their reasons, and what does not add up."""
        return _indented(session.ledger.as_dict())

    @admin.display(description="predictions")
    def predictions_link(self, session: Session) -> str:
        """A link to the session's predictions, as long as there are any."""
        if session.pruned_at is not None:
            return f"{session.stored} predictions, deleted on {session.pruned_at:%Y-%m-%d}"
        address = reverse("admin:results_prediction_changelist")
        return format_html(
            '<a href="{}?session__exact={}">{} predictions</a>',
            address,
            session.uuid,
            session.stored,
        )

    @admin.action(description="Export as CSV", permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Session]) -> HttpResponse:
        """A row a session."""
        del request
        return _download(exports.as_csv(_session_rows(queryset)), "sessions.csv")

    @admin.action(description="Export as JSON", permissions=["view"])
    def export_json(self, request: HttpRequest, queryset: QuerySet[Session]) -> HttpResponse:
        """An object a session."""
        del request
        return _download(exports.as_json(_session_rows(queryset)), "sessions.json")

    @admin.action(description="Delete predictions, keep reports", permissions=["delete"])
    def prune(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """Delete the predictions of sessions that are over; a command does what is too much."""
        over = [one for one in queryset if one.is_final and one.pruned_at is None]
        count = sum(one.stored for one in over)
        if count > MOST_PRUNED:
            self.message_user(
                request,
                f"These sessions have {count} predictions. More than {MOST_PRUNED} at once are "
                "deleted by: python manage.py prune --keep-reports",
                messages.ERROR,
            )
            return
        _prune(over, keep_report=True)
        self.message_user(
            request,
            f"{count} predictions of {len(over)} sessions were deleted. "
            "Sessions that are not over keep theirs.",
            messages.SUCCESS,
        )


SESSION = "session__exact"


class RightFilter(admin.SimpleListFilter):
    """Predictions that are right, wrong, or cannot be judged."""

    title = "right"
    parameter_name = "right"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The choices, of one session's predictions; of all of them, finding any takes seconds."""
        del model_admin
        if _session_of(request) is None:
            return []
        return [("yes", "right"), ("no", "wrong"), ("unlabelled", "no label")]

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
class PredictionAdmin(_ReadOnly, _PredictionAdmin):
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
    readonly_fields = ("said", "distribution")
    actions = ("export_csv", "export_json")
    ordering = ("session_id", "sequence")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Prediction]:
        """Without the classifiers' cards, which hold all that was measured of them."""
        return super().get_queryset(request).defer("session__classifier__card")

    @admin.display(description="class", ordering="class_id")
    def said(self, prediction: Prediction) -> str:
        """The predicted class by name."""
        return str(prediction.session.classifier.class_names[prediction.class_id])

    @admin.display(description="confidence", ordering="confidence")
    def percent(self, prediction: Prediction) -> str:
        """In percent."""
        return f"{100 * prediction.confidence:.1f} %"

    @admin.display(boolean=True)
    def right(self, prediction: Prediction) -> bool | None:
        """Whether it is the label's class, if there is a label."""
        return None if prediction.label is None else prediction.label == prediction.class_id

    @admin.display(description="probabilities")
    def distribution(self, prediction: Prediction) -> str:
        """By class name."""
        names = prediction.session.classifier.class_names
        return _indented(
            dict(
                zip(
                    names,
                    np.frombuffer(prediction.probabilities, dtype="<f4").tolist(),
                    strict=True,
                )
            )
        )

    @admin.action(description="Export as CSV", permissions=["view"])
    def export_csv(
        self, request: HttpRequest, queryset: QuerySet[Prediction]
    ) -> HttpResponse | None:
        """A row a prediction."""
        rows = self._exported(request, queryset)
        return None if rows is None else _download(exports.as_csv(rows), "predictions.csv")

    @admin.action(description="Export as JSON", permissions=["view"])
    def export_json(
        self, request: HttpRequest, queryset: QuerySet[Prediction]
    ) -> HttpResponse | None:
        """An object a prediction."""
        rows = self._exported(request, queryset)
        return None if rows is None else _download(exports.as_json(rows), "predictions.json")

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
            f"A file holds {MOST_EXPORTED} predictions at most. All of a session are had over "
            'REST: /api/sessions/…/predictions/?limit=1000, following "next".',
            messages.ERROR,
        )
        return None


@admin.register(Dataset)
class DatasetAdmin(_ReadOnly, _DatasetAdmin):
    """Datasets that were served."""

    list_display = ("name", "split", "count", "width", "height", "labelled", "last_served_at")
    list_filter = ("name", "split", "labelled")
    search_fields = ("name", "sha256", "path")


@admin.register(Classifier)
class ClassifierAdmin(_ReadOnly, _ClassifierAdmin):
    """Classifiers that clients brought."""

    list_display = ("name", "sha256", "parameter_count", "first_seen_at")
    list_filter = ("name",)
    search_fields = ("name", "sha256")


@admin.register(Worker)
class WorkerAdmin(_ReadOnly, _WorkerAdmin):
    """Clients that follow, or did."""

    list_display = ("client", "connected_at", "last_seen_at", "disconnected_at")
    list_filter = ("classifiers",)
    search_fields = ("client",)
    date_hierarchy = "connected_at"


def _prune(sessions: Iterable[Session], *, keep_report: bool) -> None:
    # Without rests: the request waits, and its process with it.
    for session in sessions:
        prune_session(session_uuid=session.pk, keep_report=keep_report, rest=lambda _: None)


def _session_rows(queryset: QuerySet[Session]) -> Any:
    sessions = queryset.select_related("dataset", "classifier", "report")
    return map(exports.session_row, sessions.defer("report__document").iterator())


def _download(text: str, name: str) -> HttpResponse:
    kind = "text/csv" if name.endswith(".csv") else "application/json"
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _indented(value: Any) -> str:
    return format_html("<pre>{}</pre>", json.dumps(value, indent=1, ensure_ascii=False))
