"""results.views.frames.frame_detail: the page of one frame."""

import re

import pytest
from django.test import Client

from results.ledger import Loss
from results.lifecycle import SessionState
from results.models import Session
from tests.results.conftest import make_report, make_session

pytestmark = pytest.mark.django_db


def _page(session: Session, path: str, status: int = 200) -> str:
    response = Client().get(f"/sessions/{session.uuid}/frames/{path}")
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode().replace("\u202f", " "))


def test_shows_the_picture_every_class_and_the_ways_on() -> None:
    report = make_report()
    page = _page(report.session, "7/?right=false&order=confidence&after=12")
    assert "Frame 7 <span" in page and "/frames/7.png" in page
    assert page.count('class="bar bar-thick"') == 10
    query = "?right=false&amp;order=confidence&amp;after=12"
    base = f"/sessions/{report.session_id}/frames/"
    for address in (f"{base}6/{query}", f"{base}8/{query}", f"{base}{query}#frame-7"):
        assert f'href="{address}"' in page
    assert "Next that fits" in page


@pytest.mark.parametrize("query", ["", "?right=perhaps"])
def test_without_a_wall_that_it_was_opened_from_nothing_fits_next(query: str) -> None:
    assert "Next that fits" not in _page(make_report().session, f"7/{query}")


def test_a_frame_that_was_lost_says_why() -> None:
    session = make_session(
        SessionState.STOPPED,
        sent=60,
        losses={"unsent": [Loss("browser", ((60, 99),)).as_dict()]},
    )
    page = _page(session, "61/")
    assert "<strong>unsent</strong>, for the reason <strong>browser</strong>" in page
    assert "It was never sent." in page
    assert "Nobody accounts for this frame." in _page(session, "5/")


@pytest.mark.parametrize(
    ("sequence", "text"), [(5, "sent, and not stored yet"), (99, "Its turn has not come yet")]
)
def test_while_it_runs_a_frame_may_be_under_way(sequence: int, text: str) -> None:
    assert text in _page(make_session(sent=50), f"{sequence}/")


def test_a_frame_that_was_never_announced_is_not_found() -> None:
    assert "Nothing is here" in _page(make_session(), "100/", status=404)


def test_names_are_escaped() -> None:
    report = make_report()
    report.session.classifier.class_names = [f"<b>{index}" for index in range(10)]
    report.session.classifier.save()
    assert "<b>" not in _page(report.session, "7/")
