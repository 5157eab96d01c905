"""The list of sessions and the page of one; what starts and stops them."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import FloatField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from rest_framework.exceptions import APIException

from access import policy
from access.visitors import visitor_of
from results import selectors
from results.api.asking import request_session, stop_session
from results.api.problems import NotTheOwner, status_of
from results.errors import ResultsError, SessionNotFound
from results.forms import SessionForm, wanted_threshold
from results.models import Session
from results.pages.again import again_form
from results.pages.frames import picture_size
from results.pages.live_words import live_words
from results.pages.profile import profile_page
from results.pages.session import report_of, session_page

SESSIONS_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One line of the list of sessions; ``adds_up`` is ``None`` while it may still change."""

    session: Session
    accuracy: float | None
    achieved_fps: float | None
    adds_up: bool | None


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Every session, the newest first, and the form that starts one."""
    return _session_list(request)


@require_http_methods(["GET", "HEAD", "POST"])
def start_session(request: HttpRequest) -> HttpResponse:
    """Ask for a session and go to its page; what is wrong is said beside the form."""
    if request.method != "POST":
        return redirect("results:sessions")
    form = _session_form(request.POST)
    if not form.is_valid():
        return _session_list(request, form=form, status=400)
    try:
        session = request_session(visitor=visitor_of(request), **form.cleaned_data)
    except (ResultsError, APIException) as error:
        form.add_error(None, str(error))
        return _session_list(request, form=form, status=status_of(error))
    return redirect(session)


@require_safe
def session_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One session: live while it runs, its report afterwards."""
    shown = get_session_or_404(uuid)
    context = {
        **picture_size(shown),
        "session": shown,
        "may_stop": policy.rules().may_stop(visitor_of(request), shown.owner),
        "may_annotate": policy.rules().may_annotate(visitor_of(request), shown.owner),
        "page": session_page(shown),
        "profile": profile_page(shown, threshold=wanted_threshold(request.GET)),
        "class_names": shown.classifier.class_names,
        "label_names": shown.dataset.class_names or shown.classifier.class_names,
        "again": again_form(shown),
        "live_words": {} if shown.is_final else live_words(),
    }
    return render(request, "results/session.html", context)


@require_POST
def stop(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for the end of a session and go back to its page."""
    try:
        return redirect(stop_session(uuid, visitor=visitor_of(request), reason="browser"))
    except SessionNotFound as error:
        raise Http404(str(error)) from error
    except NotTheOwner as error:
        raise PermissionDenied(str(error)) from error


def get_session_or_404(uuid: UUID) -> Session:
    """The session of that id, for every page of one.

    Raises:
        Http404: there is none.
    """
    try:
        return selectors.get_session(uuid)
    except SessionNotFound as error:
        raise Http404(str(error)) from error


def _session_form(data: object = None) -> SessionForm:
    return SessionForm(
        data,
        classifiers=selectors.offered_classifiers(),
        datasets=selectors.offered_datasets(),
    )


def _session_list(
    request: HttpRequest, form: SessionForm | None = None, status: int = 200
) -> HttpResponse:
    form = form or _session_form()
    found = list(_older_than(request.GET.get("before", ""))[: SESSIONS_A_PAGE + 1])
    shown = found[:SESSIONS_A_PAGE]
    context = {
        "rows": [_session_row(one) for one in shown],
        "next_before": shown[-1].uuid if len(found) > SESSIONS_A_PAGE else None,
        "is_first": "before" not in request.GET,
        "form": form,
        "can_start": bool(form.classifier_names),
        "is_active": any(not one.is_final for one in shown),
    }
    return render(request, "results/session_list.html", context, status=status)


def _older_than(before: str) -> QuerySet[Session]:
    """Sessions before that one, the newest first; all when it is not known."""
    ordered = (
        selectors.sessions()
        .select_related("report")
        # A report's document may be long; of it the list needs one number.
        .defer("report__document", "classifier__card")
        .annotate(
            achieved_fps=Cast(
                KeyTextTransform("achieved_fps", KeyTransform("run", "report__document")),
                FloatField(),
            )
        )
        .order_by("-created_at", "-uuid")
    )
    try:
        last = Session.objects.get(pk=UUID(before))
    except (ValueError, Session.DoesNotExist):
        return ordered
    return ordered.filter(
        Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, uuid__lt=last.uuid)
    )


def _session_row(shown: Session) -> SessionRow:
    report = report_of(shown)
    return SessionRow(
        session=shown,
        accuracy=None if report is None else report.metrics.get("accuracy"),
        achieved_fps=getattr(shown, "achieved_fps"),
        adds_up=not shown.ledger.differences() if shown.is_final else None,
    )
