"""results.views.sessions.session_detail: a session's page, by Django and by a browser."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, ViewportSize, expect
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

from results.ledger import Loss
from results.lifecycle import SessionState
from results.models import Report, Session
from results.services.retention import prune_session
from tests.browser import overflow_px
from tests.results.conftest import (
    CLASS_NAMES,
    make_batch,
    make_classifier,
    make_predictions,
    make_report,
    make_session,
)
from tests.servers import RunningServer, running_server

pytestmark = pytest.mark.django_db


def _page(session: Session, query: str = "") -> str:
    response = Client().get(f"/sessions/{session.uuid}/{query}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode().replace("\u202f", " "))


def test_a_completed_session_shows_its_whole_report(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    report = make_report()
    with django_assert_max_num_queries(10):
        page = _page(report.session)
    for part in ("adds up", "verified", "Key figures", "Samples", "Confusion matrix", "By class"):
        assert part in page
    assert f"{report.metrics['accuracy'] * 100:.2f} %" in page
    assert page.count('class="frame-card is-wrong"') == 8
    assert page.count("/samples/") >= 10


def test_says_that_predictions_were_deleted_and_shows_the_report_all_the_same() -> None:
    report = make_report()
    before = _page(report.session)
    prune_session(session_uuid=report.session_id, keep_report=True)
    page = _page(report.session)
    assert "The 100 predictions of this session were deleted on" in page
    assert "Its report was kept." in page
    assert 'class="frame-card' not in page
    assert "/frames/?" not in page
    for part in ("verified", "Samples", "Confusion matrix", "By class"):
        assert part in before and part in page


def test_without_a_report_says_what_cannot_be_known_any_more() -> None:
    session = make_session(SessionState.FAILED)
    make_predictions(session, make_batch(4), [0, 1, 2, 2])
    prune_session(session_uuid=session.pk, keep_report=True)
    page = _page(session, "?class_id=1")
    assert "The 4 predictions of this session were deleted on" in page
    assert "not counted before its predictions were deleted" in page
    assert "Its report was kept." not in page


def test_without_labels_the_frames_of_least_confidence_are_shown() -> None:
    session = make_session(SessionState.FAILED)
    batch = make_batch(40)
    make_predictions(session, batch)
    page = _page(session)
    assert "Least sure" in page
    shown = [int(found) for found in re.findall(r'id="frame-(\d+)"', page)]
    assert shown == np.argsort(batch.confidences, kind="stable")[:8].tolist()


@pytest.mark.parametrize(
    ("fields", "shown", "hidden"),
    [
        pytest.param({}, "", "Interrupted ", id="never"),
        pytest.param(
            {"interruption_count": 1, "interrupted_s": 0.25}, "Interrupted once, 0.2 s.", "", id="1"
        ),
        pytest.param(
            {"interruption_count": 2, "interrupted_s": 3.1},
            "Interrupted 2 times, 3.1 s.",
            "",
            id="2",
        ),
    ],
)
def test_the_ledger_says_how_often_and_how_long_it_was_interrupted(
    fields: dict[str, float], shown: str, hidden: str
) -> None:
    page = _page(make_session(SessionState.COMPLETED, **fields))
    assert shown in page
    assert not hidden or hidden not in page


@pytest.mark.parametrize("is_interrupted", [True, False])
def test_a_session_that_waits_for_its_client_says_so(is_interrupted: bool) -> None:
    page = _page(make_session(interrupted_at=timezone.now() if is_interrupted else None))
    notice = re.search(r'data-live="interrupted"( hidden)?>interrupted, goes on', page)
    assert notice is not None
    assert (notice[1] is None) == is_interrupted


def test_a_page_runs_under_its_own_strict_policy() -> None:
    session = make_report().session
    response = Client().get(f"/sessions/{session.uuid}/")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    page = response.content.decode()
    assert not re.search(r"\sstyle=|\son\w+=|<script>|<style>|javascript:", page)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)


def test_names_from_a_client_are_escaped() -> None:
    names = [f"<b>{index}</b>" for index in range(10)]
    session = make_session(
        SessionState.FAILED, classifier=make_classifier(name="<i>x</i>", class_names=names)
    )
    make_predictions(session, make_batch(3), [1, 2, 3])
    page = _page(session)
    assert "<b>" not in page
    assert "<i>x</i>" not in page
    assert "&lt;b&gt;1" in page


def test_losses_are_named_with_their_reasons_and_ranges() -> None:
    session = make_session(
        SessionState.STOPPED,
        sent=60,
        received=60,
        losses={"unsent": [Loss("browser", ((60, 99),)).as_dict()]},
        stop_reason="browser",
    )
    page = _page(session)
    assert "browser: frames 60–99" in page
    assert "does not add up" in page
    assert "received 60 is not" in page


def test_frames_that_were_lost_lead_to_their_pages() -> None:
    losses = {
        "unsent": [Loss("browser", ((90, 99),)).as_dict()],
        "dropped": [Loss("overload", ((40, 41), (50, 50))).as_dict()],
    }
    session = make_session(SessionState.STOPPED, sent=90, losses=losses)
    page = _page(session)
    frames = f"/sessions/{session.uuid}/frames/"
    assert f'overload: <a href="{frames}40/">frames 40–41, 50</a>' in page
    assert "browser: frames 90–99" in page
    assert f'{frames}90/"' not in page


def test_an_unlabelled_session_has_no_accuracy_and_no_confusion_matrix() -> None:
    session = make_session(SessionState.FINISHING)
    make_report(session, labels=[None] * 100)
    session.refresh_from_db()
    page = _page(session)
    assert "no frame has a label" in page
    assert "Confusion matrix" not in page
    assert "Right or wrong" not in page


def test_a_report_that_was_not_confirmed_says_what_differs() -> None:
    report = make_report()
    Report.objects.update(verified=False, discrepancies=["frames of class 0 is 6, not 5"])
    page = _page(report.session)
    assert "not verified" in page
    assert "frames of class 0 is 6, not 5" in page


def test_a_failed_session_shows_its_error_and_what_was_stored() -> None:
    session = make_session(SessionState.FAILED, error="the connection broke")
    make_predictions(session, make_batch(4))
    page = _page(session)
    assert "the connection broke" in page
    assert "no report" in page
    assert "By class" in page
    assert page.count('class="frame-card"') == 4


@pytest.mark.parametrize(
    ("state", "text"),
    [
        pytest.param(SessionState.REQUESTED, "Waiting for a client", id="requested"),
        pytest.param(SessionState.OPENED, "getting ready", id="opened"),
        pytest.param(SessionState.RUNNING, "Connecting", id="running"),
    ],
)
def test_a_session_that_has_not_ended_is_live_and_can_be_stopped(
    state: SessionState, text: str
) -> None:
    page = _page(make_session(state))
    assert text in page
    assert "live.js" in page
    assert "/stop/" in page


def test_the_matrix_and_the_classes_lead_to_the_frames_behind_them() -> None:
    session = make_report().session
    page = _page(session)
    matrix = Report.objects.get().metrics["confusion_matrix"]
    frames = f"/sessions/{session.uuid}/frames/"
    for label, row in enumerate(matrix):
        for said, count in enumerate(row):
            link = f'href="{frames}?label={label}&amp;class_id={said}"'
            assert (link in page) == (count > 0)
            frames_said = "1 frame" if count == 1 else f"{count} frames"
            words = f'aria-label="{frames_said}, {CLASS_NAMES[label]} seen as {CLASS_NAMES[said]}'
            assert count == 0 or words in page
    assert f'href="{frames}?class_id=9"' in page


def test_an_unknown_session_is_not_found() -> None:
    response = Client().get(f"/sessions/{uuid.uuid4()}/")
    assert response.status_code == 404
    assert "Nothing is here" in response.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("width", "scheme"),
    [pytest.param(1280, "light", id="wide"), pytest.param(360, "dark", id="phone")],
)
def test_a_browser_shows_the_report_without_complaint(
    live_server: LiveServer, browser: Browser, width: int, scheme: str
) -> None:
    session = make_session(SessionState.FINISHING)
    batch = make_batch(100)
    make_predictions(session, batch, [index % 10 for index in range(100)])
    Session.objects.update(state=SessionState.COMPLETED)
    complaints: list[str] = []
    page = browser.new_page(
        viewport=ViewportSize(width=width, height=800),
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id="Europe/Berlin",
        locale="en-GB",
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if "Security Policy" in said.text else None,
    )
    page.goto(f"{live_server.url}/sessions/{session.uuid}/")
    expect(page.get_by_role("heading", name="Confusion matrix")).to_be_visible()
    expect(page.locator("time[data-local]").first).to_be_visible()
    assert overflow_px(page) <= 0
    assert not complaints


_SCRIPT = """
from tests.results.conftest import make_batch, make_predictions, make_session
from results import services
from results.models import Session
"""


@pytest.fixture(name="own_server")
def make_own_server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server whose database may be filled with what was never streamed."""
    with running_server(tmp_path / "server") as server:
        yield server


def test_a_browser_follows_a_running_session_to_its_end(
    own_server: RunningServer, browser: Browser
) -> None:
    ended = own_server.manage("shell", "-v0", "-c", f"{_SCRIPT}make_session()")
    assert ended.returncode == 0, ended.stderr
    page = browser.new_page()
    page.goto(f"{own_server.http_url}/")
    page.locator(".row-link").first.click()
    expect(page.get_by_text("Waiting for the first result.")).to_be_visible()
    batch = "services.store_predictions(session_uuid=session.uuid, labels=None, batch=make_batch"
    latest = "session = Session.objects.latest('created_at')\n"
    for start in (0, 3):
        own_server.manage("shell", "-v0", "-c", f"{_SCRIPT}{latest}{batch}(3, start={start}))")
        expect(page.locator('[data-live="stored"]')).to_have_text(str(start + 3))
        expect(page.locator('[data-live="sequence"]')).to_have_text(str(start + 2))
    expect(page.locator(".live-bars .is-top")).to_have_count(1)
    failing = "services.fail_session(session_uuid=session.uuid, error='it broke')"
    own_server.manage("shell", "-v0", "-c", f"{_SCRIPT}{latest}{failing}")
    expect(page.get_by_role("alert")).to_contain_text("it broke")
    expect(page.locator("#live")).to_have_count(0)
