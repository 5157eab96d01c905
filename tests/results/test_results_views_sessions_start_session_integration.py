"""results.views.sessions.start_session: the form that starts a session."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from analysis.classifiers import DEFAULT_CLASSIFIER
from results.api.problems import UnknownClassifier
from results.doorbell import REQUESTS_GROUP
from results.errors import NoWorker
from results.models import Dataset, Session
from tests.results.conftest import make_dataset, make_session
from tests.results.offers import listen_for_rings, offer_classifier
from tests.servers import ROOT, RunningServer, running_server, small_dataset

pytestmark = pytest.mark.django_db
GOOD = {"classifier": "small-cnn", "count": "10", "fps": "2.5", "offset": "4"}


def test_asks_for_the_session_and_goes_to_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    offer_classifier()
    rung = listen_for_rings(monkeypatch)
    response = Client().post("/sessions/", GOOD)
    session = Session.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.uuid}/")
    assert (session.announced, session.fps, session.offset) == (10, 2.5, 4)
    assert rung == [REQUESTS_GROUP]


def test_empty_means_every_frame_from_the_first() -> None:
    offer_classifier()
    Client().post("/sessions/", {**GOOD, "count": "", "offset": ""})
    session = Session.objects.get()
    assert (session.announced, session.offset) == (1000, 0)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        pytest.param({"count": "0"}, "greater than or equal to 1", id="no frames"),
        pytest.param({"fps": "nan"}, "Enter a number", id="a rate that is no number"),
        pytest.param({"fps": "-1"}, "greater than or equal to 0", id="a negative rate"),
        pytest.param({"classifier": "other"}, "not one of the available", id="not on offer"),
        pytest.param({"count": "2000"}, "count must be from 1 to", id="more than there are"),
    ],
)
def test_says_what_is_wrong_beside_the_form(change: dict[str, Any], text: str) -> None:
    offer_classifier()
    response = Client().post("/sessions/", {**GOOD, **change})
    assert response.status_code == 400
    assert text in response.content.decode()
    assert 'role="alert"' in response.content.decode()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(NoWorker("it went meanwhile"), 409, id="the client left"),
        pytest.param(UnknownClassifier("it went meanwhile"), 400, id="the classifier was deleted"),
    ],
)
def test_what_changed_since_the_form_was_shown_is_said(
    error: Exception, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(**_asked: object) -> Session:
        raise error

    offer_classifier()
    monkeypatch.setattr("results.views.sessions.request_session", too_late)
    response = Client().post("/sessions/", GOOD)
    assert response.status_code == status
    assert "it went meanwhile" in response.content.decode()


def test_a_form_without_its_token_changes_nothing() -> None:
    offer_classifier()
    response = Client(enforce_csrf_checks=True).post("/sessions/", GOOD)
    assert response.status_code == 403
    assert "too old" in response.content.decode()
    assert not Session.objects.exists()


def test_the_address_of_the_form_leads_to_the_list() -> None:
    make_session()
    response = Client().get("/sessions/")
    assert (response.status_code, response["Location"]) == (302, "/")


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def test_streams_the_dataset_that_is_chosen() -> None:
    earlier = make_dataset(name="shop", count=50)
    offer_classifier()
    # The file of the one before is not on this machine: it is not on offer.
    response = Client().post("/sessions/", {**GOOD, "dataset": earlier.sha256})
    assert response.status_code == 400
    assert "not one of the available" in response.content.decode()
    Dataset.objects.filter(pk=earlier.pk).update(path=__file__)
    assert Client().post("/sessions/", {**GOOD, "dataset": earlier.sha256}).status_code == 302
    assert Session.objects.get().dataset == earlier


@pytest.fixture(name="two_datasets", scope="module")
def serve_two_datasets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with a dataset to choose beside the one that is streamed otherwise."""
    folder = tmp_path_factory.mktemp("two")
    other = small_dataset(folder / "other.pickle", count=50)
    with running_server(folder, options=[f"--dataset={other}"]) as server:
        yield server


def test_runs_from_the_click_to_the_stored_report(
    two_datasets: RunningServer, browser: Browser
) -> None:
    follow = [sys.executable, str(ROOT / "manage.py"), "analyze", "--follow"]
    with subprocess.Popen(
        [*follow, f"--server={two_datasets.ws_url}"],
        env=two_datasets.environment,
        stderr=subprocess.PIPE,
    ) as worker:
        try:
            assert worker.stderr is not None
            # Its standard error says when it follows; the page then offers its classifier.
            assert any(b"following ws://" in line for line in worker.stderr)
            page = browser.new_page()
            page.goto(f"{two_datasets.http_url}/")
            page.get_by_label("Dataset").select_option(label="noise test (50 frames)")
            page.get_by_label("Classifier").select_option(DEFAULT_CLASSIFIER)
            page.get_by_label("Frames", exact=True).fill("")
            page.get_by_label("Frames a second").fill("20")
            page.get_by_role("button", name="Start").click()
            picture = page.locator("#live img").first
            expect(picture).to_have_js_property("naturalWidth", 28)
            # Once it is over, the page turns into the report by itself.
            expect(page.get_by_role("heading", name="Key figures")).to_be_visible()
            address = page.url.replace("/sessions/", "/api/sessions/")
        finally:
            worker.terminate()
            worker.wait(20)
    session = _get(address)
    assert session["state"] == "completed"
    assert session["dataset"]["count"] == 50
    fields = ("announced", "sent", "received", "analysed", "stored")
    assert [session["ledger"][name] for name in fields] == [50] * 5
    assert session["ledger"]["differences"] == []
    assert len(_get(f"{address}predictions/?limit=100")["results"]) == 50
    assert _get(f"{address}verification/")["verified"] is True
    schema = _get(f"{two_datasets.http_url}/api/report-schema/")
    jsonschema.validate(_get(f"{address}report/"), schema)
