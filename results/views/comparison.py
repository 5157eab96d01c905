"""The pages that compare a session with another one over the same frames."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rest_framework.exceptions import APIException, ValidationError

from results.api.comparison import FlipQuery, flip_criteria, session_pair
from results.api.problems import PredictionsPruned, sentence, status_of
from results.comparing.comparables import comparable_sessions
from results.comparing.compared import compared_sessions
from results.comparing.flips import FlipCriteria, FlipPage, FlipSearch
from results.comparing.pairing import SessionPair
from results.errors import NotComparable, SessionNotFound
from results.models import Session
from results.pages.again import again_form
from results.pages.comparison import compared_frame, comparison_page, flip_card
from results.views.sessions import get_session_or_404

FLIPS_A_PAGE = 24
FILTERS = tuple(FlipQuery().fields)


@require_safe
def compare(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The comparison with the session that ``with`` names, or without it a choice of sessions."""
    shown = get_session_or_404(uuid)
    named = request.GET.get("with", "")
    if not named:
        return _chooser(request, shown)
    try:
        return _comparison(request, session_pair(uuid, UUID(named)))
    except ValueError:
        return _chooser(
            request, shown, _("%(id)r is no session's id.") % {"id": named[:50]}, status=400
        )
    except (SessionNotFound, NotComparable, PredictionsPruned) as error:
        return _chooser(request, shown, f"{error}.", status=status_of(error))


@require_safe
def frame(request: HttpRequest, uuid: UUID, other: UUID, sequence: int) -> HttpResponse:
    """One frame with everything that both said of it, and the way to the next flip."""
    try:
        pair = session_pair(uuid, other)
        criteria = flip_criteria(request.GET.dict())
    except (SessionNotFound, NotComparable, APIException) as error:
        raise Http404(str(error)) from error
    found = compared_frame(pair, sequence)
    if found is None:
        raise Http404(f"frame {sequence} was not classified by both")
    flips = FlipSearch(pair, criteria)
    following = flips.page(1, after=sequence).rows
    context = {
        **_both(pair),
        "frame": found,
        "previous": flips.last_before(sequence),
        "following": following[0].sequence if following else None,
        "query": urlencode(_wanted(request)),
    }
    return render(request, "results/compared_frame.html", context)


def _comparison(request: HttpRequest, pair: SessionPair) -> HttpResponse:
    flips, criteria, problem = _flips(request, pair)
    wanted = _wanted(request)
    page = comparison_page(compared_sessions(pair))
    names = page.class_names
    context = {
        **_both(pair),
        "page": page,
        "flips": [flip_card(row, pair) for row in flips.rows],
        "kind": wanted.get("kind", ""),
        "narrowed_by": _narrowed_by(criteria, names),
        "problem": problem,
        "query": urlencode(wanted),
        "narrowing": urlencode({name: wanted[name] for name in wanted if name != "kind"}),
        "next_after": flips.next_after,
        "is_first": "after" not in request.GET,
        "again": again_form(pair.first),
    }
    return render(request, "results/comparison.html", context, status=400 if problem else 200)


def _flips(request: HttpRequest, pair: SessionPair) -> tuple[FlipPage, FlipCriteria, str]:
    """The page of flipped frames that the query asks for, and what is wrong with the query."""
    try:
        criteria = flip_criteria(request.GET.dict())
    except ValidationError as error:
        return FlipPage([], None), FlipCriteria(), sentence(error.detail)
    after = request.GET.get("after", "")
    is_sequence = after.isascii() and after.isdigit() and len(after) < 19
    found = FlipSearch(pair, criteria).page(FLIPS_A_PAGE, int(after) if is_sequence else None)
    return found, criteria, ""


def _narrowed_by(criteria: FlipCriteria, names: tuple[str, ...]) -> str:
    """The classes that the flipped frames are narrowed down by, in words."""
    wanted = (
        (_("labelled %(name)s"), criteria.label),
        (_("A said %(name)s"), criteria.first_class_id),
        (_("B said %(name)s"), criteria.second_class_id),
    )
    return ", ".join(
        what % {"name": names[class_id] if class_id < len(names) else class_id}
        for what, class_id in wanted
        if class_id is not None
    )


def _chooser(
    request: HttpRequest, shown: Session, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "session": shown,
        "found": None if shown.pruned_at else comparable_sessions(shown, before=_before(request)),
        "is_first": "before" not in request.GET,
        "problem": problem,
        "again": again_form(shown),
    }
    return render(request, "results/comparison_chooser.html", context, status=status)


def _before(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None


def _both(pair: SessionPair) -> dict[str, Session]:
    return {"session": pair.first, "first": pair.first, "second": pair.second}


def _wanted(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
