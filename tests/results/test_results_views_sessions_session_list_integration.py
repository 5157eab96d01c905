"""results.views.sessions.session_list: the first page."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from results.views import sessions as views
from results.lifecycle import SessionState
from results.models import Session
from tests.results.conftest import make_report, make_session
from tests.results.offers import offer_classifier

pytestmark = pytest.mark.django_db


def _page(query: str = "") -> str:
    response = Client().get(f"/{query}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode().replace("\u202f", " "))


def test_an_empty_list_says_how_to_begin() -> None:
    page = _page()
    assert "No sessions yet" in page
    assert "python manage.py analyze --follow" in page
    assert 'action="/sessions/"' not in page


def test_a_row_says_how_a_session_went() -> None:
    report = make_report()
    page = _page()
    assert f"{report.metrics['accuracy'] * 100:.1f} %" in page
    assert "9.90 fps" in page
    assert "adds up" in page
    assert f'href="/sessions/{report.session_id}/"' in page


@pytest.mark.parametrize(
    ("level", "is_shown"),
    [("", False), ("none", False), ("moderate", True), ("large", True)],
)
def test_a_row_warns_of_drift(level: str, is_shown: bool) -> None:
    make_session(drift_level=level)
    assert ("drift</span>" in _page()) == is_shown


def test_a_ledger_with_a_hole_and_one_in_progress_are_told_apart() -> None:
    make_session(SessionState.FAILED)
    assert "does not add up" in _page()
    Session.objects.all().delete()
    make_session(SessionState.RUNNING)
    page = _page()
    assert "in progress" in page
    assert "data-active" in page


def test_the_form_is_offered_when_a_client_follows() -> None:
    offer_classifier("chosen")
    page = _page()
    assert '<option value="chosen">chosen</option>' in page
    assert "all 1,000 of fashion-mnist" in page
    assert "--follow" not in page


def test_older_sessions_are_a_page_away_and_each_is_shown_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "SESSIONS_A_PAGE", 2)
    moment = timezone.now()
    uuids = {str(make_session().uuid) for _ in range(5)}
    # All at the same moment, where only the id decides.
    Session.objects.update(created_at=moment - timedelta(days=1))
    seen: list[str] = []
    query: str | None = ""
    while query is not None:
        page = _page(query)
        seen += re.findall(r'class="row-link" href="/sessions/([0-9a-f-]+)/"', page)
        following = re.search(r'href="(\?before=[0-9a-f-]+)"', page)
        query = following and following.group(1)
    assert len(seen) == 5
    assert set(seen) == uuids


@pytest.mark.parametrize("before", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_place_in_the_list_gives_the_newest(before: str) -> None:
    session = make_session()
    assert str(session.uuid) in _page(f"?before={before}")


def test_needs_as_many_queries_for_many_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    offer_classifier()
    make_report()
    with django_assert_num_queries(3):
        _page()
    for _ in range(5):
        make_report()
    with django_assert_num_queries(3):
        _page()


@pytest.mark.django_db(transaction=True)
def test_a_browser_starts_a_session_by_keyboard_and_stops_it(
    live_server: LiveServer, browser: Browser
) -> None:
    offer_classifier()
    page = browser.new_page()
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.get_by_label("Frames", exact=True).fill("5")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/sessions/[0-9a-f-]+/"))
    session = Session.objects.get()
    assert (session.state, session.announced, session.fps) == ("requested", 5, 10)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".badge")).to_have_text("stopped")
    session.refresh_from_db()
    assert (session.state, session.stop_reason) == ("stopped", "browser")
