"""results.views.sessions.stop: the button that stops a session."""

import json
import re
import subprocess
import sys
import urllib.request
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django import Settings

from tests.results.conftest import make_session
from tests.results.offers import listen_for_rings
from tests.servers import ROOT, RunningServer

pytestmark = pytest.mark.django_db
# Several points of a line.
_DRAWN = re.compile(r"^M.*L")


def test_asks_for_the_end_and_goes_back_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    session, rung = make_session(), listen_for_rings(monkeypatch)
    response = Client().post(f"/sessions/{session.uuid}/stop/")
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.uuid}/")
    session.refresh_from_db()
    assert session.stop_reason == "browser"
    assert rung == [session.uuid]


def test_only_a_post_stops() -> None:
    session = make_session()
    assert Client().get(f"/sessions/{session.uuid}/stop/").status_code == 405


def test_an_unknown_session_is_not_found() -> None:
    assert Client().post(f"/sessions/{uuid.uuid4()}/stop/").status_code == 404


def test_a_form_without_its_token_stops_nothing() -> None:
    session = make_session()
    response = Client(enforce_csrf_checks=True).post(f"/sessions/{session.uuid}/stop/")
    assert response.status_code == 403
    session.refresh_from_db()
    assert session.stop_requested_at is None


def test_on_a_network_only_who_started_it_and_staff_have_the_button(settings: Settings) -> None:
    settings.ACCESS = "network"
    users = get_user_model().objects
    alice, bob = users.create_user("alice"), users.create_user("bob")
    staff = users.create_user("staff", is_staff=True)
    for user, may in ((alice, True), (bob, False), (staff, True)):
        session, client = make_session(started_by=alice), Client()
        client.force_login(user)
        button = f'action="/sessions/{session.uuid}/stop/"'
        assert (button in client.get(session.get_absolute_url()).content.decode()) is may
        response = client.post(f"/sessions/{session.uuid}/stop/")
        assert response.status_code == (302 if may else 403)
        session.refresh_from_db()
        assert (session.stop_requested_at is not None) is may


def test_a_running_session_is_watched_paused_and_stopped_from_its_page(
    stream_server: RunningServer, browser: Browser
) -> None:
    analyze = [sys.executable, str(ROOT / "manage.py"), "analyze", "--count=300", "--fps=3"]
    with subprocess.Popen(
        [*analyze, f"--server={stream_server.ws_url}"],
        env=stream_server.environment,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            assert process.stderr is not None
            said = (re.search(rb"session ([0-9a-f-]{36})", line) for line in process.stderr)
            session_uuid = next(found[1].decode() for found in said if found)
            page = browser.new_page()
            page.goto(f"{stream_server.http_url}/sessions/{session_uuid}/")
            line = page.locator(".line-first").first
            expect(line).to_have_attribute("d", _DRAWN)
            expect(page.locator('[data-chart="rate"] [data-now]')).to_contain_text("fps")
            pause = page.get_by_role("button", name="Pause view")
            pause.click()
            expect(pause).to_have_attribute("aria-pressed", "true")
            frame = page.locator('[data-live="sequence"]').inner_text()
            stored = page.locator('[data-live="stored"]').inner_text()
            expect(page.locator('[data-live="stored"]')).not_to_have_text(stored)
            expect(page.locator('[data-live="sequence"]')).to_have_text(frame)
            pause.click()
            expect(page.locator('[data-live="sequence"]')).not_to_have_text(frame)
            # Who comes late sees the same minute.
            late = browser.new_page()
            late.goto(page.url)
            expect(late.locator(".line-first").first).to_have_attribute("d", _DRAWN)
            pause.click()
            page.get_by_role("button", name="Stop").click()
            expect(page.get_by_role("heading", name="Key figures")).to_be_visible()
            expect(late.get_by_role("heading", name="Key figures")).to_be_visible()
            process.wait(20)
        finally:
            process.terminate()
    address = page.url.replace("/sessions/", "/api/sessions/")
    with urllib.request.urlopen(address, timeout=10) as answer:
        session = json.load(answer)
    assert (session["state"], session["stop_reason"]) == ("stopped", "browser")
    ledger = session["ledger"]
    assert 0 < ledger["stored"] == ledger["sent"] < 300
    assert ledger["stored"] + ledger["unsent"] == 300
