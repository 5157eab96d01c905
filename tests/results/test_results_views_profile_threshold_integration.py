"""results.views.profile.threshold: from the slider to the row in the database."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from results.lifecycle import SessionState
from results.models import Session
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def _over() -> Session:
    session = make_session(SessionState.COMPLETED)
    batch = make_batch(100)
    make_predictions(session, batch, batch.class_ids.tolist()[:90] + [None] * 10)
    return session


def _text(session: Session, query: str = "") -> str:
    page = Client().get(f"/sessions/{session.uuid}/{query}").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.replace("\u202f", " ")))


def test_without_scripts_a_form_shows_what_another_threshold_would_do() -> None:
    session = _over()
    kept = int((make_batch(100).confidences >= 0.35).sum())
    assert f"At 0.35: {kept} kept, {100 - kept} to Other, precision 1.000 on labelled" in _text(
        session, "?threshold=0.35"
    )
    for query in ("", "?threshold=x", "?threshold=7"):
        assert "At 0.80: " in _text(session, query)


def test_a_form_keeps_one_and_removes_it_again() -> None:
    session, client = _over(), Client()
    address = f"/sessions/{session.uuid}/threshold/"
    response = client.post(address, {"threshold": "0.65"})
    assert (response.status_code, response["Location"]) == (
        302,
        f"/sessions/{session.uuid}/#threshold",
    )
    assert Session.objects.get().threshold == 0.65
    assert "saved: 0.65" in _text(session)
    assert "from 0.65" in Client().get("/").content.decode()
    client.post(address, {"threshold": ""})
    assert Session.objects.get().threshold is None


def test_what_is_no_fraction_is_refused() -> None:
    session = _over()
    response = Client().post(f"/sessions/{session.uuid}/threshold/", {"threshold": "2"})
    assert response.status_code == 400
    assert Session.objects.get().threshold is None


def test_on_a_network_it_is_kept_by_who_started_the_session_only(settings: Settings) -> None:
    settings.ACCESS = "network"
    people = get_user_model().objects
    alice, charlie = people.create_user("alice"), people.create_user("charlie")
    session = _over()
    Session.objects.update(started_by=alice)
    address = f"/sessions/{session.uuid}/threshold/"
    assert Client().post(address, {"threshold": "0.5"}).status_code in (302, 401, 403)
    stranger = Client()
    stranger.force_login(charlie)
    assert stranger.post(address, {"threshold": "0.5"}).status_code == 403
    assert (
        "with the session</span>" not in stranger.get(f"/sessions/{session.uuid}/").content.decode()
    )
    assert Session.objects.get().threshold is None
    owner = Client()
    owner.force_login(alice)
    assert owner.post(address, {"threshold": "0.5"}).status_code == 302
    assert Session.objects.get().threshold == 0.5


@pytest.mark.django_db(transaction=True)
def test_in_a_browser_the_slider_says_it_and_a_click_saves_it(
    live_server: LiveServer, browser: Browser
) -> None:
    session = _over()
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/sessions/{session.uuid}/")
    slider = page.get_by_role("slider", name="Threshold")
    says = page.locator("#threshold-says")
    expect(says).to_contain_text("At 0.80:")
    expect(page.locator("#threshold").get_by_text("Show", exact=True)).to_be_hidden()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    kept = int((make_batch(100).confidences >= 0.6).sum())
    expect(says).to_have_text(
        f"At 0.60: {kept} kept, {100 - kept} to Other, precision 1.000 on labelled frames."
    )
    assert (slider.get_attribute("aria-valuetext") or "").startswith(f"At 0.60: {kept} kept")
    # Pictures come as they scroll into view.
    assert not [url for url in requests if not url.endswith(".png")]
    page.get_by_role("button", name="Save 0.60 with the session").click()
    expect(page.get_by_text("saved: 0.60")).to_be_visible()
    assert Session.objects.get().threshold == 0.6
    assert not complaints
