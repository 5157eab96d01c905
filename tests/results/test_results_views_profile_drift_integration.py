"""results.views.profile.drift: the part of a page that a running session's page asks for."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from tests.results.conftest import (
    make_baseline,
    make_batch,
    make_classifier,
    make_predictions,
    make_session,
)
from tests.servers import RunningServer, running_server

pytestmark = pytest.mark.django_db


def test_gives_the_figures_and_nothing_around_them() -> None:
    session = make_session(classifier=make_classifier(card={"baseline": make_baseline()}))
    make_predictions(session, make_batch(100, class_ids=[3] * 100))
    page = Client().get(f"/sessions/{session.uuid}/drift/").content.decode()
    assert "<html" not in page
    text = re.sub(r"\s+", " ", page.replace("\u202f", " "))
    assert "100 frames of this stream beside 5 000 of the validation part of fashion-mnist" in text
    assert "Population stability index" in text
    assert "large drift</span>" in text
    assert re.search(r"Dress</th>.*?100\.0 %.*?10\.0 %", text)
    assert "it is another population" in text


def test_without_a_baseline_says_how_to_get_one() -> None:
    session = make_session()
    make_predictions(session, make_batch(3))
    page = Client().get(f"/sessions/{session.uuid}/drift/").content.decode()
    assert "python manage.py evaluate small-cnn --split validation --record" in page


def test_an_unknown_session_is_not_found() -> None:
    assert Client().get(f"/sessions/{uuid.uuid4()}/drift/").status_code == 404


_SCRIPT = """
from tests.results.conftest import make_baseline, make_batch, make_classifier, make_session
from results import services
from results.models import Session
"""


@pytest.fixture(name="own_server")
def make_own_server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server whose database may be filled with what was never streamed."""
    with running_server(tmp_path / "server") as server:
        yield server


def test_a_browser_is_told_of_drift_while_the_session_runs(
    own_server: RunningServer, browser: Browser
) -> None:
    making = "make_session(classifier=make_classifier(card={'baseline': make_baseline()}))"
    made = own_server.manage("shell", "-v0", "-c", f"{_SCRIPT}{making}")
    assert made.returncode == 0, made.stderr
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{own_server.http_url}/")
    page.locator(".row-link").first.click()
    status = page.locator("#drift").get_by_role("status")
    expect(status).to_have_text("Waiting for the first frames.")
    storing = (
        "services.store_predictions(session_uuid=Session.objects.get().uuid, labels=None, "
        "batch=make_batch(100, class_ids=[3] * 100))"
    )
    stored = own_server.manage("shell", "-v0", "-c", f"{_SCRIPT}{storing}")
    assert stored.returncode == 0, stored.stderr
    expect(status).to_contain_text("Large drift of class mix")
    expect(page.locator("#drift")).to_contain_text("100 frames of this stream beside")
    expect(page.get_by_role("row", name=re.compile("^Dress.*100.0.%.*10.0.%$"))).to_be_visible()
    assert not complaints
