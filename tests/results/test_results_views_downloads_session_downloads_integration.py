"""results.views.downloads.session_downloads: the page from which a session is taken away."""

import re
import uuid
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.live_server_helper import LiveServer

from results.lifecycle import SessionState
from results.models import Session
from tests.browser import overflow_px
from tests.results.conftest import make_report, make_session

pytestmark = pytest.mark.django_db


def _page(client: Client, session: Session) -> str:
    return client.get(f"/sessions/{session.uuid}/downloads/").content.decode()


def test_every_file_that_it_links_is_there(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    session = make_report().session
    with django_assert_max_num_queries(4):
        page = _page(client, session)
    links = re.findall(r'href="(/api/sessions/[^"]+)"', page)
    assert len(links) == 5 + 2 + 1 + 10
    for link in links:
        assert client.get(link).status_code == 200, link
    assert session.classifier.sha256 in page and session.dataset.sha256 in page


def test_the_session_s_page_leads_there(client: Client) -> None:
    session = make_report().session
    assert (
        f'href="/sessions/{session.uuid}/downloads/"'
        in client.get(f"/sessions/{session.uuid}/").content.decode()
    )


def test_a_session_that_runs_has_nothing_yet(client: Client) -> None:
    page = _page(client, make_session(SessionState.RUNNING))
    assert "Nothing to take away yet" in page
    assert "export." not in page


def test_says_what_was_deleted(client: Client) -> None:
    session = make_report().session
    session.pruned_at = timezone.now()
    session.save()
    page = _page(client, session)
    assert page.count("Not to be had: the predictions were deleted.") == 4
    assert "export.html" in page


def test_an_unknown_session_is_not_found(client: Client) -> None:
    assert client.get(f"/sessions/{uuid.uuid4()}/downloads/").status_code == 404


def test_on_a_network_a_stranger_is_asked_to_sign_in(settings: Settings, client: Client) -> None:
    settings.ACCESS = "network"
    session = make_report().session
    response = client.get(f"/sessions/{session.uuid}/downloads/")
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/sign-in/")
    client.force_login(get_user_model().objects.create_user("alice"))
    assert client.get(f"/sessions/{session.uuid}/downloads/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_file_from_the_page_is_verified_and_refused_after_one_byte(
    live_server: LiveServer, browser: Browser, tmp_path: Path
) -> None:
    session = make_report().session
    page = browser.new_page(viewport={"width": 390, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{live_server.url}/sessions/{session.uuid}/")
    page.get_by_role("navigation", name="Session").get_by_role("link", name="Downloads").click()
    expect(page.get_by_role("heading", name="Files")).to_be_visible()
    assert overflow_px(page) == 0
    names = ("Report (HTML)", "Predictions (JSON)", "Predictions (Parquet)")
    for name in names:
        with page.expect_download() as begun:
            page.get_by_role("link", name=f"Download {name}").click()
        path = tmp_path / begun.value.suggested_filename
        begun.value.save_as(path)
        assert str(session.uuid) in path.name
        call_command("verifyreport", str(path), "--database")
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        with pytest.raises(CommandError):
            call_command("verifyreport", str(path))
    assert not said


@pytest.mark.django_db(transaction=True)
def test_the_report_file_needs_no_network_and_no_script(
    live_server: LiveServer, browser: Browser, tmp_path: Path
) -> None:
    session = make_report().session
    path = tmp_path / "report.html"
    path.write_bytes(
        browser.new_context()
        .request.get(f"{live_server.url}/api/sessions/{session.uuid}/export.html")
        .body()
    )
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition(":")[0]))
    page.goto(path.as_uri())
    assert set(asked) <= {"file", "data"}
    assert page.locator(".samples img").count() == 10
    assert page.get_by_role("heading", name="Confusion matrix").is_visible()
    assert page.locator("a").count() == 0
    assert session.classifier.sha256 in page.inner_text("main")
