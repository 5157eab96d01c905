"""Sessions in the admin: to find, look at, take away and, once they are over, delete."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from results.admin.looking import ROWS_A_PAGE, ReadOnly, download, indented
from results.admin.reports import ReportInline
from results.exports import rows as exports
from results.models import Report, Session
from results.services.retention import prune_session

if TYPE_CHECKING:
    # Only the type checker knows this class as generic.
    _SessionAdmin = admin.ModelAdmin[Session]
else:
    _SessionAdmin = admin.ModelAdmin

# What one request deletes; meanwhile its server process answers no other.
MOST_PRUNED = 200_000
# What belongs together on a session's page.
GROUPS: tuple[tuple[str | Promise | None, tuple[str, ...]], ...] = (
    (None, ("uuid", "state", "page", "downloads", "predictions_link", "classifier", "dataset")),
    (gettext_lazy("Who"), ("client", "worker", "started_by", "token")),
    (gettext_lazy("What was asked for"), ("announced", "fps", "offset", "repeats")),
    (gettext_lazy("Ledger"), ("sent", "received", "analysed", "stored", "account")),
    (
        gettext_lazy("Times"),
        (
            *("created_at", "frames_attached_at", "started_at", "stream_ended_at", "finished_at"),
            *("last_seen_at", "pruned_at"),
        ),
    ),
    (gettext_lazy("End"), ("stop_requested_at", "stop_reason", "error")),
)


@admin.register(Session)
class SessionAdmin(ReadOnly, _SessionAdmin):
    """Sessions: to find, look at, export and, once they are over, delete."""

    # As wide as a laptop's screen; the rest is on the session's page.
    list_display = (
        *("short", "page", "state", "classifier_name", "dataset_name", "started_by"),
        *("stored", "created_at"),
    )
    list_filter = (
        *(
            "state",
            "drift_level",
            "report__verified",
            "classifier",
            "dataset",
            "started_by",
            "token",
        ),
        ("interrupted_at", admin.EmptyFieldListFilter),
        ("pruned_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("classifier", "dataset", "started_by", "token")
    date_hierarchy = "created_at"
    search_fields = ("uuid", "client", "classifier__name", "dataset__name", "dataset__sha256")
    search_help_text = gettext_lazy("id, client, classifier, or name or hash of the dataset")
    exclude = ("losses",)
    readonly_fields = (
        *("uuid", "account", "predictions_link", "page", "downloads"),
        "created_at",
    )
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
            _("sessions"): len(sessions),
            _("predictions"): sum(session.stored for session in sessions),
            _("reports"): Report.objects.filter(session__in=sessions).count(),
        }
        unfinished = [
            _("%(session)s is not over") % {"session": session}
            for session in sessions
            if not session.is_final
        ]
        return [str(session) for session in sessions], counts, set(), unfinished

    def delete_model(self, request: HttpRequest, obj: Session) -> None:
        """Delete a session in steps, between which streams write."""
        del request
        _prune([obj], keep_report=False)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """Delete sessions in steps, between which streams write."""
        del request
        _prune(queryset, keep_report=False)

    def get_fieldsets(self, request: HttpRequest, obj: Session | None = None) -> Any:
        """By what belongs together; what is in no group comes last, so that nothing is missing."""
        there = self.get_fields(request, obj)
        grouped = {name for _, names in GROUPS for name in names}
        rest = [name for name in there if name not in grouped]
        groups = [(title, [name for name in names if name in there]) for title, names in GROUPS]
        return [
            (title, {"fields": names})
            for title, names in (*groups, (gettext_lazy("More"), rest))
            if names
        ]

    @admin.display(description=gettext_lazy("id"), ordering="uuid")
    def short(self, session: Session) -> str:
        """As much of the id as tells it from others in a list."""
        return str(session.uuid)[:8]

    @admin.display(description=gettext_lazy("classifier"), ordering="classifier__name")
    def classifier_name(self, session: Session) -> str:
        """Without its hash, which is on the session's page."""
        return session.classifier.name

    @admin.display(description=gettext_lazy("dataset"), ordering="dataset__name")
    def dataset_name(self, session: Session) -> str:
        """Name and split."""
        return f"{session.dataset.name} {session.dataset.split}"

    @admin.display(description=gettext_lazy("page"))
    def page(self, session: Session) -> str:
        """A link to the session's page."""
        return format_html('<a href="{}">{}</a>', session.get_absolute_url(), _("open"))

    @admin.display(description=gettext_lazy("downloads"))
    def downloads(self, session: Session) -> str:
        """A link to its files, once there are any."""
        if not session.is_final:
            return _("once it is over")
        address = reverse("results:downloads", args=[session.uuid])
        return format_html('<a href="{}">{}</a>', address, _("report, predictions, samples"))

    @admin.display(description=gettext_lazy("ledger"))
    def account(self, session: Session) -> str:
        """All nine counts, the losses with their reasons, and what does not add up."""
        return indented(session.ledger.as_dict())

    @admin.display(description=gettext_lazy("predictions"))
    def predictions_link(self, session: Session) -> str:
        """A link to the session's predictions, as long as there are any."""
        if session.pruned_at is not None:
            return ngettext(
                "%(count)d prediction, deleted on %(day)s",
                "%(count)d predictions, deleted on %(day)s",
                session.stored,
            ) % {"count": session.stored, "day": f"{session.pruned_at:%Y-%m-%d}"}
        address = reverse("admin:results_prediction_changelist")
        return format_html(
            '<a href="{}?session__exact={}">{}</a>',
            address,
            session.uuid,
            ngettext("%(count)d prediction", "%(count)d predictions", session.stored)
            % {"count": session.stored},
        )

    @admin.action(description=gettext_lazy("Export as CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Session]) -> HttpResponse:
        """A row a session."""
        del request
        return download(exports.as_csv(_session_rows(queryset)), "sessions.csv")

    @admin.action(description=gettext_lazy("Export as JSON"), permissions=["view"])
    def export_json(self, request: HttpRequest, queryset: QuerySet[Session]) -> HttpResponse:
        """An object a session."""
        del request
        return download(exports.as_json(_session_rows(queryset)), "sessions.json")

    @admin.action(
        description=gettext_lazy("Delete predictions, keep reports"), permissions=["delete"]
    )
    def prune(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """Delete the predictions of sessions that are over; a command does what is too much."""
        over = [one for one in queryset if one.is_final and one.pruned_at is None]
        count = sum(one.stored for one in over)
        if count > MOST_PRUNED:
            self.message_user(
                request,
                _(
                    "These sessions have %(count)d predictions. More than %(most)d at once are "
                    "deleted by: python manage.py prune --keep-reports"
                )
                % {"count": count, "most": MOST_PRUNED},
                messages.ERROR,
            )
            return
        _prune(over, keep_report=True)
        self.message_user(
            request,
            _(
                "%(count)d predictions of %(sessions)d sessions were deleted. Sessions that are "
                "not over keep theirs."
            )
            % {"count": count, "sessions": len(over)},
            messages.SUCCESS,
        )


def _prune(sessions: Iterable[Session], *, keep_report: bool) -> None:
    # Without rests: the request waits, and its process with it.
    for session in sessions:
        prune_session(session_uuid=session.pk, keep_report=keep_report, rest=lambda _: None)


def _session_rows(queryset: QuerySet[Session]) -> Any:
    sessions = queryset.select_related("dataset", "classifier", "report")
    return map(exports.session_row, sessions.defer("report__document").iterator())
